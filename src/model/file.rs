//! The model file: tensors and one JSON document in safetensors format, and the digest of both.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::fs;
use std::path::Path;

use bytemuck::Pod;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::tensors::{LARGEST, Tensors};
use super::{Card, EMBEDDED, Model, QuantisedBase, QuantisedMatrix, Seen};
use crate::atomic::write_atomic;
use crate::decide::DecisionRule;
use crate::error::{Error, Result};
use crate::features::{FeatureSettings, Features, Term};
use crate::learn::base::Head;
use crate::learn::stack::{self, StackedModel};
use crate::limits::{self, Limit};
use crate::shown::shown;
use crate::taxonomy::{Tag, Taxonomy};
use crate::text::Vocabulary;

/// The layout of the file; a reader accepts its own only.
const FORMAT: &str = "tagwright model 1";
/// The entry of the safetensors metadata that holds the [`Header`]: one entry, because their order is not fixed.
const HEADER: &str = "tagwright";

const A_MODEL: &str = "a tagwright model";
const NOT_A_MODEL: &str = "name a file written by `tagwright train --out`";
const OTHER_VERSION: &str = "train it again with this version of tagwright, or use the version that wrote it";
pub(super) const DAMAGED: &str = "copy or train it again";
const OUT_OF_RANGE: &str = "scale the features or lower linear.c and stack.c";

