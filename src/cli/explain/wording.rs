//! What the lines of an explanation say to a person.

use tagwright::explain::{Item, Share};
use tagwright::taxonomy::Taxonomy;
use tagwright::text::Field;

use super::subject::{ExplainedTag, Subject, Verdict};

/// How many reasons against a tag stand beside its name when it is not given.
const OBJECTIONS: usize = 3;

/// What an item is.
pub fn what(item: &Item, taxonomy: &Taxonomy) -> String {
    match item {
        Item::Words { words, .. } => words.clone(),
        Item::Mention { spelling, .. } => format!("named \"{spelling}\""),
        Item::Tag(tag) => format!("tag {}", taxonomy.tags()[*tag].key()),
        Item::Rank(1) => "1 tag ranks before it".to_owned(),
        Item::Rank(before) => format!("{before} tags rank before it"),
        Item::Readme => "has a README".to_owned(),
        Item::Rest(1) => "1 weaker reason".to_owned(),
        Item::Rest(count) => format!("{count} weaker reasons"),
        Item::Start => "start".to_owned(),
    }
}

/// Where it stands, if it stands somewhere.
pub fn places(item: &Item) -> String {
    let places: Vec<String> = match item {
        Item::Words { fields, .. } => fields.iter().map(|field| field.name().to_owned()).collect(),
        Item::Mention { places, .. } => places.iter().map(place).collect(),
        _ => Vec::new(),
    };
    places.join(", ")
}

fn place((field, times): &(Field, usize)) -> String {
    if *times == 1 { field.name().to_owned() } else { format!("{} ×{times}", field.name()) }
}

/// Whether the tag is given, with its probability and why not.
pub fn verdict(explained: &ExplainedTag, subject: &Subject) -> String {
    let probability = explained.explanation.probability;
    let needed = subject.rule.threshold;
    match explained.verdict {
        Verdict::Given => format!("given: {probability:.3}, needs {needed:.3}"),
        Verdict::TooUnlikely => format!("not given: {probability:.3}, needs {needed:.3}"),
        Verdict::Outranked => {
            format!("not given: {probability:.3}, beyond the limit of {}", subject.rule.top)
        }
        Verdict::NoCandidate => format!("not given: {probability:.3}, but no candidate"),
    }
}

/// The strongest reasons against a tag that is not given, weakest last.
pub fn objections(explained: &ExplainedTag, taxonomy: &Taxonomy) -> Option<String> {
    let is_reason = |share: &&Share| share.value < 0.0 && !matches!(share.item, Item::Rest(_) | Item::Start);
    let against = explained.summary.iter().filter(is_reason).take(OBJECTIONS);
    let against: Vec<String> = against.map(|share| what(&share.item, taxonomy)).collect();
    let is_needed = explained.verdict != Verdict::Given && !against.is_empty();
    is_needed.then(|| format!("against: {}", against.join(", ")))
}

/// The sum under the lines.
pub fn sum(explained: &ExplainedTag) -> String {
    format!("logit: probability {:.3}", explained.explanation.probability)
}
