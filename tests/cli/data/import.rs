use serde_json::{Value, json};

use super::{Room, Run, data, read_json, run};

mod answers;
mod projects;

/// What a text is imported as, by a file of this name, and what is said about it.
fn import_text(name: &str, text: impl AsRef<[u8]>, args: &[&str]) -> (Vec<Value>, String) {
    let room = Room::new().with(name, text);
    let run = run(&room, &[&["import", name, "-o", "o.json"], args].concat());
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    (read_json(&room.path("o.json")).as_array().unwrap().clone(), run.stderr)
}

/// The refusal of a text.
fn refuse_text(name: &str, text: impl AsRef<[u8]>, args: &[&str]) -> Run {
    run(&Room::new().with(name, text), &[&["import", name, "-o", "o.json"], args].concat())
}

/// The tags of the test taxonomy but for some.
fn all_but(without: &[&str]) -> Vec<String> {
    let taxonomy = read_json(data("taxonomy.json").as_ref());
    let names =
        taxonomy.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().trim().to_owned());
    names.filter(|name| !without.contains(&name.as_str())).collect()
}

/// The records that a sample file is imported as, and what is said about it.
fn import(sample: &str, args: &[&str]) -> (Vec<Value>, String) {
    let room = Room::new();
    let run = run(&room, &[&["import", &data(&format!("import/{sample}")), "-o", "o.json"], args].concat());
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let records = read_json(&room.path("o.json"));
    (records.as_array().unwrap().clone(), run.stderr)
}

fn records(sample: &str) -> Vec<Value> {
    import(sample, &[]).0
}

#[test]
fn github_search_results_become_records_and_topics_tags() {
    let (records, said) = import("github-search.json", &[]);
    assert_eq!(
        records,
        [
            json!({
                "id": 101, "name": "birch/tally", "description": "Counts words from the command line",
                "topics": ["cli", "rust", "word-count"], "tags": ["cli"],
            }),
            json!({"id": 102, "name": "hollow/clicker", "topics": ["game-engine", "gamedev"], "tags": ["game-engine"]}),
            json!({"id": 103, "name": "hollow/ledger", "description": "A small ledger", "topics": []}),
        ]
    );
    assert_eq!(
        said,
        "o.json: 3 records, 2 of them with tags\n\
         warning: labels that are no tag and are left out: 2, rust (1), word-count (1)\n"
    );
}

#[test]
fn what_gh_prints_is_read_too() {
    let records = records("gh-list.json");
    assert_eq!(records[0]["name"], "birch/tally");
    assert_eq!((&records[0]["tags"], &records[1].get("tags")), (&json!(["cli"]), &None));
}

#[test]
fn fasttext_lines_become_records() {
    let records = records("fasttext.txt");
    assert_eq!(
        records,
        [
            json!({"id": "fasttext.txt:1", "text": "A shell for building games", "tags": ["cli", "game-engine"]}),
            json!({"id": "fasttext.txt:3", "text": "no label here in the middle", "tags": ["blockchain"]}),
            json!({"id": "fasttext.txt:4", "text": "only words"}),
        ]
    );
}

#[test]
fn front_matter_describes_one_repository_or_many() {
    let star = &records("star.md")[0];
    assert_eq!(
        (&star["name"], &star["description"]),
        (&json!("birch/tally"), &json!("Counts words: quickly"))
    );
    assert_eq!(
        (&star["tags"], star["readme"].as_str().unwrap().lines().next()),
        (&json!(["cli"]), Some("# tally"))
    );
    let stars = records("stars.md");
    assert_eq!(
        stars,
        [
            json!({"name": "birch/tally", "description": "Counts words", "tags": ["cli"]}),
            json!({"name": "hollow/ledger"}),
        ]
    );
}

