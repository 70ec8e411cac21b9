//! Sentence vectors to values: how well each sentence sums its article up.
//!
//! In: sentence vectors and features. Out: logits a sentence: for summaries of several sentences, for a
//! single sentence, and, where it was taught, that it must not stand in any,
//! that it is good enough for one, and that it leans on another. A pre-norm transformer encoder over sentences
//! (Vaswani et al., "Attention is all you need", 2017; layer norm before each part as in Xiong
//! et al., "On layer normalization in the transformer architecture", 2020).
//! Does not choose.
//!
//! ```text
//! x   = enter [vector, dense vector, features] + place[min(i, places - 1)]         (n, width)
//! x  += out attention(norm_1 x)                                      a layer, `heads` heads
//! x  += down relu(up norm_2 x)                                       inner width `inner`
//! logits = score norm x                                              (n, 2 to 5)
//! ```
//!
//! Features see the whole article; attention sees windows of `window` sentences, one after the
//! other, so the cost stays linear in an article's length and no sentence is left out.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::features::{self, SentenceFeatures};
use super::length::Length;
use super::overlaps::Overlaps;
use super::select::SelectionConfig;
use super::word_ids::Words;
use crate::error::{Error, ErrorKind, Result};
use crate::nn::{Attention, Linear, Norm, Weights, add, relu};
use crate::vectors::Encoded;

/// The shape of the network: the `ranker` part of `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RankerConfig {
    /// Length of a sentence vector, its dense part counted.
    pub(crate) dim: usize,
    /// The names of the features that a sentence has, in the order of their columns in the weights:
    /// of [`SentenceFeatures`], each at most once.
    pub(crate) features: Vec<String>,
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) inner: usize,
    pub(crate) layers: usize,
    /// Places that have a vector of their own.
    pub(crate) places: usize,
    /// Sentences that see each other.
    pub(crate) window: usize,
    pub(crate) selection: SelectionConfig,
}

/// The largest layer, the most places and the deepest network that are believed: those of models are
/// hundreds wide at most, and a few layers deep.
const MAX_WIDTH: usize = 1 << 16;
const MAX_LAYERS: usize = 64;
/// The most sentences that see each other: attention has the square of that many numbers.
const MAX_WINDOW: usize = 1024;
/// The largest number of `ranker.selection`: those that were chosen are a few units, and beyond this
/// sums would not stay finite.
const LARGEST: f32 = 1e6;

impl RankerConfig {
    /// For each column of features in the weights, which of [`SentenceFeatures`] it is for; or what is
    /// wrong with the names.
    fn columns(&self) -> std::result::Result<Vec<usize>, String> {
        /// So many unknown names are told: a file may have millions.
        const MOST_TOLD: usize = 5;
        let expected = SentenceFeatures::<f32>::NAMES;
        let count = |name: &str| self.features.iter().filter(|given| *given == name).count();
        let repeated: Vec<&str> = expected.into_iter().filter(|name| count(name) > 1).collect();
        let place = |name: &String| expected.iter().position(|known| known == name);
        let unknown = self.features.iter().filter(|name| place(name).is_none());
        let unknown: Vec<&String> = unknown.take(MOST_TOLD).collect();
        if repeated.is_empty() && unknown.is_empty() {
            return Ok(self.features.iter().filter_map(place).collect());
        }
        Err(format!(
            "has features of the ranker that are unknown: {unknown:?}, and there more than once: {repeated:?}; \
             expected each at most once, of {expected:?}"
        ))
    }

