//! Texts that stand twice, word for word or nearly so. Equal ones are looked up; for nearly equal ones it is `MinHash`
//! (Broder 1997) with banding (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, chapter 3), confirmed on the
//! texts themselves.

use std::hash::Hash;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Document, Field, for_each_word};

/// How many neighbouring words make one shingle.
const SHINGLE: usize = 3;
/// Of fewer words all must be the same, those of the name too: "a command line tool" is no duplicate of its like.
const MIN_WORDS: usize = 5;
/// Bands of hashes; texts that agree in all hashes of a band are compared.
const BANDS: usize = 16;
/// Hashes in a band. Texts of similarity s meet with probability 1 - (1 - s^4)^16: 0.999 at 0.8, 0.4 at 0.4.
const ROWS: usize = 4;
/// A text is compared with at most this many of those before it in a band, so that a thousand copies of one
/// template take no million comparisons.
const COMPARED: usize = 8;

/// Two texts that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The index of the first.
    pub first: usize,
    /// The index of the second, above `first`.
    pub second: usize,
    /// The share of the shingles of either that both have (Jaccard), 0 to 1; 1 is the same text.
    pub similarity: f32,
}

/// The set of a text's shingles: runs of three words of the description and of the README's prose, as sorted hashes.
///
/// The name is left out, because a copy mostly has another one. All words of a short text are one shingle, with those of
/// its name; a text without a word has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shingles(Vec<u64>);

impl Shingles {
    /// The shingles of a document.
    pub fn of(document: &Document) -> Self {
        let mut words: Vec<u64> = Vec::new();
        let (description, prose) = (document.field(Field::Description), document.field(Field::Prose));
        // A README without a description has lent its beginning; it would count twice.
        let description = if prose.starts_with(description) { "" } else { description };
        for text in [description, prose] {
            for_each_word(text, |word| words.push(hash(word.as_bytes())));
        }
        let mix = |words: &[u64]| {
            words.iter().fold(0, |mixed: u64, word| (mixed.rotate_left(21) ^ word).wrapping_mul(MIX))
        };
        if words.len() < MIN_WORDS {
            words.clear();
            for field in Field::ALL {
                for_each_word(document.field(field), |word| words.push(hash(word.as_bytes())));
            }
            return Self(if words.is_empty() { Vec::new() } else { vec![mix(&words)] });
        }
        let mut shingles: Vec<u64> = words.windows(SHINGLE).map(mix).collect();
        shingles.sort_unstable();
        shingles.dedup();
        Self(shingles)
    }

    /// |A ∩ B| / |A ∪ B|, 0 for two empty sets.
    pub fn similarity(&self, other: &Self) -> f32 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = 0_usize;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let order = x.cmp(y);
            both += usize::from(order.is_eq());
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
        }
        let either = self.0.len() + other.0.len() - both;
        if either == 0 { 0.0 } else { both as f32 / either as f32 }
    }

    /// The least value of every hash function over the shingles.
    fn signature(&self, hashes: &[(u64, u64)]) -> Vec<u32> {
        let least = |&(factor, term): &(u64, u64)| {
            let values = self.0.iter().map(|shingle| shingle.wrapping_mul(factor).wrapping_add(term) >> 32);
            values.min().unwrap_or(u64::MAX) as u32
        };
        hashes.iter().map(least).collect()
    }
}

/// An odd number whose bits are even in number and spread, to multiply with (2^64 / golden ratio).
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash that is the same on every platform and in every version.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The pairs of texts with at least a similarity, sorted by their indices. Of many copies each is paired with some of
/// those before it, not with all.
///
/// `seed` chooses the hash functions; pairs far above the least similarity are found with any.
pub fn near_duplicates(texts: &[Shingles], least: f32, seed: u64) -> Vec<Pair> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let hashes: Vec<(u64, u64)> =
        (0..BANDS * ROWS).map(|_| (random.random::<u64>() | 1, random.random::<u64>())).collect();
    let signatures: Vec<Vec<u32>> = texts.par_iter().map(|text| text.signature(&hashes)).collect();
    let in_band = |band: usize| meeting(texts, |text| &signatures[text][band * ROWS..][..ROWS]);
    let mut pairs: Vec<(usize, usize)> = (0..BANDS).into_par_iter().flat_map(in_band).collect();
    // In a crowded band a text may not meet its equal.
    pairs.extend(meeting(texts, |text| texts[text].0.as_slice()));
    pairs.par_sort_unstable();
    pairs.dedup();
    let compared = pairs.into_par_iter().map(|(first, second)| Pair {
        first,
        second,
        similarity: texts[first].similarity(&texts[second]),
    });
    compared.filter(|pair| pair.similarity >= least).collect()
}

