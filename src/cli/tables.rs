//! What tables for people share.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, LineStyle, Table};

/// An empty table with a line under its header, at most `width` columns wide; longer cells are wrapped.
pub fn table<const N: usize>(header: [&str; N], width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING.header_separator(LineStyle::none().fill('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).set_header(header);
    table
}

/// The lines of a table whose columns are `gap` apart, each with its line break.
pub fn written(mut table: Table, gap: u16) -> String {
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { gap }, 0));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect::<Vec<_>>().concat()
}
