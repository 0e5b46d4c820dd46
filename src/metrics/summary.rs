//! The headline figures of an evaluation and the table of tags.

use serde::Serialize;

use super::{
    Judged, Prf, Reliability, TagCounts, average_precision, count_tags, coverage_error, exact_match, lrap,
    macro_average, mean_tags, micro_average, ndcg_at, no_tag_share, precision_at, recall_at,
    reliability_of_decided, samples_average, weighted_average,
};

/// The figures of an evaluation; those that need the scores of all tags are `None` where they are not known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// How many records were judged.
    pub records: usize,
    /// The share of records whose best-scored tag is right ([`precision_at`] 1).
    pub p_at_1: f64,
    /// [`precision_at`] 3.
    pub p_at_3: f64,
    /// [`recall_at`] 3.
    pub r_at_3: f64,
    /// [`recall_at`] 5.
    pub r_at_5: f64,
    /// [`ndcg_at`] 3.
    pub ndcg_at_3: f64,
    /// Label ranking average precision ([`lrap`]).
    pub lrap: Option<f64>,
    /// Mean depth of the ranking that has all gold tags ([`coverage_error`]).
    pub coverage_error: Option<f64>,
    /// Over all decisions alike ([`micro_average`]).
    pub micro: Prf,
    /// Every tag counts the same ([`macro_average`]).
    #[serde(rename = "macro")]
    pub macro_: Prf,
    /// Every tag counts by its support ([`weighted_average`]).
    pub weighted: Prf,
    /// Every record counts the same ([`samples_average`]).
    pub samples: Prf,
    /// The share of records that got exactly their gold tags ([`exact_match`]).
    pub exact_match: f64,
    /// The share of records that got no tag ([`no_tag_share`]).
    pub no_tag_share: f64,
    /// How many tags a record got on average ([`mean_tags`]).
    pub mean_tags: f64,
    /// Expected calibration error of the decided tags' probabilities ([`reliability_of_decided`]).
    pub ece: Option<f64>,
    /// The table behind it.
    pub calibration: Option<Reliability>,
    /// Every tag of the taxonomy, in its order.
    pub tags: Vec<TagFigures>,
}

/// The figures of one tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagFigures {
    /// The tag's index in the taxonomy.
    pub tag: usize,
    /// Records that have the tag.
    pub support: usize,
    /// Records that got the tag.
    pub predicted: usize,
    /// Records that have the tag and got it.
    pub true_positives: usize,
    /// Precision, recall and F1.
    #[serde(flatten)]
    pub prf: Prf,
    /// [`average_precision`] of the tag's scores.
    pub average_precision: Option<f64>,
}

impl Summary {
    /// Takes all figures of `judged`.
    ///
    /// ```
    /// use tagwright::metrics::{Judged, Summary};
    ///
    /// let mut judged = Judged::new(3);
    /// judged.push(&[0, 2], &[2, 1], Some(&[0.3, 0.4, 0.9]))?;
    /// judged.push(&[1], &[1], Some(&[0.1, 0.8, 0.1]))?;
    /// let summary = Summary::of(&judged);
    /// assert_eq!((summary.p_at_1, summary.r_at_3, summary.mean_tags), (1.0, 1.0, 1.5));
    /// assert_eq!(summary.micro.f1, 4.0 / 6.0);
    /// assert_eq!(summary.tags[1].prf.precision, 0.5);
    /// # Ok::<(), String>(())
    /// ```
    pub fn of(judged: &Judged) -> Self {
        let counts = count_tags(judged.records(), judged.n_tags());
        let calibration = reliability_of_decided(judged.records());
        Self {
            records: judged.records().len(),
            p_at_1: precision_at(judged.records(), 1),
            p_at_3: precision_at(judged.records(), 3),
            r_at_3: recall_at(judged.records(), 3),
            r_at_5: recall_at(judged.records(), 5),
            ndcg_at_3: ndcg_at(judged.records(), 3),
            lrap: lrap(judged.records()),
            coverage_error: coverage_error(judged.records()),
            micro: micro_average(&counts),
            macro_: macro_average(&counts),
            weighted: weighted_average(&counts),
            samples: samples_average(judged.records()),
            exact_match: exact_match(judged.records()),
            no_tag_share: no_tag_share(judged.records()),
            mean_tags: mean_tags(judged.records()),
            ece: calibration.as_ref().map(Reliability::expected_calibration_error),
            calibration,
            tags: counts.iter().enumerate().map(|(tag, counts)| figures(judged, tag, counts)).collect(),
        }
    }
}

fn figures(judged: &Judged, tag: usize, counts: &TagCounts) -> TagFigures {
    TagFigures {
        tag,
        support: counts.support(),
        predicted: counts.predicted(),
        true_positives: counts.tp,
        prf: counts.prf(),
        average_precision: average_precision(judged.records(), tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_names_of_the_figures() {
        let mut judged = Judged::new(1);
        judged.push(&[0], &[0], None).unwrap();
        let json = serde_json::to_value(Summary::of(&judged)).unwrap();
        assert_eq!(json["macro"]["f1"], 1.0);
        assert_eq!(json["lrap"], serde_json::Value::Null);
        assert_eq!(json["tags"][0]["true_positives"], 1);
        assert_eq!(json["tags"][0]["precision"], 1.0);
    }

    #[test]
    fn no_records_give_zeros_and_no_infinities() {
        let summary = Summary::of(&Judged::new(2));
        assert_eq!((summary.records, summary.tags.len()), (0, 2));
        assert_eq!(serde_json::to_string(&summary).unwrap().matches("null").count(), 0);
    }
}
