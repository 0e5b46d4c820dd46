//! Files as people have them: of other forms than their names say, half broken, or far too large.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{Room, Run, data, model};

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// Some hundred kilobytes that unpack to a gigabyte of one byte.
fn bomb(byte: u8) -> Vec<u8> {
    gzip(vec![byte; 10_000_000]).repeat(100)
}

/// The answers to the records of a file: id and whether there is an error.
fn answers(run: &Run) -> Vec<(Value, bool)> {
    let answer = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    run.stdout.lines().map(answer).map(|line| (line["id"].clone(), line.get("error").is_some())).collect()
}

#[test]
fn a_quote_left_open_costs_one_record() {
    let rows: Vec<String> = (5..1_000).map(|row| format!("{row},a parser,cli\n")).collect();
    let room = Room::new()
        .with("d.csv", format!("id,text,tags\n2,a queue,cli\n3,a parser,\"cli\n{}", rows.concat()));
    let run = room.predict(&["d.csv"]);
    let answers = answers(&run);
    assert_eq!((run.code, answers.len()), (1, 997));
    assert_eq!(answers.iter().filter(|(_, is_bad)| *is_bad).collect::<Vec<_>>(), [&("3".into(), true)]);
    assert!(run.stderr.starts_with("error: d.csv:3: the quoted cell that opens here"), "{}", run.stderr);
    let check = room.run(&["data", "check", "d.csv"]);
    assert!(
        check.stdout.contains("\"line\":3,\"severity\":\"error\",\"kind\":\"unreadable\""),
        "{}",
        check.stdout
    );
    let convert = ["data", "convert", "d.csv", "-o", "e.jsonl"];
    room.run(&convert).assert_refused(&["d.csv:3: the quoted cell that opens here"]);
}

#[test]
fn no_field_is_lost_where_all_are_kept() {
    let room = Room::new()
        .with("d.csv", "id,x,x,text\n1,a,b,c\n")
        .with("d.jsonl", "{\"id\":1,\"stars\":1,\"text\":\"x\",\"stars\":2,\"tags\":[]}\n");
    for (file, problem) in [
        ("d.csv", "d.csv:2: two values in columns named \"x\""),
        ("d.jsonl", "d.jsonl:1: bad JSON: duplicate field `stars`"),
    ] {
        room.run(&["data", "convert", file, "-o", "e.jsonl"]).assert_refused(&[problem]);
        let split = ["data", "split", file, "--part", "a.jsonl=0.5", "--part", "b.jsonl"];
        room.run(&split).assert_refused(&[problem]);
        let check = room.run(&["data", "check", file]);
        assert!(check.code == 1 && check.stdout.contains("\"kind\":\"unreadable\""), "{}", check.stdout);
        assert_eq!(room.predict(&[file]).code, 0);
    }
    assert_eq!(room.files(), ["d.csv", "d.jsonl"]);
}

