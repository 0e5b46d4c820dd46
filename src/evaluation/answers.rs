//! What a model, or a file of predictions, answers to labelled records.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::{Id, Labelled, Prediction, TagRef};
use crate::decide::DecisionRule;
use crate::error::{Error, Location, Result};
use crate::metrics::Judged;
use crate::model::Model;
use crate::taxonomy::{Tag, Taxonomy};

/// Answers beside the gold tags of the records, in the records' order.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The gold tags, decided tags and, where all of all records are known, scores.
    pub judged: Judged,
    /// The rule that decided, wherever all tags were given with their scores; `None` when all decisions came with the
    /// predictions.
    pub rule: Option<DecisionRule>,
}

impl Answers {
    /// The answers of a model by `rule`, over the tags of `taxonomy`, into which the records' tags are indices.
    ///
    /// A tag that the model does not know has the probability 0.
    ///
    /// # Errors
    /// [`Error::Input`] when a probability is not a number.
    pub fn of_model(
        model: &Model,
        rule: DecisionRule,
        examples: &[Labelled],
        taxonomy: &Taxonomy,
    ) -> Result<Self> {
        let find = |tag: &Tag| taxonomy.find(&TagRef::Name(tag.name.clone()));
        let columns: Vec<Option<usize>> = model.taxonomy().tags().iter().map(find).collect();
        let scores = |example: &Labelled| {
            let mut scores = vec![0.0; taxonomy.len()];
            for (column, probability) in columns.iter().zip(model.probabilities(&example.record)) {
                if let Some(column) = column {
                    scores[*column] = probability;
                }
            }
            scores
        };
        let scores: Vec<Vec<f32>> = examples.par_iter().map(scores).collect();
        Self::of_scores(&scores, rule, examples, taxonomy.len())
    }

    /// The decisions of `rule` on the probabilities of all `n_tags` tags of each record.
    ///
    /// # Errors
    /// [`Error::Input`] when these are not probabilities.
    pub fn of_scores(
        scores: &[Vec<f32>],
        rule: DecisionRule,
        examples: &[Labelled],
        n_tags: usize,
    ) -> Result<Self> {
        let decide =
            |(scores, example): (&Vec<f32>, &Labelled)| rule.decide(scores, |tag| example.is_judged(tag));
        let decided: Vec<Vec<u16>> = scores.iter().zip(examples).map(decide).collect();
        Self::of_decisions(&decided, scores, rule, examples, n_tags)
    }

    /// Decisions as they were made, and the probabilities that they were made from; `rule` is at or near the one that
    /// made them, and shows its place on the curves.
    ///
    /// # Errors
    /// [`Error::Input`] when these are not probabilities.
    pub fn of_decisions(
        decided: &[Vec<u16>],
        scores: &[Vec<f32>],
        rule: DecisionRule,
        examples: &[Labelled],
        n_tags: usize,
    ) -> Result<Self> {
        let mut judged = Judged::new(n_tags);
        for ((example, decided), scores) in examples.iter().zip(decided).zip(scores) {
            let mut scores = scores.clone();
            example.keep_judged(&mut scores);
            judged.push(&gold(example), &judged_of(example, decided), Some(&scores)).map_err(|problem| {
                let problem = format!("the model gives no usable answer: {problem}");
                Error::input(example.at.clone(), problem, "train it again")
            })?;
        }
        Ok(Self { judged, rule: Some(rule) })
    }

    /// Predictions matched to the records by their ids, or by their order when no record and no prediction has one.
    ///
    /// The predicted tags are the decided ones. But where the tags of some prediction are all `n_tags` of them, each with
    /// a score, none has been decided yet, and `rule` decides in every prediction among the tags that have a score.
    ///
    /// The scores are known when they are those of all tags of all records. Otherwise all records are judged by what
    /// was decided: a ranking of all tags and one of the decided tags cannot be averaged.
    ///
    /// # Errors
    /// [`Error::Input`] for the first record or prediction whose id is missing, unknown or not the only one of its
    /// kind.
    pub fn of_predictions(
        predictions: &[Prediction],
        rule: DecisionRule,
        examples: &[Labelled],
        n_tags: usize,
    ) -> Result<Self> {
        let predictions = matched(predictions, examples)?;
        let scores: Vec<_> = predictions.iter().map(|prediction| prediction.all_scores(n_tags)).collect();
        let all_scored = scores.iter().all(Option::is_some);
        let undecided = |(prediction, scores): (&&Prediction, &Option<Vec<f32>>)| {
            prediction.scores.is_none() && scores.is_some()
        };
        let rule = predictions.iter().zip(&scores).any(undecided).then_some(rule);
        let mut judged = Judged::new(n_tags);
        for ((example, prediction), mut scores) in examples.iter().zip(predictions).zip(scores) {
            scores.iter_mut().for_each(|scores| example.keep_judged(scores));
            let decided = judged_of(example, &decided(prediction, rule, example, n_tags));
            judged
                .push(&gold(example), &decided, scores.as_deref().filter(|_| all_scored))
                .map_err(|problem| Error::input(prediction.at.clone(), problem, "mend it there"))?;
        }
        Ok(Self { judged, rule })
    }
}

