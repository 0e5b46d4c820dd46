//! What becomes of files: inputs that are kept, outputs that are whole, streams whose reader leaves, disks that are full.

use std::fs;
use std::process::Command;

use super::{Room, Run, data, model};

const RECORDS: &str = "{\"id\":\"1\",\"text\":\"a shell\",\"tags\":[\"cli\"]}\n{\"id\":\"2\",\"text\":\"a window\",\"tags\":[\"ui\"]}\n";

fn room() -> Room {
    let taxonomy = fs::read(data("taxonomy.json")).unwrap();
    Room::new().with("d.jsonl", RECORDS).with("t.json", taxonomy)
}

/// Runs a shell command in which `tagwright` is the program.
fn shell(room: &Room, script: &str) -> Run {
    let mut command = Command::new("sh");
    command
        .current_dir(room.0.path())
        .args(["-c", &format!("tagwright() {{ \"$TAGWRIGHT\" \"$@\"; }}; {script}")]);
    command.env("TAGWRIGHT", env!("CARGO_BIN_EXE_tagwright"));
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn an_input_is_not_written_over() {
    let room = room();
    let before = room.files();
    for (args, arguments) in [
        ("evaluate d.jsonl --json ./d.jsonl", ["--json", "DATA"]),
        ("compare default default d.jsonl --report d.jsonl", ["--report", "DATA"]),
        ("compare d.jsonl default t.json --markdown d.jsonl", ["--markdown", "A"]),
        ("cross-validate d.jsonl --taxonomy t.json --out t.json", ["--out", "--taxonomy"]),
        ("train d.jsonl --taxonomy t.json --out m --json ./m", ["--out", "--json"]),
        ("train d.jsonl --taxonomy t.json --out new --json sub/../new", ["--out", "--json"]),
        ("data split d.jsonl --part a.jsonl=0.5 --part ./a.jsonl", ["--part", "--part"]),
        ("data convert d.jsonl t.json -o t.json", ["--out", "IN"]),
        ("review d.jsonl --test t.json --suggest t.json", ["--suggest", "--test"]),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        fs::create_dir_all(room.path("sub")).unwrap();
        room.run(&args).assert_refused(&arguments);
        fs::remove_dir(room.path("sub")).unwrap();
        assert_eq!(room.files(), before, "{args:?}");
        assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), RECORDS);
    }
}

#[test]
fn a_stream_is_used_once() {
    let room = room();
    for (script, parts) in [
        ("predict - - < d.jsonl", ["INPUT and INPUT: ", "standard input can only be read once; "]),
        ("data convert - /dev/stdin -o - < d.jsonl", ["IN and IN: ", "standard input "]),
        ("predict --candidates /dev/stdin < d.jsonl", ["--candidates and INPUT: ", "standard input "]),
        (
            "evaluate d.jsonl --json - --markdown /dev/stdout",
            ["--json and --markdown: ", "standard output; "],
        ),
    ] {
        shell(&room, &format!("tagwright {script}")).assert_refused(&parts);
    }
}

#[test]
fn standard_output_is_no_input_either() {
    let room = room();
    for (script, problem) in [
        ("predict d.jsonl >> d.jsonl", "standard output goes into what INPUT (d.jsonl) reads; redirect it"),
        ("predict < d.jsonl >> d.jsonl", "standard output goes into what INPUT (standard input) reads; "),
        (
            "data convert d.jsonl -o - >> d.jsonl",
            "--out (standard output) goes into what IN (d.jsonl) reads; ",
        ),
        (
            "data convert - -o d.jsonl < d.jsonl",
            "--out (d.jsonl) would replace what IN (standard input) reads; ",
        ),
        ("evaluate d.jsonl --json /dev/stdout >> d.jsonl", "--json (standard output) goes into what DATA "),
    ] {
        shell(&room, &format!("tagwright {script}")).assert_refused(&[problem]);
        assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), RECORDS);
    }
    let both = shell(&room, "tagwright evaluate d.jsonl --json both > both");
    both.assert_refused(&["--json (both)", "standard output"]);
}

