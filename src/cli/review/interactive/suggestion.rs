//! What a session goes through: records and the tags suggested for them.

use std::path::Path;

use tagwright::corpus::{Labelled, Record, WholeRecord, read_whole};
use tagwright::curate::session::Item;
use tagwright::curate::{Key, Review, read_suggestions, text_digest};
use tagwright::model::Model;

/// A record to review, and what is suggested for it.
pub struct Suggestion {
    pub record: Record,
    pub item: Item,
    /// Why the record deserves a look, in a line.
    pub why: Option<String>,
}

/// The suggestions of a file, the surest first: those whose changes the model likes best.
pub fn from_file(path: &Path, data: &Path, model: &Model) -> anyhow::Result<Vec<Suggestion>> {
    let records = read_whole(std::slice::from_ref(&data.to_owned()))?;
    let mut suggestions = Vec::new();
    for (index, suggested) in read_suggestions(path, &records, model.taxonomy())? {
        let WholeRecord { at, record, .. } = &records[index];
        let (Some(key), Ok(record)) = (Key::of(&records[index]), record) else { continue };
        let tags = record.tags.iter().flatten().map(|tag| model.taxonomy().require(tag, at));
        let tags = tags.collect::<tagwright::Result<Vec<usize>>>()?;
        let scores = model.probabilities(record);
        let item = Item { key, tags, suggested, scores, text_digest: text_digest(record) };
        suggestions.push(Suggestion { record: record.clone(), item, why: None });
    }
    suggestions.sort_by(|a, b| b.item.confidence().total_cmp(&a.item.confidence()));
    Ok(suggestions)
}

/// The suspects of a review, most suspicious first. A record without id and name is left out: no decision could say
/// which record it is about.
pub fn from_review(review: &Review, examples: &[Labelled], probabilities: &[Vec<f32>]) -> Vec<Suggestion> {
    let suspects = review.suspects.iter().filter_map(|suspect| {
        let Labelled { record, tags, .. } = &examples[suspect.record];
        let item = Item {
            key: Key::of_record(record)?,
            tags: tags.clone(),
            suggested: suspect.suggested_tags(tags).unwrap_or_else(|| tags.clone()),
            scores: probabilities[suspect.record].clone(),
            text_digest: text_digest(record),
        };
        let why =
            suspect.findings.iter().map(|finding| finding.reason.as_str()).collect::<Vec<_>>().join("; ");
        Some(Suggestion { record: record.clone(), item, why: Some(why) })
    });
    suspects.collect()
}
