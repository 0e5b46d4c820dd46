//! Answers written out: a line each, one JSON array, or a table.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table};
use serde::Serialize;
use tagwright::corpus::Id;
use tagwright::taxonomy::Tag;

/// The widest table, in columns; longer cells are wrapped.
const WIDTH: u16 = 100;

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
    out: W,
    format: Format,
    form: TagForm,
    scores: bool,
    written: usize,
    table: Table,
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
        score: Option<f64>,
    },
    Id(&'a Id),
    Name(&'a str),
}

impl<W: Write> AnswerWriter<W> {
    pub fn new(out: W, format: Format, form: TagForm, scores: bool) -> Self {
        let mut table = Table::new();
        table.load_style(NOTHING.header_separator(LineStyle::none().fill('─')));
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        table.set_header(["record", "tag", "score"]);
        Self { out, format, form, scores, written: 0, table }
    }

    pub fn write(&mut self, answer: &Answer) -> io::Result<()> {
        match self.format {
            Format::Jsonl => {
                let line = self.line(answer);
                serde_json::to_writer(&mut self.out, &line)?;
                self.out.write_all(b"\n")?;
            }
            Format::Json => {
                let line = self.line(answer);
                self.out.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(&mut self.out, &line)?;
            }
            Format::Table => self.add_rows(answer),
        }
        self.written += 1;
        Ok(())
    }

    /// Hands on what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes what is left; to be called once, at the end.
    pub fn finish(mut self) -> io::Result<()> {
        match self.format {
            Format::Jsonl => {}
            Format::Json => self.out.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?,
            Format::Table => {
                if let Some(scores) = self.table.column_mut(2) {
                    scores.set_cell_alignment(CellAlignment::Right);
                    scores.set_constraint(ColumnConstraint::ContentWidth);
                }
                for (index, column) in self.table.column_iter_mut().enumerate() {
                    column.set_padding((if index == 0 { 0 } else { 3 }, 0));
                }
                for line in self.table.lines() {
                    writeln!(self.out, "{}", line.trim_end())?;
                }
            }
        }
        self.out.flush()
    }

    fn line<'a>(&self, answer: &'a Answer) -> Line<'a> {
        match &answer.tags {
            Ok(tags) => Line { id: &answer.id, tags: Some(self.written_tags(tags)), error: None },
            Err(error) => Line { id: &answer.id, tags: None, error: Some(error) },
        }
    }

    fn written_tags<'a>(&self, tags: &[(&'a Tag, f32)]) -> Vec<Written<'a>> {
        let written = tags.iter().map(|(tag, probability)| match self.form {
            TagForm::Objects => Written::Object {
                id: &tag.id,
                name: &tag.name,
                score: self.scores.then(|| (f64::from(*probability) * 1e4).round() / 1e4),
            },
            TagForm::Ids => Written::Id(&tag.id),
            TagForm::Names => Written::Name(&tag.name),
        });
        written.collect()
    }

    /// A row for each tag, the record named in its first.
    fn add_rows(&mut self, answer: &Answer) {
        let id = answer.id.as_ref().map(Id::text);
        let record = printable(id.as_deref().or(answer.name.as_deref()).unwrap_or("-"));
        let tags = match &answer.tags {
            Ok(tags) if tags.is_empty() => {
                self.table.add_row([record, "(none)".to_owned(), String::new()]);
                return;
            }
            Ok(tags) => tags,
            Err(error) => {
                self.table.add_row([record, format!("error: {}", printable(error)), String::new()]);
                return;
            }
        };
        for (place, (tag, probability)) in tags.iter().enumerate() {
            let record = if place == 0 { record.clone() } else { String::new() };
            let tag = if self.form == TagForm::Ids { tag.id.text() } else { tag.key().to_owned() };
            self.table.add_row([record, printable(&tag), format!("{probability:.4}")]);
        }
    }
}

/// Text without the control characters that could move a terminal's cursor.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}
