//! The `tagwright` command: parse the arguments, run, turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::output::exit_code(cli::Cli::parse().run())
}
