//! An evaluation as Markdown, for a pull request or a wiki.

use super::cautions::{cautions_of_evaluation, markdown_lines};
use super::numbers::{data, estimate_or_dash, judged};
use super::sheet::{Sheet, escaped};
use super::tables::{self, HEADLINE};
use crate::evaluation::Evaluation;

/// The same tables as in [`text`](super::text()), the one of all tags folded away.
pub fn markdown(evaluation: &Evaluation) -> String {
    let subject = &evaluation.subject;
    let mut parts = vec![
        format!("## {}", escaped(&subject.title)),
        format!(
            "{}  \n{}  \nIn brackets: 95 % bootstrap intervals.{}",
            escaped(&data(subject)),
            escaped(&judged(subject)),
            markdown_lines(&cautions_of_evaluation(evaluation))
        ),
        headline(evaluation).markdown(),
        tables::averages(evaluation).markdown(),
    ];
    let mut section = |title: &str, sheet: Sheet| {
        if !sheet.is_empty() {
            parts.push(format!("### {title}\n\n{}", sheet.markdown()));
        }
    };
    section("Groups", tables::groups(&evaluation.groups));
    if let Some(reliability) = &evaluation.reliability {
        section("Calibration of the decided tags", tables::calibration(reliability));
    }
    section("Tags most often confused", tables::confusions(&evaluation.confusions, usize::MAX));
    let tags = tables::tags(&evaluation.tags).markdown();
    parts.push(format!("<details>\n<summary>All tags</summary>\n\n{tags}\n\n</details>"));
    parts.join("\n\n") + "\n"
}

fn headline(evaluation: &Evaluation) -> Sheet {
    let mut sheet = Sheet::new(2, ["figure", "what it says", "value"]);
    for figure in HEADLINE.concat() {
        let value = estimate_or_dash(evaluation.figures.get(figure));
        sheet.row([figure.label().to_owned(), figure.meaning().to_owned(), value]);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::testing::evaluation;

    #[test]
    fn a_small_evaluation_reads_well() {
        insta::assert_snapshot!(markdown(&evaluation()));
    }
}