/// Each text that has words with the first ones before it of the same key.
fn meeting<K: Hash + Eq>(texts: &[Shingles], key: impl Fn(usize) -> K) -> Vec<(usize, usize)> {
    let mut met: FxHashMap<K, Vec<usize>> = FxHashMap::default();
    let mut pairs = Vec::new();
    for second in (0..texts.len()).filter(|text| !texts[*text].0.is_empty()) {
        let before = met.entry(key(second)).or_default();
        pairs.extend(before.iter().map(|first| (*first, second)));
        if before.len() < COMPARED {
            before.push(second);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::Record;
    use crate::text::TextSettings;

    fn shingles(text: &str) -> Shingles {
        let record = Record { description: Some(text.to_owned()), ..Record::default() };
        Shingles::of(&Document::new(&record, &TextSettings::default()))
    }

    /// `count` words that no other `kind` has.
    fn words(kind: &str, count: usize) -> String {
        (0..count).fold(String::new(), |words, word| words + &format!("{kind}{word} "))
    }

    #[test]
    fn the_similarity_is_that_of_the_sets_of_shingles() {
        let (five, four) = (shingles("one two three four five"), shingles("two three four five six"));
        assert!((five.similarity(&four) - 2.0 / 4.0).abs() < 1e-6);
        assert!((five.similarity(&shingles("ONE, two! Three four (five)")) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn copies_and_near_copies_are_found_and_others_are_not() {
        let long = words("a", 100);
        let texts: Vec<Shingles> =
            [&long, &words("b", 100), &format!("{long} and more"), &long, "short"].map(shingles).into();
        let found: Vec<_> = near_duplicates(&texts, 0.8, 1)
            .into_iter()
            .map(|pair| (pair.first, pair.second, pair.similarity >= 1.0))
            .collect();
        assert_eq!(found, [(0, 2, false), (0, 3, true), (2, 3, false)]);
    }

    #[test]
    fn equal_texts_are_found_whatever_their_length() {
        for text in [
            "one",
            "terminal file manager",
            "four words are few",
            "```sh\nx\n```",
            &words("a", 5),
            &words("a", 5000),
        ] {
            assert!((shingles(text).similarity(&shingles(text)) - 1.0).abs() < 1e-6, "{text}");
            assert_eq!(near_duplicates(&[text, "another", text].map(shingles), 0.8, 1).len(), 1, "{text}");
        }
        assert!(
            near_duplicates(&["terminal file manager", "a terminal file manager"].map(shingles), 0.8, 1)
                .is_empty()
        );
        assert!(near_duplicates(&["--", "--"].map(shingles), 0.8, 1).is_empty());
        let named = |name: &str| {
            let description = Some("a command line tool".to_owned());
            let record = Record { name: Some(name.to_owned()), description, ..Record::default() };
            Shingles::of(&Document::new(&record, &TextSettings::default()))
        };
        assert!(near_duplicates(&[named("a/b"), named("c/d")], 0.8, 1).is_empty());
        assert_eq!(near_duplicates(&[named("a/b"), named("a/b")], 0.8, 1).len(), 1);
    }

    #[test]
    fn an_equal_text_is_found_among_many_that_are_a_little_alike() {
        // Half of each text is that of a template, so that all crowd together in the bands.
        let mut texts: Vec<String> =
            (0..300).map(|text| words("template", 60) + &words(&format!("own{text}x"), 20)).collect();
        texts.push(texts[250].clone());
        let texts: Vec<Shingles> = texts.iter().map(|text| shingles(text)).collect();
        let equal = |pair: &Pair| pair.similarity >= 1.0;
        let found: Vec<Pair> = near_duplicates(&texts, 0.8, 1).into_iter().filter(equal).collect();
        assert_eq!(found.iter().map(|pair| (pair.first, pair.second)).collect::<Vec<_>>(), [(250, 300)]);
    }

    #[test]
    fn of_many_copies_each_is_found() {
        let texts = vec![shingles(&words("a", 20)); 100];
        let pairs = near_duplicates(&texts, 0.8, 1);
        assert!((1..100).all(|copy| pairs.iter().any(|pair| pair.second == copy)));
        assert!(pairs.len() <= 100 * COMPARED);
    }

    proptest! {
        #[test]
        fn what_shares_nine_words_in_ten_is_found_with_any_seed(seed: u64, count in 60_usize..200) {
            let texts = [words("a", count), words("a", count) + &words("b", count / 10)];
            let texts: Vec<Shingles> = texts.iter().map(|text| shingles(text)).collect();
            prop_assert_eq!(near_duplicates(&texts, 0.8, seed).len(), 1);
        }
    }
}
