//! The state of labelled data as a whole, and of texts that cannot be learned from.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::corpus::{Labelled, Record};
use crate::features::{MENTION_FIELDS, spellings};
use crate::taxonomy::Taxonomy;
use crate::text::{Document, for_each_word};

use super::ConfidentJoint;

/// A tag of fewer records than this is learned badly.
const FEW: usize = 20;
/// Two tags are together nearly always when the rarer one has the other in at least this share of its records.
const TOGETHER: f64 = 0.95;
/// Labels of a tag are doubtful as a whole when at least this share of them is probably wrong or missing.
const DOUBTFUL: f64 = 0.25;
/// A text with at least this share of replacement characters was read in a wrong encoding.
const BROKEN: f64 = 0.01;
/// How many unused aliases are named in words.
const NAMED: usize = 5;
/// What a server answers in place of a README.
const ERROR_PAGES: [&str; 3] = ["404: not found", "404 not found", "400: invalid request"];

/// Something about the data as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remark {
    /// What it is.
    pub kind: RemarkKind,
    /// The tags that it is about, as indices into the taxonomy.
    #[serde(skip)]
    pub tags: Vec<usize>,
    /// The aliases that it is about, each with the index of its tag.
    #[serde(skip)]
    pub aliases: Vec<(usize, String)>,
    /// How many records it rests on.
    pub records: usize,
    /// The same in words.
    pub reason: String,
}

/// What a [`Remark`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemarkKind {
    /// A tag has too few examples to be learned well.
    FewExamples,
    /// A tag has another one nearly always beside it.
    AlwaysTogether,
    /// Many of a tag's labels are probably missing or wrong.
    DoubtfulTag,
    /// Aliases stand in no record; one remark for all of them.
    UnusedAlias,
}

impl RemarkKind {
    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::FewExamples => "few-examples",
            Self::AlwaysTogether => "always-together",
            Self::DoubtfulTag => "doubtful-tag",
            Self::UnusedAlias => "unused-alias",
        }
    }
}

/// What is remarkable about labelled records as a whole: by kind, then in the taxonomy's order.
///
/// `documents` are their texts, `probabilities` those of all tags for each of them.
pub fn remarks(
    examples: &[Labelled],
    documents: &[Document],
    taxonomy: &Taxonomy,
    probabilities: &[Vec<f32>],
) -> Vec<Remark> {
    let labels: Vec<Vec<usize>> = examples.iter().map(|example| example.tags.clone()).collect();
    let joints = ConfidentJoint::of_tags(&labels, probabilities);
    [
        few_examples(&labels, taxonomy),
        always_together(&labels, taxonomy),
        doubtful_tags(&joints, taxonomy),
        unused_aliases(documents, taxonomy),
    ]
    .concat()
}

fn few_examples(labels: &[Vec<usize>], taxonomy: &Taxonomy) -> Vec<Remark> {
    let support = support(labels, taxonomy.len());
    let few = (0..taxonomy.len()).filter(|tag| support[*tag] < FEW);
    let remark = |tag: usize| Remark {
        kind: RemarkKind::FewExamples,
        tags: vec![tag],
        aliases: Vec::new(),
        records: support[tag],
        reason: format!("{} of the {FEW} records that a tag needs to be learned usefully", support[tag]),
    };
    few.map(remark).collect()
}

fn support(labels: &[Vec<usize>], tags: usize) -> Vec<usize> {
    let mut support = vec![0; tags];
    labels.iter().flatten().for_each(|tag| support[*tag] += 1);
    support
}

fn always_together(labels: &[Vec<usize>], taxonomy: &Taxonomy) -> Vec<Remark> {
    let support = support(labels, taxonomy.len());
    let mut both: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for own in labels {
        for pair in own.iter().flat_map(|a| own.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b) {
            *both.entry(pair).or_default() += 1;
        }
    }
    // Of two tags with the same records, one remark is enough.
    let always = both.into_iter().filter(|&((a, b), together)| {
        support[a] >= FEW
            && together as f64 >= TOGETHER * support[a] as f64
            && (support[a], a) < (support[b], b)
    });
    let remark = |((a, b), together): ((usize, usize), usize)| Remark {
        kind: RemarkKind::AlwaysTogether,
        tags: vec![a, b],
        aliases: Vec::new(),
        records: together,
        reason: format!(
            "{} of the {} records with {} have {} too; the two say nearly the same",
            together,
            support[a],
            taxonomy.tags()[a].key(),
            taxonomy.tags()[b].key()
        ),
    };
    always.map(remark).collect()
}

fn doubtful_tags(joints: &[ConfidentJoint], taxonomy: &Taxonomy) -> Vec<Remark> {
    let doubtful = joints.iter().zip(taxonomy.tags()).enumerate().filter(|(_, (joint, _))| {
        joint.given >= FEW && (joint.missing + joint.wrong) as f64 >= DOUBTFUL * joint.given as f64
    });
    let remark = |(tag, (joint, _)): (usize, (&ConfidentJoint, _))| Remark {
        kind: RemarkKind::DoubtfulTag,
        tags: vec![tag],
        aliases: Vec::new(),
        records: joint.missing + joint.wrong,
        reason: format!(
            "of {} records, {} probably have it wrongly, and {} others probably lack it",
            joint.given, joint.wrong, joint.missing
        ),
    };
    doubtful.map(remark).collect()
}

