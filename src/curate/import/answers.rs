//! What annotators answered in a tool for annotation, and which of its questions asks for the labels.
//!
//! No export says what kind of question an answer belongs to, nor what could be chosen. What tells is the answers of
//! the whole file: those to a question of labels are tags.

use std::collections::HashMap;
use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;

use super::Entry;
use super::json::Fields;
use super::labels::{LabelMap, Said};
use crate::corpus::TEXT_FIELDS;
use crate::error::{Error, Location, Result};

/// What questions of labels are usually called.
pub const USUAL_NAMES: [&str; 10] =
    ["label", "labels", "tag", "tags", "topic", "topics", "choice", "choices", "category", "categories"];

/// What stands in an export beside the fields that an annotator was shown.
const BESIDE: [&str; 14] = [
    "id",
    "external_id",
    "_server_id",
    "status",
    "inserted_at",
    "created_at",
    "updated_at",
    "event_timestamp",
    "annotator",
    "annotation_id",
    "lead_time",
    "agreement",
    "prediction_agent",
    "annotation_agent",
];

/// One record as an export tells of it.
pub struct Annotated {
    pub at: Location,
    pub id: Option<Value>,
    /// The fields that the annotators were shown, and in flat exports all others too.
    pub shown: Fields,
    pub answers: Vec<Answer>,
    /// Whether there are answers that cannot be labels, such as ratings.
    pub has_other_answers: bool,
}

/// What one annotator answered to one question, when it can be an answer of labels.
pub struct Answer {
    /// The question; `None` when the answer is to whatever question asks for the labels.
    pub question: Option<String>,
    /// Whose answer; `None` when it is not known, so nobody else's.
    pub annotator: Option<String>,
    /// When it was given: of several answers of one annotator the last counts.
    pub when: String,
    /// What was chosen.
    pub labels: Vec<String>,
    /// Whether this is an answer, and not perhaps a field of the data.
    pub is_sure: bool,
}

/// What is known of a question from all of its answers.
struct Question {
    is_sure: bool,
    has_tag: bool,
    is_yes_or_no: bool,
}

/// The questions that matter: the one of labels, and those that ask for one tag each, by yes or no.
#[derive(Default)]
struct Chosen<'a> {
    labels: Option<&'a str>,
    of_a_tag: HashMap<&'a str, usize>,
    /// Whether there is any other question.
    has_others: bool,
}

/// Whether a field may hold a record's text or an answer.
pub fn is_beside(name: &str) -> bool {
    BESIDE.contains(&name) || name.contains(".suggestion") || name.contains(".responses")
}

/// The entries of a file; `named` is the question of labels where the user has said it.
pub fn entries(
    path: &Path,
    records: &[Annotated],
    named: Option<&str>,
    labels: &LabelMap,
) -> Result<Vec<Entry>> {
    let chosen = choose(path, records, named, labels)?;
    let mut by_record: IndexMap<String, (Entry, Vec<&Answer>)> = IndexMap::new();
    for (place, record) in records.iter().enumerate() {
        let fields = fields(record, &chosen);
        // A row for each annotator: rows of one task have the same id and texts.
        let key = match &record.id {
            Some(id) => format!("{id}{}", Value::from_iter(fields.clone())),
            None => place.to_string(),
        };
        let entry = || (Entry { at: record.at.clone(), fields, said: Said::default() }, Vec::new());
        by_record.entry(key).or_insert_with(entry).1.extend(&record.answers);
    }
    let entries = by_record.into_values();
    Ok(entries.map(|(entry, answers)| Entry { said: chosen.said(&answers), ..entry }).collect())
}

/// The id and the fields of a record: the text fields by their names, or else the first text as `text`.
fn fields(record: &Annotated, chosen: &Chosen) -> Vec<(String, Value)> {
    let text = |name: &str| record.shown.get(name).filter(|value| value.is_string()).cloned();
    let named = TEXT_FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?)));
    let mut texts: Vec<_> = named.collect();
    if texts.is_empty() {
        let is_text = |name: &str| {
            !is_beside(name) && chosen.labels != Some(name) && !chosen.of_a_tag.contains_key(name)
        };
        let first = record.shown.iter().find(|(name, value)| is_text(name) && value.is_string());
        texts.extend(first.map(|(_, text)| ("text".to_owned(), text.clone())));
    }
    record.id.iter().map(|id| ("id".to_owned(), id.clone())).chain(texts).collect()
}

