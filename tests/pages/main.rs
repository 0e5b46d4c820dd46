//! The HTML reports in a browser and before a validator.

mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::json;

use tools::{validate, visit, write_frames};

/// The width of a phone and of a screen.
const WIDTHS: [u32; 2] = [380, 1400];

/// The pages that tagwright writes, made once for all tests.
const PAGES: [&str; 2] = ["evaluate.html", "compare.html"];

/// Where they are.
fn pages() -> &'static Path {
    static PAGES: OnceLock<PathBuf> = OnceLock::new();
    PAGES.get_or_init(|| {
        let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
        fs::create_dir_all(&room).unwrap();
        let data = |name| format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
        let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
        let run = |args: &[&str]| {
            cargo_bin_cmd!("tagwright").current_dir(&room).args(args).assert().success();
        };
        run(&["train", &records, "--taxonomy", &taxonomy, "--out", "a"]);
        run(&["train", &records, "--taxonomy", &taxonomy, "--out", "b", "--seed", "2"]);
        run(&["evaluate", &records, "--model", "a", "--report", "evaluate.html"]);
        run(&["compare", "a", "b", &records, "--report", "compare.html"]);
        room
    })
}

fn read(name: &str) -> String {
    fs::read_to_string(pages().join(name)).unwrap()
}

#[test]
fn the_reports_are_valid_html() {
    for name in PAGES {
        let Some(problems) = validate(&pages().join(name)) else { return };
        assert_eq!(problems, "", "{name}");
    }
}

#[test]
fn the_validator_would_find_an_error() {
    let room = tempfile::tempdir().unwrap();
    let page = room.path().join("bad.html");
    fs::write(&page, "<!DOCTYPE html><html lang=en><title>x</title><p><b>never closed</p></html>").unwrap();
    let Some(problems) = validate(&page) else { return };
    assert!(problems.contains("missing </b>"), "{problems}");
}

#[test]
fn the_reports_fit_a_phone_and_a_screen_without_scrolling_sideways() {
    let room = tempfile::tempdir().unwrap();
    for name in PAGES {
        let Some(scroll_widths) = scroll_widths(&room.path().join("frames.html"), &read(name)) else {
            return;
        };
        assert_eq!(scroll_widths, json!(WIDTHS), "{name}");
    }
}

#[test]
fn a_page_that_is_too_wide_would_be_found() {
    let room = tempfile::tempdir().unwrap();
    let wide = "<!DOCTYPE html><title>x</title><div style='width:2000px'>x</div>";
    let Some(scroll_widths) = scroll_widths(&room.path().join("frames.html"), wide) else { return };
    assert_ne!(scroll_widths, json!(WIDTHS));
}

/// How wide the content of the page is in frames of [`WIDTHS`]; the console must stay empty.
fn scroll_widths(frames: &Path, page: &str) -> Option<serde_json::Value> {
    write_frames(
        frames,
        &WIDTHS.map(|width| (page, width)),
        "return frames.map((frame) => frame.contentDocument.documentElement.scrollWidth);",
    );
    let visit = visit(frames)?;
    assert!(visit.console.is_empty(), "{:?}", visit.console);
    Some(visit.result)
}

#[test]
fn an_error_in_the_console_would_be_found() {
    let room = tempfile::tempdir().unwrap();
    let frames = room.path().join("frames.html");
    let page = "<!DOCTYPE html><title>x</title><script>nothing.at.all()</script>";
    write_frames(&frames, &[(page, 400)], "return 0;");
    let Some(visit) = visit(&frames) else { return };
    assert!(visit.console.iter().any(|line| line.contains("nothing is not defined")), "{:?}", visit.console);
}

#[test]
fn the_table_of_tags_is_sorted_and_filtered_by_the_pages_own_script() {
    let room = tempfile::tempdir().unwrap();
    let frames = room.path().join("frames.html");
    for name in PAGES {
        write_frames(
            &frames,
            &[(&read(name), 1400)],
            r#"
            const page = frames[0].contentDocument;
            const table = page.getElementById("tag-table");
            const names = () => [...table.tBodies[0].rows].filter((row) => !row.hidden)
                .map((row) => row.cells[0].textContent);
            const [header] = table.tHead.rows[0].cells;
            header.querySelector("button").click();
            const ascending = [header.getAttribute("aria-sort"), names()];
            header.querySelector("button").click();
            const descending = [header.getAttribute("aria-sort"), names()];
            const input = page.getElementById("tag-table-filter");
            input.value = "GAME";
            input.dispatchEvent(new Event("input"));
            return {ascending, descending, filtered: names(), said: page.querySelector("[role=status]").textContent};
            "#,
        );
        let Some(visit) = visit(&frames) else { return };
        let names = |order: &str| -> Vec<String> {
            assert_eq!(visit.result[order][0], order);
            serde_json::from_value(visit.result[order][1].clone()).unwrap()
        };
        let (mut ascending, descending) = (names("ascending"), names("descending"));
        assert!(ascending.is_sorted() && ascending.len() > 5, "{ascending:?}");
        ascending.reverse();
        assert_eq!(ascending, descending);
        let filtered: Vec<_> = descending.iter().filter(|name| name.contains("game")).collect();
        assert_eq!(visit.result["filtered"], json!(filtered));
        assert_eq!(visit.result["said"], format!("{} of {} shown", filtered.len(), descending.len()));
    }
}
