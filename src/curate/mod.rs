//! Curating labelled data: which records deserve a second look, and which should be labelled next.

mod health;
mod label_errors;
mod near_duplicates;
mod review;

pub use health::{Remark, RemarkKind, broken_text, remarks};
pub use label_errors::{Change, ConfidentJoint, MistakeModel};
pub use near_duplicates::{Pair, Shingles, near_duplicates};
pub use review::{Finding, Review, Suspect, SuspectKind, review};
