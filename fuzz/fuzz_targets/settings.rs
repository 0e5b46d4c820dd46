//! Any text as settings of a training: refused, or they train a model that answers the same once written and read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::Record;
use tagwright::learn::{Silent, TrainSettings, train};
use tagwright::model::Model;
use tagwright_fuzz::{Room, check_message, check_probabilities, examples, taxonomy};

fuzz_target!(|text: &str| {
    let Ok(mut settings) = toml::from_str::<TrainSettings>(text) else { return };
    if let Err(error) = settings.check() {
        return check_message(&error);
    }
    // What takes long by its nature is cut; how much it may be is for the ranges to say.
    settings.folds = settings.folds.min(3);
    settings.linear.epochs = settings.linear.epochs.min(2);
    settings.network.epochs = settings.network.epochs.min(2);
    settings.network.hidden = settings.network.hidden.min(16);
    settings.stack.iterations = settings.stack.iterations.min(4);
    let model = match train(examples(24), taxonomy(), &settings, &Silent) {
        Ok(trained) => trained.model,
        Err(error) => return check_message(&error),
    };
    let room = Room::new();
    let path = room.path("m.safetensors");
    if let Err(error) = model.write(&path) {
        return check_message(&error);
    }
    let back = Model::read(&path).unwrap();
    for description in ["Count words from the command line", ""] {
        let record = Record { description: Some(description.to_owned()), ..Record::default() };
        let probabilities = model.probabilities(&record);
        check_probabilities(&probabilities);
        assert_eq!(back.probabilities(&record), probabilities);
    }
});
