//! Which form an input has.

use std::path::Path;

use serde::de::IgnoredAny;

/// The forms that records come in; each may also be compressed with gzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// Plain text or Markdown: the whole input is one record.
    Text,
    /// One JSON object, an array of objects, or several of these one after the other.
    Json,
    /// JSON Lines: one JSON object on each line.
    Jsonl,
    /// Comma-separated values, with the field names in the first row; semicolons or tabs do as well.
    Csv,
}

/// What the first two characters say, blank space aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// `[{` or `[]`.
    Array,
    /// `{"` or `{}`.
    Object,
    /// Anything else; a README may well start with `[![Build]`.
    Text,
}

impl InputFormat {
    /// The form that a file's name tells: `.json`, `.jsonl`, `.ndjson`, `.csv` or `.tsv`, with or without `.gz`.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match Path::new(name).extension()?.to_str()? {
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The form of an input that opens with a JSON object: an object that its first line leaves open is spread
    /// over lines, otherwise each line is a record.
    pub(super) fn of_first_line(line: &[u8]) -> Self {
        match serde_json::from_slice::<IgnoredAny>(line) {
            Err(error) if error.is_eof() => Self::Json,
            _ => Self::Jsonl,
        }
    }
}

impl Opening {
    /// Looks at the first bytes of an input; `None` when there are too few of them to tell.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let mut visible = head.iter().filter(|byte| !byte.is_ascii_whitespace());
        match visible.next()? {
            b'[' => visible.next().map(|next| if b"{]".contains(next) { Self::Array } else { Self::Text }),
            b'{' => visible.next().map(|next| if b"\"}".contains(next) { Self::Object } else { Self::Text }),
            _ => Some(Self::Text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_form() {
        let of = |name: &str| InputFormat::of_path(Path::new(name));
        assert_eq!(of("a/data.json"), Some(InputFormat::Json));
        assert_eq!(of("data.JSONL"), Some(InputFormat::Jsonl));
        assert_eq!(of("data.v2.ndjson.gz"), Some(InputFormat::Jsonl));
        assert_eq!(of("data.csv.GZ"), Some(InputFormat::Csv));
        assert_eq!(of("data.tsv"), Some(InputFormat::Csv));
        for name in ["README.md", "README.md.gz", "README", "json", ".json", "-", "..", ""] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn a_badge_is_not_a_json_array() {
        assert_eq!(Opening::of(b"[![Build](a.svg)](b)"), Some(Opening::Text));
        assert_eq!(Opening::of(b"[Manual](b)"), Some(Opening::Text));
        assert_eq!(Opening::of(b"{{ title }}"), Some(Opening::Text));
        assert_eq!(Opening::of(b"# Title"), Some(Opening::Text));
    }

    #[test]
    fn blank_space_does_not_hide_json() {
        assert_eq!(Opening::of(b"\n [ \r\n\t{"), Some(Opening::Array));
        assert_eq!(Opening::of(b"[]"), Some(Opening::Array));
        assert_eq!(Opening::of(b"{\n  \"id\""), Some(Opening::Object));
        assert_eq!(Opening::of(b"{}"), Some(Opening::Object));
        assert_eq!(Opening::of(b"  [ "), None);
    }

    #[test]
    fn an_object_left_open_on_its_first_line_is_spread_over_lines() {
        for open in ["{", "{\"id\": 1,", "{\"id\":", "{\"tags\": [\n"] {
            assert_eq!(InputFormat::of_first_line(open.as_bytes()), InputFormat::Json, "{open}");
        }
        for line in ["{}", "{\"id\": 1}\n", "{\"id\": x}\n", "{\"id\": \"half\n"] {
            assert_eq!(InputFormat::of_first_line(line.as_bytes()), InputFormat::Jsonl, "{line}");
        }
    }
}
