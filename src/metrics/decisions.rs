//! Figures of the decided tags: precision, recall and F1 in four averages, exact match, how many tags.

use serde::Serialize;

use super::{JudgedRecord, mean, ratio};

/// What precision, recall and F1 of a tag need: how often it was decided rightly, wrongly, and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TagCounts {
    /// Records that have the tag and got it.
    pub tp: usize,
    /// Records that got the tag and do not have it.
    pub fp: usize,
    /// Records that have the tag and did not get it.
    pub fn_: usize,
}

impl TagCounts {
    /// Records that have the tag: `tp + fn`.
    pub fn support(&self) -> usize {
        self.tp + self.fn_
    }

    /// Records that got the tag: `tp + fp`.
    pub fn predicted(&self) -> usize {
        self.tp + self.fp
    }

    /// Precision, recall and F1 of the tag (`precision_recall_fscore_support(average=None)`).
    ///
    /// ```
    /// use tagwright::metrics::TagCounts;
    ///
    /// let prf = TagCounts { tp: 3, fp: 1, fn_: 2 }.prf();
    /// assert_eq!((prf.precision, prf.recall, prf.f1), (0.75, 0.6, 6.0 / 9.0));
    /// ```
    pub fn prf(&self) -> Prf {
        Prf::of(self.tp, self.predicted(), self.support())
    }

    /// The same, each only where it has a value: there is no precision of a tag that no record got, and neither recall
    /// nor F1 of one that no record has.
    pub fn known_prf(&self) -> [Option<f64>; 3] {
        let Prf { precision, recall, f1 } = self.prf();
        let (given, occurs) = (self.predicted() > 0, self.support() > 0);
        [given.then_some(precision), occurs.then_some(recall), occurs.then_some(f1)]
    }
}

/// Precision, recall and F1, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Prf {
    /// The share of what was decided that is right.
    pub precision: f64,
    /// The share of what is right that was decided.
    pub recall: f64,
    /// The harmonic mean of both. (In an average, the mean of the F1 values, not the F1 of the means.)
    pub f1: f64,
}

impl Prf {
    /// `P = tp / predicted`, `R = tp / support`, `F1 = 2 tp / (predicted + support)`; 0 instead of 0 / 0.
    pub(super) fn of(tp: usize, predicted: usize, support: usize) -> Self {
        Self {
            precision: ratio(tp, predicted),
            recall: ratio(tp, support),
            f1: ratio(2 * tp, predicted + support),
        }
    }

    fn weighted_mean(values: impl IntoIterator<Item = (Self, usize)>) -> Self {
        let (mut sum, mut total) = (Self::default(), 0);
        for (value, weight) in values {
            sum.precision += weight as f64 * value.precision;
            sum.recall += weight as f64 * value.recall;
            sum.f1 += weight as f64 * value.f1;
            total += weight;
        }
        let total = total.max(1) as f64;
        Self { precision: sum.precision / total, recall: sum.recall / total, f1: sum.f1 / total }
    }
}

impl From<Prf> for [f64; 3] {
    /// In the order of the name.
    fn from(Prf { precision, recall, f1 }: Prf) -> Self {
        [precision, recall, f1]
    }
}

/// The counts of each tag of the taxonomy, `n_tags` of them (`multilabel_confusion_matrix`).
///
/// ```
/// use tagwright::metrics::{Judged, TagCounts, count_tags};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[0, 2], None)?;
/// judged.push(&[0], &[0], None)?;
/// let counts = count_tags(judged.records(), judged.n_tags());
/// assert_eq!(counts[0], TagCounts { tp: 2, fp: 0, fn_: 0 });
/// assert_eq!(counts[1], TagCounts { tp: 0, fp: 0, fn_: 1 });
/// assert_eq!(counts[2], TagCounts { tp: 0, fp: 1, fn_: 0 });
/// # Ok::<(), String>(())
/// ```
///
/// # Panics
/// When a record has a tag that is not below `n_tags`, which is [`Judged::n_tags`](super::Judged::n_tags).
pub fn count_tags<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>, n_tags: usize) -> Vec<TagCounts> {
    let mut counts = vec![TagCounts::default(); n_tags];
    for record in records {
        for &tag in record.gold() {
            counts[usize::from(tag)].fn_ += 1;
        }
        for &tag in record.decided() {
            let count = &mut counts[usize::from(tag)];
            if record.is_gold(tag) {
                count.tp += 1;
                count.fn_ -= 1;
            } else {
                count.fp += 1;
            }
        }
    }
    counts
}

