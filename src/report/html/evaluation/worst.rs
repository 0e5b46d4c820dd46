//! The records with a wrong tag that was given with confidence.

use maud::{Markup, html};

use crate::evaluation::{Evaluation, WorstRecord};
use crate::report::html::parts::{predicted, record_name, tags};

pub fn section(evaluation: &Evaluation) -> Markup {
    if evaluation.worst.is_empty() {
        return html! { p.note { "No record got a wrong tag." } };
    }
    html! {
        p {
            "Where it is most sure of a tag that is not among the record's own. Look here first: some are its mistakes, and some are records \
             whose own tags are not right or not complete."
        }
        ol.records {
            @for record in &evaluation.worst { (card(record)) }
        }
    }
}

fn card(record: &WorstRecord) -> Markup {
    html! {
        li.record {
            h3 { (record_name(record.name.as_deref(), record.id.as_ref())) }
            blockquote { (record.excerpt) }
            dl {
                dt { "its own tags" }
                dd { (tags(&record.gold)) }
                dt { "given" }
                dd { (predicted(&record.predicted)) }
                @if !record.words.is_empty() {
                    dt { "because of" }
                    dd { @for (index, word) in record.words.iter().enumerate() { @if index > 0 { ", " } span.word { (word) } } }
                }
            }
        }
    }
}
