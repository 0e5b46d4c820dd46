//! Decisions taken into the data.

use std::collections::HashMap;

use indexmap::IndexSet;
use serde::Serialize;
use serde_json::value::RawValue;

use super::decision::{Decided, Decision, Key, Verdict, tags};
use crate::corpus::{TagRef, WholeRecord};
use crate::error::{Error, Result};
use crate::taxonomy::Taxonomy;

/// How close (Jaro-Winkler similarity, 0 to 1) a key must be to be offered as what was meant.
const SUGGESTION_SIMILARITY: f64 = 0.85;
/// For how many unknown keys one that was meant is searched for; with more, these are probably other data.
const SEARCHED: usize = 20;
/// The field that says which tags were judged, in a record where not all were.
const JUDGED: &str = "judged_tags";

/// What became of one decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedDecision {
    /// The record.
    #[serde(flatten)]
    pub key: Key,
    /// accept, reject or edit.
    pub decision: &'static str,
    /// The names of the tags that the record had when it was decided.
    pub before: Vec<String>,
    /// The names of the tags that it has now.
    pub after: Vec<String>,
    /// Whether the record was another before.
    #[serde(skip)]
    pub is_change: bool,
}

/// What became of all decisions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// One for each decision, in their order.
    pub changes: Vec<AppliedDecision>,
    /// How many were in the data already.
    pub repeated: usize,
}

impl Applied {
    /// How many decisions are of this kind: accept, reject or edit.
    pub fn count(&self, decision: &str) -> usize {
        self.changes.iter().filter(|change| change.decision == decision).count()
    }
}

/// Gives the decided records their tags; all others, and all other fields, stay as they are.
///
/// A tag that the record had keeps the way it was written; a new one is written by its name. When a record already has
/// the decided tags, the decision was applied before, and that is fine. In a record of which only some tags were judged
/// (`judged_tags`), those that it had, those suggested and those decided are judged now, too.
///
/// # Errors
/// Everything that is wrong, and then no record is changed: a decision about a record that does not exist or exists
/// twice, an unknown tag, and tags or texts that were changed since the decision was made.
pub fn apply(
    decided: &[Decided],
    records: &mut [WholeRecord],
    taxonomy: &Taxonomy,
) -> Result<Applied, Vec<Error>> {
    let places = places(records);
    let (mut plans, mut errors) = (Vec::new(), Vec::new());
    for decided in decided {
        match Plan::new(decided, records, &places, taxonomy, errors.len() < SEARCHED) {
            Ok(plan) => plans.push(plan),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut applied = Applied::default();
    for plan in plans {
        let record = &mut records[plan.record];
        let is_repeated = !plan.change.is_change && plan.change.before != plan.change.after;
        applied.repeated += usize::from(is_repeated);
        for (field, tags) in plan.fields {
            record.set_field(field, &tags).map_err(|error| {
                vec![Error::input(record.at.clone(), error.to_string(), "write the tags as JSON")]
            })?;
        }
        applied.changes.push(plan.change);
    }
    Ok(applied)
}

/// The indices of the records of each key.
fn places(records: &[WholeRecord]) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        if let Some(key) = Key::of(record) {
            places.entry(key.to_string()).or_default().push(index);
        }
    }
    places
}

