use serde_json::Value;

use super::{Room, Run, model};

const BROKER: &str =
    r#"{"id": 7, "name": "acme/queue", "description": "A message broker with durable queues"}"#;

fn explain(room: &Room, args: &[&str]) -> Run {
    room.run(&[&["explain", "--model", model()], args].concat())
}

fn broker() -> Room {
    Room::new().with("p.jsonl", BROKER)
}

/// The explained tags of the only record.
fn tags(run: &Run) -> Vec<Value> {
    let lines = run.lines();
    assert_eq!(lines.len(), 1);
    lines[0]["tags"].as_array().unwrap().clone()
}

fn names(run: &Run) -> Vec<String> {
    tags(run).iter().map(super::name).collect()
}

fn kinds(tag: &Value) -> Vec<&str> {
    tag["contributions"].as_array().unwrap().iter().map(|part| part["kind"].as_str().unwrap()).collect()
}

#[test]
fn contributions_add_up_to_the_logit_and_so_to_the_score_of_predict() {
    for terms in ["0", "3", "1000"] {
        let run = explain(&broker(), &["p.jsonl", "--tag", "cli", "--terms", terms]);
        assert!(
            run.stdout.starts_with("{\"id\":7,\"tags\":[{\"id\":90,\"name\":\"message-queue\","),
            "{}",
            run.stdout
        );
        for tag in tags(&run) {
            let parts = tag["contributions"].as_array().unwrap();
            let sum: f64 = parts.iter().map(|part| part["value"].as_f64().unwrap()).sum();
            assert!((sum - tag["logit"].as_f64().unwrap()).abs() < 1e-5);
            let probability = 1.0 / (1.0 + (-sum).exp());
            assert!((probability - tag["score"].as_f64().unwrap()).abs() < 1e-5);
        }
    }
    let explained = tags(&explain(&broker(), &["p.jsonl"]))[0]["score"].as_f64().unwrap();
    let predicted =
        broker().predict(&["p.jsonl", "--scores"]).lines()[0]["tags"][0]["score"].as_f64().unwrap();
    assert!((explained - predicted).abs() <= 0.5e-4);
}

#[test]
fn words_and_mentions_say_where_they_stand() {
    let tag = &tags(&explain(&broker(), &["p.jsonl", "--terms", "100"]))[0];
    let parts = tag["contributions"].as_array().unwrap();
    let part = |key: &str, value: &str| parts.iter().find(|part| part[key] == value).unwrap();
    assert_eq!(part("words", "broker")["fields"], serde_json::json!(["description"]));
    let mention = part("spelling", "message broker");
    assert_eq!(mention["places"], serde_json::json!([{"field": "description", "times": 1}]));
    assert!(mention["value"].as_f64().unwrap() > 0.0);
    assert!(kinds(tag).contains(&"tag") && kinds(tag).last() == Some(&"start"));
}

#[test]
fn a_tag_that_was_just_missed_is_explained_unasked() {
    let none = explain(&broker(), &["p.jsonl", "--threshold", "1"]);
    assert_eq!(names(&none), ["message-queue"]);
    assert_eq!(tags(&none)[0]["given"], false);

    let run = explain(&broker(), &["p.jsonl", "--top", "1", "--threshold", "0.001"]);
    let given: Vec<Value> = tags(&run).iter().map(|tag| tag["given"].clone()).collect();
    assert_eq!(given, [true, false]);
    let table =
        explain(&broker(), &["p.jsonl", "--top", "1", "--threshold", "0.001", "--format", "table"]).stdout;
    assert!(table.contains(", beyond the limit of 1\n"), "{table}");

    let table = explain(&broker(), &["p.jsonl", "--format", "table", "--threshold", "1"]).stdout;
    let heading = "message-queue  not given: 0.9";
    assert!(table.contains(heading) && table.contains(", needs 1.000\n  against: "), "{table}");
}

#[test]
fn tags_are_asked_for_by_name_or_id_and_explained_once() {
    let run =
        explain(&broker(), &["p.jsonl", "--tag", "message-queue", "--tag", "81", "--tag", "game-engine"]);
    let names = names(&run);
    assert_eq!(names.first().map(String::as_str), Some("message-queue"));
    assert_eq!(names.iter().filter(|name| *name == "game-engine ").count(), 1);
    assert_eq!(names.iter().filter(|name| *name == "message-queue").count(), 1);
    explain(&broker(), &["p.jsonl", "--tag", "game-engin"])
        .assert_refused(&["--tag: unknown tag \"game-engin\"; did you mean \"game-engine\"?"]);
}

