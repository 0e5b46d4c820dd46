//! The words that spoke for or against a tag, found again in the text of a record.

use std::collections::HashMap;
use std::ops::Range;

use super::contribution::{Contribution, Explanation, Reason};
use crate::corpus::Record;
use crate::text::{Field, Vocabulary, word_ranges};

/// A word in a text, and how much it spoke for the tag (above 0) or against it (below 0).
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Its share of the tag's logit.
    pub weight: f64,
}

/// A text of a record with its marks.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedText<'r> {
    /// The field of the record: name, description, readme or text.
    pub field: &'static str,
    /// The field's text as it came.
    pub text: &'r str,
    /// The marks in order; none overlap.
    pub marks: Vec<Mark>,
}

/// See [`Explainer::marked_texts`](super::Explainer::marked_texts).
pub(super) fn marked_texts<'r>(
    vocabulary: &Vocabulary,
    record: &'r Record,
    explanation: &Explanation,
) -> Vec<MarkedText<'r>> {
    let texts = [
        ("name", &record.name, &[Field::Name, Field::Owner][..]),
        ("description", &record.description, &[Field::Description]),
        ("readme", &record.readme, &Field::ALL),
        ("text", &record.text, &Field::ALL),
    ];
    let present = texts.into_iter().filter_map(|(name, text, fields)| Some((name, text.as_deref()?, fields)));
    let marked = present.map(|(field, text, fields)| {
        let phrases = Phrases::of(vocabulary, explanation, fields);
        MarkedText { field, text, marks: phrases.marks(vocabulary, text) }
    });
    marked.collect()
}

/// Sequences of words, and the weight of each of their words.
#[derive(Default)]
struct Phrases {
    weights: HashMap<Vec<u32>, f64>,
    longest: usize,
}

impl Phrases {
    /// The terms and mentions that stand in any of `fields`.
    fn of(vocabulary: &Vocabulary, explanation: &Explanation, fields: &[Field]) -> Self {
        let mut phrases = Self::default();
        for Contribution { reason, value } in &explanation.contributions {
            let text = match reason {
                Reason::Term { words, fields: stands_in, .. }
                    if stands_in.iter().any(|f| fields.contains(f)) =>
                {
                    words
                }
                Reason::Mention { spelling, field, .. } if fields.contains(field) => spelling,
                _ => continue,
            };
            let words = vocabulary.ids(text);
            phrases.longest = phrases.longest.max(words.len());
            let each = value / words.len() as f64;
            *phrases.weights.entry(words).or_default() += each;
        }
        phrases
    }

    fn marks(&self, vocabulary: &Vocabulary, text: &str) -> Vec<Mark> {
        let mut ids = Vec::new();
        let mut places = Vec::new();
        for range in word_ranges(text) {
            ids.extend(vocabulary.ids(&text[range.clone()]));
            places.resize(ids.len(), range);
        }
        let mut weights = vec![0.0; ids.len()];
        for start in 0..ids.len() {
            for end in start + 1..=ids.len().min(start + self.longest) {
                if let Some(each) = self.weights.get(&ids[start..end]) {
                    weights[start..end].iter_mut().for_each(|weight| *weight += each);
                }
            }
        }
        let marks = places.into_iter().zip(weights).map(|(range, weight)| Mark { range, weight });
        marks.filter(|mark| mark.weight != 0.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(terms: &[(&str, Field, f64)]) -> Explanation {
        let term = |&(words, field, value): &(&str, Field, f64)| Contribution {
            reason: Reason::Term { words: words.into(), block: "text".into(), fields: vec![field] },
            value,
        };
        Explanation { tag: 0, probability: 0.5, contributions: terms.iter().map(term).collect() }
    }

    fn marked(record: &Record, explanation: &Explanation) -> Vec<(&'static str, String, f64)> {
        let always = ["message broker broking für the"];
        let vocabulary = Vocabulary::train(always.into_iter(), &[], 1).unwrap();
        let texts = marked_texts(&vocabulary, record, explanation);
        let marks = texts.into_iter().flat_map(|marked| {
            let word = move |mark: Mark| (marked.field, marked.text[mark.range].to_owned(), mark.weight);
            marked.marks.into_iter().map(word)
        });
        marks.collect()
    }

    #[test]
    fn each_word_has_its_share_of_the_phrases_that_it_stands_in() {
        let record =
            Record { readme: Some("A Message, the BROKER; broker für".into()), ..Record::default() };
        let explanation = explanation(&[
            ("message broker", Field::Prose, 1.0),
            ("broker", Field::Code, -0.25),
            ("für", Field::Prose, 0.125),
        ]);
        let expected = [
            ("readme", "Message".to_owned(), 0.5),
            ("readme", "BROKER".to_owned(), 0.25),
            ("readme", "broker".to_owned(), -0.25),
            ("readme", "für".to_owned(), 0.125),
        ];
        assert_eq!(marked(&record, &explanation), expected);
    }

    #[test]
    fn words_of_the_name_are_marked_in_the_name_alone() {
        let record = Record {
            name: Some("broker/message".into()),
            description: Some("message broker".into()),
            ..Record::default()
        };
        let name = explanation(&[("broker", Field::Owner, 1.0), ("message", Field::Name, 2.0)]);
        let expected = [("name", "broker".to_owned(), 1.0), ("name", "message".to_owned(), 2.0)];
        assert_eq!(marked(&record, &name), expected);
    }

    #[test]
    fn mentions_are_marked_and_other_reasons_are_not() {
        let record = Record { description: Some("broking, zebra".into()), ..Record::default() };
        let mention = Reason::Mention { spelling: "broking".into(), field: Field::Description, times: 1 };
        let contributions = [mention, Reason::Start, Reason::Tag(3), Reason::Rank(1), Reason::Readme];
        let contributions = contributions.map(|reason| Contribution { reason, value: 1.0 });
        let explanation = Explanation { tag: 0, probability: 0.5, contributions: contributions.into() };
        assert_eq!(marked(&record, &explanation), [("description", "broking".to_owned(), 1.0)]);
    }
}
