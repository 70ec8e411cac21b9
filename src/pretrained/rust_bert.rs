//! Pretrained models, through rust-bert and libtorch.
//!
//! In: a folder with a checkpoint of the Hugging Face Hub, and texts. Out: vectors, scores or
//! abstracts, behind the seams of `model`. The only place that names `rust_bert` or `tch`.
//!
//! ```text
//! runtime.rs      a device and threads; ids -> tensors -> values
//! tensors.rs      weights file -> variables
//! vectors.rs      a sentence encoder's network                 bert.rs      BERT encoders, faster than rust-bert
//! classifier.rs   texts -> scores (own labels by entailment, or the checkpoint's)
//! writer.rs       articles -> abstracts
//! ```
//!
//! Tokens come from `crate::tokens` but for the writers, whose tokenizers are rust-bert's own.
//! A batch is made of one call's texts alone, so what comes out for a text does not depend on
//! other calls; between one batch layout and another, 32-bit sums differ by about 1e-6.

mod runtime;
mod tensors;
mod bert;
mod vectors;
mod classifier;
mod writer;
#[cfg(test)]
mod parity;

pub(crate) use classifier::LabelScorer;
pub(crate) use runtime::Runtime;
pub(crate) use vectors::encoder;
pub(crate) use writer::Abstractor;
