//! The text of a record on a terminal, with the words that spoke for or against a tag highlighted.

use std::io;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use tagwright::explain::{Mark, MarkedText};

use super::super::answers::printable;
use super::table::WIDTH;

/// A word is highlighted when its weight is at least this share of the greatest one in the text.
pub const FAINTEST: f64 = 0.1;
/// It is highlighted strongly from this share on.
const STRONG: f64 = 0.5;
/// Of a longer text, this many lines with highlighted words are shown.
const MOST_LINES: usize = 12;

/// The styles on a terminal; without colours all of them are plain, and words are put in brackets.
#[derive(Default)]
pub struct Palette {
    pub title: Style,
    pub given: Style,
    pub missed: Style,
    pub speaks_for: Style,
    pub speaks_against: Style,
    strongly_for: Style,
    strongly_against: Style,
    faint: Style,
    has_colours: bool,
}

impl Palette {
    /// Colours when standard output is a terminal that shows them, and `NO_COLOR` is not set.
    pub fn for_stdout() -> Self {
        Self::new(AutoStream::choice(&io::stdout()) != ColorChoice::Never)
    }

    /// Colours wherever the output goes, unless `NO_COLOR` is set.
    pub fn when_asked_for() -> Self {
        Self::new(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    fn new(has_colours: bool) -> Self {
        if !has_colours {
            return Self::default();
        }
        let (green, red) = (AnsiColor::Green, AnsiColor::Red);
        let strong = |colour: AnsiColor| AnsiColor::Black.on(colour);
        Self {
            title: Style::new().bold().underline(),
            given: green.on_default().bold(),
            missed: AnsiColor::Yellow.on_default().bold(),
            speaks_for: green.on_default(),
            speaks_against: red.on_default(),
            strongly_for: strong(green),
            strongly_against: strong(red),
            faint: Style::new().dimmed(),
            has_colours,
        }
    }

    /// A word with its weight as a share (-1 to 1) of the greatest one.
    fn highlight(&self, word: &str, share: f64) -> String {
        if !self.has_colours {
            return format!("[{}{word}]", if share > 0.0 { '+' } else { '-' });
        }
        let style = match (share > 0.0, share.abs() >= STRONG) {
            (true, true) => self.strongly_for,
            (true, false) => self.speaks_for.underline(),
            (false, true) => self.strongly_against,
            (false, false) => self.speaks_against.underline(),
        };
        format!("{style}{word}{style:#}")
    }
}

/// The lines of a text that have highlighted words, under the name of its field.
pub fn excerpt(text: &MarkedText, palette: &Palette) -> String {
    let greatest = text.marks.iter().map(|mark| mark.weight.abs()).fold(0.0, f64::max);
    let marks: Vec<&Mark> =
        text.marks.iter().filter(|mark| mark.weight.abs() >= FAINTEST * greatest).collect();
    if marks.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.text.split_inclusive('\n') {
        let end = start + line.len();
        let here: Vec<&Mark> =
            marks.iter().filter(|mark| (start..end).contains(&mark.range.start)).copied().collect();
        if !here.is_empty() {
            lines.push(highlighted(text.text, start..end, &here, greatest, palette));
        }
        start = end;
    }
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let faint = palette.faint;
    let mut excerpt = format!("\n    {faint}{}{faint:#}\n", text.field);
    for line in lines.iter().take(MOST_LINES).flat_map(|line| wrap(line, "    ")) {
        excerpt += &(line + "\n");
    }
    if left_out > 0 {
        excerpt += &format!("    {faint}… and {left_out} more lines{faint:#}\n");
    }
    excerpt
}

/// A line of `text` with its marks highlighted.
fn highlighted(
    text: &str,
    line: std::ops::Range<usize>,
    marks: &[&Mark],
    greatest: f64,
    palette: &Palette,
) -> String {
    let mut styled = String::new();
    let mut written = line.start;
    for mark in marks {
        styled += &printable(&text[written..mark.range.start]);
        styled += &palette.highlight(&text[mark.range.clone()], mark.weight / greatest);
        written = mark.range.end;
    }
    styled + &printable(&text[written..line.end])
}

/// The text broken between words into lines that begin with `margin`.
pub fn wrap(styled: &str, margin: &str) -> Vec<String> {
    let width = usize::from(WIDTH);
    let mut lines: Vec<String> = Vec::new();
    let mut used = width;
    for word in styled.split_whitespace() {
        let length = strip_str(word).to_string().chars().count();
        match lines.last_mut().filter(|_| used + 1 + length <= width) {
            Some(line) => {
                *line += " ";
                *line += word;
                used += 1 + length;
            }
            None => {
                lines.push(format!("{margin}{word}"));
                used = margin.len() + length;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
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
        assert_eq!(excerpt, "\n    readme\n    # [+Broker]\n    [-fast] [2J and small\n");
        assert_eq!(marked("nothing", &[]), "");
    }

    #[test]
    fn text_is_broken_between_words_and_styles_take_no_room() {
        let palette = Palette::new(true);
        let word = palette.highlight("broker", 1.0);
        assert!(word.len() > "broker".len());
        let lines = wrap(&vec![word; 24].join(" "), "    ");
        let lengths: Vec<usize> = lines.iter().map(|line| strip_str(line).to_string().len()).collect();
        assert_eq!(lengths, [80, 80, 17 - 6]);
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
