//! What is wrong with labelled data: all of it, record by record.

use std::collections::HashMap;

use serde::Serialize;

use crate::corpus::{BadRecord, FIELDS, Id, Record, TEXT_FIELDS, TagRef, WholeRecord};
use crate::decide::DecisionRule;
use crate::error::{Error, Location};
use crate::taxonomy::Taxonomy;

/// How alike (Jaro-Winkler similarity, 0 to 1) a field's name must be to one that is read to be offered for it.
const FIELD_SIMILARITY: f64 = 0.85;

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The record cannot be used for training, or contradicts another.
    Error,
    /// It can be used, but is probably not meant to be so.
    Warning,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// No JSON object, or a field of the wrong type.
    Unreadable,
    /// No text field has text.
    NoText,
    /// There is no field `tags`.
    NoTags,
    /// A tag that the taxonomy does not have.
    UnknownTag,
    /// The same tag twice in one record.
    RepeatedTag,
    /// More tags than a model gives out.
    ManyTags,
    /// A tag of a record that is not among its `judged_tags`, or no tag in either.
    UnjudgedTag,
    /// An id that another record has.
    RepeatedId,
    /// The texts of another record, with other tags.
    Contradiction,
    /// The texts and tags of another record.
    RepeatedText,
    /// Control characters, or text in a wrong encoding.
    BrokenText,
}

impl Kind {
    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Unreadable
            | Self::NoText
            | Self::NoTags
            | Self::UnknownTag
            | Self::RepeatedId
            | Self::Contradiction => Severity::Error,
            Self::RepeatedTag
            | Self::ManyTags
            | Self::UnjudgedTag
            | Self::RepeatedText
            | Self::BrokenText => Severity::Warning,
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where the record stands.
    pub at: Location,
    /// The record's id, where it is known.
    pub id: Option<Id>,
    /// What kind of thing.
    pub kind: Kind,
    /// What exactly, and what to do about it.
    pub message: String,
}

/// Checks records one after the other and remembers what they have in common with earlier ones.
#[derive(Debug)]
pub struct Checker<'t> {
    taxonomy: &'t Taxonomy,
    ids: HashMap<String, Location>,
    texts: HashMap<[u8; 32], (Location, Answer)>,
}

/// The known tags of a record, each once, in the taxonomy's order, and those that were judged, if not all were.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    tags: Vec<usize>,
    judged: Option<Vec<usize>>,
}

impl Answer {
    /// Whether a tag that only one of two records has was judged in the other.
    fn contradicts(&self, other: &Self) -> bool {
        let denies = |own: &Self, tag| {
            !own.tags.contains(tag) && own.judged.as_ref().is_none_or(|judged| judged.contains(tag))
        };
        self.tags.iter().any(|tag| denies(other, tag)) || other.tags.iter().any(|tag| denies(self, tag))
    }
}

impl<'t> Checker<'t> {
    /// A checker for data with the tags of `taxonomy`.
    pub fn new(taxonomy: &'t Taxonomy) -> Self {
        Self { taxonomy, ids: HashMap::new(), texts: HashMap::new() }
    }

    /// All that is wrong with the next record.
    pub fn check(&mut self, record: &Result<WholeRecord, BadRecord>) -> Vec<Problem> {
        let whole = match record {
            Ok(whole) => whole,
            Err(bad) => return vec![unreadable(bad)],
        };
        match &whole.record {
            Ok(record) => self.check_record(whole, record),
            Err(bad) => vec![unreadable(bad)],
        }
    }

    fn check_record(&mut self, whole: &WholeRecord, record: &Record) -> Vec<Problem> {
        let mut found = Found { whole, id: record.id.as_ref(), problems: Vec::new() };
        self.check_id(&mut found);
        check_texts(record, &mut found);
        let answer = self.check_tags(record, &mut found);
        self.check_repetition(record, answer, &mut found);
        found.problems
    }

    fn check_id(&mut self, found: &mut Found) {
        let Some(id) = found.id else { return };
        if let Some(first) = self.ids.get(&id.text()) {
            let message = format!("the id {id} stands at {first} already; give each record its own");
            return found.add(Kind::RepeatedId, message);
        }
        self.ids.insert(id.text(), found.whole.at.clone());
    }

