//! The metrics against scikit-learn: `tests/golden/metrics.json` is written by `metrics.py` beside it.

use serde::Deserialize;
use tagwright::metrics::{
    Judged, Prf, Reliability, Summary, average_precision, coverage_error, lrap, macro_average_precision,
    ndcg_at, precision_at, recall_at, reliability_of_all, reliability_of_decided,
};

#[derive(Deserialize)]
struct Golden {
    gold: Vec<Vec<u16>>,
    decided: Vec<Vec<u16>>,
    scores: Vec<Vec<f32>>,
    tied_scores: Vec<Vec<f32>>,
    averages: Averages,
    exact_match: f64,
    no_tag_share: f64,
    mean_tags: f64,
    tags: Vec<GoldenTag>,
    ranking: GoldenRanking,
    by_score: ByScore,
    by_tied_score: ByScore,
    reliability_of_decided: GoldenReliability,
    reliability_of_all: GoldenReliability,
}

#[derive(Deserialize)]
struct Averages {
    micro: GoldenPrf,
    #[serde(rename = "macro")]
    macro_: GoldenPrf,
    weighted: GoldenPrf,
    samples: GoldenPrf,
}

#[derive(Deserialize)]
struct GoldenPrf {
    precision: f64,
    recall: f64,
    f1: f64,
}

#[derive(Deserialize)]
struct GoldenTag {
    support: usize,
    predicted: usize,
    true_positives: usize,
    #[serde(flatten)]
    prf: GoldenPrf,
    average_precision: f64,
}

/// Element `k - 1` is the figure at k.
#[derive(Deserialize)]
struct GoldenRanking {
    precision: Vec<f64>,
    recall: Vec<f64>,
    ndcg: Vec<f64>,
}

#[derive(Deserialize)]
struct ByScore {
    lrap: f64,
    coverage_error: f64,
    average_precision: Vec<f64>,
    macro_average_precision: f64,
}

/// scikit-learn leaves out empty bins, except in `counts`.
#[derive(Deserialize)]
struct GoldenReliability {
    counts: Vec<usize>,
    mean_probability: Vec<f64>,
    share_right: Vec<f64>,
    ece: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/metrics.json")).unwrap()
}

fn judged(golden: &Golden, scores: &[Vec<f32>]) -> Judged {
    let mut judged = Judged::new(golden.tags.len());
    for ((gold, decided), scores) in golden.gold.iter().zip(&golden.decided).zip(scores) {
        judged.push(gold, decided, Some(scores)).unwrap();
    }
    judged
}

#[track_caller]
fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "expected {expected}, found {found}");
}

#[track_caller]
fn assert_prf(found: Prf, expected: &GoldenPrf) {
    assert_close(found.precision, expected.precision);
    assert_close(found.recall, expected.recall);
    assert_close(found.f1, expected.f1);
}

#[test]
fn decisions_are_judged_as_scikit_learn_does() {
    let golden = golden();
    let summary = Summary::of(&judged(&golden, &golden.scores));
    assert_eq!(summary.records, golden.gold.len());
    assert_prf(summary.micro, &golden.averages.micro);
    assert_prf(summary.macro_, &golden.averages.macro_);
    assert_prf(summary.weighted, &golden.averages.weighted);
    assert_prf(summary.samples, &golden.averages.samples);
    assert_close(summary.exact_match, golden.exact_match);
    assert_close(summary.no_tag_share, golden.no_tag_share);
    assert_close(summary.mean_tags, golden.mean_tags);
    assert_eq!(summary.tags.len(), golden.tags.len());
    for (found, expected) in summary.tags.iter().zip(&golden.tags) {
        assert_eq!(found.support, expected.support);
        assert_eq!(found.predicted, expected.predicted);
        assert_eq!(found.true_positives, expected.true_positives);
        assert_prf(found.prf, &expected.prf);
        assert_close(found.average_precision.unwrap(), expected.average_precision);
    }
}

#[test]
fn rankings_are_judged_as_scikit_learn_does() {
    let golden = golden();
    let judged = judged(&golden, &golden.scores);
    for k in 1..=golden.tags.len() {
        assert_close(precision_at(judged.records(), k), golden.ranking.precision[k - 1]);
        assert_close(recall_at(judged.records(), k), golden.ranking.recall[k - 1]);
        assert_close(ndcg_at(judged.records(), k), golden.ranking.ndcg[k - 1]);
    }
}

#[test]
fn equal_scores_are_judged_as_scikit_learn_does() {
    let golden = golden();
    for (scores, expected) in
        [(&golden.scores, &golden.by_score), (&golden.tied_scores, &golden.by_tied_score)]
    {
        let judged = judged(&golden, scores);
        assert_close(lrap(judged.records()).unwrap(), expected.lrap);
        assert_close(coverage_error(judged.records()).unwrap(), expected.coverage_error);
        assert_close(macro_average_precision(&judged).unwrap(), expected.macro_average_precision);
        for (tag, expected) in expected.average_precision.iter().enumerate() {
            assert_close(average_precision(judged.records(), tag).unwrap(), *expected);
        }
    }
}

#[test]
fn probabilities_are_binned_as_scikit_learn_does() {
    let golden = golden();
    let judged = judged(&golden, &golden.scores);
    assert_reliability(&reliability_of_decided(judged.records()).unwrap(), &golden.reliability_of_decided);
    assert_reliability(&reliability_of_all(judged.records()).unwrap(), &golden.reliability_of_all);
    assert_close(Summary::of(&judged).ece.unwrap(), golden.reliability_of_decided.ece);
}

fn assert_reliability(found: &Reliability, expected: &GoldenReliability) {
    assert_eq!(found.bins.map(|bin| bin.count).to_vec(), expected.counts);
    let filled: Vec<_> = found.bins.iter().filter(|bin| bin.count > 0).collect();
    for (position, bin) in filled.iter().enumerate() {
        assert_close(bin.mean_probability, expected.mean_probability[position]);
        assert_close(bin.share_right, expected.share_right[position]);
    }
    assert_close(found.expected_calibration_error(), expected.ece);
}
