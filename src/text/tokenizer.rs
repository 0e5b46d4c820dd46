//! The vocabulary, trained and stored with the `tokenizers` crate.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::Deserialize;
use serde_json::{Value, json};
use tokenizers::models::wordlevel::{WordLevel, WordLevelTrainer};
use tokenizers::normalizers::{Lowercase, NFKC, NormalizerWrapper, Sequence};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, Model, SplitDelimiterBehavior, Tokenizer, Trainer};

use super::stop_words::STOP_WORDS;
use super::words::{folded, for_each_word, pattern, word_ranges};

/// The id of every word that is not in the vocabulary.
pub const UNKNOWN: u32 = 0;
const UNKNOWN_WORD: &str = "[UNK]";

/// Words and their ids, kept as a `tokenizer.json` that any user of the `tokenizers` library can load.
///
/// Encoding does not run that library's pipeline: [`for_each_word`] finds the same words many times faster, and a
/// property test holds the two together.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// All words in the order of their ids, one after the other.
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// The key of every word, or zeros.
    keys: Vec<Key>,
    /// The ids of the words that have a key, found by it.
    short: HashTable<u32>,
    /// The ids of all other words.
    long: FxHashMap<String, u32>,
    /// Whether each word is a stop word.
    stops: Vec<bool>,
}

impl Vocabulary {
    /// Trains a vocabulary of the words that stand at least `min_count` times in `texts`, most frequent first,
    /// and of every word of `always` besides.
    ///
    /// # Errors
    /// None that `texts` can cause; what the `tokenizers` library answers is passed on.
    pub fn train<'a>(
        texts: impl Iterator<Item = &'a str> + Send,
        always: &[&'a str],
        min_count: usize,
    ) -> tokenizers::Result<Self> {
        let unknown = AddedToken::from(UNKNOWN_WORD, true);
        let mut trainer = WordLevelTrainer::builder()
            .min_frequency(min_count as u64)
            .vocab_size(usize::MAX)
            .show_progress(false)
            .special_tokens(vec![unknown])
            .build()?;
        let always = always.iter().flat_map(|text| std::iter::repeat_n(*text, min_count));
        trainer.feed(texts.chain(always), |text| {
            let mut words = Vec::new();
            for_each_word(text, |word| words.push(word.to_owned()));
            Ok(words)
        })?;
        let mut model = WordLevel::default();
        trainer.train(&mut model)?;
        Ok(Self::new(in_order(model.get_vocab().iter())?))
    }

    /// The vocabulary of `words`, each of which has its place as its id.
    fn new(words: Vec<&str>) -> Self {
        let mut vocabulary = Self {
            text: words.concat(),
            ends: Vec::with_capacity(words.len()),
            keys: words.iter().map(|word| key(word, word.len()).unwrap_or_default()).collect(),
            short: HashTable::with_capacity(words.len()),
            long: FxHashMap::default(),
            stops: vec![false; words.len()],
        };
        let mut end = 0;
        for (id, word) in (0..).zip(words) {
            end += word.len() as u32;
            vocabulary.ends.push(end);
            if let Some(key) = key(word, word.len()) {
                let hash_of = |id: &u32| hash(vocabulary.keys[*id as usize]);
                vocabulary.short.insert_unique(hash(key), id, hash_of);
            } else {
                vocabulary.long.insert(word.to_owned(), id);
            }
        }
        for word in STOP_WORDS {
            if let Some(id) = vocabulary.id(word, word.len()) {
                vocabulary.stops[id as usize] = true;
            }
        }
        vocabulary
    }

