//! Records from any source in any form.

use std::iter;

use super::csv::{self, CsvRecords};
use super::format::InputFormat;
use super::input::{Input, Source};
use super::json::{JsonRecords, Values};
use super::jsonl::JsonlRecords;
use super::{Id, Record};
use crate::error::{Error, Location, Result};
use crate::limits::TEXT;

/// A record that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct BadRecord {
    /// The record's id, when it could be read in spite of the fault.
    pub id: Option<Id>,
    /// Where the fault is, what it is and what to do.
    pub error: Error,
}

impl From<BadRecord> for Error {
    fn from(bad: BadRecord) -> Self {
        bad.error
    }
}

/// The cells of a row, each with the name of its column.
type Cells<'a> = Vec<(&'a str, String)>;

/// What the readers make of each record; each form of input needs its own way.
pub(super) struct ReadAs<T> {
    /// Of a JSON text.
    pub json: fn(Location, &str) -> Result<T, BadRecord>,
    /// Of the cells of a row and the names of their columns.
    pub cells: fn(Location, Cells<'_>) -> Result<T, BadRecord>,
    /// Of a whole file of text, with the file's name as id.
    pub text: fn(Location, Option<Id>, String) -> Result<T, BadRecord>,
}

impl<T> Clone for ReadAs<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ReadAs<T> {}

impl ReadAs<(Location, Record)> {
    /// A record with text, and its place.
    pub const RECORD: Self = Self {
        json: |at, json| match Record::from_json(json) {
            Ok(record) => checked(at, record),
            Err(fault) => Err(fault.at(at)),
        },
        cells: |at, cells| {
            let record = csv::record(cells);
            match record.check_sizes() {
                Ok(()) => checked(at, record),
                Err(fault) => Err(fault.at(at)),
            }
        },
        text: |at, id, text| checked(at, Record { id, text: Some(text), ..Record::default() }),
    };
}

/// A record as it arrived: reading it is work for any thread.
pub struct Unread(Content);

impl Unread {
    /// About how many bytes it has in memory.
    pub fn size(&self) -> usize {
        match &self.0 {
            Content::Json(_, json) => json.len(),
            Content::Record(_, record) => record.texts().into_iter().flatten().map(str::len).sum(),
        }
    }
}

enum Content {
    Json(Location, String),
    Record(Location, Record),
}

impl Unread {
    /// The record and its place.
    ///
    /// # Errors
    /// When it is bad.
    pub fn read(self) -> Result<(Location, Record), BadRecord> {
        match self.0 {
            Content::Json(at, json) => (ReadAs::RECORD.json)(at, &json),
            Content::Record(at, record) => Ok((at, record)),
        }
    }
}

impl ReadAs<Unread> {
    /// JSON as it stands there; what is read as quickly as it is copied is read at once.
    const UNREAD: Self = Self {
        json: |at, json| Ok(Unread(Content::Json(at, json.to_owned()))),
        cells: |at, cells| (ReadAs::RECORD.cells)(at, cells).map(Unread::from),
        text: |at, id, text| (ReadAs::RECORD.text)(at, id, text).map(Unread::from),
    };
}

impl From<(Location, Record)> for Unread {
    fn from((at, record): (Location, Record)) -> Self {
        Self(Content::Record(at, record))
    }
}

/// The record, provided it has text.
fn checked(at: Location, record: Record) -> Result<(Location, Record), BadRecord> {
    match record.check_text(&at) {
        Ok(()) => Ok((at, record)),
        Err(error) => Err(BadRecord { id: record.id, error }),
    }
}

/// The records of one source, in its order; see [`open`] and [`open_whole`](super::open_whole).
pub struct Records<T = (Location, Record)>(Box<dyn Iterator<Item = Result<T, BadRecord>> + Send>);

impl<T> Iterator for Records<T> {
    type Item = Result<T, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// Opens a source to read its records one after the other.
///
/// Without `format`, a file's name tells its form (see [`InputFormat::of_path`]; any other file is text) and
/// standard input is recognised by its first bytes. Gzip is recognised by its first bytes too. Text that is not
/// UTF-8 is read with U+FFFD in place of what is wrong. JSON, JSON Lines and CSV are read as they come, in the memory of
/// one record; what is longer than [`limits::RECORD`](crate::limits::RECORD), or a text file longer than
/// [`limits::TEXT`](crate::limits::TEXT), is a bad record. JSON Lines that are spread over lines are read as JSON.
///
/// A text file is one record with the file's name as its id; CSV ids are strings. After a bad record, reading goes
/// on with the next one, unless the input itself is damaged.
///
/// # Errors
/// When there is nothing to read: the file is missing, not readable, a directory, blank, in UTF-16, no JSON at all,
/// or CSV without a column of text; or when it is evidently of another form than its name says.
pub fn open(source: &Source, format: Option<InputFormat>) -> Result<Records> {
    Records::new(Input::open(source, format)?, ReadAs::RECORD)
}

/// Opens a source like [`open`], but leaves it to the caller to read each record.
///
/// # Errors
/// Those of [`open`].
pub fn open_unread(source: &Source, format: Option<InputFormat>) -> Result<Records<Unread>> {
    Records::new(Input::open(source, format)?, ReadAs::UNREAD)
}

impl<T: Send + 'static> Records<T> {
    pub(super) fn new(input: Input, read_as: ReadAs<T>) -> Result<Self> {
        Ok(Self(match input.format {
            InputFormat::Text => Box::new(iter::once(text_record(input, read_as))),
            InputFormat::Json => Box::new(json_records(input, read_as)?),
            InputFormat::Jsonl => Box::new(JsonlRecords::new(input, read_as)),
            InputFormat::Csv => Box::new(CsvRecords::new(input, read_as)?),
        }))
    }
}

/// The records among the values of JSON; an input that does not begin as JSON has none.
fn json_records<T: Send + 'static>(
    input: Input,
    read_as: ReadAs<T>,
) -> Result<impl Iterator<Item = Result<T, BadRecord>>> {
    let mut records = JsonRecords { values: Values::new(input), read_as };
    match records.next() {
        Some(Err(bad)) if records.values.is_over() => Err(bad.error),
        first => Ok(first.into_iter().chain(records)),
    }
}

