//! Labelled data from elsewhere, made into records.

mod answers;
mod argilla;
mod fasttext;
mod forge;
mod front_matter;
mod github;
mod json;
mod label_studio;
mod labels;
mod lines;
mod list;
mod markdown;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::corpus::{WholeRecord, read_json, read_text};
use crate::error::{Error, Location, Result};
use crate::taxonomy::Taxonomy;

use answers::Annotated;
use labels::{Judged, LabelMap, Said};

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
    said: Said,
}

impl Entry {
    /// An entry of a form that has either labels or none, where none say nothing.
    fn labelled<const N: usize>(at: Location, fields: [(&str, Value); N], labels: Vec<String>) -> Self {
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let votes = if labels.is_empty() { Vec::new() } else { vec![labels] };
        Self { at, fields, said: Said { votes, verdicts: Vec::new() } }
    }
}

impl Imported {
    /// Reads a file and adds its records; labels become the tags of `taxonomy` that have them as name, id or alias.
    ///
    /// Without `form`, the file's name and its first entry tell which it is. `labels_field` is the question of Label
    /// Studio or Argilla whose answers are the labels; without it, the one whose answers are tags.
    ///
    /// # Errors
    /// When the file cannot be read, its form or its labels cannot be told, or an entry is not of the form; with file
    /// and line.
    pub fn add(
        &mut self,
        path: &Path,
        form: Option<Form>,
        labels_field: Option<&str>,
        taxonomy: &Taxonomy,
    ) -> Result<()> {
        let form = match form {
            Some(form) => form,
            None => recognise(path)?,
        };
        let labels = LabelMap::new(taxonomy);
        for entry in read(path, form, labels_field, &labels)? {
            let record = self.record(entry, &labels, taxonomy)?;
            self.records.push(record);
        }
        Ok(())
    }

    fn record(&mut self, entry: Entry, labels: &LabelMap, taxonomy: &Taxonomy) -> Result<WholeRecord> {
        let mut fields = entry.fields;
        let Judged { tags, decided } = entry.said.judged(labels, taxonomy.len(), &mut self.unmapped);
        for (field, tags) in [("tags", tags), ("judged_tags", decided)] {
            let Some(tags) = tags else { continue };
            let names: Vec<&str> = tags.iter().map(|tag| taxonomy.tags()[*tag].key()).collect();
            fields.push((field.to_owned(), names.into()));
        }
        fields.retain(|(_, value)| !value.is_null());
        let whole = WholeRecord::new(entry.at, fields)?;
        whole.checked()?.check_text(&whole.at)?;
        Ok(whole)
    }
}

fn read(path: &Path, form: Form, labels_field: Option<&str>, labels: &LabelMap) -> Result<Vec<Entry>> {
    let answered = |record: fn(Location, &str) -> Result<Annotated>| {
        let records = read_json(path)?.into_iter().map(|(at, json)| record(at, &json));
        answers::entries(path, &records.collect::<Result<Vec<_>>>()?, labels_field, labels)
    };
    if labels_field.is_some() && !matches!(form, Form::LabelStudio | Form::Argilla) {
        let help = "leave out --labels-field, or say with --from which of the two the file comes from";
        let problem = "only exports of Label Studio and Argilla have questions";
        return Err(Error::input(Location::file(path), problem, help));
    }
    match form {
        Form::Github => {
            let mut entries = Vec::new();
            for (at, json) in read_json(path)? {
                entries.extend(github::entries(&at, &json)?);
            }
            Ok(entries)
        }
        Form::LabelStudio => answered(label_studio::record),
        Form::Argilla => answered(argilla::record),
        Form::Fasttext => Ok(fasttext::entries(path, &read_text(path)?)),
        Form::Markdown => markdown::entries(path, &read_text(path)?, labels),
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
        text.lines().any(fasttext::has_label).then_some(Form::Fasttext)
    };
    let help = "say which with --from: github, fasttext, markdown, label-studio or argilla";
    form.ok_or_else(|| Error::input(Location::file(path), "none of the forms that can be recognised", help))
}
