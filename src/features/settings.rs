//! Which text becomes which features.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::limits;
use crate::text::{Field, TextSettings};

/// One TF-IDF block: some fields with a vocabulary of n-grams, an inverse document frequency and a norm of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockSettings {
    /// What the block is called in reports.
    pub name: String,
    /// The fields whose words are counted, and how many times each occurrence counts.
    pub fields: BTreeMap<Field, u16>,
    /// The longest n-gram: 1 (words) or 2 (words and pairs of neighbours).
    pub ngrams: usize,
    /// An n-gram must stand in at least this many records.
    pub min_df: u32,
    /// At most this many n-grams, those in the most records.
    pub max_features: usize,
    /// Whether the block's single words are also what the network of the base level sees.
    pub embedded: bool,
    /// The Euclidean norm of the block in every record that has any of its words.
    pub weight: f32,
}

/// The features of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureSettings {
    /// How much of the long fields is read.
    pub text: TextSettings,
    /// A word must stand at least this often in all texts together to get an id.
    pub min_word_count: usize,
    /// The blocks, side by side in one matrix.
    pub blocks: Vec<BlockSettings>,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        let block = |name: &str, fields: &[(Field, u16)], max_features, weight, embedded| BlockSettings {
            name: name.to_owned(),
            fields: fields.iter().copied().collect(),
            ngrams: 2,
            min_df: 3,
            max_features,
            embedded,
            weight,
        };
        Self {
            text: TextSettings::default(),
            min_word_count: 3,
            blocks: vec![
                block(
                    "text",
                    &[(Field::Name, 2), (Field::Owner, 1), (Field::Description, 2), (Field::Prose, 1)],
                    58_000,
                    1.0,
                    true,
                ),
                block(
                    "about",
                    &[(Field::Name, 1), (Field::Owner, 1), (Field::Description, 1)],
                    30_000,
                    0.7,
                    true,
                ),
                block(
                    "code",
                    &[(Field::Code, 1), (Field::Languages, 1), (Field::Hosts, 1), (Field::Links, 1)],
                    28_000,
                    0.5,
                    false,
                ),
                block("name", &[(Field::Name, 1)], 8_000, 0.5, false),
            ],
        }
    }
}

impl FeatureSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::MIN_WORD_COUNT.check(self.min_word_count as f64)?;
        limits::INTRO_CHARS.check(self.text.intro_chars as f64)?;
        limits::PROSE_CHARS.check(self.text.prose_chars as f64)?;
        limits::CODE_CHARS.check(self.text.code_chars as f64)?;
        limits::OUTLINE_CHARS.check(self.text.outline_chars as f64)?;
        limits::BLOCKS.check(self.blocks.len() as f64)?;
        for (place, block) in self.blocks.iter().enumerate() {
            let place = format!("features.blocks[{place}]");
            let check = |range: limits::Range, value| {
                range.check_as(&range.name.replace("features.blocks[]", &place), value)
            };
            if block.fields.is_empty() {
                let (expected, found) = ("at least one field".to_owned(), "none".to_owned());
                return Err(Error::Setting { name: format!("{place}.fields"), expected, found });
            }
            block.fields.values().try_for_each(|times| check(limits::BLOCK_FIELDS, f64::from(*times)))?;
            check(limits::NGRAMS, block.ngrams as f64)?;
            check(limits::MIN_DF, f64::from(block.min_df))?;
            check(limits::MAX_FEATURES, block.max_features as f64)?;
            check(limits::BLOCK_WEIGHT, f64::from(block.weight))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl Fn(&mut FeatureSettings)) -> String {
        let mut settings = FeatureSettings::default();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_valid_and_anything_out_of_range_is_named() {
        assert!(FeatureSettings::default().check().is_ok());
        assert_eq!(refused(|s| s.blocks.clear()), "features.blocks: expected 1 to 64, found 0");
        let ngrams = refused(|s| s.blocks[1].ngrams = 3);
        assert_eq!(ngrams, "features.blocks[1].ngrams: expected 1 to 2, found 3");
        assert!(
            refused(|s| s.blocks[0].weight = f32::NAN).contains("weight: expected 0.001 to 1,000, found NaN")
        );
        assert!(
            refused(|s| s.blocks[0].fields.clear())
                .contains("fields: expected at least one field, found none")
        );
    }
}
