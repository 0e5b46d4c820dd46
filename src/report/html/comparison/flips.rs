//! The records that one of the two answers better.

use maud::{Markup, html};

use crate::evaluation::{Comparison, Flip};
use crate::report::html::parts::{columns, predicted, record_name, records, scroll, tags, thousands};
use crate::report::numbers::signed;

/// How many are shown of either kind; all are in the JSON.
const SHOWN: usize = 100;

pub fn section(comparison: &Comparison) -> Markup {
    let (mut gains, mut losses): (Vec<&Flip>, Vec<&Flip>) =
        comparison.flips.iter().partition(|flip| flip.change > 0.0);
    gains.sort_by(|a, b| b.change.total_cmp(&a.change));
    losses.sort_by(|a, b| a.change.total_cmp(&b.change));
    html! {
        p { "B answers " strong { (records(gains.len())) } " better than A, and " strong { (records(losses.len())) } " worse." }
        (table("Better with B", &gains))
        (table("Worse with B", &losses))
    }
}

fn table(title: &str, flips: &[&Flip]) -> Markup {
    let table = html! {
        table.full {
            caption { "Greatest change of the record's F1 first" @if flips.len() > SHOWN { "; the first " (SHOWN) " of " (thousands(flips.len())) } }
            (columns(&["Record", "Its own tags", "A gave", "B gave"], &["Change"]))
            tbody { @for flip in flips.iter().take(SHOWN) { (row(flip)) } }
        }
    };
    html! {
        h3 { (title) }
        @if flips.is_empty() { p.note { "None." } } @else { (scroll(title, &table)) }
    }
}

fn row(flip: &Flip) -> Markup {
    html! {
        tr {
            th scope="row" { (record_name(flip.name.as_deref(), flip.id.as_ref())) }
            td { (tags(&flip.gold)) }
            td { (predicted(&flip.a)) }
            td { (predicted(&flip.b)) }
            td.number { (signed(flip.change)) }
        }
    }
}
