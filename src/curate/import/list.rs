//! Lists of links to repositories in Markdown: an item or a table row for each, under headings.

use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Entry;
use super::forge::repository;
use super::front_matter::DESCRIPTIONS;
use super::labels::LabelMap;
use super::lines::Lines;
use crate::error::Location;
use crate::text::markdown::without_long_prefixes;

/// The repositories of a text that starts on the given line.
///
/// An entry is an item or row by the first repository that it links to, and the rest of its own text describes it. Its
/// label is the closest heading above that is a tag, or else the closest.
pub fn entries(path: &Path, first_line: usize, text: &str, labels: &LabelMap) -> Vec<Entry> {
    let text = without_long_prefixes(text);
    let mut reader = Reader {
        labels,
        entries: Vec::new(),
        headings: Vec::new(),
        in_heading: false,
        items: Vec::new(),
        link: None,
        muted: 0,
        column: None,
    };
    let mut lines = Lines::new(&text, first_line);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        reader.read(event, || Location::line(path, lines.at(range.start)));
    }
    reader.entries.into_iter().flatten().collect()
}

struct Reader<'a> {
    labels: &'a LabelMap,
    /// A place for each item and row, in the order in which they begin.
    entries: Vec<Option<Entry>>,
    /// The heading above and those that it stands under.
    headings: Vec<(HeadingLevel, String)>,
    in_heading: bool,
    /// The item or row that is read, and the items that it stands in.
    items: Vec<Item>,
    /// The URL and the text of the link that is read.
    link: Option<(String, String)>,
    /// How many images and code blocks are open, whose text is none of an item.
    muted: usize,
    /// The column of the table that describes.
    column: Option<usize>,
}

/// A list item or a table row.
struct Item {
    place: usize,
    at: Location,
    /// The name and URL of the first repository that it links to.
    repository: Option<(String, String)>,
    /// Its own text without that link, and without the link that it starts with; a line for each cell of a row.
    text: String,
}

impl Reader<'_> {
    fn read(&mut self, event: Event, place: impl FnOnce() -> Location) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.headings.retain(|(above, _)| *above < level);
                self.headings.push((level, String::new()));
                self.in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => self.in_heading = false,
            Event::Start(Tag::Item | Tag::TableHead | Tag::TableRow) => {
                self.say(" ");
                self.items.push(Item {
                    place: self.entries.len(),
                    at: place(),
                    repository: None,
                    text: String::new(),
                });
                self.entries.push(None);
            }
            Event::End(TagEnd::TableHead) => {
                let titles = self.items.pop().map(|item| item.text.to_lowercase()).unwrap_or_default();
                self.column = titles.lines().position(|title| DESCRIPTIONS.contains(&title.trim()));
            }
            Event::End(TagEnd::TableRow) => self.finish(self.column),
            Event::End(TagEnd::Item) => self.finish(None),
            Event::End(TagEnd::TableCell) => self.say("\n"),
            Event::Start(Tag::Link { dest_url, .. }) if !self.in_heading => {
                self.link = Some((dest_url.into_string(), String::new()));
            }
            Event::End(TagEnd::Link) => self.link(),
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) => self.muted += 1,
            Event::End(TagEnd::Image | TagEnd::CodeBlock) => self.muted -= 1,
            Event::Text(text) | Event::Code(text) => self.say(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => self.say(" "),
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        if self.muted > 0 {
        } else if self.in_heading {
            self.headings.iter_mut().last().into_iter().for_each(|(_, heading)| heading.push_str(text));
        } else if let Some((_, link)) = &mut self.link {
            link.push_str(text);
        } else if let Some(item) = self.items.last_mut() {
            item.text.push_str(text);
        }
    }

    /// A link has ended. One without a text is a badge.
    fn link(&mut self) {
        let (Some((url, text)), Some(item)) = (self.link.take(), self.items.last_mut()) else { return };
        if text.trim().is_empty() {
            return;
        }
        if item.repository.is_none()
            && !is_aside(&item.text)
            && let Some(name) = repository(&url)
        {
            item.repository = Some((name, url));
        } else if !item.text.trim().is_empty() {
            item.text.push_str(&text);
        }
    }

    /// An item or row has ended; its text describes, or the one cell in `column`.
    fn finish(&mut self, column: Option<usize>) {
        let Some(Item { place, at, repository, text }) = self.items.pop() else { return };
        let heading = self.headings.last().map(|(_, heading)| heading.as_str());
        let Some((name, url)) = repository.filter(|_| !heading.is_some_and(is_aside)) else { return };
        let text = column.and_then(|column| text.lines().nth(column)).unwrap_or(&text);
        let words = text.split_whitespace().filter(|word| !matches!(*word, "()" | "[]"));
        let description = words.collect::<Vec<_>>().join(" ");
        let description = description.trim_matches(|c: char| c.is_whitespace() || "-–—:*|".contains(c));
        let description = (!description.is_empty()).then_some(description);
        let fields = [("name", name.into()), ("description", description.into()), ("url", url.into())];
        let headings = || self.headings.iter().rev().map(|(_, heading)| heading.trim());
        let label =
            headings().find(|heading| self.labels.tag(heading).is_some()).or_else(|| headings().next());
        let label = label.filter(|label| !label.is_empty()).map(str::to_owned);
        self.entries[place] = Some(Entry::labelled(at, fields, label.into_iter().collect()));
    }
}

/// Whether a heading, or what stands before a link, says that what follows is only mentioned.
fn is_aside(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    ["see also", "also see", "related"].into_iter().any(|aside| text.starts_with(aside))
}
