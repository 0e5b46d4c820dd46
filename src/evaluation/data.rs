//! What the judged records are like.

use serde::Serialize;

use super::TagName;
use super::errors::frequent_pairs;
use crate::metrics::{Judged, JudgedRecord};
use crate::taxonomy::Taxonomy;

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

impl DataSummary {
    /// Of the records of `judged`.
    pub(super) fn of(judged: &Judged, taxonomy: &Taxonomy) -> Self {
        let records = judged.records();
        Self {
            records: records.len(),
            gold_tags: histogram(records.iter().map(|record| record.gold().len())),
            given_tags: histogram(records.iter().map(|record| record.decided().len())),
            co_occurrences: co_occurrences(records.iter().map(JudgedRecord::gold), taxonomy),
        }
    }
}

/// The pairs of tags that most often go together in records with these tags, each ascending; most frequent first.
pub(crate) fn co_occurrences<'a>(
    tags: impl Iterator<Item = &'a [u16]>,
    taxonomy: &Taxonomy,
) -> Vec<CoOccurrence> {
    let pairs = frequent_pairs(|count| {
        for tags in tags {
            for (place, a) in tags.iter().enumerate() {
                tags[place + 1..].iter().for_each(|b| count(*a, *b));
            }
        }
    });
    let name = |tag: usize| TagName::from(&taxonomy.tags()[tag]);
    let together = |(tags, records): ([usize; 2], usize)| CoOccurrence { tags: tags.map(name), records };
    pairs.into_iter().map(together).collect()
}

/// How often 0, 1, 2, … occur.
pub(crate) fn histogram(numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut counts = Vec::new();
    for number in numbers {
        if counts.len() <= number {
            counts.resize(number + 1, 0);
        }
        counts[number] += 1;
    }
    counts
}