#[test]
fn several_arrays_are_read_everywhere() {
    let taxonomy = data("taxonomy.json");
    let records = "[{\"id\":1,\"text\":\"a\",\"tags\":[]}]\n[{\"id\":2,\"text\":\"b\",\"tags\":[]}]\n{\"id\":3,\"text\":\"c\",\"tags\":[]}";
    let predictions = "[{\"id\":1,\"tags\":[]}][{\"id\":2,\"tags\":[]},\n{\"id\":3,\"tags\":[]}]";
    let stars =
        "[{\"full_name\":\"a/b\",\"description\":\"x\"}]\n[{\"full_name\":\"c/d\",\"description\":\"y\"}]";
    let room = Room::new()
        .with("d.json", records)
        .with("d.jsonl", records)
        .with("p.json", predictions)
        .with("p.jsonl", predictions)
        .with("s.json", stars);
    for (data, predictions) in [("d.json", "p.jsonl"), ("d.jsonl", "p.json")] {
        assert_eq!(answers(&room.predict(&[data])).len(), 3);
        let run = room.run(&["evaluate", data, "--predictions", predictions, "--taxonomy", &taxonomy]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    room.run(&["data", "import", "s.json", "-o", "e.jsonl"]);
    assert_eq!(fs::read_to_string(room.path("e.jsonl")).unwrap().lines().count(), 2);
}

#[test]
fn what_people_hand_in_beside_the_records_is_read_in_any_clothes() {
    let plain = fs::read(data("taxonomy.json")).unwrap();
    let marked = [b"\xef\xbb\xbf\r\n", plain.as_slice()].concat();
    let crlf = String::from_utf8(plain.clone()).unwrap().replace('\n', "\r\n");
    let settings = b"\xef\xbb\xbf\r\n[linear]\r\nepochs = 0\r\n";
    let room = Room::new()
        .with("marked.json", &marked)
        .with("packed.json.gz", gzip(&marked))
        .with("crlf.json", crlf)
        .with("names.txt", "\u{feff}\n  cli\r\nweb-app\r\n")
        .with("names.json", "\u{feff}[\"cli\"]")
        .with("wide.json", b"\xff\xfe[\0")
        .with("latin.json", b"[\n{\"id\":1,\"name\":\"caf\xe9\"}]")
        .with("settings.toml", settings)
        .with("settings.toml.gz", gzip(settings))
        .with("d.jsonl", "{\"text\":\"a command line tool\",\"tags\":[\"cli\"]}\n");
    for name in ["marked.json", "packed.json.gz", "crlf.json"] {
        let run = room.run(&["data", "check", "d.jsonl", "--taxonomy", name]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{name}: {}", run.stderr);
    }
    for name in ["names.txt", "names.json", "packed.json.gz"] {
        let run = room.run(&["predict", "--model", model(), "d.jsonl", "--candidates", name]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
    }
    room.run(&["data", "check", "d.jsonl", "--taxonomy", "wide.json"])
        .assert_refused(&["wide.json: is UTF-16; "]);
    room.run(&["data", "check", "d.jsonl", "--taxonomy", "latin.json"])
        .assert_refused(&["latin.json:2: is not UTF-8; "]);
    for name in ["settings.toml", "settings.toml.gz"] {
        let train = ["train", "d.jsonl", "--taxonomy", "crlf.json", "--out", "m", "--settings", name];
        room.run(&train).assert_refused(&[&format!("{name}:3: linear.epochs: expected 1 to 1,000, found 0")]);
    }
}

#[test]
fn separators_and_capitals_of_a_header_are_recognised() {
    for (name, table) in [
        ("d.csv", "ID;Description;Tags\n1;A tool, for the command line;cli\n"),
        ("d.csv", "sep=;\r\nID;Description;Tags\r\n1;\"A tool, for the command line\";cli\r\n"),
        ("d.tsv", "\u{feff}\"id\"\tDESCRIPTION\ttags\n1\tA tool, for the command line\tcli\n"),
        ("d.csv", "id,description,tags\n1,\"A tool, for the command line\",cli\n"),
    ] {
        let room = Room::new().with(name, table);
        assert_eq!(room.run(&["data", "convert", name, "-o", "e.jsonl"]).code, 0, "{table}");
        let expected = "{\"id\":\"1\",\"description\":\"A tool, for the command line\",\"tags\":[\"cli\"]}\n";
        assert_eq!(fs::read_to_string(room.path("e.jsonl")).unwrap(), expected, "{table}");
    }
}

#[test]
fn a_file_of_another_form_than_its_name_is_read_or_named() {
    let pretty = "[\n  {\n    \"id\": 1,\n    \"text\": \"a queue\"\n  },\n  {\n    \"id\": 2,\n    \"text\": \"a parser\"\n  }\n]\n";
    let lines = "{\"id\":1,\"text\":\"a queue\"}\n{\"id\":2,\"text\":\"a parser\"}\n";
    let room = Room::new()
        .with("pretty.jsonl", pretty)
        .with(
            "objects.jsonl",
            "{\n\"id\": 1,\n\"text\": \"a queue\"\n}\n{\n\"id\": 2,\n\"text\": \"a parser\"\n}\n",
        )
        .with("lines.json", lines)
        .with("json.csv", pretty)
        .with("lines.csv", lines)
        .with("csv.json", "id,text\n1,x\n")
        .with("csv.jsonl", "name;description\n1;x\n")
        .with("sheet.csv", b"PK\x03\x04rest")
        .with("packed.jsonl", b"\x28\xb5\x2f\xfdrest");
    for name in ["pretty.jsonl", "objects.jsonl", "lines.json"] {
        assert_eq!(answers(&room.predict(&[name])), [(1.into(), false), (2.into(), false)], "{name}");
    }
    for (name, message) in [
        ("json.csv", "json.csv: is JSON, not CSV; name it .json or .jsonl, or "),
        ("lines.csv", "lines.csv: is JSON, not CSV; "),
        ("csv.json", "csv.json: is CSV, not JSON; name it .csv, or "),
        ("csv.jsonl", "csv.jsonl: is CSV, not JSON; "),
        ("sheet.csv", "sheet.csv: is a spreadsheet or a zip archive; save it as CSV"),
        ("packed.jsonl", "packed.jsonl: is packed with zstd; unpack it"),
    ] {
        room.predict(&[name]).assert_refused(&[message]);
        room.run(&["data", "convert", name, "-o", "e.jsonl"]).assert_refused(&[message]);
    }
}

/// Runs tagwright with so much memory at most.
#[cfg(target_os = "linux")]
fn within(room: &Room, megabytes: u32, args: &[&str]) -> Run {
    let mut command = assert_cmd::Command::new("sh");
    let program = assert_cmd::cargo::cargo_bin!("tagwright");
    let script = format!("ulimit -v {}; exec \"$0\" \"$@\"", u64::from(megabytes) * 1000);
    command.current_dir(room.path(".")).args(["-c", &script]).arg(program).args(args);
    Run::of(command)
}

#[cfg(target_os = "linux")]
#[test]
fn what_unpacks_to_a_gigabyte_is_refused_in_bounded_memory() {
    let taxonomy = data("taxonomy.json");
    let room = Room::new().with("d.jsonl", "{\"text\":\"x\",\"tags\":[]}\n");
    let (zeros, blanks) = (bomb(0), bomb(b' '));
    for name in ["z.jsonl.gz", "z.json.gz", "z.csv.gz", "z.md.gz"] {
        fs::write(room.path(name), &zeros).unwrap();
        let run = within(&room, 500, &["predict", "--model", model(), name, "--jobs", "2"]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        let said = format!("error: {name}:1: a record of ");
        let said = if name == "z.md.gz" {
            "error: z.md.gz: a text file of more than 64,000,000 bytes"
        } else {
            said.as_str()
        };
        assert!(run.stderr.starts_with(said), "{}", run.stderr);
    }
    for (name, args) in [
        ("t.json.gz", ["data", "check", "d.jsonl", "--taxonomy", "t.json.gz"]),
        ("s.toml.gz", ["cross-validate", "d.jsonl", "--taxonomy", &taxonomy, "--settings=s.toml.gz"]),
    ] {
        fs::write(room.path(name), &zeros).unwrap();
        let run = within(&room, 900, &args);
        let said = format!("error: {name}: a file that is read as a whole of more than 256,000,000 bytes");
        assert!(run.code == 2 && run.stderr.starts_with(&said), "{}", run.stderr);
    }
    fs::write(room.path("b.jsonl"), &blanks).unwrap();
    let run = within(&room, 500, &["predict", "--model", model(), "b.jsonl", "--jobs", "2"]);
    run.assert_refused(&["b.jsonl: there is nothing in it"]);
}

#[cfg(target_os = "linux")]
#[test]
fn records_that_are_too_long_are_answered_with_errors_in_their_places() {
    let longer = "x".repeat(200_000_000);
    let room = Room::new().with(
        "d.jsonl",
        format!(
            "{{\"id\":1,\"text\":\"a queue\"}}\n{{\"id\":2,\"description\":\"{longer}\"}}\n{{\"id\":4,\"text\":\"a parser\"}}\n"
        ),
    );
    let run = within(&room, 500, &["predict", "--model", model(), "d.jsonl", "--jobs", "2"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let expected = [(1, false), (2, true), (4, false)].map(|(id, is_bad)| (id.into(), is_bad));
    assert_eq!(answers(&run), expected);
    assert!(run.stdout.contains("d.jsonl:2: a record of 200,000,0"), "{}", run.stdout);
}
