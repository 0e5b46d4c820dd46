//! From Markdown to fields, from fields to tokens.

mod document;
mod language;
pub mod markdown;
mod stop_words;
mod tokenizer;
mod words;

pub use document::{Document, Field, TextSettings};
pub use language::Language;
pub use tokenizer::{UNKNOWN, Vocabulary};
pub use words::{for_each_word, word_ranges};
