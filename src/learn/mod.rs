//! Fitting a model: base level, cross-fitting, stacked level, threshold.

pub mod base;
mod labels;
pub mod stack;

pub use labels::Labels;
