use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{Room, Run, data, read_json};

/// Cross-validates the small labelled set in three folds.
fn cross_validate(room: &Room, args: &[&str]) -> Run {
    let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
    let base = ["cross-validate", &records, "--taxonomy", &taxonomy, "--folds", "3"];
    room.run(&[&base, args].concat())
}

#[test]
fn every_record_is_predicted_once_in_order_and_with_all_scores() {
    let room = Room::new();
    let run = cross_validate(&room, &["--out", "p.jsonl", "--json", "figures.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("3-fold cross-validation, threshold 0."), "{}", run.stdout);
    let lines = fs::read_to_string(room.path("p.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<u64> = lines.iter().map(|line| line["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=120).collect::<Vec<u64>>());
    let folds: BTreeSet<u64> = lines.iter().map(|line| line["fold"].as_u64().unwrap()).collect();
    assert_eq!(folds, BTreeSet::from([1, 2, 3]));
    for line in &lines {
        let scores = line["scores"].as_object().unwrap();
        assert_eq!(scores.len(), 12);
        let score = |tag: &Value| scores[tag.as_str().unwrap()].as_f64().unwrap();
        let decided: Vec<f64> = line["tags"].as_array().unwrap().iter().map(score).collect();
        assert!(decided.len() <= 3 && decided.is_sorted_by(|a, b| a >= b), "{line}");
    }
    assert!(read_json(&room.path("figures.json"))["curves"].is_object());
}

#[test]
fn the_predictions_give_the_same_figures() {
    let room = Room::new();
    assert_eq!(cross_validate(&room, &["--out", "p.jsonl.gz", "--json", "a.json"]).code, 0);
    let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
    let predictions = ["--predictions", "p.jsonl.gz", "--taxonomy", &taxonomy, "--json", "b.json"];
    let run = room.run(&[&["evaluate", &records], &predictions[..]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (ours, theirs) = (read_json(&room.path("a.json")), read_json(&room.path("b.json")));
    for part in ["figures", "reliability", "confusions", "data"] {
        assert_eq!(ours[part], theirs[part], "{part}");
    }
    assert!(ours["figures"]["micro_f1"]["value"].as_f64().unwrap() > 0.5);
    assert!(ours["figures"]["lrap"]["value"].is_f64());
}

#[test]
fn no_fold_knows_its_own_records() {
    // Labels by chance cannot be learned, so whoever does well has seen them.
    let tags = ["cli", "database", "game", "iot"];
    let line = |number: usize| {
        let tag = tags[(number * 7 + number / 3 * 5 + number / 11) % 4];
        format!("{{\"id\":{number},\"text\":\"thing{number} stuff{number}\",\"tags\":[\"{tag}\"]}}\n")
    };
    let room = Room::new().with("d.jsonl", (0..120).map(line).collect::<String>());
    let taxonomy = data("taxonomy.json");
    let run = room.run(&["cross-validate", "d.jsonl", "--taxonomy", &taxonomy, "--json", "-"]);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    let precision = figures["figures"]["p_at_1"]["value"].as_f64().unwrap();
    assert!(precision < 0.5, "{precision}");
}

#[test]
fn the_seed_and_the_settings_decide_and_the_threads_do_not() {
    let predictions = |args: &[&str]| {
        let room = Room::new().with("s.toml", "[linear]\nc = 1\n");
        let run = cross_validate(&room, &[&["--out", "p.jsonl"], args].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        fs::read(room.path("p.jsonl")).unwrap()
    };
    let first = predictions(&["--jobs", "1"]);
    assert_eq!(first, predictions(&["--jobs", "2"]));
    assert_ne!(first, predictions(&["--seed", "2"]));
    assert_ne!(first, predictions(&["--settings", "s.toml"]));
}

#[test]
fn a_bound_that_does_not_hold_fails() {
    let run = cross_validate(&Room::new(), &["--fail-under", "micro_f1=0.999"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("failed: micro_f1 is 0."), "{}", run.stderr);
}

#[test]
fn wrong_usage_and_bad_data_are_refused_before_the_work() {
    let room = Room::new().with("bad.jsonl", "{\"text\":\"x\",\"tags\":[\"graphq\"]}\n");
    let taxonomy = data("taxonomy.json");
    let run = |args: &[&str]| room.run(&[&["cross-validate", "--taxonomy", &taxonomy], args].concat());
    run(&["bad.jsonl"]).assert_refused(&["bad.jsonl:1: unknown tag \"graphq\""]);
    run(&["bad.jsonl", "--out", "bad.jsonl"]).assert_refused(&["--out (bad.jsonl) would replace what DATA "]);
    run(&["bad.jsonl", "--out", "none/p.jsonl"]).assert_refused(&["none/p.jsonl: cannot write"]);
    let refused = cross_validate(&room, &["--folds", "1"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
}
