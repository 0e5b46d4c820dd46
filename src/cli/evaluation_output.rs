//! What the commands that judge do with an evaluation: write it out, and check the gates.

use tagwright::evaluation::{Evaluation, read_learning_curve};
use tagwright::report;

use super::files::InputFile;
use super::gates::Gates;
use super::output::{self, Outcome};
use super::report_files::{Renderings, ReportFiles};

/// Where an evaluation goes.
#[derive(clap::Args)]
pub struct EvaluationOutput {
    #[command(flatten)]
    files: ReportFiles,

    /// Put a learning curve into the JSON and the page: the file that training/learning-curve.sh writes
    ///
    /// A JSON array of `{"records", "micro_f1", "macro_f1", "p_at_1"}` objects.
    #[arg(long, value_name = "FILE")]
    learning_curve: Option<InputFile>,

    #[command(flatten)]
    gates: Gates,
}

impl EvaluationOutput {
    /// Writes everything that was asked for, and text unless something else goes to standard output.
    ///
    /// # Errors
    /// When the learning curve cannot be read, or something cannot be written.
    pub fn write(&self, mut evaluation: Evaluation) -> anyhow::Result<Outcome> {
        if let Some(path) = &self.learning_curve {
            evaluation.learning_curve = read_learning_curve(path)?;
        }
        let renderings = Renderings { markdown: report::markdown, page: report::html::evaluation };
        self.files.write(&evaluation, &renderings)?;
        if !self.files.take_stdout() {
            output::write_table(&report::text(&evaluation))?;
        }
        Ok(self.gates.check(&evaluation))
    }
}
