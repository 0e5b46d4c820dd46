//! `tagwright review --interactive`: a review session in the terminal.

mod keys;
mod passages;
mod theme;
mod view;
mod wrap;

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, bail};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use tagwright::corpus::Record;
use tagwright::curate::Journal;
use tagwright::curate::session::{Effect, Item, Session};
use tagwright::model::Model;

use super::super::output::{self, Outcome};
use passages::Passage;
use theme::Theme;
use view::{Fit, Sheet};

/// A record to review, and what is suggested for it.
pub struct Suggestion {
    pub record: Record,
    pub item: Item,
}

/// Reviews records one after the other, in this order; `model` gives the evidence.
pub fn run(
    data: &Path,
    suggestions: Vec<Suggestion>,
    model: &Model,
    journal: &Path,
) -> anyhow::Result<Outcome> {
    check_terminal()?;
    let (records, items): (Vec<Record>, Vec<Item>) =
        suggestions.into_iter().map(|suggestion| (suggestion.record, suggestion.item)).unzip();
    let Some(mut session) = Session::new(items, model.taxonomy()) else {
        output::note(&format!("{}: nothing is suggested; there is nothing to review\n", data.display()));
        return Ok(Outcome::Done);
    };
    let (mut saved, history) = Journal::open(journal)?;
    session.resume(&history);
    let terminal = ratatui::try_init().context("cannot set up the terminal")?;
    let ended = Screen { terminal, records: &records, model, file: &data.display().to_string() }
        .review(&mut session, &mut saved);
    ratatui::restore();
    // Also after an error: what was decided before is saved.
    output::note(&summary(&session, data, journal));
    ended.map(|()| Outcome::Done)
}

/// Refuses to draw where nobody can see it or press a key.
fn check_terminal() -> anyhow::Result<()> {
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    if dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!(
            "--interactive needs a terminal for input and output; run it in one (over ssh: ssh -t), or write the \
             suggestions to a file with --suggest and decide there"
        );
    }
    Ok(())
}

/// The terminal and what is shown in it.
struct Screen<'a> {
    terminal: DefaultTerminal,
    records: &'a [Record],
    model: &'a Model,
    file: &'a str,
}

impl Screen<'_> {
    /// Draws, waits for a key and does what it asks for, until the end. A decision is on the disk before the next record
    /// is shown.
    fn review(&mut self, session: &mut Session, journal: &mut Journal) -> anyhow::Result<()> {
        loop {
            let fit = self.draw(session).context("cannot draw on the terminal")?;
            session.limit_scroll(fit.last);
            let Event::Key(key) = event::read().context("cannot read from the terminal")? else { continue };
            let Some(key) = keys::press(key) else { continue };
            match session.press(key, fit.page) {
                Some(Effect::Decide(decision)) => journal.append(&decision)?,
                Some(Effect::Undo(key)) => journal.undo(&key)?,
                Some(Effect::Quit) => return Ok(()),
                None => {}
            }
        }
    }

    fn draw(&mut self, session: &Session) -> io::Result<Fit> {
        let record = &self.records[session.current()];
        let title = title(record);
        let passages = passages(record);
        let sheet = Sheet {
            file: self.file,
            title: &title,
            passages: &passages,
            taxonomy: self.model.taxonomy(),
            theme: Theme::from_environment(),
        };
        let mut fit = Fit::default();
        self.terminal.draw(|frame| fit = view::draw(frame, session, &sheet))?;
        Ok(fit)
    }
}

/// The record's name and id, as far as it has them.
fn title(record: &Record) -> String {
    let id = record.id.as_ref().map(|id| format!("id {id}"));
    let parts: Vec<String> = record.name.iter().cloned().chain(id).collect();
    parts.join("   ").replace(char::is_control, " ")
}

/// The texts of a record, with the words that spoke for or against a tag.
fn passages(record: &Record) -> Vec<Passage<'_>> {
    let texts = [("description", &record.description), ("readme", &record.readme), ("text", &record.text)];
    let texts = texts.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?)));
    texts.map(|(field, text)| Passage { field, text, marks: Vec::new() }).collect()
}

fn summary(session: &Session, data: &Path, journal: &Path) -> String {
    let tally = session.tally();
    let (data, journal) = (data.display(), journal.display());
    let mut text = format!(
        "{} accepted, {} rejected, {} edited, {} left\n",
        tally.accepted, tally.rejected, tally.edited, tally.undecided
    );
    if tally.undecided > 0 {
        text += &format!("to go on: the same command; decisions are kept in {journal}\n");
    }
    if tally.undecided < session.len() {
        text += &format!("to take them into the data: tagwright apply {journal} {data} -o NEW\n");
    }
    text
}
