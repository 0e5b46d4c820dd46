//! Figures of the ranking: all tags by score, whatever the threshold (see [`JudgedRecord::gold_places`]).
//!
//! P@k, R@k and nDCG@k leave out records without gold tags: no ranking could do better or worse on them.

use super::{JudgedRecord, mean, ratio};

/// P@k: the mean of `|top k ∩ gold| / k` over the records with gold tags, 0 to 1.
///
/// P@1 is the share of records whose best-scored tag is right.
/// A record with fewer than k gold tags, or with fewer than k tags in its ranking, cannot reach 1.
///
/// ```
/// use tagwright::metrics::{Judged, precision_at};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 2], &[], Some(&[0.2, 0.1, 0.7]))?;
/// judged.push(&[1], &[], Some(&[0.6, 0.5, 0.4]))?;
/// assert_eq!(precision_at(judged.records(), 1), 0.5);
/// assert_eq!(precision_at(judged.records(), 2), 0.75);
/// # Ok::<(), String>(())
/// ```
pub fn precision_at<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>, k: usize) -> f64 {
    mean(labelled(records).map(|record| precision_of(record, k)))
}

/// R@k: the mean of `|top k ∩ gold| / |gold|` over the records with gold tags, 0 to 1.
///
/// ```
/// use tagwright::metrics::{Judged, recall_at};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 2], &[], Some(&[0.2, 0.1, 0.7]))?;
/// judged.push(&[1], &[], Some(&[0.6, 0.5, 0.4]))?;
/// assert_eq!(recall_at(judged.records(), 1), 0.25);
/// assert_eq!(recall_at(judged.records(), 2), 1.0);
/// # Ok::<(), String>(())
/// ```
pub fn recall_at<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>, k: usize) -> f64 {
    mean(labelled(records).map(|record| recall_of(record, k)))
}

/// nDCG@k with a gain of 1 for a gold tag, the mean over the records with gold tags, 0 to 1.
///
/// `DCG = Σ 1 / log2(1 + place)` over the gold tags at places 1 to k, divided by the same sum for a ranking
/// that starts with all gold tags (Järvelin & Kekäläinen 2002). It equals `ndcg_score(k=k)` of those records
/// where no scores are equal; scikit-learn averages over the orders of equal scores, here the lower tag index
/// comes first.
///
/// ```
/// use tagwright::metrics::{Judged, ndcg_at};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[1], &[], Some(&[0.6, 0.5, 0.4]))?;
/// assert!((ndcg_at(judged.records(), 3) - 1.0 / 3_f64.log2()).abs() < 1e-12);
/// assert_eq!(ndcg_at(judged.records(), 1), 0.0);
/// # Ok::<(), String>(())
/// ```
pub fn ndcg_at<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>, k: usize) -> f64 {
    mean(labelled(records).map(|record| ndcg_of(record, k)))
}

/// LRAP: how pure the ranking is down to each gold tag, 0 to 1 (`label_ranking_average_precision_score`).
///
/// For each gold tag the share of gold tags among the tags that score at least as much; the mean of these
/// over the record's gold tags, and the mean of that over all records.
///
/// A record without gold tags counts as 1, as there. `None` unless every record has scores.
///
/// ```
/// use tagwright::metrics::{Judged, lrap};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[], Some(&[0.9, 0.1, 0.5]))?;
/// assert_eq!(lrap(judged.records()), Some((1.0 + 2.0 / 3.0) / 2.0));
/// judged.push(&[0], &[0], None)?;
/// assert_eq!(lrap(judged.records()), None);
/// # Ok::<(), String>(())
/// ```
pub fn lrap<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> Option<f64> {
    Some(mean(records.into_iter().map(lrap_of).collect::<Option<Vec<_>>>()?))
}

/// How far down the ranking one must go to have all gold tags (`coverage_error`).
///
/// The mean over all records, equal scores counted in full: from 0 to the number of tags. The mean number of
/// gold tags is the best possible.
///
/// A record without gold tags counts as 0, as there. `None` unless every record has scores.
///
/// ```
/// use tagwright::metrics::{Judged, coverage_error};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 1], &[], Some(&[0.9, 0.1, 0.5]))?;
/// judged.push(&[2], &[], Some(&[0.1, 0.2, 0.7]))?;
/// assert_eq!(coverage_error(judged.records()), Some(2.0));
/// # Ok::<(), String>(())
/// ```
pub fn coverage_error<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>) -> Option<f64> {
    Some(mean(records.into_iter().map(coverage_of).collect::<Option<Vec<_>>>()?))
}

