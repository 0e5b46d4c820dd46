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

use anyhow::bail;
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{Clear, ClearType};
use tagwright::curate::session::{Session, Tally};
use tagwright::curate::{History, Journal};
use tagwright::explain::Explainer;
use tagwright::model::Model;

use super::Args;
use super::ranking::Ranking;
use crate::cli::files::{File, InputFile, OutputFile, Role, beside};
use crate::cli::output::{self, Outcome, say};
use crate::cli::signals::AtEnd;
use screen::{Screen, terminal_failed};
use suggestion::{Suggestion, from_file, from_review};
use theme::Theme;

/// What a session needs to know besides.
#[derive(clap::Args)]
#[command(next_help_heading = "Interactive session")]
pub struct Options {
    /// Decide in the terminal, one record at a time; every decision is saved at once
    ///
    /// Shows each suspect with its text, the words for and against a tag, its tags and what is suggested, most suspicious
    /// first. The key `?` lists all keys. The decisions go to a journal, and the same command goes on where you left,
    /// also after a crash. One session at a time writes a journal. `tagwright apply` takes them into the data.
    #[arg(long, short, conflicts_with_all = ["unlabelled", "suggest", "probabilities", "format"])]
    pub interactive: bool,

    /// Take the suggestions from this file, written by --suggest, instead of searching for suspects
    #[arg(long, value_name = "FILE", requires = "interactive", conflicts_with = "taxonomy")]
    suggestions: Option<InputFile>,

    /// The journal of decisions [default: beside DATA, data.decisions.jsonl for data.jsonl]
    #[arg(long, value_name = "FILE", requires = "interactive")]
    journal: Option<OutputFile>,
}

/// How the journal's argument is called.
pub const JOURNAL: &str = "--journal";

impl Options {
    /// The journal; every session about `data` adds to it.
    pub fn journal_file(&self, data: &Path) -> File {
        File::new(JOURNAL, self.journal(data), Role::Updated)
    }

    fn journal(&self, data: &Path) -> PathBuf {
        self.journal.as_deref().map_or_else(|| beside(data, "decisions"), Path::to_owned)
    }
}

/// Finds the suspects, or reads suggestions, and decides about them in the terminal.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    check_terminal()?;
    let [data] = args.data.as_slice() else {
        bail!("a session is about one file, so that its decisions can be applied to it; name one");
    };
    let journal = args.session.journal(data);
    // One that is there is opened before the long work; one that is not is begun when there is something to decide.
    let opened = journal.exists().then(|| Journal::open(&journal)).transpose()?;
    let (model, suggestions) = if let Some(path) = &args.session.suggestions {
        let model = args.model()?.map_or_else(Model::embedded, Ok)?;
        let suggestions = from_file(path, data, &model)?;
        (model, suggestions)
    } else {
        let Ranking { data, review, model, probabilities } = Ranking::new(args)?;
        let suggestions = from_review(&review, &data.examples, &probabilities);
        (model, suggestions)
    };
    hold(data, &suggestions, &model, &journal, opened)
}

/// Refuses a session where nobody can see it or press a key, before any long work.
fn check_terminal() -> anyhow::Result<()> {
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    if is_dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!(
            "--interactive needs a terminal for input and output; run it in one (over ssh: ssh -t), or write the \
             suggestions to a file with --suggest and decide there"
        );
    }
    Ok(())
}

/// Reviews records one after the other, in this order; `model` gives the evidence.
fn hold(
    data: &Path,
    suggestions: &[Suggestion],
    model: &Model,
    journal: &Path,
    opened: Option<(Journal, History)>,
) -> anyhow::Result<Outcome> {
    let items = suggestions.iter().map(|suggestion| suggestion.item.clone()).collect();
    let Some(mut session) = Session::new(items, model.taxonomy()) else {
        output::note(&format!("{}: nothing is suggested; there is nothing to review\n", data.display()));
        return Ok(Outcome::Done);
    };
    let (mut saved, history) = opened.map_or_else(|| Journal::open(journal), Ok)?;
    history.faults.iter().for_each(|fault| say("warning", format!("left out: {fault}")));
    session.resume(&history.decided);
    let terminal = ratatui::try_init().map_err(terminal_failed)?;
    let restored = AtEnd::new(ratatui::restore);
    // A session that was killed has left the terminal as it was then.
    execute!(io::stdout(), Clear(ClearType::All)).map_err(terminal_failed)?;
    let mut screen = Screen {
        terminal,
        suggestions,
        model,
        explainer: Explainer::new(model),
        file: &data.display().to_string(),
        theme: Theme::from_environment(),
    };
    let ended = screen.review(&mut session, &mut saved);
    drop(restored);
    ended?;
    output::note(&summary(&session, data, journal));
    Ok(Outcome::Done)
}

fn summary(session: &Session, data: &Path, journal: &Path) -> String {
    let Tally { accepted, rejected, edited, undecided } = session.tally();
    let (data, journal) = (data.display(), journal.display());
    let go_on = match undecided {
        0 => String::new(),
        _ => format!("to go on: the same command; decisions are kept in {journal}\n"),
    };
    let apply = match accepted + rejected + edited {
        0 => String::new(),
        _ => format!("to take them into the data: tagwright apply {journal} {data} -o NEW\n"),
    };
    format!("{accepted} accepted, {rejected} rejected, {edited} edited, {undecided} left\n{go_on}{apply}")
}
