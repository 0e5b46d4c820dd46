//! A comparison as text and as Markdown.

use super::cautions::{cautions_of_comparison, markdown_lines, marked};
use super::numbers::{count, data, difference, judged, number, p_value};
use super::sheet::{Sheet, escaped};
use crate::evaluation::{Comparison, Flip, Predicted, TagDifference, TagName};

/// How many gains and how many losses of tags are shown in text.
const TAGS: usize = 5;
/// How many records are shown that are answered better, and how many worse.
const RECORDS: usize = 10;

/// The verdict, the headline figures of both, the tags that gained and lost most, and the records with the greatest
/// changes; at most 80 columns wide.
pub fn comparison_text(comparison: &Comparison) -> String {
    let Comparison { a, b, tags, flips, .. } = comparison;
    let judged = format!("A  {}\nB  {}\n{}", judged(a), judged(b), data(a));
    let brackets = "(in brackets: 95 % bootstrap intervals)".to_owned();
    let mut parts = vec![
        [vec![judged, brackets], cautions_of_comparison(comparison)].concat().join("\n"),
        comparison.verdict.sentence.clone(),
        figures(comparison).text(),
    ];
    let gains: Vec<_> = tags.iter().take_while(|tag| tag.difference.value > 0.0).take(TAGS).collect();
    let losses: Vec<_> = tags.iter().rev().take_while(|tag| tag.difference.value < 0.0).take(TAGS).collect();
    parts.extend(differences("tags that gained", &gains).map(|sheet| sheet.text()));
    parts.extend(differences("tags that lost", &losses).map(|sheet| sheet.text()));
    parts.push(balance(flips));
    parts.extend(records(flips).map(|sheet| sheet.text()));
    parts.join("\n\n") + "\n"
}

/// The same as Markdown, with all tags, folded away.
pub fn comparison_markdown(comparison: &Comparison) -> String {
    let Comparison { a, b, tags, flips, .. } = comparison;
    let subject = |subject| escaped(&judged(subject));
    let mut parts = vec![
        format!("## {}", escaped(&comparison.verdict.sentence)),
        format!(
            "A: {}  \nB: {}  \n{}  \nIn brackets: 95 % bootstrap intervals.{}",
            subject(a),
            subject(b),
            escaped(&data(a)),
            markdown_lines(&cautions_of_comparison(comparison))
        ),
        figures(comparison).markdown(),
        balance(flips),
    ];
    let tags: Vec<_> = tags.iter().filter(|tag| tag.difference.value != 0.0).collect();
    let sections =
        [("Tags", differences("tag", &tags)), ("Records with the greatest changes", records(flips))];
    for (title, sheet) in sections.into_iter().filter_map(|(title, sheet)| Some((title, sheet?))) {
        parts.push(format!("<details>\n<summary>{title}</summary>\n\n{}\n\n</details>", sheet.markdown()));
    }
    parts.join("\n\n") + "\n"
}

/// The headline figures of both.
fn figures(comparison: &Comparison) -> Sheet {
    let mut sheet = Sheet::new(1, ["figure", "A", "B", "difference", "p"]);
    for (figure, found) in comparison.figures.iter() {
        if let Some(found) = found {
            sheet.row([
                figure.label().to_owned(),
                number(found.a),
                number(found.b),
                difference(found.difference),
                p_value(found.p_value),
            ]);
        }
    }
    sheet
}

/// The F1 of tags with A and B; nothing when there are none.
fn differences(title: &str, tags: &[&TagDifference]) -> Option<Sheet> {
    let mut sheet = Sheet::new(1, [title, "support", "F1 of A", "F1 of B", "difference"]);
    for tag in tags {
        sheet.row([
            tag.tag.label().to_owned(),
            marked(tag.support, tag.support.to_string()),
            number(tag.a),
            number(tag.b),
            difference(tag.difference),
        ]);
    }
    (!sheet.is_empty()).then_some(sheet)
}

/// How many records are answered better and worse.
fn balance(flips: &[Flip]) -> String {
    let better = flips.iter().filter(|flip| flip.change > 0.0).count();
    format!("B answers {} better than A, and {} worse", count(better, "record"), flips.len() - better)
}

/// The records that gained most, and those that lost most; nothing when there are none.
fn records(flips: &[Flip]) -> Option<Sheet> {
    let mut sheet = Sheet::new(5, ["", "record", "right", "A", "B"]);
    let mut sorted: Vec<_> = flips.iter().collect();
    sorted.sort_by(|a, b| b.change.total_cmp(&a.change));
    let better = sorted.iter().take_while(|flip| flip.change > 0.0).take(RECORDS);
    let worse = sorted.iter().rev().take_while(|flip| flip.change < 0.0).take(RECORDS);
    for flip in better.chain(worse) {
        let id = flip.id.as_ref().map(ToString::to_string);
        sheet.row([
            if flip.change > 0.0 { "+" } else { "-" }.to_owned(),
            flip.name.clone().or(id).unwrap_or_default(),
            labels(&flip.gold),
            predicted(&flip.a),
            predicted(&flip.b),
        ]);
    }
    (!sheet.is_empty()).then_some(sheet)
}

fn labels(tags: &[TagName]) -> String {
    tags.iter().map(TagName::label).collect::<Vec<_>>().join(", ")
}

fn predicted(tags: &[Predicted]) -> String {
    tags.iter().map(|predicted| predicted.tag.label()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::testing::comparison;

    #[test]
    fn a_small_comparison_reads_well() {
        insta::assert_snapshot!("text", comparison_text(&comparison()));
        insta::assert_snapshot!("markdown", comparison_markdown(&comparison()));
    }
}
