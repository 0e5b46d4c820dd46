//! `tagwright apply`: decisions about suggested tags, taken into the data.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;
use tagwright::atomic::write_atomic;
use tagwright::corpus::{InputFormat, read_whole, write_whole};
use tagwright::curate::{Applied, AppliedDecision, apply, read_decisions};
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
/// ones in `edited_tags`. A record is known by its "id", or else by its "name".
///
/// Nothing is written when a record cannot be found or stands twice, a tag is unknown, or a record's tags have been
/// changed since they were decided about: standard error names all such decisions. To apply the same decisions again
/// changes nothing.
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
    let decisions = read_decisions(&args.decisions)?;
    let mut records = read_whole(std::slice::from_ref(&args.data))?;
    let applied = match apply(&decisions.decided, &mut records, &taxonomy) {
        Ok(applied) => applied,
        Err(errors) => {
            errors.iter().for_each(|error| say("error", error));
            return Ok(Outcome::Nothing);
        }
    };
    // The audit goes first: a kill in between leaves lines that the next run finds and does not write again.
    write_audit(&audit, &applied.changes, args)?;
    write_whole(new, &records)?;
    output::note(&summary(&applied, decisions.undecided, new, &audit));
    Ok(Outcome::Done)
}

/// A line of the audit file.
#[derive(Serialize)]
struct AuditLine<'a> {
    #[serde(flatten)]
    change: &'a AppliedDecision,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'a str>,
}

/// Adds a line for each change, but none that the file has already.
fn write_audit(path: &Path, changes: &[AppliedDecision], args: &Args) -> anyhow::Result<()> {
    let mut text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Error::io(path, "read the audit file", source).into()),
    };
    let known: HashSet<String> = text.lines().map(str::to_owned).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for change in changes {
        let line = AuditLine { change, by: args.by.as_deref(), when: args.when.as_deref() };
        let line = serde_json::to_string(&line)?;
        if !known.contains(&line) {
            text += &(line + "\n");
        }
    }
    Ok(write_atomic(path, |file| file.write_all(text.as_bytes()))?)
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
