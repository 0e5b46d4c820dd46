//! Options that several commands have.

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use tagwright::corpus::OutputFormat;
use tagwright::decide::DecisionRule;
use tagwright::limits::JOBS;
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;

use super::files::InputFile;

use super::output::say;

/// What the model inside tagwright is called where a file could be named as well.
pub const DEFAULT_MODEL: &str = "default";

/// What reports call it.
pub const DEFAULT_MODEL_TITLE: &str = "the model inside tagwright";

/// The model of a file, or the one inside tagwright for [`DEFAULT_MODEL`].
pub fn open_model(path: &Path) -> tagwright::Result<Model> {
    if path == Path::new(DEFAULT_MODEL) { Model::embedded() } else { Model::read(path) }
}

/// Which model answers.
#[derive(clap::Args)]
pub struct ModelOption {
    /// The model file to use [default: the model inside tagwright]
    #[arg(long, value_name = "FILE")]
    model: Option<InputFile>,
}

impl ModelOption {
    pub fn load(&self) -> tagwright::Result<Model> {
        match &self.model {
            Some(path) => Model::read(path),
            None => Model::embedded(),
        }
    }

    /// What to call the model in a report.
    pub fn title(&self) -> String {
        match &self.model {
            Some(path) => path.display().to_string(),
            None => DEFAULT_MODEL_TITLE.to_owned(),
        }
    }
}

/// Which tags there are.
#[derive(clap::Args)]
pub struct TaxonomyOption {
    /// The tags: a JSON file [default: those of the model inside tagwright]
    #[arg(long, value_name = "FILE")]
    pub taxonomy: Option<InputFile>,
}

impl TaxonomyOption {
    pub fn load(&self) -> tagwright::Result<Taxonomy> {
        self.load_or_of(None)
    }

    /// Without a file, the tags of `model` when there is one.
    pub fn load_or_of(&self, model: Option<&Model>) -> tagwright::Result<Taxonomy> {
        match (&self.taxonomy, model) {
            (Some(path), _) => Taxonomy::read(path),
            (None, Some(model)) => Ok(model.taxonomy().clone()),
            (None, None) => Ok(Model::embedded()?.taxonomy().clone()),
        }
    }
}

/// Which tags are given out.
#[derive(clap::Args)]
pub struct RuleOptions {
    /// Give out at most N tags [default: the model's own, 3]
    #[arg(long, value_name = "N")]
    pub top: Option<NonZeroUsize>,

    /// Give out tags of at least this probability, 0 to 1 [default: the model's own]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub threshold: Option<f32>,
}

impl RuleOptions {
    /// The model's rule with what the options change.
    pub fn apply(&self, rule: DecisionRule) -> DecisionRule {
        DecisionRule {
            top: self.top.map_or(rule.top, NonZeroUsize::get),
            threshold: self.threshold.unwrap_or(rule.threshold),
        }
    }
}

fn probability(argument: &str) -> Result<f32, String> {
    let number = argument.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "expected a probability, 0 to 1".to_owned())
}

/// How a list of records is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// A table for people
    Table,
    /// JSON Lines: one object on each line
    Jsonl,
}

impl ListFormat {
    /// What was asked for, else a table on a terminal and JSON Lines for programs.
    pub fn or_by_stdout(asked: Option<Self>) -> Self {
        asked.unwrap_or_else(|| if io::stdout().is_terminal() { Self::Table } else { Self::Jsonl })
    }
}

/// How CSV is written.
#[derive(clap::Args)]
pub struct CsvOption {
    /// In CSV, put a ' before cells that begin with = + - @, a tab or a line break: a spreadsheet takes them for formulas
    ///
    /// `tagwright apply` takes it off ids, names and tags again; elsewhere it stays.
    #[arg(long)]
    spreadsheet_safe: bool,
}

impl CsvOption {
    /// The form of a file, by its name.
    pub fn of_path(&self, path: &Path) -> OutputFormat {
        self.of(OutputFormat::of_path(path))
    }

    /// The form that was asked for.
    pub fn of(&self, format: OutputFormat) -> OutputFormat {
        if self.spreadsheet_safe && format == OutputFormat::Csv {
            OutputFormat::SpreadsheetCsv
        } else {
            format
        }
    }
}

/// How many threads work.
#[derive(clap::Args)]
pub struct JobsOption {
    /// Work on N threads, at most four for each processor; the result is the same [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl JobsOption {
    /// Starts the threads.
    pub fn start(&self) -> anyhow::Result<()> {
        start_threads(self.jobs.map(|jobs| ("--jobs", jobs.get())))
    }
}

/// Starts as many threads as are asked for, by an option or by the environment variable of rayon, or else one for each
/// processor; more than are of use to anybody are capped, and that is said.
pub fn start_threads(asked: Option<(&str, usize)>) -> anyhow::Result<()> {
    const VARIABLE: &str = "RAYON_NUM_THREADS";
    // What is no number, or too long for one, is as good as none: rayon ignores it likewise.
    let by_variable = || Some((VARIABLE, std::env::var(VARIABLE).ok()?.parse().ok()?));
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let most = processors * JOBS.size();
    let threads = match asked.or_else(by_variable) {
        Some((name, threads)) if threads > most => {
            say(
                "warning",
                format!("{name} {threads}: {most} threads work, {} for each processor", JOBS.most),
            );
            most
        }
        Some((_, threads)) => threads,
        None => processors,
    };
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?)
}
