//! No command, whatever it is given, writes over a file that it reads, or two things into one file.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory};
use tempfile::TempDir;

use super::argument::{KINDS, Kind};
use super::{Role, called};
use crate::cli::{Cli, run_matches};

/// Arguments of types of their own that name no file.
const NO_FILES: [&str; 6] = ["by", "when", "tags", "labels_field", "fail_under", "fail_over"];

/// The commands that do something, each with the words that call it.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn walk(words: &[String], command: &Command, found: &mut Vec<(Vec<String>, Command)>) {
        let mut subcommands = command.get_subcommands().filter(|sub| sub.get_name() != "help").peekable();
        if subcommands.peek().is_none() {
            found.push((words.to_vec(), command.clone()));
        }
        for sub in subcommands {
            walk(&[words, &[sub.get_name().to_owned()]].concat(), sub, found);
        }
    }
    let mut command = Cli::command();
    command.build();
    let mut found = Vec::new();
    walk(&["tagwright".to_owned()], &command, &mut found);
    found
}

fn kind(argument: &Arg) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| argument.get_value_parser().type_id() == (kind.id)())
}

#[test]
fn every_argument_is_a_declared_file_or_known_to_be_none() {
    let plain = [
        TypeId::of::<bool>(),
        TypeId::of::<u64>(),
        TypeId::of::<usize>(),
        TypeId::of::<NonZeroUsize>(),
        TypeId::of::<f32>(),
    ];
    for (words, command) in commands() {
        for argument in command.get_arguments() {
            let is_plain = plain.iter().any(|id| argument.get_value_parser().type_id() == *id);
            let is_known = is_plain
                || !argument.get_possible_values().is_empty()
                || NO_FILES.contains(&argument.get_id().as_str())
                || ["help", "version"].contains(&argument.get_id().as_str());
            assert!(
                is_known != kind(argument).is_some(),
                "{words:?} {}: give it the type InputFile or OutputFile if it names a file, else add it here",
                called(argument)
            );
        }
    }
}

/// What must be given besides an argument.
fn needed(argument: &Arg) -> Option<&'static str> {
    matches!(argument.get_id().as_str(), "journal" | "suggestions").then_some("interactive")
}

/// Whether two arguments can be given together.
fn go_together(command: &Command, a: &str, b: &str) -> bool {
    let find = |id: &str| command.get_arguments().find(|argument| argument.get_id() == id).unwrap();
    let excludes =
        |a: &Arg, b: &str| command.get_arg_conflicts_with(a).iter().any(|other| other.get_id() == b);
    !excludes(find(a), b) && !excludes(find(b), a)
}

/// Chooses as many arguments as go together with the first ones.
fn choose<'a>(command: &'a Command, first: &[&'a Arg]) -> Option<Vec<&'a Arg>> {
    let mut chosen: Vec<&Arg> = Vec::new();
    let files = command.get_arguments().filter(|argument| kind(argument).is_some());
    for (number, argument) in first.iter().copied().chain(files).enumerate() {
        if chosen.iter().any(|other| other.get_id() == argument.get_id()) {
            continue;
        }
        let ids = |argument: &Arg| [Some(argument.get_id().to_string()), needed(argument).map(str::to_owned)];
        let fits = ids(argument).iter().flatten().all(|id| {
            chosen
                .iter()
                .flat_map(|other| ids(other))
                .flatten()
                .all(|other| *id == other || go_together(command, id, &other))
        });
        if fits {
            chosen.push(argument);
        } else if number < first.len() {
            return None;
        }
    }
    Some(chosen)
}

/// A directory with a file for each argument.
struct Room(TempDir);

impl Room {
    fn new() -> Self {
        let room = Self(tempfile::tempdir().unwrap());
        fs::create_dir(room.path("sub")).unwrap();
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The words that give a file to an argument.
    fn give(argument: &Arg, path: &Path) -> Vec<String> {
        let share = if argument.get_id() == "parts" { "=0.5" } else { "" };
        let value = format!("{}{share}", path.display());
        argument.get_long().map(|long| format!("--{long}")).into_iter().chain([value]).collect()
    }

    fn contents(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.clone(), fs::read(path).ok())).collect()
    }

    /// Asserts that a command is refused with these words in one line, and touches nothing.
    fn assert_refused(&self, words: &[String], parts: &[&str]) {
        let before = self.contents();
        let mut command = Cli::command();
        let refusal = match command.try_get_matches_from_mut(words) {
            Ok(matches) => run_matches(&mut command, &matches).unwrap_err().to_string(),
            Err(error) => panic!("{words:?}: {error}"),
        };
        for part in parts {
            assert!(refusal.contains(part), "{words:?}: {part:?} is not in {refusal:?}");
        }
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
        assert!(before == self.contents(), "{words:?} touched a file");
    }
}

