//! Whatever stands in somebody's data, a terminal is shown it and does not obey it.

use std::fs;

use serde_json::{Value, json};

use super::{Room, data};

/// A colour, a C1 control, a reversed direction, an invisible blank, a bell.
const HOSTILE: &str = "x\u{1b}[31m\u{9b}2J\u{202e}\u{200b}\u{7}y";
/// What is never printed but as an escape.
const OBEYED: [char; 5] = ['\u{1b}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{7}'];

fn hostile(name: &str) -> String {
    format!("{name}{HOSTILE}")
}

/// The small data set with hostile ids, names, tags and file names, a model of it, and what else commands read.
fn room() -> Room {
    let room = Room::new();
    let read = |name| fs::read_to_string(data(name)).unwrap();
    let mut taxonomy: Vec<Value> = serde_json::from_str(&read("taxonomy.json")).unwrap();
    let names: Vec<String> = taxonomy.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
    for (tag, name) in taxonomy.iter_mut().zip(&names) {
        tag["name"] = hostile(name.trim()).into();
        tag["aliases"] = json!([hostile("alias of ") + name]);
    }
    let lines = read("train.jsonl");
    let mut records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (place, record) in records.iter_mut().enumerate() {
        record["id"] = hostile(&format!("id{place}")).into();
        record["name"] = hostile(&format!("owner/name{place}")).into();
        let tags = record["tags"].as_array_mut().unwrap();
        // Every third record lacks its tags, so that there is something to review.
        tags.iter_mut()
            .filter(|tag| tag.is_string())
            .for_each(|tag| *tag = hostile(tag.as_str().unwrap().trim()).into());
        if place % 3 == 0 {
            tags.clear();
        }
    }
    let jsonl = |records: &[Value]| {
        records.iter().map(|record| record.to_string() + "\n").collect::<Vec<_>>().concat()
    };
    let twice = [&records[..5], &records[..5]].concat();
    let room = room
        .with("t.json", serde_json::to_string(&taxonomy).unwrap())
        .with("d.jsonl", jsonl(&records))
        .with("twice.jsonl", jsonl(&twice))
        .with(&hostile("bad.jsonl"), format!("{{\"id\":{:?},\"text\":5}}\n", "x\u{202e}"))
        .with("unknown.jsonl", jsonl(&[json!({"text": "x", "tags": [hostile("none")]})]))
        .with(
            "none.jsonl",
            jsonl(&records.iter().map(|record| json!({"id": record["id"], "tags": []})).collect::<Vec<_>>()),
        )
        .with(
            "decided.jsonl",
            jsonl(&[json!({"id": hostile("nobody"), "suggested_tags": [], "decision": "accept"})]),
        )
        .with("errors.jsonl", jsonl(&[json!({"id": records[0]["id"], "error": hostile("no")})]))
        .with("list.md", format!("# {}\n\n- [a/b](https://github.com/a/b) - x\n", hostile("No tag")))
        .with("s.toml", format!("{:?} = 1\n", "x\u{202e}"));
    let run = room.run(&["train", "d.jsonl", "--taxonomy", "t.json", "--out", "m.safetensors"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    room
}

#[test]
fn no_command_hands_what_data_hold_to_the_terminal() {
    let room = room();
    let bad = hostile("bad.jsonl");
    let (missing, unknown) = (hostile("missing"), hostile("tag"));
    let runs: Vec<Vec<&str>> = vec![
        vec!["predict", "d.jsonl", "--model", "m.safetensors", "--format", "table"],
        vec!["predict", "d.jsonl", "--model", "m.safetensors", "--format", "table", "--candidates", &unknown],
        vec!["predict", &bad, "--format", "table"],
        vec!["predict", &missing, "--format", "table"],
        vec!["predict", "--model", &missing, "d.jsonl"],
        vec!["explain", "d.jsonl", "--model", "m.safetensors", "--format", "table"],
        vec!["explain", "d.jsonl", "--model", "m.safetensors", "--format", "ansi"],
        vec!["explain", "d.jsonl", "--model", "m.safetensors", "--tag", &unknown],
        vec!["train", "unknown.jsonl", "--taxonomy", "t.json", "--out", "n.safetensors"],
        vec!["train", "d.jsonl", "--taxonomy", "t.json", "--out", "n.safetensors", "--settings", "s.toml"],
        vec!["evaluate", "d.jsonl", "--model", "m.safetensors"],
        vec!["evaluate", "d.jsonl", "--model", "m.safetensors", "--predictions", "errors.jsonl"],
        vec!["compare", "m.safetensors", "none.jsonl", "d.jsonl", "--format", "table"],
        vec!["cross-validate", "d.jsonl", "--taxonomy", "t.json", "--folds", "2"],
        vec!["review", "d.jsonl", "--model", "m.safetensors", "--format", "table"],
        vec!["review", "--unlabelled", "d.jsonl", "--model", "m.safetensors", "--format", "table"],
        vec!["data", "check", "d.jsonl", "twice.jsonl", &bad, "--taxonomy", "t.json", "--format", "table"],
        vec!["data", "stats", "d.jsonl", "unknown.jsonl", "--taxonomy", "t.json"],
        vec!["data", "import", "list.md", "-o", "i.jsonl"],
        vec!["data", "convert", &missing, "-o", "c.jsonl"],
        vec!["data", "split", "d.jsonl", "--part", &missing],
        vec!["apply", "decided.jsonl", "d.jsonl", "-o", "a.jsonl"],
        vec![&unknown],
        vec!["predict", "--format", &unknown],
    ];
    for args in runs {
        let mut command = room.command(&args);
        command.env("NO_COLOR", "1");
        let run = super::Run::of(command);
        assert!(run.code <= 2, "{args:?}: {}", run.stderr);
        for printed in [&run.stdout, &run.stderr] {
            let found = printed.lines().find(|line| line.contains(OBEYED));
            assert_eq!(found, None, "{args:?}");
        }
        assert!(
            run.stdout.contains("\\u001b") || run.stderr.contains("\\u"),
            "{args:?}: {}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn data_that_go_to_no_terminal_stay_as_they_are() {
    let room = room();
    let run = room.run(&["predict", "d.jsonl", "--model", "m.safetensors"]);
    assert!(run.stdout.contains('\u{202e}') && run.stdout.contains('\u{9b}'));
}

#[cfg(unix)]
#[test]
fn on_a_terminal_json_is_the_same_json_with_escapes() {
    use super::terminal::Terminal;

    let room =
        Room::new().with("d.jsonl", json!({"id": HOSTILE, "text": "a terminal file manager"}).to_string());
    let mut terminal = Terminal::start(&room, &["predict", "d.jsonl"]);
    terminal.wait_for("\\u001b[31m\\u009b2J\\u202e\\u200b\\u0007y");
}
