//! From Markdown to fields, from fields to tokens.

mod copies;
mod document;
mod language;
pub mod markdown;
mod near_duplicates;
mod stop_words;
mod tokenizer;
mod words;

pub use copies::{copies, copies_among, held_together};
pub use document::{Document, Field, TextSettings};
pub use language::Language;
pub use near_duplicates::{Pair, Shingles, near_duplicates};
pub use tokenizer::{UNKNOWN, Vocabulary};
pub use words::{for_each_word, word_ranges};
