//! How the figures grew with the training data.

use serde::{Deserialize, Serialize};

/// The figures of a model that was trained on some of the records.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningPoint {
    /// How many records it was trained on.
    pub records: usize,
    /// Its micro F1.
    pub micro_f1: f64,
    /// Its macro F1.
    pub macro_f1: f64,
    /// Its precision at 1.
    pub p_at_1: f64,
}
