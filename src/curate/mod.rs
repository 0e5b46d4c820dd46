//! Curating labelled data: which records deserve a second look, and which should be labelled next.

mod data;
mod health;
mod label_errors;
mod near_duplicates;
mod next;
mod review;

pub use data::ReviewData;
pub use health::{Remark, RemarkKind, broken_text, remarks};
pub use label_errors::{Change, ConfidentJoint, MistakeModel};
pub use near_duplicates::{Pair, Shingles, near_duplicates};
pub use next::{Next, NextSettings, next_to_label};
pub use review::{Finding, Review, Suspect, SuspectKind, review};
