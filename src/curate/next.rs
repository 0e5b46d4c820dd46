//! Which unlabelled records to label next: those that feed the tags that know least.

use rayon::prelude::*;

use crate::text::{Shingles, near_duplicates};

/// How alike two texts may be (Jaccard, 0 to 1) before the second one teaches nothing.
const ALIKE: f32 = 0.7;
/// Counts of labelled records start here, so that a tag without any does not outweigh all others.
const PRIOR: f32 = 3.0;
/// How many tags are named as what a record is chosen for.
const NAMED: usize = 3;

/// How a batch is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextSettings {
    /// How many records.
    pub batch: usize,
    /// Tags with this many labelled records need no more; without it, every record of a tag is worth something.
    pub per_tag: Option<usize>,
    /// Chooses the hash functions of the search for near-duplicates.
    pub seed: u64,
}

impl NextSettings {
    /// How many records make a batch, unless told otherwise.
    pub const DEFAULT_BATCH: usize = 100;
}

/// A record that should be labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The record, as an index into the unlabelled ones.
    pub record: usize,
    /// How much its labels are expected to teach, above 0; of one batch, the first is the highest.
    pub usefulness: f32,
    /// The tags that it is chosen for with their probabilities, most useful first; at most three.
    pub tags: Vec<(usize, f32)>,
}

/// Chooses which unlabelled records to label next, one after the other.
///
/// The usefulness of a record is Σ p(t) / √(n(t) + 3) over all tags t: p(t) is its `probabilities` of the tags, n(t) how
/// many labelled records have the tag (`support`) and, of those chosen before it in the batch, are expected to. The
/// first records of a tag teach most, so rare tags come first; and because n(t) grows within the batch, it spreads over
/// the tags. It is the greedy maximisation of a concave function of expected counts, a submodular coverage (Wei, Iyer,
/// Bilmes: Submodularity in Data Subset Selection and Active Learning, ICML 2015).
///
/// `texts` are those of the unlabelled records, `labelled` those of the labelled ones: a text that is nearly one of
/// them, or of one chosen before, is left out.
///
/// ```
/// use tagwright::curate::{NextSettings, next_to_label};
///
/// let probabilities = [[0.9, 0.05], [0.8, 0.1], [0.1, 0.7]].map(Vec::from);
/// let settings = NextSettings { batch: 2, per_tag: None, seed: 1 };
/// let chosen = next_to_label(&probabilities, &[400, 2], &[], &[], settings);
/// assert_eq!(chosen.iter().map(|next| next.record).collect::<Vec<_>>(), [2, 1]);
/// assert_eq!(chosen[0].tags[0], (1, 0.7));
/// ```
pub fn next_to_label(
    probabilities: &[Vec<f32>],
    support: &[usize],
    texts: &[Shingles],
    labelled: &[Shingles],
    settings: NextSettings,
) -> Vec<Next> {
    let mut copies = Copies::find(texts, labelled, settings.seed);
    let mut free: Vec<bool> = (0..probabilities.len()).map(|record| !copies.of_labelled(record)).collect();
    let mut counts: Vec<f32> = support.iter().map(|count| *count as f32).collect();
    let mut chosen = Vec::new();
    while chosen.len() < settings.batch {
        let weights: Vec<f32> = counts.iter().map(|count| weight(*count, settings.per_tag)).collect();
        let gain = |record: usize| -> f32 {
            probabilities[record].iter().zip(&weights).map(|(probability, weight)| probability * weight).sum()
        };
        let best = (0..probabilities.len())
            .into_par_iter()
            .filter(|record| free[*record])
            .map(|record| (gain(record), record))
            .filter(|(gain, _)| *gain > 0.0)
            // Among equals, the first of the file.
            .reduce_with(|a, b| if (a.0, b.1) >= (b.0, a.1) { a } else { b });
        let Some((usefulness, record)) = best else { break };
        let own = &probabilities[record];
        let mut tags: Vec<usize> = (0..own.len()).filter(|tag| own[*tag] * weights[*tag] > 0.0).collect();
        tags.sort_by(|a, b| (own[*b] * weights[*b]).total_cmp(&(own[*a] * weights[*a])));
        tags.truncate(NAMED);
        chosen.push(Next { record, usefulness, tags: tags.iter().map(|tag| (*tag, own[*tag])).collect() });
        counts.iter_mut().zip(own).for_each(|(count, probability)| *count += probability);
        free[record] = false;
        copies.take(record).into_iter().for_each(|copy| free[copy] = false);
    }
    chosen
}

