//! Any bytes as a journal or a file of decisions: refused, or applied; what a journal held it holds after more is written.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::{TagRef, read_whole};
use tagwright::curate::{Decision, History, Journal, Verdict, apply, read_decisions, read_suggestions};
use tagwright_fuzz::{Room, check_message, taxonomy};

const DATA: &str = r#"{"id":1,"name":"a/b","description":"Count words","tags":["cli"],"more":[1,{"x":null}]}
{"id":"2","description":"Store rows","tags":["database"]}
{"name":"c/d","description":"Play","tags":[]}
"#;

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    let taxonomy = taxonomy();
    let data = room.file("data.jsonl", DATA);
    for name in ["d.jsonl", "d.json", "d.csv"] {
        let path = room.file(name, bytes);
        let mut records = read_whole(std::slice::from_ref(&data)).unwrap();
        if let Err(error) = read_suggestions(&path, &records, &taxonomy) {
            check_message(&error);
        }
        match read_decisions(&path) {
            Ok(decisions) => match apply(&decisions.decided, &mut records, &taxonomy) {
                // What is applied once is there, and applying it again changes nothing.
                Ok(_) => {
                    let json = |records: &[_]| -> Vec<String> {
                        let json = |record: &tagwright::corpus::WholeRecord| record.to_json().unwrap();
                        records.iter().map(json).collect()
                    };
                    let once = json(&records);
                    apply(&decisions.decided, &mut records, &taxonomy).unwrap();
                    assert_eq!(json(&records), once);
                }
                Err(errors) => errors.iter().for_each(check_message),
            },
            Err(error) => check_message(&error),
        }
    }
    let path = room.file("journal.jsonl", bytes);
    match Journal::open(&path) {
        Err(error) => {
            check_message(&error);
            assert_eq!(fs::read(&path).unwrap(), bytes, "what is refused stays as it is");
        }
        Ok((mut journal, History { decided: held, .. })) => {
            let records = read_whole(&[data]).unwrap();
            let key = tagwright::curate::Key::of(&records[0]).unwrap();
            let tags = |name: &str| vec![TagRef::Name(name.into())];
            let decision = Decision {
                key,
                verdict: Verdict::Accept,
                tags: tags("cli"),
                suggested_tags: tags("iot"),
                text_digest: None,
            };
            journal.append(&decision).unwrap();
            drop(journal);
            let (mut journal, History { decided: more, .. }) = Journal::open(&path).unwrap();
            assert_eq!(more.len(), held.len() + 1);
            assert_eq!(more.last().unwrap().decision, decision);
            journal.undo(&decision.key).unwrap();
            drop(journal);
            assert_eq!(Journal::open(&path).unwrap().1.decided, held);
        }
    }
});
