//! Which labelled records deserve a second look, and why.

use rayon::prelude::*;
use serde::Serialize;

use super::health::{Remark, broken_text, remarks};
use super::label_errors::{Change, MistakeModel};
use super::near_duplicates::{Pair, Shingles, near_duplicates};
use crate::corpus::{Labelled, Record};
use crate::error::Location;
use crate::taxonomy::Taxonomy;
use crate::text::{Document, TextSettings};

/// Texts at least this similar (Jaccard, 0 to 1) are taken for copies of one another.
const COPIES: f32 = 0.8;
/// A record is worth a look when a mistake in it is at least as probable as none.
const WORTH_A_LOOK: f32 = 0.5;

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspectKind {
    /// It cannot be used: a field is bad, a tag is unknown, or there is no text.
    BadRecord,
    /// Its text cannot be learned from: an error page, a wrong encoding, no words.
    BrokenText,
    /// The same text stands in test data, too.
    InTestData,
    /// The same text, or nearly, stands elsewhere with other tags.
    Duplicate,
    /// A tag is probably forgotten.
    MissingTag,
    /// A tag is probably wrong.
    WrongTag,
    /// A tag is probably put in place of another.
    SwappedTag,
}

impl SuspectKind {
    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadRecord => "bad-record",
            Self::BrokenText => "broken-text",
            Self::InTestData => "in-test-data",
            Self::Duplicate => "duplicate",
            Self::MissingTag => "missing-tag",
            Self::WrongTag => "wrong-tag",
            Self::SwappedTag => "swapped-tag",
        }
    }
}

/// One reason to look at a record again.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub kind: SuspectKind,
    /// How probable it is that something has to be changed, 0 to 1.
    pub confidence: f32,
    /// The same in words.
    pub reason: String,
}

/// A record that deserves a second look.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The record, as an index into the reviewed records.
    pub record: usize,
    /// How probable it is that something has to be changed, 0 to 1: the highest confidence of its findings.
    pub suspicion: f32,
    /// Why, most confident first; never empty.
    pub findings: Vec<Finding>,
    /// The tag to add (an index into the taxonomy) with its probability, if one is proposed.
    pub add: Option<(usize, f32)>,
    /// The tag to remove, likewise.
    pub remove: Option<(usize, f32)>,
}

impl Suspect {
    /// The record's tags after the proposed change, kept ones first; `None` when none is proposed.
    ///
    /// ```
    /// use tagwright::curate::Suspect;
    ///
    /// let suspect = Suspect {
    ///     record: 0,
    ///     suspicion: 0.9,
    ///     findings: vec![],
    ///     add: Some((7, 0.8)),
    ///     remove: Some((3, 0.01)),
    /// };
    /// assert_eq!(suspect.suggested_tags(&[3, 5]), Some(vec![5, 7]));
    /// ```
    pub fn suggested_tags(&self, tags: &[usize]) -> Option<Vec<usize>> {
        if self.add.is_none() && self.remove.is_none() {
            return None;
        }
        let removed = self.remove.map(|(tag, _)| tag);
        let kept = tags.iter().copied().filter(|tag| Some(*tag) != removed);
        Some(kept.chain(self.add.map(|(tag, _)| tag)).collect())
    }
}

/// What a review found.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The records, most suspicious first; among equals in their order.
    pub suspects: Vec<Suspect>,
    /// What is remarkable about the data as a whole.
    pub remarks: Vec<Remark>,
}

impl Review {
    /// Keeps the `top` most suspicious records, or without a number those that are worth a look: a mistake is at least
    /// as probable as none.
    pub fn keep(&mut self, top: Option<usize>) {
        match top {
            Some(top) => self.suspects.truncate(top),
            None => self.suspects.retain(|suspect| suspect.suspicion >= WORTH_A_LOOK),
        }
    }
}

