//! Identifiers that are given back exactly as they came.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::json::kind;

/// A JSON string or number, kept as it was written (`"6157"`, `6157`, `1e3` stay what they are).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// The id without the quotes of a string: what a person reads, and what ids are matched by.
    ///
    /// ```
    /// use tagwright::corpus::Id;
    ///
    /// let number: Id = serde_json::from_str("90").unwrap();
    /// assert_eq!(number.text(), "90");
    /// assert_eq!(Id::from("90").text(), "90");
    /// assert_ne!(number, Id::from("90"));
    /// ```
    pub fn text(&self) -> String {
        serde_json::from_str(&self.0).unwrap_or_else(|_| self.0.clone())
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(serde_json::Value::from(text).to_string())
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get().as_bytes().first() {
            Some(b'"' | b'-' | b'0'..=b'9') => Ok(Self(raw.get().to_owned())),
            _ => Err(D::Error::custom(format!("an id must be a string or a number, found {}", kind(&raw)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_went_in() {
        for text in ["90", "\"90\"", "1e3", "-0.10", "\"a \\\"b\\\"\"", "18446744073709551616"] {
            let id: Id = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
        }
    }

    #[test]
    fn other_json_is_no_id() {
        for text in ["null", "[1]", "{}", "true"] {
            assert!(serde_json::from_str::<Id>(text).is_err(), "{text}");
        }
    }
}
