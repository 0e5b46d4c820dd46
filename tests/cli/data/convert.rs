use std::fs;

use super::{Room, data};

const LINES: &str = "\
{\"id\":\"1\",\"text\":\"a, \\\"b\\\"\",\"tags\":[\"cli\",\"iot\"],\"note\":{\"stars\":1.50}}
{\"id\":\"2\",\"text\":\"two\\nlines\",\"tags\":[]}
";

fn convert(room: &Room, args: &[&str]) -> String {
    let run = room.run(&[&["data", "convert"], args].concat());
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    run.stderr
}

#[test]
fn json_forms_keep_every_value_as_it_was_written() {
    let room = Room::new().with("a.jsonl", LINES);
    for (from, to) in [("a.jsonl", "b.json.gz"), ("b.json.gz", "c.json"), ("c.json", "d.jsonl")] {
        assert_eq!(convert(&room, &[from, "-o", to]), "");
    }
    assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), LINES);
    let array = fs::read_to_string(room.path("c.json")).unwrap();
    assert!(array.starts_with("[\n{\"id\":\"1\"") && array.contains("{\"stars\":1.50}"), "{array}");
}

#[test]
fn a_value_laid_out_over_lines_comes_back_in_one() {
    let laid_out = "[\n  {\n    \"id\": 1,\r\n    \"text\": \"a \\n b\",\n    \"tags\": [\n      \"cli\",\r      \"iot\"\n    ]\n  }\n]\n";
    let room = Room::new().with("a.json", laid_out);
    assert_eq!(convert(&room, &["a.json", "-o", "b.jsonl"]), "");
    let lines = "{\"id\":1,\"text\":\"a \\n b\",\"tags\":[\"cli\",\"iot\"]}\n";
    assert_eq!(fs::read_to_string(room.path("b.jsonl")).unwrap(), lines);
}

#[test]
fn csv_says_once_what_it_does_not_keep() {
    let room = Room::new().with("a.jsonl", LINES);
    let expected = "warning: CSV holds text alone; read again, these fields are not as they were: note\n";
    assert_eq!(convert(&room, &["a.jsonl", "-o", "a.csv"]), expected);
    let table =
        "id,text,tags,note\n1,\"a, \"\"b\"\"\",cli;iot,\"{\"\"stars\"\":1.50}\"\n2,\"two\nlines\",[],\n";
    assert_eq!(fs::read_to_string(room.path("a.csv")).unwrap(), table);
    assert_eq!(convert(&room, &["a.csv", "-o", "b.jsonl"]), "");
    let back = fs::read_to_string(room.path("b.jsonl")).unwrap();
    assert_eq!(back, LINES.replace("{\"stars\":1.50}", "\"{\\\"stars\\\":1.50}\""));
}

#[test]
fn unlabelled_and_no_tag_stay_apart_in_every_form() {
    let lines = "\
{\"id\":\"1\",\"text\":\"a\"}
{\"id\":\"2\",\"text\":\"b\",\"tags\":[]}
{\"id\":\"3\",\"text\":\"c\",\"tags\":[\"cli\"],\"judged_tags\":[\"cli\",\"iot\"]}
{\"id\":\"4\",\"text\":\"d\",\"tags\":[],\"judged_tags\":[]}
";
    let room = Room::new().with("a.jsonl", lines);
    for (from, to) in
        [("a.jsonl", "b.csv"), ("b.csv", "c.csv.gz"), ("c.csv.gz", "d.json"), ("d.json", "e.jsonl")]
    {
        assert_eq!(convert(&room, &[from, "-o", to]), "");
    }
    assert_eq!(fs::read_to_string(room.path("e.jsonl")).unwrap(), lines);
    let table = "id,text,tags,judged_tags\n1,a,,\n2,b,[],\n3,c,cli,cli;iot\n4,d,[],[]\n";
    assert_eq!(fs::read_to_string(room.path("b.csv")).unwrap(), table);
    let check = ["data", "check", "b.csv", "--taxonomy", &data("taxonomy.json")];
    let kinds: Vec<_> = room
        .run(&check)
        .stdout
        .lines()
        .map(|line| line.split("\"kind\":").nth(1).unwrap()[..8].to_owned())
        .collect();
    assert_eq!(kinds, ["\"no-tags", "\"unjudge"]);
    let train = ["train", "b.csv", "--taxonomy", &data("taxonomy.json"), "--out", "m"];
    room.run(&train).assert_refused(&["b.csv:2: the record has no \"tags\"; give its tags, or [] for none"]);
}

#[test]
fn files_are_put_together_from_and_to_the_streams() {
    let room = Room::new().with("a.csv", "id,text\n1,x\n");
    let args = ["data", "convert", "a.csv", "-", "-o", "-", "--format", "json"];
    let run = room.run_with_stdin(&args, "{\"id\":2,\"name\":\"a/b\"}\n");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, "[\n{\"id\":\"1\",\"text\":\"x\"},\n{\"id\":2,\"name\":\"a/b\"}\n]\n");
}

#[test]
fn a_broken_record_is_refused_and_nothing_is_written() {
    let room = Room::new().with("a.jsonl", format!("{LINES}{{broken\n"));
    room.run(&["data", "convert", "a.jsonl", "-o", "b.csv"]).assert_refused(&["a.jsonl:3: bad JSON: "]);
    room.run(&["data", "convert", "a.jsonl", "-o", "a.jsonl"])
        .assert_refused(&["--out (a.jsonl) would replace what IN "]);
    assert_eq!(room.files(), ["a.jsonl"]);
}
