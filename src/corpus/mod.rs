//! Records: what a project says about itself, read from files and standard input.

mod csv;
mod format;
mod formula;
mod id;
mod input;
mod json;
mod jsonl;
mod labelled;
mod predictions;
mod reader;
mod record;
mod rows;
mod same_text;
#[cfg(test)]
mod testing;
mod whole;
mod write;

pub use format::InputFormat;
pub use formula::unquoted;
pub use id::Id;
pub use input::{Source, read_file};
pub use json::reason;
pub use labelled::{Labelled, read_labelled};
pub use predictions::{Prediction, read_predictions};
pub use reader::{BadRecord, Records, Unread, open, open_unread};
pub use record::{FIELDS, LIST_FIELDS, Record, TEXT_FIELDS, TagRef};
pub use same_text::same_text;
pub use whole::{WholeRecord, open_whole, read_json, read_text, read_whole};
pub use write::{OutputFormat, draft_whole, lost_in_csv, write_data, write_whole, write_whole_to};
