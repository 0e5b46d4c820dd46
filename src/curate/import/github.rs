//! Repositories as the API of GitHub gives them: one object, arrays of them, search results with their `items`, starred
//! repositories with the time of the star, the connections of GraphQL, and what `gh repo list --json` and
//! `gh search repos --json` print.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::lines::Lines;
use super::{Entry, json};
use crate::error::{Location, Result};

const WHAT: &str = "a repository as GitHub's API gives it";
const HELP: &str = "expected an object with full_name, description and topics";

/// What a repository is called; an object without any of these may wrap others.
pub const NAMES: [&str; 3] = ["full_name", "fullName", "nameWithOwner"];

/// The fields of search results, of stars with their time, and of GraphQL that hold repositories.
const WRAPPERS: [&str; 12] = [
    "items",
    "repo",
    "data",
    "nodes",
    "edges",
    "node",
    "viewer",
    "user",
    "organization",
    "search",
    "repositories",
    "starredRepositories",
];

/// How many of them may stand in each other: one more than GraphQL needs in pages that `gh --slurp` puts in an array.
const MAX_WRAPPERS: usize = 8;

#[derive(Deserialize)]
struct Repository {
    id: Option<Value>,
    #[serde(alias = "fullName", alias = "nameWithOwner")]
    full_name: String,
    description: Option<String>,
    #[serde(alias = "repositoryTopics")]
    topics: Option<Topics>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Topics {
    List(Vec<Topic>),
    Connection { nodes: Vec<Node> },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Topic {
    Name(String),
    Object { name: String },
}

#[derive(Deserialize)]
struct Node {
    topic: Topic,
}

/// The repositories of one JSON value.
pub fn entries(at: &Location, json: &str) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    collect(json, 0, &mut found);
    let mut lines = Lines::new(json, at.line.unwrap_or(1));
    found.into_iter().map(|part| entry(Location::line(&at.path, lines.of(part)), part)).collect()
}

/// Finds what can be a repository in arrays and wrappers, in order.
fn collect<'a>(json: &'a str, depth: usize, found: &mut Vec<&'a str>) {
    if depth < MAX_WRAPPERS {
        if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) {
            return elements.into_iter().for_each(|element| collect(element.get(), depth + 1, found));
        }
        if let Ok(fields) = serde_json::from_str::<IndexMap<String, &RawValue>>(json)
            && !NAMES.iter().any(|name| fields.contains_key(*name))
        {
            let inner = WRAPPERS.iter().filter_map(|name| fields.get(*name));
            if inner.map(|inner| collect(inner.get(), depth + 1, found)).count() > 0 {
                return;
            }
        }
    }
    // GraphQL has null for what may not be seen.
    if depth == 0 || json != "null" {
        found.push(json);
    }
}

fn entry(at: Location, json: &str) -> Result<Entry> {
    let repository: Repository = json::parse(&at, json, WHAT, HELP)?;
    let name = |topic| match topic {
        Topic::Name(name) | Topic::Object { name } => name,
    };
    let topics: Vec<String> = match repository.topics {
        Some(Topics::List(topics)) => topics.into_iter().map(name).collect(),
        Some(Topics::Connection { nodes }) => nodes.into_iter().map(|node| name(node.topic)).collect(),
        None => Vec::new(),
    };
    let fields = [
        ("id", repository.id.into()),
        ("name", repository.full_name.into()),
        ("description", repository.description.into()),
        ("topics", topics.clone().into()),
    ];
    Ok(Entry::labelled(at, fields, topics))
}
