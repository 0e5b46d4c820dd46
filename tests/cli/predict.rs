use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{Room, data, model, name};

const BROKER: &str = "A message broker with durable queues";

/// Four projects; the second has no id.
const PROJECTS: &str = r#"{"id": 7, "description": "A message broker with queues"}
{"name": "petal/buttons", "description": "React components"}
{"id": "007", "text": "A roguelike game with potions"}
{"id": 1e3, "readme": "Command line tool for the terminal"}
"#;

fn projects() -> Room {
    Room::new().with("projects.jsonl", PROJECTS)
}

fn gzip(bytes: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_example_is_about_messages_and_things() {
    let example = format!("{}/examples/message-broker.md", env!("CARGO_MANIFEST_DIR"));
    let run = Room::new().run(&["predict", &example]);
    assert_eq!(run.lines()[0]["id"], "message-broker.md");
    let names = run.names().concat();
    assert!(names.contains(&"message-queue".to_owned()) && names.contains(&"iot".to_owned()), "{names:?}");
}

#[test]
fn ids_come_back_as_they_came_and_in_order() {
    let run = projects().predict(&["projects.jsonl"]);
    let ids: Vec<_> = run.stdout.lines().map(|line| line.split(",\"tags\":[{").next().unwrap()).collect();
    assert_eq!(ids, ["{\"id\":7", "{\"id\":null", "{\"id\":\"007\"", "{\"id\":1e3"]);
    let best: Vec<_> = run.names().into_iter().map(|names| names[0].clone()).collect();
    assert_eq!(best, ["message-queue", "react", "game", "cli"]);
}

#[test]
fn ids_and_names_of_tags_are_those_of_the_taxonomy() {
    let room = Room::new().with("engine.txt", "A 2D game engine with sprites and physics");
    let run = room.predict(&["engine.txt", "--top", "1"]);
    assert_eq!(run.stdout, "{\"id\":\"engine.txt\",\"tags\":[{\"id\":81,\"name\":\"game-engine \"}]}\n");
}

#[test]
fn many_records_of_several_inputs_are_answered_the_same_by_any_number_of_threads() {
    let mut lines = String::new();
    for id in 0..700 {
        writeln!(lines, "{{\"id\":{id},\"text\":\"tool number {id} for the terminal or a database\"}}")
            .unwrap();
    }
    let room = projects().with("many.jsonl", lines);
    let one = room.predict(&["projects.jsonl", "many.jsonl", "projects.jsonl", "--jobs", "1"]);
    let two = room.predict(&["projects.jsonl", "many.jsonl", "projects.jsonl", "--jobs", "2"]);
    assert_eq!(one.stdout, two.stdout);
    let ids: Vec<Value> = one.lines().iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids[4..704], (0..700).map(Value::from).collect::<Vec<_>>());
    assert_eq!((ids.len(), &ids[704]), (708, &json!(7)));
}

#[test]
fn a_csv_file_is_answered() {
    let room =
        Room::new().with("p.csv", "id,description\n07,A message broker\n8,\"React components, hooks\"\n");
    let run = room.predict(&["p.csv", "--tags", "names", "--top", "1"]);
    let expected = "{\"id\":\"07\",\"tags\":[\"message-queue\"]}\n{\"id\":\"8\",\"tags\":[\"react\"]}\n";
    assert_eq!(run.stdout, expected);
}

#[test]
fn standard_input_is_recognised() {
    let object = json!({"id": 5, "description": BROKER}).to_string();
    let pretty = serde_json::to_string_pretty(&json!([{"id": 5, "description": BROKER}])).unwrap();
    let room = Room::new();
    for (stdin, id) in [
        (object.clone().into_bytes(), json!(5)),
        (format!("{object}\n{object}\n").into_bytes(), json!(5)),
        (pretty.into_bytes(), json!(5)),
        (BROKER.to_owned().into_bytes(), Value::Null),
        (format!("# Pond\n\n{BROKER}\n").into_bytes(), Value::Null),
        (gzip(&object), json!(5)),
        (gzip(BROKER), Value::Null),
    ] {
        for input in [&[][..], &["-"]] {
            let args = [&["predict", "--model", model()], input].concat();
            let run = room.run_with_stdin(&args, stdin.clone());
            assert_eq!(run.lines()[0]["id"], id);
            assert_eq!(run.names()[0][0], "message-queue");
        }
    }
}

