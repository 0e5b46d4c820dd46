//! JSON Lines, read one line at a time.

use std::borrow::Cow;
use std::io::BufRead;
use std::path::PathBuf;

use super::input::{Input, broken, lossy, read_line};
use super::reader::{BadRecord, ReadAs};
use super::record::early_id;
use crate::error::Location;
use crate::limits::RECORD;

/// How much memory is kept for the next line.
const KEPT: usize = 1 << 20;

/// The lines of JSON Lines that are not blank; one buffer serves all.
pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    line: usize,
    buffer: Vec<u8>,
    ended: bool,
}

impl Lines {
    pub fn new(input: Input) -> Self {
        let path = input.source.path();
        Self { reader: input.reader, path, line: input.line, buffer: Vec::new(), ended: false }
    }

    /// The next line with its place; nothing comes after a fault of the input itself.
    pub fn next_line(&mut self) -> Option<Result<(Location, Cow<'_, str>), BadRecord>> {
        while !self.ended {
            self.buffer.clear();
            self.buffer.shrink_to(KEPT);
            let read = read_line(&mut self.reader, &mut self.buffer, RECORD.size());
            let at = Location::line(&self.path, self.line);
            self.line += 1;
            match read {
                Ok(0) => self.ended = true,
                Ok(length) if length > self.buffer.len() as u64 => {
                    let error = RECORD.exceeded(at, Some(length));
                    return Some(Err(BadRecord { id: early_id(&lossy(&self.buffer)), error }));
                }
                Ok(_) if self.buffer.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok((at, lossy(&self.buffer)))),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(BadRecord { id: None, error: broken(at, error) }));
                }
            }
        }
        None
    }
}

/// The records of JSON Lines.
pub(super) struct JsonlRecords<T> {
    lines: Lines,
    read_as: ReadAs<T>,
}

impl<T> JsonlRecords<T> {
    pub fn new(input: Input, read_as: ReadAs<T>) -> Self {
        Self { lines: Lines::new(input), read_as }
    }
}

impl<T> Iterator for JsonlRecords<T> {
    type Item = Result<T, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.lines.next_line()?.and_then(|(at, json)| (self.read_as.json)(at, &json)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::testing::{gzip, input, noisy_lines, read};
    use super::*;

    #[test]
    fn a_broken_line_is_named_and_the_others_are_read() {
        let lines = "\n{\"id\":1,\"text\":\"one\"}\r\n \r\n{\"id\":2,\"text\":\r\n{\"id\":3,\"text\":[]}\n\n{\"id\":4,\"text\":\"four\"}";
        assert_eq!(
            read("a.jsonl", lines),
            [
                "a.jsonl:2 1 one",
                "2 bad a.jsonl:4: bad JSON: EOF while parsing a value in column 15; \
                 write a record as a JSON object with at least one text field",
                "3 bad a.jsonl:5: \"text\" is an array; give a string or null",
                "a.jsonl:7 4 four"
            ]
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(read("a.jsonl", b"{\"text\":\"caf\xe9\"}"), ["a.jsonl:1 null caf\u{fffd}"]);
    }

    #[test]
    fn nul_is_text_where_json_allows_it() {
        let records = read("a.jsonl", "{\"text\":\"a\\u0000b\"}\n{\"text\":\"a\0b\"}\n\0\n{\"text\":\"c\"}");
        assert_eq!(records[0], "a.jsonl:1 null a\0b");
        assert!(records[1].starts_with("null bad a.jsonl:2: bad JSON: control character"), "{}", records[1]);
        assert!(records[2].starts_with("null bad a.jsonl:3: bad JSON: expected value"), "{}", records[2]);
        assert_eq!(records[3], "a.jsonl:4 null c");
    }

    #[test]
    fn deep_nesting_harms_no_other_line() {
        let deep = "[".repeat(1_000_000);
        let closed = "]".repeat(1_000_000);
        let fields = ["other", "text", "id", "tags", "candidates"];
        let nested = fields.map(|field| format!("{{\"text\":\"x\",\"{field}\":{deep}{closed}}}\n"));
        let lines = format!("{deep}\n{{\"a\":{deep}\n{}{{\"text\":\"end\"}}", nested.concat());
        let records = read("a.jsonl", lines);
        assert_eq!(records.iter().filter(|record| record.starts_with("null bad")).count(), 6);
        assert_eq!(records[2], "a.jsonl:3 null x");
        assert_eq!(records.last().unwrap(), "a.jsonl:8 null end");
        assert!(records.iter().all(|record| record.len() < 200));
    }

    #[test]
    fn a_very_long_line_is_read() {
        let long = "word ".repeat(3_000_000);
        let records = read("a.jsonl", format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"end\"}}"));
        assert_eq!(records[0].len(), "a.jsonl:1 null ".len() + long.len());
        assert_eq!(records[1], "a.jsonl:2 null end");
    }

    #[test]
    fn half_a_gzip_file_gives_its_whole_lines_and_one_fault() {
        let whole = gzip(noisy_lines(400));
        let records = read("a.jsonl.gz", &whole[..whole.len() / 2]);
        let (fault, read) = records.split_last().unwrap();
        assert!(read.len() > 100);
        for (index, record) in read.iter().enumerate() {
            assert!(record.starts_with(&format!("a.jsonl.gz:{} {index} ", index + 1)), "{record}");
        }
        let line = read.len() + 1;
        assert_eq!(
            *fault,
            format!(
                "null bad a.jsonl.gz:{line}: the gzip data ends too early; copy or download the file again"
            )
        );
    }

    proptest! {
        #[test]
        fn ids_texts_and_order_survive(
            records in prop::collection::vec((".*", any::<i64>(), any::<bool>(), "\\PC*[a-z]"), 1..20)
        ) {
            let id = |(text, number, textual, _): &(String, i64, bool, String)| {
                if *textual { json!(text) } else { json!(number) }
            };
            let lines: Vec<_> = records.iter().map(|r| json!({"id": id(r), "text": r.3}).to_string()).collect();
            let read = JsonlRecords::new(input("a.jsonl", lines.join("\n")).unwrap(), ReadAs::RECORD);
            let read: Vec<_> = read.map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), records.len());
            for (index, ((at, read), written)) in read.iter().zip(&records).enumerate() {
                prop_assert_eq!(at.line, Some(index + 1));
                prop_assert_eq!(serde_json::to_value(&read.id).unwrap(), id(written));
                prop_assert_eq!(read.text.as_ref(), Some(&written.3));
            }
        }

        #[test]
        fn no_bytes_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
            for name in ["a.jsonl", "a.json", "a.csv", "a.md", "-"] {
                let _ = input(name, bytes.clone()).and_then(super::super::testing::records).map(Iterator::count);
            }
        }
    }
}
