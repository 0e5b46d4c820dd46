//! Any bytes as a taxonomy: refused, or tags that can be told apart, written and read back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright::corpus::TagRef;
use tagwright::error::Location;
use tagwright::taxonomy::Taxonomy;
use tagwright_fuzz::{Room, check_message};

fuzz_target!(|bytes: &[u8]| {
    let room = Room::new();
    let taxonomy = match Taxonomy::read(&room.file("t.json", bytes)) {
        Ok(taxonomy) => taxonomy,
        Err(error) => return check_message(&error),
    };
    let json = serde_json::to_string(taxonomy.tags()).unwrap();
    assert_eq!(Taxonomy::read(&room.file("again.json", json)).unwrap(), taxonomy);
    assert_eq!(taxonomy.union(&taxonomy).unwrap(), taxonomy);
    for (index, tag) in taxonomy.tags().iter().enumerate() {
        assert_eq!(taxonomy.find(&TagRef::Name(tag.name.clone())), Some(index));
        assert_eq!(taxonomy.find(&TagRef::Id(tag.id.clone())), Some(index));
    }
    if let Err(error) = taxonomy.require(&TagRef::Name("terminul".into()), &Location::file("d.jsonl")) {
        check_message(&error);
    }
});
