//! The files that the commands that judge write beside what they print.

use serde::Serialize;

use super::files::OutputFile;
use super::output;

/// Which of them to write.
#[derive(clap::Args)]
pub struct ReportFiles {
    /// Write everything as JSON too; `-` is standard output, in place of what is printed
    #[arg(long, value_name = "FILE")]
    json: Option<OutputFile>,

    /// Write the figures as Markdown too, for a pull request or a wiki; `-` likewise
    #[arg(long, value_name = "FILE")]
    markdown: Option<OutputFile>,

    /// Write a page for the browser too: one file with charts and tables that needs nothing else
    #[arg(long, value_name = "FILE")]
    report: Option<OutputFile>,
}

/// How a result is written for people.
pub struct Renderings<T> {
    /// As Markdown.
    pub markdown: fn(&T) -> String,
    /// As a page.
    pub page: fn(&T) -> String,
}

impl ReportFiles {
    /// Writes `result` to those that were asked for.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn write<T: Serialize>(&self, result: &T, renderings: &Renderings<T>) -> anyhow::Result<()> {
        if let Some(path) = &self.json {
            output::write_json(path, result)?;
        }
        if let Some(path) = &self.markdown {
            output::write_file(path, &(renderings.markdown)(result))?;
        }
        if let Some(path) = &self.report {
            output::write_file(path, &(renderings.page)(result))?;
        }
        Ok(())
    }

    /// Whether one of them is standard output, so that nothing else may be printed there.
    pub fn take_stdout(&self) -> bool {
        [&self.json, &self.markdown, &self.report].into_iter().flatten().any(|path| output::is_stdout(path))
    }
}