    /// How many words there are, [`UNKNOWN`] among them.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn word(&self, id: u32) -> &str {
        let id = id as usize;
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[id] as usize]
    }

    /// The id of the word that the first `length` bytes of `text` are.
    fn id(&self, text: &str, length: usize) -> Option<u32> {
        match key(text, length) {
            Some(key) => self.short.find(hash(key), |id| self.keys[*id as usize] == key).copied(),
            None => self.long.get(&text[..length]).copied(),
        }
    }

    /// Appends the ids of the words of `text`; stop words are left out, other words are [`UNKNOWN`].
    pub fn encode(&self, text: &str, ids: &mut Vec<u32>) {
        let text = folded(text);
        for word in word_ranges(&text) {
            let id = self.id(&text[word.start..], word.len()).unwrap_or(UNKNOWN);
            if !self.stops[id as usize] {
                ids.push(id);
            }
        }
    }

    /// The ids of the words of `text`, as [`Vocabulary::encode`] gives them.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.encode(text, &mut ids);
        ids
    }

    /// The words in the order of their ids.
    pub fn words(&self) -> Vec<&str> {
        (0..self.ends.len() as u32).map(|id| self.word(id)).collect()
    }

    /// Keeps the words whose id `keep` accepts (and the stop words and [`UNKNOWN`]), numbered anew in the same
    /// order; returns the new id of every old one.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) -> Vec<Option<u32>> {
        let mut renumbered = vec![None; self.len()];
        let mut next = 0;
        for (id, slot) in renumbered.iter_mut().enumerate() {
            let id = id as u32;
            if id == UNKNOWN || self.stops[id as usize] || keep(id) {
                *slot = Some(next);
                next += 1;
            }
        }
        let words = self.words().into_iter().zip(&renumbered).filter(|(_, id)| id.is_some());
        *self = Self::new(words.map(|(word, _)| word).collect());
        renumbered
    }

    /// The vocabulary as a `tokenizer.json`.
    ///
    /// # Errors
    /// What the `tokenizers` library answers; none is known.
    pub fn to_json(&self) -> tokenizers::Result<String> {
        let vocabulary = self.words().into_iter().map(str::to_owned).zip(0..).collect();
        pipeline(WordLevel::builder().vocab(vocabulary).unk_token(UNKNOWN_WORD.to_owned()).build()?)?
            .to_string(false)
    }

    /// Reads what [`Vocabulary::to_json`] wrote.
    ///
    /// # Errors
    /// When `json` is no `tokenizer.json`, or describes words other than those of [`for_each_word`].
    pub fn from_json(json: &str) -> tokenizers::Result<Self> {
        let tokenizer: TokenizerJson = serde_json::from_str(json)?;
        if (tokenizer.normalizer, tokenizer.pre_tokenizer) != stages() {
            return Err("its normalizer or pre-tokenizer is not the one of this version of tagwright".into());
        }
        let words = in_order(tokenizer.model.vocab.iter())?;
        if words[UNKNOWN as usize] != UNKNOWN_WORD {
            return Err(format!("its first word is not {UNKNOWN_WORD}").into());
        }
        Ok(Self::new(words))
    }
}

/// The words in the order of their ids.
fn in_order<'a>(
    ids: impl ExactSizeIterator<Item = (&'a (impl AsRef<str> + 'a), &'a u32)>,
) -> tokenizers::Result<Vec<&'a str>> {
    let mut words = vec![None; ids.len()];
    for (word, id) in ids {
        match words.get_mut(*id as usize) {
            Some(place @ None) => *place = Some(word.as_ref()),
            _ => return Err("its word ids have gaps".into()),
        }
    }
    if words.is_empty() {
        return Err("it has no words".into());
    }
    Ok(words.into_iter().flatten().collect())
}

/// A word of at most 16 bytes as two numbers, which are hashed and compared at once.
type Key = (u64, u64);
const KEY_BYTES: usize = 16;

fn hash(key: Key) -> u64 {
    FxBuildHasher.hash_one(key)
}

/// The key of the word that the first `length` bytes of `text` are, unless it is too long for one.
fn key(text: &str, length: usize) -> Option<Key> {
    let unused = 8 * KEY_BYTES.checked_sub(length)? as u32;
    let bytes = text.as_bytes().first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = [0; KEY_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        bytes
    });
    // No word has a zero byte, so the zeros behind it tell its length.
    let bits = u128::from_le_bytes(bytes) & u128::MAX.checked_shr(unused).unwrap_or(0);
    Some((bits as u64, (bits >> 64) as u64))
}

/// What is read of a `tokenizer.json`: loading it with the `tokenizers` library would take longer than to answer a
/// record.
#[derive(Deserialize)]
struct TokenizerJson<'a> {
    normalizer: Value,
    pre_tokenizer: Value,
    #[serde(borrow)]
    model: ModelJson<'a>,
}

#[derive(Deserialize)]
struct ModelJson<'a> {
    /// No word has a character that JSON would escape.
    #[serde(borrow)]
    vocab: FxHashMap<&'a str, u32>,
}

