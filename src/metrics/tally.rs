//! The sums from which all headline figures follow.
//!
//! A resample has each record some number of times. Its figures need no new ranking: they are functions of sums of
//! what a [`Contribution`] keeps of each record.

use super::calibration::BinTally;
use super::decisions::{exact_match_of, no_tag_of, prf_of, tags_of};
use super::ranking::{coverage_of, lrap_of, ndcg_of, precision_of, recall_of};
use super::{
    Figure, Figures, Judged, JudgedRecord, TagCounts, macro_average, micro_average, weighted_average,
};

/// A figure that is a mean over records, and the value of a record.
type Mean = (Figure, fn(&JudgedRecord) -> f64);

/// The means over the records with gold tags.
const LABELLED_MEANS: [Mean; 9] = [
    (Figure::PAt1, |record| precision_of(record, 1)),
    (Figure::PAt2, |record| precision_of(record, 2)),
    (Figure::PAt3, |record| precision_of(record, 3)),
    (Figure::RAt1, |record| recall_of(record, 1)),
    (Figure::RAt2, |record| recall_of(record, 2)),
    (Figure::RAt3, |record| recall_of(record, 3)),
    (Figure::RAt4, |record| recall_of(record, 4)),
    (Figure::RAt5, |record| recall_of(record, 5)),
    (Figure::NdcgAt3, |record| ndcg_of(record, 3)),
];
/// The means over all records; what needs scores is 0 without them, and [`Tally::figure`] leaves it out.
const MEANS: [Mean; 8] = [
    (Figure::Lrap, |record| lrap_of(record).unwrap_or(0.0)),
    (Figure::CoverageError, |record| coverage_of(record).unwrap_or(0.0)),
    (Figure::SamplesPrecision, |record| prf_of(record).precision),
    (Figure::SamplesRecall, |record| prf_of(record).recall),
    (Figure::SamplesF1, |record| prf_of(record).f1),
    (Figure::ExactMatch, exact_match_of),
    (Figure::NoTagShare, no_tag_of),
    (Figure::MeanTags, tags_of),
];

/// What the headline figures need to know of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    labelled: bool,
    scored: bool,
    labelled_means: [f64; LABELLED_MEANS.len()],
    means: [f64; MEANS.len()],
    missed: Vec<u16>,
    /// The decided tags, whether they are right, and their probabilities (0 when not known).
    decided: Vec<(u16, bool, f32)>,
}

impl From<&JudgedRecord> for Contribution {
    fn from(record: &JudgedRecord) -> Self {
        let probability = |tag: u16| record.scores().map_or(0.0, |scores| scores[usize::from(tag)]);
        let missed = record.gold().iter().filter(|tag| !record.decided().contains(tag));
        let decided = record.decided().iter().map(|&tag| (tag, record.is_gold(tag), probability(tag)));
        Self {
            labelled: !record.gold().is_empty(),
            scored: record.scores().is_some(),
            labelled_means: LABELLED_MEANS.map(|(_, value)| value(record)),
            means: MEANS.map(|(_, value)| value(record)),
            missed: missed.copied().collect(),
            decided: decided.collect(),
        }
    }
}

impl Contribution {
    /// The tags that the record has or got.
    pub fn tags(&self) -> impl Iterator<Item = u16> {
        self.missed.iter().copied().chain(self.decided.iter().map(|(tag, ..)| *tag))
    }
}

/// The sums over some records, each any number of times.
///
/// ```
/// use tagwright::metrics::{Figure, Judged, Tally};
///
/// let mut judged = Judged::new(3);
/// judged.push(&[0, 2], &[2, 1], Some(&[0.3, 0.4, 0.9]))?;
/// judged.push(&[1], &[1], Some(&[0.1, 0.8, 0.1]))?;
/// let tally = Tally::of(&judged);
/// assert_eq!(tally.figure(Figure::PAt1), Some(1.0));
/// assert_eq!(tally.figure(Figure::MicroF1), Some(4.0 / 6.0));
/// assert_eq!(tally.tags()[1].prf().precision, 0.5);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tally {
    records: usize,
    labelled: usize,
    scored: usize,
    labelled_sums: [f64; LABELLED_MEANS.len()],
    sums: [f64; MEANS.len()],
    tags: Vec<TagCounts>,
    bins: BinTally,
}

