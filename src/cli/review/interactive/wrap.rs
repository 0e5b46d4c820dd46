//! Text broken into lines of the terminal's width.

use std::ops::Range;

use ratatui::text::Span;

/// The lines of `text` at most `width` columns wide, as ranges of its bytes. Lines break at spaces, or inside a word
/// that is wider than a line; of several blank lines one is kept.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (from, end) = (start, start + line.trim_end().len());
        start += line.len();
        if from < end {
            break_line(text, from..end, width, &mut lines);
        } else if lines.last().is_some_and(|last: &Range<usize>| !last.is_empty()) {
            lines.push(from..from);
        }
    }
    if lines.last().is_some_and(Range::is_empty) {
        lines.pop();
    }
    lines
}

/// Breaks one line of the text.
fn break_line(text: &str, line: Range<usize>, width: usize, lines: &mut Vec<Range<usize>>) {
    let mut rest = line;
    while !rest.is_empty() {
        let fitting = fitting(&text[rest.clone()], width);
        let cut = rest.start + fitting;
        let end = match text[rest.clone()].get(fitting..) {
            Some("") => cut,
            Some(after) if after.starts_with(char::is_whitespace) => cut,
            _ => last_space(text, rest.start..cut).unwrap_or(cut),
        };
        lines.push(rest.start..rest.start + text[rest.start..end].trim_end().len());
        let skipped = text[end..rest.end].len() - text[end..rest.end].trim_start().len();
        rest = end + skipped..rest.end;
    }
}

/// How many bytes of `text` fit in `width` columns; at least one character.
fn fitting(text: &str, width: usize) -> usize {
    let mut columns = 0;
    for (index, char) in text.char_indices() {
        let end = index + char.len_utf8();
        columns += Span::raw(&text[index..end]).width();
        if columns > width && index > 0 {
            return index;
        }
    }
    text.len()
}

/// Where the last word of a range begins, unless it is its first.
fn last_space(text: &str, range: Range<usize>) -> Option<usize> {
    let line = &text[range.clone()];
    let indent = line.len() - line.trim_start().len();
    let space = line.rfind(char::is_whitespace).filter(|space| *space >= indent)?;
    Some(range.start + space)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_inside() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(lines("  - indented item", 11), ["  -", "indented", "item"]);
        assert_eq!(lines("日本語 文", 4), ["日本", "語", "文"]);
    }

    #[test]
    fn blank_lines_are_kept_once() {
        assert_eq!(lines("\n\na\r\n \n\n\nb\n\n", 9), ["a", "", "b"]);
        assert!(lines("\n \n", 9).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-z\u{e9}\u{6587} \n]{0,80}", width in 2_usize..12) {
            let lines = lines(&text, width);
            prop_assert!(lines.iter().all(|line| Span::raw(*line).width() <= width));
            let letters = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
