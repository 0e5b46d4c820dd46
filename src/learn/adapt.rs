//! A known model and a few new records to a model that follows both.
//!
//! Text becomes features as in the known model. Its linear models and its stacked level are fitted again, pulled
//! towards what they were and not towards zero; its network stays as it is. A tag that the model does not know has
//! nothing to be pulled to and is learned as in a training.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::base::{Head, LinearModels, LinearSettings, Prior, linear};
use super::examples::Examples;
use super::matching::{Matching, matched};
use super::reference::warn_of_losses;
use super::stack::{self, StackedModel};
use super::trained::{card, judge};
use super::{Folds, Labels, MIN_SUPPORT, Progress, TrainSettings, Trained, stacking};
use crate::corpus::Labelled;
use crate::decide::{DecisionRule, best_threshold};
use crate::error::{Error, Result};
use crate::features::{AliasMatcher, Encoded};
use crate::limits;
use crate::model::{Card, Model, QuantisedBase, QuantisedMatrix};
use crate::taxonomy::Taxonomy;
use crate::text::copies;

/// The weight C of a new tag's losses in the stacked level, where little holds it back.
const NEW_TAG_STACK_C: f32 = 1.0;
/// The known threshold counts as much as the best one on this many new records.
const THRESHOLD_RECORDS: f32 = 500.0;
/// Every record is visited at most this often; there are few.
const EPOCHS: usize = 50;

/// How a model is adapted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdaptSettings {
    /// The weight C of the new records' losses against the distance to the known linear models; above 0.
    pub c: f32,
    /// The same for the stacked level; above 0.
    pub stack_c: f32,
}

impl Default for AdaptSettings {
    fn default() -> Self {
        Self { c: 0.1, stack_c: 0.02 }
    }
}

