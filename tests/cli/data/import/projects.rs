//! Repositories from GitHub, in front matter and in lists.

use serde_json::{Value, json};

use super::super::{Room, run};
use super::{import_text, refuse_text};

fn markdown(text: &str) -> Vec<Value> {
    import_text("page.md", text, &[]).0
}

/// Name, description and tags.
fn told(records: &[Value]) -> Vec<Value> {
    records.iter().map(|record| json!([record["name"], record["description"], record["tags"]])).collect()
}

#[test]
fn a_document_goes_before_the_lists_in_it() {
    let people =
        "maintainers:\n  - {name: Ada, url: https://ada.test}\n  - {name: Bo, url: https://github.com/bo}\n";
    let needs = "dependencies:\n  - {name: tally, url: https://github.com/birch/tally, tags: [game]}\n";
    let links = "links:\n  - {name: Docs, url: https://github.com/acme/docs}\nnested: {deep: [{name: x, tags: [cli]}]}\n";
    for own in [
        "name: acme/tool",
        "name: tool",
        "url: https://github.com/acme/tool",
        "repository: https://github.com/acme/tool",
    ] {
        let text = format!(
            "---\n{people}{needs}{own}\ntags: [cli]\n{links}---\n# Tool\n\n- [x](https://github.com/x/y)\n"
        );
        let records = markdown(&text);
        assert_eq!(records.len(), 1, "{own}");
        assert!(records[0]["name"].as_str().unwrap().ends_with("tool"), "{own}");
        assert_eq!(records[0]["tags"], json!(["cli"]));
        assert!(records[0]["readme"].as_str().unwrap().starts_with("# Tool"));
    }
    let titled = markdown(&format!("---\ntitle: Tool\ntopics: cli, other\n{people}{needs}---\nText\n"));
    assert_eq!(told(&titled), [json!(["Tool", null, ["cli"]])]);
}

#[test]
fn documents_that_only_list_keep_working() {
    let items = "- {name: birch/tally, tags: [cli]}\n- {url: https://github.com/hollow/ledger}\n";
    let under = |key: &str| format!("---\ntitle: My stars\nauthor: Ada\n{key}:\n{items}---\nText\n");
    let expected = [json!(["birch/tally", null, ["cli"]]), json!(["hollow/ledger", null, null])];
    assert_eq!(told(&markdown(&under("repositories"))), expected);
    assert_eq!(told(&markdown(&under("favourites"))), expected);
    assert_eq!(told(&markdown(&format!("---\n{items}---\n"))), expected);
    let named = format!("---\nname: My stars\nauthors:\n- {{name: Ada}}\nprojects:\n{items}---\n");
    assert_eq!(told(&markdown(&named)), expected);
}

#[test]
fn a_page_with_a_title_is_read_for_its_list() {
    let text = "---\ntitle: My stars\ndate: 2024-05-01\n---\n## CLI\n\n- [birch/tally](https://github.com/birch/tally) - Counts\n";
    assert_eq!(told(&markdown(text)), [json!(["birch/tally", "Counts", ["cli"]])]);
    let ruled = "---\n\n# Stars\n\n- [birch/tally](https://github.com/birch/tally)\n\n---\nText\n";
    assert_eq!(told(&markdown(ruled)), [json!(["birch/tally", null, null])]);
}

