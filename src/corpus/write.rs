//! Records written back with all of their fields.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use indexmap::IndexSet;
use serde_json::Value;

use super::csv::names_cell;
use super::formula::quoted;
use super::reader::ReadAs;
use super::{InputFormat, LIST_FIELDS, TagRef, WholeRecord};
use crate::atomic::{Draft, publish};
use crate::error::Result;

/// The forms that records are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// JSON Lines: one JSON object on each line, each value as it was written.
    Jsonl,
    /// One JSON array of these objects.
    Json,
    /// Comma-separated values: a column for each field, lists joined by `;`, numbers and objects as JSON text.
    Csv,
    /// CSV in which a `'` stands before each cell that a spreadsheet would take for a formula.
    #[value(skip)]
    SpreadsheetCsv,
}

impl OutputFormat {
    /// The form that a file's name tells, with or without `.gz`: JSON Lines unless it is `.json` or `.csv`.
    pub fn of_path(path: &Path) -> Self {
        match InputFormat::of_path(path) {
            Some(InputFormat::Json) => Self::Json,
            Some(InputFormat::Csv) => Self::Csv,
            Some(InputFormat::Jsonl | InputFormat::Text) | None => Self::Jsonl,
        }
    }
}

/// Writes records to a file, whole or not at all, in the form that its name tells (see [`OutputFormat::of_path`]),
/// compressed when it ends in `.gz`.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) when it cannot be written.
pub fn write_whole<'a>(path: &Path, records: impl IntoIterator<Item = &'a WholeRecord>) -> Result<()> {
    publish(vec![draft_whole(path, OutputFormat::of_path(path), records)?])
}

/// As [`write_whole`] in a given form, for several files that are to take their places together.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) when it cannot be written.
pub fn draft_whole<'a>(
    path: &Path,
    format: OutputFormat,
    records: impl IntoIterator<Item = &'a WholeRecord>,
) -> Result<Draft> {
    draft_data(path, |file| write_whole_to(file, format, records))
}

/// Writes a file whole or not at all, compressed with gzip when its name ends in `.gz`.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) when it cannot be written.
pub fn write_data(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    publish(vec![draft_data(path, write)?])
}

fn draft_data(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Draft> {
    let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    Draft::write(path, |file| {
        if is_gzip {
            let mut encoder = GzEncoder::new(file, Compression::default());
            write(&mut encoder)?;
            encoder.finish().map(drop)
        } else {
            write(file)
        }
    })
}

/// Writes records to any writer.
///
/// # Errors
/// Those of the writer.
pub fn write_whole_to<'a>(
    out: &mut dyn Write,
    format: OutputFormat,
    records: impl IntoIterator<Item = &'a WholeRecord>,
) -> io::Result<()> {
    match format {
        OutputFormat::Jsonl => write_json(out, records, false),
        OutputFormat::Json => write_json(out, records, true),
        OutputFormat::Csv => write_csv(out, &records.into_iter().collect::<Vec<_>>(), |cell| cell),
        OutputFormat::SpreadsheetCsv => write_csv(out, &records.into_iter().collect::<Vec<_>>(), quoted),
    }
}

fn write_json<'a>(
    out: &mut dyn Write,
    records: impl IntoIterator<Item = &'a WholeRecord>,
    is_array: bool,
) -> io::Result<()> {
    let mut separator = if is_array { "[\n" } else { "" };
    for record in records {
        write!(out, "{separator}{}", record.to_json()?)?;
        separator = if is_array { ",\n" } else { "\n" };
    }
    out.write_all(match (is_array, separator) {
        (true, "[\n") => b"[]\n",
        (true, _) => b"\n]\n",
        (false, "") => b"",
        (false, _) => b"\n",
    })
}

/// A column for each field that any record has, in the order in which they first come.
fn write_csv(out: &mut dyn Write, records: &[&WholeRecord], written: fn(String) -> String) -> io::Result<()> {
    let columns: IndexSet<&str> = records.iter().flat_map(|record| record.field_names()).collect();
    let mut writer = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    };
    if !columns.is_empty() {
        writer.write_record(columns.iter().map(|column| written((*column).to_owned()))).map_err(failed)?;
    }
    for record in records {
        writer.write_record(columns.iter().map(|column| written(cell(record, column)))).map_err(failed)?;
    }
    writer.flush()
}

/// The fields of which some record would not be the same after it was written as CSV and read again, such as numbers,
/// which CSV has only as text. Empty strings and `null`, which CSV has only as empty cells, are not counted.
pub fn lost_in_csv<'a>(records: impl IntoIterator<Item = &'a WholeRecord>) -> BTreeSet<&'a str> {
    records
        .into_iter()
        .flat_map(|record| record.field_names().filter(|name| !survives(record, name)))
        .collect()
}

fn survives(record: &WholeRecord, column: &str) -> bool {
    let Ok(back) = (ReadAs::WHOLE.cells)(record.at.clone(), vec![(column, cell(record, column))]) else {
        return false;
    };
    let value = |json: &str| serde_json::from_str::<Value>(json).ok();
    match (record.field(column), back.field(column)) {
        (Some("null" | "\"\""), None) => true,
        (Some(written), Some(read)) if LIST_FIELDS.contains(&column) => tag_list(written) == tag_list(read),
        (Some(written), Some(read)) => value(written) == value(read),
        (written, read) => written == read,
    }
}

