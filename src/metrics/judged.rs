//! What is judged: per record the gold tags, the decided tags and, where they are known, all scores.

/// The records of one evaluation, in the order they were pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    n_tags: usize,
    records: Vec<JudgedRecord>,
}

/// One record: what it should get, what it got, and where the ranking puts its gold tags.
///
/// Ranking figures need only those places, so they are found once here and stay cheap under resampling.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedRecord {
    gold: Vec<u16>,
    decided: Vec<u16>,
    scores: Option<Vec<f32>>,
    gold_places: Vec<usize>,
    gold_ranks: Option<Vec<usize>>,
}

impl Judged {
    /// No records yet, over the tags `0..n_tags` of the taxonomy.
    pub fn new(n_tags: usize) -> Self {
        Self { n_tags, records: Vec::new() }
    }

    /// Adds a record.
    ///
    /// - `gold`: the labels, a set of tags below `n_tags` in any order.
    /// - `decided`: the tags given out, best first, each once; none is a valid answer.
    /// - `scores`: a probability (0 to 1) for each of the `n_tags` tags, or `None` when they are not known.
    ///   Figures that need them are absent unless every record has them.
    ///
    /// # Errors
    /// Says what is wrong when a tag is not below `n_tags`, a tag is decided twice, or `scores` are not
    /// `n_tags` probabilities.
    ///
    /// ```
    /// use tagwright::metrics::Judged;
    ///
    /// let mut judged = Judged::new(3);
    /// judged.push(&[2, 0], &[2, 1], Some(&[0.3, 0.4, 0.9])).unwrap();
    /// assert_eq!(judged.records()[0].gold(), [0, 2]);
    /// assert_eq!(judged.records()[0].gold_places(), [1, 3]);
    ///
    /// let problem = judged.push(&[3], &[], None).unwrap_err();
    /// assert_eq!(problem, "there is no tag 3, the taxonomy has 3 counted from 0");
    /// ```
    pub fn push(&mut self, gold: &[u16], decided: &[u16], scores: Option<&[f32]>) -> Result<(), String> {
        self.check(gold, decided, scores)?;
        let mut gold = gold.to_vec();
        gold.sort_unstable();
        gold.dedup();
        self.records.push(JudgedRecord::new(gold, decided.to_vec(), scores.map(<[f32]>::to_vec)));
        Ok(())
    }

    fn check(&self, gold: &[u16], decided: &[u16], scores: Option<&[f32]>) -> Result<(), String> {
        let n_tags = self.n_tags;
        if let Some(tag) = gold.iter().chain(decided).find(|tag| usize::from(**tag) >= n_tags) {
            return Err(format!("there is no tag {tag}, the taxonomy has {n_tags} counted from 0"));
        }
        let mut places = decided.iter().enumerate();
        if let Some((_, tag)) = places.find(|(place, tag)| decided[..*place].contains(tag)) {
            return Err(format!("tag {tag} is decided twice"));
        }
        let Some(scores) = scores else { return Ok(()) };
        if scores.len() != n_tags {
            return Err(format!("expected {n_tags} scores, found {}", scores.len()));
        }
        match scores.iter().enumerate().find(|(_, score)| !(0.0..=1.0).contains(*score)) {
            Some((tag, score)) => Err(format!("the score {score} of tag {tag} is not between 0 and 1")),
            None => Ok(()),
        }
    }

    /// How many tags the taxonomy has.
    pub fn n_tags(&self) -> usize {
        self.n_tags
    }

    /// Whether every record has scores.
    pub fn is_scored(&self) -> bool {
        self.records.iter().all(|record| record.scores.is_some())
    }

    /// The records, in the order they were pushed.
    pub fn records(&self) -> &[JudgedRecord] {
        &self.records
    }
}

impl JudgedRecord {
    /// `gold` is sorted and without repeats, and everything has been checked.
    fn new(gold: Vec<u16>, decided: Vec<u16>, scores: Option<Vec<f32>>) -> Self {
        let mut gold_places: Vec<usize> = match &scores {
            Some(scores) => gold.iter().map(|&tag| place_by_score(scores, usize::from(tag))).collect(),
            None => gold.iter().filter_map(|tag| place_in(&decided, *tag)).collect(),
        };
        gold_places.sort_unstable();
        let gold_ranks = scores.as_ref().map(|scores| {
            let mut ranks: Vec<usize> = gold.iter().map(|&tag| max_rank(scores, usize::from(tag))).collect();
            ranks.sort_unstable();
            ranks
        });
        Self { gold, decided, scores, gold_places, gold_ranks }
    }

