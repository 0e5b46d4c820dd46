use std::fs;

use serde_json::{Value, json};

use super::{Room, Run, data, read_json};

const DATA: &str = r#"{"id":1,"stars":1.50,"tags":["cli"],"text":"a shell"}
{"id":2,"text":"a schema","tags":[12]}
{"id":3,"text":"a sensor","tags":["iot"]}
"#;
const DECISIONS: &str = r#"{"id":1,"text":"a shell","tags":["cli"],"suggested_tags":["cli","security"],"decision":"accept"}
{"id":2,"text":"a schema","tags":[12],"suggested_tags":[],"decision":"edit","edited_tags":["react","database"]}
{"id":3,"text":"a sensor","tags":["iot"],"suggested_tags":["web-app"]}
"#;
const CHANGED: &str = r#"{"id":1,"stars":1.50,"tags":["cli","security"],"text":"a shell"}
{"id":2,"text":"a schema","tags":["react",12]}
{"id":3,"text":"a sensor","tags":["iot"]}
"#;

fn room() -> Room {
    Room::new().with("d.jsonl", DATA).with("s.jsonl", DECISIONS)
}

/// Applies with the small taxonomy.
fn apply(room: &Room, args: &[&str]) -> Run {
    let taxonomy = data("taxonomy.json");
    room.run(&[&["apply", "--taxonomy", &taxonomy], args].concat())
}

fn text(room: &Room, name: &str) -> String {
    fs::read_to_string(room.path(name)).unwrap()
}