/// Other names of the file `name` of a room; only some where there is none yet.
fn names(room: &Room, name: &str) -> Vec<PathBuf> {
    let (soft, hard) = (room.path("soft.jsonl"), room.path("hard.jsonl"));
    let _ = fs::remove_file(&soft);
    let _ = fs::remove_file(&hard);
    symlink(name, &soft).unwrap();
    let mut names = vec![room.path(name), room.path(&format!("./sub/../{name}")), soft];
    if room.path(name).exists() {
        fs::hard_link(room.path(name), &hard).unwrap();
        names.push(hard);
    }
    names
}

#[test]
fn outputs_are_no_inputs_and_no_other_outputs() {
    let mut pairs = 0;
    for (words, command) in commands() {
        let files: Vec<&Arg> = command.get_arguments().filter(|argument| kind(argument).is_some()).collect();
        for (number, a) in files.iter().enumerate() {
            for b in &files[number..] {
                let roles = [kind(a).unwrap().role, kind(b).unwrap().role];
                let is_twice = a.get_id() == b.get_id();
                if roles == [Role::Read; 2]
                    || (is_twice && !matches!(a.get_action(), clap::ArgAction::Append))
                {
                    continue;
                }
                let Some(chosen) = choose(&command, &[a, b]) else { continue };
                pairs += 1;
                let is_new: &[bool] = if roles == [Role::Written; 2] { &[false, true] } else { &[false] };
                for is_new in is_new {
                    assert_pair_refused(&words, &chosen, a, b, *is_new);
                }
            }
        }
    }
    assert!(pairs > 40, "only {pairs} pairs");
}

/// Gives a file of its own to all arguments but two, which get one under all of its names.
fn assert_pair_refused(words: &[String], chosen: &[&Arg], a: &Arg, b: &Arg, is_new: bool) {
    let room = Room::new();
    let mut words = words.to_vec();
    if chosen.iter().any(|argument| needed(argument).is_some()) {
        words.push("--interactive".to_owned());
    }
    let mut give = BTreeMap::new();
    for argument in chosen {
        let path = room.path(&format!("{}.jsonl", argument.get_id()));
        fs::write(&path, format!("{{\"text\":\"{}\"}}\n", argument.get_id())).unwrap();
        give.insert(argument.get_id(), path);
    }
    if is_new {
        fs::remove_file(&give[a.get_id()]).unwrap();
    }
    for name in names(&room, &format!("{}.jsonl", a.get_id())) {
        let mut words = words.clone();
        let mut order = chosen.to_vec();
        order.sort_by_key(|argument| argument.get_index());
        for argument in order {
            let path = if argument.get_id() == b.get_id() { &name } else { &give[argument.get_id()] };
            words.extend(Room::give(argument, path));
        }
        if a.get_id() == b.get_id() {
            words.extend(Room::give(a, &give[a.get_id()]));
        }
        room.assert_refused(&words, &[&called(a), &called(b), "name "]);
    }
}

#[test]
fn files_beside_the_data_are_declared_too() {
    let room = Room::new();
    for name in
        ["s.jsonl", "d.jsonl", "d.audit.jsonl", "d.decisions.jsonl", "t.json", "n.jsonl", "n.audit.jsonl"]
    {
        fs::write(room.path(name), format!("[\"{name}\"]\n")).unwrap();
    }
    symlink("d.jsonl", room.path("soft")).unwrap();
    symlink("d.audit.jsonl", room.path("audit")).unwrap();
    let refused = |words: &str, parts: &[&str]| {
        let words = words.split_whitespace().map(|word| {
            if word.contains('.') { room.path(word).display().to_string() } else { word.to_owned() }
        });
        room.assert_refused(&std::iter::once("tagwright".to_owned()).chain(words).collect::<Vec<_>>(), parts);
    };
    refused("apply d.jsonl d.jsonl --in-place", &["SUGGESTIONS", "DATA"]);
    refused("apply ./soft d.jsonl --in-place", &["SUGGESTIONS", "DATA"]);
    refused("apply s.jsonl d.jsonl --in-place --taxonomy ./soft", &["--taxonomy", "DATA"]);
    refused("apply s.jsonl d.jsonl --in-place --model d.audit.jsonl", &["--audit", "--model"]);
    refused("apply d.audit.jsonl d.jsonl --in-place", &["SUGGESTIONS", "--audit"]);
    refused("apply ./audit d.jsonl --in-place", &["SUGGESTIONS", "--audit"]);
    refused("apply s.jsonl d.jsonl --in-place --audit ./soft", &["DATA", "--audit"]);
    refused("apply s.jsonl d.jsonl -o n.jsonl --taxonomy n.audit.jsonl", &["--taxonomy", "--audit"]);
    refused("apply s.jsonl d.jsonl -o n.jsonl --audit ./n.jsonl", &["--out", "--audit"]);
    refused("review d.jsonl --interactive --model d.decisions.jsonl", &["--model", "--journal"]);
    refused("review d.jsonl --interactive --suggestions d.decisions.jsonl", &["--suggestions", "--journal"]);
}
