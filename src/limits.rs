//! What is too much: every limit and every range, with its message and its row in docs/limits.md.
//!
//! No honest input comes near them. They bound memory and time whatever a file holds.

use crate::error::{Error, Location, Result};

/// The most of something that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What is counted, as it is said in messages and in the table: "a record".
    pub what: &'static str,
    /// The most that is allowed.
    pub most: u64,
    /// What it is counted in.
    pub unit: &'static str,
    /// What to do about more.
    pub help: &'static str,
}

/// A line of JSON Lines, an element of JSON or a row of CSV.
pub const RECORD: Limit = Limit {
    what: "a record",
    most: 64_000_000,
    unit: "bytes",
    help: "leave out what is no description or README of one project",
};

/// A file of text that is one record.
pub const TEXT: Limit = Limit {
    what: "a text file",
    most: 64_000_000,
    unit: "bytes",
    help: "cut it; its beginning is what counts",
};

/// A file that is read as a whole: taxonomy, settings, candidates, a learning curve, a journal, Markdown and fastText.
pub const FILE: Limit = Limit {
    what: "a file that is read as a whole",
    most: 256_000_000,
    unit: "bytes",
    help: "cut it into several files",
};

/// A model file.
pub const MODEL: Limit = Limit {
    what: "a model file",
    most: 1_000_000_000,
    unit: "bytes",
    help: "name a file written by `tagwright train --out`",
};

/// What the words of a model take in memory: each has a place in each block.
pub const MODEL_WORDS: Limit = Limit {
    what: "a model",
    most: 50_000_000,
    unit: "words, counted in each block",
    help: "train it with fewer features",
};

/// The records that are read while others are answered.
pub const AHEAD: Limit = Limit {
    what: "records read ahead",
    most: 64_000_000,
    unit: "bytes",
    help: "nothing: reading waits until some are answered",
};

/// The tags of a taxonomy, or of two that are put together.
pub const TAGS: Limit = Limit {
    what: "a taxonomy",
    most: u16::MAX as u64,
    unit: "tags",
    help: "leave out the tags that hardly any record has",
};

/// The tags or candidates that one record lists.
pub const LIST: Limit = Limit {
    what: "a list of tags",
    most: TAGS.most,
    unit: "entries",
    help: "list only tags that the taxonomy has, each once",
};

/// How deep JSON and YAML may be nested where they are looked into.
pub const DEPTH: Limit =
    Limit { what: "nesting", most: 128, unit: "levels", help: "write what is nested this deeply as text" };

/// What the aliases of YAML may repeat, one in the other.
pub const ALIASES: Limit = Limit {
    what: "text repeated by YAML aliases",
    most: 1_000_000,
    unit: "bytes",
    help: "write it out, or leave it out",
};

/// Threads for each processor of the machine.
pub const JOBS: Limit =
    Limit { what: "--jobs", most: 4, unit: "threads for each processor", help: "leave it out" };

/// Candidates without a tag that are named, each once, before no more are.
pub const NAMED: Limit = Limit {
    what: "warnings of unknown candidates",
    most: 100,
    unit: "candidates",
    help: "give only tags that the model has",
};

/// All limits, in the order of the table.
pub const LIMITS: [Limit; 12] =
    [RECORD, TEXT, FILE, MODEL, MODEL_WORDS, AHEAD, TAGS, LIST, DEPTH, ALIASES, JOBS, NAMED];

impl Limit {
    /// The limit as a size in memory.
    pub const fn size(&self) -> usize {
        self.most as usize
    }

    /// Refuses more.
    ///
    /// # Errors
    /// [`Limit::exceeded`].
    pub fn check(&self, at: &Location, found: usize) -> Result<()> {
        if found <= self.size() { Ok(()) } else { Err(self.exceeded(at.clone(), Some(found as u64))) }
    }

    /// The error for more; `found` is `None` where nobody has counted to the end.
    pub fn exceeded(&self, at: Location, found: Option<u64>) -> Error {
        Error::input(at, self.problem(found), self.help)
    }

    /// What is wrong with more.
    pub fn problem(&self, found: Option<u64>) -> String {
        let Self { what, most, unit, .. } = self;
        let most = number(*most as f64);
        match found {
            Some(found) => format!("{what} of {} {unit}; at most {most} are read", number(found as f64)),
            None => format!("{what} of more than {most} {unit}, the most that is read"),
        }
    }
}

/// The values that a setting or a flag may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The setting, by its place in the settings file, or the flag.
    pub name: &'static str,
    /// The least value.
    pub least: f64,
    /// The greatest value.
    pub most: f64,
}

const fn range(name: &'static str, least: f64, most: f64) -> Range {
    Range { name, least, most }
}

