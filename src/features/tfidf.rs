//! TF-IDF over blocks of fields.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::MENTION_FIELDS;
use super::settings::{BlockSettings, FeatureSettings};
use super::sparse::SparseMatrix;
use crate::error::{Error, Result};
use crate::text::{Document, Field, UNKNOWN, Vocabulary};

/// A word or a pair of neighbouring words within one block: 8 bits of block, 28 of each word's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u64);

impl Term {
    const WORD_BITS: u32 = 28;
    const WORD_MASK: u64 = (1 << Self::WORD_BITS) - 1;

    /// The term of a block (0 to 255) that is `first`, or `first` followed by `second`.
    fn new(block: usize, first: u32, second: Option<u32>) -> Self {
        // [`UNKNOWN`] is no part of any term, so it can stand for "no second word".
        let second = u64::from(second.unwrap_or(UNKNOWN));
        Self((block as u64) << (2 * Self::WORD_BITS) | u64::from(first) << Self::WORD_BITS | second)
    }

    /// The block, the first word and the second.
    pub fn parts(self) -> (usize, u32, Option<u32>) {
        let word = |shift| (self.0 >> shift & Self::WORD_MASK) as u32;
        let second = word(0);
        (
            (self.0 >> (2 * Self::WORD_BITS)) as usize,
            word(Self::WORD_BITS),
            (second != UNKNOWN).then_some(second),
        )
    }

    /// Whether the term can be one of the first `blocks` blocks and the first `words` words.
    pub fn is_within(self, blocks: usize, words: usize) -> bool {
        let (block, first, second) = self.parts();
        block < blocks && first != UNKNOWN && (first.max(second.unwrap_or(0)) as usize) < words
    }

    /// The term as a number, for a file.
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// The term that [`Term::to_bits`] gave.
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// A document as word ids, field by field.
#[derive(Debug, Clone, Default)]
pub struct Encoded {
    fields: [Vec<u32>; Field::ALL.len()],
}

impl Encoded {
    /// The word ids of one field, stop words left out.
    pub fn field(&self, field: Field) -> &[u32] {
        &self.fields[field as usize]
    }
}

/// In place of a column, where a word has none; in place of an embedded word, where a column is none.
const NONE: u32 = u32::MAX;

/// Documents to rows of a sparse matrix.
#[derive(Debug, Clone)]
pub struct Features {
    settings: FeatureSettings,
    vocabulary: Vocabulary,
    terms: Vec<Term>,
    idf: Vec<f32>,
    /// What every word is in each block, block by block.
    words: Vec<Word>,
    /// The columns of pairs of words, found by their terms.
    pairs: HashTable<u32>,
    /// Whether any block or mention is made of a field.
    used: [bool; Field::ALL.len()],
    /// The number of every column among the embedded words, or [`NONE`].
    embedded: Vec<u32>,
    embedded_count: usize,
}

/// What a word is in a block.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Its column as a word by itself, or [`NONE`].
    column: u32,
    /// Whether any pair begins with it.
    begins: bool,
    /// Whether any pair ends with it.
    ends: bool,
}

