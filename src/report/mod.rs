//! Evaluations and comparisons written out for people.

mod cautions;
mod comparison;
pub mod html;
mod markdown;
mod numbers;
mod problems;
mod sheet;
mod stats;
mod tables;
mod text;

pub use comparison::{comparison_markdown, comparison_text};
pub use markdown::markdown;
pub use numbers::count;
pub use problems::problems_text;
pub use stats::stats_text;
pub use text::text;
