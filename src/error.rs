//! What can go wrong, said so that a person can mend it.
//!
//! Every message is one line: where (file and line), what was found, what was expected or what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of everything in this library that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where in the input something was found: a file (or `<stdin>`) and, where it is known, a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file as the user named it.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: Option<usize>,
}

impl Location {
    /// A whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), line: None }
    }

    /// A line of a file, counted from 1.
    pub fn line(path: impl Into<PathBuf>, line: usize) -> Self {
        Self { path: path.into(), line: Some(line) }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path.display()),
            None => write!(f, "{}", self.path.display()),
        }
    }
}

/// Everything that tagwright refuses, with the place and the mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to open, read or write a file.
    #[error("{}: cannot {action}: {source}{}", path.display(), mend(source))]
    Io {
        /// The file as the user named it.
        path: PathBuf,
        /// What was tried: "read", "write", "create".
        action: &'static str,
        /// What the operating system answered.
        source: io::Error,
    },
    /// A file or a record that is not what it should be.
    #[error("{at}: {problem}; {help}")]
    Input {
        /// The file and line.
        at: Location,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        help: String,
    },
    /// A tag that the taxonomy does not have.
    #[error("{at}: unknown tag {tag:?}; {}", closest(suggestion.as_deref()))]
    UnknownTag {
        /// Where the tag was written.
        at: Location,
        /// The tag as it was written.
        tag: String,
        /// The closest name of the taxonomy.
        suggestion: Option<String>,
    },
    /// A model file that cannot be used.
    #[error("{}: not a usable model: expected {expected}, found {found}; {help}", path.display())]
    Model {
        /// The model file.
        path: PathBuf,
        /// What this version of tagwright reads.
        expected: String,
        /// What the file holds.
        found: String,
        /// What to do about it.
        help: &'static str,
    },
    /// A setting outside its range.
    #[error("{name}: expected {expected}, found {found}")]
    Setting {
        /// The setting, or the flag that gives it.
        name: String,
        /// The values it may have.
        expected: String,
        /// The value it was given.
        found: String,
    },
    /// Training data that cannot be learned from.
    #[error("cannot train: {problem}; {help}")]
    Training {
        /// What is missing.
        problem: String,
        /// What to do about it.
        help: String,
    },
}

/// What to do about the most common refusals of the operating system.
fn mend(source: &io::Error) -> &'static str {
    match source.kind() {
        // A refusal with words of our own says already what to do.
        io::ErrorKind::NotFound if source.raw_os_error().is_some() => "; check the name and the directory",
        io::ErrorKind::PermissionDenied => "; change its permissions, or name another file",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room, or name a file elsewhere",
        io::ErrorKind::FileTooLarge | io::ErrorKind::ReadOnlyFilesystem => "; name a file elsewhere",
        io::ErrorKind::InvalidFilename => "; choose a shorter name",
        _ => "",
    }
}

fn closest(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("did you mean {name:?}? Otherwise add it to the taxonomy file"),
        None => "use a name or id of the taxonomy file".to_owned(),
    }
}

impl Error {
    /// An [`Error::Io`] for `path`; `action` completes "cannot …".
    pub fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), action, source }
    }

    /// An [`Error::Input`] at a place, with what to do about it.
    pub fn input(at: Location, problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input { at, problem: problem.into(), help: help.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_reads_like_a_compiler_message() {
        assert_eq!(Location::line("data.jsonl", 17).to_string(), "data.jsonl:17");
        assert_eq!(Location::file("data.jsonl").to_string(), "data.jsonl");
    }

    #[test]
    fn a_refusal_of_the_system_says_what_to_do() {
        let missing = std::fs::read("no-such-file").unwrap_err();
        let message = Error::io(Path::new("no-such-file"), "read", missing).to_string();
        assert!(message.starts_with("no-such-file: cannot read: "), "{message}");
        assert!(message.ends_with("; check the name and the directory"), "{message}");
    }

    #[test]
    fn an_unknown_tag_names_the_closest_one() {
        let error = Error::UnknownTag {
            at: Location::line("data.jsonl", 3),
            tag: "graphq".into(),
            suggestion: Some("graphql".into()),
        };
        assert!(
            error.to_string().contains("data.jsonl:3: unknown tag \"graphq\"; did you mean \"graphql\"?")
        );
    }
}