impl Features {
    /// Chooses the vocabulary and the terms of `documents` and weighs them; the words of `always` get an id in any
    /// case.
    ///
    /// # Errors
    /// When a setting is out of range.
    pub fn fit(documents: &[Document], settings: &FeatureSettings, always: &[&str]) -> Result<Self> {
        settings.check()?;
        let texts = documents.iter().flat_map(|document| Field::ALL.map(|field| document.field(field)));
        let mut vocabulary = Vocabulary::train(texts, always, settings.min_word_count)
            .map_err(|error| training_error(&error))?;
        let used = used_fields(settings);
        let encoded: Vec<Encoded> =
            documents.par_iter().map(|document| encode(&vocabulary, document, &used)).collect();
        let mut weighted: Vec<(Term, f32)> = Vec::new();
        for (number, block) in settings.blocks.iter().enumerate() {
            weighted.extend(choose_terms(number, block, &encoded));
        }

        let mut needed = Vec::new();
        always.iter().for_each(|text| vocabulary.encode(text, &mut needed));
        for (term, _) in &weighted {
            let (_, first, second) = term.parts();
            needed.push(first);
            needed.extend(second);
        }
        needed.sort_unstable();
        let renumbered = vocabulary.retain(|id| needed.binary_search(&id).is_ok());
        for (term, _) in &mut weighted {
            let (block, first, second) = term.parts();
            // Every word of a chosen term was kept, so none becomes unknown.
            let renumber = |id: u32| renumbered[id as usize].unwrap_or(UNKNOWN);
            *term = Term::new(block, renumber(first), second.map(renumber));
        }
        // The most frequent terms lie side by side, so that what most documents need stays in the processor's caches.
        weighted.sort_unstable_by(|(a, a_idf), (b, b_idf)| a_idf.total_cmp(b_idf).then(a.cmp(b)));
        let (terms, idf) = weighted.into_iter().unzip();
        Self::new(settings.clone(), vocabulary, terms, idf)
            .ok_or_else(|| training_error(&"a term stands twice"))
    }

    /// Features from their parts, as a model file holds them: one inverse document frequency per term. `None` when a
    /// term stands twice.
    pub fn new(
        settings: FeatureSettings,
        vocabulary: Vocabulary,
        terms: Vec<Term>,
        idf: Vec<f32>,
    ) -> Option<Self> {
        let none = Word { column: NONE, begins: false, ends: false };
        let mut words = vec![none; settings.blocks.len() * vocabulary.len()];
        let mut pairs = HashTable::with_capacity(terms.len());
        for (column, term) in (0..).zip(&terms) {
            let (block, first, second) = term.parts();
            let words = &mut words[block * vocabulary.len()..];
            match second {
                None if words[first as usize].column == NONE => words[first as usize].column = column,
                None => return None,
                Some(second) => {
                    words[first as usize].begins = true;
                    words[second as usize].ends = true;
                    let hash_of = |column: &u32| hash(terms[*column as usize]);
                    match pairs.entry(hash(*term), |column| terms[*column as usize] == *term, hash_of) {
                        Entry::Vacant(place) => _ = place.insert(column),
                        Entry::Occupied(_) => return None,
                    }
                }
            }
        }
        let mut embedded_count = 0;
        let embedded = terms.iter().map(|term| {
            let (block, _, second) = term.parts();
            let embedded = second.is_none() && settings.blocks.get(block).is_some_and(|block| block.embedded);
            embedded_count += usize::from(embedded);
            if embedded { embedded_count as u32 - 1 } else { NONE }
        });
        let embedded = embedded.collect();
        let used = used_fields(&settings);
        Some(Self { settings, vocabulary, terms, idf, words, pairs, used, embedded, embedded_count })
    }

    /// The settings they were fitted with.
    pub fn settings(&self) -> &FeatureSettings {
        &self.settings
    }

    /// The words that have an id.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The term of every column.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The inverse document frequency of every column.
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// The words of `document`, as ids; fields that no feature and no mention is made of stay empty.
    pub fn encode(&self, document: &Document) -> Encoded {
        encode(&self.vocabulary, document, &self.used)
    }

    fn column(&self, term: Term) -> Option<u32> {
        let (block, first, second) = term.parts();
        let words = &self.words[block * self.vocabulary.len()..][..self.vocabulary.len()];
        let first = words[first as usize];
        match second {
            None => Some(first.column).filter(|column| *column != NONE),
            // Most neighbours are no pair, and most of those can be told without a search.
            Some(second) if first.begins && words[second as usize].ends => {
                self.pairs.find(hash(term), |column| self.terms[*column as usize] == term).copied()
            }
            Some(_) => None,
        }
    }

