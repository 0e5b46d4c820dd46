//! `tagwright data import`: labelled data from elsewhere.

use std::cmp::Reverse;

use tagwright::atomic::publish;
use tagwright::corpus::draft_whole;
use tagwright::curate::import::{Form, Imported};
use tagwright::report::count;

use crate::cli::files::{InputFile, OutputFile};
use crate::cli::options::{CsvOption, TaxonomyOption};
use crate::cli::output::{self, Outcome, say};

/// How many labels without a tag are named.
const NAMED: usize = 10;

const EXAMPLES: &str = "\
Forms:
  github        what GitHub's API gives: a repository, arrays of them, search results, starred
                repositories, answers of GraphQL; as pages one after the other or in one array
                (`gh api --paginate`, `--slurp`); also
                `gh repo list --json nameWithOwner,description,repositoryTopics`.
                Topics become tags; the field \"topics\" keeps them all
  fasttext      a text on each line, its labels as words such as __label__cli
  markdown      a file for each repository with front matter in YAML (name or url, description,
                tags or topics) and its README below; front matter that lists many of these; or
                lists and tables of links. An item or row is an entry when it links to a
                repository; the rest of its text is the description, and the closest heading
                above that is a tag is the label. Links in prose, badges and what is under
                \"See also\" are no entries
  label-studio  an export as JSON or JSON-MIN; choices, also of a taxonomy, are the labels. The
                annotation marked as ground truth counts, or else all that were not skipped. An
                annotation without any result says that no tag fits; JSON-MIN does not tell that
                apart from a question left out, so export JSON where it matters
  argilla       records as JSON, of version 1 or 2; responses that were submitted count, drafts
                and suggestions do not

A label becomes the tag that has it as its name, id or alias; case, and whether words are joined by
blanks, underscores or hyphens, do not matter. Labels without a tag are left out and counted on
standard error. Where none of the labels is a tag, and where nobody has given any, the record is
left without \"tags\": nobody has said that no tag fits.

Questions of Label Studio and Argilla: the one whose answers are tags asks for the labels; where
there are several, name it with --labels-field. Ratings, texts, spans and rankings are no labels.
Questions that are named after a tag and answered by yes or no judge this tag alone. A tag that
more than half of those who answered gave is one of the record; one that exactly half gave stays
undecided. Where not all tags of the taxonomy are decided, \"judged_tags\" lists those that are. No
export says what could be chosen, so give the taxonomy that the annotators had.

Examples:
  tagwright data import starred.json -o data.jsonl
  tagwright data import stars/*.md -o data.jsonl --taxonomy taxonomy.json
  tagwright data import export.json --from label-studio -o labelled.jsonl --labels-field topics
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

    /// The question of Label Studio or Argilla whose answers are the labels [default: the one whose answers are tags]
    #[arg(long, value_name = "NAME")]
    labels_field: Option<String>,

    /// The file to write: .jsonl, .json or .csv, also with .gz
    #[arg(short, long = "out", value_name = "OUT", value_parser = output::file())]
    out: OutputFile,

    #[command(flatten)]
    csv: CsvOption,

    #[command(flatten)]
    taxonomy: TaxonomyOption,
}

/// Imports all files into one.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let taxonomy = args.taxonomy.load()?;
    let mut imported = Imported::default();
    for path in &args.files {
        imported.add(path, args.from, args.labels_field.as_deref(), &taxonomy)?;
    }
    publish(vec![draft_whole(&args.out, args.csv.of_path(&args.out), &imported.records)?])?;
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
