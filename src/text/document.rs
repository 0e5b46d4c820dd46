//! One record as the fields that features are made of.

use serde::{Deserialize, Serialize};

use super::markdown::{self, Markdown};
use crate::corpus::Record;

/// `text` of at most this many bytes on a single line is taken as a description, anything else as a README.
const ONE_LINE: usize = 700;
/// A README without a description lends its first paragraph, up to this many characters, in its place.
const BORROWED_DESCRIPTION: usize = 250;

/// A kind of text within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The repository's name without its owner, and its camelCase parts.
    Name,
    /// The repository's owner.
    Owner,
    /// The one-line description, or else the first paragraph of the README.
    Description,
    /// The README's title and other headings.
    Headings,
    /// The beginning of the README's prose.
    Intro,
    /// The README's prose.
    Prose,
    /// Code blocks and inline code.
    Code,
    /// The languages of the code blocks.
    Languages,
    /// The hosts of links and badges.
    Hosts,
    /// The texts of links.
    Links,
}

impl Field {
    /// Every field, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Owner,
        Self::Description,
        Self::Headings,
        Self::Intro,
        Self::Prose,
        Self::Code,
        Self::Languages,
        Self::Hosts,
        Self::Links,
    ];

    /// What it is called in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Owner => "owner",
            Self::Description => "description",
            Self::Headings => "headings",
            Self::Intro => "intro",
            Self::Prose => "prose",
            Self::Code => "code",
            Self::Languages => "languages",
            Self::Hosts => "hosts",
            Self::Links => "links",
        }
    }
}

/// How much of the long fields is read, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextSettings {
    /// Of the prose, as [`Field::Intro`].
    pub intro_chars: usize,
    /// Of the prose, as [`Field::Prose`].
    pub prose_chars: usize,
    /// Of the code.
    pub code_chars: usize,
    /// Of the headings, and of the texts of links.
    pub outline_chars: usize,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self { intro_chars: 350, prose_chars: 2500, code_chars: 2500, outline_chars: 1000 }
    }
}

/// A record's text by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    fields: [String; Field::ALL.len()],
    /// Whether there was a README (or a text of more than a line).
    pub has_readme: bool,
}

impl Document {
    /// Sorts the record's text into fields.
    pub fn new(record: &Record, settings: &TextSettings) -> Self {
        let text = record.text.as_deref().unwrap_or_default().trim();
        let (line, long) =
            if text.len() <= ONE_LINE && !text.contains('\n') { (text, "") } else { ("", text) };
        let readme = non_blank(record.readme.as_deref()).unwrap_or(long);
        let Markdown { title, headings, prose, links, code, languages, hosts } = markdown::parse(readme);

        let full_name = non_blank(record.name.as_deref()).unwrap_or(&title);
        let (owner, name) = full_name.rsplit_once('/').unwrap_or(("", full_name));
        let described = non_blank(record.description.as_deref()).unwrap_or(line);
        let description = if described.is_empty() { first_paragraph(&prose, &title) } else { described };

        let mut document = Self { has_readme: !readme.is_empty(), ..Self::default() };
        document.set(Field::Name, with_parts(name));
        document.set(Field::Owner, owner.to_owned());
        document.set(Field::Description, description.to_owned());
        document.set(
            Field::Headings,
            first_chars(&format!("{title}\n{headings}"), settings.outline_chars).trim(),
        );
        document.set(Field::Intro, first_chars(&prose, settings.intro_chars));
        document.set(Field::Prose, first_chars(&prose, settings.prose_chars));
        document.set(Field::Code, first_chars(&code, settings.code_chars));
        document.set(Field::Languages, languages);
        document.set(Field::Hosts, hosts);
        document.set(Field::Links, first_chars(&links, settings.outline_chars));
        document
    }

    /// The text of one field; empty when there is none.
    pub fn field(&self, field: Field) -> &str {
        &self.fields[field as usize]
    }

    fn set(&mut self, field: Field, text: impl Into<String>) {
        self.fields[field as usize] = text.into();
    }
}

fn non_blank(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The beginning of `text`, at most `chars` characters.
fn first_chars(text: &str, chars: usize) -> &str {
    if text.len() <= chars {
        return text;
    }
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

fn first_paragraph<'a>(prose: &'a str, title: &str) -> &'a str {
    let paragraph = prose.lines().find(|line| *line != title && line.split_whitespace().nth(2).is_some());
    first_chars(paragraph.unwrap_or_default(), BORROWED_DESCRIPTION)
}

/// `name` followed by its camelCase parts, when it has any: `fastJSONParser` adds `fast JSON Parser`.
fn with_parts(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut parts = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| chars[i]);
        let after = chars.get(i + 1);
        let starts_part = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if starts_part {
            parts.push(' ');
        }
        parts.push(c);
    }
    if parts == name { parts } else { format!("{name} {parts}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(record: &Record) -> Document {
        Document::new(record, &TextSettings::default())
    }

    #[test]
    fn a_field_has_one_name() {
        for field in Field::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        }
    }

    #[test]
    fn a_name_is_split_from_its_owner_and_into_its_parts() {
        let record = Record { name: Some("acme/fastJSONParser".into()), ..Record::default() };
        assert_eq!(document(&record).field(Field::Name), "fastJSONParser fast JSON Parser");
        assert_eq!(document(&record).field(Field::Owner), "acme");
        assert_eq!(with_parts("react-color"), "react-color");
    }

    #[test]
    fn text_is_a_description_when_it_is_one_line() {
        let line = Record { text: Some("A parser for logs".into()), ..Record::default() };
        assert_eq!(document(&line).field(Field::Description), "A parser for logs");
        assert!(!document(&line).has_readme);

        let readme = Record { text: Some("# Logs\n\nA parser for log files.\n".into()), ..Record::default() };
        assert!(document(&readme).has_readme);
        assert_eq!(document(&readme).field(Field::Name), "Logs");
    }

    #[test]
    fn a_readme_without_description_lends_its_first_paragraph() {
        let record =
            Record { readme: Some("# Logs\n\nA parser for log files.\n\nMore.".into()), ..Record::default() };
        assert_eq!(document(&record).field(Field::Description), "A parser for log files.");
    }

    #[test]
    fn long_fields_are_cut_between_characters() {
        assert_eq!(first_chars("日本語", 2), "日本");
        assert_eq!(first_chars("ab", 9), "ab");
    }
}