    /// The sparse row of a document: (column, value), columns ascending.
    ///
    /// A term that stands n times in a block weighs (1 + ln n) idf; the block is then scaled to its weight as
    /// Euclidean norm (scikit-learn's `TfidfVectorizer(sublinear_tf=True)`, block by block).
    pub fn row(&self, encoded: &Encoded) -> Vec<(u32, f32)> {
        let mut row = Vec::new();
        let mut columns = Vec::new();
        for (number, block) in self.settings.blocks.iter().enumerate() {
            columns.clear();
            for_each_term(number, block, encoded, |term, times| {
                columns.extend(self.column(term).map(|column| (column, times)));
            });
            let start = row.len();
            let mut norm = 0.0;
            for (column, count) in counts(&mut columns) {
                let value = sublinear(count) * self.idf[column as usize];
                norm += value * value;
                row.push((column, value));
            }
            let scale = block.weight / norm.sqrt();
            row[start..].iter_mut().for_each(|(_, value)| *value *= scale);
        }
        row
    }

    /// How many embedded words there are: the columns of [`Features::words_matrix`].
    pub fn word_count(&self) -> usize {
        self.embedded_count
    }

    /// The embedded words among the entries of a row, numbered by themselves.
    pub fn words(&self, row: &[(u32, f32)]) -> Vec<(u32, f32)> {
        let numbered = row.iter().map(|&(column, value)| (self.embedded[column as usize], value));
        numbered.filter(|(word, _)| *word != NONE).collect()
    }

    /// The embedded words of every row of [`Features::matrix`].
    pub fn words_matrix(&self, matrix: &SparseMatrix) -> SparseMatrix {
        let mut words = SparseMatrix::new(self.embedded_count);
        for row in 0..matrix.rows() {
            let (columns, values) = matrix.row(row);
            let row: Vec<(u32, f32)> = columns.iter().copied().zip(values.iter().copied()).collect();
            words.push(&self.words(&row));
        }
        words
    }

    /// The rows of many documents.
    pub fn matrix(&self, encoded: &[Encoded]) -> SparseMatrix {
        let rows: Vec<Vec<(u32, f32)>> = encoded.par_iter().map(|encoded| self.row(encoded)).collect();
        let mut matrix = SparseMatrix::new(self.terms.len());
        rows.iter().for_each(|row| matrix.push(row));
        matrix
    }
}

fn training_error(error: &dyn std::fmt::Display) -> Error {
    Error::Training { problem: format!("no vocabulary: {error}"), help: "check the texts".to_owned() }
}

/// Whether any block or mention is made of each field.
fn used_fields(settings: &FeatureSettings) -> [bool; Field::ALL.len()] {
    let in_blocks = |field| settings.blocks.iter().any(|block| block.fields.contains_key(&field));
    Field::ALL.map(|field| MENTION_FIELDS.contains(&field) || in_blocks(field))
}

fn encode(vocabulary: &Vocabulary, document: &Document, used: &[bool; Field::ALL.len()]) -> Encoded {
    let mut encoded = Encoded::default();
    for field in Field::ALL.into_iter().filter(|field| used[*field as usize]) {
        vocabulary.encode(document.field(field), &mut encoded.fields[field as usize]);
    }
    encoded
}

fn hash(term: Term) -> u64 {
    FxBuildHasher.hash_one(term)
}

/// The weight of a term that stands `count` times in a block.
fn sublinear(count: u32) -> f32 {
    // Most terms stand there once.
    if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() }
}

/// Calls `found` with every term of a document in one block, and how many times this occurrence counts. Pairs do not
/// reach across fields or unknown words.
fn for_each_term(number: usize, block: &BlockSettings, encoded: &Encoded, mut found: impl FnMut(Term, u32)) {
    for (&field, &times) in &block.fields {
        let words = encoded.field(field);
        for (i, &word) in words.iter().enumerate().filter(|(_, word)| **word != UNKNOWN) {
            found(Term::new(number, word, None), u32::from(times));
            if let Some(&next) = words.get(i + 1).filter(|next| block.ngrams == 2 && **next != UNKNOWN) {
                found(Term::new(number, word, Some(next)), u32::from(times));
            }
        }
    }
}

