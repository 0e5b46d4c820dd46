//! Training and evaluation data: records with their tags.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::{Record, Source, Unread, open_unread};
use crate::error::{Error, Location, Result};
use crate::taxonomy::Taxonomy;

/// A record whose tags are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Where the record stands.
    pub at: Location,
    /// The record.
    pub record: Record,
    /// Its tags as indices into the taxonomy, in the order given, each once.
    pub tags: Vec<usize>,
    /// The tags that were judged, its own among them, in the taxonomy's order; `None` when all were.
    pub judged: Option<Vec<usize>>,
}

/// Reads all records of some files, in their order, with their tags looked up in `taxonomy`.
///
/// # Errors
/// As [`open`](super::open) says, and for the first bad record, record without `tags` (`[]` is fine) or unknown tag.
pub fn read_labelled(paths: &[impl AsRef<Path>], taxonomy: &Taxonomy) -> Result<Vec<Labelled>> {
    let mut all = Vec::new();
    for path in paths {
        // Whichever thread is free fetches a record and reads it, so that only the unpacking is one after the other.
        let records = open_unread(&Source::from(path.as_ref().to_owned()), None)?.enumerate().par_bridge();
        let mut read: Vec<_> = records
            .map(|(place, record)| {
                let record = record.and_then(Unread::read).map_err(Error::from);
                (place, record.and_then(|(at, record)| Labelled::new(at, record, taxonomy)))
            })
            .collect();
        read.sort_unstable_by_key(|(place, _)| *place);
        for (_, record) in read {
            all.push(record?);
        }
    }
    Ok(all)
}

