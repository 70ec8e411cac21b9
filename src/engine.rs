//! The seams behind which a pretrained model stands.
//!
//! In: the sentences of some articles. Out: one vector a sentence, which everything after reads:
//! topics, evidence and summary. Batch in, batch out; what is said of one article never depends
//! on its neighbours in the batch. Knows no page and no output.

mod folder;
mod model;
mod static_table;
mod weights;

pub(crate) use folder::{CONFIG, Files, TAXONOMY, TOKENIZER, WEIGHTS, read_file};
pub(crate) use model::{Config, Encoded, Model};
pub(crate) use static_table::StaticTable;
pub(crate) use weights::{Values, Weights, dequantized};

/// A logit as a probability, in `0.0..=1.0`.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