/// The cell of a field; empty when the record does not have it.
fn cell(record: &WholeRecord, column: &str) -> String {
    let json = record.field(column).unwrap_or_default();
    if LIST_FIELDS.contains(&column)
        && let Some(tags) = tag_list(json)
    {
        return names_cell(&tags);
    }
    match serde_json::from_str(json) {
        Ok(Value::Null) => String::new(),
        Ok(Value::String(text)) => text,
        Ok(Value::Array(elements)) => {
            let texts: Option<Vec<&str>> = elements.iter().map(Value::as_str).collect();
            texts.map_or_else(|| json.to_owned(), |texts| texts.join(";"))
        }
        _ => json.to_owned(),
    }
}

/// The tags of a list as their names or ids.
fn tag_list(json: &str) -> Option<Vec<String>> {
    let tags: Vec<TagRef> = serde_json::from_str(json).ok()?;
    Some(tags.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::reader::Records;
    use super::super::testing::{gzip, input};
    use super::super::{read_whole, testing};
    use super::*;

    fn whole(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<WholeRecord> {
        let records = Records::new(input(name, bytes).unwrap(), ReadAs::WHOLE).unwrap();
        records.map(|record| record.unwrap()).collect()
    }

    fn csv(records: &[WholeRecord]) -> String {
        let mut bytes = Vec::new();
        write_whole_to(&mut bytes, OutputFormat::Csv, records).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let lines = "{\"id\":1,\"text\":\"x\"}\n{\"id\":2,\"text\":\"y\"}\n";
        let records = whole("a.jsonl", lines);
        let write = |name: &str, records: &[WholeRecord]| {
            let path = directory.path().join(name);
            write_whole(&path, records).unwrap();
            std::fs::read(path).unwrap()
        };
        assert_eq!(write("a.jsonl", &records), lines.as_bytes());
        assert_eq!(write("none.jsonl", &[]), b"");
        assert_eq!(write("none.json", &[]), b"[]\n");
        assert_eq!(write("none.csv", &[]), b"");
        let array = b"[\n{\"id\":1,\"text\":\"x\"},\n{\"id\":2,\"text\":\"y\"}\n]\n";
        assert_eq!(write("a.json", &records), array);
        assert!(write("a.json.gz", &records).starts_with(&gzip("")[..2]));
        let back = read_whole(&[directory.path().join("a.json.gz")]).unwrap();
        assert_eq!(back[1].to_json().unwrap(), r#"{"id":2,"text":"y"}"#);
    }

    #[test]
    fn csv_has_a_column_for_each_field_and_says_what_it_loses() {
        let records = whole(
            "a.jsonl",
            r#"{"id":"1","text":"a, \"b\"","tags":["cli",{"id":90,"name":"x"}],"stars":5,"topics":["a","b"]}
            {"id":"2","text":"two\nlines","note":{"by":"me"},"tags":[],"gone":null}"#,
        );
        assert_eq!(
            csv(&records),
            "id,text,tags,stars,topics,note,gone\n1,\"a, \"\"b\"\"\",cli;90,5,a;b,,\n2,\"two\nlines\",[],,,\"{\"\"by\"\":\"\"me\"\"}\",\n"
        );
        assert_eq!(lost_in_csv(&records), BTreeSet::from(["note", "stars", "topics"]));
        assert!(lost_in_csv(&records[..0]).is_empty());
    }

    #[test]
    fn no_tags_unlabelled_and_any_name_come_back() {
        let lines = r#"{"text":"x","tags":["a;b"," c"],"judged_tags":["d"]}
            {"text":"y","tags":[],"suggested_tags":["[e"],"edited_tags":["[]"]}
            {"text":"z"}"#;
        let records = whole("a.jsonl", lines);
        assert!(lost_in_csv(&records).is_empty());
        let back = whole("a.csv", csv(&records));
        let json = |record: &WholeRecord| record.to_json().unwrap();
        let back: Vec<String> = back.iter().map(json).collect();
        assert_eq!(back, records.iter().map(json).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn any_text_and_tags_come_back_from_csv(
            texts in proptest::collection::vec("[a-z ,;\"\n\té|]{0,12}x", 1..6),
            tags in proptest::option::of(proptest::collection::vec("[a-z,;| \"\\[\\]]{1,6}", 0..4)),
        ) {
            let lines = texts.iter().enumerate().map(|(id, text)| {
                serde_json::json!({"id": id.to_string(), "text": text, "tags": tags}).to_string()
            });
            let records = whole("a.jsonl", lines.collect::<Vec<_>>().join("\n"));
            prop_assert!(lost_in_csv(&records).is_empty());
            let back = testing::input("a.csv", csv(&records)).unwrap();
            let back = Records::new(back, ReadAs::WHOLE).unwrap();
            for (record, back) in records.iter().zip(back) {
                let (record, back) = (record.record.as_ref().unwrap(), back.unwrap().record.unwrap());
                prop_assert_eq!(record, &back);
            }
        }
    }
}