/// Sums the counts of each item; the items come in ascending order.
fn counts<T: Ord + Copy>(occurrences: &mut [(T, u32)]) -> impl Iterator<Item = (T, u32)> + '_ {
    occurrences.sort_unstable_by_key(|(item, _)| *item);
    let same = |a: &(T, u32), b: &(T, u32)| a.0 == b.0;
    occurrences.chunk_by(same).map(|chunk| (chunk[0].0, chunk.iter().map(|(_, times)| times).sum()))
}

/// The terms of a block that stand in enough records, with their smoothed inverse document frequency
/// ln((1 + n) / (1 + df)) + 1 over the n records that have any word in the block.
fn choose_terms(number: usize, block: &BlockSettings, encoded: &[Encoded]) -> Vec<(Term, f32)> {
    type Counts = FxHashMap<Term, u32>;
    let (frequencies, records) = encoded
        .par_iter()
        .fold(
            || (Counts::default(), 0_u32),
            |(mut counts, records), encoded| {
                let mut terms = Vec::new();
                for_each_term(number, block, encoded, |term, _| terms.push(term));
                terms.sort_unstable();
                terms.dedup();
                let records = records + u32::from(!terms.is_empty());
                terms.into_iter().for_each(|term| *counts.entry(term).or_default() += 1);
                (counts, records)
            },
        )
        .reduce(
            || (Counts::default(), 0),
            |(a, records_a), (b, records_b)| {
                let (mut large, small) = if a.len() < b.len() { (b, a) } else { (a, b) };
                small.into_iter().for_each(|(term, count)| *large.entry(term).or_default() += count);
                (large, records_a + records_b)
            },
        );
    let mut frequent: Vec<(Term, u32)> =
        frequencies.into_iter().filter(|(_, frequency)| *frequency >= block.min_df).collect();
    frequent.sort_unstable_by_key(|&(term, frequency)| (std::cmp::Reverse(frequency), term));
    frequent.truncate(block.max_features);
    let idf = |frequency: u32| ((1.0 + records as f32) / (1.0 + frequency as f32)).ln() + 1.0;
    frequent.into_iter().map(|(term, frequency)| (term, idf(frequency))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::corpus::Record;
    use crate::text::TextSettings;

    fn documents(descriptions: &[&str]) -> Vec<Document> {
        let document = |text: &&str| {
            let record = Record { description: Some((*text).to_owned()), ..Record::default() };
            Document::new(&record, &TextSettings::default())
        };
        descriptions.iter().map(document).collect()
    }

    fn settings(ngrams: usize, weight: f32) -> FeatureSettings {
        FeatureSettings {
            min_word_count: 1,
            blocks: vec![BlockSettings {
                name: "about".to_owned(),
                fields: [(Field::Description, 1)].into(),
                ngrams,
                min_df: 1,
                max_features: 100,
                embedded: true,
                weight,
            }],
            ..FeatureSettings::default()
        }
    }

    fn named_row(features: &Features, document: &Document) -> Vec<(String, f32)> {
        let words = features.vocabulary().words();
        let name = |column: u32| {
            let (_, first, second) = features.terms()[column as usize].parts();
            let second = second.map_or_else(String::new, |second| format!(" {}", words[second as usize]));
            format!("{}{second}", words[first as usize])
        };
        let mut row: Vec<_> = features
            .row(&features.encode(document))
            .into_iter()
            .map(|(column, value)| (name(column), value))
            .collect();
        row.sort_by(|a, b| a.0.cmp(&b.0));
        row
    }

    #[test]
    fn values_are_those_of_scikit_learn() {
        // TfidfVectorizer(sublinear_tf=True) on the same three texts, scikit-learn 1.5.2.
        let documents = documents(&["queue queue broker", "queue server", "parser"]);
        let features = Features::fit(&documents, &settings(1, 1.0), &[]).unwrap();
        let row = named_row(&features, &documents[0]);
        assert_eq!(row[0].0, "broker");
        assert!((row[0].1 - 0.613_355_5).abs() < 1e-6, "{row:?}");
        assert!((row[1].1 - 0.789_806_9).abs() < 1e-6, "{row:?}");
    }

    #[test]
    fn a_block_has_its_weight_as_norm() {
        let documents = documents(&["fast message queue", "queue server", "parser"]);
        let features = Features::fit(&documents, &settings(2, 0.7), &[]).unwrap();
        for document in &documents {
            let norm: f32 = features.row(&features.encode(document)).iter().map(|(_, v)| v * v).sum();
            assert!((norm.sqrt() - 0.7).abs() < 1e-6);
        }
    }

    #[test]
    fn pairs_are_neighbours_without_stop_words() {
        let documents = documents(&["queue for the web"]);
        let features = Features::fit(&documents, &settings(2, 1.0), &[]).unwrap();
        let names: Vec<String> =
            named_row(&features, &documents[0]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["queue", "queue web", "web"]);
    }

    #[test]
    fn text_without_a_known_word_is_an_empty_row() {
        let features = Features::fit(&documents(&["queue"]), &settings(2, 1.0), &[]).unwrap();
        assert!(named_row(&features, &documents(&["zebra"])[0]).is_empty());
        assert!(named_row(&features, &documents(&[""])[0]).is_empty());
    }

    #[test]
    fn the_most_frequent_terms_are_kept_and_words_of_aliases_too() {
        let mut settings = settings(1, 1.0);
        settings.blocks[0].max_features = 1;
        let documents = documents(&["queue", "queue broker"]);
        let features = Features::fit(&documents, &settings, &["graphql"]).unwrap();
        assert_eq!(features.terms().len(), 1);
        assert!(features.vocabulary().words().contains(&"graphql"));
        assert!(!features.vocabulary().words().contains(&"broker"));
    }

    #[test]
    fn a_term_keeps_its_parts() {
        for (block, first, second) in
            [(0, 1, None), (63, (1 << 28) - 1, Some(7)), (5, 1, Some((1 << 28) - 1))]
        {
            let term = Term::new(block, first, second);
            assert_eq!(term.parts(), (block, first, second));
            assert_eq!(Term::from_bits(term.to_bits()), term);
        }
    }

    proptest! {
        #[test]
        fn a_row_holds_what_a_plain_count_of_its_terms_gives(texts in prop::collection::vec("([b-e]{1,2} ){0,12}", 1..6)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let documents = documents(&texts);
            let mut settings = settings(2, 0.7);
            settings.blocks[0].max_features = 20;
            let features = Features::fit(&documents, &settings, &[]).unwrap();
            for document in &documents {
                let encoded = features.encode(document);
                let mut counts: BTreeMap<Term, u32> = BTreeMap::new();
                for_each_term(0, &settings.blocks[0], &encoded, |term, times| {
                    *counts.entry(term).or_default() += times;
                });
                let weighted = (0..).zip(features.terms().iter().zip(features.idf())).filter_map(|(column, (term, idf))| {
                    counts.get(term).map(|count| (column, (1.0 + (*count as f32).ln()) * idf))
                });
                let weighted: Vec<(u32, f32)> = weighted.collect();
                let norm = weighted.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
                let row = features.row(&encoded);
                prop_assert_eq!(row.len(), weighted.len());
                for ((column, value), (expected, weight)) in row.into_iter().zip(weighted) {
                    prop_assert_eq!(column, expected);
                    prop_assert!((value - 0.7 * weight / norm).abs() < 1e-5);
                }
            }
        }
    }
}