    /// What is wrong with the names and numbers.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        self.columns()?;
        let Self { width, heads, window, places, selection, .. } = *self;
        let divides = heads > 0 && width.checked_rem(heads) == Some(0);
        if !divides || window == 0 || places == 0 {
            return Err(format!(
                "asks for a ranker of {heads} heads, width {width}, window {window} and {places} places; \
                 expected heads that divide the width, and a window and places of at least 1"
            ));
        }
        let Self { dim, inner, layers, .. } = *self;
        let sizes = [dim, width, inner, places].iter().all(|size| (1..=MAX_WIDTH).contains(size));
        if !sizes || !(1..=MAX_LAYERS).contains(&layers) || window > MAX_WINDOW {
            return Err(format!(
                "asks for a ranker of {layers} layers, {dim} values, width {width}, inner width {inner}, \
                 {places} places and a window of {window}; expected 1 to {MAX_LAYERS} layers, sizes from 1 \
                 to {MAX_WIDTH}, and a window of at most {MAX_WINDOW}"
            ));
        }
        let SelectionConfig { repeat, fragment_penalty, budget_floor, .. } = selection;
        let never = selection.never.unwrap_or_default();
        let good = selection.good.unwrap_or_default();
        if selection.good.is_some() && selection.never.is_none() {
            return Err("has ranker.selection.good without never, whose logit stands before".into());
        }
        let leans = selection.leans.unwrap_or_default();
        if selection.leans.is_some() && selection.good.is_none() {
            return Err("has ranker.selection.leans without good, whose logit stands before".into());
        }
        let numbers = [repeat, fragment_penalty, budget_floor, never, good, leans].map(f64::from);
        let sets = selection.sets.map(|sets| sets.values());
        let mut numbers = numbers.into_iter().chain(sets.into_iter().flatten());
        match numbers.find(|value| value.abs() > f64::from(LARGEST) || value.is_nan()) {
            Some(found) => Err(format!(
                "has {found} in ranker.selection, expected numbers of at most {LARGEST:e}"
            )),
            None => Ok(()),
        }
    }
}

#[derive(Debug)]
struct Layer {
    norm_1: Norm,
    attention: Attention,
    norm_2: Norm,
    up: Linear,
    down: Linear,
}

/// The network, and the importance of each token that its features read.
#[derive(Debug)]
pub(crate) struct Ranker {
    config: RankerConfig,
    /// For each column of features in `enter`, which of [`SentenceFeatures`] it is for.
    columns: Vec<usize>,
    importance: Vec<f32>,
    enter: Linear,
    /// (places, width)
    place: Array2<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    score: Linear,
}

/// The values of each sentence.
#[derive(Default)]
pub(super) struct Logits {
    pub(super) several: Vec<f32>,
    single: Vec<f32>,
    /// How surely it must not stand in a summary; empty for a ranker that was not taught that.
    pub(super) never: Vec<f32>,
    /// How surely it may stand in a summary of a few sentences; empty for a ranker that was not taught
    /// that.
    pub(super) good: Vec<f32>,
    /// How surely it cannot be understood without one before it; empty for a ranker that was not
    /// taught that.
    pub(super) leans: Vec<f32>,
}

impl Logits {
    /// The values by which sentences compete for a summary of this length.
    pub(super) fn for_length(&self, length: &Length) -> &[f32] {
        if length.sentences == Some(1) { &self.single } else { &self.several }
    }
}

/// What tokens say is a share of what the rarest says: features divide by sums of it.
fn checked(weights: &Weights<'_>, importance: Vec<f32>) -> Result<Vec<f32>> {
    match importance.iter().find(|value| **value < 0.0) {
        Some(found) => {
            Err(weights
                .invalid(format!("has {found} in rank.importance, expected numbers from 0 on")))
        }
        None => Ok(importance),
    }
}

impl Ranker {
    /// Reads `rank.*`, for a config that was [checked](RankerConfig::check). `importance` is one
    /// weight a token of the vocabulary.
    pub(crate) fn load(
        weights: &Weights<'_>,
        config: RankerConfig,
        importance: Vec<f32>,
    ) -> Result<Self> {
        let RankerConfig { dim, width, inner, .. } = config;
        let columns =
            config.columns().map_err(|wrong| Error::new(ErrorKind::InvalidModel, wrong))?;
        let layer = |index: usize| -> Result<Layer> {
            let stem = format!("rank.layers.{index}");
            let name = |part: &str| format!("{stem}.{part}");
            Ok(Layer {
                norm_1: Norm::load(weights, &name("norm_1"), width)?,
                attention: Attention::load(weights, &stem, width, config.heads)?,
                norm_2: Norm::load(weights, &name("norm_2"), width)?,
                up: Linear::load(weights, &name("up"), inner, width)?,
                down: Linear::load(weights, &name("down"), width, inner)?,
            })
        };
        Ok(Self {
            importance: checked(weights, importance)?,
            enter: Linear::load(weights, "rank.enter", width, dim + columns.len())?,
            place: weights.matrix("rank.place", config.places, width)?,
            layers: (0..config.layers).map(layer).collect::<Result<_>>()?,
            norm: Norm::load(weights, "rank.norm", width)?,
            score: Linear::load(weights, "rank.score", config.selection.outputs(), width)?,
            columns,
            config,
        })
    }

