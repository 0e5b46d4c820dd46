//! Which labels are probably wrong, from the probabilities of a model that has not seen them.
//!
//! Two views of the same data:
//!
//! - [`ConfidentJoint`] counts, tag by tag, how many labels are probably missing or wrong: confident learning
//!   (Northcutt, Jiang, Chuang: Confident Learning, JAIR 70, 2021), each tag as a yes-or-no question of its own.
//! - [`MistakeModel`] ranks records by the probability that their tags as a whole hold a mistake. It compares three
//!   mistakes with none at all, by Bayes' rule: a tag was forgotten, one was added, or one was put in place of another.
//!
//! Scores that take every tag for itself (cleanlab's `multilabel_classification.rank`) must choose between missing and
//! wrong tags, because a low probability of a given tag and a high one of an absent tag are not equally surprising. Here
//! both are odds of one hypothesis against another, so they compare, and add up.

/// The share of records that each kind of mistake is expected in.
const RATE: f64 = 0.01;
/// Probabilities are taken as no surer than this.
const FLOOR: f64 = 1e-4;
/// The sizes of tag sets that are told apart; larger ones count as this one.
const MAX_SIZE: usize = 8;

/// How many labels of one tag are confidently something else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidentJoint {
    /// The mean probability of the tag over the records that have it: an absent tag that is at least as probable, and
    /// more probable than not, is probably missing. Infinite when no record has it.
    pub missing_from: f32,
    /// The mean probability over the records that do not have it: a given tag that is at most as probable is probably
    /// wrong.
    pub wrong_up_to: f32,
    /// How many records have the tag.
    pub given: usize,
    /// How many records probably lack it.
    pub missing: usize,
    /// How many probably have it wrongly.
    pub wrong: usize,
}

impl ConfidentJoint {
    /// The thresholds and counts of every tag, for records with the tags `labels` and the out-of-sample
    /// `probabilities` of all tags.
    ///
    /// ```
    /// use tagwright::curate::ConfidentJoint;
    ///
    /// let labels = [vec![0], vec![0], vec![0], vec![], vec![]];
    /// let probabilities = [vec![0.9], vec![0.8], vec![0.1], vec![0.2], vec![0.8]];
    /// let joint = &ConfidentJoint::of_tags(&labels, &probabilities)[0];
    /// assert!((joint.missing_from - 0.6).abs() < 1e-6 && (joint.wrong_up_to - 0.5).abs() < 1e-6);
    /// assert_eq!((joint.given, joint.missing, joint.wrong), (3, 1, 1));
    /// ```
    pub fn of_tags(labels: &[Vec<usize>], probabilities: &[Vec<f32>]) -> Vec<Self> {
        let tags = probabilities.first().map_or(0, Vec::len);
        (0..tags).map(|tag| Self::of_tag(tag, labels, probabilities)).collect()
    }

    fn of_tag(tag: usize, labels: &[Vec<usize>], probabilities: &[Vec<f32>]) -> Self {
        let records = || labels.iter().zip(probabilities).map(|(own, all)| (own.contains(&tag), all[tag]));
        let mean = |wanted: bool| {
            let (sum, count) = records()
                .filter(|(given, _)| *given == wanted)
                .fold((0.0, 0_usize), |(sum, count), (_, p)| (sum + f64::from(p), count + 1));
            ((sum / count as f64) as f32, count)
        };
        let ((present, given), (absent, others)) = (mean(true), mean(false));
        let missing_from = if given == 0 { f32::INFINITY } else { present };
        let wrong_up_to = if others == 0 { f32::NEG_INFINITY } else { absent };
        Self {
            missing_from,
            wrong_up_to,
            given,
            missing: records().filter(|(given, p)| !given && *p >= missing_from.max(0.5)).count(),
            wrong: records().filter(|(given, p)| *given && *p <= wrong_up_to).count(),
        }
    }
}

/// What would mend the most probable mistake in a record's tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The tag to add.
    pub add: Option<usize>,
    /// The tag to remove.
    pub remove: Option<usize>,
}

impl Change {
    /// No change.
    pub const NONE: Self = Self { add: None, remove: None };
}

