//! `tagwright review`: records worth a second look.

mod interactive;

use std::path::PathBuf;

use tagwright::corpus::{read_labelled, read_whole};
use tagwright::curate::session::Item;
use tagwright::curate::{Key, read_suggestions};

use super::files::beside;
use super::options::ModelOption;
use super::output::Outcome;
use interactive::Suggestion;

/// Review
#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "DATA")]
    data: PathBuf,

    #[arg(long)]
    interactive: bool,

    #[arg(long, value_name = "FILE")]
    suggestions: PathBuf,

    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    #[command(flatten)]
    model: ModelOption,
}

pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let model = args.model.load()?;
    let taxonomy = model.taxonomy();
    let whole = read_whole(std::slice::from_ref(&args.data))?;
    let labelled = read_labelled(std::slice::from_ref(&args.data), taxonomy)?;
    let suggestions = read_suggestions(&args.suggestions, &whole, taxonomy)?;
    let suggestions = suggestions.into_iter().filter_map(|(index, suggested)| {
        let record = labelled[index].record.clone();
        let item = Item {
            key: Key::of(&whole[index])?,
            tags: labelled[index].tags.clone(),
            suggested,
            scores: model.probabilities(&record),
        };
        Some(Suggestion { record, item, why: None })
    });
    let journal = args.journal.clone().unwrap_or_else(|| beside(&args.data, "decisions"));
    interactive::run(&args.data, suggestions.collect(), &model, &journal)
}
