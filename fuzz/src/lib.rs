//! What the fuzz targets share: files of given bytes, a tiny data set, and what every message must be.

use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::slice;
use std::sync::LazyLock;

use tagwright::corpus::{Labelled, WholeRecord, read_labelled, read_whole, write_whole};
use tagwright::learn::{Silent, TrainSettings, train};
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;
use tempfile::TempDir;

/// The tags of `tests/data`.
pub const TAXONOMY: &str = include_str!("../../tests/data/taxonomy.json");
const RECORDS: &str = include_str!("../../tests/data/train.jsonl");

/// A directory that is removed when it is dropped.
pub struct Room(TempDir);

impl Room {
    #[expect(clippy::new_without_default, reason = "it makes a directory")]
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// The tags of `tests/data`.
pub fn taxonomy() -> Taxonomy {
    let room = Room::new();
    Taxonomy::read(&room.file("taxonomy.json", TAXONOMY)).unwrap()
}

/// The first `count` records of `tests/data`, which are sorted by tag, taken evenly.
pub fn examples(count: usize) -> Vec<Labelled> {
    let lines: Vec<&str> = RECORDS.lines().collect();
    let some: Vec<&str> = lines.iter().step_by(lines.len().div_ceil(count)).copied().collect();
    let room = Room::new();
    read_labelled(&[room.file("train.jsonl", some.join("\n"))], &taxonomy()).unwrap()
}

/// A model of `tests/data`, as small as one can be.
pub fn small_model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        let mut settings = TrainSettings::default();
        settings.network.hidden = 4;
        train(examples(120), taxonomy(), &settings, &Silent).unwrap().model
    });
    &MODEL
}

/// Checks what every message must be: something, on one line.
pub fn check_message(error: &impl Display) {
    let message = error.to_string();
    assert!(!message.trim().is_empty());
    assert!(!message.contains(['\n', '\r']), "{message:?}");
}

/// Checks that records can be written in every form and read back as they were.
pub fn check_round_trips(records: &[WholeRecord]) {
    let room = Room::new();
    let json = |records: &[WholeRecord]| -> Vec<String> {
        records.iter().map(|record| record.to_json().unwrap()).collect()
    };
    for name in ["out.jsonl", "out.json", "out.jsonl.gz"] {
        let path = room.path(name);
        write_whole(&path, records).unwrap();
        if !records.is_empty() {
            let back = read_whole(&[path]).unwrap();
            assert_eq!(json(&back), json(records), "{name}");
        }
    }
    // CSV has text alone, but what was read of it once is kept from then on.
    let (once, twice) = (room.path("once.csv"), room.path("twice.csv"));
    write_whole(&once, records).unwrap();
    if let Ok(back) = read_whole(slice::from_ref(&once)) {
        write_whole(&twice, &back).unwrap();
        let fields = |records: &[WholeRecord]| -> Vec<_> {
            records.iter().map(|record| record.record.as_ref().ok().cloned()).collect()
        };
        // Columns in which no cell is filled are gone, and records in which none is.
        if let Ok(again) = read_whole(&[twice]) {
            let filled: Vec<_> =
                back.into_iter().filter(|record| record.field_names().next().is_some()).collect();
            assert_eq!(fields(&again), fields(&filled));
        }
    }
}

/// Checks that probabilities are.
pub fn check_probabilities(probabilities: &[f32]) {
    assert!(probabilities.iter().all(|probability| (0.0..=1.0).contains(probability)), "{probabilities:?}");
}