mod tensor {
    pub const DIGEST: &str = "file.digest";
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
    pub const SEEN: &str = "training.seen";
    pub const ALL: [&str; 14] = [
        DIGEST,
        TERMS,
        IDF,
        WEIGHTS,
        SCALES,
        INTERCEPTS,
        EMBEDDING,
        EMBEDDING_SCALES,
        HIDDEN,
        OUTPUT,
        OUTPUT_INTERCEPTS,
        STACK,
        STACK_INTERCEPTS,
        SEEN,
    ];
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

/// A message quotes this many characters of a file.
const QUOTED: usize = 300;

/// A mistake in a model file: what was expected, what was found, what to do.
pub(super) type Fault = (String, String, &'static str);

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, [`Error::Model`] when it is not a model of this version, or not as it
    /// was written.
    pub fn read(path: &Path) -> Result<Self> {
        let cannot_read = |source| Error::io(path, "read the model", source);
        let metadata = fs::metadata(path).map_err(cannot_read)?;
        // To open a pipe that nobody writes to would take for ever.
        if !metadata.is_file() {
            let found = if metadata.is_dir() { "a directory" } else { "no regular file" };
            return Err(fault(path)((A_MODEL.to_owned(), found.to_owned(), NOT_A_MODEL)));
        }
        check_limit(limits::MODEL, metadata.len()).map_err(fault(path))?;
        let bytes = fs::read(path).map_err(cannot_read)?;
        Self::from_bytes(&bytes).map_err(fault(path))
    }

    /// The model that comes with tagwright.
    ///
    /// # Errors
    /// [`Error::Model`] when tagwright was built with something else in its place.
    pub fn embedded() -> Result<Self> {
        // A test has compared its digest.
        let read = Tensors::of(EMBEDDED).and_then(|tensors| Self::from_tensors(&tensors, Cow::Borrowed));
        read.map_err(fault(Path::new("models/default.safetensors")))
    }

    /// Writes the model file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written, [`Error::Model`] when it could not be read again.
    pub fn write(&self, path: &Path) -> Result<()> {
        let bytes =
            self.to_bytes().map_err(|error| Error::io(path, "write", std::io::Error::other(error)))?;
        check_limit(limits::MODEL, bytes.len() as u64)
            .and_then(|()| Self::from_bytes(&bytes))
            .map_err(|(expected, found, _)| fault(path)((expected, found, OUT_OF_RANGE)))?;
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
            view(tensor::DIGEST, Dtype::U64, &[1], &[0_u64]),
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
        let seen = self.seen.as_ref().map(Seen::to_bytes);
        tensors.extend(seen.as_ref().map(|seen| view(tensor::SEEN, Dtype::U8, &[seen.len()], seen)));
        let tensors = tensors.into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
        let mut bytes = safetensors::serialize(tensors, Some(metadata))?;
        let written = Tensors::read(&bytes)?;
        let (digest, place) = (written.digest_without(tensor::DIGEST), written.place(tensor::DIGEST));
        bytes[place.unwrap_or_default()].copy_from_slice(&digest.to_le_bytes());
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, Fault> {
        let tensors = Tensors::of(bytes)?;
        check_digest(&tensors)?;
        Self::from_tensors(&tensors, |weights| Cow::Owned(weights.to_vec()))
    }

    fn from_tensors<'a>(
        tensors: &Tensors<'a>,
        keep: impl Fn(&'a [u8]) -> Cow<'static, [u8]>,
    ) -> std::result::Result<Self, Fault> {
        let damaged =
            |what: &str, error: &dyn Display| (format!("a sound {what}"), error.to_string(), DAMAGED);
        let header = tensors.metadata(HEADER).unwrap_or_default();
        let header: Header = serde_json::from_str(header).map_err(|error| damaged("header", &error))?;

        let taxonomy =
            Taxonomy::new(header.taxonomy.into_owned()).map_err(|error| damaged("taxonomy", &error))?;
        header.features.check().map_err(|error| damaged("features", &error))?;
        header.rule.check().map_err(|error| damaged("rule", &error))?;
        let vocabulary =
            Vocabulary::from_json(header.tokenizer.get()).map_err(|error| damaged("tokenizer", &error))?;
        header.card.check(taxonomy.len()).map_err(|error| damaged("card", &error))?;
        let features = read_features(tensors, header.features.into_owned(), vocabulary)?;

        let (columns, tags, weights) = (features.terms().len(), taxonomy.len(), -LARGEST..=LARGEST);
        let matrix = |name, scales, rows: usize, width: usize| {
            let bytes = tensors.raw(name, Dtype::U8, &[rows, QuantisedMatrix::row_bytes(width)])?;
            let scales = tensors.floats(scales, &[rows], 0.0..=LARGEST)?;
            Ok(QuantisedMatrix::from_parts(width, keep(bytes), scales))
        };
        let network = match tensors.shape(tensor::HIDDEN) {
            None => None,
            Some(&[hidden]) if hidden > 0 => {
                let head = Head {
                    hidden: tensors.floats(tensor::HIDDEN, &[hidden], weights.clone())?,
                    output: tensors.floats(tensor::OUTPUT, &[tags, hidden], weights.clone())?,
                    intercepts: tensors.floats(tensor::OUTPUT_INTERCEPTS, &[tags], weights.clone())?,
                };
                let words = features.word_count();
                Some((matrix(tensor::EMBEDDING, tensor::EMBEDDING_SCALES, words, hidden)?, head))
            }
            Some(other) => {
                let expected = format!("hidden units in the tensor {:?}", tensor::HIDDEN);
                return Err((expected, format!("the shape {other:?}"), DAMAGED));
            }
        };
        let base = QuantisedBase {
            weights: matrix(tensor::WEIGHTS, tensor::SCALES, columns, tags)?,
            intercepts: tensors.floats(tensor::INTERCEPTS, &[tags], weights.clone())?,
            network,
        };
        let width = stack::columns(tags);
        let stack = tensors.floats(tensor::STACK, &[tags, width], weights.clone())?;
        let stack_intercepts = tensors.floats(tensor::STACK_INTERCEPTS, &[tags], weights)?;
        let stack = stack.chunks_exact(width).zip(stack_intercepts);
        let stack = stack.map(|(weights, intercept)| StackedModel { weights: weights.to_vec(), intercept });
        let (stack, card) = (stack.collect(), header.card.into_owned());
        Ok(Self::new(taxonomy, features, base, stack, header.rule, card, read_seen(tensors)?))
    }
}

fn fault(path: &Path) -> impl Fn(Fault) -> Error {
    |(expected, found, help)| Error::Model { path: path.to_owned(), expected, found: excerpt(&found), help }
}

/// The beginning of what a file holds, which may be anything, in one line.
fn excerpt(found: &str) -> String {
    let mut excerpt: String = found.chars().take(QUOTED).collect();
    if excerpt.len() < found.len() {
        excerpt.push('…');
    }
    shown(&excerpt).into_owned()
}

fn check_limit(limit: Limit, found: u64) -> std::result::Result<(), Fault> {
    if found <= limit.most {
        return Ok(());
    }
    Err((A_MODEL.to_owned(), limit.problem(Some(found)), limit.help))
}

impl<'a> Tensors<'a> {
    /// The tensors of a model of this format.
    fn of(bytes: &'a [u8]) -> std::result::Result<Self, Fault> {
        let not_a_model = |found: String| (A_MODEL.to_owned(), found, NOT_A_MODEL);
        let tensors = Self::read(bytes).map_err(|error| {
            not_a_model(format!("{} bytes that are no whole safetensors file ({error})", bytes.len()))
        })?;
        let header = tensors.metadata(HEADER);
        let header = header.ok_or_else(|| not_a_model("a safetensors file of another program".to_owned()))?;
        let format =
            serde_json::from_str(header).map_or_else(|_| "none".to_owned(), |any: AnyHeader| any.format);
        if format != FORMAT {
            return Err((format!("format {FORMAT:?}"), format!("format {format:?}"), OTHER_VERSION));
        }
        Ok(tensors)
    }
}

/// Checks that the file is as it was written. Files from before there was a digest have none, and no tensor that is
/// not known either: it would be one whose name is damaged.
fn check_digest(tensors: &Tensors) -> std::result::Result<(), Fault> {
    if tensors.shape(tensor::DIGEST).is_none() {
        let unknown = tensors.names().into_iter().find(|name| !tensor::ALL.contains(&name.as_str()));
        return unknown.map_or(Ok(()), |name| {
            Err(("a digest, or the tensors of a model".to_owned(), format!("the tensor {name:?}"), DAMAGED))
        });
    }
    let kept = tensors.values::<u64>(tensor::DIGEST, Dtype::U64, &[1])?[0];
    let found = tensors.digest_without(tensor::DIGEST);
    if found == kept {
        return Ok(());
    }
    Err((format!("the bytes with digest {kept:016x}"), format!("others, with digest {found:016x}"), DAMAGED))
}

/// The texts that the model was trained on; files from before they were kept do not say.
fn read_seen(tensors: &Tensors) -> std::result::Result<Option<Seen>, Fault> {
    let Some(shape) = tensors.shape(tensor::SEEN) else { return Ok(None) };
    let bytes = tensors.raw(tensor::SEEN, Dtype::U8, &[shape.iter().product()])?;
    let expected = || format!("Bloom filters, each after its size, in the tensor {:?}", tensor::SEEN);
    Seen::from_bytes(bytes).map(Some).ok_or_else(|| (expected(), "other sizes".to_owned(), DAMAGED))
}

fn read_features(
    tensors: &Tensors,
    settings: FeatureSettings,
    vocabulary: Vocabulary,
) -> std::result::Result<Features, Fault> {
    let (blocks, words) = (settings.blocks.len(), vocabulary.len());
    check_limit(limits::MODEL_WORDS, blocks.saturating_mul(words) as u64)?;
    let columns = tensors.shape(tensor::TERMS).map_or(0, |shape| shape.iter().product());
    let terms = tensors.values(tensor::TERMS, Dtype::U64, &[columns])?;
    let terms: Vec<Term> = terms.into_iter().map(Term::from_bits).collect();
    let idf = tensors.floats(tensor::IDF, &[columns], 1.0 / LARGEST..=LARGEST)?;
    let expected = || "terms of the model's own blocks and words, each once".to_owned();
    if !terms.iter().all(|term| term.is_within(blocks, words)) {
        return Err((expected(), "a term of others".to_owned(), DAMAGED));
    }
    let features = Features::new(settings, vocabulary, terms, idf);
    features.ok_or_else(|| (expected(), "a term that stands twice".to_owned(), DAMAGED))
}

fn view<'a, T: Pod>(
    name: &'static str,
    dtype: Dtype,
    shape: &[usize],
    values: &'a [T],
) -> std::result::Result<(&'static str, TensorView<'a>), safetensors::SafeTensorError> {
    Ok((name, TensorView::new(dtype, shape.to_vec(), bytemuck::cast_slice(values))?))
}

#[cfg(test)]
mod tests;
