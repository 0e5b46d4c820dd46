//! Iterative stratification of multi-label data (Sechidis, Tsoumakas and Vlahavas 2011, "On the Stratification of
//! Multi-Label Data", algorithm 1).

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Deals records into parts so that each part gets its share of the records and of the records of every tag.
///
/// The rarest tag goes first, because it leaves the least choice: each of its records goes to the part that still wants
/// the most of that tag, among equals to the one that wants the most records, then to any by chance. Records without
/// tags come last and even out the sizes.
///
/// - `tags`: the tags of each record, as numbers from 0.
/// - `groups`: for each record the number of its group; a group is dealt as a whole (see
///   [`same_text`](crate::corpus::same_text)).
/// - `shares`: the share of the records that each part is due; they add up to 1.
///
/// Returns the part of each record, 0 to `shares.len() - 1`. The same input and `seed` give the same parts.
///
/// ```
/// use tagwright::learn::stratify;
///
/// let tags = [vec![0], vec![0], vec![1], vec![1], vec![], vec![]];
/// let parts = stratify(&tags, &[0, 1, 2, 3, 4, 5], &[0.5, 0.5], 1);
/// assert_ne!(parts[0], parts[1]);
/// assert_ne!(parts[2], parts[3]);
/// assert_ne!(parts[4], parts[5]);
/// ```
///
/// # Panics
/// When `tags` and `groups` differ in length or there is no part.
pub fn stratify(tags: &[Vec<u16>], groups: &[usize], shares: &[f64], seed: u64) -> Vec<usize> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    stratify_by(tags, groups, shares, &mut |count| random.random_range(0..count))
}

/// [`stratify`] with the chance that breaks ties: `pick` chooses one of so many.
fn stratify_by(
    tags: &[Vec<u16>],
    groups: &[usize],
    shares: &[f64],
    pick: &mut dyn FnMut(usize) -> usize,
) -> Vec<usize> {
    assert_eq!(tags.len(), groups.len(), "a group for each record");
    assert!(!shares.is_empty(), "a part to deal into");
    let mut dealer = Dealer::new(Bundle::all(tags, groups), shares);
    while let Some(tag) = dealer.rarest_tag(pick) {
        dealer.deal(Some(tag), pick);
    }
    dealer.deal(None, pick);
    let mut part = vec![0; tags.len()];
    for bundle in &dealer.dealt {
        bundle.records.iter().for_each(|record| part[*record] = bundle.part);
    }
    part
}

/// The records of a group, which go to the same part.
#[derive(Debug, Default)]
struct Bundle {
    records: Vec<usize>,
    /// How many of its records have each tag, for the tags that any has.
    tags: BTreeMap<u16, usize>,
    /// Where it went; of no meaning before.
    part: usize,
}

impl Bundle {
    /// All groups, the largest first, because later ones make up for them; those of the same size in the order of
    /// their first records.
    fn all(tags: &[Vec<u16>], groups: &[usize]) -> Vec<Self> {
        let mut bundles: Vec<Self> = Vec::new();
        let mut place = BTreeMap::new();
        for (record, group) in groups.iter().enumerate() {
            let place = *place.entry(group).or_insert_with(|| {
                bundles.push(Self::default());
                bundles.len() - 1
            });
            bundles[place].records.push(record);
            for tag in &tags[record] {
                *bundles[place].tags.entry(*tag).or_default() += 1;
            }
        }
        bundles.sort_by_key(|bundle| std::cmp::Reverse(bundle.records.len()));
        bundles
    }
}

/// What is still to be dealt, and what each part still wants.
struct Dealer {
    left: Vec<Bundle>,
    dealt: Vec<Bundle>,
    /// How many more records each part wants; may fall below 0.
    wanted: Vec<f64>,
    /// How many more records of each tag each part wants: tag, then part.
    wanted_of: Vec<Vec<f64>>,
    /// How many records of each tag are left.
    left_of: Vec<usize>,
}

