//! The model file: tensors and one JSON document in safetensors format.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::path::Path;

use bytemuck::Pod;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Card, EMBEDDED, Model, QuantisedBase, QuantisedMatrix};
use crate::atomic::write_atomic;
use crate::decide::DecisionRule;
use crate::error::{Error, Result};
use crate::features::{FeatureSettings, Features, Term};
use crate::learn::base::Head;
use crate::learn::stack::{self, StackedModel};
use crate::taxonomy::{Tag, Taxonomy};
use crate::text::Vocabulary;

/// The layout of the file; a reader accepts its own only.
const FORMAT: &str = "tagwright model 1";
/// The entry of the safetensors metadata that holds the [`Header`]: one entry, because their order is not fixed.
const HEADER: &str = "tagwright";

const NOT_A_MODEL: &str = "name a file written by `tagwright train --out`";
const OTHER_VERSION: &str = "train it again with this version of tagwright, or use the version that wrote it";
const DAMAGED: &str = "copy or train it again";

mod tensor {
    pub const TERMS: &str = "features.terms";
    pub const IDF: &str = "features.idf";
    pub const WEIGHTS: &str = "linear.weights";
    pub const SCALES: &str = "linear.scales";
    pub const INTERCEPTS: &str = "linear.intercepts";
    pub const EMBEDDING: &str = "network.embedding";
    pub const EMBEDDING_SCALES: &str = "network.embedding_scales";
    pub const HIDDEN: &str = "network.hidden";
    pub const OUTPUT: &str = "network.output";
    pub const OUTPUT_INTERCEPTS: &str = "network.output_intercepts";
    pub const STACK: &str = "stack.weights";
    pub const STACK_INTERCEPTS: &str = "stack.intercepts";
}

/// Everything but the tensors.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    format: Cow<'a, str>,
    taxonomy: Cow<'a, [Tag]>,
    features: Cow<'a, FeatureSettings>,
    rule: DecisionRule,
    card: Cow<'a, Card>,
    /// A `tokenizer.json`.
    tokenizer: Box<RawValue>,
}

/// The part of every format's header that tells it from others.
#[derive(Deserialize)]
struct AnyHeader {
    format: String,
}

