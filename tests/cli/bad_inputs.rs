//! Everything that a user can get wrong: one clear line, the exit code, no panic.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Room, Run, model};

/// Predicts `name` and, after it, a good file; asserts that the good one is answered, and gives the run.
#[track_caller]
fn beside_a_good_file(room: Room, name: &str) -> Run {
    let room = room.with("good.md", "React components");
    let run = room.predict(&[name, "good.md"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.lines().last().unwrap().starts_with("{\"id\":\"good.md\",\"tags\":["));
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run
}

#[test]
fn files_that_cannot_be_read_at_all_are_named() {
    let room = || {
        let room = Room::new().with("empty.jsonl", "").with("blank.md", "\n \n").with("words.json", "hello");
        fs::create_dir(room.path("folder")).unwrap();
        room.with("half.md.gz", b"\x1f\x8b\x08\x00").with("wide.md", b"\xff\xfe#\0")
    };
    for (name, message) in [
        ("missing.md", "missing.md: cannot read: No such file"),
        ("folder", "folder: is a directory; name the files in it"),
        ("empty.jsonl", "empty.jsonl: there is nothing in it; give text, JSON, JSON Lines or CSV"),
        ("blank.md", "blank.md: there is nothing in it; "),
        ("words.json", "words.json:1: bad JSON: expected value in column 1; mend it there, or "),
        ("half.md.gz", "half.md.gz: the gzip data ends too early; copy or download the file again"),
        ("wide.md", "wide.md: is UTF-16; convert it to UTF-8"),
    ] {
        room().predict(&[name]).assert_refused(&[&format!("error: {message}")]);
        let run = beside_a_good_file(room(), name);
        assert!(run.stderr.starts_with(&format!("error: {message}")), "{}", run.stderr);
        assert_eq!(run.stdout.lines().count(), 1);
    }
}

#[test]
fn a_broken_line_is_answered_with_an_error_in_its_place() {
    let lines = "{\"id\":1,\"text\":\"React\"}\n{\"id\":2,\"text\":\n{\"id\":3,\"text\":\"React\"}\n";
    let run = Room::new().with("a.jsonl", lines).predict(&["a.jsonl"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error: a.jsonl:2: bad JSON: "), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
    let answers: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&answers[0]["id"], &answers[2]["id"]), (&1.into(), &3.into()));
    assert!(answers[1]["error"].as_str().unwrap().starts_with("a.jsonl:2: bad JSON: "));
    assert!(answers[1].get("tags").is_none() && answers[0].get("error").is_none());
}

#[test]
fn bad_records_are_counted_and_the_first_is_named() {
    let lines = "{\"id\":1}\n{\"id\":2,\"text\":5}\n{\"id\":\"x\",\"text\":\"React\"}\n";
    let run = Room::new().with("a.jsonl", lines).predict(&["a.jsonl"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "error: 2 bad records, the first: a.jsonl:1: no text; \
         give at least one of name, description, readme, text\n"
    );
    assert!(run.stdout.starts_with("{\"id\":1,\"error\":\"a.jsonl:1: no text; "), "{}", run.stdout);
}

#[test]
fn without_any_answer_the_exit_code_is_2() {
    let run = Room::new().with("a.jsonl", "{\"id\":1}\n").predict(&["a.jsonl"]);
    assert_eq!((run.code, run.stdout.lines().count()), (2, 1));
}

#[test]
fn a_readme_of_50_megabytes_is_answered_quickly() {
    let section = "## React\n\nComponents with [links](https://example.org), `code` and **words**.\n\n";
    for (name, text) in [
        ("long.md", section.repeat(50_000_000 / section.len())),
        ("deep.md", "> ".repeat(25_000_000)),
        ("open.md", "[".repeat(50_000_000)),
    ] {
        let room = Room::new().with(name, text);
        // The model is trained before the clock starts.
        model();
        let start = Instant::now();
        let run = room.predict(&[name]);
        assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
        assert_eq!(run.lines()[0]["id"], name);
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let whole = fs::read(model()).unwrap();
    let foreign = br#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let foreign = [&(foreign.len() as u64).to_le_bytes()[..], foreign, &[0; 4]].concat();
    let place = whole.windows(17).position(|window| window == b"tagwright model 1").unwrap();
    let mut other = whole.clone();
    other[place + 16] = b'9';
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 0x40;
    let room = Room::new()
        .with("p.md", "React components")
        .with("half.safetensors", &whole[..whole.len() / 2])
        .with("start.safetensors", &whole[..100])
        .with("empty.safetensors", "")
        .with("text.safetensors", "hello, I am no model")
        .with("foreign.safetensors", foreign)
        .with("other.safetensors", other)
        .with("flipped.safetensors", flipped)
        .with("d.jsonl", "{\"id\":1,\"text\":\"React components\",\"tags\":[]}\n");
    fs::File::create(room.path("huge.safetensors")).unwrap().set_len(9_000_000_000).unwrap();
    fs::create_dir(room.path("folder.safetensors")).unwrap();
    #[cfg(unix)]
    assert!(
        std::process::Command::new("mkfifo").arg(room.path("pipe.safetensors")).status().unwrap().success()
    );
    let expected = "expected a tagwright model";
    let what_to_do = "name a file written by `tagwright train --out`";
    for (name, parts) in [
        ("half.safetensors", [expected, what_to_do]),
        ("start.safetensors", [expected, what_to_do]),
        ("empty.safetensors", [expected, what_to_do]),
        ("text.safetensors", [expected, what_to_do]),
        ("foreign.safetensors", ["found a safetensors file of another program", what_to_do]),
        ("other.safetensors", ["found format \"tagwright model 9\"", "train it again"]),
        (
            "huge.safetensors",
            ["a model file of 9,000,000,000 bytes; at most 1,000,000,000 are read", what_to_do],
        ),
        ("flipped.safetensors", ["expected the bytes with digest ", "copy or train it again"]),
        ("missing.safetensors", ["cannot read the model: No such file", "check the name"]),
        ("folder.safetensors", ["found a directory", what_to_do]),
        #[cfg(unix)]
        ("pipe.safetensors", ["found no regular file", what_to_do]),
    ] {
        let place = format!("{name}: ");
        for args in [
            &["predict", "p.md", "--model", name][..],
            &["explain", "p.md", "--model", name],
            &["evaluate", "d.jsonl", "--model", name],
            &["compare", "default", name, "d.jsonl"],
            &["train", "d.jsonl", "--from", name, "--out", "new"],
        ] {
            room.run(args).assert_refused(&[&place, parts[0], parts[1]]);
            assert!(!room.path("new").exists());
        }
    }
}

#[test]
fn wrong_usage_is_refused_before_anything_is_read() {
    let room = Room::new().with("p.md", "React components");
    for args in [
        &["predict", "p.md", "--threshold", "1.5"][..],
        &["predict", "p.md", "--threshold", "NaN"],
        &["predict", "p.md", "--top", "0"],
        &["predict", "p.md", "--top", "-1"],
        &["predict", "p.md", "--jobs", "0"],
        &["predict", "p.md", "--all", "--top", "3"],
        &["predict", "p.md", "--format", "xml"],
        &["predict", "p.md", "--colour"],
        &["train", "p.md"],
        &["evaluate"],
        &["guess", "p.md"],
    ] {
        let run = room.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
    let run = room.run(&["predict", "p.md", "--threshold", "1.5"]);
    assert!(run.stderr.contains("expected a probability, 0 to 1"), "{}", run.stderr);
}
