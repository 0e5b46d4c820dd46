//! JSON: objects and arrays, read value by value, and how to speak of JSON in messages.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::PathBuf;

use serde_json::value::RawValue;

use super::input::{Input, broken, line_breaks, lossy};
use super::reader::{BadRecord, ReadAs};
use super::record::early_id;
use crate::error::{Error, Location};
use crate::limits::RECORD;

/// How much memory is kept for the next value.
const KEPT: usize = 1 << 20;
const HELP: &str =
    "mend it there, or give one object on each line as JSON Lines (.jsonl, --input-format jsonl)";

/// What kind of value this is, with its article.
pub(super) fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// What `serde_json` found wrong, without its own count of lines: a message counts those of the file.
pub fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// The values of JSON, one after the other, and the elements of those that are arrays. Only one of them is in memory.
pub(super) struct Values {
    reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    /// Line and column of the next byte, counted from 1.
    place: (usize, usize),
    expected: Expected,
    buffer: Vec<u8>,
    ended: bool,
}

/// What may come between two values.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    /// A value or an array.
    Any,
    /// The first element of an array, or its end.
    First,
    /// An element of an array.
    Element,
    /// A comma, or the end of the array.
    Comma,
}

impl Values {
    pub fn new(input: Input) -> Self {
        let (path, place) = (input.source.path(), (input.line, 1));
        Self { reader: input.reader, path, place, expected: Expected::Any, buffer: Vec::new(), ended: false }
    }

    /// Whether nothing more can come: the end, or a fault after which it is not known what belongs to what.
    pub fn is_over(&self) -> bool {
        self.ended
    }

    /// The next value with its place, or what is wrong with it.
    pub fn next_value(&mut self) -> Option<Result<(Location, Cow<'_, str>), BadRecord>> {
        if self.ended {
            return None;
        }
        let start = match self.skip_to_value() {
            Ok(Some(start)) => start,
            Ok(None) => return None,
            Err(bad) => return Some(Err(bad)),
        };
        let length = match self.read_value() {
            Ok(length) => length,
            Err(error) => return Some(Err(self.end_with(|at| broken(at, error)))),
        };
        let at = Location::line(&self.path, start.0);
        let text = lossy(&self.buffer);
        if length > self.buffer.len() as u64 {
            return Some(Err(BadRecord { id: early_id(&text), error: RECORD.exceeded(at, Some(length)) }));
        }
        // A line break at the end would take the blame when the JSON ends too early.
        match serde_json::from_str::<&RawValue>(text.trim_ascii_end()) {
            Ok(_) => Some(Ok((at, text))),
            Err(error) => {
                // Within brackets that match, the fault is this value's alone.
                self.ended |= !text.starts_with(['{', '[']) || error.is_eof();
                let line = start.0 + error.line().saturating_sub(1);
                let column = error.column() + if error.line() == 1 { start.1 - 1 } else { 0 };
                let error = fault(Location::line(&self.path, line), &reason(&error), column);
                Some(Err(BadRecord { id: early_id(&text), error }))
            }
        }
    }

    /// Passes over blank space, commas and the brackets of arrays; the place of the next value.
    fn skip_to_value(&mut self) -> Result<Option<(usize, usize)>, BadRecord> {
        loop {
            let next = match available(&mut *self.reader) {
                Ok(bytes) => bytes.first().copied(),
                Err(error) => return Err(self.end_with(|at| broken(at, error))),
            };
            self.expected = match (next, self.expected) {
                (Some(byte), expected) if byte.is_ascii_whitespace() => expected,
                (Some(b'['), Expected::Any) => Expected::First,
                (Some(b']'), Expected::First | Expected::Comma) => Expected::Any,
                (Some(b','), Expected::Comma) => Expected::Element,
                (None, Expected::Any) => {
                    self.ended = true;
                    return Ok(None);
                }
                (next, expected) => {
                    let problem = match next {
                        None => "EOF while parsing a list",
                        _ if expected == Expected::Comma => "expected `,` or `]`",
                        Some(b']' | b'}' | b',' | b':') => "expected value",
                        Some(_) => {
                            let is_element = expected != Expected::Any;
                            self.expected = if is_element { Expected::Comma } else { Expected::Any };
                            return Ok(Some(self.place));
                        }
                    };
                    let column = self.place.1;
                    return Err(self.end_with(|at| fault(at, problem, column)));
                }
            };
            self.pass(1);
        }
    }

    /// Reads one value into the buffer, as far as its brackets and quotes match. Its length, which may be more than is kept
    /// of it.
    fn read_value(&mut self) -> io::Result<u64> {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
        let (mut extent, mut length) = (Extent::default(), 0);
        loop {
            let bytes = available(&mut *self.reader)?;
            let (count, is_whole) = extent.scan(bytes);
            let room = RECORD.size() - self.buffer.len();
            self.buffer.extend_from_slice(&bytes[..count.min(room)]);
            self.pass(count);
            length += count as u64;
            if is_whole || count == 0 {
                return Ok(length);
            }
        }
    }

