//! `tagwright data split`: data dealt into parts.

use std::path::Path;

use anyhow::bail;
use tagwright::atomic::publish;
use tagwright::corpus::{draft_whole, read_whole};
use tagwright::curate::split;
use tagwright::report::count;

use crate::cli::files::{FileArgument, InputFile, OutputFile, Role};
use crate::cli::options::{CsvOption, TaxonomyOption};
use crate::cli::output::{self, Outcome};

/// What chance starts from, unless told otherwise.
const DEFAULT_SEED: u64 = 1;
/// How far the shares may be from a sum of 1.
const ROUNDING: f64 = 1e-6;

const EXAMPLES: &str = "\
Examples:
  tagwright data split data.jsonl --part train.jsonl --part test.jsonl=0.1
  tagwright data split data.jsonl --part train.jsonl=0.8 --part dev.jsonl=0.1 --part test.jsonl=0.1
  tagwright data split a.jsonl b.csv --part train.jsonl.gz --part test.csv=0.2 --seed 7

Exit codes:
  0  all parts are written
  2  wrong usage or data; no part is written";

/// Split labelled data into parts in which every tag is equally frequent
///
/// Iterative stratification (Sechidis et al. 2011): each part gets its share of the records of every tag, the rarest
/// tags first. Records with nearly the same texts go to the same part, so that no part holds what another one is judged
/// by, unless they are more than the smallest part has room for. The records of a part stay in their order, with all of
/// their fields. The same data and seed give the same parts. They take their places together, all or none.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Args {
    /// Files of labelled records: .jsonl, .ndjson, .json or .csv, also with .gz; `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<InputFile>,

    /// A file to write and its share of the records, such as test.jsonl=0.1; repeat it for each part
    ///
    /// The form of a part is told by its name: .jsonl, .json or .csv, also with .gz. One part may be without a share; it
    /// gets what the others leave.
    #[arg(long = "part", value_name = "FILE[=SHARE]", required = true, value_parser = part)]
    parts: Vec<Part>,

    #[command(flatten)]
    csv: CsvOption,

    #[command(flatten)]
    taxonomy: TaxonomyOption,

    /// The number that chance starts from
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    seed: u64,
}

/// Where a part goes, and its share.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    path: OutputFile,
    share: Option<f64>,
}

impl FileArgument for Part {
    const ROLE: Role = Role::Written;

    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }
}

fn part(argument: &str) -> Result<Part, String> {
    let Some((path, share)) = argument.rsplit_once('=') else {
        return Ok(Part { path: output::file_path(argument.into())?, share: None });
    };
    let number = share.trim().parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    let share =
        number.ok_or_else(|| format!("expected a share between 0 and 1 after {path}=, found {share:?}"))?;
    Ok(Part { path: output::file_path(path.into())?, share: Some(share) })
}

/// The shares of all parts.
fn shares(parts: &[Part]) -> anyhow::Result<Vec<f64>> {
    let given: f64 = parts.iter().filter_map(|part| part.share).sum();
    let rest = 1.0 - given;
    match parts.iter().filter(|part| part.share.is_none()).count() {
        0 if rest.abs() > ROUNDING => {
            bail!("the shares add up to {given}, not to 1; leave one of them out, and its part gets the rest")
        }
        1 if rest <= 0.0 => bail!("the shares add up to {given} and leave nothing for the part without one"),
        0 | 1 => Ok(parts.iter().map(|part| part.share.unwrap_or(rest)).collect()),
        _ => bail!("only one part can get the rest; give the others a share, such as test.jsonl=0.1"),
    }
}

/// Splits the data.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let shares = shares(&args.parts)?;
    let records = read_whole(&args.data)?;
    let part_of = split(&records, &args.taxonomy.load()?, &shares, args.seed)?;
    let (mut drafts, mut notes) = (Vec::new(), Vec::new());
    for (number, part) in args.parts.iter().enumerate() {
        let own = || records.iter().zip(&part_of).filter(|(_, part)| **part == number);
        drafts.push(draft_whole(&part.path, args.csv.of_path(&part.path), own().map(|(record, _)| record))?);
        notes.push(format!("{}: {}\n", part.path.display(), count(own().count(), "record")));
    }
    publish(drafts)?;
    output::note(&notes.concat());
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn shares_of(arguments: &[&str]) -> Result<Vec<f64>, String> {
        let parts: Result<Vec<Part>, String> = arguments.iter().map(|argument| part(argument)).collect();
        shares(&parts?).map_err(|error| error.to_string())
    }

    #[test]
    fn a_part_without_a_share_gets_the_rest() {
        assert_eq!(shares_of(&["a.jsonl=0.75", "b=c.jsonl=0.25"]), Ok(vec![0.75, 0.25]));
        assert_eq!(shares_of(&["a.jsonl", "b.jsonl=0.25"]), Ok(vec![0.75, 0.25]));
        assert_eq!(shares_of(&["a=0.8", "b=0.1", "c=0.1"]), Ok(vec![0.8, 0.1, 0.1]));
        assert_eq!(part("b=c.jsonl=0.25").unwrap().path, OsString::from("b=c.jsonl").into());
    }

    #[test]
    fn shares_that_do_not_work_out_are_refused() {
        for (arguments, problem) in [
            (&["a=0.5", "b=0.4"][..], "the shares add up to 0.9, not to 1; "),
            (&["a=0.5", "b=0.5", "c"], "the shares add up to 1 and leave nothing "),
            (&["a", "b"], "only one part can get the rest; "),
            (&["a=1"], "expected a share between 0 and 1 after a=, found \"1\""),
            (&["a=b"], "expected a share between 0 and 1 after a=, found \"b\""),
            (&["-=0.5", "a"], "this is written to a file; name one"),
        ] {
            let error = shares_of(arguments).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
    }
}