/// How probable mistakes are, given a record's tags and the probabilities of all.
///
/// With K tags, a record that has n of them, and odds o = p / (1 - p), the odds of each mistake against none are
///
/// - u was forgotten: r / (n + 1) · o(u) · c(n + 1) / c(n)
/// - t was added: r / (K - n + 1) · 1 / o(t) · c(n - 1) / c(n)
/// - t was put in place of u: r / (n (K - n)) · o(u) / o(t)
///
/// where r is the rate of each kind and c(n) is how much more frequent sets of n tags are than they would be if every
/// tag were given independently with its probability (a Poisson binomial distribution): labels have limits, such as at
/// most three, that single probabilities do not know of.
#[derive(Debug, Clone, PartialEq)]
pub struct MistakeModel {
    sizes: [f64; MAX_SIZE + 1],
}

impl MistakeModel {
    /// Learns how large tag sets are, from records with the tags `labels` and the out-of-sample `probabilities` of all
    /// tags.
    pub fn fit(labels: &[Vec<usize>], probabilities: &[Vec<f32>]) -> Self {
        // Half a record is added to both sides, so that no size is impossible.
        let (mut real, mut independent) = ([0.5; MAX_SIZE + 1], [0.5; MAX_SIZE + 1]);
        for (own, all) in labels.iter().zip(probabilities) {
            real[own.len().min(MAX_SIZE)] += 1.0;
            for (sum, share) in independent.iter_mut().zip(poisson_binomial(all)) {
                *sum += share;
            }
        }
        let mut sizes = real;
        sizes.iter_mut().zip(independent).for_each(|(real, independent)| *real /= independent);
        Self { sizes }
    }

    /// The probability that the tags of a record hold one of the mistakes, 0 to 1.
    pub fn suspicion(&self, tags: &[usize], probabilities: &[f32]) -> f32 {
        let [forgotten, added, replaced] = self.factors(tags.len(), probabilities.len());
        let (mut missing, mut wrong) = (0.0, 0.0);
        for (tag, &probability) in probabilities.iter().enumerate() {
            let odds = odds(probability);
            if tags.contains(&tag) {
                wrong += 1.0 / odds;
            } else {
                missing += odds;
            }
        }
        let odds = forgotten * missing + added * wrong + replaced * missing * wrong;
        (odds / (1.0 + odds)) as f32
    }

    /// The change that mends the most probable mistake: it adds the most probable absent tag, removes the least
    /// probable given one, or both.
    ///
    /// ```
    /// use tagwright::curate::{Change, MistakeModel};
    ///
    /// let labels = [vec![0, 1], vec![0, 1], vec![0]];
    /// let probabilities = [[0.9, 0.8, 0.1], [0.9, 0.9, 0.01], [0.9, 0.95, 0.01]].map(Vec::from);
    /// let model = MistakeModel::fit(&labels, &probabilities);
    /// assert_eq!(model.change(&[0], &probabilities[2]), Change { add: Some(1), remove: None });
    /// assert!(model.suspicion(&[0], &probabilities[2]) > model.suspicion(&[0, 1], &probabilities[1]));
    /// ```
    pub fn change(&self, tags: &[usize], probabilities: &[f32]) -> Change {
        let [forgotten, added, replaced] = self.factors(tags.len(), probabilities.len());
        let p = |tag: &usize| probabilities[*tag];
        let absent = (0..probabilities.len()).filter(|tag| !tags.contains(tag));
        // `max_by` and `min_by` differ in which of equals they take; both are to take the first of the taxonomy.
        let add = absent.rev().max_by(|a, b| p(a).total_cmp(&p(b)));
        let remove = tags.iter().copied().min_by(|a, b| p(a).total_cmp(&p(b)).then(a.cmp(b)));
        let missing = add.map_or(0.0, |tag| odds(p(&tag)));
        let wrong = remove.map_or(0.0, |tag| 1.0 / odds(p(&tag)));
        let kinds = [
            (forgotten * missing, Change { add, remove: None }),
            (added * wrong, Change { add: None, remove }),
            (replaced * missing * wrong, Change { add, remove }),
        ];
        let best = kinds.iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(Change::NONE, |(_, change)| *change)
    }

    /// What the odds of each kind of mistake are multiplied with, for a record with `n` of `tags` tags.
    fn factors(&self, n: usize, tags: usize) -> [f64; 3] {
        let size = |n: usize| self.sizes[n.min(MAX_SIZE)];
        let rate = RATE / (1.0 - 3.0 * RATE);
        let (given, absent) = (n as f64, tags.saturating_sub(n) as f64);
        [
            rate / (given + 1.0) * size(n + 1) / size(n),
            if n == 0 { 0.0 } else { rate / (absent + 1.0) * size(n - 1) / size(n) },
            if n == 0 || absent == 0.0 { 0.0 } else { rate / (given * absent) },
        ]
    }
}