impl Tally {
    /// Of no records, over the tags `0..n_tags`.
    pub fn new(n_tags: usize) -> Self {
        Self {
            records: 0,
            labelled: 0,
            scored: 0,
            labelled_sums: [0.0; LABELLED_MEANS.len()],
            sums: [0.0; MEANS.len()],
            tags: vec![TagCounts::default(); n_tags],
            bins: BinTally::default(),
        }
    }

    /// Of all records, each once.
    pub fn of(judged: &Judged) -> Self {
        let mut tally = Self::new(judged.n_tags());
        judged.records().iter().for_each(|record| tally.add(&record.into(), 1));
        tally
    }

    /// Of record i `times[i]` times, over the tags `0..n_tags`.
    pub fn resampled(n_tags: usize, records: &[Contribution], times: &[u32]) -> Self {
        let mut tally = Self::new(n_tags);
        records.iter().zip(times).for_each(|(record, times)| tally.add(record, *times as usize));
        tally
    }

    /// Adds a record `times` times.
    pub fn add(&mut self, record: &Contribution, times: usize) {
        if times == 0 {
            return;
        }
        let weight = times as f64;
        self.records += times;
        if record.labelled {
            self.labelled += times;
            add_all(&mut self.labelled_sums, &record.labelled_means, weight);
        }
        add_all(&mut self.sums, &record.means, weight);
        for &tag in &record.missed {
            self.tags[usize::from(tag)].fn_ += times;
        }
        for &(tag, right, _) in &record.decided {
            let counts = &mut self.tags[usize::from(tag)];
            *(if right { &mut counts.tp } else { &mut counts.fp }) += times;
        }
        if record.scored {
            self.scored += times;
            for &(_, right, probability) in &record.decided {
                self.bins.add(probability, right, times);
            }
        }
    }

    /// How many records there are, each as often as it was added.
    pub fn records(&self) -> usize {
        self.records
    }

    /// The counts of each tag.
    pub fn tags(&self) -> &[TagCounts] {
        &self.tags
    }

    /// A headline figure; `None` when it needs the scores of all tags and some record has none, and when there is nothing
    /// that it could be a mean or a share of: no record, no gold tag, no decided tag.
    pub fn figure(&self, figure: Figure) -> Option<f64> {
        let has_given = || self.tags.iter().any(|tag| tag.predicted() > 0);
        if self.records == 0
            || figure.needs_scores() && self.scored < self.records
            || figure.needs_gold() && self.labelled == 0
            || figure.needs_given() && !has_given()
        {
            return None;
        }
        Some(match figure {
            Figure::MicroPrecision => micro_average(&self.tags).precision,
            Figure::MicroRecall => micro_average(&self.tags).recall,
            Figure::MicroF1 => micro_average(&self.tags).f1,
            Figure::MacroPrecision => macro_average(&self.tags).precision,
            Figure::MacroRecall => macro_average(&self.tags).recall,
            Figure::MacroF1 => macro_average(&self.tags).f1,
            Figure::WeightedPrecision => weighted_average(&self.tags).precision,
            Figure::WeightedRecall => weighted_average(&self.tags).recall,
            Figure::WeightedF1 => weighted_average(&self.tags).f1,
            Figure::Ece => self.bins.table().expected_calibration_error(),
            _ => return self.mean(figure),
        })
    }

    /// All headline figures.
    pub fn figures(&self) -> Figures<f64> {
        Figures::of(|figure| self.figure(figure))
    }

    fn mean(&self, figure: Figure) -> Option<f64> {
        let place = |means: &[Mean]| means.iter().position(|(of, _)| *of == figure);
        let over_labelled = place(&LABELLED_MEANS).map(|place| (self.labelled_sums[place], self.labelled));
        let (sum, count) = over_labelled.or_else(|| Some((self.sums[place(&MEANS)?], self.records)))?;
        Some(sum / count as f64)
    }
}

