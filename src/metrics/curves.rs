//! What other thresholds would give.

use rayon::prelude::*;
use serde::Serialize;

use super::{Judged, JudgedRecord, Prf};
use crate::decide::DecisionRule;

/// A thinned precision-recall curve has at most this many points, and two more.
const RECALL_STEPS: usize = 200;
/// How many thresholds the decisions are shown at, besides 0.
const THRESHOLDS: u16 = 100;

/// Micro-averaged precision, recall and F1 over the threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// The [`precision_recall_curve`], thinned to one point for every half percent of recall.
    pub precision_recall: Vec<CurvePoint>,
    /// The area under it (`average_precision_score(average="micro")`).
    pub average_precision: f64,
    /// What the decision rule, with its limit of tags per record, gives at the thresholds 1.00, 0.99, … 0.00.
    pub decisions: Vec<CurvePoint>,
    /// What it gives at its own threshold.
    pub operating_point: CurvePoint,
}

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The least probability of a tag that is given.
    pub threshold: f32,
    /// Micro-averaged precision, recall and F1.
    #[serde(flatten)]
    pub micro: Prf,
}

/// A probability, and whether its tag is a gold tag.
type Scored = (f32, bool);

impl Curves {
    /// The curves of `judged`, whose decisions were made by `rule`; `None` unless every record has scores and some
    /// record has a tag.
    pub fn of(judged: &Judged, rule: DecisionRule) -> Option<Self> {
        let support = support(judged);
        if support == 0 {
            return None;
        }
        let scored = all_scored(judged)?;
        let decisions = decisions(judged, rule.top)?;
        let at = |threshold| {
            let count = decisions.partition_point(|(probability, _)| *probability >= threshold);
            let right = decisions[..count].iter().filter(|(_, right)| *right).count();
            CurvePoint { threshold, micro: Prf::of(right, count, support) }
        };
        Some(Self {
            precision_recall: thinned(points(&scored, support)),
            average_precision: area(points(&scored, support)),
            decisions: (0..=THRESHOLDS)
                .rev()
                .map(|step| at(f32::from(step) / f32::from(THRESHOLDS)))
                .collect(),
            operating_point: at(rule.threshold),
        })
    }
}

/// Precision, recall and F1 of giving every tag of every record at or above a threshold, for each threshold that is
/// the probability of some tag, from the highest to the lowest (`precision_recall_curve` of the flattened matrices).
///
/// `None` unless every record has scores.
///
/// ```
/// use tagwright::metrics::{Judged, precision_recall_curve};
///
/// let mut judged = Judged::new(2);
/// judged.push(&[0], &[], Some(&[0.75, 0.5]))?;
/// judged.push(&[1], &[], Some(&[0.1, 0.5]))?;
/// let curve = precision_recall_curve(&judged).unwrap();
/// assert_eq!(curve.iter().map(|point| point.threshold).collect::<Vec<_>>(), [0.75, 0.5, 0.1]);
/// assert_eq!((curve[0].micro.precision, curve[0].micro.recall), (1.0, 0.5));
/// assert_eq!((curve[1].micro.precision, curve[1].micro.recall), (2.0 / 3.0, 1.0));
/// # Ok::<(), String>(())
/// ```
pub fn precision_recall_curve(judged: &Judged) -> Option<Vec<CurvePoint>> {
    Some(points(&all_scored(judged)?, support(judged)).collect())
}

fn support(judged: &Judged) -> usize {
    judged.records().iter().map(|record| record.gold().len()).sum()
}

/// All probabilities of all records, highest first.
fn all_scored(judged: &Judged) -> Option<Vec<Scored>> {
    let mut all = Vec::with_capacity(judged.records().len() * judged.n_tags());
    for record in judged.records() {
        all.extend((0..).zip(record.scores()?).map(|(tag, score)| (*score, record.is_gold(tag))));
    }
    all.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    Some(all)
}

