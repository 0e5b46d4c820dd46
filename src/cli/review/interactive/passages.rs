//! The texts of a record as lines, with the evidence for a tag marked.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tagwright::explain::MarkedText;
use tagwright::shown::shown;

use super::theme::Theme;
use super::wrap::wrap;

/// A word is marked when it weighs at least this share of the heaviest.
const LEAST_SHARE: f64 = 0.15;

/// The lines of all texts, at most `width` wide.
pub fn lines(texts: &[MarkedText], width: usize, theme: Theme) -> Vec<Line<'static>> {
    let weights = texts.iter().flat_map(|text| &text.marks).map(|mark| mark.weight.abs());
    let least = LEAST_SHARE * weights.fold(0.0, f64::max);
    let mut lines = Vec::new();
    for text in texts {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        if text.field == "readme" {
            lines.push(Line::styled(" README", Theme::faint()));
        }
        for range in wrap(text.text, width) {
            lines.push(line(text, range, least, theme));
        }
    }
    lines
}

/// A line of a text, after a space.
fn line(text: &MarkedText, range: Range<usize>, least: f64, theme: Theme) -> Line<'static> {
    let MarkedText { text, marks, .. } = text;
    let mut spans = vec![Span::raw(" ")];
    let mut start = range.start;
    for mark in marks {
        let from = mark.range.start.clamp(start, range.end);
        let to = mark.range.end.clamp(start, range.end);
        if from < to && mark.weight.abs() >= least {
            spans.push(span(&text[start..from], Theme::text()));
            spans.push(span(&text[from..to], if mark.weight > 0.0 { theme.plus() } else { theme.minus() }));
            start = to;
        }
    }
    spans.push(span(&text[start..range.end], Theme::text()));
    Line::from(spans)
}

fn span(text: &str, style: Style) -> Span<'static> {
    Span::styled(shown(text).into_owned(), style)
}

#[cfg(test)]
mod tests {
    use tagwright::explain::Mark;

    use super::*;

    #[test]
    fn marks_are_cut_where_lines_break_and_light_ones_left_out() {
        let text = "an mqtt\x1b broker, not a brokerage";
        let mark = |(range, weight)| Mark { range, weight };
        let marks = [(3..7, 2.0), (9..15, -1.0), (23..32, 0.1)].map(mark).to_vec();
        let texts = [MarkedText { field: "readme", text, marks }];
        let theme = Theme::plain();
        let lines = lines(&texts, 8, theme);
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text, [" README", " an mqtt\\u001b", " broker,", " not a", " brokerag", " e"]);
        let styles = |line: &Line| line.spans.iter().map(|span| span.style).collect::<Vec<_>>();
        assert_eq!(styles(&lines[1])[2], theme.plus());
        assert_eq!(styles(&lines[2])[2], theme.minus());
        assert_eq!(styles(&lines[4]), [Theme::text(), Theme::text()]);
    }
}
