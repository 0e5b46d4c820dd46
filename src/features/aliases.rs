//! Mentions of a tag by its name or one of its aliases.

use rustc_hash::FxHashMap;

use super::tfidf::Encoded;
use crate::taxonomy::Taxonomy;
use crate::text::{Field, UNKNOWN, Vocabulary};

/// The fields in which mentions are counted, each for itself.
pub const MENTION_FIELDS: [Field; 3] = [Field::Name, Field::Description, Field::Intro];

/// Finds the names and aliases of all tags in encoded text.
#[derive(Debug, Clone)]
pub struct AliasMatcher {
    /// The tags that a sequence of words means.
    tags: FxHashMap<Vec<u32>, Vec<u16>>,
    longest: usize,
    /// Whether any spelling begins with each word.
    begins: Vec<bool>,
    tag_count: usize,
}

impl AliasMatcher {
    /// A matcher for all tags of `taxonomy`; a spelling with a word that `vocabulary` lacks is never found.
    pub fn new(taxonomy: &Taxonomy, vocabulary: &Vocabulary) -> Self {
        let mut tags: FxHashMap<Vec<u32>, Vec<u16>> = FxHashMap::default();
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            for spelling in spellings(tag) {
                let mut words = Vec::new();
                vocabulary.encode(spelling, &mut words);
                if words.contains(&UNKNOWN) {
                    continue;
                }
                let meant = tags.entry(words).or_default();
                if meant.last() != Some(&(index as u16)) {
                    meant.push(index as u16);
                }
            }
        }
        tags.remove(&Vec::new());
        let longest = tags.keys().map(Vec::len).max().unwrap_or(0);
        let mut begins = vec![false; vocabulary.len()];
        tags.keys().for_each(|words| begins[words[0] as usize] = true);
        Self { tags, longest, begins, tag_count: taxonomy.len() }
    }

    /// How often each tag is mentioned in each of [`MENTION_FIELDS`].
    pub fn mentions(&self, encoded: &Encoded) -> [Vec<u8>; MENTION_FIELDS.len()] {
        MENTION_FIELDS.map(|field| self.count(encoded.field(field)))
    }

    fn count(&self, words: &[u32]) -> Vec<u8> {
        let mut counts = vec![0_u8; self.tag_count];
        for start in (0..words.len()).filter(|start| self.begins[words[*start] as usize]) {
            for end in start + 1..=words.len().min(start + self.longest) {
                for &tag in self.tags.get(&words[start..end]).into_iter().flatten() {
                    counts[tag as usize] = counts[tag as usize].saturating_add(1);
                }
            }
        }
        counts
    }
}

/// The texts that mean a tag: its name and its aliases.
pub fn spellings(tag: &crate::taxonomy::Tag) -> impl Iterator<Item = &str> {
    std::iter::once(tag.key()).chain(tag.aliases.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::features::{FeatureSettings, Features};
    use crate::taxonomy::testing::tag_known_as;
    use crate::text::{Document, TextSettings};

    #[test]
    fn mentions_are_counted_by_field_and_over_whole_words() {
        let taxonomy = Taxonomy::new(vec![
            tag_known_as(1, "message-queue ", &["mqtt", "message broker"]),
            tag_known_as(2, "iot", &[]),
        ])
        .unwrap();
        let record = Record {
            name: Some("acme/mqttx-mqtt".to_owned()),
            description: Some("A message queue and Message-Broker, no queue of messages".to_owned()),
            ..Record::default()
        };
        let documents = [Document::new(&record, &TextSettings::default())];
        let always: Vec<&str> = taxonomy.tags().iter().flat_map(spellings).collect();
        let features = Features::fit(&documents, &FeatureSettings::default(), &always).unwrap();
        let matcher = AliasMatcher::new(&taxonomy, features.vocabulary());
        let [name, description, intro] = matcher.mentions(&features.encode(&documents[0]));
        assert_eq!(name, [1, 0]);
        assert_eq!(description, [2, 0]);
        assert_eq!(intro, [0, 0]);
    }

    #[test]
    fn a_spelling_with_an_unknown_word_is_never_found() {
        let tag = tag_known_as(1, "gadget", &["a gizmo"]);
        let taxonomy = Taxonomy::new(vec![tag]).unwrap();
        let record = Record { description: Some("gadget, a gizmo, a widget".into()), ..Record::default() };
        let document = Document::new(&record, &TextSettings::default());
        let documents = std::slice::from_ref(&document);
        let features = Features::fit(documents, &FeatureSettings::default(), &["widget"]).unwrap();
        let matcher = AliasMatcher::new(&taxonomy, features.vocabulary());
        assert_eq!(matcher.mentions(&features.encode(&document)), [[0], [0], [0]]);
    }
}
