//! The figures apart for kinds of record and of tag.

use maud::{Markup, html};

use crate::evaluation::{Evaluation, Group};
use crate::report::html::parts::{columns, drawn_cell, figure_cell, scroll, thousands};

pub fn section(evaluation: &Evaluation) -> Markup {
    if evaluation.groups.is_empty() {
        return html! { p.note { "Nothing is known by which the records or tags could be told apart." } };
    }
    let table = html! {
        table.full {
            caption { "Figures by group, with 95 % intervals" }
            (columns(&["Group"], &["Records", "Micro F1", "Macro F1", "P@1", "R@3", "Tags"]))
            @for together in evaluation.groups.chunk_by(|a, b| a.by == b.by) {
                tbody.gap {
                    @for group in together { (row(group)) }
                }
            }
        }
    };
    html! {
        p {
            "Intervals that do not overlap show a real difference. Head, middle and tail are the most frequent third of the tags in training, \
             the middle and the least frequent third; macro F1 is the mean over those of the group's tags that its records have."
        }
        (scroll("Figures by group", &table))
    }
}

fn row(group: &Group) -> Markup {
    html! {
        tr {
            th scope="row" { span.note { (group.by) ": " } (group.name) }
            td.number { (thousands(group.records)) }
            (drawn_cell(group.micro_f1.as_ref()))
            (drawn_cell(group.macro_f1.as_ref()))
            (figure_cell(group.p_at_1.map(|figure| figure.value)))
            (figure_cell(group.r_at_3.map(|figure| figure.value)))
            td.number { (group.tags) }
        }
    }
}
