//! The files that the commands that judge write beside what they print.

use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;
use tagwright::atomic::check_writable;

use super::output;

/// Which of them to write.
#[derive(clap::Args)]
pub struct ReportFiles {
    /// Write everything as JSON too; `-` is standard output, in place of what is printed
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the figures as Markdown too, for a pull request or a wiki; `-` likewise
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Write a page for the browser too: one file with charts and tables that needs nothing else
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// How a result is written for people.
pub struct Renderings<T> {
    /// As Markdown.
    pub markdown: fn(&T) -> String,
    /// As a page.
    pub page: fn(&T) -> String,
}

impl ReportFiles {
    /// Checks, before the work is done, that they can be written.
    ///
    /// # Errors
    /// When one cannot be written, or two are to go to standard output.
    pub fn check(&self) -> anyhow::Result<()> {
        let (to_stdout, to_files): (Vec<&Path>, Vec<_>) =
            self.paths().partition(|path| output::is_stdout(path));
        if to_stdout.len() > 1 {
            bail!("only one thing can go to standard output; name a file for the others");
        }
        Ok(to_files.into_iter().try_for_each(check_writable)?)
    }

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
        self.paths().any(output::is_stdout)
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.json, &self.markdown, &self.report].into_iter().flatten().map(PathBuf::as_path)
    }
}
