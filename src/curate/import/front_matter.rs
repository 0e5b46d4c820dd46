//! Front matter: what a document says of itself, or of the repositories that it lists.

use std::rc::Rc;

use super::Entry;
use super::forge::repository;
use super::yaml::{Mapping, Yaml};
use crate::error::Location;

/// What a repository's own name, its description, its labels and its URL are called, the first that is there.
const NAMES: [&str; 5] = ["full_name", "repository", "repo", "name", "title"];
pub const DESCRIPTIONS: [&str; 3] = ["description", "desc", "summary"];
const LABELS: [&str; 4] = ["tags", "topics", "labels", "categories"];
const URLS: [&str; 4] = ["url", "html_url", "link", "homepage"];

/// What lists of repositories are called. A list by another name, such as `maintainers` or `dependencies`, belongs to
/// the document that has it, if that is a project.
const LISTS: [&str; 6] = ["repositories", "repos", "projects", "stars", "starred", "entries"];

/// What front matter describes.
pub enum Described {
    /// The document itself; not for sure when only its title says so.
    Itself(Entry, bool),
    /// Repositories in its lists, or none.
    Listed(Vec<Entry>),
}

/// What the documents of front matter at a place describe.
pub fn described(documents: &[Rc<Yaml>], at: &Location) -> Described {
    let mut listed = Vec::new();
    for document in documents {
        let mappings = |list: &Rc<Yaml>| -> Vec<Rc<Yaml>> {
            list.list().into_iter().flatten().filter(|item| item.mapping().is_some()).cloned().collect()
        };
        let entries = |items: &[Rc<Yaml>]| -> Vec<Entry> {
            items.iter().filter_map(|item| entry(item.mapping()?, at)).collect()
        };
        let Some(own) = document.mapping() else {
            listed.extend(entries(&mappings(document)));
            continue;
        };
        let itself = entry(own, at);
        let is_sure = is_repository(own) || text(own, &NAMES[..4]).is_some_and(|name| !name.contains(' '));
        let named: Vec<_> = LISTS.iter().filter_map(|name| own.get(*name)).flat_map(mappings).collect();
        let mut found = entries(&named);
        let has_own = text(own, &URLS).is_some() || labels(own).is_some();
        if found.is_empty() && !has_own {
            let all = own.values().flat_map(mappings);
            let alike = all.filter(|item| {
                item.mapping().is_some_and(|item| is_repository(item) || labels(item).is_some())
            });
            found = entries(&alike.collect::<Vec<_>>());
        }
        match itself {
            Some(itself) if documents.len() == 1 && (is_sure || found.is_empty()) => {
                return Described::Itself(itself, is_sure || has_own);
            }
            Some(itself) if is_sure || found.is_empty() => listed.push(itself),
            _ => listed.append(&mut found),
        }
    }
    Described::Listed(listed)
}

/// The repository that a mapping describes; none without its name.
fn entry(mapping: &Mapping, at: &Location) -> Option<Entry> {
    let name = identity(mapping).or_else(|| text(mapping, &NAMES).map(str::to_owned))?;
    let fields = [
        ("id", text(mapping, &["id"]).into()),
        ("name", name.into()),
        ("description", text(mapping, &DESCRIPTIONS).into()),
        ("url", text(mapping, &URLS).into()),
    ];
    Some(Entry::labelled(at.clone(), fields, labels(mapping).unwrap_or_default()))
}

/// `owner/repo` from the first of its URLs that is one of a repository.
fn identity(mapping: &Mapping) -> Option<String> {
    URLS.iter().chain(&NAMES).find_map(|key| repository(mapping.get(*key)?.text()?))
}

/// Whether a mapping says for sure that it is a repository: by a URL or as `owner/repo`.
fn is_repository(mapping: &Mapping) -> bool {
    let is_full_name = |name: &str| name.split('/').count() == 2 && !name.contains([' ', ':']);
    identity(mapping).is_some() || text(mapping, &NAMES).is_some_and(is_full_name)
}

fn text<'a>(mapping: &'a Mapping, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| mapping.get(*key)?.text())
}

/// The first list of labels, or words separated by commas, that holds any.
fn labels(mapping: &Mapping) -> Option<Vec<String>> {
    let words = |value: &Rc<Yaml>| -> Vec<String> {
        if let Some(list) = value.list() {
            return list.iter().filter_map(|word| word.text()).map(str::to_owned).collect();
        }
        let words = value.text().unwrap_or_default().split(',').map(str::trim);
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    LABELS.iter().filter_map(|key| mapping.get(*key)).map(words).find(|words| !words.is_empty())
}
