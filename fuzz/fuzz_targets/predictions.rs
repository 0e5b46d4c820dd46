//! Any bytes as a file of predictions: refused, or judged and reported with figures that are numbers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::{read_labelled, read_predictions};
use tagwright::decide::DecisionRule;
use tagwright::evaluation::{Answers, Basis, Evaluation, Subject};
use tagwright::report;
use tagwright_fuzz::{Room, check_message, taxonomy};

const DATA: &str = r#"{"id":1,"description":"Count words","tags":["cli"]}
{"id":"b","description":"Store rows","tags":["database","iot"]}
{"id":3,"description":"Play","tags":[]}
"#;

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    let taxonomy = taxonomy();
    let examples = read_labelled(&[room.file("data.jsonl", DATA)], &taxonomy).unwrap();
    for name in ["p.jsonl", "p.json"] {
        let predictions = match read_predictions(&room.file(name, bytes), &taxonomy) {
            Ok(predictions) => predictions,
            Err(error) => {
                check_message(&error);
                continue;
            }
        };
        let answers =
            match Answers::of_predictions(&predictions, DecisionRule::EVEN, &examples, taxonomy.len()) {
                Ok(answers) => answers,
                Err(error) => {
                    check_message(&error);
                    continue;
                }
            };
        let subject = Subject {
            title: name.to_owned(),
            data: vec!["data.jsonl".to_owned()],
            records: examples.len(),
            rule: answers.rule,
            without: Vec::new(),
            seen: None,
        };
        let basis =
            Basis { examples: &examples, answers: &answers, taxonomy: &taxonomy, training_support: &[] };
        let evaluation = Evaluation::of(subject, basis);
        for text in [report::text(&evaluation), report::markdown(&evaluation)] {
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
    }
});
