//! Safetensors bytes to checked arrays.
//!
//! In: the bytes of `model.safetensors`, and for each tensor the name and shape the config calls
//! for. Out: owned arrays of exactly that shape, every float finite and small enough for sums to be. A
//! missing tensor, another shape or another type names itself; nothing is believed before it is checked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ndarray::{Array1, Array2};
#[cfg(feature = "pretrained")]
use safetensors::tensor::Metadata;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::error::{Error, ErrorKind, Result};

/// The largest number of a tensor: trained ones are some units, and products of such numbers in a row
/// of layers must stay finite.
const LARGEST: f32 = 1e6;
/// The largest 8-bit integer, by which the scale of a row is smaller than its values.
const LARGEST_BYTE: f32 = 128.0;

/// The tensors of one file.
pub(crate) struct Weights<'a> {
    file: String,
    tensors: SafeTensors<'a>,
    /// Those that somebody asked for.
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Weights<'a> {
    /// Checks the header. `file` is the file's name, for messages.
    pub(crate) fn parse(file: String, bytes: &'a [u8]) -> Result<Self> {
        match SafeTensors::deserialize(bytes) {
            Ok(tensors) => Ok(Self { file, tensors, read: RefCell::default() }),
            Err(cause) => {
                let message = format!("{file} ({} bytes) is not whole safetensors", bytes.len());
                Err(Error::because(ErrorKind::InvalidModel, message, cause))
            }
        }
    }

    /// An error about this file.
    pub(crate) fn invalid(&self, message: String) -> Error {
        Error::new(ErrorKind::InvalidModel, format!("{}: {message}", self.file))
    }

    fn tensor(&self, name: &str, shape: &[usize], types: &[Dtype]) -> Result<TensorView<'_>> {
        let tensor = self.tensors.tensor(name).map_err(|_| {
            self.invalid(format!("tensor {name} is missing (expected shape {shape:?})"))
        })?;
        self.read.borrow_mut().insert(name.to_owned());
        let (found, kind) = (tensor.shape(), tensor.dtype());
        let wrong = if found != shape {
            format!("tensor {name} has shape {found:?}, expected {shape:?}")
        } else if !types.contains(&kind) {
            format!("tensor {name} has type {kind:?}, expected {types:?}")
        } else {
            return Ok(tensor);
        };
        Err(self.invalid(wrong))
    }

    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] where a tensor was never asked for: the config is of another model.
    pub(crate) fn check_all_read(&self) -> Result<()> {
        let read = self.read.borrow();
        let names = self.tensors.names();
        match names.into_iter().filter(|name| !read.contains(*name)).min() {
            Some(name) => Err(self.invalid(format!(
                "has the tensor {name}, which the config has no use for: is it another model's?"
            ))),
            None => Ok(()),
        }
    }

    /// How many tensors there are.
    pub(crate) fn len(&self) -> usize {
        self.tensors.len()
    }

    /// The shape of a tensor whose size the file itself decides.
    pub(crate) fn shape(&self, name: &str) -> Result<Vec<usize>> {
        match self.tensors.tensor(name) {
            Ok(tensor) => Ok(tensor.shape().to_vec()),
            Err(_) => Err(self.invalid(format!("tensor {name} is missing"))),
        }
    }

    /// The second of a tensor's two sizes; `None` where there is no such tensor.
    pub(crate) fn columns(&self, name: &str) -> Option<usize> {
        self.tensors.tensor(name).ok()?.shape().get(1).copied()
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.tensor(name, shape, &[Dtype::F32, Dtype::F16])?;
        let values: Vec<f32> = if tensor.dtype() == Dtype::F32 {
            let (quads, _) = tensor.data().as_chunks::<4>();
            quads.iter().map(|quad| f32::from_le_bytes(*quad)).collect()
        } else {
            let (pairs, _) = tensor.data().as_chunks::<2>();
            pairs.iter().map(|pair| half_to_f32(u16::from_le_bytes(*pair))).collect()
        };
        let limit = if name.ends_with(".scale") { LARGEST / LARGEST_BYTE } else { LARGEST };
        // One pass without a branch; which value it is, is asked only where one is wrong.
        if values.iter().all(|value| value.abs() <= limit) {
            return Ok(values);
        }
        Err(match values.iter().find(|value| value.abs() > limit) {
            Some(found) if found.is_finite() => {
                let what = format!("tensor {name} holds {found}, expected numbers up to {limit}");
                self.invalid(what)
            }
            _ => self.invalid(format!("tensor {name} holds values that are not finite")),
        })
    }

    /// A vector of 32- or 16-bit floats.
    pub(crate) fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>> {
        Ok(Array1::from_vec(self.floats(name, &[len])?))
    }

    /// Row-major 8-bit integers.
    pub(crate) fn bytes(&self, name: &str, rows: usize, columns: usize) -> Result<Vec<i8>> {
        let tensor = self.tensor(name, &[rows, columns], &[Dtype::I8])?;
        Ok(tensor.data().iter().map(|&byte| i8::from_le_bytes([byte])).collect())
    }

    /// 32-bit keys.
    pub(crate) fn keys(&self, name: &str, len: usize) -> Result<Vec<u32>> {
        let tensor = self.tensor(name, &[len], &[Dtype::U32, Dtype::I32])?;
        let (quads, _) = tensor.data().as_chunks::<4>();
        Ok(quads.iter().map(|quad| u32::from_le_bytes(*quad)).collect())
    }

    /// A matrix of floats, stored as such, or as 8-bit integers with one scale a row: then
    /// `x.weight` has its scales in `x.scale`.
    pub(crate) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>> {
        let stored_as_bytes =
            self.tensors.tensor(name).is_ok_and(|tensor| tensor.dtype() == Dtype::I8);
        let values = if stored_as_bytes {
            let stem = name.strip_suffix(".weight").unwrap_or(name);
            let scale = self.floats(&format!("{stem}.scale"), &[rows])?;
            let bytes = self.bytes(name, rows, columns)?;
            dequantized(&bytes, &scale, columns).collect()
        } else {
            self.floats(name, &[rows, columns])?
        };
        Array2::from_shape_vec((rows, columns), values)
            .map_err(|_| self.invalid(format!("tensor {name} is not {rows} x {columns}")))
    }
}