    /// Passes over so many of the bytes that are available.
    fn pass(&mut self, count: usize) {
        // They are at hand: nothing is read for it.
        let bytes = self.reader.fill_buf().map_or(&[][..], |bytes| &bytes[..count]);
        let (line, column) = self.place;
        self.place = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => (line + line_breaks(bytes), count - last),
            None => (line, column + count),
        };
        self.reader.consume(count);
    }

    /// The fault after which nothing more is read.
    fn end_with(&mut self, error: impl FnOnce(Location) -> Error) -> BadRecord {
        self.ended = true;
        BadRecord { id: None, error: error(Location::line(&self.path, self.place.0)) }
    }
}

/// What is at hand, or comes next; nothing at the end.
fn available(reader: &mut (dyn BufRead + Send)) -> io::Result<&[u8]> {
    while let Err(error) = reader.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    reader.fill_buf()
}

fn fault(at: Location, problem: &str, column: usize) -> Error {
    Error::input(at, format!("bad JSON: {problem} in column {column}"), HELP)
}

/// How far a value reaches: to where its brackets match, its quote is closed, or the next mark.
#[derive(Default)]
struct Extent {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    is_word: bool,
}

impl Extent {
    /// Scans more of the value: how many bytes of these belong to it, and whether it ends with them.
    fn scan(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (place, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                _ if self.is_escaped => {
                    self.is_escaped = false;
                    false
                }
                b'\\' if self.in_string => {
                    self.is_escaped = true;
                    false
                }
                b'"' if self.in_string => {
                    self.in_string = false;
                    self.depth == 0
                }
                // No string holds a line break: this one has been left open.
                b'\n' if self.in_string => true,
                _ if self.in_string => false,
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'"' | b'[' | b']' | b'{' | b'}'
                    if self.is_word =>
                {
                    return (place, true);
                }
                b'"' => {
                    self.in_string = true;
                    false
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    false
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.depth == 0
                }
                _ => {
                    self.is_word = self.depth == 0;
                    false
                }
            };
            if ends {
                return (place + 1, true);
            }
        }
        (bytes.len(), false)
    }
}

/// The records among the values of JSON.
pub(super) struct JsonRecords<T> {
    pub values: Values,
    pub read_as: ReadAs<T>,
}

impl<T> Iterator for JsonRecords<T> {
    type Item = Result<T, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.values.next_value()?.and_then(|(at, json)| (self.read_as.json)(at, &json)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gzip, noisy_lines, read, refusal};
    use super::*;

    #[test]
    fn an_array_is_read_with_the_lines_of_its_records() {
        let array = "\n[\n  {\"id\": 1, \"text\": \"a broker\"},\n  {\n    \"id\": \"2\",\n    \"name\": \"a/b\"\n  },\n  {\"id\": 3}\n]\n";
        assert_eq!(
            read("a.json", array),
            [
                "a.json:3 1 a broker",
                "a.json:4 \"2\" a/b",
                "3 bad a.json:8: no text; give at least one of name, description, readme, text"
            ]
        );
        assert!(read("a.json", "[]").is_empty());
    }

    #[test]
    fn one_object_or_several_are_read() {
        assert_eq!(read("a.json", "{\n\"text\":\r\n \"a broker\"\n}\n"), ["a.json:1 null a broker"]);
        let several = "{\"text\":\"one\"}{\"text\":\"two\"}\n\n{\n\"text\":\"three\"}";
        assert_eq!(read("-", several.replacen('{', "{\n", 1)).len(), 3);
        assert_eq!(
            read("a.json", several),
            ["a.json:1 null one", "a.json:1 null two", "a.json:3 null three"]
        );
    }

