//! Average precision: how well the scores of one tag sort the records.

use super::{Judged, JudgedRecord, mean, ratio};

/// Average precision of `tag`, 0 to 1 (`average_precision_score` of the tag's column).
///
/// `Σ (Rₙ − Rₙ₋₁) Pₙ` over the thresholds n from the highest score to the lowest, where records with equal
/// scores pass together.
///
/// `None` for a tag that no record has, and unless every record has scores and `tag` is one of them.
///
/// ```
/// use tagwright::metrics::{Judged, average_precision};
///
/// let mut judged = Judged::new(1);
/// for (gold, score) in [(&[][..], 0.1), (&[], 0.4), (&[0], 0.35), (&[0], 0.8)] {
///     judged.push(gold, &[], Some(&[score]))?;
/// }
/// assert!((average_precision(judged.records(), 0).unwrap() - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
/// # Ok::<(), String>(())
/// ```
pub fn average_precision<'a>(records: impl IntoIterator<Item = &'a JudgedRecord>, tag: usize) -> Option<f64> {
    let column = u16::try_from(tag).ok()?;
    let scored = |record: &JudgedRecord| Some((*record.scores()?.get(tag)?, record.is_gold(column)));
    let mut scored = records.into_iter().map(scored).collect::<Option<Vec<_>>>()?;
    scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));

    let support = scored.iter().filter(|(_, gold)| *gold).count();
    if support == 0 {
        return None;
    }
    let (mut passed, mut right, mut sum) = (0, 0, 0.0);
    // In descending order, a score that is not above the next one equals it.
    for tied in scored.chunk_by(|a, b| a.0 <= b.0) {
        let gained = tied.iter().filter(|(_, gold)| *gold).count();
        passed += tied.len();
        right += gained;
        sum += ratio(gained, support) * ratio(right, passed);
    }
    Some(sum)
}

/// Mean [`average_precision`] of the tags that occur (`average_precision_score(average="macro")` of their columns).
///
/// ```
/// use tagwright::metrics::{Judged, macro_average_precision};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[], Some(&[0.9, 0.2]))?;
/// judged.push(&[1], &[], Some(&[0.3, 0.1]))?;
/// assert_eq!(macro_average_precision(&judged), Some(0.75));
/// # Ok::<(), String>(())
/// ```
pub fn macro_average_precision(judged: &Judged) -> Option<f64> {
    let per_tag: Vec<f64> =
        (0..judged.n_tags()).filter_map(|tag| average_precision(judged.records(), tag)).collect();
    (!per_tag.is_empty()).then(|| mean(per_tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(records: &[(bool, f32)]) -> Judged {
        let mut judged = Judged::new(1);
        for (gold, score) in records {
            judged.push(if *gold { &[0] } else { &[] }, &[], Some(&[*score])).unwrap();
        }
        judged
    }

    #[test]
    fn equal_scores_pass_the_threshold_together() {
        let judged = judged(&[(true, 0.5), (false, 0.5), (true, 0.2)]);
        assert_eq!(average_precision(judged.records(), 0), Some(0.5 * 0.5 + 0.5 * 2.0 / 3.0));
    }

    #[test]
    fn there_is_none_of_a_tag_that_no_record_has() {
        let judged = judged(&[(false, 0.5), (false, 0.1)]);
        assert_eq!(average_precision(judged.records(), 0), None);
        assert_eq!(macro_average_precision(&judged), None);
    }

    #[test]
    fn without_scores_or_such_a_tag_there_is_no_figure() {
        let mut judged = judged(&[(true, 0.5)]);
        assert_eq!(average_precision(judged.records(), 1), None);
        judged.push(&[0], &[0], None).unwrap();
        assert_eq!(average_precision(judged.records(), 0), None);
        assert_eq!(macro_average_precision(&judged), None);
    }
}
