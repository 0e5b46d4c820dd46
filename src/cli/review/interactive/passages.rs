//! The texts of a record as lines, with the evidence for a tag marked.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::theme::Theme;
use super::wrap::wrap;

/// A word is marked when it weighs at least this share of the heaviest.
const LEAST_SHARE: f64 = 0.15;

/// A text of a record.
pub struct Passage<'a> {
    /// The field: description, readme or text.
    pub field: &'a str,
    /// The text as it came.
    pub text: &'a str,
    /// Words and how much they speak for (above 0) or against a tag; in order, without overlaps.
    pub marks: Vec<(Range<usize>, f64)>,
}

/// The lines of all texts, at most `width` wide.
pub fn lines(passages: &[Passage], width: usize, theme: Theme) -> Vec<Line<'static>> {
    let weights = passages.iter().flat_map(|passage| &passage.marks).map(|(_, weight)| weight.abs());
    let least = LEAST_SHARE * weights.fold(0.0, f64::max);
    let mut lines = Vec::new();
    for passage in passages {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        if passage.field == "readme" {
            lines.push(Line::styled(" README", theme.faint()));
        }
        for range in wrap(passage.text, width) {
            lines.push(line(passage, range, least, theme));
        }
    }
    lines
}

/// A line of a text, after a space.
fn line(passage: &Passage, range: Range<usize>, least: f64, theme: Theme) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    let mut start = range.start;
    for (mark, weight) in &passage.marks {
        let (from, to) = (mark.start.clamp(start, range.end), mark.end.clamp(start, range.end));
        if from < to && weight.abs() >= least {
            spans.push(span(&passage.text[start..from], theme.text()));
            let style = if *weight > 0.0 { theme.plus() } else { theme.minus() };
            spans.push(span(&passage.text[from..to], style));
            start = to;
        }
    }
    spans.push(span(&passage.text[start..range.end], theme.text()));
    Line::from(spans)
}

/// Text that cannot command the terminal.
fn span(text: &str, style: Style) -> Span<'static> {
    Span::styled(text.replace(char::is_control, " "), style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_cut_where_lines_break_and_light_ones_left_out() {
        let text = "an mqtt\x1b broker, not a brokerage";
        let marks = vec![(3..7, 2.0), (9..15, -1.0), (23..32, 0.1)];
        let passages = [Passage { field: "readme", text, marks }];
        let theme = Theme::plain();
        let lines = lines(&passages, 8, theme);
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text, [" README", " an mqtt ", " broker,", " not a", " brokerag", " e"]);
        let styles = |line: &Line| line.spans.iter().map(|span| span.style).collect::<Vec<_>>();
        assert_eq!(styles(&lines[1])[2], theme.plus());
        assert_eq!(styles(&lines[2])[2], theme.minus());
        assert_eq!(styles(&lines[4]), [theme.text(), theme.text()]);
    }
}
