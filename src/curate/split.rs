//! Data dealt into parts, such as one to train on and one to judge by.

use std::collections::BTreeMap;

use crate::corpus::{Record, WholeRecord};
use crate::error::Result;
use crate::learn::stratify;
use crate::taxonomy::Taxonomy;
use crate::text::{copies_among, held_together};

/// Deals records into parts so that every tag is about equally frequent in all of them; see [`stratify`]. Nearly
/// the same texts go to the same part, unless they are more than the smallest part has room for. A tag that `taxonomy` does not have counts as a tag of its own.
///
/// `shares` are the parts' shares of the records and add up to 1. Returns the part of each record.
///
/// # Errors
/// For the first record with a field that cannot be read.
pub fn split(records: &[WholeRecord], taxonomy: &Taxonomy, shares: &[f64], seed: u64) -> Result<Vec<usize>> {
    let records = records.iter().map(WholeRecord::checked).collect::<Result<Vec<_>>>()?;
    let tags = tag_numbers(&records, taxonomy);
    let smallest = shares.iter().fold(1.0_f64, |least, share| least.min(*share));
    let most = (smallest * records.len() as f64) as usize;
    let groups = held_together(&records, &copies_among(&records), most);
    Ok(stratify(&tags, &groups, shares, seed))
}

/// The tags of each record as numbers: the places of those that the taxonomy has, and further numbers for others.
fn tag_numbers(records: &[&Record], taxonomy: &Taxonomy) -> Vec<Vec<u16>> {
    let mut unknown = BTreeMap::new();
    let mut numbers = |record: &&Record| {
        let mut numbers: Vec<u16> = Vec::new();
        for tag in record.tags.iter().flatten() {
            let next = taxonomy.len() + unknown.len();
            let known = taxonomy.find(tag);
            let number = known.unwrap_or_else(|| *unknown.entry(tag.to_string()).or_insert(next)) as u16;
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    };
    records.iter().map(&mut numbers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::error::Location;
    use crate::taxonomy::testing::tag;

    fn taxonomy() -> Taxonomy {
        Taxonomy::new(vec![tag(7, "cli")]).unwrap()
    }

    fn record(text: &str, tags: &[&str]) -> WholeRecord {
        let fields = [("text".to_owned(), text.into()), ("tags".to_owned(), tags.into())];
        WholeRecord::new(Location::line("a.jsonl", 1), fields).unwrap()
    }

    #[test]
    fn known_and_unknown_tags_are_spread_and_the_same_text_stays_together() {
        let mut records: Vec<_> = (0..40)
            .map(|number| {
                record(&format!("text {number}"), &[["cli"], ["7"], ["new"], ["newer"]][number % 4])
            })
            .collect();
        records.push(record("text 0", &["new"]));
        let parts = split(&records, &taxonomy(), &[0.75, 0.25], 1).unwrap();
        let count = |part: usize, kinds: &[usize]| {
            (0..40).filter(|row| parts[*row] == part && kinds.contains(&(row % 4))).count()
        };
        assert!((14..=16).contains(&count(0, &[0, 1])), "{parts:?}");
        assert!((7..=8).contains(&count(0, &[2])) && (7..=8).contains(&count(0, &[3])), "{parts:?}");
        assert_eq!(parts[0], parts[40]);
    }
}
