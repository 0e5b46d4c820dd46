//! Curating labelled data: what a person decides about suggested tags, kept safe and taken into the data.

mod apply;
mod decision;
mod journal;
pub mod session;
mod suggestions;

pub use apply::{Applied, AppliedDecision, apply};
pub use decision::{Decided, Decision, Decisions, Key, Verdict, read_decisions};
pub use journal::Journal;
pub use suggestions::read_suggestions;
