//! A session in the terminal: draw, wait for a key, do what it asks for.

use std::io;
use std::time::Duration;

use anyhow::anyhow;
use ratatui::DefaultTerminal;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event};
use tagwright::corpus::Record;
use tagwright::curate::Journal;
use tagwright::curate::session::{Effect, Press, Session};
use tagwright::explain::{Explainer, MarkedText};
use tagwright::model::Model;
use tagwright::shown::shown;

use super::keys;
use super::suggestion::Suggestion;
use super::theme::Theme;
use super::view::{self, Fit, Sheet};

/// The terminal and what is shown in it.
pub struct Screen<'a> {
    pub terminal: DefaultTerminal,
    pub suggestions: &'a [Suggestion],
    pub model: &'a Model,
    pub explainer: Explainer<'a>,
    pub file: &'a str,
    pub theme: Theme,
}

impl Screen<'_> {
    /// Draws, waits for a key and does what it asks for, until the end. A decision is on the disk before the next record
    /// is shown.
    pub fn review(&mut self, session: &mut Session, journal: &mut Journal) -> anyhow::Result<()> {
        // What was typed while the suspects were searched for decides nothing.
        while event::poll(Duration::ZERO).map_err(terminal_failed)? {
            event::read().map_err(terminal_failed)?;
        }
        loop {
            let fit = self.draw(session).map_err(terminal_failed)?;
            session.limit_scroll(fit.last);
            let Event::Key(key) = event::read().map_err(terminal_failed)? else { continue };
            let Some(key) =
                keys::press(key).and_then(|key| if fit.is_shown { Some(key) } else { unseen(key) })
            else {
                continue;
            };
            match session.press(key, fit.page) {
                Some(Effect::Decide(decision)) => journal.append(&decision)?,
                Some(Effect::Undo(key)) => journal.undo(&key)?,
                Some(Effect::Quit) => return Ok(journal.check()?),
                None => {}
            }
        }
    }

    fn draw(&mut self, session: &Session) -> io::Result<Fit> {
        let Suggestion { record, why, .. } = &self.suggestions[session.current()];
        let title = title(record);
        let texts = self.texts(record, session.tag_at_cursor());
        let sheet = Sheet {
            file: self.file,
            title: &title,
            why: why.as_deref(),
            texts: &texts,
            taxonomy: self.model.taxonomy(),
            theme: self.theme,
        };
        let mut fit = Fit::HIDDEN;
        self.terminal.draw(|frame| {
            fit = view::draw(frame, session, &sheet);
            hide_controls(frame.buffer_mut());
        })?;
        Ok(fit)
    }

    /// The texts of a record, with the words that spoke for or against a tag. The name stands in the title.
    fn texts<'r>(&self, record: &'r Record, tag: Option<usize>) -> Vec<MarkedText<'r>> {
        let explanation = tag.and_then(|tag| self.explainer.explain(record, &[tag]).pop());
        let Some(explanation) = explanation else { return Vec::new() };
        let mut texts = self.explainer.marked_texts(record, &explanation);
        texts.retain(|text| text.field != "name");
        texts
    }
}

/// What a key may do when the record is not shown: leave, or go to another one.
fn unseen(key: Press) -> Option<Press> {
    match key {
        Press::Char('q') | Press::Interrupt => Some(Press::Interrupt),
        Press::Char('n') | Press::Right => Some(Press::Right),
        Press::Char('p') | Press::Left => Some(Press::Left),
        _ => None,
    }
}

/// Takes out what a terminal would obey, wherever on the screen foreign text stands.
fn hide_controls(screen: &mut Buffer) {
    for cell in &mut screen.content {
        if shown(cell.symbol()) != cell.symbol() {
            cell.set_char(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// The record's name and id, as far as it has them.
fn title(record: &Record) -> String {
    let id = record.id.as_ref().map(|id| format!("id {id}"));
    let parts: Vec<String> = record.name.iter().cloned().chain(id).collect();
    shown(&parts.join("   ")).into_owned()
}

/// What to say when the terminal cannot be read from or drawn on; not an error of the data on standard output.
#[expect(clippy::needless_pass_by_value, reason = "what map_err gives")]
pub fn terminal_failed(error: io::Error) -> anyhow::Error {
    anyhow!("the terminal failed ({error}); all decisions are saved, and the same command goes on")
}
