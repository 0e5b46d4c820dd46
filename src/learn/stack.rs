//! The stacked level: one dense logistic model per tag over the base scores of all tags ("2BR": Godbole and
//! Sarawagi 2004, "Discriminative methods for multi-labeled classification"; Tsoumakas et al. 2009).

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::features::MENTION_FIELDS;

/// Logits are divided by this, so that all columns have about the same range.
const LOGIT_SCALE: f32 = 4.0;
/// Scaled logits of other tags are cut below this: how unlikely an unlikely tag is says nothing.
const LOGIT_FLOOR: f32 = -1.5;
/// Mentions beyond this many say no more.
const MENTION_CAP: u8 = 3;
/// The columns of a tag's own evidence, see [`Evidence::own`].
pub const OWN_COLUMNS: usize = 5 + MENTION_FIELDS.len();

/// How the stacked level is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StackSettings {
    /// The weight C of the losses against the regularisation, as in scikit-learn; above 0.
    pub c: f64,
    /// At most this many iterations of L-BFGS.
    pub iterations: u64,
    /// Stop when the gradient's norm falls below this.
    pub tolerance: f64,
}

impl Default for StackSettings {
    fn default() -> Self {
        Self { c: 0.3, iterations: 60, tolerance: 0.1 }
    }
}

/// What the stacked level knows of one record.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The base level's logit of every tag.
    pub logits: Vec<f32>,
    /// The mentions of every tag in each of [`MENTION_FIELDS`].
    pub mentions: [Vec<u8>; MENTION_FIELDS.len()],
    /// Whether the record has a README.
    pub has_readme: bool,
}

impl Evidence {
    /// The columns that are the same for every tag: all logits, and the kind of record.
    pub fn shared(&self) -> impl Iterator<Item = f32> + '_ {
        let logits = self.logits.iter().map(|logit| (logit / LOGIT_SCALE).max(LOGIT_FLOOR));
        logits.chain([f32::from(u8::from(self.has_readme))])
    }

    /// The columns of one tag: its logit, its distance to each of the three best logits, its rank, its mentions.
    pub fn own(&self, tag: usize, ranking: &Ranking) -> [f32; OWN_COLUMNS] {
        let logit = self.logits[tag];
        let mut own = [0.0; OWN_COLUMNS];
        own[0] = logit / LOGIT_SCALE;
        for (column, best) in own[1..4].iter_mut().zip(ranking.best) {
            *column = (logit - best) / LOGIT_SCALE;
        }
        own[4] = f32::from(ranking.ranks[tag]) / 10.0;
        for (column, mentions) in own[5..].iter_mut().zip(&self.mentions) {
            *column = f32::from(mentions[tag].min(MENTION_CAP));
        }
        own
    }
}

/// How many columns there are for one tag out of `tags`.
pub fn columns(tags: usize) -> usize {
    tags + 1 + OWN_COLUMNS
}

/// The order of a record's logits.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// The three best logits, best first; with fewer tags the last repeats.
    best: [f32; 3],
    /// The rank of every tag, 0 for the best; the lower index first among equals.
    ranks: Vec<u16>,
}

impl Ranking {
    /// Ranks `logits`, of which there is at least one.
    pub fn new(logits: &[f32]) -> Self {
        let mut order: Vec<usize> = (0..logits.len()).collect();
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        let mut ranks = vec![0; logits.len()];
        for (rank, &tag) in order.iter().enumerate() {
            ranks[tag] = rank as u16;
        }
        let best = [0, 1, 2].map(|place| logits[order[place.min(order.len() - 1)]]);
        Self { best, ranks }
    }
}

/// The stacked model of one tag.
#[derive(Debug, Clone, PartialEq)]
pub struct StackedModel {
    /// One weight per column: the shared columns, then the tag's own.
    pub weights: Vec<f32>,
    /// The intercept.
    pub intercept: f32,
}

impl StackedModel {
    /// The logit for the shared and the own columns of a record.
    pub fn logit(&self, shared: &[f32], own: &[f32]) -> f32 {
        let columns = shared.iter().chain(own);
        self.intercept + self.weights.iter().zip(columns).map(|(weight, value)| weight * value).sum::<f32>()
    }
}

/// Fits the model of one tag: `rows` yields a record's shared columns, own columns and whether it has the tag.
pub fn fit<'a>(
    rows: impl Iterator<Item = (&'a [f32], [f32; OWN_COLUMNS], bool)>,
    settings: &StackSettings,
    start: Option<&StackedModel>,
) -> Result<StackedModel> {
    let mut columns = Vec::new();
    let mut targets = Vec::new();
    for (shared, own, has) in rows {
        columns.extend(shared.iter().chain(&own).map(|value| f64::from(*value)));
        targets.push(has);
    }
    let width = columns.len() / targets.len().max(1);
    let failed = |error: &dyn std::error::Error| Error::Training {
        problem: format!("the stacked level does not converge: {error}"),
        help: "try a smaller stack.c".to_owned(),
    };
    let columns = Array2::from_shape_vec((targets.len(), width), columns).map_err(|error| failed(&error))?;
    let mut solver = LogisticRegression::default()
        .alpha(1.0 / settings.c)
        .max_iterations(settings.iterations)
        .gradient_tolerance(settings.tolerance);
    if let Some(start) = start {
        let parameters = start.weights.iter().chain([&start.intercept]).map(|weight| f64::from(*weight));
        solver = solver.initial_params(parameters.collect());
    }
    let fitted =
        solver.fit(&DatasetBase::new(columns, Array1::from(targets))).map_err(|error| failed(&error))?;
    // linfa calls the larger class positive, whichever it is.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    Ok(StackedModel {
        weights: fitted.params().iter().map(|weight| (sign * weight) as f32).collect(),
        intercept: (sign * fitted.intercept()) as f32,
    })
}
