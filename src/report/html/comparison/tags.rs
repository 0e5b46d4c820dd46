//! What each tag gains or loses.

use maud::{Markup, html};

use crate::evaluation::{Comparison, TagDifference};
use crate::report::html::charts::difference_interval;
use crate::report::html::parts::{scroll, signed_bounds, support_cell, tag_filter};
use crate::report::numbers::{number, signed};

const TABLE: &str = "tag-table";

pub fn section(comparison: &Comparison) -> Markup {
    if comparison.tags.is_empty() {
        return html! { p.note { "No record has a tag of its own." } };
    }
    let table = html! {
        table.full id=(TABLE) data-sortable {
            caption { "All tags that some record has" }
            thead {
                tr {
                    th scope="col" data-text { "Tag" }
                    th.number scope="col" { "Support" }
                    th.number scope="col" aria-sort="descending" { "B − A" }
                    th.number scope="col" { "A" }
                    th.number scope="col" { "B" }
                    th.number scope="col" { "95 % interval" }
                    th scope="col" { "Drawn" }
                }
            }
            tbody { @for tag in &comparison.tags { (row(tag)) } }
        }
    };
    html! {
        p {
            "F1 of each tag with A and with B; support is how many records have it. Differences are drawn from −1 to +1 with their 95 % \
             intervals. With few records a tag can gain or lose much by chance."
        }
        (tag_filter(TABLE))
        (scroll("Gains and losses by tag", &table))
    }
}

fn row(tag: &TagDifference) -> Markup {
    let value = tag.difference.value;
    html! {
        tr {
            th scope="row" { (tag.tag.label()) }
            (support_cell(tag.support))
            td.number data-value=(number(value)) { (signed(value)) }
            td.number { (number(tag.a)) }
            td.number { (number(tag.b)) }
            td.number data-value=(number(tag.difference.low)) { (signed_bounds(&tag.difference)) }
            td data-value=(number(value)) { (difference_interval(&tag.difference, 1.0)) }
        }
    }
}
