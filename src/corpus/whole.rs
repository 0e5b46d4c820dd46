//! Records with all of their fields, for the commands that write data back: what tagwright does not know stays as it
//! was written.

use std::fmt;
use std::path::Path;

use indexmap::IndexMap;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::input::Input;
use super::json::{Values, reason};
use super::reader::{BadRecord, ReadAs, Records};
use super::{Id, InputFormat, LIST_FIELDS, Record, Source, csv};
use crate::error::{Error, Location, Result};
use crate::limits::FILE;

/// One JSON object of a data file, field by field, and what tagwright reads in it.
#[derive(Debug)]
pub struct WholeRecord {
    /// Where it stands.
    pub at: Location,
    /// All fields, in their order, each value as it was written.
    fields: IndexMap<String, Box<RawValue>>,
    /// The record, or what is wrong with it; a record without text is no error here.
    pub record: Result<Record, BadRecord>,
}

impl WholeRecord {
    /// A record of these fields.
    ///
    /// # Errors
    /// Never; what is text by then can be written as JSON.
    pub fn new(at: Location, fields: impl IntoIterator<Item = (String, Value)>) -> Result<Self, BadRecord> {
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name, raw(&value)?)));
        Self::from_fields(at, fields.collect())
    }

    /// The record's id, also when another of its fields is bad.
    pub fn id(&self) -> Option<&Id> {
        match &self.record {
            Ok(record) => record.id.as_ref(),
            Err(bad) => bad.id.as_ref(),
        }
    }

    /// The record, if its fields are good.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn checked(&self) -> Result<&Record> {
        self.record.as_ref().map_err(|bad| match &bad.error {
            Error::Input { at, problem, help } => Error::input(at.clone(), problem, help),
            other => Error::input(self.at.clone(), other.to_string(), "mend it there"),
        })
    }

    /// The names of its fields, in their order.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The JSON of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.get())
    }

    /// Gives a field a new value, in its old place or at the end; [`WholeRecord::record`] follows.
    ///
    /// # Errors
    /// When `value` is nothing that JSON can hold.
    pub fn set_field(&mut self, name: &str, value: &impl Serialize) -> serde_json::Result<()> {
        self.fields.insert(name.to_owned(), serde_json::value::to_raw_value(value)?);
        self.read_again()
    }

    /// Takes a field out, if it is there; [`WholeRecord::record`] follows.
    ///
    /// # Errors
    /// Never; a record that was read can be written.
    pub fn remove_field(&mut self, name: &str) -> serde_json::Result<()> {
        self.fields.shift_remove(name);
        self.read_again()
    }

    /// The record as one line of JSON Lines, without the line break.
    ///
    /// # Errors
    /// Never; a record that was read can be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let json = serde_json::to_string(&self.fields)?;
        // A value keeps the line breaks that it was laid out with; in JSON they stand between tokens only.
        Ok(if json.contains(['\n', '\r']) {
            json.split(['\n', '\r']).map(str::trim_ascii).collect()
        } else {
            json
        })
    }

    fn read_again(&mut self) -> serde_json::Result<()> {
        let json = self.to_json()?;
        self.record = Record::from_json(&json).map_err(|fault| fault.at(self.at.clone()));
        Ok(())
    }

    /// Reads one JSON object.
    pub(crate) fn from_json(at: Location, json: &str) -> Result<Self, BadRecord> {
        let record = Record::from_json(json).map_err(|fault| fault.at(at.clone()));
        match (serde_json::from_str(json), record) {
            (Ok(Once(fields)), record) => Ok(Self { at, fields, record }),
            (Err(_), Err(bad)) => Err(bad),
            (Err(error), Ok(record)) => {
                let help = "write the record as a JSON object, each of its fields once";
                let error = Error::input(at, format!("bad JSON: {}", reason(&error)), help);
                Err(BadRecord { id: record.id, error })
            }
        }
    }

    pub(super) fn from_fields(
        at: Location,
        fields: IndexMap<String, Box<RawValue>>,
    ) -> Result<Self, BadRecord> {
        let mut whole = Self { at, fields, record: Ok(Record::default()) };
        match whole.read_again() {
            Ok(()) => Ok(whole),
            Err(error) => {
                let error = Error::input(whole.at, error.to_string(), "write the record as JSON");
                Err(BadRecord { id: None, error })
            }
        }
    }
}

