use proptest::prelude::*;

use super::*;
use crate::corpus::Id;
use crate::error::Location;
use crate::taxonomy::testing::tag;

const TAGS: [&str; 12] =
    ["cli", "gui", "lib", "game", "react", "iot", "k8s", "llm", "orm", "rss", "vpn", "wiki"];

fn taxonomy() -> Taxonomy {
    Taxonomy::new((0..).zip(TAGS).map(|(id, name)| tag(id, name)).collect()).unwrap()
}

/// Records that have `cli` and shall have `gui`; the later a tag, the less probable.
fn items(count: u64) -> Vec<Item> {
    let item = |id| Item {
        key: Key::Id(Id::from(id)),
        tags: vec![0],
        suggested: vec![1],
        scores: (0..TAGS.len()).map(|tag| 0.9 - tag as f32 / 20.0).collect(),
        text_digest: "sha256:17".to_owned(),
    };
    (0..count).map(item).collect()
}

fn type_keys(session: &mut Session, keys: &str) -> Vec<Effect> {
    keys.chars()
        .filter_map(|key| {
            let key = match key {
                '\n' => Press::Enter,
                '\u{1b}' => Press::Escape,
                '\u{8}' => Press::Backspace,
                'v' => Press::Down,
                '^' => Press::Up,
                key => Press::Char(key),
            };
            session.press(key, 10)
        })
        .collect()
}

/// The tags that the decisions give their records.
fn decided(effects: &[Effect]) -> Vec<Vec<String>> {
    let after = |effect: &Effect| match effect {
        Effect::Decide(decision) => Some(decision.after().iter().map(ToString::to_string).collect()),
        _ => None,
    };
    effects.iter().filter_map(after).collect()
}

#[test]
fn the_keys_accept_reject_and_edit() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(4), &taxonomy).unwrap();
    let effects = type_keys(&mut session, "ar3\n14a");
    assert_eq!(decided(&effects), [vec!["gui"], vec!["cli"], vec!["gui", "lib"], vec!["gui", "cli", "game"]]);
    assert_eq!(session.tally(), Tally { accepted: 1, rejected: 1, edited: 2, undecided: 0 });
    assert_eq!(session.message(), Some("All are decided; q quits."));
    assert_eq!(type_keys(&mut session, "q"), [Effect::Quit]);
}

#[test]
fn what_is_checked_decides_what_it_is_called() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(3), &taxonomy).unwrap();
    // Checked by hand, the tags that the record has are a rejection, and those suggested an acceptance.
    type_keys(&mut session, "12a122a");
    assert_eq!(session.tally(), Tally { accepted: 0, rejected: 1, edited: 1, undecided: 1 });
    type_keys(&mut session, "3\u{1b}a");
    assert_eq!(session.tally(), Tally { accepted: 1, rejected: 1, edited: 1, undecided: 0 });
}

#[test]
fn a_searched_tag_is_listed_and_checked() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(1), &taxonomy).unwrap();
    assert_eq!(session.rows(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    type_keys(&mut session, "/wikx\u{8}");
    let Mode::Search(search) = session.mode() else { panic!("{:?}", session.mode()) };
    assert_eq!((search.query.as_str(), search.matches[0].tag), ("wik", 11));
    type_keys(&mut session, "\n");
    assert_eq!((session.mode(), session.checked()), (&Mode::Review, &[1, 11][..]));
    assert_eq!(session.tag_at_cursor(), Some(11));
    // Down to the second match; escape leaves all as it was; Enter on no match stays in the search.
    type_keys(&mut session, "/v\n");
    assert_eq!(session.checked(), [11]);
    type_keys(&mut session, "/orm\u{1b}");
    assert_eq!(session.checked(), [11]);
    type_keys(&mut session, "/???\n");
    assert!(matches!(session.mode(), Mode::Search(search) if search.query == "???"));
}

#[test]
fn undo_goes_back_to_the_record_of_the_last_decision() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(3), &taxonomy).unwrap();
    let effects = type_keys(&mut session, "aanpuuu");
    let key = |id: u64| Key::Id(Id::from(id));
    assert_eq!(effects[2..], [Effect::Undo(key(1)), Effect::Undo(key(0))]);
    assert_eq!((session.current(), session.message()), (0, Some("There is nothing to undo.")));
}

