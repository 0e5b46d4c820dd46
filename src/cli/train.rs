//! `tagwright train`: labelled records in, a model file out.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use serde::Serialize;
use tagwright::corpus::read_labelled;
use tagwright::decide::DecisionRule;
use tagwright::error::Error;
use tagwright::learn::{Matching, Progress, TrainSettings, adapt, train};
use tagwright::model::{CrossValidation, Model};
use tagwright::taxonomy::Taxonomy;

use super::candidates::FileOrTags;
use super::files::{InputFile, OutputFile};
use super::options::{JobsOption, open_model};
use super::output::{self, Outcome};
use super::progress::Stages;
use super::settings;

/// What the long help ends with; the settings in it are the defaults.
fn details() -> String {
    let TrainSettings { seed, folds, linear, adapt, .. } = TrainSettings::default();
    format!(
        "\
Files:
  DATA      records as `tagwright predict --help` describes them, each with a field \"tags\": names or
            ids of the taxonomy, or [] when it has none (in CSV too: an empty cell is no answer)
  taxonomy  a JSON array of {{\"id\": 90, \"name\": \"message-queue\"}} objects, each with an optional
            \"definition\" and \"aliases\" (a list of other words that usually mean the tag)
  settings  TOML; what it leaves out keeps its default:
              seed = {seed}
              folds = {folds}
              [linear]
              c = {:?}
              [adapt]        # with --from: how far new records may move the model
              c = {:?}
              stack_c = {:?}

Examples:
  tagwright train data.jsonl --taxonomy taxonomy.json --out model.safetensors
  tagwright train *.jsonl.gz --taxonomy taxonomy.json --out m.safetensors --settings s.toml
  tagwright train data.csv --taxonomy taxonomy.json --out model.safetensors --json summary.json
  tagwright train corrected.jsonl --from default --out adapted.safetensors
  tagwright train corrected.jsonl --from old.safetensors --taxonomy new.json --out new.safetensors

Exit codes:
  0  the model is written
  2  wrong usage or data; no model is written",
        linear.c, adapt.c, adapt.stack_c
    )
}

/// Train a model on labelled records
///
/// Reads all records, fits a model, chooses its threshold by cross-validation and writes it to one file, whole or not at
/// all. The same data, settings and seed give the same bytes, whatever --jobs says. Progress, warnings and a summary go
/// to standard error.
///
/// With --from, an existing model is adapted instead, in seconds: it follows some hundred corrected records and keeps
/// what it knows besides. A taxonomy given with it may add tags, which are learned, and leave out others, which are
/// forgotten. A tag with the same name is the same tag; one with the same id and another name was renamed, as long as most
/// tags have kept their names. Where ids and names contradict each other, --match says which counts.
#[derive(clap::Args)]
#[command(after_long_help = details())]
pub struct Args {
    /// Files of labelled records: .jsonl, .ndjson, .json or .csv, also with .gz
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    /// The tags: a JSON file [default: with --from, those of the model]
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    taxonomy: Option<InputFile>,

    /// Adapt this model; `default` is the model inside tagwright
    #[arg(long, value_name = "MODEL")]
    from: Option<InputFile>,

    /// With --from: which tags of the model and of --taxonomy are the same, when ids and names contradict each other
    #[arg(long = "match", value_name = "WHAT", requires = "from")]
    match_by: Option<MatchBy>,

    /// Only these tags were judged in DATA: a file of tags, or tags separated by commas
    ///
    /// Of all other tags the records are evidence neither for nor against, unless a record has them. What a record says
    /// itself of the tags that were judged goes before this option. Use it when only some tags were noted: otherwise
    /// every tag that was not counts as denied.
    #[arg(long, value_name = "FILE|TAGS")]
    only_tags: Option<FileOrTags>,

    /// The model file to write
    #[arg(long, value_name = "FILE", value_parser = output::file())]
    out: OutputFile,

    /// Settings of the training: a TOML file
    #[arg(long, value_name = "FILE")]
    settings: Option<InputFile>,

    /// The number that chance starts from [default: as in the settings, else 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Folds of the cross-validation, 2 or more [default: as in the settings, else 5]
    #[arg(long, value_name = "K")]
    folds: Option<usize>,

    /// Write the summary as JSON too; `-` is standard output
    #[arg(long, value_name = "FILE")]
    json: Option<OutputFile>,

    #[command(flatten)]
    jobs: JobsOption,
}

/// What makes two tags the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MatchBy {
    /// The same id, whatever the name; else the same name
    Id,
    /// The same name, whatever the id
    Name,
}

impl MatchBy {
    fn matching(self) -> Matching {
        match self {
            Self::Id => Matching::Id,
            Self::Name => Matching::Name,
        }
    }
}

impl Args {
    fn settings(&self) -> anyhow::Result<TrainSettings> {
        let mut settings = settings::with_seed(self.settings.as_deref(), self.seed)?;
        settings.folds = self.folds.unwrap_or(settings.folds);
        settings.check()?;
        if self.from.is_some() {
            let TrainSettings { seed, folds, adapt, .. } = settings;
            if settings != (TrainSettings { seed, folds, adapt, ..TrainSettings::default() }) {
                bail!("with --from only seed, folds and [adapt] can be set; the rest is the model's own");
            }
        }
        Ok(settings)
    }
}

/// Trains and writes a model.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    args.jobs.start()?;
    let settings = args.settings()?;
    let old = args.from.as_deref().map(open_model).transpose()?;
    let taxonomy = match (&args.taxonomy, &old) {
        (Some(path), _) => Taxonomy::read(path)?,
        (None, Some(old)) => old.taxonomy().clone(),
        (None, None) => bail!("there is no taxonomy; give one with --taxonomy"),
    };

    let progress = Stages::new();
    progress.stage("reading records", 1);
    let mut examples = read_labelled(&args.data, &taxonomy)?;
    if let Some(only) = &args.only_tags {
        let at = only.location("--only-tags");
        let tags: Vec<usize> =
            only.tags()?.iter().map(|tag| taxonomy.require(tag, &at)).collect::<Result<_, Error>>()?;
        examples.iter_mut().for_each(|example| example.judge_only(&tags));
    }
    let trained = match &old {
        Some(old) => {
            let matching = args.match_by.map(MatchBy::matching);
            adapt(old, examples, taxonomy, matching, &settings, &progress)?
        }
        None => train(examples, taxonomy, &settings, &progress)?,
    };
    let model = trained.model;
    progress.stage("writing", 1);
    model.write(&args.out)?;
    progress.finish();

    let summary = Summary::of(&model, args.out.to_path_buf(), start)?;
    output::note(&summary.text());
    if let Some(path) = &args.json {
        output::write_json(path, &summary)?;
    }
    Ok(Outcome::Done)
}

