//! One project.

use std::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::input::lossy;
use super::json::{kind, reason};
use super::{BadRecord, Id};
use crate::error::{Error, Location, Result};
use crate::limits::LIST;

/// The fields that are read; all others are ignored.
pub const FIELDS: [&str; 8] =
    ["id", "name", "description", "readme", "text", "candidates", "tags", "judged_tags"];

/// The fields that hold lists of tags, those of decisions too.
pub const LIST_FIELDS: [&str; 5] = ["candidates", "tags", "judged_tags", "suggested_tags", "edited_tags"];

/// The fields that hold text; any one of them is enough.
pub const TEXT_FIELDS: [&str; 4] = ["name", "description", "readme", "text"];

/// A tag as people write it: a name, an id, or an object with either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagRef {
    /// A name (or an id written as text).
    Name(String),
    /// An id written as a number, or the `id` of an object without a name.
    Id(Id),
    /// An object with both, which should mean the same tag.
    Both(Id, String),
}

/// One project: any text field is enough, and unknown fields are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Given back as it came.
    pub id: Option<Id>,
    /// The repository's name, `owner/repo` or `repo`.
    pub name: Option<String>,
    /// The one-line description.
    pub description: Option<String>,
    /// The README, as Markdown.
    pub readme: Option<String>,
    /// Text of unknown kind: a line, or a whole README.
    pub text: Option<String>,
    /// Choose only among these tags.
    pub candidates: Option<Vec<TagRef>>,
    /// The labels, in training and evaluation data.
    pub tags: Option<Vec<TagRef>>,
    /// The tags that were judged, beside its `tags`; of all others it is not known whether it has them. `None` when all
    /// were.
    pub judged_tags: Option<Vec<TagRef>>,
}

/// Why a JSON text is no record.
pub(super) struct Fault {
    /// The record's id, when that much could be read.
    pub id: Option<Id>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub help: &'static str,
}

impl Fault {
    /// The bad record, once its place is known.
    pub fn at(self, at: Location) -> BadRecord {
        BadRecord { id: self.id, error: Error::input(at, self.problem, self.help) }
    }
}

impl Record {
    /// Checks that there is text to go by.
    ///
    /// # Errors
    /// [`Error::Input`] at `at` when all text fields are absent or blank.
    pub fn check_text(&self, at: &Location) -> Result<()> {
        if self.has_text() {
            return Ok(());
        }
        let help = format!("give at least one of {}", TEXT_FIELDS.join(", "));
        Err(Error::input(at.clone(), "no text", help))
    }

    /// Whether any text field holds more than blank space.
    pub fn has_text(&self) -> bool {
        self.texts().into_iter().flatten().any(|text| !text.trim().is_empty())
    }

    /// The SHA-256 of its texts: records with the same texts have the same, whatever their ids and tags.
    pub fn text_digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for text in self.texts() {
            let text = text.unwrap_or_default();
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }

    /// The texts of [`TEXT_FIELDS`], in their order.
    pub fn texts(&self) -> [Option<&str>; TEXT_FIELDS.len()] {
        [&self.name, &self.description, &self.readme, &self.text].map(Option::as_deref)
    }

    /// Reads a JSON object; never recurses, however deep the JSON is nested.
    pub(super) fn from_json(json: &str) -> Result<Self, Fault> {
        // A line break at the end would take the blame when the JSON ends too early.
        let fields = Fields::from_json(json.trim_ascii_end()).map_err(|problem| Fault {
            id: early_id(json),
            problem,
            help: "write a record as a JSON object with at least one text field",
        })?;
        let mut record = Self::default();
        match fields.read_into(&mut record) {
            Ok(()) => record.check_sizes().map(|()| record),
            Err((problem, help)) => Err(Fault { id: record.id, problem, help }),
        }
    }

