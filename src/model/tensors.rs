//! The tensors of a model file, each checked as it is taken.

use std::hash::Hasher;
use std::ops::{Range, RangeInclusive};

use bytemuck::Pod;
use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors, TensorInfo};
use twox_hash::XxHash3_64;

use super::file::{DAMAGED, Fault};

/// How far from 0 a number of a model may be: far beyond what training gives, and far from where sums of products
/// would leave the range of `f32`.
pub const LARGEST: f32 = 1e6;

/// A file in safetensors format, its header read.
pub struct Tensors<'a> {
    bytes: &'a [u8],
    /// Where the first tensor begins.
    start: usize,
    metadata: Metadata,
}

impl<'a> Tensors<'a> {
    /// Reads the header.
    pub fn read(bytes: &'a [u8]) -> Result<Self, SafeTensorError> {
        let (header, metadata) = SafeTensors::read_metadata(bytes)?;
        Ok(Self { bytes, start: size_of::<u64>() + header, metadata })
    }

    /// An entry of the metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.metadata().as_ref()?.get(key).map(String::as_str)
    }

    /// The names of all tensors.
    pub fn names(&self) -> Vec<String> {
        self.metadata.offset_keys()
    }

    /// The shape of a tensor, if there is one of this name.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.metadata.info(name).map(|info| &info.shape[..])
    }

    /// Where in the file a tensor stands, if there is one of this name.
    pub fn place(&self, name: &str) -> Option<Range<usize>> {
        let TensorInfo { data_offsets: (start, end), .. } = self.metadata.info(name)?;
        Some(self.start + start..self.start + end)
    }

    /// The bytes of a tensor of this type and shape.
    pub fn raw(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], Fault> {
        let found = match self.metadata.info(name) {
            Some(TensorInfo { dtype: found, shape: size, data_offsets: (start, end) })
                if (*found, &size[..]) == (dtype, shape) =>
            {
                return Ok(&self.bytes[self.start..][*start..*end]);
            }
            Some(info) => format!("{} of shape {:?}", info.dtype, info.shape),
            None => "none".to_owned(),
        };
        Err((format!("a tensor {name:?}, {dtype} of shape {shape:?}"), found, DAMAGED))
    }

    /// The numbers of a tensor of this type and shape.
    pub fn values<T: Pod>(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<Vec<T>, Fault> {
        Ok(bytemuck::allocation::pod_collect_to_vec(self.raw(name, dtype, shape)?))
    }

    /// The numbers of a tensor of this shape, all in `range`.
    pub fn floats(&self, name: &str, shape: &[usize], range: RangeInclusive<f32>) -> Result<Vec<f32>, Fault> {
        let values: Vec<f32> = self.values(name, Dtype::F32, shape)?;
        // Without an early end, so that the check keeps up with the memory.
        if values.iter().fold(true, |sound, value| sound & range.contains(value)) {
            return Ok(values);
        }
        let wrong =
            values.iter().find(|value| !range.contains(value)).map_or_else(String::new, f32::to_string);
        let expected = format!("numbers from {} to {} in the tensor {name:?}", range.start(), range.end());
        Err((expected, wrong, DAMAGED))
    }

    /// The XXH3 of all bytes of the file but those of one tensor, in which it is kept itself.
    ///
    /// It finds what accidents do, as fast as memory is read. It does not protect from forgers, who could write a digest
    /// as well.
    pub fn digest_without(&self, name: &str) -> u64 {
        let place = self.place(name).unwrap_or_default();
        let mut hasher = XxHash3_64::new();
        hasher.write(&self.bytes[..place.start]);
        hasher.write(&self.bytes[place.end..]);
        hasher.finish()
    }
}
