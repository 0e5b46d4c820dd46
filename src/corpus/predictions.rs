//! Answers read back: those of `tagwright predict`, of a large language model or of any other tool.

use std::path::Path;

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::input::Input;
use super::json::{Values, kind, reason};
use super::jsonl::Lines;
use super::{Id, InputFormat, Source, TagRef};
use crate::error::{Error, Location, Result};
use crate::taxonomy::Taxonomy;

const FORM: &str = r#"give each prediction as {"id": …, "tags": […]}, as `tagwright predict` writes it"#;

/// What some record was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Where the prediction stands.
    pub at: Location,
    /// The record's id.
    pub id: Option<Id>,
    /// The tags as indices into the taxonomy, in the order given, each once, with a score from 0 to 1 where there is
    /// one. A record that could not be answered has none, whatever else stands there.
    pub tags: Vec<(u16, Option<f32>)>,
    /// The probability of every tag of the taxonomy, where they are given apart from the tags that were decided.
    pub scores: Option<Vec<f32>>,
    /// Why the record could not be answered.
    pub error: Option<String>,
}

impl Prediction {
    /// The scores of all `n_tags` tags, wherever they stand; `None` when one of them is missing.
    pub fn all_scores(&self, n_tags: usize) -> Option<Vec<f32>> {
        if self.scores.is_some() {
            return self.scores.clone();
        }
        let mut scores = vec![None; n_tags];
        for (tag, score) in &self.tags {
            scores[usize::from(*tag)] = *score;
        }
        scores.into_iter().collect()
    }
}

/// Reads a file of predictions, JSON Lines or a JSON array, with their tags looked up in `taxonomy`.
///
/// A tag is a name, an id or an object with either and, if it is known, a `score`. A prediction may have the scores of all
/// tags apart from those that were decided: an object `scores` from name or id to probability. A tag that stands twice in
/// an answer counts once, unless its scores contradict each other.
///
/// # Errors
/// When the file cannot be read, and for the first line that is no prediction or has an unknown tag.
pub fn read_predictions(path: &Path, taxonomy: &Taxonomy) -> Result<Vec<Prediction>> {
    let source = Source::from(path.to_owned());
    let format =
        (source != Source::Stdin && InputFormat::of_path(path).is_none()).then_some(InputFormat::Jsonl);
    let input = Input::open(&source, format)?;
    let mut predictions = Vec::new();
    match input.format {
        InputFormat::Json => {
            let mut values = Values::new(input);
            while let Some(value) = values.next_value() {
                let (at, json) = value?;
                predictions.push(read(at, &json, taxonomy)?);
            }
        }
        InputFormat::Jsonl => {
            let mut lines = Lines::new(input);
            while let Some(line) = lines.next_line() {
                let (at, json) = line?;
                predictions.push(read(at, json.trim_ascii(), taxonomy)?);
            }
        }
        InputFormat::Text | InputFormat::Csv => {
            return Err(Error::input(
                Location::file(path),
                "predictions are JSON Lines or a JSON array",
                FORM,
            ));
        }
    }
    Ok(predictions)
}

#[derive(Deserialize)]
struct Line {
    id: Option<Id>,
    tags: Option<Vec<Box<RawValue>>>,
    scores: Option<Scores>,
    error: Option<String>,
}

/// The part of a tag that a [`TagRef`] leaves out.
#[derive(Deserialize)]
struct Score {
    #[serde(default, deserialize_with = "present")]
    score: Option<f32>,
}

/// A score that is there is a number: other tools write `null` for one that is not, such as NaN.
fn present<'de, D: Deserializer<'de>>(score: D) -> Result<Option<f32>, D::Error> {
    f32::deserialize(score).map(Some)
}

/// The members of an object in their order, a name that stands twice too.
struct Scores(Vec<(String, f32)>);

impl<'de> Deserialize<'de> for Scores {
    fn deserialize<D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Scores;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object from tag to probability")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scores, A::Error> {
                let mut scores = Vec::new();
                while let Some(member) = map.next_entry()? {
                    scores.push(member);
                }
                Ok(Scores(scores))
            }
        }
        object.deserialize_map(Members)
    }
}

