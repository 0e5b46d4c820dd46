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
