//! Suggested tags, read back from a file.

use std::collections::HashMap;
use std::path::Path;

use super::decision::Key;
use crate::corpus::{Source, TagRef, WholeRecord, open_whole};
use crate::error::{Error, Result};
use crate::taxonomy::Taxonomy;

/// The tags that a file suggests for records of `data`, as indices into data and taxonomy, in the file's order. What
/// suggests nothing is left out.
///
/// # Errors
/// Those of [`open_whole`], and for a suggestion for a record that the data do not have, or with an unknown tag.
pub fn read_suggestions(
    path: &Path,
    data: &[WholeRecord],
    taxonomy: &Taxonomy,
) -> Result<Vec<(usize, Vec<usize>)>> {
    let keys =
        data.iter().enumerate().filter_map(|(index, record)| Some((Key::of(record)?.to_string(), index)));
    let places: HashMap<String, usize> = keys.collect();
    let mut suggestions = Vec::new();
    for record in open_whole(&Source::from(path.to_owned()), None)? {
        let record = record?;
        let Some(json) = record.field("suggested_tags").filter(|json| *json != "null") else { continue };
        let wrong = |problem: String, help: &str| Error::input(record.at.clone(), problem, help);
        let tags: Vec<TagRef> = serde_json::from_str(json).map_err(|error| {
            wrong(format!("in \"suggested_tags\": {error}"), "give an array of names or ids")
        })?;
        let key = Key::of(&record).map(|key| key.to_string()).unwrap_or_default();
        let Some(&place) = places.get(&key) else {
            let problem = format!("a suggestion for a record that the data do not have ({key})");
            return Err(wrong(problem, "name the data that the suggestions were made for"));
        };
        let tags = tags.iter().map(|tag| taxonomy.require(tag, &record.at)).collect::<Result<_>>()?;
        suggestions.push((place, tags));
    }
    Ok(suggestions)
}
