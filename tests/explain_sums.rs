//! What `explain` says adds up to what the model computes, for any record.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tagwright::corpus::{Record, Source, open, read_labelled};
use tagwright::explain::Explainer;
use tagwright::features::AliasMatcher;
use tagwright::learn::stack::{Evidence, Row};
use tagwright::learn::{Silent, TrainSettings, train};
use tagwright::model::Model;
use tagwright::taxonomy::Taxonomy;
use tagwright::text::{Document, for_each_word};

/// The largest difference that single precision may make, in the logit and so in the probability.
const TOLERANCE: f64 = 1e-5;

static EMBEDDED: LazyLock<Model> = LazyLock::new(|| Model::embedded().unwrap());
static SMALL: LazyLock<Model> = LazyLock::new(|| small_model(64));
static LINEAR: LazyLock<Model> = LazyLock::new(|| small_model(0));

/// Every word of `training/starter.jsonl`, and some that no model knows.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words: BTreeSet<String> = ["zzyzx", "日本", "Ünïcode"].map(str::to_owned).into();
    for record in open(&Source::from(root("training/starter.jsonl")), None).unwrap() {
        let (_, record) = record.unwrap();
        for text in [record.name, record.description, record.readme].iter().flatten() {
            for_each_word(text, |word| _ = words.insert(word.to_owned()));
        }
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

fn text(words: Range<usize>) -> impl Strategy<Value = String> {
    let joint = select(vec![" ", " ", " ", "-", ". ", "\n\n# ", "\n\n", " `", "\n```sh\n"]);
    prop::collection::vec((select(WORDS.as_slice()), joint), words)
        .prop_map(|words| words.into_iter().map(|(word, joint)| word.clone() + joint).collect())
}

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

/// The logit of a tag, computed as `predict` does.
fn logit(model: &Model, record: &Record, tag: usize) -> f64 {
    let features = model.features();
    let document = Document::new(record, &features.settings().text);
    let encoded = features.encode(&document);
    let row = features.row(&encoded);
    let evidence = Evidence {
        logits: model.base().logits(&row, &features.words(&row)),
        mentions: AliasMatcher::new(model.taxonomy(), features.vocabulary()).mentions(&encoded),
        has_readme: document.has_readme,
    };
    f64::from(model.stack()[tag].logit(&Row::new(&evidence), tag))
}

fn check(model: &Model, record: &Record, tags: &[usize]) -> Result<(), TestCaseError> {
    let probabilities = model.probabilities(record);
    for explanation in Explainer::new(model).explain(record, tags) {
        let sum = explanation.logit();
        let off = (sum - logit(model, record, explanation.tag)).abs();
        prop_assert!(off < TOLERANCE, "the logit is off by {off}");
        prop_assert_eq!(explanation.probability.to_bits(), probabilities[explanation.tag].to_bits());
        let off = (1.0 / (1.0 + (-sum).exp()) - f64::from(explanation.probability)).abs();
        prop_assert!(off < TOLERANCE, "the probability is off by {off}");
    }
    Ok(())
}

fn best(model: &Model, record: &Record) -> usize {
    let probabilities = model.probabilities(record);
    (0..probabilities.len()).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b])).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_embedded_model(record in record(), mut tags in subsequence((0..90).collect::<Vec<usize>>(), 2)) {
        tags.push(best(&EMBEDDED, &record));
        check(&EMBEDDED, &record, &tags)?;
    }

    #[test]
    fn a_small_model(record in record()) {
        let tags: Vec<usize> = (0..SMALL.taxonomy().len()).collect();
        check(&SMALL, &record, &tags)?;
    }

    #[test]
    fn a_model_without_a_network(record in record()) {
        let tags: Vec<usize> = (0..LINEAR.taxonomy().len()).collect();
        check(&LINEAR, &record, &tags)?;
    }
}
