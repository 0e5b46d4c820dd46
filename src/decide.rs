//! From probabilities to tags.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The decision rule: at most `top` tags, each with at least the probability `threshold`, best first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRule {
    /// How many tags a record gets at most.
    pub top: usize,
    /// The least probability of a tag, 0 to 1.
    pub threshold: f32,
}

impl DecisionRule {
    /// How many tags a record gets at most, unless told otherwise.
    pub const DEFAULT_TOP: usize = 3;

    /// The rule for scores of another tool, whose own rule is not known: what is more likely than not.
    pub const EVEN: Self = Self { top: Self::DEFAULT_TOP, threshold: 0.5 };

    /// A rule, checked.
    ///
    /// # Errors
    /// Those of [`DecisionRule::check`].
    pub fn new(top: usize, threshold: f32) -> Result<Self> {
        let rule = Self { top, threshold };
        rule.check()?;
        Ok(rule)
    }

    /// Checks both ranges.
    ///
    /// # Errors
    /// [`Error::Setting`] when `threshold` is not between 0 and 1, or no tag can be given out.
    pub fn check(&self) -> Result<()> {
        let wrong = |name: &str, expected: &str, found: String| {
            Err(Error::Setting { name: name.to_owned(), expected: expected.to_owned(), found })
        };
        if self.top == 0 {
            return wrong("top", "1 tag or more", self.top.to_string());
        }
        if !(0.0..=1.0).contains(&self.threshold) {
            return wrong("threshold", "a probability, 0 to 1", self.threshold.to_string());
        }
        Ok(())
    }

    /// The tags that a record gets, best first; among equals the first of the taxonomy. `candidate` says which tags
    /// may be chosen.
    ///
    /// ```
    /// use tagwright::decide::DecisionRule;
    ///
    /// let rule = DecisionRule::new(2, 0.3).unwrap();
    /// assert_eq!(rule.decide(&[0.4, 0.9, 0.1, 0.5], |_| true), [1, 3]);
    /// assert_eq!(rule.decide(&[0.4, 0.9, 0.1, 0.5], |tag| tag != 1), [3, 0]);
    /// assert!(rule.decide(&[0.1, 0.2, 0.1, 0.1], |_| true).is_empty());
    /// ```
    pub fn decide(&self, probabilities: &[f32], candidate: impl Fn(usize) -> bool) -> Vec<u16> {
        let mut tags: Vec<u16> = (0..probabilities.len())
            .filter(|tag| probabilities[*tag] >= self.threshold && candidate(*tag))
            .map(|tag| tag as u16)
            .collect();
        tags.sort_by(|a, b| probabilities[usize::from(*b)].total_cmp(&probabilities[usize::from(*a)]));
        tags.truncate(self.top);
        tags
    }
}

/// The threshold at which the rule's micro-F1 is highest, half-way between the two probabilities that it separates.
///
/// One pass over the decisions at threshold 0 from the most to the least probable; every prefix of them is what
/// some threshold decides.
pub fn best_threshold(probabilities: &[Vec<f32>], gold: &[Vec<u16>], top: usize) -> f32 {
    let everything = DecisionRule { top, threshold: 0.0 };
    let mut decisions: Vec<(f32, bool)> = Vec::new();
    for (probabilities, gold) in probabilities.iter().zip(gold) {
        let tags = everything.decide(probabilities, |_| true);
        decisions.extend(tags.iter().map(|tag| (probabilities[usize::from(*tag)], gold.contains(tag))));
    }
    decisions.sort_by(|a, b| b.0.total_cmp(&a.0));
    let labels: usize = gold.iter().map(Vec::len).sum();
    let (mut right, mut best_f1, mut threshold) = (0_usize, 0.0, 0.5);
    for (count, &(probability, is_right)) in (1..).zip(&decisions) {
        right += usize::from(is_right);
        let next = decisions.get(count).map_or(0.0, |next| next.0);
        let f1 = 2.0 * right as f64 / (count + labels) as f64;
        if next < probability && f1 > best_f1 {
            best_f1 = f1;
            threshold = f32::midpoint(probability, next);
        }
    }
    threshold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_keeps_the_best_above_the_threshold() {
        let rule = DecisionRule::new(3, 0.3).unwrap();
        assert_eq!(rule.decide(&[0.3, 0.29, 0.3, 0.8, 0.5], |_| true), [3, 4, 0]);
        assert!(DecisionRule::new(3, 1.5).is_err());
        assert!(DecisionRule::new(3, f32::NAN).is_err());
    }

    #[test]
    fn the_best_threshold_separates_right_from_wrong() {
        let probabilities = vec![vec![0.9, 0.2], vec![0.4, 0.8], vec![0.6, 0.1]];
        let gold = [vec![0], vec![1], vec![0]];
        let threshold = best_threshold(&probabilities, &gold, 3);
        assert!((threshold - 0.5).abs() < 1e-6, "{threshold}");
    }

    #[test]
    fn without_any_right_decision_the_threshold_is_a_half() {
        assert!((best_threshold(&[vec![0.9]], &[vec![]], 3) - 0.5).abs() < 1e-6);
    }
}
