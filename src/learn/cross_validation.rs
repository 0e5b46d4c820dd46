//! Cross-validation of the whole training: every record is answered by a model that knows nothing of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::train::{STAGES, train};
use super::{Folds, Labels, MIN_SUPPORT, Progress, TrainSettings};
use crate::corpus::{Labelled, Record};
use crate::decide::DecisionRule;
use crate::error::Result;
use crate::limits;
use crate::taxonomy::Taxonomy;
use crate::text::{copies_among, held_together};

/// In how many folds records are held out, unless told otherwise.
pub const DEFAULT_FOLDS: usize = 5;

/// The answers to all records, each by the model that was trained without its fold.
#[derive(Debug)]
pub struct CrossValidated {
    /// Which record was held out when.
    pub folds: Folds,
    /// The decision rule of each fold's model.
    pub rules: Vec<DecisionRule>,
    /// The probability of every tag, for each record in its order.
    pub probabilities: Vec<Vec<f32>>,
    /// The tags that the rule of its fold's model gave to each record, best first.
    pub decided: Vec<Vec<u16>>,
}

impl CrossValidated {
    /// The rule with the mean of the folds' thresholds.
    pub fn mean_rule(&self) -> DecisionRule {
        let sum: f32 = self.rules.iter().map(|rule| rule.threshold).sum();
        DecisionRule { top: DecisionRule::DEFAULT_TOP, threshold: sum / self.rules.len() as f32 }
    }
}

/// Trains a model `folds` times, each time without some of the `examples`, and answers these by it.
///
/// Nothing of a held-out record is known to its model: vocabulary, features, both levels and the threshold are all fitted
/// on the other folds. The folds are stratified by tag, and nearly the same texts are held out together. The settings are
/// those of every single training; `settings.seed` chooses the folds too.
///
/// # Errors
/// When `folds` is out of its range, and those of [`train`].
pub fn cross_validate(
    examples: &[Labelled],
    taxonomy: &Taxonomy,
    settings: &TrainSettings,
    folds: usize,
    progress: &dyn Progress,
) -> Result<CrossValidated> {
    limits::FOLDS.check(folds as f64)?;
    let tags = examples.iter().map(|example| example.tags.iter().map(|tag| *tag as u16).collect());
    let labels = Labels::new(taxonomy.len(), tags.collect());
    let records: Vec<&Record> = examples.iter().map(|example| &example.record).collect();
    let copies = copies_among(&records);
    let groups = held_together(&records, &copies, examples.len() / folds);
    let folds = Folds::stratified(labels.rows(), &groups, folds, settings.seed);
    folds.warn_of_copies(&copies, progress);
    warn_of_rare_tags(&labels, taxonomy, &folds, progress);

    progress.stage("cross-validation", folds.count * OneStage::STEPS);
    let mut rules = Vec::with_capacity(folds.count);
    let mut answers = vec![(Vec::new(), Vec::new()); examples.len()];
    for fold in 0..folds.count {
        let training = folds.training(fold).map(|row| examples[row].clone()).collect();
        let model = train(training, taxonomy.clone(), settings, &OneStage::new(progress))?.model;
        let held_out: Vec<usize> = folds.held_out(fold).collect();
        let answered: Vec<_> = held_out
            .par_iter()
            .map(|row| {
                let example = &examples[*row];
                let mut probabilities = model.probabilities(&example.record);
                example.keep_judged(&mut probabilities);
                let decided = model.rule().decide(&probabilities, |tag| example.is_judged(tag));
                (probabilities, decided)
            })
            .collect();
        held_out.into_iter().zip(answered).for_each(|(row, answer)| answers[row] = answer);
        rules.push(model.rule());
    }
    let (probabilities, decided) = answers.into_iter().unzip();
    Ok(CrossValidated { folds, rules, probabilities, decided })
}

/// Names the tags that some of the models cannot be fitted for, each once.
fn warn_of_rare_tags(labels: &Labels, taxonomy: &Taxonomy, folds: &Folds, progress: &dyn Progress) {
    let support = labels.support();
    let mut held_out = vec![vec![0; taxonomy.len()]; folds.count];
    for (row, fold) in folds.of.iter().enumerate() {
        labels.of(row).iter().for_each(|tag| held_out[*fold][usize::from(*tag)] += 1);
    }
    for (index, tag) in taxonomy.tags().iter().enumerate() {
        let short = held_out.iter().filter(|held_out| support[index] - held_out[index] < MIN_SUPPORT).count();
        if short > 0 {
            progress.warn(&format!(
                "tag {:?}: the records that have it ({}) are too few for {} of the {} folds, whose models \
                 go by its name and aliases alone",
                tag.key(),
                support[index],
                short,
                folds.count
            ));
        }
    }
}

