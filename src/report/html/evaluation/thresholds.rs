//! What other thresholds would give: precision against recall, and all three over the threshold.

use maud::{Markup, html};

use crate::evaluation::Evaluation;
use crate::metrics::{CurvePoint, Curves};
use crate::report::html::charts::{Axis, Line, Plot, lines};
use crate::report::html::parts::{columns, scroll};
use crate::report::numbers::number;

/// The values of F1 along which a faint line is drawn.
const ISO_F1: [f64; 4] = [0.4, 0.6, 0.8, 0.9];

/// How many rows the table of a curve has at most.
const ROWS: usize = 20;

pub fn section(evaluation: &Evaluation) -> Markup {
    let Some(curves) = &evaluation.curves else {
        return html! { p.note { "Not known: this needs the probability of every tag for every record, and records with tags." } };
    };
    html! {
        p {
            "A higher threshold gives fewer tags and more of them right; a lower one finds more of the tags that are due. The dots mark the \
             threshold in use, " strong { (threshold(&curves.operating_point)) } "."
        }
        div.figures {
            (precision_recall(curves))
            (over_threshold(curves))
        }
        (table(curves))
    }
}

fn precision_recall(curves: &Curves) -> Markup {
    let point = |point: &CurvePoint| (point.micro.recall, point.micro.precision);
    let (recall, precision) = point(&curves.operating_point);
    let words = format!("{} right, {} found", number(precision), number(recall));
    let plot = Plot {
        title: "Precision against recall",
        description: &format!(
            "Two falling curves, with and without the limit of tags per record. In use: precision {} at recall {}. Area under the curve without \
             limit: {}. The table under the charts has the values.",
            number(precision),
            number(recall),
            number(curves.average_precision)
        ),
        x: Axis::x("recall: due tags that are given", 0.0, 1.0, tenths),
        y: Axis::y("precision: given tags that are right", 0.0, 1.0, tenths),
    };
    let drawn = [
        Line {
            name: "with the limit of tags per record",
            points: drawn_points(&curves.decisions).map(point).collect(),
            marked: Some(((recall, precision), words)),
        },
        Line {
            name: "without it",
            points: drawn_points(&curves.precision_recall).map(point).collect(),
            marked: None,
        },
    ];
    html! {
        figure {
            figcaption { strong { "Precision against recall." } " Up and right is better; along a faint curve F1 is the same." }
            (lines(&plot, &iso_f1(&plot), &drawn))
        }
    }
}

fn over_threshold(curves: &Curves) -> Markup {
    let operating = &curves.operating_point;
    let value = |name, of: fn(&CurvePoint) -> f64| Line {
        name,
        points: drawn_points(&curves.decisions)
            .map(|point| (f64::from(point.threshold), of(point)))
            .collect(),
        marked: Some(((f64::from(operating.threshold), of(operating)), number(of(operating)))),
    };
    let drawn = [
        value("F1", |point| point.micro.f1),
        value("precision", |point| point.micro.precision),
        value("recall", |point| point.micro.recall),
    ];
    let best = curves.decisions.iter().max_by(|a, b| a.micro.f1.total_cmp(&b.micro.f1)).unwrap_or(operating);
    let plot = Plot {
        title: "F1, precision and recall over the threshold",
        description: &format!(
            "Precision rises and recall falls with the threshold. F1 is {} at the threshold in use, {}, and highest, {}, at {}.",
            number(operating.micro.f1),
            threshold(operating),
            number(best.micro.f1),
            threshold(best)
        ),
        x: Axis::x("threshold: least probability of a tag that is given", 0.0, 1.0, tenths),
        y: Axis::y("micro average", 0.0, 1.0, tenths),
    };
    let (x, top) = plot.place((f64::from(operating.threshold), 1.0));
    let (_, bottom) = plot.place((0.0, 0.0));
    let rule = html! { line.guide x1=(x) x2=(x) y1=(bottom) y2=(top) {} };
    html! {
        figure {
            figcaption {
                strong { "Over the threshold." } " On these records F1 is highest, " (number(best.micro.f1)) ", at " (threshold(best)) "."
            }
            (lines(&plot, &rule, &drawn))
        }
    }
}

/// The points at which anything right is given; without it precision says nothing.
fn drawn_points(points: &[CurvePoint]) -> impl Iterator<Item = &CurvePoint> {
    points.iter().filter(|point| point.micro.recall > 0.0)
}

/// Lines of equal F1, each with its value at its right end: precision = F1 · recall / (2 · recall − F1).
fn iso_f1(plot: &Plot) -> Markup {
    let curve = |f1: f64| {
        let least = f1 / (2.0 - f1);
        (0..=40_u8).map(move |step| {
            let recall = least + (1.0 - least) * f64::from(step) / 40.0;
            (recall, f1 * recall / (2.0 * recall - f1))
        })
    };
    html! {
        @for f1 in ISO_F1 {
            path.guide.faint d=(plot.path(curve(f1))) {}
            @let (x, y) = plot.place((1.0, f1 / (2.0 - f1)));
            text.note-text.halo x=(x - 2.0) y=(y - 4.0) text-anchor="end" { "F1 " (tenths(f1)) }
        }
    }
}

/// Some of the points of the decision curve, evenly chosen.
fn table(curves: &Curves) -> Markup {
    let step = curves.decisions.len().div_ceil(ROWS).max(1);
    let table = html! {
        table {
            caption { "What the decision rule gives at other thresholds" }
            (columns(&[], &["Threshold", "Precision", "Recall", "F1"]))
            tbody {
                @for point in curves.decisions.iter().step_by(step) {
                    tr {
                        th.number scope="row" { (threshold(point)) }
                        @for figure in [point.micro.precision, point.micro.recall, point.micro.f1] { td.number { (number(figure)) } }
                    }
                }
            }
        }
    };
    html! { details { summary { "The values as a table" } (scroll("Figures over the threshold", &table)) } }
}

fn threshold(point: &CurvePoint) -> String {
    format!("{:.2}", point.threshold)
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}
