use std::fs;

use super::terminal::Terminal;
use super::{Room, Run, model};

const JOURNAL: &str = "data.decisions.jsonl";

/// A room with records that each have a suggestion.
pub fn room(count: usize) -> Room {
    let data = |suggested: &str| {
        (0..count).fold(String::new(), |data, id| {
            let texts =
                format!("\"name\":\"birch/tally{id}\",\"description\":\"Counts words in the terminal\"");
            data + &format!("{{\"id\":{id},{texts},\"tags\":[\"cli\",\"game\"]{suggested}}}\n")
        })
    };
    Room::new().with("data.jsonl", data("")).with("s.jsonl", data(",\"suggested_tags\":[\"cli\"]"))
}

pub fn args() -> [&'static str; 7] {
    ["review", "data.jsonl", "--interactive", "--suggestions", "s.jsonl", "--model", model()]
}

fn start(room: &Room) -> Terminal {
    let mut terminal = Terminal::start(room, &args());
    terminal.wait_for("decided");
    terminal
}

#[test]
fn a_session_saves_decisions_and_goes_on_where_it_was_left() {
    let room = room(5);
    let mut terminal = start(&room);
    terminal.wait_for("birch/tally0   id 0");
    assert!(terminal.contents().contains("suggested: drop"), "{}", terminal.contents());
    assert!(terminal.is_raw());
    terminal.press("a");
    terminal.wait_for("1 decided, 4 left");
    terminal.press("r");
    terminal.wait_for("2 decided, 3 left");
    terminal.press("/secur\r");
    terminal.wait_for("after cli, security");
    terminal.press("a");
    terminal.wait_for("3 decided, 2 left");
    terminal.press("u");
    terminal.wait_for("2 decided, 3 left");
    terminal.press("q");
    let (status, screen, is_raw) = terminal.end();
    assert!(status.success() && !is_raw);
    assert!(screen.contains("1 accepted, 1 rejected, 0 edited, 3 left"), "{screen}");

    let mut terminal = start(&room);
    terminal.wait_for("2 decided, 3 left");
    terminal.wait_for("birch/tally2   id 2");
    terminal.press("\x03");
    let (status, _, is_raw) = terminal.end();
    assert!(status.success() && !is_raw);
    let run = room.run(&["apply", JOURNAL, "data.jsonl", "-o", "new.jsonl"]);
    assert!(run.stderr.starts_with("1 accepted, 1 rejected, 0 edited\n"), "{}", run.stderr);
    let new = fs::read_to_string(room.path("new.jsonl")).unwrap();
    assert_eq!(new.matches("\"tags\":[\"cli\"]}").count(), 1);
}

#[test]
fn without_a_terminal_a_session_is_refused() {
    let room = room(1);
    let run = Run::of(room.command(&args()));
    run.assert_refused(&["--interactive needs a terminal", "ssh -t"]);
    assert_eq!(room.files(), ["data.jsonl", "s.jsonl"]);
}

#[test]
fn a_file_that_is_no_journal_is_not_written_to() {
    let room = room(1).with("notes.txt", "mine");
    let terminal = Terminal::start(&room, &[&args()[..], &["--journal", "notes.txt"]].concat());
    let (status, screen, _) = terminal.end();
    assert_eq!(status.code(), Some(2));
    assert!(screen.contains("error: notes.txt: this is no journal of decisions"), "{screen}");
    assert_eq!(fs::read_to_string(room.path("notes.txt")).unwrap(), "mine");
}