#[test]
fn lists_of_links_become_records_with_their_heading_as_label() {
    let (records, said) = import("list.md", &[]);
    let names: Vec<&str> = records.iter().map(|record| record["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["birch/tally", "hollow/ledger", "hollow/child", "hollow/clicker"]);
    assert_eq!(records[0]["description"], "Counts words, lines and sentences");
    assert_eq!((&records[2]["description"], &records[2]["tags"]), (&json!("a part of it"), &json!(["cli"])));
    assert_eq!((&records[3]["description"], records[3].get("tags")), (&json!("A game of clicks"), None));
    assert!(said.contains("left out: 1, Odds and ends (1)"), "{said}");
}

#[test]
fn label_studio_annotations_are_taken_by_majority_or_ground_truth() {
    let undecided = all_but(&["blockchain"]);
    let expected = [
        json!({
            "id": "x-1", "name": "birch/tally", "description": "Counts words", "tags": ["cli"], "judged_tags": undecided,
        }),
        json!({"id": 2, "text": "A ledger", "tags": ["cli", "blockchain"]}),
        json!({"id": 3, "text": "Nothing chosen yet"}),
        json!({"id": 4, "text": "None of them", "tags": []}),
    ];
    assert_eq!(records("label-studio.json"), expected);
    let (flat, said) = import("label-studio-min.json", &["--from", "label-studio"]);
    assert_eq!(
        flat,
        [
            json!({"id": 1, "text": "Counts words", "tags": ["cli"]}),
            json!({"id": 2, "text": "A ledger", "tags": ["blockchain"]}),
            json!({"id": 3, "text": "Something else"}),
        ]
    );
    assert!(said.ends_with("left out: 1, unheard of (2)\n"), "{said}");
}

#[test]
fn argilla_records_of_every_version_are_read() {
    assert_eq!(
        records("argilla.json"),
        [
            json!({"id": "a-1", "text": "Counts words", "tags": ["cli"], "judged_tags": all_but(&["blockchain"])}),
            json!({"id": "a-2", "name": "hollow/ledger", "description": "A ledger"}),
        ]
    );
    assert_eq!(records("argilla-flat.json"), [json!({"id": "a-3", "text": "Counts words", "tags": ["cli"]})]);
    assert_eq!(records("argilla-feedback.json"), [json!({"text": "Counts words", "tags": ["cli"]})]);
    assert_eq!(
        records("argilla-classification.json"),
        [json!({"id": "a-5", "text": "A ledger", "tags": ["blockchain"]})]
    );
}

#[test]
fn what_is_not_of_the_form_is_named_with_its_line() {
    let room = Room::new()
        .with("repos.json", "{\"items\":[\n{\"full_name\":\"a/b\"},\n{\"id\":1,\n\"name\":\"x\"}]}")
        .with("bad.md", "\n---\nname: a/b\nx: [1\ny: 2\n---\n")
        .with("none.md", "# Only text\n")
        .with("other.json", "{\"x\":1}")
        .with("deep.md", format!("---\na: {}\n---\n", "[".repeat(100_000)))
        .with("deeper.md", format!("---\nname: a/b\nx:\n{}a\n---\nbody", "- ".repeat(17_100)))
        .with("keys.md", format!("---\nname: a/b\n{}a\n---\nbody", "? ".repeat(8_000)))
        .with("deep.json", format!("{{\"fields\":{}1{}}}", "[".repeat(9_000), "]".repeat(9_000)))
        .with("task.json", "[\n{\"id\":1},\n{}]")
        .with("blank.txt", "__label__cli\n");
    let before = room.files();
    let refused = |name: &str, args: &[&str], problem: &str| {
        run(&room, &[&["import", name, "-o", "o.jsonl"], args].concat()).assert_refused(&[problem]);
    };
    refused(
        "repos.json",
        &[],
        "repos.json:4: not a repository as GitHub's API gives it: missing field `full_name`",
    );
    refused("bad.md", &[], "bad.md:5: bad YAML: ");
    refused("none.md", &[], "none.md: no repository in it; ");
    refused(
        "other.json",
        &[],
        "other.json: none of the forms that can be recognised; say which with --from: ",
    );
    refused("other.json", &["--from", "argilla"], "other.json:1: not a record of Argilla: ");
    refused("deep.md", &[], "deep.md:2: bad YAML: recursion limit exceeded");
    refused("deeper.md", &[], "deeper.md:4: nesting of more than 128 levels, the most that is read; ");
    refused("keys.md", &[], "keys.md:3: nesting of more than 128 levels, the most that is read; ");
    refused("deep.json", &[], "deep.json:1: not a record of Argilla: recursion limit exceeded; ");
    refused("task.json", &["--from", "label-studio"], "task.json:2: not a task of Label Studio: ");
    refused("blank.txt", &[], "blank.txt:1: no text; ");
    assert_eq!(room.files(), before);
}
