//! The headline figures of both, and whether they differ.

use maud::{Markup, html};

use crate::evaluation::{Comparison, FigureDifference, LEVEL};
use crate::metrics::{Better, Figure};
use crate::report::html::charts::difference_interval;
use crate::report::html::parts::{figure_header, scroll, signed_bounds};
use crate::report::numbers::{number, signed};

pub fn section(comparison: &Comparison) -> Markup {
    let known: Vec<_> =
        comparison.figures.iter().filter_map(|(figure, difference)| Some((figure, difference?))).collect();
    let shares = known.iter().filter(|(figure, _)| figure.is_share()).map(|(_, difference)| difference);
    let widest = shares
        .map(|figure| figure.difference.low.abs().max(figure.difference.high.abs()))
        .fold(0.0, f64::max);
    let table = html! {
        table.full {
            caption { "Figures of A and B" }
            thead {
                tr {
                    th scope="col" { "Figure" }
                    th.number scope="col" { "A" }
                    th.number scope="col" { "B" }
                    th.number scope="col" { "B − A" }
                    th.number scope="col" { "95 % interval" }
                    th scope="col" { "Drawn" }
                    th.number scope="col" { "p" }
                    th scope="col" { "Which is better" }
                }
            }
            tbody { @for (figure, difference) in &known { (row(*figure, difference, widest)) } }
        }
    };
    html! {
        p {
            "Differences are drawn with their 95 % intervals, from −" (number(widest)) " to +" (number(widest)) "; the upright line is no \
             difference."
        }
        (scroll("All figures", &table))
    }
}

fn row(figure: Figure, values: &FigureDifference, widest: f64) -> Markup {
    let (class, words) = judgement(figure, values);
    html! {
        tr {
            (figure_header(figure, ""))
            td.number { (number(values.a)) }
            td.number { (number(values.b)) }
            td.number.(class) { (signed(values.difference.value)) }
            td.number { (signed_bounds(&values.difference)) }
            td { @if figure.is_share() { (difference_interval(&values.difference, widest)) } }
            td.number { (p_value(values.p_value)) }
            td.(class) { (words) }
        }
    }
}

fn p_value(value: f64) -> String {
    if value < 0.001 { "< 0.001".to_owned() } else { number(value) }
}

fn judgement(figure: Figure, values: &FigureDifference) -> (&'static str, &'static str) {
    if values.p_value >= LEVEL {
        return ("same", "not told apart");
    }
    match (figure.better(), values.difference.value > 0.0) {
        (Better::Neither, _) => ("same", "different"),
        (Better::Higher, true) | (Better::Lower, false) => ("gain", "B"),
        (Better::Higher, false) | (Better::Lower, true) => ("loss", "A"),
    }
}
