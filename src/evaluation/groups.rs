//! The figures apart for kinds of record and of tag.

use std::cmp::Reverse;

use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Labelled, Record};
use crate::metrics::{Contribution, Estimate, Figure, Prf, TagCounts, Tally, macro_average, micro_average};
use crate::text::{Document, Language, TextSettings};

/// The lengths of texts, in characters: the name of a class and the length that is too long for it.
const LENGTHS: [(&str, usize); 4] =
    [("under 200", 200), ("200 to 1999", 2000), ("2000 to 4999", 5000), ("5000 or more", usize::MAX)];
const KINDS: [&str; 2] = ["description", "readme"];
const LANGUAGES: [Language; 2] = [Language::English, Language::Other];
const THIRDS: [&str; 3] = ["head", "middle", "tail"];

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
    /// F1 over all decisions of the group alike; `None` when its records have none of its tags.
    pub micro_f1: Option<Estimate>,
    /// Mean F1 of the tags that the group's records have; likewise.
    pub macro_f1: Option<Estimate>,
}

/// A group before its figures are taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members {
    by: &'static str,
    name: &'static str,
    of: Of,
}

/// What a group consists of, as indices in ascending order.
#[derive(Debug, Clone, PartialEq)]
enum Of {
    Records(Vec<usize>),
    Tags(Vec<usize>),
}

/// The groups of records by kind (with a README or not), length of text and language.
pub(super) fn of_records(examples: &[Labelled]) -> Vec<Members> {
    let classes: Vec<[&str; 3]> = examples.par_iter().map(|example| classes(&example.record)).collect();
    let group = |(place, by, name)| {
        let rows = (0..classes.len()).filter(|row| classes[*row][place] == name).collect();
        Members { by, name, of: Of::Records(rows) }
    };
    all_classes().map(group).collect()
}

/// Every class of records: the place of its division in [`classes`], what it divides by, and its name.
pub(crate) fn all_classes() -> impl Iterator<Item = (usize, &'static str, &'static str)> {
    let kinds = KINDS.map(|name| (0, "kind", name));
    let lengths = LENGTHS.map(|(name, _)| (1, "length", name));
    let languages = LANGUAGES.map(|language| (2, "language", language.name()));
    kinds.into_iter().chain(lengths).chain(languages)
}

/// The record's kind, length and language.
pub(crate) fn classes(record: &Record) -> [&'static str; 3] {
    let document = Document::new(record, &TextSettings::default());
    let texts = [&record.description, &record.readme, &record.text];
    let length: usize = texts.into_iter().flatten().map(|text| text.chars().count()).sum();
    let [.., (longest, _)] = LENGTHS;
    let class = LENGTHS.iter().find(|(_, limit)| length < *limit).map_or(longest, |(name, _)| name);
    [KINDS[usize::from(document.has_readme)], class, Language::of(&document).name()]
}

/// The `head`, `middle` and `tail` thirds of the tags by how many records they were trained on.
///
/// `support` is that number for each tag. Among equals, the tag that the taxonomy has first is the more frequent one.
/// There are no groups without it, as with a model that does not know it.
pub(super) fn of_tags(support: &[usize], n_tags: usize) -> Vec<Members> {
    if support.len() != n_tags {
        return Vec::new();
    }
    let mut by_frequency: Vec<usize> = (0..n_tags).collect();
    by_frequency.sort_by_key(|tag| Reverse(support[*tag]));
    let third = |(part, name)| {
        let mut tags = by_frequency[part * n_tags / 3..(part + 1) * n_tags / 3].to_vec();
        tags.sort_unstable();
        Members { by: "frequency", name, of: Of::Tags(tags) }
    };
    THIRDS.into_iter().enumerate().map(third).collect()
}

impl Members {
    /// P@1, R@3, micro and macro F1 of the group when record i is there `times[i]` times; `tally` is that of all records.
    pub fn figures(&self, contributions: &[Contribution], times: &[u32], tally: &Tally) -> [Option<f64>; 4] {
        match &self.of {
            Of::Records(rows) => {
                let mut tally = Tally::new(tally.tags().len());
                for row in rows {
                    tally.add(&contributions[*row], times[*row] as usize);
                }
                [Figure::PAt1, Figure::RAt3, Figure::MicroF1, Figure::MacroF1]
                    .map(|figure| tally.figure(figure))
            }
            Of::Tags(tags) => {
                let counts: Vec<TagCounts> = tags.iter().map(|tag| tally.tags()[*tag]).collect();
                let occur = counts.iter().any(|tag| tag.support() > 0);
                let f1 = |average: Prf| occur.then_some(average.f1);
                [None, None, f1(micro_average(&counts)), f1(macro_average(&counts))]
            }
        }
    }

    /// The group with the estimates of its [`figures`](Self::figures).
    pub fn group(
        &self,
        contributions: &[Contribution],
        n_tags: usize,
        estimates: [Option<Estimate>; 4],
    ) -> Group {
        let members: Vec<&Contribution> = contributions
            .iter()
            .enumerate()
            .filter(|(row, record)| self.has(*row, record))
            .map(|(_, record)| record)
            .collect();
        let mut tally = Tally::new(n_tags);
        members.iter().for_each(|record| tally.add(record, 1));
        let supported = |tag: usize| tally.tags()[tag].support() > 0;
        let tags = match &self.of {
            Of::Records(_) => (0..n_tags).filter(|tag| supported(*tag)).count(),
            Of::Tags(tags) => tags.iter().filter(|tag| supported(**tag)).count(),
        };
        let [p_at_1, r_at_3, micro, macro_] = estimates;
        Group {
            by: self.by,
            name: self.name,
            records: members.len(),
            tags,
            p_at_1,
            r_at_3,
            micro_f1: micro,
            macro_f1: macro_,
        }
    }

    /// Whether the group has the record, or one of its tags.
    fn has(&self, row: usize, record: &Contribution) -> bool {
        match &self.of {
            Of::Records(rows) => rows.binary_search(&row).is_ok(),
            Of::Tags(tags) => record.tags().any(|tag| tags.binary_search(&usize::from(tag)).is_ok()),
        }
    }
}
