//! Tables that can be written as aligned text and as Markdown.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table};

use crate::shown::shown;

/// The widest line of text, in columns.
pub(super) const WIDTH: u16 = 80;

/// A table: names in the first columns, numbers in the others.
pub(super) struct Sheet {
    header: Vec<String>,
    names: usize,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// A table without rows, whose first `names` columns hold text.
    pub fn new<const N: usize>(names: usize, header: [&str; N]) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), names, rows: Vec::new() }
    }

    /// The table with one more row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As text of at most 80 columns, with a line under the header; long cells are wrapped.
    pub fn text(&self) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING.header_separator(LineStyle::none().fill('─')));
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        let shown = |row: &Vec<String>| row.iter().map(|cell| shown(cell).into_owned()).collect::<Vec<_>>();
        table.set_header(&self.header).add_rows(self.rows.iter().map(shown));
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { 0 } else { 2 }, 0));
            if index >= self.names {
                column.set_constraint(ColumnConstraint::ContentWidth);
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// As a table of Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            format!("| {} |", cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | "))
        };
        let rule = (0..self.header.len()).map(|index| if index < self.names { "---|" } else { "---:|" });
        let head = [line(&self.header), format!("|{}", rule.collect::<String>())];
        head.into_iter().chain(self.rows.iter().map(|row| line(row))).collect::<Vec<_>>().join("\n")
    }
}

/// Text in which a table's bars and the marks of Markdown mean nothing.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '\\' | '`' | '*' | '_' | '<' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new(1, ["tag", "F1"]);
        sheet.row(["a|b".to_owned(), "0.5".to_owned()]);
        sheet.row(["cli".to_owned(), "0.125".to_owned()]);
        sheet
    }

    #[test]
    fn text_is_aligned() {
        assert_eq!(sheet().text(), "tag     F1\n──────────\na|b    0.5\ncli  0.125");
    }

    #[test]
    fn markdown_is_aligned_and_escaped() {
        assert_eq!(sheet().markdown(), "| tag | F1 |\n|---|---:|\n| a\\|b | 0.5 |\n| cli | 0.125 |");
    }
}