#[test]
fn decided_records_get_their_tags_and_all_else_stays() {
    let room = room();
    let run = apply(&room, &["s.jsonl", "d.jsonl", "-o", "new.jsonl", "--by", "me", "--when", "2026-03-01"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "1 accepted, 0 rejected, 1 edited; 1 undecided, left as they were\nnew.jsonl, new.audit.jsonl: written\n"
    );
    assert_eq!((text(&room, "new.jsonl"), text(&room, "d.jsonl")), (CHANGED.into(), DATA.into()));
    assert_eq!(
        text(&room, "new.audit.jsonl"),
        r#"{"id":1,"decision":"accept","before":["cli"],"after":["cli","security"],"by":"me","when":"2026-03-01"}
{"id":2,"decision":"edit","before":["database"],"after":["react","database"],"by":"me","when":"2026-03-01"}
"#
    );
}

#[test]
fn the_data_are_replaced_only_when_asked() {
    let room = room();
    apply(&room, &["s.jsonl", "d.jsonl", "-o", "d.jsonl"]).assert_refused(&[
        "--out (d.jsonl) would replace what DATA (d.jsonl) reads; say --in-place, or name ",
    ]);
    apply(&room, &["s.jsonl", "d.jsonl", "-o", "s.jsonl"])
        .assert_refused(&["--out (s.jsonl) would replace what SUGGESTIONS (s.jsonl) reads; name "]);
    apply(&room, &["s.jsonl", "d.jsonl", "-o", "n.jsonl", "--audit", "d.jsonl"])
        .assert_refused(&["--audit (d.jsonl) would replace what DATA (d.jsonl) reads; name "]);
    assert_eq!(apply(&room, &["s.jsonl", "d.jsonl"]).code, 2);
    assert_eq!(text(&room, "d.jsonl"), DATA);
    assert_eq!(apply(&room, &["s.jsonl", "d.jsonl", "--in-place"]).code, 0);
    assert_eq!(text(&room, "d.jsonl"), CHANGED);
    assert_eq!(room.files(), ["d.audit.jsonl", "d.jsonl", "s.jsonl"]);
}

#[test]
fn applying_again_changes_nothing_and_repeats_no_audit_line() {
    let room = room();
    assert_eq!(apply(&room, &["s.jsonl", "d.jsonl", "--in-place"]).code, 0);
    let audit = text(&room, "d.audit.jsonl");
    let run = apply(&room, &["s.jsonl", "d.jsonl", "--in-place"]);
    assert!(run.stderr.contains("; 2 of them in the data already\n"), "{}", run.stderr);
    assert_eq!((text(&room, "d.jsonl"), text(&room, "d.audit.jsonl")), (CHANGED.into(), audit));
}

#[test]
fn all_that_is_wrong_is_named_and_nothing_is_written() {
    let decisions = DECISIONS.replace("\"security\"", "\"securty\"").replace("\"id\":2", "\"id\":22")
        + r#"{"id":"3","tags":["react"],"suggested_tags":[],"decision":"accept"}"#;
    let room = room().with("s.jsonl", decisions);
    let run = apply(&room, &["s.jsonl", "d.jsonl", "--in-place"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.stderr);
    assert!(lines[0].starts_with("error: s.jsonl:1: unknown tag \"securty\"; did you mean \"security\"?"));
    assert!(lines[1].starts_with("error: s.jsonl:2: the data have no record with id \"22\"; did you mean"));
    assert!(lines[2].starts_with("error: s.jsonl:4: id \"3\" was decided when its tags were [\"react\"]"));
    assert_eq!(
        (text(&room, "d.jsonl").as_str(), room.files()),
        (DATA, vec!["d.jsonl".into(), "s.jsonl".into()])
    );
}

#[test]
fn other_forms_of_data_are_read_and_written() {
    let room = room().with("d.csv", "id,text,tags\n1,a shell,cli\n2,a schema,12\n3,a sensor,iot\n");
    apply(&room, &["s.jsonl", "d.csv", "--in-place"])
        .assert_refused(&["d.csv: cannot write such a file; name one with -o that ends in .jsonl or .json"]);
    assert_eq!(apply(&room, &["s.jsonl", "d.csv", "-o", "new.json", "--audit", "log.jsonl"]).code, 0);
    let records: Value = read_json(&room.path("new.json"));
    assert_eq!(records[1], json!({"id": "2", "text": "a schema", "tags": ["react", "12"]}));
    assert!(room.files().contains(&"log.jsonl".to_owned()));
}

#[test]
fn a_journal_is_applied_as_it_stands_in_the_end() {
    let journal = r#"{"format":"tagwright decisions 1"}
{"id":1,"decision":"accept","tags":["cli"],"suggested_tags":["react"]}
{"id":2,"decision":"accept","tags":["database"],"suggested_tags":["react"]}
{"id":2,"decision":"undo"}
{"id":1,"decision":"edit","edited_tags":["cli","security"],"tags":["cli"],"suggested_tags":["react"]}
{"id":3,"decision":"acc"#;
    let room = room().with("j.jsonl", journal);
    let run = apply(&room, &["j.jsonl", "d.jsonl", "-o", "new.jsonl"]);
    assert_eq!(run.stderr, "0 accepted, 0 rejected, 1 edited\nnew.jsonl, new.audit.jsonl: written\n");
    assert_eq!(text(&room, "new.jsonl"), DATA.replace("[\"cli\"]", "[\"cli\",\"security\"]"));
}

/// A decision about record 1, which has one tag and gets another.
fn swap(before: &str, after: &str) -> String {
    format!("{{\"id\":1,\"tags\":[\"{before}\"],\"suggested_tags\":[\"{after}\"],\"decision\":\"accept\"}}\n")
}

#[test]
fn every_change_adds_an_audit_line_also_one_that_was_made_before() {
    let room = room().with("there.jsonl", swap("cli", "react")).with("back.jsonl", swap("react", "cli"));
    let lines = || text(&room, "d.audit.jsonl").lines().count();
    for (decisions, count) in [
        ("there.jsonl", 1),
        ("there.jsonl", 1),
        ("back.jsonl", 2),
        ("there.jsonl", 3),
        ("there.jsonl", 3),
        ("back.jsonl", 4),
    ] {
        let run = apply(&room, &[decisions, "d.jsonl", "--in-place"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(lines(), count, "{decisions}");
    }
    // The data were put back by hand: it is a change again.
    fs::write(room.path("d.jsonl"), DATA).unwrap();
    apply(&room, &["there.jsonl", "d.jsonl", "--in-place"]);
    assert_eq!(lines(), 5);
}

#[test]
fn what_a_run_killed_between_its_files_left_undone_is_done_by_the_same_run_again() {
    let room = room();
    assert_eq!(apply(&room, &["s.jsonl", "d.jsonl", "--in-place", "--audit", "log.jsonl"]).code, 0);
    let (data, log) = (text(&room, "d.jsonl"), text(&room, "log.jsonl"));
    // The data are in their place first.
    fs::remove_file(room.path("log.jsonl")).unwrap();
    for _ in 0..2 {
        assert_eq!(apply(&room, &["s.jsonl", "d.jsonl", "--in-place", "--audit", "log.jsonl"]).code, 0);
        assert_eq!((text(&room, "d.jsonl"), text(&room, "log.jsonl")), (data.clone(), log.clone()));
    }
}

#[test]
fn a_changed_text_is_named_and_nothing_is_written() {
    let room = room();
    let run =
        room.run(&["review", "d.jsonl", "--model", super::model(), "--suggest", "all.jsonl", "--top", "3"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let decided = text(&room, "all.jsonl")
        .replace("\"text_digest\"", "\"decision\":\"edit\",\"edited_tags\":[\"iot\"],\"text_digest\"");
    assert_eq!(decided.matches("\"text_digest\":\"sha256:").count(), 3, "{decided}");
    fs::write(room.path("all.jsonl"), decided).unwrap();
    fs::write(room.path("d.jsonl"), DATA.replace("a schema", "another schema")).unwrap();
    let run = apply(&room, &["all.jsonl", "d.jsonl", "--in-place"]);
    run.assert_refused(&["all.jsonl:2: id \"2\" was decided when its text was another than at d.jsonl:2"]);
    assert_eq!(text(&room, "d.jsonl"), DATA.replace("a schema", "another schema"));
    assert!(!room.files().contains(&"d.audit.jsonl".to_owned()));
    fs::write(room.path("d.jsonl"), DATA).unwrap();
    assert_eq!(apply(&room, &["all.jsonl", "d.jsonl", "--in-place"]).code, 0);
}

/// A CSV file as spreadsheets of other countries write it: a byte order mark, semicolons, other line ends.
fn as_a_spreadsheet_saves(csv: &str, decide: impl Fn(&str) -> &'static str) -> String {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let id = header.iter().position(|column| column == "id").unwrap();
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(header.iter().chain(["decision"])).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        writer.write_record(row.iter().chain([decide(&row[id])])).unwrap();
    }
    format!("\u{feff}{}", String::from_utf8(writer.into_inner().unwrap()).unwrap())
}

#[test]
fn suggestions_are_decided_in_a_spreadsheet() {
    let data = r#"{"id":"@acme/kite","text":"=1+1 counts words in a terminal","tags":["game"]}
{"id":"-7","text":"A broker of messages","tags":["cli","game"],"suggested_tags":["message-queue"]}
{"id":"plain","text":"Another thing","tags":[]}
"#;
    let room = Room::new().with("d.jsonl", data).with(
        "s.jsonl",
        data.replace("\"tags\":[\"game\"]", "\"tags\":[\"game\"],\"suggested_tags\":[\"cli\"]"),
    );
    let run = room.run(&["data", "convert", "s.jsonl", "-o", "s.csv", "--spreadsheet-safe"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let csv = fs::read_to_string(room.path("s.csv")).unwrap();
    for quoted in ["\n'@acme/kite,'=1+1 counts", "\n'-7,A broker"] {
        assert!(csv.contains(quoted), "{csv}");
    }
    let decided = as_a_spreadsheet_saves(&csv, |id| match id {
        "'@acme/kite" => " Accept",
        "'-7" => "accept",
        _ => "",
    });
    let room = room.with("decided.csv", decided);
    let run = room.run(&[
        "apply",
        "decided.csv",
        "d.jsonl",
        "-o",
        "new.jsonl",
        "--taxonomy",
        &super::data("taxonomy.json"),
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let new = fs::read_to_string(room.path("new.jsonl")).unwrap();
    let expected = data
        .replace("\"tags\":[\"game\"]", "\"tags\":[\"cli\"]")
        .replace("\"tags\":[\"cli\",\"game\"]", "\"tags\":[\"message-queue\"]");
    assert_eq!(new, expected);
}

#[test]
fn without_the_option_cells_are_exact() {
    let data = "{\"id\":\"=a\",\"text\":\"+1 or 'quoted'\",\"tags\":[]}\n";
    let room = Room::new().with("d.jsonl", data);
    for (from, to) in [("d.jsonl", "d.csv"), ("d.csv", "back.jsonl")] {
        let run = room.run(&["data", "convert", from, "-o", to]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    }
    assert_eq!(fs::read_to_string(room.path("back.jsonl")).unwrap(), data);
}
