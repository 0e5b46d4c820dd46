//! The `tagwright` command: parse the arguments, run, turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli::output::exit_code(cli::signals::watch().map_err(Into::into).and_then(|()| cli.run()))
}
