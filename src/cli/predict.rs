//! `tagwright predict`: records in, tags out.

use anyhow::bail;
use rayon::prelude::*;
use tagwright::corpus::InputFormat;
use tagwright::decide::DecisionRule;
use tagwright::model::Model;

use super::answers::{Answer, AnswerWriter, Format, TagForm};
use super::candidates::{Candidates, FileOrTags};
use super::files::InputFile;
use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome};
use super::read_ahead::read_ahead;
use super::tally::Tally;
use super::tasks::{CHUNK, Task, next_tasks};

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
    pub inputs: Vec<InputFile>,

    #[command(flatten)]
    model: ModelOption,

    #[command(flatten)]
    rule: RuleOptions,

    /// Give all tags with their scores, best first, whatever their probability
    #[arg(long, conflicts_with_all = ["top", "threshold"])]
    all: bool,

    /// Add its score, a probability, to each tag; JSON has all of its digits, so that it is read back as it was
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
    candidates: Option<FileOrTags>,

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
    let mut candidates = Candidates::new(args.candidates.as_ref(), model.taxonomy())?;
    let mut answers = AnswerWriter::new(output::stdout(), args.format, args.tags, args.scores || args.all);
    let mut tally = Tally::default();
    let arrivals = read_ahead(args.inputs, args.input_format, CHUNK);
    while let Some(tasks) = next_tasks(&arrivals, &mut candidates, &mut tally) {
        let chunk: Vec<Answer> = tasks.into_par_iter().map(|task| answer(task, &model, rule)).collect();
        for answer in &chunk {
            answers.write(answer)?;
        }
        answers.flush()?;
    }
    answers.finish()?;
    Ok(tally.outcome())
}

fn answer(task: Task, model: &Model, rule: DecisionRule) -> Answer<'_> {
    let (record, mask, _share) = match task {
        Task::Score(record, mask, share) => (record, mask, share),
        Task::Refuse(id, error) => return Answer { id, name: None, tags: Err(error) },
    };
    let probabilities = model.probabilities(&record);
    let tags = rule.decide(&probabilities, |tag| mask.as_ref().is_none_or(|mask| mask[tag]));
    let tags =
        tags.into_iter().map(usize::from).map(|tag| (&model.taxonomy().tags()[tag], probabilities[tag]));
    Answer { id: record.id, name: record.name, tags: Ok(tags.collect()) }
}
