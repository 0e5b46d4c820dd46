use super::{Room, data, run};

#[test]
fn counts_are_there_for_people() {
    let stats = run(&Room::new(), &["stats", &data("train.jsonl")]);
    assert_eq!((stats.code, stats.stderr.as_str()), (0, ""));
    assert!(
        stats.stdout.starts_with("120 records, 120 of them with tags\n\nrecords by "),
        "{}",
        stats.stdout
    );
    assert!(stats.stdout.lines().all(|line| line.chars().count() <= 80), "{}", stats.stdout);
    insta::assert_snapshot!("stats", stats.stdout);
}

#[test]
fn counts_are_there_as_json() {
    let room = Room::new().with(
        "d.jsonl",
        "{\"text\":\"x\",\"tags\":[\"cli\",\"iot\",\"new\"]}\n{\"text\":\"y\",\"tags\":[]}\n{\"name\":\"a/b\"}\n",
    );
    let stats = run(&room, &["stats", "d.jsonl", "--format", "json"]);
    let stats: serde_json::Value = serde_json::from_str(&stats.stdout).unwrap();
    assert_eq!((&stats["records"], &stats["unlabelled"]), (&3.into(), &1.into()));
    assert_eq!(stats["tags_per_record"], serde_json::json!([1, 0, 1]));
    assert_eq!(stats["tags"][0], serde_json::json!({"id": 4, "name": "cli", "records": 1}));
    assert_eq!(stats["unknown_tags"], serde_json::json!([{"tag": "new", "records": 1}]));
    assert_eq!(stats["co_occurrences"][0]["records"], 1);
}
