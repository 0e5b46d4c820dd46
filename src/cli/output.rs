//! The two streams: data on standard output, everything else on standard error.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::builder::{OsStringValueParser, TypedValueParser};
use serde::Serialize;
use tagwright::atomic::write_atomic;
use tagwright::shown::{shown, shown_lines};

use super::files::OutputFile;

/// How a command ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it.
    Done,
    /// Some records or files were bad; standard error says so.
    Partly,
    /// All of it, but a gate failed; standard error says which.
    Failed,
    /// All of them were bad; standard error says so.
    Nothing,
}

/// The exit code of an outcome; says what the error is, unless somebody just stopped reading our output.
pub fn exit_code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly | Outcome::Failed) => ExitCode::from(1),
        Ok(Outcome::Nothing) => ExitCode::from(2),
        // The library names the file in its errors; a bare one comes from standard output.
        Err(error) => match error.downcast_ref::<io::Error>() {
            Some(closed) if closed.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Some(other) => {
                say("error", format!("cannot write to standard output: {other}"));
                ExitCode::from(2)
            }
            None => {
                say("error", error);
                ExitCode::from(2)
            }
        },
    }
}

/// Standard output for data, locked and buffered.
pub fn stdout() -> Stdout {
    let lines = io::stdout().is_terminal().then(Vec::new);
    Stdout { out: styled_stdout(), line: lines }
}

/// Standard output for text in which whatever is foreign has gone through [`shown`] already.
pub fn styled_stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Data on its way to standard output: byte by byte, but on a terminal what it would obey is escaped.
pub struct Stdout {
    out: BufWriter<StdoutLock<'static>>,
    /// On a terminal, what has come of a line.
    line: Option<Vec<u8>>,
}

impl Stdout {
    fn end_line(&mut self) -> io::Result<()> {
        let line = self.line.as_mut().map(std::mem::take).unwrap_or_default();
        self.out.write_all(shown_lines(&String::from_utf8_lossy(&line)).as_bytes())
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(line) = &mut self.line else { return self.out.write(bytes) };
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
        line.extend_from_slice(&bytes[..end]);
        if line.ends_with(b"\n") {
            self.end_line()?;
        }
        Ok(end)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.out.flush()
    }
}

/// Writes a line to standard error under a label such as `error`; nobody can be told when that fails.
pub fn say(label: &str, message: impl Display) {
    note(&format!("{label}: {}\n", shown(&message.to_string())));
}

/// Writes text to standard error; nobody can be told when that fails.
pub fn note(text: &str) {
    let _ = io::stderr().lock().write_all(shown_lines(text).as_bytes());
}

/// Writes JSON for people to read: to a file, or to standard output when `path` is `-`.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    write_file(path, &(serde_json::to_string_pretty(value)? + "\n"))
}

/// Writes text: to a file, or to standard output when `path` is `-`.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    if is_stdout(path) {
        return write_text(text);
    }
    Ok(write_atomic(path, |file| file.write_all(text.as_bytes()))?)
}

/// Writes objects as JSON Lines to standard output.
///
/// # Errors
/// When they cannot be written.
pub fn write_lines<T: Serialize>(objects: impl IntoIterator<Item = T>) -> anyhow::Result<()> {
    to_stdout(|out| {
        objects.into_iter().try_for_each(|object| {
            serde_json::to_writer(&mut *out, &object)?;
            out.write_all(b"\n")
        })
    })
}

/// Writes text for people to standard output.
///
/// # Errors
/// When it cannot be written.
pub fn write_table(text: &str) -> anyhow::Result<()> {
    write_text(&shown_lines(text))
}

/// Writes data to standard output.
///
/// # Errors
/// When it cannot be written.
pub fn write_text(text: &str) -> anyhow::Result<()> {
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// Writes to standard output. When nobody reads it any more, what is left is not wanted: the command goes on, since it may
/// have other files to write.
///
/// # Errors
/// When it cannot be written.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = stdout();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Whether a path on the command line means standard input.
pub fn is_stdin(path: &Path) -> bool {
    is_stream(path, "stdin", 0)
}

/// Whether a path on the command line means standard output.
pub fn is_stdout(path: &Path) -> bool {
    is_stream(path, "stdout", 1)
}

fn is_stream(path: &Path, name: &str, number: u8) -> bool {
    let names = [format!("/dev/{name}"), format!("/dev/fd/{number}"), format!("/proc/self/fd/{number}")];
    let is_name = |path: &Path| cfg!(unix) && names.iter().any(|name| path == Path::new(name));
    path == Path::new("-") || is_name(path) || fs::read_link(path).is_ok_and(|path| is_name(&path))
}

/// Reads an argument that names a file, and no stream.
pub fn file() -> impl TypedValueParser<Value = OutputFile> {
    OsStringValueParser::new().try_map(file_path)
}

/// Refuses `-` where a regular file is needed.
pub fn file_path(argument: OsString) -> Result<OutputFile, String> {
    if argument == "-" { Err("this is written to a file; name one".to_owned()) } else { Ok(argument.into()) }
}
