//! What the records are like: tags per record, how frequent the tags are, which go together.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::evaluation::{CoOccurrence, DataSummary, Evaluation, TagEvaluation};
use crate::report::html::charts::{Axis, Plot};
use crate::report::html::parts::{bar, columns, records, scroll, thousands};

/// How many tags are named at either end of the frequencies.
const NAMED: usize = 5;

pub fn section(evaluation: &Evaluation) -> Markup {
    let data = &evaluation.data;
    let mut tags: Vec<_> = evaluation.tags.iter().collect();
    tags.sort_by_key(|tag| Reverse(tag.support));
    html! {
        p { (records(data.records)) " with " (mean_gold(data)) " tags on average." }
        div.figures {
            div {
                (scroll("Tags per record", &tags_per_record(data)))
                @if !data.co_occurrences.is_empty() { (scroll("Tags that go together", &co_occurrences(&data.co_occurrences))) }
            }
            (frequencies(&tags))
        }
    }
}

fn mean_gold(data: &DataSummary) -> String {
    let tags: usize = data.gold_tags.iter().enumerate().map(|(tags, records)| tags * records).sum();
    format!("{:.2}", tags as f64 / data.records.max(1) as f64)
}

fn tags_per_record(data: &DataSummary) -> Markup {
    let rows = data.gold_tags.len().max(data.given_tags.len());
    let share = |counts: &[usize], tags: usize| counts.get(tags).copied().unwrap_or(0);
    let cell = |count: usize, class| {
        html! { td.number { (thousands(count)) (bar(count as f64 / data.records.max(1) as f64, class)) } }
    };
    html! {
        table {
            caption { "How many records have so many tags, and how many were given so many" }
            (columns(&["Tags"], &["Have", "Were given"]))
            tbody {
                @for tags in 0..rows {
                    tr {
                        th scope="row" { (tags) }
                        (cell(share(&data.gold_tags, tags), ""))
                        (cell(share(&data.given_tags, tags), "other"))
                    }
                }
            }
        }
    }
}

/// A column for each tag, the most frequent first.
fn frequencies(tags: &[&TagEvaluation]) -> Markup {
    let most = tags.first().map_or(0, |tag| tag.support).max(1) as f64;
    let plot = Plot {
        title: "Records of each tag",
        description: "A column for each tag, the most frequent first. The table of every tag has the values as its support.",
        x: Axis::x("tags, the most frequent first", 0.0, tags.len().max(1) as f64, |rank| {
            format!("{rank:.0}")
        }),
        y: Axis::y("records that have the tag", 0.0, most, |count| thousands(count as usize)),
    };
    let (_, bottom) = plot.place((0.0, 0.0));
    let columns = html! {
        @for (rank, tag) in tags.iter().enumerate() {
            @let (left, top) = plot.place((rank as f64, tag.support as f64));
            @let (right, _) = plot.place(((rank + 1) as f64, 0.0));
            rect.column x=(left) y=(top) width=(format!("{:.1}", (right - left) * 0.8)) height=(format!("{:.1}", bottom - top)) {
                title { (tag.tag.label()) ": " (records(tag.support)) }
            }
        }
    };
    let named = |tags: &[&TagEvaluation]| {
        let named = tags.iter().map(|tag| format!("{} ({})", tag.tag.label(), thousands(tag.support)));
        named.collect::<Vec<_>>().join(", ")
    };
    html! {
        figure {
            figcaption { strong { "How frequent the tags are." } }
            (plot.render(&columns))
            p.note {
                "Most frequent: " (named(&tags[..tags.len().min(NAMED)])) ". Least frequent: "
                (named(&tags[tags.len().saturating_sub(NAMED)..])) "."
            }
        }
    }
}

fn co_occurrences(pairs: &[CoOccurrence]) -> Markup {
    let most = pairs.iter().map(|pair| pair.records).max().unwrap_or(0).max(1) as f64;
    html! {
        table {
            caption { "The tags that most often go together on a record" }
            (columns(&["Tag", "and tag"], &["Records"]))
            tbody {
                @for CoOccurrence { tags: [first, second], records } in pairs {
                    tr {
                        th scope="row" { (first.label()) }
                        td { (second.label()) }
                        td.number { (thousands(*records)) (bar(*records as f64 / most, "count")) }
                    }
                }
            }
        }
    }
}
