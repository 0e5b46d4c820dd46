//! Curating labelled data: whether it is sound, which records deserve a second look, which should be labelled next, and
//! what a person decides about them, kept safe and taken into the data.

mod apply;
mod audit;
mod check;
mod data;
mod decision;
mod health;
pub mod import;
mod journal;
mod label_errors;
mod next;
mod review;
pub mod session;
mod split;
mod stats;
mod suggestions;

pub use apply::{Applied, AppliedDecision, apply};
pub use audit::Audit;
pub use check::{Checker, Kind, Problem, Severity};
pub use data::ReviewData;
pub use decision::{
    Decided, Decision, Decisions, Key, TEXT_DIGEST, Verdict, check_keys, read_decisions, text_digest,
};
pub use health::{Remark, RemarkKind, broken_text, remarks};
pub use journal::{History, Journal};
pub use label_errors::{Change, ConfidentJoint, MistakeModel};
pub use next::{Next, NextSettings, next_to_label};
pub use review::{Finding, Review, Suspect, SuspectKind, review};
pub use split::split;
pub use stats::{Lengths, RecordClass, Stats, TagCount, UnknownTag};
pub use suggestions::read_suggestions;
