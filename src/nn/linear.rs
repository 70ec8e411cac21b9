//! A fully connected layer of a model file.
//!
//! In: its tensors by name; then rows of values. Out: rows of as many values as it has outputs.
//! Knows no model.

use super::kernels::Matrix;
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

    /// The layer of some of the outputs; one that there is not is all 0.
    pub(crate) fn select(&self, outputs: &[usize]) -> Self {
        let bias = |&output: &usize| self.bias.get(output).copied().unwrap_or(0.0);
        Self { weight: self.weight.select(outputs), bias: outputs.iter().map(bias).collect() }
    }

    /// (n, in) to (n, out).
    pub(crate) fn apply(&self, n: usize, x: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; n * self.bias.len()];
        self.weight.times(x, &mut out);
        for row in out.chunks_exact_mut(self.bias.len().max(1)) {
            add(row, &self.bias);
        }
        out
    }
}

/// Adds `values` to `to`, one to one.
pub(crate) fn add(to: &mut [f32], values: &[f32]) {
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
