//! Curating labelled data: what a person decides about suggested tags, kept safe and taken into the data.

mod check;
pub mod import;
mod split;
mod stats;

pub use check::{Checker, Kind, Problem, Severity};
pub use split::split;
pub use stats::{Lengths, RecordClass, Stats, TagCount, UnknownTag};