#[test]
fn input_format_goes_before_the_name() {
    let room = Room::new().with("list.txt", PROJECTS);
    assert_eq!(room.predict(&["list.txt"]).lines().len(), 1);
    assert_eq!(room.predict(&["list.txt", "--input-format", "jsonl"]).lines().len(), 4);
}

#[test]
fn top_and_threshold_replace_the_models_rule() {
    let counts = |args: &[&str]| -> Vec<usize> {
        projects().predict(&[&["projects.jsonl"], args].concat()).names().iter().map(Vec::len).collect()
    };
    assert_eq!(counts(&["--threshold", "0"]), [3, 3, 3, 3]);
    assert_eq!(counts(&["--threshold", "0", "--top", "5"]), [5, 5, 5, 5]);
    assert_eq!(counts(&["--threshold", "1"]), [0, 0, 0, 0]);
    assert_eq!(counts(&["--top", "1"]), [1, 1, 1, 1]);
}

#[test]
fn tags_are_written_as_asked() {
    let tags = |form| {
        projects().predict(&["projects.jsonl", "--top", "1", "--tags", form]).lines()[2]["tags"].clone()
    };
    assert_eq!(tags("objects"), json!([{"id": 22, "name": "game"}]));
    assert_eq!(tags("ids"), json!([22]));
    assert_eq!(tags("names"), json!(["game"]));
}

#[test]
fn scores_have_the_digits_of_a_single_precision_number() {
    let run = projects().predict(&["projects.jsonl", "--scores", "--threshold", "0"]);
    for tag in run.lines().iter().flat_map(|line| line["tags"].as_array().unwrap().clone()) {
        let written = tag["score"].to_string();
        let score: f32 = written.parse().unwrap();
        assert!((0.0..=1.0).contains(&score));
        assert_eq!(written.parse::<f64>(), score.to_string().parse::<f64>(), "{tag}");
    }
}

#[test]
fn all_gives_every_tag_best_first() {
    let run = projects().predict(&["projects.jsonl", "--all"]);
    for line in run.lines() {
        let scores: Vec<f64> =
            line["tags"].as_array().unwrap().iter().map(|tag| tag["score"].as_f64().unwrap()).collect();
        assert_eq!(scores.len(), 12);
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    }
}

#[test]
fn scores_need_a_place() {
    for option in ["--scores", "--all"] {
        let run = projects().predict(&["projects.jsonl", "--tags", "ids", option]);
        run.assert_refused(&["use --tags objects or --format table"]);
    }
}

#[test]
fn json_is_one_array() {
    let room = projects().with("none.json", "[]");
    let run = room.predict(&["projects.jsonl", "--format", "json"]);
    let array: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(array, room.predict(&["projects.jsonl"]).lines());
    let run = room.predict(&["none.json", "--format", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "[]\n"));
}

#[test]
fn a_table_names_records_and_aligns_scores() {
    let room = Room::new().with(
        "p.jsonl",
        "{\"id\":7,\"text\":\"React components\"}\n{\"name\":\"a/b\",\"text\":\"React hooks\",\"candidates\":[]}\n{\"id\":8}\n",
    );
    let run = room.predict(&["p.jsonl", "--format", "table", "--top", "2", "--threshold", "0"]);
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(run.code, 1);
    assert!(lines[0].starts_with("record   tag ") && lines[0].ends_with("   score"), "{}", run.stdout);
    assert!(lines[2].starts_with("7        react ") && lines[3].starts_with("         "), "{}", run.stdout);
    assert_eq!(lines[2].len(), lines[3].len());
    assert_eq!(lines[4], "a/b      (none)");
    assert!(lines[5].starts_with("8        error: p.jsonl:3: no text; "), "{}", run.stdout);
    let ids = room.predict(&["p.jsonl", "--format", "table", "--top", "1", "--tags", "ids"]).stdout;
    assert!(ids.lines().nth(2).unwrap().starts_with("7        74 "), "{ids}");
}

