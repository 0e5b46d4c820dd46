//! The journal of a review session: each decision a line, on the disk before the next one is made.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::decision::{Decided, Decision, Key};
use crate::corpus::WholeRecord;
use crate::error::{Error, Location, Result};

/// The first line; what comes after the common beginning is the version.
const HEADER: &str = "{\"format\":\"tagwright decisions 1\"}\n";
const ANY_VERSION: &str = "{\"format\":\"tagwright decisions ";

/// An append-only file of decisions, in JSON Lines.
///
/// A line is a [`Decision`], or takes back the last one about a record (`"decision": "undo"`). It is written at once
/// and synced, so that a session may be killed at any moment: at worst the line that was just being written is torn,
/// and the next [`Journal::open`] cuts it off. What [`Journal::append`] has returned for is never lost.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// A line that takes the last decision about a record back.
#[derive(Serialize)]
struct Undo<'a> {
    #[serde(flatten)]
    key: &'a Key,
    decision: &'static str,
}

const UNDO: &str = "undo";

impl Journal {
    /// Opens a journal, or begins one where there is no file, and gives the decisions of former sessions that were not
    /// taken back, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read or written, is no journal, or a line of it is bad.
    pub fn open(path: &Path) -> Result<(Self, Vec<Decided>)> {
        let cannot_write = |source| Error::io(path, "write the journal", source);
        let history = match fs::read(path) {
            Ok(bytes) => parse(path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(History::default()),
            Err(source) => return Err(Error::io(path, "read the journal", source)),
        };
        let Some(History { decided, whole_lines }) = history else {
            let help = "name a new file, or one that `review --interactive` has begun";
            return Err(Error::input(Location::file(path), "this is no journal of decisions", help));
        };
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(cannot_write)?;
        file.set_len(whole_lines as u64).map_err(cannot_write)?;
        let mut journal = Self { file, path: path.to_owned() };
        if whole_lines == 0 {
            journal.write(HEADER)?;
            sync_directory(path).map_err(cannot_write)?;
        }
        Ok((journal, decided))
    }

    /// Writes a decision; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written; the decisions before it are safe.
    pub fn append(&mut self, decision: &Decision) -> Result<()> {
        self.write_line(decision)
    }

    /// Takes the last decision about a record back; that is on the disk when this returns.
    ///
    /// # Errors
    /// Those of [`Journal::append`].
    pub fn undo(&mut self, key: &Key) -> Result<()> {
        self.write_line(&Undo { key, decision: UNDO })
    }

    fn write_line(&mut self, line: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(line);
        let json = json.map_err(|error| Error::io(&self.path, "write the journal", error.into()))?;
        self.write(&(json + "\n"))
    }

    fn write(&mut self, line: &str) -> Result<()> {
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| Error::io(&self.path, "write the journal", source))
    }
}

/// Makes the name of a new file last, too.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// The decisions of a journal that were not taken back, oldest first; `None` when the file is no journal.
pub(super) fn read(path: &Path) -> Result<Option<Vec<Decided>>> {
    let bytes = fs::read(path).map_err(|source| Error::io(path, "read the decisions", source))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(parse(path, &bytes)?.map(|history| history.decided))
}

/// The last decision about each record, in the order in which they were made.
pub(super) fn standing(history: Vec<Decided>) -> Vec<Decided> {
    let last: HashMap<String, usize> = history
        .iter()
        .enumerate()
        .map(|(index, decided)| (decided.decision.key.to_string(), index))
        .collect();
    let is_last = |(index, decided): &(usize, Decided)| last[&decided.decision.key.to_string()] == *index;
    history.into_iter().enumerate().filter(is_last).map(|(_, decided)| decided).collect()
}

/// What a journal says.
#[derive(Default)]
struct History {
    /// The decisions that were not taken back, oldest first.
    decided: Vec<Decided>,
    /// How many bytes its whole lines have; what follows is torn.
    whole_lines: usize,
}

/// Reads a journal; `None` when it is none. A file in which not even the header was finished is an empty journal.
fn parse(path: &Path, bytes: &[u8]) -> Result<Option<History>> {
    let whole_lines = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let text = String::from_utf8_lossy(&bytes[..whole_lines]);
    if !text.starts_with(HEADER) {
        if bytes.starts_with(ANY_VERSION.as_bytes()) && whole_lines > 0 {
            let help = "use the version of tagwright that began it";
            return Err(Error::input(Location::line(path, 1), "a journal of another version", help));
        }
        return Ok(HEADER.as_bytes().starts_with(bytes).then(History::default));
    }
    let mut decided: Vec<Decided> = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let record = WholeRecord::from_json(Location::line(path, index + 1), line)?;
        if record.field("decision") == Some("\"undo\"") {
            take_back(&record, &mut decided)?;
        } else if let Some(decision) = Decided::of(&record)? {
            decided.push(decision);
        }
    }
    Ok(Some(History { decided, whole_lines }))
}

