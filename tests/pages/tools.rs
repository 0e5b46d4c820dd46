//! The programs that look at a page, Debian's `chromium` and `tidy`. Without them a check is skipped, and says so.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Set by `.ci/run`, where a check that does not run is a failure.
const REQUIRED: &str = "TAGWRIGHT_CHECK_PAGES";

/// What went wrong in the browser, and what the script of the page that was opened found out.
pub struct Visit {
    /// What the browser's console shows: errors, warnings and messages.
    pub console: Vec<String>,
    /// The JSON in the element with the id `result`.
    pub result: Value,
}

/// Opens a page in headless Chromium; `None` where it is not installed.
pub fn visit(page: &Path) -> Option<Visit> {
    let profile = tempfile::tempdir().unwrap();
    let mut chromium = Command::new("chromium");
    chromium
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--hide-scrollbars", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()));
    let output = run(&mut chromium)?;
    let (page, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    let result = page.split_once("id=\"result\">").and_then(|(_, rest)| rest.split_once('<'));
    let Some((result, _)) = result else { panic!("Chromium gave no result:\n{page}\n{log}") };
    Some(Visit {
        console: log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect(),
        result: serde_json::from_str(result).unwrap(),
    })
}

/// What the validator finds wrong with a page; `None` where it is not installed.
pub fn validate(page: &Path) -> Option<String> {
    let mut tidy = Command::new("tidy");
    // Bars are empty elements whose length is drawn.
    let output = run(tidy.args(["-quiet", "-errors", "-utf8", "--drop-empty-elements", "no"]).arg(page))?;
    Some(String::from_utf8(output.stderr).unwrap())
}

/// Writes a page that shows others in frames of the given widths and puts what `script` returns into `result`.
///
/// `script` is the body of a JavaScript function of `frames`.
pub fn write_frames(path: &Path, pages: &[(&str, u32)], script: &str) {
    let frame = |(page, width): &(&str, u32)| {
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        format!("<iframe style='width:{width}px;height:900px;border:0' srcdoc=\"{page}\"></iframe>\n")
    };
    let frames: String = pages.iter().map(frame).collect();
    let page = format!(
        "<!DOCTYPE html><meta charset='utf-8'><title>frames</title>{frames}<pre id='result'></pre><script>
         addEventListener('load', () => {{
             const look = (frames) => {{ {script} }};
             const frames = [...document.querySelectorAll('iframe')];
             const result = JSON.stringify(look(frames));
             frames.forEach((frame) => frame.remove());
             document.getElementById('result').textContent = result;
         }});
         </script>"
    );
    fs::write(path, page).unwrap();
}

#[expect(clippy::print_stderr, reason = "a skipped check says so in the output of the test")]
fn run(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            let message = format!("not checked: cannot run {}: {error}", command.get_program().display());
            assert!(env::var_os(REQUIRED).is_none(), "{message}");
            eprintln!("{message}");
            None
        }
    }
}
