//! What a model says of itself.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::learn::TrainSettings;

/// Where a model comes from and how good it was in cross-validation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    /// The version of tagwright that trained it.
    pub trained_by: String,
    /// How many records it was trained on.
    pub records: usize,
    /// How many of them have each tag, in the taxonomy's order; empty in files from before this was kept.
    #[serde(default)]
    pub support: Vec<usize>,
    /// The SHA-256 of those records' texts and tags, in hexadecimal.
    pub data_digest: String,
    /// The `data_digest` of the model that it was adapted from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapted_from: Option<String>,
    /// The [`TrainSettings`] as JSON. No answer needs them, so that another version may have other ones.
    pub settings: Box<RawValue>,
    /// The figures of its cross-validation.
    pub cross_validation: CrossValidation,
}

impl Card {
    /// The settings of the training, for another one that goes on from there.
    ///
    /// # Errors
    /// [`Error::Training`] when they are not the settings of this version.
    pub fn train_settings(&self) -> Result<TrainSettings> {
        let settings = serde_json::from_str(self.settings.get()).map_err(|error| error.to_string());
        let checked = settings.and_then(|settings: TrainSettings| {
            settings.check().map(|()| settings).map_err(|error| error.to_string())
        });
        checked.map_err(|error| Error::Training {
            problem: format!("the known model's settings are not those of this version: {error}"),
            help: format!("adapt it with {:?}, which trained it, or train a new one", self.trained_by),
        })
    }

    /// Checks that the numbers can be those of a model with so many `tags`.
    ///
    /// # Errors
    /// Says which cannot.
    pub fn check(&self, tags: usize) -> Result<(), String> {
        if !self.support.is_empty() && self.support.len() != tags {
            return Err(format!("the support of {} tags, not of {tags}", self.support.len()));
        }
        if let Some(support) = self.support.iter().find(|support| **support > self.records) {
            return Err(format!("a tag in {support} of {} records", self.records));
        }
        let CrossValidation { folds: _, p_at_1, r_at_3, micro_f1, macro_f1 } = self.cross_validation;
        let mut known = [p_at_1, r_at_3, micro_f1, macro_f1].into_iter().flatten();
        match known.find(|figure| !(0.0..=1.0).contains(figure)) {
            Some(figure) => Err(format!("a figure of {figure}, not from 0 to 1")),
            None => Ok(()),
        }
    }
}

/// Figures of the decision rule on out-of-fold probabilities; `None` when no record has a tag.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// The number of folds.
    pub folds: usize,
    /// Precision at 1.
    pub p_at_1: Option<f64>,
    /// Recall at 3.
    pub r_at_3: Option<f64>,
    /// Micro-averaged F1.
    pub micro_f1: Option<f64>,
    /// Macro-averaged F1, the mean over the tags that occur.
    pub macro_f1: Option<f64>,
}
