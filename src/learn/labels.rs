//! Which record has which tags.

use super::{MIN_SUPPORT, Progress};
use crate::taxonomy::Taxonomy;

/// The tags of every record, as indices into the taxonomy.
#[derive(Debug, Clone)]
pub struct Labels {
    tags: usize,
    rows: Vec<Vec<u16>>,
    /// For every record the tags that were judged, ascending, or `None` when all were.
    judged: Vec<Option<Vec<u16>>>,
}

impl Labels {
    /// The labels of `rows.len()` records over `tags` tags.
    ///
    /// # Panics
    /// When an index is not below `tags`.
    pub fn new(tags: usize, rows: Vec<Vec<u16>>) -> Self {
        assert!(rows.iter().flatten().all(|tag| usize::from(*tag) < tags), "a label beyond {tags} tags");
        let judged = vec![None; rows.len()];
        Self { tags, rows, judged }
    }

    /// The same labels, where of each record only some tags were judged, ascending, its own among them.
    ///
    /// # Panics
    /// When these are not as many records.
    #[must_use]
    pub fn with_judged(self, judged: Vec<Option<Vec<u16>>>) -> Self {
        assert_eq!(judged.len(), self.rows.len(), "judged tags of other records");
        Self { judged, ..self }
    }

    /// Whether it is known if record `row` has `tag`.
    pub fn is_judged(&self, row: usize, tag: usize) -> bool {
        let judged = self.judged[row].as_ref();
        judged.is_none_or(|judged| judged.binary_search(&(tag as u16)).is_ok())
    }

    /// Warns of the tags that all judged records have.
    pub fn warn_of_tags_of_all(&self, taxonomy: &Taxonomy, progress: &dyn Progress) {
        let support = self.support();
        for (index, tag) in taxonomy.tags().iter().enumerate() {
            if support[index] >= MIN_SUPPORT && support[index] == self.judged(index) {
                progress.warn(&format!(
                    "tag {:?}: all {} records that were judged for it have it, nothing speaks against it, and the \
                     model gives it to every record; add records that do not have it",
                    tag.key(),
                    support[index]
                ));
            }
        }
    }

    /// How many records were judged for `tag`.
    pub fn judged(&self, tag: usize) -> usize {
        (0..self.rows.len()).filter(|row| self.is_judged(*row, tag)).count()
    }

    /// How many tags there are.
    pub fn tags(&self) -> usize {
        self.tags
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.rows.len()
    }

    /// The tags of record `row`.
    pub fn of(&self, row: usize) -> &[u16] {
        &self.rows[row]
    }

    /// The tags of all records.
    pub fn rows(&self) -> &[Vec<u16>] {
        &self.rows
    }

    /// Whether record `row` has `tag`.
    pub fn has(&self, row: usize, tag: usize) -> bool {
        self.rows[row].iter().any(|own| usize::from(*own) == tag)
    }

    /// How many records have each tag.
    pub fn support(&self) -> Vec<usize> {
        let mut support = vec![0; self.tags];
        self.rows.iter().flatten().for_each(|tag| support[usize::from(*tag)] += 1);
        support
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_counts_the_records_of_each_tag() {
        let labels = Labels::new(3, vec![vec![0, 2], vec![2], vec![]]);
        assert_eq!(labels.support(), [1, 0, 2]);
        assert_eq!((labels.records(), labels.tags()), (3, 3));
        assert!(labels.has(0, 2) && !labels.has(1, 0));
        assert_eq!(labels.of(1), [2]);
    }

    #[test]
    fn what_was_judged_is_known() {
        let labels = Labels::new(3, vec![vec![0], vec![2]]).with_judged(vec![None, Some(vec![1, 2])]);
        assert!(labels.is_judged(0, 0) && labels.is_judged(1, 1) && !labels.is_judged(1, 0));
        assert_eq!([0, 1, 2].map(|tag| labels.judged(tag)), [1, 2, 2]);
    }

    #[test]
    #[should_panic(expected = "a label beyond 2 tags")]
    fn a_label_beyond_the_tags_is_a_bug() {
        Labels::new(2, vec![vec![2]]);
    }
}