/// The folds of the cross-fitting, and those of a cross-validation.
pub const FOLDS: Range = range("folds", 2.0, 100.0);
/// See [`FeatureSettings::min_word_count`](crate::features::FeatureSettings::min_word_count).
pub const MIN_WORD_COUNT: Range = range("features.min_word_count", 0.0, 1e6);
/// See [`TextSettings`](crate::text::TextSettings).
pub const INTRO_CHARS: Range = range("features.text.intro_chars", 0.0, 200_000.0);
/// See [`TextSettings`](crate::text::TextSettings).
pub const PROSE_CHARS: Range = range("features.text.prose_chars", 0.0, 200_000.0);
/// See [`TextSettings`](crate::text::TextSettings).
pub const CODE_CHARS: Range = range("features.text.code_chars", 0.0, 200_000.0);
/// See [`TextSettings`](crate::text::TextSettings).
pub const OUTLINE_CHARS: Range = range("features.text.outline_chars", 0.0, 200_000.0);
/// How many blocks there may be.
pub const BLOCKS: Range = range("features.blocks", 1.0, 64.0);
/// See [`BlockSettings::fields`](crate::features::BlockSettings::fields).
pub const BLOCK_FIELDS: Range = range("features.blocks[].fields", 1.0, 1000.0);
/// See [`BlockSettings::ngrams`](crate::features::BlockSettings::ngrams).
pub const NGRAMS: Range = range("features.blocks[].ngrams", 1.0, 2.0);
/// See [`BlockSettings::min_df`](crate::features::BlockSettings::min_df).
pub const MIN_DF: Range = range("features.blocks[].min_df", 0.0, 1e6);
/// See [`BlockSettings::max_features`](crate::features::BlockSettings::max_features).
pub const MAX_FEATURES: Range = range("features.blocks[].max_features", 1.0, 1e7);
/// See [`BlockSettings::weight`](crate::features::BlockSettings::weight).
pub const BLOCK_WEIGHT: Range = range("features.blocks[].weight", 1e-3, 1e3);
/// See [`LinearSettings::c`](crate::learn::base::LinearSettings::c).
pub const LINEAR_C: Range = range("linear.c", 1e-6, 1e6);
/// See [`LinearSettings::epochs`](crate::learn::base::LinearSettings::epochs).
pub const LINEAR_EPOCHS: Range = range("linear.epochs", 1.0, 1000.0);
/// See [`LinearSettings::tolerance`](crate::learn::base::LinearSettings::tolerance).
pub const LINEAR_TOLERANCE: Range = range("linear.tolerance", 1e-9, 1.0);
/// See [`NetworkSettings::hidden`](crate::learn::base::NetworkSettings::hidden).
pub const HIDDEN: Range = range("network.hidden", 0.0, 4096.0);
/// See [`NetworkSettings::epochs`](crate::learn::base::NetworkSettings::epochs).
pub const NETWORK_EPOCHS: Range = range("network.epochs", 1.0, 1000.0);
/// See [`NetworkSettings::learning_rate`](crate::learn::base::NetworkSettings::learning_rate).
pub const LEARNING_RATE: Range = range("network.learning_rate", 1e-6, 10.0);
/// See [`NetworkSettings::drop_words`](crate::learn::base::NetworkSettings::drop_words).
pub const DROP_WORDS: Range = range("network.drop_words", 0.0, 0.99);
/// See [`NetworkSettings::drop_hidden`](crate::learn::base::NetworkSettings::drop_hidden).
pub const DROP_HIDDEN: Range = range("network.drop_hidden", 0.0, 0.99);
/// See [`StackSettings::c`](crate::learn::stack::StackSettings::c).
pub const STACK_C: Range = range("stack.c", 1e-6, 1e6);
/// See [`StackSettings::iterations`](crate::learn::stack::StackSettings::iterations).
pub const STACK_ITERATIONS: Range = range("stack.iterations", 1.0, 10_000.0);
/// See [`StackSettings::tolerance`](crate::learn::stack::StackSettings::tolerance).
pub const STACK_TOLERANCE: Range = range("stack.tolerance", 1e-12, 1.0);
/// See [`AdaptSettings::c`](crate::learn::AdaptSettings::c).
pub const ADAPT_C: Range = range("adapt.c", 1e-9, 1e6);
/// See [`AdaptSettings::stack_c`](crate::learn::AdaptSettings::stack_c).
pub const ADAPT_STACK_C: Range = range("adapt.stack_c", 1e-9, 1e6);

