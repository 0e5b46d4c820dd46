//! `tagwright predict`: records in, tags out.

use std::iter;
use std::path::PathBuf;

use anyhow::bail;
use rayon::prelude::*;
use tagwright::corpus::{BadRecord, Id, InputFormat, Record, TagRef};
use tagwright::decide::DecisionRule;
use tagwright::error::{Error, Location};
use tagwright::model::Model;

use super::answers::{Answer, AnswerWriter, Format, TagForm};
use super::candidates::Candidates;
use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome, say};
use super::read_ahead::{Arrival, read_ahead};

/// How many records are answered together at most; fewer when no more have arrived yet.
const CHUNK: usize = 256;

const EXAMPLES: &str = "\
Records:
  A JSON object; at least one of name, description, readme and text is needed:
    id           string or number, given back as it came
    name         the repository's name, owner/repo or repo
    description  the one-line description
    readme       the README, as Markdown
    text         text of unknown kind: a line or a whole README
    candidates   choose only among these tags: names, ids, or {\"id\", \"name\"} objects
  Other fields are ignored. In CSV the first row names the columns, and candidates are separated by
  commas, semicolons or bars.

Examples:
  tagwright predict README.md
  echo 'A message broker for the Internet of Things' | tagwright predict
  tagwright predict projects.jsonl.gz --tags names > tags.jsonl
  tagwright predict projects.csv --top 5 --threshold 0.1 --scores
  tagwright predict README.md --all --format table
  tagwright predict projects.jsonl --candidates cli,lib,web-app

Exit codes:
  0  every record was answered
  1  some records or files could not be read; each such record has an \"error\" in its place
  2  wrong usage, or no record could be answered";

/// Give tags to projects
///
/// Reads records and writes an answer for each, in the same order: {"id": …, "tags": […]} with at most three tags, best
/// first. No tag is a valid answer. A record that cannot be read gives {"id": …, "error": "…"} in its place.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of records; none or `-` is standard input
    ///
    /// A text or Markdown file is one record with the file's name as its id; .json, .jsonl, .ndjson and .csv files hold
    /// many. Each may be compressed with gzip. Standard input is recognised by its first bytes.
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelOption,

    #[command(flatten)]
    rule: RuleOptions,

    /// Give all tags with their scores, best first, whatever their probability
    #[arg(long, conflicts_with_all = ["top", "threshold"])]
    all: bool,

    /// Add its score, a probability, to each tag
    #[arg(long)]
    scores: bool,

    /// How to write tags; scores need objects
    #[arg(long, value_name = "FORM", value_enum, default_value_t = TagForm::Objects)]
    tags: TagForm,

    /// Choose only among these tags: a file, or names and ids separated by commas
    ///
    /// The file is a JSON array of names, ids or {"id", "name"} objects, such as a taxonomy file, or text with a tag on
    /// each line. A record's own field "candidates" goes before this option. Tags that the model does not know are
    /// named on standard error, each once.
    #[arg(long, value_name = "FILE|TAGS")]
    candidates: Option<String>,

    /// How to write answers
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Jsonl)]
    format: Format,

    /// How to read the inputs [default: by their names; standard input by its first bytes]
    #[arg(long, value_name = "FORMAT", value_enum)]
    input_format: Option<InputFormat>,

    #[command(flatten)]
    jobs: JobsOption,
}

impl Args {
    fn check(&self) -> anyhow::Result<()> {
        if self.tags != TagForm::Objects && self.format != Format::Table && (self.scores || self.all) {
            bail!("--scores and --all need a place for the score; use --tags objects or --format table");
        }
        Ok(())
    }

    fn rule(&self, model: &Model) -> DecisionRule {
        if self.all {
            return DecisionRule { top: usize::MAX, threshold: 0.0 };
        }
        self.rule.apply(model.rule())
    }
}

