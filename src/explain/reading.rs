//! What a model sees of one record.

use crate::corpus::Record;
use crate::features::Encoded;
use crate::learn::base::network::INPUT_SCALE;
use crate::learn::stack::Ranking;
use crate::model::Model;
use crate::text::Document;

/// A record as both levels see it: computed once, for all tags.
pub(super) struct Reading {
    /// The word ids of each field.
    pub encoded: Encoded,
    /// The sparse row: (column, value).
    pub row: Vec<(u32, f32)>,
    /// For each hidden unit of the network, whether this record makes it positive; empty without a network.
    pub active: Vec<bool>,
    /// The base logit of every tag, as `predict` computes it.
    pub logits: Vec<f32>,
    pub ranking: Ranking,
    pub has_readme: bool,
}

impl Reading {
    pub fn new(model: &Model, record: &Record) -> Self {
        let features = model.features();
        let document = Document::new(record, &features.settings().text);
        let encoded = features.encode(&document);
        let row = features.row(&encoded);
        let words = features.words(&row);
        let logits = model.base().logits(&row, &words);
        Self {
            active: active(model, &words),
            ranking: Ranking::of(&logits),
            has_readme: document.has_readme,
            encoded,
            row,
            logits,
        }
    }
}

fn active(model: &Model, words: &[(u32, f32)]) -> Vec<bool> {
    let Some((embedding, head)) = &model.base().network else { return Vec::new() };
    let mut hidden = head.hidden.clone();
    for &(word, value) in words {
        embedding.add_row(word, value * INPUT_SCALE, &mut hidden);
    }
    hidden.iter().map(|unit| *unit > 0.0).collect()
}
