//! What a person decided about the suggested tags of a record, and the files that hold it.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::journal::{self, History};
use crate::corpus::{Id, Record, Source, TagRef, WholeRecord, open_whole, unquoted};
use crate::error::{Error, Location, Result};

/// What a record is known by: its `id`, else its `name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The field `id`.
    Id(Id),
    /// The field `name`, of a record without `id`.
    Name(String),
}

impl Key {
    /// The key of a record, if it has any; a record with a bad field may still have its id.
    pub fn of(record: &WholeRecord) -> Option<Self> {
        match &record.record {
            Ok(record) => Self::of_record(record),
            Err(bad) => bad.id.clone().map(Self::Id),
        }
    }

    /// The key of a record of suggestions or decisions, as the data have it.
    pub(super) fn of_decided(record: &WholeRecord) -> Option<Self> {
        Some(match Self::of(record)? {
            Self::Id(id) => match id.text() {
                text if unquoted(&text) == text => Self::Id(id),
                text => Self::Id(Id::from(unquoted(&text))),
            },
            Self::Name(name) => Self::Name(unquoted(&name).to_owned()),
        })
    }

    /// The key of a record, if it has any.
    pub fn of_record(record: &Record) -> Option<Self> {
        let name = || record.name.clone().map(Self::Name);
        record.id.clone().map(Self::Id).or_else(name)
    }
}

/// Checks that no two records have the same key; records without any are left out.
///
/// # Errors
/// [`Error::Input`] at the second of two records with the same key.
pub fn check_keys<'a>(records: impl IntoIterator<Item = (Option<Key>, &'a Location)>) -> Result<()> {
    let mut places: HashMap<String, &Location> = HashMap::new();
    for (key, at) in records {
        let Some(key) = key else { continue };
        if let Some(first) = places.insert(key.to_string(), at) {
            let problem = format!("{key} stands also at {first}");
            return Err(Error::input(at.clone(), problem, "give each record an id of its own"));
        }
    }
    Ok(())
}

/// What keys are matched by: an id may be written as a number or as a string.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "id {:?}", id.text()),
            Self::Name(name) => write!(f, "name {name:?}"),
        }
    }
}

/// Which tags a record shall have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Verdict {
    /// Those that were suggested.
    Accept,
    /// Those that it has.
    Reject,
    /// Others.
    Edit {
        /// The tags, most defining first.
        edited_tags: Vec<TagRef>,
    },
}

/// A decision about one record. As JSON it is a record of a suggestions file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The record.
    #[serde(flatten)]
    pub key: Key,
    /// What was decided.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The tags that the record had.
    pub tags: Vec<TagRef>,
    /// The tags that were suggested.
    pub suggested_tags: Vec<TagRef>,
    /// The [`text_digest`] of the record; a decision without one is about any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<String>,
}

/// The field in which suggestions and decisions keep the [`text_digest`] of their record.
pub const TEXT_DIGEST: &str = "text_digest";

/// What tells whether a record's texts are still those that somebody decided about: `sha256:` and the first 16 bytes of
/// [`Record::text_digest`] in hexadecimal. With its beginning no spreadsheet takes it for a number.
pub fn text_digest(record: &Record) -> String {
    let hex = record.text_digest()[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("sha256:{hex}")
}

impl Decision {
    /// Whether it was made about the texts that a record has.
    pub fn is_about(&self, record: &Record) -> bool {
        self.text_digest.as_ref().is_none_or(|digest| *digest == text_digest(record))
    }

    /// The tags that the record shall have.
    pub fn after(&self) -> &[TagRef] {
        match &self.verdict {
            Verdict::Accept => &self.suggested_tags,
            Verdict::Reject => &self.tags,
            Verdict::Edit { edited_tags } => edited_tags,
        }
    }
}

/// A decision and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The file and line.
    pub at: Location,
    /// The decision.
    pub decision: Decision,
}

/// What a file of decisions holds.
#[derive(Debug, Default)]
pub struct Decisions {
    /// The decisions, one for each record, in the file's order.
    pub decided: Vec<Decided>,
    /// How many records have suggested tags and no decision.
    pub undecided: usize,
    /// The lines of a journal that say nothing that can be understood.
    pub faults: Vec<Error>,
}

