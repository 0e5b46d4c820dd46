//! A trained model: everything that `predict` needs, in one file.

mod base;
mod card;
mod file;
mod quantised;
mod seen;
mod tensors;

use crate::corpus::Record;
use crate::decide::DecisionRule;
use crate::features::{AliasMatcher, Features};
use crate::learn::stack::{Evidence, Row, StackedModel};
use crate::sigmoid;
use crate::taxonomy::Taxonomy;
use crate::text::Document;

pub use base::QuantisedBase;
pub use card::{Card, CrossValidation};
pub use quantised::QuantisedMatrix;
pub use seen::{Overlap, Seen};

/// The bytes of the model that comes with tagwright.
static EMBEDDED: &[u8] = include_bytes!("../../models/default.safetensors");

/// A trained model.
#[derive(Debug, Clone)]
pub struct Model {
    taxonomy: Taxonomy,
    features: Features,
    aliases: AliasMatcher,
    base: QuantisedBase,
    stack: Vec<StackedModel>,
    rule: DecisionRule,
    card: Card,
    seen: Option<Seen>,
}

impl Model {
    /// A model from its fitted parts.
    pub fn new(
        taxonomy: Taxonomy,
        features: Features,
        base: QuantisedBase,
        stack: Vec<StackedModel>,
        rule: DecisionRule,
        card: Card,
        seen: Option<Seen>,
    ) -> Self {
        let aliases = AliasMatcher::new(&taxonomy, features.vocabulary());
        Self { taxonomy, features, aliases, base, stack, rule, card, seen }
    }

    /// The tags that the model knows.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// How it turns text into features.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// Its base level.
    pub fn base(&self) -> &QuantisedBase {
        &self.base
    }

    /// Its stacked level: one model per tag.
    pub fn stack(&self) -> &[StackedModel] {
        &self.stack
    }

    /// How many columns its features have.
    pub fn columns(&self) -> usize {
        self.features.terms().len()
    }

    /// The decision rule that its training chose.
    pub fn rule(&self) -> DecisionRule {
        self.rule
    }

    /// Where the model comes from and how good it was.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The texts that it was trained on; `None` when it does not know them all, as from a file from before they were kept.
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// The probability of every tag for a record, in the taxonomy's order.
    pub fn probabilities(&self, record: &Record) -> Vec<f32> {
        let document = Document::new(record, &self.features.settings().text);
        let encoded = self.features.encode(&document);
        let features = self.features.row(&encoded);
        let row = Row::new(&Evidence {
            logits: self.base.logits(&features, &self.features.words(&features)),
            mentions: self.aliases.mentions(&encoded),
            has_readme: document.has_readme,
        });
        (0..).zip(&self.stack).map(|(tag, model)| sigmoid(model.logit(&row, tag))).collect()
    }
}
