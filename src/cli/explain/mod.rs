//! `tagwright explain`: why a record has its tags.

mod highlights;
mod html;
mod json;
mod palette;
mod subject;
mod table;
mod terminal_text;
mod wording;

use std::io::{IsTerminal, Write};

use rayon::prelude::*;
use tagwright::corpus::{InputFormat, TagRef};
use tagwright::error::Location;
use tagwright::explain::Explainer;
use tagwright::model::Model;

use super::candidates::Candidates;
use super::files::InputFile;
use super::json_writer::JsonWriter;
use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome};
use super::read_ahead::read_ahead;
use super::tally::Tally;
use super::tasks::{CHUNK, Task, next_tasks};
use html::Page;
use palette::Palette;
use subject::{Explained, Subject};

/// How many lines a tag gets for each side, unless told otherwise.
const DEFAULT_TERMS: usize = 5;

const EXAMPLES: &str = "\
How to read it:
  A tag's logit is a sum of parts, and its probability is 1 / (1 + exp(-logit)). Parts above 0 speak
  for the tag, parts below 0 against it. They are:
    words    a word or a pair of words, wherever it stands (description, prose, code, …)
    named    the tag is mentioned by its name or an alias
    tag      how likely another tag is: it makes this one more likely, or superfluous
    rank     how many tags look more likely at first sight
    README   the record has one
    start    what every record starts with
  JSON Lines and JSON hold the same lines as the table; their values add up to the logit.

Examples:
  tagwright explain README.md
  tagwright explain README.md --tag cli --tag 85 --terms 10
  tagwright explain README.md --format ansi | less -R
  tagwright explain projects.jsonl --format html > why.html
  echo 'A terminal file manager' | tagwright explain --format table

Exit codes:
  0  every record was explained
  1  some records or files could not be read; each such record has an \"error\" in its place
  2  wrong usage, or no record could be explained";

/// Say why a project has its tags
///
/// For each tag that a record gets, for one that it just missed, and for each --tag: the words, mentions and other tags
/// that spoke for it and against it. Their contributions add up to the tag's score.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of records, as for `predict`; none or `-` is standard input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<InputFile>,

    /// Explain this tag too, a name or an id; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Show up to N reasons for a tag and N against it, and the rest in one line
    #[arg(long, value_name = "N", default_value_t = DEFAULT_TERMS)]
    terms: usize,

    #[command(flatten)]
    model: ModelOption,

    #[command(flatten)]
    rule: RuleOptions,

    /// How to write explanations [default: table on a terminal, else jsonl]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,

    /// How to read the inputs [default: by their names; standard input by its first bytes]
    #[arg(long, value_name = "FORMAT", value_enum)]
    input_format: Option<InputFormat>,

    #[command(flatten)]
    jobs: JobsOption,
}

/// How explanations are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table for each tag, for people.
    Table,
    /// The tables, and under each the text with the words highlighted; without colours when `NO_COLOR` is set.
    Ansi,
    /// A page for a browser, with the words highlighted in the text.
    Html,
    /// JSON Lines: one object on each line, written as soon as it is known.
    Jsonl,
    /// One JSON array of these objects.
    Json,
}

/// Explains all records of all inputs.
pub fn run(args: Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    let model = args.model.load()?;
    let subject = Subject {
        explainer: Explainer::new(&model),
        taxonomy: model.taxonomy(),
        rule: args.rule.apply(model.rule()),
        asked: asked(&args.tags, &model)?,
        terms: args.terms,
    };
    let mut candidates = Candidates::new(None, model.taxonomy())?;
    let mut tally = Tally::default();
    let mut writer = Writer::new(args.format);
    let arrivals = read_ahead(args.inputs, args.input_format, CHUNK);
    while let Some(tasks) = next_tasks(&arrivals, &mut candidates, &mut tally) {
        let chunk: Vec<Explained> =
            tasks.into_par_iter().map(|task| explain(task, &model, &subject)).collect();
        for explained in &chunk {
            writer.write(explained, &subject)?;
        }
        writer.flush()?;
    }
    writer.finish(&subject)?;
    Ok(tally.outcome())
}

/// The tags of `--tag`.
fn asked(tags: &[String], model: &Model) -> tagwright::Result<Vec<usize>> {
    let at = Location::file("--tag");
    tags.iter().map(|tag| model.taxonomy().require(&TagRef::Name(tag.clone()), &at)).collect()
}

fn explain<'m>(task: Task, model: &'m Model, subject: &Subject<'m>) -> Explained<'m> {
    match task {
        Task::Score(record, mask, _share) => {
            let probabilities = model.probabilities(&record);
            subject.explain(record, &probabilities, |tag| mask.as_ref().is_none_or(|mask| mask[tag]))
        }
        Task::Refuse(id, error) => Explained::bad(id, error),
    }
}

/// Writes explanations in the order they come.
enum Writer {
    Terminal { out: Box<dyn Write>, palette: Palette, with_text: bool },
    Json(JsonWriter<Box<dyn Write>>),
    Html { out: Box<dyn Write>, page: Page },
}

impl Writer {
    fn new(format: Option<Format>) -> Self {
        let default = if std::io::stdout().is_terminal() { Format::Table } else { Format::Jsonl };
        let format = format.unwrap_or(default);
        let out: Box<dyn Write> = match format {
            Format::Table | Format::Ansi => Box::new(output::styled_stdout()),
            Format::Html | Format::Jsonl | Format::Json => Box::new(output::stdout()),
        };
        match format {
            Format::Table => Self::Terminal { out, palette: Palette::for_stdout(), with_text: false },
            Format::Ansi => Self::Terminal { out, palette: Palette::when_asked_for(), with_text: true },
            Format::Jsonl => Self::Json(JsonWriter::lines(out)),
            Format::Json => Self::Json(JsonWriter::array(out)),
            Format::Html => Self::Html { out, page: Page::default() },
        }
    }

    fn write(&mut self, explained: &Explained, subject: &Subject) -> anyhow::Result<()> {
        match self {
            Self::Terminal { out, palette, with_text } => {
                out.write_all(table::record(explained, subject, palette, *with_text).as_bytes())?;
            }
            Self::Json(json) => json.write(&json::line(explained, subject))?,
            Self::Html { page, .. } => page.add(explained, subject),
        }
        Ok(())
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Terminal { out, .. } => out.flush()?,
            Self::Json(json) => json.flush()?,
            Self::Html { .. } => {}
        }
        Ok(())
    }

    fn finish(self, subject: &Subject) -> anyhow::Result<()> {
        match self {
            Self::Terminal { .. } => Ok(()),
            Self::Json(json) => Ok(json.finish()?),
            Self::Html { mut out, page } => {
                out.write_all(page.finish(subject).as_bytes())?;
                Ok(out.flush()?)
            }
        }
    }
}