/// The settings of a training, in the order of the table.
pub const SETTINGS: [Range; 25] = [
    FOLDS,
    MIN_WORD_COUNT,
    INTRO_CHARS,
    PROSE_CHARS,
    CODE_CHARS,
    OUTLINE_CHARS,
    BLOCKS,
    BLOCK_FIELDS,
    NGRAMS,
    MIN_DF,
    MAX_FEATURES,
    BLOCK_WEIGHT,
    LINEAR_C,
    LINEAR_EPOCHS,
    LINEAR_TOLERANCE,
    HIDDEN,
    NETWORK_EPOCHS,
    LEARNING_RATE,
    DROP_WORDS,
    DROP_HIDDEN,
    STACK_C,
    STACK_ITERATIONS,
    STACK_TOLERANCE,
    ADAPT_C,
    ADAPT_STACK_C,
];

/// The weights that the network has for its words.
pub const NETWORK_WEIGHTS: Range = range("`hidden` by `max_features`", 0.0, 4e8);

impl Range {
    /// Refuses a value out of range, and what is no number.
    ///
    /// # Errors
    /// [`Error::Setting`] by the range's own name.
    pub fn check(&self, value: f64) -> Result<()> {
        self.check_as(self.name, value)
    }

    /// Refuses a value out of range by another name, such as the place in a list.
    ///
    /// # Errors
    /// [`Error::Setting`] by that name.
    pub fn check_as(&self, name: &str, value: f64) -> Result<()> {
        // Most settings are f32: both ends must be what they are there.
        if (self.least as f32..=self.most as f32).contains(&(value as f32)) {
            return Ok(());
        }
        Err(Error::Setting { name: name.to_owned(), expected: self.to_string(), found: number(value) })
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", number(self.least), number(self.most))
    }
}

/// A number as a person reads it, whatever its size: `1,000`, `0.000001`, `1e300`.
fn number(value: f64) -> String {
    if value.fract() != 0.0 || value.abs() >= 1e21 {
        let short = value as f32;
        return if short.is_finite() && value.abs() < 1e21 {
            short.to_string()
        } else {
            format!("{value:e}")
        };
    }
    let digits = format!("{:.0}", value.abs());
    let mut grouped = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::learn::TrainSettings;

    /// The value of a setting that stands where `name` says.
    fn default(name: &str) -> String {
        let settings = serde_json::to_value(TrainSettings::default()).unwrap();
        let value = name.split('.').try_fold(&settings, |value, part| value.get(part));
        match value {
            Some(Value::Array(blocks)) => blocks.len().to_string(),
            Some(value) => number(value.as_f64().unwrap()),
            None if name.starts_with("features.blocks[]") => "of each block".to_owned(),
            None => panic!("there is no setting {name}"),
        }
    }

    #[test]
    fn the_tables_in_the_documentation_are_these() {
        let page = include_str!("../docs/limits.md").replace("\r\n", "\n");
        let limits = LIMITS.map(|limit| {
            let Limit { what, most, unit, help } = limit;
            format!("| {what} | {} {unit} | {help} |\n", number(most as f64))
        });
        let settings = SETTINGS.map(|range| {
            let name = range.name;
            format!("| `{name}` | {} | {} | {} |\n", default(name), number(range.least), number(range.most))
        });
        for table in [limits.concat(), settings.concat()] {
            assert!(page.contains(&table), "docs/limits.md should have this table:\n{table}");
        }
        assert!(page.contains(&number(NETWORK_WEIGHTS.most)));
    }

    #[test]
    fn a_limit_says_what_was_found_and_what_to_do() {
        let at = Location::line("a.jsonl", 7);
        assert!(RECORD.check(&at, RECORD.size()).is_ok());
        assert_eq!(
            RECORD.check(&at, 200_000_031).unwrap_err().to_string(),
            "a.jsonl:7: a record of 200,000,031 bytes; at most 64,000,000 are read; \
             leave out what is no description or README of one project"
        );
        assert_eq!(
            TEXT.exceeded(Location::file("a.md"), None).to_string(),
            "a.md: a text file of more than 64,000,000 bytes, the most that is read; cut it; its beginning is what counts"
        );
    }

    #[test]
    fn both_ends_of_a_range_are_in_it_and_nothing_else_is() {
        for range in SETTINGS {
            for inside in
                [range.least, range.most, f64::from(range.least as f32), f64::from(range.most as f32)]
            {
                assert!(range.check(inside).is_ok(), "{range} has {inside}");
            }
            let outside = [range.least - range.most * 1e-6, range.most * 1.000_01, -1.0, 1e300];
            for outside in outside.into_iter().chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
                assert!(range.check(outside).is_err(), "{range} has {outside}");
            }
        }
    }

    #[test]
    fn numbers_are_short_whatever_their_size() {
        let shown = [0.0, -1.0, 1e6, 4_611_686_018_427_387_904.0, 1e-6, f64::from(0.3_f32), 1e300, f64::NAN];
        let expected =
            ["0", "-1", "1,000,000", "4,611,686,018,427,387,904", "0.000001", "0.3", "1e300", "NaN"];
        assert_eq!(shown.map(number), expected);
    }
}
