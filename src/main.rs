//! The `tagwright` command: run it, turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::output::exit_code(cli::signals::watch().map_err(Into::into).and_then(|()| cli::run()))
}