fn add_all<const N: usize>(sums: &mut [f64; N], values: &[f64; N], weight: f64) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    fn judged() -> Judged {
        let mut judged = Judged::new(4);
        judged.push(&[0, 2], &[2, 1], Some(&[0.3, 0.4, 0.9, 0.1])).unwrap();
        judged.push(&[1], &[1], Some(&[0.1, 0.8, 0.2, 0.3])).unwrap();
        judged.push(&[], &[3], Some(&[0.1, 0.2, 0.3, 0.6])).unwrap();
        judged.push(&[3], &[], Some(&[0.3, 0.2, 0.1, 0.25])).unwrap();
        judged
    }

    #[test]
    fn the_figures_are_those_of_the_functions_of_the_same_name() {
        let judged = judged();
        let (records, figures) = (judged.records(), Tally::of(&judged).figures());
        let counts = count_tags(records, 4);
        let same = |figure, expected: f64| {
            let found: f64 = figures.get(figure).unwrap();
            assert!((found - expected).abs() < 1e-12, "{figure:?}: expected {expected}, found {found}");
        };
        same(Figure::PAt2, precision_at(records, 2));
        same(Figure::RAt4, recall_at(records, 4));
        same(Figure::NdcgAt3, ndcg_at(records, 3));
        same(Figure::Lrap, lrap(records).unwrap());
        same(Figure::CoverageError, coverage_error(records).unwrap());
        same(Figure::MicroF1, micro_average(&counts).f1);
        same(Figure::MacroRecall, macro_average(&counts).recall);
        same(Figure::WeightedPrecision, weighted_average(&counts).precision);
        same(Figure::SamplesF1, samples_average(records).f1);
        same(Figure::ExactMatch, exact_match(records));
        same(Figure::NoTagShare, no_tag_share(records));
        same(Figure::MeanTags, mean_tags(records));
        same(Figure::Ece, reliability_of_decided(records).unwrap().expected_calibration_error());
    }

    #[test]
    fn a_record_that_is_added_twice_counts_twice() {
        let judged = judged();
        let mut twice = Judged::new(4);
        let mut tally = Tally::new(4);
        for (record, times) in judged.records().iter().zip([2, 0, 1, 3]) {
            tally.add(&record.into(), times);
            for _ in 0..times {
                twice.push(record.gold(), record.decided(), record.scores()).unwrap();
            }
        }
        assert_eq!(tally.tags(), Tally::of(&twice).tags());
        for (figure, expected) in Tally::of(&twice).figures().iter() {
            assert!((tally.figure(figure).unwrap() - expected.unwrap()).abs() < 1e-12, "{figure:?}");
        }
    }

    #[test]
    fn one_record_without_scores_leaves_the_figures_of_the_scores_unknown() {
        let mut judged = judged();
        judged.push(&[0], &[0], None).unwrap();
        let figures = Tally::of(&judged).figures();
        for (figure, value) in figures.iter() {
            assert_eq!(value.is_none(), figure.needs_scores(), "{figure:?}");
        }
    }

    #[test]
    fn what_is_a_share_of_nothing_is_not_known() {
        let unknown = |records: &[(&[u16], &[u16])]| {
            let mut judged = Judged::new(2);
            records
                .iter()
                .for_each(|(gold, decided)| judged.push(gold, decided, Some(&[0.75, 0.5])).unwrap());
            let figures = Tally::of(&judged).figures();
            let unknown = figures.iter().filter(|(_, value)| value.is_none()).map(|(figure, _)| figure);
            unknown.collect::<Vec<_>>()
        };
        let all =
            |of: fn(Figure) -> bool| Figure::ALL.into_iter().filter(|figure| of(*figure)).collect::<Vec<_>>();
        assert_eq!(unknown(&[]), Figure::ALL);
        assert_eq!(unknown(&[(&[], &[0])]), all(Figure::needs_gold));
        assert_eq!(unknown(&[(&[1], &[])]), all(Figure::needs_given));
        assert_eq!(unknown(&[(&[], &[])]), all(|figure| figure.needs_gold() || figure.needs_given()));
        assert_eq!(unknown(&[(&[1], &[0])]), []);
    }
}
