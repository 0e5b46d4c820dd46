//! `tagwright review`: records worth a second look.

mod interactive;

use std::path::PathBuf;

use anyhow::bail;

use super::options::ModelOption;
use super::output::Outcome;

/// Decide about suggested tags
#[derive(clap::Args)]
pub struct Args {
    /// The labelled records
    #[arg(value_name = "DATA")]
    data: PathBuf,

    #[command(flatten)]
    session: interactive::Options,

    #[command(flatten)]
    model: ModelOption,
}

pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let model = args.model.load()?;
    let Some(suggestions) = &args.session.suggestions else { bail!("give --suggestions") };
    let suggestions = interactive::from_file(suggestions, &args.data, &model)?;
    interactive::run(&args.data, suggestions, &model, &args.session.journal(&args.data))
}
