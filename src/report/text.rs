//! An evaluation as plain text for a terminal.

use std::cmp::Reverse;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table};

use crate::metrics::{Group, Prf, Reliability, Summary};
use crate::taxonomy::Taxonomy;

/// The widest line, in columns.
const WIDTH: u16 = 80;

/// The headline figures, then the groups, the calibration of the decided tags, the averages and the tags, best
/// supported first; at most 80 columns wide.
///
/// `taxonomy` is the one the records were judged with. Figures that are not known are written as `-`, and a table with
/// nothing in it is left out.
pub fn text(summary: &Summary, groups: &[Group], taxonomy: &Taxonomy) -> String {
    let plural = if summary.records == 1 { "" } else { "s" };
    let title = format!("{} record{plural}, {} tags", summary.records, taxonomy.len());
    let mut parts = vec![title, lines(&headline(summary))];
    if !groups.is_empty() {
        parts.push(lines(&groups_table(groups)));
    }
    if let Some(reliability) = summary.calibration.as_ref().filter(|table| !table.is_empty()) {
        parts.push(lines(&calibration(reliability)));
    }
    parts.push(lines(&tags_table(summary, taxonomy)));
    parts.join("\n\n") + "\n"
}

/// Three lists side by side: the top of the ranking, the whole ranking and its probabilities, the decisions.
fn headline(summary: &Summary) -> Table {
    let rows = [
        [
            ("P@1", number(summary.p_at_1)),
            ("nDCG@3", number(summary.ndcg_at_3)),
            ("exact match", number(summary.exact_match)),
        ],
        [
            ("P@3", number(summary.p_at_3)),
            ("LRAP", known(summary.lrap)),
            ("share without tags", number(summary.no_tag_share)),
        ],
        [
            ("R@3", number(summary.r_at_3)),
            ("coverage error", known(summary.coverage_error)),
            ("tags per record", number(summary.mean_tags)),
        ],
        [("R@5", number(summary.r_at_5)), ("calibration error", known(summary.ece)), ("", String::new())],
    ];
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.add_rows(rows.map(|row| row.map(|(name, value)| [name.to_owned(), value]).concat()));
    for (index, column) in table.column_iter_mut().enumerate() {
        let is_value = index % 2 == 1;
        column.set_padding(if is_value { (2, 0) } else { (6, 0) });
        if is_value {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    set_names_at_the_margin(&mut table);
    table
}

/// A line for each group; what groups differ in stands before the first of them.
fn groups_table(groups: &[Group]) -> Table {
    let mut table = table(["groups", "", "records", "tags", "P@1", "R@3", "micro F1", "macro F1"]);
    for together in groups.chunk_by(|a, b| a.by == b.by) {
        for (index, group) in together.iter().enumerate() {
            table.add_row([
                if index == 0 { group.by } else { "" }.to_owned(),
                group.name.to_owned(),
                group.records.to_string(),
                group.tags.to_string(),
                known(group.p_at_1),
                known(group.r_at_3),
                number(group.micro_f1),
                number(group.macro_f1),
            ]);
        }
    }
    let mut table = aligned(table);
    if let Some(names) = table.column_mut(1) {
        names.set_cell_alignment(CellAlignment::Left);
    }
    table
}

/// A line for each bin that has tags.
fn calibration(reliability: &Reliability) -> Table {
    let mut table = table(["calibration", "decided", "probability", "share right", "difference"]);
    let bins = reliability.bins.iter().zip(1..);
    for (bin, upper) in bins.filter(|(bin, _)| bin.count > 0) {
        let upper = f64::from(upper) / 10.0;
        table.add_row([
            format!("{:.1} to {upper:.1}", upper - 0.1),
            bin.count.to_string(),
            number(bin.mean_probability),
            number(bin.share_right),
            format!("{:+.3}", bin.share_right - bin.mean_probability),
        ]);
    }
    aligned(table)
}

/// The averages and, under them in the same columns, the tags.
fn tags_table(summary: &Summary, taxonomy: &Taxonomy) -> Table {
    let mut table = table(["tags", "support", "predicted", "right", "precision", "recall", "F1"]);
    let averages = [
        ("micro average", &summary.micro),
        ("macro average", &summary.macro_),
        ("weighted average", &summary.weighted),
        ("samples average", &summary.samples),
    ];
    let blank = String::new;
    for (name, prf) in averages {
        table.add_row(row(name, [blank(), blank(), blank()], prf));
    }
    table.add_row([blank()]);

    let mut tags: Vec<_> = taxonomy.tags().iter().zip(&summary.tags).collect();
    tags.sort_by_key(|(_, figures)| Reverse(figures.support));
    for (tag, figures) in tags {
        let counts = [figures.support, figures.predicted, figures.true_positives];
        table.add_row(row(tag.key(), counts.map(|count| count.to_string()), &figures.prf));
    }
    aligned(table)
}

/// An empty table with a line under its header.
fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING.header_separator(LineStyle::none().fill('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(header);
    table
}

/// Names to the left, numbers to the right.
fn aligned(mut table: Table) -> Table {
    for column in table.column_iter_mut().skip(1) {
        column.set_padding((3, 0)).set_constraint(ColumnConstraint::ContentWidth);
        column.set_cell_alignment(CellAlignment::Right);
    }
    set_names_at_the_margin(&mut table);
    table
}

fn row(name: &str, counts: [String; 3], prf: &Prf) -> Vec<String> {
    let prf = [prf.precision, prf.recall, prf.f1].map(number);
    [name.to_owned()].into_iter().chain(counts).chain(prf).collect()
}

fn number(figure: f64) -> String {
    format!("{figure:.3}")
}

fn known(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), number)
}

fn set_names_at_the_margin(table: &mut Table) {
    if let Some(names) = table.column_mut(0) {
        names.set_padding((0, 0));
    }
}

fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Id;
    use crate::metrics::{Judged, groups_of_records, groups_of_tags};
    use crate::taxonomy::Tag;

    fn taxonomy(names: &[&str]) -> Taxonomy {
        let tag = |(id, name): (u64, &&str)| Tag {
            id: Id::from(id),
            name: (*name).to_owned(),
            definition: None,
            aliases: vec![],
        };
        Taxonomy::new((1..).zip(names).map(tag).collect()).unwrap()
    }

    #[test]
    fn a_small_evaluation_reads_well() {
        let mut judged = Judged::new(4);
        judged.push(&[0, 2], &[2, 0], Some(&[0.71, 0.12, 0.93, 0.05])).unwrap();
        judged.push(&[2], &[2, 1], Some(&[0.08, 0.42, 0.88, 0.11])).unwrap();
        judged.push(&[1], &[2], Some(&[0.22, 0.29, 0.51, 0.02])).unwrap();
        judged.push(&[], &[], Some(&[0.13, 0.04, 0.21, 0.17])).unwrap();
        let taxonomy = taxonomy(&["cli", "web-app", "game-engine ", "data-visualization"]);
        let kinds = ["description", "readme"];
        let mut groups =
            groups_of_records(&judged, "kind", &kinds, &["readme", "readme", "description", "readme"]);
        groups.extend(groups_of_tags(&judged, &[30, 5, 60, 40]));
        insta::assert_snapshot!(text(&Summary::of(&judged), &groups, &taxonomy), @r"
        4 records, 4 tags

        P@1  0.667      nDCG@3             0.877      exact match         0.500
        P@3  0.444      LRAP               0.875      share without tags  0.250
        R@3  1.000      coverage error     1.250      tags per record     1.250
        R@5  1.000      calibration error  0.282

        groups                    records   tags     P@1     R@3   micro F1   macro F1
        ──────────────────────────────────────────────────────────────────────────────
        kind        description         1      1   0.000   1.000      0.000      0.000
                    readme              3      2   1.000   1.000      0.857      1.000
        frequency   head                3      1       -       -      0.800      0.800
                    tail                3      2       -       -      0.500      0.500

        calibration   decided   probability   share right   difference
        ──────────────────────────────────────────────────────────────
        0.4 to 0.5          1         0.420         0.000       -0.420
        0.5 to 0.6          1         0.510         0.000       -0.510
        0.7 to 0.8          1         0.710         1.000       +0.290
        0.8 to 0.9          1         0.880         1.000       +0.120
        0.9 to 1.0          1         0.930         1.000       +0.070

        tags                 support   predicted   right   precision   recall      F1
        ─────────────────────────────────────────────────────────────────────────────
        micro average                                          0.600    0.750   0.667
        macro average                                          0.417    0.500   0.450
        weighted average                                       0.583    0.750   0.650
        samples average                                        0.375    0.500   0.417

        game-engine                2           3       2       0.667    1.000   0.800
        cli                        1           1       1       1.000    1.000   1.000
        web-app                    1           1       0       0.000    0.000   0.000
        data-visualization         0           0       0       0.000    0.000   0.000
        ");
    }

    #[test]
    fn long_names_wrap_and_what_is_not_known_is_a_dash_or_left_out() {
        let mut judged = Judged::new(2);
        for _ in 0..2_000 {
            judged.push(&[0], &[1, 0], None).unwrap();
        }
        let taxonomy = taxonomy(&["a-tag-whose-name-goes-on-and-on-until-it-hardly-fits-anywhere", "cli"]);
        let text = text(&Summary::of(&judged), &[], &taxonomy);
        assert!(text.contains("LRAP                   -"), "{text}");
        assert!(!text.contains("groups") && !text.contains("\ncalibration"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(WIDTH)), "{text}");
    }
}
