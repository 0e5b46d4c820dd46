//! Comma-separated values, with the field names in the first row; semicolons, tabs and bars separate as well.

use std::path::{Path, PathBuf};

use super::input::{Input, broken};
use super::reader::{BadRecord, ReadAs};
use super::record::{FIELDS, TEXT_FIELDS, short_list};
use super::rows::{RowFault, Rows};
use super::{Id, Record, TagRef};
use crate::error::{Error, Location, Result};
use crate::limits::{LIST, RECORD};

/// What may stand between two cells, the likeliest first.
const COLUMN_SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many characters of a header are quoted.
const EXCERPT: usize = 80;

/// What may stand between the names in a cell that lists tags.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// The records of a CSV input.
pub(super) struct CsvRecords<T> {
    rows: Rows,
    path: PathBuf,
    header: Vec<String>,
    ended: bool,
    read_as: ReadAs<T>,
}

impl<T> CsvRecords<T> {
    /// Reads the header.
    pub fn new(input: Input, read_as: ReadAs<T>) -> Result<Self> {
        let path = input.source.path();
        let mut rows = Rows::new(input.reader, input.line);
        let header = read_header(&mut rows).map_err(|fault| error(&path, fault))?;
        check_header(&header, Location::line(&path, rows.line()))?;
        rows.columns = header.len();
        Ok(Self { rows, path, header, ended: false, read_as })
    }

    /// The cells of the row by the names of their columns.
    fn named(&self) -> Vec<(&str, String)> {
        self.header.iter().map(String::as_str).zip(self.rows.cells().map(lossy)).collect()
    }

    /// The current row, provided it has a cell for each column.
    fn record(&self) -> Result<T, BadRecord> {
        let at = Location::line(&self.path, self.rows.line());
        let (columns, cells) = (self.header.len(), self.rows.cells().count());
        if cells == columns {
            return (self.read_as.cells)(at, self.named());
        }
        let problem = format!("the header has {columns} columns, this row {cells}");
        let error = Error::input(at, problem, "quote cells that hold separators or line breaks");
        Err(BadRecord { id: record(self.named()).id, error })
    }
}

impl<T> Iterator for CsvRecords<T> {
    type Item = Result<T, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        Some(match self.rows.next_row()? {
            Ok(()) => self.record(),
            Err(fault) => {
                self.ended = matches!(fault, RowFault::Broken(..));
                let id = if self.ended { None } else { record(self.named()).id };
                Err(BadRecord { id, error: error(&self.path, fault) })
            }
        })
    }
}

fn error(path: &Path, fault: RowFault) -> Error {
    match fault {
        RowFault::Broken(line, error) => broken(Location::line(path, line), error),
        RowFault::TooLong(line, problem) => Error::input(Location::line(path, line), problem, RECORD.help),
        RowFault::Bad(line, problem, help) => Error::input(Location::line(path, line), problem, help),
    }
}

/// Reads the names of the columns with each separator, and stays with the one by which most names are known; a line
/// such as `sep=;`, which spreadsheets write, goes before that.
fn read_header(rows: &mut Rows) -> Result<Vec<String>, RowFault> {
    let announced = match rows.next_row() {
        Some(Ok(())) => announced(rows.raw()),
        Some(Err(fault @ RowFault::TooLong(..))) => return Err(fault),
        _ => None,
    };
    if announced.is_none() {
        rows.again();
    }
    let mut best = Err(RowFault::Bad(rows.line(), "there is no header".to_owned(), "name the columns"));
    let (mut most, mut separator) = (None, b',');
    for candidate in announced.map_or(COLUMN_SEPARATORS.to_vec(), |separator| vec![separator]) {
        rows.separator = candidate;
        let Some(row) = rows.next_row() else { return best };
        let header = row.map(|()| rows.cells().map(column).collect::<Vec<String>>());
        rows.again();
        // Without a known name, the separator that makes the most columns shows best what is there.
        let known = header.as_ref().ok().map(|names| (known(names), names.len()));
        let is_better = known > most && (best.is_ok() || known.is_some_and(|(names, _)| names > 0));
        if is_better || candidate == COLUMN_SEPARATORS[0] || announced.is_some() {
            (most, separator, best) = (known, candidate, header);
        }
    }
    rows.separator = separator;
    rows.next_row();
    best
}

/// The separator that a first line such as `sep=;` names.
fn announced(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_start().strip_prefix(b"\"").unwrap_or(line);
    let (name, rest) = line.split_at_checked(4)?;
    let end = &rest.get(1..)?.trim_ascii();
    (name.eq_ignore_ascii_case(b"sep=") && matches!(end, [] | [b'"'])).then_some(rest[0])
}

/// How many of the names are fields.
fn known(names: &[String]) -> usize {
    names.iter().filter(|name| FIELDS.contains(&name.as_str())).count()
}

/// The name of a column; those of fields are known in capitals too.
fn column(cell: &[u8]) -> String {
    let name = lossy(cell);
    let name = name.trim_start_matches('\u{feff}').trim();
    let field = FIELDS.iter().find(|field| field.eq_ignore_ascii_case(name));
    field.map_or(name, |field| field).to_owned()
}

