//! A known model and a few new records to a model that follows both.
//!
//! Text becomes features as in the known model. Its linear models and its stacked level are fitted again, pulled
//! towards what they were and not towards zero; its network stays as it is, and the linear models make up for what it
//! does not know. A tag is the known model's when it has the same id, or else the same name.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::base::{Head, LinearModels, LinearSettings, Prior, average, linear};
use super::examples::Examples;
use super::settings::above_zero;
use super::stack::{self, StackedModel};
use super::trained::{card, judge};
use super::{Folds, Labels, Progress, TrainSettings, Trained, stacking};
use crate::corpus::{Labelled, TagRef};
use crate::decide::{DecisionRule, best_threshold};
use crate::error::Result;
use crate::features::{AliasMatcher, Encoded, SparseMatrix};
use crate::model::{Model, QuantisedBase, QuantisedMatrix};
use crate::taxonomy::{Tag, Taxonomy};

/// Visits of every record at most; few records are visited quickly.
const EPOCHS: usize = 50;
/// The share of C by which a dual variable may still move at the end.
const TOLERANCE: f32 = 0.01;

/// How a model is adapted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdaptSettings {
    /// The weight C of the new records' losses against the distance to the known linear models; above 0.
    pub c: f32,
    /// The same for the stacked level; above 0.
    pub stack_c: f32,
    pub threshold_records: f32,
    pub partner: bool,
    pub c_new: bool,
    pub exact: bool,
}

impl Default for AdaptSettings {
    fn default() -> Self {
        Self { c: 1.0, stack_c: 0.1, threshold_records: 500.0, partner: true, c_new: false, exact: false }
    }
}

impl AdaptSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        above_zero("adapt.c", f64::from(self.c))?;
        above_zero("adapt.stack_c", f64::from(self.stack_c))
    }

    fn solver(c: f32) -> LinearSettings {
        LinearSettings { c, epochs: EPOCHS, tolerance: TOLERANCE }
    }
}

/// Adapts `model` to `examples` labelled with `taxonomy`: tags that the model lacks are learned, those that `taxonomy`
/// lacks are forgotten.
///
/// Of the `settings`, `seed`, `folds` and `adapt` count; the rest stays the known model's. The same model, examples in
/// the same order and settings give the same model, however many threads there are.
///
/// # Errors
/// When a setting is out of range, or there are too few records to hold some out.
pub fn adapt(
    model: &Model,
    examples: Vec<Labelled>,
    taxonomy: Taxonomy,
    settings: &TrainSettings,
    progress: &dyn Progress,
) -> Result<Trained> {
    settings.check()?;
    let features = model.features();
    let examples = Examples::read(examples, &features.settings().text, progress)?;
    let known = Known::new(model, &taxonomy);
    let labels = examples.fittable_labels(&taxonomy, |tag| known.tags[tag].is_some(), progress);
    let folds = Folds::new(&examples.digests, settings.folds, settings.seed);
    let tags = taxonomy.len();
    let encoded: Vec<Encoded> =
        examples.documents.par_iter().map(|document| features.encode(document)).collect();
    let matrix = features.matrix(&encoded);

    let step = || progress.step();
    progress.stage("base level", (folds.count + 1) * linear::work(tags));
    let head = known.head(&labels);
    let partner = head.as_ref().map(|head| known.network_logits(head, &matrix));
    let linear = known.linear();
    let prior = Some(Prior { models: &linear, partner: if settings.adapt.partner {partner.as_deref() } else {None}});
    let solver = AdaptSettings::solver(settings.adapt.c);
    let every_row: Vec<usize> = (0..matrix.rows()).collect();
    let mut logits = linear::cross_fit(&matrix, &labels, &folds, &solver, settings.seed, prior, &step);
    let linear = linear::fit(&matrix, &labels, &every_row, &solver, settings.seed, prior, &step);
    for (logits, others) in logits.iter_mut().zip(partner.iter().flatten()) {
        average(logits, others);
    }

    let aliases = AliasMatcher::new(&taxonomy, features.vocabulary());
    let rows = stacking::rows(logits, &examples, &encoded, &aliases);
    progress.stage("stacked level", (folds.count + 1) * tags);
    let known_stack: Vec<StackedModel> = (0..tags).map(|tag| known.stacked(tag)).collect();
    let support = labels.support();
    let solver = AdaptSettings::solver(settings.adapt.stack_c);
    let fit = |tag: usize, training: &[usize], _: Option<&StackedModel>| {
        let model = if known.tags[tag].is_none() && support[tag] == 0 {
            known_stack[tag].clone()
        } else if known.tags[tag].is_none() && settings.adapt.c_new {
            let records = training.iter().map(|row| (&rows[*row], labels.has(*row, tag)));
            stack::fit(records, tag, &settings.stack, None)?
        } else {
            let records = training.iter().map(|row| (&rows[*row], labels.has(*row, tag)));
            stack::adapt(records, tag, &known_stack[tag], &solver, settings.seed)
        };
        step();
        Ok(model)
    };
    let (stack, probabilities) = stacking::cross_fit(tags, &rows, &folds, fit)?;

    let DecisionRule { top, threshold } = model.rule();
    let own = best_threshold(&probabilities, &examples.gold, top);
    let records = examples.gold.len() as f32;
    let share = records / (records + settings.adapt.threshold_records);
    let rule = DecisionRule { top, threshold: threshold + share * (own - threshold) };
    let summary = judge(&rule, &probabilities, &examples.gold)?;
    let mut card = card(
        &examples,
        TrainSettings { seed: settings.seed, folds: settings.folds, adapt: settings.adapt, ..model.card().settings.clone() },
        folds.count,
        &summary,
    );
    card.adapted_from = Some(model.card().data_digest.clone());
    let base = known.base(&linear, head, settings.adapt.exact);
    Ok(Trained { model: Model::new(taxonomy, features.clone(), base, stack, rule, card), summary })
}

