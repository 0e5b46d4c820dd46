//! The first section: what somebody who decides has to know.

use maud::{Markup, html};

use crate::evaluation::{Evaluation, Group, TagEvaluation};
use crate::metrics::{Bin, Estimate, Figure, Reliability};
use crate::report::cautions::LEAST_SUPPORT;
use crate::report::html::charts::interval;
use crate::report::html::parts::{bounds, of_100, records};
use crate::report::numbers::{number, percent};

/// The figures on the cards.
const CARDS: [Figure; 4] = [Figure::PAt1, Figure::RAt3, Figure::MicroF1, Figure::MacroF1];

/// How many weak tags are named.
const WEAK_TAGS: usize = 5;

/// From this on (expected calibration error) probabilities are said to be off.
const CALIBRATED: f64 = 0.05;

pub fn section(evaluation: &Evaluation) -> Markup {
    html! {
        ul.glance {
            @for sentence in sentences(evaluation) { li { (sentence) } }
        }
        ul.cards {
            @for figure in CARDS {
                @if let Some(estimate) = evaluation.figures.get(figure) { (card(figure, &estimate)) }
            }
        }
        p.note {
            "The range after a figure is its 95 % interval: were other records of the same sort judged instead, the figure would \
             be expected in it. All figures go from 0, worst, to 1, best."
        }
    }
}

fn card(figure: Figure, estimate: &Estimate) -> Markup {
    html! {
        li.card {
            span.name { (figure.label()) }
            span.value { (number(estimate.value)) }
            (interval(estimate))
            span.interval-words { (bounds(estimate)) }
            p { (sentence_case(figure.meaning())) "." }
        }
    }
}

fn sentences(evaluation: &Evaluation) -> Vec<Markup> {
    let share = |figure| evaluation.figures.get(figure).map(|estimate| of_100(estimate.value));
    let mut sentences = Vec::new();
    if let Some(first) = share(Figure::PAt1) {
        sentences.push(html! { "The first tag is right for " strong { (first) } " records." });
    }
    if let (Some(precision), Some(recall)) = (share(Figure::MicroPrecision), share(Figure::MicroRecall)) {
        sentences.push(html! {
            "Of the tags it gives, " strong { (precision) } " are right; of the tags that are due, it gives " strong { (recall) } "."
        });
    }
    if let (Some(exact), Some(none)) = (share(Figure::ExactMatch), share(Figure::NoTagShare)) {
        sentences.push(
            html! { strong { (exact) } " records get exactly their tags; " (none) " get no tag at all." },
        );
    }
    sentences.extend(evaluation.reliability.as_ref().and_then(trust));
    sentences.extend(weakest_groups(&evaluation.groups));
    sentences.extend(weakest_tags(&evaluation.tags));
    sentences
}

/// Whether its probabilities say what they should.
fn trust(reliability: &Reliability) -> Option<Markup> {
    let total: usize = reliability.bins.iter().map(|bin| bin.count).sum();
    if total == 0 {
        return None;
    }
    let mean = |value: fn(&Bin) -> f64| {
        reliability.bins.iter().map(|bin| bin.count as f64 * value(bin)).sum::<f64>() / total as f64
    };
    let (said, right) = (mean(|bin| bin.mean_probability), mean(|bin| bin.share_right));
    let error = reliability.expected_calibration_error();
    Some(html! {
        @if error < CALIBRATED { "Its probabilities can be taken at their word: " }
        @else if said > right { "It is too sure of itself: " }
        @else { "It is too modest: " }
        "tags given with a mean probability of " (percent(said)) " are right in " strong { (percent(right)) } " of cases."
    })
}

/// The widest gap between groups that differ in the same thing and whose intervals do not overlap.
fn weakest_groups(groups: &[Group]) -> Option<Markup> {
    type Known<'a> = (&'a Group, Estimate);
    let by_micro_f1 = |a: &Known, b: &Known| a.1.value.total_cmp(&b.1.value);
    let extremes = groups.chunk_by(|a, b| a.by == b.by).filter_map(|together| {
        let known = together.iter().filter_map(|group| Some((group, group.micro_f1?)));
        Some((known.clone().min_by(by_micro_f1)?, known.max_by(by_micro_f1)?))
    });
    let gap = |(worst, best): &(Known, Known)| best.1.value - worst.1.value;
    let apart = extremes.filter(|(worst, best)| worst.1.high < best.1.low);
    let ((worst, lowest), (best, highest)) = apart.max_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    Some(html! {
        "By " (worst.by) " it is weakest on " strong { (worst.name) } " (micro F1 " (number(lowest.value)) ", "
        (records(worst.records)) ") and best on " (best.name) " (" (number(highest.value)) ")."
    })
}

/// The tags with the lowest F1 that enough records have.
fn weakest_tags(tags: &[TagEvaluation]) -> Option<Markup> {
    let enough = tags.iter().filter(|tag| tag.support >= LEAST_SUPPORT);
    let mut tags: Vec<_> = enough.filter_map(|tag| Some((tag, tag.f1?.value))).collect();
    if tags.len() <= WEAK_TAGS {
        return None;
    }
    tags.sort_by(|a, b| a.1.total_cmp(&b.1));
    Some(html! {
        "Its weakest tags with at least " (LEAST_SUPPORT) " records: "
        @for (index, (tag, f1)) in tags.iter().take(WEAK_TAGS).enumerate() {
            @if index > 0 { ", " }
            strong { (tag.tag.label()) } " (F1 " (format!("{f1:.2}")) ")"
        }
        "."
    })
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
