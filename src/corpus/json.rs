//! JSON: objects and arrays read whole, and how to speak of JSON in messages.

use serde_json::value::RawValue;

use super::input::Input;
use super::reader::{BadRecord, ReadAs};
use crate::error::{Error, Location, Result};

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

/// What `serde_json` found wrong, without its own count of lines: ours counts the file's.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// All records of an array, an object, or objects one after the other.
///
/// # Errors
/// When not even one value can be read; a fault after that is the last record.
pub(super) fn read_all<T>(input: Input, read_as: ReadAs<T>) -> Result<Vec<Result<T, BadRecord>>> {
    let mut records = Vec::new();
    let fault = for_each_value(input, |at, json| records.push((read_as.json)(at, json)))?;
    records.extend(fault.map(|error| Err(BadRecord { id: None, error })));
    Ok(records)
}

/// Hands out the values of an array, or values one after the other, each with its place; what is wrong after them.
///
/// # Errors
/// When not even one value can be read.
pub(super) fn for_each_value(
    mut input: Input,
    mut each: impl FnMut(Location, &str),
) -> Result<Option<Error>> {
    let text = input.read_text()?;
    let path = input.source.path();
    let text = text.trim_ascii_end();
    let (values, fault) = values(text);
    let (mut line, mut seen) = (input.line, 0);
    for value in &values {
        // A raw value is a slice of the text, so its address tells where it stands.
        let start = value.get().as_ptr().addr() - text.as_ptr().addr();
        line += text[seen..start].matches('\n').count();
        seen = start;
        each(Location::line(&path, line), value.get());
    }
    let Some(fault) = fault else { return Ok(None) };
    let error = Error::input(
        Location::line(path, input.line + fault.line().saturating_sub(1)),
        format!("bad JSON: {} in column {}", reason(&fault), fault.column()),
        "mend it there, or give one object on each line as JSON Lines (.jsonl, --input-format jsonl)",
    );
    if values.is_empty() { Err(error) } else { Ok(Some(error)) }
}

/// The elements of an array, or the values up to the first fault.
fn values(text: &str) -> (Vec<&RawValue>, Option<serde_json::Error>) {
    if text.starts_with('[') {
        return match serde_json::from_str(text) {
            Ok(elements) => (elements, None),
            Err(error) => (Vec::new(), Some(error)),
        };
    }
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter() {
        match value {
            Ok(value) => values.push(value),
            Err(error) => return (values, Some(error)),
        }
    }
    (values, None)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gzip, noisy_lines, read, refusal};

    const HELP: &str =
        "mend it there, or give one object on each line as JSON Lines (.jsonl, --input-format jsonl)";

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
            refusal("a.json", "[{\"id\": 1},\n {\"id\": }]"),
            format!("a.json:2: bad JSON: expected value in column 9; {HELP}")
        );
        assert!(refusal("a.json", "[{\"id\": 1}] {}").starts_with("a.json:1: bad JSON: trailing characters"));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        assert_eq!(
            read("a.json", "{\"text\": \"one\"}\n{\"text\": two}\n{\"text\": \"three\"}"),
            [
                "a.json:1 null one".to_owned(),
                format!("null bad a.json:2: bad JSON: expected ident in column 11; {HELP}")
            ]
        );
    }

    #[test]
    fn deep_nesting_is_refused_without_recursion() {
        let deep = "[".repeat(1_000_000);
        assert!(refusal("a.json", deep.clone()).starts_with("a.json:1: bad JSON: EOF while parsing a list"));
        let closed = format!("{deep}{}", "]".repeat(1_000_000));
        assert!(read("a.json", closed)[0].contains("expected a JSON object, found an array"));
    }

    #[test]
    fn half_a_gzip_file_is_refused() {
        let whole = gzip(noisy_lines(400));
        assert_eq!(
            refusal("a.json.gz", &whole[..whole.len() / 2]),
            "a.json.gz: the gzip data ends too early; copy or download the file again"
        );
    }
}