/// Over all decisions alike: the figures of the summed counts (`f1_score(average="micro")`).
///
/// ```
/// use tagwright::metrics::{TagCounts, micro_average};
///
/// let counts = [TagCounts { tp: 8, fp: 2, fn_: 0 }, TagCounts { tp: 0, fp: 0, fn_: 2 }];
/// assert_eq!(micro_average(&counts).f1, 0.8);
/// ```
pub fn micro_average(counts: &[TagCounts]) -> Prf {
    let (tp, predicted, support) = counts.iter().fold((0, 0, 0), |(tp, predicted, support), tag| {
        (tp + tag.tp, predicted + tag.predicted(), support + tag.support())
    });
    Prf::of(tp, predicted, support)
}

/// Every tag that occurs counts the same, that is, every tag that some record has
/// (`f1_score(average="macro", labels=np.flatnonzero(y_true.any(axis=0)), zero_division=0)`).
///
/// Nothing is known of how well the others are found, and their number would decide the mean.
///
/// ```
/// use tagwright::metrics::{TagCounts, macro_average};
///
/// let counts = [(8, 2, 0), (0, 0, 2), (0, 1, 0), (0, 0, 0)].map(|(tp, fp, fn_)| TagCounts { tp, fp, fn_ });
/// assert_eq!(macro_average(&counts).precision, 0.4);
/// assert_eq!(macro_average(&counts).recall, 0.5);
/// ```
pub fn macro_average(counts: &[TagCounts]) -> Prf {
    let occurring = counts.iter().filter(|tag| tag.support() > 0);
    Prf::weighted_mean(occurring.map(|tag| (tag.prf(), 1)))
}

/// Every tag counts by its support (`f1_score(average="weighted")`).
///
/// ```
/// use tagwright::metrics::{TagCounts, weighted_average};
///
/// let counts = [TagCounts { tp: 8, fp: 2, fn_: 0 }, TagCounts { tp: 0, fp: 0, fn_: 2 }];
/// assert!((weighted_average(&counts).precision - 0.64).abs() < 1e-12);
/// ```
pub fn weighted_average(counts: &[TagCounts]) -> Prf {
    Prf::weighted_mean(counts.iter().map(|tag| (tag.prf(), tag.support())))
}

/// Every record counts the same (`f1_score(average="samples")`).
///
/// A record with neither gold nor decided tags counts as 0, as there with `zero_division=0`.
///
/// ```
/// use tagwright::metrics::{Judged, samples_average};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[0], None)?;
/// judged.push(&[], &[], None)?;
/// let samples = samples_average(judged.records());
/// assert_eq!((samples.precision, samples.recall, samples.f1), (0.5, 0.25, 1.0 / 3.0));
/// # Ok::<(), String>(())
/// ```
pub fn samples_average<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> Prf {
    Prf::weighted_mean(records.into_iter().map(|record| (prf_of(record), 1)))
}

/// The share of records, 0 to 1, that got exactly their gold tags (`accuracy_score`, the subset accuracy).
///
/// ```
/// use tagwright::metrics::{Judged, exact_match};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[1, 0], None)?;
/// judged.push(&[0, 1], &[0], None)?;
/// judged.push(&[], &[], None)?;
/// judged.push(&[], &[2], None)?;
/// assert_eq!(exact_match(judged.records()), 0.5);
/// # Ok::<(), String>(())
/// ```
pub fn exact_match<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> f64 {
    mean(records.into_iter().map(exact_match_of))
}

/// The share of records, 0 to 1, that got no tag.
///
/// ```
/// use tagwright::metrics::{Judged, no_tag_share};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0], &[], None)?;
/// judged.push(&[0], &[0, 1], None)?;
/// assert_eq!(no_tag_share(judged.records()), 0.5);
/// # Ok::<(), String>(())
/// ```
pub fn no_tag_share<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> f64 {
    mean(records.into_iter().map(no_tag_of))
}

