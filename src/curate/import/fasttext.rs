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
            let (labels, words): (Vec<&str>, Vec<&str>) =
                line.split_whitespace().partition(|word| word.starts_with(PREFIX));
            let id = format!("{file}:{number}");
            let fields = [("id", id.into()), ("text", words.join(" ").into())];
            let labels = labels.iter().map(|label| label[PREFIX.len()..].to_owned()).collect();
            Entry::labelled(Location::line(path, number), fields, labels)
        })
        .collect()
}
