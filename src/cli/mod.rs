//! The command line: one file per command, and what they share.

mod answers;
mod apply;
mod candidates;
mod compare;
mod cross_validate;
mod data;
mod evaluate;
mod evaluation_output;
mod explain;
mod files;
mod gates;
mod json_writer;
mod judging;
mod options;
pub mod output;
mod predict;
mod progress;
mod read_ahead;
mod report_files;
mod review;
mod settings;
pub mod signals;
mod tables;
mod tally;
mod tasks;
mod train;

use std::borrow::Cow;
use std::process;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use files::{File, Role};
use output::Outcome;
use tagwright::shown::shown_lines;

const EXAMPLES: &str = "\
Examples:
  tagwright predict README.md
  tagwright predict projects.jsonl > tags.jsonl
  tagwright explain README.md
  tagwright train data.jsonl --taxonomy taxonomy.json --out model.safetensors
  tagwright evaluate held-out.jsonl --report report.html
  tagwright compare default model.safetensors held-out.jsonl
  tagwright data check data.jsonl
  tagwright review data.jsonl --interactive

Exit codes:
  0  done
  1  done, but some records or files could not be read, or a gate failed
  2  wrong usage, or nothing could be done";

/// Tags open-source projects from their description and README.
///
/// tagwright reads what a project says of itself (one line, a README, or both) and answers with at most three tags of
/// a fixed list, best first. It works offline with the model inside it, or with one that you trained.
///
/// Standard output carries answers only; progress, warnings and errors go to standard error. A file named `-` is
/// standard input or output.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, max_term_width = 100, after_long_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Predict(predict::Args),
    Explain(explain::Args),
    Train(train::Args),
    Evaluate(evaluate::Args),
    Compare(compare::Args),
    CrossValidate(cross_validate::Args),
    Review(review::Args),
    Apply(apply::Args),
    #[command(subcommand)]
    Data(data::Command),
}

/// Parses the arguments and does what they ask for.
///
/// # Errors
/// When nothing could be done; the message is one line.
pub fn run() -> anyhow::Result<Outcome> {
    let mut command = Cli::command();
    let matches =
        command.try_get_matches_from_mut(std::env::args_os()).unwrap_or_else(|error| refuse(&error));
    run_matches(&mut command, &matches)
}

fn run_matches(command: &mut clap::Command, matches: &clap::ArgMatches) -> anyhow::Result<Outcome> {
    let cli = Cli::from_arg_matches(matches).unwrap_or_else(|error| refuse(&error.format(command)));
    files::check(&cli.files(files::named(command, matches)))?;
    cli.run()
}

/// Ends the program with what clap says: help, or what is wrong with the arguments, which may be anything.
fn refuse(error: &clap::Error) -> ! {
    let text = error.render().to_string();
    if matches!(shown_lines(&text), Cow::Owned(_)) {
        output::note(&text);
        process::exit(error.exit_code());
    }
    error.exit()
}

impl Cli {
    /// All files that it reads and writes: those that its arguments name, and others.
    fn files(&self, mut named: Vec<File>) -> Vec<File> {
        match &self.command {
            Command::Predict(predict::Args { inputs, .. })
            | Command::Explain(explain::Args { inputs, .. }) => {
                if inputs.is_empty() {
                    named.push(File::new("INPUT", "-".into(), Role::Read));
                }
                named
            }
            Command::Review(args) => args.files(named),
            Command::Apply(args) => args.files(named),
            _ => named,
        }
    }

    /// Does what the arguments ask for.
    ///
    /// # Errors
    /// When nothing could be done; the message is one line.
    fn run(self) -> anyhow::Result<Outcome> {
        match self.command {
            Command::Predict(args) => predict::run(args),
            Command::Explain(args) => explain::run(args),
            Command::Train(args) => train::run(&args),
            Command::Evaluate(args) => evaluate::run(&args),
            Command::Compare(args) => compare::run(&args),
            Command::CrossValidate(args) => cross_validate::run(&args),
            Command::Review(args) => review::run(&args),
            Command::Apply(args) => {
                options::start_threads(None)?;
                apply::run(&args)
            }
            Command::Data(command) => {
                options::start_threads(None)?;
                data::run(&command)
            }
        }
    }
}
