//! Rows of cells, as RFC 4180 has them. A quote that is left open is a fault at its line and takes no other row with it.

use std::io::{self, BufRead};
use std::ops::Range;

use super::input::read_line;
use crate::limits::RECORD;

/// From this many separators in the lines of one row on, they are taken for rows that a missing quote has swallowed.
const SWALLOWED: usize = 6;
/// How much memory is kept for the next row.
const KEPT: usize = 1 << 20;
const HELP: &str = r#"close each quoted cell with one ", and write " within it as """#;

/// The rows of an input, one after the other.
pub(super) struct Rows {
    reader: Box<dyn BufRead + Send>,
    /// What stands between two cells.
    pub separator: u8,
    /// How many cells a row should have, once that is known.
    pub columns: usize,
    /// Lines as they were read. Those of a row stay until the next one, because they are read again after a fault.
    window: Vec<u8>,
    /// Where the current row starts in the window.
    start: usize,
    /// Where the next line starts in the window.
    next: usize,
    /// The number of the next line.
    line: usize,
    row: Row,
}

/// One row: all that is in its cells, and where each of them ends.
#[derive(Default)]
struct Row {
    line: usize,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Why there is no row.
pub(super) enum RowFault {
    /// The input cannot be read on, on this line.
    Broken(usize, io::Error),
    /// The row on this line is too long, and how long it is.
    TooLong(usize, String),
    /// The row that has its fault on this line: what is wrong, and what to do.
    Bad(usize, String, &'static str),
}

/// A line in the window.
#[derive(Clone)]
struct Line {
    number: usize,
    place: Range<usize>,
    /// How long it is, when it is too long and only its beginning is kept.
    too_long: Option<u64>,
}

/// Where the scan stands in a cell.
#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// How the scan of a line ends.
enum Scan {
    /// With the row.
    Row,
    /// Within a quoted cell.
    Open,
    /// At text behind a closing quote.
    Junk,
}

impl Rows {
    pub fn new(reader: Box<dyn BufRead + Send>, line: usize) -> Self {
        let (window, row) = (Vec::new(), Row::default());
        Self { reader, separator: b',', columns: 0, window, start: 0, next: 0, line, row }
    }

    /// The line that the row starts on.
    pub fn line(&self) -> usize {
        self.row.line
    }

    /// The row as it was read.
    pub fn raw(&self) -> &[u8] {
        &self.window[self.start..self.next]
    }

    /// The cells of the row; of a bad one, those before the fault.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.row.ends.iter().copied());
        starts.zip(&self.row.ends).map(|(start, end)| &self.row.bytes[start..*end])
    }

    /// Has the row read once more.
    pub fn again(&mut self) {
        (self.next, self.line) = (self.start, self.row.line);
    }

    /// Reads the next row that is not blank; `None` at the end.
    pub fn next_row(&mut self) -> Option<Result<(), RowFault>> {
        match self.read_row() {
            Ok(row) => row,
            Err(error) => Some(Err(RowFault::Broken(self.line, error))),
        }
    }

    fn read_row(&mut self) -> io::Result<Option<Result<(), RowFault>>> {
        let Some(mut line) = self.first_line()? else { return Ok(None) };
        let (mut cell, mut opening, first) = (Cell::Start, line.clone(), line.clone());
        let mut cells_of_first = None;
        loop {
            let (scan, opens) = self.row.scan(&self.window[line.place.clone()], self.separator, &mut cell);
            let cells_of_first = *cells_of_first.get_or_insert(self.row.ends.len());
            if opens {
                opening = line.clone();
            }
            if line.too_long.is_some() || self.next - self.start > RECORD.size() {
                let problem = RECORD.problem(line.too_long.filter(|_| line.number == self.row.line));
                self.resume_after(&opening, &line);
                return Ok(Some(Err(RowFault::TooLong(opening.number, problem))));
            }
            let problem = match scan {
                Scan::Row if self.has_swallowed() => {
                    // Its first line is one of them, and so has the quote.
                    self.row.ends.truncate(cells_of_first);
                    opening = first;
                    "holds whole rows"
                }
                Scan::Row => return Ok(Some(Ok(()))),
                Scan::Junk => "goes on behind its closing quote",
                Scan::Open => match self.next_line()? {
                    Some(next) => {
                        line = next;
                        continue;
                    }
                    None => "is never closed",
                },
            };
            let lines = match line.number {
                last if last == opening.number => String::new(),
                last => format!(", up to line {last},"),
            };
            self.resume_after(&opening, &line);
            let problem = format!("the quoted cell that opens here{lines} {problem}");
            return Ok(Some(Err(RowFault::Bad(opening.number, problem, HELP))));
        }
    }

