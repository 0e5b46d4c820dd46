//! `tagwright data convert`: records from one form to another.

use tagwright::atomic::publish;
use tagwright::corpus::{OutputFormat, draft_whole, lost_in_csv, read_whole, write_whole_to};

use crate::cli::files::{InputFile, OutputFile};
use crate::cli::options::CsvOption;
use crate::cli::output::{self, Outcome, say};

const EXAMPLES: &str = "\
JSON and JSON Lines keep every value as it was written. CSV holds text alone:
  - a list of tags is joined by semicolons, or is a JSON array where that is not enough: [] is none;
    only candidates, tags, judged_tags, suggested_tags and edited_tags are read as lists again
  - numbers, booleans and objects are written as JSON text, and read as text
  - null, an empty text and a field that is not there are all an empty cell
Fields that are affected are named on standard error, once.

Examples:
  tagwright data convert data.csv -o data.jsonl
  tagwright data convert a.jsonl b.json.gz -o all.jsonl.gz
  tagwright data convert data.jsonl -o - --format csv

Exit codes:
  0  done
  2  wrong usage, or a record that cannot be read; nothing is written";

/// Convert records between JSON Lines, JSON and CSV
///
/// The forms are told by the names of the files, each also with .gz. Several files are put together in their order. All
/// fields are kept, also those that tagwright does not know.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files to read: .jsonl, .ndjson, .json or .csv, also with .gz; `-` is standard input
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<InputFile>,

    /// The file to write; `-` is standard output
    #[arg(short, long = "out", value_name = "OUT")]
    out: OutputFile,

    /// How to write standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Jsonl)]
    format: OutputFormat,

    #[command(flatten)]
    csv: CsvOption,
}

/// Converts all files into one.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let records = read_whole(&args.inputs)?;
    let format = if output::is_stdout(&args.out) {
        output::to_stdout(|out| write_whole_to(out, args.csv.of(args.format), &records))?;
        args.format
    } else {
        publish(vec![draft_whole(&args.out, args.csv.of_path(&args.out), &records)?])?;
        OutputFormat::of_path(&args.out)
    };
    if format == OutputFormat::Csv {
        warn_of_losses(&lost_in_csv(&records).into_iter().collect::<Vec<_>>());
    }
    Ok(Outcome::Done)
}

fn warn_of_losses(fields: &[&str]) {
    if !fields.is_empty() {
        let names = fields.join(", ");
        say(
            "warning",
            format!("CSV holds text alone; read again, these fields are not as they were: {names}"),
        );
    }
}
