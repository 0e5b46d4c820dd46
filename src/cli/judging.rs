//! What the commands that judge read.

use std::path::Path;

use anyhow::bail;
use tagwright::corpus::{Labelled, Prediction, read_labelled, read_predictions};
use tagwright::decide::DecisionRule;
use tagwright::evaluation::Answers;
use tagwright::model::{Model, Overlap};
use tagwright::taxonomy::Taxonomy;

use super::files::InputFile;
use super::output::say;

/// Reads labelled records, at least one; says how many were judged for some tags alone.
pub fn read_examples(paths: &[InputFile], taxonomy: &Taxonomy) -> anyhow::Result<Vec<Labelled>> {
    let examples = read_labelled(paths, taxonomy)?;
    if examples.is_empty() {
        bail!("there are no records to judge by; give files with labelled records");
    }
    let partly = examples.iter().filter(|example| example.judged.is_some()).count();
    if partly > 0 {
        say(
            "warning",
            format!(
                "{partly} of {} records were judged for some tags alone and are answered among these: the fewer they \
                 are, the easier it is to be right; compare only figures of the same records",
                examples.len()
            ),
        );
    }
    Ok(examples)
}

/// How many of the examples the model was trained on, if it knows; warns when there are some.
pub fn seen(model: &Model, title: &str, examples: &[Labelled]) -> Option<Overlap> {
    let overlap = model.seen()?.overlap(examples.iter().map(|example| &example.record));
    if overlap.is_real() {
        let Overlap { records, of, .. } = overlap;
        say(
            "warning",
            format!(
                "{records} of {of} records were in the training data of {title}: figures flatter it; judge by records that \
                 it has not seen"
            ),
        );
    }
    Some(overlap)
}

/// The answers in a file of predictions; says which records it could not answer, and which are scored only in part.
pub fn predicted(
    path: &Path,
    rule: DecisionRule,
    examples: &[Labelled],
    taxonomy: &Taxonomy,
) -> anyhow::Result<Answers> {
    let predictions = read_predictions(path, taxonomy)?;
    let answers = Answers::of_predictions(&predictions, rule, examples, taxonomy.len())?;
    let failed: Vec<_> = predictions.iter().filter(|prediction| prediction.error.is_some()).collect();
    warn(&failed, "the prediction is an error and counts as no tags");
    let is_scored = |prediction: &&Prediction| prediction.all_scores(taxonomy.len()).is_some();
    let (scored, partly): (Vec<_>, Vec<_>) = predictions.iter().partition(is_scored);
    if !scored.is_empty() {
        let problem = "not every tag has a score here, so that all records are judged by the tags they get, without the \
                       figures that need scores";
        warn(&partly, problem);
    }
    Ok(answers)
}

/// Says what is wrong with the first of some predictions, and how many more are like it.
fn warn(predictions: &[&Prediction], problem: &str) {
    let Some((Prediction { at, .. }, more)) = predictions.split_first() else { return };
    let more = match more.len() {
        0 => String::new(),
        more => format!(", and {more} more like it"),
    };
    say("warning", format!("{at}: {problem}{more}"));
}
