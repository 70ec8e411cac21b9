//! Sentence vectors to values: how well each sentence sums its article up.
//!
//! In: sentence vectors and features. Out: two logits a sentence, one for summaries of several
//! sentences and one for a single sentence. A pre-norm transformer encoder over sentences
//! (Vaswani et al., "Attention is all you need", 2017; layer norm before each part as in Xiong
//! et al., "On layer normalization in the transformer architecture", 2020).
//! Does not choose.
//!
//! ```text
//! x   = enter [vector, dense vector, features] + place[min(i, places - 1)]         (n, width)
//! x  += out attention(norm_1 x)                                      a layer, `heads` heads
//! x  += down relu(up norm_2 x)                                       inner width `inner`
//! logits = score norm x                                              (n, 2)
//! ```
//!
//! Features see the whole article; attention sees windows of `window` sentences, one after the
//! other, so the cost stays linear in an article's length and no sentence is left out.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};
use serde::{Deserialize, Serialize};

use super::Length;
use super::features::{self, FEATURES, Overlaps};
use super::select::SelectionConfig;
use super::words::Words;
use crate::engine::{Encoded, Weights};
use crate::error::Result;

/// The shape of the network: the `ranker` part of `config.json`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct RankerConfig {
    /// Length of a sentence vector, its dense part counted.
    pub(crate) dim: usize,
    /// Number of features a sentence.
    pub(crate) features: usize,
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

impl RankerConfig {
    /// What is wrong with the numbers.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let Self { features, width, heads, window, places, selection, .. } = *self;
        let divides = heads > 0 && width.checked_rem(heads) == Some(0);
        if features != FEATURES || !divides || window == 0 || places == 0 {
            return Err(format!(
                "asks for a ranker of {features} features, {heads} heads, width {width}, window {window} and {places} \
                 places; expected {FEATURES} features, heads that divide the width, and a window and places of at least 1"
            ));
        }
        let SelectionConfig { repeat, fragment_penalty, budget_floor, .. } = selection;
        match [repeat, fragment_penalty, budget_floor].into_iter().find(|value| !value.is_finite())
        {
            Some(found) => Err(format!("has {found} in ranker.selection, expected finite numbers")),
            None => Ok(()),
        }
    }
}

/// A fully connected layer: (out, in) and (out).
#[derive(Debug)]
struct Linear {
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn load(weights: &Weights<'_>, name: &str, out: usize, input: usize) -> Result<Self> {
        Ok(Self {
            weight: weights.matrix(&format!("rank.{name}.weight"), out, input)?,
            bias: weights.vector(&format!("rank.{name}.bias"), out)?,
        })
    }

    /// (n, in) to (n, out).
    fn apply(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        x.dot(&self.weight.t()) + &self.bias
    }
}

/// A layer norm over the last axis.
#[derive(Debug)]
struct Norm {
    weight: Array1<f32>,
    bias: Array1<f32>,
}

impl Norm {
    const EPS: f32 = 1e-5;

    fn load(weights: &Weights<'_>, name: &str, width: usize) -> Result<Self> {
        Ok(Self {
            weight: weights.vector(&format!("rank.{name}.weight"), width)?,
            bias: weights.vector(&format!("rank.{name}.bias"), width)?,
        })
    }

    fn apply(&self, x: &Array2<f32>) -> Array2<f32> {
        let mut out = x.clone();
        for mut row in out.rows_mut() {
            let width = row.len().max(1) as f32;
            let mean = row.sum() / width;
            let variance =
                row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / width;
            let scale = 1.0 / (variance + Self::EPS).sqrt();
            row.mapv_inplace(|value| (value - mean) * scale);
            row *= &self.weight;
            row += &self.bias;
        }
        out
    }
}

#[derive(Debug)]
struct Layer {
    norm_1: Norm,
    qkv: Linear,
    out: Linear,
    norm_2: Norm,
    up: Linear,
    down: Linear,
}

/// The network, and the importance of each token that its features read.
#[derive(Debug)]
pub(crate) struct Ranker {
    config: RankerConfig,
    importance: Vec<f32>,
    enter: Linear,
    place: Array2<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    score: Linear,
}

/// Two values a sentence.
pub(super) struct Logits {
    pub(super) several: Vec<f32>,
    single: Vec<f32>,
}

