//! `tagwright cross-validate`: how good models of some data are on records that they have not seen.

use std::io::{self, Write};

use indexmap::IndexMap;
use serde::Serialize;
use tagwright::corpus::{Id, Labelled, write_data};
use tagwright::evaluation::{Answers, Basis, Evaluation, Subject};
use tagwright::learn::{CrossValidated, DEFAULT_FOLDS, cross_validate};
use tagwright::limits::FOLDS;
use tagwright::taxonomy::Taxonomy;

use super::evaluation_output::EvaluationOutput;
use super::files::{InputFile, OutputFile};
use super::judging::read_examples;
use super::options::JobsOption;
use super::output::{self, Outcome};
use super::progress::Stages;
use super::settings;

const EXAMPLES: &str = "\
Predictions:
  A JSON object for each record on a line, in the order of DATA:
    id      the record's id
    fold    the fold that held it out, counted from 1
    tags    the names of the tags that it got, best first
    scores  every tag of the taxonomy and its probability
  `tagwright evaluate --predictions` reads them and gives the same figures.

Examples:
  tagwright cross-validate data.jsonl --taxonomy taxonomy.json
  tagwright cross-validate data.jsonl --taxonomy taxonomy.json --folds 10 --out predictions.jsonl.gz
  tagwright cross-validate data.jsonl --taxonomy taxonomy.json --settings s.toml --json figures.json
  tagwright cross-validate data.jsonl --taxonomy taxonomy.json --fail-under micro_f1=0.6

Exit codes:
  0  done
  1  done, but a figure does not keep its bound (--fail-under, --fail-over)
  2  wrong usage or data; nothing is judged";

/// Judge training data and settings by cross-validation
///
/// Deals the records into K folds and trains K models, each on all folds but one: with its own vocabulary, its own
/// threshold, everything. Each model answers the fold that it has not seen, by its own decision rule, and all answers
/// together are judged as `tagwright evaluate` judges those of a model. This takes about K times as long as one training.
///
/// The folds are stratified (Sechidis et al. 2011): every tag is about equally frequent in all of them. Records with
/// nearly the same texts are held out together, unless they are more than a fold has room for; then a warning says so.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records, as `tagwright train` reads them; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    /// The tags: a JSON file
    #[arg(long, value_name = "FILE")]
    taxonomy: InputFile,

    /// In how many folds records are held out, 2 or more; each training has further ones of its own
    #[arg(long, value_name = "K", default_value_t = DEFAULT_FOLDS)]
    folds: usize,

    /// Settings of each training: a TOML file
    #[arg(long, value_name = "FILE")]
    settings: Option<InputFile>,

    /// The number that chance starts from [default: as in the settings, else 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Write the predictions for all records, JSON Lines; compressed if the name ends in .gz
    #[arg(long, value_name = "FILE", value_parser = output::file())]
    out: Option<OutputFile>,

    #[command(flatten)]
    output: EvaluationOutput,

    #[command(flatten)]
    jobs: JobsOption,
}

/// Cross-validates and judges.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    FOLDS.check(args.folds as f64)?;
    let settings = settings::with_seed(args.settings.as_deref(), args.seed)?;
    let taxonomy = Taxonomy::read(&args.taxonomy)?;
    let examples = read_examples(&args.data, &taxonomy)?;

    let progress = Stages::new();
    let validated = cross_validate(&examples, &taxonomy, &settings, args.folds, &progress)?;
    progress.finish();
    if let Some(path) = &args.out {
        write_data(path, |out| write_predictions(out, &examples, &validated, &taxonomy))?;
    }
    let subject = Subject {
        title: title(&validated),
        data: args.data.iter().map(|path| path.display().to_string()).collect(),
        records: examples.len(),
        rule: None,
        without: Vec::new(),
        seen: None,
    };
    let CrossValidated { decided, probabilities, .. } = &validated;
    let rule = validated.mean_rule();
    let answers = Answers::of_decisions(decided, probabilities, rule, &examples, taxonomy.len())?;
    let mut support = vec![0; taxonomy.len()];
    examples.iter().flat_map(|example| &example.tags).for_each(|tag| support[*tag] += 1);
    let basis =
        Basis { examples: &examples, answers: &answers, taxonomy: &taxonomy, training_support: &support };
    args.output.write(Evaluation::of(subject, basis))
}

fn title(validated: &CrossValidated) -> String {
    let thresholds = || validated.rules.iter().map(|rule| rule.threshold);
    let (low, high) = (thresholds().fold(1.0, f32::min), thresholds().fold(0.0, f32::max));
    format!("{}-fold cross-validation, threshold {low:.3}–{high:.3}", validated.rules.len())
}

/// What a record was answered.
#[derive(Serialize)]
struct Line<'a> {
    id: Option<&'a Id>,
    fold: usize,
    tags: Vec<&'a str>,
    scores: IndexMap<&'a str, f32>,
}

fn write_predictions(
    out: &mut dyn Write,
    examples: &[Labelled],
    validated: &CrossValidated,
    taxonomy: &Taxonomy,
) -> io::Result<()> {
    let name = |tag: usize| taxonomy.tags()[tag].name.as_str();
    for (row, example) in examples.iter().enumerate() {
        let line = Line {
            id: example.record.id.as_ref(),
            fold: validated.folds.of[row] + 1,
            tags: validated.decided[row].iter().map(|tag| name(usize::from(*tag))).collect(),
            scores: validated.probabilities[row]
                .iter()
                .enumerate()
                .map(|(tag, score)| (name(tag), *score))
                .collect(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
