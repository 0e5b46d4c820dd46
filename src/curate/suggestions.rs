//! Suggested tags, read back from a file.

use std::collections::HashMap;
use std::path::Path;

use super::decision::{Key, check_keys, tags};
use crate::corpus::{Source, WholeRecord, open_whole};
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
    check_keys(data.iter().map(|record| (Key::of(record), &record.at)))?;
    let keys = data.iter().enumerate();
    let keys = keys.filter_map(|(index, record)| Some((Key::of(record)?.to_string(), index)));
    let places: HashMap<String, usize> = keys.collect();
    let mut suggestions = Vec::new();
    for record in open_whole(&Source::from(path.to_owned()), None)? {
        let record = record?;
        let Some(suggested) = tags(&record, "suggested_tags")? else { continue };
        let key = Key::of_decided(&record).map_or_else(|| "no id or name".to_owned(), |key| key.to_string());
        let Some(&place) = places.get(&key) else {
            let problem = format!("a suggestion for a record that the data do not have ({key})");
            let help = "name the data that the suggestions were made for";
            return Err(Error::input(record.at, problem, help));
        };
        let suggested = suggested.iter().map(|tag| taxonomy.require(tag, &record.at));
        suggestions.push((place, suggested.collect::<Result<_>>()?));
    }
    Ok(suggestions)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::corpus::read_whole;
    use crate::taxonomy::testing::tag;

    fn read(data: &str, suggestions: &str) -> Result<Vec<(usize, Vec<usize>)>, String> {
        let directory = tempfile::tempdir().unwrap();
        let (data_path, path) = (directory.path().join("d.jsonl"), directory.path().join("s.jsonl"));
        fs::write(&data_path, data).unwrap();
        fs::write(&path, suggestions).unwrap();
        let taxonomy = Taxonomy::new(vec![tag(4, "cli"), tag(5, "gui")]).unwrap();
        let prefix = format!("{}/", directory.path().display());
        read_suggestions(&path, &read_whole(&[data_path]).unwrap(), &taxonomy)
            .map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn suggestions_find_their_records() {
        let data = "{\"id\":1,\"text\":\"x\"}\n{\"name\":\"a/b\"}\n";
        let suggestions = "{\"name\":\"a/b\",\"suggested_tags\":[5,\"cli\"]}\n{\"id\":1}\n{\"id\":\"1\",\"suggested_tags\":[]}\n";
        assert_eq!(read(data, suggestions).unwrap(), [(1, vec![1, 0]), (0, vec![])]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let data = "{\"id\":1,\"text\":\"x\"}\n";
        assert_eq!(
            read(data, "{\"id\":2,\"suggested_tags\":[]}").unwrap_err(),
            "s.jsonl:1: a suggestion for a record that the data do not have (id \"2\"); \
             name the data that the suggestions were made for"
        );
        assert!(read(data, "{\"id\":1,\"suggested_tags\":[\"guy\"]}").unwrap_err().contains("\"gui\"?"));
        assert_eq!(
            read(&data.repeat(2), "").unwrap_err(),
            "d.jsonl:2: id \"1\" stands also at d.jsonl:1; give each record an id of its own"
        );
    }
}
