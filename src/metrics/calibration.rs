//! Whether a probability means what it says: of the tags shown with 0.8, are 80 % right?

use serde::Serialize;

use super::{JudgedRecord, ratio};

/// How many bins of equal width the probabilities fall into.
const BINS: usize = 10;

/// Probabilities against outcomes in ten bins of equal width (`calibration_curve(n_bins=10)`, all bins kept).
///
/// Bin b holds the probabilities above b/10 and up to (b + 1)/10; the first holds 0 too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// The bins, from the lowest probabilities to the highest.
    pub bins: [Bin; BINS],
}

/// One bin of a [`Reliability`] table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    /// How many probabilities fell into the bin.
    pub count: usize,
    /// Their mean, 0 to 1; 0 in an empty bin.
    pub mean_probability: f64,
    /// The share of them whose tag is a gold tag, 0 to 1; 0 in an empty bin.
    pub share_right: f64,
}

impl Reliability {
    /// Whether there are no probabilities at all.
    pub fn is_empty(&self) -> bool {
        self.bins.iter().all(|bin| bin.count == 0)
    }

    /// ECE: `Σ n_b / N · |mean p − share right|` over the bins b, 0 (best) to 1 (Naeini et al. 2015).
    pub fn expected_calibration_error(&self) -> f64 {
        let total = self.bins.iter().map(|bin| bin.count).sum();
        let gap = |bin: &Bin| ratio(bin.count, total) * (bin.mean_probability - bin.share_right).abs();
        self.bins.iter().map(gap).sum()
    }
}

/// The reliability of the probabilities that are shown: those of the decided tags.
///
/// `None` unless every record has scores.
///
/// ```
/// use tagwright::metrics::{Judged, reliability_of_decided};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[0], Some(&[0.75, 0.0]))?;
/// judged.push(&[1], &[0], Some(&[0.75, 0.25]))?;
/// let reliability = reliability_of_decided(judged.records()).unwrap();
/// assert_eq!(reliability.bins[7].count, 2);
/// assert_eq!(reliability.bins[7].share_right, 0.5);
/// assert_eq!(reliability.expected_calibration_error(), 0.25);
/// # Ok::<(), String>(())
/// ```
pub fn reliability_of_decided<'a>(
    records: impl IntoIterator<Item = &'a JudgedRecord>,
) -> Option<Reliability> {
    let mut tally = BinTally::default();
    for record in records {
        let scores = record.scores()?;
        for &tag in record.decided() {
            tally.add(scores[usize::from(tag)], record.is_gold(tag), 1);
        }
    }
    Some(tally.table())
}

/// The reliability of the probabilities of all tags of all records.
///
/// `None` unless every record has scores.
///
/// ```
/// use tagwright::metrics::{Judged, reliability_of_all};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[0], Some(&[0.75, 0.0]))?;
/// judged.push(&[1], &[0], Some(&[0.75, 0.25]))?;
/// let reliability = reliability_of_all(judged.records()).unwrap();
/// assert_eq!(reliability.bins.map(|bin| bin.count), [1, 0, 1, 0, 0, 0, 0, 2, 0, 0]);
/// assert_eq!(reliability.expected_calibration_error(), 0.0 / 4.0 + 0.75 / 4.0 + 2.0 * 0.25 / 4.0);
/// # Ok::<(), String>(())
/// ```
pub fn reliability_of_all<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> Option<Reliability> {
    let mut tally = BinTally::default();
    for record in records {
        for (tag, &score) in (0..).zip(record.scores()?) {
            tally.add(score, record.is_gold(tag), 1);
        }
    }
    Some(tally.table())
}

/// The reliability of the probabilities of one tag over all records.
///
/// Its [`Reliability::expected_calibration_error`] is the tag's share in the classwise calibration error of Kull et
/// al. (2019). `None` unless every record has scores and `tag` is one of them.
///
/// ```
/// use tagwright::metrics::{Judged, reliability_of_tag};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[0], Some(&[0.75, 0.0]))?;
/// judged.push(&[1], &[0], Some(&[0.75, 0.25]))?;
/// let reliability = reliability_of_tag(judged.records(), 1).unwrap();
/// assert_eq!(reliability.expected_calibration_error(), 0.5 * 0.0 + 0.5 * 0.75);
/// # Ok::<(), String>(())
/// ```
pub fn reliability_of_tag<'a>(
    records: impl IntoIterator<Item = &'a JudgedRecord>,
    tag: usize,
) -> Option<Reliability> {
    let column = u16::try_from(tag).ok()?;
    let mut tally = BinTally::default();
    for record in records {
        tally.add(*record.scores()?.get(tag)?, record.is_gold(column), 1);
    }
    Some(tally.table())
}

/// The sums of each bin: count, probabilities, right ones.
#[derive(Debug, Clone, Default)]
pub(super) struct BinTally([(usize, f64, usize); BINS]);

impl BinTally {
    /// Counts a probability and its outcome `times` times.
    pub fn add(&mut self, probability: f32, right: bool, times: usize) {
        let probability = f64::from(probability);
        // A product of an f32 and 10 is exact in f64, so no value slips over the edge of its bin.
        let bin = ((probability * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
        let (count, sum, hits) = &mut self.0[bin];
        *count += times;
        *sum += times as f64 * probability;
        *hits += times * usize::from(right);
    }

    /// The bins' means.
    pub fn table(&self) -> Reliability {
        let bins = self.0.map(|(count, sum, hits)| Bin {
            count,
            mean_probability: sum / count.max(1) as f64,
            share_right: ratio(hits, count),
        });
        Reliability { bins }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Judged;
    use super::*;

    #[test]
    fn a_probability_on_an_edge_belongs_to_the_lower_bin() {
        let mut judged = Judged::new(4);
        judged.push(&[], &[], Some(&[0.0, 0.5, 0.500_001, 1.0])).unwrap();
        let bins = reliability_of_all(judged.records()).unwrap().bins;
        assert_eq!(bins.map(|bin| bin.count), [1, 0, 0, 0, 1, 1, 0, 0, 0, 1]);
    }

    #[test]
    fn without_scores_there_is_no_table() {
        let mut judged = Judged::new(1);
        judged.push(&[0], &[0], None).unwrap();
        assert_eq!(reliability_of_decided(judged.records()), None);
        assert_eq!(reliability_of_all(judged.records()), None);
    }

    #[test]
    fn no_decisions_have_no_calibration_error() {
        let mut judged = Judged::new(1);
        judged.push(&[0], &[], Some(&[0.2])).unwrap();
        let reliability = reliability_of_decided(judged.records()).unwrap();
        assert!(reliability.expected_calibration_error().abs() < 1e-12);
        assert_eq!(reliability.bins, [Bin::default(); BINS]);
    }
}
