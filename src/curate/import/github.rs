//! Repositories as the API of GitHub gives them: one object, an array of them, search results with their `items`,
//! starred repositories with the time of the star, and what `gh repo list --json` and `gh search repos --json` print.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Entry, json};
use crate::error::{Location, Result};

const WHAT: &str = "a repository as GitHub's API gives it";
const HELP: &str = "expected an object with full_name, description and topics";

#[derive(Deserialize)]
struct Repository {
    id: Option<Value>,
    #[serde(alias = "fullName", alias = "nameWithOwner")]
    full_name: String,
    description: Option<String>,
    #[serde(alias = "repositoryTopics")]
    topics: Option<Vec<Topic>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Topic {
    Name(String),
    Object { name: String },
}

/// What repositories may be wrapped in.
#[derive(Deserialize)]
struct Wrapped<'a> {
    /// Search results.
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
    /// A starred repository with the time of the star.
    #[serde(borrow)]
    repo: Option<&'a RawValue>,
}

/// The repositories of one JSON value.
pub fn entries(at: Location, json: &str) -> Result<Vec<Entry>> {
    let wrapped: Wrapped = json::parse(&at, json, WHAT, HELP)?;
    if wrapped.items.is_none() && wrapped.repo.is_none() {
        return Ok(vec![entry(at, json)?]);
    }
    let inner = wrapped.items.into_iter().flatten().chain(wrapped.repo);
    inner.map(|inner| entry(place(&at, json, inner.get()), inner.get())).collect()
}

fn entry(at: Location, json: &str) -> Result<Entry> {
    let repository: Repository = json::parse(&at, json, WHAT, HELP)?;
    let name = |topic| match topic {
        Topic::Name(name) | Topic::Object { name } => name,
    };
    let topics: Vec<String> = repository.topics.into_iter().flatten().map(name).collect();
    let fields = [
        ("id", repository.id.into()),
        ("name", repository.full_name.into()),
        ("description", repository.description.into()),
        ("topics", topics.clone().into()),
    ];
    let fields = fields.map(|(name, value): (&str, Value)| (name.to_owned(), value)).to_vec();
    Ok(Entry { at, fields, labels: (!topics.is_empty()).then_some(topics) })
}

/// The place of a part of a text that stands at `at`.
fn place(at: &Location, text: &str, part: &str) -> Location {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    Location { line: at.line.map(|line| line + text[..start].matches('\n').count()), ..at.clone() }
}