/// Answers all records of all inputs.
pub fn run(args: Args) -> anyhow::Result<Outcome> {
    args.check()?;
    args.jobs.start()?;
    let model = args.model.load()?;
    let rule = args.rule(&model);
    let mut candidates = Candidates::new(args.candidates.as_deref(), model.taxonomy())?;
    let mut answers = AnswerWriter::new(output::stdout(), args.format, args.tags, args.scores || args.all);
    let mut tally = Tally::default();
    let arrivals = read_ahead(args.inputs, args.input_format, CHUNK);
    while let Ok(first) = arrivals.recv() {
        let chunk = iter::once(first).chain(arrivals.try_iter()).take(CHUNK);
        let chunk: Vec<Arrival> = chunk.collect();
        let scored: Vec<Result<Scored, Fault>> =
            chunk.into_par_iter().map(|arrival| score(arrival, &model)).collect();
        for scored in scored {
            if let Some(answer) = answer(scored, &model, rule, &mut candidates, &mut tally) {
                answers.write(&answer)?;
            }
        }
        answers.flush()?;
    }
    answers.finish()?;
    Ok(tally.outcome())
}

/// What is known of a record before its tags are chosen; its texts are no longer needed.
struct Scored {
    at: Location,
    id: Option<Id>,
    name: Option<String>,
    candidates: Option<Vec<TagRef>>,
    probabilities: Vec<f32>,
}

/// Why there is no [`Scored`] record.
enum Fault {
    Bad(BadRecord),
    Unreadable(Error),
}

/// Reads and scores a record, on any thread.
fn score(arrival: Arrival, model: &Model) -> Result<Scored, Fault> {
    let unread = match arrival {
        Arrival::Record(unread) => unread,
        Arrival::Bad(bad) => return Err(Fault::Bad(bad)),
        Arrival::Unreadable(error) => return Err(Fault::Unreadable(error)),
    };
    let (at, record) = unread.read().map_err(Fault::Bad)?;
    let probabilities = model.probabilities(&record);
    let Record { id, name, candidates, .. } = record;
    Ok(Scored { at, id, name, candidates, probabilities })
}

/// The answer to a record, if there is one; called in the order of the input.
fn answer<'m>(
    scored: Result<Scored, Fault>,
    model: &'m Model,
    rule: DecisionRule,
    candidates: &mut Candidates,
    tally: &mut Tally,
) -> Option<Answer<'m>> {
    match scored {
        Ok(scored) => {
            tally.answered += 1;
            let mask = candidates.of(scored.candidates.as_deref(), &scored.at);
            let probabilities = scored.probabilities;
            let tags = rule.decide(&probabilities, |tag| mask.as_ref().is_none_or(|mask| mask[tag]));
            let tags = tags.into_iter().map(usize::from);
            let tags = tags.map(|tag| (&model.taxonomy().tags()[tag], probabilities[tag]));
            Some(Answer { id: scored.id, name: scored.name, tags: Ok(tags.collect()) })
        }
        Err(Fault::Bad(bad)) => {
            let error = bad.error.to_string();
            tally.bad += 1;
            tally.first_bad.get_or_insert_with(|| error.clone());
            Some(Answer { id: bad.id, name: None, tags: Err(error) })
        }
        Err(Fault::Unreadable(error)) => {
            tally.unreadable += 1;
            say("error", error);
            None
        }
    }
}

/// How it went so far.
#[derive(Default)]
struct Tally {
    answered: usize,
    bad: usize,
    first_bad: Option<String>,
    unreadable: usize,
}

impl Tally {
    /// The outcome, after saying which record was bad, or how many were.
    fn outcome(&self) -> Outcome {
        match &self.first_bad {
            Some(only) if self.bad == 1 => say("error", only),
            Some(first) => say("error", format!("{} bad records, the first: {first}", self.bad)),
            None => {}
        }
        match (self.answered, self.bad + self.unreadable) {
            (_, 0) => Outcome::Done,
            (0, _) => Outcome::Nothing,
            _ => Outcome::Partly,
        }
    }
}
