//! `tagwright evaluate`: how good a model is on labelled records.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::ValueEnum;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};
use tagwright::corpus::{Id, Labelled, read_labelled};
use tagwright::decide::DecisionRule;
use tagwright::metrics::{Group, Judged, Prf, Summary, TagFigures, groups_of_records, groups_of_tags};
use tagwright::model::Model;
use tagwright::report;
use tagwright::taxonomy::Tag;
use tagwright::text::{Document, Language, TextSettings};

use super::options::{JobsOption, ModelOption, RuleOptions};
use super::output::{self, Outcome};

const EXAMPLES: &str = "\
Examples:
  tagwright evaluate held-out.jsonl
  tagwright evaluate held-out.jsonl --model model.safetensors --json figures.json
  tagwright evaluate held-out.jsonl --threshold 0.5 --json - | jq .micro.f1
  tagwright evaluate held-out.jsonl --without name --without description

The last one shows how good the model is on READMEs alone.

Exit codes:
  0  done
  2  wrong usage or data; nothing is judged";

/// The kinds of record: without a README, and with one.
const DESCRIPTION: &str = "description";
const README: &str = "readme";

/// Judge a model by labelled records
///
/// Answers every record, compares the answers with the record's own tags and prints the figures: ranking and decisions;
/// the same by group; calibration; precision, recall and F1 of every tag. Use records that the model was not trained on.
/// A bad record or an unknown tag is an error, and nothing is judged.
///
/// The groups are records without a README (description) and with one (readme); records in English and in any other
/// language, by a guess; and the most frequent third of the tags in training (head), the middle and the least frequent
/// third (tail). Their macro F1 is the mean over those of their tags that some of their records have.
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

    /// Judge as if no record had this field; repeat it for more. Records left without text are skipped
    #[arg(long, value_name = "FIELD")]
    without: Vec<TextField>,

    /// Write the figures as JSON too; `-` is standard output, in place of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    jobs: JobsOption,
}

/// A field that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum TextField {
    Name,
    Description,
    Readme,
}

/// Judges a model.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    let model = args.model.load()?;
    let rule = args.rule.apply(model.rule());
    let mut examples = read_labelled(&args.data, model.taxonomy())?;
    if examples.is_empty() {
        bail!("there are no records to judge by; give files with labelled records");
    }
    let mut without = args.without.clone();
    without.sort_unstable();
    without.dedup();
    leave_out(&without, &mut examples)?;
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
    let groups = groups(&judged, &examples, &model);
    if let Some(path) = &args.json {
        let figures = Evaluation::figures(&summary)?;
        let tags = model.taxonomy().tags().iter().zip(&summary.tags);
        let tags = tags.map(|(tag, figures)| TagRow::new(tag, figures)).collect();
        output::write_json(path, &Evaluation { rule, without, figures, groups: &groups, tags })?;
    }
    if !args.json.as_deref().is_some_and(output::is_stdout) {
        output::write_text(&report::text(&summary, &groups, model.taxonomy()))?;
    }
    Ok(Outcome::Done)
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

/// The figures by kind of record, by language and by how frequent a tag was in training.
fn groups(judged: &Judged, examples: &[Labelled], model: &Model) -> Vec<Group> {
    let label = |example: &Labelled| {
        let document = Document::new(&example.record, &TextSettings::default());
        (if document.has_readme { README } else { DESCRIPTION }, Language::of(&document).name())
    };
    let (kinds, languages): (Vec<_>, Vec<_>) = examples.par_iter().map(label).unzip();
    let names = [Language::English, Language::Other].map(Language::name);
    [
        groups_of_records(judged, "kind", &[DESCRIPTION, README], &kinds),
        groups_of_records(judged, "language", &names, &languages),
        groups_of_tags(judged, &model.card().support),
    ]
    .concat()
}

/// The figures with the tags' ids and names in place of their indices.
#[derive(Serialize)]
struct Evaluation<'a> {
    rule: DecisionRule,
    without: Vec<TextField>,
    #[serde(flatten)]
    figures: Map<String, Value>,
    groups: &'a [Group],
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

impl Evaluation<'_> {
    /// All figures but those of the tags.
    fn figures(summary: &Summary) -> serde_json::Result<Map<String, Value>> {
        let mut figures: Map<String, Value> = serde_json::from_value(serde_json::to_value(summary)?)?;
        figures.remove("tags");
        Ok(figures)
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
