//! The first learner: L2-regularised logistic regression, one-vs-rest, on sparse rows, all tags in one pass.
//!
//! For every tag it minimises |w|²/2 + C Σᵢ ln(1 + exp(-yᵢ w·xᵢ)), where x ends with a constant 1 for the intercept
//! (scikit-learn's `LogisticRegression(solver="liblinear")` solves the same problem). The solver is dual coordinate
//! descent (Yu, Huang, Lin 2011, "Dual coordinate descent methods for logistic regression and maximum entropy
//! models"): it visits the records in random order and moves one record's dual variable of every tag to its optimum.
//! With a [`Prior`] w₀ the penalty is |w - w₀|²/2, and the solver is the same: it starts at w₀ in place of 0.
//! The weights of 16 tags lie side by side, so that one visit of a feature serves them all. The tags do
//! not influence each other, so the result does not depend on the number of threads.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::features::SparseMatrix;
use crate::learn::{Folds, Labels};
use crate::limits;
use crate::sigmoid;

/// Tags that are solved side by side: 16 weights of 4 bytes fill a cache line.
const LANES: usize = 16;
type Lanes = [f32; LANES];

/// Newton steps for one dual variable; they converge monotonically, and what is left is made up at the next visit.
const NEWTON_STEPS: usize = 4;
/// A record that would move by less than this share of the tolerance is left as it is.
const NEGLIGIBLE: f32 = 1e-2;
/// A dual variable starts at C σ(START), as good as 0.
const START: f32 = -30.0;

/// How the linear models are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearSettings {
    /// The weight C of the losses against the regularisation, as in scikit-learn; above 0.
    pub c: f32,
    /// At most this many visits of every record.
    pub epochs: usize,
    /// Stop when no dual variable moved further than this share of C in a whole epoch.
    pub tolerance: f32,
}

impl Default for LinearSettings {
    fn default() -> Self {
        Self { c: 30.0, epochs: 6, tolerance: 0.01 }
    }
}

