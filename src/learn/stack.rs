//! The stacked level: one dense logistic model per tag over the base scores of all tags ("2BR": Godbole and
//! Sarawagi 2004, "Discriminative methods for multi-labeled classification"; Tsoumakas et al. 2009).

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ShapeBuilder};
use serde::{Deserialize, Serialize};

use super::Labels;
use super::base::linear::{self, LinearModels, LinearSettings, Prior};
use crate::dot;
use crate::error::{Error, Result};
use crate::features::{MENTION_FIELDS, SparseMatrix};
use crate::limits;

/// Logits are divided by this, so that all columns have about the same range.
pub const LOGIT_SCALE: f32 = 4.0;
/// Scaled logits of other tags are cut below this: how unlikely an unlikely tag is says nothing.
pub const LOGIT_FLOOR: f32 = -1.5;
/// Ranks are divided by this, for the same reason.
pub const RANK_SCALE: f32 = 10.0;
/// Mentions beyond this many say no more.
pub const MENTION_CAP: u8 = 3;
/// The weight of a mention for a tag that nothing was learned about.
const MENTION_WEIGHT: f32 = 3.0;
/// A tag is a contender in a record when it ranks among this many.
const CONTENDERS: usize = 20;
/// A tag's distance to this many of the best tags counts.
const BEST: usize = 3;
/// The place of the first mention among a tag's own columns.
const FIRST_MENTION: usize = BEST + 2;
/// How many columns a tag has of its own.
const OWN_COLUMNS: usize = FIRST_MENTION + MENTION_FIELDS.len();

/// An adaptation visits every record at most this often; they are few.
const ADAPT_EPOCHS: usize = 50;
/// It ends when no dual variable moves further than this share of C.
const ADAPT_TOLERANCE: f32 = 0.01;

/// How the stacked level is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StackSettings {
    /// The weight C of the losses against the regularisation, as in scikit-learn; above 0.
    pub c: f64,
    /// At most this many iterations of L-BFGS.
    pub iterations: u64,
    /// Stop when the norm of the gradient, divided by the number of records, falls below this.
    pub tolerance: f64,
}

impl Default for StackSettings {
    fn default() -> Self {
        Self { c: 0.1, iterations: 100, tolerance: 5e-4 }
    }
}

impl StackSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first value out of its range.
    pub fn check(&self) -> Result<()> {
        limits::STACK_C.check(self.c)?;
        limits::STACK_ITERATIONS.check(self.iterations as f64)?;
        limits::STACK_TOLERANCE.check(self.tolerance)
    }
}

/// What the stacked level knows of one record.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The base level's logit of every tag.
    pub logits: Vec<f32>,
    /// The mentions of every tag in each of [`MENTION_FIELDS`].
    pub mentions: [Vec<u8>; MENTION_FIELDS.len()],
    /// Whether the record has a README.
    pub has_readme: bool,
}

/// The tags of one record by their base logits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// How many tags stand before each.
    pub ranks: Vec<u16>,
    /// The three best tags; with fewer tags, the last one stands in for the missing places.
    pub best: [usize; BEST],
}

impl Ranking {
    /// The ranking of at least one tag; among equals the first of the taxonomy.
    pub fn of(logits: &[f32]) -> Self {
        let mut order: Vec<usize> = (0..logits.len()).collect();
        order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
        let mut ranks = vec![0; logits.len()];
        (0..).zip(&order).for_each(|(rank, &tag)| ranks[tag] = rank);
        let best = std::array::from_fn(|place| order[place.min(order.len() - 1)]);
        Self { ranks, best }
    }
}

/// A record as the columns of the stacked level: those that all tags share, and those of each tag.
#[derive(Debug, Clone)]
pub struct Row {
    /// All logits and the kind of record.
    shared: Vec<f32>,
    /// Of each tag: its logit, its distance to each of the three best logits, its rank, its mentions.
    own: Vec<[f32; OWN_COLUMNS]>,
    ranks: Vec<u16>,
}

impl Row {
    /// The columns for the evidence on one record, of at least one tag.
    pub fn new(evidence: &Evidence) -> Self {
        let logits = &evidence.logits;
        let Ranking { ranks, best } = Ranking::of(logits);
        let best = best.map(|tag| logits[tag]);

        let scaled = logits.iter().map(|logit| (logit / LOGIT_SCALE).max(LOGIT_FLOOR));
        let shared = scaled.chain([f32::from(u8::from(evidence.has_readme))]).collect();
        let own = (0..logits.len()).map(|tag| {
            let logit = logits[tag];
            let mut own = [0.0; OWN_COLUMNS];
            own[0] = logit / LOGIT_SCALE;
            for (column, best) in own[1..=BEST].iter_mut().zip(best) {
                *column = (logit - best) / LOGIT_SCALE;
            }
            own[BEST + 1] = f32::from(ranks[tag]) / RANK_SCALE;
            for (column, mentions) in own[FIRST_MENTION..].iter_mut().zip(&evidence.mentions) {
                *column = f32::from(mentions[tag].min(MENTION_CAP));
            }
            own
        });
        Self { shared, own: own.collect(), ranks }
    }

