//! The page of a comparison.

mod figures;
mod flips;
mod tags;

use maud::{Markup, html};

use super::page::{Page, Section};
use super::parts::{files, records};
use crate::evaluation::{Comparison, Outcome, Verdict};
use crate::report::cautions::cautions_of_comparison;

/// The page: the verdict first, then what it stands on.
pub fn page(comparison: &Comparison) -> String {
    let section = |id, title, body| Section { id, title, body };
    let sections = vec![
        section("verdict", "Verdict", verdict(&comparison.verdict)),
        section("figures", "All figures", figures::section(comparison)),
        section("tags", "Gains and losses by tag", tags::section(comparison)),
        section("flips", "Records that changed", flips::section(comparison)),
    ];
    Page { title: "Which is better, A or B?", subtitle: subtitle(comparison), sections }.render()
}

fn subtitle(comparison: &Comparison) -> Markup {
    let Comparison { a, b, .. } = comparison;
    html! {
        p { strong { "A" } " is " (a.title) ". " strong { "B" } " is " (b.title) "." }
        @for (side, subject) in [("A", a), ("B", b)] {
            @if let Some(seen) = subject.seen_in_training() { p { strong { (seen) " of " (side) } ": its figures flatter it." } }
        }
        p { "Both were judged on the same " strong { (records(a.records)) } " of " (files(&a.data)) "." }
        @for caution in cautions_of_comparison(comparison) { p.note { (caution) "." } }
    }
}

fn verdict(verdict: &Verdict) -> Markup {
    let class = match verdict.outcome {
        Outcome::Better => "better",
        Outcome::Worse => "worse",
        Outcome::NoDifference | Outcome::Unknown => "same",
    };
    html! {
        p.verdict.(class) { (verdict.sentence) }
        p.note {
            "Decided by micro F1. The interval is that of the difference when other records of the same sort are judged (paired bootstrap); \
             p is how likely so great a difference would be if it did not matter whose answer is whose (randomisation test). Below 0.05 a \
             difference counts as real."
        }
    }
}