    /// The first line of the next row; what stands before it is forgotten.
    fn first_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            if self.next == self.window.len() {
                self.window.clear();
                self.window.shrink_to(KEPT);
                self.next = 0;
            } else if self.next > self.window.len() / 2 {
                self.window.drain(..self.next);
                self.next = 0;
            }
            self.start = self.next;
            let Some(line) = self.next_line()? else { return Ok(None) };
            if line.too_long.is_some() || !self.window[line.place.clone()].trim_ascii().is_empty() {
                self.row.line = line.number;
                self.row.bytes.clear();
                self.row.bytes.shrink_to(KEPT);
                self.row.ends.clear();
                return Ok(Some(line));
            }
        }
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let (start, number) = (self.next, self.line);
        let mut too_long = None;
        if start == self.window.len() {
            let length = read_line(&mut self.reader, &mut self.window, RECORD.size())?;
            if length == 0 {
                return Ok(None);
            }
            too_long = Some(length).filter(|length| *length > (self.window.len() - start) as u64);
            self.next = self.window.len();
        } else {
            let rest = &self.window[start..];
            self.next += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        }
        self.line += 1;
        Ok(Some(Line { number, place: start..self.next, too_long }))
    }

    /// Goes on with the line after the fault, however many were read since.
    fn resume_after(&mut self, fault: &Line, last: &Line) {
        if last.too_long.is_some() && last.number != fault.number {
            // Of it there is only half, and it has been spoken of.
            self.window.truncate(last.place.start);
            self.window.push(b'\n');
        }
        (self.next, self.line) = (fault.place.end, fault.number + 1);
    }

    /// Whether each line of the row would be one by itself: then a quote that was left open has met another one.
    fn has_swallowed(&self) -> bool {
        let lines = self.line - self.row.line;
        let is_row = |line: &[u8]| line.split(|byte| *byte == self.separator).count() == self.columns;
        lines > 3
            && (lines - 1) * self.columns.saturating_sub(1) >= SWALLOWED
            && self.raw().split_inclusive(|byte| *byte == b'\n').all(is_row)
    }
}