impl Dealer {
    fn new(bundles: Vec<Bundle>, shares: &[f64]) -> Self {
        let records: usize = bundles.iter().map(|bundle| bundle.records.len()).sum();
        let tags = bundles.iter().flat_map(|bundle| bundle.tags.keys());
        let mut left_of = vec![0; tags.max().map_or(0, |tag| usize::from(*tag) + 1)];
        for (tag, count) in bundles.iter().flat_map(|bundle| &bundle.tags) {
            left_of[usize::from(*tag)] += count;
        }
        let wanted = |count: usize| shares.iter().map(|share| share * count as f64).collect();
        Self {
            left: bundles,
            dealt: Vec::new(),
            wanted: wanted(records),
            wanted_of: left_of.iter().map(|count| wanted(*count)).collect(),
            left_of,
        }
    }

    /// The tag that the fewest of the records left have; `None` when no record left has a tag.
    fn rarest_tag(&self, pick: &mut dyn FnMut(usize) -> usize) -> Option<u16> {
        let fewest = self.left_of.iter().filter(|count| **count > 0).min()?;
        let rarest: Vec<usize> =
            (0..self.left_of.len()).filter(|tag| self.left_of[*tag] == *fewest).collect();
        Some(one_of(&rarest, pick) as u16)
    }

    /// Deals all groups that have `tag`, or all that are left.
    fn deal(&mut self, tag: Option<u16>, pick: &mut dyn FnMut(usize) -> usize) {
        let has_tag = |bundle: &mut Bundle| tag.is_none_or(|tag| bundle.tags.contains_key(&tag));
        let next: Vec<Bundle> = self.left.extract_if(.., has_tag).collect();
        for mut bundle in next {
            bundle.part = self.neediest_part(tag, pick);
            self.wanted[bundle.part] -= bundle.records.len() as f64;
            for (tag, count) in &bundle.tags {
                self.wanted_of[usize::from(*tag)][bundle.part] -= *count as f64;
                self.left_of[usize::from(*tag)] -= count;
            }
            self.dealt.push(bundle);
        }
    }

    /// The part that wants the most of `tag`, or else the most records.
    fn neediest_part(&self, tag: Option<u16>, pick: &mut dyn FnMut(usize) -> usize) -> usize {
        let mut parts: Vec<usize> = (0..self.wanted.len()).collect();
        if let Some(tag) = tag {
            keep_largest(&mut parts, &self.wanted_of[usize::from(tag)]);
        }
        keep_largest(&mut parts, &self.wanted);
        one_of(&parts, pick)
    }
}

/// Keeps those of `parts` whose value is the largest among them.
fn keep_largest(parts: &mut Vec<usize>, values: &[f64]) {
    let largest = parts.iter().map(|part| values[*part]).fold(f64::NEG_INFINITY, f64::max);
    parts.retain(|part| values[*part] >= largest);
}