/// The decided tags that were judged. Of the others it is not known whether they are right: they count neither for nor
/// against.
fn judged_of(example: &Labelled, decided: &[u16]) -> Vec<u16> {
    decided.iter().copied().filter(|tag| example.is_judged(usize::from(*tag))).collect()
}

/// What is decided: by `rule`, if there is one, among the judged tags with a score, and every other tag that was given.
fn decided(
    prediction: &Prediction,
    rule: Option<DecisionRule>,
    example: &Labelled,
    n_tags: usize,
) -> Vec<u16> {
    let Some(rule) = rule.filter(|_| prediction.scores.is_none()) else {
        return prediction.tags.iter().map(|(tag, _)| *tag).collect();
    };
    let mut scores = vec![None; n_tags];
    prediction.tags.iter().for_each(|(tag, score)| scores[usize::from(*tag)] = *score);
    let known: Vec<f32> = scores.iter().map(|score| score.unwrap_or(0.0)).collect();
    let mut decided = rule.decide(&known, |tag| scores[tag].is_some() && example.is_judged(tag));
    decided.extend(prediction.tags.iter().filter(|(_, score)| score.is_none()).map(|(tag, _)| *tag));
    decided
}

fn gold(example: &Labelled) -> Vec<u16> {
    example.tags.iter().map(|tag| *tag as u16).collect()
}

/// The prediction of each record.
fn matched<'a>(predictions: &'a [Prediction], examples: &[Labelled]) -> Result<Vec<&'a Prediction>> {
    let has_ids = predictions.iter().any(|prediction| prediction.id.is_some())
        || examples.iter().any(|example| example.record.id.is_some());
    if !has_ids {
        return in_order(predictions, examples);
    }
    let records = places(examples.iter().map(|example| (&example.at, example.record.id.as_ref())))?;
    let answers = places(predictions.iter().map(|prediction| (&prediction.at, prediction.id.as_ref())))?;
    let unknown = predictions.iter().find(|prediction| !records.contains_key(&text(prediction.id.as_ref())));
    if let Some(Prediction { at, id, .. }) = unknown {
        let problem = format!("no record has the id {:?}", text(id.as_ref()));
        let help = "judge predictions by all the records that were predicted";
        return Err(Error::input(at.clone(), problem, help));
    }
    let answer = |example: &Labelled| {
        let id = text(example.record.id.as_ref());
        answers.get(&id).map(|place| &predictions[*place]).ok_or_else(|| {
            let problem = format!("there is no prediction for the id {id:?}");
            Error::input(example.at.clone(), problem, "predict it too, or leave the record out")
        })
    };
    examples.iter().map(answer).collect()
}

fn in_order<'a>(predictions: &'a [Prediction], examples: &[Labelled]) -> Result<Vec<&'a Prediction>> {
    if predictions.len() == examples.len() {
        return Ok(predictions.iter().collect());
    }
    let path = predictions.first().map_or_else(Default::default, |prediction| prediction.at.path.clone());
    let problem = format!("expected {} predictions, found {}", examples.len(), predictions.len());
    let help = "predict all records, or give records and predictions an \"id\" to match them by";
    Err(Error::input(Location::file(path), problem, help))
}

/// Where each id stands, all of them there and different.
fn places<'a>(ids: impl Iterator<Item = (&'a Location, Option<&'a Id>)>) -> Result<HashMap<String, usize>> {
    let mut places = HashMap::new();
    for (place, (at, id)) in ids.enumerate() {
        let id = text(Some(id.ok_or_else(|| {
            let help = "give every record and every prediction an id, or none of them";
            Error::input(at.clone(), "there is no \"id\" to match records and predictions by", help)
        })?));
        if places.contains_key(&id) {
            let problem = format!("the id {id:?} stands here a second time");
            return Err(Error::input(
                at.clone(),
                problem,
                "give each record, and each prediction, an id of its own",
            ));
        }
        places.insert(id, place);
    }
    Ok(places)
}

