//! The table of tags, which can be sorted and filtered.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::evaluation::{Evaluation, TagEvaluation};
use crate::report::html::parts::{drawn_cell, figure_cell, scroll, support_cell, tag_filter, thousands};

const TABLE: &str = "tag-table";

pub fn section(evaluation: &Evaluation) -> Markup {
    let mut tags: Vec<_> = evaluation.tags.iter().collect();
    tags.sort_by_key(|tag| Reverse(tag.support));
    let table = html! {
        table.full id=(TABLE) data-sortable {
            caption { "All " (evaluation.tags.len()) " tags; a click on the name of a column sorts by it" }
            thead {
                tr {
                    th scope="col" data-text { "Tag" }
                    th.number scope="col" aria-sort="descending" { "Support" }
                    @for name in ["F1", "Precision", "Recall", "Predicted", "AP", "Threshold", "Calibration"] {
                        th.number scope="col" { (name) }
                    }
                }
            }
            tbody { @for tag in tags { (row(tag)) } }
        }
    };
    html! {
        p {
            "Support is how many records have the tag, predicted how many got it; with few records a tag can look perfect or hopeless by chance. AP (average \
             precision) says how well the tag's probabilities sort the records, calibration how far they are from the truth (expected calibration \
             error)."
        }
        (tag_filter(TABLE))
        (scroll("Every tag", &table))
    }
}

fn row(tag: &TagEvaluation) -> Markup {
    html! {
        tr {
            th scope="row" { (tag.tag.label()) }
            (support_cell(tag.support))
            (drawn_cell(tag.f1.as_ref()))
            (figure_cell(tag.precision.map(|precision| precision.value)))
            (figure_cell(tag.recall.map(|recall| recall.value)))
            td.number data-value=(tag.predicted) { (thousands(tag.predicted)) }
            (figure_cell(tag.average_precision))
            (figure_cell(tag.threshold.map(f64::from)))
            (figure_cell(tag.calibration_error))
        }
    }
}
