//! What the forms in JSON have in common.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Form, github};
use crate::error::{Error, Location, Result};

/// The fields of an object in the order in which they were written.
pub type Fields = IndexMap<String, Value>;

/// The form that an entry shows by its fields.
pub fn form(json: &str) -> Option<Form> {
    if json.starts_with('[') {
        // Pages that `gh api --paginate --slurp` puts in one array.
        return Some(Form::Github);
    }
    let fields: IndexMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    let has = |name: &str| fields.contains_key(name);
    if github::NAMES.into_iter().chain(["items", "repo"]).any(has) {
        Some(Form::Github)
    } else if has("data") && (has("annotations") || has("completions")) || has("annotator") {
        Some(Form::LabelStudio)
    } else if has("fields") || has("annotation") || fields.keys().any(|name| name.ends_with(".responses")) {
        Some(Form::Argilla)
    } else if has("data") && !has("id") {
        // An answer of GraphQL.
        Some(Form::Github)
    } else {
        None
    }
}

/// Reads an entry.
pub fn parse<'a, T: Deserialize<'a>>(at: &Location, json: &'a str, what: &str, help: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| {
        let at = Location { line: at.line.map(|line| line + error.line().saturating_sub(1)), ..at.clone() };
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        Error::input(at, format!("not {what}: {message}"), help)
    })
}

/// The labels that an answer gives, a string or a list of strings; `None` when it is an answer of another kind.
pub fn labels(value: &Value) -> Option<Vec<String>> {
    let label = |value: &Value| value.as_str().map(|label| label.trim().to_owned());
    match value {
        Value::String(_) => label(value).filter(|label| !label.is_empty()).map(|label| vec![label]),
        Value::Array(all) => all.iter().map(label).collect(),
        _ => None,
    }
}

/// What tells who somebody is: an id, or an object with one.
pub fn identity(who: Option<&Value>) -> Option<String> {
    let who = who?;
    let who = who.get("id").unwrap_or(who);
    (!who.is_null() && who != "" && who.as_object().is_none_or(|fields| !fields.is_empty()))
        .then(|| who.to_string())
}
