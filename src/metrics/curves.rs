//! What other thresholds would give.

use serde::Serialize;

use super::Prf;

/// Micro-averaged precision, recall and F1 over the threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// All tags of all records at or above a threshold (`precision_recall_curve` of the flattened matrices), from the
    /// highest threshold to the lowest.
    pub precision_recall: Vec<CurvePoint>,
    /// Area under it (`average_precision_score(average="micro")`).
    pub average_precision: f64,
    /// What the decision rule, with its limit of tags per record, gives at other thresholds; from the highest to the lowest.
    pub decisions: Vec<CurvePoint>,
    /// What it gives at its own threshold.
    pub operating_point: CurvePoint,
}

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The least probability of a tag that is given.
    pub threshold: f32,
    /// Micro-averaged precision, recall and F1.
    #[serde(flatten)]
    pub micro: Prf,
}