    /// The record as if no scores were known.
    #[must_use]
    pub fn without_scores(&self) -> Self {
        Self::new(self.gold.clone(), self.decided.clone(), None)
    }

    /// The gold tags, ascending.
    pub fn gold(&self) -> &[u16] {
        &self.gold
    }

    /// Whether `tag` is a gold tag.
    pub fn is_gold(&self, tag: u16) -> bool {
        self.gold.binary_search(&tag).is_ok()
    }

    /// The decided tags, best first.
    pub fn decided(&self) -> &[u16] {
        &self.decided
    }

    /// A probability for each tag of the taxonomy, where they are known.
    pub fn scores(&self) -> Option<&[f32]> {
        self.scores.as_deref()
    }

    /// Where the ranking has the gold tags: places counted from 1, ascending.
    ///
    /// The ranking is by score, whatever the threshold; the lower tag index comes first among equal scores.
    /// Without scores the decided tags are the ranking, and gold tags that were not decided have no place.
    pub fn gold_places(&self) -> &[usize] {
        &self.gold_places
    }

    /// For each gold tag how many tags score at least as much, ascending.
    ///
    /// `scipy.stats.rankdata(-scores, "max")` of the gold tags; `None` without scores.
    pub fn gold_ranks(&self) -> Option<&[usize]> {
        self.gold_ranks.as_deref()
    }

    /// How many of the decided tags are gold tags.
    pub fn true_positives(&self) -> usize {
        self.decided.iter().filter(|tag| self.is_gold(**tag)).count()
    }
}

fn place_by_score(scores: &[f32], tag: usize) -> usize {
    let (before, from) = scores.split_at(tag);
    let own = scores[tag];
    1 + before.iter().filter(|score| **score >= own).count()
        + from.iter().filter(|score| **score > own).count()
}

fn max_rank(scores: &[f32], tag: usize) -> usize {
    scores.iter().filter(|&&score| score >= scores[tag]).count()
}

fn place_in(decided: &[u16], tag: u16) -> Option<usize> {
    decided.iter().position(|&other| other == tag).map(|before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(gold: &[u16], decided: &[u16], scores: Option<&[f32]>) -> JudgedRecord {
        let mut judged = Judged::new(4);
        judged.push(gold, decided, scores).unwrap();
        judged.records()[0].clone()
    }

    #[test]
    fn gold_tags_are_a_set() {
        let record = record(&[3, 1, 3], &[1, 0], None);
        assert_eq!(record.gold(), [1, 3]);
        assert!(record.is_gold(3) && !record.is_gold(0));
        assert_eq!(record.true_positives(), 1);
    }

    #[test]
    fn equal_scores_are_placed_by_tag_and_ranked_alike() {
        let record = record(&[0, 1, 3], &[], Some(&[0.5, 0.9, 0.5, 0.5]));
        assert_eq!(record.gold_places(), [1, 2, 4]);
        assert_eq!(record.gold_ranks(), Some(&[1, 4, 4][..]));
    }

    #[test]
    fn without_scores_the_decided_order_is_the_ranking() {
        let record = record(&[0, 2, 3], &[3, 1, 0], None);
        assert_eq!(record.gold_places(), [1, 3]);
        assert_eq!(record.gold_ranks(), None);
    }

    #[test]
    fn what_cannot_be_judged_is_refused_and_not_kept() {
        let mut judged = Judged::new(2);
        let mut refusal = |gold: &[u16], decided: &[u16], scores: Option<&[f32]>| {
            judged.push(gold, decided, scores).unwrap_err()
        };
        assert_eq!(refusal(&[2], &[], None), "there is no tag 2, the taxonomy has 2 counted from 0");
        assert_eq!(refusal(&[], &[9], None), "there is no tag 9, the taxonomy has 2 counted from 0");
        assert_eq!(refusal(&[], &[1, 0, 1], None), "tag 1 is decided twice");
        assert_eq!(refusal(&[], &[], Some(&[0.5])), "expected 2 scores, found 1");
        assert_eq!(refusal(&[], &[], Some(&[0.5, 1.5])), "the score 1.5 of tag 1 is not between 0 and 1");
        assert_eq!(
            refusal(&[], &[], Some(&[f32::NAN, 0.5])),
            "the score NaN of tag 0 is not between 0 and 1"
        );
        assert!(judged.records().is_empty());
    }
}
