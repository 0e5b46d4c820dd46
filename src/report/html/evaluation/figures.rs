//! All headline figures, with their intervals and what they mean.

use maud::{Markup, html};

use crate::evaluation::Evaluation;
use crate::metrics::{Better, Estimate, Figure};
use crate::report::html::charts::interval;
use crate::report::html::parts::{bounds, figure_header, scroll};
use crate::report::numbers::number;

pub fn section(evaluation: &Evaluation) -> Markup {
    let (known, unknown): (Vec<_>, Vec<_>) =
        evaluation.figures.iter().partition(|(_, estimate)| estimate.is_some());
    let table = html! {
        table.full {
            caption { "Names and definitions are those of scikit-learn. The drawn line goes from 0 to 1." }
            thead {
                tr {
                    th scope="col" { "Figure" }
                    th.number scope="col" { "Value" }
                    th.number scope="col" { "95 % interval" }
                    th.roomy scope="col" { "Drawn" }
                }
            }
            @for together in known.chunk_by(|a, b| family(a.0) == family(b.0)) {
                tbody {
                    tr.family { th scope="rowgroup" colspan="4" { (family(together[0].0)) } }
                    @for (figure, estimate) in together { (row(*figure, &estimate.unwrap_or_default())) }
                }
            }
        }
    };
    let why = |figure: Figure| evaluation.why_unknown(figure);
    html! {
        (scroll("All figures", &table))
        @for together in unknown.chunk_by(|a, b| why(a.0) == why(b.0)) {
            @let labels: Vec<&str> = together.iter().map(|(figure, _)| figure.label()).collect();
            p.note { "Not known, as " (why(together[0].0)) ": " (labels.join(", ")) "." }
        }
    }
}

/// Under which heading a figure stands.
fn family(figure: Figure) -> &'static str {
    match figure {
        Figure::PAt1
        | Figure::PAt2
        | Figure::PAt3
        | Figure::RAt1
        | Figure::RAt2
        | Figure::RAt3
        | Figure::RAt4
        | Figure::RAt5
        | Figure::NdcgAt3
        | Figure::Lrap
        | Figure::CoverageError => "The ranking of the tags, whatever the threshold",
        Figure::NoTagShare | Figure::MeanTags | Figure::Ece => "How much is given, and how sure",
        _ => "The tags that are given",
    }
}

fn row(figure: Figure, estimate: &Estimate) -> Markup {
    let better = match figure.better() {
        Better::Higher => "",
        Better::Lower => "; the lower the better",
        Better::Neither => "; neither good nor bad",
    };
    html! {
        tr {
            (figure_header(figure, better))
            td.number { (number(estimate.value)) }
            td.number { (bounds(estimate)) }
            td.roomy { @if figure.is_share() { (interval(estimate)) } }
        }
    }
}
