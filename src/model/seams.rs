//! The seams behind which a pretrained model stands.
//!
//! In: the sentences of some articles. Out: what everything after reads: vectors for topics,
//! evidence and summary; or scores; or an abstract. Batch in, batch out; what is said of one
//! article never depends on its neighbours in a batch. Knows no page and no output.

use std::fmt::Debug;

use ndarray::Array2;

use crate::error::Result;
use crate::summary::Length;
use crate::topics::Taxonomy;

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
    fn write(&self, article: ToWrite) -> Result<Written>;

    /// What it is, for a digest.
    fn describe(&self) -> Described;
}

/// An article to be summed up.
#[cfg_attr(
    not(feature = "rust-bert"),
    allow(dead_code, reason = "what reads it is behind the feature")
)]
#[derive(Debug, Clone)]
pub(crate) struct ToWrite {
    pub(crate) title: Option<String>,
    /// The sentences, in order.
    pub(crate) sentences: Vec<String>,
    /// All indices of `sentences`, the one that sums the article up best first: those are read
    /// where not all fit.
    pub(crate) ranked: Vec<usize>,
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
    /// `None` for the embedded model, which has no choice.
    pub(crate) device: Option<String>,
}
