//! Any bytes as labelled data from elsewhere: refused, or records that can be written and read back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::curate::import::{Form, Imported};
use tagwright_fuzz::{Room, check_message, check_round_trips, taxonomy};

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    let taxonomy = taxonomy();
    let forms = [Form::Github, Form::Fasttext, Form::Markdown, Form::LabelStudio, Form::Argilla];
    for (name, form) in
        forms.map(|form| ("d.txt", Some(form))).into_iter().chain([("d.json", None), ("d.md", None)])
    {
        let mut imported = Imported::default();
        match imported.add(&room.file(name, bytes), form, None, &taxonomy) {
            Ok(()) => {
                for record in &imported.records {
                    record.checked().unwrap().check_text(&record.at).unwrap();
                }
                check_round_trips(&imported.records);
            }
            Err(error) => check_message(&error),
        }
    }
});