fn read(at: Location, json: &str, taxonomy: &Taxonomy) -> Result<Prediction> {
    let wrong = |problem: String| Error::input(at.clone(), problem, FORM);
    let bad_json = |error| wrong(format!("bad JSON: {} in column {}", reason(&error), error.column()));
    // A derived struct would read an array too, taking its elements for the fields in order.
    if !json.starts_with('{') {
        let value: &RawValue = serde_json::from_str(json).map_err(bad_json)?;
        return Err(wrong(format!("expected a JSON object, found {}", kind(value))));
    }
    let line: Line = serde_json::from_str(json).map_err(bad_json)?;
    if line.tags.is_none() && line.error.is_none() {
        return Err(wrong("the prediction has neither \"tags\" nor \"error\"".to_owned()));
    }
    let mut tags: IndexMap<u16, Option<f32>> = IndexMap::new();
    for raw in line.tags.unwrap_or_default() {
        let reference: TagRef = serde_json::from_str(raw.get())
            .map_err(|error| wrong(format!("in \"tags\": {}", reason(&error))))?;
        let tag = taxonomy.require(&reference, &at)? as u16;
        let score = score(&raw).map_err(wrong)?;
        let first = *tags.entry(tag).or_insert(score);
        if let (Some(first), Some(score)) = (first, score)
            && first.to_bits() != score.to_bits()
        {
            let tag = taxonomy.tags()[usize::from(tag)].key();
            return Err(wrong(format!(
                "in \"tags\": {tag:?} stands twice, with the scores {first} and {score}"
            )));
        }
    }
    let mut scores = line.scores.map(|scores| all_scores(scores, taxonomy, &at)).transpose()?;
    if line.error.is_some() {
        tags.clear();
        scores = None;
    }
    Ok(Prediction { at, id: line.id, tags: tags.into_iter().collect(), scores, error: line.error })
}

/// The scores in the order of the taxonomy.
fn all_scores(Scores(scores): Scores, taxonomy: &Taxonomy, at: &Location) -> Result<Vec<f32>> {
    let wrong = |problem| Error::input(at.clone(), problem, "give each tag a probability, 0 to 1");
    let mut all = vec![None; taxonomy.len()];
    for (name, score) in scores {
        if !(0.0..=1.0).contains(&score) {
            return Err(wrong(format!("in \"scores\": {score} of {name:?} is no probability")));
        }
        let tag = taxonomy.require(&TagRef::Name(name), at)?;
        if all[tag].replace(score).is_some() {
            let tag = taxonomy.tags()[tag].key();
            return Err(wrong(format!("in \"scores\": the tag {tag:?} stands twice")));
        }
    }
    let missing = all.iter().position(Option::is_none).map(|tag| taxonomy.tags()[tag].key());
    match missing {
        Some(tag) => Err(wrong(format!("in \"scores\": the tag {tag:?} is missing"))),
        None => Ok(all.into_iter().flatten().collect()),
    }
}

