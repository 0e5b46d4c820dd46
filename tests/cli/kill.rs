//! Killed at any moment, the program loses no decision and breaks no file.
//!
//! `TAGWRIGHT_KILLS=100 cargo test --release --test cli kill` kills as often as you like.

use std::collections::HashSet;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use serde_json::Value;

use super::interactive::{args, room};
use super::terminal::Terminal;
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
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tagwright"));
        command.current_dir(room.0.path()).args(args).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(whole_run.mul_f64(random.random_range(0.0..1.2)));
        child.kill().unwrap();
        child.wait().unwrap();

        let data = fs::read_to_string(room.path("d.jsonl")).unwrap();
        let audit = fs::read_to_string(room.path("d.audit.jsonl")).unwrap_or_default();
        assert!(data == old || data == new, "the data are neither the old nor the new ones");
        assert!(audit.is_empty() || audit.lines().count() == 3000, "half an audit file");
        assert!(data == old || !audit.is_empty(), "new data without their audit lines");

        assert_eq!(room.run(&args).code, 0);
        assert_eq!(fs::read_to_string(room.path("d.jsonl")).unwrap(), new);
        let audit = fs::read_to_string(room.path("d.audit.jsonl")).unwrap();
        let lines: HashSet<&str> = audit.lines().collect();
        assert_eq!((lines.len(), audit.lines().count()), (3000, 3000));
    }
}