    /// Refuses lists that are too long.
    pub(super) fn check_sizes(&self) -> Result<(), Fault> {
        for (field, list) in
            [("candidates", &self.candidates), ("tags", &self.tags), ("judged_tags", &self.judged_tags)]
        {
            if let Some(size) = list.as_ref().map(Vec::len).filter(|size| *size > LIST.size()) {
                let problem = format!("{field:?} is {}", LIST.problem(Some(size as u64)));
                return Err(Fault { id: self.id.clone(), problem, help: LIST.help });
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(raw.get())
            .map_err(|fault| D::Error::custom(format!("{}; {}", fault.problem, fault.help)))
    }
}

/// The fields of a record, not yet looked into, so that one bad field does not hide the id.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    description: Option<&'a RawValue>,
    #[serde(borrow)]
    readme: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    candidates: Option<&'a RawValue>,
    #[serde(borrow)]
    tags: Option<&'a RawValue>,
    #[serde(borrow)]
    judged_tags: Option<&'a RawValue>,
}

/// What is wrong with a field, and what to do about it.
type FieldFault = (String, &'static str);

impl<'a> Fields<'a> {
    fn from_json(json: &'a str) -> Result<Self, String> {
        let not_json = |error| format!("bad JSON: {} in column {}", reason(&error), error.column());
        // A derived struct would read an array too, taking its elements for the fields in order.
        if !json.trim_start().starts_with('{') {
            let value: &RawValue = serde_json::from_str(json).map_err(not_json)?;
            return Err(format!("expected a JSON object, found {}", kind(value)));
        }
        serde_json::from_str(json).map_err(not_json)
    }

    /// Reads the id first: it is there to be named even when another field is bad.
    fn read_into(self, record: &mut Record) -> Result<(), FieldFault> {
        record.id = self.id.map(id).transpose()?;
        record.name = text("name", self.name)?;
        record.description = text("description", self.description)?;
        record.readme = text("readme", self.readme)?;
        record.text = text("text", self.text)?;
        record.candidates = tags("candidates", self.candidates)?;
        record.tags = tags("tags", self.tags)?;
        record.judged_tags = tags("judged_tags", self.judged_tags)?;
        Ok(())
    }
}

/// The id of a JSON object that is cut short or damaged, when it stands before the damage.
pub(super) fn early_id(json: &str) -> Option<Id> {
    struct Finder<'a>(&'a mut Option<Id>);

    impl<'de> Visitor<'de> for Finder<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
            while let Some(name) = fields.next_key::<String>()? {
                if name == "id" {
                    *self.0 = fields.next_value().ok();
                    break;
                }
                fields.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }

    let mut id = None;
    // What comes behind the id is not read; that there is more is no news.
    let _ = serde_json::Deserializer::from_str(json).deserialize_map(Finder(&mut id));
    id
}

fn id(value: &RawValue) -> Result<Id, FieldFault> {
    serde_json::from_str(value.get())
        .map_err(|_| (format!("\"id\" is {}", kind(value)), "give a string or a number"))
}

fn text(field: &str, value: Option<&RawValue>) -> Result<Option<String>, FieldFault> {
    let Some(value) = value else { return Ok(None) };
    // Read as bytes, half a surrogate pair (an emoji cut in two) is no error.
    let text = serde_json::Deserializer::from_str(value.get()).deserialize_bytes(LossyText);
    text.map(Some).map_err(|_| (format!("{field:?} is {}", kind(value)), "give a string or null"))
}

fn tags(field: &str, value: Option<&RawValue>) -> Result<Option<Vec<TagRef>>, FieldFault> {
    let Some(value) = value else { return Ok(None) };
    let tags = short_list(value.get());
    let help = r#"give an array of names, ids or {"id": 1, "name": "cli"} objects"#;
    match tags {
        Ok(tags) => Ok(Some(tags)),
        Err(error) if value.get().starts_with('[') => {
            Err((format!("in {field:?}: {}", reason(&error)), help))
        }
        Err(_) => Err((format!("{field:?} is {}", kind(value)), help)),
    }
}

/// The elements of an array of tags, as far as a list may be long and one more.
pub(super) fn short_list(json: &str) -> serde_json::Result<Vec<TagRef>> {
    let mut json = serde_json::Deserializer::from_str(json);
    let list = json.deserialize_seq(ShortList)?;
    json.end().map(|()| list)
}

struct ShortList;

impl<'de> Visitor<'de> for ShortList {
    type Value = Vec<TagRef>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while list.len() <= LIST.size()
            && let Some(element) = elements.next_element()?
        {
            list.push(element);
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(list)
    }
}

/// A JSON string, with U+FFFD in place of lone surrogates.
struct LossyText;

impl Visitor<'_> for LossyText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(lossy(bytes).into_owned())
    }
}

/// A tag written as an object, as the taxonomy lists it.
#[derive(Serialize, Deserialize)]
struct TagObject {
    id: Option<Id>,
    name: Option<String>,
}

impl<'de> Deserialize<'de> for TagRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let wrong = |error| D::Error::custom(reason(&error));
        match raw.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str(raw.get()).map(Self::Name).map_err(wrong),
            Some(b'-' | b'0'..=b'9') => serde_json::from_str(raw.get()).map(Self::Id).map_err(wrong),
            Some(b'{') => match serde_json::from_str(raw.get()).map_err(wrong)? {
                TagObject { id: Some(id), name: Some(name) } => Ok(Self::Both(id, name)),
                TagObject { id: Some(id), .. } => Ok(Self::Id(id)),
                TagObject { name: Some(name), .. } => Ok(Self::Name(name)),
                TagObject { .. } => Err(D::Error::custom("an object with neither \"id\" nor \"name\"")),
            },
            _ => Err(D::Error::custom(format!("{} is no tag", kind(&raw)))),
        }
    }
}

impl Serialize for TagRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => name.serialize(serializer),
            Self::Id(id) => id.serialize(serializer),
            Self::Both(id, name) => {
                TagObject { id: Some(id.clone()), name: Some(name.clone()) }.serialize(serializer)
            }
        }
    }
}

