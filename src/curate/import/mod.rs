//! Labelled data from elsewhere, made into records.

mod argilla;
mod fasttext;
mod github;
mod json;
mod label_studio;
mod labels;
mod markdown;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::corpus::{WholeRecord, read_json, read_text};
use crate::error::{Error, Location, Result};
use crate::taxonomy::Taxonomy;

use labels::LabelMap;

/// A form that labelled data comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Repositories as the API of GitHub and its command `gh` give them; topics become tags
    Github,
    /// A text on each line, with words such as `__label__cli` for its tags
    Fasttext,
    /// Markdown about starred repositories: front matter (YAML) or lists of links
    Markdown,
    /// Tasks exported from Label Studio, as JSON or JSON-MIN; choices become tags
    LabelStudio,
    /// Records exported from Argilla as JSON; the answers to label questions become tags
    Argilla,
}

/// What came out of some files.
#[derive(Debug, Default)]
pub struct Imported {
    /// The records, in the order of the files.
    pub records: Vec<WholeRecord>,
    /// Labels that are no tag of the taxonomy, and how often they were met.
    pub unmapped: BTreeMap<String, usize>,
}

/// One project as a form tells of it, before its labels become tags.
#[derive(Debug)]
struct Entry {
    at: Location,
    /// The fields of its record but for the tags.
    fields: Vec<(String, Value)>,
    /// Its labels, where somebody has labelled it; none are then an answer too.
    labels: Option<Vec<String>>,
}

impl Imported {
    /// Reads a file and adds its records; labels become the tags of `taxonomy` that have them as name, id or alias.
    ///
    /// Without `form`, the file's name and its first entry tell which it is.
    ///
    /// # Errors
    /// When the file cannot be read, its form cannot be told, or an entry is not of the form; with file and line.
    pub fn add(&mut self, path: &Path, form: Option<Form>, taxonomy: &Taxonomy) -> Result<()> {
        let form = match form {
            Some(form) => form,
            None => recognise(path)?,
        };
        let labels = LabelMap::new(taxonomy);
        for entry in read(path, form)? {
            let record = self.record(entry, &labels, taxonomy)?;
            self.records.push(record);
        }
        Ok(())
    }

    fn record(&mut self, entry: Entry, labels: &LabelMap, taxonomy: &Taxonomy) -> Result<WholeRecord> {
        let mut fields = entry.fields;
        if let Some(given) = entry.labels {
            let mut tags = Vec::new();
            let nothing_fits = given.is_empty();
            for label in given {
                match labels.tag(&label) {
                    Some(tag) if tags.contains(&tag) => {}
                    Some(tag) => tags.push(tag),
                    None => *self.unmapped.entry(label).or_default() += 1,
                }
            }
            // Labels that are all no tags do not say that no tag fits.
            if nothing_fits || !tags.is_empty() {
                let names: Vec<&str> = tags.iter().map(|tag| taxonomy.tags()[*tag].key()).collect();
                fields.push(("tags".to_owned(), names.into()));
            }
        }
        fields.retain(|(_, value)| !value.is_null());
        let whole = WholeRecord::new(entry.at, fields)?;
        whole.checked()?.check_text(&whole.at)?;
        Ok(whole)
    }
}

fn read(path: &Path, form: Form) -> Result<Vec<Entry>> {
    let entries = |read: fn(Location, &str) -> Result<Vec<Entry>>| {
        let mut entries = Vec::new();
        for (at, json) in read_json(path)? {
            entries.extend(read(at, &json)?);
        }
        Ok(entries)
    };
    match form {
        Form::Github => entries(github::entries),
        Form::LabelStudio => entries(label_studio::entries),
        Form::Argilla => entries(argilla::entries),
        Form::Fasttext => Ok(fasttext::entries(path, &read_text(path)?)),
        Form::Markdown => markdown::entries(path, &read_text(path)?),
    }
}

/// The form of a file, by its name and its first entry.
fn recognise(path: &Path) -> Result<Form> {
    let (_, text) = read_text(path)?;
    let name = path.to_string_lossy();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let is_markdown = [".md", ".markdown"].into_iter().any(|ending| name.ends_with(ending));
    let form = if is_markdown {
        Some(Form::Markdown)
    } else if text.starts_with(['[', '{']) {
        read_json(path)?.first().and_then(|(_, json)| json::form(json))
    } else {
        text.lines().next().filter(|line| fasttext::has_label(line)).map(|_| Form::Fasttext)
    };
    let help = "say which with --from: github, fasttext, markdown, label-studio or argilla";
    form.ok_or_else(|| Error::input(Location::file(path), "none of the forms that can be recognised", help))
}
