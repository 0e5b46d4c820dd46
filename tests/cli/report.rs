//! `--report`: a page for the browser beside, or in place of, the text.

use super::{Room, data, model};

const BEGINNING: &str = "<!DOCTYPE html><html lang=\"en\">";

#[test]
fn a_page_is_written_beside_the_text() {
    let room = Room::new();
    let records = data("train.jsonl");
    let evaluate = &["evaluate", &records, "--model", model(), "--report", "e.html"];
    let compare = &["compare", model(), model(), &records, "--format", "table", "--report", "c.html"];
    for (args, name, title) in [
        (&evaluate[..], "e.html", "<h1>How good is "),
        (&compare[..], "c.html", "<h1>Which is better, A or B?</h1>"),
    ] {
        let run = room.run(args);
        assert_eq!((run.code, &*run.complaints()), (0, ""));
        assert!(run.stdout.contains("micro F1") || run.stdout.contains("P@1"), "{}", run.stdout);
        let page = std::fs::read_to_string(room.path(name)).unwrap();
        assert!(page.starts_with(BEGINNING) && page.ends_with("</html>") && page.contains(title), "{page}");
    }
}

#[test]
fn a_page_on_standard_output_takes_the_place_of_the_text() {
    let run = Room::new().run(&["evaluate", &data("train.jsonl"), "--model", model(), "--report", "-"]);
    assert!(run.code == 0 && run.stdout.starts_with(BEGINNING) && run.stdout.ends_with("</html>"));
}

#[test]
fn a_page_shows_a_learning_curve_where_one_is_given() {
    let curve = r#"[{"records": 60, "micro_f1": 0.5, "macro_f1": 0.4, "p_at_1": 0.6},
                    {"records": 120, "micro_f1": 0.7, "macro_f1": 0.6, "p_at_1": 0.8}]"#;
    let room = Room::new().with("curve.json", curve);
    let page = |more: &[&str]| {
        let args = ["evaluate", &data("train.jsonl"), "--model", model(), "--report", "-"];
        room.run(&[&args[..], more].concat()).stdout
    };
    assert!(page(&["--learning-curve", "curve.json"]).contains("<title>Learning curve</title>"));
    assert!(!page(&[]).contains("<title>Learning curve</title>"));
}

#[test]
fn a_page_that_cannot_be_written_is_refused_before_the_work() {
    for args in [&["evaluate", "--model", model()][..], &["compare", model(), model()]] {
        let records = data("train.jsonl");
        let args = [args, &[records.as_str(), "--report", "none/r.html"]].concat();
        Room::new().run(&args).assert_refused(&["none/r.html: cannot write: there is no"]);
    }
}
