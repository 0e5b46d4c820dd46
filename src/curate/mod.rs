//! Curating labelled data: what a person decides about suggested tags, kept safe and taken into the data.

mod check;
pub mod import;
mod split;

pub use check::{Checker, Kind, Problem, Severity};
pub use split::split;