/// Reads decisions: from a journal (see [`Journal`](super::Journal)), or from a suggestions file, any form of data
/// file in which a decided record has `"decision": "accept"`, `"reject"` or `"edit"` beside its `tags` and
/// `suggested_tags`, and with `"edit"` its `edited_tags`.
///
/// # Errors
/// Those of [`open_whole`], and when a decision cannot be understood or a record is decided twice.
pub fn read_decisions(path: &Path) -> Result<Decisions> {
    let mut decisions = Decisions::default();
    if let Some(History { decided, faults }) = journal::read(path)? {
        let decided = journal::standing(decided);
        return Ok(Decisions { decided, faults, undecided: 0 });
    }
    let mut places: HashMap<String, Location> = HashMap::new();
    for record in open_whole(&Source::from(path.to_owned()), None)? {
        let record = record?;
        let Some(decided) = Decided::of(&record)? else {
            decisions.undecided += usize::from(record.field("suggested_tags").is_some());
            continue;
        };
        if let Some(first) = places.insert(decided.decision.key.to_string(), decided.at.clone()) {
            let problem = format!("{} is decided a second time, first at {first}", decided.decision.key);
            return Err(Error::input(decided.at, problem, "keep one of the two"));
        }
        decisions.decided.push(decided);
    }
    Ok(decisions)
}

impl Decided {
    /// The decision that a record carries, if any.
    pub(super) fn of(record: &WholeRecord) -> Result<Option<Self>> {
        let wrong = |problem: String, help: &str| Err(Error::input(record.at.clone(), problem, help));
        let edited = tags(record, "edited_tags")?;
        let Some(word) = present(record, "decision") else {
            if edited.is_some() {
                return wrong(
                    "there are \"edited_tags\" without a decision".to_owned(),
                    "add \"decision\": \"edit\"",
                );
            }
            return Ok(None);
        };
        if let Err(bad) = &record.record {
            return wrong(format!("the decided record is bad ({bad})"), "mend it");
        }
        let Some(key) = Key::of_decided(record) else {
            return wrong("a decision without \"id\" or \"name\"".to_owned(), "say which record it is about");
        };
        let suggested = tags(record, "suggested_tags")?;
        // As people write it, and as spreadsheets do.
        let plain = serde_json::from_str(word).map(|word: String| word.trim().to_lowercase());
        let verdict = match (plain.as_deref(), edited) {
            (Ok("accept" | "reject"), Some(_)) => {
                return wrong(
                    format!("there are \"edited_tags\" beside the decision {word}"),
                    "decide \"edit\", or take them out",
                );
            }
            (Ok("accept"), None) if suggested.is_none() => {
                return wrong(
                    "there are no \"suggested_tags\" to accept".to_owned(),
                    "decide \"edit\" and give \"edited_tags\"",
                );
            }
            (Ok("accept"), None) => Verdict::Accept,
            (Ok("reject"), None) => Verdict::Reject,
            (Ok("edit"), Some(edited_tags)) => Verdict::Edit { edited_tags },
            (Ok("edit"), None) => {
                return wrong(
                    "\"decision\" is \"edit\", but there are no \"edited_tags\"".to_owned(),
                    "give the tags that the record shall have, or [] for none",
                );
            }
            _ => {
                return wrong(
                    format!("\"decision\" is {word}"),
                    "write \"accept\", \"reject\" or \"edit\", or leave it out",
                );
            }
        };
        let decision = Decision {
            key,
            verdict,
            tags: tags(record, "tags")?.unwrap_or_default(),
            suggested_tags: suggested.unwrap_or_default(),
            text_digest: digest(record)?,
        };
        Ok(Some(Self { at: record.at.clone(), decision }))
    }
}

/// The JSON of a field that is there and not null.
fn present<'a>(record: &'a WholeRecord, field: &str) -> Option<&'a str> {
    record.field(field).filter(|json| *json != "null")
}

/// The digest of the texts that a decision is about, if it says so.
fn digest(record: &WholeRecord) -> Result<Option<String>> {
    let digest = present(record, TEXT_DIGEST).map(serde_json::from_str::<String>).transpose();
    let digest = digest.map_err(|_| {
        let problem = format!("{TEXT_DIGEST:?} is no text");
        Error::input(record.at.clone(), problem, "keep it as it was written, or leave it out")
    })?;
    Ok(digest.map(|digest| digest.trim().to_owned()).filter(|digest| !digest.is_empty()))
}

