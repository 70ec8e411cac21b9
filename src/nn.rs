//! Numbers: layers and the loops in them.
//!
//! In: the tensors of a weights file, and rows of values. Out: rows of values. Sums run in one
//! order whatever the number of rows, so no value depends on its neighbours in a batch.
//! Knows no text and no model.
//!
//! ```text
//! kernels.rs  products, norms, softmaxes, sums of rows    weights.rs  safetensors -> checked arrays
//! layers.rs   fully connected layers, layer norm, attention
//! ```

mod kernels;
mod weights;
mod layers;

use ndarray::Array2;

pub(crate) use kernels::{Matrix, add_rows, square_sum};
pub(crate) use layers::{Attention, Linear, Norm, add, relu};
#[cfg(feature = "pretrained")]
pub(crate) use weights::data_len;
pub(crate) use weights::{NewTensor, Weights, dequantized};

/// Values, row-major, as a matrix.
pub(crate) fn matrix(rows: usize, columns: usize, values: Vec<f32>) -> Array2<f32> {
    debug_assert_eq!(values.len(), rows * columns, "{rows} rows of {columns} values");
    Array2::from_shape_vec((rows, columns), values).unwrap_or_default()
}

/// A logit as a probability, in `0.0..=1.0`.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// A score to the four decimals that are shown: more would only be noise.
pub(crate) fn rounded(score: f32) -> f32 {
    (score * 10_000.0).round() / 10_000.0
}
