//! What the judged records are like.

use serde::Serialize;

use super::TagName;

/// What the judged records are like. How many have each tag is the support of the tags' figures, and how many are of
/// each kind that of the groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSummary {
    /// How many records.
    pub records: usize,
    /// How many records have 0, 1, 2, … gold tags.
    pub gold_tags: Vec<usize>,
    /// How many records got 0, 1, 2, … tags.
    pub given_tags: Vec<usize>,
    /// The pairs of gold tags that most often go together, most frequent first.
    pub co_occurrences: Vec<CoOccurrence>,
}

/// Two gold tags that go together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoOccurrence {
    /// The two, in the taxonomy's order.
    pub tags: [TagName; 2],
    /// How many records have both.
    pub records: usize,
}
