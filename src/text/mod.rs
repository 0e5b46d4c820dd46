//! From Markdown to fields, from fields to tokens.

mod document;
pub mod markdown;
mod stop_words;
mod tokenizer;
mod words;

pub use document::{Document, Field, TextSettings};
pub use tokenizer::{UNKNOWN, Vocabulary};
pub use words::for_each_word;