fn text(id: Option<&Id>) -> String {
    id.map(Id::text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;

    const RULE: DecisionRule = DecisionRule { top: 1, threshold: 0.5 };

    fn example(line: usize, id: Option<u64>, tags: &[usize]) -> Labelled {
        let record = Record { id: id.map(Id::from), ..Record::default() };
        Labelled { at: Location::line("d.jsonl", line), record, tags: tags.to_vec(), judged: None }
    }

    fn prediction(line: usize, id: Option<&str>, tags: &[(u16, Option<f32>)]) -> Prediction {
        let at = Location::line("p.jsonl", line);
        Prediction { at, id: id.map(Id::from), tags: tags.to_vec(), scores: None, error: None }
    }

    fn decided(predictions: &[Prediction], examples: &[Labelled]) -> Result<Vec<Vec<u16>>, String> {
        let answers =
            Answers::of_predictions(predictions, RULE, examples, 3).map_err(|error| error.to_string())?;
        Ok(answers.judged.records().iter().map(|record| record.decided().to_vec()).collect())
    }

    #[test]
    fn predictions_are_matched_by_id_however_it_is_written() {
        let examples = [example(1, Some(7), &[0]), example(2, Some(8), &[1])];
        let predictions =
            [prediction(1, Some("8"), &[(1, None)]), prediction(2, Some("7"), &[(2, None), (0, None)])];
        assert_eq!(decided(&predictions, &examples).unwrap(), [vec![2, 0], vec![1]]);
    }

    #[test]
    fn without_any_ids_the_order_counts() {
        let examples = [example(1, None, &[0]), example(2, None, &[1])];
        let predictions = [prediction(1, None, &[(2, None)]), prediction(2, None, &[])];
        assert_eq!(decided(&predictions, &examples).unwrap(), [vec![2], vec![]]);
        assert_eq!(
            decided(&predictions[..1], &examples).unwrap_err(),
            "p.jsonl: expected 2 predictions, found 1; \
             predict all records, or give records and predictions an \"id\" to match them by"
        );
    }

    #[test]
    fn what_cannot_be_matched_is_named() {
        let examples = [example(1, Some(7), &[]), example(2, Some(8), &[])];
        let (seven, eight) = (prediction(1, Some("7"), &[]), prediction(2, Some("8"), &[]));
        let refusal = |predictions: &[Prediction]| decided(predictions, &examples).unwrap_err();
        let unknown = refusal(&[seven.clone(), eight.clone(), prediction(3, Some("9"), &[])]);
        assert!(unknown.starts_with("p.jsonl:3: no record has the id \"9\"; "), "{unknown}");
        let missing = refusal(std::slice::from_ref(&seven));
        assert!(missing.starts_with("d.jsonl:2: there is no prediction for the id \"8\"; "), "{missing}");
        let twice = refusal(&[seven.clone(), eight, prediction(3, Some("7"), &[])]);
        assert!(twice.starts_with("p.jsonl:3: the id \"7\" stands here a second time; "), "{twice}");
        let none = refusal(&[seven, prediction(2, None, &[])]);
        assert!(none.starts_with("p.jsonl:2: there is no \"id\" to match "), "{none}");
        let examples = [example(1, Some(7), &[]), example(2, None, &[])];
        let none = decided(&[prediction(1, Some("7"), &[])], &examples).unwrap_err();
        assert!(none.starts_with("d.jsonl:2: there is no \"id\" to match "), "{none}");
    }

    #[test]
    fn a_tag_that_was_not_judged_counts_neither_for_nor_against() {
        let partly = Labelled { judged: Some(vec![0, 1]), ..example(1, None, &[0]) };
        let scores = [vec![0.6, 0.1, 0.9]];
        let answers = Answers::of_scores(&scores, RULE, std::slice::from_ref(&partly), 3).unwrap();
        let record = &answers.judged.records()[0];
        assert_eq!((record.decided(), record.gold_places()), (&[0][..], &[1][..]));
        let said = [prediction(1, None, &[(2, None), (0, None)])];
        assert_eq!(decided(&said, &[partly]).unwrap(), [vec![0]]);
    }

    #[test]
    fn the_rule_decides_where_all_tags_are_scored() {
        let examples = [example(1, None, &[0])];
        let scored = [(0, Some(0.6)), (1, Some(0.9)), (2, Some(0.1))];
        let all = Answers::of_predictions(&[prediction(1, None, &scored)], RULE, &examples, 3).unwrap();
        assert_eq!((all.judged.records()[0].decided(), all.rule), (&[1][..], Some(RULE)));
        let some = Answers::of_predictions(&[prediction(1, None, &scored[..2])], RULE, &examples, 3).unwrap();
        assert_eq!((some.judged.records()[0].decided(), some.rule), (&[0, 1][..], None));
        assert_eq!(some.judged.records()[0].scores(), None);
    }

    #[test]
    fn each_record_is_decided_by_what_it_has() {
        let examples: Vec<_> = (1..=5).map(|line| example(line, None, &[0])).collect();
        let all = [(0, Some(0.6)), (1, Some(0.9)), (2, Some(0.1))];
        let failed = Prediction { error: Some("no text".to_owned()), ..prediction(4, None, &[]) };
        let apart = Prediction { scores: Some(vec![0.1, 0.2, 0.3]), ..prediction(5, None, &[(0, None)]) };
        let predictions = [
            prediction(1, None, &all),
            prediction(2, None, &[(0, Some(0.2)), (2, Some(0.7))]),
            prediction(3, None, &[(2, None), (0, Some(0.2))]),
            failed,
            apart,
        ];
        let answers = Answers::of_predictions(&predictions, RULE, &examples, 3).unwrap();
        let records = answers.judged.records();
        let decided: Vec<_> = records.iter().map(crate::metrics::JudgedRecord::decided).collect();
        assert_eq!(decided, [&[1][..], &[2], &[2], &[], &[0]]);
        assert!(answers.rule == Some(RULE) && records.iter().all(|record| record.scores().is_none()));
    }
}
