use std::fs;

use serde_json::Value;

use super::{Room, Run, data, model, read_json};

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
        "\n120 records, 12 tags (11 occur), ",
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
    let parts = ["range.toml:3: linear.c: expected 0.000001 to 1,000,000, found 0"];
    train(&room, "m", &["--settings", "range.toml"]).assert_refused(&parts);
    train(&room, "m", &["--settings", "none.toml"]).assert_refused(&["none.toml: cannot read: "]);
    train(&room, "m", &["--folds", "1"]).assert_refused(&["folds: expected 2 to 100, found 1"]);
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
        ("missing.json", "missing.json: cannot read: "),
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
    assert!(run.stderr.contains("this is written to a file; name one"), "{}", run.stderr);
    assert_eq!(room.files(), ["d.jsonl", "folder", "t.json"]);
}

#[test]
fn inputs_are_not_replaced() {
    let room = room();
    for out in ["d.jsonl", "./t.json"] {
        let run = room.run(&["train", "d.jsonl", "--taxonomy", "t.json", "--out", out]);
        run.assert_refused(&[out, "would replace what ", "reads; name another file"]);
    }
    assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), RECORDS);
}

#[test]
fn a_tag_without_records_is_recognised_by_its_name() {
    let room = Room::new().with("p.md", "An explorer for the Ethereum blockchain");
    let run = room.predict(&["p.md", "--tags", "names"]);
    assert!(run.stdout.contains("\"blockchain\""), "{}", run.stdout);
}

/// A room with corrections: the house has no `cms`, and a tag of its own for what renames files.
fn house() -> Room {
    let line = |name: &str, text: &str, tag: &str| {
        format!("{{\"name\": {name:?}, \"description\": {text:?}, \"tags\": [{tag:?}]}}\n")
    };
    let records: String = (0..12)
        .flat_map(|i| {
            [
                line(
                    &format!("oak/renamer{i}"),
                    "Rename files at once with a pattern, dry run first",
                    "renaming",
                ),
                line(&format!("oak/sql{i}"), "A database that answers sql queries", "database"),
            ]
        })
        .collect();
    let mut tags: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(data("taxonomy.json")).unwrap()).unwrap();
    tags.retain(|tag| tag["name"] != "cms");
    tags.push(serde_json::json!({"id": "r1", "name": "renaming"}));
    Room::new().with("new.jsonl", records).with("new.json", Value::from(tags).to_string())
}

