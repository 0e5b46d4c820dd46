//! What the commands that judge do with an evaluation: write it out, and check the gates.

use std::path::{Path, PathBuf};

use anyhow::bail;
use tagwright::atomic::check_writable;
use tagwright::evaluation::{Evaluation, read_learning_curve};
use tagwright::report;

use super::gates::Gates;
use super::output::{self, Outcome};

/// Where an evaluation goes.
#[derive(clap::Args)]
pub struct EvaluationOutput {
    /// Write everything as JSON too; `-` is standard output, in place of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the figures as Markdown too, for a pull request or a wiki; `-` likewise
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Write a page for the browser too: one file with charts and tables that needs nothing else
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Put a learning curve into the JSON and the page: the file that training/learning-curve.sh writes
    ///
    /// A JSON array of `{"records", "micro_f1", "macro_f1", "p_at_1"}` objects.
    #[arg(long, value_name = "FILE")]
    learning_curve: Option<PathBuf>,

    #[command(flatten)]
    gates: Gates,
}

impl EvaluationOutput {
    /// Checks, before the work is done, that its result can be written.
    ///
    /// # Errors
    /// When a file cannot be written, or two things are to go to standard output.
    pub fn check(&self) -> anyhow::Result<()> {
        let (to_stdout, to_files): (Vec<&Path>, Vec<_>) =
            self.files().partition(|path| output::is_stdout(path));
        if to_stdout.len() > 1 {
            bail!("only one thing can go to standard output; name a file for the others");
        }
        Ok(to_files.into_iter().try_for_each(check_writable)?)
    }

    fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.json, &self.markdown, &self.report].into_iter().flatten().map(PathBuf::as_path)
    }

    /// Writes everything that was asked for, and text unless something else goes to standard output.
    ///
    /// # Errors
    /// When the learning curve cannot be read, or something cannot be written.
    pub fn write(&self, mut evaluation: Evaluation) -> anyhow::Result<Outcome> {
        if let Some(path) = &self.learning_curve {
            evaluation.learning_curve = read_learning_curve(path)?;
        }
        if let Some(path) = &self.json {
            output::write_json(path, &evaluation)?;
        }
        if let Some(path) = &self.markdown {
            output::write_file(path, &report::markdown(&evaluation))?;
        }
        if let Some(path) = &self.report {
            output::write_file(path, &report::html::evaluation(&evaluation))?;
        }
        if !self.files().any(output::is_stdout) {
            output::write_text(&report::text(&evaluation))?;
        }
        Ok(self.gates.check(&evaluation))
    }
}