#[test]
fn what_was_checked_by_hand_survives_an_undo_and_a_rejection_does_not() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(2), &taxonomy).unwrap();
    type_keys(&mut session, "ru");
    assert_eq!(session.checked(), [1]);
    type_keys(&mut session, "3au");
    assert_eq!(session.checked(), [1, 2]);
}

#[test]
fn skipping_and_going_back_stop_at_the_ends() {
    let taxonomy = taxonomy();
    let mut session = Session::new(items(2), &taxonomy).unwrap();
    type_keys(&mut session, "p");
    assert_eq!((session.current(), session.message()), (0, Some("This is the first record.")));
    type_keys(&mut session, "nn");
    assert_eq!((session.current(), session.message()), (1, Some("This is the last record.")));
    // After the last record come those that were skipped.
    type_keys(&mut session, "a");
    assert_eq!(session.current(), 0);
}

#[test]
fn decisions_about_other_tags_or_texts_do_not_count_when_resumed() {
    let taxonomy = taxonomy();
    let decided = |id: u64, tags: &[&str], digest: &str| Decided {
        at: Location::line("d.jsonl", 2),
        decision: Decision {
            key: Key::Id(Id::from(id)),
            verdict: Verdict::Accept,
            tags: tags.iter().map(|tag| TagRef::Name((*tag).to_owned())).collect(),
            suggested_tags: vec![TagRef::Name("gui".to_owned())],
            text_digest: Some(digest.to_owned()).filter(|digest| !digest.is_empty()),
        },
    };
    let mut session = Session::new(items(5), &taxonomy).unwrap();
    session.resume(&[
        decided(0, &["cli"], "sha256:17"),
        decided(1, &["rss"], "sha256:17"),
        decided(2, &["unknown"], "sha256:17"),
        decided(3, &["cli"], "sha256:18"),
        decided(4, &["cli"], ""),
        decided(9, &["cli"], "sha256:17"),
    ]);
    assert_eq!(session.tally(), Tally { accepted: 2, rejected: 0, edited: 0, undecided: 3 });
    assert_eq!((session.current(), session.message()), (1, Some("Resumed where you left off.")));
}

fn press() -> impl Strategy<Value = Press> {
    prop_oneof![
        8 => prop::sample::select("arunp/?jk[]x 123456789qwi".chars().collect::<Vec<_>>()).prop_map(Press::Char),
        1 => any::<char>().prop_map(Press::Char),
        4 => prop::sample::select(vec![
            Press::Enter, Press::Escape, Press::Backspace, Press::Up, Press::Down, Press::Left, Press::Right,
            Press::PageUp, Press::PageDown,
        ]),
    ]
}

proptest! {
    #[test]
    fn what_was_written_resumes_to_the_same_decisions(keys in prop::collection::vec(press(), 0..80)) {
        let taxonomy = taxonomy();
        let mut session = Session::new(items(5), &taxonomy).unwrap();
        let mut journal: Vec<Decided> = Vec::new();
        for key in keys {
            match session.press(key, 5) {
                Some(Effect::Decide(decision)) => {
                    prop_assert_eq!(&decision.tags, &[TagRef::Name("cli".to_owned())]);
                    journal.push(Decided { at: Location::line("d.jsonl", 2), decision });
                }
                Some(Effect::Undo(key)) => {
                    let last = journal.iter().rposition(|decided| decided.decision.key == key).unwrap();
                    prop_assert_eq!(last, journal.len() - 1);
                    journal.remove(last);
                }
                Some(Effect::Quit) | None => {}
            }
            prop_assert!(session.current() < session.len() && session.cursor() < session.rows().len());
            let checked = session.checked();
            prop_assert!(checked.iter().all(|tag| session.rows().contains(tag)));
            prop_assert!((1..checked.len()).all(|place| !checked[..place].contains(&checked[place])));
        }
        let mut resumed = Session::new(items(5), &taxonomy).unwrap();
        resumed.resume(&journal);
        prop_assert_eq!(resumed.tally(), session.tally());
        while let Some(effect) = session.press(Press::Char('u'), 5) {
            prop_assert_eq!(resumed.press(Press::Char('u'), 5), Some(effect));
        }
    }
}
