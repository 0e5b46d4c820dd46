//! The journal of a review session: each decision a line, on the disk before the next one is made.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::decision::{Decided, Decision, Key};
use crate::atomic::{is_at, try_hold};
use crate::corpus::WholeRecord;
use crate::error::{Error, Location, Result};

/// The first line.
const HEADER: &str = "{\"format\":\"tagwright decisions 1\"}\n";
/// What stands in it; what comes after the common beginning is the version.
const FORMAT: &str = "tagwright decisions 1";
const ANY_VERSION: &str = "tagwright decisions ";

const UNDO: &str = "undo";

/// An append-only file of decisions, in JSON Lines.
///
/// A line is a [`Decision`], or takes back the last one about a record (`"decision": "undo"`). It is written at once
/// and synced, so that a session may be killed at any moment: at worst the line that was just being written is torn,
/// and the next [`Journal::open`] cuts it off. What [`Journal::append`] has returned for is never lost.
///
/// One session at a time writes a journal. When something else removes, replaces or changes the file meanwhile, that is
/// noticed at the next decision, and all that the journal should hold is written to a new file.
#[derive(Debug)]
pub struct Journal {
    /// Held as long as it is open.
    file: File,
    path: PathBuf,
    /// All that the file should hold.
    text: Vec<u8>,
}

/// What a journal says.
#[derive(Debug, Default)]
pub struct History {
    /// The decisions that were not taken back, oldest first.
    pub decided: Vec<Decided>,
    /// What is wrong with lines that cannot be understood; all others count.
    pub faults: Vec<Error>,
}

/// A line that takes the last decision about a record back.
#[derive(Serialize)]
struct Undo<'a> {
    #[serde(flatten)]
    key: &'a Key,
    decision: &'static str,
}

impl Journal {
    /// Opens a journal, or begins one where there is no file, and gives what former sessions have decided.
    ///
    /// # Errors
    /// When the file cannot be read or written, is no journal, or another session has it open.
    pub fn open(path: &Path) -> Result<(Self, History)> {
        let cannot_write = |source| Error::io(path, "write the journal", source);
        let mut options = OpenOptions::new();
        let opened = try_hold(path, options.read(true).append(true).create(true)).map_err(cannot_write)?;
        let Some(mut file) = opened else { return Err(in_use(path)) };
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|source| Error::io(path, "read the journal", source))?;
        let Some((history, length)) = parse(path, &text)? else {
            let help = "name a new file, or one that `review --interactive` has begun";
            return Err(Error::input(Location::file(path), "this is no journal of decisions", help));
        };
        if length < text.len() {
            file.set_len(length as u64).map_err(cannot_write)?;
            text.truncate(length);
        }
        let mut journal = Self { file, path: path.to_owned(), text };
        match journal.text.last() {
            None => {
                journal.write(HEADER)?;
                sync_directory(path).map_err(cannot_write)?;
            }
            Some(b'\n') => {}
            Some(_) => journal.write("\n")?,
        }
        Ok((journal, history))
    }

    /// Writes a decision; it is on the disk when this returns.
    ///
    /// # Errors
    /// Those of [`Journal::check`], and when it cannot be written; the decisions before it are safe.
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

    /// Makes sure that the file still holds what was written to it.
    ///
    /// # Errors
    /// When something else has removed, replaced or changed it; names the new file that has all decisions.
    pub fn check(&self) -> Result<()> {
        self.check_length(self.text.len())
    }

    fn check_length(&self, length: usize) -> Result<()> {
        let happened = match self.happened(length as u64) {
            Ok(None) => return Ok(()),
            Ok(Some(happened)) => happened.to_owned(),
            Err(error) => format!("out of reach ({error})"),
        };
        let kept = self.keep().map_err(|source| Error::io(&self.path, "keep the decisions", source))?;
        let kept = kept.display();
        let problem =
            format!("the journal was {happened} during the session; all decisions are kept in {kept}");
        Err(Error::input(Location::file(&self.path), problem, format!("go on with --journal {kept}")))
    }

    /// What became of a file that should have this length, unless it is as it should be.
    fn happened(&self, length: u64) -> io::Result<Option<&'static str>> {
        if !is_at(&self.file, &self.path)? {
            let is_replaced = fs::exists(&self.path)?;
            return Ok(Some(if is_replaced { "replaced by another file" } else { "removed" }));
        }
        Ok(match self.file.metadata()?.len().cmp(&length) {
            Ordering::Less => Some("cut short"),
            Ordering::Equal => None,
            Ordering::Greater => Some("written to by another program"),
        })
    }

    /// Writes all that the journal should hold to a new file: beside it, or else where temporary files are.
    fn keep(&self) -> io::Result<PathBuf> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let keep_in = |directory: &Path| {
            let prefix = format!("{stem}.kept-");
            let mut file =
                tempfile::Builder::new().prefix(&prefix).suffix(".jsonl").tempfile_in(directory)?;
            file.write_all(&self.text)?;
            file.as_file().sync_all()?;
            let (_, path) = file.keep().map_err(|error| error.error)?;
            sync_directory(&path)?;
            Ok(path)
        };
        // Named as the journal was, whatever the system makes of its directory.
        let beside = keep_in(directory_of(&self.path))
            .map(|kept| self.path.with_file_name(kept.file_name().unwrap_or_default()));
        beside.or_else(|_: io::Error| keep_in(&env::temp_dir()))
    }

    fn write_line(&mut self, line: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(line);
        let json = json.map_err(|error| Error::io(&self.path, "write the journal", error.into()))?;
        self.write(&(json + "\n"))
    }

    fn write(&mut self, line: &str) -> Result<()> {
        let length = self.text.len();
        self.text.extend_from_slice(line.as_bytes());
        self.check_length(length)?;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| Error::io(&self.path, "write the journal", source))
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Makes the name of a new file last, too.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory_of(path))?.sync_all() } else { Ok(()) }
}

