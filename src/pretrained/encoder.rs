//! Texts to dense vectors, whatever runs the transformer.
//!
//! In: a network that makes pooled vectors of rows of ids, and texts. Out: one vector a text, behind
//! the seam of `model`, as sentence-transformers makes it (Reimers and Gurevych, "Sentence-BERT",
//! 2019). A text longer than the model's window is read in parts, each weighted by its tokens, so
//! that nothing is cut.
//! Knows no topic and no summary.

use ndarray::Array2;

use super::batches::{batches, even_batches};
use super::modules::{Modules, Parts};
use super::pool::Pool;
use crate::error::Result;
use crate::model::seams::{Described, SentenceEncoder};

/// The ids of rows, special tokens included, to their pooled vectors, one after the other.
pub(super) type Threads = Pool<Vec<Vec<u32>>, Vec<f32>>;

/// A pretrained sentence encoder.
#[derive(Debug)]
pub(crate) struct Encoder {
    pub(super) described: Described,
    pub(super) modules: Modules,
    pub(super) threads: Threads,
    /// The tokens that a thread takes at once.
    pub(super) budget: usize,
    /// Whether the network fills up the rows that it takes at once to the longest of them.
    pub(super) fills_up: bool,
    /// See [`SentenceEncoder::tolerance`].
    pub(super) tolerance: f32,
}

impl SentenceEncoder for Encoder {
    fn dim(&self) -> usize {
        self.modules.dim()
    }

    fn encode(&self, texts: &[&str]) -> Result<Array2<f32>> {
        let (parts, rows) = Parts::of(texts, &self.modules)?;
        let cut = if self.fills_up { batches } else { even_batches };
        let batches = cut(parts.tokens(), self.budget);
        let pooled = self.threads.in_batches(rows, batches, self.modules.width)?;
        Ok(parts.joined(&pooled, &self.modules))
    }

    fn tolerance(&self) -> f32 {
        self.tolerance
    }

    fn describe(&self) -> Described {
        self.described.clone()
    }
}