    fn columns(&self, tag: usize) -> impl Iterator<Item = f32> + '_ {
        self.shared.iter().chain(&self.own[tag]).copied()
    }
}

/// How many columns there are for one tag out of `tags`.
pub fn columns(tags: usize) -> usize {
    tags + 1 + OWN_COLUMNS
}

/// The stacked model of one tag.
#[derive(Debug, Clone, PartialEq)]
pub struct StackedModel {
    /// One weight per column: the shared columns, then the tag's own.
    pub weights: Vec<f32>,
    /// The intercept.
    pub intercept: f32,
}

/// The weights of a [`StackedModel`], by what their columns mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights<'a> {
    /// Of the scaled and cut logit of every tag.
    pub logits: &'a [f32],
    /// Of the record's having a README.
    pub readme: f32,
    /// Of the tag's own scaled logit.
    pub own: f32,
    /// Of its scaled distances to the best logits.
    pub distances: [f32; BEST],
    /// Of its scaled rank.
    pub rank: f32,
    /// Of its mentions in each of [`MENTION_FIELDS`].
    pub mentions: [f32; MENTION_FIELDS.len()],
}

impl StackedModel {
    /// Its weights by name.
    pub fn weights_by_name(&self) -> Weights<'_> {
        let (shared, own) = self.weights.split_at(self.weights.len() - OWN_COLUMNS);
        let (logits, readme) = shared.split_at(shared.len() - 1);
        Weights {
            logits,
            readme: readme[0],
            own: own[0],
            distances: std::array::from_fn(|place| own[1 + place]),
            rank: own[BEST + 1],
            mentions: std::array::from_fn(|field| own[FIRST_MENTION + field]),
        }
    }

    /// The logit of `tag` for a record.
    pub fn logit(&self, row: &Row, tag: usize) -> f32 {
        let (shared, own) = self.weights.split_at(row.shared.len());
        self.intercept + dot(shared, &row.shared) + dot(own, &row.own[tag])
    }

    /// A model for a tag that nothing was learned about: a mention makes it as likely as not.
    pub fn of_mentions(columns: usize) -> Self {
        let mut weights = vec![0.0; columns];
        weights[columns - MENTION_FIELDS.len()..].fill(MENTION_WEIGHT);
        Self { weights, intercept: -MENTION_WEIGHT }
    }

    /// A model for a tag out of `tags` that only the base level knows: its logit, raised by every mention.
    pub fn of_base(tags: usize) -> Self {
        let mut model = Self::of_mentions(columns(tags));
        model.weights[tags + 1] = LOGIT_SCALE;
        model.intercept = 0.0;
        model
    }
}

/// Fits the model of `tag`, one of `tags`, on records that are known to have it or not, from a `start` if there is one.
///
/// Only records in which the tag ranks among the first `CONTENDERS` take part: in the others it has no chance, and
/// they are most. When all of them agree there is nothing to fit: the model goes by the base level if all have the tag, and
/// by mentions alone if none has.
///
/// # Errors
/// [`Error::Training`] when the solver fails.
pub fn fit<'a>(
    records: impl Iterator<Item = (&'a Row, bool)>,
    tag: usize,
    tags: usize,
    settings: &StackSettings,
    start: Option<&StackedModel>,
) -> Result<StackedModel> {
    let (rows, targets): (Vec<&Row>, Vec<bool>) =
        records.filter(|(row, _)| usize::from(row.ranks[tag]) < CONTENDERS).unzip();
    let width = columns(tags);
    if !targets.contains(&true) {
        return Ok(StackedModel::of_mentions(width));
    }
    if !targets.contains(&false) {
        return Ok(StackedModel::of_base(tags));
    }
    // Column by column in memory: linfa's gradient walks the columns, several times faster this way.
    let mut columns = Array2::zeros((rows.len(), width).f());
    for (mut target, row) in columns.rows_mut().into_iter().zip(&rows) {
        target.iter_mut().zip(row.columns(tag)).for_each(|(cell, value)| *cell = value);
    }
    let mut solver = LogisticRegression::default()
        .alpha((1.0 / settings.c) as f32)
        .max_iterations(settings.iterations)
        .gradient_tolerance((settings.tolerance * rows.len() as f64) as f32);
    if let Some(start) = start {
        let parameters = start.weights.iter().chain([&start.intercept]).copied();
        solver = solver.initial_params(parameters.collect());
    }
    let fitted =
        solver.fit(&DatasetBase::new(columns, Array1::from(targets))).map_err(|error| Error::Training {
            problem: format!("the stacked level does not converge: {error}"),
            help: "try a smaller stack.c".to_owned(),
        })?;
    // linfa calls the larger class positive, whichever it is.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    Ok(StackedModel {
        weights: fitted.params().iter().map(|weight| sign * weight).collect(),
        intercept: sign * fitted.intercept(),
    })
}

