//! The vocabulary, trained and stored with the `tokenizers` crate.

use rustc_hash::{FxHashMap, FxHashSet};
use tokenizers::models::wordlevel::{WordLevel, WordLevelTrainer};
use tokenizers::normalizers::{Lowercase, NFKC, NormalizerWrapper, Sequence};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, Model, SplitDelimiterBehavior, Tokenizer, Trainer};

use super::stop_words::STOP_WORDS;
use super::words::{for_each_word, pattern};

/// The id of every word that is not in the vocabulary.
pub const UNKNOWN: u32 = 0;
const UNKNOWN_WORD: &str = "[UNK]";

/// Words and their ids, kept as a `tokenizer.json` that any user of the `tokenizers` library can load.
///
/// Encoding does not run that library's pipeline: [`for_each_word`] finds the same words many times faster, and a
/// property test holds the two together.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    ids: FxHashMap<String, u32>,
    stop_ids: FxHashSet<u32>,
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
        Ok(Self::new(model.get_vocab().into_iter().collect()))
    }

    fn new(ids: FxHashMap<String, u32>) -> Self {
        let stop_ids = STOP_WORDS.iter().filter_map(|word| ids.get(*word).copied()).collect();
        Self { ids, stop_ids }
    }

    /// How many words there are, [`UNKNOWN`] among them.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Appends the ids of the words of `text`; stop words are left out, other words are [`UNKNOWN`].
    pub fn encode(&self, text: &str, ids: &mut Vec<u32>) {
        for_each_word(text, |word| {
            let id = self.ids.get(word).copied().unwrap_or(UNKNOWN);
            if !self.stop_ids.contains(&id) {
                ids.push(id);
            }
        });
    }

    /// The ids of the words of `text`, as [`Vocabulary::encode`] gives them.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.encode(text, &mut ids);
        ids
    }

    /// The words in the order of their ids.
    pub fn words(&self) -> Vec<&str> {
        let mut words: Vec<(u32, &str)> = self.ids.iter().map(|(word, id)| (*id, word.as_str())).collect();
        words.sort_unstable();
        words.into_iter().map(|(_, word)| word).collect()
    }

    /// Keeps the words whose id `keep` accepts (and the stop words and [`UNKNOWN`]), numbered anew in the same
    /// order; returns the new id of every old one.
    pub fn retain(&mut self, keep: impl Fn(u32) -> bool) -> Vec<Option<u32>> {
        let mut renumbered = vec![None; self.len()];
        let mut next = 0;
        for (id, slot) in renumbered.iter_mut().enumerate() {
            let id = id as u32;
            if id == UNKNOWN || self.stop_ids.contains(&id) || keep(id) {
                *slot = Some(next);
                next += 1;
            }
        }
        let ids = std::mem::take(&mut self.ids).into_iter();
        *self = Self::new(ids.filter_map(|(word, id)| Some((word, renumbered[id as usize]?))).collect());
        renumbered
    }

    /// The vocabulary as a `tokenizer.json`.
    ///
    /// # Errors
    /// What the `tokenizers` library answers; none is known.
    pub fn to_json(&self) -> tokenizers::Result<String> {
        let vocabulary = self.ids.iter().map(|(word, id)| (word.clone(), *id)).collect();
        pipeline(WordLevel::builder().vocab(vocabulary).unk_token(UNKNOWN_WORD.to_owned()).build()?)?
            .to_string(false)
    }

    /// Reads what [`Vocabulary::to_json`] wrote.
    ///
    /// # Errors
    /// When `json` is no `tokenizer.json`, or describes words other than those of [`for_each_word`].
    pub fn from_json(json: &str) -> tokenizers::Result<Self> {
        let tokenizer: Tokenizer = json.parse()?;
        if stages(&tokenizer)? != stages(&pipeline(WordLevel::default())?)? {
            return Err("its normalizer or pre-tokenizer is not the one of this version of tagwright".into());
        }
        let ids: FxHashMap<String, u32> = tokenizer.get_vocab(false).into_iter().collect();
        if ids.values().any(|id| *id as usize >= ids.len()) {
            return Err("its word ids have gaps".into());
        }
        Ok(Self::new(ids))
    }
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

/// Everything of a pipeline but its vocabulary, in a form that can be compared.
fn stages(tokenizer: &Tokenizer) -> serde_json::Result<String> {
    serde_json::to_string(&(tokenizer.get_normalizer(), tokenizer.get_pre_tokenizer()))
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
