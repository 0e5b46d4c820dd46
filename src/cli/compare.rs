//! `tagwright compare`: which of two models, or files of predictions, is better.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{anyhow, bail};
use tagwright::corpus::Labelled;
use tagwright::decide::DecisionRule;
use tagwright::error::Error;
use tagwright::evaluation::{Answers, Comparison, Outcome as Found, Subject};
use tagwright::model::{Model, Overlap};
use tagwright::report;
use tagwright::taxonomy::Taxonomy;

use super::files::InputFile;
use super::judging::{predicted, read_examples, seen};
use super::options::{DEFAULT_MODEL, DEFAULT_MODEL_TITLE, JobsOption, ListFormat, open_model};
use super::output::{self, Outcome};
use super::report_files::{Renderings, ReportFiles};

const EXAMPLES: &str = "\
Examples:
  tagwright compare default new.safetensors held-out.jsonl
  tagwright compare default new.safetensors held-out.jsonl --fail-if-worse
  tagwright compare answers-of-the-prompt.jsonl default held-out.jsonl > flips.jsonl
  tagwright compare old.safetensors new.safetensors held-out.jsonl --report comparison.html

Each line of flips.jsonl is a record that one of the two answers better: an object with id, name,
gold, a, b (what each gave) and change (the record's F1 with B less that with A).

Exit codes:
  0  done
  1  done, but B is worse (--fail-if-worse)
  2  wrong usage or data; nothing is compared";

/// Compare two models, or files of predictions, on the same labelled records
///
/// Both answer every record. The figures of A (such as the model in use) and B (the one that may replace it) stand side
/// by side, each difference with its 95 % interval (1000 bootstrap resamples of the records) and its p-value: how likely
/// so great a difference is if it does not matter whose answer is whose (randomisation test, 4999 exchanges). The
/// verdict goes by micro F1 at the 5 % level.
///
/// On a terminal, prints a summary and the records that changed most; otherwise writes all records that one of the two
/// answers better as JSON Lines, and the summary to standard error.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// The first: a model file, `default` for the model inside tagwright, or a file of predictions
    ///
    /// Predictions are those that `tagwright evaluate --predictions` reads. Where they have a score for every tag, the
    /// rule of the other's model decides.
    #[arg(value_name = "A")]
    a: InputFile,

    /// The second, likewise
    #[arg(value_name = "B")]
    b: InputFile,

    /// Files of labelled records, as `tagwright train` reads them; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    /// The tags of two files of predictions [default: those of the model inside tagwright]
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<InputFile>,

    /// Fail when B is worse: when its micro F1 is lower, with a p-value under 0.05; or when that is not known
    #[arg(long)]
    fail_if_worse: bool,

    /// Print a summary (table), or the records that one of the two answers better (jsonl) [default: table on a terminal]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<ListFormat>,

    #[command(flatten)]
    files: ReportFiles,

    #[command(flatten)]
    jobs: JobsOption,
}

/// Who answers.
enum Contestant {
    Model(Box<Model>),
    Predictions,
}

/// Compares.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    let (a, b) = (Contestant::open(&args.a)?, Contestant::open(&args.b)?);
    let (taxonomy, rule) = common(&a, &b, args.taxonomy.as_deref())?;
    let examples = read_examples(&args.data, &taxonomy)?;
    let judge = |contestant: &Contestant, path: &Path| -> anyhow::Result<(Subject, Answers)> {
        let answers = contestant.answers(path, rule, &examples, &taxonomy)?;
        let subject = Subject {
            title: contestant.title(path),
            data: args.data.iter().map(|path| path.display().to_string()).collect(),
            records: examples.len(),
            rule: answers.rule,
            without: Vec::new(),
            seen: contestant.seen(path, &examples),
        };
        Ok((subject, answers))
    };
    let (a, b) = (judge(&a, &args.a)?, judge(&b, &args.b)?);
    let comparison = Comparison::of((a.0, &a.1), (b.0, &b.1), &examples, &taxonomy);
    write(args, &comparison)?;
    if args.fail_if_worse && matches!(comparison.verdict.outcome, Found::Worse | Found::Unknown) {
        output::say("failed", &comparison.verdict.sentence);
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Done)
}

