//! Whether a difference between two answers to the same records is more than chance.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

/// How many random exchanges a p-value rests on; the least p-value is one in one more.
pub const EXCHANGES: usize = 4999;
/// Differences that differ by less are equal: the order of a sum must not decide.
const ROUNDING: f64 = 1e-12;

/// Two-sided p-values of differences between two answers to each of `records` records, by a paired randomisation test
/// (Fisher 1935; Yeh 2000 for F1; `scipy.stats.permutation_test(permutation_type="samples")`).
///
/// If it did not matter whose answer is whose, the answers to any of the records could be exchanged. `differences`
/// gives the figures' differences when they are for the records where `exchanged` says so; a p-value is the share of
/// [`EXCHANGES`] random exchanges, and of the observed one, that give a difference at least as great. A difference
/// that is `None` as observed has no p-value. The exchanges are the same in every run, whatever the number of threads.
///
/// ```
/// use tagwright::metrics::randomisation_test;
///
/// // B is better by 1 on ten records: only two of the 2¹⁰ exchanges give as great a sum.
/// let sum = |exchanged: &[bool]| exchanged.iter().map(|e| if *e { -1.0 } else { 1.0 }).sum::<f64>();
/// let p = randomisation_test(10, |exchanged| vec![Some(sum(exchanged))])[0].unwrap();
/// assert!((p - 2.0 / 1024.0).abs() < 0.002, "{p}");
/// ```
pub fn randomisation_test(
    records: usize,
    differences: impl Fn(&[bool]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<f64>> {
    let observed = differences(&vec![false; records]);
    let as_great = |number| -> Vec<bool> {
        let exchanged = differences(&exchange(records, number));
        let pairs = observed.iter().zip(exchanged);
        pairs.map(|(observed, exchanged)| is_as_great(exchanged, *observed)).collect()
    };
    let exchanges: Vec<_> = (0..EXCHANGES).into_par_iter().map(as_great).collect();
    let p_value = |(place, observed): (usize, &Option<f64>)| {
        let count = exchanges.iter().filter(|as_great| as_great[place]).count();
        observed.map(|_| (1 + count) as f64 / (1 + EXCHANGES) as f64)
    };
    observed.iter().enumerate().map(p_value).collect()
}

fn is_as_great(exchanged: Option<f64>, observed: Option<f64>) -> bool {
    exchanged.unwrap_or(0.0).abs() >= observed.unwrap_or(0.0).abs() - ROUNDING
}

/// Which records the exchange of that number concerns.
fn exchange(records: usize, number: usize) -> Vec<bool> {
    let mut random = Pcg64Mcg::seed_from_u64(number as u64);
    (0..records).map(|_| random.random()).collect()
}
