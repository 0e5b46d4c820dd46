//! Columns and mentions as a person knows them: words, and the fields where they stand.

use std::collections::BTreeMap;

use super::contribution::Reason;
use super::reading::Reading;
use crate::features::spellings;
use crate::model::Model;
use crate::text::{Field, UNKNOWN};

/// The words of a model by their ids.
pub(super) struct Names<'m> {
    words: Vec<&'m str>,
    /// The word sequences that mean each tag.
    spellings: Vec<Vec<Vec<u32>>>,
}

impl<'m> Names<'m> {
    pub fn new(model: &'m Model) -> Self {
        let vocabulary = model.features().vocabulary();
        let spellings = model.taxonomy().tags().iter().map(|tag| {
            let mut sequences: Vec<Vec<u32>> = spellings(tag).map(|text| vocabulary.ids(text)).collect();
            sequences.retain(|words| !words.is_empty() && !words.contains(&UNKNOWN));
            sequences.sort_unstable();
            sequences.dedup();
            sequences
        });
        Self { words: vocabulary.words(), spellings: spellings.collect() }
    }

    /// The term of a column, with the fields of its block in which it stands.
    pub fn term(&self, model: &Model, reading: &Reading, column: u32) -> Reason {
        let features = model.features();
        let (block, first, second) = features.terms()[column as usize].parts();
        let block = &features.settings().blocks[block];
        let words: Vec<u32> = [first].into_iter().chain(second).collect();
        let stands_in = |field: &&Field| count(reading.encoded.field(**field), &words) > 0;
        Reason::Term {
            words: self.text(&words),
            block: block.name.clone(),
            fields: block.fields.keys().filter(stands_in).copied().collect(),
        }
    }

    /// The spellings by which a field mentions a tag, and how often.
    pub fn mentions(&self, reading: &Reading, tag: usize, field: Field) -> Vec<(String, usize)> {
        let text = reading.encoded.field(field);
        let found = self.spellings[tag].iter().map(|words| (self.text(words), count(text, words)));
        found.filter(|(_, times)| *times > 0).collect::<BTreeMap<_, _>>().into_iter().collect()
    }

    fn text(&self, words: &[u32]) -> String {
        words.iter().map(|word| self.words[*word as usize]).collect::<Vec<_>>().join(" ")
    }
}

/// How often `words` stand in `text`, one after the other.
fn count(text: &[u32], words: &[u32]) -> usize {
    text.windows(words.len()).filter(|window| *window == words).count()
}