/// How many tags a record got on average.
///
/// ```
/// use tagwright::metrics::{Judged, mean_tags};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0], &[], None)?;
/// judged.push(&[0], &[0, 1, 2], None)?;
/// assert_eq!(mean_tags(judged.records()), 1.5);
/// # Ok::<(), String>(())
/// ```
pub fn mean_tags<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> f64 {
    mean(records.into_iter().map(tags_of))
}

/// One record's share in [`samples_average`].
pub(super) fn prf_of(record: &JudgedRecord) -> Prf {
    Prf::of(record.true_positives(), record.decided().len(), record.gold().len())
}

/// One record's share in [`exact_match`].
pub(super) fn exact_match_of(record: &JudgedRecord) -> f64 {
    let right = record.true_positives();
    f64::from(right == record.decided().len() && right == record.gold().len())
}

/// One record's share in [`no_tag_share`].
pub(super) fn no_tag_of(record: &JudgedRecord) -> f64 {
    f64::from(record.decided().is_empty())
}

/// One record's share in [`mean_tags`].
pub(super) fn tags_of(record: &JudgedRecord) -> f64 {
    record.decided().len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::Judged;
    use super::*;

    /// | record | gold | decided |
    /// |---|---|---|
    /// | a | 0, 1 | 0, 2 |
    /// | b | 0 | 0 |
    /// | c | 1 | none |
    /// | d | none | none |
    fn judged() -> Judged {
        let mut judged = Judged::new(4);
        judged.push(&[0, 1], &[0, 2], None).unwrap();
        judged.push(&[0], &[0], None).unwrap();
        judged.push(&[1], &[], None).unwrap();
        judged.push(&[], &[], None).unwrap();
        judged
    }

    fn assert_prf(found: Prf, precision: f64, recall: f64, f1: f64) {
        for (found, expected) in [(found.precision, precision), (found.recall, recall), (found.f1, f1)] {
            assert!((found - expected).abs() < 1e-12, "expected {expected}, found {found}");
        }
    }

    #[test]
    fn the_four_averages_of_a_small_table() {
        let counts = count_tags(judged().records(), 4);
        assert_eq!(counts.iter().map(TagCounts::support).collect::<Vec<_>>(), [2, 2, 0, 0]);
        assert_eq!(counts.iter().map(TagCounts::predicted).collect::<Vec<_>>(), [2, 0, 1, 0]);
        assert_prf(micro_average(&counts), 2.0 / 3.0, 0.5, 4.0 / 7.0);
        assert_prf(macro_average(&counts), 0.5, 0.5, 0.5);
        assert_prf(weighted_average(&counts), 0.5, 0.5, 0.5);
        assert_prf(samples_average(judged().records()), 1.5 / 4.0, 1.5 / 4.0, 1.5 / 4.0);
    }

    #[test]
    fn a_record_with_neither_gold_nor_decided_tags_is_an_exact_match_of_f1_zero() {
        let mut judged = Judged::new(4);
        judged.push(&[], &[], None).unwrap();
        assert_prf(samples_average(judged.records()), 0.0, 0.0, 0.0);
        assert_eq!(exact_match(judged.records()).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn records_are_counted_by_what_they_got() {
        let judged = judged();
        let shares =
            [exact_match(judged.records()), no_tag_share(judged.records()), mean_tags(judged.records())];
        assert_eq!(shares.map(f64::to_bits), [0.5, 0.5, 0.75].map(f64::to_bits));
    }

    #[test]
    fn a_resample_counts_its_records_as_often_as_it_has_them() {
        let judged = judged();
        let resample = [0, 0, 1].map(|row| &judged.records()[row]);
        assert_eq!(count_tags(resample, 4)[0], TagCounts { tp: 3, fp: 0, fn_: 0 });
        assert_eq!(count_tags(resample, 4)[2], TagCounts { tp: 0, fp: 2, fn_: 0 });
    }
}