/// A decision that can be applied.
struct Plan {
    /// The index of the record.
    record: usize,
    /// The fields that change, with their tags as JSON.
    fields: Vec<(&'static str, Vec<Box<RawValue>>)>,
    change: AppliedDecision,
}

impl Plan {
    fn new(
        Decided { at, decision }: &Decided,
        records: &[WholeRecord],
        places: &HashMap<String, Vec<usize>>,
        taxonomy: &Taxonomy,
        search: bool,
    ) -> Result<Self> {
        let index = match places.get(&decision.key.to_string()).map(Vec::as_slice) {
            Some(&[index]) => index,
            Some(indices) => {
                let lines: Vec<String> = indices.iter().map(|index| records[*index].at.to_string()).collect();
                let problem = format!("{} stands at {}", decision.key, lines.join(" and "));
                return Err(Error::input(at.clone(), problem, "give each record an id of its own"));
            }
            None => {
                let problem = format!("the data have no record with {}", decision.key);
                let meant = if search { meant(&decision.key, places) } else { None };
                let help =
                    meant.unwrap_or_else(|| "are these the data that the decisions are about?".to_owned());
                return Err(Error::input(at.clone(), problem, help));
            }
        };
        let whole = &records[index];
        let record = match &whole.record {
            Ok(record) => record,
            Err(bad) => {
                let problem = format!("the decided record is bad ({bad})");
                return Err(Error::input(at.clone(), problem, "mend it"));
            }
        };
        let current = record.tags.as_deref().unwrap_or_default();
        let after = decision.after();
        // A rejection keeps what is there, known to the taxonomy or not.
        let is_rejected = decision.verdict == Verdict::Reject;
        if !is_rejected {
            after.iter().try_for_each(|tag| taxonomy.require(tag, at).map(drop))?;
        }
        let names = |tags: &[TagRef]| names(tags, taxonomy);
        let (before, now, after_names) = (names(&decision.tags), names(current), names(after));
        let again = "decide on it again, or leave the decision out";
        if now != before && now != after_names {
            let problem = format!(
                "{} was decided when its tags were {before:?}, but {} has {now:?}",
                decision.key, whole.at
            );
            return Err(Error::input(at.clone(), problem, again));
        }
        // What was applied before the text was changed stays applied.
        let is_applied = before != after_names && now == after_names;
        if !is_applied && !decision.is_about(record) {
            let problem =
                format!("{} was decided when its text was another than at {}", decision.key, whole.at);
            return Err(Error::input(at.clone(), problem, again));
        }
        let mut fields = Vec::new();
        let not_written =
            |error: serde_json::Error| Error::input(at.clone(), error.to_string(), "write tags as JSON");
        if now != after_names || (record.tags.is_none() && !is_rejected) {
            fields.push((
                "tags",
                written(&after_names, whole, "tags", current, taxonomy).map_err(not_written)?,
            ));
        }
        if let Some(judged) = tags(whole, JUDGED)? {
            let shown = shown(&judged, decision, taxonomy);
            if shown.len() > names(&judged).len() {
                fields
                    .push((JUDGED, written(&shown, whole, JUDGED, &judged, taxonomy).map_err(not_written)?));
            }
        }
        let change = AppliedDecision {
            key: decision.key.clone(),
            decision: match decision.verdict {
                Verdict::Accept => "accept",
                Verdict::Reject => "reject",
                Verdict::Edit { .. } => "edit",
            },
            before,
            after: after_names,
            is_change: !fields.is_empty(),
        };
        Ok(Self { record: index, fields, change })
    }
}

/// The names of the tags that are judged once a decision is made: those judged before, and those that it was about.
fn shown(judged: &[TagRef], decision: &Decision, taxonomy: &Taxonomy) -> Vec<String> {
    let all = [judged, &decision.tags, &decision.suggested_tags, decision.after()];
    names(&all.concat(), taxonomy)
}

/// What a tag is compared and written by: its name in the taxonomy; one that the taxonomy does not know stands for itself.
fn name(tag: &TagRef, taxonomy: &Taxonomy) -> String {
    taxonomy.find(tag).map_or_else(|| tag.to_string(), |index| taxonomy.tags()[index].name.clone())
}

/// The names of tags, each once.
fn names(tags: &[TagRef], taxonomy: &Taxonomy) -> Vec<String> {
    tags.iter().map(|tag| name(tag, taxonomy)).collect::<IndexSet<String>>().into_iter().collect()
}

/// The JSON of tags, each as a field has it now, or else by its name.
fn written(
    names: &[String],
    record: &WholeRecord,
    field: &str,
    current: &[TagRef],
    taxonomy: &Taxonomy,
) -> serde_json::Result<Vec<Box<RawValue>>> {
    let json = record.field(field).filter(|_| !current.is_empty());
    let json: Vec<Box<RawValue>> = json.map_or(Ok(Vec::new()), serde_json::from_str)?;
    let mut as_written = HashMap::new();
    for (tag, json) in current.iter().zip(json) {
        as_written.entry(name(tag, taxonomy)).or_insert(json);
    }
    let one = |wanted: &String| match as_written.get(wanted) {
        Some(json) => Ok(json.clone()),
        None => serde_json::value::to_raw_value(wanted),
    };
    names.iter().map(one).collect()
}

/// Which of the data's keys was probably meant by one that they do not have.
fn meant(key: &Key, places: &HashMap<String, Vec<usize>>) -> Option<String> {
    if let Key::Id(id) = key {
        let numbers = numbers(&id.text());
        let is_same = |other: &&String| {
            let other = other.strip_prefix("id \"").and_then(|id| id.strip_suffix('"')?.parse::<f64>().ok());
            other.is_some_and(|other| numbers.contains(&other))
        };
        if let Some(other) = places.keys().filter(is_same).min() {
            return Some(format!("a spreadsheet may have made it of {other}: write ids there as text"));
        }
    }
    let key = key.to_string();
    let similarity = |other: &String| match (key.split_once(' '), other.split_once(' ')) {
        (Some((field, value)), Some((same, other))) if field == same => strsim::jaro_winkler(value, other),
        _ => 0.0,
    };
    let similar = places.keys().map(|other| (similarity(other), other));
    let best = similar.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    best.filter(|(similarity, _)| *similarity >= SUGGESTION_SIMILARITY)
        .map(|(_, other)| format!("did you mean {other}?"))
}

/// The numbers that a cell of a spreadsheet may stand for: with decimals, an exponent, or signs between thousands.
fn numbers(cell: &str) -> Vec<f64> {
    let cell = cell.replace(|char: char| char.is_whitespace() || char == '\'', "");
    let with_points = cell.replace(',', "");
    let with_commas = cell.replace('.', "").replace(',', ".");
    [with_points, with_commas].iter().filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::read_decisions;
    use super::*;
    use crate::corpus::{Record, read_whole};
    use crate::taxonomy::testing::tag;

    const DATA: &str = r#"{"id":1,"note":{"b":1.0},"tags":[4,"rust"],"name":"a/b"}
{"id":2,"tags":["gui"],"text":"x"}
{"name":"c/d","tags":[{"id":4,"name":"cli"}]}
{"id":3,"text":"y"}
"#;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![tag(4, "cli"), tag(5, "gui"), tag(6, "rust "), tag(7, "graphql")]).unwrap()
    }

