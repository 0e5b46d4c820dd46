//! Where it fails: pairs of tags that are confused, and records that are confidently wrong.

use serde::Serialize;

use super::TagName;
use crate::corpus::Id;

/// Two tags of which one was missed where the other was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// The gold tag that was not given.
    pub missed: TagName,
    /// The tag that was given and is not gold.
    pub said: TagName,
    /// In how many records.
    pub records: usize,
    /// That as a share of the records that have the missed tag, 0 to 1.
    pub share: f64,
}

/// A record with a wrong tag that was given with confidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorstRecord {
    /// The record's id, if it has one.
    pub id: Option<Id>,
    /// The record's name, if it has one.
    pub name: Option<String>,
    /// The beginning of its text, on one line.
    pub excerpt: String,
    /// The tags it should get.
    pub gold: Vec<TagName>,
    /// The tags it got, best first.
    pub predicted: Vec<Predicted>,
    /// The words that led to the most confident wrong tag, strongest first; empty when they are not known.
    pub words: Vec<String>,
}

/// A tag that a record got.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Predicted {
    /// Which tag.
    #[serde(flatten)]
    pub tag: TagName,
    /// Its probability, if it is known.
    pub score: Option<f32>,
    /// Whether it is a gold tag.
    pub right: bool,
}
