//! `tagwright evaluate`: how good a model, or a file of predictions, is on labelled records.

use anyhow::bail;
use clap::ValueEnum;
use tagwright::corpus::Labelled;
use tagwright::decide::DecisionRule;
use tagwright::evaluation::{Answers, Basis, Evaluation, Subject};
use tagwright::taxonomy::Taxonomy;

use super::evaluation_output::EvaluationOutput;
use super::files::InputFile;
use super::judging::{predicted, read_examples, seen};
use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome};

const EXAMPLES: &str = "\
Examples:
  tagwright evaluate held-out.jsonl
  tagwright evaluate held-out.jsonl --model model.safetensors --json figures.json
  tagwright evaluate held-out.jsonl --report report.html
  tagwright evaluate held-out.jsonl --threshold 0.5 --json - | jq .figures.micro_f1
  tagwright evaluate held-out.jsonl --fail-under micro_f1=0.74 --fail-under p_at_1=0.88
  tagwright evaluate held-out.jsonl --predictions answers.jsonl
  tagwright evaluate held-out.jsonl --without name --without description

The last one shows how good the model is on READMEs alone.

Predictions:
  A JSON object on each line, or an array of them, as `tagwright predict` writes it:
    id      the record's id, as in DATA; without any ids, both files have the same order
    tags    names, ids or {\"id\", \"name\", \"score\"} objects, best first
    scores  every tag and its probability, where they are given apart from the tags, as
            `tagwright cross-validate` does; the tags are then judged as they are
    error   why there is no answer; it counts as no tags
  Where every tag has a score (predict --all), --top and --threshold or the model's rule decide, and
  the figures are those of the model. Otherwise the tags are judged as they are: their order is the
  ranking, and figures that need all scores are not known. Where only some records have all scores,
  each is decided by what it has, and all are judged by the tags that they get; a warning says so.

Exit codes:
  0  done
  1  done, but a figure does not keep its bound (--fail-under, --fail-over)
  2  wrong usage or data; nothing is judged";

/// Judge a model, or a file of predictions, by labelled records
///
/// Answers every record, compares the answers with the record's own tags and prints the figures: ranking and decisions,
/// with 95 % intervals (1000 bootstrap resamples of the records); the same by group; calibration; confused tags; every
/// tag. Use records that the model was not trained on. A bad record or an unknown tag is an error, and nothing is judged.
///
/// The groups are records without a README (description) and with one (readme); records by the length of their text in
/// characters; records in English and in any other language, by a guess; and the most frequent third of the tags in
/// training (head), the middle and the least frequent third (tail).
///
/// Macro figures are the mean over the tags that occur, those that some of the records have; where others are absent, it is
/// said how many occur. A figure that would be a share of nothing is not known (`-`, null). Fewer than 100 records are pointed
/// out, and tags of fewer than 10 (*).
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records, as `tagwright train` reads them; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    #[command(flatten)]
    model: ModelOption,

    /// Judge the predictions in this file instead of a model: those of `tagwright predict` or of any other tool
    #[arg(long, value_name = "FILE", conflicts_with = "without")]
    predictions: Option<InputFile>,

    /// The tags of the predictions [default: those of the model]
    ///
    /// Complete scores are then judged at a threshold of 0.5 unless told otherwise.
    #[arg(long, value_name = "FILE", requires = "predictions", conflicts_with = "model")]
    taxonomy: Option<InputFile>,

    #[command(flatten)]
    rule: RuleOptions,

    /// Judge as if no record had this field; repeat it for more. Records left without text are skipped
    #[arg(long, value_name = "FIELD")]
    without: Vec<TextField>,

    #[command(flatten)]
    output: EvaluationOutput,

    #[command(flatten)]
    jobs: JobsOption,
}

/// A field that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum TextField {
    Name,
    Description,
    Readme,
}

impl TextField {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Readme => "readme",
        }
    }
}

/// Judges a model or predictions.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    let model = args.model.load()?;
    let taxonomy = args.taxonomy.as_deref().map(Taxonomy::read).transpose()?;
    let foreign = taxonomy.is_some();
    let taxonomy = taxonomy.unwrap_or_else(|| model.taxonomy().clone());
    let own_rule = if foreign { DecisionRule::EVEN } else { model.rule() };
    let rule = args.rule.apply(own_rule);

    let mut examples = read_examples(&args.data, &taxonomy)?;
    // Before fields are left out: the model has seen whole records.
    let seen = match &args.predictions {
        Some(_) => None,
        None => seen(&model, &args.model.title(), &examples),
    };
    let mut without = args.without.clone();
    without.sort_unstable();
    without.dedup();
    leave_out(&without, &mut examples)?;
    let (title, answers) = match &args.predictions {
        Some(path) => (path.display().to_string(), predicted(path, rule, &examples, &taxonomy)?),
        None => (args.model.title(), Answers::of_model(&model, rule, &examples, &taxonomy)?),
    };
    if answers.rule.is_none() && rule != own_rule {
        bail!("--top and --threshold need a score for every tag; leave them out, or predict with --all");
    }
    let subject = Subject {
        title,
        data: args.data.iter().map(|path| path.display().to_string()).collect(),
        records: examples.len(),
        rule: answers.rule,
        without: without.iter().map(|field| field.name().to_owned()).collect(),
        seen,
    };
    let training_support = if foreign { &[][..] } else { &model.card().support };
    let basis = Basis { examples: &examples, answers: &answers, taxonomy: &taxonomy, training_support };
    let mut evaluation = Evaluation::of(subject, basis);
    if args.predictions.is_none() {
        evaluation.explain_worst(basis, &model);
    }
    args.output.write(evaluation)
}

/// Takes fields from all records, and drops the records that have no text then.
fn leave_out(fields: &[TextField], examples: &mut Vec<Labelled>) -> anyhow::Result<()> {
    let all = examples.len();
    examples.retain_mut(|Labelled { record, at, .. }| {
        for field in fields {
            match field {
                TextField::Name => record.name = None,
                TextField::Description => record.description = None,
                TextField::Readme => record.readme = None,
            }
        }
        record.check_text(at).is_ok()
    });
    match all - examples.len() {
        _ if examples.is_empty() => bail!("no record has any other text; leave out fewer fields"),
        0 => {}
        1 => output::say("warning", "1 record has no other text and is skipped"),
        skipped => output::say("warning", format!("{skipped} records have no other text and are skipped")),
    }
    Ok(())
}
