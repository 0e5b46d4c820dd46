//! `tagwright apply`: decisions about suggested tags, taken into the data.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::bail;
use tagwright::atomic::{Draft, finish, hold, publish};
use tagwright::corpus::{InputFormat, OutputFormat, draft_whole, read_whole};
use tagwright::curate::{Applied, Audit, apply, read_decisions};
use tagwright::error::Error;
use tagwright::taxonomy::Taxonomy;

use super::files::{File, InputFile, OutputFile, Role, beside};
use super::options::ModelOption;
use super::output::{self, Outcome, say};

const EXAMPLES: &str = "\
Examples:
  tagwright apply suggestions.jsonl data.jsonl -o new.jsonl
  tagwright apply data.decisions.jsonl data.jsonl --in-place --by curator --when 2026-03-01
  tagwright apply suggestions.jsonl data.jsonl -o new.jsonl --taxonomy taxonomy.json

A decided record of a suggestions file:
  {\"id\": 7, \"tags\": [\"cli\"], \"suggested_tags\": [\"cli\", \"database\"], \"decision\": \"accept\"}
  {\"id\": 8, \"tags\": [\"ui\"], \"suggested_tags\": [], \"decision\": \"edit\", \"edited_tags\": [\"cli\"]}

Exit codes:
  0  done
  2  something is wrong, and nothing was written";

/// How the audit file's argument is called.
const AUDIT: &str = "--audit";

/// Take decisions about suggested tags into the data
///
/// Reads decisions and the data that they are about, and writes the data with the decided tags. Order, all other fields
/// and undecided records stay as they are. Each decision adds a line to an audit file.
///
/// Decisions are what `tagwright review --interactive` writes, or a file of suggestions from `tagwright review --suggest`
/// in which you gave records a field `decision`: "accept" the suggested tags, "reject" them, or "edit" with the right
/// ones in `edited_tags`; a spreadsheet is as good as an editor. A record is known by its "id", or else by its "name".
///
/// Nothing is written when a record cannot be found or stands twice, a tag is unknown, or a record's tags or texts have
/// been changed since they were decided about (`text_digest` says which texts those were): standard error names all such
/// decisions. To apply the same decisions again changes nothing. Of two runs at once with --in-place the second waits.
///
/// Where only some tags of a record were judged (`judged_tags`), those that it had, those suggested and those decided
/// are judged from now on, too.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// The decisions: a file of suggestions with "decision" fields, or the journal of a review session
    #[arg(value_name = "SUGGESTIONS")]
    decisions: InputFile,

    /// The data: .jsonl, .ndjson, .json or .csv, also with .gz
    #[arg(value_name = "DATA")]
    data: InputFile,

    /// The file to write: .jsonl, .ndjson or .json, also with .gz
    #[arg(long, short, value_name = "NEW", required_unless_present = "in_place")]
    out: Option<OutputFile>,

    /// Replace DATA itself; it is whole at any moment
    #[arg(long, conflicts_with = "out")]
    in_place: bool,

    /// Add the audit lines to this file [default: beside NEW, new.audit.jsonl for new.jsonl]
    #[arg(long, value_name = "FILE")]
    audit: Option<OutputFile>,

    /// Who decided, for the audit lines
    #[arg(long, value_name = "WHO")]
    by: Option<String>,

    /// When it was decided, for the audit lines; any text
    #[arg(long, value_name = "DATE")]
    when: Option<String>,

    /// The tags: a JSON file [default: those of the model]
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    taxonomy: Option<InputFile>,

    #[command(flatten)]
    model: ModelOption,
}

impl Args {
    fn taxonomy(&self) -> tagwright::Result<Taxonomy> {
        match &self.taxonomy {
            Some(path) => Taxonomy::read(path),
            None => Ok(self.model.load()?.taxonomy().clone()),
        }
    }

    /// The files that the arguments name, and the audit file.
    pub fn files(&self, mut named: Vec<File>) -> Vec<File> {
        for data in named.iter_mut().filter(|file| file.argument == "DATA") {
            data.role = if self.in_place { Role::Updated } else { Role::Read };
            data.in_place_of = Some("--out");
        }
        named.retain(|file| file.argument != AUDIT);
        named.push(File::new(AUDIT, self.audit(), Role::Updated));
        named
    }

    /// The file to write.
    fn to_write(&self) -> &Path {
        self.out.as_deref().unwrap_or(&self.data)
    }

    fn audit(&self) -> PathBuf {
        self.audit.as_deref().map_or_else(|| beside(self.to_write(), "audit"), Path::to_owned)
    }

    /// The file to write and the audit file.
    fn outputs(&self) -> anyhow::Result<(&Path, PathBuf)> {
        let new = self.to_write();
        if !matches!(InputFormat::of_path(new), Some(InputFormat::Json | InputFormat::Jsonl)) {
            bail!(
                "{}: cannot write such a file; name one with -o that ends in .jsonl or .json",
                new.display()
            );
        }
        Ok((new, self.audit()))
    }
}

/// Applies all decisions, or none.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let (new, audit) = args.outputs()?;
    let taxonomy = args.taxonomy()?;
    // Held until all is written: who comes second waits, and reads what the first one has made of the data.
    let _data = args.in_place.then(|| held(new, OpenOptions::new().read(true))).transpose()?;
    let decisions = read_decisions(&args.decisions)?;
    decisions.faults.iter().for_each(|fault| say("warning", format!("left out: {fault}")));
    let mut records = read_whole(std::slice::from_ref(&args.data))?;
    let applied = match apply(&decisions.decided, &mut records, &taxonomy) {
        Ok(applied) => applied,
        Err(errors) => {
            errors.iter().for_each(|error| say("error", error));
            return Ok(Outcome::Nothing);
        }
    };
    let is_new = !audit.exists();
    let _audit = held(&audit, OpenOptions::new().append(true).create(true))?;
    let mut log = Audit::read(&audit)?;
    for change in &applied.changes {
        log.add(change, args.in_place && change.is_change, args.by.as_deref(), args.when.as_deref());
    }
    // Where the two cannot take their places together, the data do first: a repeated run adds the lines.
    let written = draft_whole(new, OutputFormat::of_path(new), &records)
        .and_then(|data| Ok(vec![data, Draft::write(&audit, |file| file.write_all(log.text()))?]))
        .and_then(publish);
    if written.is_err() && is_new {
        // It was made to be held, and is empty.
        let _ = fs::remove_file(&audit);
    }
    written?;
    output::note(&summary(&applied, decisions.undecided, new, &audit));
    Ok(Outcome::Done)
}

/// Opens a file to hold it until it is closed; waits until nobody else does.
fn held(path: &Path, options: &OpenOptions) -> tagwright::Result<fs::File> {
    let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    loop {
        let file = hold(path, options).map_err(|source| Error::io(path, "write", source))?;
        // Who held it may have been killed at the last moment; what is put there now is another file.
        let finished = finish(directory);
        if finished.map_err(|source| Error::io(path, "finish what was written to", source))?.is_empty() {
            return Ok(file);
        }
    }
}

fn summary(applied: &Applied, undecided: usize, new: &Path, audit: &Path) -> String {
    let undecided = match undecided {
        0 => String::new(),
        undecided => format!("; {undecided} undecided, left as they were"),
    };
    let repeated = match applied.repeated {
        0 => String::new(),
        repeated => format!("; {repeated} of them in the data already"),
    };
    format!(
        "{} accepted, {} rejected, {} edited{undecided}{repeated}\n{}, {}: written\n",
        applied.count("accept"),
        applied.count("reject"),
        applied.count("edit"),
        new.display(),
        audit.display()
    )
}
