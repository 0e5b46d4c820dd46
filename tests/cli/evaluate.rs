use std::fmt::Write;
use std::time::{Duration, Instant};

use safetensors::SafeTensors;
use serde_json::Value;

use super::{Room, Run, data, model, read_json};

/// Evaluates the small model on the data it was trained on.
fn evaluate(room: &Room, args: &[&str]) -> Run {
    let records = data("train.jsonl");
    room.run(&[&["evaluate", &records, "--model", model()], args].concat())
}

fn figures(args: &[&str]) -> Value {
    let run = evaluate(&Room::new(), &[&["--json", "-"], args].concat());
    assert_eq!((run.code, &*run.complaints()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn figures_are_printed_for_people() {
    let run = evaluate(&Room::new(), &[]);
    assert_eq!((run.code, &*run.complaints()), (0, ""));
    let [of, by, note] = run.stdout.lines().take(3).collect::<Vec<_>>().try_into().unwrap();
    assert!(of.ends_with("train.jsonl: 120 records"), "{of}");
    assert!(by.contains("small.safetensors; at most 3 tags of probability 0."), "{by}");
    assert!(note.contains("95 %"), "{note}");
    for start in ["\n\nP@1  0.", "\nmicro  ", "\nkind  ", "\nblockchain  ", "\nmissed  "] {
        assert!(run.stdout.contains(start), "{start:?} is not in {}", run.stdout);
    }
    assert!(run.stdout.lines().skip(2).all(|line| line.chars().count() <= 80), "{}", run.stdout);
}

#[test]
fn figures_are_there_as_json_with_names_ids_and_intervals() {
    let room = Room::new();
    let run = evaluate(&room, &["--json", "f.json"]);
    let figures = read_json(&room.path("f.json"));
    assert_eq!(
        (&figures["subject"]["records"], &figures["subject"]["rule"]["top"]),
        (&120.into(), &3.into())
    );
    for (name, figure) in figures["figures"].as_object().unwrap() {
        let [value, low, high] = ["value", "low", "high"].map(|key| figure[key].as_f64().unwrap());
        assert!(low <= value && value <= high, "{name}: {figure}");
    }
    let f1 = figures["figures"]["micro_f1"]["value"].as_f64().unwrap();
    assert!(run.stdout.contains(&format!("  {f1:.3} (")), "{}", run.stdout);
    let tag = &figures["tags"][3];
    assert_eq!((&tag["id"], &tag["name"], &tag["support"]), (&81.into(), &"game-engine ".into(), &10.into()));
    assert!(tag["f1"]["value"].as_f64().unwrap() > 0.5 && tag["average_precision"].is_f64());
    assert_eq!(tag["threshold"], figures["subject"]["rule"]["threshold"]);
    let expected = evaluate(&room, &["--json", "-"]).stdout;
    assert_eq!(std::fs::read_to_string(room.path("f.json")).unwrap(), expected);
}

#[test]
fn the_operating_point_of_the_curves_is_that_of_the_decisions() {
    let figures = figures(&[]);
    let point = &figures["curves"]["operating_point"];
    for (at_point, headline) in
        [("precision", "micro_precision"), ("recall", "micro_recall"), ("f1", "micro_f1")]
    {
        assert_eq!(point[at_point], figures["figures"][headline]["value"]);
    }
    assert!(figures["curves"]["precision_recall"].as_array().unwrap().len() <= 202);
}

#[test]
fn the_worst_records_come_with_text_and_words() {
    let wrong = "{\"id\":7,\"name\":\"a/clicker\",\"description\":\"A terminal program for the command line\",\
                 \"tags\":[\"blockchain\"]}\n";
    let room = Room::new().with("d.jsonl", wrong);
    let run = room.run(&["evaluate", "d.jsonl", "--model", model(), "--json", "-"]);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    let worst = &figures["worst"][0];
    assert_eq!((&worst["id"], &worst["name"]), (&7.into(), &"a/clicker".into()));
    assert_eq!(worst["excerpt"], "A terminal program for the command line");
    assert_eq!(
        (&worst["gold"][0]["name"], &worst["predicted"][0]["name"]),
        (&"blockchain".into(), &"cli".into())
    );
    assert_eq!(worst["predicted"][0]["right"], false);
    assert!(worst["words"].as_array().unwrap().iter().any(|word| word == "command line"), "{worst}");
    let confusion = &figures["confusions"][0];
    assert_eq!(
        (&confusion["missed"]["name"], &confusion["said"]["name"]),
        (&"blockchain".into(), &"cli".into())
    );
    assert_eq!(figures["data"]["gold_tags"], serde_json::json!([0, 1]));
}

#[test]
fn figures_are_there_by_group() {
    let figures = figures(&[]);
    let groups = figures["groups"].as_array().unwrap();
    let names: Vec<&str> = groups.iter().map(|group| group["name"].as_str().unwrap()).collect();
    let of_tags = ["head", "middle", "tail"];
    assert!(names.ends_with(&of_tags) && names[..names.len() - 3].contains(&"english"), "{names:?}");
    for by in ["kind", "length", "language"] {
        let records = groups.iter().filter(|group| group["by"] == by).map(|group| group["records"].as_u64());
        assert_eq!(records.sum::<Option<u64>>(), Some(120), "{by}");
    }
    assert!(groups[0]["p_at_1"]["low"].is_f64() && groups.last().unwrap()["p_at_1"].is_null());
}

/// The small model with another list of training counts in its header, and without a digest, as old files are.
fn model_with_support(change: impl Fn(&str) -> String) -> Vec<u8> {
    let bytes = std::fs::read(model()).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = metadata.metadata().clone().unwrap();
    let header = metadata.get_mut("tagwright").unwrap();
    let start = header.find(r#""support":["#).unwrap();
    let end = start + header[start..].find("],").unwrap() + 2;
    header.replace_range(start..end, &change(&header[start..end]));
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let kept = tensors.tensors().into_iter().filter(|(name, _)| name != "file.digest");
    safetensors::serialize(kept, Some(metadata)).unwrap()
}

#[test]
fn a_model_without_training_counts_has_no_groups_by_frequency() {
    let old = model_with_support(|_| String::new());
    let run = Room::new().with("old", old).run(&["evaluate", &data("train.jsonl"), "--model", "old"]);
    assert_eq!((run.code, &*run.complaints()), (0, ""));
    assert!(run.stdout.contains("\nlanguage ") && !run.stdout.contains("\nfrequency "), "{}", run.stdout);
}

#[test]
fn training_counts_of_other_tags_are_refused() {
    let damaged = model_with_support(|support| {
        let (first, rest) = support.split_once('[').unwrap();
        format!("{first}[{}", rest.split_once(',').unwrap().1)
    });
    let run =
        Room::new().with("damaged", damaged).run(&["evaluate", &data("train.jsonl"), "--model", "damaged"]);
    run.assert_refused(&["found the support of 11 tags, not of 12"]);
}

#[test]
fn the_calibration_of_the_decided_tags_is_there_bin_by_bin() {
    let figures = figures(&[]);
    let bins = figures["reliability"]["bins"].as_array().unwrap();
    let decided = figures["figures"]["mean_tags"]["value"].as_f64().unwrap() * 120.0;
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
    assert_eq!((run.code, &*run.complaints()), (0, "warning: 1 record has no other text and is skipped\n"));
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    let subject = &figures["subject"];
    assert_eq!((&subject["records"], &subject["without"]), (&2.into(), &serde_json::json!(["name"])));

    let run = judge(&["--without", "description", "--without", "name", "--without", "name"]);
    assert_eq!(run.complaints(), "warning: 2 records have no other text and are skipped\n");
    assert!(run.stdout.starts_with("d.jsonl: 1 record, without name and description\n"), "{}", run.stdout);

    judge(&["--without", "name", "--without", "description", "--without", "readme"])
        .assert_refused(&["no record has any other text; leave out fewer fields"]);
    assert_eq!(judge(&["--without", "tags"]).code, 2);
}

#[test]
fn top_and_threshold_replace_the_models_rule() {
    let every = figures(&["--threshold", "0", "--top", "12"]);
    let value = |figures: &Value, name: &str| figures["figures"][name]["value"].clone();
    assert_eq!((value(&every, "mean_tags"), value(&every, "micro_recall")), (12.0.into(), 1.0.into()));
    assert_eq!(value(&figures(&["--threshold", "1"]), "no_tag_share"), 1.0);
    let threshold = figures(&["--threshold", "0.5"])["subject"]["rule"]["threshold"].clone();
    assert_eq!(threshold, 0.5);
}

#[test]
fn any_number_of_threads_gives_the_same_figures() {
    let figures = |jobs| evaluate(&Room::new(), &["--json", "-", "--jobs", jobs]).stdout;
    assert_eq!(figures("1"), figures("2"));
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

#[test]
fn markdown_shows_the_same_figures() {
    let room = Room::new();
    let run = evaluate(&room, &["--markdown", "f.md"]);
    let markdown = std::fs::read_to_string(room.path("f.md")).unwrap();
    assert_eq!(evaluate(&room, &["--markdown", "-"]).stdout, markdown);
    let micro = run.stdout.lines().find(|line| line.starts_with("micro  ")).unwrap();
    let cells: Vec<_> = micro.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert!(markdown.contains(&format!("| {} |\n", cells.join(" | "))), "{markdown}");
    evaluate(&room, &["--markdown", "-", "--json", "-"])
        .assert_refused(&["only one thing can go to standard output"]);
}

#[test]
fn a_gate_that_fails_is_named_and_gives_exit_code_1() {
    let room = Room::new();
    let passed = evaluate(&room, &["--fail-under", "micro_f1=0.5", "--fail-over", "ece=0.9"]);
    assert_eq!((passed.code, &*passed.complaints()), (0, ""));
    let gates =
        ["--fail-under", "micro_f1=0.5", "--fail-under", "p_at_1=1.01", "--fail-over", "mean_tags=0.5"];
    let failed = evaluate(&room, &[&gates[..], &["--json", "f.json"]].concat());
    let figures = read_json(&room.path("f.json"));
    let value = |name: &str| figures["figures"][name]["value"].as_f64().unwrap();
    let expected = format!(
        "failed: p_at_1 is {:.4}, under the bound of 1.01\nfailed: mean_tags is {:.4}, over the bound of 0.5\n",
        value("p_at_1"),
        value("mean_tags")
    );
    assert_eq!((failed.code, failed.complaints()), (1, expected));
    assert_eq!(failed.stdout, passed.stdout);
    let typo = evaluate(&room, &["--fail-under", "mikro_f1=0.7"]);
    assert_eq!((typo.code, typo.stdout.as_str()), (2, ""));
    assert!(
        typo.stderr.contains("there is no figure \"mikro_f1\"; did you mean \"micro_f1\"?"),
        "{}",
        typo.stderr
    );
}

#[test]
fn a_learning_curve_is_taken_over_fewest_records_first() {
    let point = |records: usize| {
        format!("{{\"records\":{records},\"micro_f1\":0.5,\"macro_f1\":0.4,\"p_at_1\":0.6}}")
    };
    let room =
        Room::new().with("c.json", format!("[{},\n{}]", point(200), point(100))).with("bad.json", "[\n{}]");
    let run = evaluate(&room, &["--learning-curve", "c.json", "--json", "-"]);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&figures["learning_curve"][0]["records"], run.code), (&100.into(), 0));
    evaluate(&room, &["--learning-curve", "bad.json"])
        .assert_refused(&["bad.json:2: not a learning curve: missing field `records`", "give a JSON array"]);
}

/// Evaluates predictions for the first records of `train.jsonl`.
fn evaluate_predictions(predictions: &str, args: &[&str]) -> Run {
    let records = std::fs::read_to_string(data("train.jsonl")).unwrap();
    let records: String = records.split_inclusive('\n').take(3).collect();
    let room = Room::new().with("d.jsonl", records).with("p.jsonl", predictions);
    let base = ["evaluate", "d.jsonl", "--predictions", "p.jsonl", "--model", model()];
    room.run(&[&base[..], args].concat())
}

#[test]
fn predictions_give_the_figures_of_the_model_that_made_them() {
    let room = Room::new();
    let predict = |args: &[&str]| {
        let records = data("train.jsonl");
        room.run(&[&["predict", &records, "--model", model()], args].concat()).stdout
    };
    let model_figures = figures(&[]);
    let judge = |predictions: String| {
        let room = Room::new().with("p.jsonl", predictions);
        let run = evaluate(&room, &["--predictions", "p.jsonl", "--json", "-"]);
        assert_eq!((run.code, &*run.complaints()), (0, ""));
        serde_json::from_str::<Value>(&run.stdout).unwrap()
    };
    let decided = judge(predict(&["--tags", "ids"]));
    for name in ["micro_f1", "macro_recall", "exact_match"] {
        assert_eq!(decided["figures"][name], model_figures["figures"][name], "{name}");
    }
    for name in ["lrap", "coverage_error", "ece"] {
        assert!(
            decided["figures"][name].is_null() && model_figures["figures"][name]["value"].is_f64(),
            "{name}"
        );
    }
    assert!(decided["curves"].is_null() && decided["subject"]["rule"].is_null());
    let all = judge(predict(&["--all"]));
    for part in ["figures", "groups", "tags", "curves", "reliability", "confusions", "data"] {
        assert_eq!(all[part], model_figures[part], "{part}");
    }
}

/// Three tags, of which two occur in the two records, and predictions for these.
fn absent_tag() -> Room {
    Room::new()
        .with("t.json", r#"[{"id":1,"name":"red"},{"id":2,"name":"blue"},{"id":3,"name":"green"}]"#)
        .with("d.jsonl", "{\"text\":\"x\",\"tags\":[\"red\"]}\n{\"text\":\"y\",\"tags\":[\"blue\"]}\n")
        .with("p.jsonl", "{\"tags\":[\"red\"]}\n{\"tags\":[\"green\"]}\n")
}

#[test]
fn macro_figures_are_the_mean_over_the_tags_that_occur_on_every_page() {
    let room = absent_tag();
    let outputs = ["--taxonomy", "t.json", "--json", "f.json", "--markdown", "f.md", "--report", "f.html"];
    let judge = ["evaluate", "d.jsonl", "--predictions", "p.jsonl"];
    let evaluated = room.run(&[&judge[..], &outputs].concat());
    let figures = read_json(&room.path("f.json"));
    for name in ["macro_f1", "macro_precision", "macro_recall"] {
        assert_eq!(figures["figures"][name]["value"], 0.5, "{name}");
    }
    let (group, [_, blue, green]) = (&figures["groups"][0], [0, 1, 2].map(|tag| &figures["tags"][tag]));
    assert_eq!((&group["macro_f1"]["value"], &group["tags"]), (&0.5.into(), &2.into()));
    assert!(blue["precision"].is_null() && blue["recall"]["value"] == 0.0 && blue["f1"]["value"] == 0.0);
    assert!(green["precision"]["value"] == 0.0 && green["recall"].is_null() && green["f1"].is_null());
    let pages = ["f.md", "f.html"].map(|name| std::fs::read_to_string(room.path(name)).unwrap());
    let compare = ["compare", "p.jsonl", "p.jsonl", "d.jsonl", "--format", "table"];
    let compared = room.run(&[&compare[..], &outputs].concat());
    assert_eq!(read_json(&room.path("f.json"))["figures"]["macro_f1"]["a"], 0.5);
    let others = ["f.md", "f.html"].map(|name| std::fs::read_to_string(room.path(name)).unwrap());
    for page in pages.iter().chain(&others).chain([&evaluated.stdout, &compared.stdout]) {
        assert!(page.contains("2 of 3 tags occur; macro figures are the mean over these"), "{page}");
        assert!(page.contains("2 records are few: intervals are wide"), "{page}");
        assert!(page.contains("* a tag of fewer than 10 records"), "{page}");
    }
    let red = evaluated.stdout.lines().find(|line| line.starts_with("red ")).unwrap();
    assert_eq!(red.split_whitespace().take(3).collect::<Vec<_>>(), ["red", "1*", "1"]);
    let full = evaluate(&Room::new(), &[]).stdout;
    assert!(!full.contains("are few") && full.contains("\n11 of 12 tags occur; "), "{full}");
}

#[test]
fn a_figure_that_would_be_a_share_of_nothing_is_not_known_and_fails_its_gate() {
    let record = "{\"text\":\"A terminal program for the command line\",\"tags\":[]}\n";
    let room = Room::new().with("d.jsonl", record);
    let judge = |args: &[&str]| room.run(&[&["evaluate", "d.jsonl", "--model", model()], args].concat());
    let gates = ["--fail-under", "p_at_1=0", "--fail-under", "macro_f1=0", "--fail-under", "lrap=0"];
    let run = judge(&[&gates[..], &["--fail-over", "ece=1", "--json", "-"]].concat());
    let failed = |name: &str, why: &str| format!("failed: {name} is not known; {why}\n");
    let no_tag = "no record has a tag of its own";
    let expected = ["p_at_1", "macro_f1", "lrap"].map(|name| failed(name, no_tag)).concat();
    assert_eq!((run.code, run.stderr), (1, expected));
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    for (name, figure) in figures["figures"].as_object().unwrap() {
        let known =
            ["micro_precision", "samples_precision", "exact_match", "no_tag_share", "mean_tags", "ece"];
        assert_eq!(figure.is_null(), !known.contains(&name.as_str()), "{name}");
    }
    assert!(figures["curves"].is_null() && figures["groups"][0]["micro_f1"].is_null());
    let text = judge(&["--report", "r.html"]).stdout;
    assert!(text.contains(&format!("\n{no_tag}: ")) && text.contains("\nP@1  -"), "{text}");
    let page = std::fs::read_to_string(room.path("r.html")).unwrap();
    assert!(page.contains(&format!("Not known, as {no_tag}: P@1, ")), "{page}");

    let run = judge(&["--threshold", "1", "--fail-under", "micro_precision=0", "--fail-over", "ece=1"]);
    let expected = ["micro_precision", "ece"].map(|name| failed(name, "no record got a tag")).concat();
    assert_eq!((run.code, run.stderr), (1, expected));

    let run = room.run(&["compare", model(), model(), "d.jsonl", "--fail-if-worse", "--json", "-"]);
    let comparison: Value = serde_json::from_str(&run.stdout).unwrap();
    let unknown = format!("failed: Nothing is known of a difference: {no_tag}\n");
    assert_eq!((run.code, run.stderr), (1, unknown));
    assert!(comparison["verdict"]["outcome"] == "unknown" && comparison["figures"]["p_at_1"].is_null());
}

/// The data of the small model, and its answers with all scores and without any. One is an error, and one is among
/// candidates.
fn answers_in_part() -> Room {
    let lines = |path: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let mut records = lines(&data("train.jsonl"));
    records[4]["candidates"] = serde_json::json!(["cli", "blockchain"]);
    let in_lines =
        |values: Vec<Value>| values.iter().fold(String::new(), |text, value| text + &format!("{value}\n"));
    let room = Room::new().with("d.jsonl", in_lines(records));
    let predict = |args: &[&str]| {
        let run = room.run(&[&["predict", "d.jsonl", "--model", model()], args].concat());
        run.lines()
    };
    let answers = |args: &[&str]| {
        let mut answers = predict(args);
        answers[7] = serde_json::json!({"id": answers[7]["id"], "error": "no text"});
        in_lines(answers.into_iter().rev().collect())
    };
    let (all, decided) = (answers(&["--all", "--scores"]), answers(&[]));
    room.with("all.jsonl", all).with("decided.jsonl", decided)
}

#[test]
fn answers_that_are_scored_in_part_are_decided_one_by_one_and_judged_by_their_tags() {
    let room = answers_in_part();
    let judge = |predictions: &str| {
        let args = ["evaluate", "d.jsonl", "--predictions", predictions, "--model", model(), "--json", "-"];
        let run = room.run(&args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        (serde_json::from_str::<Value>(&run.stdout).unwrap(), run.stderr)
    };
    let ((all, warnings), (decided, warning)) = (judge("all.jsonl"), judge("decided.jsonl"));
    for part in ["figures", "groups", "confusions", "data"] {
        assert_eq!(all[part], decided[part], "{part}");
    }
    assert!(all["figures"]["lrap"].is_null() && all["curves"].is_null() && all["reliability"].is_null());
    assert_eq!(all["subject"]["rule"]["top"], 3);
    let error = "warning: all.jsonl:113: the prediction is an error and counts as no tags\n";
    assert_eq!(warning, error.replace("all.", "decided."));
    let in_part = "warning: all.jsonl:113: not every tag has a score here, so that all records are judged by the tags they \
                   get, without the figures that need scores, and 1 more like it\n";
    assert_eq!(warnings, error.to_owned() + in_part);

    let run = room.run(&["compare", model(), "all.jsonl", "d.jsonl", "--json", "-"]);
    let comparison: Value = serde_json::from_str(&run.stdout).unwrap();
    let (b, micro) = (&comparison["figures"]["micro_f1"]["b"], &decided["figures"]["micro_f1"]["value"]);
    assert_eq!((b, run.complaints()), (micro, warnings));
}

#[test]
fn predictions_of_others_are_judged_and_errors_count_as_no_tags() {
    let lines = "{\"id\":3,\"tags\":[\"cli\"]}\n{\"id\":\"1\",\"tags\":[{\"name\":\"cli\"}]}\n\
                 {\"id\":2,\"error\":\"the model did not answer\"}\n";
    let run = evaluate_predictions(lines, &[]);
    assert_eq!(run.code, 0);
    assert_eq!(run.complaints(), "warning: p.jsonl:3: the prediction is an error and counts as no tags\n");
    assert!(run.stdout.contains("share without tags  0.333 ("), "{}", run.stdout);
    assert!(run.stdout.contains("LRAP                -\n"), "{}", run.stdout);
}

#[test]
fn predictions_that_do_not_fit_are_refused_with_their_line() {
    let line = |id: usize| format!("{{\"id\":{id},\"tags\":[]}}\n");
    let refusal = |lines: String, parts: &[&str]| evaluate_predictions(&lines, &[]).assert_refused(parts);
    refusal(line(1) + &line(2) + &line(9), &["p.jsonl:3: no record has the id \"9\""]);
    refusal(line(1) + &line(1) + &line(2), &["p.jsonl:2: the id \"1\" stands here a second time"]);
    refusal(line(1) + &line(2), &["d.jsonl:3: there is no prediction for the id \"3\""]);
    refusal(
        line(1) + "{\"id\":2,\"tags\":[\"gamedevs\"]}",
        &["p.jsonl:2: unknown tag \"gamedevs\"; did you mean \"game-engine\"?"],
    );
    let complete = line(1) + &line(2) + &line(3);
    evaluate_predictions(&complete, &["--threshold", "0.9"])
        .assert_refused(&["--top and --threshold need a score for every tag"]);
}

#[test]
fn predictions_may_have_a_taxonomy_of_their_own() {
    let room = Room::new()
        .with("t.json", "[{\"id\":1,\"name\":\"red\"},{\"id\":2,\"name\":\"blue\"}]")
        .with("d.jsonl", "{\"text\":\"x\",\"tags\":[\"red\"]}\n")
        .with("p.json", "[{\"tags\":[{\"name\":\"red\",\"score\":0.6},{\"name\":\"blue\",\"score\":0.4}]}]");
    let args = ["evaluate", "d.jsonl", "--predictions", "p.json", "--taxonomy", "t.json", "--json", "-"];
    let run = room.run(&args);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&figures["figures"]["exact_match"]["value"], run.code), (&1.0.into(), 0));
    assert_eq!(
        (&figures["subject"]["rule"]["threshold"], &figures["tags"][1]["name"]),
        (&0.5.into(), &"blue".into())
    );
}

#[test]
#[ignore = "needs a quiet machine: cargo test --release --test cli -- --ignored"]
fn twenty_thousand_records_are_judged_in_twenty_seconds() {
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/training/starter.jsonl");
    let starter = std::fs::read_to_string(starter).unwrap();
    let mut records = String::new();
    for (id, line) in starter.lines().cycle().take(20_000).enumerate() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record["id"] = id.into();
        writeln!(records, "{record}").unwrap();
    }
    let room = Room::new().with("d.jsonl", records);
    let start = Instant::now();
    let run = room.run(&["evaluate", "d.jsonl", "--json", "f.json", "--markdown", "f.md"]);
    let elapsed = start.elapsed();
    assert_eq!((run.code, &*run.complaints()), (0, ""));
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}

#[test]
fn records_judged_for_some_tags_are_said_to_be_easier() {
    let record = |judged: &str| {
        format!("{{\"text\": \"counts words in the terminal\", \"tags\": [\"cli\"]{judged}}}\n")
    };
    let room = Room::new().with("d.jsonl", record("") + &record(", \"judged_tags\": [\"cli\", \"game\"]"));
    let run = room.run(&["evaluate", "d.jsonl", "--model", model()]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.starts_with("warning: 1 of 2 records were judged for some tags alone"),
        "{}",
        run.stderr
    );
}

/// The labelled records with a word more in each, so that no model has seen them.
fn unseen() -> String {
    let records = std::fs::read_to_string(data("train.jsonl")).unwrap();
    let unseen = records.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record["description"] = format!("{} anew", record["description"].as_str().unwrap_or_default()).into();
        format!("{record}\n")
    });
    unseen.collect()
}

