//! The stacked level over all tags: what training and adapting do alike.

use rayon::prelude::*;

use super::Folds;
use super::examples::Examples;
use super::stack::{Evidence, Row, StackedModel};
use crate::error::Result;
use crate::features::{AliasMatcher, Encoded};
use crate::sigmoid;

/// The columns of every record, from its base logits and its `encoded` text.
pub fn rows(
    logits: Vec<Vec<f32>>,
    examples: &Examples,
    encoded: &[Encoded],
    aliases: &AliasMatcher,
) -> Vec<Row> {
    logits
        .into_par_iter()
        .zip(examples.documents.par_iter().zip(encoded))
        .map(|(logits, (document, encoded))| {
            let mentions = aliases.mentions(encoded);
            Row::new(&Evidence { logits, mentions, has_readme: document.has_readme })
        })
        .collect()
}

/// The model of every tag, and every record's out-of-fold probability of every tag.
///
/// `fit` fits a tag on some records, from the model of all records if there is one already.
///
/// # Errors
/// Those of `fit`.
pub fn cross_fit(
    tags: usize,
    rows: &[Row],
    folds: &Folds,
    fit: impl Fn(usize, &[usize], Option<&StackedModel>) -> Result<StackedModel> + Sync,
) -> Result<(Vec<StackedModel>, Vec<Vec<f32>>)> {
    let everything: Vec<usize> = (0..rows.len()).collect();
    let fit_tag = |tag: usize| {
        let model = fit(tag, &everything, None)?;
        let mut probabilities = vec![0.0; rows.len()];
        for fold in 0..folds.count {
            let training: Vec<usize> = folds.training(fold).collect();
            let without = fit(tag, &training, Some(&model))?;
            for row in folds.held_out(fold) {
                probabilities[row] = sigmoid(without.logit(&rows[row], tag));
            }
        }
        Ok((model, probabilities))
    };
    let fitted = (0..tags).into_par_iter().map(fit_tag).collect::<Result<Vec<_>>>()?;
    let (models, columns): (Vec<StackedModel>, Vec<Vec<f32>>) = fitted.into_iter().unzip();
    let probabilities =
        (0..rows.len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    Ok((models, probabilities))
}
