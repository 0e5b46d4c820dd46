//! Records that say the same.

use std::collections::HashMap;

use super::Record;

/// For each record the place of the first one with the same texts, its own when there is none before it. A record
/// without text is like no other.
///
/// ```
/// use tagwright::corpus::{Record, same_text};
///
/// let record = |text: &str| Record { text: Some(text.to_owned()), ..Record::default() };
/// let records = [record("a queue"), record("a parser"), record("a queue"), record(""), record("")];
/// assert_eq!(same_text(&records), [0, 1, 0, 3, 4]);
/// ```
pub fn same_text<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<usize> {
    let mut first = HashMap::new();
    let place_of = |(place, record): (usize, &'a Record)| {
        if record.has_text() { *first.entry(record.text_digest()).or_insert(place) } else { place }
    };
    records.into_iter().enumerate().map(place_of).collect()
}
