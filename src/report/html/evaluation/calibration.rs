//! The reliability diagram: probabilities against how often they came true.

use maud::{Markup, html};

use crate::evaluation::Evaluation;
use crate::metrics::{Bin, Figure, Reliability};
use crate::report::html::charts::{Axis, Plot, dot};
use crate::report::html::parts::{columns, scroll, thousands};
use crate::report::numbers::{number, percent, signed};

pub fn section(evaluation: &Evaluation) -> Markup {
    let Some(reliability) = evaluation.reliability.as_ref().filter(|reliability| !reliability.is_empty())
    else {
        return html! { p.note { "Not known: the predictions have no probabilities, or no tag was given." } };
    };
    let error = evaluation.figures.get(Figure::Ece).map(|error| error.value);
    html! {
        p {
            "Of the tags given with a probability of 80 %, some 80 % should be right. Dots under the diagonal are overconfident, dots above \
             it too modest."
            @if let Some(error) = error { " On average the two are " strong { (number(error)) } " apart (expected calibration error)." }
        }
        div.figures {
            (diagram(reliability))
            (table(reliability))
        }
    }
}

fn diagram(reliability: &Reliability) -> Markup {
    let plot = Plot {
        title: "Reliability diagram",
        description: "The share of right tags over the mean probability in ten bins, against the diagonal on which both are equal; columns \
                      at the bottom show how many tags each bin has. The table beside it has the values.",
        x: Axis::x("probability that the tag was given with", 0.0, 1.0, percent),
        y: Axis::y("share that is right", 0.0, 1.0, percent),
    };
    let marks = html! {
        (counts(&plot, reliability))
        path.guide d=(plot.path([(0.0, 0.0), (1.0, 1.0)])) {}
        path.line.series-1 d=(plot.path(filled(reliability).map(|(_, bin)| point(bin)))) {}
        @for (range, bin) in filled(reliability) {
            (dot(&plot, point(bin), "series-1", &format!("{range}: {} given, {} right", thousands(bin.count), percent(bin.share_right))))
        }
    };
    html! {
        figure {
            figcaption { strong { "Reliability of the given tags." } " Columns: how many there are of each probability." }
            (plot.render(&marks))
        }
    }
}

/// How many tags each bin has, the fullest bin a quarter of the height.
fn counts(plot: &Plot, reliability: &Reliability) -> Markup {
    let most = reliability.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
    html! {
        @for (index, bin) in reliability.bins.iter().enumerate() {
            @let (left, top) = plot.place((index as f64 / 10.0, 0.25 * bin.count as f64 / most));
            @let (right, bottom) = plot.place(((index + 1) as f64 / 10.0, 0.0));
            rect.column-quiet x=(left + 1.0) y=(top) width=(right - left - 2.0) height=(bottom - top) {}
        }
    }
}

fn table(reliability: &Reliability) -> Markup {
    let table = html! {
        table {
            caption { "Given tags by their probability" }
            (columns(&["Probability"], &["Given", "Mean", "Right", "Difference"]))
            tbody {
                @for (range, bin) in filled(reliability) {
                    tr {
                        th scope="row" { (range) }
                        td.number { (thousands(bin.count)) }
                        td.number { (number(bin.mean_probability)) }
                        td.number { (number(bin.share_right)) }
                        td.number { (signed(bin.share_right - bin.mean_probability)) }
                    }
                }
            }
        }
    };
    scroll("Given tags by their probability", &table)
}

/// The bins that have tags, with their ranges.
fn filled(reliability: &Reliability) -> impl Iterator<Item = (String, &Bin)> {
    let ranges = (0..).map(|tenth| format!("{}–{} %", tenth * 10, tenth * 10 + 10));
    ranges.zip(&reliability.bins).filter(|(_, bin)| bin.count > 0)
}

fn point(bin: &Bin) -> (f64, f64) {
    (bin.mean_probability, bin.share_right)
}
