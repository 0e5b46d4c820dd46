//! Evaluations: everything that is known of how good a model or a file of predictions is, and of which of two is better.
//!
//! [`Evaluation`] and [`Comparison`] hold data only. [`report`](crate::report) writes them for people, and serialised
//! they are the `--json` output of `evaluate`, `cross-validate` and `compare`.

mod answers;
mod comparison;
mod data;
mod errors;
mod figures;
mod groups;
mod learning_curve;
mod subject;

use serde::Serialize;

use crate::corpus::Labelled;
use crate::explain::Explainer;
use crate::metrics::{Curves, Estimate, Figures, Reliability, reliability_of_decided};
use crate::model::Model;
use crate::taxonomy::Taxonomy;

pub use answers::Answers;
pub use comparison::{Comparison, FigureDifference, Flip, Outcome, TagDifference, Verdict};
pub use data::{CoOccurrence, DataSummary};
pub(crate) use data::{co_occurrences, histogram};
pub use errors::{Confusion, Predicted, WorstRecord};
pub use groups::Group;
pub(crate) use groups::{all_classes, classes};
pub use learning_curve::{LearningPoint, read_learning_curve};
pub use subject::{Subject, TagName};

/// How good a model, or a file of predictions, is on some records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// What was judged, and by which records.
    pub subject: Subject,
    /// The headline figures, each with its 95 % interval; those that need unknown scores are `None`.
    pub figures: Figures<Estimate>,
    /// The same apart for kinds of record (`kind`, `length`, `language`) and of tag (`frequency`).
    pub groups: Vec<Group>,
    /// Every tag of the taxonomy, in its order.
    pub tags: Vec<TagEvaluation>,
    /// What other thresholds would give; `None` unless all tags of all records are scored.
    pub curves: Option<Curves>,
    /// The probabilities of the decided tags against outcomes; `None` unless all records are scored.
    pub reliability: Option<Reliability>,
    /// The pairs of tags most often confused, most frequent first.
    pub confusions: Vec<Confusion>,
    /// The records that are most confidently wrong, worst first.
    pub worst: Vec<WorstRecord>,
    /// What the records are like.
    pub data: DataSummary,
    /// How the figures grew with the training data, fewest records first; empty when nothing is known of it.
    pub learning_curve: Vec<LearningPoint>,
}

/// What an evaluation is made of.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The labelled records.
    pub examples: &'a [Labelled],
    /// What they were answered, in their order.
    pub answers: &'a Answers,
    /// The tags.
    pub taxonomy: &'a Taxonomy,
    /// How many records each tag was trained on; empty when it is not known.
    pub training_support: &'a [usize],
}

impl Evaluation {
    /// Takes all figures of some answers; the same for any number of threads.
    pub fn of(subject: Subject, basis: Basis) -> Self {
        let Basis { examples, answers: Answers { judged, rule }, taxonomy, .. } = basis;
        let (figures, tags, groups) = figures::estimate(basis);
        Self {
            subject,
            figures,
            groups,
            tags,
            curves: rule.and_then(|rule| Curves::of(judged, rule)),
            reliability: reliability_of_decided(judged.records()),
            confusions: errors::confusions(judged, taxonomy),
            worst: errors::worst(judged, examples, taxonomy),
            data: DataSummary::of(judged, taxonomy),
            learning_curve: Vec::new(),
        }
    }

    /// Adds the words that led `model`, whose answers were judged, to the wrong tags of the worst records.
    pub fn explain_worst(&mut self, basis: Basis, model: &Model) {
        let explainer = Explainer::new(model);
        let judged = &basis.answers.judged;
        for (worst, row) in self.worst.iter_mut().zip(errors::worst_rows(judged)) {
            worst.words = errors::words(&explainer, &basis.examples[row], &judged.records()[row]);
        }
    }
}

/// A tag and its figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagEvaluation {
    /// Which tag.
    #[serde(flatten)]
    pub tag: TagName,
    /// Records that have the tag.
    pub support: usize,
    /// Records that got the tag.
    pub predicted: usize,
    /// Records that have the tag and got it.
    pub true_positives: usize,
    /// The share of the records with the answer that have the tag.
    pub precision: Estimate,
    /// The share of the records that have the tag that got it.
    pub recall: Estimate,
    /// The harmonic mean of both.
    pub f1: Estimate,
    /// How well the tag's scores sort the records; `None` unless all records are scored.
    pub average_precision: Option<f64>,
    /// How far the tag's probabilities are from the share of records that have it, over all records (classwise
    /// expected calibration error, Kull et al. 2019); likewise.
    pub calibration_error: Option<f64>,
    /// The least probability at which it is given out; `None` when it is not known.
    pub threshold: Option<f32>,
}
