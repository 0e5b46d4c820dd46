//! The page of an evaluation.

mod calibration;
mod confusions;
mod data;
mod figures;
mod glance;
mod groups;
mod learning;
mod tags;
mod thresholds;
mod worst;

use maud::{Markup, html};

use super::page::{Page, Section};
use super::parts::{files, records, thousands};
use crate::evaluation::{Evaluation, Subject};
use crate::report::cautions::cautions_of_evaluation;

/// The page; sections about which nothing is known say so, or are left out.
pub fn page(evaluation: &Evaluation) -> String {
    let section = |id, title, body| Section { id, title, body };
    let mut sections = vec![
        section("glance", "At a glance", glance::section(evaluation)),
        section("figures", "All figures", figures::section(evaluation)),
        section("thresholds", "Other thresholds", thresholds::section(evaluation)),
        section("calibration", "Can the probabilities be trusted?", calibration::section(evaluation)),
        section("groups", "Where it is better and worse", groups::section(evaluation)),
        section("tags", "Every tag", tags::section(evaluation)),
        section("confusions", "Tags that are confused", confusions::section(evaluation)),
        section("worst", "Confident and wrong", worst::section(evaluation)),
    ];
    if !evaluation.learning_curve.is_empty() {
        sections.push(section("learning", "What more data would give", learning::section(evaluation)));
    }
    sections.push(section("data", "The records", data::section(evaluation)));
    Page {
        title: &format!("How good is {}?", evaluation.subject.title),
        subtitle: subtitle(evaluation),
        sections,
    }
    .render()
}

/// What was judged, by which records and which rule.
fn subtitle(evaluation: &Evaluation) -> Markup {
    let subject = &evaluation.subject;
    html! {
        p {
            "Judged on " strong { (records(subject.records)) } " of " (files(&subject.data)) " against their own tags, out of "
            (thousands(evaluation.tags.len())) " that there are. " (rule(subject))
            @if let Some(seen) = subject.seen_in_training() { " " strong { (seen) } ": the figures flatter the model." }
            @if !subject.without.is_empty() { " The records were judged without their " (subject.without.join(" and ")) "." }
        }
        @for caution in cautions_of_evaluation(evaluation) { p.note { (caution) "." } }
    }
}

/// How the decisions were made.
fn rule(subject: &Subject) -> String {
    match &subject.rule {
        Some(rule) => {
            let tags = if rule.top == 1 { "tag" } else { "tags" };
            format!(
                "A record gets at most {} {tags}, each with a probability of at least {:.2}.",
                rule.top, rule.threshold
            )
        }
        None => "The tags are those of the predictions as they stand.".to_owned(),
    }
}