/// Reviews labelled records.
///
/// `probabilities` are those of all tags for each of them, of a model that has not seen the record: the out-of-fold
/// ones of [`train`](crate::learn::train), or those of a model of other data. `test` are records that must share no
/// text with them. `seed` chooses the hash functions of the search for near-duplicates. Every record has a suspicion;
/// see [`Review::keep`].
pub fn review(
    examples: &[Labelled],
    test: &[(Location, Record)],
    taxonomy: &Taxonomy,
    probabilities: &[Vec<f32>],
    seed: u64,
) -> Review {
    let settings = TextSettings::default();
    let texts = examples.iter().map(|example| &example.record).chain(test.iter().map(|(_, record)| record));
    let texts: Vec<&Record> = texts.collect();
    let (documents, shingles): (Vec<Document>, Vec<Shingles>) = texts
        .par_iter()
        .map(|record| {
            let document = Document::new(record, &settings);
            let shingles = Shingles::of(&document);
            (document, shingles)
        })
        .unzip();
    let labels: Vec<Vec<usize>> = examples.iter().map(|example| example.tags.clone()).collect();
    let mistakes = MistakeModel::fit(&labels, probabilities);
    let reviewed = Reviewed { examples, test, taxonomy, probabilities, mistakes };

    let mut suspects: Vec<Suspect> =
        (0..examples.len()).into_par_iter().map(|record| reviewed.label_errors(record)).collect();
    for pair in near_duplicates(&shingles, COPIES, seed) {
        reviewed.add_copies(pair, &mut suspects);
    }
    for suspect in &mut suspects {
        // A stable sort keeps the label error before what is equally sure.
        suspect.findings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        suspect.suspicion = suspect.findings[0].confidence;
    }
    suspects.sort_by(|a, b| b.suspicion.total_cmp(&a.suspicion));
    let remarks = remarks(examples, &documents[..examples.len()], taxonomy, probabilities);
    Review { suspects, remarks }
}

/// What is reviewed.
struct Reviewed<'a> {
    examples: &'a [Labelled],
    test: &'a [(Location, Record)],
    taxonomy: &'a Taxonomy,
    probabilities: &'a [Vec<f32>],
    mistakes: MistakeModel,
}

impl Reviewed<'_> {
    /// What its text and the probabilities of its tags say about a record.
    fn label_errors(&self, record: usize) -> Suspect {
        let Labelled { record: texts, tags, .. } = &self.examples[record];
        let probabilities = &self.probabilities[record];
        let suspicion = self.mistakes.suspicion(tags, probabilities);
        let Change { add, remove } = self.mistakes.change(tags, probabilities);
        let name = |tag: usize| self.taxonomy.tags()[tag].key();
        let with_probability = |tag: usize| (tag, probabilities[tag]);
        let (kind, reason) = match (add, remove) {
            (Some(add), Some(remove)) => (
                SuspectKind::SwappedTag,
                format!("{} is given and improbable, {} is probable and not given", name(remove), name(add)),
            ),
            (Some(add), None) => {
                (SuspectKind::MissingTag, format!("{} is probable and not given", name(add)))
            }
            (None, Some(remove)) => {
                (SuspectKind::WrongTag, format!("{} is given and improbable", name(remove)))
            }
            (None, None) => (SuspectKind::MissingTag, "no tag is given".to_owned()),
        };
        let mut findings = vec![Finding { kind, confidence: suspicion, reason }];
        if let Some(reason) = broken_text(texts) {
            findings.push(Finding { kind: SuspectKind::BrokenText, confidence: 1.0, reason });
        }
        Suspect {
            record,
            suspicion,
            findings,
            add: add.map(with_probability),
            remove: remove.map(with_probability),
        }
    }

    /// Adds what two copies of one text say about the records they are in.
    fn add_copies(&self, pair: Pair, suspects: &mut [Suspect]) {
        let Pair { first, second, similarity } = pair;
        let records = self.examples.len();
        if first >= records {
            return;
        }
        let same = if similarity >= 1.0 { "the same text" } else { "nearly the same text" };
        if second >= records {
            let place = &self.test[second - records].0;
            let reason = format!("{same} is in the test data, {place}");
            add(&mut suspects[first], SuspectKind::InTestData, similarity, reason);
            return;
        }
        for (record, other) in [(first, second), (second, first)] {
            let probabilities = &self.probabilities[record];
            let (own, others) = (&self.examples[record].tags, &self.examples[other].tags);
            let extra = own.iter().filter(|tag| !others.contains(tag)).map(|tag| 1.0 - probabilities[*tag]);
            let lacking = others.iter().filter(|tag| !own.contains(tag)).map(|tag| probabilities[*tag]);
            // One of the two is wrong in every tag that they differ in; the model says which.
            let Some(worst) = extra.chain(lacking).max_by(f32::total_cmp) else { continue };
            let names: Vec<&str> = others.iter().map(|tag| self.taxonomy.tags()[*tag].key()).collect();
            let reason =
                format!("{same} is in {} with the tags [{}]", self.examples[other].at, names.join(", "));
            add(&mut suspects[record], SuspectKind::Duplicate, similarity * worst, reason);
        }
    }
}

/// Adds a finding, unless there is a surer one of its kind.
fn add(suspect: &mut Suspect, kind: SuspectKind, confidence: f32, reason: String) {
    let found = Finding { kind, confidence, reason };
    match suspect.findings.iter_mut().find(|finding| finding.kind == kind) {
        Some(finding) if finding.confidence >= confidence => {}
        Some(finding) => *finding = found,
        None => suspect.findings.push(found),
    }
}
