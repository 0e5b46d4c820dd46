//! Markdown about starred repositories: a file for each with front matter in YAML, front matter that lists many, or
//! lists of links under headings.

use std::path::Path;

use super::front_matter::{Described, described};
use super::labels::LabelMap;
use super::{Entry, list, yaml};
use crate::error::{Error, Location, Result};
use crate::text::markdown::front_matter;

/// The repositories of a file, which starts at the given line.
pub fn entries(path: &Path, (first_line, text): &(usize, String), labels: &LabelMap) -> Result<Vec<Entry>> {
    let at = Location::line(path, *first_line);
    let Some((front, body)) = front_matter(text).filter(|(front, _)| is_mapping(front)) else {
        return some(path, list::entries(path, *first_line, text, labels));
    };
    let documents = yaml::parse(path, first_line + 1, front)?;
    let lists = || {
        let body_line = first_line + text[..text.len() - body.len()].matches('\n').count();
        list::entries(path, body_line, body, labels)
    };
    match described(&documents, &at) {
        Described::Itself(mut entry, is_sure) => {
            // A page with a title may list repositories, or be about one.
            let listed = if is_sure { Vec::new() } else { lists() };
            if !listed.is_empty() {
                return Ok(listed);
            }
            if !body.trim().is_empty() {
                entry.fields.push(("readme".to_owned(), body.trim_start().into()));
            }
            Ok(vec![entry])
        }
        Described::Listed(entries) if entries.is_empty() => some(path, lists()),
        Described::Listed(entries) => Ok(entries),
    }
}

/// Whether what stands between rules is YAML, and no Markdown: its first line, after comments, has a key.
fn is_mapping(front: &str) -> bool {
    let mut lines =
        front.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| line.ends_with(':') || line.contains(": ") || line.starts_with("? "))
}

fn some(path: &Path, entries: Vec<Entry>) -> Result<Vec<Entry>> {
    if entries.is_empty() {
        let help = "expected front matter with a name or url, or a list of links to repositories";
        return Err(Error::input(Location::file(path), "no repository in it", help));
    }
    Ok(entries)
}