    /// Applies decisions; gives the data then, or what is wrong.
    fn applied(data: &str, decisions: &str) -> Result<(Applied, String), Vec<String>> {
        let directory = tempfile::tempdir().unwrap();
        let (data_path, decisions_path) =
            (directory.path().join("d.jsonl"), directory.path().join("s.jsonl"));
        fs::write(&data_path, data).unwrap();
        fs::write(&decisions_path, decisions).unwrap();
        let decisions = read_decisions(&decisions_path).unwrap();
        let mut records = read_whole(&[data_path]).unwrap();
        let outcome = apply(&decisions.decided, &mut records, &taxonomy());
        let lines: String = records.iter().map(|record| record.to_json().unwrap() + "\n").collect();
        let prefix = format!("{}/", directory.path().display());
        match outcome {
            Ok(applied) => Ok((applied, lines)),
            Err(errors) => {
                assert_eq!(lines, data, "nothing is changed when something is wrong");
                Err(errors.iter().map(|error| error.to_string().replace(&prefix, "")).collect())
            }
        }
    }

    #[test]
    fn tags_change_and_nothing_else_does() {
        let decisions = r#"{"id":"1","tags":["cli",6],"suggested_tags":["graphql",4],"decision":"accept"}
{"name":"c/d","tags":["cli"],"suggested_tags":[],"decision":"edit","edited_tags":["gui",4,"cli"]}
{"id":2,"tags":["gui"],"suggested_tags":["cli"],"decision":"reject"}
{"id":3,"suggested_tags":["rust"],"decision":"accept"}
"#;
        let (applied, data) = applied(DATA, decisions).unwrap();
        assert_eq!(
            data,
            r#"{"id":1,"note":{"b":1.0},"tags":["graphql",4],"name":"a/b"}
{"id":2,"tags":["gui"],"text":"x"}
{"name":"c/d","tags":["gui",{"id":4,"name":"cli"}]}
{"id":3,"text":"y","tags":["rust "]}
"#
        );
        assert_eq!((applied.count("accept"), applied.count("reject"), applied.count("edit")), (2, 1, 1));
        assert_eq!(
            serde_json::to_string(&applied.changes[0]).unwrap(),
            r#"{"id":"1","decision":"accept","before":["cli","rust "],"after":["graphql","cli"]}"#
        );
    }