/// The fields of an object, provided that each stands there once.
struct Once(IndexMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Once;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Once, A::Error> {
                let mut fields = IndexMap::new();
                while let Some((name, value)) = entries.next_entry::<String, _>()? {
                    if fields.contains_key(&name) {
                        return Err(A::Error::custom(format!("duplicate field `{name}`")));
                    }
                    fields.insert(name, value);
                }
                Ok(Once(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

impl ReadAs<WholeRecord> {
    /// A record with all fields.
    pub const WHOLE: Self = Self {
        json: WholeRecord::from_json,
        cells: |at, cells| {
            let mut fields: IndexMap<String, Box<RawValue>> = IndexMap::new();
            for (column, cell) in cells.into_iter().filter(|(_, cell)| !cell.trim().is_empty()) {
                if fields.contains_key(column) {
                    let problem = match column {
                        "" => "two values in columns without a name".to_owned(),
                        _ => format!("two values in columns named {column:?}"),
                    };
                    let help = "give each column a name of its own in the first row";
                    let id = fields.get("id").and_then(|id| serde_json::from_str(id.get()).ok());
                    return Err(BadRecord { id, error: Error::input(at, problem, help) });
                }
                let is_list = LIST_FIELDS.contains(&column);
                let value = if is_list { raw(&csv::names(&cell)) } else { raw(&cell) };
                fields.extend(value.map(|value| (column.to_owned(), value)));
            }
            WholeRecord::from_fields(at, fields)
        },
        text: |at, id, text| {
            let id = id.and_then(|id| raw(&id)).map(|id| ("id".to_owned(), id));
            let text = raw(&text).map(|text| ("text".to_owned(), text));
            WholeRecord::from_fields(at, id.into_iter().chain(text).collect())
        },
    };
}

/// Text, lists of text and JSON values are always JSON.
fn raw(value: &impl Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}

/// Opens a source to read its records with all of their fields, one after the other; as [`open`](super::open) otherwise.
///
/// What is no JSON object is a bad record. An object whose fields are no good, or that has no text, is read.
/// A CSV cell becomes a string, one of [`LIST_FIELDS`] a list; empty cells are left out.
///
/// # Errors
/// Those of [`open`](super::open).
pub fn open_whole(source: &Source, format: Option<InputFormat>) -> Result<Records<WholeRecord>> {
    Records::new(Input::open(source, format)?, ReadAs::WHOLE)
}

/// Reads all records of some files with all of their fields, in their order.
///
/// # Errors
/// Those of [`open`](super::open), and for the first that is no JSON object.
pub fn read_whole(paths: &[impl AsRef<Path>]) -> Result<Vec<WholeRecord>> {
    let mut all = Vec::new();
    for path in paths {
        for record in open_whole(&Source::from(path.as_ref().to_owned()), None)? {
            all.push(record?);
        }
    }
    Ok(all)
}

/// Reads a whole file as text, with the number of the line that it starts on after blank ones.
///
/// # Errors
/// Those of [`open`](super::open).
pub fn read_text(path: &Path) -> Result<(usize, String)> {
    let mut input = Input::open(&Source::from(path.to_owned()), Some(InputFormat::Text))?;
    Ok((input.line, input.read_text(&FILE)?))
}

/// Reads a file as JSON values, one after the other, and the elements of those that are arrays; each with its place.
///
/// # Errors
/// Those of [`open`](super::open), and for the first that is no JSON.
pub fn read_json(path: &Path) -> Result<Vec<(Location, String)>> {
    let input = Input::open(&Source::from(path.to_owned()), Some(InputFormat::Json))?;
    let (mut values, mut all) = (Values::new(input), Vec::new());
    while let Some(value) = values.next_value() {
        let (at, json) = value?;
        all.push((at, json.into_owned()));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::super::testing::input;
    use super::*;

    fn whole(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Result<WholeRecord, BadRecord>> {
        Records::new(input(name, bytes).unwrap(), ReadAs::WHOLE).unwrap().collect()
    }

    #[test]
    fn fields_stay_as_they_were_written_and_in_their_order() {
        let line = r#"{"stars":1.50,"id":7,"note":{"b":1,"a":[2e1]},"name":"a/b"}"#;
        let record = whole("a.jsonl", line).remove(0).unwrap();
        assert_eq!(record.to_json().unwrap(), line);
        assert_eq!(record.field_names().collect::<Vec<_>>(), ["stars", "id", "note", "name"]);
        assert_eq!((record.field("stars"), record.field("x")), (Some("1.50"), None));
        assert_eq!((record.id(), record.at.line), (Some(&Id::from(7)), Some(1)));
    }

    #[test]
    fn a_changed_field_keeps_its_place_and_is_read_again() {
        let mut record = whole("a.jsonl", r#"{"id":7,"tags":[],"name":"a/b"}"#).remove(0).unwrap();
        record.set_field("tags", &["cli"]).unwrap();
        record.set_field("new", &1).unwrap();
        assert_eq!(record.to_json().unwrap(), r#"{"id":7,"tags":["cli"],"name":"a/b","new":1}"#);
        assert_eq!(record.record.as_ref().unwrap().tags.as_ref().unwrap().len(), 1);
        record.remove_field("tags").unwrap();
        assert_eq!(record.to_json().unwrap(), r#"{"id":7,"name":"a/b","new":1}"#);
        assert_eq!(record.record.unwrap().tags, None);
    }

    #[test]
    fn what_is_wrong_with_a_field_hides_no_other() {
        let records = whole("a.jsonl", "{\"id\":1,\"text\":5}\n[1]\n{\"id\":2}");
        let bad = records[0].as_ref().unwrap();
        assert_eq!(bad.to_json().unwrap(), r#"{"id":1,"text":5}"#);
        assert_eq!(bad.id(), Some(&Id::from(1)));
        assert_eq!(
            bad.record.as_ref().unwrap_err().to_string(),
            "a.jsonl:1: \"text\" is a number; give a string or null"
        );
        assert!(
            records[1].as_ref().unwrap_err().to_string().starts_with("a.jsonl:2: expected a JSON object")
        );
        assert!(records[2].as_ref().unwrap().record.is_ok());
    }

    #[test]
    fn no_value_gets_lost_among_fields_of_one_name() {
        let bad = |name: &str, text: &str| {
            let bad = whole(name, text).remove(0).unwrap_err();
            format!("{} {}", bad.id.map_or_else(|| "-".to_owned(), |id| id.to_string()), bad.error)
        };
        assert_eq!(
            bad("a.jsonl", r#"{"id":7,"text":"x","stars":1,"\u0073tars":2}"#),
            "7 a.jsonl:1: bad JSON: duplicate field `stars`; write the record as a JSON object, each of its fields once"
        );
        let help = "give each column a name of its own in the first row";
        assert_eq!(
            bad("a.csv", "id,x,x,text\n7,1,2,y\n"),
            format!("7 a.csv:2: two values in columns named \"x\"; {help}")
        );
        assert_eq!(
            bad("a.csv", ",text,,\n1,y,2,\n"),
            format!("- a.csv:2: two values in columns without a name; {help}")
        );
        let kept = whole("a.csv", "id,,x,x,text,,\n7,0,,1,y,,\n").remove(0).unwrap();
        assert_eq!(kept.to_json().unwrap(), r#"{"id":"7","":"0","x":"1","text":"y"}"#);
    }

    #[test]
    fn rows_and_texts_become_objects() {
        let records = whole("a.csv", "id,stars,tags,text\n1,,cli;gui,\"a \"\"b\"\"\"\n2,5,[],x\n3,,,y\n");
        let json: Vec<_> = records.into_iter().map(|record| record.unwrap().to_json().unwrap()).collect();
        assert_eq!(
            json,
            [
                r#"{"id":"1","tags":["cli","gui"],"text":"a \"b\""}"#,
                r#"{"id":"2","stars":"5","tags":[],"text":"x"}"#,
                r#"{"id":"3","text":"y"}"#
            ]
        );
        let text = whole("README.md", "# Kite\n").remove(0).unwrap();
        assert_eq!(text.to_json().unwrap(), r##"{"id":"README.md","text":"# Kite\n"}"##);
    }
}