/// Shows the stages of one training as a part of a longer stage, in [`OneStage::STEPS`] steps, and keeps its warnings
/// back, which every fold would repeat.
struct OneStage<'a> {
    progress: &'a dyn Progress,
    /// The steps of the training's current stage, and how many of them are done.
    steps: AtomicUsize,
    done: AtomicUsize,
}

impl<'a> OneStage<'a> {
    /// How many steps each stage of a training is shown as.
    const STEPS_OF_STAGE: usize = 100;
    /// How many steps a training is shown as.
    const STEPS: usize = STAGES * Self::STEPS_OF_STAGE;

    fn new(progress: &'a dyn Progress) -> Self {
        Self { progress, steps: AtomicUsize::new(1), done: AtomicUsize::new(0) }
    }
}

impl Progress for OneStage<'_> {
    fn stage(&self, _: &'static str, steps: usize) {
        self.steps.store(steps.max(1), Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    fn step(&self) {
        let steps = self.steps.load(Ordering::Relaxed);
        let shown = |done: usize| done * Self::STEPS_OF_STAGE / steps;
        let before = self.done.fetch_add(1, Ordering::Relaxed);
        (shown(before)..shown(before + 1)).for_each(|_| self.progress.step());
    }

    fn warn(&self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::corpus::Record;
    use crate::error::Location;
    use crate::learn::Silent;
    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new([(1, "parser"), (2, "queue"), (3, "yaml")].map(|(id, name)| tag(id, name)).to_vec())
            .unwrap()
    }

    fn example(line: usize) -> Labelled {
        let text = ["reads logs into fields", "hands out jobs in order"][line % 2];
        let record = Record { description: Some(format!("{text}, version {line}")), ..Record::default() };
        Labelled { at: Location::line("t.jsonl", line), record, tags: vec![line % 2], judged: None }
    }

    /// Counts steps and keeps warnings.
    #[derive(Default)]
    struct Notes {
        expected: AtomicUsize,
        steps: AtomicUsize,
        warnings: Mutex<Vec<String>>,
    }

    impl Progress for Notes {
        fn stage(&self, _: &'static str, steps: usize) {
            self.expected.store(steps, Ordering::Relaxed);
        }
        fn step(&self) {
            self.steps.fetch_add(1, Ordering::Relaxed);
        }
        fn warn(&self, message: &str) {
            self.warnings.lock().unwrap().push(message.to_owned());
        }
    }

    #[test]
    fn every_record_is_answered_by_a_model_that_has_not_seen_it() {
        // The word that gives the tag away stands in one record alone, so its own model cannot know it.
        let mut examples: Vec<Labelled> = (0..40).map(example).collect();
        examples[7].record.description = Some("zyzzyva".to_owned());
        let notes = Notes::default();
        let result = cross_validate(&examples, &taxonomy(), &TrainSettings::default(), 4, &notes).unwrap();
        assert_eq!((result.rules.len(), result.probabilities.len()), (4, 40));
        let right = |row: &usize| result.decided[*row] == [(*row % 2) as u16];
        assert!((0..40).filter(|row| *row != 7).all(|row| right(&row)), "{:?}", result.decided);
        assert!(result.probabilities[7][1] < 0.9, "{:?}", result.probabilities[7]);
        for fold in 0..4 {
            assert_eq!(result.folds.held_out(fold).count(), 10);
        }
        assert_eq!(notes.steps.into_inner(), notes.expected.into_inner());
        let warnings = notes.warnings.into_inner().unwrap();
        let expected = "tag \"yaml\": the records that have it (0) are too few for 4 of the 4 folds, whose models go by its \
                        name and aliases alone";
        // All 20 records of a template are copies, and a fold has room for 10.
        let copies = "39 of 40 records are nearly the same as a record of another fold: ";
        assert!(warnings.len() == 2 && warnings[0].starts_with(copies), "{warnings:?}");
        assert_eq!(warnings[1], expected);
    }

    #[test]
    fn the_same_text_is_held_out_together() {
        let mut examples: Vec<Labelled> = (0..40).map(example).collect();
        examples[30].record = examples[1].record.clone();
        let result = cross_validate(&examples, &taxonomy(), &TrainSettings::default(), 5, &Silent).unwrap();
        assert_eq!(result.folds.of[30], result.folds.of[1]);
        assert_eq!(result.probabilities[30], result.probabilities[1]);
    }

    #[test]
    fn one_fold_and_one_record_are_refused() {
        let run = |records, folds| {
            let examples: Vec<Labelled> = (0..records).map(example).collect();
            cross_validate(&examples, &taxonomy(), &TrainSettings::default(), folds, &Silent)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(run(10, 1), "folds: expected 2 to 100, found 1");
        assert!(run(1, 5).starts_with("cannot train: 0 labelled records; "));
    }
}