fn write(args: &Args, comparison: &Comparison) -> anyhow::Result<()> {
    let renderings = Renderings { markdown: report::comparison_markdown, page: report::html::comparison };
    args.files.write(comparison, &renderings)?;
    if args.files.take_stdout() {
        return Ok(());
    }
    let summary = report::comparison_text(comparison);
    match ListFormat::or_by_stdout(args.format) {
        ListFormat::Table => output::write_table(&summary),
        ListFormat::Jsonl => {
            output::note(&summary);
            output::write_lines(&comparison.flips)
        }
    }
}

/// The tags that either knows, and the rule for complete scores in files of predictions.
fn common(
    a: &Contestant,
    b: &Contestant,
    taxonomy: Option<&Path>,
) -> anyhow::Result<(Taxonomy, DecisionRule)> {
    match (a, b, taxonomy) {
        (Contestant::Predictions, Contestant::Predictions, Some(path)) => {
            Ok((Taxonomy::read(path)?, DecisionRule::EVEN))
        }
        (.., Some(_)) => {
            bail!("--taxonomy is for two files of predictions; leave it out, a model knows its tags")
        }
        (Contestant::Predictions, Contestant::Predictions, None) => {
            let model = Model::embedded()?;
            Ok((model.taxonomy().clone(), model.rule()))
        }
        (Contestant::Model(a), Contestant::Model(b), None) => {
            let union = a.taxonomy().union(b.taxonomy());
            let union =
                union.map_err(|problem| anyhow!("A and B have other tags with the same ids: {problem}"))?;
            Ok((union, a.rule()))
        }
        (Contestant::Model(model), Contestant::Predictions, None)
        | (Contestant::Predictions, Contestant::Model(model), None) => {
            Ok((model.taxonomy().clone(), model.rule()))
        }
    }
}

impl Contestant {
    /// Opens a model, or finds that there are predictions to be read.
    fn open(path: &Path) -> tagwright::Result<Self> {
        if is_model(path)? { Ok(Self::Model(Box::new(open_model(path)?))) } else { Ok(Self::Predictions) }
    }

    fn seen(&self, path: &Path, examples: &[Labelled]) -> Option<Overlap> {
        match self {
            Self::Model(model) => seen(model, &self.title(path), examples),
            Self::Predictions => None,
        }
    }

    fn title(&self, path: &Path) -> String {
        match self {
            Self::Model(_) if path == Path::new(DEFAULT_MODEL) => DEFAULT_MODEL_TITLE.to_owned(),
            _ => path.display().to_string(),
        }
    }

    fn answers(
        &self,
        path: &Path,
        rule: DecisionRule,
        examples: &[Labelled],
        taxonomy: &Taxonomy,
    ) -> anyhow::Result<Answers> {
        match self {
            Self::Model(model) => Ok(Answers::of_model(model, model.rule(), examples, taxonomy)?),
            Self::Predictions => predicted(path, rule, examples, taxonomy),
        }
    }
}

/// Whether a file is a model, by its name or its first bytes: in safetensors format, the length of the header in eight
/// bytes and a JSON object. Text has no zeros among its first bytes.
fn is_model(path: &Path) -> tagwright::Result<bool> {
    if path == Path::new(DEFAULT_MODEL) {
        return Ok(true);
    }
    let cannot_read = |source| Error::io(path, "read", source);
    let named = path.extension().is_some_and(|extension| extension == "safetensors");
    // What is read of a pipe is gone for whoever reads it next.
    if named || !fs::metadata(path).map_err(cannot_read)?.is_file() {
        return Ok(named);
    }
    let mut head = [0; 9];
    File::open(path).and_then(|mut file| file.read(&mut head)).map_err(cannot_read)?;
    Ok(head[8] == b'{' && head[5..8] == [0; 3])
}
