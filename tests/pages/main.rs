//! The HTML reports in a browser and before a validator.

mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::json;
use tempfile::TempDir;

use tools::{validate, visit, write_frames};

/// The width of a phone and of a screen.
const WIDTHS: [u32; 2] = [380, 1400];

/// The reports that tagwright writes, in a directory of their own.
struct Reports(TempDir);

impl Reports {
    fn write() -> Self {
        let room = tempfile::tempdir().unwrap();
        let data = |name| format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
        let (records, taxonomy) = (data("train.jsonl"), data("taxonomy.json"));
        let run = |args: &[&str]| {
            cargo_bin_cmd!("tagwright").current_dir(room.path()).args(args).assert().success();
        };
        run(&["train", &records, "--taxonomy", &taxonomy, "--out", "a"]);
        run(&["train", &records, "--taxonomy", &taxonomy, "--out", "b", "--seed", "2"]);
        run(&["evaluate", &records, "--model", "a", "--report", "evaluate.html"]);
        run(&["compare", "a", "b", &records, "--report", "compare.html"]);
        Self(room)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn evaluation_and_comparison(&self) -> [String; 2] {
        ["evaluate.html", "compare.html"].map(|name| self.read(name))
    }
}

#[test]
fn the_reports_are_valid_html() {
    let reports = Reports::write();
    for name in ["evaluate.html", "compare.html"] {
        let Some(problems) = validate(&reports.path(name)) else { return };
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
    let reports = Reports::write();
    for page in reports.evaluation_and_comparison() {
        let Some(scroll_widths) = scroll_widths(&reports.path("frames.html"), &page) else { return };
        assert_eq!(scroll_widths, json!(WIDTHS));
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
    let reports = Reports::write();
    for page in reports.evaluation_and_comparison() {
        let frames = reports.path("frames.html");
        write_frames(
            &frames,
            &[(&page, 1400)],
            r##"
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
            "##,
        );
        let Some(visit) = visit(&frames) else { return };
        let names = |order: &str| -> Vec<String> {
            assert_eq!(visit.result[order][0], order);
            serde_json::from_value(visit.result[order][1].clone()).unwrap()
        };
        let (ascending, mut descending) = (names("ascending"), names("descending"));
        descending.reverse();
        assert!(ascending.is_sorted() && ascending == descending && ascending.len() > 5, "{ascending:?}");
        let filtered: Vec<_> = ascending.iter().filter(|name| name.contains("game")).collect();
        assert_eq!(visit.result["filtered"], json!(filtered));
        assert_eq!(visit.result["said"], format!("{} of {} shown", filtered.len(), ascending.len()));
    }
}