/// What the known model knows of the tags of another taxonomy.
struct Known<'a> {
    model: &'a Model,
    /// The known tag that every tag is, if any.
    tags: Vec<Option<usize>>,
}

impl<'a> Known<'a> {
    fn new(model: &'a Model, taxonomy: &Taxonomy) -> Self {
        let old = model.taxonomy();
        let by_id = |tag: &Tag| old.find(&TagRef::Id(tag.id.clone()));
        let claimed: Vec<usize> = taxonomy.tags().iter().filter_map(by_id).collect();
        let by_name = |tag: &Tag| {
            old.find(&TagRef::Name(tag.name.clone())).filter(|tag| !claimed.contains(tag))
        };
        let tags = taxonomy.tags().iter().map(|tag| by_id(tag).or_else(|| by_name(tag)));
        Self { model, tags: tags.collect() }
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

    /// The network's head. A new tag has no weights in it: the network knows how frequent the tag is and nothing else.
    fn head(&self, labels: &Labels) -> Option<Head> {
        let (_, head) = self.model.base().network.as_ref()?;
        let width = head.hidden.len();
        let output = self.tags.iter().flat_map(|tag| match tag {
            Some(tag) => head.output[tag * width..][..width].to_vec(),
            None => vec![0.0; width],
        });
        let support = labels.support();
        let intercepts = self.tags.iter().zip(&support).map(|(tag, &support)| match tag {
            Some(tag) => head.intercepts[*tag],
            None => ((support as f32 + 0.5) / ((labels.records() - support) as f32 + 0.5)).ln(),
        });
        Some(Head {
            hidden: head.hidden.clone(),
            output: output.collect(),
            intercepts: intercepts.collect(),
        })
    }

    /// The logits of the network with another `head` for every row of `matrix`.
    fn network_logits(&self, head: &Head, matrix: &SparseMatrix) -> Vec<Vec<f32>> {
        let embedding = self.model.base().network.as_ref().map(|(embedding, _)| embedding);
        let words = self.model.features().words_matrix(matrix);
        let logits = (0..words.rows()).into_par_iter().map(|row| {
            let (words, values) = words.row(row);
            head.logits(words.iter().copied().zip(values.iter().copied()), |word, factor, hidden| {
                embedding.iter().for_each(|embedding| embedding.add_row(word, factor, hidden));
            })
        });
        logits.collect()
    }

    /// The base level with other `linear` models and another `head`.
    fn base(&self, linear: &LinearModels, head: Option<Head>, dither: bool) -> QuantisedBase {
        let embedding = self.model.base().network.as_ref().map(|(embedding, _)| embedding.clone());
        QuantisedBase {
            weights: if dither { QuantisedMatrix::dither(&linear.weights, linear.tags) } else { QuantisedMatrix::quantise(&linear.weights, linear.tags) },
            intercepts: linear.intercepts.clone(),
            network: embedding.zip(head),
        }
    }

    /// The stacked model of `tag`, with no weights for new tags; a new tag starts with its mentions.
    fn stacked(&self, tag: usize) -> StackedModel {
        let Some(own) = self.tags[tag] else {
            return StackedModel::of_mentions(stack::columns(self.tags.len()));
        };
        let StackedModel { weights, intercept } = &self.model.stack()[own];
        let (logits, others) = weights.split_at(self.model.taxonomy().len());
        let mut weights = self.select(logits, 0.0);
        weights.extend(others);
        StackedModel { weights, intercept: *intercept }
    }
}
