//! Which of two is better, and whether the difference is real.

use std::iter;

use serde::Serialize;

use super::errors::{gold, predicted};
use super::{Answers, Predicted, Subject, TagName};
use crate::corpus::{Id, Labelled};
use crate::metrics::{
    Contribution, Estimate, Figure, Figures, JudgedRecord, TagCounts, Tally, bootstrap, randomisation_test,
};
use crate::taxonomy::Taxonomy;

/// The figure that decides which is better.
const DECIDING: Figure = Figure::MicroF1;
/// A difference whose p-value is lower is taken for real.
pub(crate) const LEVEL: f64 = 0.05;

/// Two models, or files of predictions, on the same records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The first, such as the model in use.
    pub a: Subject,
    /// The second, such as the one that may replace it.
    pub b: Subject,
    /// What to make of it.
    pub verdict: Verdict,
    /// The headline figures of both.
    pub figures: Figures<FigureDifference>,
    /// How many tags there are.
    pub n_tags: usize,
    /// Every tag that some record has, greatest gain of B first.
    pub tags: Vec<TagDifference>,
    /// The records that one of the two answers better, in their order.
    pub flips: Vec<Flip>,
}

/// A headline figure of A and B.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FigureDifference {
    /// Of A.
    pub a: f64,
    /// Of B.
    pub b: f64,
    /// B − A, with the 95 % interval of the paired bootstrap.
    pub difference: Estimate,
    /// How likely so great a difference is when it does not matter whose answer is whose (randomisation test).
    pub p_value: f64,
}

/// What to make of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Which is better.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub sentence: String,
}

/// Which is better, by micro F1 at the 5 % level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// B is better.
    Better,
    /// B is worse.
    Worse,
    /// No difference can be shown.
    NoDifference,
    /// Neither has a micro F1, as no record has a tag.
    Unknown,
}

/// A tag's F1 with A and B.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagDifference {
    /// Which tag.
    #[serde(flatten)]
    pub tag: TagName,
    /// Records that have the tag.
    pub support: usize,
    /// Its F1 with A.
    pub a: f64,
    /// Its F1 with B.
    pub b: f64,
    /// B − A, with the 95 % interval of the paired bootstrap.
    pub difference: Estimate,
}

/// A record that one of the two answers better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// The record's id, if it has one.
    pub id: Option<Id>,
    /// The record's name, if it has one.
    pub name: Option<String>,
    /// The tags it should get.
    pub gold: Vec<TagName>,
    /// What A gave.
    pub a: Vec<Predicted>,
    /// What B gave.
    pub b: Vec<Predicted>,
    /// The record's F1 with B less that with A, −1 to 1.
    pub change: f64,
}

impl Comparison {
    /// Compares the answers of A and B, both over the tags of `taxonomy`; the same for any number of threads.
    pub fn of(
        a: (Subject, &Answers),
        b: (Subject, &Answers),
        examples: &[Labelled],
        taxonomy: &Taxonomy,
    ) -> Self {
        let (figures, tags) = Pairs::of(a.1, b.1).differences(taxonomy);
        let records = a.1.judged.records().iter().zip(b.1.judged.records());
        let flips = examples
            .iter()
            .zip(records)
            .filter(|(_, (a, b))| quality(a).total_cmp(&quality(b)).is_ne())
            .map(|(example, (a, b))| Flip {
                id: example.record.id.clone(),
                name: example.record.name.clone(),
                gold: gold(example, taxonomy),
                a: predicted(a, taxonomy),
                b: predicted(b, taxonomy),
                change: quality(b) - quality(a),
            })
            .collect();
        Self { a: a.0, b: b.0, verdict: Verdict::of(&figures), figures, n_tags: taxonomy.len(), tags, flips }
    }
}

/// How well a record is answered: its F1, and 1 when it rightly got no tag.
fn quality(record: &JudgedRecord) -> f64 {
    match record.gold().len() + record.decided().len() {
        0 => 1.0,
        tags => 2.0 * record.true_positives() as f64 / tags as f64,
    }
}

/// What the figures of A and B need to know of each record.
struct Pairs {
    n_tags: usize,
    a: Vec<Contribution>,
    b: Vec<Contribution>,
}

