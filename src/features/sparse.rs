//! Sparse matrices in compressed sparse row form.

/// A sparse matrix, built row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseMatrix {
    columns: usize,
    /// Row `i` holds the entries `starts[i]..starts[i + 1]`.
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl SparseMatrix {
    /// An empty matrix of `columns` columns.
    pub fn new(columns: usize) -> Self {
        Self { columns, starts: vec![0], indices: Vec::new(), values: Vec::new() }
    }

    /// Appends a row of (column, value) entries.
    ///
    /// # Panics
    /// When a column is out of range.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        for &(column, value) in row {
            assert!((column as usize) < self.columns, "column {column} of {}", self.columns);
            self.indices.push(column);
            self.values.push(value);
        }
        self.starts.push(self.indices.len());
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The entries of row `i`, as columns and values.
    pub fn row(&self, i: usize) -> (&[u32], &[f32]) {
        let entries = self.starts[i]..self.starts[i + 1];
        (&self.indices[entries.clone()], &self.values[entries])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_pushed() {
        let mut matrix = SparseMatrix::new(4);
        matrix.push(&[(1, 0.5), (3, 2.0)]);
        matrix.push(&[]);
        assert_eq!((matrix.rows(), matrix.columns()), (2, 4));
        assert_eq!(matrix.row(0), (&[1, 3][..], &[0.5, 2.0][..]));
        assert_eq!(matrix.row(1), (&[][..], &[][..]));
    }
}