    #[test]
    fn applying_twice_changes_nothing_more() {
        let decisions = r#"{"id":2,"tags":["gui"],"suggested_tags":["cli"],"decision":"accept"}"#;
        let (first, data) = applied(DATA, decisions).unwrap();
        let (second, again) = applied(&data, decisions).unwrap();
        assert_eq!(data, again);
        assert_eq!((first.repeated, second.repeated), (0, 1));
        assert_eq!((first.changes[0].is_change, second.changes[0].is_change), (true, false));
    }

    #[test]
    fn all_that_is_wrong_is_named_and_nothing_is_changed() {
        let decisions = r#"{"id":1,"tags":["cli","rust"],"suggested_tags":["graphql"],"decision":"accept"}
{"id":2,"tags":["cli"],"suggested_tags":["rust"],"decision":"accept"}
{"id":3,"tags":[],"suggested_tags":["graphq"],"decision":"accept"}
{"name":"c/e","tags":[],"suggested_tags":[],"decision":"accept"}
{"id":99,"tags":[],"suggested_tags":[],"decision":"accept"}
"#;
        let errors = applied(DATA, decisions).unwrap_err();
        assert_eq!(
            errors,
            [
                r#"s.jsonl:2: id "2" was decided when its tags were ["cli"], but d.jsonl:2 has ["gui"]; decide on it again, or leave the decision out"#,
                r#"s.jsonl:3: unknown tag "graphq"; did you mean "graphql"? Otherwise add it to the taxonomy file"#,
                r#"s.jsonl:4: the data have no record with name "c/e"; did you mean name "c/d"?"#,
                r#"s.jsonl:5: the data have no record with id "99"; are these the data that the decisions are about?"#,
            ]
        );
    }

    #[test]
    fn a_decision_is_about_the_text_that_was_decided() {
        let digest = |text: &str| {
            super::super::text_digest(&Record { text: Some(text.to_owned()), ..Record::default() })
        };
        let decision = |verdict: &str, text: &str| {
            format!(
                r#"{{"id":2,"tags":["gui"],"suggested_tags":["cli"],"decision":"{verdict}","text_digest":"{}"}}"#,
                digest(text)
            )
        };
        for verdict in ["accept", "reject"] {
            assert!(applied(DATA, &decision(verdict, "x")).is_ok());
            let errors = applied(DATA, &decision(verdict, "y")).unwrap_err();
            assert_eq!(
                errors,
                [
                    r#"s.jsonl:1: id "2" was decided when its text was another than at d.jsonl:2; decide on it again, or leave the decision out"#
                ]
            );
        }
        // What is in the data already was decided about the text of then.
        let (_, data) = applied(DATA, &decision("accept", "x")).unwrap();
        let data = data.replace("\"text\":\"x\"", "\"text\":\"z\"");
        assert_eq!(applied(&data, &decision("accept", "x")).unwrap().0.repeated, 1);
        // The form of the digest is the same for ever: journals keep it.
        assert_eq!(digest("x"), "sha256:5f66704bbd371e80cde24951a9bc6793");
    }

