//! Curating labelled data: what is wrong with it, which records deserve a second look, which should be labelled next,
//! and what a person decides about suggested tags, kept safe and taken into the data.

mod check;
mod data;
mod health;
pub mod import;
mod label_errors;
mod near_duplicates;
mod next;
mod review;
mod split;
mod stats;

pub use check::{Checker, Kind, Problem, Severity};
pub use data::ReviewData;
pub use health::{Remark, RemarkKind, broken_text, remarks};
pub use label_errors::{Change, ConfidentJoint, MistakeModel};
pub use near_duplicates::{Pair, Shingles, near_duplicates};
pub use next::{Next, NextSettings, next_to_label};
pub use review::{Finding, Review, Suspect, SuspectKind, review};
pub use split::split;
pub use stats::{Lengths, RecordClass, Stats, TagCount, UnknownTag};