    fn check_tags(&self, record: &Record, found: &mut Found) -> Answer {
        let judged = record.judged_tags.as_ref().map(|references| self.look_up(references, found));
        let Some(references) = &record.tags else {
            let message = format!(
                "no \"tags\"; {}",
                found.misnamed("tags").unwrap_or("give its tags, or [] for none".to_owned())
            );
            found.add(Kind::NoTags, message);
            return Answer { tags: Vec::new(), judged };
        };
        let mut tags = self.look_up(references, found);
        if let Some(judged) = &judged {
            let unjudged = tags.iter().filter(|tag| !judged.contains(tag));
            let unjudged: Vec<&str> = unjudged.map(|tag| self.taxonomy.tags()[*tag].key()).collect();
            if !unjudged.is_empty() {
                let message = format!(
                    "its tags [{}] are not among its \"judged_tags\"; they count as judged, so list them there too",
                    unjudged.join(", ")
                );
                found.add(Kind::UnjudgedTag, message);
            } else if judged.is_empty() {
                let message =
                    "no tag was judged, so it says nothing; leave \"judged_tags\" out when all were";
                found.add(Kind::UnjudgedTag, message.to_owned());
            }
        }
        if tags.len() > DecisionRule::DEFAULT_TOP {
            let most = DecisionRule::DEFAULT_TOP;
            let message =
                format!("{} tags, where answers have at most {most}; keep the most defining", tags.len());
            found.add(Kind::ManyTags, message);
        }
        tags.sort_unstable();
        Answer { tags, judged }
    }

    /// The known tags among `references`, each once.
    fn look_up(&self, references: &[TagRef], found: &mut Found) -> Vec<usize> {
        let mut tags = Vec::new();
        for reference in references {
            match self.taxonomy.require(reference, &found.whole.at) {
                Ok(tag) if tags.contains(&tag) => {
                    found.add(
                        Kind::RepeatedTag,
                        format!("the tag {:?} stands twice; once is enough", reference.to_string()),
                    );
                }
                Ok(tag) => tags.push(tag),
                Err(error) => found.add(Kind::UnknownTag, without_place(&error, &found.whole.at)),
            }
        }
        tags
    }

    fn check_repetition(&mut self, record: &Record, answer: Answer, found: &mut Found) {
        if !record.has_text() || record.tags.is_none() {
            return;
        }
        let digest = record.text_digest();
        let Some((first, other)) = self.texts.get(&digest) else {
            self.texts.insert(digest, (found.whole.at.clone(), answer));
            return;
        };
        if *other == answer {
            return found.add(
                Kind::RepeatedText,
                format!("the same text and tags as {first}; one of them is enough"),
            );
        }
        if !other.contradicts(&answer) {
            return;
        }
        let names: Vec<&str> = other.tags.iter().map(|tag| self.taxonomy.tags()[*tag].key()).collect();
        let message = format!(
            "the same text as {first}, which has other tags: [{}]; keep the right ones",
            names.join(", ")
        );
        found.add(Kind::Contradiction, message);
    }
}

/// The problems of one record.
struct Found<'r> {
    whole: &'r WholeRecord,
    id: Option<&'r Id>,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, kind: Kind, message: String) {
        self.problems.push(Problem { at: self.whole.at.clone(), id: self.id.cloned(), kind, message });
    }

    /// What to do when a field that is not read was probably meant to be `field`.
    fn misnamed(&self, field: &str) -> Option<String> {
        let unread = self.whole.field_names().filter(|name| !FIELDS.contains(name));
        let (similarity, name) = unread
            .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), field), name))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        (similarity >= FIELD_SIMILARITY)
            .then(|| format!("did you mean its field {name:?}? Name it {field:?}"))
    }
}

fn unreadable(bad: &BadRecord) -> Problem {
    let at = match &bad.error {
        Error::Input { at, .. } => at.clone(),
        Error::Io { path, .. } => Location::file(path),
        _ => Location::file(""),
    };
    let message = without_place(&bad.error, &at);
    Problem { at, id: bad.id.clone(), kind: Kind::Unreadable, message }
}

/// An error's message without the place that it starts with.
fn without_place(error: &Error, at: &Location) -> String {
    let message = error.to_string();
    message.strip_prefix(&format!("{at}: ")).unwrap_or(&message).to_owned()
}

fn check_texts(record: &Record, found: &mut Found) {
    if let Err(error) = record.check_text(&found.whole.at) {
        let mut message = without_place(&error, &found.whole.at);
        if let Some(hint) = TEXT_FIELDS.iter().find_map(|field| found.misnamed(field)) {
            message = format!("no text; {hint}");
        }
        return found.add(Kind::NoText, message);
    }
    for (field, text) in TEXT_FIELDS.iter().zip(record.texts()) {
        if let Some(problem) = text.and_then(broken) {
            found.add(Kind::BrokenText, format!("{field:?} has {problem}"));
        }
    }
}