/// What came out of a training.
#[derive(Serialize)]
struct Summary {
    model: PathBuf,
    bytes: u64,
    records: usize,
    tags: usize,
    columns: usize,
    /// How many of the tags some record has.
    #[serde(skip)]
    occurring: usize,
    rule: DecisionRule,
    cross_validation: CrossValidation,
    seconds: f64,
}

impl Summary {
    fn of(model: &Model, path: PathBuf, start: Instant) -> anyhow::Result<Self> {
        let bytes = fs::metadata(&path).map_err(|source| Error::io(&path, "read", source))?.len();
        Ok(Self {
            bytes,
            records: model.card().records,
            tags: model.taxonomy().len(),
            occurring: model.card().support.iter().filter(|support| **support > 0).count(),
            columns: model.columns(),
            rule: model.rule(),
            cross_validation: model.card().cross_validation,
            seconds: start.elapsed().as_secs_f64(),
            model: path,
        })
    }

    fn text(&self) -> String {
        let figures = &self.cross_validation;
        let known =
            |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.3}"));
        let absent =
            if self.occurring < self.tags { format!(" ({} occur)", self.occurring) } else { String::new() };
        format!(
            "\n{} records, {} tags{absent}, {} columns\n\
             {}-fold cross-validation: P@1 {}, R@3 {}, micro-F1 {}, macro-F1 {} at threshold {:.3}\n\
             {}: {:.2} MB, in {:.1} s\n",
            self.records,
            self.tags,
            self.columns,
            figures.folds,
            known(figures.p_at_1),
            known(figures.r_at_3),
            known(figures.micro_f1),
            known(figures.macro_f1),
            self.rule.threshold,
            self.model.display(),
            self.bytes as f64 / 1e6,
            self.seconds,
        )
    }
}