/// Whether a line looks like the header of a table: two columns or more, and one of them text.
pub(super) fn is_header(line: &[u8]) -> bool {
    COLUMN_SEPARATORS.into_iter().any(|separator| {
        let cells = line.split(|byte| *byte == separator);
        let names: Vec<String> = cells.map(|cell| column(cell).trim_matches('"').to_lowercase()).collect();
        names.len() > 1 && names.iter().any(|name| TEXT_FIELDS.contains(&name.as_str()))
    })
}

fn check_header(header: &[String], at: Location) -> Result<()> {
    if let Some(column) =
        FIELDS.iter().find(|column| header.iter().filter(|name| name == *column).count() > 1)
    {
        return Err(Error::input(at, format!("the column {column:?} stands twice"), "keep one of them"));
    }
    let found = header.join(" | ");
    if found.contains('\r') {
        let help = "save it with the line breaks of Windows or Unix";
        return Err(Error::input(at, "lines end in carriage returns alone", help));
    }
    if header.iter().any(|name| TEXT_FIELDS.contains(&name.as_str())) {
        return Ok(());
    }
    let found: String = found.chars().take(EXCERPT).collect();
    let help = format!(
        "the first row must name the columns, separated by commas, semicolons or tabs: at least one of {}, and others of {}",
        TEXT_FIELDS.join(", "),
        FIELDS.join(", ")
    );
    Err(Error::input(at, format!("no column with text among {found:?}"), help))
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
    if let Ok(array) = short_list(cell) {
        return array.iter().map(ToString::to_string).collect();
    }
    let names = cell.split(SEPARATORS).map(str::trim).filter(|name| !name.is_empty());
    names.take(LIST.size() + 1).map(str::to_owned).collect()
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
        let help = "quote cells that hold separators or line breaks";
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
    fn a_quote_left_open_is_named_with_its_record() {
        let rows: Vec<String> = (5..1_000).map(|row| format!("{row},x\n")).collect();
        let records = read("a.csv", format!("id,text\n1,x\n2,x\n3,\"x\n{}", rows.concat()));
        assert_eq!(records.len(), 998);
        assert_eq!(
            records[2],
            "\"3\" bad a.csv:4: the quoted cell that opens here, up to line 999, is never closed; \
             close each quoted cell with one \", and write \" within it as \"\""
        );
        assert_eq!(records[3], "a.csv:5 \"5\" x");
        assert!(refusal("a.csv", "id,\"text\n1,x\n").starts_with("a.csv:1: the quoted cell that opens here"));
    }

    #[test]
    fn a_header_without_text_or_with_a_column_twice_is_refused() {
        let expected = |found: &str| {
            format!(
                "a.csv:1: no column with text among {found:?}; the first row must name the columns, \
                 separated by commas, semicolons or tabs: at least one of name, description, readme, text, and others of {}",
                FIELDS.join(", ")
            )
        };
        assert_eq!(refusal("a.csv", "id,tags\n1,cli\n"), expected("id | tags"));
        assert_eq!(refusal("a.csv", "Nummer;Titel,lang\n1;x\n"), expected("Nummer;Titel | lang"));
        assert_eq!(refusal("a.csv", "1;2;3\n"), expected("1 | 2 | 3"));
        let expected = "a.csv:1: the column \"name\" stands twice; keep one of them";
        assert_eq!(refusal("a.csv", "name,id,Name\n"), expected);
        let expected =
            "a.csv:1: lines end in carriage returns alone; save it with the line breaks of Windows or Unix";
        assert_eq!(refusal("a.csv", "id,text\r1,x\r"), expected);
    }

    #[test]
    fn separator_and_case_are_told_by_the_header() {
        let expected = ["a.csv:2 \"1\" a, b; c"];
        for text in [
            "ID,Text\n1,\"a, b; c\"\n",
            "id;TEXT\n1;\"a, b; c\"\n",
            "id\ttext\r\n1\ta, b; c\r\n",
            "\"id\" | \"text\"\n1|a, b; c\n",
            "id|text\n1|a, b; c\n",
        ] {
            let text = text.replace(" | ", "|");
            assert_eq!(read("a.csv", text.clone()), expected, "{text}");
            assert_eq!(read("a.csv", format!("\u{feff}{text}")), expected, "{text}");
        }
        for announced in ["sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\u{feff}sep=;\n"] {
            assert_eq!(
                read("a.csv", format!("{announced}text;id,x\na;1\n")),
                ["a.csv:3 null a"],
                "{announced}"
            );
        }
        assert_eq!(read("a.tsv", "text\tid\na\t1\n"), ["a.tsv:2 \"1\" a"]);
        assert_eq!(read("a.csv", "text\na;b\tc\n"), ["a.csv:2 null a;b\tc"]);
        assert_eq!(read("a.csv", "name,a;description\nx,y\n"), ["a.csv:2 null x"]);
    }

    #[test]
    fn odd_bytes_are_read() {
        assert_eq!(read("a.csv", b"text\ncaf\xe9\0\n"), ["a.csv:2 null caf\u{fffd}\0"]);
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