fn in_use(path: &Path) -> Error {
    let process = holder(path).map_or(String::new(), |process| format!(" (process {process})"));
    let problem = format!("another session{process} has this journal open");
    Error::input(Location::file(path), problem, "end that session first, or name another file with --journal")
}

/// The process that holds a file, where the system tells.
fn holder(path: &Path) -> Option<u32> {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::fs::MetadataExt;
        let inode = format!(":{}", fs::metadata(path).ok()?.st_ino());
        // Such as `1: FLOCK  ADVISORY  WRITE 4242 00:2d:117 0 EOF`; 0 is a process that we cannot see.
        let locks = fs::read_to_string("/proc/locks").ok()?;
        let mut locks = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let lock = locks.find(|lock| lock.get(5).is_some_and(|file| file.ends_with(&inode)))?;
        lock[4].parse().ok().filter(|process| *process > 0)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        None
    }
}

/// What a journal says; `None` when the file is none.
pub(super) fn read(path: &Path) -> Result<Option<History>> {
    let bytes = fs::read(path).map_err(|source| Error::io(path, "read the decisions", source))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(parse(path, &bytes)?.map(|(history, _)| history))
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

/// Reads a journal, and how many of its bytes to keep: a last line that is torn is none. `None` when the file is no
/// journal. A file in which not even the header was finished is an empty journal.
fn parse(path: &Path, bytes: &[u8]) -> Result<Option<(History, usize)>> {
    let begun = bytes.trim_ascii_end();
    let begun = &begun[..begun.iter().rposition(|byte| *byte != 0).map_or(0, |end| end + 1)];
    if HEADER.as_bytes().starts_with(begun) && begun.len() + 1 < HEADER.len() {
        return Ok(Some((History::default(), 0)));
    }
    let lines = || bytes.split(|byte| *byte == b'\n').map(bare);
    let Some(header) = lines().position(|line| format(line).as_deref() == Some(FORMAT)) else {
        let first = lines().next().and_then(format);
        if first.is_some_and(|format| format.starts_with(ANY_VERSION)) {
            let help = "use the version of tagwright that began it";
            return Err(Error::input(Location::line(path, 1), "a journal of another version", help));
        }
        return Ok(None);
    };
    let (mut log, mut faults) = (Log::default(), Vec::new());
    let (mut start, mut length) = (0, bytes.len());
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let end = start + line.len();
        let is_said = index != header && !line.trim_ascii().is_empty();
        let taken = if is_said { log.take_up(&Location::line(path, index + 1), bare(line)) } else { Ok(()) };
        if let Err(fault) = taken {
            // A last line without its end was just being written when its session was killed.
            if end == bytes.len() {
                length = start;
            } else {
                faults.push(fault);
            }
        }
        start = end + 1;
    }
    Ok(Some((History { decided: log.made.into_iter().flatten().collect(), faults }, length)))
}

/// A line without what a crash, another system or an editor may have put around it.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let is_blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    let start = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_blank(byte)).map_or(start, |end| end + 1);
    &line[start..end]
}

/// What a header says.
fn format(line: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Header {
        format: String,
    }
    serde_json::from_slice(line).ok().map(|Header { format }| format)
}

/// The decisions of a journal as its lines go on.
#[derive(Default)]
struct Log {
    /// The decisions in their order; those taken back are gone.
    made: Vec<Option<Decided>>,
    /// The places of those about each record that were not taken back.
    standing: HashMap<String, Vec<usize>>,
}

