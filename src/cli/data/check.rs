//! `tagwright data check`: everything that is wrong with labelled data.

use std::borrow::Cow;

use serde::Serialize;
use tagwright::corpus::{Id, Source, open_whole};
use tagwright::curate::{Checker, Kind, Problem, Severity};
use tagwright::report::{self, count};

use crate::cli::files::InputFile;
use crate::cli::options::{ListFormat, TaxonomyOption};
use crate::cli::output::{self, Outcome, say};

const EXAMPLES: &str = "\
Errors:
  unreadable     no JSON object, or a field of the wrong type
  no-text        none of name, description, readme and text has text
  no-tags        there is no field \"tags\"; [] says that a record has none
  unknown-tag    the taxonomy does not have it; the closest name is offered
  repeated-id    another record has the same id
  contradiction  another record has the same texts and other tags

Warnings:
  repeated-tag   the same tag twice in one record
  many-tags      more than three tags
  unjudged-tag   a tag that is not among the record's \"judged_tags\", or no tag in either
  repeated-text  another record has the same texts and tags
  broken-text    control characters, or text in a wrong encoding

Examples:
  tagwright data check data.jsonl
  tagwright data check train.jsonl dev.jsonl --taxonomy taxonomy.json
  tagwright data check data.jsonl | jq -r .kind | sort | uniq -c

Exit codes:
  0  there are no errors; there may be warnings
  1  there are errors
  2  wrong usage, or no record could be read";

/// Check labelled data, and name all that is wrong
///
/// Reads all records of all files, as `tagwright train` would, but goes on after a problem. Each problem is named with
/// its file and line and with what to do about it; a summary goes to standard error.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records: .jsonl, .ndjson, .json or .csv, also with .gz; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    #[command(flatten)]
    taxonomy: TaxonomyOption,

    /// How to write the problems [default: a table on a terminal, else jsonl]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<ListFormat>,
}

/// Checks all records of all files.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let taxonomy = args.taxonomy.load()?;
    let mut checker = Checker::new(&taxonomy);
    let (mut records, mut unreadable, mut problems) = (0_usize, 0_usize, Vec::new());
    for path in &args.data {
        match open_whole(&Source::from(path.clone()), None) {
            Ok(source) => source.for_each(|record| {
                records += 1;
                problems.extend(checker.check(&record));
            }),
            Err(error) => {
                say("error", error);
                unreadable += 1;
            }
        }
    }
    match ListFormat::or_by_stdout(args.format) {
        ListFormat::Jsonl => output::write_lines(problems.iter().map(Row::new))?,
        ListFormat::Table if problems.is_empty() => {}
        ListFormat::Table => output::write_table(&report::problems_text(&problems))?,
    }
    let errors = problems.iter().filter(|problem| problem.kind.severity() == Severity::Error).count();
    output::note(&format!(
        "{} in {}: {}, {}\n",
        count(records, "record"),
        count(args.data.len() - unreadable, "file"),
        count(errors, "error"),
        count(problems.len() - errors, "warning")
    ));
    Ok(match (records, errors + unreadable) {
        (0, _) => Outcome::Nothing,
        (_, 0) => Outcome::Done,
        _ => Outcome::Partly,
    })
}

/// A problem as a line of JSON.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a Option<Id>,
    file: Cow<'a, str>,
    line: Option<usize>,
    severity: Severity,
    kind: Kind,
    message: &'a str,
}

impl<'a> Row<'a> {
    fn new(problem: &'a Problem) -> Self {
        let Problem { at, id, kind, message } = problem;
        let file = at.path.to_string_lossy();
        Self { id, file, line: at.line, severity: kind.severity(), kind: *kind, message }
    }
}
