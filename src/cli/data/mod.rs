//! `tagwright data`: looking after files of labelled data.

mod check;
mod convert;
mod import;
mod split;
mod stats;

use clap::Subcommand;

use super::output::Outcome;
pub use split::Part;

const EXAMPLES: &str = "\
Examples:
  tagwright data check data.jsonl
  tagwright data stats data.jsonl
  tagwright data split data.jsonl --part train.jsonl --part test.jsonl=0.1
  tagwright data convert data.jsonl -o data.csv
  tagwright data import starred.json -o data.jsonl";

/// Check, count, split, convert and import labelled data
///
/// All of these keep the order of the records and every field as it was written, also those that tagwright does not
/// know, and write a file whole or not at all.
#[derive(Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub enum Command {
    Check(check::Args),
    Stats(stats::Args),
    Split(split::Args),
    Convert(convert::Args),
    Import(import::Args),
}

/// Does what the subcommand says.
pub fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Check(args) => check::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Split(args) => split::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Import(args) => import::run(args),
    }
}
