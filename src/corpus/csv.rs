//! Comma-separated values, with the field names in the first row.

use std::io::BufRead;
use std::path::PathBuf;

use csv::ByteRecord;

use super::input::{Input, broken};
use super::reader::{BadRecord, ReadAs};
use super::record::{FIELDS, TEXT_FIELDS};
use super::{Id, Record, TagRef};
use crate::error::{Error, Location, Result};

/// What may stand between the names in a cell that lists tags.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// The records of a CSV input.
pub(super) struct CsvRecords<T> {
    reader: csv::Reader<Box<dyn BufRead + Send>>,
    path: PathBuf,
    first_line: usize,
    header: Vec<String>,
    row: ByteRecord,
    ended: bool,
    read_as: ReadAs<T>,
}

impl<T> CsvRecords<T> {
    /// Reads the header.
    pub fn new(input: Input, read_as: ReadAs<T>) -> Result<Self> {
        let path = input.source.path();
        let at = Location::line(&path, input.line);
        // Rows of another length are ours to report, with their id. A line feed ends a row, and a carriage return
        // before it is dropped later, because csv counts the lines of `\r\n` too late.
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(input.reader);
        let header = reader.byte_headers().map_err(|error| damaged(at.clone(), error))?;
        let header: Vec<_> = header.iter().map(|cell| lossy(cell).trim().to_owned()).collect();
        check_header(&header, at)?;
        Ok(Self {
            reader,
            path,
            first_line: input.line,
            header,
            row: ByteRecord::new(),
            ended: false,
            read_as,
        })
    }

    /// Reads the next row that is not blank; `false` at the end.
    fn read_row(&mut self) -> csv::Result<bool> {
        while self.reader.read_byte_record(&mut self.row)? {
            if self.row.len() > 1 || !self.row.as_slice().trim_ascii().is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where the current row starts.
    fn location(&self) -> Location {
        // csv notes the start before it passes over blank lines, so the end is asked too.
        let start = self.row.position().map_or(1, csv::Position::line);
        let lines = self.row.as_slice().split(|byte| *byte == b'\n').count() as u64;
        self.line(start.max(self.reader.position().line().saturating_sub(lines)))
    }

    /// The place of a line as csv counts it.
    fn line(&self, line: u64) -> Location {
        Location::line(&self.path, self.first_line + (line as usize).saturating_sub(1))
    }

    /// The current row by the names of its columns, once it has a cell for each.
    fn record(&self) -> Result<T, BadRecord> {
        let cells = self.row.iter().map(|cell| lossy(cell.strip_suffix(b"\r").unwrap_or(cell)));
        let named: Vec<(&str, String)> = self.header.iter().map(String::as_str).zip(cells).collect();
        if self.row.len() == self.header.len() {
            return (self.read_as.cells)(self.location(), named);
        }
        let problem = format!("the header has {} columns, this row {}", self.header.len(), self.row.len());
        let error = Error::input(self.location(), problem, "quote cells that hold commas or line breaks");
        Err(BadRecord { id: record(named).id, error })
    }
}

impl<T> Iterator for CsvRecords<T> {
    type Item = Result<T, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read_row() {
            Ok(true) => Some(self.record()),
            Ok(false) => None,
            Err(error) => {
                self.ended = true;
                let error = damaged(self.line(self.reader.position().line()), error);
                Some(Err(BadRecord { id: None, error }))
            }
        }
    }
}

/// What csv could not read: with rows of bytes of any length, only the input itself can fail.
fn damaged(at: Location, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => broken(at, error),
        other => Error::input(at, format!("not CSV: {other:?}"), "mend it there"),
    }
}

fn check_header(header: &[String], at: Location) -> Result<()> {
    if let Some(column) =
        FIELDS.iter().find(|column| header.iter().filter(|name| name == *column).count() > 1)
    {
        return Err(Error::input(at, format!("the column {column:?} stands twice"), "keep one of them"));
    }
    if header.iter().any(|name| TEXT_FIELDS.contains(&name.as_str())) {
        return Ok(());
    }
    let help = format!(
        "the first row must name the columns, separated by commas: at least one of {}, and others of {}",
        TEXT_FIELDS.join(", "),
        FIELDS.join(", ")
    );
    Err(Error::input(at, "no column with text", help))
}

/// The record that a row's cells hold, by the names of their columns.
pub(super) fn record(cells: Vec<(&str, String)>) -> Record {
    let mut record = Record::default();
    for (column, cell) in cells.into_iter().filter(|(_, cell)| !cell.trim().is_empty()) {
        match column {
            "id" => record.id = Some(Id::from(cell.as_str())),
            "name" => record.name = Some(cell),
            "description" => record.description = Some(cell),
            "readme" => record.readme = Some(cell),
            "text" => record.text = Some(cell),
            "candidates" => record.candidates = Some(tags(&cell)),
            "tags" => record.tags = Some(tags(&cell)),
            "judged_tags" => record.judged_tags = Some(tags(&cell)),
            _ => {}
        }
    }
    record
}