impl Row {
    /// Scans a line of the row, from within the cell that the line before has left off in. Says how it ended, and whether
    /// a quoted cell was opened.
    fn scan(&mut self, line: &[u8], separator: u8, cell: &mut Cell) -> (Scan, bool) {
        let (mut place, mut opens) = (0, false);
        while let Some(rest) = line.get(place..).filter(|rest| !rest.is_empty()) {
            let is_end = matches!(rest, [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..]);
            match (*cell, rest[0]) {
                (Cell::Quoted, _) => {
                    let length = rest.iter().position(|byte| *byte == b'"');
                    self.bytes.extend_from_slice(&rest[..length.unwrap_or(rest.len())]);
                    let Some(length) = length else { break };
                    place += length + 1;
                    *cell = Cell::Closed;
                    continue;
                }
                (Cell::Start, b'"') => (*cell, opens) = (Cell::Quoted, true),
                (Cell::Closed, b'"') => {
                    self.bytes.push(b'"');
                    *cell = Cell::Quoted;
                }
                (_, byte) if byte == separator => {
                    self.ends.push(self.bytes.len());
                    *cell = Cell::Start;
                }
                _ if is_end => break,
                (Cell::Closed, b' ' | b'\t') => {}
                (Cell::Closed, _) => return (Scan::Junk, opens),
                (Cell::Start | Cell::Bare, _) => {
                    let length = rest.iter().position(|byte| *byte == separator || *byte == b'\n');
                    let text = &rest[..length.unwrap_or(rest.len())];
                    let is_last = rest.get(text.len()).is_none_or(|byte| *byte == b'\n');
                    self.bytes.extend_from_slice(if is_last {
                        text.strip_suffix(b"\r").unwrap_or(text)
                    } else {
                        text
                    });
                    place += text.len();
                    *cell = Cell::Bare;
                    continue;
                }
            }
            place += 1;
        }
        if *cell == Cell::Quoted {
            return (Scan::Open, opens);
        }
        self.ends.push(self.bytes.len());
        (Scan::Row, opens)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// Rows with their lines, cells apart by `|`; or faults.
    fn rows(text: impl Into<Vec<u8>>, columns: usize) -> Vec<String> {
        let mut rows = Rows::new(Box::new(Cursor::new(text.into())), 1);
        rows.columns = columns;
        let mut all = Vec::new();
        while let Some(row) = rows.next_row() {
            let cells: Vec<_> = rows.cells().map(String::from_utf8_lossy).collect();
            all.push(match row {
                Ok(()) => format!("{} {}", rows.line(), cells.join("|")),
                Err(RowFault::Bad(line, problem, _) | RowFault::TooLong(line, problem)) => {
                    format!("{line} bad {}: {problem}", cells.join("|"))
                }
                Err(RowFault::Broken(line, error)) => panic!("{line}: {error}"),
            });
        }
        all
    }

    #[test]
    fn cells_are_what_stands_between_separators_and_quotes() {
        let text = "a,\"b \"\"c\"\",\r\n\nd\" ,\re\r\n\n ,\"\"\n,\n\"f\" ,g \"h\"\r";
        assert_eq!(rows(text, 2), ["1 a|b \"c\",\r\n\nd|\re", "5  |", "6 |", "7 f|g \"h\""]);
    }

    #[test]
    fn an_open_quote_is_a_fault_at_its_line_and_takes_no_other_row_with_it() {
        let fault = "the quoted cell that opens here";
        let tail: Vec<String> = (3..1_000).map(|row| format!("{row},x\n")).collect();
        let read = rows(format!("1,x\n2,\"left open\n{}", tail.concat()), 2);
        assert_eq!(read.len(), 999);
        assert_eq!(read[1], format!("2 bad 2: {fault}, up to line 999, is never closed"));
        assert_eq!(read[2..4], ["3 3|x", "4 4|x"]);
        assert_eq!(
            rows("1,\"left open\n2,y\n3,\"quoted\"\n4,z\n", 2),
            [
                &*format!("1 bad 1: {fault}, up to line 3, goes on behind its closing quote"),
                "2 2|y",
                "3 3|quoted",
                "4 4|z"
            ]
        );
        let read = rows("1,a,\"left open\n2,b,y\n3,c,z\n4,d,closed late\"\n5,e,w", 3);
        assert_eq!(read[0], format!("1 bad 1|a: {fault}, up to line 4, holds whole rows"));
        assert_eq!(read[1..], ["2 2|b|y", "3 3|c|z", "4 4|d|closed late\"", "5 5|e|w"]);
        assert_eq!(
            rows("1,\"x\"y\n2,z", 2),
            [&*format!("1 bad 1: {fault} goes on behind its closing quote"), "2 2|z"]
        );
        assert_eq!(rows("\"", 1), [format!("1 bad : {fault} is never closed")]);
    }

    #[test]
    fn a_row_that_is_too_long_is_not_kept_and_the_next_ones_are_read() {
        let long = "x".repeat(RECORD.size());
        let problem = format!("a record of {}; at most 64,000,000 are read", "64,000,006 bytes");
        assert_eq!(
            rows(format!("1,a\n2,\"{long}\",\n3,b\n"), 2)[1],
            format!("2 bad 2|{long}: {problem}").replace(&format!("|{long}"), "")
        );
        let unbounded = "a record of more than 64,000,000 bytes, the most that is read";
        let read = rows(format!("1,\"a\n2,{long}\n3,b\n"), 2);
        assert_eq!(read, [format!("1 bad 1: {unbounded}"), "3 3|b".to_owned()]);
        let lines = "2,b\n".repeat(RECORD.size() / 4 + 100);
        let read = rows(format!("1,\"a\n{lines}"), 2);
        assert_eq!((read.len(), &*read[0]), (RECORD.size() / 4 + 101, &*format!("1 bad 1: {unbounded}")));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            cells in prop::collection::vec(prop::collection::vec("[a ,;\"\r\n\té]{0,8}x", 2), 1..6)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            cells.iter().for_each(|row| writer.write_record(row).unwrap());
            let mut rows = Rows::new(Box::new(Cursor::new(writer.into_inner().unwrap())), 1);
            for row in &cells {
                prop_assert!(matches!(rows.next_row(), Some(Ok(()))));
                let read: Vec<_> = rows.cells().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect();
                prop_assert_eq!(&read, row);
            }
            prop_assert!(rows.next_row().is_none());
        }

        #[test]
        fn every_line_is_in_a_row_or_a_fault(text in "[a,\"\n\r]{0,60}") {
            let read = rows(text.clone(), 2);
            let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
            prop_assert!(read.len() <= lines);
            prop_assert_eq!(read.is_empty(), lines == 0);
        }
    }
}