/// What looks broken in a text.
fn broken(text: &str) -> Option<String> {
    let is_control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some(control) = text.chars().find(is_control) {
        return Some(format!("the control character U+{:04X}; take it out", u32::from(control)));
    }
    if text.contains('\u{fffd}') {
        return Some(
            "U+FFFD, the mark of bytes that were no UTF-8; read the source again in its own encoding"
                .to_owned(),
        );
    }
    let mojibake = text.char_indices().zip(text.chars().skip(1)).find(|((_, first), second)| {
        // The first bytes of two- and three-byte characters, read as Latin-1 or Windows-1252.
        matches!(first, 'Ã' | 'Â') && ('\u{80}'..='\u{bf}').contains(second)
            || *first == 'â' && *second == '€'
    });
    mojibake.map(|((_, first), second)| {
        format!(
            "{:?}, UTF-8 that was read as Latin-1; read the source again as UTF-8",
            format!("{first}{second}")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![tag(1, "cli"), tag(2, "graphql"), tag(3, "gui"), tag(4, "lib"), tag(5, "iot")])
            .unwrap()
    }

    fn problems(records: &[serde_json::Value]) -> Vec<String> {
        let taxonomy = taxonomy();
        let mut checker = Checker::new(&taxonomy);
        let whole = records.iter().zip(1..).map(|(record, line)| {
            let fields = record.as_object().unwrap().clone();
            WholeRecord::new(Location::line("a.jsonl", line), fields)
        });
        let problems = whole.flat_map(|record| checker.check(&record));
        problems.map(|problem| format!("{} {:?}: {}", problem.at, problem.kind, problem.message)).collect()
    }

    #[test]
    fn a_good_record_has_no_problem() {
        assert!(
            problems(&[serde_json::json!({"id": 1, "text": "Größe: 5 €, ça va", "tags": ["cli", 2]})])
                .is_empty()
        );
    }

    #[test]
    fn every_problem_of_a_record_is_named() {
        let found = problems(&[
            serde_json::json!({"id": 1, "tags": ["cli", "graphq", 1, "gui", "lib", "iot"]}),
            serde_json::json!({"id": "1", "text": "a\u{7}", "tag": ["cli"]}),
            serde_json::json!({"id": 2, "text": 5}),
        ]);
        assert_eq!(
            found,
            [
                "a.jsonl:1 NoText: no text; give at least one of name, description, readme, text",
                "a.jsonl:1 UnknownTag: unknown tag \"graphq\"; did you mean \"graphql\"? Otherwise add it to the taxonomy file",
                "a.jsonl:1 RepeatedTag: the tag \"1\" stands twice; once is enough",
                "a.jsonl:1 ManyTags: 4 tags, where answers have at most 3; keep the most defining",
                "a.jsonl:2 RepeatedId: the id 1 stands at a.jsonl:1 already; give each record its own",
                "a.jsonl:2 BrokenText: \"text\" has the control character U+0007; take it out",
                "a.jsonl:2 NoTags: no \"tags\"; did you mean its field \"tag\"? Name it \"tags\"",
                "a.jsonl:3 Unreadable: \"text\" is a number; give a string or null",
            ]
        );
    }

    #[test]
    fn the_same_text_with_the_same_and_with_other_tags_is_told_apart() {
        let record = |tags: &[&str]| serde_json::json!({"name": "a/b", "text": "x", "tags": tags});
        let found = problems(&[record(&["cli", "gui"]), record(&["gui", "cli"]), record(&[])]);
        assert_eq!(
            found,
            [
                "a.jsonl:2 RepeatedText: the same text and tags as a.jsonl:1; one of them is enough",
                "a.jsonl:3 Contradiction: the same text as a.jsonl:1, which has other tags: [cli, gui]; keep the right ones",
            ]
        );
    }

    #[test]
    fn partly_judged_records_are_checked_by_what_was_judged() {
        let record = |text: &str, tags: &[&str], judged: &[&str]| serde_json::json!({"text": text, "tags": tags, "judged_tags": judged});
        let found = problems(&[
            record("a", &["cli"], &["cli"]),
            // Another tag was judged here: no contradiction.
            record("a", &["gui"], &["gui"]),
            record("a", &[], &["cli", "gui"]),
            record("b", &["cli", "lib"], &["cli"]),
            record("c", &[], &[]),
            record("d", &[], &["graphq", "iot", "5"]),
        ]);
        assert_eq!(
            found,
            [
                "a.jsonl:3 Contradiction: the same text as a.jsonl:1, which has other tags: [cli]; keep the right ones",
                "a.jsonl:4 UnjudgedTag: its tags [lib] are not among its \"judged_tags\"; they count as judged, so list them there too",
                "a.jsonl:5 UnjudgedTag: no tag was judged, so it says nothing; leave \"judged_tags\" out when all were",
                "a.jsonl:6 UnknownTag: unknown tag \"graphq\"; did you mean \"graphql\"? Otherwise add it to the taxonomy file",
                "a.jsonl:6 RepeatedTag: the tag \"5\" stands twice; once is enough",
            ]
        );
    }

    #[test]
    fn a_misnamed_text_field_and_broken_text_are_recognised() {
        let found = problems(&[
            serde_json::json!({"Description": "x", "tags": []}),
            serde_json::json!({"text": "cafÃ©", "tags": []}),
            serde_json::json!({"text": "caf\u{fffd}", "tags": []}),
        ]);
        assert!(
            found[0].ends_with("no text; did you mean its field \"Description\"? Name it \"description\""),
            "{found:?}"
        );
        assert!(
            found[1].contains("BrokenText: \"text\" has \"Ã©\", UTF-8 that was read as Latin-1"),
            "{found:?}"
        );
        assert!(found[2].contains("U+FFFD"), "{found:?}");
    }
}
