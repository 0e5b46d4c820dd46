//! `tagwright data import`: labelled data from elsewhere.

use std::cmp::Reverse;

use tagwright::corpus::write_whole;
use tagwright::curate::import::{Form, Imported};
use tagwright::report::count;

use crate::cli::files::{InputFile, OutputFile};
use crate::cli::options::TaxonomyOption;
use crate::cli::output::{self, Outcome, say};

/// How many labels without a tag are named.
const NAMED: usize = 10;

const EXAMPLES: &str = "\
Forms:
  github        what GitHub's API gives: a repository, an array of them, search results, starred
                repositories; also `gh repo list --json nameWithOwner,description,repositoryTopics`.
                Topics become tags; the field \"topics\" keeps them all
  fasttext      a text on each line, its labels as words such as __label__cli
  markdown      a file for each repository with front matter in YAML (name or url, description,
                tags or topics) and its README below; front matter that lists many of these; or
                lists of links to repositories, where the heading above is the label
  label-studio  an export as JSON or JSON-MIN; choices are the labels. The annotation marked as
                ground truth counts, or else what more than half of the annotators chose
  argilla       records as JSON, of version 1 or 2; what more than half of the submitted responses
                say counts. Suggestions are left out

A label becomes the tag that has it as its name, id or alias; case, and whether words are joined by
blanks, underscores or hyphens, do not matter. Labels without a tag are left out and counted on
standard error. Where none of the labels is a tag, and where there are no topics, the record is left
without \"tags\": nobody has said that no tag fits.

Examples:
  tagwright data import starred.json -o data.jsonl
  tagwright data import stars/*.md -o data.jsonl --taxonomy taxonomy.json
  tagwright data import export.json --from label-studio -o labelled.jsonl
  gh api user/starred --paginate > s.json && tagwright data import s.json -o data.jsonl

Exit codes:
  0  done
  2  wrong usage, or an entry that is not of the form; nothing is written";

/// Import labelled data from GitHub, fastText, Markdown, Label Studio and Argilla
///
/// Makes a record of each entry and maps its labels to the tags of the taxonomy. The form is recognised by the name of a
/// file and its first entry.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files to import, also with .gz
    #[arg(value_name = "FILE", required = true)]
    files: Vec<InputFile>,

    /// The form of the files [default: recognised in each]
    #[arg(long, value_name = "FORM", value_enum)]
    from: Option<Form>,

    /// The file to write: .jsonl, .json or .csv, also with .gz
    #[arg(short, long = "out", value_name = "OUT", value_parser = output::file())]
    out: OutputFile,

    #[command(flatten)]
    taxonomy: TaxonomyOption,
}

/// Imports all files into one.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let taxonomy = args.taxonomy.load()?;
    let mut imported = Imported::default();
    for path in &args.files {
        imported.add(path, args.from, &taxonomy)?;
    }
    write_whole(&args.out, &imported.records)?;
    let tagged = imported.records.iter().filter(|record| record.field("tags").is_some()).count();
    let records = count(imported.records.len(), "record");
    output::note(&format!("{}: {records}, {tagged} of them with tags\n", args.out.display()));
    warn_of_unmapped(&imported);
    Ok(Outcome::Done)
}

/// Names the most frequent labels that are no tags.
fn warn_of_unmapped(imported: &Imported) {
    let mut labels: Vec<(&String, &usize)> = imported.unmapped.iter().collect();
    if labels.is_empty() {
        return;
    }
    labels.sort_by_key(|(label, count)| (Reverse(**count), *label));
    let named: Vec<String> =
        labels.iter().take(NAMED).map(|(label, count)| format!("{label} ({count})")).collect();
    let more = if labels.len() > NAMED { ", …" } else { "" };
    let count = labels.len();
    say("warning", format!("labels that are no tag and are left out: {count}, {}{more}", named.join(", ")));
}
