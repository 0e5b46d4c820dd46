use serde_json::{Value, json};

use super::{Room, data, run};

const RECORDS: &str = "\
{\"id\":1,\"text\":\"x\",\"tags\":[\"cli\",\"gam-engine\"]}
{\"id\":1,\"text\":\"y\\u0007\",\"tag\":[\"cli\"]}
{broken
{\"id\":3,\"text\":\"x\",\"tags\":[]}
{\"id\":4,\"tags\":[\"cli\",\"ai\",\"iot\",\"cms\"]}
";

fn problems(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn all_problems_of_all_files_are_named_with_their_lines() {
    let room = Room::new().with("a.jsonl", RECORDS).with("b.csv", "id,text,tags\n4,x,cli;cli\n");
    let checked = run(&room, &["check", "a.jsonl", "b.csv"]);
    assert_eq!(checked.code, 1);
    assert_eq!(checked.stderr, "6 records in 2 files: 7 errors, 4 warnings\n");
    let problems = problems(&checked.stdout);
    let short = |problem: &Value| {
        format!("{}:{} {}", problem["file"], problem["line"], problem["kind"]).replace('"', "")
    };
    assert_eq!(
        problems.iter().map(short).collect::<Vec<_>>(),
        [
            "a.jsonl:1 unknown-tag",
            "a.jsonl:2 repeated-id",
            "a.jsonl:2 broken-text",
            "a.jsonl:2 no-tags",
            "a.jsonl:3 unreadable",
            "a.jsonl:4 contradiction",
            "a.jsonl:5 no-text",
            "a.jsonl:5 many-tags",
            "b.csv:2 repeated-id",
            "b.csv:2 repeated-tag",
            "b.csv:2 repeated-text",
        ]
    );
    assert_eq!(
        problems[0],
        json!({
            "id": 1, "file": "a.jsonl", "line": 1, "severity": "error", "kind": "unknown-tag",
            "message": "unknown tag \"gam-engine\"; did you mean \"game-engine\"? Otherwise add it to the taxonomy file",
        })
    );
}

#[test]
fn good_data_has_no_problem() {
    let checked = run(&Room::new(), &["check", &data("train.jsonl")]);
    assert_eq!((checked.code, checked.stdout.as_str()), (0, ""));
    assert_eq!(checked.stderr, "120 records in 1 file: 0 errors, 0 warnings\n");
}

#[test]
fn warnings_alone_are_no_failure() {
    let room = Room::new().with("a.jsonl", "{\"text\":\"cafÃ©\",\"tags\":[]}\n");
    let checked = run(&room, &["check", "a.jsonl", "--format", "table"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, "1 record in 1 file: 0 errors, 1 warning\n"));
    let mut lines = checked.stdout.lines();
    assert!(lines.all(|line| line.chars().count() <= 80), "{}", checked.stdout);
    assert!(checked.stdout.contains("a.jsonl:1  warning  \"text\" has \"Ã©\", UTF-8"), "{}", checked.stdout);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_checked() {
    let room = Room::new().with("a.jsonl", "{\"text\":\"x\",\"tags\":[]}\n");
    let checked = run(&room, &["check", "none.jsonl", "a.jsonl"]);
    assert_eq!(checked.code, 1);
    assert!(checked.stderr.starts_with("error: none.jsonl: cannot read: "), "{}", checked.stderr);
    assert!(checked.stderr.ends_with("1 record in 1 file: 0 errors, 0 warnings\n"), "{}", checked.stderr);
    assert_eq!(run(&room, &["check", "none.jsonl"]).code, 2);
}