/// The normalizer and the pre-tokenizer of [`pipeline`] in their JSON form.
fn stages() -> (Value, Value) {
    (
        json!({"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}),
        json!({"type": "Split", "pattern": {"Regex": pattern()}, "behavior": "Removed", "invert": true}),
    )
}

/// The `tokenizers` pipeline around a vocabulary.
fn pipeline(model: WordLevel) -> tokenizers::Result<Tokenizer> {
    let mut tokenizer = Tokenizer::new(model);
    let folding = vec![NormalizerWrapper::NFKC(NFKC), NormalizerWrapper::Lowercase(Lowercase)];
    tokenizer.with_normalizer(Some(Sequence::new(folding)))?;
    let words = Split::new(SplitPattern::Regex(pattern()), SplitDelimiterBehavior::Removed, true)?;
    tokenizer.with_pre_tokenizer(Some(words));
    Ok(tokenizer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "A fast message broker for the internet of things, in C++ 日本";

    fn vocabulary() -> Vocabulary {
        Vocabulary::train([TEXT, TEXT].into_iter(), &["graphql"], 2).unwrap()
    }

    #[test]
    fn unknown_words_hold_their_place_and_stop_words_go() {
        let vocabulary = vocabulary();
        let ids = vocabulary.ids("the zebra broker");
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], UNKNOWN);
        assert_eq!(vocabulary.words()[ids[1] as usize], "broker");
        assert_ne!(vocabulary.ids("GraphQL"), [UNKNOWN]);
    }

    #[test]
    fn json_round_trip() {
        let vocabulary = vocabulary();
        let json = vocabulary.to_json().unwrap();
        let back = Vocabulary::from_json(&json).unwrap();
        assert_eq!(back.words(), vocabulary.words());
        assert_eq!(back.to_json().unwrap(), json);
        assert!(Vocabulary::from_json(&json.replace("Lowercase", "StripAccents")).is_err());
        assert!(Vocabulary::from_json("{}").is_err());
        assert!(Vocabulary::from_json(&json.replace(":1", ":2")).is_err());
        let (start, end) = (json.find("{\"[UNK]").unwrap(), json.find("},\"unk_token").unwrap());
        assert!(Vocabulary::from_json(&[&json[..=start], &json[end..]].concat()).is_err());
    }

    #[test]
    fn the_tokenizers_library_reads_what_is_written() {
        let vocabulary = vocabulary();
        let json = vocabulary.to_json().unwrap();
        let library: Tokenizer = json.parse().unwrap();
        let encoding = library.encode("A fast Message zebra", false).unwrap();
        let ids: Vec<u32> =
            ["a", "fast", "message"].map(|word| vocabulary.id(word, word.len()).unwrap()).into();
        assert_eq!(encoding.get_ids(), [&ids[..], &[UNKNOWN]].concat());
        let parts: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((parts["normalizer"].clone(), parts["pre_tokenizer"].clone()), stages());
    }

    #[test]
    fn a_word_of_any_length_has_its_own_id() {
        let lengths = (1..40).flat_map(|length| ["b", "c", "é", "語"].map(|letter| letter.repeat(length)));
        let words: Vec<String> = lengths.filter(|word| !word.starts_with('語') || word.len() == 3).collect();
        let vocabulary = Vocabulary::train(words.iter().map(String::as_str), &[], 1).unwrap();
        assert_eq!(vocabulary.len(), words.len() + 1);
        for word in words {
            let id = vocabulary.ids(&format!("{word} tail"))[0];
            assert_eq!(vocabulary.words()[id as usize], word);
        }
    }

    #[test]
    fn retained_words_are_numbered_without_gaps() {
        let mut vocabulary = vocabulary();
        let broker = vocabulary.ids("broker")[0];
        let renumbered = vocabulary.retain(|id| id == broker);
        assert_eq!(vocabulary.ids("fast broker"), [UNKNOWN, renumbered[broker as usize].unwrap()]);
        assert!(Vocabulary::from_json(&vocabulary.to_json().unwrap()).is_ok());
    }

    proptest! {
        #[test]
        fn our_scan_finds_the_words_of_the_tokenizers_library(text in r"([a-zA-Z0-9+#_\-. \PC日本ひカー]|[a-zA-Zé+#.]){0,60}") {
            let mut words = Vec::new();
            for_each_word(&text, |word| words.push(word.to_owned()));
            let ids = words.iter().cloned().zip(0..).collect();
            let tokenizer = pipeline(WordLevel::builder().vocab(ids).unk_token(UNKNOWN_WORD.into()).build().unwrap());
            let encoding = tokenizer.unwrap().encode(text.as_str(), false).unwrap();
            prop_assert_eq!(encoding.get_tokens(), words);
        }
    }
}
