//! The base level as a model keeps it: its large matrices in four bits a weight.

use super::QuantisedMatrix;
use crate::learn::base::{Base, Head, average};

/// The base level, quantised.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantisedBase {
    /// The linear models: one row of weights, one per tag, for every feature.
    pub weights: QuantisedMatrix,
    /// The linear models' intercepts, one per tag.
    pub intercepts: Vec<f32>,
    /// The network, unless it is left out: one row of hidden weights for every word, and its head.
    pub network: Option<(QuantisedMatrix, Head)>,
}

impl QuantisedBase {
    /// The base level with its large matrices rounded.
    pub fn quantise(base: &Base) -> Self {
        let network = base.network.as_ref();
        Self {
            weights: QuantisedMatrix::quantise(&base.linear.weights, base.linear.tags),
            intercepts: base.linear.intercepts.clone(),
            network: network.map(|network| {
                let hidden = network.head.hidden.len();
                (QuantisedMatrix::quantise(&network.embedding, hidden), network.head.clone())
            }),
        }
    }

    /// The logit of every tag for a record's features and its single words, each as (row, value).
    pub fn logits(&self, features: &[(u32, f32)], words: &[(u32, f32)]) -> Vec<f32> {
        let mut logits = self.intercepts.clone();
        for &(feature, value) in features {
            self.weights.add_row(feature, value, &mut logits);
        }
        if let Some((embedding, head)) = &self.network {
            let add = |word, factor, hidden: &mut [f32]| embedding.add_row(word, factor, hidden);
            average(&mut logits, &head.logits(words.iter().copied(), add));
        }
        logits
    }
}
