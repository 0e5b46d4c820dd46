//! Evaluations written out for people.

pub mod html;
mod text;

pub use text::text;
