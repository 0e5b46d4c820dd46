//! What comes out of a training: a model and how good it was in cross-validation.

use serde_json::value::to_raw_value;

use super::TrainSettings;
use super::examples::Examples;
use crate::decide::DecisionRule;
use crate::error::{Error, Result};
use crate::metrics::{Figure, Judged, TagCounts, Tally};
use crate::model::{Card, CrossValidation, Model};

/// A trained model and the out-of-fold view of its own training data.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// The sums from which the cross-validated figures of the decision rule follow.
    pub tally: Tally,
    /// The out-of-fold probabilities behind them: those of all tags, for each record in its order.
    pub probabilities: Vec<Vec<f32>>,
}

/// The sums for the figures of `rule` on the `probabilities` of records with the tags `gold`.
pub fn judge(rule: &DecisionRule, probabilities: &[Vec<f32>], gold: &[Vec<u16>]) -> Result<Tally> {
    let mut judged = Judged::new(probabilities.first().map_or(0, Vec::len));
    for (probabilities, gold) in probabilities.iter().zip(gold) {
        let decided = rule.decide(probabilities, |_| true);
        judged.push(gold, &decided, Some(probabilities)).map_err(|problem| Error::Training {
            problem,
            help: "scale the features or lower linear.c and stack.c".to_owned(),
        })?;
    }
    Ok(Tally::of(&judged))
}

/// The card of a model trained on `examples`.
pub fn card(examples: &Examples, settings: &TrainSettings, folds: usize, tally: &Tally) -> Result<Card> {
    let settings = to_raw_value(settings).map_err(|error| Error::Training {
        problem: format!("the settings are nothing that JSON can hold: {error}"),
        help: "mend them".to_owned(),
    })?;
    Ok(Card {
        trained_by: format!("tagwright {}", env!("CARGO_PKG_VERSION")),
        records: examples.gold.len(),
        support: tally.tags().iter().map(TagCounts::support).collect(),
        data_digest: examples.digest(),
        adapted_from: None,
        settings,
        cross_validation: CrossValidation {
            folds,
            p_at_1: tally.figure(Figure::PAt1),
            r_at_3: tally.figure(Figure::RAt3),
            micro_f1: tally.figure(Figure::MicroF1),
            macro_f1: tally.figure(Figure::MacroF1),
        },
    })
}
