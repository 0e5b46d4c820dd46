//! What an explanation says.

use std::collections::BTreeMap;

use crate::text::Field;

/// Where a part of a logit comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// What every record starts with: the intercepts, with all other tags as unlikely as they count.
    Start,
    /// A word, or a pair of neighbouring words.
    Term {
        /// The words, in lower case, with a space between.
        words: String,
        /// The name of the block of features that the term belongs to.
        block: String,
        /// The fields of that block in which it stands.
        fields: Vec<Field>,
    },
    /// The tag is mentioned by its name or an alias.
    Mention {
        /// The name or alias, in lower case, with a space between its words.
        spelling: String,
        /// Where it stands.
        field: Field,
        /// How often it stands there.
        times: usize,
    },
    /// The base logit of another tag, by its index in the taxonomy.
    Tag(usize),
    /// How many tags the base level puts before this one.
    Rank(usize),
    /// The record has a README.
    Readme,
    /// What single precision makes of the base logit; far too little to matter.
    Rounding,
}

/// A part of a tag's logit.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Where it comes from.
    pub reason: Reason,
    /// How much it adds to the logit: above 0 it speaks for the tag, below 0 against it.
    pub value: f64,
}

/// Why a record has a tag, or has not.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The tag, by its index in the taxonomy.
    pub tag: usize,
    /// The tag's probability, the very number that [`Model::probabilities`](crate::model::Model::probabilities) gives.
    pub probability: f32,
    /// The parts of its logit: the start, terms by column, mentions, other tags, rank, README, rounding.
    pub contributions: Vec<Contribution>,
}

/// A word or a pair of words, whatever the blocks of features in which it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The words, in lower case, with a space between.
    pub words: String,
    /// The fields in which it stands.
    pub fields: Vec<Field>,
    /// How much it adds to the logit in all blocks together.
    pub value: f64,
}

impl Explanation {
    /// The tag's logit: the sum of all contributions, which is the model's to within 1e-5. The logistic function of it
    /// is the probability.
    pub fn logit(&self) -> f64 {
        self.contributions.iter().map(|contribution| contribution.value).sum()
    }

    /// The words and pairs of words, what speaks most for the tag first and what speaks most against it last.
    pub fn phrases(&self) -> Vec<Phrase> {
        let mut phrases: BTreeMap<&str, Phrase> = BTreeMap::new();
        for Contribution { reason, value } in &self.contributions {
            let Reason::Term { words, fields, .. } = reason else { continue };
            let phrase = phrases.entry(words).or_insert_with(|| Phrase {
                words: words.clone(),
                fields: Vec::new(),
                value: 0.0,
            });
            phrase.fields.extend(fields);
            phrase.value += value;
        }
        let mut phrases: Vec<Phrase> = phrases.into_values().collect();
        for phrase in &mut phrases {
            phrase.fields.sort_unstable();
            phrase.fields.dedup();
        }
        phrases.sort_by(|a, b| b.value.total_cmp(&a.value));
        phrases
    }
}