#[test]
fn a_tag_that_is_no_candidate_says_so() {
    let room = Room::new().with("p.json", r#"{"text": "a message broker", "candidates": ["cli"]}"#);
    let run = explain(&room, &["p.json", "--tag", "message-queue", "--format", "table"]);
    assert!(run.stdout.contains("message-queue  not given: "), "{}", run.stdout);
    assert!(run.stdout.contains(", but no candidate\n"), "{}", run.stdout);
}

#[test]
fn bad_records_have_their_error_in_their_place() {
    let room = Room::new().with("p.jsonl", format!("{{\"id\": 8}}\n{BROKER}\n"));
    for (format, expected) in [
        ("jsonl", "{\"id\":8,\"error\":\"p.jsonl:1: no text; "),
        ("json", "[\n{\"id\":8,\"error\":\"p.jsonl:1: no text; "),
        ("table", "8\n\nerror: p.jsonl:1: no text; "),
        ("html", "<h2>8</h2><p class=\"error\">error: p.jsonl:1: no text; "),
    ] {
        let run = explain(&room, &["p.jsonl", "--format", format]);
        assert_eq!((run.code, run.stderr.lines().count()), (1, 1));
        assert!(run.stdout.contains(expected), "{}", run.stdout);
        assert!(run.stdout.contains("message-queue"), "{}", run.stdout);
    }
    explain(&room, &["missing.md"]).assert_refused(&["missing.md: cannot read: "]);
}

#[test]
fn text_without_known_words_is_explained_too() {
    let room = Room::new().with("p.txt", "zzyzx qwxv");
    for format in ["jsonl", "table", "ansi", "html"] {
        let run = explain(&room, &["p.txt", "--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format}");
    }
    let run = explain(&room, &["p.txt"]);
    assert!(!kinds(&tags(&run)[0]).contains(&"words"));
}

#[test]
fn a_table_has_at_most_80_columns_and_no_control_characters() {
    let text = format!("message\u{1b}[2J {} {}", "brokerqueue".repeat(20), "queues for games ".repeat(30));
    let room = Room::new().with("p.txt", text);
    for format in ["table", "ansi"] {
        let mut command = room.command(&["explain", "p.txt", "--format", format, "--tag", "cli"]);
        command.env("NO_COLOR", "1");
        let run = Run::of(command);
        let is_wide = |line: &&str| line.chars().count() > 80 && !line.contains("brokerqueuebroker");
        assert_eq!(run.stdout.lines().find(is_wide), None);
        assert!(!run.stdout.contains('\u{1b}'));
    }
}

#[test]
fn ansi_highlights_words_with_colours_or_with_brackets() {
    let run = |no_color: &str| {
        let room = broker();
        let mut command = room.command(&["explain", "--model", model(), "p.jsonl", "--format", "ansi"]);
        command.env("NO_COLOR", no_color);
        Run::of(command).stdout
    };
    assert!(run("").contains("\u{1b}[30m\u{1b}[42m"), "{}", run(""));
    let plain = run("1");
    assert!(plain.contains("\n    description\n    A [+message] [+broker] with "), "{plain}");
}

#[test]
fn html_is_one_page_in_which_texts_are_escaped() {
    let readme = "<script>alert(1)</script> A message broker & \\\"queue\\\"";
    let room = Room::new().with("p.json", format!(r#"{{"id": "<b>", "readme": "{readme}"}}"#));
    let page = explain(&room, &["p.json", "--format", "html"]).stdout;
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"), "{page}");
    assert!(page.contains("<h2>&lt;b&gt;</h2>") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script") && !page.contains("http"), "{page}");
    assert!(page.contains("<mark class=\"for\""), "{page}");
    for part in ["prefers-color-scheme: dark", "name=\"viewport\""] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn explanations_are_the_same_by_any_number_of_threads() {
    let records: Vec<String> =
        (0..300).map(|id| format!(r#"{{"id": {id}, "text": "game {id} for the terminal"}}"#)).collect();
    let room = Room::new().with("p.jsonl", records.join("\n"));
    let run = |jobs| explain(&room, &["p.jsonl", "--jobs", jobs]).stdout;
    assert!(run("1") == run("2") && run("1").lines().count() == 300);
}
