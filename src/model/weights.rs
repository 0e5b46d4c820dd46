//! The base level's weights in one byte each.

use std::borrow::Cow;

use crate::learn::base::LinearModels;

/// Linear models whose weights are 8-bit integers with one scale per column: weight = integer × scale.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantisedModels {
    /// One row of weights, one per tag, for every column.
    pub weights: Cow<'static, [i8]>,
    /// The scale of every column.
    pub scales: Vec<f32>,
    /// One intercept per tag.
    pub intercepts: Vec<f32>,
}

impl QuantisedModels {
    /// The nearest 8-bit weights; the largest of a column becomes ±127.
    pub fn quantise(models: &LinearModels) -> Self {
        let mut scales = Vec::with_capacity(models.weights.len() / models.tags);
        let mut weights = Vec::with_capacity(models.weights.len());
        for row in models.weights.chunks_exact(models.tags) {
            let largest = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
            let scale = largest / f32::from(i8::MAX);
            let per_step = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            weights.extend(row.iter().map(|weight| (weight * per_step).round() as i8));
            scales.push(scale);
        }
        Self { weights: weights.into(), scales, intercepts: models.intercepts.clone() }
    }

    /// The logit of every tag for a sparse row of (column, value).
    pub fn logits(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut logits = self.intercepts.clone();
        let tags = logits.len();
        for &(column, value) in row {
            let scaled = value * self.scales[column as usize];
            let weights = &self.weights[column as usize * tags..][..tags];
            logits.iter_mut().zip(weights).for_each(|(logit, weight)| *logit += scaled * f32::from(*weight));
        }
        logits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantised_weight_is_off_by_half_a_step_at_most() {
        let models =
            LinearModels { tags: 2, weights: vec![1.0, -0.5, 0.0, 0.0], intercepts: vec![0.25, -1.0] };
        let quantised = QuantisedModels::quantise(&models);
        assert_eq!(&*quantised.weights, [127, -64, 0, 0]);
        let logits = quantised.logits(&[(0, 2.0), (1, 5.0)]);
        assert!((logits[0] - 2.25).abs() < 1e-6);
        assert!((logits[1] + 2.0).abs() < 2.0 * 0.5 / 127.0);
    }
}
