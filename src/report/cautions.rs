//! What a reader has to know before the figures: how few records there are, and which figures lack something.

use super::numbers::count;
use super::sheet::escaped;
use crate::evaluation::{Comparison, Evaluation};

/// Fewer records than this are few: figures move by points from one such sample to the next.
const FEW_RECORDS: usize = 100;
/// A tag of fewer records than this is marked, and not named as weak: chance alone may have made it so.
pub(super) const LEAST_SUPPORT: usize = 10;

/// The cautions of an evaluation, one a line.
pub(super) fn cautions_of_evaluation(evaluation: &Evaluation) -> Vec<String> {
    let supports: Vec<usize> = evaluation.tags.iter().map(|tag| tag.support).collect();
    cautions(evaluation.subject.records, evaluation.tags.len(), &supports)
}

/// The cautions of a comparison, one a line.
pub(super) fn cautions_of_comparison(comparison: &Comparison) -> Vec<String> {
    let supports: Vec<usize> = comparison.tags.iter().map(|tag| tag.support).collect();
    cautions(comparison.a.records, comparison.n_tags, &supports)
}

/// The support of a tag as it is `written`, with a mark when it is low.
pub(super) fn marked(support: usize, written: String) -> String {
    if is_low(support) { written + "*" } else { written }
}

/// The cautions as further lines of a Markdown paragraph.
pub(super) fn markdown_lines(cautions: &[String]) -> String {
    cautions.iter().fold(String::new(), |lines, caution| lines + "  \n" + &escaped(caution) + ".")
}

fn cautions(records: usize, n_tags: usize, supports: &[usize]) -> Vec<String> {
    let occurring = supports.iter().filter(|support| **support > 0).count();
    let few = || {
        let are = if records == 1 { "is" } else { "are" };
        format!("{} {are} few: intervals are wide, and differences may be chance", count(records, "record"))
    };
    let absent = || match occurring {
        0 => "no record has a tag of its own: what compares with such tags is not known".to_owned(),
        _ => format!("{occurring} of {n_tags} tags occur; macro figures are the mean over these"),
    };
    let low = || format!("* a tag of fewer than {LEAST_SUPPORT} records");
    let cautions = [
        (records < FEW_RECORDS).then(few),
        (occurring < n_tags).then(absent),
        supports.iter().any(|support| is_low(*support)).then(low),
    ];
    cautions.into_iter().flatten().collect()
}

fn is_low(support: usize) -> bool {
    (1..LEAST_SUPPORT).contains(&support)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caution_is_said_where_it_holds() {
        assert_eq!(cautions(100, 2, &[10, 60]), <[&str; 0]>::default());
        assert_eq!(
            cautions(99, 3, &[9, 0, 60]),
            [
                "99 records are few: intervals are wide, and differences may be chance",
                "2 of 3 tags occur; macro figures are the mean over these",
                "* a tag of fewer than 10 records",
            ]
        );
        assert_eq!(
            cautions(1, 1, &[0]),
            [
                "1 record is few: intervals are wide, and differences may be chance",
                "no record has a tag of its own: what compares with such tags is not known",
            ]
        );
        assert_eq!([0, 9, 10].map(|support| marked(support, support.to_string())), ["0", "9*", "10"]);
    }
}
