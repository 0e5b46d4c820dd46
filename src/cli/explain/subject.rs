//! Which tags of a record are explained, and what became of them.

use tagwright::corpus::{Id, Record};
use tagwright::decide::DecisionRule;
use tagwright::explain::{Explainer, Explanation, Item, Share};
use tagwright::taxonomy::{Tag, Taxonomy};

/// A tag was just missed when its probability is at least this share of the threshold.
const JUST_MISSED: f32 = 0.5;
/// This many characters of its text stand for a record without id and name.
const TITLE: usize = 60;

/// What there is to explain, for every record.
pub struct Subject<'m> {
    pub explainer: Explainer<'m>,
    pub taxonomy: &'m Taxonomy,
    pub rule: DecisionRule,
    /// Tags that are explained whatever their probability, by their indices.
    pub asked: Vec<usize>,
    /// How many reasons of each side have a line of their own.
    pub terms: usize,
}

/// A record with its explained tags, or what is wrong with it.
pub struct Explained<'m> {
    pub id: Option<Id>,
    pub record: Record,
    pub tags: Result<Vec<ExplainedTag<'m>>, String>,
}

/// One tag of one record.
pub struct ExplainedTag<'m> {
    pub tag: &'m Tag,
    pub verdict: Verdict,
    pub explanation: Explanation,
    pub summary: Vec<Share>,
}

/// What became of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The record gets it.
    Given,
    /// Its probability is below the threshold.
    TooUnlikely,
    /// As many tags as a record may get are more likely.
    Outranked,
    /// It is not among the candidates.
    NoCandidate,
}

impl<'m> Subject<'m> {
    /// Explains the tags that `record` gets, best first, one that it just missed, and those that were asked for.
    pub fn explain(
        &self,
        record: Record,
        probabilities: &[f32],
        candidate: impl Fn(usize) -> bool,
    ) -> Explained<'m> {
        let decide = |rule: DecisionRule| rule.decide(probabilities, &candidate).into_iter().map(usize::from);
        let given: Vec<usize> = decide(self.rule).collect();
        let everything = DecisionRule { top: usize::MAX, threshold: 0.0 };
        let next = decide(everything).find(|tag| !given.contains(tag));
        let just_missed =
            |tag: &usize| given.is_empty() || probabilities[*tag] >= JUST_MISSED * self.rule.threshold;

        let mut tags = given.clone();
        tags.extend(next.filter(just_missed));
        for &asked in &self.asked {
            if !tags.contains(&asked) {
                tags.push(asked);
            }
        }
        let verdict = |tag: usize| {
            if given.contains(&tag) {
                Verdict::Given
            } else if !candidate(tag) {
                Verdict::NoCandidate
            } else if probabilities[tag] < self.rule.threshold {
                Verdict::TooUnlikely
            } else {
                Verdict::Outranked
            }
        };
        let explained = self.explainer.explain(&record, &tags).into_iter().map(|explanation| ExplainedTag {
            tag: &self.taxonomy.tags()[explanation.tag],
            verdict: verdict(explanation.tag),
            summary: explanation.summary(self.terms),
            explanation,
        });
        let tags = explained.collect();
        Explained { id: record.id.clone(), record, tags: Ok(tags) }
    }
}

impl Explained<'_> {
    /// A record that could not be read.
    pub fn bad(id: Option<Id>, error: String) -> Self {
        Self { id, record: Record::default(), tags: Err(error) }
    }

    /// What to call the record: its id and name, else how its text begins.
    pub fn title(&self) -> String {
        let id = self.id.as_ref().map(Id::text);
        let names: Vec<String> = [id, self.record.name.clone()].into_iter().flatten().collect();
        if !names.is_empty() {
            return names.join("  ");
        }
        let texts = [&self.record.description, &self.record.text, &self.record.readme];
        let beginning =
            texts.into_iter().flatten().flat_map(|text| text.lines()).find(|line| !line.trim().is_empty());
        beginning.unwrap_or("-").trim().chars().take(TITLE).collect()
    }
}

impl ExplainedTag<'_> {
    /// How long the bar of an item is, as a share (0 to 1) of the longest; the rest and the start have none.
    pub fn bar(&self, share: &Share) -> Option<f64> {
        let has_bar = |share: &&Share| !matches!(share.item, Item::Rest(_) | Item::Start);
        let values = self.summary.iter().filter(has_bar).map(|share| share.value.abs());
        has_bar(&share).then(|| share.value.abs() / values.fold(0.0, f64::max))
    }
}
