//! Where it fails: pairs of tags that are confused, and records that are confidently wrong.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::TagName;
use crate::corpus::{Id, Labelled, Record};
use crate::explain::{Explainer, Explanation};
use crate::metrics::{Judged, JudgedRecord};
use crate::taxonomy::Taxonomy;
use crate::text::{Document, Field, TextSettings};

/// How many pairs of tags are listed at most.
const PAIRS: usize = 25;
/// How many records are listed at most.
const RECORDS: usize = 25;
/// How many words are given that led to a wrong tag.
const WORDS: usize = 5;
/// How many characters of a record's text are quoted.
const EXCERPT: usize = 240;

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

/// The pairs of tags of which most often one was missed where the other was said; among equals in the taxonomy's
/// order.
pub(super) fn confusions(judged: &Judged, taxonomy: &Taxonomy) -> Vec<Confusion> {
    let mut support = vec![0_usize; taxonomy.len()];
    let pairs = frequent_pairs(|count| {
        for record in judged.records() {
            record.gold().iter().for_each(|tag| support[usize::from(*tag)] += 1);
            for missed in record.gold().iter().filter(|tag| !record.decided().contains(tag)) {
                for said in record.decided().iter().filter(|tag| !record.is_gold(**tag)) {
                    count(*missed, *said);
                }
            }
        }
    });
    let name = |tag: usize| TagName::from(&taxonomy.tags()[tag]);
    let confusion = |([missed, said], records): ([usize; 2], usize)| Confusion {
        missed: name(missed),
        said: name(said),
        records,
        share: records as f64 / support[missed] as f64,
    };
    pairs.into_iter().map(confusion).collect()
}

/// The most frequent pairs of tags that `visit` counts, among equals in the taxonomy's order.
pub(super) fn frequent_pairs(visit: impl FnOnce(&mut dyn FnMut(u16, u16))) -> Vec<([usize; 2], usize)> {
    let mut counts: HashMap<[u16; 2], usize> = HashMap::new();
    visit(&mut |a, b| *counts.entry([a, b]).or_default() += 1);
    let mut pairs: Vec<_> = counts.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, count)| (Reverse(*count), *pair));
    pairs.truncate(PAIRS);
    pairs.into_iter().map(|(pair, count)| (pair.map(usize::from), count)).collect()
}

/// The records with the most probable wrong tags; without scores, those with the most errors.
pub(super) fn worst(judged: &Judged, examples: &[Labelled], taxonomy: &Taxonomy) -> Vec<WorstRecord> {
    let worst = |row: usize| WorstRecord {
        id: examples[row].record.id.clone(),
        name: examples[row].record.name.clone(),
        excerpt: excerpt(&examples[row].record),
        gold: gold(&examples[row], taxonomy),
        predicted: predicted(&judged.records()[row], taxonomy),
        words: Vec::new(),
    };
    worst_rows(judged).into_iter().map(worst).collect()
}

/// Where these records stand, worst first.
pub(super) fn worst_rows(judged: &Judged) -> Vec<usize> {
    let is_wrong = |record: &JudgedRecord| record.true_positives() < record.decided().len();
    let mut rows: Vec<usize> =
        (0..judged.records().len()).filter(|row| is_wrong(&judged.records()[*row])).collect();
    let badness = |row: usize| (confidence(&judged.records()[row]), errors(&judged.records()[row]));
    rows.sort_by(|a, b| {
        let (a, b) = (badness(*a), badness(*b));
        b.0.total_cmp(&a.0).then(b.1.cmp(&a.1))
    });
    rows.truncate(RECORDS);
    rows
}

/// The words that led `explainer`'s model to the record's most probable wrong tag, strongest first.
pub(super) fn words(explainer: &Explainer, example: &Labelled, record: &JudgedRecord) -> Vec<String> {
    let Some(wrong) = record.decided().iter().find(|tag| !record.is_gold(**tag)) else { return Vec::new() };
    let explanations = explainer.explain(&example.record, &[usize::from(*wrong)]);
    let phrases = explanations.iter().flat_map(Explanation::phrases);
    phrases.filter(|phrase| phrase.value > 0.0).take(WORDS).map(|phrase| phrase.words).collect()
}

/// The probability of the record's most probable wrong tag; 0 when none is known.
fn confidence(record: &JudgedRecord) -> f32 {
    let wrong = record.decided().iter().filter(|tag| !record.is_gold(**tag));
    let scores = wrong.filter_map(|tag| Some(record.scores()?[usize::from(*tag)]));
    scores.max_by(f32::total_cmp).unwrap_or(0.0)
}

/// How many tags are wrong or missing.
fn errors(record: &JudgedRecord) -> usize {
    record.decided().len() + record.gold().len() - 2 * record.true_positives()
}

/// The gold tags of a record, in the order given.
pub(super) fn gold(example: &Labelled, taxonomy: &Taxonomy) -> Vec<TagName> {
    example.tags.iter().map(|tag| TagName::from(&taxonomy.tags()[*tag])).collect()
}

/// The decided tags of a record.
pub(super) fn predicted(record: &JudgedRecord, taxonomy: &Taxonomy) -> Vec<Predicted> {
    let predicted = |tag: &u16| Predicted {
        tag: TagName::from(&taxonomy.tags()[usize::from(*tag)]),
        score: record.scores().map(|scores| scores[usize::from(*tag)]),
        right: record.is_gold(*tag),
    };
    record.decided().iter().map(predicted).collect()
}

/// The description and the beginning of the README's prose, on one line.
fn excerpt(record: &Record) -> String {
    let document = Document::new(record, &TextSettings::default());
    let texts = [document.field(Field::Description), document.field(Field::Intro)];
    let repeats = texts[1].starts_with(texts[0]);
    let text = if repeats { texts[1].to_owned() } else { texts.join(" ") };
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
