//! Tasks exported from Label Studio: JSON (with all annotations) and JSON-MIN (flat, one annotation each).

use serde::Deserialize;
use serde_json::{Map, Value};

use super::labels::majority;
use super::{Entry, json};
use crate::error::{Error, Location, Result};

const WHAT: &str = "a task of Label Studio";
const HELP: &str = "export the project as JSON or JSON-MIN";

/// Where a plain string of JSON-MIN is a label: what single choices are usually called.
const CHOICE_NAMES: [&str; 6] = ["label", "labels", "tag", "tags", "choice", "choices"];

#[derive(Deserialize)]
struct Task {
    id: Option<Value>,
    data: Map<String, Value>,
    #[serde(default)]
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    was_cancelled: bool,
    #[serde(default)]
    ground_truth: bool,
    #[serde(default)]
    result: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    value: Option<Value>,
}

/// The one task of a JSON value. The annotation marked as ground truth counts, or else the majority.
pub fn entries(at: Location, json: &str) -> Result<Vec<Entry>> {
    let fields: Map<String, Value> = json::parse(&at, json, WHAT, HELP)?;
    let entry = if fields.contains_key("data") { task(at, json)? } else { flat(at, &fields)? };
    Ok(vec![entry])
}

fn task(at: Location, json: &str) -> Result<Entry> {
    let task: Task = json::parse(&at, json, WHAT, HELP)?;
    let mut annotations: Vec<Annotation> =
        task.annotations.into_iter().filter(|annotation| !annotation.was_cancelled).collect();
    if annotations.iter().any(|annotation| annotation.ground_truth) {
        annotations.retain(|annotation| annotation.ground_truth);
    }
    let votes: Vec<Vec<String>> = annotations
        .iter()
        .map(|annotation| {
            annotation.result.iter().filter_map(|outcome| outcome.value.as_ref()).flat_map(choices).collect()
        })
        .collect();
    Ok(Entry {
        at,
        fields: json::record_fields(&task.data, task.id.as_ref()),
        labels: (!votes.is_empty()).then(|| majority(&votes)),
    })
}

/// A task of JSON-MIN: the data and the choices side by side.
fn flat(at: Location, fields: &Map<String, Value>) -> Result<Entry> {
    let (labels, shown): (Map<_, _>, Map<_, _>) = fields
        .clone()
        .into_iter()
        .partition(|(name, value)| value.get("choices").is_some() || CHOICE_NAMES.contains(&name.as_str()));
    if !fields.contains_key("annotator") && labels.is_empty() {
        return Err(Error::input(at, format!("not {WHAT}: no data and no choices"), HELP));
    }
    let given = |value: &Value| if value.is_object() { choices(value) } else { json::strings(value) };
    Ok(Entry {
        at,
        fields: json::record_fields(&shown, None),
        labels: (!labels.is_empty()).then(|| labels.values().flat_map(given).collect()),
    })
}

/// The labels of a `choices` control, or the last step of each path of a `taxonomy` control.
fn choices(value: &Value) -> Vec<String> {
    let paths = value.get("taxonomy").and_then(Value::as_array).into_iter().flatten();
    let leaves = paths.filter_map(|path| json::strings(path).pop());
    value.get("choices").map(json::strings).into_iter().flatten().chain(leaves).collect()
}
