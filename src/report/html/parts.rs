//! What several sections write alike: numbers, bars, tags, tables.

use maud::{Markup, html};

use super::charts::interval;
use crate::corpus::Id;
use crate::evaluation::{Predicted, TagName};
use crate::metrics::{Estimate, Figure};
use crate::report::cautions::marked;
use crate::report::numbers::{number, signed};

/// A share as "n of 100".
pub fn of_100(share: f64) -> String {
    format!("{:.0} of 100", share * 100.0)
}

/// The ends of an estimate's interval.
pub fn bounds(estimate: &Estimate) -> String {
    format!("{} to {}", number(estimate.low), number(estimate.high))
}

/// The ends of a difference's interval.
pub fn signed_bounds(difference: &Estimate) -> String {
    format!("{} to {}", signed(difference.low), signed(difference.high))
}

/// "1 record", "2 records".
pub fn records(count: usize) -> String {
    if count == 1 { "1 record".to_owned() } else { format!("{} records", thousands(count)) }
}

/// A count with its thousands apart: 36,419.
pub fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

/// A bar for a share, 0 to 1, behind a number that says the same.
pub fn bar(share: f64, class: &str) -> Markup {
    html! { span.bar.(class) style={ "--share:" (number(share)) } aria-hidden="true" {} }
}

/// A cell with a figure, empty when it is not known.
pub fn figure_cell(figure: Option<f64>) -> Markup {
    html! { td.number { @if let Some(figure) = figure { (number(figure)) } } }
}

/// A cell with the number of records that have a tag, marked when they are few.
pub fn support_cell(support: usize) -> Markup {
    html! { td.number data-value=(support) { (marked(support, thousands(support))) } }
}

/// The first cell of a figure's row: its name and what it says.
pub fn figure_header(figure: Figure, more: &str) -> Markup {
    html! { th scope="row" { span.figure-name { (figure.label()) } " " span.note { (figure.meaning()) (more) } } }
}

/// A cell with a share and a drawing of it with its interval, empty when it is not known.
pub fn drawn_cell(share: Option<&Estimate>) -> Markup {
    let Some(share) = share else { return figure_cell(None) };
    html! { td.number.drawn data-value=(number(share.value)) title=(bounds(share)) { (number(share.value)) (interval(share)) } }
}

/// The head of a table: the names of its columns of words and, to the right of them, of its columns of numbers.
pub fn columns(words: &[&str], numbers: &[&str]) -> Markup {
    html! {
        thead {
            tr {
                @for name in words { th scope="col" { (name) } }
                @for name in numbers { th.number scope="col" { (name) } }
            }
        }
    }
}

/// A table that scrolls by itself where the page is narrower than it; keyboards can scroll it too.
pub fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div.scroll role="group" aria-label=(label) tabindex="0" { (table) } }
}

/// A field that filters the rows of the table with that id by their tag; shown where the page's script runs.
pub fn tag_filter(table: &str) -> Markup {
    let input = format!("{table}-filter");
    html! {
        div.tools data-filters=(table) hidden {
            label for=(input) { "Show only tags with" }
            input id=(input) type="search" autocomplete="off" spellcheck="false";
            span.note role="status" {}
        }
    }
}

/// Tags as a list.
pub fn tags(tags: &[TagName]) -> Markup {
    html! {
        @if tags.is_empty() { span.note { "none" } }
        @else {
            ul.tags { @for tag in tags { li { span.tag { (tag.label()) } } } }
        }
    }
}

/// Tags that a record got, with their probabilities and whether they are right.
pub fn predicted(tags: &[Predicted]) -> Markup {
    html! {
        @if tags.is_empty() { span.note { "none" } }
        @else {
            ul.tags {
                @for predicted in tags {
                    @let (class, mark, words) = if predicted.right { ("right", "✓", "right") } else { ("wrong", "✗", "wrong") };
                    li {
                        span.tag.(class) {
                            span.mark aria-hidden="true" { (mark) } " " (predicted.tag.label())
                            @if let Some(score) = predicted.score { " " (format!("{score:.2}")) }
                            span.visually-hidden { " (" (words) ")" }
                        }
                    }
                }
            }
        }
    }
}

/// The names of files, as a list in a sentence.
pub fn files(files: &[String]) -> Markup {
    html! {
        @for (index, file) in files.iter().enumerate() {
            @if index > 0 { @if index + 1 == files.len() { " and " } @else { ", " } }
            code { (file) }
        }
    }
}

/// A record: what it is called, an excerpt of its text, and what else is known of it.
pub fn record_card(name: &str, excerpt: Option<&str>, facts: &[(&str, Markup)]) -> Markup {
    html! {
        li.record {
            h3 { (name) }
            @if let Some(excerpt) = excerpt { blockquote { (excerpt) } }
            dl {
                @for (term, fact) in facts {
                    dt { (term) }
                    dd { (fact) }
                }
            }
        }
    }
}

/// What a record is called: its name, else its id.
pub fn record_name(name: Option<&str>, id: Option<&Id>) -> String {
    match (name, id) {
        (Some(name), _) => name.to_owned(),
        (None, Some(id)) => format!("record {id}"),
        (None, None) => "a record without name and id".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1_000, 36_419, 1_000_000].map(thousands),
            ["0", "999", "1,000", "36,419", "1,000,000"]
        );
    }
}
