//! `tagwright review --interactive`: a review session in the terminal.

mod keys;
mod passages;
mod theme;
mod view;
mod wrap;

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use tagwright::corpus::{Record, WholeRecord, read_whole};
use tagwright::curate::session::{Effect, Item, Session};
use tagwright::curate::{Journal, Key, read_suggestions};
use tagwright::explain::{Explainer, MarkedText};
use tagwright::model::Model;

use super::super::answers::printable;
use super::super::files::beside;
use super::super::output::{self, Outcome};
use theme::Theme;
use view::{Fit, Sheet};

/// What a session needs to know besides.
#[derive(clap::Args)]
#[command(next_help_heading = "Interactive session")]
pub struct Options {
    /// Decide in the terminal, one record at a time; every decision is saved at once
    ///
    /// Shows each suspect with its text, the words for and against a tag, its tags and what is suggested, most suspicious
    /// first. The key `?` lists all keys. The decisions go to a journal, and the same command goes on where you left,
    /// also after a crash. `tagwright apply` takes them into the data.
    #[arg(long, short)]
    pub interactive: bool,

    /// Take the suggestions from this file, written by --suggest, instead of searching for suspects
    #[arg(long, value_name = "FILE", requires = "interactive")]
    pub suggestions: Option<PathBuf>,

    /// The journal of decisions [default: beside DATA, data.decisions.jsonl for data.jsonl]
    #[arg(long, value_name = "FILE", requires = "interactive")]
    journal: Option<PathBuf>,
}

impl Options {
    /// The journal of decisions about `data`.
    pub fn journal(&self, data: &Path) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| beside(data, "decisions"))
    }
}

/// A record to review, and what is suggested for it.
pub struct Suggestion {
    pub record: Record,
    pub item: Item,
    /// Why the record deserves a look, in a line.
    pub why: Option<String>,
}

/// The suggestions of a file, the surest first: those whose changes the model likes best.
pub fn read(path: &Path, data: &Path, model: &Model) -> anyhow::Result<Vec<Suggestion>> {
    let records = read_whole(std::slice::from_ref(&data.to_owned()))?;
    let mut suggestions = Vec::new();
    for (index, suggested) in read_suggestions(path, &records, model.taxonomy())? {
        let WholeRecord { at, record, .. } = &records[index];
        let (Some(key), Ok(record)) = (Key::of(&records[index]), record) else { continue };
        let tags = record.tags.iter().flatten().map(|tag| model.taxonomy().require(tag, at));
        let tags = tags.collect::<tagwright::Result<Vec<usize>>>()?;
        let scores = model.probabilities(record);
        let item = Item { key, tags, suggested, scores };
        suggestions.push(Suggestion { record: record.clone(), item, why: None });
    }
    suggestions.sort_by(|a, b| b.item.confidence().total_cmp(&a.item.confidence()));
    Ok(suggestions)
}

/// Reviews records one after the other, in this order; `model` gives the evidence.
pub fn run(
    data: &Path,
    suggestions: Vec<Suggestion>,
    model: &Model,
    journal: &Path,
) -> anyhow::Result<Outcome> {
    check_terminal()?;
    let items = suggestions.iter().map(|suggestion| suggestion.item.clone()).collect();
    let Some(mut session) = Session::new(items, model.taxonomy()) else {
        output::note(&format!("{}: nothing is suggested; there is nothing to review\n", data.display()));
        return Ok(Outcome::Done);
    };
    let (mut saved, history) = Journal::open(journal)?;
    session.resume(&history);
    let terminal = ratatui::try_init().context("cannot set up the terminal")?;
    let mut screen = Screen {
        terminal,
        suggestions: &suggestions,
        model,
        explainer: Explainer::new(model),
        file: &data.display().to_string(),
        theme: Theme::from_environment(),
    };
    let ended = screen.review(&mut session, &mut saved);
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
    suggestions: &'a [Suggestion],
    model: &'a Model,
    explainer: Explainer<'a>,
    file: &'a str,
    theme: Theme,
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
        self.terminal.draw(|frame| fit = view::draw(frame, session, &sheet))?;
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

/// The record's name and id, as far as it has them.
fn title(record: &Record) -> String {
    let id = record.id.as_ref().map(|id| format!("id {id}"));
    let parts: Vec<String> = record.name.iter().cloned().chain(id).collect();
    printable(&parts.join("   "))
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
