//! `tagwright review --interactive`: a review session in the terminal.

mod keys;
mod passages;
mod screen;
mod suggestion;
mod theme;
mod view;
mod wrap;

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tagwright::curate::Journal;
use tagwright::curate::session::Session;
use tagwright::explain::Explainer;
use tagwright::model::Model;

use super::super::files::beside;
use super::super::output::{self, Outcome};
use screen::Screen;
use theme::Theme;

pub use suggestion::{Suggestion, from_file, from_review};

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
    /// Refuses a session where nobody can see it or press a key, before any long work.
    pub fn check(&self) -> anyhow::Result<()> {
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        if self.interactive && (is_dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal()) {
            bail!(
                "--interactive needs a terminal for input and output; run it in one (over ssh: ssh -t), or write the \
                 suggestions to a file with --suggest and decide there"
            );
        }
        Ok(())
    }

    /// The journal of decisions about `data`.
    pub fn journal(&self, data: &Path) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| beside(data, "decisions"))
    }
}

/// Reviews records one after the other, in this order; `model` gives the evidence. [`Options::check`] comes first.
pub fn run(
    data: &Path,
    suggestions: &[Suggestion],
    model: &Model,
    journal: &Path,
) -> anyhow::Result<Outcome> {
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
        suggestions,
        model,
        explainer: Explainer::new(model),
        file: &data.display().to_string(),
        theme: Theme::from_environment(),
    };
    let ended = screen.review(&mut session, &mut saved);
    ratatui::restore();
    ended?;
    output::note(&summary(&session, data, journal));
    Ok(Outcome::Done)
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
