//! The files that a command reads and writes, all of them, and that none is lost by that.

mod argument;
#[cfg(all(test, unix))]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{ArgMatches, Command};
use tagwright::atomic::{Identity, check_writable, finish};

use super::output::{is_stdin, is_stdout, say};
pub use argument::{FileArgument, InputFile, OutputFile};

/// What a command does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It reads it.
    Read,
    /// It writes it anew.
    Written,
    /// It reads it and adds to it, or replaces it on purpose.
    Updated,
}

/// A file that a command reads or writes.
#[derive(Debug)]
pub struct File {
    /// How the argument that names it is called, or what it is.
    pub argument: String,
    /// Its name.
    pub path: PathBuf,
    /// What is done with it.
    pub role: Role,
    /// The argument that may name this file, too, when `--in-place` is said instead.
    pub in_place_of: Option<&'static str>,
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.argument {
            argument if argument == STDOUT => f.write_str(STDOUT),
            argument if self.is_stdin() => write!(f, "{argument} (standard input)"),
            argument if self.is_stdout() => write!(f, "{argument} ({STDOUT})"),
            argument => write!(f, "{argument} ({})", self.path.display()),
        }
    }
}

/// What is called so that no argument names.
const STDOUT: &str = "standard output";

/// The files that the arguments of a command name.
pub fn named(command: &Command, matches: &ArgMatches) -> Vec<File> {
    if let Some((name, matches)) = matches.subcommand()
        && let Some(command) = command.find_subcommand(name)
    {
        return named(command, matches);
    }
    let files = command.get_arguments().flat_map(|argument| {
        let files = argument::KINDS.iter().flat_map(|kind| {
            let paths = (kind.paths)(matches, argument.get_id().as_str()).into_iter();
            paths.map(|path| File::new(called(argument), path, kind.role))
        });
        files.collect::<Vec<_>>()
    });
    files.collect()
}

/// How an argument is called in messages: `--out`, or `DATA`.
fn called(argument: &clap::Arg) -> String {
    match (argument.get_long(), argument.get_value_names()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some([name, ..])) => name.to_string(),
        (None, _) => argument.get_id().to_string(),
    }
}

/// Finds out before any work that no file is written that is read, or written twice, whatever names lead to it, and that
/// all outputs can be written. Finishes what a killed run has begun in the directories of the files.
///
/// # Errors
/// Names the two arguments that are one file, or the output that cannot be written.
pub fn check(files: &[File]) -> anyhow::Result<()> {
    let standard_output = File::new(STDOUT, "-".into(), Role::Written);
    let is_taken = files.iter().any(File::is_stdout);
    let files: Vec<&File> = files.iter().chain((!is_taken).then_some(&standard_output)).collect();
    if let Some(file) = files.iter().find(|file| file.path.as_os_str().is_empty()) {
        bail!("{}: the name is empty; name a file", file.argument);
    }
    let identities: Vec<Option<Identity>> = files.iter().map(|file| file.identity()).collect();
    for (number, file) in files.iter().enumerate() {
        for (other, identity) in files.iter().zip(&identities).take(number) {
            file.check_stream(other)?;
            if let (Some(a), Some(b)) = (&identities[number], identity)
                && a.is_regular()
                && a.is_same(b)
            {
                file.check_same(other)?;
            }
        }
    }
    for directory in files.iter().filter_map(|file| file.directory()).collect::<BTreeSet<_>>() {
        match finish(directory) {
            Ok(finished) if finished.is_empty() => {}
            Ok(finished) => {
                let names: Vec<String> = finished.iter().map(|path| path.display().to_string()).collect();
                say("note", format!("{}: put there for a run that was killed", names.join(", ")));
            }
            Err(error) => {
                let directory = directory.display();
                say(
                    "warning",
                    format!("{directory}: what a killed run has begun cannot be finished: {error}"),
                );
            }
        }
    }
    let replaced = files.iter().filter(|file| file.role == Role::Written && !file.is_stdout());
    Ok(replaced.map(|file| file.path.as_path()).try_for_each(check_writable)?)
}

impl File {
    /// A file that a command reads or writes.
    pub fn new(argument: impl Into<String>, path: PathBuf, role: Role) -> Self {
        Self { argument: argument.into(), path, role, in_place_of: None }
    }

    fn is_stdin(&self) -> bool {
        self.role == Role::Read && is_stdin(&self.path)
    }

    fn is_stdout(&self) -> bool {
        self.role != Role::Read && is_stdout(&self.path)
    }

    fn identity(&self) -> Option<Identity> {
        #[cfg(unix)]
        if self.is_stdin() {
            return Identity::of_stream(&std::io::stdin());
        } else if self.is_stdout() {
            return Identity::of_stream(&std::io::stdout());
        }
        Identity::of(&self.path)
    }

    /// Where it lies, unless it is a stream.
    fn directory(&self) -> Option<&Path> {
        let parent = self.path.parent().filter(|_| !self.is_stdin() && !self.is_stdout())?;
        Some(if parent == Path::new("") { Path::new(".") } else { parent })
    }

    /// Refuses two uses of one stream.
    fn check_stream(&self, other: &Self) -> anyhow::Result<()> {
        let both = format!("{} and {}", other.argument, self.argument);
        if self.is_stdin() && other.is_stdin() {
            bail!("{both}: standard input can only be read once; name files");
        }
        if self.is_stdout() && other.is_stdout() {
            bail!("{both}: only one thing can go to standard output; name a file for the other");
        }
        Ok(())
    }

    /// Refuses two uses of one file, unless both only read it.
    fn check_same(&self, other: &Self) -> anyhow::Result<()> {
        let (read, written) = match (self.role, other.role) {
            (Role::Read, Role::Read) => return Ok(()),
            (Role::Read, _) => (self, other),
            (_, Role::Read) => (other, self),
            (..) => bail!("{other} and {self} would be written to one file; name different files"),
        };
        if written.is_stdout() {
            bail!("{written} goes into what {read} reads; redirect it to another file");
        }
        let is_wanted = read.in_place_of.is_some_and(|argument| argument == written.argument);
        let in_place = if is_wanted { "say --in-place, or " } else { "" };
        bail!("{written} would replace what {read} reads; {in_place}name another file to write to")
    }
}

/// A JSON Lines file that goes with another: `data.audit.jsonl` for `data.jsonl` or `data.json.gz`.
pub fn beside(path: &Path, kind: &str) -> PathBuf {
    let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let path = if is_gzip { path.with_extension("") } else { path.to_owned() };
    path.with_extension(format!("{kind}.jsonl"))
}
