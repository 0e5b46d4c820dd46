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
#[cfg(test)]
pub(crate) mod testing;

use serde::Serialize;

use crate::corpus::Labelled;
use crate::explain::Explainer;
use crate::metrics::{Curves, Estimate, Figure, Figures, Reliability, reliability_of_decided};
use crate::model::Model;
use crate::taxonomy::Taxonomy;

pub use answers::Answers;
pub(crate) use comparison::LEVEL;
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
    /// The headline figures, each with its 95 % interval; `None` where [`why_unknown`](Self::why_unknown) says why.
    pub figures: Figures<Estimate>,
    /// The same apart for kinds of record (`kind`, `length`, `language`) and of tag (`frequency`); those of no record
    /// are left out.
    pub groups: Vec<Group>,
    /// Every tag of the taxonomy, in its order.
    pub tags: Vec<TagEvaluation>,
    /// What other thresholds would give; `None` unless all tags of all records are scored and some record has a tag.
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

    /// Why a headline figure that is `None` is not known.
    pub fn why_unknown(&self, figure: Figure) -> &'static str {
        if figure.needs_gold() && self.tags.iter().all(|tag| tag.support == 0) {
            "no record has a tag of its own"
        } else if figure.needs_given() && self.tags.iter().all(|tag| tag.predicted == 0) {
            "no record got a tag"
        } else {
            "it needs a score for every tag of every record"
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
    /// The share of the records that got the tag that have it; `None` when none got it.
    pub precision: Option<Estimate>,
    /// The share of the records that have the tag that got it; `None` when none has it.
    pub recall: Option<Estimate>,
    /// The harmonic mean of both; 0 when none got it, `None` when none has it.
    pub f1: Option<Estimate>,
    /// How well the tag's scores sort the records; `None` unless all records are scored and some record has it.
    pub average_precision: Option<f64>,
    /// How far the tag's probabilities are from the share of records that have it, over all records (classwise
    /// expected calibration error, Kull et al. 2019); likewise.
    pub calibration_error: Option<f64>,
    /// The least probability at which it is given out; `None` when it is not known.
    pub threshold: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::testing::{comparison, evaluation, evaluation_of_decisions};
    use super::*;

    #[test]
    fn groups_of_records_come_in_order_and_only_when_they_have_some() {
        let groups = evaluation().groups;
        let names: Vec<_> = groups.iter().map(|group| (group.by, group.name, group.records)).collect();
        let expected = [
            ("kind", "description", 3),
            ("kind", "readme", 1),
            ("length", "under 200", 3),
            ("length", "2000 to 4999", 1),
            ("language", "english", 3),
            ("language", "other", 1),
        ];
        assert_eq!(names[..6], expected);
        let other = &groups[5];
        assert_eq!((other.p_at_1.unwrap().value, other.r_at_3.unwrap().value, other.tags), (0.0, 1.0, 1));
    }

    #[test]
    fn macro_f1_of_a_group_is_over_the_tags_that_its_records_have() {
        let groups = evaluation().groups;
        let value = |estimate: Option<Estimate>| estimate.unwrap().value;
        assert!((value(groups[1].micro_f1) - 2.0 / 3.0).abs() < 1e-12, "{:?}", groups[1]);
        assert!((value(groups[1].macro_f1) - 1.0).abs() < 1e-12 && groups[1].tags == 1, "{:?}", groups[1]);
    }

    #[test]
    fn tags_fall_into_thirds_by_training_count() {
        // From the most frequent to the least: 2 | 3 | 0, 1.
        let groups = evaluation().groups;
        let figures: Vec<_> =
            groups[6..].iter().map(|group| (group.name, group.records, group.tags)).collect();
        assert_eq!(figures, [("head", 3, 1), ("tail", 3, 2)]);
        assert!((groups[6].micro_f1.unwrap().value - 0.8).abs() < 1e-12 && groups[6].p_at_1.is_none());
    }

    #[test]
    fn what_needs_scores_is_not_known_without_them() {
        let (scored, decided) = (evaluation(), evaluation_of_decisions());
        for (figure, estimate) in decided.figures.iter() {
            assert_eq!(estimate.is_none(), figure.needs_scores(), "{figure:?}");
        }
        assert_eq!(decided.figures.get(Figure::MicroF1), scored.figures.get(Figure::MicroF1));
        assert!(decided.curves.is_none() && decided.reliability.is_none() && decided.worst.len() == 2);
        assert!(decided.tags.iter().all(|tag| tag.average_precision.is_none() && tag.threshold.is_none()));
        assert!(decided.groups.iter().all(|group| group.by != "frequency"));
    }

    #[test]
    fn the_most_confident_error_comes_first() {
        let worst = evaluation().worst;
        let names: Vec<_> = worst.iter().map(|worst| worst.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["a/paint", "a/engine"]);
        assert!(worst[1].excerpt.starts_with("Scenes and sprites Draws scenes with sprites. Draws"));
        assert!(worst[1].excerpt.ends_with('…') && worst[1].excerpt.chars().count() <= 241);
    }

    #[test]
    fn a_record_that_is_missed_and_mistaken_is_a_confusion() {
        let confusions = evaluation().confusions;
        let [only] = confusions.as_slice() else { panic!("{confusions:?}") };
        assert_eq!((only.missed.label(), only.said.label(), only.records), ("web-app", "game-engine", 1));
        assert!((only.share - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_data_are_counted() {
        let data = evaluation().data;
        assert_eq!((data.gold_tags, data.given_tags), (vec![1, 2, 1], vec![1, 1, 2]));
        assert_eq!(data.co_occurrences[0].tags.each_ref().map(TagName::label), ["cli", "game-engine"]);
    }

    #[test]
    fn a_record_flips_when_one_answers_it_better() {
        let Comparison { flips, tags, verdict, .. } = comparison();
        let changes: Vec<_> = flips.iter().map(|flip| (flip.name.as_deref().unwrap(), flip.change)).collect();
        assert_eq!(changes, [("a/engine", 1.0 - 2.0 / 3.0)]);
        assert_eq!(tags[0].tag.label(), "game-engine");
        assert_eq!(verdict.outcome, Outcome::NoDifference);
    }
}
