//! The seams behind which a pretrained model stands.
//!
//! In: the sentences of some articles. Out: what everything after reads: vectors for topics,
//! evidence and summary; or scores; or an abstract. Batch in, batch out; what is said of one
//! article never depends on its neighbours in a batch. Knows no page and no output.
//!
//! ```text
//! folder.rs, weights.rs   files -> checked bytes and numbers
//! model.rs                the embedded engine, which is also the lexical half of every other
//! static_table.rs         token ids -> its vectors
//! kernels.rs, linear.rs   the loops that most of the arithmetic is in, and a layer of them
//! heads.rs                trained heads for the sentence vectors of a pretrained encoder
//! pretrained.rs           a folder of another kind -> the engine for it
//! checkpoint.rs           such a folder -> what it says it is, checked
//! modules.rs              texts -> parts that fit a sentence encoder's window, and back
//! pool.rs                 requests -> threads that own a model
//! rust_bert/              pretrained models of all kinds (feature `rust-bert`)
//! rten/                   sentence encoders in 8 bits, without libtorch (feature `rten`)
//! ```

use std::fmt::Debug;

use ndarray::Array2;

use crate::error::Result;
use crate::summary::Length;
use crate::topics::Taxonomy;

#[cfg(feature = "pretrained")]
mod checkpoint;
mod folder;
#[cfg(feature = "pretrained")]
mod heads;
mod kernels;
mod linear;
mod model;
#[cfg(feature = "pretrained")]
mod modules;
#[cfg(feature = "pretrained")]
mod pool;
mod pretrained;
#[cfg(all(test, feature = "embedded"))]
pub(crate) mod recipe;
#[cfg(feature = "rten")]
mod rten;
#[cfg(feature = "rust-bert")]
mod rust_bert;
mod static_table;
mod weights;

pub(crate) use folder::{CONFIG, Files, TAXONOMY, TOKENIZER, WEIGHTS, read_file};
pub(crate) use kernels::{Matrix, norm_rows, softmax_rows, square_sum};
pub(crate) use linear::{Linear, add, relu};
pub(crate) use model::{Config, Encoded, Model};
pub(crate) use pretrained::Pretrained;
pub(crate) use static_table::StaticTable;
pub(crate) use weights::{Values, Weights, dequantized};

/// A logit as a probability, in `0.0..=1.0`.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Texts to dense vectors.
#[cfg_attr(
    not(feature = "pretrained"),
    allow(dead_code, reason = "what reads it is behind the feature")
)]
pub(crate) trait SentenceEncoder: Debug + Send + Sync {
    /// Length of a vector.
    fn dim(&self) -> usize;

    /// One vector a text: (texts, dim). A text is read whole, however long.
    fn encode(&self, texts: &[&str]) -> Result<Array2<f32>>;

    /// How far a vector may be from the 32-bit one of the same model, as a share of its length.
    fn tolerance(&self) -> f32;

    /// What it is, for a digest.
    fn describe(&self) -> Described;
}

/// Texts to one score a label.
#[cfg_attr(
    not(feature = "rust-bert"),
    allow(dead_code, reason = "what reads it is behind the feature")
)]
pub(crate) trait Classifier: Debug + Send + Sync {
    /// The labels, in the order of the scores.
    fn taxonomy(&self) -> &Taxonomy;

    /// The score from which a label is reported.
    fn threshold(&self) -> f32;

    /// The scores of an article, in `0.0..=1.0`: one a label. Read whole, however long.
    fn article(&self, title: Option<&str>, sentences: &[&str]) -> Result<Vec<f32>>;

    /// What each sentence says alone for each of `labels`: (sentences, labels), `0.0..=1.0`.
    fn sentences(&self, sentences: &[&str], labels: &[usize]) -> Result<Array2<f32>>;

    /// What it is, for a digest.
    fn describe(&self) -> Described;
}

/// Articles to abstracts.
pub(crate) trait Writer: Debug + Send + Sync {
    /// An abstract of an article.
    fn write(&self, article: &ToWrite<'_>) -> Result<Written>;

    /// What it is, for a digest.
    fn describe(&self) -> Described;
}

/// An article to be summed up.
#[cfg_attr(
    not(feature = "rust-bert"),
    allow(dead_code, reason = "what reads it is behind the feature")
)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToWrite<'a> {
    pub(crate) title: Option<&'a str>,
    /// The sentences, in order.
    pub(crate) sentences: &'a [&'a str],
    /// All indices of `sentences`, the one that sums the article up best first: those are read
    /// where not all fit.
    pub(crate) ranked: &'a [usize],
    pub(crate) length: Length,
}

/// An abstract.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    pub(crate) text: String,
    /// The share of the article's text that was read, in `0.0..=1.0`.
    pub(crate) read: f32,
}

/// What a pretrained model is called, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) engine: &'static str,
    pub(crate) model: String,
    pub(crate) device: String,
}
