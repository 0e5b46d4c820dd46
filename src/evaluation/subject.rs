//! What was judged, and how it is named.

use serde::Serialize;

use crate::corpus::Id;
use crate::decide::DecisionRule;
use crate::model::Overlap;
use crate::taxonomy::Tag;

/// What was judged, and by which records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subject {
    /// The model or the predictions, as a person would name them: a file, or "the model inside tagwright".
    pub title: String,
    /// The files of labelled records.
    pub data: Vec<String>,
    /// How many records were judged.
    pub records: usize,
    /// The decision rule; `None` when the decisions came with the predictions.
    pub rule: Option<DecisionRule>,
    /// The fields that were left out of all records.
    pub without: Vec<String>,
    /// How many of the records the model was trained on; `None` when it does not know, or no model was judged.
    pub seen: Option<Overlap>,
}

impl Subject {
    /// "120 of 120 records were in the training data", when there are more than chance gives.
    pub fn seen_in_training(&self) -> Option<String> {
        let Overlap { records, of, .. } = self.seen.filter(Overlap::is_real)?;
        Some(format!("{records} of {of} records were in the training data"))
    }
}

/// A tag as reports name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagName {
    /// The tag's id, verbatim.
    pub id: Id,
    /// The tag's name, verbatim.
    pub name: String,
}

impl From<&Tag> for TagName {
    fn from(tag: &Tag) -> Self {
        Self { id: tag.id.clone(), name: tag.name.clone() }
    }
}

impl TagName {
    /// The name without stray spaces, for people.
    pub fn label(&self) -> &str {
        self.name.trim()
    }
}
