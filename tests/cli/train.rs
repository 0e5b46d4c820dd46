use std::fs;

use serde_json::Value;

use super::{Room, Run, data, read_json};

const TAXONOMY: &str = r#"[{"id": 1, "name": "cli"}, {"id": 2, "name": "graphql"}]"#;
const RECORDS: &str =
    "{\"text\": \"a shell\", \"tags\": [1]}\n{\"text\": \"a schema\", \"tags\": [\"graphql\"]}\n";

/// A room with a taxonomy and two good records.
fn room() -> Room {
    Room::new().with("t.json", TAXONOMY).with("d.jsonl", RECORDS)
}

/// Trains on the small data.
fn train(room: &Room, out: &str, args: &[&str]) -> Run {
    let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
    room.run(&[&["train", &records, "--taxonomy", &taxonomy, "--out", out], args].concat())
}

#[test]
fn a_training_tells_what_came_out_of_it() {
    let room = Room::new();
    let run = train(&room, "m", &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(room.files(), ["m"]);
    for part in [
        "warning: tag \"cms\" has 1 of the at least 2 records needed",
        "warning: tag \"blockchain\" has 0 of the at least 2 records needed",
        "\nbase level ",
        "\nstacked level ",
        "\n120 records, 12 tags, ",
        "\n5-fold cross-validation: P@1 0.",
        "\nm: 0.0",
    ] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert!(!run.stderr.contains('\u{1b}'), "no bars without a terminal");
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let room = Room::new();
    for (out, args) in [
        ("one", &["--jobs", "1"][..]),
        ("two", &["--jobs", "2"]),
        ("seeded", &["--seed", "1", "--folds", "5"]),
        ("other-seed", &["--seed", "2"]),
        ("other-folds", &["--folds", "3"]),
    ] {
        assert_eq!(train(&room, out, args).code, 0);
    }
    let bytes = |name| fs::read(room.path(name)).unwrap();
    assert!(bytes("one") == bytes("two") && bytes("one") == bytes("seeded"));
    assert!(bytes("one") != bytes("other-seed") && bytes("one") != bytes("other-folds"));
}

#[test]
fn the_summary_is_there_as_json() {
    let room = Room::new();
    let run = train(&room, "m", &["--json", "-", "--folds", "4"]);
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&summary["records"], &summary["tags"], &summary["model"]),
        (&120.into(), &12.into(), &"m".into())
    );
    assert_eq!(summary["cross_validation"]["folds"], 4);
    assert_eq!(summary["bytes"], fs::metadata(room.path("m")).unwrap().len());
    assert!(summary["rule"]["threshold"].as_f64().unwrap() > 0.0);
    assert_eq!(train(&room, "m", &["--json", "s.json"]).code, 0);
    assert_eq!(read_json(&room.path("s.json"))["records"], 120);
}

#[test]
fn settings_are_read_and_options_go_before_them() {
    let room = Room::new().with("s.toml", "folds = 3\nseed = 9\n[linear]\nepochs = 2\n");
    let json = |args: &[&str]| -> Value {
        serde_json::from_str(&train(&room, "m", &[&["--json", "-"], args].concat()).stdout).unwrap()
    };
    assert_eq!(json(&["--settings", "s.toml"])["cross_validation"]["folds"], 3);
    assert_eq!(json(&["--settings", "s.toml", "--folds", "2"])["cross_validation"]["folds"], 2);
}

#[test]
fn wrong_settings_are_refused_by_file_line_and_key() {
    let room = Room::new()
        .with("key.toml", "seed = 1\n[linear]\nepoch = 2\n")
        .with("range.toml", "\n[linear]\nc = 0\n");
    train(&room, "m", &["--settings", "key.toml"]).assert_refused(&["key.toml:3: unknown field `epoch`"]);
    let parts = ["range.toml:3: linear.c: expected a number above 0, found 0"];
    train(&room, "m", &["--settings", "range.toml"]).assert_refused(&parts);
    train(&room, "m", &["--settings", "none.toml"])
        .assert_refused(&["none.toml: cannot read the settings: "]);
    train(&room, "m", &["--folds", "1"]).assert_refused(&["folds: expected 2 or more, found 1"]);
    assert_eq!(room.files(), ["key.toml", "range.toml"]);
}

