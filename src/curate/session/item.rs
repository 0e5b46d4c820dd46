//! One record of a review session.

use super::super::decision::{Decision, Key, Verdict};
use crate::corpus::TagRef;
use crate::taxonomy::Taxonomy;

/// How many tags are listed for a record before any is searched for: as many as there are digits to toggle them.
pub const LISTED: usize = 9;

/// A record to review. Tags are indices into the taxonomy, most defining first.
#[derive(Debug, Clone)]
pub struct Item {
    /// What the record is known by.
    pub key: Key,
    /// The tags that it has.
    pub tags: Vec<usize>,
    /// The tags that are suggested.
    pub suggested: Vec<usize>,
    /// The probability of every tag, 0 to 1, in the taxonomy's order.
    pub scores: Vec<f32>,
    /// What its texts are known by, see [`text_digest`](crate::curate::text_digest).
    pub text_digest: String,
}

impl Item {
    /// How probable the surest of the suggested changes is, 0 to 1; 0 when none is suggested.
    ///
    /// ```
    /// use tagwright::corpus::Id;
    /// use tagwright::curate::Key;
    /// use tagwright::curate::session::Item;
    ///
    /// let key = Key::Id(Id::from(7));
    /// let (tags, suggested, text_digest) = (vec![0, 1], vec![0, 2], String::new());
    /// let item = Item { key, tags, suggested, scores: vec![0.9, 0.3, 0.6], text_digest };
    /// assert!((item.confidence() - 0.7).abs() < 1e-6);
    /// ```
    pub fn confidence(&self) -> f32 {
        let added = self.suggested.iter().filter(|tag| !self.tags.contains(tag)).map(|tag| self.scores[*tag]);
        let dropped = self.tags.iter().filter(|tag| !self.suggested.contains(tag));
        added.chain(dropped.map(|tag| 1.0 - self.scores[*tag])).fold(0.0, f32::max)
    }

    /// All tags, the most probable first.
    pub(super) fn by_score(&self) -> Vec<usize> {
        let mut tags: Vec<usize> = (0..self.scores.len()).collect();
        tags.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]));
        tags
    }

    /// The tags to list: its own, then those suggested, then the most probable ones.
    pub(super) fn listed(&self) -> Vec<usize> {
        let mut listed = Vec::new();
        for tag in self.tags.iter().chain(&self.suggested).copied() {
            if !listed.contains(&tag) {
                listed.push(tag);
            }
        }
        let others: Vec<usize> = self.by_score().into_iter().filter(|tag| !listed.contains(tag)).collect();
        listed.extend(others.iter().take(LISTED.saturating_sub(listed.len())));
        listed
    }

    /// The decision that gives the record the tags `checked`.
    pub(super) fn decision(&self, checked: &[usize], taxonomy: &Taxonomy) -> Decision {
        let names = |tags: &[usize]| -> Vec<TagRef> {
            tags.iter().map(|tag| TagRef::Name(taxonomy.tags()[*tag].name.clone())).collect()
        };
        let verdict = if checked == self.suggested {
            Verdict::Accept
        } else if checked == self.tags {
            Verdict::Reject
        } else {
            Verdict::Edit { edited_tags: names(checked) }
        };
        Decision {
            key: self.key.clone(),
            verdict,
            tags: names(&self.tags),
            suggested_tags: names(&self.suggested),
            text_digest: Some(self.text_digest.clone()),
        }
    }
}
