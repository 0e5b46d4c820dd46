//! The command line, tested from outside: what a user types, reads and finds on disk.

mod apply;
mod bad_inputs;
mod compare;
mod cross_validate;
mod data;
mod evaluate;
mod explain;
#[cfg(unix)]
mod files;
mod help;
mod hostile;
#[cfg(unix)]
mod interactive;
#[cfg(unix)]
mod kill;
mod limits;
mod predict;
mod reading;
mod report;
mod review;
#[cfg(unix)]
mod terminal;
mod train;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

/// A file of `tests/data`.
fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A model trained on `tests/data`.
fn model() -> &'static str {
    static MODEL: OnceLock<String> = OnceLock::new();
    MODEL.get_or_init(|| {
        let path = format!("{}/small.safetensors", env!("CARGO_TARGET_TMPDIR"));
        let run = Room::new().run(&[
            "train",
            &data("train.jsonl"),
            "--taxonomy",
            &data("taxonomy.json"),
            "--out",
            &path,
        ]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        path
    })
}

/// A directory of its own, in which tagwright is run.
struct Room(TempDir);

impl Room {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    /// The names of all files, sorted.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = cargo_bin_cmd!("tagwright");
        command.current_dir(self.0.path()).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args))
    }

    fn run_with_stdin(&self, args: &[&str], stdin: impl Into<Vec<u8>>) -> Run {
        let mut command = self.command(args);
        command.write_stdin(stdin);
        Run::of(command)
    }

    /// Runs `predict` with the small model.
    fn predict(&self, args: &[&str]) -> Run {
        self.run(&[&["predict", "--model", model()], args].concat())
    }
}

/// What a run gave.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard error, but for the warning that a model is judged by the records that it was trained on, as the small one
    /// is in most tests.
    fn complaints(&self) -> String {
        let is_other = |line: &&str| !line.contains(" were in the training data of ");
        self.stderr.split_inclusive('\n').filter(is_other).collect()
    }

    /// The lines of standard output as JSON, after a run without any complaint.
    fn lines(&self) -> Vec<Value> {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""));
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The names of the tags of each record.
    fn names(&self) -> Vec<Vec<String>> {
        let names = |line: &Value| line["tags"].as_array().unwrap().iter().map(name).collect();
        self.lines().iter().map(names).collect()
    }

    /// Asserts that nothing was done and one line says why, with all of `parts` in it.
    #[track_caller]
    fn assert_refused(&self, parts: &[&str]) {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        let complaints = self.complaints();
        assert!(complaints.starts_with("error: ") && complaints.lines().count() == 1, "{}", self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "{part} is not in {}", self.stderr);
        }
    }
}

/// The name of a tag written as an object.
fn name(tag: &Value) -> String {
    tag["name"].as_str().unwrap().to_owned()
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}
