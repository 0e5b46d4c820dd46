//! The records that one of the two answers better.

use maud::{Markup, html};

use crate::evaluation::{Comparison, Flip};
use crate::report::html::parts::{predicted, record_card, record_name, records, tags, thousands};
use crate::report::numbers::signed;

/// How many are shown of either kind; all are in the JSON.
const SHOWN: usize = 50;

pub fn section(comparison: &Comparison) -> Markup {
    let (mut gains, mut losses): (Vec<&Flip>, Vec<&Flip>) =
        comparison.flips.iter().partition(|flip| flip.change > 0.0);
    gains.sort_by(|a, b| b.change.total_cmp(&a.change));
    losses.sort_by(|a, b| a.change.total_cmp(&b.change));
    html! {
        p {
            "B answers " strong { (records(gains.len())) } " better than A, and " strong { (records(losses.len())) } " worse. Those whose F1 \
             changes most stand first."
        }
        (cards("Worse with B", &losses))
        (cards("Better with B", &gains))
    }
}

fn cards(title: &str, flips: &[&Flip]) -> Markup {
    html! {
        h3 { (title) }
        @if flips.len() > SHOWN { p.note { "The first " (SHOWN) " of " (thousands(flips.len())) "; all are in the JSON." } }
        @if flips.is_empty() { p.note { "None." } }
        @else {
            ol.records { @for flip in flips.iter().take(SHOWN) { (card(flip)) } }
        }
    }
}

fn card(flip: &Flip) -> Markup {
    let facts = [
        ("its own tags", tags(&flip.gold)),
        ("A gave", predicted(&flip.a)),
        ("B gave", predicted(&flip.b)),
        ("change of F1", html! { (signed(flip.change)) }),
    ];
    record_card(&record_name(flip.name.as_deref(), flip.id.as_ref()), None, &facts)
}