#[test]
fn what_goes_nowhere_may_go_there_twice() {
    let room = room();
    let evaluate = "tagwright evaluate d.jsonl --json /dev/null --markdown /dev/null > /dev/null < /dev/null";
    let run = shell(&room, evaluate);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn standard_output_by_its_name_is_standard_output() {
    let room = room();
    let run = shell(&room, "echo before > log; tagwright data convert d.jsonl -o /dev/stdout >> log");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(room.path("log")).unwrap(), format!("before\n{RECORDS}"));
    let run = shell(&room, "ln -s /dev/stdout out; tagwright data convert d.jsonl -o out >> log");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(room.path("log")).unwrap(), format!("before\n{RECORDS}{RECORDS}"));
    let run = shell(&room, "tagwright evaluate d.jsonl --json /dev/stdout");
    assert!(run.stdout.starts_with('{') && run.stdout.ends_with("}\n"), "{}", run.stdout);
}

/// Enough records to fill any pipe.
fn many() -> String {
    let text = "x".repeat(1000);
    let line = |id| format!("{{\"id\":{id},\"text\":\"a shell {id} {text}\",\"tags\":[\"cli\"]}}\n");
    (0..400).map(line).collect()
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let room = room().with("n.jsonl", many());
    let label = format!("--model {}", model());
    for args in [
        "data convert n.jsonl -o -",
        "data convert n.jsonl -o - --format csv",
        "data convert n.jsonl -o - --format json",
        "data convert n.jsonl -o /dev/stdout",
        "data convert n.jsonl -o pipe.csv",
        "data convert n.jsonl -o pipe.jsonl",
        "data convert noise.jsonl -o pipe.jsonl.gz",
        "data split n.jsonl --part pipe.jsonl=0.9 --part rest.jsonl",
        "predict n.jsonl MODEL --all",
        "predict n.jsonl MODEL --all --format table",
        "explain n.jsonl MODEL",
        "explain n.jsonl MODEL --format html",
        "evaluate n.jsonl MODEL --report pipe.html",
        "evaluate n.jsonl MODEL --report -",
        "compare n.jsonl MODEL2 n.jsonl --format jsonl",
        "review n.jsonl MODEL --top 400",
        "review n.jsonl MODEL --probabilities pipe.jsonl",
    ] {
        let args = args.replace("MODEL2", model()).replace("MODEL", &label);
        let pipe = args.split([' ', '=']).find(|word| word.starts_with("pipe"));
        if args.contains("noise") {
            let noise = |seed: u64| {
                format!(
                    "{{\"text\":\"{:x}\"}}\n",
                    u128::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).pow(3)
                )
            };
            fs::write(room.path("noise.jsonl"), (1..9000).map(noise).collect::<String>()).unwrap();
        }
        // The exit code goes to a file of its own; `head` takes a byte and leaves.
        let script = match pipe {
            Some(pipe) => format!(
                "rm -f {pipe}; mkfifo {pipe}; head -c 1 {pipe} > first & tagwright {args} >/dev/null 2>said; echo $? > code; wait"
            ),
            None => format!("{{ tagwright {args} 2>said; echo $? > code; }} | head -c 1 > first"),
        };
        shell(&room, &script);
        let read = |name: &str| fs::read_to_string(room.path(name)).unwrap();
        assert_eq!(read("code"), "0\n", "{args}: {}", read("said"));
        assert!(!read("said").contains("error"), "{args}: {}", read("said"));
    }
    // What else there is to write is written, although the reader of the pipe is gone.
    assert!(room.path("rest.jsonl").exists());
}

