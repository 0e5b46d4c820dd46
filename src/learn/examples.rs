//! Labelled records, read and ready to learn from.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{Labels, Progress};
use crate::corpus::Labelled;
use crate::error::{Error, Result};
use crate::taxonomy::Taxonomy;
use crate::text::{Document, TextSettings};

/// A tag with fewer records than this cannot be fitted: its model is made of its name and aliases.
pub const MIN_SUPPORT: usize = 2;

/// Below this many records, the figures of a cross-validation are worth little.
const FEW_RECORDS: usize = 300;

/// The documents, tags and digests of labelled records.
pub struct Examples {
    /// The texts.
    pub documents: Vec<Document>,
    /// The tags, as indices into the taxonomy.
    pub gold: Vec<Vec<u16>>,
    /// The tags that were judged, ascending; `None` for all.
    pub judged: Vec<Option<Vec<u16>>>,
    /// The SHA-256 of every record's texts.
    pub digests: Vec<[u8; 32]>,
}

impl Examples {
    /// Reads the texts of `examples`.
    ///
    /// # Errors
    /// [`Error::Training`] when there are too few to hold some out.
    pub fn read(examples: Vec<Labelled>, settings: &TextSettings, progress: &dyn Progress) -> Result<Self> {
        if examples.len() < 2 {
            return Err(Error::Training {
                problem: format!("{} labelled records", examples.len()),
                help: "give at least 2, and some 20 of every tag for useful answers".to_owned(),
            });
        }
        let (mut records, mut gold, mut judged) = (Vec::new(), Vec::new(), Vec::new());
        for Labelled { record, tags, judged: own, .. } in examples {
            records.push(record);
            gold.push(indices(tags));
            judged.push(own.map(indices));
        }
        progress.stage("reading texts", records.len());
        let (documents, digests) = records
            .par_iter()
            .map(|record| {
                let document = Document::new(record, settings);
                progress.step();
                (document, record.text_digest())
            })
            .unzip();
        Ok(Self { documents, gold, judged, digests })
    }

    /// The labels of the tags that can be fitted: those that are `known` already, and those that enough records have.
    /// Warns of every other one.
    pub fn fittable_labels(
        &self,
        taxonomy: &Taxonomy,
        known: impl Fn(usize) -> bool,
        progress: &dyn Progress,
    ) -> Labels {
        let support = Labels::new(taxonomy.len(), self.gold.clone()).support();
        let fittable = |tag: usize| known(tag) || support[tag] >= MIN_SUPPORT;
        for (index, tag) in taxonomy.tags().iter().enumerate().filter(|(index, _)| !fittable(*index)) {
            progress.warn(&format!(
                "tag {:?} has {} of the at least {MIN_SUPPORT} records needed; it is recognised by its name and \
                 aliases alone",
                tag.key(),
                support[index]
            ));
        }
        let keep = |own: &Vec<u16>| own.iter().copied().filter(|tag| fittable(usize::from(*tag))).collect();
        Labels::new(taxonomy.len(), self.gold.iter().map(keep).collect()).with_judged(self.judged.clone())
    }

    /// Says what the figures of few records are worth.
    pub fn warn_of_little_data(&self, progress: &dyn Progress) {
        let records = self.gold.len();
        if records < FEW_RECORDS {
            progress.warn(&format!(
                "{records} records are few: the cross-validated figures may be off by {:.0} points or more; judge the \
                 model on other labelled records with `tagwright evaluate`",
                // Two standard errors of a share of one half.
                100.0 / (records as f64).sqrt()
            ));
        }
    }

    /// Sets the probabilities of tags that were not judged to 0: a record is answered among those that were.
    pub fn keep_judged(&self, probabilities: &mut [Vec<f32>]) {
        for (probabilities, judged) in probabilities.iter_mut().zip(&self.judged) {
            let Some(judged) = judged else { continue };
            for (tag, probability) in (0..).zip(probabilities) {
                if judged.binary_search(&tag).is_err() {
                    *probability = 0.0;
                }
            }
        }
    }

    /// How many records' worth of tags were judged: a record counts by the share of the `tags` judged in it.
    pub fn judged_records(&self, tags: usize) -> f32 {
        let share =
            |judged: &Option<Vec<u16>>| judged.as_ref().map_or(1.0, |own| own.len() as f32 / tags as f32);
        self.judged.iter().map(share).sum()
    }

    /// The SHA-256 of all records' texts, tags and, where not all were, judged tags, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for ((text, tags), judged) in self.digests.iter().zip(&self.gold).zip(&self.judged) {
            hash.update(text);
            for tags in std::iter::once(tags).chain(judged) {
                hash.update((tags.len() as u64).to_le_bytes());
                tags.iter().for_each(|tag| hash.update(tag.to_le_bytes()));
            }
        }
        hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }
}

fn indices(tags: Vec<usize>) -> Vec<u16> {
    tags.into_iter().map(|tag| tag as u16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::error::Location;
    use crate::learn::Silent;

    fn examples(records: &[(&str, usize)]) -> Examples {
        let labelled = records.iter().map(|(text, tag)| Labelled {
            at: Location::file("t.jsonl"),
            record: Record { description: Some((*text).to_owned()), ..Record::default() },
            tags: vec![*tag],
            judged: None,
        });
        Examples::read(labelled.collect(), &TextSettings::default(), &Silent).unwrap()
    }

    #[test]
    fn the_same_text_has_one_digest_and_the_data_another_for_other_tags() {
        let first = examples(&[("a queue", 0), ("a queue", 1)]);
        assert_eq!(first.digests[0], first.digests[1]);
        assert_ne!(first.digest(), examples(&[("a queue", 0), ("a queue", 0)]).digest());
        assert_eq!(first.digest().len(), 64);
    }
}
