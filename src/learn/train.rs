//! Records to a model: fit the features, cross-fit the base level, stack on it, choose the threshold.

use rayon::prelude::*;

use super::examples::Examples;
use super::progress::Progress;
use super::stack::{self, StackedModel};
use super::trained::{Trained, card, judge};
use super::{Folds, TrainSettings, base, stacking};
use crate::corpus::Labelled;
use crate::decide::{DecisionRule, best_threshold};
use crate::error::Result;
use crate::features::{AliasMatcher, Encoded, Features, spellings};
use crate::model::{Model, QuantisedBase};
use crate::taxonomy::Taxonomy;

/// Trains a model of `taxonomy` on `examples`.
///
/// The same examples in the same order and the same settings give the same model, however many threads there are.
///
/// # Errors
/// When a setting is out of range, or there are too few records to hold some out.
pub fn train(
    examples: Vec<Labelled>,
    taxonomy: Taxonomy,
    settings: &TrainSettings,
    progress: &dyn Progress,
) -> Result<Trained> {
    settings.check()?;
    let examples = Examples::read(examples, &settings.features.text, progress)?;
    let labels = examples.fittable_labels(&taxonomy, |_| false, progress);
    let folds = Folds::new(&examples.digests, settings.folds, settings.seed);
    let tags = taxonomy.len();

    progress.stage("choosing features", 1);
    let always: Vec<&str> = taxonomy.tags().iter().flat_map(spellings).collect();
    let features = Features::fit(&examples.documents, &settings.features, &always)?;
    let encoded: Vec<Encoded> =
        examples.documents.par_iter().map(|document| features.encode(document)).collect();
    let matrix = features.matrix(&encoded);
    progress.step();

    let step = || progress.step();
    progress.stage("base level", base::work(tags, &folds, settings.base()));
    let words = features.words_matrix(&matrix);
    let (base, logits) = base::cross_fit(&matrix, &words, &labels, &folds, settings.base(), &step);
    drop((matrix, words));

    let aliases = AliasMatcher::new(&taxonomy, features.vocabulary());
    let rows = stacking::rows(logits, &examples, &encoded, &aliases);
    drop(encoded);

    progress.stage("stacked level", (folds.count + 1) * tags);
    let fit = |tag: usize, training: &[usize], start: Option<&StackedModel>| {
        let records = training.iter().map(|row| (&rows[*row], labels.has(*row, tag)));
        let model = stack::fit(records, tag, tags, &settings.stack, start);
        step();
        model
    };
    let (stack, probabilities) = stacking::cross_fit(tags, &rows, &folds, fit)?;

    let threshold = best_threshold(&probabilities, &examples.gold, DecisionRule::DEFAULT_TOP);
    let rule = DecisionRule { top: DecisionRule::DEFAULT_TOP, threshold };
    let summary = judge(&rule, &probabilities, &examples.gold)?;
    let card = card(&examples, settings.clone(), folds.count, &summary);
    Ok(Trained {
        model: Model::new(taxonomy, features, QuantisedBase::quantise(&base), stack, rule, card),
        summary,
    })
}
