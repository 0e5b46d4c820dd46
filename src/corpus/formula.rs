//! Cells that a spreadsheet takes for formulas.

/// What a formula begins with, or what a spreadsheet passes over before one.
const BEGINNINGS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Puts a quote before a cell that begins like a formula, also before one that was quoted before.
pub(super) fn quoted(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// Takes the quote off again that [`OutputFormat::SpreadsheetCsv`](super::OutputFormat) puts before a cell.
///
/// ```
/// use tagwright::corpus::unquoted;
///
/// assert_eq!(unquoted("'@scope/kite"), "@scope/kite");
/// assert_eq!(unquoted("'tis"), "'tis");
/// ```
pub fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|cell| is_formula(cell)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_quoted_begins_no_formula_and_comes_back(cell in "['=+@\t\r a-]{0,6}") {
            let quoted = quoted(cell.clone());
            prop_assert!(!quoted.starts_with(BEGINNINGS));
            prop_assert_eq!(unquoted(&quoted), cell);
        }
    }
}
