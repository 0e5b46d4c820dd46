//! Any bytes as a data file of any form: read, written, read back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::{Source, open, open_unread, open_whole};
use tagwright_fuzz::{Room, check_message, check_round_trips};

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    for name in ["d.md", "d.json", "d.jsonl", "d.csv"] {
        let source = Source::from(room.file(name, bytes));
        let (records, unread) = match (open(&source, None), open_unread(&source, None)) {
            (Ok(records), Ok(unread)) => (records, unread),
            (Err(one), Err(other)) => {
                assert_eq!(one.to_string(), other.to_string());
                check_message(&one);
                continue;
            }
            (one, other) => panic!("{:?} but {:?}", one.err(), other.err()),
        };
        // Both ways of reading answer the same.
        let unread = unread.map(|record| record.and_then(|record| record.read()));
        for (one, other) in records.zip(unread) {
            match (one, other) {
                (Ok(one), Ok(other)) => assert_eq!(one, other),
                (Err(one), Err(other)) => {
                    assert_eq!(one.to_string(), other.to_string());
                    check_message(&one);
                }
                (one, other) => panic!("{one:?} but {other:?}"),
            }
        }
        let mut good = Vec::new();
        for record in open_whole(&source, None).unwrap() {
            match record {
                Ok(record) => good.push(record),
                Err(bad) => check_message(&bad),
            }
        }
        check_round_trips(&good);
    }
});
