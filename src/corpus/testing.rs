//! What the tests of reading share.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::format::InputFormat;
use super::input::{Input, Source};
use super::reader::{BadRecord, ReadAs, Records};
use super::record::Record;
use crate::error::{Location, Result};

/// Opens bytes as though they stood in a file of this name; `-` is standard input.
pub fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Input> {
    let source = Source::from(PathBuf::from(name));
    let format = match &source {
        Source::File(path) => InputFormat::of_path(path).or(Some(InputFormat::Text)),
        Source::Stdin => None,
    };
    Input::new(&source, format, Box::new(Cursor::new(bytes.into())))
}

/// The records of such a file, a line each: place, id and text, or id and fault.
pub fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<String> {
    records(input(name, bytes).unwrap()).unwrap().map(line).collect()
}

/// Why such a file cannot be opened at all.
pub fn refusal(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    match input(name, bytes).and_then(records) {
        Ok(_) => panic!("{name} was opened"),
        Err(error) => error.to_string(),
    }
}

/// The records of an input.
pub fn records(input: Input) -> Result<Records> {
    Records::new(input, ReadAs::RECORD)
}

fn line(record: Result<(Location, Record), BadRecord>) -> String {
    let shown = |id: Option<_>| serde_json::to_string(&id).unwrap();
    match record {
        Ok((at, record)) => {
            let texts = [record.name, record.description, record.readme, record.text];
            let texts: Vec<_> = texts.into_iter().flatten().collect();
            format!("{at} {} {}", shown(record.id), texts.join("/"))
        }
        Err(bad) => format!("{} bad {}", shown(bad.id), bad.error),
    }
}

/// Compresses bytes as gzip does.
pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// JSON Lines that gzip cannot make small: ids count from 0, texts are hexadecimal noise.
pub fn noisy_lines(count: u64) -> String {
    let noise = |id: u64| (1..40).map(move |word| (id * 40 + word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut lines = String::new();
    for id in 0..count {
        let text: Vec<_> = noise(id).map(|word| format!("{word:x}")).collect();
        writeln!(lines, "{{\"id\":{id},\"text\":\"{}\"}}", text.concat()).unwrap();
    }
    lines
}