/// The tags in a field, if it is there.
pub(super) fn tags(record: &WholeRecord, field: &str) -> Result<Option<Vec<TagRef>>> {
    let tags = present(record, field).map(serde_json::from_str).transpose();
    let plain = |tag: TagRef| match tag {
        TagRef::Name(name) => TagRef::Name(unquoted(&name).to_owned()),
        other => other,
    };
    let tags = tags.map(|tags: Option<Vec<TagRef>>| tags.map(|tags| tags.into_iter().map(plain).collect()));
    tags.map_err(|error: serde_json::Error| {
        let help = r#"give an array of names, ids or {"id": 1, "name": "cli"} objects"#;
        Error::input(record.at.clone(), format!("in {field:?}: {error}"), help)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(lines: &str) -> Result<Decisions, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.jsonl");
        fs::write(&path, lines).unwrap();
        let prefix = format!("{}/", directory.path().display());
        read_decisions(&path).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    fn names(tags: &[TagRef]) -> Vec<String> {
        tags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_decision_is_read_and_the_undecided_are_counted() {
        let decisions = read(
            r#"{"id":1,"tags":["a"],"suggested_tags":["b"],"decision":"accept"}
            {"id":2,"tags":["a"],"suggested_tags":["b"],"decision":"reject"}
            {"name":"x/y","tags":["a"],"suggested_tags":["b"],"decision":"edit","edited_tags":["c",7]}
            {"id":4,"tags":["a"],"suggested_tags":["b"],"decision":null}
            {"id":5,"tags":["a"],"suggested_tags":["b"]}
            {"id":6,"tags":["a"]}"#,
        )
        .unwrap();
        let after: Vec<_> = decisions.decided.iter().map(|decided| names(decided.decision.after())).collect();
        assert_eq!(after, [vec!["b"], vec!["a"], vec!["c", "7"]]);
        assert_eq!(decisions.undecided, 2);
        assert_eq!(decisions.decided[2].decision.key, Key::Name("x/y".into()));
        assert_eq!(decisions.decided[2].at.line, Some(3));
    }

    #[test]
    fn a_decision_is_written_as_it_is_read() {
        let line = r#"{"id":1,"decision":"edit","edited_tags":["c",7],"tags":["a"],"suggested_tags":[]}"#;
        let decided = read(line).unwrap().decided.remove(0);
        assert_eq!(serde_json::to_string(&decided.decision).unwrap(), line);
    }

    #[test]
    fn what_cannot_be_understood_is_named_with_its_line() {
        for (line, message) in [
            (
                r#"{"id":1,"suggested_tags":[],"decision":"acept"}"#,
                r#""decision" is "acept"; write "accept", "reject" or "edit", or leave it out"#,
            ),
            (
                r#"{"id":1,"decision":"accept"}"#,
                r#"there are no "suggested_tags" to accept; decide "edit" and give "edited_tags""#,
            ),
            (
                r#"{"id":1,"decision":"edit"}"#,
                r#""decision" is "edit", but there are no "edited_tags"; give the tags that the record shall have, or [] for none"#,
            ),
            (
                r#"{"id":1,"edited_tags":[]}"#,
                r#"there are "edited_tags" without a decision; add "decision": "edit""#,
            ),
            (
                r#"{"text":"x","decision":"reject"}"#,
                r#"a decision without "id" or "name"; say which record it is about"#,
            ),
            (
                r#"{"id":1,"decision":"edit","edited_tags":"a"}"#,
                r#"in "edited_tags": invalid type: string "a", expected a sequence at line 1 column 3; give an array of names, ids or {"id": 1, "name": "cli"} objects"#,
            ),
            (
                r#"{"id":1,"name":5,"decision":"reject"}"#,
                r#"the decided record is bad (s.jsonl:2: "name" is a number; give a string or null); mend it"#,
            ),
        ] {
            let error = read(&format!("\n{line}\n")).unwrap_err();
            assert_eq!(error, format!("s.jsonl:2: {message}"));
        }
    }

    #[test]
    fn a_record_is_decided_once() {
        let line = r#"{"id":1,"tags":[],"suggested_tags":["b"],"decision":"reject"}"#;
        let error = read(&format!("{line}\n{}\n", line.replace('1', "\"1\""))).unwrap_err();
        assert_eq!(
            error,
            "s.jsonl:2: id \"1\" is decided a second time, first at s.jsonl:1; keep one of the two"
        );
    }
}