    #[test]
    fn what_is_no_object_is_a_bad_record() {
        let found = |what: &str, line: usize| {
            format!(
                "null bad a.json:{line}: expected a JSON object, found {what}; \
                 write a record as a JSON object with at least one text field"
            )
        };
        assert_eq!(
            read("a.json", "[1,\nnull, [{}]]"),
            [found("a number", 1), found("null", 2), found("an array", 2)]
        );
        assert_eq!(read("a.json", "\"a broker\""), [found("a string", 1)]);
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_line() {
        assert_eq!(
            refusal("a.json", "\n# A broker"),
            format!("a.json:2: bad JSON: expected value in column 1; {HELP}")
        );
        assert_eq!(
            refusal("a.json", "[\n]]"),
            format!("a.json:2: bad JSON: expected value in column 2; {HELP}")
        );
    }

    #[test]
    fn a_fault_within_one_record_harms_no_other() {
        assert_eq!(
            read(
                "a.json",
                "[{\"text\": \"one\"},\n {\"id\": 2, \"text\": two},\n{\"text\":\n }, {\"text\": \"four\"}]"
            ),
            [
                "a.json:1 null one".to_owned(),
                format!("2 bad a.json:2: bad JSON: expected ident in column 21; {HELP}"),
                format!("null bad a.json:4: bad JSON: expected value in column 2; {HELP}"),
                "a.json:4 null four".to_owned(),
            ]
        );
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        for (text, problem) in [
            (
                "{\"text\": \"one\"}\n{\"text\": \"two}\n{\"text\": \"three\"}",
                "2: bad JSON: EOF while parsing a string in column 14",
            ),
            ("[{\"text\": \"one\"}\n{\"text\": \"two\"}]", "2: bad JSON: expected `,` or `]` in column 1"),
            ("[{\"text\": \"one\"},\n]", "2: bad JSON: expected value in column 1"),
            ("[{\"text\": \"one\"},\n", "2: bad JSON: EOF while parsing a list in column 1"),
            ("{\"text\": \"one\"}}\n", "1: bad JSON: expected value in column 16"),
        ] {
            assert_eq!(
                read("a.json", text),
                ["a.json:1 null one".to_owned(), format!("null bad a.json:{problem}; {HELP}")],
                "{text}"
            );
        }
    }

    #[test]
    fn arrays_and_objects_may_follow_one_another() {
        let text = "[{\"text\":\"one\"}]\n[{\"text\":\"two\"},{\"text\":\"three\"}][]{\"text\":\"four\"}\n[\n]\n[{\"text\":\"five\"}]";
        let expected = ["1 null one", "2 null two", "2 null three", "2 null four", "5 null five"];
        for name in ["a.json", "a.jsonl", "-"] {
            let shown = name.replace('-', "<stdin>");
            assert_eq!(read(name, text), expected.map(|record| format!("{shown}:{record}")), "{name}");
        }
    }

    #[test]
    fn json_lines_that_are_spread_over_lines_are_read_as_json() {
        let array =
            "[\n  {\n    \"id\": 1,\n    \"text\": \"one\"\n  },\n  {\n    \"text\": \"two\"\n  }\n]\n";
        assert_eq!(read("a.jsonl", array), ["a.jsonl:2 1 one", "a.jsonl:6 null two"]);
        let objects = "{\r\n  \"text\": \"one\"\r\n}\r\n{\r\n  \"text\": \"two\"\r\n}\r\n";
        assert_eq!(read("a.jsonl", objects), ["a.jsonl:1 null one", "a.jsonl:4 null two"]);
    }

    #[test]
    fn a_record_that_is_too_long_is_not_kept_and_the_next_ones_are_read() {
        let long = "x".repeat(RECORD.size());
        let text = format!("[{{\"id\":1,\"text\":\"{long}\"}},\n{{\"text\":\"two\"}}]");
        let limit = "a record of 64,000,018 bytes; at most 64,000,000 are read; leave out what is no description or README of one project";
        assert_eq!(
            read("a.json", text.clone()),
            [format!("1 bad a.json:1: {limit}"), "a.json:2 null two".to_owned()]
        );
        let lines = text.trim_matches(['[', ']']).replace("},", "}");
        assert_eq!(
            read("a.jsonl", lines),
            [format!("1 bad a.jsonl:1: {}", limit.replace("018", "019")), "a.jsonl:2 null two".to_owned()]
        );
    }

    #[test]
    fn what_is_of_another_form_is_said_to_be() {
        assert_eq!(
            refusal("a.csv", "[{\"text\": \"x\"}]"),
            "a.csv: is JSON, not CSV; name it .json or .jsonl, or read it with --input-format json"
        );
        for name in ["a.json", "a.jsonl"] {
            assert_eq!(
                refusal(name, "ID;Name;Description\n1;a/b;x\n"),
                format!("{name}: is CSV, not JSON; name it .csv, or read it with --input-format csv")
            );
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_recursion() {
        let deep = "[".repeat(1_000_000);
        assert!(refusal("a.json", deep.clone()).starts_with("a.json:1: bad JSON: EOF while parsing a list"));
        let closed = format!("{deep}{}", "]".repeat(1_000_000));
        assert!(read("a.json", closed)[0].contains("expected a JSON object, found an array"));
    }

    #[test]
    fn half_a_gzip_file_gives_its_whole_records_and_one_fault() {
        let whole = gzip(format!("[{}]", noisy_lines(400).trim_end().replace('\n', ",\n")));
        let records = read("a.json.gz", &whole[..whole.len() / 2]);
        let (fault, read) = records.split_last().unwrap();
        assert!(read.len() > 100 && read.iter().all(|record| record.starts_with("a.json.gz:")));
        assert!(fault.ends_with("the gzip data ends too early; copy or download the file again"), "{fault}");
    }
}
