//! Killed at any moment, the program loses no decision and breaks no file.
//!
//! `TAGWRIGHT_KILLS=100 cargo test --release --test cli kill` kills as often as you like.

use std::collections::HashSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::interactive::{args, room};
use super::terminal::{Terminal, heeded};
use super::{Room, data};

/// How often each test kills, unless `TAGWRIGHT_KILLS` says otherwise.
const KILLS: usize = 20;

fn kills() -> usize {
    std::env::var("TAGWRIGHT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// The decisions of a journal, in its order; a torn line at the end is left out.
fn journal(room: &Room) -> Vec<String> {
    let text = fs::read_to_string(room.path("data.decisions.jsonl")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let decision = |line: &str| -> String {
        let line: Value = serde_json::from_str(line).unwrap();
        line["decision"].as_str().unwrap().to_owned()
    };
    whole.lines().skip(1).map(decision).collect()
}

fn decided(journal: &[String]) -> usize {
    let undone = journal.iter().filter(|decision| *decision == "undo").count();
    journal.len() - 2 * undone
}

#[test]
fn a_killed_session_loses_no_decision() {
    let mut random = Pcg32::seed_from_u64(1);
    let room = room(kills() * 8 + 8);
    // What the journal must hold: all that the screen has confirmed, and perhaps the key that was just pressed.
    let mut confirmed: Vec<String> = Vec::new();
    for _ in 0..kills() {
        let mut terminal = Terminal::start(&room, &args());
        terminal.wait_for(&format!(" {} decided", decided(&confirmed)));
        let keys = random.random_range(0..8);
        for count in 0..=keys {
            let key = match random.random_range(0..6) {
                0 if decided(&confirmed) > 0 => ("u", "undo"),
                1 | 2 => ("r", "reject"),
                _ => ("a", "accept"),
            };
            terminal.press(key.0);
            confirmed.push(key.1.to_owned());
            if count < keys {
                terminal.wait_for(&format!(" {} decided", decided(&confirmed)));
            }
        }
        thread::sleep(Duration::from_micros(random.random_range(0..4000)));
        terminal.kill();
        let kept = journal(&room);
        assert!(kept == confirmed || kept == confirmed[..confirmed.len() - 1], "{kept:?} {confirmed:?}");
        confirmed = kept;
    }
    let run = room.run(&["apply", "data.decisions.jsonl", "data.jsonl", "-o", "new.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_signal_ends_a_session_tidily() {
    for signal in heeded([Signal::TERM, Signal::HUP, Signal::INT]) {
        let room = room(8);
        let mut terminal = Terminal::start(&room, &args());
        terminal.wait_for(" 0 decided");
        assert!(terminal.is_raw());
        terminal.press("a");
        terminal.wait_for(" 1 decided");
        terminal.signal(signal);
        let (status, _, is_raw) = terminal.end();
        assert_eq!((status.signal(), is_raw), (Some(signal.as_raw()), false));
        assert_eq!(journal(&room), ["accept"]);
    }
}

/// The temporary files of a directory.
fn leftovers(room: &Room) -> usize {
    room.files().iter().filter(|name| name.starts_with(".tagwright-")).count()
}

/// A split that has written one part beside its place, and waits for ever for a reader of the other.
fn stuck_split(room: &Room, before: &str) -> Child {
    let script = format!("{before} exec \"$0\" data split d.jsonl --part a.jsonl=0.5 --part pipe.jsonl=0.5");
    let mut command = Command::new("sh");
    command.current_dir(room.0.path()).args(["-c", &script, env!("CARGO_BIN_EXE_tagwright")]);
    let child = command.stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while leftovers(room) == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "nothing is written");
        thread::sleep(Duration::from_millis(5));
    }
    child
}

fn split_room() -> Room {
    let line = |id| format!("{{\"id\":{id},\"text\":\"a shell\",\"tags\":[]}}\n");
    let lines: String = (0..100).map(line).collect();
    let room = Room::new().with("d.jsonl", lines).with("a.jsonl", "old");
    let made = Command::new("mkfifo").arg(room.path("pipe.jsonl")).status().unwrap();
    assert!(made.success());
    room
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn a_signal_leaves_no_temporary_file() {
    let room = split_room();
    for signal in heeded([Signal::INT, Signal::HUP, Signal::QUIT, Signal::TERM]) {
        let mut child = stuck_split(&room, "");
        send(&child, signal);
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
        assert_eq!(room.files(), ["a.jsonl", "d.jsonl", "pipe.jsonl"]);
        assert_eq!(fs::read_to_string(room.path("a.jsonl")).unwrap(), "old");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn who_is_started_by_nohup_goes_on_when_the_terminal_is_gone() {
    let room = split_room();
    let mut child = stuck_split(&room, "trap '' HUP;");
    send(&child, Signal::HUP);
    thread::sleep(Duration::from_millis(100));
    assert!(child.try_wait().unwrap().is_none());
    send(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn what_the_killed_have_left_is_removed_by_the_next_run() {
    let room = split_room();
    let mut living = stuck_split(&room, "");
    let mut killed = stuck_split(&room, "");
    while leftovers(&room) < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(leftovers(&room), 2);
    assert_eq!(room.run(&["data", "convert", "d.jsonl", "-o", "new.jsonl"]).code, 0);
    // The one of the run that goes on stays.
    assert_eq!(leftovers(&room), 1);
    send(&living, Signal::TERM);
    living.wait().unwrap();
    assert_eq!(leftovers(&room), 0);
}

/// Kills a command at many moments; all of its outputs are either as they were or as they become, all of them alike, and
/// the next run leaves no other file.
fn kill_at_any_moment(room: &Room, args: &[&str], outputs: &[&str], seed: u64) {
    let mut random = Pcg32::seed_from_u64(seed);
    let read =
        |room: &Room| outputs.iter().map(|name| fs::read(room.path(name)).unwrap()).collect::<Vec<_>>();
    let start = Instant::now();
    assert_eq!(room.run(args).code, 0);
    let whole_run = start.elapsed();
    let new = read(room);
    let files = room.files();
    let old: Vec<Vec<u8>> = outputs.iter().map(|name| format!("old {name}").into_bytes()).collect();
    for _ in 0..kills() {
        for (name, old) in outputs.iter().zip(&old) {
            fs::write(room.path(name), old).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagwright"));
        command.current_dir(room.0.path()).args(args).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(whole_run.mul_f64(random.random_range(0.0..1.2)));
        child.kill().unwrap();
        child.wait().unwrap();
        if room.path(".tagwright-pending").exists() {
            assert_eq!(room.run(&["data", "stats", outputs[0]]).code, 0);
        }
        let left = read(room);
        assert!(left == old || left == new, "{args:?}: some are old and some are new");
        assert_eq!(room.run(args).code, 0);
        assert!(read(room) == new);
        assert_eq!(room.files(), files);
    }
}

#[test]
fn killed_commands_break_no_file() {
    let line = |id| format!("{{\"id\":{id},\"text\":\"a shell number {id}\",\"tags\":[\"cli\"]}}\n");
    let lines: String = (0..3000).map(line).collect();
    let room = Room::new().with("d.jsonl", lines);
    kill_at_any_moment(&room, &["data", "convert", "d.jsonl", "-o", "a.csv"], &["a.csv"], 3);
    kill_at_any_moment(&room, &["data", "convert", "d.jsonl", "-o", "a.json.gz"], &["a.json.gz"], 4);
    let parts = ["--part", "b.jsonl=0.5", "--part", "c.jsonl=0.3", "--part", "d.csv=0.2"];
    let split = [&["data", "split", "d.jsonl"][..], &parts].concat();
    kill_at_any_moment(&room, &split, &["b.jsonl", "c.jsonl", "d.csv"], 5);
    let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
    let train = ["train", &records, "--taxonomy", &taxonomy, "--out", "m", "--folds", "2"];
    kill_at_any_moment(&room, &train, &["m"], 6);
}

#[test]
fn a_killed_apply_breaks_no_file() {
    let mut random = Pcg32::seed_from_u64(2);
    let line =
        |id: usize, more: &str| format!("{{\"id\":{id},\"text\":\"a shell\",\"tags\":[\"cli\"]{more}}}\n");
    let old: String = (0..3000).map(|id| line(id, "")).collect();
    let decisions: String =
        (0..3000).map(|id| line(id, ",\"suggested_tags\":[\"ai\"],\"decision\":\"accept\"")).collect();
    let new = old.replace("cli", "ai");
    let room = Room::new().with("s.jsonl", decisions).with("d.jsonl", &old);
    let taxonomy = data("taxonomy.json");
    let args = ["apply", "s.jsonl", "d.jsonl", "--in-place", "--taxonomy", &taxonomy];
    let start = Instant::now();
    assert_eq!(room.run(&args).code, 0);
    let whole_run = start.elapsed();
    for _ in 0..kills() {
        fs::write(room.path("d.jsonl"), &old).unwrap();
        fs::remove_file(room.path("d.audit.jsonl")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagwright"));
        command.current_dir(room.0.path()).args(args).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(whole_run.mul_f64(random.random_range(0.0..1.2)));
        child.kill().unwrap();
        child.wait().unwrap();

        let data = fs::read_to_string(room.path("d.jsonl")).unwrap();
        let audit = fs::read_to_string(room.path("d.audit.jsonl")).unwrap_or_default();
        assert!(data == old || data == new, "the data are neither the old nor the new ones");
        assert!(audit.is_empty() || audit.lines().count() == 3000, "half an audit file");
        // A run that is killed just between the two leaves a list, by which the next one finishes them.
        let is_between = room.path(".tagwright-pending").exists();
        assert!((data == old) == audit.is_empty() || is_between, "data and audit file do not agree");

        assert_eq!(room.run(&args).code, 0);
        assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), new);
        let audit = fs::read_to_string(room.path("d.audit.jsonl")).unwrap();
        let lines: HashSet<&str> = audit.lines().collect();
        assert_eq!((lines.len(), audit.lines().count()), (3000, 3000));
    }
}

#[test]
fn of_two_runs_at_once_none_is_lost() {
    let taxonomy = data("taxonomy.json");
    let line =
        |id: usize, more: &str| format!("{{\"id\":{id},\"text\":\"a shell\",\"tags\":[\"cli\"]{more}}}\n");
    let decided = |ids: std::ops::Range<usize>| {
        ids.map(|id| line(id, ",\"suggested_tags\":[\"ai\"],\"decision\":\"accept\"")).collect::<String>()
    };
    let old: String = (0..400).map(|id| line(id, "")).collect();
    let room = Room::new().with("a.jsonl", decided(0..200)).with("b.jsonl", decided(200..400));
    for _ in 0..kills() / 2 {
        fs::write(room.path("d.jsonl"), &old).unwrap();
        let _ = fs::remove_file(room.path("d.audit.jsonl"));
        let runs = ["a.jsonl", "b.jsonl"].map(|decisions| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tagwright"));
            command.current_dir(room.0.path()).stderr(Stdio::null());
            command.args(["apply", decisions, "d.jsonl", "--in-place", "--taxonomy", &taxonomy]);
            command.spawn().unwrap()
        });
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
        assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), old.replace("cli", "ai"));
        let audit = fs::read_to_string(room.path("d.audit.jsonl")).unwrap();
        assert_eq!(audit.lines().collect::<HashSet<_>>().len(), 400);
    }
    assert_eq!(room.files(), ["a.jsonl", "b.jsonl", "d.audit.jsonl", "d.jsonl"]);
}
