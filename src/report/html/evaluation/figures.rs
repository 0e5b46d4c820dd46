//! All headline figures, with their intervals and what they mean.

use maud::{Markup, html};

use super::super::charts::interval;
use super::super::parts::{bounds, number, scroll};
use crate::evaluation::Evaluation;
use crate::metrics::{Better, Estimate, Figure};

pub fn section(evaluation: &Evaluation) -> Markup {
    let known = evaluation.figures.iter().filter_map(|(figure, estimate)| Some((figure, estimate?)));
    let unknown: Vec<&str> = evaluation
        .figures
        .iter()
        .filter(|(_, estimate)| estimate.is_none())
        .map(|(figure, _)| figure.label())
        .collect();
    let table = html! {
        table.full {
            caption { "Names and definitions are those of scikit-learn; the drawn line goes from 0 to 1." }
            thead {
                tr {
                    th scope="col" { "Figure" }
                    th.number scope="col" { "Value" }
                    th scope="col" { "95 % interval" }
                    th scope="col" { "Drawn" }
                    th scope="col" { "What it says" }
                }
            }
            tbody { @for (figure, estimate) in known { (row(figure, &estimate)) } }
        }
    };
    html! {
        (scroll("All figures", &table))
        @if !unknown.is_empty() {
            p.note { "Not known, as the predictions do not score every tag: " (unknown.join(", ")) "." }
        }
    }
}

fn row(figure: Figure, estimate: &Estimate) -> Markup {
    let better = match figure.better() {
        Better::Higher => "",
        Better::Lower => " (the lower the better)",
        Better::Neither => " (neither good nor bad)",
    };
    html! {
        tr {
            th scope="row" { (figure.label()) }
            td.number { (number(estimate.value)) }
            td.number { (bounds(estimate)) }
            td { @if figure.is_share() { (interval(estimate)) } }
            td { (figure.meaning()) (better) }
        }
    }
}
