//! What is done to a README before it is parsed.

use std::borrow::Cow;

use super::{dialect, field};

/// Blanks and container markers (`>`, `-`, `1.`) that may begin a line, in bytes.
///
/// Each open container costs the parser time on every line, also on lines that only continue a paragraph; this bounds
/// the depth, and with it the cost, of thousands of nested quotes and lists.
const MAX_LINE_PREFIX: usize = 100;

/// The first `limit` bytes of `text` as Markdown, without byte order mark and front matter.
pub fn prepare(text: &str, limit: usize) -> Cow<'_, str> {
    let text = field::cut(text, limit);
    let text = without_front_matter(text.strip_prefix('\u{feff}').unwrap_or(text));
    match dialect::to_markdown(text) {
        Cow::Borrowed(text) => without_long_prefixes(text),
        Cow::Owned(text) => Cow::Owned(without_long_prefixes(&text).into_owned()),
    }
}

/// Drops a YAML block at the very start, if its first line has a key.
fn without_front_matter(text: &str) -> &str {
    let has_key = |front: &str| {
        let key = front.lines().next().unwrap_or_default();
        !key.starts_with(char::is_whitespace) && key.contains(':')
    };
    front_matter(text).filter(|(front, _)| has_key(front)).map_or(text, |(_, rest)| rest)
}

/// The lines between a first line `---` and the next `---` or `...`, and what follows.
pub(crate) fn front_matter(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.split_inclusive('\n');
    let start = lines.next().filter(|line| line.trim_end() == "---")?.len();
    let mut end = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((&text[start..end], &text[end + line.len()..]));
        }
        end += line.len();
    }
    None
}

/// Bounds how deeply a line can open quotes and lists; no line moves.
pub(crate) fn without_long_prefixes(text: &str) -> Cow<'_, str> {
    // A run of more than MAX_LINE_PREFIX such bytes covers one of every MAX_LINE_PREFIX bytes.
    let bytes = text.as_bytes();
    let run_around =
        |at| bytes[..at].iter().rev().take_while(|byte| is_marker(**byte)).count() + prefix(&bytes[at..]);
    if !(0..bytes.len()).step_by(MAX_LINE_PREFIX).any(|at| run_around(at) > MAX_LINE_PREFIX) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        let length = prefix(line.as_bytes());
        out.push_str(&line[..length.min(MAX_LINE_PREFIX)]);
        out.push_str(&line[length..]);
    }
    Cow::Owned(out)
}

/// The length of the blanks and container markers at the start of a line.
fn prefix(line: &[u8]) -> usize {
    line.iter().take_while(|byte| is_marker(**byte)).count()
}

fn is_marker(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'.' | b')' | b'0'..=b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_goes() {
        assert_eq!(prepare("\u{feff}---\ntitle: Parcel\ntags: [a]\n---\nText\n", 100), "Text\n");
        assert_eq!(prepare("---\r\ntitle: Parcel\r\n...\r\nText", 100), "Text");
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        for text in ["---\n\nText: a\n\n---\nMore", "---\nText\n---\nMore", "---\nopen: 1\nText", "---"] {
            assert_eq!(prepare(text, 100), text);
        }
    }

    #[test]
    fn only_the_first_bytes_are_kept() {
        assert_eq!(prepare("abcdé", 5), "abcd");
    }

    #[test]
    fn a_short_prefix_is_left_alone() {
        let text = format!("{}x {}y\n", "> ".repeat(50), ". ".repeat(50));
        assert!(matches!(without_long_prefixes(&text[..150]), Cow::Borrowed(_)));
        assert_eq!(without_long_prefixes(&text), text, "only line starts count");
    }

    #[test]
    fn a_deep_line_is_made_shallow() {
        let text = format!("{}x\ry\n", "> ".repeat(500));
        assert_eq!(prepare(&text, 10_000), format!("{}x\ry\n", "> ".repeat(50)));
    }
}