impl AdaptSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`](crate::Error::Setting) for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::ADAPT_C.check(f64::from(self.c))?;
        limits::ADAPT_STACK_C.check(f64::from(self.stack_c))
    }
}

/// Adapts `model` to `examples` labelled with `taxonomy`: tags that the model lacks are learned, those that `taxonomy`
/// lacks are forgotten. `matching` says what makes a tag of the two the same where ids and names contradict each other.
///
/// Of the `settings`, `seed`, `folds` and `adapt` count; the rest stays the known model's. The same model, examples in
/// the same order and settings give the same model, however many threads there are.
///
/// # Errors
/// When a setting is out of range, ids and names of the tags contradict each other, or there are too few records to hold some
/// out.
pub fn adapt(
    model: &Model,
    examples: Vec<Labelled>,
    taxonomy: Taxonomy,
    matching: Option<Matching>,
    settings: &TrainSettings,
    progress: &dyn Progress,
) -> Result<Trained> {
    settings.check()?;
    let own = model.card().train_settings()?;
    let features = model.features();
    let tags = matched(&taxonomy, model.taxonomy(), matching, progress)?;
    let known = Known { model, tags };
    let examples = Examples::read(examples, &features.settings().text, progress)?;
    let labels = examples.fittable_labels(&taxonomy, |tag| known.tags[tag].is_some(), progress);
    known.check(&labels, &taxonomy, progress)?;
    examples.warn_of_little_data(progress);
    let folds = Folds::new(&examples.digests, settings.folds, settings.seed);
    folds.warn_of_copies(&copies(&examples.documents), progress);
    let tags = taxonomy.len();
    let encoded: Vec<Encoded> =
        examples.documents.par_iter().map(|document| features.encode(document)).collect();
    let matrix = features.matrix(&encoded);

    let step = || progress.step();
    progress.stage("base level", (folds.count + 1) * linear::work(tags));
    let solver = LinearSettings { epochs: EPOCHS, ..own.linear };
    let c: Vec<f32> =
        known.tags.iter().map(|tag| if tag.is_some() { settings.adapt.c } else { own.linear.c }).collect();
    let old = known.linear();
    let prior = Some(Prior { models: &old, c: &c });
    let every_row: Vec<usize> = (0..matrix.rows()).collect();
    let linear = linear::fit(&matrix, &labels, &every_row, &solver, settings.seed, prior, &step);
    let mut logits = linear::cross_fit(&matrix, &labels, &folds, &solver, settings.seed, prior, &step);
    let base = known.base(&linear, &labels);
    let words = features.words_matrix(&matrix);
    logits.par_iter_mut().enumerate().for_each(|(row, logits)| {
        let (words, values) = words.row(row);
        let words: Vec<(u32, f32)> = words.iter().copied().zip(values.iter().copied()).collect();
        base.average_with_network(&words, logits);
    });
    drop((old, linear, matrix, words));

    let aliases = AliasMatcher::new(&taxonomy, features.vocabulary());
    let rows = stacking::rows(logits, &examples, &encoded, &aliases);
    progress.stage("stacked level", (folds.count + 1) * tags);
    let support = labels.support();
    let fit = |tag: usize, training: &[usize], _: Option<&StackedModel>| {
        let judged = training.iter().filter(|row| labels.is_judged(**row, tag));
        let records = judged.map(|row| (&rows[*row], labels.has(*row, tag)));
        let model = match known.stacked(tag) {
            Some(stacked) => stack::adapt(records, tag, &stacked, settings.adapt.stack_c, settings.seed),
            None if support[tag] == 0 => StackedModel::of_mentions(stack::columns(tags)),
            None => stack::adapt(records, tag, &StackedModel::of_base(tags), NEW_TAG_STACK_C, settings.seed),
        };
        step();
        Ok(model)
    };
    let (stack, mut probabilities) = stacking::cross_fit(tags, &rows, &folds, fit)?;
    examples.keep_judged(&mut probabilities);

    let DecisionRule { top, threshold } = model.rule();
    let records = examples.judged_records(tags);
    let share = records / (records + THRESHOLD_RECORDS);
    let best = best_threshold(&probabilities, &examples.gold, top);
    let rule = DecisionRule { top, threshold: threshold + share * (best - threshold) };
    let tally = judge(&rule, &probabilities, &examples.gold)?;
    let settings = TrainSettings { seed: settings.seed, folds: settings.folds, adapt: settings.adapt, ..own };
    let card = Card {
        adapted_from: Some(model.card().data_digest.clone()),
        ..card(&examples, &settings, folds.count, &tally)?
    };
    let seen = model.seen().map(|seen| seen.clone().with(&examples.digests));
    let adapted = Model::new(taxonomy, features.clone(), base, stack, rule, card, seen);
    warn_of_losses(model, &adapted, &known.tags, progress);
    Ok(Trained { model: adapted, tally, probabilities })
}

/// What the known model knows of the tags of another taxonomy.
struct Known<'a> {
    model: &'a Model,
    /// The known tag that every tag is, if any.
    tags: Vec<Option<usize>>,
}

impl Known<'_> {
    /// Warns of what the records say of tags without meaning it.
    ///
    /// # Errors
    /// When all records that were judged for a new tag have it: it would be given to every other record.
    fn check(&self, labels: &Labels, taxonomy: &Taxonomy, progress: &dyn Progress) -> Result<()> {
        let support = labels.support();
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            if support[index] < MIN_SUPPORT || support[index] < labels.judged(index) {
                continue;
            }
            if self.tags[index].is_none() {
                return Err(Error::Training {
                    problem: format!(
                        "all {} records that were judged for the new tag {:?} have it, so it would be given to \
                         every record",
                        support[index],
                        tag.key()
                    ),
                    help: "add records that do not have it, at least as many".to_owned(),
                });
            }
            progress.warn(&format!(
                "all {} records that were judged for the tag {:?} have it: nothing says when it does not apply, and \
                 the model will give it more often to all records; add records that do not have it",
                support[index],
                tag.key()
            ));
        }
        let denied = |tag: &usize| support[*tag] == 0 && labels.judged(*tag) > 0 && self.tags[*tag].is_some();
        let denied = (0..taxonomy.len()).filter(denied).count();
        if denied > 0 {
            progress.warn(&format!(
                "{denied} of {} tags are in none of the records: each of them counts as denied {} times, and the \
                 model will give it less often; if these tags were not looked for, name those that were with \
                 --only-tags, or in each record's \"judged_tags\"",
                taxonomy.len(),
                labels.records(),
            ));
        }
        Ok(())
    }

    /// The values of the tags out of the `known` ones, `new` for every tag that is not known.
    fn select(&self, known: &[f32], new: f32) -> Vec<f32> {
        self.tags.iter().map(|tag| tag.map_or(new, |tag| known[tag])).collect()
    }

    /// The linear models, with zero weights for new tags.
    fn linear(&self) -> LinearModels {
        let base = self.model.base();
        let weights = (0..).zip(base.weights.scales()).flat_map(|(row, _)| {
            let mut weights = vec![0.0; base.weights.width()];
            base.weights.add_row(row, 1.0, &mut weights);
            self.select(&weights, 0.0)
        });
        LinearModels {
            tags: self.tags.len(),
            weights: weights.collect(),
            intercepts: self.select(&base.intercepts, 0.0),
        }
    }

    /// The base level with other `linear` models. The network has no weights for a new tag: it knows how frequent
    /// the tag is among the records and nothing else.
    fn base(&self, linear: &LinearModels, labels: &Labels) -> QuantisedBase {
        let support = labels.support();
        let network = self.model.base().network.as_ref().map(|(embedding, head)| {
            let width = head.hidden.len();
            let mut output = Vec::with_capacity(self.tags.len() * width);
            let mut intercepts = Vec::with_capacity(self.tags.len());
            for (new, (tag, &support)) in self.tags.iter().zip(&support).enumerate() {
                if let Some(tag) = *tag {
                    output.extend(&head.output[tag * width..][..width]);
                    intercepts.push(head.intercepts[tag]);
                } else {
                    output.resize(output.len() + width, 0.0);
                    intercepts.push(log_odds(support, labels.judged(new)));
                }
            }
            (embedding.clone(), Head { hidden: head.hidden.clone(), output, intercepts })
        });
        QuantisedBase {
            weights: QuantisedMatrix::quantise(&linear.weights, linear.tags),
            intercepts: linear.intercepts.clone(),
            network,
        }
    }

    /// The stacked model of `tag`, if it is known; the logits of new tags have no weight in it.
    fn stacked(&self, tag: usize) -> Option<StackedModel> {
        let StackedModel { weights, intercept } = &self.model.stack()[self.tags[tag]?];
        let (logits, others) = weights.split_at(self.model.taxonomy().len());
        let mut weights = self.select(logits, 0.0);
        weights.extend(others);
        Some(StackedModel { weights, intercept: *intercept })
    }
}

/// The log-odds of `count` out of `records`, half a record added to both sides so that they are finite.
fn log_odds(count: usize, records: usize) -> f32 {
    ((count as f32 + 0.5) / ((records - count) as f32 + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::error::Location;
    use crate::learn::{Silent, train};
    use crate::taxonomy::testing::tag;

    const WORDS: [&str; 3] = ["terminal", "database", "camera"];

    fn taxonomy(tags: &[(u64, &str)]) -> Taxonomy {
        let tags = tags.iter().map(|(id, name)| tag(*id, name));
        Taxonomy::new(tags.collect()).unwrap()
    }

    fn record(number: usize, word: &str) -> Record {
        let description = format!("A {word} helper, number {number}, for {word} people");
        Record { description: Some(description), ..Record::default() }
    }

    /// Records of every word in turn, each with the tag that `tag_of` gives to its word.
    fn examples(count: usize, tag_of: [Option<usize>; 3]) -> Vec<Labelled> {
        let example = |number: usize| Labelled {
            at: Location::line("d.jsonl", number + 1),
            record: record(number, WORDS[number % 3]),
            tags: tag_of[number % 3].into_iter().collect(),
            judged: None,
        };
        (0..count).map(example).collect()
    }

    fn known() -> Model {
        let mut settings = TrainSettings::default();
        settings.network.hidden = 8;
        let taxonomy = taxonomy(&[(1, "shell"), (2, "storage"), (3, "photo")]);
        train(examples(90, [Some(0), Some(1), Some(2)]), taxonomy, &settings, &Silent).unwrap().model
    }

    fn adapted(model: &Model, examples: Vec<Labelled>, taxonomy: Taxonomy, settings: AdaptSettings) -> Model {
        let settings = TrainSettings { adapt: settings, ..TrainSettings::default() };
        adapt(model, examples, taxonomy, Some(Matching::Id), &settings, &Silent).unwrap().model
    }

    /// The id of the most probable tag for a word.
    fn best(model: &Model, word: &str) -> String {
        let probabilities = model.probabilities(&record(7, word));
        let rule = DecisionRule { top: 1, threshold: 0.0 };
        model.taxonomy().tags()[usize::from(rule.decide(&probabilities, |_| true)[0])].id.text()
    }

    #[test]
    fn records_of_no_weight_change_nothing() {
        let model = known();
        let settings = AdaptSettings { c: 1e-6, stack_c: 1e-6 };
        let other = [Some(2), Some(0), None];
        let same = adapted(&model, examples(30, other), model.taxonomy().clone(), settings);
        for word in WORDS {
            let pairs =
                model.probabilities(&record(1, word)).into_iter().zip(same.probabilities(&record(1, word)));
            pairs.for_each(|(old, new)| assert!((old - new).abs() < 1e-3, "{word}: {old} {new}"));
        }
    }

    #[test]
    fn corrections_are_followed() {
        let model = known();
        assert_eq!(best(&model, "camera"), "3");
        let strong = AdaptSettings { c: 30.0, stack_c: 1.0 };
        let swapped =
            adapted(&model, examples(60, [Some(0), Some(2), Some(1)]), model.taxonomy().clone(), strong);
        assert_eq!(WORDS.map(|word| best(&swapped, word)), ["1", "3", "2"]);
    }

    #[test]
    fn a_tag_left_out_is_gone_a_new_one_is_learned_and_the_others_keep_their_ids() {
        let model = known();
        // Another order, a renamed tag, a new one, and one that is the same by its name.
        let wanted = taxonomy(&[(9, "picture"), (12, "storage"), (1, "console")]);
        let new =
            adapted(&model, examples(60, [Some(2), Some(1), Some(0)]), wanted, AdaptSettings::default());
        let ids: Vec<String> = new.taxonomy().tags().iter().map(|tag| tag.id.text()).collect();
        assert_eq!(ids, ["9", "12", "1"]);
        assert_eq!(WORDS.map(|word| best(&new, word)), ["1", "12", "9"]);
        assert_eq!(new.card().adapted_from.as_ref(), Some(&model.card().data_digest));
        assert_eq!(new.card().records, 60);
    }

    #[test]
    fn an_adapted_model_can_be_adapted_again_and_is_the_same_each_time() {
        let model = known();
        let wanted = || taxonomy(&[(1, "shell"), (9, "picture")]);
        let adapt_once =
            || adapted(&model, examples(30, [Some(0), None, Some(1)]), wanted(), AdaptSettings::default());
        let (one, other) = (adapt_once(), adapt_once());
        assert_eq!(one.base(), other.base());
        assert_eq!(one.stack(), other.stack());
        let again = adapted(&one, examples(30, [Some(0), None, Some(1)]), wanted(), AdaptSettings::default());
        assert_eq!(best(&again, "terminal"), "1");
    }

    #[test]
    fn a_new_tag_that_no_record_has_does_no_harm() {
        let model = known();
        let wanted = taxonomy(&[(1, "shell"), (2, "storage"), (3, "photo"), (4, "unheard-of")]);
        let new =
            adapted(&model, examples(30, [Some(0), Some(1), Some(2)]), wanted, AdaptSettings::default());
        assert_eq!(WORDS.map(|word| best(&new, word)), ["1", "2", "3"]);
    }
}