/// Asserts how many of the records of `d.jsonl` `evaluate` takes for seen in training, in its JSON and its warning.
#[track_caller]
fn assert_seen(room: &Room, model: &str, expected: Option<(usize, usize)>) {
    let run = room.run(&["evaluate", "d.jsonl", "--model", model, "--json", "-"]);
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    let seen = &figures["subject"]["seen"];
    let found =
        seen.as_object().map(|seen| [&seen["records"], &seen["of"]].map(|n| n.as_u64().unwrap() as usize));
    assert_eq!(found.map(|[records, of]| (records, of)), expected);
    let warning = match expected {
        Some((records @ 1.., of)) => format!(
            "warning: {records} of {of} records were in the training data of {model}: figures flatter it; judge by \
             records that it has not seen\n"
        ),
        _ => String::new(),
    };
    assert_eq!((run.code, run.stderr), (0, warning));
}

#[test]
fn records_that_the_model_was_trained_on_are_noticed_whatever_their_tags() {
    let records = std::fs::read_to_string(data("train.jsonl")).unwrap();
    assert_seen(&Room::new().with("d.jsonl", &records), model(), Some((120, 120)));
    assert_seen(&Room::new().with("d.jsonl", unseen()), model(), Some((0, 120)));
    let mut other_tags: Value = serde_json::from_str(records.lines().next().unwrap()).unwrap();
    other_tags["tags"] = Value::Array(Vec::new());
    other_tags["id"] = 4711.into();
    let room = Room::new().with("d.jsonl", format!("{}{other_tags}\n", unseen()));
    assert_seen(&room, model(), Some((1, 121)));
    let run = room.run(&["evaluate", "d.jsonl", "--model", model(), "--without", "name"]);
    assert!(run.stderr.contains("warning: 1 of 121 records were in"), "{}", run.stderr);
    assert!(run.stdout.contains("; 1 of 121 records were in the training data\n"), "{}", run.stdout);
    let compare = ["compare", model(), model(), "d.jsonl"];
    let review = ["review", "d.jsonl", "--model", model()];
    for (command, models) in [(compare, 2), (review, 1)] {
        let run = room.run(&command);
        let warning = format!("warning: 1 of 121 records were in the training data of {}: ", model());
        assert_eq!(run.stderr.matches(&warning).count(), models, "{}", run.stderr);
    }
}

#[test]
fn an_adapted_model_knows_the_old_records_and_the_new() {
    let records = std::fs::read_to_string(data("train.jsonl")).unwrap();
    let room = Room::new().with("new.jsonl", unseen()).with("d.jsonl", records + &unseen());
    assert_seen(&room, model(), Some((120, 240)));
    let run = room.run(&["train", "new.jsonl", "--from", model(), "--out", "new.safetensors"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_seen(&room, "new.safetensors", Some((240, 240)));
}

#[test]
fn a_model_that_does_not_say_what_it_was_trained_on_is_not_suspected() {
    let bytes = std::fs::read(model()).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let new = ["file.digest", "training.seen"];
    let kept = tensors.tensors().into_iter().filter(|(name, _)| !new.contains(&name.as_str()));
    let old = safetensors::serialize(kept, metadata.metadata().clone()).unwrap();
    let records = std::fs::read_to_string(data("train.jsonl")).unwrap();
    assert_seen(&Room::new().with("old", old).with("d.jsonl", records), "old", None);
}