impl LinearSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`](crate::Error::Setting) for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::LINEAR_C.check(f64::from(self.c))?;
        limits::LINEAR_EPOCHS.check(self.epochs as f64)?;
        limits::LINEAR_TOLERANCE.check(f64::from(self.tolerance))
    }
}

/// Linear models of all tags over the same columns.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModels {
    /// How many tags there are.
    pub tags: usize,
    /// One row of `tags` weights per column.
    pub weights: Vec<f32>,
    /// One intercept per tag.
    pub intercepts: Vec<f32>,
}

impl LinearModels {
    /// The logit of every tag for a sparse row.
    pub fn logits(&self, columns: &[u32], values: &[f32]) -> Vec<f32> {
        let mut logits = self.intercepts.clone();
        for (&column, &value) in columns.iter().zip(values) {
            let weights = &self.weights[column as usize * self.tags..][..self.tags];
            logits.iter_mut().zip(weights).for_each(|(logit, weight)| *logit += value * weight);
        }
        logits
    }
}

/// What a fit is pulled towards in place of zero: models that are known already.
#[derive(Debug, Clone, Copy)]
pub struct Prior<'a> {
    /// The known models.
    pub models: &'a LinearModels,
    /// The weight C of every tag, in place of [`LinearSettings::c`].
    pub c: &'a [f32],
}

/// The models of up to [`LANES`] neighbouring tags.
struct Group {
    first_tag: usize,
    weights: Vec<Lanes>,
    intercepts: Lanes,
}

impl Group {
    fn new(first_tag: usize, columns: usize, prior: Option<&LinearModels>) -> Self {
        let mut group = Self { first_tag, weights: vec![[0.0; LANES]; columns], intercepts: [0.0; LANES] };
        if let Some(models) = prior {
            let lanes = LANES.min(models.tags - first_tag);
            for (own, row) in group.weights.iter_mut().zip(models.weights.chunks_exact(models.tags)) {
                own[..lanes].copy_from_slice(&row[first_tag..][..lanes]);
            }
            group.intercepts[..lanes].copy_from_slice(&models.intercepts[first_tag..][..lanes]);
        }
        group
    }

    fn logits(&self, columns: &[u32], values: &[f32]) -> Lanes {
        let mut logits = self.intercepts;
        for (&column, &value) in columns.iter().zip(values) {
            let weights = &self.weights[column as usize];
            for lane in 0..LANES {
                logits[lane] += value * weights[lane];
            }
        }
        logits
    }

    /// Adds `step` times a row (and its constant 1) to the weights.
    fn add(&mut self, columns: &[u32], values: &[f32], step: &Lanes) {
        for (&column, &value) in columns.iter().zip(values) {
            let weights = &mut self.weights[column as usize];
            for lane in 0..LANES {
                weights[lane] += value * step[lane];
            }
        }
        for lane in 0..LANES {
            self.intercepts[lane] += step[lane];
        }
    }
}

/// Fits every tag on the `rows` of `matrix`, from a `prior` if there is one; `tick` is called after each of [`work`] equal parts.
pub fn fit(
    matrix: &SparseMatrix,
    labels: &Labels,
    rows: &[usize],
    settings: &LinearSettings,
    seed: u64,
    prior: Option<Prior>,
    tick: &(dyn Fn() + Sync),
) -> LinearModels {
    let tags = labels.tags();
    let mut models =
        LinearModels { tags, weights: vec![0.0; matrix.columns() * tags], intercepts: vec![0.0; tags] };
    let groups: Vec<Group> = (0..tags.div_ceil(LANES))
        .into_par_iter()
        .map(|group| {
            let group = fit_group(matrix, labels, rows, group * LANES, settings, seed, prior);
            tick();
            group
        })
        .collect();
    for group in groups {
        let lanes = LANES.min(tags - group.first_tag);
        for (row, weights) in models.weights.chunks_exact_mut(tags).zip(&group.weights) {
            row[group.first_tag..][..lanes].copy_from_slice(&weights[..lanes]);
        }
        models.intercepts[group.first_tag..][..lanes].copy_from_slice(&group.intercepts[..lanes]);
    }
    models
}

/// How many equal parts the fit of `tags` tags has.
pub fn work(tags: usize) -> usize {
    tags.div_ceil(LANES)
}

/// The out-of-fold logits: for each fold, models fitted on all other records score its records.
///
/// Returns one row of logits per record; `tick` is called [`work`] times per fold.
pub fn cross_fit(
    matrix: &SparseMatrix,
    labels: &Labels,
    folds: &Folds,
    settings: &LinearSettings,
    seed: u64,
    prior: Option<Prior>,
    tick: &(dyn Fn() + Sync),
) -> Vec<Vec<f32>> {
    let tags = labels.tags();
    let mut logits = vec![vec![0.0; tags]; matrix.rows()];
    let tasks: Vec<(usize, usize)> =
        (0..folds.count).flat_map(|fold| (0..work(tags)).map(move |group| (fold, group * LANES))).collect();
    let parts: Vec<Vec<(usize, Lanes)>> = tasks
        .par_iter()
        .map(|&(fold, first_tag)| {
            let rows: Vec<usize> = folds.training(fold).collect();
            let group = fit_group(matrix, labels, &rows, first_tag, settings, seed, prior);
            let part = folds.held_out(fold).map(|row| {
                let (columns, values) = matrix.row(row);
                (row, group.logits(columns, values))
            });
            let part = part.collect();
            tick();
            part
        })
        .collect();
    for ((_, first_tag), part) in tasks.into_iter().zip(parts) {
        let lanes = LANES.min(tags - first_tag);
        for (row, lane_logits) in part {
            logits[row][first_tag..][..lanes].copy_from_slice(&lane_logits[..lanes]);
        }
    }
    logits
}

fn fit_group(
    matrix: &SparseMatrix,
    labels: &Labels,
    rows: &[usize],
    first_tag: usize,
    settings: &LinearSettings,
    seed: u64,
    prior: Option<Prior>,
) -> Group {
    let mut group = Group::new(first_tag, matrix.columns(), prior.map(|prior| prior.models));
    let mut c = [settings.c; LANES];
    if let Some(prior) = prior {
        c.iter_mut().zip(&prior.c[first_tag..]).for_each(|(c, own)| *c = *own);
    }
    // The dual variables α, as logit(α / C), and the sign of every record and tag: ±1, or 0 where it was not judged.
    let mut duals = vec![[START; LANES]; rows.len()];
    let signs: Vec<Lanes> = rows.iter().map(|row| signs(labels, *row, first_tag)).collect();
    let norms: Vec<f32> = rows.iter().map(|row| 1.0 + squared_norm(matrix.row(*row).1)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    for _ in 0..settings.epochs {
        order.shuffle(&mut random);
        let mut furthest = 0.0_f32;
        for &i in &order {
            let (columns, values) = matrix.row(rows[i]);
            let logits = group.logits(columns, values);
            let mut updated = duals[i];
            let mut step = [0.0; LANES];
            let mut moved = 0.0_f32;
            for lane in 0..LANES {
                let share = sigmoid(duals[i][lane]);
                let margin = signs[i][lane] * logits[lane];
                updated[lane] = optimal_dual(duals[i][lane], share, margin, c[lane] * norms[i]);
                let change = (sigmoid(updated[lane]) - share) * signs[i][lane].abs();
                moved = moved.max(change.abs());
                step[lane] = c[lane] * change * signs[i][lane];
            }
            if moved > settings.tolerance * NEGLIGIBLE {
                duals[i] = updated;
                group.add(columns, values, &step);
            }
            furthest = furthest.max(moved);
        }
        if furthest < settings.tolerance {
            break;
        }
    }
    group
}

/// The minimiser over u = logit(α / C) of the dual in one variable: the root of
/// F(u) = u + margin + curvature (σ(u) - share), where curvature = C |x|².
///
/// F rises, is convex below 0 and concave above, so Newton's method from the root's side of 0, or from any bound
/// between 0 and the root, never overshoots.
fn optimal_dual(current: f32, share: f32, margin: f32, curvature: f32) -> f32 {
    let at_zero = margin + curvature * (0.5 - share);
    let mut u = if at_zero > 0.0 {
        // The root is below 0: from above it, at the lowest of the known upper bounds.
        let bound = (curvature * share - margin).min(0.0);
        if current + margin > 0.0 { bound.min(current) } else { bound }
    } else {
        let bound = (-margin - curvature * (1.0 - share)).max(0.0);
        if current + margin < 0.0 { bound.max(current) } else { bound }
    };
    for _ in 0..NEWTON_STEPS {
        let s = sigmoid(u);
        u -= (u + margin + curvature * (s - share)) / (1.0 + curvature * s * (1.0 - s));
    }
    u
}

fn squared_norm(values: &[f32]) -> f32 {
    values.iter().map(|value| value * value).sum()
}

/// +1 for the tags that a record has, -1 for the others, 0 for those that were not judged.
fn signs(labels: &Labels, row: usize, first_tag: usize) -> Lanes {
    let mut signs =
        std::array::from_fn(|lane| if labels.is_judged(row, first_tag + lane) { -1.0 } else { 0.0 });
    for &tag in labels.of(row) {
        if let Some(sign) = (tag as usize).checked_sub(first_tag).and_then(|lane| signs.get_mut(lane)) {
            *sign = 1.0;
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use linfa::DatasetBase;
    use linfa::traits::Fit;
    use linfa_logistic::LogisticRegression;
    use ndarray::{Array1, Array2};
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;

    const PRECISE: LinearSettings = LinearSettings { c: 2.0, epochs: 500, tolerance: 1e-6 };

    /// Records of about `density` non-zero columns out of `columns`, with tags that depend on them.
    fn problem(
        records: usize,
        columns: usize,
        tags: usize,
        density: f64,
        seed: u64,
    ) -> (SparseMatrix, Labels) {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut matrix = SparseMatrix::new(columns);
        let mut rows = Vec::new();
        for _ in 0..records {
            let mut row = Vec::new();
            for column in 0..columns {
                if random.random_bool(density) {
                    row.push((column as u32, random.random_range(-1.0..1.0_f32)));
                }
            }
            matrix.push(&row);
            let noise = random.random_range(-0.5..0.5_f32);
            let has = |tag: usize| {
                row.iter().map(|(c, v)| v * ((*c as usize + tag) % 3) as f32).sum::<f32>() > noise
            };
            rows.push((0..tags).filter(|tag| has(*tag)).map(|tag| tag as u16).collect());
        }
        (matrix, Labels::new(tags, rows))
    }

    fn fit_all(matrix: &SparseMatrix, labels: &Labels, settings: &LinearSettings) -> LinearModels {
        let rows: Vec<usize> = (0..matrix.rows()).collect();
        fit(matrix, labels, &rows, settings, 1, None, &|| ())
    }

    #[test]
    fn the_weights_are_those_of_linfa() {
        // More tags than lanes, so that two groups are needed.
        let (matrix, labels) = problem(80, 6, LANES + 2, 0.9, 3);
        let ours = fit_all(&matrix, &labels, &PRECISE);
        for tag in 0..labels.tags() {
            let mut dense = Array2::<f64>::zeros((matrix.rows(), matrix.columns() + 1));
            for i in 0..matrix.rows() {
                let (columns, values) = matrix.row(i);
                columns.iter().zip(values).for_each(|(c, v)| dense[[i, *c as usize]] = f64::from(*v));
                dense[[i, matrix.columns()]] = 1.0;
            }
            let targets = Array1::from_iter((0..matrix.rows()).map(|i| labels.has(i, tag)));
            let theirs = LogisticRegression::default()
                .alpha(1.0 / f64::from(PRECISE.c))
                .with_intercept(false)
                .max_iterations(1000)
                .gradient_tolerance(1e-8)
                .fit(&DatasetBase::new(dense, targets))
                .unwrap();
            let sign = if theirs.labels().pos.class { 1.0 } else { -1.0 };
            for (column, weight) in theirs.params().iter().enumerate() {
                let own = match column {
                    c if c == matrix.columns() => ours.intercepts[tag],
                    c => ours.weights[c * labels.tags() + tag],
                };
                assert!(
                    (sign * weight - f64::from(own)).abs() < 1e-3,
                    "tag {tag} column {column}: {weight} {own}"
                );
            }
        }
    }

    /// The objective of one tag, |w|²/2 + C Σ ln(1 + exp(-y w·x)), with the intercept as the last weight.
    fn objective(matrix: &SparseMatrix, labels: &Labels, tag: usize, weights: &[f64], c: f64) -> f64 {
        let penalty = weights.iter().map(|w| w * w).sum::<f64>() / 2.0;
        let losses = (0..matrix.rows()).map(|i| {
            let (columns, values) = matrix.row(i);
            let products = columns.iter().zip(values).map(|(c, v)| weights[*c as usize] * f64::from(*v));
            let logit = products.sum::<f64>() + weights[matrix.columns()];
            let sign = if labels.has(i, tag) { 1.0 } else { -1.0 };
            (-sign * logit).exp().ln_1p()
        });
        penalty + c * losses.sum::<f64>()
    }

    fn largest_slope(
        matrix: &SparseMatrix,
        labels: &Labels,
        models: &LinearModels,
        tag: usize,
        c: f64,
    ) -> f64 {
        let column_weights = models.weights.chunks_exact(models.tags).map(|row| f64::from(row[tag]));
        let weights: Vec<f64> = column_weights.chain([f64::from(models.intercepts[tag])]).collect();
        let step = 1e-5;
        let slope = |i: usize| {
            let mut moved = weights.clone();
            moved[i] += step;
            let above = objective(matrix, labels, tag, &moved, c);
            moved[i] -= 2.0 * step;
            (above - objective(matrix, labels, tag, &moved, c)) / (2.0 * step)
        };
        (0..weights.len()).map(|i| slope(i).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn the_gradient_vanishes_at_the_solution_and_not_beside_it() {
        let (matrix, labels) = problem(60, 20, 3, 0.3, 5);
        let mut models = fit_all(&matrix, &labels, &PRECISE);
        for tag in 0..3 {
            let slope = largest_slope(&matrix, &labels, &models, tag, f64::from(PRECISE.c));
            assert!(slope < 2e-3, "tag {tag}: {slope}");
        }
        models.weights.iter_mut().for_each(|weight| *weight += 0.1);
        assert!(largest_slope(&matrix, &labels, &models, 0, f64::from(PRECISE.c)) > 0.05);
    }

    #[test]
    fn a_prior_is_what_the_weights_are_pulled_to() {
        let (matrix, labels) = problem(60, 20, 3, 0.3, 5);
        let rows: Vec<usize> = (0..60).collect();
        let known = LinearModels { tags: 3, weights: vec![0.5; 60], intercepts: vec![-1.0; 3] };
        let pulled = |c: f32| {
            let prior = Prior { models: &known, c: &[c, 1e-9, c] };
            fit(&matrix, &labels, &rows, &PRECISE, 1, Some(prior), &|| ())
        };
        // |w - w0|²/2 + C losses is the usual objective with its penalty moved: at its minimum, w - w0 is minus C
        // times the slope of the losses.
        let fitted = pulled(2.0);
        for column in 0..20 {
            for tag in [0, 2] {
                let slope: f32 = (0..60)
                    .map(|row| {
                        let (columns, values) = matrix.row(row);
                        let has = if labels.has(row, tag) { 1.0 } else { 0.0 };
                        let error = sigmoid(fitted.logits(columns, values)[tag]) - has;
                        let place = columns.iter().position(|own| *own == column);
                        place.map_or(0.0, |place| error * values[place])
                    })
                    .sum();
                let moved = fitted.weights[column as usize * 3 + tag] - 0.5;
                assert!((moved + 2.0 * slope).abs() < 1e-2, "column {column} tag {tag}: {moved} {slope}");
            }
        }
        // A tag of next to no weight stays.
        assert!(fitted.weights.iter().skip(1).step_by(3).all(|weight| (weight - 0.5).abs() < 1e-6));
        assert_ne!(pulled(0.1), fitted);
    }

    #[test]
    fn held_out_records_are_scored_by_models_that_have_not_seen_them() {
        let (matrix, labels) = problem(60, 10, 2, 0.5, 7);
        let folds = Folds { count: 3, of: (0..60).map(|i| i % 3).collect() };
        let logits = cross_fit(&matrix, &labels, &folds, &PRECISE, 1, None, &|| ());
        let others: Vec<usize> = folds.training(1).collect();
        let models = fit(&matrix, &labels, &others, &PRECISE, 1, None, &|| ());
        let (columns, values) = matrix.row(4);
        assert_eq!(logits[4], models.logits(columns, values));
    }

    #[test]
    fn a_tag_that_nobody_has_gets_a_low_logit() {
        let (matrix, _) = problem(40, 5, 1, 0.5, 9);
        let models = fit_all(&matrix, &Labels::new(1, vec![vec![]; 40]), &PRECISE);
        assert!(models.intercepts[0] < -2.0);
    }

    proptest! {
        #[test]
        fn one_visit_moves_a_dual_towards_its_optimum(
            current in -30.0_f32..30.0,
            margin in -50.0_f32..50.0,
            curvature in 0.1_f32..500.0,
        ) {
            let share = sigmoid(current);
            let slope = |u: f32| u + margin + curvature * (sigmoid(u) - share);
            let reached = optimal_dual(current, share, margin, curvature);
            prop_assert!(reached.is_finite());
            prop_assert!(slope(reached).abs() <= slope(current).abs().max(1e-2));
        }
    }
}
