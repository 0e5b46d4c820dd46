//! All figures with their intervals, from one bootstrap.

use rayon::prelude::*;

use super::groups::{self, Group, Members};
use super::{Basis, TagEvaluation, TagName};
use crate::metrics::{
    Contribution, Estimate, Figures, TagCounts, Tally, average_precision, bootstrap, reliability_of_tag,
};

/// The headline figures, those of every tag, and those of the groups.
pub(super) fn estimate(basis: Basis) -> (Figures<Estimate>, Vec<TagEvaluation>, Vec<Group>) {
    let judged = &basis.answers.judged;
    let n_tags = judged.n_tags();
    let contributions: Vec<Contribution> = judged.records().iter().map(Contribution::from).collect();
    let members: Vec<Members> =
        [groups::of_records(basis.examples), groups::of_tags(basis.training_support, n_tags)].concat();

    let observed = Tally::of(judged);
    let present: Vec<usize> = (0..n_tags).filter(|tag| is_present(&observed.tags()[*tag])).collect();

    let figures = |times: &[u32]| {
        let tally = Tally::resampled(n_tags, &contributions, times);
        let headline = tally.figures();
        let headline = headline.iter().map(|(_, value)| value);
        let tags = present.iter().flat_map(|tag| tally.tags()[*tag].known_prf());
        let groups = members.iter().flat_map(|members| members.figures(&contributions, times, &tally));
        headline.chain(tags).chain(groups).collect()
    };
    // The estimates come in the order in which `figures` lists the figures.
    let mut estimates = bootstrap(contributions.len(), figures).into_iter();
    let mut next = || estimates.next().flatten();
    let headline = Figures::of(|_| next());
    let tags = tags(basis, &observed, || [next(), next(), next()]);
    let group = |members: &Members| members.group(&contributions, n_tags, [next(), next(), next(), next()]);
    let groups = members.iter().map(group).filter(|group| group.records > 0).collect();
    (headline, tags, groups)
}

/// Whether any record has the tag or got it; of another one no resample knows more.
fn is_present(counts: &TagCounts) -> bool {
    counts.support() + counts.predicted() > 0
}

/// The figures of each tag; `next` gives the estimates of precision, recall and F1 of those that are present.
fn tags(basis: Basis, tally: &Tally, mut next: impl FnMut() -> [Option<Estimate>; 3]) -> Vec<TagEvaluation> {
    let records = basis.answers.judged.records();
    let by_score = |tag: usize| {
        let calibration = reliability_of_tag(records, tag);
        (average_precision(records, tag), calibration.map(|bins| bins.expected_calibration_error()))
    };
    let by_score: Vec<_> = (0..tally.tags().len()).into_par_iter().map(by_score).collect();
    let tags = basis.taxonomy.tags().iter().zip(tally.tags()).zip(by_score);
    tags.map(|((tag, counts), (average_precision, calibration_error))| {
        let [precision, recall, f1] = if is_present(counts) { next() } else { Default::default() };
        TagEvaluation {
            tag: TagName::from(tag),
            support: counts.support(),
            predicted: counts.predicted(),
            true_positives: counts.tp,
            precision,
            recall,
            f1,
            average_precision,
            calibration_error,
            threshold: basis.answers.rule.map(|rule| rule.threshold),
        }
    })
    .collect()
}
