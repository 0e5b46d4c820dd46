use serde_json::{Value, json};

use super::{Room, Run, data, model};

fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn labelled() -> Vec<Value> {
    let text = std::fs::read_to_string(data("train.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn jsonl(records: &[Value]) -> String {
    records.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n") + "\n"
}

/// The labelled records with other fields, and every tenth record with the tags of a record of another topic.
fn corrupted() -> Vec<Value> {
    let mut records = labelled();
    for place in 0..records.len() {
        records[place]["id"] = json!(place);
        records[place]["stars"] = json!(place * 3);
    }
    let wrong: Vec<Value> =
        (0..records.len()).map(|place| records[(place + 37) % 120]["tags"].clone()).collect();
    for place in (0..records.len()).step_by(10) {
        records[place]["tags"] = wrong[place].clone();
    }
    records
}

/// Reviews `d.jsonl` by cross-fitting.
fn review(room: &Room, args: &[&str]) -> Run {
    room.run(&[&["review", "d.jsonl", "--taxonomy", &data("taxonomy.json")], args].concat())
}

#[test]
fn wrong_labels_come_first_and_the_data_as_a_whole_last() {
    let room = Room::new().with("d.jsonl", jsonl(&corrupted()));
    let run = review(&room, &["--top", "12"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = lines(&run);
    let records: Vec<&Value> = lines.iter().take_while(|line| line["suspicion"].is_f64()).collect();
    assert_eq!(records.len(), 12);
    let right = records.iter().filter(|line| line["id"].as_u64().unwrap() % 10 == 0).count();
    assert!(right >= 6, "{right} of 12 corrupted records are among the first 12");
    assert!(records.windows(2).all(|pair| pair[0]["suspicion"].as_f64() >= pair[1]["suspicion"].as_f64()));
    let first = records[0];
    assert_eq!(first["line"], first["id"].as_u64().unwrap() + 1);
    assert!(first["reason"].is_string() && first["findings"][0]["kind"] == first["kind"], "{first}");
    assert!(
        lines.len() > 12 && lines[12..].iter().all(|line| line["kind"].is_string() && line["id"].is_null())
    );
}

#[test]
fn suggestions_are_a_copy_in_which_tags_stay() {
    let records = corrupted();
    let room = Room::new().with("d.jsonl", jsonl(&records));
    let run = review(&room, &["--top", "5", "--suggest", "s.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let listed = lines(&run);
    let copies = std::fs::read_to_string(room.path("s.jsonl")).unwrap();
    let copies: Vec<Value> = copies.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(copies.len(), records.len());
    for (mut copy, record) in copies.into_iter().zip(records) {
        let suggested = copy.as_object_mut().unwrap().remove("suggested_tags");
        assert!(copy.as_object_mut().unwrap().remove("text_digest").unwrap().is_string());
        assert_eq!(copy, record);
        let line = listed[..5].iter().find(|line| line["id"] == record["id"]);
        assert_eq!(suggested.is_some(), line.is_some(), "{record}");
        if let (Some(suggested), Some(line)) = (suggested, line) {
            let suggested = suggested.as_array().unwrap();
            let tags =
                |field: &str| line[field].as_array().unwrap().iter().map(|change| change["tag"].clone());
            assert!(tags("add").all(|tag| suggested.last() == Some(&tag)), "{line}");
            assert!(tags("remove").all(|tag| !suggested.contains(&tag)), "{line}");
        }
    }
}

#[test]
fn records_that_cannot_be_used_are_listed_and_the_others_reviewed() {
    let mut text = jsonl(&labelled());
    text += "{\"id\":\"none\",\"tags\":[]}\n{\"id\":\"odd\",\"text\":\"x\",\"tags\":[\"gamedevs\"]}\n";
    text += "{\"id\":\"page\",\"name\":\"a/b\",\"readme\":\"404: Not Found\",\"tags\":[]}\n";
    let run = Room::new().with("d.jsonl", text).run(&["review", "d.jsonl", "--model", model()]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let lines = lines(&run);
    let found = |id: &str| lines.iter().find(|line| line["id"] == id).unwrap();
    assert_eq!(found("none")["kind"], "bad-record");
    assert_eq!(found("none")["reason"], "no text; give at least one of name, description, readme, text");
    assert!(found("odd")["reason"].as_str().unwrap().starts_with("unknown tag \"gamedevs\""));
    assert_eq!(found("page")["kind"], "broken-text");
}

#[test]
fn copies_with_other_tags_and_in_test_data_are_found() {
    let text = "A small broker that keeps messages in order and hands them out over plain sockets";
    let record = |id: &str, tags: &[&str]| json!({"id": id, "description": text, "tags": tags});
    let mut records = labelled();
    let tag = records[0]["tags"][0].clone();
    records.push(record("first", &[]));
    records.push(record("second", &[tag.as_str().unwrap()]));
    let room = Room::new()
        .with("d.jsonl", jsonl(&records))
        .with("t.jsonl", jsonl(&[json!({"id": "held out", "description": text})]));
    let all = |args: &[&str]| {
        let run = room.run(&[&["review", "d.jsonl", "--model", model(), "--top", "200"], args].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        lines(&run)
    };
    let kinds = |lines: &[Value], id: &str| -> Vec<Value> {
        let line = lines.iter().find(|line| line["id"] == id).unwrap();
        line["findings"].as_array().unwrap().iter().map(|finding| finding["kind"].clone()).collect()
    };
    assert!(kinds(&all(&[]), "first").contains(&json!("duplicate")));
    let with_test = all(&["--test", "t.jsonl"]);
    assert_eq!(kinds(&with_test, "second")[0], "in-test-data");
    assert!(with_test[..2].iter().all(|line| line["suspicion"] == 1.0));
}

#[test]
fn short_copies_are_found_and_unused_aliases_are_one_line() {
    let mut records = labelled();
    records.push(json!({"id": "short", "text": "terminal file manager", "tags": []}));
    let room = Room::new()
        .with("d.jsonl", jsonl(&records))
        .with("t.jsonl", jsonl(&[json!({"text": "terminal file manager"})]));
    let run =
        room.run(&["review", "d.jsonl", "--model", "default", "--test", "t.jsonl", "--format", "jsonl"]);
    let lines = lines(&run);
    let short = lines.iter().find(|line| line["id"] == "short").unwrap();
    assert_eq!(short["kind"], "in-test-data");
    let unused: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "unused-alias").collect();
    assert_eq!(unused.len(), 1);
    let aliases = unused[0]["aliases"].as_array().unwrap();
    assert!(
        aliases.len() > 100
            && aliases.iter().all(|alias| alias["tag"].is_string() && alias["alias"].is_string())
    );
    let reason = unused[0]["reason"].as_str().unwrap();
    assert!(reason.starts_with(&format!("{} of ", aliases.len())), "{reason}");
}

#[test]
fn suggestions_that_no_decision_could_be_about_are_said_before_the_training() {
    let without = |fields: &[&str], from: usize| {
        let mut records = labelled();
        for record in records.iter_mut().skip(from) {
            fields.iter().for_each(|field| drop(record.as_object_mut().unwrap().remove(*field)));
        }
        Room::new().with("d.jsonl", jsonl(&records))
    };
    let room = without(&["id", "name"], 0);
    review(&room, &["--suggest", "s.jsonl"])
        .assert_refused(&["d.jsonl:1: ", "neither id nor name; give each record an id"]);
    assert_eq!(room.files(), ["d.jsonl"]);

    let room = without(&["id", "name"], 100);
    let count = labelled().len() - 101;
    let run = review(&room, &["--suggest", "s.jsonl", "--top", "1000"]);
    assert_eq!(run.code, 0);
    let warning = format!("it gets no suggestion ({count} more are like it)");
    assert!(run.stderr.contains("warning: d.jsonl:101: ") && run.stderr.contains(&warning), "{}", run.stderr);
    let copies = std::fs::read_to_string(room.path("s.jsonl")).unwrap();
    assert!(copies.contains("suggested_tags"));
    assert!(copies.lines().skip(100).all(|line| !line.contains("suggested_tags")));

    let mut records = labelled();
    records.iter_mut().for_each(|record| record["id"] = json!(7));
    let room = Room::new().with("d.jsonl", jsonl(&records));
    review(&room, &["--suggest", "s.jsonl"])
        .assert_refused(&["d.jsonl:2: id \"7\" stands also at d.jsonl:1"]);
}

#[test]
fn a_table_shows_changes_as_a_diff() {
    let room = Room::new().with("d.jsonl", jsonl(&corrupted()));
    let run = review(&room, &["--top", "3", "--format", "table"]);
    assert!(run.stdout.starts_with("suspicion  record"), "{}", run.stdout);
    assert!(run.stdout.contains("\n- ") || run.stdout.contains(" - "), "{}", run.stdout);
    assert!(run.stdout.contains("\nof the data"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
}

#[test]
fn unlabelled_records_are_chosen_without_copies() {
    let mut pool: Vec<Value> = (0..30)
        .map(|number| {
            let topic = ["a game engine of", "a ledger of", "a terminal for"][number % 3];
            json!({"id": number, "description": format!("It is {topic} kind {number}, and number {number} only")})
        })
        .collect();
    let known =
        json!({"id": 30, "description": labelled()[0]["description"], "readme": labelled()[0]["readme"]});
    pool.push(known);
    pool.push(json!({"id": 31, "description": pool[3]["description"]}));
    let room = Room::new().with("pool.jsonl", jsonl(&pool));
    let choose = |args: &[&str]| {
        let train = data("train.jsonl");
        let base = ["review", &train, "--model", model(), "--unlabelled", "pool.jsonl", "--batch", "40"];
        room.run(&[&base, args].concat())
    };
    let run = choose(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = lines(&run);
    let mut ids: Vec<u64> = lines.iter().map(|line| line["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids.iter().filter(|id| [3, 31].contains(*id)).count(), 1, "{ids:?}");
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]) && ids.len() <= 31);
    assert!(lines[0]["reason"].as_str().unwrap().starts_with("may teach "), "{}", lines[0]);
    assert_eq!(choose(&["--jobs", "1"]).stdout, choose(&["--jobs", "2"]).stdout);
    let rare = choose(&["--per-tag", "1"]).stdout;
    let rare: Vec<Value> = rare.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let for_tags = rare.iter().flat_map(|line| line["tags"].as_array().unwrap());
    assert!(for_tags.map(|tag| tag["labelled"].as_u64()).all(|labelled| labelled == Some(0)));
}

#[test]
fn any_number_of_threads_gives_the_same_review() {
    let room = Room::new().with("d.jsonl", jsonl(&corrupted()));
    let of = |jobs: &str| review(&room, &["--jobs", jobs]).stdout;
    assert_eq!(of("1"), of("2"));
}

#[test]
fn what_cannot_be_done_is_refused() {
    let room =
        Room::new().with("d.jsonl", jsonl(&labelled())).with("broken.jsonl", "{\n").with("none.jsonl", "");
    let with_model = |args: &[&str]| room.run(&[args, &["--model", model()]].concat());
    with_model(&["review", "missing.jsonl"]).assert_refused(&["missing.jsonl: cannot read: "]);
    with_model(&["review", "broken.jsonl"]).assert_refused(&["broken.jsonl:1: bad JSON: "]);
    with_model(&["review", "d.jsonl", "--suggest", "./d.jsonl"])
        .assert_refused(&["--suggest (./d.jsonl) would replace what DATA (d.jsonl) reads; "]);
    assert_eq!(room.run(&["review"]).code, 2);
    assert_eq!(room.run(&["review", "--unlabelled", "d.jsonl"]).code, 2);
}
