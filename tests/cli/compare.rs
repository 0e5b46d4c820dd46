use serde_json::Value;

use super::{Room, Run, data, model, name, read_json};

/// A room with predictions of the small model, and the same with a wrong tag for every record.
fn room() -> Room {
    let room = Room::new();
    let records = data("train.jsonl");
    let run = room.run(&["predict", &records, "--model", model(), "--tags", "names"]);
    let worse = run.stdout.lines().map(|line| {
        let mut prediction: Value = serde_json::from_str(line).unwrap();
        prediction["tags"] = serde_json::json!(["blockchain"]);
        format!("{prediction}\n")
    });
    let worse: String = worse.collect();
    room.with("same.jsonl", run.stdout).with("worse.jsonl", worse)
}

fn compare(room: &Room, a: &str, b: &str, args: &[&str]) -> Run {
    room.run(&[&["compare", a, b, &data("train.jsonl")], args].concat())
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let run = compare(&Room::new(), model(), model(), &["--json", "-"]);
    assert_eq!((run.code, &*run.complaints()), (0, ""));
    let comparison: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(comparison["verdict"]["outcome"], "no-difference");
    for (name, figure) in comparison["figures"].as_object().unwrap() {
        let difference = serde_json::json!({ "value": 0.0, "low": 0.0, "high": 0.0 });
        assert_eq!((&figure["difference"], &figure["p_value"]), (&difference, &1.0.into()), "{name}");
    }
    assert_eq!(comparison["flips"], serde_json::json!([]));
}

#[test]
fn what_is_worse_is_called_worse_and_fails_on_demand() {
    let room = room();
    let run = compare(&room, model(), "worse.jsonl", &["--fail-if-worse", "--format", "table"]);
    assert_eq!(run.code, 1);
    let verdict = run.stdout.lines().find(|line| line.starts_with("B is worse: micro F1 -")).unwrap();
    assert!(verdict.ends_with(", p < 0.001"), "{verdict}");
    assert_eq!(run.complaints(), format!("failed: {verdict}\n"));
    assert!(run.stdout.lines().skip(3).all(|line| line.chars().count() <= 80), "{}", run.stdout);

    let better = compare(&room, "worse.jsonl", model(), &["--fail-if-worse", "--format", "table"]);
    assert_eq!((better.code, &*better.complaints()), (0, ""));
    assert!(better.stdout.contains("\nB is better: micro F1 +"), "{}", better.stdout);
    let same = compare(&room, model(), "same.jsonl", &["--fail-if-worse", "--format", "table"]);
    assert_eq!(same.code, 0);
    assert!(same.stdout.contains("\nNo difference can be shown: micro F1 +0.0 points"), "{}", same.stdout);
}

#[test]
fn the_records_that_flipped_are_lines_and_the_summary_goes_to_standard_error() {
    let room = room();
    let run = compare(&room, "same.jsonl", "worse.jsonl", &[]);
    let flips: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("\nB is worse: ") && run.complaints().starts_with("A  same.jsonl; "),
        "{}",
        run.stderr
    );
    assert!(flips.len() > 50, "{}", flips.len());
    let first = &flips[0];
    assert_eq!((&first["id"], &first["name"]), (&1.into(), &"birch/tally".into()));
    assert_eq!((name(&first["gold"][0]), name(&first["b"][0])), ("cli".to_owned(), "blockchain".to_owned()));
    assert_eq!(first["change"], -1.0);
}

#[test]
fn everything_is_there_as_json_and_markdown() {
    let room = room();
    let run = compare(&room, "same.jsonl", "worse.jsonl", &["--json", "c.json", "--markdown", "c.md"]);
    assert_eq!(run.code, 0);
    let comparison = read_json(&room.path("c.json"));
    let figure = &comparison["figures"]["micro_f1"];
    let [a, b, difference] =
        [&figure["a"], &figure["b"], &figure["difference"]["value"]].map(|n| n.as_f64().unwrap());
    assert!((b - a - difference).abs() < 1e-12 && difference < 0.0, "{figure}");
    assert!(comparison["figures"]["lrap"].is_null());
    assert_eq!(comparison["flips"].as_array().unwrap().len(), run.stdout.lines().count());
    let gains: Vec<_> = comparison["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["difference"]["value"].as_f64())
        .collect();
    assert!(gains.is_sorted_by(|a, b| a >= b), "{gains:?}");
    let markdown = std::fs::read_to_string(room.path("c.md")).unwrap();
    assert!(markdown.starts_with("## B is worse: micro F1 "), "{markdown}");
}

#[test]
fn any_number_of_threads_gives_the_same_comparison() {
    let room = room();
    let json = |jobs| compare(&room, model(), "worse.jsonl", &["--json", "-", "--jobs", jobs]).stdout;
    assert_eq!(json("1"), json("2"));
}

#[test]
fn models_with_other_tags_are_compared_over_the_tags_of_both() {
    let taxonomy = std::fs::read_to_string(data("taxonomy.json")).unwrap();
    let longer =
        taxonomy.trim_end().strip_suffix(']').unwrap().to_owned() + ",{\"id\":99,\"name\":\"notebook\"}]";
    let room = Room::new()
        .with("t.json", longer)
        .with("d.jsonl", "{\"text\":\"A notebook\",\"tags\":[\"notebook\"]}\n");
    let run = room.run(&["train", &data("train.jsonl"), "--taxonomy", "t.json", "--out", "b.safetensors"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = room.run(&["compare", model(), "b.safetensors", "d.jsonl", "--json", "-"]);
    let comparison: Value = serde_json::from_str(&run.stdout).unwrap();
    let tag = comparison["tags"].as_array().unwrap().iter().find(|tag| tag["name"] == "notebook").unwrap();
    assert_eq!((&tag["support"], &tag["a"]), (&1.into(), &0.0.into()));

    room.run(&["compare", model(), "default", "d.jsonl"]).assert_refused(&["other tags with the same ids"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let room = room();
    compare(&room, "missing.jsonl", model(), &[]).assert_refused(&["missing.jsonl: cannot read: "]);
    compare(&room, model(), "same.jsonl", &["--taxonomy", "t.json"])
        .assert_refused(&["--taxonomy is for two files"]);
    let none = Room::new().with("p.jsonl", "{\"id\":1}\n");
    compare(&none, model(), "p.jsonl", &[]).assert_refused(&["p.jsonl:1: the prediction has neither"]);
    let broken = Room::new().with("m.safetensors", "no model");
    compare(&broken, "m.safetensors", model(), &[]).assert_refused(&["m.safetensors: not a usable model"]);
}