#[test]
fn a_bad_name_for_an_output_is_refused_before_any_work() {
    let long = "n".repeat(300);
    for (out, expected) in [
        ("", "error: --out: the name is empty; name a file\n".to_owned()),
        ("d.jsonl/x", "error: d.jsonl/x: cannot write: part of the name is a file, no directory; name a file in a directory\n".to_owned()),
        ("sub", "error: sub: cannot write: it is a directory; name a file\n".to_owned()),
        ("sub/", "error: sub/: cannot write: it is a directory; name a file\n".to_owned()),
        ("new/", "error: new/: cannot write: this names a directory; name a file\n".to_owned()),
        ("none/x", "error: none/x: cannot write: there is no directory none; create it first\n".to_owned()),
        (&long, format!("error: {long}: cannot write: File name too long (os error 36); choose a shorter name\n")),
    ] {
        let room = room();
        fs::create_dir(room.path("sub")).unwrap();
        for args in [
            &["data", "convert", "missing.jsonl", "--out", out][..],
            &["data", "import", "missing.jsonl", "--out", out],
            &["train", "missing.jsonl", "--taxonomy", "t.json", "--out", out],
            &["cross-validate", "missing.jsonl", "--taxonomy", "t.json", "--out", out],
        ] {
            let run = room.run(args);
            let os_error = run.stderr.rfind("(os error ").filter(|_| cfg!(not(target_os = "linux")));
            assert_eq!((run.code, run.stdout.as_str()), (2, ""));
            assert!(os_error.is_some() || run.stderr == expected, "{args:?}: {}", run.stderr);
        }
        assert_eq!(room.files(), ["d.jsonl", "sub", "t.json"]);
    }
}

#[test]
fn a_full_disk_leaves_all_as_it_was() {
    let decided = RECORDS.replace("}\n", ",\"suggested_tags\":[\"cli\"],\"decision\":\"accept\"}\n");
    let room = room().with("s.jsonl", decided).with("x.txt", "__label__cli a shell\n");
    fs::copy(data("train.jsonl"), room.path("train.jsonl")).unwrap();
    for name in ["out.jsonl", "other.jsonl", "out.audit.jsonl"] {
        fs::write(room.path(name), "").unwrap();
    }
    let before = room.files();
    let model = model();
    for args in [
        "data convert d.jsonl -o out.jsonl",
        "data convert d.jsonl -o out.jsonl.gz",
        "data import x.txt --from fasttext -o out.jsonl",
        "data split d.jsonl --part out.jsonl=0.5 --part other.jsonl=0.5",
        "train train.jsonl --taxonomy t.json --out out.jsonl",
        "cross-validate train.jsonl --taxonomy t.json --folds 2 --out out.jsonl",
        "evaluate d.jsonl --json out.jsonl",
        "evaluate d.jsonl --markdown out.jsonl",
        "evaluate d.jsonl --report out.jsonl",
        "compare default default d.jsonl --report out.jsonl",
        "review d.jsonl MODEL --suggest out.jsonl",
        "review d.jsonl MODEL --probabilities out.jsonl",
        "apply s.jsonl d.jsonl -o out.jsonl --taxonomy t.json",
    ] {
        let args = args.replace("MODEL", &format!("--model {model}"));
        let run = shell(&room, &format!("ulimit -f 0; tagwright {args}"));
        assert_eq!(run.code, 2, "{args}: {}", run.stderr);
        let error = run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap();
        let place = error.starts_with("error: out.") || error.starts_with("error: other.");
        assert!(
            place && error.contains(": cannot write") && error.contains("File too large"),
            "{args}: {error}"
        );
        assert!(
            error.ends_with("; name a file elsewhere") && !error.contains(".tagwright"),
            "{args}: {error}"
        );
        assert_eq!(room.files(), before, "{args}");
        assert_eq!(fs::read_to_string(room.path("out.jsonl")).unwrap(), "", "{args}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let room = room();
    for args in ["-o /dev/full", "-o - > /dev/full"] {
        let run = shell(&room, &format!("tagwright data convert d.jsonl {args}"));
        run.assert_refused(&["No space left on device"]);
    }
}
