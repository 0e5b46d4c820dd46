//! Which records are held out together.

use std::collections::BTreeSet;

use super::{Progress, stratify};

/// Copies in other folds below this share of the records are not worth a warning: were each of them right only for that,
/// the figures would flatter by 2 or 3 points.
const MANY_COPIES: f64 = 0.05;

/// The folds of a cross-fitting.
#[derive(Debug, Clone)]
pub struct Folds {
    /// How many there are.
    pub count: usize,
    /// The fold of every record, 0 to `count - 1`.
    pub of: Vec<usize>,
}

impl Folds {
    /// At most `count` folds, chosen by the digest of each record's text: the same text is always held out together,
    /// wherever it stands in the data.
    pub fn new(digests: &[[u8; 32]], count: usize, seed: u64) -> Self {
        let count = count.min(digests.len());
        let of = digests.iter().map(|digest| {
            let mut first = [0; 8];
            first.copy_from_slice(&digest[..8]);
            // Multiplying by an odd number mixes the seed into the high bits, which choose the fold.
            let mixed = (u64::from_le_bytes(first) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((u128::from(mixed) * count as u128) >> 64) as usize
        });
        Self { count, of: of.collect() }
    }

    /// At most `count` folds of about the same size, in which every tag is about equally frequent (see
    /// [`stratify`]); `groups` are the records to be held out together.
    pub fn stratified(tags: &[Vec<u16>], groups: &[usize], count: usize, seed: u64) -> Self {
        let distinct: BTreeSet<&usize> = groups.iter().collect();
        let count = count.min(distinct.len()).max(1);
        Self { count, of: stratify(tags, groups, &vec![1.0 / count as f64; count], seed) }
    }

    /// Says what the figures are worth when many records have a copy in another fold; `copies` are the groups of
    /// [`copies`](crate::text::copies).
    pub fn warn_of_copies(&self, copies: &[usize], progress: &dyn Progress) {
        let mut parted = vec![false; copies.len()];
        for (row, first) in copies.iter().enumerate() {
            parted[*first] |= self.of[row] != self.of[*first];
        }
        let count = copies.iter().filter(|first| parted[**first]).count();
        if count as f64 >= MANY_COPIES * copies.len() as f64 && count > 0 {
            progress.warn(&format!(
                "{count} of {} records are nearly the same as a record of another fold: the cross-validated figures \
                 flatter; keep one of each (`tagwright review` finds copies), or judge on records of other projects \
                 with `tagwright evaluate`",
                copies.len()
            ));
        }
    }

    /// The records of all folds but `fold`.
    pub fn training(&self, fold: usize) -> impl Iterator<Item = usize> {
        (0..self.of.len()).filter(move |row| self.of[*row] != fold)
    }

    /// The records of `fold`.
    pub fn held_out(&self, fold: usize) -> impl Iterator<Item = usize> {
        (0..self.of.len()).filter(move |row| self.of[*row] == fold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(count: u32) -> Vec<[u8; 32]> {
        use sha2::{Digest, Sha256};
        (0..count).map(|i| Sha256::digest(i.to_le_bytes()).into()).collect()
    }

    #[test]
    fn folds_are_about_equal_and_part_the_records() {
        let folds = Folds::new(&digests(1000), 5, 1);
        for fold in 0..5 {
            let size = folds.held_out(fold).count();
            assert!((150..250).contains(&size), "{size}");
            assert_eq!(folds.training(fold).count(), 1000 - size);
        }
    }

    #[test]
    fn the_same_text_is_held_out_together_and_the_seed_moves_it() {
        let mut digests = digests(100);
        digests[99] = digests[0];
        let folds = Folds::new(&digests, 5, 1);
        assert_eq!(folds.of[0], folds.of[99]);
        assert_ne!(folds.of, Folds::new(&digests, 5, 2).of);
    }

    #[test]
    fn there_are_never_more_folds_than_records() {
        assert_eq!(Folds::new(&digests(3), 5, 1).count, 3);
        let tags = [vec![0], vec![0], vec![1], vec![]];
        let folds = Folds::stratified(&tags, &[0, 0, 2, 3], 5, 1);
        assert_eq!((folds.count, folds.of[0]), (3, folds.of[1]));
        assert!((0..3).all(|fold| folds.held_out(fold).count() > 0));
    }
}