impl Labelled {
    /// A record with its tags looked up in `taxonomy`.
    ///
    /// # Errors
    /// When it has no `tags` (`[]` is fine), or an unknown one among them or its `judged_tags`.
    pub fn new(at: Location, record: Record, taxonomy: &Taxonomy) -> Result<Self> {
        let Some(references) = &record.tags else {
            return Err(Error::input(at, "the record has no \"tags\"", "give its tags, or [] for none"));
        };
        let mut tags = Vec::with_capacity(references.len());
        for reference in references {
            let tag = taxonomy.require(reference, &at)?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let judged = record.judged_tags.iter().flatten().map(|tag| taxonomy.require(tag, &at));
        let judged = judged.collect::<Result<Vec<_>>>()?;
        let judged = record.judged_tags.is_some().then(|| {
            let all: BTreeSet<usize> = tags.iter().copied().chain(judged).collect();
            all.into_iter().collect()
        });
        let judged = judged.filter(|judged: &Vec<usize>| judged.len() < taxonomy.len());
        Ok(Self { at, record, tags, judged })
    }

    /// Says that only `tags` and its own were judged, unless it names those that were itself.
    pub fn judge_only(&mut self, tags: &[usize]) {
        if self.record.judged_tags.is_none() {
            self.judged =
                Some(self.tags.iter().chain(tags).copied().collect::<BTreeSet<_>>().into_iter().collect());
        }
    }

    /// Sets the probabilities of tags that were not judged to 0, as if the judged ones were its candidates.
    pub fn keep_judged(&self, probabilities: &mut [f32]) {
        for (tag, probability) in probabilities.iter_mut().enumerate() {
            if !self.is_judged(tag) {
                *probability = 0.0;
            }
        }
    }

    /// Whether it is known if the record has `tag`.
    pub fn is_judged(&self, tag: usize) -> bool {
        self.judged.as_ref().is_none_or(|judged| judged.binary_search(&tag).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::testing::gzip;
    use super::*;
    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![tag(81, "game-engine "), tag(4, "cli"), tag(7, "graphql")]).unwrap()
    }

    fn read(files: &[(&str, &[u8])]) -> Result<Vec<Labelled>, String> {
        let directory = tempfile::tempdir().unwrap();
        let paths: Vec<_> = files.iter().map(|(name, _)| directory.path().join(name)).collect();
        for (path, (_, bytes)) in paths.iter().zip(files) {
            fs::write(path, bytes).unwrap();
        }
        let prefix = format!("{}/", directory.path().display());
        read_labelled(&paths, &taxonomy()).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn tags_are_looked_up_in_the_order_given_and_once() {
        let lines = r#"{"name":"a/b","tags":[4,"game-engine",{"id":7,"name":"x"},{"name":"cli"},"81"]}
            {"name":"c/d","tags":[]}"#;
        let records = read(&[("a.jsonl", lines.as_bytes())]).unwrap();
        assert_eq!(records[0].tags, [1, 0, 2]);
        assert!(records[1].tags.is_empty());
        assert_eq!(records[1].at.line, Some(2));
    }

    #[test]
    fn what_was_judged_is_looked_up_and_its_own_tags_were() {
        let lines = r#"{"text":"x","tags":["graphql"],"judged_tags":[4,"cli",{"id":81}]}
            {"text":"x","tags":["cli"],"judged_tags":[]}
            {"text":"x","tags":["cli"],"judged_tags":["cli"]}
            {"text":"x","tags":["cli"],"judged_tags":["cli","graphql",81]}"#;
        let records = read(&[("a.jsonl", lines.as_bytes())]).unwrap();
        let judged: Vec<_> = records.iter().map(|record| record.judged.as_deref()).collect();
        assert_eq!(judged, [None, Some(&[1][..]), Some(&[1]), None]);
        assert!(records[1].is_judged(1) && !records[1].is_judged(0) && records[3].is_judged(0));
        let csv = b"text,tags,judged_tags\nx,[],cli;graphql\ny,cli,\n";
        let records = read(&[("a.csv", csv)]).unwrap();
        assert_eq!((&records[0].judged, &records[1].judged), (&Some(vec![1, 2]), &None));
        let unknown = read(&[("a.jsonl", br#"{"text":"x","tags":[],"judged_tags":["graphq"]}"#)]);
        assert!(unknown.unwrap_err().starts_with("a.jsonl:1: unknown tag \"graphq\"; did you mean"));
        let unlabelled = read(&[("a.csv", b"text,tags\nx,\n")]).unwrap_err();
        assert_eq!(unlabelled, "a.csv:2: the record has no \"tags\"; give its tags, or [] for none");
    }

    #[test]
    fn files_of_every_form_follow_one_another() {
        let records = read(&[
            ("a.csv", b"name,tags\nfirst,graphql;cli\n"),
            ("b.jsonl.gz", &gzip("{\"name\":\"second\",\"tags\":[]}\n{\"name\":\"third\",\"tags\":[4]}\n")),
            ("c.json", b"[{\"name\":\"last\",\"tags\":[\"cli\"]}]"),
        ])
        .unwrap();
        let tags: Vec<_> = records.iter().map(|labelled| labelled.tags.as_slice()).collect();
        assert_eq!(tags, [&[2, 1][..], &[], &[1], &[1]]);
        let names: Vec<_> = records.into_iter().filter_map(|labelled| labelled.record.name).collect();
        assert_eq!(names, ["first", "second", "third", "last"]);
    }

    #[test]
    fn the_first_fault_ends_it() {
        let good = "{\"text\":\"x\",\"tags\":[]}\n".repeat(50);
        let fault = |lines: &str| read(&[("a.jsonl", format!("{good}{lines}").as_bytes())]).unwrap_err();
        assert_eq!(
            fault("{\"text\":\"x\",\"tags\":[\"graphq\"]}\n{"),
            "a.jsonl:51: unknown tag \"graphq\"; did you mean \"graphql\"? Otherwise add it to the taxonomy file"
        );
        assert_eq!(
            fault("{\"text\":\"x\"}\n{"),
            "a.jsonl:51: the record has no \"tags\"; give its tags, or [] for none"
        );
        assert!(fault("{\n{\"text\":\"x\"}").starts_with("a.jsonl:51: bad JSON: "));
        assert!(fault("{\"tags\":[]}").starts_with("a.jsonl:51: no text; "));
    }

    #[test]
    fn half_a_gzip_file_is_refused() {
        let lines = super::super::testing::noisy_lines(400).replace('}', ",\"tags\":[]}");
        let whole = gzip(lines);
        let fault = read(&[("a.jsonl.gz", &whole[..whole.len() / 2])]).unwrap_err();
        assert!(fault.ends_with("the gzip data ends too early; copy or download the file again"), "{fault}");
    }
}
