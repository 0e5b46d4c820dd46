//! The second learner: an embedding-bag network.
//!
//! A record's words are embedded, summed with their TF-IDF values, passed through one hidden layer of rectified linear
//! units and mapped to a logit per tag (fastText's architecture, Joulin et al. 2016, with a non-linearity; "`WideMLP`",
//! Galke and Scherp 2022). It is trained one record at a time with Adagrad (Duchi et al. 2011) on the binary
//! cross-entropy of all tags, with dropout on words and hidden units (Srivastava et al. 2014). Its errors differ from
//! those of the linear models, so that the mean of both logits is better than either.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::features::SparseMatrix;
use crate::learn::{Folds, Labels};
use crate::limits;
use crate::{dot, sigmoid};

/// TF-IDF values are multiplied by this, so that hidden units see values of about 1.
pub const INPUT_SCALE: f32 = 3.0;
/// Embeddings start within this share of the usual 1 / sqrt(hidden).
const EMBEDDING_START: f32 = 0.3;
/// The output intercepts start here: most tags do not apply.
const INTERCEPT_START: f32 = -3.0;
/// What Adagrad's sums of squared gradients start with; it bounds the first steps.
const ADAGRAD_START: f32 = 1.0;
/// A tag whose probability is off by less than this is not worth a step.
const NEGLIGIBLE: f32 = 1e-2;

/// How the network is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkSettings {
    /// The number of hidden units; 0 leaves the network out.
    pub hidden: usize,
    /// How often every record is visited.
    pub epochs: usize,
    /// The size of the first steps; it falls to 0 in a straight line.
    pub learning_rate: f32,
    /// The share of words left out at each visit, from 0 to below 1.
    pub drop_words: f32,
    /// The share of hidden units left out at each visit, from 0 to below 1.
    pub drop_hidden: f32,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self { hidden: 256, epochs: 10, learning_rate: 0.1, drop_words: 0.3, drop_hidden: 0.5 }
    }
}

