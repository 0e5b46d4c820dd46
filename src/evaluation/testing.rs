//! A small evaluation and a small comparison for tests.

use super::{Answers, Basis, Comparison, Evaluation, Subject};
use crate::corpus::{Id, Labelled, Record};
use crate::decide::DecisionRule;
use crate::error::Location;
use crate::metrics::Judged;
use crate::taxonomy::Taxonomy;
use crate::taxonomy::testing::tag;

const RULE: DecisionRule = DecisionRule { top: 2, threshold: 0.3 };

fn taxonomy() -> Taxonomy {
    let names = ["cli", "web-app", "game-engine ", "data-visualization"];
    Taxonomy::new((1..).zip(names).map(|(id, name)| tag(id, name)).collect()).unwrap()
}

/// | record | gold | scores | decided |
/// |---|---|---|---|
/// | a/shooter | 0, 2 | .71 .12 .93 .05 | 2, 0 |
/// | a/engine (long README) | 2 | .08 .42 .88 .11 | 2, 1 |
/// | a/paint (German) | 1 | .22 .29 .51 .02 | 2 |
/// | a/nothing | none | .13 .04 .21 .17 | none |
fn examples() -> Vec<Labelled> {
    let records = [
        ("a/shooter", "A game engine for the terminal", "", &[0, 2][..]),
        ("a/engine", "Scenes and sprites", "Draws scenes with sprites. ", &[2]),
        ("a/paint", "Ein Programm für das Malen mit dem Browser", "", &[1]),
        ("a/nothing", "Notes", "", &[]),
    ];
    let example = |(line, (name, description, sentence, tags)): (usize, (&str, &str, &str, &[usize]))| {
        let record = Record {
            id: Some(Id::from(line as u64)),
            name: Some(name.to_owned()),
            description: Some(description.to_owned()),
            readme: (!sentence.is_empty()).then(|| sentence.repeat(100)),
            ..Record::default()
        };
        Labelled { at: Location::line("d.jsonl", line), record, tags: tags.to_vec(), judged: None }
    };
    (1..).zip(records).map(example).collect()
}

fn answers(rule: DecisionRule) -> Answers {
    let scores = [
        [0.71, 0.12, 0.93, 0.05],
        [0.08, 0.42, 0.88, 0.11],
        [0.22, 0.29, 0.51, 0.02],
        [0.13, 0.04, 0.21, 0.17],
    ];
    let scores: Vec<Vec<f32>> = scores.iter().map(|scores| scores.to_vec()).collect();
    Answers::of_scores(&scores, rule, &examples(), 4).unwrap()
}

fn subject(title: &str, rule: Option<DecisionRule>) -> Subject {
    Subject {
        title: title.to_owned(),
        data: vec!["d.jsonl".to_owned()],
        records: 4,
        rule,
        without: vec![],
        seen: None,
    }
}

/// An evaluation in which everything is known.
pub fn evaluation() -> Evaluation {
    let basis = Basis {
        examples: &examples(),
        answers: &answers(RULE),
        taxonomy: &taxonomy(),
        training_support: &[30, 5, 60, 40],
    };
    Evaluation::of(subject("my.safetensors", Some(RULE)), basis)
}

/// An evaluation of the same decisions without their scores.
pub fn evaluation_of_decisions() -> Evaluation {
    let mut judged = Judged::new(4);
    for record in answers(RULE).judged.records() {
        judged.push(record.gold(), record.decided(), None).unwrap();
    }
    let answers = Answers { judged, rule: None };
    let basis =
        Basis { examples: &examples(), answers: &answers, taxonomy: &taxonomy(), training_support: &[] };
    Evaluation::of(subject("answers.jsonl", None), basis)
}

/// A comparison of the answers at two thresholds.
pub fn comparison() -> Comparison {
    let higher = DecisionRule { threshold: 0.6, ..RULE };
    let a = subject("old.safetensors", Some(RULE));
    let b = subject("new.safetensors", Some(higher));
    Comparison::of((a, &answers(RULE)), (b, &answers(higher)), &examples(), &taxonomy())
}
