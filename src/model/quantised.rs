//! Large weight matrices in four bits a weight.

use std::borrow::Cow;

/// The largest magnitude that four bits hold, the sign kept symmetric.
const LARGEST: f32 = 7.0;
/// What is added to a weight's integer to store it without a sign.
const OFFSET: f32 = 8.0;
/// How many bytes of a row are summed over all rows at a time: their sums stay in vector registers.
const TILE: usize = 16;

/// A matrix whose weights are 4-bit integers with one scale per row: weight = integer × scale.
///
/// Two neighbours share a byte, the first in its low half; a row of odd width ends in half a byte unused.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantisedMatrix {
    width: usize,
    bytes: Cow<'static, [u8]>,
    scales: Vec<f32>,
}

impl QuantisedMatrix {
    /// The nearest 4-bit weights to `weights`, rows of `width`; the largest of a row becomes ±7.
    pub fn quantise(weights: &[f32], width: usize) -> Self {
        let rows = weights.len().checked_div(width).unwrap_or(0);
        let mut scales = Vec::with_capacity(rows);
        let mut bytes = Vec::with_capacity(rows * Self::row_bytes(width));
        for row in weights.chunks_exact(width.max(1)) {
            let largest = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
            let scale = largest / LARGEST;
            let steps_per_unit = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            let step = |weight: &f32| ((weight * steps_per_unit).round() + OFFSET) as u8;
            bytes.extend(row.chunks(2).map(|pair| step(&pair[0]) | pair.get(1).map_or(0, step) << 4));
            scales.push(scale);
        }
        Self { width, bytes: bytes.into(), scales }
    }

    /// A matrix from its parts, as a model file holds them: `scales.len()` rows of [`Self::row_bytes`] bytes.
    pub fn from_parts(width: usize, bytes: Cow<'static, [u8]>, scales: Vec<f32>) -> Self {
        Self { width, bytes, scales }
    }

    /// How many bytes a row of `width` weights takes.
    pub fn row_bytes(width: usize) -> usize {
        width.div_ceil(2)
    }

    /// All rows, one after the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The scale of every row.
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// How many weights a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Adds each of `rows`, given with its factor, to `target`, which is as wide as a row.
    ///
    /// The result is that of [`Self::add_row`] for one row after the other, but for the order of the roundings.
    pub fn add_rows(&self, rows: &[(u32, f32)], target: &mut [f32]) {
        let row_bytes = Self::row_bytes(self.width);
        let padded = row_bytes.next_multiple_of(TILE);
        // The rows are put together first: copies of many of them can wait for memory at the same time.
        let mut gathered = vec![0; rows.len() * padded];
        let mut factors = Vec::with_capacity(rows.len());
        for (&(row, factor), gathered) in rows.iter().zip(gathered.chunks_exact_mut(padded.max(1))) {
            let row = row as usize;
            gathered[..row_bytes].copy_from_slice(&self.bytes[row * row_bytes..][..row_bytes]);
            factors.push(factor * self.scales[row]);
        }
        let offset = OFFSET * factors.iter().sum::<f32>();
        let (tiles, _) = gathered.as_chunks::<TILE>();
        for (tile, target) in target.chunks_mut(2 * TILE).enumerate() {
            let (mut low, mut high) = ([0.0_f32; TILE], [0.0_f32; TILE]);
            for (bytes, &factor) in tiles.iter().skip(tile).step_by(padded / TILE).zip(&factors) {
                for i in 0..TILE {
                    low[i] += factor * f32::from(bytes[i] & 15);
                    high[i] += factor * f32::from(bytes[i] >> 4);
                }
            }
            for (pair, halves) in target.chunks_mut(2).zip(low.into_iter().zip(high)) {
                let halves = [halves.0, halves.1];
                pair.iter_mut().zip(halves).for_each(|(target, half)| *target += half - offset);
            }
        }
    }

    /// Adds `factor` times a row to `target`, which is as wide.
    pub fn add_row(&self, row: u32, factor: f32, target: &mut [f32]) {
        let row = row as usize;
        let row_bytes = Self::row_bytes(self.width);
        let scaled = factor * self.scales[row];
        let bytes = &self.bytes[row * row_bytes..][..row_bytes];
        for (pair, byte) in target.chunks_mut(2).zip(bytes) {
            let halves = [byte & 15, byte >> 4];
            for (target, half) in pair.iter_mut().zip(halves) {
                *target += scaled * (f32::from(half) - OFFSET);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_weights_share_a_byte() {
        let matrix = QuantisedMatrix::quantise(&[1.0, -1.0, 0.0, 0.0, 0.0, 0.0], 3);
        assert_eq!(matrix.bytes(), [0x1f, 0x08, 0x88, 0x08]);
        assert_eq!(matrix.scales(), [1.0 / 7.0, 0.0]);
    }

    proptest! {
        #[test]
        fn a_weight_is_off_by_half_a_step_at_most(row in proptest::collection::vec(-10.0_f32..10.0, 1..9)) {
            let matrix = QuantisedMatrix::quantise(&row, row.len());
            let mut target = vec![0.0; row.len()];
            matrix.add_row(0, 1.0, &mut target);
            let step = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs())) / LARGEST;
            for (weight, target) in row.iter().zip(target) {
                prop_assert!((weight - target).abs() <= 0.51 * step);
            }
        }

        #[test]
        fn many_rows_at_once_add_up_to_the_same_as_one_by_one(
            width in 1_usize..80,
            rows in proptest::collection::vec((0_u32..5, -2.0_f32..2.0), 0..12),
        ) {
            let weights: Vec<f32> = (0..5 * width).map(|i| ((i * i) % 17) as f32 - 8.0).collect();
            let matrix = QuantisedMatrix::quantise(&weights, width);
            let (mut together, mut alone) = (vec![1.0; width], vec![1.0; width]);
            matrix.add_rows(&rows, &mut together);
            rows.iter().for_each(|&(row, factor)| matrix.add_row(row, factor, &mut alone));
            for (together, alone) in together.iter().zip(alone) {
                prop_assert!((together - alone).abs() < 1e-3, "{together} {alone}");
            }
        }
    }
}
