//! How the figures grew with the training data.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::corpus::{read_file, reason};
use crate::error::{Error, Location, Result};

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

/// Reads a learning curve: a JSON array of `{"records": …, "micro_f1": …, "macro_f1": …, "p_at_1": …}`, as
/// `training/learning-curve.sh` writes it. The points come back with the fewest records first.
///
/// # Errors
/// When the file cannot be read or is not such an array.
pub fn read_learning_curve(path: &Path) -> Result<Vec<LearningPoint>> {
    let (line, text) = read_file(path)?;
    let mut points: Vec<LearningPoint> = serde_json::from_str(&text).map_err(|error| {
        Error::input(
            Location::line(path, line + error.line().saturating_sub(1)),
            format!("not a learning curve: {}", reason(&error)),
            r#"give a JSON array of {"records": 1000, "micro_f1": 0.7, "macro_f1": 0.6, "p_at_1": 0.8} objects"#,
        )
    })?;
    points.sort_by_key(|point| point.records);
    Ok(points)
}