fn odds(probability: f32) -> f64 {
    let probability = f64::from(probability).clamp(FLOOR, 1.0 - FLOOR);
    probability / (1.0 - probability)
}

/// The probability of every number of successes, 0 to [`MAX_SIZE`], of independent trials.
fn poisson_binomial(probabilities: &[f32]) -> [f64; MAX_SIZE + 1] {
    let mut shares = [0.0; MAX_SIZE + 1];
    shares[0] = 1.0;
    for &probability in probabilities {
        let probability = f64::from(probability);
        for size in (0..=MAX_SIZE).rev() {
            let fewer = if size == 0 { 0.0 } else { shares[size - 1] };
            shares[size] = shares[size] * (1.0 - probability) + fewer * probability;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 records with one or two of three tags, all as probable as they should be.
    fn fitted() -> MistakeModel {
        let labels: Vec<Vec<usize>> =
            (0..40).map(|row| if row % 4 == 0 { vec![0] } else { vec![0, 1] }).collect();
        let probabilities: Vec<Vec<f32>> = labels
            .iter()
            .map(|own| (0..3).map(|tag| if own.contains(&tag) { 0.9 } else { 0.05 }).collect())
            .collect();
        MistakeModel::fit(&labels, &probabilities)
    }

    #[test]
    fn the_number_of_successes_sums_to_one() {
        let shares = poisson_binomial(&[0.5, 0.5]);
        assert_eq!(shares[..3], [0.25, 0.5, 0.25]);
        assert!((poisson_binomial(&[0.3, 0.9, 0.2]).iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_more_a_model_contradicts_the_tags_the_more_suspicious_they_are() {
        let model = fitted();
        let suspicion = |tags: &[usize], p: [f32; 3]| model.suspicion(tags, &p);
        let agreed = suspicion(&[0, 1], [0.9, 0.9, 0.01]);
        let wrong = suspicion(&[0, 1], [0.9, 0.01, 0.01]);
        let replaced = suspicion(&[0, 1], [0.9, 0.01, 0.95]);
        assert!(agreed < 0.05 && agreed < wrong && wrong < replaced && replaced <= 1.0);
        assert!(suspicion(&[0], [0.9, 0.95, 0.01]) > suspicion(&[0], [0.9, 0.5, 0.01]));
    }

    #[test]
    fn sets_that_would_become_too_large_lack_nothing() {
        let model = fitted();
        let p = [0.9, 0.9, 0.9];
        assert!(model.suspicion(&[0, 1], &p) < model.suspicion(&[0], &p) / 5.0);
    }

    #[test]
    fn the_change_is_that_of_the_most_probable_mistake() {
        let model = fitted();
        let change = |tags: &[usize], p: [f32; 3]| {
            let Change { add, remove } = model.change(tags, &p);
            (add, remove)
        };
        assert_eq!(change(&[0], [0.9, 0.95, 0.01]), (Some(1), None));
        assert_eq!(change(&[0, 1], [0.9, 0.001, 0.3]), (None, Some(1)));
        assert_eq!(change(&[0, 1], [0.9, 0.001, 0.95]), (Some(2), Some(1)));
        assert_eq!(change(&[], [0.5, 0.9, 0.9]), (Some(1), None));
    }

    #[test]
    fn extreme_probabilities_and_sizes_stay_finite() {
        let model = fitted();
        for tags in [&[][..], &[0, 1, 2]] {
            for p in [0.0, 1.0] {
                assert!((0.0..=1.0).contains(&model.suspicion(tags, &[p; 3])), "{tags:?} {p}");
            }
        }
        assert_eq!(model.change(&[0], &[0.0]), Change { add: None, remove: Some(0) });
    }

    #[test]
    fn a_tag_that_no_record_has_is_never_missing() {
        let joint = ConfidentJoint::of_tags(&[vec![], vec![]], &[vec![0.9], vec![0.2]])[0];
        assert_eq!((joint.given, joint.missing, joint.wrong), (0, 0, 0));
    }
}