/// A mistake in a model file: what was expected, what was found, what to do.
type Fault = (String, String, &'static str);

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, [`Error::Model`] when it is not a model of this version.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|source| Error::io(path, "read the model", source))?;
        Self::from_bytes(&bytes, |weights| Cow::Owned(weights.to_vec()))
            .map_err(|(expected, found, help)| Error::Model { path: path.to_owned(), expected, found, help })
    }

    /// The model that comes with tagwright.
    ///
    /// # Errors
    /// [`Error::Model`] when tagwright was built with something else in its place.
    pub fn embedded() -> Result<Self> {
        Self::from_bytes(EMBEDDED, Cow::Borrowed).map_err(|(expected, found, help)| Error::Model {
            path: "models/default.safetensors".into(),
            expected,
            found,
            help,
        })
    }

    /// Writes the model file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let bytes =
            self.to_bytes().map_err(|error| Error::io(path, "write", std::io::Error::other(error)))?;
        write_atomic(path, |file| file.write_all(&bytes))
    }

    fn to_bytes(&self) -> std::result::Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let header = Header {
            format: FORMAT.into(),
            taxonomy: self.taxonomy.tags().into(),
            features: Cow::Borrowed(self.features.settings()),
            rule: self.rule,
            card: Cow::Borrowed(&self.card),
            tokenizer: RawValue::from_string(self.features.vocabulary().to_json()?)?,
        };
        let metadata = HashMap::from([(HEADER.to_owned(), serde_json::to_string(&header)?)]);
        let terms: Vec<u64> = self.features.terms().iter().map(|term| term.to_bits()).collect();
        let stack: Vec<f32> = self.stack.iter().flat_map(|model| model.weights.iter().copied()).collect();
        let stack_intercepts: Vec<f32> = self.stack.iter().map(|model| model.intercept).collect();
        let tags = self.taxonomy.len();
        let row_bytes = QuantisedMatrix::row_bytes(tags);
        let mut tensors = vec![
            view(tensor::TERMS, Dtype::U64, &[terms.len()], &terms),
            view(tensor::IDF, Dtype::F32, &[terms.len()], self.features.idf()),
            view(tensor::WEIGHTS, Dtype::U8, &[terms.len(), row_bytes], self.base.weights.bytes()),
            view(tensor::SCALES, Dtype::F32, &[terms.len()], self.base.weights.scales()),
            view(tensor::INTERCEPTS, Dtype::F32, &[tags], &self.base.intercepts),
            view(tensor::STACK, Dtype::F32, &[tags, stack::columns(tags)], &stack),
            view(tensor::STACK_INTERCEPTS, Dtype::F32, &[tags], &stack_intercepts),
        ];
        if let Some((embedding, head)) = &self.base.network {
            let (words, hidden) = (embedding.scales().len(), embedding.width());
            let row_bytes = QuantisedMatrix::row_bytes(hidden);
            tensors.extend([
                view(tensor::EMBEDDING, Dtype::U8, &[words, row_bytes], embedding.bytes()),
                view(tensor::EMBEDDING_SCALES, Dtype::F32, &[words], embedding.scales()),
                view(tensor::HIDDEN, Dtype::F32, &[hidden], &head.hidden),
                view(tensor::OUTPUT, Dtype::F32, &[tags, hidden], &head.output),
                view(tensor::OUTPUT_INTERCEPTS, Dtype::F32, &[tags], &head.intercepts),
            ]);
        }
        let tensors = tensors.into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(safetensors::serialize(tensors, Some(metadata))?)
    }

    fn from_bytes<'a>(
        bytes: &'a [u8],
        keep: impl Fn(&'a [u8]) -> Cow<'static, [u8]>,
    ) -> std::result::Result<Self, Fault> {
        let not_a_model = |found: String| ("a tagwright model".to_owned(), found, NOT_A_MODEL);
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| {
            not_a_model(format!("{} bytes that are no whole safetensors file ({error})", bytes.len()))
        })?;
        let header = metadata.metadata().as_ref().and_then(|metadata| metadata.get(HEADER));
        let header = header.ok_or_else(|| not_a_model("a safetensors file of another program".to_owned()))?;
        let format =
            serde_json::from_str(header).map_or_else(|_| "none".to_owned(), |any: AnyHeader| any.format);
        if format != FORMAT {
            return Err((format!("format {FORMAT:?}"), format!("format {format:?}"), OTHER_VERSION));
        }
        let damaged =
            |what: &str, error: &dyn Display| (format!("a sound {what}"), error.to_string(), DAMAGED);
        let header: Header = serde_json::from_str(header).map_err(|error| damaged("header", &error))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| damaged("file", &error))?;

        let taxonomy =
            Taxonomy::new(header.taxonomy.into_owned()).map_err(|error| damaged("taxonomy", &error))?;
        header.features.check().map_err(|error| damaged("features", &error))?;
        let vocabulary =
            Vocabulary::from_json(header.tokenizer.get()).map_err(|error| damaged("tokenizer", &error))?;
        let tags = taxonomy.len();
        let support = header.card.support.len();
        if support != 0 && support != tags {
            return Err((format!("the support of {tags} tags"), format!("that of {support}"), DAMAGED));
        }
        let terms: Vec<Term> =
            values(&tensors, tensor::TERMS, Dtype::U64, None)?.into_iter().map(Term::from_bits).collect();
        if !terms.iter().all(|term| term.is_within(header.features.blocks.len(), vocabulary.len())) {
            let expected = "terms of the model's own blocks and words".to_owned();
            return Err((expected, "a term of others".to_owned(), DAMAGED));
        }
        let columns = terms.len();
        let idf = values(&tensors, tensor::IDF, Dtype::F32, Some(columns))?;
        let features = Features::new(header.features.into_owned(), vocabulary, terms, idf);
        let matrix = |name, scales, rows: usize, width: usize| {
            let bytes =
                raw(&tensors, name, Dtype::U8, Some(rows.saturating_mul(QuantisedMatrix::row_bytes(width))))?;
            let scales = values(&tensors, scales, Dtype::F32, Some(rows))?;
            Ok(QuantisedMatrix::from_parts(width, keep(bytes), scales))
        };
        let hidden = header.card.settings.network.hidden;
        let network = if hidden == 0 {
            None
        } else {
            let head = Head {
                hidden: values(&tensors, tensor::HIDDEN, Dtype::F32, Some(hidden))?,
                output: values(&tensors, tensor::OUTPUT, Dtype::F32, Some(tags.saturating_mul(hidden)))?,
                intercepts: values(&tensors, tensor::OUTPUT_INTERCEPTS, Dtype::F32, Some(tags))?,
            };
            Some((matrix(tensor::EMBEDDING, tensor::EMBEDDING_SCALES, features.word_count(), hidden)?, head))
        };
        let base = QuantisedBase {
            weights: matrix(tensor::WEIGHTS, tensor::SCALES, columns, tags)?,
            intercepts: values(&tensors, tensor::INTERCEPTS, Dtype::F32, Some(tags))?,
            network,
        };
        let width = stack::columns(tags);
        let stack: Vec<f32> = values(&tensors, tensor::STACK, Dtype::F32, Some(tags * width))?;
        let stack_intercepts: Vec<f32> = values(&tensors, tensor::STACK_INTERCEPTS, Dtype::F32, Some(tags))?;
        let stack = stack.chunks_exact(width).zip(stack_intercepts);
        let stack = stack.map(|(weights, intercept)| StackedModel { weights: weights.to_vec(), intercept });
        Ok(Self::new(taxonomy, features, base, stack.collect(), header.rule, header.card.into_owned()))
    }
}

