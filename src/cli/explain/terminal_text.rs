//! The text of a record on a terminal, with the words that spoke for or against a tag highlighted.

use std::ops::Range;

use anstream::adapter::strip_str;
use tagwright::explain::MarkedText;
use tagwright::shown::shown;

use super::highlights::{Highlight, highlights};
use super::palette::Palette;
use super::table::WIDTH;

/// Of a longer text, this many lines with highlighted words are shown.
const MOST_LINES: usize = 12;

/// The lines of a text that have highlighted words, under the name of its field.
pub fn excerpt(text: &MarkedText, palette: &Palette) -> String {
    let highlights = highlights(text);
    if highlights.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    let mut start = 0;
    let mut left = highlights.as_slice();
    for line in text.text.split_inclusive('\n') {
        let end = start + line.len();
        let (here, after) = left.split_at(left.partition_point(|highlight| highlight.mark.range.start < end));
        if !here.is_empty() {
            lines.push(highlighted(text.text, start..end, here, palette));
        }
        (start, left) = (end, after);
    }
    let faint = |text: &str| format!("    {}{text}{:#}", palette.faint, palette.faint);
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let mut excerpt = vec![String::new(), faint(text.field)];
    excerpt.extend(lines.iter().take(MOST_LINES).flat_map(|line| wrap(line, "    ")));
    if left_out > 0 {
        excerpt.push(faint(&format!("… and {left_out} more lines")));
    }
    excerpt.join("\n") + "\n"
}

/// A line of `text` with its words highlighted.
fn highlighted(text: &str, line: Range<usize>, highlights: &[Highlight], palette: &Palette) -> String {
    let mut styled = String::new();
    let mut written = line.start;
    for Highlight { mark, share } in highlights {
        styled += &shown(&text[written..mark.range.start]);
        styled += &palette.highlight(&shown(&text[mark.range.clone()]), *share);
        written = mark.range.end;
    }
    styled + &shown(&text[written..line.end])
}

/// The text broken between words into lines that begin with `margin`.
pub fn wrap(styled: &str, margin: &str) -> Vec<String> {
    let width = usize::from(WIDTH);
    let mut lines: Vec<String> = Vec::new();
    let mut used = width;
    for word in styled.split_whitespace() {
        let length = strip_str(word).to_string().chars().count();
        if let Some(line) = lines.last_mut().filter(|_| used + 1 + length <= width) {
            *line += " ";
            *line += word;
            used += 1 + length;
        } else {
            lines.push(format!("{margin}{word}"));
            used = margin.len() + length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use tagwright::explain::Mark;

    use super::*;

    fn marked(text: &str, marks: &[(&str, f64)]) -> String {
        let mark = |(word, weight): &(&str, f64)| {
            let start = text.find(word).unwrap();
            Mark { range: start..start + word.len(), weight: *weight }
        };
        let text = MarkedText { field: "readme", text, marks: marks.iter().map(mark).collect() };
        excerpt(&text, &Palette::default())
    }

    #[test]
    fn lines_without_marked_words_and_faint_marks_are_left_out() {
        let text = "# Broker\nnothing\nfast\u{1b}[2J and small";
        let excerpt = marked(text, &[("Broker", 2.0), ("fast", -1.0), ("small", 0.1)]);
        assert_eq!(excerpt, "\n    readme\n    # [+Broker]\n    [-fast]\\u001b[2J and small\n");
        assert_eq!(marked("nothing", &[]), "");
    }

    #[test]
    fn text_is_broken_between_words_and_styles_take_no_room() {
        let palette = Palette::new(true);
        let word = palette.highlight("broker", 1.0);
        assert!(word.len() > "broker".len());
        let lines = wrap(&vec![word; 24].join(" "), "    ");
        let lengths: Vec<usize> = lines.iter().map(|line| strip_str(line).to_string().len()).collect();
        assert_eq!(lengths, [80, 80, 17]);
    }

    #[test]
    fn long_texts_end_early() {
        let text = "broker\n".repeat(20);
        let marks = (0..20).map(|line| Mark { range: line * 7..line * 7 + 6, weight: 1.0 });
        let text = MarkedText { field: "text", text: &text, marks: marks.collect() };
        let excerpt = excerpt(&text, &Palette::default());
        assert!(excerpt.ends_with("    … and 8 more lines\n"), "{excerpt}");
        assert_eq!(excerpt.matches("broker").count(), MOST_LINES);
    }
}
