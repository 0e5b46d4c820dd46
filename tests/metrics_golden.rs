//! The metrics against scikit-learn and `SciPy`: `tests/golden/metrics.json` is written by `metrics.py` beside it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tagwright::decide::DecisionRule;
use tagwright::metrics::{
    Contribution, Curves, Figure, Judged, Prf, Reliability, Tally, average_precision, bootstrap,
    coverage_error, lrap, macro_average_precision, ndcg_at, precision_at, precision_recall_curve,
    randomisation_test, recall_at, reliability_of_all, reliability_of_decided, reliability_of_tag,
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
    calibration_errors: Vec<f64>,
    curve: GoldenCurve,
    at_thresholds: Vec<GoldenPoint>,
    /// The ends of 95 % intervals by the figures' names.
    intervals: BTreeMap<String, [f64; 2]>,
    /// What is decided at a higher threshold.
    other_decided: Vec<Vec<u16>>,
    exchanges: BTreeMap<String, GoldenExchange>,
}

#[derive(Deserialize)]
struct GoldenCurve {
    thresholds: Vec<f32>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    average_precision: f64,
}

#[derive(Deserialize)]
struct GoldenPoint {
    threshold: f32,
    #[serde(flatten)]
    prf: GoldenPrf,
}

/// Of the first ten records.
#[derive(Deserialize)]
struct GoldenExchange {
    difference: f64,
    p_value: f64,
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
    /// Of a tag that occurs.
    average_precision: Option<f64>,
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
    average_precision: Vec<Option<f64>>,
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
fn assert_same(found: Option<f64>, expected: Option<f64>) {
    assert_eq!(found.is_some(), expected.is_some());
    assert_close(found.unwrap_or_default(), expected.unwrap_or_default());
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
    let judged = judged(&golden, &golden.scores);
    let tally = Tally::of(&judged);
    let figure = |figure| tally.figure(figure).unwrap();
    let prf = |[precision, recall, f1]: [Figure; 3]| Prf {
        precision: figure(precision),
        recall: figure(recall),
        f1: figure(f1),
    };
    assert_eq!(tally.records(), golden.gold.len());
    assert_prf(prf([Figure::MicroPrecision, Figure::MicroRecall, Figure::MicroF1]), &golden.averages.micro);
    assert_prf(prf([Figure::MacroPrecision, Figure::MacroRecall, Figure::MacroF1]), &golden.averages.macro_);
    assert_prf(
        prf([Figure::WeightedPrecision, Figure::WeightedRecall, Figure::WeightedF1]),
        &golden.averages.weighted,
    );
    assert_prf(
        prf([Figure::SamplesPrecision, Figure::SamplesRecall, Figure::SamplesF1]),
        &golden.averages.samples,
    );
    assert_close(figure(Figure::ExactMatch), golden.exact_match);
    assert_close(figure(Figure::NoTagShare), golden.no_tag_share);
    assert_close(figure(Figure::MeanTags), golden.mean_tags);
    assert_close(figure(Figure::Ece), golden.reliability_of_decided.ece);
    assert_eq!(tally.tags().len(), golden.tags.len());
    for (tag, (found, expected)) in tally.tags().iter().zip(&golden.tags).enumerate() {
        assert_eq!(found.support(), expected.support);
        assert_eq!(found.predicted(), expected.predicted);
        assert_eq!(found.tp, expected.true_positives);
        assert_prf(found.prf(), &expected.prf);
        assert_same(average_precision(judged.records(), tag), expected.average_precision);
    }
}

#[test]
fn headline_figures_of_the_ranking_are_those_of_scikit_learn() {
    let golden = golden();
    let tally = Tally::of(&judged(&golden, &golden.scores));
    let figure = |figure| tally.figure(figure).unwrap();
    let precision = [Figure::PAt1, Figure::PAt2, Figure::PAt3];
    let recall = [Figure::RAt1, Figure::RAt2, Figure::RAt3, Figure::RAt4, Figure::RAt5];
    precision
        .iter()
        .zip(&golden.ranking.precision)
        .for_each(|(at, expected)| assert_close(figure(*at), *expected));
    recall.iter().zip(&golden.ranking.recall).for_each(|(at, expected)| assert_close(figure(*at), *expected));
    assert_close(figure(Figure::NdcgAt3), golden.ranking.ndcg[2]);
    assert_close(figure(Figure::Lrap), golden.by_score.lrap);
    assert_close(figure(Figure::CoverageError), golden.by_score.coverage_error);
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
            assert_same(average_precision(judged.records(), tag), *expected);
        }
    }
}

