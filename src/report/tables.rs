//! The tables of an evaluation, which text and Markdown both show.

use std::cmp::Reverse;

use super::cautions::marked;
use super::numbers::{estimate_or_dash, number, number_or_dash, percent, value_or_dash};
use super::sheet::Sheet;
use crate::evaluation::{Confusion, Evaluation, Group, TagEvaluation};
use crate::metrics::{Figure, Reliability};

/// The headline figures besides the averages: of the top of the ranking, and of everything else.
pub(super) const HEADLINE: [&[Figure]; 2] = [
    &[
        Figure::PAt1,
        Figure::PAt2,
        Figure::PAt3,
        Figure::RAt1,
        Figure::RAt2,
        Figure::RAt3,
        Figure::RAt4,
        Figure::RAt5,
    ],
    &[
        Figure::NdcgAt3,
        Figure::Lrap,
        Figure::CoverageError,
        Figure::ExactMatch,
        Figure::NoTagShare,
        Figure::MeanTags,
        Figure::Ece,
    ],
];
/// The averages, and their precision, recall and F1.
const AVERAGES: [(&str, [Figure; 3]); 4] = [
    ("micro", [Figure::MicroPrecision, Figure::MicroRecall, Figure::MicroF1]),
    ("macro", [Figure::MacroPrecision, Figure::MacroRecall, Figure::MacroF1]),
    ("weighted", [Figure::WeightedPrecision, Figure::WeightedRecall, Figure::WeightedF1]),
    ("samples", [Figure::SamplesPrecision, Figure::SamplesRecall, Figure::SamplesF1]),
];

/// Precision, recall and F1 in four averages.
pub(super) fn averages(evaluation: &Evaluation) -> Sheet {
    let mut sheet = Sheet::new(1, ["average", "precision", "recall", "F1"]);
    for (name, figures) in AVERAGES {
        let cells = figures.map(|figure| estimate_or_dash(evaluation.figures.get(figure)));
        sheet.row([name.to_owned()].into_iter().chain(cells));
    }
    sheet
}

/// A line for each group; what groups differ in stands before the first of them.
pub(super) fn groups(groups: &[Group]) -> Sheet {
    let mut sheet = Sheet::new(2, ["groups", "", "records", "P@1", "R@3", "micro F1", "macro F1"]);
    for together in groups.chunk_by(|a, b| a.by == b.by) {
        for (index, group) in together.iter().enumerate() {
            sheet.row([
                if index == 0 { group.by } else { "" }.to_owned(),
                group.name.to_owned(),
                group.records.to_string(),
                value_or_dash(group.p_at_1),
                value_or_dash(group.r_at_3),
                estimate_or_dash(group.micro_f1),
                value_or_dash(group.macro_f1),
            ]);
        }
    }
    sheet
}

/// A line for each bin that has tags.
pub(super) fn calibration(reliability: &Reliability) -> Sheet {
    let mut sheet = Sheet::new(1, ["calibration", "decided", "probability", "share right", "difference"]);
    let bins = reliability.bins.iter().zip(1..);
    for (bin, upper) in bins.filter(|(bin, _)| bin.count > 0) {
        let upper = f64::from(upper) / 10.0;
        sheet.row([
            format!("{:.1} to {upper:.1}", upper - 0.1),
            bin.count.to_string(),
            number(bin.mean_probability),
            number(bin.share_right),
            format!("{:+.3}", bin.share_right - bin.mean_probability),
        ]);
    }
    sheet
}

/// The first `count` pairs of tags that are confused.
pub(super) fn confusions(confusions: &[Confusion], count: usize) -> Sheet {
    let mut sheet = Sheet::new(2, ["missed", "said instead", "records", "of the missed tag"]);
    for confusion in confusions.iter().take(count) {
        sheet.row([
            confusion.missed.label().to_owned(),
            confusion.said.label().to_owned(),
            confusion.records.to_string(),
            percent(confusion.share),
        ]);
    }
    sheet
}

/// A line for each tag, best supported first.
pub(super) fn tags(tags: &[TagEvaluation]) -> Sheet {
    let mut sheet = Sheet::new(1, ["tag", "support", "given", "precision", "recall", "F1", "AP"]);
    let mut tags: Vec<_> = tags.iter().collect();
    tags.sort_by_key(|tag| Reverse(tag.support));
    for tag in tags {
        sheet.row([
            tag.tag.label().to_owned(),
            marked(tag.support, tag.support.to_string()),
            tag.predicted.to_string(),
            value_or_dash(tag.precision),
            value_or_dash(tag.recall),
            estimate_or_dash(tag.f1),
            number_or_dash(tag.average_precision),
        ]);
    }
    sheet
}