fn text_record<T>(mut input: Input, read_as: ReadAs<T>) -> Result<T, BadRecord> {
    let id = match &input.source {
        Source::File(path) => path.file_name().map(|name| Id::from(name.to_string_lossy().as_ref())),
        Source::Stdin => None,
    };
    match input.read_text(&TEXT) {
        Ok(text) => (read_as.text)(Location::file(input.source.path()), id, text),
        Err(error) => Err(BadRecord { id, error }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gzip, noisy_lines, read};
    use super::*;

    #[test]
    fn a_text_file_is_one_record_named_by_the_file() {
        assert_eq!(read("docs/README.md", "# A broker\n"), ["docs/README.md \"README.md\" # A broker\n"]);
        assert_eq!(read("-", "# A broker"), ["<stdin> null # A broker"]);
        assert_eq!(read("a.md", b"caf\xe9\0"), ["a.md \"a.md\" caf\u{fffd}\0"]);
    }

    #[test]
    fn blank_text_is_a_bad_record_with_the_name_of_the_file() {
        let expected = "\"a.md\" bad a.md: no text; give at least one of name, description, readme, text";
        assert_eq!(read("a.md", "\u{a0}\u{2003}"), [expected]);
    }

    #[test]
    fn half_a_gzip_text_is_a_bad_record_with_the_name_of_the_file() {
        let whole = gzip(noisy_lines(400));
        let expected = "\"a.md\" bad a.md: the gzip data ends too early; copy or download the file again";
        assert_eq!(read("a.md", &whole[..whole.len() / 2]), [expected]);
    }

    #[test]
    fn a_file_is_read_from_disk_on_any_thread() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data.txt");
        std::fs::write(&path, "{\"id\": 1, \"text\": \"a broker\"}").unwrap();
        let records = open(&Source::File(path.clone()), Some(InputFormat::Jsonl)).unwrap();
        let records: Vec<_> = std::thread::spawn(|| records.collect()).join().unwrap();
        let (at, record) = records.into_iter().next().unwrap().unwrap();
        assert_eq!((at, record.id), (Location::line(path, 1), Some(Id::from(1))));
    }
}
