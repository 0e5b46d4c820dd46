//! The records with a wrong tag that was given with confidence.

use maud::{Markup, html};

use crate::evaluation::{Evaluation, WorstRecord};
use crate::report::html::parts::{predicted, record_card, record_name, tags};

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
    let mut facts = vec![("its own tags", tags(&record.gold)), ("given", predicted(&record.predicted))];
    if !record.words.is_empty() {
        facts.push(("because of", words(&record.words)));
    }
    record_card(&record_name(record.name.as_deref(), record.id.as_ref()), Some(&record.excerpt), &facts)
}

fn words(words: &[String]) -> Markup {
    html! {
        @for (index, word) in words.iter().enumerate() {
            @if index > 0 { ", " }
            span.word { (word) }
        }
    }
}
