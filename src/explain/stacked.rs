//! The stacked logit of one tag in parts.

use super::base::BaseLogit;
use super::contribution::{Contribution, Reason};
use super::names::Names;
use super::reading::Reading;
use crate::features::MENTION_FIELDS;
use crate::learn::stack::{LOGIT_FLOOR, LOGIT_SCALE, MENTION_CAP, RANK_SCALE, Weights};
use crate::model::Model;

/// All contributions to the stacked logit of `tag`; see [the formula](super#the-stacked-level).
pub(super) fn contributions(
    model: &Model,
    names: &Names,
    reading: &Reading,
    tag: usize,
) -> Vec<Contribution> {
    let stacked = &model.stack()[tag];
    let weights = stacked.weights_by_name();
    let base = BaseLogit::new(model, reading, tag);
    let own_is_cut = scaled(reading.logits[tag]) < f64::from(LOGIT_FLOOR);
    let slope = own_slope(&weights, reading, tag, own_is_cut);

    let at_floor = |other: usize| f64::from(LOGIT_FLOOR) * f64::from(weights.logits[other]);
    let at_floor = (0..reading.logits.len()).filter(|other| *other != tag || own_is_cut).map(at_floor);
    let start = f64::from(stacked.intercept) + slope * base.intercept + at_floor.sum::<f64>();

    let mut parts = vec![Contribution { reason: Reason::Start, value: start }];
    parts.extend(reading.row.iter().zip(&base.terms).map(|(&(column, _), value)| Contribution {
        reason: names.term(model, reading, column),
        value: slope * value,
    }));
    parts.extend(mentions(&weights, names, reading, tag));
    let others = (0..reading.logits.len()).filter(|other| *other != tag);
    parts.extend(others.map(|other| Contribution {
        reason: Reason::Tag(other),
        value: of_other_tag(&weights, reading, other),
    }));
    let rank = reading.ranking.ranks[tag];
    parts.push(Contribution {
        reason: Reason::Rank(usize::from(rank)),
        value: f64::from(weights.rank) * f64::from(rank) / f64::from(RANK_SCALE),
    });
    if reading.has_readme {
        parts.push(Contribution { reason: Reason::Readme, value: f64::from(weights.readme) });
    }
    parts.push(Contribution { reason: Reason::Rounding, value: slope * base.rounding });
    parts
}

fn scaled(logit: f32) -> f64 {
    f64::from(logit) / f64::from(LOGIT_SCALE)
}

/// How much the stacked logit grows with the tag's own base logit.
fn own_slope(weights: &Weights, reading: &Reading, tag: usize, is_cut: bool) -> f64 {
    let shared = if is_cut { 0.0 } else { f64::from(weights.logits[tag]) };
    // The distance of a tag to itself is 0 whatever its logit.
    let distances = weights.distances.iter().zip(reading.ranking.best).filter(|(_, best)| *best != tag);
    let distances: f64 = distances.map(|(weight, _)| f64::from(*weight)).sum();
    (f64::from(weights.own) + shared + distances) / f64::from(LOGIT_SCALE)
}

/// What the logit of another tag does above the floor, and as one of the best.
fn of_other_tag(weights: &Weights, reading: &Reading, other: usize) -> f64 {
    let scaled = scaled(reading.logits[other]);
    let floor = f64::from(LOGIT_FLOOR);
    let shared = f64::from(weights.logits[other]) * (scaled.max(floor) - floor);
    let distances = weights.distances.iter().zip(reading.ranking.best).filter(|(_, best)| *best == other);
    shared - distances.map(|(weight, _)| f64::from(*weight) * scaled).sum::<f64>()
}

/// The mentions of the tag, field by field. Each spelling has its share of what counts of them.
fn mentions(weights: &Weights, names: &Names, reading: &Reading, tag: usize) -> Vec<Contribution> {
    let fields = MENTION_FIELDS.into_iter().zip(weights.mentions);
    let contributions = fields.flat_map(|(field, weight)| {
        let found = names.mentions(reading, tag, field);
        let times: usize = found.iter().map(|(_, times)| times).sum();
        let each = f64::from(weight) * times.min(usize::from(MENTION_CAP)) as f64 / times.max(1) as f64;
        found.into_iter().map(move |(spelling, times)| Contribution {
            reason: Reason::Mention { spelling, field, times },
            value: each * times as f64,
        })
    });
    contributions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Encoded;
    use crate::learn::stack::Ranking;

    const WEIGHTS: Weights = Weights {
        logits: &[0.5, 0.25, 2.0, 1.0],
        readme: 0.0,
        own: 1.0,
        distances: [4.0, 8.0, 16.0],
        rank: 0.0,
        mentions: [0.0; 3],
    };

    fn reading(logits: &[f32]) -> Reading {
        Reading {
            encoded: Encoded::default(),
            row: Vec::new(),
            active: Vec::new(),
            logits: logits.to_vec(),
            ranking: Ranking::of(logits),
            has_readme: false,
        }
    }

    #[track_caller]
    fn assert_close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn the_own_slope_leaves_out_the_distance_to_itself_and_a_cut_logit() {
        let reading = reading(&[4.0, 2.0, -4.0, -8.0]);
        let slope = |tag, is_cut| 4.0 * own_slope(&WEIGHTS, &reading, tag, is_cut);
        assert_close(slope(1, false), 1.0 + 0.25 + 4.0 + 16.0);
        assert_close(slope(3, true), 1.0 + 4.0 + 8.0 + 16.0);
    }

    #[test]
    fn another_tag_counts_above_the_floor_and_as_one_of_the_best() {
        let reading = reading(&[4.0, 2.0, -4.0, -8.0]);
        assert_close(of_other_tag(&WEIGHTS, &reading, 0), 0.5 * 2.5 - 4.0);
        assert_close(of_other_tag(&WEIGHTS, &reading, 2), 2.0 * 0.5 + 16.0);
        assert_close(of_other_tag(&WEIGHTS, &reading, 3), 0.0);
    }
}
