//! How far a figure may be off because these records were judged and not others.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use serde::Serialize;

/// How many resamples an interval rests on.
pub const RESAMPLES: usize = 1000;
/// How much of the resamples' figures an interval leaves out at each end.
const TAIL: f64 = 0.025;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure of the records at hand.
    pub value: f64,
    /// The lower end; never above `value`.
    pub low: f64,
    /// The upper end; never below `value`.
    pub high: f64,
}

/// 95 % intervals of figures of `records` records by the percentile bootstrap (Efron 1979;
/// `scipy.stats.bootstrap(method="percentile")`).
///
/// `figures` gives the figures when record i is there `times[i]` times; it is asked for the records as they are, and
/// for [`RESAMPLES`] resamples of as many records drawn with replacement. A figure that is `None` as the records are
/// has no estimate. The draws are the same in every run, whatever the number of threads.
///
/// A resample has a figure by the figure's own definition: its macro F1 is the mean over the tags that its records have.
/// A rare tag that it lacks has no F1 there, and counting it as 0 would draw all resamples below the figure. Where a
/// resample has no value at all it counts as 0, so that the interval of a tag of one record reaches down to it: one record
/// says next to nothing.
///
/// Resamples can be biased: the F1 of few records falls more easily than it rises. Where the interval would not reach the
/// figure, it is extended to it.
///
/// ```
/// use tagwright::metrics::bootstrap;
///
/// let values = [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0];
/// let mean = |times: &[u32]| times.iter().zip(values).map(|(n, value)| f64::from(*n) * value).sum::<f64>() / 10.0;
/// let estimate = bootstrap(10, |times| vec![Some(mean(times))])[0].unwrap();
/// assert_eq!((estimate.low, estimate.value, estimate.high), (0.4, 0.7, 1.0));
/// ```
pub fn bootstrap(
    records: usize,
    figures: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Estimate>> {
    let observed = figures(&vec![1; records]);
    let resampled: Vec<_> =
        (0..RESAMPLES).into_par_iter().map(|number| figures(&resample(records, number))).collect();
    let estimate = |(place, value): (usize, Option<f64>)| {
        let values = resampled.iter().map(|figures| figures[place].unwrap_or_default()).collect();
        Some(Estimate::percentile(value?, values))
    };
    observed.into_iter().enumerate().map(estimate).collect()
}

/// How often the resample of that number has each record.
fn resample(records: usize, number: usize) -> Vec<u32> {
    let mut random = Pcg64Mcg::seed_from_u64(number as u64);
    let mut times = vec![0; records];
    for _ in 0..records {
        times[random.random_range(0..records)] += 1;
    }
    times
}

impl Estimate {
    /// The interval between the outer percentiles of the resamples' values, extended to `value`.
    fn percentile(value: f64, mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Self {
            value,
            low: quantile(&values, TAIL).unwrap_or(value).min(value),
            high: quantile(&values, 1.0 - TAIL).unwrap_or(value).max(value),
        }
    }
}

/// The quantile of ascending values, interpolated linearly (`numpy.quantile`).
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let place = share * values.len().checked_sub(1)? as f64;
    let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}