#[test]
fn only_candidates_are_chosen() {
    let room = projects()
        .with("names.txt", "cli\n\n  game-engine \n")
        .with("mixed.json", r#"["cli", 81, {"id": 81, "name": "game-engine "}]"#);
    for candidates in ["cli,81", " cli , game-engine", "names.txt", "mixed.json"] {
        let run = room.predict(&["projects.jsonl", "--threshold", "0", "--candidates", candidates]);
        for mut names in run.names() {
            names.sort();
            assert_eq!(names, ["cli", "game-engine "], "{candidates}");
        }
    }
    let run = room.predict(&["projects.jsonl", "--candidates", &data("taxonomy.json")]);
    assert_eq!(run.stdout, room.predict(&["projects.jsonl"]).stdout);
}

#[test]
fn a_records_own_candidates_go_first() {
    let room = Room::new().with(
        "p.jsonl",
        r#"{"text": "React components", "candidates": [{"id": 22, "name": "game"}, "sec-1"]}
           {"text": "React components"}"#,
    );
    let run = room.predict(&["p.jsonl", "--threshold", "0", "--candidates", "cli"]);
    let mut names = run.names();
    names[0].sort();
    assert_eq!(names, [vec!["game", "security"], vec!["cli"]]);
}

#[test]
fn an_unknown_candidate_is_named_once() {
    let line = "{\"text\": \"React components\", \"candidates\": [\"react\", \"svelte\"]}\n";
    let room = Room::new().with("p.jsonl", line.repeat(3));
    let run = room.predict(&["p.jsonl", "--tags", "names"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "warning: p.jsonl:1: the model does not know the candidate \"svelte\"; it is ignored\n"
    );
    assert_eq!(run.stdout, "{\"id\":null,\"tags\":[\"react\"]}\n".repeat(3));
}

#[test]
fn candidates_that_are_all_unknown_are_refused() {
    let run = projects().predict(&["projects.jsonl", "--candidates", "missing.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let last = run.stderr.lines().last().unwrap();
    assert!(last.starts_with("error: --candidates missing.json: there is no such file, and "), "{last}");
    let room = projects().with("c.json", "[\"cli\",\n{}]");
    room.predict(&["projects.jsonl", "--candidates", "c.json"]).assert_refused(&["c.json:2: ", "JSON array"]);
}

/// A running `predict` that reads standard input.
fn running() -> Child {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("tagwright"));
    command.args(["predict", "--model", model()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn an_answer_does_not_wait_for_the_next_record() {
    let mut child = running();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(stdin, "{{\"id\":{id},\"text\":\"React components\"}}").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["id"], name(&line["tags"][0]).as_str()), (&json!(id), "react"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = running();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // Enough that writing the answers must fail; our own pipe may break too.
    let _ = stdin.write_all("{\"text\":\"React components\"}\n".repeat(10_000).as_bytes());
    // The input stays open: nobody wants the output, so its end is not waited for.
    assert!(child.wait().unwrap().success());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
}

#[test]
fn the_model_inside_answers_like_the_file_it_comes_from() {
    let file = format!("{}/models/default.safetensors", env!("CARGO_MANIFEST_DIR"));
    let room = projects();
    let inside = room.run(&["predict", "projects.jsonl", "--all"]);
    let outside = room.run(&["predict", "projects.jsonl", "--all", "--model", &file]);
    assert_eq!(inside.lines(), outside.lines());
}

/// The most memory that a running process has had, in kilobytes.
#[cfg(target_os = "linux")]
fn peak_kilobytes(child: &Child) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_records() {
    let mut child = running();
    let (mut input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || BufReader::new(output).lines().count());
    let readme = "# Parcel\\n\\nA queue of messages between services.\\n\\n".repeat(200);
    for id in 0..10_000 {
        writeln!(input, "{{\"id\":{id},\"readme\":\"{readme}\"}}").unwrap();
    }
    let peak = peak_kilobytes(&child);
    drop(input);
    assert_eq!(reader.join().unwrap(), 10_000);
    assert!(child.wait().unwrap().success());
    assert!(peak < 80_000, "{peak} kB");
}