fn unused_aliases(documents: &[Document], taxonomy: &Taxonomy) -> Vec<Remark> {
    let words = |text: &str| {
        let mut words = Vec::new();
        for_each_word(text, |word| words.push(word.to_owned()));
        words
    };
    let wanted: Vec<(usize, &str, Vec<String>)> = taxonomy
        .tags()
        .iter()
        .enumerate()
        .flat_map(|(tag, entry)| spellings(entry).skip(1).map(move |alias| (tag, alias)))
        .map(|(tag, alias)| (tag, alias, words(alias)))
        .collect();
    let known: FxHashSet<&[String]> = wanted.iter().map(|(_, _, words)| words.as_slice()).collect();
    let lengths: BTreeSet<usize> =
        known.iter().map(|words| words.len()).filter(|length| *length > 0).collect();
    let mut met: FxHashSet<&[String]> = FxHashSet::default();
    for document in documents {
        for field in MENTION_FIELDS {
            let words = words(document.field(field));
            for &length in &lengths {
                met.extend(words.windows(length).filter_map(|run| known.get(run)));
            }
        }
    }
    let unused = wanted.iter().filter(|(_, _, words)| !met.contains(words.as_slice()));
    let aliases: Vec<(usize, String)> = unused.map(|(tag, alias, _)| (*tag, (*alias).to_owned())).collect();
    if aliases.is_empty() {
        return Vec::new();
    }
    let first: Vec<&str> = aliases.iter().take(NAMED).map(|(_, alias)| alias.as_str()).collect();
    let reason = format!(
        "{} of {} aliases are in no name, description or beginning of a README: {}{}",
        aliases.len(),
        wanted.len(),
        first.join(", "),
        if aliases.len() > NAMED { ", …" } else { "" }
    );
    vec![Remark { kind: RemarkKind::UnusedAlias, tags: Vec::new(), aliases, records: 0, reason }]
}

/// Why a record's text cannot be learned from, if it cannot.
pub fn broken_text(record: &Record) -> Option<String> {
    let texts = [("description", &record.description), ("readme", &record.readme), ("text", &record.text)];
    for (field, text) in texts {
        let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { continue };
        let start: String = text.chars().take(40).collect::<String>().to_lowercase();
        if ERROR_PAGES.iter().any(|page| start.starts_with(page)) {
            return Some(format!("the {field} is an error page of a server"));
        }
        let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
        if replaced as f64 >= BROKEN * text.chars().count() as f64 && replaced > 0 {
            return Some(format!("the {field} was read in a wrong encoding"));
        }
    }
    let mut words = 0_usize;
    for text in texts.into_iter().filter_map(|(_, text)| text.as_deref()).chain(record.name.as_deref()) {
        for_each_word(text, |_| words += 1);
    }
    (words == 0).then(|| "there is no word in it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::error::Location;
    use crate::taxonomy::testing::tag_known_as;
    use crate::text::TextSettings;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![
            tag_known_as(1, "queue ", &["message-broker", "mqtt"]),
            tag_known_as(2, "iot", &[]),
            tag_known_as(3, "game", &["video games"]),
        ])
        .unwrap()
    }

    fn described(text: &str) -> Record {
        Record { description: Some(text.to_owned()), ..Record::default() }
    }

    fn reasons(records: &[(&str, &[usize])], probability: f32) -> Vec<(RemarkKind, Vec<usize>, String)> {
        let examples: Vec<Labelled> = records
            .iter()
            .map(|(text, tags)| Labelled {
                at: Location::file("d"),
                record: described(text),
                tags: tags.to_vec(),
                judged: None,
            })
            .collect();
        let documents: Vec<Document> =
            examples.iter().map(|example| Document::new(&example.record, &TextSettings::default())).collect();
        let probabilities = vec![vec![probability; 3]; records.len()];
        let remarks = remarks(&examples, &documents, &taxonomy(), &probabilities);
        remarks.into_iter().map(|remark| (remark.kind, remark.tags, remark.reason)).collect()
    }

    #[test]
    fn rare_tags_and_tags_that_go_together_are_named() {
        let mut records: Vec<(&str, &[usize])> = vec![("an MQTT message broker", &[0, 1]); 30];
        records.extend(vec![("a queue", &[1][..]); 30]);
        let found = reasons(&records, 0.5);
        assert_eq!(found[0].0, RemarkKind::FewExamples);
        assert_eq!(found[0].1, [2]);
        let (kind, tags, reason) = &found[1];
        assert_eq!((*kind, tags.as_slice()), (RemarkKind::AlwaysTogether, &[0, 1][..]));
        assert_eq!(reason, "30 of the 30 records with queue have iot too; the two say nearly the same");
    }

    #[test]
    fn aliases_are_met_as_whole_words_only() {
        let found = reasons(&[("an MQTT message broker", &[0]), ("video gamesmanship", &[])], 0.5);
        let unused: Vec<_> = found.iter().filter(|(kind, _, _)| *kind == RemarkKind::UnusedAlias).collect();
        assert_eq!(unused.len(), 1);
        assert!(unused[0].2.starts_with("1 of 3 aliases are in no name, "), "{}", unused[0].2);
        assert!(unused[0].2.ends_with(": video games"), "{}", unused[0].2);
    }

    #[test]
    fn text_that_cannot_be_learned_from_is_told_from_text_that_can() {
        assert_eq!(
            broken_text(&described(
                "One \u{fffd} in many words is fine, as long as it stays rare in a text that is long enough and says more than this"
            )),
            None
        );
        assert!(broken_text(&described("404: Not Found")).unwrap().contains("error page"));
        assert!(broken_text(&described("caf\u{fffd} au l\u{fffd}it")).unwrap().contains("encoding"));
        assert!(broken_text(&described("!!! ---")).unwrap().contains("no word"));
    }
}
