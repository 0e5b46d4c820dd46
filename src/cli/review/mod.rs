//! `tagwright review`: records worth a second look.

mod interactive;

use std::path::PathBuf;
use std::slice;

use rayon::prelude::*;
use tagwright::corpus::{Labelled, read_labelled};
use tagwright::curate::review;
use tagwright::learn::{TrainSettings, train};
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;

use super::options::JobsOption;
use super::output::Outcome;
use super::progress::Stages;
use interactive::Suggestion;

/// Decide about suggested tags
#[derive(clap::Args)]
pub struct Args {
    /// The labelled records
    #[arg(value_name = "DATA")]
    data: PathBuf,

    #[command(flatten)]
    session: interactive::Options,

    /// The model whose probabilities count, trained on other data [default: cross-fitted on DATA]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// The tags: a JSON file [default: those of the model]
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    taxonomy: Option<PathBuf>,

    /// The N most suspicious records [default: those in which a mistake is more probable than not]
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    #[command(flatten)]
    jobs: JobsOption,
}

pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.session.check()?;
    args.jobs.start()?;
    let journal = args.session.journal(&args.data);
    if let Some(path) = &args.session.suggestions {
        let model = args.model.as_deref().map_or_else(Model::embedded, Model::read)?;
        let suggestions = interactive::from_file(path, &args.data, &model)?;
        return interactive::run(&args.data, &suggestions, &model, &journal);
    }
    let (model, suggestions) = suspects(args)?;
    interactive::run(&args.data, &suggestions, &model, &journal)
}

/// The suspects, and the model that gives the evidence.
fn suspects(args: &Args) -> anyhow::Result<(Model, Vec<Suggestion>)> {
    let taxonomy = match (&args.taxonomy, &args.model) {
        (Some(path), _) => Taxonomy::read(path)?,
        (None, Some(path)) => Model::read(path)?.taxonomy().clone(),
        (None, None) => Model::embedded()?.taxonomy().clone(),
    };
    let examples = read_labelled(slice::from_ref(&args.data), &taxonomy)?;
    let (model, probabilities) = answers(args, &examples, taxonomy)?;
    let mut review = review(&examples, &[], model.taxonomy(), &probabilities, TrainSettings::default().seed);
    review.keep(args.top);
    let suggestions = interactive::from_review(&review, &examples, &probabilities)?;
    Ok((model, suggestions))
}

fn answers(args: &Args, examples: &[Labelled], taxonomy: Taxonomy) -> anyhow::Result<(Model, Vec<Vec<f32>>)> {
    if let Some(path) = &args.model {
        let model = Model::read(path)?;
        let probabilities = examples.par_iter().map(|example| model.probabilities(&example.record)).collect();
        return Ok((model, probabilities));
    }
    let progress = Stages::new();
    let trained = train(examples.to_vec(), taxonomy, &TrainSettings::default(), &progress)?;
    progress.finish();
    Ok((trained.model, trained.probabilities))
}
