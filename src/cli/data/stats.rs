//! `tagwright data stats`: what labelled data is like.

use std::path::Path;

use clap::ValueEnum;
use tagwright::corpus::{Record, read_whole};
use tagwright::curate::Stats;
use tagwright::report;

use crate::cli::files::InputFile;
use crate::cli::options::TaxonomyOption;
use crate::cli::output::{self, Outcome};

const EXAMPLES: &str = "\
Examples:
  tagwright data stats data.jsonl
  tagwright data stats train.jsonl.gz --taxonomy taxonomy.json
  tagwright data stats data.jsonl --format json | jq .tags_per_record

Exit codes:
  0  done
  2  wrong usage, or a record that cannot be read";

/// Count what is in labelled data
///
/// Counts records by kind (a README or only a description), length of text and language (a guess); the lengths of the
/// texts; tags of a record; records of each tag; and the pairs of tags that most often go together. Records without
/// the field "tags" are counted too.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of records: .jsonl, .ndjson, .json or .csv, also with .gz; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    #[command(flatten)]
    taxonomy: TaxonomyOption,

    /// How to write the counts
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How counts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people
    Text,
    /// One JSON object
    Json,
}

/// Counts the records of all files together.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let taxonomy = args.taxonomy.load()?;
    let whole = read_whole(&args.data)?;
    let records: Vec<Record> =
        whole.iter().map(|whole| whole.checked().cloned()).collect::<tagwright::Result<_>>()?;
    let stats = Stats::of(&records, &taxonomy);
    match args.format {
        Format::Text => output::write_table(&report::stats_text(&stats))?,
        Format::Json => output::write_json(Path::new("-"), &stats)?,
    }
    Ok(Outcome::Done)
}