#[test]
fn probabilities_are_binned_as_scikit_learn_does() {
    let golden = golden();
    let judged = judged(&golden, &golden.scores);
    assert_reliability(&reliability_of_decided(judged.records()).unwrap(), &golden.reliability_of_decided);
    assert_reliability(&reliability_of_all(judged.records()).unwrap(), &golden.reliability_of_all);
    for (tag, expected) in golden.calibration_errors.iter().enumerate() {
        let found = reliability_of_tag(judged.records(), tag).unwrap().expected_calibration_error();
        assert_close(found, *expected);
    }
}

#[test]
fn the_precision_recall_curve_is_that_of_scikit_learn() {
    let golden = golden();
    let judged = judged(&golden, &golden.scores);
    let found = precision_recall_curve(&judged).unwrap();
    let expected = &golden.curve;
    assert_eq!(found.len(), expected.thresholds.len());
    for (place, point) in found.iter().enumerate() {
        assert_close(f64::from(point.threshold), f64::from(expected.thresholds[place]));
        assert_close(point.micro.precision, expected.precision[place]);
        assert_close(point.micro.recall, expected.recall[place]);
    }
    for GoldenPoint { threshold, prf } in &golden.at_thresholds {
        let curves = Curves::of(&judged, DecisionRule { top: 3, threshold: *threshold }).unwrap();
        assert_close(curves.average_precision, expected.average_precision);
        assert_prf(curves.operating_point.micro, prf);
        let on_curve =
            curves.decisions.iter().find(|point| (point.threshold - threshold).abs() < 1e-6).unwrap();
        assert_prf(on_curve.micro, prf);
    }
}

fn contributions(golden: &Golden, decided: &[Vec<u16>]) -> Vec<Contribution> {
    let mut judged = Judged::new(golden.tags.len());
    for ((gold, decided), scores) in golden.gold.iter().zip(decided).zip(&golden.scores) {
        judged.push(gold, decided, Some(scores)).unwrap();
    }
    judged.records().iter().map(Contribution::from).collect()
}

/// 1000 resamples here and 10,000 there: the ends differ by chance, by a tenth of the interval at most.
#[test]
fn intervals_are_those_of_scipy_but_for_chance() {
    let golden = golden();
    let records = contributions(&golden, &golden.decided);
    for (name, [low, high]) in &golden.intervals {
        let figure = Figure::named(name).unwrap();
        let figures =
            |times: &[u32]| vec![Tally::resampled(golden.tags.len(), &records, times).figure(figure)];
        let found = bootstrap(records.len(), figures)[0].unwrap();
        let chance = 0.1 * (high - low);
        assert!((found.low - low).abs() <= chance, "{name}: expected {low}, found {found:?}");
        assert!((found.high - high).abs() <= chance, "{name}: expected {high}, found {found:?}");
    }
}

/// `SciPy` tries all exchanges of the answers to ten records; 4999 random ones are off by chance, by 0.03 at most.
#[test]
fn p_values_are_those_of_scipy_but_for_chance() {
    let golden = golden();
    let n_tags = golden.tags.len();
    let (a, b) = (contributions(&golden, &golden.decided), contributions(&golden, &golden.other_decided));
    for (name, expected) in &golden.exchanges {
        let figure = Figure::named(name).unwrap();
        let difference = |exchanged: &[bool]| {
            let (mut first, mut second) = (Tally::new(n_tags), Tally::new(n_tags));
            for ((a, b), exchanged) in a.iter().zip(&b).zip(exchanged) {
                first.add(if *exchanged { b } else { a }, 1);
                second.add(if *exchanged { a } else { b }, 1);
            }
            second.figure(figure).unwrap() - first.figure(figure).unwrap()
        };
        assert_close(difference(&[false; 10]), expected.difference);
        let found = randomisation_test(10, |exchanged| vec![Some(difference(exchanged))])[0].unwrap();
        assert!(
            (found - expected.p_value).abs() < 0.03,
            "{name}: expected {}, found {found}",
            expected.p_value
        );
    }
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
