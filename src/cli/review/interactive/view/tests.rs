use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tagwright::corpus::Id;
use tagwright::curate::Key;
use tagwright::curate::session::{Item, Press};
use tagwright::explain::Mark;
use tagwright::model::Model;

use super::*;

const README: &str = "# kite\n\nA broker for small devices. It keeps messages until each subscriber has read \
    them, and speaks MQTT 3.1.1 and 5.\n\n```sh\nkite serve --port 1883\n```\n\nRuns on a router with 32 MB of memory.";

/// Three records, with the tags of the taxonomy that comes with tagwright.
fn session(model: &Model) -> Session<'_> {
    let tag = |name: &str| model.taxonomy().tags().iter().position(|tag| tag.key() == name).unwrap();
    let mut scores = vec![0.01; model.taxonomy().len()];
    for (name, score) in [("message-queue", 0.98), ("iot", 0.91), ("server", 0.42), ("lib", 0.08)] {
        scores[tag(name)] = score;
    }
    let item = |id| Item {
        key: Key::Id(Id::from(id)),
        tags: vec![tag("message-queue"), tag("lib")],
        suggested: vec![tag("message-queue"), tag("iot")],
        scores: scores.clone(),
        text_digest: String::new(),
    };
    Session::new((1..=3).map(item).collect(), model.taxonomy()).unwrap()
}

/// What is on the screen after some keys.
fn screen(width: u16, height: u16, keys: &str) -> String {
    let model = Model::embedded().unwrap();
    let mut session = session(&model);
    let description = "MQTT broker for small devices";
    let marks = vec![Mark { range: 0..4, weight: 2.0 }, Mark { range: 5..11, weight: 1.5 }];
    let texts = [
        MarkedText { field: "description", text: description, marks },
        MarkedText { field: "readme", text: README, marks: Vec::new() },
    ];
    let sheet = Sheet {
        file: "data.jsonl",
        title: "acme/kite   id 1",
        why: Some("iot is probable and not given, lib is given and improbable"),
        texts: &texts,
        taxonomy: model.taxonomy(),
        theme: Theme::plain(),
    };
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut show = |session: &mut Session| {
        let mut fit = Fit::HIDDEN;
        terminal.draw(|frame| fit = draw(frame, session, &sheet)).unwrap();
        session.limit_scroll(fit.last);
        fit
    };
    for key in keys.chars() {
        let fit = show(&mut session);
        session.press(Press::Char(key), fit.page);
    }
    show(&mut session);
    terminal.backend().to_string()
}

#[test]
fn a_record_fits_in_80_by_24() {
    insta::assert_snapshot!("record", screen(80, 24, ""));
}

#[test]
fn an_edit_and_a_message_are_shown() {
    insta::assert_snapshot!("edited", screen(80, 24, "a45zj"));
}

#[test]
fn a_search_takes_the_place_of_the_tags() {
    insta::assert_snapshot!("search", screen(80, 24, "/mq"));
}

#[test]
fn a_wide_terminal_has_the_tags_beside_the_text() {
    insta::assert_snapshot!("wide", screen(120, 24, ""));
}

#[test]
fn the_help_fits_in_80_by_24() {
    insta::assert_snapshot!("help", screen(80, 24, "?"));
}

#[test]
fn long_text_scrolls_and_stops_at_its_end() {
    insta::assert_snapshot!("scrolled", screen(60, 16, "]]]]]]"));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    insta::assert_snapshot!("small", screen(40, 10, "a"));
}
