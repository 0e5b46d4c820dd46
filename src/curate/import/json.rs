//! What the forms in JSON have in common.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Form;
use crate::corpus::TEXT_FIELDS;
use crate::error::{Error, Location, Result};

/// The form that an entry shows by its fields.
pub fn form(json: &str) -> Option<Form> {
    let fields: Map<String, Value> = serde_json::from_str(json).ok()?;
    let has = |name: &str| fields.contains_key(name);
    if ["items", "full_name", "fullName", "nameWithOwner", "repo"].into_iter().any(has) {
        Some(Form::Github)
    } else if has("annotations") && has("data") || has("annotator") {
        Some(Form::LabelStudio)
    } else if has("fields") || has("annotation") || fields.keys().any(|name| name.ends_with(".responses")) {
        Some(Form::Argilla)
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

/// The fields of a record among those that an annotator was shown: the text fields by their names, or else the first
/// text as `text`; and an id.
pub fn record_fields(shown: &Map<String, Value>, id: Option<&Value>) -> Vec<(String, Value)> {
    let id = shown.get("id").or(id).map(|id| ("id".to_owned(), id.clone()));
    let named = |name: &&str| {
        let text = shown.get(*name).filter(|value| value.is_string())?;
        Some(((*name).to_owned(), text.clone()))
    };
    let mut texts: Vec<_> = TEXT_FIELDS.iter().filter_map(named).collect();
    if texts.is_empty() {
        let first = shown.iter().find(|(name, value)| *name != "id" && value.is_string());
        texts.extend(first.map(|(_, text)| ("text".to_owned(), text.clone())));
    }
    id.into_iter().chain(texts).collect()
}

/// The labels in a string, or in a list of strings.
pub fn strings(value: &Value) -> Vec<String> {
    let all = match value {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