impl fmt::Display for TagRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Id(id) | Self::Both(id, _) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> String {
        let Err(fault) = Record::from_json(json) else { panic!("{json} was read") };
        let id = fault.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        format!("{id}: {}; {}", fault.problem, fault.help)
    }

    #[test]
    fn known_fields_are_read_and_others_ignored() {
        let json = r#" {"id": 1e3, "name": "a/b", "readme": null, "kind": [{}], "text": "caf\u00e9 \ud83d\ude00",
            "candidates": ["cli", 90, {"id": "7", "name": "x"}, {"name": " gui ", "note": 1}, {"id": null, "name": "y"}],
            "tags": [], "judged_tags": ["gui", 4]} "#;
        let record: Record = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&record.id).unwrap(), "1e3");
        assert_eq!(record.name.as_deref(), Some("a/b"));
        assert_eq!((&record.description, &record.readme), (&None, &None));
        assert_eq!(record.text.as_deref(), Some("café 😀"));
        let name = |name: &str| TagRef::Name(name.into());
        let candidates = [
            name("cli"),
            TagRef::Id(90.into()),
            TagRef::Both("7".into(), "x".into()),
            name(" gui "),
            name("y"),
        ];
        assert_eq!(record.candidates.unwrap(), candidates);
        assert_eq!(record.tags, Some(vec![]));
        assert_eq!(record.judged_tags.unwrap(), [name("gui"), TagRef::Id(4.into())]);
    }

    #[test]
    fn half_an_emoji_is_no_error() {
        let record = Record::from_json(r#"{"text": "cut \ud83d"}"#).ok().unwrap();
        assert!(record.text.unwrap().starts_with("cut \u{fffd}"));
    }

    #[test]
    fn a_bad_field_is_named_and_the_id_kept() {
        assert_eq!(fault(r#"{"name": 5, "id": 7}"#), "7: \"name\" is a number; give a string or null");
        assert_eq!(
            fault(r#"{"id": "x", "readme": {"a": 1}}"#),
            "x: \"readme\" is an object; give a string or null"
        );
        assert_eq!(fault(r#"{"id": [1], "text": "x"}"#), "-: \"id\" is an array; give a string or a number");
        assert!(fault(r#"{"text": "x", "text": "y"}"#).starts_with("-: bad JSON: duplicate field `text`"));
    }

    #[test]
    fn bad_tags_are_named() {
        let help = r#"give an array of names, ids or {"id": 1, "name": "cli"} objects"#;
        for (tags, problem) in [
            ("\"cli\"", "\"tags\" is a string"),
            ("[null]", "in \"tags\": null is no tag"),
            ("[1, [2]]", "in \"tags\": an array is no tag"),
            ("[{}]", "in \"tags\": an object with neither \"id\" nor \"name\""),
            ("[{\"id\": true}]", "in \"tags\": an id must be a string or a number, found a boolean"),
        ] {
            assert_eq!(fault(&format!("{{\"id\": 7, \"tags\": {tags}}}")), format!("7: {problem}; {help}"));
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for (json, problem) in [
            (r#"["7", "name"]"#, "expected a JSON object, found an array"),
            ("true", "expected a JSON object, found a boolean"),
            ("text", "bad JSON: expected ident in column 2"),
            ("{\"id\": 7} {}", "bad JSON: trailing characters in column 11"),
        ] {
            let help = "write a record as a JSON object with at least one text field";
            let id = if json.contains("id") { "7" } else { "-" };
            assert_eq!(fault(json), format!("{id}: {problem}; {help}"));
        }
    }

    #[test]
    fn an_id_before_the_damage_is_known() {
        let id = |json: &str| early_id(json).map(|id| id.to_string());
        assert_eq!(id(r#"{"a":[{"id":1}],"id":"x","text":"cut"#).as_deref(), Some("x"));
        assert_eq!(id(r#"{"id":7,}"#).as_deref(), Some("7"));
        for json in ["", "[1]", r#"{"text":"cut"#, r#"{"id":[1],"id":2"#, r#"{"id":"cut"#] {
            assert_eq!(id(json), None, "{json}");
        }
    }

    #[test]
    fn lists_have_a_limit() {
        let list = |length: usize| format!(r#"{{"id":7,"tags":[1{}]}}"#, ",1".repeat(length - 1));
        assert!(Record::from_json(&list(LIST.size())).is_ok());
        assert!(
            fault(&list(3_000_000))
                .starts_with("7: \"tags\" is a list of tags of 65,536 entries; at most 65,535 are read")
        );
    }

    #[test]
    fn a_record_needs_text() {
        let at = Location::line("a.jsonl", 3);
        let blank = Record { name: Some(" \n".into()), readme: Some(String::new()), ..Record::default() };
        assert_eq!(
            blank.check_text(&at).unwrap_err().to_string(),
            "a.jsonl:3: no text; give at least one of name, description, readme, text"
        );
        assert!(Record { name: Some("a/b".into()), ..Record::default() }.check_text(&at).is_ok());
    }
}
