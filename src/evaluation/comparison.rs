//! Which of two is better, and whether the difference is real.

use serde::Serialize;

use super::{Predicted, Subject, TagName};
use crate::corpus::Id;
use crate::metrics::{Estimate, Figures};

/// Two models, or files of predictions, on the same records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The first, such as the model in use.
    pub a: Subject,
    /// The second, such as the one that may replace it.
    pub b: Subject,
    /// What to make of it.
    pub verdict: Verdict,
    /// The headline figures of both.
    pub figures: Figures<FigureDifference>,
    /// Every tag that any record has or got, greatest gain of B first.
    pub tags: Vec<TagDifference>,
    /// The records that A and B answer differently and not equally well, in their order.
    pub flips: Vec<Flip>,
}

/// A headline figure of A and B.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FigureDifference {
    /// Of A.
    pub a: f64,
    /// Of B.
    pub b: f64,
    /// B − A, with the 95 % interval of the paired bootstrap.
    pub difference: Estimate,
    /// How likely so great a difference is when it does not matter whose answer is whose (randomisation test).
    pub p_value: f64,
}

/// What to make of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Which is better.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub sentence: String,
}

/// Which is better, by micro F1 at the 5 % level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// B is better.
    Better,
    /// B is worse.
    Worse,
    /// No difference can be shown.
    NoDifference,
}

/// A tag's F1 with A and B.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagDifference {
    /// Which tag.
    #[serde(flatten)]
    pub tag: TagName,
    /// Records that have the tag.
    pub support: usize,
    /// Its F1 with A.
    pub a: f64,
    /// Its F1 with B.
    pub b: f64,
    /// B − A, with the 95 % interval of the paired bootstrap.
    pub difference: Estimate,
}

/// A record that one of the two answers better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// The record's id, if it has one.
    pub id: Option<Id>,
    /// The record's name, if it has one.
    pub name: Option<String>,
    /// The tags it should get.
    pub gold: Vec<TagName>,
    /// What A gave.
    pub a: Vec<Predicted>,
    /// What B gave.
    pub b: Vec<Predicted>,
    /// The record's F1 with B less that with A, −1 to 1.
    pub change: f64,
}