#[test]
fn data_that_cannot_be_learned_from_is_refused() {
    let broken = format!("{RECORDS}{{\"text\": \n");
    let room = room()
        .with("unknown.jsonl", format!("{RECORDS}{{\"text\": \"x\", \"tags\": [\"graphq\"]}}\n"))
        .with("broken.jsonl", broken)
        .with("no-tags.jsonl", "{\"text\": \"x\"}\n")
        .with("no-text.jsonl", "{\"tags\": []}\n")
        .with("one.jsonl", "{\"text\": \"x\", \"tags\": []}\n")
        .with("empty.jsonl", "");
    let before = room.files();
    for (name, parts) in [
        ("unknown.jsonl", &["unknown.jsonl:3: unknown tag \"graphq\"; did you mean \"graphql\"?"][..]),
        ("broken.jsonl", &["broken.jsonl:3: bad JSON: "]),
        ("no-tags.jsonl", &["no-tags.jsonl:1: the record has no \"tags\"; give its tags, or [] for none"]),
        ("no-text.jsonl", &["no-text.jsonl:1: no text; give at least one of "]),
        ("empty.jsonl", &["empty.jsonl: there is nothing in it; "]),
        ("missing.jsonl", &["missing.jsonl: cannot read: "]),
        (".", &[".: is a directory; "]),
    ] {
        room.run(&["train", name, "--taxonomy", "t.json", "--out", "m"]).assert_refused(parts);
    }
    let run = room.run(&["train", "one.jsonl", "--taxonomy", "t.json", "--out", "m"]);
    assert_eq!(run.code, 2);
    let expected = "error: cannot train: 1 labelled records; give at least 2, ";
    assert!(run.stderr.lines().last().unwrap().starts_with(expected), "{}", run.stderr);
    assert_eq!(room.files(), before);
}

#[test]
fn a_taxonomy_that_is_none_is_refused() {
    let room = room()
        .with("twice.json", r#"[{"id": 1, "name": "cli"}, {"id": 2, "name": "cli "}]"#)
        .with("ids.json", r#"[{"id": 1, "name": "cli"}, {"id": 1, "name": "gui"}]"#)
        .with("none.json", "[]")
        .with("words.json", "[\"cli\",\n\"gui\"]");
    for (name, message) in [
        (
            "twice.json",
            "twice.json: the name \"cli\" stands twice; give every tag an id and a name of its own",
        ),
        ("ids.json", "ids.json: the id 1 stands twice; "),
        ("none.json", "none.json: the taxonomy has no tags; "),
        ("words.json", "words.json:1: not a taxonomy: "),
        ("missing.json", "missing.json: cannot read the taxonomy: "),
    ] {
        room.run(&["train", "d.jsonl", "--taxonomy", name, "--out", "m"]).assert_refused(&[message]);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_the_work() {
    let room = room();
    fs::create_dir(room.path("folder")).unwrap();
    // The data is bad too: the output is looked at first.
    for (out, message) in [
        ("none/m", "none/m: cannot write: there is no directory none; create it first"),
        ("folder", "folder: cannot write: it is a directory; name a file"),
    ] {
        room.run(&["train", "missing.jsonl", "--taxonomy", "t.json", "--out", out])
            .assert_refused(&[message]);
        let args = ["train", "d.jsonl", "--taxonomy", "t.json", "--out", "m", "--json", out];
        room.run(&args).assert_refused(&[message]);
    }
    let run = room.run(&["train", "d.jsonl", "--taxonomy", "t.json", "--out", "-"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("a model is written to a file; name one"), "{}", run.stderr);
    assert_eq!(room.files(), ["d.jsonl", "folder", "t.json"]);
}

#[test]
fn inputs_are_not_replaced() {
    let room = room();
    for out in ["d.jsonl", "./t.json"] {
        let run = room.run(&["train", "d.jsonl", "--taxonomy", "t.json", "--out", out]);
        run.assert_refused(&[out, "would replace an input; name another file"]);
    }
    assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), RECORDS);
}

#[test]
fn a_tag_without_records_is_recognised_by_its_name() {
    let room = Room::new().with("p.md", "An explorer for the Ethereum blockchain");
    let run = room.predict(&["p.md", "--tags", "names"]);
    assert!(run.stdout.contains("\"blockchain\""), "{}", run.stdout);
}
