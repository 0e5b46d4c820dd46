//! Explanations as tables for a terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::palette::Palette;
use super::subject::{Explained, ExplainedTag, Subject, Verdict};
use super::terminal_text;
use super::wording;
use tagwright::shown::shown;

/// The widest line, in columns.
pub const WIDTH: u16 = 80;
/// The longest bar, in columns.
const BAR: u16 = 8;
/// The columns before what a line is about: margin, value, space, bar, space.
const BEFORE_ITEM: usize = 2 + 6 + 2 + BAR as usize;

/// All that is said of one record; `with_text` adds its text under each tag.
pub fn record(explained: &Explained, subject: &Subject, palette: &Palette, with_text: bool) -> String {
    let title = explained.title();
    let heading = format!("{}{}{:#}\n\n", palette.title, shown(&title), palette.title);
    let body = match &explained.tags {
        Ok(tags) => {
            let tag = |tag: &ExplainedTag| {
                let text = if with_text { text(explained, tag, subject, palette) } else { String::new() };
                heading_of(tag, subject, palette) + &lines(tag, subject, palette) + &text + "\n"
            };
            tags.iter().map(tag).collect()
        }
        Err(error) => format!("error: {}\n\n", shown(error)),
    };
    heading + &body
}

fn heading_of(explained: &ExplainedTag, subject: &Subject, palette: &Palette) -> String {
    let style = if explained.verdict == Verdict::Given { palette.given } else { palette.missed };
    let name = shown(explained.tag.key());
    let verdict = wording::verdict(explained, subject);
    let heading = format!("{style}{name}{style:#}  {verdict}\n");
    match wording::objections(explained, subject.taxonomy) {
        Some(objections) => terminal_text::wrap(&shown(&objections), "  ")
            .into_iter()
            .fold(heading, |text, line| text + &line + "\n"),
        None => heading,
    }
}

/// The reasons with their values and bars, and the sum.
fn lines(explained: &ExplainedTag, subject: &Subject, palette: &Palette) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    for share in &explained.summary {
        table.add_row([
            format!("{:+.2}", share.value),
            explained.bar(share).map_or_else(String::new, bar),
            shown(&wording::what(&share.item, subject.taxonomy)).into_owned(),
            wording::places(&share.item),
        ]);
    }
    table.add_row(["──────"]);
    table.add_row([format!("{:+.2}", explained.explanation.logit()), String::new(), wording::sum(explained)]);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((2, 0));
        match index {
            0 => {
                column.set_cell_alignment(CellAlignment::Right);
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(8)));
            }
            1 => _ = column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(BAR + 2))),
            2 => _ = column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(30))),
            _ => {}
        }
    }
    table.lines().map(|line| coloured(line.trim_end(), palette) + "\n").collect()
}

/// A bar of `share` (0 to 1) of the greatest length, in eighths of a column.
fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * f64::from(BAR) * 8.0).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// A line with its value and bar in the colour of their sign.
fn coloured(line: &str, palette: &Palette) -> String {
    let style = match line.trim_start().chars().next() {
        Some('+') => palette.speaks_for,
        Some('-') => palette.speaks_against,
        _ => return line.to_owned(),
    };
    let end = line.char_indices().nth(BEFORE_ITEM).map_or(line.len(), |(end, _)| end);
    let (number, rest) = line.split_at(end);
    format!("{style}{number}{style:#}{rest}")
}

fn text(explained: &Explained, tag: &ExplainedTag, subject: &Subject, palette: &Palette) -> String {
    let texts = subject.explainer.marked_texts(&explained.record, &tag.explanation);
    texts.iter().map(|text| terminal_text::excerpt(text, palette)).collect()
}