fn view<'a, T: Pod>(
    name: &'static str,
    dtype: Dtype,
    shape: &[usize],
    values: &'a [T],
) -> std::result::Result<(&'static str, TensorView<'a>), safetensors::SafeTensorError> {
    Ok((name, TensorView::new(dtype, shape.to_vec(), bytemuck::cast_slice(values))?))
}

/// The bytes of a tensor, once its type and its number of elements are what they should be.
fn raw<'a>(
    tensors: &SafeTensors<'a>,
    name: &str,
    dtype: Dtype,
    elements: Option<usize>,
) -> std::result::Result<&'a [u8], Fault> {
    let fault = |found: String| {
        let count = elements.map_or_else(String::new, |count| format!(" of {count} elements"));
        (format!("a tensor {name:?}{count} of type {dtype}"), found, DAMAGED)
    };
    let tensor = tensors.tensor(name).map_err(|error| fault(error.to_string()))?;
    let found: usize = tensor.shape().iter().product();
    if tensor.dtype() != dtype || elements.is_some_and(|elements| elements != found) {
        return Err(fault(format!("{found} elements of type {}", tensor.dtype())));
    }
    Ok(tensor.data())
}

fn values<T: Pod>(
    tensors: &SafeTensors,
    name: &str,
    dtype: Dtype,
    elements: Option<usize>,
) -> std::result::Result<Vec<T>, Fault> {
    Ok(bytemuck::allocation::pod_collect_to_vec(raw(tensors, name, dtype, elements)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Labelled, Record, TagRef};
    use crate::error::Location;
    use crate::learn::base::NetworkSettings;
    use crate::learn::{Silent, TrainSettings, train};
    use crate::taxonomy::testing::tag;

    fn trained(hidden: usize) -> Model {
        let taxonomy = Taxonomy::new(vec![tag(7, "parser "), tag(8, "queue")]).unwrap();
        let example = |line: usize| {
            let text = ["parses logs into fields", "a queue for jobs"][line % 2];
            let record = Record { description: Some(format!("{text} {line}")), ..Record::default() };
            Labelled { at: Location::line("t.jsonl", line), record, tags: vec![line % 2] }
        };
        let settings = TrainSettings {
            network: NetworkSettings { hidden, ..NetworkSettings::default() },
            ..TrainSettings::default()
        };
        train((0..20).map(example).collect(), taxonomy, &settings, &Silent).unwrap().model
    }

    fn read(bytes: &[u8]) -> std::result::Result<Model, Fault> {
        Model::from_bytes(bytes, |weights| Cow::Owned(weights.to_vec()))
    }

    #[test]
    fn a_model_comes_back_as_it_was_written() {
        // An odd width leaves half a byte at the end of every row.
        for hidden in [0, 3] {
            let model = trained(hidden);
            let bytes = model.to_bytes().unwrap();
            let back = read(&bytes).unwrap();
            assert_eq!(back.to_bytes().unwrap(), bytes);
            assert_eq!(back.taxonomy().tags()[0].name, "parser ");
            let record = Record { text: Some("a job queue".into()), ..Record::default() };
            assert_eq!(back.probabilities(&record), model.probabilities(&record));
            assert_eq!(back.taxonomy().find(&TagRef::Name("queue".into())), Some(1));
        }
    }

    #[test]
    fn a_cut_file_is_refused_wherever_it_is_cut() {
        let bytes = trained(3).to_bytes().unwrap();
        for length in (0..bytes.len()).step_by(37) {
            assert!(read(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn another_format_is_refused_by_name() {
        let bytes = trained(0).to_bytes().unwrap();
        let mut other = bytes.clone();
        let version = bytes.windows(FORMAT.len()).position(|window| window == FORMAT.as_bytes()).unwrap();
        other[version + FORMAT.len() - 1] = b'9';
        let (expected, found, _) = read(&other).unwrap_err();
        assert_eq!(expected, "format \"tagwright model 1\"");
        assert_eq!(found, "format \"tagwright model 9\"");
    }
}
