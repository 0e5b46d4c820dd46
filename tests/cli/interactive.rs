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

#[test]
fn a_second_session_on_a_journal_is_refused_and_harms_nothing() {
    let room = room(4);
    let mut first = start(&room);
    first.press("a");
    first.wait_for("1 decided");
    let (status, screen, _) = Terminal::start(&room, &args()).end();
    assert_eq!(status.code(), Some(2));
    let one_line = screen.replace('\n', "");
    assert!(one_line.contains("data.decisions.jsonl: another session"), "{screen}");
    assert!(one_line.contains("end that session first, or name another file with --journal"), "{screen}");
    first.press("u");
    first.wait_for("0 decided");
    first.press("r");
    first.wait_for("1 decided");
    first.press("q");
    assert!(first.end().0.success());
    start(&room).kill();
}

#[test]
fn lines_of_a_journal_that_make_no_sense_are_named_and_the_others_count() {
    let decision =
        "{\"id\":0,\"decision\":\"accept\",\"tags\":[\"cli\",\"game\"],\"suggested_tags\":[\"cli\"]}";
    let undo = "{\"id\":3,\"decision\":\"undo\"}";
    let header = "{\"format\":\"tagwright decisions 1\"}";
    let journal =
        format!("{header}\n{undo}\n{decision}\n\0\0\n{{\"id\":1,\"dec\n{header}\n{{\"id\":2,\"decis");
    let room = room(4).with(JOURNAL, &journal);
    let run = room.run(&["apply", JOURNAL, "data.jsonl", "-o", "new.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [2, 4, 5, 6] {
        assert!(run.stderr.contains(&format!("warning: left out: {JOURNAL}:{line}: ")), "{}", run.stderr);
    }
    assert!(run.stderr.contains("\n1 accepted, 0 rejected, 0 edited\n"), "{}", run.stderr);
    let mut terminal = start(&room);
    terminal.wait_for("1 decided, 3 left");
    terminal.press("a");
    terminal.wait_for("2 decided");
    terminal.press("uuq");
    let (status, _, _) = terminal.end();
    assert!(status.success());
    let run = room.run(&["apply", JOURNAL, "data.jsonl", "-o", "new.jsonl"]);
    assert!(run.stderr.contains("\n0 accepted, 0 rejected, 0 edited\n"), "{}", run.stderr);
}

#[test]
fn a_journal_that_vanishes_is_noticed_and_its_decisions_are_kept() {
    type Accident = fn(&Room);
    let accidents: [Accident; 4] = [
        |room| fs::remove_file(room.path(JOURNAL)).unwrap(),
        |room| fs::write(room.path(JOURNAL), "").unwrap(),
        |room| {
            let copy = room.path("copy");
            fs::copy(room.path(JOURNAL), &copy).unwrap();
            fs::rename(copy, room.path(JOURNAL)).unwrap();
        },
        |room| fs::write(room.path(JOURNAL), &fs::read(room.path(JOURNAL)).unwrap()[..50]).unwrap(),
    ];
    for accident in accidents {
        for last_key in ["r", "q"] {
            let room = room(4);
            let mut terminal = start(&room);
            terminal.press("a");
            terminal.wait_for("1 decided");
            accident(&room);
            terminal.press(last_key);
            let (status, screen, is_raw) = terminal.end();
            assert!(status.code() == Some(2) && !is_raw, "{status} {screen}");
            let files = room.files();
            let kept = files.iter().find(|file| file.starts_with("data.decisions.kept-")).unwrap();
            assert!(
                screen.replace('\n', "").contains(&format!("all decisions are kept in {kept}")),
                "{screen}"
            );
            let run = room.run(&["apply", kept, "data.jsonl", "-o", "new.jsonl"]);
            let rejected = usize::from(last_key == "r");
            let expected = format!("1 accepted, {rejected} rejected, 0 edited\n");
            assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
        }
    }
}

#[test]
fn what_is_not_shown_is_not_decided() {
    for (columns, rows) in [(59, 24), (80, 15), (20, 4)] {
        let room = room(4);
        let mut terminal = Terminal::start_in(columns, rows, &room, &args());
        terminal.wait_for("Please make");
        terminal.press("ar\r 1u/x\r\x1b?aq");
        let (status, _, _) = terminal.end();
        assert!(status.success());
        let journal = fs::read_to_string(room.path(JOURNAL)).unwrap();
        assert_eq!(journal.lines().count(), 1, "{journal}");
    }
}

#[test]
fn signals_give_the_terminal_back_and_keep_all_decisions() {
    use rustix::process::Signal;
    for signal in super::terminal::heeded([Signal::TERM, Signal::HUP, Signal::INT]) {
        let room = room(4);
        let mut terminal = start(&room);
        terminal.press("ar");
        terminal.wait_for("2 decided");
        terminal.signal(signal);
        let (status, screen, is_raw) = terminal.end();
        assert!(!status.success() && !is_raw, "{status}");
        assert!(!screen.contains("2 decided"), "the main screen is shown again: {screen}");
        let run = room.run(&["apply", JOURNAL, "data.jsonl", "-o", "new.jsonl"]);
        assert!(run.stderr.starts_with("1 accepted, 1 rejected, 0 edited\n"), "{}", run.stderr);
    }
}

#[test]
fn a_decision_about_another_text_is_made_again() {
    let room = room(2);
    let mut terminal = start(&room);
    terminal.press("aa");
    terminal.wait_for("2 decided");
    terminal.press("q");
    terminal.end();
    let data = fs::read_to_string(room.path("data.jsonl")).unwrap();
    fs::write(room.path("data.jsonl"), data.replacen("Counts words", "Counts lines", 1)).unwrap();
    room.run(&["apply", JOURNAL, "data.jsonl", "--in-place"])
        .assert_refused(&["data.decisions.jsonl:2: id \"0\" was decided when its text was another"]);
    let mut terminal = start(&room);
    terminal.wait_for("1 decided, 1 left");
    terminal.press("r");
    terminal.wait_for("2 decided");
    terminal.press("q");
    terminal.end();
    let run = room.run(&["apply", JOURNAL, "data.jsonl", "--in-place"]);
    assert!(run.stderr.starts_with("1 accepted, 1 rejected, 0 edited\n"), "{}", run.stderr);
}