/// What one more record of a tag with `count` records is worth.
fn weight(count: f32, per_tag: Option<usize>) -> f32 {
    if per_tag.is_some_and(|enough| count >= enough as f32) { 0.0 } else { 1.0 / (count + PRIOR).sqrt() }
}

/// Which unlabelled texts are nearly the same as which others.
struct Copies {
    of_labelled: Vec<bool>,
    of_unlabelled: Vec<Vec<usize>>,
}

impl Copies {
    fn find(texts: &[Shingles], labelled: &[Shingles], seed: u64) -> Self {
        let mut found =
            Self { of_labelled: vec![false; texts.len()], of_unlabelled: vec![Vec::new(); texts.len()] };
        let all: Vec<Shingles> = labelled.iter().chain(texts).cloned().collect();
        for pair in near_duplicates(&all, ALIKE, seed) {
            let Some(second) = pair.second.checked_sub(labelled.len()) else { continue };
            match pair.first.checked_sub(labelled.len()) {
                Some(first) => {
                    found.of_unlabelled[first].push(second);
                    found.of_unlabelled[second].push(first);
                }
                None => found.of_labelled[second] = true,
            }
        }
        found
    }

    fn of_labelled(&self, record: usize) -> bool {
        self.of_labelled.get(record).copied().unwrap_or(false)
    }

    /// The copies of a record, and theirs: none of them is worth a label any more.
    fn take(&mut self, record: usize) -> Vec<usize> {
        let mut copies = Vec::new();
        let mut open = vec![record];
        while let Some(next) = open.pop() {
            let others = self.of_unlabelled.get_mut(next).map(std::mem::take).unwrap_or_default();
            open.extend(&others);
            copies.extend(others);
        }
        copies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::text::{Document, TextSettings};

    fn shingles(text: &str) -> Shingles {
        let record = Record { description: Some(text.to_owned()), ..Record::default() };
        Shingles::of(&Document::new(&record, &TextSettings::default()))
    }

    fn settings(batch: usize) -> NextSettings {
        NextSettings { batch, per_tag: None, seed: 1 }
    }

    fn records(chosen: &[Next]) -> Vec<usize> {
        chosen.iter().map(|next| next.record).collect()
    }

    #[test]
    fn a_batch_spreads_over_the_tags() {
        let probabilities = [[0.9, 0.0], [0.89, 0.0], [0.0, 0.85], [0.0, 0.84]].map(Vec::from);
        let chosen = next_to_label(&probabilities, &[0, 0], &[], &[], settings(4));
        assert_eq!(records(&chosen), [0, 2, 1, 3]);
        assert!(chosen.windows(2).all(|pair| pair[0].usefulness >= pair[1].usefulness));
    }

    #[test]
    fn copies_are_chosen_once_and_never_beside_a_labelled_one() {
        let text = "a message queue that keeps its messages on disk until they are read";
        let other = "a small game of cards that is played in the terminal by four people";
        let texts = [text, other, text, other].map(shingles);
        let probabilities = vec![vec![0.5]; 4];
        assert_eq!(records(&next_to_label(&probabilities, &[0], &texts, &[], settings(4))), [0, 1]);
        let labelled = [shingles(other)];
        assert_eq!(records(&next_to_label(&probabilities, &[0], &texts, &labelled, settings(4))), [0]);
    }

    #[test]
    fn tags_with_enough_records_ask_for_none() {
        let probabilities = [[0.9, 0.0], [0.1, 0.3]].map(Vec::from);
        let fed = NextSettings { per_tag: Some(20), ..settings(2) };
        assert_eq!(records(&next_to_label(&probabilities, &[20, 3], &[], &[], fed)), [1]);
        assert!(next_to_label(&probabilities, &[20, 20], &[], &[], fed).is_empty());
    }
}
