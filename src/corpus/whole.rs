//! Records with all of their fields, for the commands that write data back: what tagwright does not know stays as it
//! was written.

use std::path::Path;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::input::Input;
use super::reader::{BadRecord, ReadAs, Records};
use super::{Id, InputFormat, LIST_FIELDS, Record, Source, csv, json};
use crate::error::{Error, Location, Result};

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
            (Ok(fields), record) => Ok(Self { at, fields, record }),
            (Err(_), Err(bad)) => Err(bad),
            (Err(error), Ok(record)) => {
                let error =
                    Error::input(at, format!("bad JSON: {error}"), "write the record as a JSON object");
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

impl ReadAs<WholeRecord> {
    /// A record with all fields.
    pub const WHOLE: Self = Self {
        json: WholeRecord::from_json,
        cells: |at, cells| {
            let mut fields = IndexMap::new();
            for (column, cell) in cells.into_iter().filter(|(_, cell)| !cell.trim().is_empty()) {
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
    Ok((input.line, input.read_text()?))
}

/// Reads a file as JSON values, an array's elements or one after the other, each with its place.
///
/// # Errors
/// Those of [`open`](super::open), and for the first that is no JSON.
pub fn read_json(path: &Path) -> Result<Vec<(Location, String)>> {
    let input = Input::open(&Source::from(path.to_owned()), Some(InputFormat::Json))?;
    let mut values = Vec::new();
    match json::for_each_value(input, |at, json| values.push((at, json.to_owned())))? {
        Some(fault) => Err(fault),
        None => Ok(values),
    }
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
        let records =
            whole("a.jsonl", "{\"id\":1,\"text\":5}\n[1]\n{\"id\":2}\n{\"a\":1,\"a\":2,\"text\":\"x\"}");
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
        assert_eq!(records[3].as_ref().unwrap().field("a"), Some("2"));
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
