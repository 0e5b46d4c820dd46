//! Markdown about starred repositories: a file for each with front matter in YAML, front matter that lists many, or
//! lists of links under headings.

use std::path::Path;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

use super::Entry;
use crate::error::{Error, Location, Result};

/// What a repository's own name, its description and its labels are called in front matter, the first that is there.
const NAMES: [&str; 5] = ["full_name", "repository", "repo", "name", "title"];
const DESCRIPTIONS: [&str; 3] = ["description", "desc", "summary"];
const LABELS: [&str; 4] = ["tags", "topics", "labels", "categories"];
const URLS: [&str; 4] = ["url", "html_url", "link", "homepage"];

/// The repositories of a file, which starts at the given line.
pub fn entries(path: &Path, (first_line, text): &(usize, String)) -> Result<Vec<Entry>> {
    let at = Location::line(path, *first_line);
    let Some((front, body)) = front_matter(text) else { return links(path, *first_line, text) };
    let documents = Yaml::load_from_str(front).map_err(|error| {
        // The front matter starts on the line after the dashes.
        let at = Location::line(path, first_line + error.marker().line());
        Error::input(at, format!("bad YAML: {}", error.info()), "mend the front matter there")
    })?;
    let described: Vec<&Yaml> = documents.iter().flat_map(mappings).collect();
    let entries: Vec<Entry> =
        described.iter().filter_map(|mapping| described_by(mapping, at.clone())).collect();
    match entries.len() {
        0 => links(path, first_line + text[..text.len() - body.len()].matches('\n').count(), body),
        1 if !body.trim().is_empty() => Ok(entries
            .into_iter()
            .map(|mut entry| {
                entry.fields.push(("readme".to_owned(), body.trim_start().into()));
                entry
            })
            .collect()),
        _ => Ok(entries),
    }
}

/// The text between the first line of three dashes and the next, and what follows.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
    let mut start = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..start], &rest[start + line.len()..]));
        }
        start += line.len();
    }
    None
}

/// The mappings that may describe repositories: those in the document's lists, or else the document itself.
fn mappings<'a>(document: &'a Yaml<'a>) -> Vec<&'a Yaml<'a>> {
    let values = document.as_mapping().into_iter().flat_map(|mapping| mapping.values());
    let items = values.chain([document]).filter_map(Yaml::as_sequence).flatten();
    let listed: Vec<&Yaml> = items.filter(|item| item.is_mapping()).collect();
    if listed.is_empty() { vec![document] } else { listed }
}

/// The repository that a mapping describes; none without its name.
fn described_by(mapping: &Yaml, at: Location) -> Option<Entry> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(mapping.as_mapping_get(key)?));
    let url = first(&URLS);
    let name = url.as_deref().and_then(repository).or_else(|| first(&NAMES))?;
    let given = LABELS.iter().find_map(|key| mapping.as_mapping_get(key)).map(labels);
    let labels = given.filter(|labels| !labels.is_empty());
    let fields = [
        ("id", first(&["id"]).into()),
        ("name", name.into()),
        ("description", first(&DESCRIPTIONS).into()),
        ("url", url.into()),
    ];
    let fields = fields.map(|(name, value): (&str, Value)| (name.to_owned(), value)).to_vec();
    Some(Entry { at, fields, labels })
}

/// A list, or words separated by commas.
fn labels(value: &Yaml) -> Vec<String> {
    if let Some(list) = value.as_sequence() {
        return list.iter().filter_map(text).collect();
    }
    let words = text(value).unwrap_or_default();
    words.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn text(value: &Yaml) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_integer().map(|number| number.to_string()))
}

/// `owner/repo`, when a URL is that of a repository.
fn repository(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let mut parts = rest.split(['/', '?', '#']);
    let host = parts.next()?;
    let is_forge = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht"].contains(&host);
    let (owner, name) = (parts.next()?, parts.next()?);
    (is_forge && !owner.is_empty() && !name.is_empty())
        .then(|| format!("{owner}/{}", name.trim_end_matches(".git")))
}

/// The repositories that list items link to; what follows the link is the description, and the heading above is the label.
fn links(path: &Path, first_line: usize, body: &str) -> Result<Vec<Entry>> {
    let mut reader = Links::default();
    for (event, range) in Parser::new(body).into_offset_iter() {
        reader.read(event, || Location::line(path, first_line + body[..range.start].matches('\n').count()));
    }
    if reader.entries.is_empty() {
        let help = "expected front matter with a name or url, or a list of links to repositories";
        return Err(Error::input(Location::file(path), "no repository in it", help));
    }
    Ok(reader.entries)
}

/// Reads list items that link to a repository.
#[derive(Default)]
struct Links {
    entries: Vec<Entry>,
    heading: String,
    in_heading: bool,
    item: Option<Item>,
}

/// A list item that links to a repository: its place, name, URL, and the text after the link.
struct Item {
    at: Location,
    name: String,
    url: String,
    description: String,
    in_link: bool,
}

impl Links {
    fn read(&mut self, event: Event, place: impl Fn() -> Location) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                self.heading.clear();
                self.in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => self.in_heading = false,
            Event::Start(Tag::Item) | Event::End(TagEnd::Item) => self.finish(),
            Event::Start(Tag::Link { dest_url, .. }) if self.item.is_none() => {
                self.item = repository(&dest_url).map(|name| Item {
                    at: place(),
                    name,
                    url: dest_url.to_string(),
                    description: String::new(),
                    in_link: true,
                });
            }
            Event::End(TagEnd::Link) => self.item.iter_mut().for_each(|item| item.in_link = false),
            Event::Text(text) | Event::Code(text) if self.in_heading => self.heading.push_str(&text),
            Event::Text(text) | Event::Code(text) => self.describe(&text),
            Event::SoftBreak | Event::HardBreak => self.describe(" "),
            _ => {}
        }
    }

    fn describe(&mut self, text: &str) {
        if let Some(item) = &mut self.item
            && !item.in_link
        {
            item.description.push_str(text);
        }
    }

    fn finish(&mut self) {
        let Some(item) = self.item.take() else { return };
        let description = item.description.trim_matches(|c: char| c.is_whitespace() || "-–—:*".contains(c));
        let description = (!description.is_empty()).then_some(description);
        let fields =
            [("name", item.name.into()), ("description", description.into()), ("url", item.url.into())];
        let fields = fields.map(|(name, value): (&str, Value)| (name.to_owned(), value)).to_vec();
        let labels = (!self.heading.is_empty()).then(|| vec![self.heading.trim().to_owned()]);
        self.entries.push(Entry { at: item.at, fields, labels });
    }
}
