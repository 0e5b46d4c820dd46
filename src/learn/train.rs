//! Records to a model: fit the features, cross-fit the base level, stack on it, choose the threshold.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::progress::Progress;
use super::stack::{self, Evidence, StackSettings, StackedModel};
use super::{Folds, Labels, TrainSettings, base};
use crate::corpus::{Labelled, Record};
use crate::decide::{DecisionRule, best_threshold};
use crate::error::{Error, Result};
use crate::features::{AliasMatcher, Encoded, Features, spellings};
use crate::metrics::{Judged, Summary};
use crate::model::{Card, CrossValidation, Model, QuantisedBase};
use crate::sigmoid;
use crate::taxonomy::Taxonomy;
use crate::text::Document;

/// A tag with fewer records than this cannot be fitted: its model is made of its name and aliases.
pub const MIN_SUPPORT: usize = 2;

/// A trained model and the out-of-fold view of its own training data.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// The cross-validated figures of the decision rule.
    pub summary: Summary,
}

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
    if examples.len() < 2 {
        return Err(Error::Training {
            problem: format!("{} labelled records", examples.len()),
            help: "give at least 2, and some 20 of every tag for useful answers".to_owned(),
        });
    }
    let tags = taxonomy.len();
    let (records, gold): (Vec<Record>, Vec<Vec<u16>>) = examples
        .into_iter()
        .map(|example| (example.record, example.tags.into_iter().map(|tag| tag as u16).collect()))
        .unzip();
    let labels = fittable_labels(&taxonomy, &gold, progress);

    progress.stage("reading texts", records.len());
    let (documents, digests): (Vec<Document>, Vec<[u8; 32]>) = records
        .par_iter()
        .map(|record| {
            let document = Document::new(record, &settings.features.text);
            progress.step();
            (document, digest(record))
        })
        .unzip();
    drop(records);
    let folds = Folds::new(&digests, settings.folds, settings.seed);

    progress.stage("choosing features", 1);
    let always: Vec<&str> = taxonomy.tags().iter().flat_map(spellings).collect();
    let features = Features::fit(&documents, &settings.features, &always)?;
    let encoded: Vec<Encoded> = documents.par_iter().map(|document| features.encode(document)).collect();
    let matrix = features.matrix(&encoded);
    progress.step();

    let step = || progress.step();
    progress.stage("base level", base::work(tags, &folds, settings.base()));
    let words = features.words_matrix(&matrix);
    let (base, logits) = base::cross_fit(&matrix, &words, &labels, &folds, settings.base(), &step);
    drop((matrix, words));

    let aliases = AliasMatcher::new(&taxonomy, features.vocabulary());
    let rows: Vec<stack::Row> = logits
        .into_par_iter()
        .zip(documents.par_iter().zip(&encoded))
        .map(|(logits, (document, encoded))| {
            let mentions = aliases.mentions(encoded);
            stack::Row::new(&Evidence { logits, mentions, has_readme: document.has_readme })
        })
        .collect();
    drop((documents, encoded));

    progress.stage("stacked level", (folds.count + 1) * tags);
    let (stack, columns): (Vec<StackedModel>, Vec<Vec<f32>>) = (0..tags)
        .into_par_iter()
        .map(|tag| stack_tag(tag, &rows, &labels, &folds, &settings.stack, &step))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .unzip();
    let probabilities: Vec<Vec<f32>> =
        (0..rows.len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect();

    let gold_slices: Vec<&[u16]> = gold.iter().map(Vec::as_slice).collect();
    let top = DecisionRule::DEFAULT_TOP;
    let rule = DecisionRule { top, threshold: best_threshold(&probabilities, &gold_slices, top) };
    let summary = judge(&rule, tags, &probabilities, &gold)?;
    let card = Card {
        trained_by: format!("tagwright {}", env!("CARGO_PKG_VERSION")),
        records: gold.len(),
        support: summary.tags.iter().map(|tag| tag.support).collect(),
        data_digest: data_digest(&digests, &gold),
        settings: settings.clone(),
        cross_validation: CrossValidation {
            folds: folds.count,
            p_at_1: summary.p_at_1,
            r_at_3: summary.r_at_3,
            micro_f1: summary.micro.f1,
            macro_f1: summary.macro_.f1,
        },
    };
    Ok(Trained {
        model: Model::new(taxonomy, features, QuantisedBase::quantise(&base), stack, rule, card),
        summary,
    })
}

/// The labels without those of tags that have too few records to be fitted, each with a warning.
fn fittable_labels(taxonomy: &Taxonomy, gold: &[Vec<u16>], progress: &dyn Progress) -> Labels {
    let everything = Labels::new(taxonomy.len(), gold.to_vec());
    let support = everything.support();
    for (tag, support) in taxonomy.tags().iter().zip(&support).filter(|(_, support)| **support < MIN_SUPPORT)
    {
        progress.warn(&format!(
            "tag {:?} has {support} of the at least {MIN_SUPPORT} records needed; it is recognised by its name and \
             aliases alone",
            tag.key()
        ));
    }
    let keep = |own: &Vec<u16>| {
        own.iter().copied().filter(|tag| support[usize::from(*tag)] >= MIN_SUPPORT).collect()
    };
    Labels::new(taxonomy.len(), gold.iter().map(keep).collect())
}

/// The stacked model of one tag, and its out-of-fold probability for every record.
fn stack_tag(
    tag: usize,
    rows: &[stack::Row],
    labels: &Labels,
    folds: &Folds,
    settings: &StackSettings,
    step: &(dyn Fn() + Sync),
) -> Result<(StackedModel, Vec<f32>)> {
    let fit = |training: &mut dyn Iterator<Item = usize>, start: Option<&StackedModel>| {
        let model = stack::fit(training.map(|row| (&rows[row], labels.has(row, tag))), tag, settings, start);
        step();
        model
    };
    let model = fit(&mut (0..rows.len()), None)?;
    let mut probabilities = vec![0.0; rows.len()];
    for fold in 0..folds.count {
        let without = fit(&mut folds.training(fold), Some(&model))?;
        for row in folds.held_out(fold) {
            probabilities[row] = sigmoid(without.logit(&rows[row], tag));
        }
    }
    Ok((model, probabilities))
}

/// The figures of `rule` on the `probabilities` of records with the tags `gold`.
fn judge(rule: &DecisionRule, tags: usize, probabilities: &[Vec<f32>], gold: &[Vec<u16>]) -> Result<Summary> {
    let mut judged = Judged::new(tags);
    for (probabilities, gold) in probabilities.iter().zip(gold) {
        let decided = rule.decide(probabilities, |_| true);
        judged.push(gold, &decided, Some(probabilities)).map_err(|problem| Error::Training {
            problem,
            help: "scale the features or lower linear.c and stack.c".to_owned(),
        })?;
    }
    Ok(Summary::of(&judged))
}

/// The SHA-256 of a record's texts.
fn digest(record: &Record) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in [&record.name, &record.description, &record.readme, &record.text] {
        let text = text.as_deref().unwrap_or_default();
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

/// The SHA-256 of all records' texts and tags, in hexadecimal.
fn data_digest(texts: &[[u8; 32]], gold: &[Vec<u16>]) -> String {
    let mut hash = Sha256::new();
    for (text, tags) in texts.iter().zip(gold) {
        hash.update(text);
        hash.update((tags.len() as u64).to_le_bytes());
        tags.iter().for_each(|tag| hash.update(tag.to_le_bytes()));
    }
    hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