/// Chance is asked only when there is a choice.
fn one_of(choices: &[usize], pick: &mut dyn FnMut(usize) -> usize) -> usize {
    if let [only] = choices { *only } else { choices[pick(choices.len())] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    /// `tests/golden/stratify.json`, which `stratify.py` beside it writes.
    #[derive(Deserialize)]
    struct Golden {
        tags: Vec<Vec<u16>>,
        shares: Vec<f64>,
        parts_with_first_of_equals: Vec<usize>,
        label_distribution: Distances,
    }

    /// Mean label distribution measures over some seeds.
    #[derive(Deserialize)]
    struct Distances {
        iterative: f64,
        random: f64,
    }

    fn golden() -> Vec<Golden> {
        serde_json::from_str(include_str!("../../tests/golden/stratify.json")).unwrap()
    }

    fn alone(records: usize) -> Vec<usize> {
        (0..records).collect()
    }

    /// The label distribution measure of Sechidis et al. 2011, section 4.2: how far the odds of a tag in a part are
    /// from its odds in all records, as a mean over tags and parts.
    fn label_distribution(tags: &[Vec<u16>], part: &[usize], parts: usize) -> f64 {
        let odds = |records: &[usize], tag: u16| {
            let with = records.iter().filter(|record| tags[**record].contains(&tag)).count() as f64;
            with / (records.len() as f64 - with)
        };
        let everything = alone(tags.len());
        let count = tags.iter().flatten().max().map_or(0, |tag| tag + 1);
        let mut sum = 0.0;
        for tag in 0..count {
            for number in 0..parts {
                let own: Vec<usize> = everything.iter().copied().filter(|row| part[*row] == number).collect();
                sum += (odds(&own, tag) - odds(&everything, tag)).abs();
            }
        }
        sum / (f64::from(count) * parts as f64)
    }

    #[test]
    fn records_go_where_the_reference_implementation_puts_them() {
        for golden in golden() {
            let groups = alone(golden.tags.len());
            let parts = stratify_by(&golden.tags, &groups, &golden.shares, &mut |_| 0);
            assert_eq!(parts, golden.parts_with_first_of_equals);
        }
    }

    #[test]
    fn tags_are_spread_as_evenly_as_by_the_reference_implementation() {
        for golden in golden() {
            let groups = alone(golden.tags.len());
            let distance = |seed| {
                let parts = stratify(&golden.tags, &groups, &golden.shares, seed);
                label_distribution(&golden.tags, &parts, golden.shares.len())
            };
            let mean = (0..10).map(distance).sum::<f64>() / 10.0;
            let expected = golden.label_distribution;
            assert!(mean < 1.1 * expected.iterative, "{mean} against {}", expected.iterative);
            assert!(mean < 0.5 * expected.random, "{mean} against {}", expected.random);
        }
    }

    #[test]
    fn the_seed_decides_between_equals_and_nothing_else_does() {
        let tags: Vec<Vec<u16>> = (0..50).map(|record| vec![record % 5]).collect();
        let deal = |seed| stratify(&tags, &alone(50), &[0.2; 5], seed);
        assert_eq!(deal(1), deal(1));
        assert_ne!(deal(1), deal(2));
    }

    /// Tags of records, most of them with a few frequent tags and some with none, and groups of one to a few records.
    fn skewed() -> impl Strategy<Value = (Vec<Vec<u16>>, Vec<usize>)> {
        let tag = (0.0..1.0_f64).prop_map(|chance| (chance * chance * chance * 12.0) as u16);
        let tags = proptest::collection::btree_set(tag, 0..4).prop_map(|tags| tags.into_iter().collect());
        let record = (tags, any::<prop::sample::Index>());
        proptest::collection::vec(record, 40..200).prop_map(|records: Vec<(Vec<u16>, _)>| {
            let count = records.len();
            records.into_iter().map(|(tags, group)| (tags, group.index(count))).unzip()
        })
    }

    proptest! {
        #[test]
        fn groups_stay_together_and_parts_get_their_share((tags, groups) in skewed(), seed in any::<u64>()) {
            let shares = [0.6, 0.3, 0.1];
            let parts = stratify(&tags, &groups, &shares, seed);
            prop_assert_eq!(parts.len(), tags.len());
            for (record, part) in parts.iter().enumerate() {
                let first = groups.iter().position(|group| *group == groups[record]).unwrap();
                prop_assert_eq!(*part, parts[first]);
            }
            let largest = groups.iter().map(|own| groups.iter().filter(|group| *group == own).count()).max();
            // Each tag's last record may go one too far, and records without tags can even out only so much.
            let slack = (12 + largest.unwrap()) as f64;
            for (number, share) in shares.iter().enumerate() {
                let size = parts.iter().filter(|part| **part == number).count() as f64;
                prop_assert!((size - share * tags.len() as f64).abs() <= slack, "{} of {}", size, tags.len());
            }
        }
    }
}