impl Pairs {
    /// Of answers of which both have the scores of all tags, or else neither: a ranking of all tags and one of the
    /// decided tags cannot be compared.
    fn of(a: &Answers, b: &Answers) -> Self {
        let both_scored = a.judged.is_scored() && b.judged.is_scored();
        let contribution = |record: &JudgedRecord| {
            if both_scored {
                Contribution::from(record)
            } else {
                Contribution::from(&record.without_scores())
            }
        };
        let contributions = |answers: &Answers| answers.judged.records().iter().map(contribution).collect();
        Self { n_tags: a.judged.n_tags(), a: contributions(a), b: contributions(b) }
    }

    /// The differences of the headline figures, and of the tags that some record has.
    fn differences(&self, taxonomy: &Taxonomy) -> (Figures<FigureDifference>, Vec<TagDifference>) {
        let [a, b] = self.tallies(&vec![1; self.a.len()]);
        // The estimates come in the order of this list.
        let mut estimates = bootstrap(self.a.len(), |times| {
            let [a, b] = self.tallies(times);
            let f1 = |tag: &TagCounts| tag.known_prf()[2];
            let tags = a.tags().iter().zip(b.tags()).map(|(a, b)| Some(f1(b)? - f1(a)?));
            headline(&a, &b).chain(tags).collect()
        })
        .into_iter();
        let mut p_values = self.p_values().into_iter();
        let figures = Figures::of(|figure| {
            let (difference, p_value) = (estimates.next()?, p_values.next()?);
            Some(FigureDifference {
                a: a.figure(figure)?,
                b: b.figure(figure)?,
                difference: difference?,
                p_value: p_value?,
            })
        });
        let mut tags: Vec<TagDifference> = iter::zip(taxonomy.tags(), iter::zip(a.tags(), b.tags()))
            .zip(estimates)
            .filter_map(|((tag, (a, b)), difference)| {
                Some(TagDifference {
                    tag: TagName::from(tag),
                    support: a.support(),
                    a: a.prf().f1,
                    b: b.prf().f1,
                    difference: difference?,
                })
            })
            .collect();
        tags.sort_by(|a, b| b.difference.value.total_cmp(&a.difference.value));
        (figures, tags)
    }

    /// The sums of A and of B when record i is there `times[i]` times.
    fn tallies(&self, times: &[u32]) -> [Tally; 2] {
        [&self.a, &self.b].map(|records| Tally::resampled(self.n_tags, records, times))
    }

    /// The p-values of the headline figures' differences.
    fn p_values(&self) -> Vec<Option<f64>> {
        // Exchanging two equal answers changes nothing, so those are summed once.
        let (equal, differing): (Vec<_>, Vec<_>) = iter::zip(&self.a, &self.b).partition(|(a, b)| a == b);
        let mut equally = Tally::new(self.n_tags);
        equal.into_iter().for_each(|(record, _)| equally.add(record, 1));
        randomisation_test(differing.len(), |exchanged| {
            let (mut first, mut second) = (equally.clone(), equally.clone());
            for ((a, b), exchanged) in differing.iter().zip(exchanged) {
                let (a, b) = if *exchanged { (b, a) } else { (a, b) };
                first.add(a, 1);
                second.add(b, 1);
            }
            headline(&first, &second).collect()
        })
    }
}

/// B − A of the headline figures.
fn headline(a: &Tally, b: &Tally) -> impl Iterator<Item = Option<f64>> {
    let (a, b) = (a.figures(), b.figures());
    Figure::ALL.into_iter().map(move |figure| Some(b.get(figure)? - a.get(figure)?))
}

impl Verdict {
    fn of(figures: &Figures<FigureDifference>) -> Self {
        let Some(FigureDifference { difference, p_value, .. }) = figures.get(DECIDING) else {
            return Self {
                outcome: Outcome::Unknown,
                sentence: "Nothing is known of a difference: no record has a tag of its own".to_owned(),
            };
        };
        let (outcome, words) = match difference.value {
            _ if p_value >= LEVEL => (Outcome::NoDifference, "No difference can be shown"),
            value if value > 0.0 => (Outcome::Better, "B is better"),
            _ => (Outcome::Worse, "B is worse"),
        };
        let sentence = format!(
            "{words}: {} {} points ({} to {}), p {}",
            DECIDING.label(),
            points(difference.value),
            points(difference.low),
            points(difference.high),
            if p_value < 0.001 { "< 0.001".to_owned() } else { format!("= {p_value:.3}") }
        );
        Self { outcome, sentence }
    }
}

/// A difference of shares in points, with its sign.
fn points(difference: f64) -> String {
    let points = format!("{:+.1}", difference * 100.0);
    if points == "-0.0" { "+0.0".to_owned() } else { points }
}
