//! Records: what a project says about itself, read from files and standard input.

mod csv;
mod format;
mod id;
mod input;
mod json;
mod jsonl;
mod labelled;
mod reader;
mod record;
#[cfg(test)]
mod testing;
mod whole;

pub use format::InputFormat;
pub use id::Id;
pub use input::Source;
pub use labelled::{Labelled, read_labelled};
pub use reader::{BadRecord, Records, Unread, open, open_unread};
pub use record::{Record, TagRef};
pub use whole::{WholeRecord, open_whole, read_whole, write_whole};
