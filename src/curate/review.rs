//! Which labelled records deserve a second look, and why.

use rayon::prelude::*;
use serde::Serialize;

use super::health::{Remark, broken_text, remarks};
use super::label_errors::{Change, MistakeModel};
use crate::corpus::{Labelled, Record};
use crate::error::Location;
use crate::taxonomy::Taxonomy;
use crate::text::{Document, Pair, Shingles, TextSettings, near_duplicates};

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
    /// What would mend it, if that is known.
    pub change: Change,
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

impl Suspect {
    /// Adds a finding, unless there is a surer one of its kind.
    fn add_finding(&mut self, found: Finding) {
        match self.findings.iter_mut().find(|finding| finding.kind == found.kind) {
            Some(finding) if finding.confidence >= found.confidence => {}
            Some(finding) => *finding = found,
            None => self.findings.push(found),
        }
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
    // The test data come first: a text is compared with some of those before it.
    let texts = test.iter().map(|(_, record)| record).chain(examples.iter().map(|example| &example.record));
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
        reviewed.conclude(suspect);
    }
    suspects.sort_by(|a, b| b.suspicion.total_cmp(&a.suspicion));
    let remarks = remarks(examples, &documents[test.len()..], taxonomy, probabilities);
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
        let change = self.mistakes.change(tags, probabilities);
        let name = |tag: usize| self.taxonomy.tags()[tag].key();
        let (kind, reason) = match (change.add, change.remove) {
            (Some(add), Some(remove)) => (
                SuspectKind::SwappedTag,
                format!("{} is given and improbable, {} is probable and not given", name(remove), name(add)),
            ),
            (None, Some(remove)) => {
                (SuspectKind::WrongTag, format!("{} is given and improbable", name(remove)))
            }
            (Some(add), None) => {
                (SuspectKind::MissingTag, format!("{} is probable and not given", name(add)))
            }
            (None, None) => (SuspectKind::MissingTag, "no tag is given".to_owned()),
        };
        let mut findings = vec![Finding { kind, confidence: suspicion, reason, change }];
        if let Some(reason) = broken_text(texts) {
            let kind = SuspectKind::BrokenText;
            findings.push(Finding { kind, confidence: 1.0, reason, change: Change::NONE });
        }
        Suspect { record, suspicion, findings, add: None, remove: None }
    }

    /// Sorts the findings of a record; the surest one says how suspicious it is and what is proposed.
    fn conclude(&self, suspect: &mut Suspect) {
        // The sort is stable: a label error stays before what is equally sure.
        suspect.findings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let with_probability = |tag: usize| (tag, self.probabilities[suspect.record][tag]);
        let surest = &suspect.findings[0];
        suspect.suspicion = surest.confidence;
        suspect.add = surest.change.add.map(with_probability);
        suspect.remove = surest.change.remove.map(with_probability);
    }

    /// Adds what two copies of one text say about the records they are in.
    fn add_copies(&self, pair: Pair, suspects: &mut [Suspect]) {
        let Pair { first, second, similarity } = pair;
        let same = if similarity >= 1.0 { "the same text" } else { "nearly the same text" };
        let Some(second) = second.checked_sub(self.test.len()) else { return };
        let Some(first) = first.checked_sub(self.test.len()) else {
            let reason = format!("{same} is in the test data, {}", self.test[first].0);
            let kind = SuspectKind::InTestData;
            let finding = Finding { kind, confidence: similarity, reason, change: Change::NONE };
            suspects[second].add_finding(finding);
            return;
        };
        for (record, other) in [(first, second), (second, first)] {
            let p = |tag: &usize| self.probabilities[record][*tag];
            let (own, others) = (&self.examples[record].tags, &self.examples[other].tags);
            let extra = own.iter().filter(|tag| !others.contains(tag));
            let lacking = others.iter().filter(|tag| !own.contains(tag));
            let extra = extra.map(|tag| (1.0 - p(tag), Change { add: None, remove: Some(*tag) }));
            let lacking = lacking.map(|tag| (p(tag), Change { add: Some(*tag), remove: None }));
            // One of the two is wrong in every tag that they differ in; the model says which.
            let Some((worst, change)) = extra.chain(lacking).max_by(|a, b| a.0.total_cmp(&b.0)) else {
                continue;
            };
            let names: Vec<&str> = others.iter().map(|tag| self.taxonomy.tags()[*tag].key()).collect();
            let reason =
                format!("{same} is in {} with the tags [{}]", self.examples[other].at, names.join(", "));
            let kind = SuspectKind::Duplicate;
            suspects[record].add_finding(Finding { kind, confidence: similarity * worst, reason, change });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new((1..).zip(&["cli", "queue", "game"]).map(|(id, name)| tag(id, name)).collect()).unwrap()
    }

    fn described(text: &str) -> Record {
        Record { description: Some(text.to_owned()), ..Record::default() }
    }

    fn example((line, (text, tags)): (usize, &(&str, &[usize]))) -> Labelled {
        Labelled {
            at: Location::line("d.jsonl", line),
            record: described(text),
            tags: tags.to_vec(),
            judged: None,
        }
    }

    /// Suspects by line, most suspicious first.
    fn reviewed(records: &[(&str, &[usize])], test: &[&str], probabilities: &[[f32; 3]]) -> Vec<Suspect> {
        let examples: Vec<Labelled> = (1..).zip(records).map(example).collect();
        let test = (1..).zip(test).map(|(line, text)| (Location::line("t.jsonl", line), described(text)));
        let probabilities: Vec<Vec<f32>> = probabilities.iter().map(|row| row.to_vec()).collect();
        review(&examples, &test.collect::<Vec<_>>(), &taxonomy(), &probabilities, 1).suspects
    }

    const QUEUE: &str = "a message queue that keeps messages on disk until they are read";
    const GAME: &str = "a small game of cards for the terminal with four players";

    #[test]
    fn of_two_copies_the_one_that_the_model_contradicts_comes_first() {
        let found = reviewed(
            &[(QUEUE, &[1]), (GAME, &[2]), (QUEUE, &[0, 1])],
            &[],
            &[[0.02, 0.9, 0.01], [0.3, 0.01, 0.9], [0.02, 0.9, 0.01]],
        );
        assert_eq!((found[0].record, found[0].findings[0].kind), (2, SuspectKind::Duplicate));
        assert!((found[0].suspicion - 0.98).abs() < 1e-6);
        assert_eq!((found[0].add, found[0].remove), (None, Some((0, 0.02))));
        assert_eq!(found[0].findings[0].reason, "the same text is in d.jsonl:1 with the tags [queue]");
        let first = found.iter().find(|suspect| suspect.record == 0).unwrap();
        let copy = first.findings.iter().find(|finding| finding.kind == SuspectKind::Duplicate).unwrap();
        assert!((copy.confidence - 0.02).abs() < 1e-6);
    }

    #[test]
    fn copies_with_the_same_tags_are_no_matter() {
        let p = [0.02, 0.9, 0.01];
        let found = reviewed(&[(QUEUE, &[1]), (QUEUE, &[1])], &[], &[p, p]);
        assert!(found.iter().all(|suspect| suspect.findings.len() == 1));
    }

    #[test]
    fn a_text_of_the_test_data_is_found() {
        let found = reviewed(
            &[(QUEUE, &[1]), (GAME, &[2])],
            &["something else that nobody has seen before now", GAME],
            &[[0.02, 0.9, 0.01], [0.3, 0.01, 0.9]],
        );
        assert_eq!((found[0].record, found[0].suspicion), (1, 1.0));
        assert_eq!(found[0].findings[0].reason, "the same text is in the test data, t.jsonl:2");
        assert_eq!(found[0].suggested_tags(&[2]), None);
    }

    #[test]
    fn each_of_many_copies_of_a_short_text_of_the_test_data_is_found() {
        let found = reviewed(
            &[("a file manager", &[1][..]); 30],
            &["a file manager", "another", "a file manager"],
            &[[0.02, 0.9, 0.01]; 30],
        );
        assert!(found.iter().all(|suspect| suspect.findings[0].kind == SuspectKind::InTestData));
        assert_eq!(found[29].findings[0].reason, "the same text is in the test data, t.jsonl:1");
    }

    #[test]
    fn text_without_words_is_certainly_of_no_use() {
        let found = reviewed(&[("---", &[1]), (GAME, &[2])], &[], &[[0.02, 0.9, 0.01], [0.3, 0.01, 0.9]]);
        assert_eq!((found[0].record, found[0].findings[0].kind), (0, SuspectKind::BrokenText));
    }

    #[test]
    fn a_number_keeps_the_most_suspicious_and_none_those_worth_a_look() {
        let suspect =
            |record, suspicion| Suspect { record, suspicion, findings: vec![], add: None, remove: None };
        let review =
            || Review { suspects: vec![suspect(4, 0.9), suspect(2, 0.5), suspect(0, 0.2)], remarks: vec![] };
        let kept = |top| {
            let mut review = review();
            review.keep(top);
            review.suspects.len()
        };
        assert_eq!((kept(None), kept(Some(1)), kept(Some(9))), (2, 1, 3));
    }
}
