//! An explanation in few lines.

use std::collections::BTreeMap;

use super::contribution::{Contribution, Explanation, Phrase, Reason};
use crate::text::Field;

/// The fields in which something stands, and how often.
type Places = Vec<(Field, usize)>;

/// What adds less than this has no line of its own; it would read as 0.00.
const NEGLIGIBLE: f64 = 0.005;

/// A line of a summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// What it is about.
    pub item: Item,
    /// How much it adds to the logit: above 0 it speaks for the tag, below 0 against it.
    pub value: f64,
}

/// What a line of a summary is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A word or a pair of words in the text.
    Words {
        /// The words, in lower case, with a space between.
        words: String,
        /// The fields in which it stands.
        fields: Vec<Field>,
    },
    /// The tag is mentioned by its name or an alias.
    Mention {
        /// The name or alias, in lower case, with a space between its words.
        spelling: String,
        /// Where it stands, and how often.
        places: Vec<(Field, usize)>,
    },
    /// How likely another tag is, by its index in the taxonomy.
    Tag(usize),
    /// How many tags the base level puts before this one.
    Rank(usize),
    /// The record has a README.
    Readme,
    /// This many items that have no line of their own.
    Rest(usize),
    /// What every record starts with, and the rounding.
    Start,
}

impl Explanation {
    /// The `per_side` items that speak most for the tag, then those that speak most against it, each the strongest
    /// first, then the rest in one line and the start. Their values add up to the logit.
    pub fn summary(&self, per_side: usize) -> Vec<Share> {
        let mut items = self.items();
        items.sort_by(|a, b| b.value.total_cmp(&a.value));
        let speaks_for = items.iter().take_while(|share| share.value >= NEGLIGIBLE).count().min(per_side);
        let speaks_against =
            items.iter().rev().take_while(|share| share.value <= -NEGLIGIBLE).count().min(per_side);
        let mut against = items.split_off(items.len() - speaks_against);
        against.reverse();
        let rest = items.split_off(speaks_for);
        let mut summary = items;
        summary.append(&mut against);
        if !rest.is_empty() {
            let value = rest.iter().map(|share| share.value).sum();
            summary.push(Share { item: Item::Rest(rest.len()), value });
        }
        summary.push(Share { item: Item::Start, value: self.start() });
        summary
    }

    /// Everything but the start, each item once, without what says nothing.
    fn items(&self) -> Vec<Share> {
        let mut items: Vec<Share> = self.phrases().into_iter().map(Share::from).collect();
        items.extend(self.mentions());
        items.extend(self.contributions.iter().filter_map(|Contribution { reason, value }| {
            let item = match reason {
                Reason::Tag(tag) => Item::Tag(*tag),
                Reason::Rank(before) => Item::Rank(*before),
                Reason::Readme => Item::Readme,
                Reason::Term { .. } | Reason::Mention { .. } | Reason::Start | Reason::Rounding => {
                    return None;
                }
            };
            Some(Share { item, value: *value })
        }));
        items.retain(|share| share.value != 0.0);
        items
    }

    /// The mentions, those of a spelling together.
    fn mentions(&self) -> Vec<Share> {
        let mut mentions: BTreeMap<&str, (Places, f64)> = BTreeMap::new();
        for Contribution { reason, value } in &self.contributions {
            let Reason::Mention { spelling, field, times } = reason else { continue };
            let (places, sum) = mentions.entry(spelling).or_default();
            places.push((*field, *times));
            *sum += value;
        }
        let share = |(spelling, (places, value)): (&str, _)| Share {
            item: Item::Mention { spelling: spelling.to_owned(), places },
            value,
        };
        mentions.into_iter().map(share).collect()
    }

    fn start(&self) -> f64 {
        let is_start = |part: &&Contribution| matches!(part.reason, Reason::Start | Reason::Rounding);
        let starts = self.contributions.iter().filter(is_start);
        starts.map(|contribution| contribution.value).sum()
    }
}

impl From<Phrase> for Share {
    fn from(Phrase { words, fields, value }: Phrase) -> Self {
        Self { item: Item::Words { words, fields }, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation() -> Explanation {
        let term = |words: &str, block: &str, field| Reason::Term {
            words: words.to_owned(),
            block: block.to_owned(),
            fields: vec![field],
        };
        let mention = |field, times| Reason::Mention { spelling: "mqtt".to_owned(), field, times };
        let contributions = [
            (Reason::Start, -2.0),
            (term("broker", "about", Field::Description), 1.0),
            (term("broker", "text", Field::Prose), 0.5),
            (term("small", "text", Field::Prose), -0.25),
            (term("fast", "text", Field::Prose), 0.125),
            (mention(Field::Name, 1), 0.5),
            (mention(Field::Intro, 2), 0.75),
            (Reason::Tag(4), -0.5),
            (Reason::Tag(5), 0.0),
            (Reason::Tag(6), -0.001),
            (Reason::Rank(2), -0.125),
            (Reason::Readme, 0.25),
            (Reason::Rounding, 0.0001),
        ];
        let contributions = contributions.map(|(reason, value)| Contribution { reason, value });
        Explanation { tag: 0, probability: 0.5, contributions: contributions.into() }
    }

    #[test]
    fn the_strongest_come_first_and_the_rest_in_one_line() {
        let summary = explanation().summary(2);
        let words =
            |words: &str, fields: &[Field]| Item::Words { words: words.into(), fields: fields.into() };
        let places = vec![(Field::Name, 1), (Field::Intro, 2)];
        let expected = [
            (words("broker", &[Field::Description, Field::Prose]), 1.5),
            (Item::Mention { spelling: "mqtt".into(), places }, 1.25),
            (Item::Tag(4), -0.5),
            (words("small", &[Field::Prose]), -0.25),
            (Item::Rest(4), 0.249),
            (Item::Start, -1.9999),
        ];
        for (share, (item, value)) in summary.iter().zip(&expected) {
            assert!(share.item == *item && (share.value - value).abs() < 1e-12, "{share:?}");
        }
        assert_eq!(summary.len(), expected.len());
    }

    #[test]
    fn a_summary_of_any_length_adds_up_to_the_logit() {
        let explanation = explanation();
        for per_side in 0..9 {
            let sum: f64 = explanation.summary(per_side).iter().map(|share| share.value).sum();
            assert!((sum - explanation.logit()).abs() < 1e-12);
        }
        assert!(explanation.summary(8).iter().any(|share| share.item == Item::Rest(1)));
        assert_eq!(explanation.summary(0).len(), 2);
    }
}