impl Logits {
    /// The values by which sentences compete for a summary of this length.
    pub(super) fn for_length(&self, length: &Length) -> &[f32] {
        if length.sentences == Some(1) { &self.single } else { &self.several }
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
        let RankerConfig { dim, features, width, inner, .. } = config;
        let layer = |index: usize| -> Result<Layer> {
            let name = |part: &str| format!("layers.{index}.{part}");
            Ok(Layer {
                norm_1: Norm::load(weights, &name("norm_1"), width)?,
                qkv: Linear::load(weights, &name("qkv"), 3 * width, width)?,
                out: Linear::load(weights, &name("out"), width, width)?,
                norm_2: Norm::load(weights, &name("norm_2"), width)?,
                up: Linear::load(weights, &name("up"), inner, width)?,
                down: Linear::load(weights, &name("down"), width, inner)?,
            })
        };
        Ok(Self {
            importance,
            enter: Linear::load(weights, "enter", width, dim + features)?,
            place: weights.matrix("rank.place", config.places, width)?,
            layers: (0..config.layers).map(layer).collect::<Result<_>>()?,
            norm: Norm::load(weights, "norm", width)?,
            score: Linear::load(weights, "score", 2, width)?,
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

    /// The values of an article's sentences. Where the vocabulary does not know the script, their
    /// form alone decides: the vector of unknown tokens says nothing.
    pub(super) fn logits(
        &self,
        sentences: &[&str],
        encoded: &Encoded,
        words: &Words<'_>,
        overlaps: &Overlaps<'_>,
    ) -> Logits {
        let features = features::features(sentences, &words.ids, &words.title_ids, overlaps);
        let unread = (!words.known).then(|| Array2::zeros(encoded.rank_vectors.raw_dim()));
        let mut logits = Logits { several: Vec::new(), single: Vec::new() };
        let mut start = 0;
        while start < sentences.len() {
            let end = sentences.len().min(start + self.config.window);
            let rows = s![start..end, ..];
            let dense = &encoded.dense_vectors;
            let lexical = unread.as_ref().unwrap_or(&encoded.rank_vectors);
            // An encoder without heads has dense vectors that this ranker was not trained on.
            let known = self.config.dim.saturating_sub(lexical.ncols()).min(dense.ncols());
            let parts =
                [lexical.slice(rows), dense.slice(s![start..end, ..known]), features.slice(rows)];
            let x = self.enter(&parts, start);
            for row in self.read(x).rows() {
                logits.several.extend(row.first());
                logits.single.extend(row.get(1));
            }
            start = end;
        }
        logits
    }

    fn enter(&self, parts: &[ArrayView2<'_, f32>], start: usize) -> Array2<f32> {
        let joined = concatenate(Axis(1), parts).unwrap_or_default();
        let mut x = self.enter.apply(joined.view());
        for (index, mut row) in x.rows_mut().into_iter().enumerate() {
            let place = (start + index).min(self.config.places - 1);
            row += &self.place.row(place);
        }
        x
    }

    fn read(&self, mut x: Array2<f32>) -> Array2<f32> {
        for layer in &self.layers {
            x += &self.attention(layer, &layer.norm_1.apply(&x));
            let mut inner = layer.up.apply(layer.norm_2.apply(&x).view());
            inner.mapv_inplace(|value| value.max(0.0));
            x += &layer.down.apply(inner.view());
        }
        self.score.apply(self.norm.apply(&x).view())
    }

    /// (n, width) to (n, width). Queries, keys and values lie side by side, and in each of them
    /// the heads do.
    fn attention(&self, layer: &Layer, x: &Array2<f32>) -> Array2<f32> {
        let (width, heads) = (self.config.width, self.config.heads);
        let size = width / heads;
        let qkv = layer.qkv.apply(x.view());
        let mut mixed = Array2::zeros((x.nrows(), width));
        for head in 0..heads {
            let part = |which: usize| {
                let start = which * width + head * size;
                qkv.slice(s![.., start..start + size])
            };
            let mut attention = part(0).dot(&part(1).t());
            attention *= 1.0 / (size as f32).sqrt();
            softmax_rows(&mut attention);
            mixed
                .slice_mut(s![.., head * size..(head + 1) * size])
                .assign(&attention.dot(&part(2)));
        }
        layer.out.apply(mixed.view())
    }
}

/// Softmax along each row; the maximum is subtracted first so that no exponential overflows.
fn softmax_rows(x: &mut Array2<f32>) {
    for mut row in x.rows_mut() {
        let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.mapv_inplace(|value| (value - max).exp());
        let sum = row.sum();
        row /= sum;
    }
}
