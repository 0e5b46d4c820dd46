//! How far a figure may be off because these records were judged and not others.

use serde::Serialize;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure of the records at hand.
    pub value: f64,
    /// The lower end; never above `value`.
    pub low: f64,
    /// The upper end; never below `value`.
    pub high: f64,
}