impl Log {
    fn take_up(&mut self, at: &Location, line: &[u8]) -> Result<()> {
        let wrong =
            |problem: &str| Err(Error::input(at.clone(), problem, "the other lines count; remove this one"));
        let Ok(text) = str::from_utf8(line) else { return wrong("not UTF-8") };
        if text.is_empty() {
            return wrong("zeros, as a crash leaves them");
        }
        if format(line).is_some() {
            return wrong("a second header");
        }
        let record = WholeRecord::from_json(at.clone(), text)?;
        if record.field("decision") == Some("\"undo\"") {
            let of_record = Key::of_decided(&record).and_then(|key| self.standing.get_mut(&key.to_string()));
            let Some(last) = of_record.and_then(Vec::pop) else {
                return wrong("this takes a decision back that was not made");
            };
            self.made[last] = None;
            return Ok(());
        }
        let Some(decided) = Decided::of(&record)? else { return wrong("there is no decision") };
        self.standing.entry(decided.decision.key.to_string()).or_default().push(self.made.len());
        self.made.push(Some(decided));
        Ok(())
    }
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
            text_digest: None,
        }
    }

    fn line(id: u64) -> String {
        serde_json::to_string(&decision(id, Verdict::Accept)).unwrap() + "\n"
    }

    fn undo(id: u64) -> String {
        format!("{{\"id\":{id},\"decision\":\"undo\"}}\n")
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
        assert!(history.decided.is_empty());
        let made = [
            decision(1, Verdict::Accept),
            decision(2, Verdict::Reject),
            decision(1, Verdict::Edit { edited_tags: vec![TagRef::Id(Id::from(7))] }),
        ];
        made.iter().for_each(|decision| journal.append(decision).unwrap());
        journal.undo(&made[1].key).unwrap();
        drop(journal);
        let (mut journal, History { decided: history, .. }) = Journal::open(&path).unwrap();
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
    fn a_line_that_makes_no_sense_costs_that_line_alone() {
        let torn = &line(2)[..20];
        for (between, message) in [
            ("{\"id\"\n".to_owned(), "bad JSON"),
            (undo(2), "this takes a decision back that was not made"),
            (undo(2).repeat(3), "this takes a decision back that was not made"),
            (HEADER.to_owned(), "a second header"),
            ("{\"format\":\"tagwright decisions 9\"}\n".to_owned(), "a second header"),
            ("\0\0\0\0\n".to_owned(), "zeros"),
            (format!("{torn}\n"), "bad JSON"),
            (format!("{torn}{}", line(3)), "bad JSON"),
            ("{\"id\":7,\"tags\":[]}\n".to_owned(), "there is no decision"),
            ("{\"id\":7,\"decision\":\"maybe\"}\n".to_owned(), "\"decision\" is \"maybe\""),
            ("[1]\n".to_owned(), "expected a JSON object"),
            (format!("{}1{}\n", "[".repeat(5000), "]".repeat(5000)), "d.jsonl:3"),
        ] {
            let (_directory, path) = room();
            fs::write(&path, format!("{HEADER}{}{between}{}", line(1), line(4))).unwrap();
            let (_, History { decided, faults }) = Journal::open(&path).unwrap();
            assert_eq!(
                decisions(decided),
                [decision(1, Verdict::Accept), decision(4, Verdict::Accept)],
                "{between}"
            );
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert_eq!(faults.len(), between.lines().count(), "{faults:?}");
            assert!(faults[0].contains("d.jsonl:3") && faults[0].contains(message), "{faults:?}");
            assert_eq!(read_decisions(&path).unwrap().faults.len(), faults.len());
        }
        let (_directory, path) = room();
        fs::write(&path, [HEADER.as_bytes(), b"{\"id\":\"caf\xe9\"}\n", line(1).as_bytes()].concat())
            .unwrap();
        let (_, history) = Journal::open(&path).unwrap();
        assert_eq!((history.decided.len(), history.faults.len()), (1, 1));
    }

    #[test]
    fn what_other_programs_do_to_a_journal_costs_nothing() {
        let text = format!("{HEADER}{}{}", line(1), line(2));
        for changed in [
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            format!("\n\n{text}\n"),
            text.replace(':', ": "),
            text.trim_end().to_owned(),
            format!("{HEADER}{}\0\0{}", line(1), line(2)),
        ] {
            let (_directory, path) = room();
            fs::write(&path, &changed).unwrap();
            let (mut journal, history) = Journal::open(&path).unwrap();
            assert_eq!((history.decided.len(), history.faults.len()), (2, 0), "{changed}");
            journal.append(&decision(3, Verdict::Reject)).unwrap();
            let read = read_decisions(&path).unwrap();
            assert_eq!((read.decided.len(), read.faults.len()), (3, 0), "{changed}");
        }
    }

    #[test]
    fn zeros_after_a_crash_are_cut_off() {
        for (crashed, decided) in [
            ("\0".repeat(40), 0),
            (format!("{}\0\0\0", &HEADER[..9]), 0),
            (format!("{HEADER}{}\0\0\0\0", line(1)), 1),
        ] {
            let (_directory, path) = room();
            fs::write(&path, crashed).unwrap();
            let (mut journal, history) = Journal::open(&path).unwrap();
            assert_eq!(history.decided.len(), decided);
            journal.append(&decision(2, Verdict::Accept)).unwrap();
            let read = read_decisions(&path).unwrap();
            assert_eq!((read.decided.len(), read.faults.len()), (decided + 1, 0));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_second_session_is_kept_out() {
        let (_directory, path) = room();
        let (first, _) = Journal::open(&path).unwrap();
        let error = Journal::open(&path).unwrap_err().to_string();
        assert!(error.contains("has this journal open; end that session first"), "{error}");
        if cfg!(target_os = "linux") {
            assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
        }
        drop(first);
        Journal::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_happens_to_the_file_is_noticed_and_no_decision_is_lost() {
        type Accident = fn(&Path);
        let accidents: [(&str, Accident); 6] = [
            ("removed", |path| fs::remove_file(path).unwrap()),
            ("replaced", |path| {
                fs::remove_file(path).unwrap();
                fs::write(path, HEADER).unwrap();
            }),
            ("replaced", |path| {
                let copy = path.with_extension("copy");
                fs::copy(path, &copy).unwrap();
                fs::rename(copy, path).unwrap();
            }),
            ("cut short", |path| fs::write(path, "").unwrap()),
            ("cut short", |path| OpenOptions::new().write(true).open(path).unwrap().set_len(60).unwrap()),
            ("written to", |path| {
                OpenOptions::new().append(true).open(path).unwrap().write_all(b"note").unwrap();
            }),
        ];
        for (happened, accident) in accidents {
            let (directory, path) = room();
            fs::write(&path, format!("{HEADER}{}", line(1))).unwrap();
            let (mut journal, _) = Journal::open(&path).unwrap();
            journal.append(&decision(2, Verdict::Accept)).unwrap();
            journal.check().unwrap();
            accident(&path);
            let error = journal.append(&decision(3, Verdict::Accept)).unwrap_err().to_string();
            assert!(error.contains(&format!("the journal was {happened}")), "{error}");
            let mut files = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
            let kept =
                files.find(|file| error.contains(&file.display().to_string()) && *file != path).unwrap();
            assert_eq!(read_decisions(&kept).unwrap().decided.len(), 3, "{happened}");
        }
    }

    #[test]
    fn the_time_to_read_grows_with_the_lines() {
        let time = |count: u64| {
            let (_directory, path) = room();
            let mut text = HEADER.to_owned();
            (0..count).for_each(|id| text += &line(id));
            (0..count).rev().for_each(|id| text += &undo(id));
            fs::write(&path, text).unwrap();
            let start = std::time::Instant::now();
            let history = read(&path).unwrap().unwrap();
            assert_eq!((history.decided.len(), history.faults.len()), (0, 0));
            start.elapsed()
        };
        let best = |count| (0..3).map(|_| time(count)).min().unwrap();
        let (few, many) = (best(1_000), best(32_000));
        // Thirty-two times as many lines; a thousand times the time if it were quadratic.
        assert!(many < few * 200, "{few:?} for 1,000 decisions and as many taken back, {many:?} for 32,000");
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
            drop(journal);
            let bytes = fs::read(&path).unwrap();
            let kept = &bytes[..bytes.len() - cut.min(bytes.len())];
            fs::write(&path, kept).unwrap();
            // A line that lacks its line break alone is whole.
            let ends = (0..=made.len()).map(|lines| bytes.split_inclusive(|byte| *byte == b'\n').take(lines + 1));
            let whole = ends.filter(|lines| lines.clone().map(<[u8]>::len).sum::<usize>() <= kept.len() + 1).count();
            let whole = whole.saturating_sub(1);
            let (mut journal, history) = Journal::open(&path).unwrap();
            prop_assert_eq!(decisions(history.decided), &made[..whole]);
            journal.append(&decision(9, Verdict::Reject)).unwrap();
            drop(journal);
            let (_, history) = Journal::open(&path).unwrap();
            prop_assert_eq!((history.decided.len(), history.faults.len()), (whole + 1, 0));
        }
    }
}
