//! Multi-label metrics, with names and definitions as scikit-learn has them.
//!
//! [`Judged`] holds what is judged. Every figure is a function over its records, so it can be taken of
//! all of them or of any choice: a kind of record, a bootstrap resample.
//!
//! ```
//! use tagwright::metrics::{Judged, precision_at};
//!
//! let mut judged = Judged::new(3);
//! judged.push(&[0], &[0], Some(&[0.9, 0.2, 0.1]))?;
//! judged.push(&[1], &[2], Some(&[0.1, 0.3, 0.6]))?;
//! assert_eq!(precision_at(judged.records(), 1), 0.5);
//! assert_eq!(precision_at([0, 0].map(|row| &judged.records()[row]), 1), 1.0);
//! # Ok::<(), String>(())
//! ```
//!
//! Whatever would divide by zero is 0 (`zero_division=0`), a mean over no records too. All sums are taken in
//! a fixed order, so the same input gives the same bits.

mod average_precision;
mod bootstrap;
mod calibration;
mod curves;
mod decisions;
mod figure;
mod judged;
#[cfg(test)]
mod properties;
mod randomisation;
mod ranking;
mod tally;

pub use average_precision::{average_precision, macro_average_precision};
pub use bootstrap::{Estimate, RESAMPLES, bootstrap};
pub use calibration::{Bin, Reliability, reliability_of_all, reliability_of_decided, reliability_of_tag};
pub use curves::{CurvePoint, Curves, precision_recall_curve};
pub use decisions::{
    Prf, TagCounts, count_tags, exact_match, macro_average, mean_tags, micro_average, no_tag_share,
    samples_average, weighted_average,
};
pub use figure::{Better, Figure, Figures};
pub use judged::{Judged, JudgedRecord};
pub use randomisation::{EXCHANGES, randomisation_test};
pub use ranking::{coverage_error, lrap, ndcg_at, precision_at, recall_at};
pub use tally::{Contribution, Tally};

/// `part / whole`, and 0 when the whole is 0.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The arithmetic mean, and 0 over nothing.
fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) =
        values.into_iter().fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / count as f64 }
}
