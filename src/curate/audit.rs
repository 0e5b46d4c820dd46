//! The audit file of applied decisions: who gave which record which tags, and when.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::apply::AppliedDecision;
use super::decision::Key;
use crate::corpus::Id;
use crate::error::{Error, Result};

/// What an audit file says, and what is added to it. Lines are only ever added.
#[derive(Debug, Default)]
pub struct Audit {
    text: Vec<u8>,
    /// What the last line about each record says.
    last: HashMap<String, Noted>,
}

/// What a line says of a record.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Noted {
    decision: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// The record that a line is about.
#[derive(Deserialize)]
struct About {
    id: Option<Id>,
    name: Option<String>,
}

/// A line.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    change: &'a AppliedDecision,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'a str>,
}

impl Audit {
    /// Reads an audit file; one that is not there is empty.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Self> {
        match fs::read(path) {
            Ok(text) => Ok(Self::of(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::io(path, "read the audit file", source)),
        }
    }

    fn of(text: Vec<u8>) -> Self {
        let noted = |line: &[u8]| {
            let About { id, name } = serde_json::from_slice(line).ok()?;
            let key = id.map(Key::Id).or(name.map(Key::Name))?;
            Some((key.to_string(), serde_json::from_slice(line).ok()?))
        };
        // A line that somebody wrote by hand stays, and says nothing of a record.
        let last = text.split(|byte| *byte == b'\n').filter_map(noted).collect();
        Self { text, last }
    }

    /// Adds a line about a decision. When the data had the decided tags before (`is_new` is false) and the last line about
    /// the record says that very decision, it stands there already: the decisions were applied a second time.
    pub fn add(&mut self, change: &AppliedDecision, is_new: bool, by: Option<&str>, when: Option<&str>) {
        let key = change.key.to_string();
        let noted = Noted {
            decision: change.decision.to_owned(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        if !is_new && self.last.get(&key) == Some(&noted) {
            return;
        }
        if self.text.last().is_some_and(|byte| *byte != b'\n') {
            self.text.push(b'\n');
        }
        // Names of tags can always be written.
        if serde_json::to_writer(&mut self.text, &Line { change, by, when }).is_ok() {
            self.text.push(b'\n');
        }
        self.last.insert(key, noted);
    }

    /// The whole file as it is now.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: u64, before: &str, after: &str) -> AppliedDecision {
        AppliedDecision {
            key: Key::Id(Id::from(id)),
            decision: if before == after { "reject" } else { "accept" },
            before: vec![before.to_owned()],
            after: vec![after.to_owned()],
            is_change: before != after,
        }
    }

    /// The decisions of an audit file after some lines were added to what it held.
    fn lines(text: &str, changes: &[(AppliedDecision, bool)]) -> Vec<String> {
        let mut audit = Audit::of(text.as_bytes().to_vec());
        for (place, (change, is_new)) in changes.iter().enumerate() {
            audit.add(change, *is_new, None, Some(&place.to_string()));
        }
        String::from_utf8_lossy(audit.text()).lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_changes_the_data_adds_a_line_and_what_is_repeated_does_not() {
        let (there, back, kept) = (change(1, "a", "b"), change(1, "b", "a"), change(1, "a", "a"));
        let written = lines(
            "",
            &[
                (there.clone(), true),
                (there.clone(), false),
                (back.clone(), true),
                (there.clone(), true),
                (change(2, "a", "b"), false),
                (there.clone(), false),
                (kept.clone(), false),
                (kept, false),
                (back, true),
                // The data were put back by hand.
                (there.clone(), true),
                (there, true),
            ],
        );
        let when: Vec<&str> = written
            .iter()
            .map(|line| line.split("\"when\":").nth(1).unwrap().trim_matches(['"', '}']))
            .collect();
        assert_eq!(when, ["0", "2", "3", "4", "6", "8", "9", "10"]);
    }

    #[test]
    fn what_stands_there_stays_and_an_id_is_the_same_as_text_and_as_number() {
        let text = "a note\n{\"id\":\"1\",\"decision\":\"accept\",\"before\":[\"a\"],\"after\":[\"b\"],\"by\":\"me\"}";
        assert_eq!(lines(text, &[(change(1, "a", "b"), false)]), text.lines().collect::<Vec<_>>());
        let more = lines(text, &[(change(1, "b", "b"), false)]);
        assert_eq!(more[..2], text.lines().collect::<Vec<_>>());
        assert_eq!(more.len(), 3);
    }
}
