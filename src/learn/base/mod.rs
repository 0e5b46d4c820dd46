//! The base level: two learners on sparse rows, whose logits are averaged.

pub mod linear;
pub mod network;

pub use linear::{LinearModels, LinearSettings, Prior};
pub use network::{Head, Network, NetworkSettings};

use super::{Folds, Labels};
use crate::features::SparseMatrix;

/// The fitted base level.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// One linear model per tag, on all features.
    pub linear: LinearModels,
    /// The network on single words, unless it is left out.
    pub network: Option<Network>,
}

/// How the base level is fitted.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The first learner.
    pub linear: &'a LinearSettings,
    /// The second learner.
    pub network: &'a NetworkSettings,
    /// Chooses the order of visits and where the network starts.
    pub seed: u64,
}

/// Fits the base level on all records of `features` (rows of all features) and `words` (the same records' rows of
/// single words), and scores each record by learners that have not seen its fold.
///
/// Returns the fitted level and one row of out-of-fold logits per record. `tick` is called [`work`] times.
pub fn cross_fit(
    features: &SparseMatrix,
    words: &SparseMatrix,
    labels: &Labels,
    folds: &Folds,
    settings: Settings,
    tick: &(dyn Fn() + Sync),
) -> (Base, Vec<Vec<f32>>) {
    let every_row: Vec<usize> = (0..features.rows()).collect();
    let linear = linear::fit(features, labels, &every_row, settings.linear, settings.seed, None, tick);
    let mut logits = linear::cross_fit(features, labels, folds, settings.linear, settings.seed, None, tick);
    let network = (settings.network.hidden > 0).then(|| {
        let epoch = || (0..linear::work(labels.tags())).for_each(|_| tick());
        let (others, network) =
            network::cross_fit(words, labels, folds, settings.network, settings.seed, &epoch);
        for (logits, others) in logits.iter_mut().zip(&others) {
            average(logits, others);
        }
        network
    });
    (Base { linear, network }, logits)
}

/// How often [`cross_fit`] ticks: one epoch of a network takes about as long as all linear models of a fold.
pub fn work(tags: usize, folds: &Folds, settings: Settings) -> usize {
    let epochs = if settings.network.hidden > 0 { settings.network.epochs } else { 0 };
    (folds.count + 1) * linear::work(tags) * (1 + epochs)
}

/// The logits of both learners as one: their mean, in place of `logits`.
pub fn average(logits: &mut [f32], others: &[f32]) {
    logits.iter_mut().zip(others).for_each(|(logit, other)| *logit = f32::midpoint(*logit, *other));
}
