//! Records: what a project says about itself, read from files and standard input.

mod id;
mod record;

pub use id::Id;
pub use record::{Record, TagRef};