#[test]
fn only_list_items_and_rows_are_entries() {
    let text = "\
[![Build](https://img.test/b.svg)](https://github.com/own/list/actions) [own/list](https://github.com/own/list)

- [CLI](#cli)
- [Games](#games)

## CLI

Do not miss [a/b](https://github.com/a/b), which is nice.

More words.

## game

Words with [p/q](https://github.com/p/q).

- [c/d](https://github.com/c/d) - a *renderer* with [Vulkan](https://vulkan.test)
  - [e/f](https://github.com/e/f): its `plugins`

    in two paragraphs
- ![logo](https://img.test/l.png) [![stars](https://img.test/s.svg)](https://github.com/x/y) [g/h](https://github.com/g/h) **fast**, see also [i/j](https://github.com/i/j)
- [Tool](https://tool.test) - Does it. ([Source](https://github.com/k/l)) `MIT`
- See also [m/n](https://github.com/m/n)
- [#12](https://github.com/c/d/issues/12) and [topics](https://github.com/topics/cli)
- Nothing here

> Quoted: [r/s](https://github.com/r/s)

## See also

- [t/u](https://github.com/t/u)
";
    assert_eq!(
        told(&markdown(text)),
        [
            json!(["c/d", "a renderer with Vulkan", ["game"]]),
            json!(["e/f", "its plugins in two paragraphs", ["game"]]),
            json!(["g/h", "fast, see also i/j", ["game"]]),
            json!(["k/l", "Does it. MIT", ["game"]]),
        ]
    );
}

#[test]
fn tables_are_lists_too() {
    let text = "\
## CLI

| # | Project | Stars | Description |
|---|---|---|---|
| 1 | [a/b](https://github.com/a/b) | 12 | Counts words |
| 2 | no link | 3 | Nothing |

| [not/this](https://github.com/not/this) | About |
|---|---|
| [c/d](https://github.com/c/d) | Counts lines |
";
    let expected = [json!(["a/b", "Counts words", ["cli"]]), json!(["c/d", "Counts lines", ["cli"]])];
    assert_eq!(told(&markdown(text)), expected);
}

#[test]
fn the_closest_heading_that_is_a_tag_is_the_label() {
    let item = |name: &str| format!("\n\n- [{name}](https://github.com/{name})\n\n");
    let text = format!(
        "# Stars{}## CLI{}### Linux{}### React{}## Odd{}",
        item("a/a"),
        item("b/b"),
        item("c/c"),
        item("d/d"),
        item("e/e")
    );
    let (records, said) = import_text("page.md", text, &[]);
    let tags: Vec<_> = records.iter().map(|record| record["tags"].clone()).collect();
    assert_eq!(tags, [json!(null), json!(["cli"]), json!(["cli"]), json!(["react"]), json!(null)]);
    assert!(said.contains("left out: 2, Odd (1), Stars (1)"), "{said}");
}

#[test]
fn pages_of_the_api_are_read_as_gh_writes_them() {
    let pages = "[{\"full_name\":\"a/b\",\"topics\":[\"cli\"]},\n {\"full_name\":\"c/d\",\"topics\":null,\"description\":null,\"fork\":true}]";
    let expected = [json!(["a/b", null, ["cli"]]), json!(["c/d", null, null]), json!(["e/f", null, null])];
    for text in [
        format!("[{pages},\n[],[{{\"full_name\":\"e/f\"}}]]"),
        format!("{{\"items\":{pages}}}\n{{\"items\":[{{\"repo\":{{\"full_name\":\"e/f\"}}}}]}}"),
    ] {
        assert_eq!(told(&import_text("s.json", text, &[]).0), expected);
    }
    refuse_text("s.json", format!("[{pages},\n[{{\"message\":\"Bad\"}}]]"), &[])
        .assert_refused(&["s.json:3: not a repository as GitHub's API gives it: missing field `full_name`"]);
    refuse_text("s.json", format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)), &["--from", "github"])
        .assert_refused(&["s.json:1: not a repository"]);
}

#[test]
fn connections_of_graphql_are_read() {
    let topics = json!({"nodes": [{"topic": {"name": "cli"}}, {"topic": {"name": "words"}}]});
    let repository = json!({"nameWithOwner": "a/b", "description": "Counts", "repositoryTopics": topics});
    let search = json!({"data": {"search": {"nodes": [repository, null]}}});
    let stars = json!({"data": {"viewer": {"starredRepositories": {"edges": [{"starredAt": "2024", "node": repository}]}}}});
    for page in [search, stars] {
        assert_eq!(
            told(&import_text("s.json", page.to_string(), &[]).0),
            [json!(["a/b", "Counts", ["cli"]])]
        );
    }
}

#[test]
fn what_nobody_has_labelled_is_unlabelled_in_every_form() {
    let lines = "__label__cli counts words\ncounts lines\n";
    for (out, unlabelled) in
        [("o.jsonl", r#"{"id":"x.txt:2","text":"counts lines"}"#), ("o.csv", "x.txt:2,counts lines,")]
    {
        let room = Room::new().with("x.txt", lines);
        assert_eq!(run(&room, &["import", "x.txt", "-o", out]).code, 0);
        let written = std::fs::read_to_string(room.path(out)).unwrap();
        assert_eq!(written.lines().last(), Some(unlabelled));
    }
}

#[test]
fn hundreds_of_thousands_of_lines_are_read_at_once() {
    let list: Vec<String> =
        (0..60_000).map(|n| format!("- [a/b{n}](https://github.com/a/b{n}) - Counts\n")).collect();
    assert_eq!(markdown(&format!("## CLI\n\n{}", list.concat())).len(), 60_000);
    let items: Vec<Value> = (0..60_000).map(|n| json!({"full_name": format!("a/b{n}")})).collect();
    let items = items.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n");
    assert_eq!(import_text("s.json", format!("{{\"items\":[{items}]}}"), &[]).0.len(), 60_000);
    let responses: Vec<Value> = (0..60_000)
        .map(|n| json!({"value": [format!("label{n}"), "cli"], "user_id": format!("u{n}")}))
        .collect();
    let record = json!({"id": 1, "fields": {"text": "Counts"}, "responses": {"tags": responses}});
    assert_eq!(import_text("a.json", record.to_string(), &[]).0[0]["tags"], json!(["cli"]));
}
