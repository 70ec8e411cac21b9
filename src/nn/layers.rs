//! The layers of a model file: fully connected ones, norms, attention.
//!
//! In: a layer's tensors by name; then rows of values, end to end. Out: as many rows.
//! Knows no model.

use super::kernels::{Matrix, norm_rows, softmax_rows};
use super::weights::Weights;
use crate::error::Result;

/// `weight x + bias`.
#[derive(Debug)]
pub(crate) struct Linear {
    /// (out, in)
    weight: Matrix,
    bias: Vec<f32>,
}

impl Linear {
    /// Reads `{name}.weight`, (out, in), and `{name}.bias`.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        out: usize,
        input: usize,
    ) -> Result<Self> {
        Ok(Self {
            weight: Matrix::from(&weights.matrix(&format!("{name}.weight"), out, input)?),
            bias: weights.vector(&format!("{name}.bias"), out)?.to_vec(),
        })
    }

    /// Number of inputs.
    pub(crate) fn input(&self) -> usize {
        self.weight.input()
    }

    /// The layer of some of the outputs.
    pub(crate) fn select(&self, outputs: &[usize]) -> Self {
        let bias = |&output: &usize| self.bias.get(output).copied().unwrap_or(0.0);
        Self { weight: self.weight.select(outputs), bias: outputs.iter().map(bias).collect() }
    }

    /// (n, in) to (n, out).
    pub(crate) fn apply(&self, n: usize, x: &[f32]) -> Vec<f32> {
        let input = self.input();
        debug_assert_eq!(x.len(), n * input, "{n} rows of {input} values");
        let mut out = vec![0.0; n * self.bias.len()];
        self.weight.times(x, &mut out);
        for row in out.chunks_exact_mut(self.bias.len().max(1)) {
            add(row, &self.bias);
        }
        out
    }
}

/// A layer norm.
#[derive(Debug)]
pub(crate) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    const EPS: f32 = 1e-5;

    /// Reads `{name}.weight` and `{name}.bias`, of `width` values each.
    pub(crate) fn load(weights: &Weights<'_>, name: &str, width: usize) -> Result<Self> {
        Ok(Self {
            weight: weights.vector(&format!("{name}.weight"), width)?.to_vec(),
            bias: weights.vector(&format!("{name}.bias"), width)?.to_vec(),
        })
    }

    /// (n, width) to (n, width).
    pub(crate) fn apply(&self, x: &[f32]) -> Vec<f32> {
        let mut out = x.to_vec();
        norm_rows(&mut out, &self.weight, &self.bias, Self::EPS);
        out
    }
}

/// Self-attention of several heads, without a mask.
#[derive(Debug)]
pub(crate) struct Attention {
    heads: usize,
    qkv: Linear,
    out: Linear,
}

impl Attention {
    /// Reads `{name}.qkv` and `{name}.out`. `heads` divide the width.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        width: usize,
        heads: usize,
    ) -> Result<Self> {
        debug_assert_eq!(width.checked_rem(heads), Some(0), "{heads} heads, width {width}");
        let qkv = Linear::load(weights, &format!("{name}.qkv"), 3 * width, width)?;
        let out = Linear::load(weights, &format!("{name}.out"), width, width)?;
        Ok(Self { heads, qkv, out })
    }

    /// (n, width) to (n, width). Queries, keys and values lie side by side, and in each of them
    /// the heads do.
    pub(crate) fn apply(&self, n: usize, x: &[f32]) -> Vec<f32> {
        let width = self.out.input();
        let size = width / self.heads;
        let stride = 3 * width;
        let qkv = self.qkv.apply(n, x);
        let mut mixed = vec![0.0; n * width];
        let mut attention = vec![0.0; n * n];
        let mut matrix = Matrix::of(0, 0, |_, _| 0.0);
        for head in 0..self.heads {
            let part = |which: usize| qkv.get(which * width + head * size..).unwrap_or_default();
            let (queries, keys, values) = (part(0), part(1), part(2));
            let at = |of: &[f32], index: usize| of.get(index).copied().unwrap_or(0.0);
            matrix.fill(n, size, |key, column| at(keys, key * stride + column));
            matrix.times_strided(queries, stride, &mut attention, n);
            softmax_rows(&mut attention, n, 1.0 / (size as f32).sqrt());
            matrix.fill(size, n, |column, value| at(values, value * stride + column));
            let out = mixed.get_mut(head * size..).unwrap_or_default();
            matrix.times_strided(&attention, n, out, width);
        }
        self.out.apply(n, &mixed)
    }
}

/// Adds `values` to `to`, one to one.
pub(crate) fn add(to: &mut [f32], values: &[f32]) {
    debug_assert_eq!(to.len(), values.len(), "as many values as they are added to");
    for (to, value) in to.iter_mut().zip(values) {
        *to += value;
    }
}

/// Values below 0 become 0.
pub(crate) fn relu(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}
