//! What the commands that judge read.

use std::path::Path;

use anyhow::bail;
use tagwright::corpus::{Labelled, Prediction, read_labelled, read_predictions};
use tagwright::decide::DecisionRule;
use tagwright::evaluation::Answers;
use tagwright::taxonomy::Taxonomy;

use super::files::InputFile;
use super::output::say;

/// Reads labelled records, at least one.
pub fn read_examples(paths: &[InputFile], taxonomy: &Taxonomy) -> anyhow::Result<Vec<Labelled>> {
    let examples = read_labelled(paths, taxonomy)?;
    if examples.is_empty() {
        bail!("there are no records to judge by; give files with labelled records");
    }
    Ok(examples)
}

/// The answers in a file of predictions; says which records it could not answer.
pub fn predicted(
    path: &Path,
    rule: DecisionRule,
    examples: &[Labelled],
    taxonomy: &Taxonomy,
) -> anyhow::Result<Answers> {
    let predictions = read_predictions(path, taxonomy)?;
    let mut failed = predictions.iter().filter(|prediction| prediction.error.is_some());
    if let Some(Prediction { at, .. }) = failed.next() {
        let more = match failed.count() {
            0 => String::new(),
            more => format!(", and {more} more like it"),
        };
        say("warning", format!("{at}: the prediction is an error and counts as no tags{more}"));
    }
    Ok(Answers::of_predictions(&predictions, rule, examples, taxonomy.len())?)
}
