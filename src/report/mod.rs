//! Evaluations and comparisons written out for people.

pub mod html;
mod markdown;
mod numbers;
mod sheet;
mod tables;
mod text;

pub use markdown::markdown;
pub use text::text;
