//! Tasks exported from Label Studio: JSON (with all annotations) and JSON-MIN (flat, a row for each annotation).

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::answers::{Annotated, Answer, USUAL_NAMES, is_beside};
use super::json::{self, Fields};
use crate::corpus::TEXT_FIELDS;
use crate::error::{Error, Location, Result};

const WHAT: &str = "a task of Label Studio";
const HELP: &str = "export the project as JSON or JSON-MIN";

#[derive(Deserialize)]
struct Task {
    id: Option<Value>,
    data: Fields,
    annotations: Option<Vec<Annotation>>,
    /// What annotations were called in old exports.
    completions: Option<Vec<Annotation>>,
}

#[derive(Deserialize)]
struct Annotation {
    was_cancelled: Option<bool>,
    skipped: Option<bool>,
    ground_truth: Option<bool>,
    completed_by: Option<Value>,
    created_at: Option<Value>,
    updated_at: Option<Value>,
    result: Option<Vec<Outcome>>,
}

#[derive(Deserialize)]
struct Outcome {
    from_name: Option<String>,
    value: Option<Value>,
}

/// The task, or the row of JSON-MIN, of a JSON value.
pub fn record(at: Location, json: &str) -> Result<Annotated> {
    let fields: Fields = json::parse(&at, json, WHAT, HELP)?;
    if fields.contains_key("data") { task(at, json) } else { row(at, fields) }
}

/// The annotation marked as ground truth counts, or else all that were not skipped.
fn task(at: Location, json: &str) -> Result<Annotated> {
    let task: Task = json::parse(&at, json, WHAT, HELP)?;
    let mut annotations = task.annotations.or(task.completions).unwrap_or_default();
    annotations.retain(|annotation| ![annotation.was_cancelled, annotation.skipped].contains(&Some(true)));
    if annotations.iter().any(|annotation| annotation.ground_truth == Some(true)) {
        annotations.retain(|annotation| annotation.ground_truth == Some(true));
    }
    let id = task.data.get("id").cloned().or(task.id);
    let outcomes = annotations.iter().flat_map(|annotation| annotation.result.iter().flatten());
    let has_other_answers =
        outcomes.filter_map(|outcome| outcome.value.as_ref()).any(|value| choices(value).is_none());
    let answers = annotations.iter().flat_map(answers).collect();
    Ok(Annotated { at, id, shown: task.data, answers, has_other_answers })
}

fn answers(annotation: &Annotation) -> Vec<Answer> {
    let result = annotation.result.as_deref().unwrap_or_default();
    let mut questions: IndexMap<Option<&str>, Vec<String>> = IndexMap::new();
    for outcome in result {
        if let Some(labels) = outcome.value.as_ref().and_then(choices) {
            questions.entry(outcome.from_name.as_deref()).or_default().extend(labels);
        }
    }
    // Choices of which none was taken leave no trace; only when all was left empty, they surely were seen.
    if result.is_empty() {
        questions.insert(None, Vec::new());
    }
    let when = annotation.updated_at.as_ref().or(annotation.created_at.as_ref());
    let answers = questions.into_iter().map(|(question, labels)| Answer {
        question: question.map(str::to_owned),
        annotator: json::identity(annotation.completed_by.as_ref()),
        when: when.map(Value::to_string).unwrap_or_default(),
        labels,
        is_sure: true,
    });
    answers.collect()
}

/// A row of JSON-MIN: the data and the answers of one annotator side by side. Single choices are plain strings there, as
/// the data may be.
fn row(at: Location, fields: Fields) -> Result<Annotated> {
    let annotator = fields.get("annotator");
    let when =
        fields.get("updated_at").or(fields.get("created_at")).map(Value::to_string).unwrap_or_default();
    let is_answered = annotator.is_none() || json::identity(annotator).is_some();
    let mut answers = Vec::new();
    let may_be_asked = |name: &str| !is_beside(name) && !TEXT_FIELDS.contains(&name);
    for (name, value) in fields.iter().filter(|(name, _)| is_answered && may_be_asked(name)) {
        let sure = choices(value);
        let is_sure = sure.is_some();
        answers.extend(sure.or_else(|| json::labels(value)).map(|labels| Answer {
            question: Some(name.clone()),
            annotator: json::identity(annotator),
            when: when.clone(),
            labels,
            is_sure,
        }));
    }
    let is_row = |answer: &Answer| {
        answer.is_sure || answer.question.as_deref().is_some_and(|name| USUAL_NAMES.contains(&name))
    };
    if annotator.is_none() && !answers.iter().any(is_row) {
        return Err(Error::input(at, format!("not {WHAT}: no data and no choices"), HELP));
    }
    Ok(Annotated { at, id: fields.get("id").cloned(), shown: fields, answers, has_other_answers: false })
}

/// The labels of a `choices` control, or the last step of each path of a `taxonomy` control, also of several results;
/// `None` for what is no label of the whole task: ratings, texts, spans, and choices about a region.
fn choices(value: &Value) -> Option<Vec<String>> {
    if let Value::Array(results) = value {
        let all: Vec<Vec<String>> = results.iter().map(choices).collect::<Option<_>>()?;
        return (!all.is_empty()).then(|| all.concat());
    }
    if value.get("start").is_some() || value.get("x").is_some() {
        return None;
    }
    match (value.get("choices"), value.get("taxonomy")) {
        (Some(chosen), _) => json::labels(chosen),
        (None, Some(paths)) => {
            let leaf = |path: &Value| json::labels(path).and_then(|mut path| path.pop());
            paths.as_array()?.iter().map(leaf).collect()
        }
        (None, None) => None,
    }
}
