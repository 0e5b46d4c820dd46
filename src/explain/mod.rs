//! Why a record has a tag: the tag's logit as an exact sum of parts that have names.
//!
//! Both levels of a model are sums of products, but for three places: the rectified units of the network, the cut of
//! unlikely logits, and the ranks. For one given record these are fixed, and what is left is linear.
//!
//! # The base level
//!
//! The base logit of tag `t`, for a record with the sparse row `x` of terms `f`, is the mean of both learners:
//!
//! ```text
//! s[t] = (b[t] + Σf W[f,t] x[f]) / 2  +  (c[t] + Σh O[t,h] max(0, a[h])) / 2,    a[h] = c'[h] + Σf 3 x[f] E[f,h]
//! ```
//!
//! With `g[h]` = 1 where `a[h]` > 0 and 0 elsewhere, `max(0, a[h])` is `g[h] a[h]`, so that the sum can be sorted by terms:
//!
//! ```text
//! part of term f:  x[f] (W[f,t] + 3 Σh O[t,h] g[h] E[f,h]) / 2
//! intercept:       (b[t] + c[t] + Σh O[t,h] g[h] c'[h]) / 2
//! ```
//!
//! `E[f,h]` is 0 for terms that are no embedded words; without a network the linear part counts whole.
//!
//! # The stacked level
//!
//! With `v[j] = max(s[j] / 4, -1.5)`, the three best tags `k[1..3]`, the tag's rank `r` and its mentions `m[i]` in each
//! field, counted up to 3, the stacked logit is
//!
//! ```text
//! z = a + Σj u[j] v[j] + p s[t] / 4 + Σi d[i] (s[t] - s[k[i]]) / 4 + q r / 10 + Σi n[i] m[i] + y [README]
//! ```
//!
//! | Reason | Value |
//! |---|---|
//! | [`Reason::Term`] | its part of `s[t]`, times the slope `(p + u[t] + Σ d[i] over k[i] ≠ t) / 4`, in which `u[t]` counts only where `v[t]` is not cut |
//! | [`Reason::Mention`] | `n[i] m[i]`, shared among the spellings by how often each stands in the field |
//! | [`Reason::Tag`] `j` | `u[j] (v[j] + 1.5)`, less `s[j] / 4` times `Σ d[i] over k[i] = j` |
//! | [`Reason::Rank`] | `q r / 10` |
//! | [`Reason::Readme`] | `y` |
//! | [`Reason::Rounding`] | the slope times what single precision makes of `s[t]`, some hundred-thousandths at most |
//! | [`Reason::Start`] | the rest: `a`, the slope times the intercept of `s[t]`, and `-1.5 u[j]` for all other tags, and for `t` where `v[t]` is cut |

mod base;
mod contribution;
mod highlight;
mod names;
mod reading;
mod stacked;
mod summary;

use crate::corpus::Record;
use crate::model::Model;
use names::Names;
use reading::Reading;

pub use contribution::{Contribution, Explanation, Phrase, Reason};
pub use highlight::{Mark, MarkedText};
pub use summary::{Item, Share};

/// Explains the answers of one model.
pub struct Explainer<'m> {
    model: &'m Model,
    names: Names<'m>,
}

impl<'m> Explainer<'m> {
    /// Prepares what all explanations share.
    pub fn new(model: &'m Model) -> Self {
        Self { model, names: Names::new(model) }
    }

    /// Why `record` has each of `tags` (indices in the model's taxonomy), or has not.
    ///
    /// ```
    /// use tagwright::corpus::Record;
    /// use tagwright::explain::Explainer;
    /// use tagwright::model::Model;
    ///
    /// let model = Model::embedded()?;
    /// let record = Record { description: Some("Terminal file manager".to_owned()), ..Record::default() };
    /// let terminal = model.taxonomy().tags().iter().position(|tag| tag.name == "terminal").unwrap();
    /// let explanation = &Explainer::new(&model).explain(&record, &[terminal])[0];
    /// assert_eq!(explanation.phrases()[0].words, "terminal");
    ///
    /// let probability = 1.0 / (1.0 + (-explanation.logit()).exp());
    /// assert!((probability - f64::from(explanation.probability)).abs() < 1e-5);
    /// # Ok::<(), tagwright::Error>(())
    /// ```
    ///
    /// # Panics
    /// When the taxonomy has no such tag.
    pub fn explain(&self, record: &Record, tags: &[usize]) -> Vec<Explanation> {
        let probabilities = self.model.probabilities(record);
        let reading = Reading::new(self.model, record);
        let explanations = tags.iter().map(|&tag| Explanation {
            tag,
            probability: probabilities[tag],
            contributions: stacked::contributions(self.model, &self.names, &reading, tag),
        });
        explanations.collect()
    }

    /// The texts of `record` in which the words that have a part in `explanation` are marked.
    ///
    /// The words are looked up again in the record's own text, and marked wherever they stand there: also in a place
    /// that the model does not read, such as the URL of a badge or the end of a long README. A word's weight is the sum
    /// of its shares of the phrases that it stands in. Phrases of the name are looked up in the name, those of the
    /// description in the description, and all of them in README and text, which may stand for both.
    pub fn marked_texts<'r>(&self, record: &'r Record, explanation: &Explanation) -> Vec<MarkedText<'r>> {
        highlight::marked_texts(self.model.features().vocabulary(), record, explanation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::TagRef;
    use crate::text::Field;

    fn explain(record: &Record, tag: &str) -> Explanation {
        let model = Model::embedded().unwrap();
        let tag = model.taxonomy().find(&TagRef::Name(tag.to_owned())).unwrap();
        Explainer::new(&model).explain(record, &[tag]).remove(0)
    }

    fn described(description: &str) -> Record {
        Record { description: Some(description.to_owned()), ..Record::default() }
    }

    #[test]
    fn a_mention_has_its_spelling_and_its_field() {
        let explanation = explain(&described("MQTT client, and again mqtt"), "message-queue");
        let mention = Reason::Mention { spelling: "mqtt".into(), field: Field::Description, times: 2 };
        let found = explanation.contributions.iter().find(|contribution| contribution.reason == mention);
        assert!(found.unwrap().value > 0.0);
    }

    #[test]
    fn a_phrase_is_what_it_says_in_all_blocks_and_names_all_its_fields() {
        let record = Record { name: Some("acme/mqtt".into()), ..described("An mqtt broker") };
        let explanation = explain(&record, "message-queue");
        let is_mqtt = |contribution: &&Contribution| matches!(&contribution.reason, Reason::Term { words, .. } if words == "mqtt");
        let parts: Vec<f64> =
            explanation.contributions.iter().filter(is_mqtt).map(|contribution| contribution.value).collect();
        let phrases = explanation.phrases();
        assert!(parts.len() > 1 && phrases[0].words == "mqtt", "{phrases:?}");
        assert!((phrases[0].value - parts.iter().sum::<f64>()).abs() < 1e-12);
        assert_eq!(phrases[0].fields, [Field::Name, Field::Description]);
        assert!(phrases.is_sorted_by(|a, b| a.value >= b.value));
    }

    #[test]
    fn without_a_known_word_only_the_rest_speaks() {
        let explanation = explain(&described("zzyzx qwxv"), "cli");
        assert!(explanation.phrases().is_empty());
        assert!(explanation.logit() < 0.0);
        assert_eq!(explanation.contributions[0].reason, Reason::Start);
    }
}
