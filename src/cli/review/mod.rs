//! `tagwright review`: which records deserve a curator's time.

mod interactive;
mod ranking;
mod table;
mod unlabelled;

use std::num::NonZeroUsize;

use anyhow::bail;
use tagwright::corpus::Labelled;
use tagwright::curate::NextSettings;
use tagwright::learn::{Progress, TrainSettings, Trained, train};
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;

use super::files::{File, InputFile, OutputFile};
use super::options::{CsvOption, JobsOption, ListFormat, TaxonomyOption, open_model};
use super::output::{self, Outcome};
use super::settings;

const EXAMPLES: &str = "\
Kinds of finding:
  missing-tag      a tag is probable and not given
  wrong-tag        a tag is given and improbable
  swapped-tag      one of each
  duplicate        the same text, or nearly, has other tags elsewhere
  in-test-data     the text is in a file of --test, too
  broken-text      an error page, a wrong encoding, no words
  bad-record       a field is bad, a tag is unknown, or there is no text

Of the data as a whole, after the records:
  few-examples     a tag has too few records
  always-together  a tag has another one nearly always beside it
  doubtful-tag     many labels of a tag are probably missing or wrong
  unused-alias     aliases are in no record; JSON Lines list them

Examples:
  tagwright review data.jsonl --taxonomy taxonomy.json
  tagwright review data.jsonl --taxonomy taxonomy.json --suggest suggestions.jsonl
  tagwright review data.jsonl --model default --top 50 --interactive
  tagwright review new.jsonl --model model.safetensors --top 50
  tagwright review train.jsonl --test test.jsonl | jq -c 'select(.kind == \"in-test-data\")'
  tagwright review data.jsonl --unlabelled pool.jsonl.gz --batch 50 > label-next.jsonl

Exit codes:
  0  done
  1  done, but some records are bad; they are listed
  2  wrong usage, or nothing could be done";

/// Find the records that deserve a second look, or those to label next
///
/// Trains on all records but a fold, asks that model about the fold, and so on for every fold. Records are ranked by
/// how probable it is that something has to be changed in them (suspicion, 0 to 1): a tag is missing or wrong, the same
/// text has other tags elsewhere, or the text is of no use. What is remarkable about the data as a whole comes after
/// them.
///
/// With --model, that model is asked instead; it must not have been trained on these records, or it will find their
/// tags to be right.
///
/// With --unlabelled, records of that file are chosen to be labelled next: those that are expected to teach most about
/// the tags with the fewest records, no two of them nearly the same, none nearly the same as a record of DATA.
///
/// A table on a terminal, else JSON Lines: an object with "kind" on each line; records have a "suspicion" too.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records, as `tagwright train` reads them
    #[arg(value_name = "DATA", required_unless_present_all = ["unlabelled", "model"])]
    data: Vec<InputFile>,

    #[command(flatten)]
    taxonomy: TaxonomyOption,

    /// Ask this model, which has not seen DATA, instead of training; `default` is the one inside tagwright
    #[arg(long, value_name = "FILE", conflicts_with = "taxonomy")]
    model: Option<InputFile>,

    /// Write a copy of DATA with the proposed tags of the listed records as `suggested_tags`
    ///
    /// In it, `text_digest` tells `tagwright apply` whether the texts are still the same. Records need an "id" or a "name"
    /// of their own.
    #[arg(long, value_name = "OUT", conflicts_with = "unlabelled", value_parser = output::file())]
    suggest: Option<OutputFile>,

    #[command(flatten)]
    csv: CsvOption,

    /// Records that must share no text with DATA; repeat it for more files
    #[arg(long, value_name = "FILE", conflicts_with = "unlabelled")]
    test: Vec<InputFile>,

    /// List the N most suspicious records [default: all with a suspicion of 0.5 or more]
    #[arg(long, value_name = "N", conflicts_with = "unlabelled")]
    top: Option<usize>,

    /// Write the probabilities of all tags, in the taxonomy's order, for each record of DATA as JSON Lines
    #[arg(long, value_name = "OUT", conflicts_with = "unlabelled", value_parser = output::file())]
    probabilities: Option<OutputFile>,

    /// Choose from these unlabelled records which to label next; repeat it for more files
    #[arg(long, value_name = "FILE")]
    unlabelled: Vec<InputFile>,

    /// With --unlabelled: choose N records
    #[arg(long, value_name = "N", requires = "unlabelled", default_value_t = NextSettings::DEFAULT_BATCH)]
    batch: usize,

    /// With --unlabelled: tags that N records have need no more
    #[arg(long, value_name = "N", requires = "unlabelled")]
    per_tag: Option<NonZeroUsize>,

    /// How the list is written [default: table on a terminal, jsonl otherwise]
    #[arg(long, value_name = "FORMAT")]
    format: Option<ListFormat>,

    /// Settings of the training: a TOML file
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    settings: Option<InputFile>,

    /// The number that chance starts from [default: as in the settings, else 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[command(flatten)]
    jobs: JobsOption,

    // Last, because its heading would take in what follows.
    #[command(flatten)]
    session: interactive::Options,
}

/// Reviews records.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    args.jobs.start()?;
    if args.session.interactive {
        interactive::run(args)
    } else if args.unlabelled.is_empty() {
        ranking::run(args)
    } else {
        unlabelled::run(args)
    }
}

impl Args {
    /// The files that the arguments name, and the journal beside DATA.
    pub fn files(&self, mut named: Vec<File>) -> Vec<File> {
        if self.session.interactive
            && let [data] = self.data.as_slice()
        {
            named.retain(|file| file.argument != interactive::JOURNAL);
            named.push(self.session.journal_file(data));
        }
        named
    }

    fn format(&self) -> ListFormat {
        ListFormat::or_by_stdout(self.format)
    }

    fn settings(&self) -> tagwright::Result<TrainSettings> {
        settings::with_seed(self.settings.as_deref(), self.seed)
    }

    /// The model to ask, if one is given.
    fn model(&self) -> tagwright::Result<Option<Model>> {
        self.model.as_deref().map(open_model).transpose()
    }

    fn train(
        &self,
        examples: &[Labelled],
        taxonomy: &Taxonomy,
        progress: &dyn Progress,
    ) -> anyhow::Result<Trained> {
        if examples.is_empty() {
            bail!("there are no labelled records that can be used; give some, or --model");
        }
        Ok(train(examples.to_vec(), taxonomy.clone(), &self.settings()?, progress)?)
    }
}
