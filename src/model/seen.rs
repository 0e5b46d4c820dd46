//! Which texts a model was trained on: Bloom filters of their digests.

use serde::Serialize;

use crate::corpus::Record;

/// Bits for each text.
const BITS: usize = 16;
/// A part has room for this many texts at least, so that a few corrected records at a time do not make many parts.
const LEAST: usize = 1024;
/// The size that stands before each part in a file.
const SIZE: usize = size_of::<u32>();
/// The odds against chance from which an overlap is none.
const ODDS: f64 = 20.0;

/// The texts that a model was trained on, known again by [`Record::text_digest`] and nothing else: the same text with
/// other tags is the same, one changed character makes it another.
///
/// A Bloom filter (Bloom: Space/time trade-offs in hash coding with allowable errors, CACM 13, 1970): each text sets
/// k = 8 of m bits, and has been seen when all of its bits are set. None that was is ever missed. Another is taken for
/// seen when all of its bits happen to be set: with a probability of f^k, where f is the share of set bits. After n texts
/// f = 1 − (1 − 1/m)^(kn) ≈ 1 − e^(−kn/m), with m = 16 n therefore 0.39, and 1 in 1,700 is taken for seen. The SHA-256
/// of the text is eight independent hashes of 32 bits already.
///
/// A part that is full (f as above) is followed by another, as in scalable Bloom filters (Almeida et al. 2007): so a
/// model that is adapted knows the old texts and the new ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    parts: Vec<Vec<u8>>,
}

impl Seen {
    /// Adds texts, given by their digests.
    #[must_use]
    pub fn with(mut self, digests: &[[u8; 32]]) -> Self {
        let mut room = self.parts.last().map_or(0, |part| room(part));
        for (place, digest) in digests.iter().enumerate() {
            if self.has(digest) {
                continue;
            }
            if room == 0 {
                room = (digests.len() - place).max(LEAST);
                self.parts.push(vec![0; room * BITS / 8]);
            }
            if let Some(part) = self.parts.last_mut() {
                for bit in bits(digest, part.len()) {
                    part[bit / 8] |= 1 << (bit % 8);
                }
            }
            room -= 1;
        }
        self
    }

    /// Whether a text is among them, or is one of the few that are taken for it.
    pub fn has(&self, digest: &[u8; 32]) -> bool {
        self.parts
            .iter()
            .any(|part| bits(digest, part.len()).all(|bit| part[bit / 8] & (1 << (bit % 8)) != 0))
    }

    /// How probably a text that is not among them is taken for one that is: 1 − ∏ (1 − f^k) over the parts.
    pub fn false_positive_rate(&self) -> f64 {
        let passed: f64 = self.parts.iter().map(|part| 1.0 - fill(part).powi(8)).product();
        1.0 - passed
    }

    /// How many of some records are among them.
    pub fn overlap<'a>(&self, records: impl IntoIterator<Item = &'a Record>) -> Overlap {
        let mut overlap = Overlap { records: 0, of: 0, by_chance: 0.0 };
        for record in records {
            overlap.of += 1;
            overlap.records += usize::from(self.has(&record.text_digest()));
        }
        overlap.by_chance = overlap.of as f64 * self.false_positive_rate();
        overlap
    }

    /// The parts one after the other, each after its size in four bytes, the least significant first.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.parts.iter().flat_map(|part| [&(part.len() as u32).to_le_bytes()[..], part].concat()).collect()
    }

    /// Reads what [`Self::to_bytes`] gives; nothing else.
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut parts = Vec::new();
        while let Some((size, rest)) = bytes.split_first_chunk::<SIZE>() {
            let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
            if part.is_empty() {
                return None;
            }
            parts.push(part.to_vec());
            bytes = rest;
        }
        bytes.is_empty().then_some(Self { parts })
    }
}

/// The bits of a text in a part of so many bytes: its hashes, scaled to the number of bits.
fn bits(digest: &[u8; 32], bytes: usize) -> impl Iterator<Item = usize> + '_ {
    let hashes =
        digest.chunks_exact(4).map(|hash| hash.iter().fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte)));
    hashes.map(move |hash| ((hash * (8 * bytes as u64)) >> 32) as usize)
}

/// The share of set bits.
fn fill(part: &[u8]) -> f64 {
    let set: u64 = part.iter().map(|byte| u64::from(byte.count_ones())).sum();
    set as f64 / (8 * part.len()) as f64
}

/// How many more texts a part can take: n = −m/k ln(1 − f) are in it.
fn room(part: &[u8]) -> usize {
    let texts = -(part.len() as f64) * (1.0 - fill(part)).ln();
    (8 * part.len() / BITS).saturating_sub(texts.round() as usize)
}

/// How many of the records that a model is judged by it was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overlap {
    /// The records whose text the model has seen, or seems to have.
    pub records: usize,
    /// The records that were asked about.
    pub of: usize,
    /// How many records would be taken for seen if none were.
    pub by_chance: f64,
}

impl Overlap {
    /// Whether there are more than chance gives: the probability of so many, at most e^−(N ln(N/μ) − N + μ) for N records
    /// where μ are expected (Chernoff's bound), is below 0.05.
    pub fn is_real(&self) -> bool {
        let (found, chance) = (self.records as f64, self.by_chance);
        found > chance && found * (found / chance).ln() - found + chance > ODDS.ln()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn digests(range: std::ops::Range<u32>) -> Vec<[u8; 32]> {
        range.map(|number| Sha256::digest(number.to_le_bytes()).into()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn none_is_missed_and_few_are_mistaken(sizes in prop::collection::vec(0_u32..3000, 1..5)) {
            let mut seen = Seen::default();
            let mut end = 0;
            for size in &sizes {
                seen = seen.with(&digests(end..end + size));
                end += size;
            }
            prop_assert!(digests(0..end).iter().all(|digest| seen.has(digest)));
            let rate = seen.false_positive_rate();
            prop_assert!(rate < 0.0007 * seen.parts.len() as f64, "{rate}");
            let mistaken = digests(1_000_000..1_020_000).iter().filter(|digest| seen.has(digest)).count();
            let chance = 20_000.0 * rate;
            prop_assert!((mistaken as f64) <= chance + 6.0 * chance.sqrt() + 1.0, "{mistaken}, not {chance}");
            prop_assert_eq!(Seen::from_bytes(&seen.to_bytes()), Some(seen));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(0_u8..4, 0..40)) {
            if let Some(seen) = Seen::from_bytes(&bytes) {
                prop_assert_eq!(seen.to_bytes(), bytes);
                prop_assert!((0.0..=1.0).contains(&seen.false_positive_rate()));
                let more = seen.with(&digests(0..9));
                prop_assert!(digests(0..9).iter().all(|digest| more.has(digest)));
            }
        }
    }

    #[test]
    fn small_additions_share_a_part_and_what_is_there_takes_no_room() {
        let all = digests(0..1000);
        let seen = all.chunks(100).fold(Seen::default(), Seen::with);
        assert_eq!(seen.parts.len(), 1);
        assert_eq!(seen, Seen::default().with(&all));
        assert_eq!(seen.clone().with(&all), seen);
        assert!(seen.with(&digests(1000..1200)).parts.len() == 2);
    }

    #[test]
    fn one_record_is_no_chance_and_what_chance_gives_is_nothing() {
        let real = |records, of| Overlap { records, of, by_chance: of as f64 * 0.0006 }.is_real();
        assert!(real(1, 1) && real(120, 120) && real(20, 10_000));
        assert!(!real(0, 1) && !real(1, 1000) && !real(8, 10_000));
    }
}
