//! What `explain` says adds up to what the model computes, for any record.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tagwright::corpus::{Record, Source, open, read_labelled};
use tagwright::decide::DecisionRule;
use tagwright::explain::{Explainer, Reason};
use tagwright::features::AliasMatcher;
use tagwright::learn::stack::{Evidence, Row};
use tagwright::learn::{Silent, TrainSettings, train};
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;
use tagwright::text::{Document, for_each_word};

/// How near the sum comes to the model's logit, and so to its probability.
const TOLERANCE: f64 = 1e-5;
/// How little of it may be called rounding.
const ROUNDING: f64 = 1e-4;

static EMBEDDED: LazyLock<Explained> = LazyLock::new(|| Explained::new(Model::embedded().unwrap()));
static SMALL: LazyLock<Explained> = LazyLock::new(|| Explained::new(small_model(64)));
static LINEAR: LazyLock<Explained> = LazyLock::new(|| Explained::new(small_model(0)));

/// A model with its explainer, and what it takes to compute its logits step by step.
struct Explained {
    model: &'static Model,
    explainer: Explainer<'static>,
    aliases: AliasMatcher,
}

/// The names, descriptions and READMEs of `training/starter.jsonl`.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let records = open(&Source::from(root("training/starter.jsonl")), None).unwrap();
    let texts = records.flat_map(|record| {
        let (_, record) = record.unwrap();
        [record.name, record.description, record.readme]
    });
    texts.flatten().collect()
});

/// Every word in them, and some that no model knows.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words: BTreeSet<String> = ["zzyzx", "日本", "Ünïcode"].map(str::to_owned).into();
    for text in TEXTS.iter() {
        for_each_word(text, |word| _ = words.insert(word.to_owned()));
    }
    words.into_iter().collect()
});

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A model of `tests/data` with a network of `hidden` units; without any it has none.
fn small_model(hidden: usize) -> Model {
    let taxonomy = Taxonomy::read(&root("tests/data/taxonomy.json")).unwrap();
    let examples = read_labelled(&[root("tests/data/train.jsonl")], &taxonomy).unwrap();
    let mut settings = TrainSettings::default();
    settings.network.hidden = hidden;
    train(examples, taxonomy, &settings, &Silent).unwrap().model
}

/// A text that somebody wrote, or any words in any order.
fn text(words: Range<usize>) -> impl Strategy<Value = String> {
    let joint = select(vec![" ", " ", " ", "-", ". ", "\n\n# ", "\n\n", " `", "\n```sh\n"]);
    let any_words = prop::collection::vec((select(WORDS.as_slice()), joint), words)
        .prop_map(|words| words.into_iter().map(|(word, joint)| word.clone() + joint).collect());
    prop_oneof![any_words, select(TEXTS.as_slice())]
}

/// A record with any of its fields, from different sources.
fn record() -> impl Strategy<Value = Record> {
    let fields = (text(1..4), text(0..20), text(0..150), text(0..40), 0_u8..16);
    fields.prop_map(|(name, description, readme, text, present)| {
        let given = |bit: u8, text: String| (present >> bit & 1 == 1).then_some(text);
        Record {
            name: given(0, name.replacen(' ', "/", 1)),
            description: given(1, description),
            readme: given(2, readme),
            text: given(3, text),
            ..Record::default()
        }
    })
}

impl Explained {
    fn new(model: Model) -> Self {
        let model: &'static Model = Box::leak(Box::new(model));
        let aliases = AliasMatcher::new(model.taxonomy(), model.features().vocabulary());
        Self { model, explainer: Explainer::new(model), aliases }
    }

    fn all_tags(&self) -> Vec<usize> {
        (0..self.model.taxonomy().len()).collect()
    }

    fn best_tag(&self, record: &Record) -> usize {
        let everything = DecisionRule { top: 1, threshold: 0.0 };
        everything.decide(&self.model.probabilities(record), |_| true)[0].into()
    }

    /// What the stacked level sees of a record, computed as `predict` does.
    fn row(&self, record: &Record) -> Row {
        let features = self.model.features();
        let document = Document::new(record, &features.settings().text);
        let encoded = features.encode(&document);
        let row = features.row(&encoded);
        Row::new(&Evidence {
            logits: self.model.base().logits(&row, &features.words(&row)),
            mentions: self.aliases.mentions(&encoded),
            has_readme: document.has_readme,
        })
    }

    fn check(&self, record: &Record, tags: &[usize]) -> Result<(), TestCaseError> {
        let row = self.row(record);
        let probabilities = self.model.probabilities(record);
        for explanation in self.explainer.explain(record, tags) {
            let tag = explanation.tag;
            let sum = explanation.logit();
            let off = (sum - f64::from(self.model.stack()[tag].logit(&row, tag))).abs();
            prop_assert!(off < TOLERANCE, "the logit is off by {off}");
            let rounding = explanation.contributions.iter().find(|part| part.reason == Reason::Rounding);
            prop_assert!(rounding.unwrap().value.abs() < ROUNDING, "{rounding:?}");
            prop_assert_eq!(explanation.probability.to_bits(), probabilities[tag].to_bits());
            let off = (1.0 / (1.0 + (-sum).exp()) - f64::from(explanation.probability)).abs();
            prop_assert!(off < TOLERANCE, "the probability is off by {off}");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_embedded_model(record in record(), mut tags in subsequence((0..90).collect::<Vec<usize>>(), 2)) {
        tags.push(EMBEDDED.best_tag(&record));
        EMBEDDED.check(&record, &tags)?;
    }

    #[test]
    fn a_small_model(record in record()) {
        SMALL.check(&record, &SMALL.all_tags())?;
    }

    #[test]
    fn a_model_without_a_network(record in record()) {
        LINEAR.check(&record, &LINEAR.all_tags())?;
    }
}
