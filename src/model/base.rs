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
        self.weights.add_rows(features, &mut logits);
        self.average_with_network(words, &mut logits);
        logits
    }

    /// Makes the linear models' `logits` those of both learners, for a record's single words as (row, value).
    pub fn average_with_network(&self, words: &[(u32, f32)], logits: &mut [f32]) {
        if let Some((embedding, head)) = &self.network {
            let mut embedded = vec![0.0; embedding.width()];
            embedding.add_rows(words, &mut embedded);
            average(logits, &head.logits(&embedded));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::base::{LinearModels, Network};

    #[test]
    fn the_logit_is_the_mean_of_both_learners() {
        let linear = LinearModels { tags: 1, weights: vec![0.7], intercepts: vec![1.0] };
        let head = Head { hidden: vec![0.0], output: vec![2.0], intercepts: vec![-1.0] };
        let network = Network { embedding: vec![0.5], head };
        let (words, values) = ([0], [1.0]);
        let both = QuantisedBase::quantise(&Base { linear: linear.clone(), network: Some(network.clone()) });
        let expected = f32::midpoint(1.7, network.logits(&words, &values)[0]);
        assert!((both.logits(&[(0, 1.0)], &[(0, 1.0)])[0] - expected).abs() < 1e-6);

        let alone = QuantisedBase::quantise(&Base { linear, network: None });
        assert!((alone.logits(&[(0, 1.0)], &[])[0] - 1.7).abs() < 1e-6);
    }
}