#[test]
fn a_model_is_adapted_to_new_records_and_tags() {
    let room = house();
    let args = ["train", "new.jsonl", "--from", model(), "--taxonomy", "new.json", "--out"];
    for (out, jobs) in [("one", "1"), ("two", "2")] {
        let run = room.run(&[&args[..], &[out, "--jobs", jobs]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert!(run.stderr.contains("\n24 records, 12 tags (2 occur), "), "{}", run.stderr);
        for warning in ["10 of 12 tags are in none of the records", "reference records are given a new tag"] {
            assert!(run.stderr.contains(warning), "{}", run.stderr);
        }
    }
    assert!(fs::read(room.path("one")).unwrap() == fs::read(room.path("two")).unwrap());
    let room = room.with("p.md", "Rename many files with a pattern");
    let run =
        room.run(&["predict", "p.md", "--model", "one", "--top", "12", "--threshold", "0", "--tags", "ids"]);
    assert!(run.stdout.contains("\"tags\":[\"r1\","), "{}", run.stdout);
    assert!(run.stdout.contains("78") && !run.stdout.contains("41"), "{}", run.stdout);
}

#[test]
fn ids_and_names_that_contradict_the_model_are_refused_until_one_counts() {
    let mut tags: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(data("taxonomy.json")).unwrap()).unwrap();
    let ids: Vec<Value> = tags.iter().map(|tag| tag["id"].clone()).collect();
    let last = ids.len() - 1;
    // Every tag has the id of the one before it.
    tags.iter_mut().enumerate().for_each(|(place, tag)| tag["id"] = ids[(place + last) % ids.len()].clone());
    let record = |number: usize| {
        let (text, tag) =
            [("renames files in a terminal", "cli"), ("a database for sql", "database")][number % 2];
        format!("{{\"text\": \"{text}, {number}\", \"tags\": [\"{tag}\"]}}\n")
    };
    let room = Room::new()
        .with("shifted.json", Value::from(tags).to_string())
        .with("d.jsonl", (0..24).map(record).collect::<Vec<_>>().concat());
    let args = ["train", "d.jsonl", "--from", model(), "--taxonomy", "shifted.json", "--out", "m"];
    let run = room.run(&args);
    assert_eq!(run.code, 2);
    for part in ["the taxonomy has the tag \"cli\" with id ", "where \"cli\" has id 4; say ", "--match name"]
    {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    assert_eq!(room.run(&[&args[..], &["--match", "name"]].concat()).code, 0);
    let run = room.run(&["evaluate", "d.jsonl", "--model", "m", "--json", "-"]);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(figures["figures"]["micro_f1"]["value"].as_f64().unwrap() > 0.9, "{}", run.stderr);
}

#[test]
fn a_tag_whose_id_and_name_are_two_tags_is_refused() {
    let record = |tag: &str| format!("{{\"text\": \"x y z\", \"tags\": [{tag}]}}\n");
    let room = Room::new()
        .with("d.jsonl", record("\"cli\"") + &record(r#"{"id": 4, "name": "database"}"#))
        .with("new.jsonl", record(r#"{"id": 999, "name": "database"}"#).repeat(2));
    let taxonomy = data("taxonomy.json");
    let train = |data| room.run(&["train", data, "--taxonomy", &taxonomy, "--out", "m"]);
    train("d.jsonl")
        .assert_refused(&["d.jsonl:2: ", "4 is \"cli\", and \"database\" is 12; give the id or the name"]);
    assert_eq!(train("new.jsonl").code, 0);
}

#[test]
fn without_a_taxonomy_the_adapted_model_keeps_its_own() {
    let room = Room::new();
    let run = room.run(&["train", &data("train.jsonl"), "--from", model(), "--out", "m"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("\n120 records, 12 tags (11 occur), "), "{}", run.stderr);
}

#[test]
fn an_adaptation_that_cannot_be_is_refused() {
    let room = house().with("s.toml", "[linear]\nc = 2.0\n").with("d.jsonl", RECORDS);
    let train = |args: &[&str]| room.run(&[&["train", "new.jsonl", "--out", "m"], args].concat());
    train(&["--from", "new.json"]).assert_refused(&["new.json: not a usable model: "]);
    train(&["--from", model()]).assert_refused(&["new.jsonl:1: unknown tag \"renaming\"; "]);
    train(&["--from", model(), "--settings", "s.toml"]).assert_refused(&[
        "with --from only seed, folds and [adapt] can be set; the rest is the model's own",
    ]);
    let run = train(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--taxonomy <FILE>"), "{}", run.stderr);
    let room = room.with("old", fs::read(model()).unwrap());
    room.run(&["train", "new.jsonl", "--taxonomy", "new.json", "--from", "old", "--out", "old"])
        .assert_refused(&["--out (old) would replace what --from (old) reads; name another file"]);
}

/// Records of two kinds, with the tags that each kind is given.
fn kinds(count: usize, given: [&str; 2], rest: &str) -> String {
    let line = |number: usize| {
        let text = ["a shell for terminals", "a schema and its queries"][number % 2];
        let tags = given[number % 2];
        format!("{{\"text\":\"{text}, number {number}\",\"tags\":[{tags}]{rest}}}\n")
    };
    (0..count).map(line).collect()
}

/// The names of the tags that a model gives to a text.
fn names(room: &Room, model: &str, text: &str) -> Vec<String> {
    let run = room.run_with_stdin(&["predict", "--model", model, "--tags", "names"], text);
    let line: Value = serde_json::from_str(&run.stdout).unwrap();
    line["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_tag_that_all_records_have_is_given_to_all_with_a_warning() {
    let room = room().with("all.jsonl", kinds(60, ["\"cli\"", "\"cli\",\"graphql\""], ""));
    let run = room.run(&["train", "all.jsonl", "--taxonomy", "t.json", "--out", "m"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let warning = "tag \"cli\": all 60 records that were judged for it have it, nothing speaks against it";
    assert!(run.stderr.contains(warning) && !run.stderr.contains("tag \"graphql\""), "{}", run.stderr);
    assert_eq!(names(&room, "m", "a shell for terminals"), ["cli"]);
    assert!(names(&room, "m", "a kettle").contains(&"cli".to_owned()));
}

#[test]
fn few_records_are_said_to_be_few() {
    let small = train(&Room::new(), "m", &[]);
    assert!(small.stderr.contains("warning: 120 records are few: "), "{}", small.stderr);
    let room = room().with("many.jsonl", kinds(300, ["1", "2"], ""));
    let many = room.run(&["train", "many.jsonl", "--taxonomy", "t.json", "--out", "m"]);
    assert!(!many.stderr.contains("are few"), "{}", many.stderr);
}

#[test]
fn figures_of_records_without_any_tag_are_not_known() {
    let room = room().with("none.jsonl", kinds(20, ["", ""], ""));
    let run = room.run(&["train", "none.jsonl", "--taxonomy", "t.json", "--out", "m", "--json", "-"]);
    let expected = "20 records, 2 tags (0 occur), ";
    assert!(run.stderr.contains(expected) && run.stderr.contains(": P@1 -, R@3 -, "), "{}", run.stderr);
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(summary["cross_validation"]["macro_f1"].is_null(), "{summary}");
    assert_eq!(names(&room, "m", "a shell for terminals"), <[&str; 0]>::default());
}

#[test]
fn a_tag_that_was_not_judged_stays_as_it_was() {
    // Shells are noted as such; nobody looked whether schemas are told apart.
    let noted = kinds(40, ["\"cli\"", ""], "");
    let old = kinds(60, ["\"cli\"", "\"graphql\""], "");
    let room = room()
        .with("old.jsonl", old)
        .with("noted.jsonl", &noted)
        .with("judged.jsonl", kinds(40, ["\"cli\"", ""], ",\"judged_tags\":[1]"));
    assert_eq!(room.run(&["train", "old.jsonl", "--taxonomy", "t.json", "--out", "old"]).code, 0);
    let adapt = |data: &str, out: &str, args: &[&str]| {
        let run = room.run(&[&["train", data, "--from", "old", "--out", out], args].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    let denied = "1 of 2 tags are in none of the records: ";
    assert!(adapt("noted.jsonl", "noted", &[]).contains(denied));
    assert!(!adapt("noted.jsonl", "only", &["--only-tags", "cli"]).contains(denied));
    adapt("judged.jsonl", "judged", &[]);
    let score = |model: &str| {
        let args = ["predict", "--model", model, "--all"];
        let run = room.run_with_stdin(&args, "a schema and its queries");
        let line: Value = serde_json::from_str(&run.stdout).unwrap();
        let tags = line["tags"].as_array().unwrap();
        tags.iter().find(|tag| tag["id"] == 2).unwrap()["score"].as_f64().unwrap()
    };
    assert!(score("noted") < score("old") - 0.05, "{} {}", score("noted"), score("old"));
    assert!((score("only") - score("old")).abs() < 0.02, "{} {}", score("only"), score("old"));
    assert_eq!(fs::read(room.path("only")).unwrap(), fs::read(room.path("judged")).unwrap());
    let unknown = ["train", "noted.jsonl", "--from", "old", "--out", "m", "--only-tags", "clo"];
    room.run(&unknown).assert_refused(&["--only-tags: unknown tag \"clo\"; did you mean \"cli\"?"]);
}

#[test]
fn a_new_tag_that_all_records_have_is_refused() {
    let wanted = r#"[{"id": 1, "name": "cli"}, {"id": 2, "name": "graphql"}, {"id": 3, "name": "ours"}]"#;
    let room = room()
        .with("old.jsonl", kinds(60, ["1", "2"], ""))
        .with("n.json", wanted)
        .with("new.jsonl", kinds(20, ["1,3", "2,3"], ""));
    assert_eq!(room.run(&["train", "old.jsonl", "--taxonomy", "t.json", "--out", "old"]).code, 0);
    let adapt = ["train", "new.jsonl", "--from", "old", "--taxonomy", "n.json", "--out", "new"];
    let problem = "all 20 records that were judged for the new tag \"ours\" have it";
    let run = room.run(&adapt);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains(problem) && run.stderr.contains("add records that do not have it"),
        "{}",
        run.stderr
    );
    assert!(!room.files().contains(&"new".to_owned()));
}

/// Some variants of each of the small data's records, each with one more word.
fn variants(variants: usize) -> String {
    let original = fs::read_to_string(data("train.jsonl")).unwrap();
    let mut lines = String::new();
    for line in original.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let description = record["description"].as_str().unwrap_or("").to_owned();
        for variant in 0..variants {
            record["description"] = format!("{description} extra{variant}").into();
            lines = lines + &record.to_string() + "\n";
        }
    }
    lines
}

#[test]
fn copies_in_several_folds_are_said_to_flatter_and_cross_validation_holds_them_together() {
    let room = Room::new()
        .with("d.jsonl", variants(4))
        .with("s.toml", "[linear]\nepochs = 2\n[network]\nhidden = 0\n");
    let taxonomy = data("taxonomy.json");
    let args = ["d.jsonl", "--taxonomy", &taxonomy, "--settings", "s.toml", "--json", "f.json"];
    let run = room.run(&[&["train", "--out", "m"], &args[..]].concat());
    let warning =
        "records are nearly the same as a record of another fold: the cross-validated figures flatter; ";
    assert!(run.code == 0 && run.stderr.contains(warning), "{}", run.stderr);
    let flattered = read_json(&room.path("f.json"))["cross_validation"]["micro_f1"].as_f64().unwrap();
    let run = room.run(&[&["cross-validate"], &args[..]].concat());
    assert!(run.code == 0 && !run.stderr.contains(warning), "{}", run.stderr);
    let honest = read_json(&room.path("f.json"))["figures"]["micro_f1"]["value"].as_f64().unwrap();
    assert!(flattered > honest + 0.1, "{flattered} {honest}");
    let run = train(&room, "m", &["--settings", "s.toml"]);
    assert!(run.code == 0 && !run.stderr.contains(warning), "{}", run.stderr);
}
