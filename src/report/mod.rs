//! Evaluations written out for people.

mod text;

pub use text::text;
