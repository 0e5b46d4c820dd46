//! An evaluation and a comparison for the tests of the pages, with texts as hostile as a record's may be.

use crate::corpus::Id;
use crate::decide::DecisionRule;
use crate::evaluation::{
    CoOccurrence, Comparison, Confusion, DataSummary, Evaluation, FigureDifference, Flip, Group,
    LearningPoint, Outcome, Predicted, Subject, TagDifference, TagEvaluation, TagName, Verdict, WorstRecord,
};
use crate::metrics::{Bin, CurvePoint, Curves, Estimate, Figures, Prf, Reliability};

/// What must never arrive in a page as it is.
pub const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=\"alert('2')\"> & more";

/// An evaluation in which everything is known, of `n_tags` tags (at least 2).
pub fn evaluation(n_tags: usize) -> Evaluation {
    Evaluation {
        subject: subject("my.safetensors"),
        figures: Figures::of(|_| Some(estimate(0.75))),
        groups: [("kind", "description"), ("kind", "readme"), ("frequency", "head"), ("frequency", "tail")]
            .map(group)
            .to_vec(),
        tags: (0..n_tags).map(|index| tag_evaluation(index, n_tags)).collect(),
        curves: Some(curves()),
        reliability: Some(reliability()),
        confusions: (0..n_tags - 1).map(confusion).collect(),
        worst: vec![worst()],
        data: DataSummary {
            records: 700,
            gold_tags: vec![20, 120, 300, 260],
            given_tags: vec![10, 150, 290, 250],
            co_occurrences: vec![CoOccurrence { tags: [tag(0), tag(1)], records: 41 }],
        },
        learning_curve: [500, 1_000, 2_000, 4_000].map(learning_point).to_vec(),
    }
}

/// A comparison that B wins.
pub fn comparison(n_tags: usize) -> Comparison {
    let difference = Estimate { value: 0.02, low: 0.005, high: 0.035 };
    Comparison {
        a: subject("old.safetensors"),
        b: subject("new.safetensors"),
        verdict: Verdict {
            outcome: Outcome::Better,
            sentence: "B is better: micro F1 +0.020 (+0.005 to +0.035).".to_owned(),
        },
        figures: Figures::of(|_| Some(FigureDifference { a: 0.73, b: 0.75, difference, p_value: 0.012 })),
        n_tags,
        tags: (0..n_tags)
            .map(|index| TagDifference { tag: tag(index), support: 10, a: 0.5, b: 0.52, difference })
            .collect(),
        flips: [0.5, -0.5].map(flip).to_vec(),
    }
}

fn subject(title: &str) -> Subject {
    Subject {
        title: title.to_owned(),
        data: vec!["held-out.jsonl".to_owned()],
        records: 700,
        rule: DecisionRule::new(3, 0.3).ok(),
        without: vec![],
        seen: None,
    }
}

fn estimate(value: f64) -> Estimate {
    Estimate { value, low: (value - 0.04).max(0.0), high: (value + 0.03).min(1.0) }
}

fn tag(index: usize) -> TagName {
    let name = if index == 0 { HOSTILE.to_owned() } else { format!("tag-{index:02} ") };
    TagName { id: Id::from(index as u64), name }
}

fn tag_evaluation(index: usize, n_tags: usize) -> TagEvaluation {
    let share = 1.0 - index as f64 / n_tags as f64;
    TagEvaluation {
        tag: tag(index),
        support: 200 / (index + 1),
        predicted: 190 / (index + 1),
        true_positives: 150 / (index + 1),
        precision: Some(estimate(share)),
        recall: Some(estimate(share * 0.9)),
        f1: Some(estimate(share * 0.95)),
        average_precision: Some(share),
        calibration_error: Some(0.01),
        threshold: Some(0.3),
    }
}

fn group((by, name): (&'static str, &'static str)) -> Group {
    let of_records = (by == "kind").then(|| estimate(0.9));
    Group {
        by,
        name,
        records: 350,
        tags: 40,
        p_at_1: of_records,
        r_at_3: of_records,
        micro_f1: Some(estimate(0.7)),
        macro_f1: Some(estimate(0.6)),
    }
}

/// Precision rises and recall falls with the threshold.
fn curves() -> Curves {
    let point = |step: usize| {
        let threshold = step as f64 / 40.0;
        let (precision, recall) = (0.4 + 0.6 * threshold.sqrt(), 1.0 - threshold * threshold);
        CurvePoint {
            threshold: threshold as f32,
            micro: Prf { precision, recall, f1: 2.0 * precision * recall / (precision + recall) },
        }
    };
    let points: Vec<_> = (0..=40).rev().map(point).collect();
    Curves {
        precision_recall: points.clone(),
        average_precision: 0.82,
        decisions: points,
        operating_point: point(12),
    }
}

fn reliability() -> Reliability {
    let bin = |index: usize| Bin {
        count: index * index * 3,
        mean_probability: (index as f64 + 0.5) / 10.0,
        share_right: (index as f64 / 10.0).powf(0.8),
    };
    Reliability { bins: std::array::from_fn(bin) }
}

fn confusion(index: usize) -> Confusion {
    Confusion {
        missed: tag(index / 3),
        said: tag(index + 1),
        records: 60 / (index + 2),
        share: 1.0 / (index + 2) as f64,
    }
}

fn worst() -> WorstRecord {
    WorstRecord {
        id: Some(Id::from(HOSTILE)),
        name: Some(HOSTILE.to_owned()),
        excerpt: HOSTILE.repeat(3),
        gold: vec![tag(0), tag(1)],
        predicted: [true, false].map(predicted).to_vec(),
        words: vec![HOSTILE.to_owned(), "broker".to_owned()],
    }
}

fn predicted(right: bool) -> Predicted {
    Predicted { tag: tag(usize::from(right)), score: Some(0.91), right }
}

fn learning_point(records: usize) -> LearningPoint {
    let figure = 0.9 - 50.0 / records as f64;
    LearningPoint { records, micro_f1: figure - 0.1, macro_f1: figure - 0.2, p_at_1: figure }
}

fn flip(change: f64) -> Flip {
    let [a, b] = [change < 0.0, change > 0.0].map(|right| vec![predicted(right)]);
    Flip { id: None, name: Some(HOSTILE.to_owned()), gold: vec![tag(1)], a, b, change }
}
