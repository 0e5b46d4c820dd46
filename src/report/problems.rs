//! What is wrong with labelled data, as plain text.

use super::sheet::Sheet;
use crate::curate::{Problem, Severity};

/// A table with a line for each problem, at most 80 columns wide.
pub fn problems_text(problems: &[Problem]) -> String {
    let mut sheet = Sheet::new(3, ["place", "", "problem"]);
    for problem in problems {
        let severity = match problem.kind.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        sheet.row([problem.at.to_string(), severity.to_owned(), problem.message.clone()]);
    }
    sheet.text() + "\n"
}