fn tags(cell: &str) -> Vec<TagRef> {
    names(cell).into_iter().map(TagRef::Name).collect()
}

/// The names in a cell that lists tags: a JSON array, such as `[]` for none, or names with separators between
/// them.
pub(super) fn names(cell: &str) -> Vec<String> {
    if let Ok(array) = serde_json::from_str::<Vec<TagRef>>(cell) {
        return array.iter().map(ToString::to_string).collect();
    }
    let names = cell.split(SEPARATORS).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The cell that [`names`] reads as these names.
pub(super) fn names_cell(list: &[String]) -> String {
    let joined = list.join(";");
    if !joined.is_empty() && names(&joined) == list {
        return joined;
    }
    serde_json::Value::from(list).to_string()
}

fn lossy(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gzip, input, read, refusal};
    use super::*;

    #[test]
    fn rows_are_records_by_the_names_in_the_header() {
        let table = "\u{feff}stars, id ,description,text\r\n5,007,a broker,\r\n,,\"two\nlines, quoted\",x\r\n1,8, ,\r\n2,9,end,\r\n";
        assert_eq!(
            read("a.csv", table),
            [
                "a.csv:2 \"007\" a broker",
                "a.csv:3 null two\nlines, quoted/x",
                "\"8\" bad a.csv:5: no text; give at least one of name, description, readme, text",
                "a.csv:6 \"9\" end"
            ]
        );
    }

    #[test]
    fn tags_and_candidates_are_lists() {
        let table = "name,tags,candidates,judged_tags\na/b,\"cli, 90;\",cli|gui,\nc/d,,, ; \ne/f,[],,\"[\"\"a;b\"\"]\"\n";
        let records = CsvRecords::new(input("a.csv", table).unwrap(), ReadAs::RECORD).unwrap();
        let records: Vec<_> = records.map(|record| record.unwrap().1).collect();
        let names = |names: [&str; 2]| Some(names.map(|name| TagRef::Name(name.into())).to_vec());
        assert_eq!(records[0].tags, names(["cli", "90"]));
        assert_eq!(records[0].candidates, names(["cli", "gui"]));
        assert_eq!((&records[1].tags, &records[1].candidates), (&None, &None));
        assert_eq!((&records[0].judged_tags, &records[1].judged_tags), (&None, &Some(vec![])));
        assert_eq!(records[2].tags, Some(vec![]));
        assert_eq!(records[2].judged_tags, Some(vec![TagRef::Name("a;b".into())]));
    }

    #[test]
    fn a_row_of_another_length_is_named_and_the_others_are_read() {
        let help = "quote cells that hold commas or line breaks";
        assert_eq!(
            read("a.csv", "\n\nid,text\n1,one,more\n\n2\n\r\n3,three"),
            [
                format!("\"1\" bad a.csv:4: the header has 2 columns, this row 3; {help}"),
                format!("\"2\" bad a.csv:6: the header has 2 columns, this row 1; {help}"),
                "a.csv:8 \"3\" three".to_owned()
            ]
        );
    }

    #[test]
    fn a_header_without_text_or_with_a_column_twice_is_refused() {
        let expected = "a.csv:1: no column with text; the first row must name the columns, separated by commas: \
            at least one of name, description, readme, text, \
            and others of id, name, description, readme, text, candidates, tags, judged_tags";
        assert_eq!(refusal("a.csv", "id;name\n1;a/b\n"), expected);
        assert_eq!(refusal("a.csv", "id,tags\n1,cli\n"), expected);
        let expected = "a.csv:1: the column \"name\" stands twice; keep one of them";
        assert_eq!(refusal("a.csv", "name,id,name\n"), expected);
    }

    #[test]
    fn odd_bytes_are_read() {
        assert_eq!(read("a.csv", b"text\ncaf\xe9\0\n"), ["a.csv:2 null caf\u{fffd}\0"]);
        assert_eq!(read("a.csv", "text\n\"left open\nto the end"), ["a.csv:2 null left open\nto the end"]);
    }

    #[test]
    fn half_a_gzip_file_gives_its_whole_rows_and_one_fault() {
        let row = |row: u64| format!("{row},{:x}", row.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let rows: Vec<_> = (1..4_000).map(row).collect();
        let whole = gzip(format!("id,text\n{}", rows.join("\n")));
        let records = read("a.csv.gz", &whole[..whole.len() / 2]);
        let (fault, read) = records.split_last().unwrap();
        assert!(read.len() > 1_000);
        assert!(read.iter().all(|record| record.starts_with("a.csv.gz:")));
        assert!(fault.starts_with("null bad a.csv.gz:"), "{fault}");
        assert!(fault.ends_with("the gzip data ends too early; copy or download the file again"), "{fault}");
    }
}