fn take_back(record: &WholeRecord, decided: &mut Vec<Decided>) -> Result<()> {
    let key = Key::of(record).map(|key| key.to_string());
    let last = decided.iter().rposition(|earlier| Some(earlier.decision.key.to_string()) == key);
    let Some(last) = last else {
        let problem = "this takes a decision back that was not made";
        return Err(Error::input(record.at.clone(), problem, "remove the line"));
    };
    decided.remove(last);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::super::decision::{Verdict, read_decisions};
    use super::*;
    use crate::corpus::{Id, TagRef};

    fn decision(id: u64, verdict: Verdict) -> Decision {
        Decision {
            key: Key::Id(Id::from(id)),
            verdict,
            tags: vec![TagRef::Name("cli".into())],
            suggested_tags: vec![TagRef::Name("naïve".into())],
        }
    }

    fn decisions(history: Vec<Decided>) -> Vec<Decision> {
        history.into_iter().map(|decided| decided.decision).collect()
    }

    fn room() -> (TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("d.jsonl");
        (directory, path)
    }

    #[test]
    fn what_was_decided_is_there_again_and_what_was_undone_is_not() {
        let (_directory, path) = room();
        let (mut journal, history) = Journal::open(&path).unwrap();
        assert!(history.is_empty());
        let made = [
            decision(1, Verdict::Accept),
            decision(2, Verdict::Reject),
            decision(1, Verdict::Edit { edited_tags: vec![TagRef::Id(Id::from(7))] }),
        ];
        made.iter().for_each(|decision| journal.append(decision).unwrap());
        journal.undo(&made[1].key).unwrap();
        let (mut journal, history) = Journal::open(&path).unwrap();
        assert_eq!(history[1].at, Location::line(&path, 4));
        assert_eq!(decisions(history), [made[0].clone(), made[2].clone()]);
        assert_eq!(decisions(read_decisions(&path).unwrap().decided), [made[2].clone()]);
        journal.undo(&made[2].key).unwrap();
        assert_eq!(decisions(read_decisions(&path).unwrap().decided), [made[0].clone()]);
    }

    #[test]
    fn what_is_no_journal_is_refused_and_stays_as_it_is() {
        for foreign in ["{\"id\":1}\n", "{\"id\":1}", "notes", "{\"format\":\"tagwright decisions 2\"}\n"] {
            let (_directory, path) = room();
            fs::write(&path, foreign).unwrap();
            assert!(Journal::open(&path).is_err(), "{foreign}");
            assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
        }
    }

    #[test]
    fn a_bad_line_that_is_not_the_last_is_named() {
        let (_directory, path) = room();
        let line = serde_json::to_string(&decision(1, Verdict::Accept)).unwrap();
        for (bad, message) in [
            ("{\"id\"", ":2: bad JSON"),
            ("{\"id\":1,\"decision\":\"undo\"}", ":2: this takes a decision back that was not made"),
        ] {
            fs::write(&path, format!("{HEADER}{bad}\n{line}\n")).unwrap();
            let error = Journal::open(&path).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    proptest! {
        // Each case syncs its file several times.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn whatever_a_kill_leaves_of_the_last_line_the_others_are_kept(count in 0_u64..4, cut in 0_usize..500) {
            let (_directory, path) = room();
            let (mut journal, _) = Journal::open(&path).unwrap();
            let made: Vec<_> = (0..count).map(|id| decision(id, Verdict::Accept)).collect();
            made.iter().for_each(|decision| journal.append(decision).unwrap());
            let bytes = fs::read(&path).unwrap();
            let kept = &bytes[..bytes.len() - cut.min(bytes.len())];
            fs::write(&path, kept).unwrap();
            let whole = String::from_utf8_lossy(kept).matches('\n').count().saturating_sub(1);

            let (mut journal, history) = Journal::open(&path).unwrap();
            prop_assert_eq!(decisions(history), &made[..whole]);
            journal.append(&decision(9, Verdict::Reject)).unwrap();
            let (_, history) = Journal::open(&path).unwrap();
            prop_assert_eq!(history.len(), whole + 1);
        }
    }
}
