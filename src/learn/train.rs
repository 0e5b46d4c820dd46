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
use crate::model::{Model, QuantisedBase, Seen};
use crate::taxonomy::Taxonomy;
use crate::text::copies;

/// How many stages [`train`] tells its progress of.
pub const STAGES: usize = 4;

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
    examples.warn_of_little_data(progress);
    labels.warn_of_tags_of_all(&taxonomy, progress);
    let folds = Folds::new(&examples.digests, settings.folds, settings.seed);
    folds.warn_of_copies(&copies(&examples.documents), progress);
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
        let judged = training.iter().filter(|row| labels.is_judged(**row, tag));
        let records = judged.map(|row| (&rows[*row], labels.has(*row, tag)));
        let model = stack::fit(records, tag, tags, &settings.stack, start);
        step();
        model
    };
    let (stack, mut probabilities) = stacking::cross_fit(tags, &rows, &folds, fit)?;
    examples.keep_judged(&mut probabilities);

    let threshold = best_threshold(&probabilities, &examples.gold, DecisionRule::DEFAULT_TOP);
    let rule = DecisionRule { top: DecisionRule::DEFAULT_TOP, threshold };
    let tally = judge(&rule, &probabilities, &examples.gold)?;
    let card = card(&examples, settings, folds.count, &tally)?;
    let seen = Seen::default().with(&examples.digests);
    Ok(Trained {
        model: Model::new(taxonomy, features, QuantisedBase::quantise(&base), stack, rule, card, Some(seen)),
        tally,
        probabilities,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::error::{Error, Location};
    use crate::learn::Silent;
    use crate::metrics::Figure;
    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![tag(1, "parser"), tag(2, "queue"), tag(3, "yaml")]).unwrap()
    }

    fn example(line: usize) -> Labelled {
        let text = ["reads logs into fields", "hands out jobs in order"][line % 2];
        let record = Record { description: Some(format!("{text}, version {line}")), ..Record::default() };
        Labelled { at: Location::line("t.jsonl", line), record, tags: vec![line % 2], judged: None }
    }

    #[test]
    fn what_can_be_learned_is_learned_and_the_rest_goes_by_name() {
        let trained =
            train((0..30).map(example).collect(), taxonomy(), &TrainSettings::default(), &Silent).unwrap();
        let probabilities = |text: &str| {
            let record = Record { description: Some(text.to_owned()), ..Record::default() };
            trained.model.probabilities(&record)
        };
        let decide = |text: &str| trained.model.rule().decide(&probabilities(text), |_| true);
        assert_eq!(decide("logs into fields"), [0]);
        assert_eq!(decide("jobs in order"), [1]);
        assert!(probabilities("logs into fields")[2] < 0.1);
        assert!(probabilities("logs into fields of yaml")[2] >= 0.5);
        assert!(trained.tally.figure(Figure::MicroF1).unwrap() > 0.9);
        assert_eq!(trained.model.card().support, [15, 15, 0]);
    }

    #[test]
    fn one_record_is_too_few() {
        let error = train(vec![example(0)], taxonomy(), &TrainSettings::default(), &Silent).unwrap_err();
        assert!(matches!(error, Error::Training { .. }));
        assert!(error.to_string().starts_with("cannot train: 1 labelled records; give at least 2"));
    }
}