    #[test]
    fn of_a_record_judged_in_part_what_was_shown_is_judged() {
        let data = |judged: &str, tags: &str| {
            format!("{{\"id\":1,\"judged_tags\":{judged},\"tags\":{tags},\"text\":\"x\"}}\n")
        };
        let decision =
            |verdict: &str| format!(r#"{{"id":1,"tags":["gui"],"suggested_tags":["cli"],{verdict}}}"#);
        let old = data("[5,\"graphql\"]", "[5]");
        for (verdict, new) in [
            (r#""decision":"accept""#, data(r#"[5,"graphql","cli"]"#, r#"["cli"]"#)),
            (r#""decision":"reject""#, data(r#"[5,"graphql","cli"]"#, "[5]")),
            (
                r#""decision":"edit","edited_tags":["rust"]"#,
                data(r#"[5,"graphql","cli","rust "]"#, r#"["rust "]"#),
            ),
        ] {
            let (first, changed) = applied(&old, &decision(verdict)).unwrap();
            assert_eq!((changed.as_str(), first.changes[0].is_change), (new.as_str(), true));
            let (again, unchanged) = applied(&new, &decision(verdict)).unwrap();
            assert_eq!((unchanged, again.changes[0].is_change), (new, false));
        }
    }

    #[test]
    fn that_no_tag_fits_is_said_of_an_unlabelled_record() {
        let decision = |verdict: &str| format!(r#"{{"id":3,"suggested_tags":["cli"],{verdict}}}"#);
        let (applied_one, data) = applied(DATA, &decision(r#""decision":"edit","edited_tags":[]"#)).unwrap();
        assert!(
            data.ends_with("{\"id\":3,\"text\":\"y\",\"tags\":[]}\n") && applied_one.changes[0].is_change,
            "{data}"
        );
        assert_eq!(applied(DATA, &decision(r#""decision":"reject""#)).unwrap().1, DATA);
    }

    #[test]
    fn what_spreadsheets_make_of_ids_is_named() {
        let data = "{\"id\":\"0012\",\"text\":\"x\"}\n{\"id\":1200,\"text\":\"y\"}\n{\"id\":1000000000000,\"text\":\"z\"}\n";
        for (cell, id) in [
            ("12", "0012"),
            ("12.0", "0012"),
            ("1,200", "1200"),
            ("1.200,0", "1200"),
            ("1E+12", "1000000000000"),
        ] {
            let decision = format!(r#"{{"id":"{cell}","suggested_tags":["cli"],"decision":"accept"}}"#);
            let errors = applied(data, &decision).unwrap_err();
            assert!(
                errors[0].contains(&format!("a spreadsheet may have made it of id \"{id}\"")),
                "{errors:?}"
            );
        }
    }

    #[test]
    fn a_record_that_cannot_be_told_from_another_or_is_bad_is_not_changed() {
        let data = "{\"id\":1,\"text\":\"x\"}\n{\"id\":\"1\",\"text\":\"y\"}\n{\"id\":2,\"text\":5}\n";
        let decision = r#"{"id":1,"tags":[],"suggested_tags":["cli"],"decision":"accept"}"#;
        assert_eq!(
            applied(data, decision).unwrap_err(),
            [r#"s.jsonl:1: id "1" stands at d.jsonl:1 and d.jsonl:2; give each record an id of its own"#]
        );
        let errors = applied(data, &decision.replace('1', "2")).unwrap_err();
        assert!(errors[0].starts_with("s.jsonl:1: the decided record is bad (d.jsonl:3: "), "{errors:?}");
    }
}
