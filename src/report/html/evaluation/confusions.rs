//! Pairs of tags of which one was missed where the other was given: a heat map, and the same as a list.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::evaluation::{Confusion, Evaluation, TagName};
use crate::report::html::parts::{bar, columns, records, scroll, thousands};
use crate::report::numbers::percent;

/// How many pairs are shown.
const PAIRS: usize = 25;

pub fn section(evaluation: &Evaluation) -> Markup {
    let worst = &evaluation.confusions[..evaluation.confusions.len().min(PAIRS)];
    let Some(most) = worst.iter().map(|pair| pair.records).max() else {
        return html! { p.note { "No tag was missed in a record that got a wrong one." } };
    };
    html! {
        p {
            "How often a tag was missed while another was given that is not due: the pairs that most records have. Two tags that often stand here \
             may need clearer definitions, or more examples of what tells them apart."
        }
        div.side-by-side {
            (scroll("Heat map of the pairs", &heat_map(worst, most)))
            (scroll("Pairs of tags", &list(worst, most)))
        }
    }
}

fn heat_map(pairs: &[Confusion], most: usize) -> Markup {
    let missed = most_frequent_first(pairs, |pair| &pair.missed);
    let said = most_frequent_first(pairs, |pair| &pair.said);
    let cell = |missed: &TagName, said: &TagName| {
        pairs.iter().find(|pair| &pair.missed == missed && &pair.said == said)
    };
    html! {
        table.heat {
            caption { "Records with the pair; the " (pairs.len()) " worst pairs" }
            thead {
                tr {
                    th scope="col" { "missed ↓ given →" }
                    @for tag in &said { th scope="col" { span { (tag.label()) } } }
                }
            }
            tbody {
                @for row in &missed {
                    tr {
                        th scope="row" { (row.label()) }
                        @for column in &said {
                            @match cell(row, column) {
                                Some(pair) => td style={ "--share:" (format!("{:.2}", pair.records as f64 / most as f64)) }
                                    title={ (pair.missed.label()) " missed, " (pair.said.label()) " given: " (records(pair.records)) } { (pair.records) },
                                None => td {},
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The tags on one side of the pairs, each once, those of most records first.
fn most_frequent_first<'a>(
    pairs: &'a [Confusion],
    side: fn(&'a Confusion) -> &'a TagName,
) -> Vec<&'a TagName> {
    let mut totals: Vec<(&TagName, usize)> = Vec::new();
    for pair in pairs {
        match totals.iter_mut().find(|(tag, _)| *tag == side(pair)) {
            Some((_, total)) => *total += pair.records,
            None => totals.push((side(pair), pair.records)),
        }
    }
    totals.sort_by_key(|(_, total)| Reverse(*total));
    totals.into_iter().map(|(tag, _)| tag).collect()
}

fn list(pairs: &[Confusion], most: usize) -> Markup {
    html! {
        table {
            caption { "Share: of all records that have the missed tag" }
            (columns(&["Missed", "Given instead"], &["Records", "Share"]))
            tbody {
                @for pair in pairs {
                    tr {
                        th scope="row" { (pair.missed.label()) }
                        td { (pair.said.label()) }
                        td.number { (thousands(pair.records)) (bar(pair.records as f64 / most as f64, "count")) }
                        td.number { (percent(pair.share)) }
                    }
                }
            }
        }
    }
}
