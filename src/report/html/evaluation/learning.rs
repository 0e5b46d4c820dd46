//! The learning curve: what more labelled records would give.

use maud::{Markup, html};

use crate::evaluation::{Evaluation, LearningPoint};
use crate::report::html::charts::{Axis, Line, Plot, lines};
use crate::report::html::parts::{columns, scroll, thousands};
use crate::report::numbers::number;

pub fn section(evaluation: &Evaluation) -> Markup {
    let curve = &evaluation.learning_curve;
    let most = curve.iter().map(|point| point.records).max().unwrap_or(0).max(1) as f64;
    let line = |name, of: fn(&LearningPoint) -> f64| Line {
        name,
        points: curve.iter().map(|point| (point.records as f64, of(point))).collect(),
        marked: curve.last().map(|last| ((last.records as f64, of(last)), number(of(last)))),
    };
    let drawn = [
        line("P@1", |point| point.p_at_1),
        line("micro F1", |point| point.micro_f1),
        line("macro F1", |point| point.macro_f1),
    ];
    let plot = Plot {
        title: "Learning curve",
        description: "P@1, micro F1 and macro F1 over the number of training records. The table beside it has the values.",
        x: Axis::x("training records", 0.0, most, |records| thousands(records as usize)),
        y: Axis::y("value", 0.0, 1.0, |value| format!("{value:.1}")),
    };
    html! {
        p { "The same design trained on fewer records. Where the curves still rise at the right end, more labelled records will help." }
        div.figures {
            figure {
                figcaption { strong { "Figures over the number of training records." } }
                (lines(&plot, &html! {}, &drawn))
            }
            (scroll("Learning curve", &table(curve)))
        }
    }
}

fn table(curve: &[LearningPoint]) -> Markup {
    html! {
        table {
            caption { "The values of the curves" }
            (columns(&[], &["Records", "P@1", "Micro F1", "Macro F1"]))
            tbody {
                @for point in curve {
                    tr {
                        th.number scope="row" { (thousands(point.records)) }
                        @for figure in [point.p_at_1, point.micro_f1, point.macro_f1] { td.number { (number(figure)) } }
                    }
                }
            }
        }
    }
}