fn choose<'a>(
    path: &Path,
    records: &'a [Annotated],
    named: Option<&str>,
    labels: &LabelMap,
) -> Result<Chosen<'a>> {
    let mut questions: IndexMap<&str, Question> = IndexMap::new();
    for answer in records.iter().flat_map(|record| &record.answers) {
        let Some(name) = &answer.question else { continue };
        let question =
            questions.entry(name).or_insert(Question { is_sure: false, has_tag: false, is_yes_or_no: true });
        question.is_sure |= answer.is_sure;
        question.has_tag = question.has_tag || answer.labels.iter().any(|label| labels.tag(label).is_some());
        question.is_yes_or_no &= yes(&answer.labels).is_some();
    }
    if let Some(named) = named
        && !questions.contains_key(named)
    {
        let all: Vec<&str> = questions.keys().copied().collect();
        let help =
            if all.is_empty() { "it has none".to_owned() } else { format!("it has {}", all.join(", ")) };
        return Err(Error::input(
            Location::file(path),
            format!("no question {named:?} is answered in it"),
            help,
        ));
    }
    let has_others = !questions.is_empty() || records.iter().any(|record| record.has_other_answers);
    let mut chosen = Chosen { has_others, ..Chosen::default() };
    questions.retain(|name, question| {
        let tag = labels.tag(name).filter(|_| question.is_yes_or_no);
        chosen.of_a_tag.extend(tag.map(|tag| (*name, tag)));
        tag.is_none()
    });
    if let Some(named) = named {
        chosen.of_a_tag.retain(|name, _| *name == named);
        chosen.labels = questions.get_key_value(named).map(|(name, _)| *name);
        return Ok(chosen);
    }
    // What is surely answered goes before what may be a field of the data.
    let with = |is_sure: bool, has_tag: bool| {
        let is_such = move |question: &Question| question.is_sure == is_sure && question.has_tag == has_tag;
        questions
            .iter()
            .filter(move |(_, question)| is_such(question))
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
    };
    for names in [with(true, true), with(false, true)] {
        match names.as_slice() {
            [] => {}
            [name] => return Ok(Chosen { labels: Some(name), ..chosen }),
            _ => {
                let problem = format!("tags are the answers to several questions: {}", names.join(", "));
                return Err(Error::input(
                    Location::file(path),
                    problem,
                    "say with --labels-field which to take",
                ));
            }
        }
    }
    // Without a single tag, an answer can still say that none fits.
    let (sure, others) = (with(true, false), with(false, false));
    let usual = |names: &[&'a str]| match names
        .iter()
        .filter(|name| USUAL_NAMES.contains(name))
        .collect::<Vec<_>>()[..]
    {
        [name] => Some(*name),
        _ => None,
    };
    let only = if sure.len() == 1 { Some(sure[0]) } else { None };
    let labels = if chosen.of_a_tag.is_empty() { only } else { None };
    Ok(Chosen { labels: labels.or_else(|| usual(&sure)).or_else(|| usual(&others)), ..chosen })
}

impl Chosen<'_> {
    /// What the annotators of one record said with these answers, each once for each question.
    fn said(&self, answers: &[&Answer]) -> Said {
        let mut last: IndexMap<(Option<&str>, Result<&str, usize>), &Answer> = IndexMap::new();
        for (place, answer) in answers.iter().enumerate() {
            let annotator = answer.annotator.as_deref().ok_or(place);
            let kept = last.entry((answer.question.as_deref(), annotator)).or_insert(answer);
            if answer.when >= kept.when {
                *kept = answer;
            }
        }
        let mut said = Said::default();
        for answer in last.into_values() {
            let is_vote = match answer.question.as_deref() {
                None => !answer.labels.is_empty() || self.labels.is_some() || !self.has_others,
                Some(question) if self.labels.is_some() => self.labels == Some(question),
                // Nowhere is a tag among the answers: they are named as labels that are none.
                Some(_) => self.of_a_tag.is_empty() && answer.is_sure && !answer.labels.is_empty(),
            };
            if is_vote {
                said.votes.push(answer.labels.clone());
            }
            let tag = answer.question.as_deref().and_then(|question| self.of_a_tag.get(question));
            said.verdicts.extend(tag.copied().zip(yes(&answer.labels)));
        }
        said
    }
}

/// Whether an answer is yes or no, and which.
fn yes(labels: &[String]) -> Option<bool> {
    let [label] = labels else { return None };
    match label.to_lowercase().as_str() {
        "yes" | "y" | "true" => Some(true),
        "no" | "n" | "false" => Some(false),
        _ => None,
    }
}