fn labelled<'a>(
    records: impl IntoIterator<Item = &'a JudgedRecord>,
) -> impl Iterator<Item = &'a JudgedRecord> {
    records.into_iter().filter(|record| !record.gold().is_empty())
}

/// One record's share in [`precision_at`].
pub(super) fn precision_of(record: &JudgedRecord, k: usize) -> f64 {
    ratio(in_top(record, k), k)
}

/// One record's share in [`recall_at`].
pub(super) fn recall_of(record: &JudgedRecord, k: usize) -> f64 {
    ratio(in_top(record, k), record.gold().len())
}

/// One record's share in [`ndcg_at`].
pub(super) fn ndcg_of(record: &JudgedRecord, k: usize) -> f64 {
    let reached = dcg(record.gold_places().iter().copied().take_while(|place| *place <= k));
    let ideal = dcg(1..=k.min(record.gold().len()));
    if ideal > 0.0 { reached / ideal } else { 0.0 }
}

/// One record's share in [`lrap`].
pub(super) fn lrap_of(record: &JudgedRecord) -> Option<f64> {
    let ranks = record.gold_ranks()?;
    let gold_above = |rank| ranks.partition_point(|other| *other <= rank);
    let shares = ranks.iter().map(|&rank| ratio(gold_above(rank), rank));
    Some(if ranks.is_empty() { 1.0 } else { mean(shares) })
}

/// One record's share in [`coverage_error`].
pub(super) fn coverage_of(record: &JudgedRecord) -> Option<f64> {
    Some(record.gold_ranks()?.last().copied().unwrap_or(0) as f64)
}

/// How many gold tags the first `k` places hold.
fn in_top(record: &JudgedRecord, k: usize) -> usize {
    record.gold_places().partition_point(|place| *place <= k)
}

fn dcg(places: impl IntoIterator<Item = usize>) -> f64 {
    places.into_iter().map(|place| 1.0 / (1.0 + place as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::super::Judged;
    use super::*;

    /// Three labelled records (gold at places 1 and 3, at 2, at 1) and one without gold tags.
    fn judged() -> Judged {
        let mut judged = Judged::new(4);
        judged.push(&[0, 2], &[], Some(&[0.9, 0.5, 0.3, 0.1])).unwrap();
        judged.push(&[3], &[], Some(&[0.1, 0.8, 0.2, 0.6])).unwrap();
        judged.push(&[1], &[], Some(&[0.2, 0.3, 0.1, 0.0])).unwrap();
        judged.push(&[], &[0], Some(&[0.7, 0.3, 0.1, 0.0])).unwrap();
        judged
    }

    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "expected {expected}, found {found}");
    }

    #[test]
    fn the_top_is_compared_with_the_gold_of_labelled_records() {
        let judged = judged();
        assert_close(precision_at(judged.records(), 1), 2.0 / 3.0);
        assert_close(precision_at(judged.records(), 3), 4.0 / 9.0);
        assert_close(recall_at(judged.records(), 1), (0.5 + 0.0 + 1.0) / 3.0);
        assert_close(recall_at(judged.records(), 3), 1.0);
    }

    #[test]
    fn a_late_gold_tag_is_discounted() {
        let second = 1.0 / 3_f64.log2();
        assert_close(ndcg_at(judged().records(), 3), (1.5 / (1.0 + second) + second + 1.0) / 3.0);
    }

    #[test]
    fn records_without_gold_count_in_lrap_and_coverage_as_in_scikit_learn() {
        let judged = judged();
        assert_close(
            lrap(judged.records()).unwrap(),
            (f64::midpoint(1.0, 2.0 / 3.0) + 0.5 + 1.0 + 1.0) / 4.0,
        );
        assert_close(coverage_error(judged.records()).unwrap(), f64::from(3 + 2 + 1) / 4.0);
    }

    #[test]
    fn without_scores_a_missed_gold_tag_is_nowhere_in_the_ranking() {
        let mut judged = Judged::new(4);
        judged.push(&[0, 2], &[2, 1], None).unwrap();
        assert_close(precision_at(judged.records(), 1), 1.0);
        assert_close(precision_at(judged.records(), 3), 1.0 / 3.0);
        assert_close(recall_at(judged.records(), 5), 0.5);
        assert_close(ndcg_at(judged.records(), 3), 1.0 / (1.0 + 1.0 / 3_f64.log2()));
        assert_eq!((lrap(judged.records()), coverage_error(judged.records())), (None, None));
    }

    #[test]
    fn nothing_to_rank_gives_zero() {
        assert_close(precision_at(judged().records(), 0), 0.0);
        assert_close(ndcg_at(judged().records(), 0), 0.0);
        assert_close(recall_at([], 1), 0.0);
    }
}
