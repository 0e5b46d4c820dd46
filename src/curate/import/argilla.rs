//! Records exported from Argilla as JSON: those of version 2 (nested, or flattened with `QUESTION.responses`), the
//! feedback data sets of version 1, and its older text classification records with their `annotation`.

use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answers::{Annotated, Answer};
use super::json::{self, Fields};
use crate::error::{Error, Location, Result};

const WHAT: &str = "a record of Argilla";
const HELP: &str = "export the records with to_json, or as a list of to_list";
const RESPONSES: &str = ".responses";

/// The record of a JSON value, with the responses that were submitted; suggestions are none.
pub fn record(at: Location, json: &str) -> Result<Annotated> {
    let record: Fields = json::parse(&at, json, WHAT, HELP)?;
    let Some(answers) = answers(&record) else {
        return Err(Error::input(at, format!("not {WHAT}: no responses and no annotation"), HELP));
    };
    let parts: IndexMap<String, &RawValue> = json::parse(&at, json, WHAT, HELP)?;
    let shown = |name| serde_json::from_str::<Fields>(parts.get(name)?.get()).ok();
    let shown = shown("fields").or_else(|| shown("inputs")).unwrap_or_else(|| record.clone());
    let ids = [shown.get("id"), record.get("id"), record.get("external_id")];
    let id = ids.into_iter().flatten().find(|id| !id.is_null()).cloned();
    Ok(Annotated { at, id, shown, answers, has_other_answers: false })
}

/// The answers of a record; `None` when this is no record of Argilla.
fn answers(record: &Fields) -> Option<Vec<Answer>> {
    match record.get("responses") {
        Some(Value::Object(questions)) => Some(nested(questions)),
        Some(Value::Array(responses)) => Some(responses.iter().flat_map(feedback).collect()),
        _ if record.keys().any(|name| name.ends_with(RESPONSES)) => Some(flattened(record)),
        _ if record.get("fields").is_some_and(Value::is_object) => Some(Vec::new()),
        _ => {
            let annotation = record.get("annotation")?;
            let is_done = is_done_by(record.get("status"), "validated");
            Some(answer(None, None, annotation).filter(|_| is_done).into_iter().collect())
        }
    }
}

/// Version 2: the responses of all users to each question.
fn nested(questions: &Map<String, Value>) -> Vec<Answer> {
    let responses = questions.iter().flat_map(|(question, responses)| {
        responses.as_array().into_iter().flatten().map(move |response| (question, response))
    });
    responses
        .filter(|(_, response)| is_done_by(response.get("status"), "submitted"))
        .filter_map(|(question, response)| {
            answer(Some(question), response.get("user_id"), response.get("value")?)
        })
        .collect()
}

/// Version 1: the answers of one user to all questions.
fn feedback(response: &Value) -> Vec<Answer> {
    let values = response.get("values").filter(|_| is_done_by(response.get("status"), "submitted"));
    let values = values.and_then(Value::as_object).into_iter().flatten();
    values
        .filter_map(|(question, value)| answer(Some(question), response.get("user_id"), value.get("value")?))
        .collect()
}

/// Version 2, flattened: a list for each question, with users and statuses in lists beside it.
fn flattened(record: &Fields) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (name, values) in record {
        let Some(question) = name.strip_suffix(RESPONSES) else { continue };
        let [users, statuses] = ["users", "status"].map(|what| record.get(&format!("{name}.{what}")));
        for (place, value) in values.as_array().into_iter().flatten().enumerate() {
            let beside = |list: Option<&'_ Value>| list.and_then(|list| list.get(place)).cloned();
            if is_done_by(beside(statuses).as_ref(), "submitted") {
                answers.extend(answer(Some(question), beside(users).as_ref(), value));
            }
        }
    }
    answers
}

/// An answer, when it can be one of labels: no number, ranking or span of a text.
fn answer(question: Option<&str>, user: Option<&Value>, value: &Value) -> Option<Answer> {
    Some(Answer {
        question: question.map(str::to_owned),
        annotator: json::identity(user),
        when: String::new(),
        labels: json::labels(value)?,
        is_sure: true,
    })
}

/// Whether a status is the one that makes an answer count; older exports have none.
fn is_done_by(status: Option<&Value>, done: &str) -> bool {
    status.and_then(Value::as_str).is_none_or(|status| status.eq_ignore_ascii_case(done))
}