    /// One weight a token: how much sharing it says.
    pub(crate) fn importance(&self) -> &[f32] {
        &self.importance
    }

    pub(crate) fn selection(&self) -> &SelectionConfig {
        &self.config.selection
    }

    /// Whether all values of an article's sentences are finite.
    pub(crate) fn gives_finite(&self, encoded: &Encoded<'_>) -> bool {
        let words = Words::of(encoded, &self.importance);
        let overlaps = Overlaps::new(&words.ids, &words.importance);
        let Logits { several, single, never, good, leans } =
            self.logits(encoded, &words, &overlaps);
        [several, single, never, good, leans].iter().flatten().all(|value| value.is_finite())
    }

    /// The values of an article's sentences. Where the vocabulary does not know the script, their
    /// form alone decides: the vector of unknown tokens says nothing.
    pub(super) fn logits(
        &self,
        encoded: &Encoded<'_>,
        words: &Words<'_>,
        overlaps: &Overlaps<'_>,
    ) -> Logits {
        let sentences = &encoded.article.sentences;
        let breaks = encoded.article.breaks();
        let features =
            features::features(sentences, &breaks, &words.ids, &words.title_ids, overlaps);
        let count = sentences.len();
        debug_assert_eq!(encoded.rank_vectors.nrows(), count, "a ranker vector a sentence");
        debug_assert_eq!(encoded.dense_vectors.nrows(), count, "a dense vector a sentence");
        debug_assert_eq!(features.len(), count, "features a sentence");
        let lexical = &encoded.rank_vectors;
        let unread = vec![0.0; lexical.ncols()];
        // An encoder without heads has dense vectors that this ranker was not trained on.
        let dense = &encoded.dense_vectors;
        let dense_known = self.config.dim.saturating_sub(lexical.ncols()).min(dense.ncols());
        let mut logits = Logits::default();
        let outputs = self.config.selection.outputs();
        let mut start = 0;
        for features in features.chunks(self.config.window) {
            // (sentences of the window, dim + features)
            let mut joined = Vec::with_capacity(features.len() * self.enter.input());
            for (index, features) in (start..).zip(features) {
                match lexical.row(index).to_slice() {
                    Some(row) if words.known => joined.extend(row),
                    _ => joined.extend(&unread),
                }
                joined.extend(dense.row(index).iter().take(dense_known));
                let values = features.values();
                joined.extend(self.columns.iter().filter_map(|column| values.get(*column)));
            }
            let x = self.enter(features.len(), &joined, start);
            for row in self.read(features.len(), x).chunks_exact(outputs) {
                logits.several.extend(row.first());
                logits.single.extend(row.get(1));
                logits.never.extend(row.get(2));
                logits.good.extend(row.get(3));
                logits.leans.extend(row.get(4));
            }
            start += features.len();
        }
        logits
    }

    /// (n, in) to (n, width); the first row is sentence `start`.
    fn enter(&self, n: usize, joined: &[f32], start: usize) -> Vec<f32> {
        let mut x = self.enter.apply(n, joined);
        for (index, row) in x.chunks_exact_mut(self.config.width.max(1)).enumerate() {
            let place = (start + index).min(self.config.places - 1);
            add(row, self.place.row(place).to_slice().unwrap_or_default());
        }
        x
    }

    /// (n, width) to (n, outputs).
    fn read(&self, n: usize, mut x: Vec<f32>) -> Vec<f32> {
        for layer in &self.layers {
            let seen = layer.attention.apply(n, &layer.norm_1.apply(&x));
            add(&mut x, &seen);
            let mut inner = layer.up.apply(n, &layer.norm_2.apply(&x));
            relu(&mut inner);
            add(&mut x, &layer.down.apply(n, &inner));
        }
        self.score.apply(n, &self.norm.apply(&x))
    }
}
