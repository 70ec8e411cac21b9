//! Sentence vectors to the vector of an article.
//!
//! In: vectors of a title and of sentences in order. Out: their weighted sums, and those scaled to
//! one size. Knows no table and no head.

use ndarray::{Array1, ArrayView1};
use serde::{Deserialize, Serialize};

use crate::nn::square_sum;

/// How sentence vectors are added up to an article's: the title counts `title`, and sentence `i`
/// `1 / (1 + i / decay)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weighting {
    /// What the title counts.
    pub(crate) title: f32,
    /// The sentence, counted from 0, that counts half.
    pub(crate) decay: f32,
    /// Keeps the norm of an empty article finite.
    pub(crate) eps: f32,
}

impl Weighting {
    /// What sentence `index`, counted from 0, counts.
    pub(crate) fn weight(&self, index: usize) -> f32 {
        1.0 / (1.0 + index as f32 / self.decay)
    }
}

/// The pooled vectors of a text: of topic rows, which know the taxonomy's subjects well, of
/// ranker rows, which still tell words apart that no topic of the taxonomy does, and of a
/// pretrained encoder or, where own labels are compared without one, of rows that learned from such
/// an encoder (else it is empty).
#[derive(Debug, Clone)]
pub(crate) struct Pooled {
    pub(crate) topic: Array1<f32>,
    pub(crate) rank: Array1<f32>,
    pub(crate) dense: Array1<f32>,
}

/// The values of a vector that lies in one piece, as every owned one does.
pub(crate) fn flat(values: &Array1<f32>) -> &[f32] {
    debug_assert!(values.is_standard_layout(), "an owned vector lies in one piece");
    values.as_slice().unwrap_or_default()
}

/// Adds `pooled / sqrt(mean(pooled^2) + eps)`.
pub(crate) fn extend_normalized(to: &mut Vec<f32>, pooled: &[f32], eps: f32) {
    let mean_square = square_sum(pooled) / pooled.len().max(1) as f32;
    let root = (mean_square + eps).sqrt();
    to.extend(pooled.iter().map(|value| value / root));
}

/// `pooled / sqrt(mean(pooled^2) + eps)`.
pub(crate) fn normalized(pooled: ArrayView1<'_, f32>, eps: f32) -> Array1<f32> {
    let mut values = Vec::with_capacity(pooled.len());
    extend_normalized(&mut values, &pooled.to_vec(), eps);
    Array1::from_vec(values)
}
