//! The base logit of one tag as a sum over the terms of a record.

use super::reading::Reading;
use crate::learn::base::network::INPUT_SCALE;
use crate::model::{Model, QuantisedMatrix};

/// A base logit in parts, which add up to the one that `predict` computes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BaseLogit {
    pub intercept: f64,
    /// One value for each entry of the record's sparse row.
    pub terms: Vec<f64>,
    /// What single precision makes of the sum of the others.
    pub rounding: f64,
}

impl BaseLogit {
    /// Takes the base logit of `tag` apart; see [the formula](super#the-base-level).
    pub fn new(model: &Model, reading: &Reading, tag: usize) -> Self {
        let base = model.base();
        let linear =
            reading.row.iter().map(|&(column, value)| f64::from(row(&base.weights, column, value)[tag]));
        let mut logit =
            Self { intercept: f64::from(base.intercepts[tag]), terms: linear.collect(), rounding: 0.0 };
        if let Some((embedding, head)) = &base.network {
            // The slope of the tag's logit in each hidden unit: its output weight where the unit is active, else 0.
            let output = head.output.chunks_exact(head.hidden.len()).nth(tag).unwrap_or_default();
            let slopes: Vec<f64> = (output.iter().zip(&reading.active))
                .map(|(weight, active)| if *active { f64::from(*weight) } else { 0.0 })
                .collect();
            logit.intercept =
                f64::midpoint(logit.intercept, f64::from(head.intercepts[tag]) + dot(&slopes, &head.hidden));
            for (term, entry) in logit.terms.iter_mut().zip(&reading.row) {
                let word = model.features().words(std::slice::from_ref(entry));
                let network = word
                    .iter()
                    .map(|&(word, value)| dot(&slopes, &row(embedding, word, value * INPUT_SCALE)));
                *term = f64::midpoint(*term, network.sum());
            }
        }
        let exact = logit.intercept + logit.terms.iter().sum::<f64>();
        logit.rounding = f64::from(reading.logits[tag]) - exact;
        logit
    }
}

/// `factor` times a row of a matrix.
pub(super) fn row(matrix: &QuantisedMatrix, row: u32, factor: f32) -> Vec<f32> {
    let mut target = vec![0.0; matrix.width()];
    matrix.add_row(row, factor, &mut target);
    target
}

fn dot(slopes: &[f64], values: &[f32]) -> f64 {
    slopes.iter().zip(values).map(|(slope, value)| slope * f64::from(*value)).sum()
}
