//! What labelled data is like.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Record, TEXT_FIELDS};
use crate::evaluation::{CoOccurrence, TagName, all_classes, classes, co_occurrences, histogram};
use crate::taxonomy::Taxonomy;

/// Counts over records, labelled or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// How many records.
    pub records: usize,
    /// How many of them have no field `tags`.
    pub unlabelled: usize,
    /// The records apart by kind, length of text and language; classes without records are left out.
    pub classes: Vec<RecordClass>,
    /// How long the texts are, for each field that any record has.
    pub lengths: Vec<Lengths>,
    /// How many of the labelled records have 0, 1, 2, … tags of the taxonomy.
    pub tags_per_record: Vec<usize>,
    /// Every tag of the taxonomy, most frequent first.
    pub tags: Vec<TagCount>,
    /// Tags that the taxonomy does not have, most frequent first.
    pub unknown_tags: Vec<UnknownTag>,
    /// The pairs of tags that most often go together, most frequent first.
    pub co_occurrences: Vec<CoOccurrence>,
}

/// Records of one kind, length or language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordClass {
    /// What the classes differ in: `kind`, `length` or `language`.
    pub by: &'static str,
    /// Which class it is.
    pub name: &'static str,
    /// How many records.
    pub records: usize,
}

/// How long the texts of a field are, in characters; quantiles are those of the records that have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lengths {
    /// The field.
    pub field: &'static str,
    /// How many records have it, not blank.
    pub records: usize,
    /// One text in ten is at most this long.
    pub tenth: usize,
    /// Half of the texts are at most this long.
    pub median: usize,
    /// Nine texts in ten are at most this long.
    pub nine_tenths: usize,
    /// The longest text.
    pub longest: usize,
}

/// How many records have a tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagCount {
    /// Which tag.
    #[serde(flatten)]
    pub tag: TagName,
    /// How many records.
    pub records: usize,
}

/// A tag that the taxonomy does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownTag {
    /// The tag as it is written.
    pub tag: String,
    /// How many records have it.
    pub records: usize,
}

impl Stats {
    /// Counts `records` with the tags of `taxonomy`.
    pub fn of(records: &[Record], taxonomy: &Taxonomy) -> Self {
        let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
        let mut tags: Vec<Vec<u16>> = Vec::new();
        for references in records.iter().filter_map(|record| record.tags.as_ref()) {
            let mut own = Vec::new();
            for reference in references {
                match taxonomy.find(reference) {
                    Some(tag) => own.push(tag as u16),
                    None => *unknown.entry(reference.to_string()).or_default() += 1,
                }
            }
            own.sort_unstable();
            own.dedup();
            tags.push(own);
        }
        let mut unknown: Vec<UnknownTag> =
            unknown.into_iter().map(|(tag, records)| UnknownTag { tag, records }).collect();
        unknown.sort_by_key(|tag| Reverse(tag.records));
        Self {
            records: records.len(),
            unlabelled: records.len() - tags.len(),
            classes: record_classes(records),
            lengths: TEXT_FIELDS
                .iter()
                .zip(0..)
                .filter_map(|(field, place)| lengths(records, field, place))
                .collect(),
            tags_per_record: histogram(tags.iter().map(Vec::len)),
            tags: tag_counts(&tags, taxonomy),
            unknown_tags: unknown,
            co_occurrences: co_occurrences(tags.iter().map(Vec::as_slice), taxonomy),
        }
    }
}

fn record_classes(records: &[Record]) -> Vec<RecordClass> {
    let own: Vec<_> = records.par_iter().map(classes).collect();
    all_classes()
        .map(|(place, by, name)| {
            let records = own.iter().filter(|classes| classes[place] == name).count();
            RecordClass { by, name, records }
        })
        .filter(|class| class.records > 0)
        .collect()
}

/// The lengths of the text field at `place`, if any record has it.
fn lengths(records: &[Record], field: &'static str, place: usize) -> Option<Lengths> {
    let texts = records.iter().filter_map(|record| record.texts()[place]);
    let mut lengths: Vec<usize> =
        texts.filter(|text| !text.trim().is_empty()).map(|text| text.chars().count()).collect();
    lengths.sort_unstable();
    let quantile = |tenths: usize| lengths.get((lengths.len().saturating_sub(1)) * tenths / 10).copied();
    Some(Lengths {
        field,
        records: lengths.len(),
        tenth: quantile(1)?,
        median: quantile(5)?,
        nine_tenths: quantile(9)?,
        longest: quantile(10)?,
    })
}

fn tag_counts(tags: &[Vec<u16>], taxonomy: &Taxonomy) -> Vec<TagCount> {
    let mut counts: Vec<TagCount> =
        taxonomy.tags().iter().map(|tag| TagCount { tag: tag.into(), records: 0 }).collect();
    tags.iter().flatten().for_each(|tag| counts[usize::from(*tag)].records += 1);
    counts.sort_by_key(|count| Reverse(count.records));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::taxonomy::testing::tag;

    #[test]
    fn everything_is_counted() {
        let taxonomy =
            Taxonomy::new([(1, "cli "), (2, "gui"), (3, "lib")].map(|(id, name)| tag(id, name)).to_vec())
                .unwrap();
        let records: Vec<Record> = [
            r#"{"description":"four","tags":["gui","1","gui"]}"#,
            r#"{"description":"fifteen letters","readme":"A readme\n\nwith prose.","tags":["cli","new"]}"#,
            r#"{"description":" ","text":"eins und zwei und die der das","tags":[]}"#,
            r#"{"text":"x"}"#,
        ]
        .iter()
        .map(|json| serde_json::from_str(json).unwrap())
        .collect();
        let stats = Stats::of(&records, &taxonomy);
        assert_eq!((stats.records, stats.unlabelled), (4, 1));
        assert_eq!(stats.tags_per_record, [1, 1, 1]);
        let tags: Vec<_> = stats.tags.iter().map(|count| (count.tag.label(), count.records)).collect();
        assert_eq!(tags, [("cli", 2), ("gui", 1), ("lib", 0)]);
        assert_eq!(stats.unknown_tags, [UnknownTag { tag: "new".into(), records: 1 }]);
        assert_eq!((stats.co_occurrences.len(), stats.co_occurrences[0].records), (1, 1));
        let description =
            Lengths { field: "description", records: 2, tenth: 4, median: 4, nine_tenths: 4, longest: 15 };
        assert_eq!(stats.lengths[0], description);
        let languages: Vec<_> = stats.classes.iter().filter(|class| class.by == "language").collect();
        assert_eq!((languages[0].records, languages[1].records), (3, 1));
    }
}
