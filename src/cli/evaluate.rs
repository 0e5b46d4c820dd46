//! `tagwright evaluate`: how good a model is on labelled records.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};
use tagwright::corpus::{Id, read_labelled};
use tagwright::decide::DecisionRule;
use tagwright::metrics::{Judged, Prf, Summary, TagFigures};
use tagwright::report;
use tagwright::taxonomy::{Tag, Taxonomy};

use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome};

const EXAMPLES: &str = "\
Examples:
  tagwright evaluate held-out.jsonl
  tagwright evaluate held-out.jsonl --model model.safetensors --json figures.json
  tagwright evaluate held-out.jsonl --threshold 0.5 --json - | jq .micro.f1

Exit codes:
  0  done
  2  wrong usage or data; nothing is judged";

/// Judge a model by labelled records
///
/// Answers every record, compares the answers with the record's own tags and prints the figures: ranking, decisions,
/// calibration, and precision, recall and F1 of every tag. Use records that the model was not trained on. A bad record
/// or an unknown tag is an error, and nothing is judged.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records, as `tagwright train` reads them; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,

    #[command(flatten)]
    model: ModelOption,

    #[command(flatten)]
    rule: RuleOptions,

    /// Write the figures as JSON too; `-` is standard output, in place of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    jobs: JobsOption,
}

/// Judges a model.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    let model = args.model.load()?;
    let rule = args.rule.apply(model.rule());
    let examples = read_labelled(&args.data, model.taxonomy())?;
    if examples.is_empty() {
        bail!("there are no records to judge by; give files with labelled records");
    }
    let probabilities: Vec<Vec<f32>> =
        examples.par_iter().map(|example| model.probabilities(&example.record)).collect();
    let mut judged = Judged::new(model.taxonomy().len());
    for (example, probabilities) in examples.iter().zip(&probabilities) {
        let gold: Vec<u16> = example.tags.iter().map(|tag| *tag as u16).collect();
        let decided = rule.decide(probabilities, |_| true);
        judged.push(&gold, &decided, Some(probabilities)).map_err(|problem| {
            anyhow!("{}: the model gives no usable answer: {problem}; train it again", example.at)
        })?;
    }
    let summary = Summary::of(&judged);
    if let Some(path) = &args.json {
        output::write_json(path, &Evaluation::new(&summary, rule, model.taxonomy())?)?;
    }
    if !args.json.as_deref().is_some_and(output::is_stdout) {
        output::write_text(&report::text(&summary, model.taxonomy()))?;
    }
    Ok(Outcome::Done)
}

/// The figures with the tags' ids and names in place of their indices.
#[derive(Serialize)]
struct Evaluation<'a> {
    rule: DecisionRule,
    #[serde(flatten)]
    figures: Map<String, Value>,
    tags: Vec<TagRow<'a>>,
}

#[derive(Serialize)]
struct TagRow<'a> {
    id: &'a Id,
    name: &'a str,
    support: usize,
    predicted: usize,
    true_positives: usize,
    #[serde(flatten)]
    prf: Prf,
    average_precision: Option<f64>,
}

impl<'a> Evaluation<'a> {
    fn new(summary: &Summary, rule: DecisionRule, taxonomy: &'a Taxonomy) -> serde_json::Result<Self> {
        let mut figures: Map<String, Value> = serde_json::from_value(serde_json::to_value(summary)?)?;
        figures.remove("tags");
        let tags = taxonomy.tags().iter().zip(&summary.tags).map(|(tag, figures)| TagRow::new(tag, figures));
        Ok(Self { rule, figures, tags: tags.collect() })
    }
}

impl<'a> TagRow<'a> {
    fn new(tag: &'a Tag, figures: &TagFigures) -> Self {
        Self {
            id: &tag.id,
            name: &tag.name,
            support: figures.support,
            predicted: figures.predicted,
            true_positives: figures.true_positives,
            prf: figures.prf,
            average_precision: figures.average_precision,
        }
    }
}