/// Rows of 8-bit integers as floats, row-major: `bytes[i] * scale[i]` for each row `i`.
pub(crate) fn dequantized<'a>(
    bytes: &'a [i8],
    scale: &'a [f32],
    columns: usize,
) -> impl Iterator<Item = f32> + 'a {
    debug_assert_eq!(bytes.len(), scale.len() * columns, "{} rows of {columns}", scale.len());
    let rows = bytes.chunks_exact(columns.max(1)).zip(scale);
    rows.flat_map(|(row, &scale)| row.iter().map(move |&byte| f32::from(byte) * scale))
}

/// The bytes of data that a header, the JSON behind its length, speaks of: each tensor's follow the
/// one's before it, and hold its shape.
#[cfg(feature = "pretrained")]
pub(crate) fn data_len(header: &[u8]) -> serde_json::Result<usize> {
    serde_json::from_slice(header).map(|header: Metadata| header.data_len())
}

/// A tensor to be written.
#[derive(Debug)]
pub(crate) struct NewTensor {
    shape: Vec<usize>,
    kind: Dtype,
    data: Vec<u8>,
}

impl NewTensor {
    pub(crate) fn floats<'v>(shape: &[usize], values: impl IntoIterator<Item = &'v f32>) -> Self {
        let data = values.into_iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { shape: shape.to_vec(), kind: Dtype::F32, data }
    }

    pub(crate) fn bytes(shape: &[usize], values: impl IntoIterator<Item = i8>) -> Self {
        let data = values.into_iter().flat_map(i8::to_le_bytes).collect();
        Self { shape: shape.to_vec(), kind: Dtype::I8, data }
    }
}

impl Weights<'_> {
    /// A new file with those tensors of this one that are kept by name, and the new ones.
    pub(crate) fn rewrite(
        &self,
        is_kept: impl Fn(&str) -> bool,
        new: &BTreeMap<String, NewTensor>,
    ) -> Result<Vec<u8>> {
        let failed = |cause| {
            let message = "the new weights cannot be written as safetensors";
            Error::because(ErrorKind::InvalidModel, message, cause)
        };
        let mut views: BTreeMap<String, TensorView<'_>> =
            self.tensors.tensors().into_iter().filter(|(name, _)| is_kept(name)).collect();
        for (name, NewTensor { shape, kind, data }) in new {
            let view = TensorView::new(*kind, shape.clone(), data).map_err(failed)?;
            views.insert(name.clone(), view);
        }
        safetensors::serialize(views, None).map_err(failed)
    }
}

/// An IEEE 754 half to a float, exactly.
fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half_to_f32;

    #[test]
    fn halves_are_read_exactly() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x7bff, 65504.0),
        ] {
            assert_eq!(half_to_f32(bits), value);
        }
        assert!(half_to_f32(0x7c00).is_infinite() && half_to_f32(0x7e00).is_nan());
    }
}
