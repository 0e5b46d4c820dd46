//! Answers written out: a line each, one JSON array, or a table.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, Table};
use serde::Serialize;
use tagwright::corpus::Id;
use tagwright::shown::shown;
use tagwright::taxonomy::Tag;

use super::json_writer::JsonWriter;
use super::tables::{table, written};

/// The widest table, in columns; longer cells are wrapped.
const WIDTH: u16 = 100;
/// How far apart its columns are.
const GAP: u16 = 3;

/// How answers are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// JSON Lines: one object on each line, written as soon as it is known.
    Jsonl,
    /// One JSON array of these objects.
    Json,
    /// A table for people, with scores; written when all records have been read.
    Table,
}

/// How a tag is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TagForm {
    /// `{"id": 90, "name": "message-queue"}`, both exactly as the taxonomy has them.
    Objects,
    /// The id alone.
    Ids,
    /// The name alone.
    Names,
}

/// What is known of one record.
pub struct Answer<'m> {
    /// The record's id.
    pub id: Option<Id>,
    /// The record's name, for a table when there is no id.
    pub name: Option<String>,
    /// Its tags with their probabilities, best first, or why there are none.
    pub tags: Result<Vec<(&'m Tag, f32)>, String>,
}

/// Writes answers in the order they come.
pub struct AnswerWriter<W> {
    layout: Layout<W>,
    form: TagForm,
    scores: bool,
}

enum Layout<W> {
    Json(JsonWriter<W>),
    Table(Box<Table>, W),
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Written<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Object {
        id: &'a Id,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        score: Option<f32>,
    },
    Id(&'a Id),
    Name(&'a str),
}

impl<W: Write> AnswerWriter<W> {
    pub fn new(out: W, format: Format, form: TagForm, scores: bool) -> Self {
        let layout = match format {
            Format::Jsonl => Layout::Json(JsonWriter::lines(out)),
            Format::Json => Layout::Json(JsonWriter::array(out)),
            Format::Table => Layout::Table(Box::new(table(["record", "tag", "score"], WIDTH)), out),
        };
        Self { layout, form, scores }
    }

    pub fn write(&mut self, answer: &Answer) -> io::Result<()> {
        let (form, scores) = (self.form, self.scores);
        match &mut self.layout {
            Layout::Json(json) => json.write(&line(answer, form, scores)),
            Layout::Table(table, _) => {
                add_rows(table, answer, form);
                Ok(())
            }
        }
    }

    /// Hands on what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.layout {
            Layout::Json(json) => json.flush(),
            Layout::Table(..) => Ok(()),
        }
    }

    /// Writes what is left; to be called once, at the end.
    pub fn finish(self) -> io::Result<()> {
        match self.layout {
            Layout::Json(json) => json.finish(),
            Layout::Table(table, mut out) => write_table(*table, &mut out),
        }
    }
}

fn line<'a>(answer: &'a Answer, form: TagForm, scores: bool) -> Line<'a> {
    match &answer.tags {
        Ok(tags) => Line { id: &answer.id, tags: Some(as_written(tags, form, scores)), error: None },
        Err(error) => Line { id: &answer.id, tags: None, error: Some(error) },
    }
}

fn as_written<'a>(tags: &[(&'a Tag, f32)], form: TagForm, scores: bool) -> Vec<Written<'a>> {
    let written = tags.iter().map(|(tag, probability)| match form {
        TagForm::Objects => {
            Written::Object { id: &tag.id, name: &tag.name, score: scores.then_some(*probability) }
        }
        TagForm::Ids => Written::Id(&tag.id),
        TagForm::Names => Written::Name(&tag.name),
    });
    written.collect()
}

/// A row for each tag, the record named in its first.
fn add_rows(table: &mut Table, answer: &Answer, form: TagForm) {
    let id = answer.id.as_ref().map(Id::text);
    let record = shown(id.as_deref().or(answer.name.as_deref()).unwrap_or("-")).into_owned();
    let tags = match &answer.tags {
        Ok(tags) if tags.is_empty() => {
            table.add_row([record, "(none)".to_owned(), String::new()]);
            return;
        }
        Ok(tags) => tags,
        Err(error) => {
            table.add_row([record, format!("error: {}", shown(error)), String::new()]);
            return;
        }
    };
    for (place, (tag, probability)) in tags.iter().enumerate() {
        let record = if place == 0 { record.clone() } else { String::new() };
        let tag = if form == TagForm::Ids { tag.id.text() } else { tag.key().to_owned() };
        table.add_row([record, shown(&tag).into_owned(), format!("{probability:.4}")]);
    }
}

fn write_table(mut table: Table, out: &mut impl Write) -> io::Result<()> {
    if let Some(scores) = table.column_mut(2) {
        scores.set_cell_alignment(CellAlignment::Right);
        scores.set_constraint(ColumnConstraint::ContentWidth);
    }
    out.write_all(written(table, GAP).as_bytes())?;
    out.flush()
}