/// The probabilities of what a rule with that limit and no threshold decides, highest first.
fn decisions(judged: &Judged, top: usize) -> Option<Vec<Scored>> {
    let everything = DecisionRule { top, threshold: 0.0 };
    let of_record = |record: &JudgedRecord| -> Option<Vec<Scored>> {
        let scores = record.scores()?;
        let tags = everything.decide(scores, |_| true);
        Some(tags.into_iter().map(|tag| (scores[usize::from(tag)], record.is_gold(tag))).collect())
    };
    let mut all = judged.records().par_iter().map(of_record).collect::<Option<Vec<_>>>()?.concat();
    all.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    Some(all)
}

/// A point for each different probability.
fn points(scored: &[Scored], support: usize) -> impl Iterator<Item = CurvePoint> {
    let (mut passed, mut right) = (0, 0);
    scored.chunk_by(|a, b| a.0 <= b.0).map(move |tied| {
        passed += tied.len();
        right += tied.iter().filter(|(_, gold)| *gold).count();
        CurvePoint { threshold: tied[0].0, micro: Prf::of(right, passed, support) }
    })
}

/// `Σ (Rₙ − Rₙ₋₁) Pₙ`.
fn area(points: impl Iterator<Item = CurvePoint>) -> f64 {
    let (mut recall, mut area) = (0.0, 0.0);
    for CurvePoint { micro, .. } in points {
        area += (micro.recall - recall) * micro.precision;
        recall = micro.recall;
    }
    area
}

/// The first point of each step of recall, and the last of all.
fn thinned(points: impl Iterator<Item = CurvePoint>) -> Vec<CurvePoint> {
    let step = |point: &CurvePoint| (point.micro.recall * RECALL_STEPS as f64) as usize;
    let mut kept: Vec<CurvePoint> = Vec::new();
    let mut last = None;
    for point in points {
        if kept.last().is_none_or(|kept| step(kept) < step(&point)) {
            kept.push(point);
        }
        last = Some(point);
    }
    kept.extend(last.filter(|last| kept.last() != Some(last)));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(records: u16, rule: DecisionRule) -> Judged {
        let mut judged = Judged::new(4);
        for record in 0..records {
            let score = |tag: u16| f32::from((record * 31 + tag * 17) % 100) / 100.0;
            let scores: Vec<f32> = (0..4).map(score).collect();
            judged.push(&[record % 4], &rule.decide(&scores, |_| true), Some(&scores)).unwrap();
        }
        judged
    }

    #[test]
    fn the_operating_point_is_that_of_the_decisions() {
        let rule = DecisionRule { top: 2, threshold: 0.4 };
        let judged = judged(50, rule);
        let point = Curves::of(&judged, rule).unwrap().operating_point;
        assert_eq!(point.micro, super::super::micro_average(super::super::Tally::of(&judged).tags()));
    }

    #[test]
    fn curves_are_bounded_and_keep_their_ends() {
        let rule = DecisionRule { top: 3, threshold: 0.5 };
        let judged = judged(2000, rule);
        let all = precision_recall_curve(&judged).unwrap();
        let curves = Curves::of(&judged, rule).unwrap();
        assert!(curves.precision_recall.len() <= RECALL_STEPS + 2);
        assert_eq!(curves.precision_recall.first(), all.first());
        assert_eq!(curves.precision_recall.last(), all.last());
        assert_eq!(curves.decisions.len(), 101);
        assert_eq!((curves.decisions[0].threshold, curves.decisions[100].threshold), (1.0, 0.0));
    }

    #[test]
    fn the_area_is_the_average_precision() {
        let rule = DecisionRule { top: 1, threshold: 0.5 };
        let mut judged = Judged::new(1);
        for (gold, score) in [(&[][..], 0.1), (&[], 0.4), (&[0], 0.35), (&[0], 0.8)] {
            judged.push(gold, &rule.decide(&[score], |_| true), Some(&[score])).unwrap();
        }
        let expected = super::super::average_precision(judged.records(), 0).unwrap();
        assert!((Curves::of(&judged, rule).unwrap().average_precision - expected).abs() < 1e-12);
    }

    #[test]
    fn without_scores_there_are_no_curves() {
        let mut judged = Judged::new(1);
        judged.push(&[0], &[0], None).unwrap();
        assert_eq!(precision_recall_curve(&judged), None);
        assert_eq!(Curves::of(&judged, DecisionRule { top: 1, threshold: 0.5 }), None);
    }
}
