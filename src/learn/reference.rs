//! What an adaptation changes elsewhere: the known and the adapted model, compared on records with known tags.

use rayon::prelude::*;

use super::Progress;
use crate::corpus::{Record, TagRef};
use crate::model::Model;

/// The labelled set that comes with tagwright.
static RECORDS: &str = include_str!("../../training/starter.jsonl");

/// With fewer tags that both models know, the records say little of these models.
const MIN_TAGS: usize = 500;
/// A loss of micro-F1 above this is worth a warning, and so is a new tag given to more than [`SHARE`] of the records.
const LOSS: f64 = 0.002;
/// See [`LOSS`].
const SHARE: f64 = 0.05;

/// Warns when `new`, adapted from `old`, answers the reference records worse. `known` has for every tag of `new` the
/// one of `old` that it is, if any.
pub fn warn_of_losses(old: &Model, new: &Model, known: &[Option<usize>], progress: &dyn Progress) {
    let records: Vec<Record> = RECORDS.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let shared: Vec<Option<usize>> =
        (0..old.taxonomy().len()).map(|tag| known.iter().position(|known| *known == Some(tag))).collect();
    let counts = records.par_iter().map(|record| {
        let find = |tag: &TagRef| shared[old.taxonomy().find(tag)?];
        let gold: Vec<usize> = record.tags.iter().flatten().filter_map(find).collect();
        let mut before = answers(old, record);
        before = before.into_iter().filter_map(|tag| shared[tag]).collect();
        let (after, added): (Vec<usize>, Vec<usize>) =
            answers(new, record).into_iter().partition(|tag| known[*tag].is_some());
        (gold, before, after, added)
    });
    let counts: Vec<_> = counts.collect();
    let gold: usize = counts.iter().map(|(gold, ..)| gold.len()).sum();
    if gold < MIN_TAGS {
        return;
    }
    let f1 = |answers: fn(&Counts) -> &Vec<usize>| {
        let right = |counts: &Counts| answers(counts).iter().filter(|tag| counts.0.contains(tag)).count();
        let given: usize = counts.iter().map(|counts| answers(counts).len()).sum();
        2.0 * counts.iter().map(right).sum::<usize>() as f64 / (given + gold) as f64
    };
    let (before, after) = (f1(|counts| &counts.1), f1(|counts| &counts.2));
    if before - after > LOSS {
        progress.warn(&format!(
            "on {} reference records, which follow the rules of the model inside, micro-F1 falls from {before:.3} to \
             {after:.3}; unless your rules differ, the records mislead the model: give more of them, of more kinds, \
             and with all of their tags, or say with --only-tags which were judged",
            records.len()
        ));
    }
    let added = counts.iter().filter(|counts| !counts.3.is_empty()).count();
    let share = added as f64 / records.len() as f64;
    if share > SHARE {
        progress.warn(&format!(
            "{:.0} % of {} reference records are given a new tag; add records that do not have it, until only those \
             that should have it get it",
            100.0 * share,
            records.len()
        ));
    }
}

/// Of one record: its tags, the answers of both models among the tags that both know, and its new tags.
type Counts = (Vec<usize>, Vec<usize>, Vec<usize>, Vec<usize>);

fn answers(model: &Model, record: &Record) -> Vec<usize> {
    let decided = model.rule().decide(&model.probabilities(record), |_| true);
    decided.into_iter().map(usize::from).collect()
}
