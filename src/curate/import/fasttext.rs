//! The files that fastText is trained on: a text on each line, and its labels as words that start with `__label__`.

use std::path::Path;

use super::Entry;
use crate::error::Location;

const PREFIX: &str = "__label__";

/// Whether a line has a label.
pub fn has_label(line: &str) -> bool {
    line.split_whitespace().any(|word| word.starts_with(PREFIX))
}

/// The lines that are not blank; each record's id is the file's name and its line.
pub fn entries(path: &Path, (first_line, text): &(usize, String)) -> Vec<Entry> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let lines = text.lines().zip(*first_line..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let label = |word: &str| word.strip_prefix(PREFIX).map(str::to_owned);
            let text: Vec<&str> = line.split_whitespace().filter(|word| label(word).is_none()).collect();
            let id = format!("{file}:{number}");
            Entry {
                at: Location::line(path, number),
                fields: vec![("id".to_owned(), id.into()), ("text".to_owned(), text.join(" ").into())],
                labels: Some(line.split_whitespace().filter_map(label).collect()),
            }
        })
        .collect()
}
