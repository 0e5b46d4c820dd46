//! An evaluation as plain text for a terminal, at most 80 columns wide.

use super::cautions::cautions_of_evaluation;
use super::numbers::{data, estimate_or_dash, judged};
use super::tables::{self, HEADLINE};
use crate::evaluation::Evaluation;
use crate::metrics::Figure;

/// How many pairs of confused tags are shown.
const CONFUSIONS: usize = 10;

/// What was judged, the headline figures with their 95 % intervals, the groups, the calibration of the decided tags,
/// the tags that are confused, and all tags, best supported first.
///
/// Figures that are not known are written as `-`, and a table with nothing in it is left out.
pub fn text(evaluation: &Evaluation) -> String {
    let subject = &evaluation.subject;
    let title = format!("{}\n{}\n(in brackets: 95 % bootstrap intervals)", data(subject), judged(subject));
    let title = [vec![title], cautions_of_evaluation(evaluation)].concat().join("\n");
    let calibration = evaluation.reliability.as_ref().map(tables::calibration);
    let sheets = [
        Some(tables::averages(evaluation)),
        Some(tables::groups(&evaluation.groups)),
        calibration,
        Some(tables::confusions(&evaluation.confusions, CONFUSIONS)),
        Some(tables::tags(&evaluation.tags)),
    ];
    let sheets = sheets.into_iter().flatten().filter(|sheet| !sheet.is_empty()).map(|sheet| sheet.text());
    [title, headline(evaluation)].into_iter().chain(sheets).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Two lists side by side.
fn headline(evaluation: &Evaluation) -> String {
    let [left, right] = HEADLINE;
    let cell = |figure: Option<&Figure>, width: usize| {
        figure.map_or_else(String::new, |figure| {
            let value = estimate_or_dash(evaluation.figures.get(*figure));
            format!("{:<width$}{value:<23}", figure.label())
        })
    };
    let line = |row| format!("{}{}", cell(left.get(row), 5), cell(right.get(row), 20)).trim_end().to_owned();
    (0..left.len().max(right.len())).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::sheet::WIDTH;
    use super::*;
    use crate::evaluation::testing::{evaluation, evaluation_of_decisions};

    #[test]
    fn a_small_evaluation_reads_well() {
        let text = text(&evaluation());
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(WIDTH)), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_is_not_known_is_a_dash_or_left_out() {
        let text = text(&evaluation_of_decisions());
        assert!(
            text.contains("LRAP                -\n") && text.contains("calibration error   -\n"),
            "{text}"
        );
        assert!(!text.contains("frequency") && !text.contains("\ncalibration  "), "{text}");
    }
}
