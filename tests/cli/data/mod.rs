//! `tagwright data`.

mod check;
mod convert;
mod import;
mod split;
mod stats;

use super::{Room, Run, data, read_json};

/// Runs a subcommand with the taxonomy of `tests/data`.
fn run(room: &Room, args: &[&str]) -> Run {
    room.run(&[&["data"], args, &["--taxonomy", &data("taxonomy.json")]].concat())
}

#[test]
fn without_a_subcommand_help_is_shown() {
    let run = Room::new().run(&["data"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("Usage: tagwright data"), "{}", run.stderr);
}