fn score(raw: &RawValue) -> Result<Option<f32>, String> {
    if !raw.get().starts_with('{') {
        return Ok(None);
    }
    let Score { score } =
        serde_json::from_str(raw.get()).map_err(|error| format!("in \"tags\": {}", reason(&error)))?;
    match score {
        Some(score) if !(0.0..=1.0).contains(&score) => {
            Err(format!("in \"tags\": the score {score} is no probability, 0 to 1"))
        }
        score => Ok(score),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::taxonomy::testing::tag;

    fn predictions(name: &str, text: &str) -> Result<Vec<Prediction>, String> {
        let taxonomy =
            Taxonomy::new(vec![tag(81, "game-engine "), tag(4, "cli"), tag(7, "graphql")]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        let prefix = format!("{}/", directory.path().display());
        read_predictions(&path, &taxonomy).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn tags_are_read_in_every_form_and_each_once() {
        let lines = r#"{"id":1,"tags":["cli",81,{"id":7,"name":"x","score":0.25},{"name":"cli"}]}

            {"id":"2","tags":[],"model":"other"}
            {"id":null,"error":"no text"}"#;
        let read = predictions("p.jsonl", lines).unwrap();
        assert_eq!(read[0].tags, [(1, None), (0, None), (2, Some(0.25))]);
        assert_eq!((&read[1].id, read[1].at.line, read[1].tags.len()), (&Some(Id::from("2")), Some(3), 0));
        assert_eq!((read[2].id.is_none(), read[2].error.as_deref()), (true, Some("no text")));
    }

    #[test]
    fn an_error_is_no_answer_whatever_else_stands_there() {
        let line = r#"{"tags":[4],"scores":{"81":0.1,"4":0.2,"7":0.3},"error":"stopped half-way"}"#;
        let read = predictions("p.jsonl", line).unwrap();
        assert_eq!((read[0].tags.as_slice(), &read[0].scores), (&[][..], &None));
    }

    #[test]
    fn scores_apart_from_the_decided_tags_are_read_and_must_be_complete() {
        let read = |scores| predictions("p.jsonl", &format!("{{\"id\":1,\"tags\":[4],\"scores\":{scores}}}"));
        let all = read(r#"{"graphql":0.1,"game-engine":0.25,"4":0.5}"#).unwrap();
        assert_eq!(
            (all[0].tags.as_slice(), all[0].scores.as_deref()),
            (&[(1, None)][..], Some(&[0.25, 0.5, 0.1][..]))
        );
        let help = "give each tag a probability, 0 to 1";
        assert_eq!(
            read(r#"{"graphql":0.1,"cli":0.5}"#).unwrap_err(),
            format!("p.jsonl:1: in \"scores\": the tag \"game-engine\" is missing; {help}")
        );
        assert_eq!(
            read(r#"{"graphql":1.5}"#).unwrap_err(),
            format!("p.jsonl:1: in \"scores\": 1.5 of \"graphql\" is no probability; {help}")
        );
        for twice in [r#"{"cli":0.5,"graphql":0.1,"cli":0.6}"#, r#"{"cli":0.5,"4":0.6}"#] {
            assert_eq!(
                read(twice).unwrap_err(),
                format!("p.jsonl:1: in \"scores\": the tag \"cli\" stands twice; {help}")
            );
        }
    }

    #[test]
    fn an_array_is_read_with_the_lines_of_its_predictions() {
        let read = predictions("p.json", "[\n{\"id\":1,\"tags\":[4]},\n{\"id\":2,\"tags\":[]}\n]").unwrap();
        assert_eq!(read.iter().map(|prediction| prediction.at.line).collect::<Vec<_>>(), [Some(2), Some(3)]);
    }

    #[test]
    fn a_file_without_a_telling_name_is_json_lines() {
        assert_eq!(predictions("answers.txt", "{\"tags\":[]}\n{\"tags\":[4]}\n").unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_prediction_is_refused_with_its_line() {
        let refusal = |line: &str| predictions("p.jsonl", &format!("{{\"tags\":[]}}\n{line}")).unwrap_err();
        let unknown = refusal(r#"{"tags":["graphq"]}"#);
        assert!(
            unknown.starts_with("p.jsonl:2: unknown tag \"graphq\"; did you mean \"graphql\"?"),
            "{unknown}"
        );
        for (line, problem) in [
            ("{\"id\":1}", "the prediction has neither \"tags\" nor \"error\""),
            ("[1]", "expected a JSON object, found an array"),
            ("{\"tags\":[null]}", "in \"tags\": null is no tag"),
            ("{\"tags\":[{\"id\":4,\"score\":1.5}]}", "in \"tags\": the score 1.5 is no probability, 0 to 1"),
            (
                "{\"tags\":[{\"id\":4,\"score\":\"high\"}]}",
                "in \"tags\": invalid type: string \"high\", expected f32",
            ),
            ("{\"tags\":[{\"id\":4,\"score\":null}]}", "in \"tags\": invalid type: null, expected f32"),
            (
                "{\"tags\":[{\"id\":4,\"score\":0.5},7,{\"name\":\"cli\",\"score\":0.25}]}",
                "in \"tags\": \"cli\" stands twice, with the scores 0.5 and 0.25",
            ),
            ("{\"tags\":[{\"id\":4,\"score\":1e999}]}", "in \"tags\": number out of range"),
            ("{\"tags\":", "bad JSON: EOF while parsing a value in column 8"),
        ] {
            assert_eq!(refusal(line), format!("p.jsonl:2: {problem}; {FORM}"));
        }
        assert!(
            predictions("p.csv", "id,tags\n1,cli").unwrap_err().starts_with("p.csv: predictions are JSON")
        );
    }
}
