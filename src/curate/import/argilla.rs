//! Records exported from Argilla as JSON: those of version 2 (nested, or flattened with `QUESTION.responses`), the
//! feedback data sets of version 1, and its older text classification records with their `annotation`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::labels::majority;
use super::{Entry, json};
use crate::error::{Error, Location, Result};

const WHAT: &str = "a record of Argilla";
const HELP: &str = "export the records with to_json, or as a list of to_list";
const RESPONSES: &str = ".responses";

/// The one record of a JSON value. What the majority of submitted responses say counts; suggestions do not.
pub fn entries(at: Location, json: &str) -> Result<Vec<Entry>> {
    let record: Map<String, Value> = json::parse(&at, json, WHAT, HELP)?;
    let shown = ["fields", "inputs"].into_iter().find_map(|name| record.get(name)?.as_object());
    let Some(votes) = votes(&record) else {
        return Err(Error::input(at, format!("not {WHAT}: no responses and no annotation"), HELP));
    };
    let fields = json::record_fields(shown.unwrap_or(&record), record.get("id"));
    let labels = (!votes.is_empty()).then(|| majority(&votes));
    Ok(vec![Entry { at, fields, labels }])
}

/// The labels that each annotator gave, none before there is an answer; `None` when this is no record of Argilla.
fn votes(record: &Map<String, Value>) -> Option<Vec<Vec<String>>> {
    Some(match record.get("responses") {
        Some(Value::Object(questions)) => by_user(questions.values().flat_map(submitted)),
        Some(Value::Array(responses)) => {
            responses.iter().filter(|response| is_submitted(response)).map(values).collect()
        }
        _ if record.keys().any(|name| name.ends_with(RESPONSES)) => flattened(record),
        _ => {
            let annotation = record.get("annotation")?;
            if annotation.is_null() { Vec::new() } else { vec![json::strings(annotation)] }
        }
    })
}

/// The responses to a question of version 2, each with its user.
fn submitted(question: &Value) -> Vec<(String, Vec<String>)> {
    let responses = question.as_array().into_iter().flatten().filter(|response| is_submitted(response));
    let answer = |response: &Value| {
        let user = response.get("user_id").map(Value::to_string).unwrap_or_default();
        Some((user, json::strings(response.get("value")?)))
    };
    responses.filter_map(answer).collect()
}

fn is_submitted(response: &Value) -> bool {
    response.get("status").is_none_or(|status| status.is_null() || status == "submitted")
}

/// The answers of a response of version 1 to all questions.
fn values(response: &Value) -> Vec<String> {
    let answers = response.get("values").and_then(Value::as_object).into_iter().flat_map(Map::values);
    answers.filter_map(|answer| answer.get("value")).flat_map(json::strings).collect()
}

/// The answers of flattened records: a list for each question, with users and statuses in lists beside it.
fn flattened(record: &Map<String, Value>) -> Vec<Vec<String>> {
    let questions = record.iter().filter(|(name, _)| name.ends_with(RESPONSES));
    by_user(questions.flat_map(|(name, answers)| {
        let beside = |what: &str, place: usize| record.get(&format!("{name}.{what}"))?.get(place);
        let answers = answers.as_array().into_iter().flatten().enumerate();
        answers
            .filter(|(place, _)| {
                beside("status", *place).is_none_or(|status| status.is_null() || status == "submitted")
            })
            .map(|(place, answer)| {
                (beside("users", place).map(Value::to_string).unwrap_or_default(), json::strings(answer))
            })
            .collect::<Vec<_>>()
    }))
}

/// The answers of each user to all questions together.
fn by_user(answers: impl Iterator<Item = (String, Vec<String>)>) -> Vec<Vec<String>> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (user, labels) in answers {
        users.entry(user).or_default().extend(labels);
    }
    users.into_values().collect()
}
