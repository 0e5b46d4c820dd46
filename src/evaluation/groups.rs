//! The figures apart for kinds of record and of tag.

use serde::Serialize;

use crate::metrics::Estimate;

/// The figures of some of the records, or of some of the tags.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What the groups differ in: `kind`, `length`, `language` (records), `frequency` (tags).
    pub by: &'static str,
    /// Which group it is, such as `readme`.
    pub name: &'static str,
    /// How many records it has; of a group of tags, the records that have one of them or got one.
    pub records: usize,
    /// How many of its tags its records have: those that `macro_f1` is the mean of.
    pub tags: usize,
    /// Precision at 1; `None` for a group of tags, as the ranking is of all tags.
    pub p_at_1: Option<Estimate>,
    /// Recall at 3; likewise.
    pub r_at_3: Option<Estimate>,
    /// F1 over all decisions of the group alike.
    pub micro_f1: Estimate,
    /// Mean F1 of the tags that the group's records have.
    ///
    /// The macro F1 among the headline figures is over all tags instead: a small group lacks many.
    pub macro_f1: Estimate,
}
