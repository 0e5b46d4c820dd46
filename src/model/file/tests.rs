use std::collections::BTreeMap;
use std::env;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use safetensors::SafeTensors;
use serde_json::{Value, json};

use super::*;
use crate::corpus::{Labelled, Record, TagRef, read_labelled};
use crate::error::Location;
use crate::learn::base::NetworkSettings;
use crate::learn::{Silent, TrainSettings, adapt, train};
use crate::taxonomy::testing::tag;

fn taxonomy() -> Taxonomy {
    Taxonomy::new(vec![tag(7, "parser "), tag(8, "queue")]).unwrap()
}

fn examples() -> Vec<Labelled> {
    let example = |line: usize| {
        let text = ["parses logs into fields", "a queue for jobs"][line % 2];
        let record = Record { description: Some(format!("{text} {line}")), ..Record::default() };
        Labelled::new(
            Location::line("t.jsonl", line),
            Record { tags: Some(vec![TagRef::Name(["parser", "queue"][line % 2].into())]), ..record },
            &taxonomy(),
        )
    };
    (0..20).map(|line| example(line).unwrap()).collect()
}

fn trained(hidden: usize) -> Model {
    let network = NetworkSettings { hidden, ..NetworkSettings::default() };
    let settings = TrainSettings { network, ..TrainSettings::default() };
    train(examples(), taxonomy(), &settings, &Silent).unwrap().model
}

fn answers(model: &Model) -> Vec<f32> {
    let record = |text: &str| Record { text: Some(text.into()), ..Record::default() };
    ["a job queue", "logs", ""].iter().flat_map(|text| model.probabilities(&record(text))).collect()
}

