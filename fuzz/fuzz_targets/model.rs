//! Any bytes as a model file: refused, or a model that answers with probabilities and can be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::Record;
use tagwright::explain::Explainer;
use tagwright::model::Model;
use tagwright_fuzz::{Room, check_message, check_probabilities};

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    let model = match Model::read(&room.file("m.safetensors", bytes)) {
        Ok(model) => model,
        Err(error) => return check_message(&error),
    };
    let again = room.path("again.safetensors");
    model.write(&again).unwrap();
    let again = Model::read(&again).unwrap();
    let text = |text: &str| Some(text.to_owned());
    for record in [
        Record { description: text("Count words and files from the command line"), ..Record::default() },
        Record {
            readme: text("# A game engine\n\nIt has a message queue.\n\n```sh\ncargo add it\n```\n"),
            ..Record::default()
        },
        Record::default(),
    ] {
        let probabilities = model.probabilities(&record);
        check_probabilities(&probabilities);
        assert_eq!(again.probabilities(&record), probabilities);
        model.rule().decide(&probabilities, |_| true);
        for explanation in Explainer::new(&model).explain(&record, &[0]) {
            assert!(explanation.logit().is_finite());
        }
    }
});
