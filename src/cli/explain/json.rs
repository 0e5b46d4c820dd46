//! Explanations as JSON.

use serde::Serialize;
use tagwright::corpus::Id;
use tagwright::explain::{Item, Share};
use tagwright::taxonomy::Taxonomy;
use tagwright::text::Field;

use super::subject::{Explained, ExplainedTag, Subject, Verdict};

#[derive(Serialize)]
pub struct Line<'a> {
    id: &'a Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<TagLine<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct TagLine<'a> {
    id: &'a Id,
    name: &'a str,
    given: bool,
    score: f32,
    threshold: f32,
    logit: f64,
    contributions: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    #[serde(flatten)]
    kind: Kind<'a>,
    value: f64,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Kind<'a> {
    Words { words: &'a str, fields: Vec<&'static str> },
    Mention { spelling: &'a str, places: Vec<Place> },
    Tag { id: &'a Id, name: &'a str },
    Rank { before: usize },
    Readme,
    Rest { count: usize },
    Start,
}

#[derive(Serialize)]
struct Place {
    field: &'static str,
    times: usize,
}

/// The object for a record.
pub fn line<'a>(explained: &'a Explained, subject: &'a Subject) -> Line<'a> {
    let (tags, error) = match &explained.tags {
        Ok(tags) => (Some(tags.iter().map(|tag| tag_line(tag, subject)).collect()), None),
        Err(error) => (None, Some(error.as_str())),
    };
    Line { id: &explained.id, tags, error }
}

fn tag_line<'a>(explained: &'a ExplainedTag, subject: &'a Subject) -> TagLine<'a> {
    TagLine {
        id: &explained.tag.id,
        name: &explained.tag.name,
        given: explained.verdict == Verdict::Given,
        score: explained.explanation.probability,
        threshold: subject.rule.threshold,
        logit: rounded(explained.explanation.logit()),
        contributions: explained.summary.iter().map(|share| part(share, subject.taxonomy)).collect(),
    }
}

fn part<'a>(Share { item, value }: &'a Share, taxonomy: &'a Taxonomy) -> Part<'a> {
    let kind = match item {
        Item::Words { words, fields } => {
            Kind::Words { words, fields: fields.iter().map(|field| field.name()).collect() }
        }
        Item::Mention { spelling, places } => {
            let place = |&(field, times): &(Field, usize)| Place { field: field.name(), times };
            Kind::Mention { spelling, places: places.iter().map(place).collect() }
        }
        Item::Tag(tag) => {
            let tag = &taxonomy.tags()[*tag];
            Kind::Tag { id: &tag.id, name: &tag.name }
        }
        Item::Rank(before) => Kind::Rank { before: *before },
        Item::Readme => Kind::Readme,
        Item::Rest(count) => Kind::Rest { count: *count },
        Item::Start => Kind::Start,
    };
    Part { kind, value: rounded(*value) }
}

/// Without the digits that are noise; the sum of all parts stays within 1e-6.
fn rounded(value: f64) -> f64 {
    (value * 1e8).round() / 1e8
}