/// A model file taken apart, to be put together again otherwise and without a digest.
struct Parts {
    header: Value,
    tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl Parts {
    fn of(model: &Model) -> Self {
        let bytes = model.to_bytes().unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let parts = tensors.tensors().into_iter().filter(|(name, _)| name != tensor::DIGEST);
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        Self {
            header: serde_json::from_str(&metadata.metadata().as_ref().unwrap()[HEADER]).unwrap(),
            tensors: parts
                .map(|(name, view)| (name, (view.dtype(), view.shape().to_vec(), view.data().to_vec())))
                .collect(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let tensors = self.tensors.iter().map(|(name, (dtype, shape, data))| {
            (name.as_str(), TensorView::new(*dtype, shape.clone(), data).unwrap())
        });
        let metadata = HashMap::from([(HEADER.to_owned(), self.header.to_string())]);
        safetensors::serialize(tensors, Some(metadata)).unwrap()
    }

    /// Gives a tensor another first element.
    fn start(&mut self, name: &str, bytes: &[u8]) {
        self.tensors.get_mut(name).unwrap().2[..bytes.len()].copy_from_slice(bytes);
    }
}

/// How often something is tried: in the default run a share of it, everything with `TAGWRIGHT_FLIPS` set.
fn step(step: usize) -> usize {
    if env::var_os("TAGWRIGHT_FLIPS").is_some() { 1 } else { step }
}

#[test]
fn a_model_comes_back_as_it_was_written() {
    // An odd width leaves half a byte at the end of every row.
    for hidden in [0, 3] {
        let model = trained(hidden);
        let bytes = model.to_bytes().unwrap();
        let back = Model::from_bytes(&bytes).unwrap();
        assert_eq!(back.to_bytes().unwrap(), bytes);
        assert_eq!(back.taxonomy().tags()[0].name, "parser ");
        assert_eq!(answers(&back), answers(&model));
        assert_eq!(back.taxonomy().find(&TagRef::Name("queue".into())), Some(1));
    }
}

/// With `TAGWRIGHT_REWRITE` set, writes the model inside tagwright anew; with `TAGWRIGHT_SEEN` too, as one that was
/// trained on the records of that file.
#[test]
fn the_model_inside_is_as_this_version_writes_it() {
    let mut model = Model::embedded().unwrap();
    if let Some(path) = env::var_os("TAGWRIGHT_SEEN") {
        let examples = read_labelled(&[path], model.taxonomy()).unwrap();
        assert_eq!(examples.len(), model.card().records, "not the records that the model was trained on");
        let digests: Vec<_> = examples.iter().map(|example| example.record.text_digest()).collect();
        model.seen = Some(Seen::default().with(&digests));
    }
    let written = model.to_bytes().unwrap();
    if env::var_os("TAGWRIGHT_REWRITE").is_some() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/models/default.safetensors"), &written).unwrap();
    }
    let digest = |bytes| Tensors::of(bytes).unwrap().digest_without(tensor::DIGEST);
    assert_eq!(digest(EMBEDDED), digest(&written), "models/README.md says how to write it anew");
    assert!(Model::from_bytes(EMBEDDED).is_ok());
}

#[test]
fn no_flipped_bit_is_accepted() {
    let mut bytes = trained(3).to_bytes().unwrap();
    for bit in (0..8 * bytes.len()).step_by(step(67)) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Model::from_bytes(&bytes).is_err(), "bit {bit} of {}", 8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    let mut bytes = EMBEDDED.to_vec();
    let mut random = Pcg64Mcg::seed_from_u64(1);
    for _ in (0..1500).step_by(step(15)) {
        let bit = random.random_range(0..8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Model::from_bytes(&bytes).is_err(), "bit {bit} of the model inside");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(Model::from_bytes(&bytes).is_ok());
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let bytes = trained(3).to_bytes().unwrap();
    for length in (0..bytes.len()).step_by(step(37)) {
        assert!(Model::from_bytes(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
    assert!(Model::from_bytes(&[&bytes[..], b"\n"].concat()).is_err());
}

#[test]
fn a_file_without_a_digest_is_read_and_whatever_bit_is_flipped_its_answers_are_probabilities() {
    let model = trained(3);
    let mut bytes = Parts::of(&model).bytes();
    assert_eq!(answers(&Model::from_bytes(&bytes).unwrap()), answers(&model));
    let mut accepted = 0;
    for bit in (0..8 * bytes.len()).step_by(step(67)) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(model) = Model::from_bytes(&bytes) {
            let answers = answers(&model);
            assert!(answers.iter().all(|p| (0.0..=1.0).contains(p)), "bit {bit}: {answers:?}");
            accepted += 1;
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(accepted > 0);
}

#[test]
fn another_format_is_refused_by_name() {
    let bytes = trained(0).to_bytes().unwrap();
    let mut other = bytes.clone();
    let version = bytes.windows(FORMAT.len()).position(|window| window == FORMAT.as_bytes()).unwrap();
    other[version + FORMAT.len() - 1] = b'9';
    let (expected, found, _) = Model::from_bytes(&other).unwrap_err();
    assert_eq!(expected, "format \"tagwright model 1\"");
    assert_eq!(found, "format \"tagwright model 9\"");
}

#[test]
fn a_file_that_does_not_say_what_the_model_was_trained_on_is_read_and_the_model_does_not_know() {
    let model = trained(3);
    let all = |seen: &Seen| examples().iter().all(|example| seen.has(&example.record.text_digest()));
    assert!(Model::from_bytes(&model.to_bytes().unwrap()).unwrap().seen().is_some_and(all));
    let mut parts = Parts::of(&model);
    parts.tensors.remove(tensor::SEEN);
    let old = Model::from_bytes(&parts.bytes()).unwrap();
    assert_eq!((old.seen(), answers(&old)), (None, answers(&model)));
    let other: Vec<_> = examples().into_iter().rev().take(4).collect();
    let adapt = |model| {
        adapt(model, other.clone(), taxonomy(), None, &TrainSettings::default(), &Silent).unwrap().model
    };
    assert_eq!(adapt(&old).seen(), None);
    assert!(adapt(&model).seen().is_some_and(all));
}

/// Asserts that a model is refused once it is changed, and that the refusal says both parts.
#[track_caller]
fn refused(model: &Model, change: impl Fn(&mut Parts), parts: [&str; 2]) {
    let mut changed = Parts::of(model);
    change(&mut changed);
    let (expected, found, _) = Model::from_bytes(&changed.bytes()).unwrap_err();
    assert!(expected.contains(parts[0]) && found.contains(parts[1]), "expected {expected}, found {found}");
}

#[test]
fn what_no_training_gives_is_refused_and_named() {
    let model = trained(3);
    let numbers = [tensor::IDF, tensor::SCALES, tensor::INTERCEPTS, tensor::EMBEDDING_SCALES, tensor::HIDDEN];
    let more = [tensor::OUTPUT, tensor::OUTPUT_INTERCEPTS, tensor::STACK, tensor::STACK_INTERCEPTS];
    for name in numbers.into_iter().chain(more) {
        for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30] {
            let found = [name, &number.to_string()];
            refused(&model, |parts| parts.start(name, &number.to_le_bytes()), found);
        }
        refused(
            &model,
            |parts| _ = parts.tensors.get_mut(name).map(|tensor| tensor.1.push(1)),
            [name, "shape ["],
        );
    }
    for name in
        tensor::ALL.into_iter().filter(|name| ![tensor::DIGEST, tensor::HIDDEN, tensor::SEEN].contains(name))
    {
        refused(&model, |parts| _ = parts.tensors.remove(name), [name, "none"]);
    }
    refused(&model, |parts| parts.start(tensor::IDF, &0.0_f32.to_le_bytes()), [tensor::IDF, "0"]);
    refused(&model, |parts| parts.start(tensor::SCALES, &(-1.0_f32).to_le_bytes()), [tensor::SCALES, "-1"]);
    refused(
        &model,
        |parts| parts.start(tensor::TERMS, &u64::MAX.to_le_bytes()),
        ["terms", "a term of others"],
    );
    refused(
        &model,
        |parts| {
            let second = parts.tensors[tensor::TERMS].2[8..16].to_vec();
            parts.start(tensor::TERMS, &second);
        },
        ["each once", "a term that stands twice"],
    );
    refused(
        &model,
        |parts| _ = parts.tensors.insert(tensor::HIDDEN.into(), (Dtype::F32, vec![0], Vec::new())),
        ["hidden units", "[0]"],
    );
    refused(&model, |parts| parts.start(tensor::SEEN, &[255]), [tensor::SEEN, "other sizes"]);
    let name = "linear.intercepts2";
    let extra = (Dtype::F32, vec![1], vec![0; 4]);
    refused(&model, |parts| _ = parts.tensors.insert(name.into(), extra.clone()), ["a digest", name]);

    for (place, value, part) in [
        ("/rule/threshold", json!(-1.0), "threshold: expected a probability"),
        ("/rule/threshold", json!(2.0), "threshold: expected a probability"),
        ("/rule/top", json!(0), "top: expected 1 tag or more"),
        ("/features/blocks/0/weight", json!(1e30), "weight"),
        ("/features/blocks/0/fields/name", json!(0), "fields"),
        ("/features/text/prose_chars", json!(1_u64 << 60), "prose_chars"),
        ("/taxonomy/0/name", json!("queue"), "stands twice"),
        ("/taxonomy/0/name", json!(" "), "empty name"),
        ("/taxonomy", json!([]), "no tags"),
        ("/card/support", json!([1]), "the support of 1 tags"),
        ("/card/support", json!([1, 21]), "a tag in 21 of 20 records"),
        ("/card/cross_validation/p_at_1", json!(1.5), "a figure of 1.5"),
        ("/tokenizer/model/vocab", json!({"[UNK]": 1, "queue": 0}), "its first word is not [UNK]"),
    ] {
        refused(&model, |parts| *parts.header.pointer_mut(place).unwrap() = value.clone(), ["a sound", part]);
    }
}

#[test]
fn the_settings_of_another_version_are_no_matter_for_answers() {
    let model = trained(3);
    let mut parts = Parts::of(&model);
    parts.header["card"]["settings"] = json!({"seed": 1, "tempo": {"of": "another version"}});
    let other = Model::from_bytes(&parts.bytes()).unwrap();
    assert_eq!(answers(&other), answers(&model));
    let error = adapt(&other, examples(), taxonomy(), None, &TrainSettings::default(), &Silent).unwrap_err();
    assert!(error.to_string().contains("unknown field `tempo`"), "{error}");
}

#[test]
fn a_model_that_could_not_be_read_again_is_not_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("m");
    fs::write(&path, "old").unwrap();
    let mut model = trained(3);
    model.base.intercepts[1] = f32::NAN;
    let error = model.write(&path).unwrap_err().to_string();
    assert!(error.contains("found NaN") && error.ends_with("lower linear.c and stack.c"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn what_a_file_holds_is_quoted_in_one_line_and_not_at_length() {
    let header =
        format!(r#"{{"a\n\u001b{}":{{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}}}"#, "x".repeat(5_000));
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 8]].concat();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("m");
    std::fs::write(&path, bytes).unwrap();
    let error = Model::read(&path).unwrap_err().to_string();
    assert!(error.contains(r"a \u001bxxx") && error.len() < 1_000, "{error}");
    assert!(!error.contains(char::is_control), "{error:?}");
}
