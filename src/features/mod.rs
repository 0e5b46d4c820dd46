//! From fields to numbers: sparse TF-IDF rows, and mentions of the tags by name.

mod aliases;
mod settings;
mod sparse;
mod tfidf;

pub use aliases::{AliasMatcher, MENTION_FIELDS, spellings};
pub use settings::{BlockSettings, FeatureSettings};
pub use sparse::SparseMatrix;
pub use tfidf::{Encoded, Features, Term};