/// Fits the model of `tag` again on the records that [`fit`] would use, pulled towards the `known` one by |v - w|²/2
/// against `c` times the losses; without records it stays as it is.
///
/// The shared logits count from `LOGIT_FLOOR`, so that the many unlikely tags of a record are zeros: otherwise they
/// would act together as one large intercept, which a few records would move too far.
pub fn adapt<'a>(
    records: impl Iterator<Item = (&'a Row, bool)>,
    tag: usize,
    known: &StackedModel,
    c: f32,
    seed: u64,
) -> StackedModel {
    let width = known.weights.len();
    let tags = width - columns(0);
    let (rows, labels): (Vec<&Row>, Vec<Vec<u16>>) = records
        .filter(|(row, _)| usize::from(row.ranks[tag]) < CONTENDERS)
        .map(|(row, has)| (row, if has { vec![0] } else { vec![] }))
        .unzip();
    let mut matrix = SparseMatrix::new(width);
    let floor = |column| if column < tags { LOGIT_FLOOR } else { 0.0 };
    for row in &rows {
        let above = row.columns(tag).enumerate().map(|(column, value)| value - floor(column));
        let entries: Vec<(u32, f32)> = (0..).zip(above).filter(|(_, value)| *value != 0.0).collect();
        matrix.push(&entries);
    }
    let at_floor = |weights: &[f32]| LOGIT_FLOOR * weights[..tags].iter().sum::<f32>();
    let models = LinearModels {
        tags: 1,
        weights: known.weights.clone(),
        intercepts: vec![known.intercept + at_floor(&known.weights)],
    };
    let all: Vec<usize> = (0..rows.len()).collect();
    let settings = LinearSettings { c, epochs: ADAPT_EPOCHS, tolerance: ADAPT_TOLERANCE };
    let prior = Prior { models: &models, c: &[c] };
    let fitted = linear::fit(&matrix, &Labels::new(1, labels), &all, &settings, seed, Some(prior), &|| ());
    let intercept = fitted.intercepts[0] - at_floor(&fitted.weights);
    StackedModel { weights: fitted.weights, intercept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(logits: &[f32], mentioned: &[u8]) -> Row {
        Row::new(&Evidence {
            logits: logits.to_vec(),
            mentions: [mentioned, mentioned, mentioned].map(<[u8]>::to_vec),
            has_readme: true,
        })
    }

    #[test]
    fn the_columns_are_as_documented() {
        let row = row(&[-8.0, 4.0, 2.0], &[0, 9, 1]);
        let columns_of_last: Vec<f32> = row.columns(2).collect();
        assert_eq!(columns_of_last.len(), columns(3));
        assert_eq!(columns_of_last[..4], [-1.5, 1.0, 0.5, 1.0]);
        assert_eq!(columns_of_last[4..], [0.5, -0.5, 0.0, 2.5, 0.1, 1.0, 1.0, 1.0]);
        assert_eq!(row.columns(1).last(), Some(3.0));
    }

    #[test]
    fn one_tag_alone_has_columns_too() {
        assert_eq!(row(&[1.0], &[0]).columns(0).count(), columns(1));
    }

    #[test]
    fn a_fit_follows_the_evidence_whichever_class_is_larger() {
        let rows: Vec<Row> = (0..100).map(|i| row(&[(i % 10) as f32 - 5.0, 0.0], &[0, 0])).collect();
        for least in [2, 8] {
            let records = rows.iter().enumerate().map(|(i, row)| (row, i % 10 >= least));
            let model = fit(records, 0, 2, &StackSettings::default(), None).unwrap();
            assert!(model.logit(&rows[9], 0) > model.logit(&rows[0], 0));
            assert!(model.logit(&rows[9], 0) > 0.0 && model.logit(&rows[0], 0) < 0.0);
        }
    }

    #[test]
    fn an_adaptation_stays_near_what_is_known_and_follows_the_records() {
        let rows: Vec<Row> = (0..40).map(|i| row(&[(i % 5) as f32 - 2.0, -9.0, -9.0], &[0, 0, 0])).collect();
        let known = StackedModel::of_base(3);
        assert!((known.logit(&rows[4], 0) - 2.0).abs() < 1e-6);
        let adapt = |c| adapt(rows.iter().map(|row| (row, true)), 0, &known, c, 1);
        let logit = |model: &StackedModel| model.logit(&rows[0], 0);
        assert!((logit(&adapt(1e-7)) - logit(&known)).abs() < 1e-3);
        assert!(logit(&adapt(0.02)) > logit(&known) && logit(&adapt(1.0)) > logit(&adapt(0.02)));
        assert_eq!(super::adapt([].into_iter(), 0, &known, 1.0, 1).weights, known.weights);
    }

    #[test]
    fn without_examples_a_mention_decides() {
        let rows = [row(&[0.0, 0.0], &[0, 0]), row(&[0.0, 0.0], &[1, 0])];
        let model = fit(rows.iter().map(|row| (row, false)), 0, 2, &StackSettings::default(), None).unwrap();
        assert!(model.logit(&rows[0], 0) < -1.0);
        assert!(model.logit(&rows[1], 0) > 1.0);
        assert_eq!(fit([].into_iter(), 0, 2, &StackSettings::default(), None).unwrap(), model);
    }
}
