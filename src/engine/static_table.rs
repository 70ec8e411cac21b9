//! Token ids to the sum of their rows.
//!
//! In: ids of one sentence. Out: its vector, the sum of one learned row a token and, where the
//! table has any, one row a listed pair of neighbouring tokens. How much a token matters is in
//! the length of its row, so the sum needs no other weight (Arora et al., "A simple but
//! tough-to-beat baseline for sentence embeddings", 2017, with the weights learned).

use super::{Weights, dequantized};
use crate::error::Result;

/// Rows of 8-bit integers with one scale each: `row(i) = weight[i] * scale[i]`.
#[derive(Debug)]
struct Rows {
    dim: usize,
    weight: Vec<i8>,
    scale: Vec<f32>,
}

impl Rows {
    fn load(weights: &Weights<'_>, name: &str, rows: usize, dim: usize) -> Result<Self> {
        Ok(Self {
            dim,
            weight: weights.bytes(&format!("{name}.weight"), rows, dim)?,
            scale: weights.vector(&format!("{name}.scale"), rows)?.to_vec(),
        })
    }

    fn values(&self) -> impl Iterator<Item = f32> + '_ {
        dequantized(&self.weight, &self.scale, self.dim)
    }

    /// Adds row `index` to `sum`, nothing when there is no such row.
    fn add(&self, index: usize, sum: &mut [f32]) {
        let start = index * self.dim;
        let (Some(row), Some(&scale)) =
            (self.weight.get(start..start + self.dim), self.scale.get(index))
        else {
            return;
        };
        for (sum, &value) in sum.iter_mut().zip(row) {
            *sum += f32::from(value) * scale;
        }
    }
}

/// A table of rows for tokens and for pairs of tokens.
#[derive(Debug)]
pub(crate) struct StaticTable {
    tokens: Rows,
    /// `first << 16 | second`, ascending; as long as `pairs`.
    pair_keys: Vec<u32>,
    pairs: Option<Rows>,
}

impl StaticTable {
    /// Reads `{name}.embeddings` and, where `with_pairs`, `{name}.pairs`.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        vocab_size: usize,
        dim: usize,
        with_pairs: bool,
    ) -> Result<Self> {
        let tokens = Rows::load(weights, &format!("{name}.embeddings"), vocab_size, dim)?;
        if !with_pairs {
            return Ok(Self { tokens, pair_keys: Vec::new(), pairs: None });
        }
        let key_name = format!("{name}.pairs.key");
        let count = weights.shape(&key_name)?.first().copied().unwrap_or(0);
        let pair_keys = weights.keys(&key_name, count)?;
        if !pair_keys.is_sorted() {
            return Err(weights.invalid(format!("tensor {key_name} is not in ascending order")));
        }
        let pairs = Some(Rows::load(weights, &format!("{name}.pairs"), count, dim)?);
        Ok(Self { tokens, pair_keys, pairs })
    }

    /// The number of values of a vector.
    pub(crate) fn dim(&self) -> usize {
        self.tokens.dim
    }

    /// The sum of the rows of `ids` and of their listed neighbours; all zero for no ids.
    pub(crate) fn sum(&self, ids: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.tokens.dim];
        for &id in ids {
            self.tokens.add(id as usize, &mut sum);
        }
        if let Some(pairs) = &self.pairs {
            self.each_pair(ids, |index| pairs.add(index, &mut sum));
        }
        sum
    }

    /// The indices of the rows that [`sum`](Self::sum) adds up, pairs numbered after tokens.
    pub(crate) fn terms(&self, ids: &[u32]) -> Vec<u32> {
        let mut terms = ids.to_vec();
        let tokens = self.tokens.scale.len();
        self.each_pair(ids, |index| terms.push((tokens + index) as u32));
        terms
    }

    /// All rows as floats, row-major, pairs after tokens.
    pub(crate) fn values(&self) -> Vec<f32> {
        let tables = [Some(&self.tokens), self.pairs.as_ref()];
        tables.into_iter().flatten().flat_map(Rows::values).collect()
    }

    fn each_pair(&self, ids: &[u32], mut see: impl FnMut(usize)) {
        for (&first, &second) in ids.iter().zip(ids.iter().skip(1)) {
            if let Ok(index) = self.pair_keys.binary_search(&(first << 16 | second)) {
                see(index);
            }
        }
    }
}
