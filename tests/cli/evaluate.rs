use serde_json::Value;

use super::{Room, Run, data, model, read_json};

/// Evaluates the small model on the data it was trained on.
fn evaluate(room: &Room, args: &[&str]) -> Run {
    let records = data("train.jsonl");
    room.run(&[&["evaluate", &records, "--model", model()], args].concat())
}

fn figures(args: &[&str]) -> Value {
    let run = evaluate(&Room::new(), &[&["--json", "-"], args].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn figures_are_printed_for_people() {
    let run = evaluate(&Room::new(), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("120 records, 12 tags\n\nP@1  0."), "{}", run.stdout);
    assert!(run.stdout.contains("\nmicro average "), "{}", run.stdout);
    assert!(run.stdout.contains("\nblockchain "), "{}", run.stdout);
}

#[test]
fn figures_are_there_as_json_with_names_and_ids() {
    let room = Room::new();
    let run = evaluate(&room, &["--json", "f.json"]);
    let figures = read_json(&room.path("f.json"));
    assert_eq!(figures["records"], 120);
    assert_eq!(figures["rule"]["top"], 3);
    let f1 = figures["micro"]["f1"].as_f64().unwrap();
    assert!(run.stdout.contains(&format!("   {f1:.3}\n")), "{}", run.stdout);
    let tag = &figures["tags"][3];
    assert_eq!((&tag["id"], &tag["name"], &tag["support"]), (&81.into(), &"game-engine ".into(), &10.into()));
    assert!(tag["f1"].as_f64().unwrap() > 0.5 && tag["average_precision"].is_f64());
    let expected = evaluate(&room, &["--json", "-"]).stdout;
    assert_eq!(std::fs::read_to_string(room.path("f.json")).unwrap(), expected);
}

#[test]
fn figures_are_there_by_group() {
    let figures = figures(&[]);
    let groups = figures["groups"].as_array().unwrap();
    let names: Vec<&str> = groups.iter().map(|group| group["name"].as_str().unwrap()).collect();
    let of_tags = ["head", "middle", "tail"];
    assert!(names.ends_with(&of_tags) && names[..names.len() - 3].contains(&"english"), "{names:?}");
    for by in ["kind", "language"] {
        let records = groups.iter().filter(|group| group["by"] == by).map(|group| group["records"].as_u64());
        assert_eq!(records.sum::<Option<u64>>(), Some(120), "{by}");
    }
    assert!(groups[0]["p_at_1"].is_f64() && groups.last().unwrap()["p_at_1"].is_null());
}

/// The small model with a change to the training counts in its header; the change keeps the length.
fn model_with_support(change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut bytes = std::fs::read(model()).unwrap();
    let key = br#"\"support\":["#;
    let start = bytes.windows(key.len()).position(|window| window == key).unwrap();
    change(&mut bytes[start..]);
    bytes
}

#[test]
fn a_model_without_training_counts_has_no_groups_by_frequency() {
    let old = model_with_support(|header| header[2..9].copy_from_slice(b"unknown"));
    let run = Room::new().with("old", old).run(&["evaluate", &data("train.jsonl"), "--model", "old"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("\nlanguage ") && !run.stdout.contains("\nfrequency "), "{}", run.stdout);
}

#[test]
fn training_counts_of_other_tags_are_refused() {
    let damaged = model_with_support(|header| {
        let first = header.iter().position(|byte| *byte == b'[').unwrap() + 1;
        let end = header.iter().position(|byte| *byte == b',').unwrap() + 1;
        header[first..end].fill(b' ');
    });
    let run =
        Room::new().with("damaged", damaged).run(&["evaluate", &data("train.jsonl"), "--model", "damaged"]);
    run.assert_refused(&["expected the support of 12 tags, found that of 11"]);
}

#[test]
fn the_calibration_of_the_decided_tags_is_there_bin_by_bin() {
    let figures = figures(&[]);
    let bins = figures["calibration"]["bins"].as_array().unwrap();
    let decided = figures["mean_tags"].as_f64().unwrap() * 120.0;
    let counted: u64 = bins.iter().map(|bin| bin["count"].as_u64().unwrap()).sum();
    assert!(bins.len() == 10 && (decided - counted as f64).abs() < 1e-6, "{decided} and {counted}");
    assert!(evaluate(&Room::new(), &[]).stdout.contains("\ncalibration "));
}

#[test]
fn records_are_judged_as_if_they_lacked_a_field() {
    let records = "{\"name\":\"a/clicker\",\"description\":\"A shell\",\"tags\":[]}\n\
                   {\"name\":\"b/painter\",\"tags\":[]}\n{\"readme\":\"# C\\n\\nA game.\",\"tags\":[]}\n";
    let room = Room::new().with("d.jsonl", records);
    let judge = |args: &[&str]| room.run(&[&["evaluate", "d.jsonl", "--model", model()], args].concat());

    let run = judge(&["--without", "name", "--json", "-"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "warning: 1 record has no other text and is skipped\n"));
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&figures["records"], &figures["without"]), (&2.into(), &serde_json::json!(["name"])));

    let run = judge(&["--without", "description", "--without", "name", "--without", "name"]);
    assert_eq!(run.stderr, "warning: 2 records have no other text and are skipped\n");
    assert!(run.stdout.starts_with("1 record, 12 tags\n"), "{}", run.stdout);

    judge(&["--without", "name", "--without", "description", "--without", "readme"])
        .assert_refused(&["no record has any other text; leave out fewer fields"]);
    assert_eq!(judge(&["--without", "tags"]).code, 2);
}

#[test]
fn top_and_threshold_replace_the_models_rule() {
    let every = figures(&["--threshold", "0", "--top", "12"]);
    assert_eq!((&every["mean_tags"], &every["micro"]["recall"]), (&12.0.into(), &1.0.into()));
    assert_eq!(figures(&["--threshold", "1"])["no_tag_share"], 1.0);
    let threshold = figures(&["--threshold", "0.5"])["rule"]["threshold"].clone();
    assert_eq!(threshold, 0.5);
}

#[test]
fn any_number_of_threads_gives_the_same_figures() {
    assert_eq!(figures(&["--jobs", "1"]), figures(&["--jobs", "2"]));
}

#[test]
fn bad_data_is_refused_and_nothing_is_judged() {
    let good = "{\"text\":\"x\",\"tags\":[]}\n";
    let room = Room::new()
        .with("broken.jsonl", format!("{good}{{\n{good}"))
        .with("unknown.jsonl", format!("{good}{{\"text\":\"x\",\"tags\":[\"gamedevs\"]}}\n"))
        .with("none.json", "[]");
    let before = room.files();
    for (name, message) in [
        ("broken.jsonl", "broken.jsonl:2: bad JSON: "),
        ("unknown.jsonl", "unknown.jsonl:2: unknown tag \"gamedevs\"; did you mean \"game-engine\"?"),
        ("none.json", "there are no records to judge by; "),
        ("missing.jsonl", "missing.jsonl: cannot read: "),
    ] {
        room.run(&["evaluate", name, "--model", model(), "--json", "f.json"]).assert_refused(&[message]);
    }
    assert_eq!(room.files(), before);
}

#[test]
fn a_json_file_that_cannot_be_written_is_refused() {
    evaluate(&Room::new(), &["--json", "none/f.json"])
        .assert_refused(&["none/f.json: cannot write: there is no"]);
}
