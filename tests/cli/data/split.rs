use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::{Room, data, run};

fn lines(room: &Room, name: &str) -> Vec<String> {
    fs::read_to_string(room.path(name)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn every_record_goes_to_one_part_in_its_order_and_as_it_was() {
    let room = Room::new();
    let parts = ["--part", "train.jsonl", "--part", "test.jsonl=0.25"];
    let split = run(&room, &[&["split", &data("train.jsonl")], &parts[..]].concat());
    assert_eq!((split.code, split.stdout.as_str()), (0, ""));
    let (train, test) = (lines(&room, "train.jsonl"), lines(&room, "test.jsonl"));
    assert_eq!(
        split.stderr,
        format!("train.jsonl: {} records\ntest.jsonl: {} records\n", train.len(), test.len())
    );
    assert!((26..=34).contains(&test.len()), "{}", test.len());
    let id = |line: &String| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap();
    assert!(train.is_sorted_by_key(id) && test.is_sorted_by_key(id));
    let mut all = [train, test.clone()].concat();
    all.sort_by_key(id);
    // The values are those of the file; only the blanks between them are gone.
    let original = fs::read_to_string(data("train.jsonl")).unwrap();
    let original: Vec<Value> = original.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all: Vec<Value> = all.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(all, original);

    let mut share: BTreeMap<String, usize> = BTreeMap::new();
    for record in test.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        for tag in record["tags"].as_array().unwrap() {
            *share.entry(tag.to_string()).or_default() += 1;
        }
    }
    // Nobody has more than a record too many: the small set has 10 to 19 records of a tag.
    assert!(share.values().all(|count| (1..=6).contains(count)), "{share:?}");
}

#[test]
fn the_same_text_stays_together_and_the_seed_decides() {
    let record =
        |number: usize| format!("{{\"id\":{number},\"text\":\"text {}\",\"tags\":[\"cli\"]}}\n", number % 10);
    let records: String = (0..30).map(record).collect();
    let split = |seed: &str| {
        let room = Room::new().with("d.jsonl", &records);
        let parts = ["split", "d.jsonl", "--part", "a.jsonl=0.5", "--part", "b.jsonl=0.5", "--seed", seed];
        assert_eq!(run(&room, &parts).code, 0);
        lines(&room, "a.jsonl")
    };
    let first = split("1");
    assert_eq!(first.len(), 15);
    for text in 0..10 {
        let count = first.iter().filter(|line| line.contains(&format!("\"text {text}\""))).count();
        assert!(count == 0 || count == 3, "{first:?}");
    }
    assert_eq!(first, split("1"));
    assert_ne!(first, split("2"));
}

#[test]
fn nearly_the_same_texts_stay_together() {
    let record = |number: usize| {
        let words: Vec<String> = (0..100).map(|word| format!("word{}x{word}", number % 10)).collect();
        let text = words.join(" ").replace(&format!("x{}", number / 10 + 54), "other");
        format!("{{\"id\":{number},\"text\":\"{text}\",\"tags\":[\"cli\"]}}\n")
    };
    let room = Room::new().with("d.jsonl", (0..40).map(record).collect::<String>());
    assert_eq!(run(&room, &["split", "d.jsonl", "--part", "a.jsonl", "--part", "b.jsonl=0.5"]).code, 0);
    let first = lines(&room, "a.jsonl");
    assert_eq!(first.len(), 20);
    for text in 0..10 {
        let count = first.iter().filter(|line| line.contains(&format!("\"word{text}x0 "))).count();
        assert!(count == 0 || count == 4, "{first:?}");
    }
}

#[test]
fn what_cannot_be_split_is_refused_and_nothing_is_written() {
    let room = Room::new()
        .with("d.jsonl", "{\"text\":\"x\",\"tags\":[],\"n\":1}\n{\"text\":\"y\",\"tags\":[]}\n")
        .with("bad.jsonl", "{\"text\":\"x\"}\n{\"text\":5}\n");
    let before = room.files();
    let refused =
        |args: &[&str], problem: &str| run(&room, &[&["split"], args].concat()).assert_refused(&[problem]);
    refused(
        &["d.jsonl", "--part", "a.jsonl=0.5", "--part", "b.jsonl=0.1"],
        "the shares add up to 0.6, not to 1",
    );
    refused(
        &["d.jsonl", "--part", "d.jsonl=0.5", "--part", "b.jsonl"],
        "--part (d.jsonl) would replace what DATA ",
    );
    refused(
        &["d.jsonl", "--part", "b.jsonl=0.5", "--part", "b.jsonl"],
        "--part (b.jsonl) and --part (b.jsonl) would be written to one file",
    );
    refused(
        &["bad.jsonl", "--part", "a.jsonl=0.5", "--part", "b.jsonl"],
        "bad.jsonl:2: \"text\" is a number",
    );
    assert_eq!(room.files(), before);
}
