//! What a model says of itself.

use serde::{Deserialize, Serialize};

use crate::learn::TrainSettings;

/// Where a model comes from and how good it was in cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The settings of the training.
    pub settings: TrainSettings,
    /// The figures of its cross-validation.
    pub cross_validation: CrossValidation,
}

/// Figures of the decision rule on out-of-fold probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// The number of folds.
    pub folds: usize,
    /// Precision at 1.
    pub p_at_1: f64,
    /// Recall at 3.
    pub r_at_3: f64,
    /// Micro-averaged F1.
    pub micro_f1: f64,
    /// Macro-averaged F1.
    pub macro_f1: f64,
}
