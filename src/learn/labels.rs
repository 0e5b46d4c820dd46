//! Which record has which tags.

/// The tags of every record, as indices into the taxonomy.
#[derive(Debug, Clone)]
pub struct Labels {
    tags: usize,
    rows: Vec<Vec<u16>>,
}

impl Labels {
    /// The labels of `rows.len()` records over `tags` tags.
    ///
    /// # Panics
    /// When an index is not below `tags`.
    pub fn new(tags: usize, rows: Vec<Vec<u16>>) -> Self {
        assert!(rows.iter().flatten().all(|tag| usize::from(*tag) < tags), "a label beyond {tags} tags");
        Self { tags, rows }
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
    #[should_panic(expected = "a label beyond 2 tags")]
    fn a_label_beyond_the_tags_is_a_bug() {
        Labels::new(2, vec![vec![2]]);
    }
}