impl NetworkSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`](crate::Error::Setting) for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::HIDDEN.check(self.hidden as f64)?;
        limits::NETWORK_EPOCHS.check(self.epochs as f64)?;
        limits::LEARNING_RATE.check(f64::from(self.learning_rate))?;
        limits::DROP_WORDS.check(f64::from(self.drop_words))?;
        limits::DROP_HIDDEN.check(f64::from(self.drop_hidden))
    }
}

/// A fitted network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// One row of hidden weights per word.
    pub embedding: Vec<f32>,
    /// The rest of the network.
    pub head: Head,
}

/// Everything above the embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// One intercept per hidden unit.
    pub hidden: Vec<f32>,
    /// One row of weights, one per hidden unit, for every tag.
    pub output: Vec<f32>,
    /// One intercept per tag.
    pub intercepts: Vec<f32>,
}

impl Head {
    /// The logit of every tag for the sum of a record's embeddings, each times its value.
    pub fn logits(&self, embedded: &[f32]) -> Vec<f32> {
        let sums = self.hidden.iter().zip(embedded).map(|(intercept, sum)| intercept + INPUT_SCALE * sum);
        let units: Vec<f32> = sums.map(|sum| sum.max(0.0)).collect();
        let rows = self.output.chunks_exact(units.len());
        rows.zip(&self.intercepts).map(|(row, intercept)| intercept + dot(row, &units)).collect()
    }
}

impl Network {
    /// The logit of every tag for a record's words (columns of the matrix that the network was fitted on).
    pub fn logits(&self, words: &[u32], values: &[f32]) -> Vec<f32> {
        let width = self.head.hidden.len();
        let mut embedded = vec![0.0; width];
        for (&word, &value) in words.iter().zip(values) {
            add_scaled(&mut embedded, value, &self.embedding[word as usize * width..][..width]);
        }
        self.head.logits(&embedded)
    }
}

/// The out-of-fold logits, one row per record, and the network fitted on all records.
///
/// `tick` is called after each epoch of each of the `folds.count + 1` networks.
pub fn cross_fit(
    matrix: &SparseMatrix,
    labels: &Labels,
    folds: &Folds,
    settings: &NetworkSettings,
    seed: u64,
    tick: &(dyn Fn() + Sync),
) -> (Vec<Vec<f32>>, Network) {
    let mut networks: Vec<Network> = (0..=folds.count)
        .into_par_iter()
        .map(|fold| {
            // No record is in the fold after the last one, so that network sees them all.
            let rows: Vec<usize> = folds.training(fold).collect();
            fit(matrix, labels, &rows, settings, seed, tick)
        })
        .collect();
    let logits = (0..matrix.rows()).into_par_iter().map(|row| {
        let (words, values) = matrix.row(row);
        networks[folds.of[row]].logits(words, values)
    });
    let logits = logits.collect();
    (logits, networks.swap_remove(folds.count))
}

/// Fits a network on the `rows` of `matrix`; `tick` is called after each epoch.
pub fn fit(
    matrix: &SparseMatrix,
    labels: &Labels,
    rows: &[usize],
    settings: &NetworkSettings,
    seed: u64,
    tick: &(dyn Fn() + Sync),
) -> Network {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut training = Training::new(matrix.columns(), labels.tags(), settings, &mut random);
    let mut order = rows.to_vec();
    let visits = (settings.epochs * rows.len()) as f32;
    let mut visited = 0.0;
    for _ in 0..settings.epochs {
        order.shuffle(&mut random);
        for &row in &order {
            let rate = settings.learning_rate * (1.0 - visited / visits);
            training.visit(matrix.row(row), labels, row, rate, settings, &mut random);
            visited += 1.0;
        }
        tick();
    }
    training.network
}

/// A network with Adagrad's sums of squared gradients: one a row for the embedding, one a weight elsewhere.
struct Training {
    network: Network,
    embedding: Vec<f32>,
    hidden: Vec<f32>,
    output: Vec<f32>,
    intercepts: Vec<f32>,
}

impl Training {
    fn new(words: usize, tags: usize, settings: &NetworkSettings, random: &mut impl Rng) -> Self {
        let hidden = settings.hidden;
        let range = (hidden as f32).powf(-0.5);
        let mut uniform = |count: usize, range: f32| -> Vec<f32> {
            (0..count).map(|_| random.random_range(-range..range)).collect()
        };
        let head = Head {
            hidden: vec![0.0; hidden],
            output: uniform(tags * hidden, range),
            intercepts: vec![INTERCEPT_START; tags],
        };
        Self {
            network: Network { embedding: uniform(words * hidden, EMBEDDING_START * range), head },
            embedding: vec![ADAGRAD_START; words],
            hidden: vec![ADAGRAD_START; hidden],
            output: vec![ADAGRAD_START; tags * hidden],
            intercepts: vec![ADAGRAD_START; tags],
        }
    }

    /// One step of gradient descent on one record.
    fn visit(
        &mut self,
        (words, values): (&[u32], &[f32]),
        labels: &Labels,
        record: usize,
        rate: f32,
        settings: &NetworkSettings,
        random: &mut impl Rng,
    ) {
        let tags = labels.of(record);
        let Network { embedding, head } = &mut self.network;
        let width = head.hidden.len();
        // What is left is scaled up, so that sums stay what they are without dropout.
        let kept_share = 1.0 - settings.drop_words;
        let kept: Vec<(usize, f32)> = words
            .iter()
            .zip(values)
            .filter(|_| random.random::<f32>() >= settings.drop_words)
            .map(|(word, value)| (*word as usize * width, value * INPUT_SCALE / kept_share))
            .collect();
        let mut units = head.hidden.clone();
        for &(start, factor) in &kept {
            add_scaled(&mut units, factor, &embedding[start..][..width]);
        }
        let unit_scale = 1.0 / (1.0 - settings.drop_hidden);
        for unit in &mut units {
            let stays = random.random::<f32>() >= settings.drop_hidden;
            *unit = if stays { unit.max(0.0) * unit_scale } else { 0.0 };
        }

        let mut slopes = vec![0.0; width];
        for tag in 0..head.intercepts.len() {
            let row = &mut head.output[tag * width..][..width];
            let probability = sigmoid(head.intercepts[tag] + dot(row, &units));
            let error = probability - if tags.contains(&(tag as u16)) { 1.0 } else { 0.0 };
            if error.abs() < NEGLIGIBLE || !labels.is_judged(record, tag) {
                continue;
            }
            descend(&mut head.intercepts[tag], &mut self.intercepts[tag], error, rate);
            let sums = &mut self.output[tag * width..][..width];
            for unit in 0..width {
                slopes[unit] += error * row[unit];
                descend(&mut row[unit], &mut sums[unit], error * units[unit], rate);
            }
        }
        for unit in 0..width {
            slopes[unit] = if units[unit] > 0.0 { slopes[unit] * unit_scale } else { 0.0 };
            descend(&mut head.hidden[unit], &mut self.hidden[unit], slopes[unit], rate);
        }
        let mean_square = dot(&slopes, &slopes) / width as f32;
        for &(start, factor) in &kept {
            let sum = &mut self.embedding[start / width];
            *sum += mean_square * factor * factor;
            add_scaled(&mut embedding[start..][..width], -rate * factor / sum.sqrt(), &slopes);
        }
    }
}

/// One step of Adagrad on one weight.
fn descend(weight: &mut f32, squares: &mut f32, slope: f32, rate: f32) {
    *squares += slope * slope;
    *weight -= rate * slope / squares.sqrt();
}

fn add_scaled(target: &mut [f32], factor: f32, row: &[f32]) {
    target.iter_mut().zip(row).for_each(|(target, value)| *target += factor * value);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: NetworkSettings =
        NetworkSettings { hidden: 12, epochs: 200, learning_rate: 0.1, drop_words: 0.0, drop_hidden: 0.0 };

    /// Tag 0 holds for exactly one of the words 0 and 1 (no linear model can tell), tag 1 for word 2.
    fn exclusive_or() -> (SparseMatrix, Labels) {
        let mut matrix = SparseMatrix::new(3);
        let mut tags = Vec::new();
        for record in 0..40_usize {
            let has = [record & 1 > 0, record & 2 > 0, record & 4 > 0];
            let row: Vec<(u32, f32)> =
                (0..3).filter(|word| has[*word as usize]).map(|word| (word, 0.5)).collect();
            matrix.push(&row);
            tags.push(
                [has[0] != has[1], has[2]]
                    .iter()
                    .zip(0..)
                    .filter(|(has, _)| **has)
                    .map(|(_, tag)| tag)
                    .collect(),
            );
        }
        (matrix, Labels::new(2, tags))
    }

    #[test]
    fn it_learns_what_no_linear_model_can() {
        let (matrix, labels) = exclusive_or();
        let rows: Vec<usize> = (0..40).collect();
        let network = fit(&matrix, &labels, &rows, &SETTINGS, 1, &|| ());
        for row in rows {
            let (words, values) = matrix.row(row);
            let logits = network.logits(words, values);
            for tag in 0..2 {
                assert_eq!(logits[tag] > 0.0, labels.has(row, tag), "record {row} tag {tag}: {logits:?}");
            }
        }
    }

    #[test]
    fn the_slopes_are_those_of_the_loss() {
        // With a tiny rate and Adagrad's start at 1, one visit moves every weight by -rate × slope.
        let (matrix, labels) = exclusive_or();
        let mut random = Pcg64Mcg::seed_from_u64(3);
        let mut training = Training::new(3, 2, &SETTINGS, &mut random);
        let before = training.network.clone();
        let loss = |network: &Network| -> f64 {
            let (words, values) = matrix.row(5);
            let logits = network.logits(words, values);
            (0..2)
                .map(|tag| {
                    let margin = f64::from(logits[tag]) * if labels.has(5, tag) { 1.0 } else { -1.0 };
                    (-margin).exp().ln_1p()
                })
                .sum()
        };
        let rate = 1e-3;
        training.visit(matrix.row(5), &labels, 5, rate, &SETTINGS, &mut random);
        for i in 0..before.embedding.len() {
            let moved = training.network.embedding[i] - before.embedding[i];
            let mut nudged = before.clone();
            nudged.embedding[i] += 1e-3;
            let above = loss(&nudged);
            nudged.embedding[i] -= 2e-3;
            let slope = ((above - loss(&nudged)) / 2e-3) as f32;
            let row_sum = training.embedding[i / SETTINGS.hidden];
            assert!(
                (moved + rate * slope / row_sum.sqrt()).abs() < 2e-2 * rate,
                "weight {i}: {moved} {slope}"
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_network() {
        let (matrix, labels) = exclusive_or();
        let settings = NetworkSettings { epochs: 2, drop_words: 0.3, drop_hidden: 0.3, ..SETTINGS };
        let fit = |seed| fit(&matrix, &labels, &[0, 1, 2, 3], &settings, seed, &|| ());
        assert_eq!(fit(1), fit(1));
        assert_ne!(fit(1), fit(2));
    }
}
