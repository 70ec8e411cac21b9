//! Sentence vectors to scores.
//!
//! In: the vectors of an article's title and sentences. Out: one calibrated score a label, each
//! in `0.0..=1.0`, no child above its parent; and what each sentence adds to a label.
//! Knows neither names nor thresholds.
//!
//! ```text
//! u = title_weight * title + sum_i sentence_i / (1 + i / decay)      (dim)
//! x = u / sqrt(mean(u^2) + eps)                                      (dim)
//! x = [x, the same of the dense vectors]                             where an encoder gives some
//! h = relu(deep x + deep_bias)                                       (hidden)
//! logits = wide x + out h + wide_bias                                (labels)
//! scores = sigmoid(slope * logits + offset), then min(own, parent's)
//! ```
//!
//! The calibration is Platt's ("Probabilistic outputs for support vector machines", 1999), a
//! slope and an offset a label, fitted on rows that the weights were not.

use std::iter;

use ndarray::{Array1, Array2, ArrayView1};
use serde::{Deserialize, Serialize};

use super::taxonomy::{self, Taxonomy};
use crate::error::Result;
use crate::nn::{Linear, Matrix, Weights, add, matrix, relu, sigmoid};
use crate::vectors::{Pooled, Weighting, extend_normalized, flat};

/// The largest layer that is believed: those of models are some hundreds wide.
const MAX_WIDTH: usize = 1 << 16;
/// The largest number of the config: those fitted are a few units, and beyond this sums would not
/// stay finite.
const LARGEST: f32 = 1e6;

/// How sentence vectors become one, and how scores are read: the `topics` part of `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HeadConfig {
    /// Length of a sentence vector, its dense part counted.
    pub(crate) dim: usize,
    /// Length of the dense part, which stands last: 0 where there is no encoder.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) dense: usize,
    /// Width of the head's inner layer; 0 for a linear head.
    pub(crate) hidden: usize,
    /// Of the dense part, where there is one; the rest is then pooled as the embedded model does.
    pub(crate) pooling: Weighting,
    pub(crate) calibration: Calibration,
    /// The score from which a label is reported, one a label.
    pub(crate) thresholds: Vec<f32>,
    /// The score from which a label is reported where 95 reports of a hundred are to be right, one
    /// a label; none where the model has no such scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) precise_thresholds: Option<Vec<f32>>,
    /// Where no label reaches its threshold, the best of level 1 is reported if it reaches this.
    pub(crate) floor: f32,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    pub(crate) slope: Vec<f32>,
    pub(crate) offset: Vec<f32>,
}

impl HeadConfig {
    /// What is wrong with the numbers, for a taxonomy of `labels` labels.
    pub(crate) fn check(&self, labels: usize) -> std::result::Result<(), String> {
        let Calibration { slope, offset } = &self.calibration;
        let precise = self.precise_thresholds.as_ref().unwrap_or(&self.thresholds);
        for found in [slope.len(), offset.len(), self.thresholds.len(), precise.len()] {
            if found != labels {
                return Err(format!(
                    "calibrates {found} labels, but {} has {labels}",
                    taxonomy::FILE
                ));
            }
        }
        let Self { dim, dense, hidden, .. } = *self;
        if !(1..=MAX_WIDTH).contains(&dim) || dense > dim || hidden > MAX_WIDTH {
            return Err(format!(
                "asks for topics of {dim} values of which {dense} are dense, and an inner layer of {hidden}; \
                 expected 1 to {MAX_WIDTH} values, no more dense ones, and an inner layer of at most \
                 {MAX_WIDTH}"
            ));
        }
        let Weighting { title, decay, eps } = self.pooling;
        let numbers = [("pooling.title", title), ("pooling.decay", decay), ("pooling.eps", eps)];
        if let Some((name, found)) =
            numbers.into_iter().find(|&(_, value)| !(value > 0.0 && value <= LARGEST))
        {
            return Err(format!(
                "has {found} for topics.{name}, expected a number above 0, up to {LARGEST:e}"
            ));
        }
        if let Some(found) = slope.iter().chain(offset).find(|value| value.abs() > LARGEST) {
            return Err(format!(
                "has {found} in topics.calibration, expected numbers of at most {LARGEST:e}"
            ));
        }
        // A label may be beyond every score: its threshold is then above 1.
        let bars = self.thresholds.iter().chain(precise).chain([&self.floor]);
        if let Some(found) = bars.copied().find(|value| !(0.0..=2.0).contains(value)) {
            return Err(format!(
                "has {found} in topics.thresholds, topics.precise_thresholds or topics.floor, expected \
                 0.0..=2.0"
            ));
        }
        Ok(())
    }
}

/// The layers between a pooled vector and its scores.
#[derive(Debug)]
pub(crate) struct Head {
    config: HeadConfig,
    /// Of the part that is not dense.
    pooling: Weighting,
    /// (labels, dim)
    wide: Linear,
    deep: Option<Deep>,
    /// The parent of each label.
    parents: Vec<Option<usize>>,
}

#[derive(Debug)]
struct Deep {
    /// (hidden, dim)
    inner: Linear,
    /// (labels, hidden)
    out: Matrix,
}

impl Head {
    /// Reads `topics.head.*`, for a config that was [checked](HeadConfig::check). `pooling` is
    /// that of the part that is not dense.
    pub(crate) fn load(
        weights: &Weights<'_>,
        config: HeadConfig,
        pooling: Weighting,
        taxonomy: &Taxonomy,
    ) -> Result<Self> {
        let labels = taxonomy.labels().len();
        let HeadConfig { dim, hidden, .. } = config;
        let linear = |name: &str, out: usize| {
            Linear::load(weights, &format!("topics.head.{name}"), out, dim)
        };
        let deep = if hidden == 0 {
            None
        } else {
            Some(Deep {
                inner: linear("deep", hidden)?,
                out: Matrix::from(&weights.matrix("topics.head.out.weight", labels, hidden)?),
            })
        };
        Ok(Self {
            wide: linear("wide", labels)?,
            deep,
            parents: taxonomy.labels().iter().map(|label| label.parent).collect(),
            config,
            pooling,
        })
    }

    pub(crate) fn config(&self) -> &HeadConfig {
        &self.config
    }

    /// Adds to `input` what the layers read of an article's two sums.
    fn read(&self, topic: &[f32], dense: &[f32], input: &mut Vec<f32>) {
        extend_normalized(input, topic, self.pooling.eps);
        if self.config.dense > 0 {
            extend_normalized(input, dense, self.config.pooling.eps);
        }
    }

    /// The scores of an article's pooled vectors, one a label.
    pub(crate) fn scores(&self, pooled: &Pooled) -> Vec<f32> {
        let mut input = Vec::with_capacity(self.config.dim);
        self.read(flat(&pooled.topic), flat(&pooled.dense), &mut input);
        let deep = self.deep.as_ref().map(|deep| (&deep.inner, &deep.out));
        let logits = logits(1, &input, &self.wide, deep);
        debug_assert_eq!(logits.len(), self.parents.len(), "a logit a label");
        let Calibration { slope, offset } = &self.config.calibration;
        let calibrated = logits.iter().zip(slope.iter().zip(offset));
        let own: Vec<f32> =
            calibrated.map(|(logit, (slope, offset))| sigmoid(slope * logit + offset)).collect();
        // No topic is more certain than one that it stands under.
        let parent = |label: usize| self.parents.get(label).copied().flatten();
        let capped = |label| {
            let line = iter::successors(Some(label), |&label| parent(label));
            line.filter_map(|label| own.get(label).copied()).fold(1.0, f32::min)
        };
        (0..own.len()).map(capped).collect()
    }

    /// How far the logit of each of `labels` falls when one sentence is taken out:
    /// (sentences, labels), positive where the sentence speaks for the label.
    ///
    /// `topic` and `dense` are the first sentences' vectors, (sentences, dim) each; `pooled` are
    /// the article's.
    pub(crate) fn contributions(
        &self,
        pooled: &Pooled,
        topic: &Array2<f32>,
        dense: &Array2<f32>,
        labels: &[usize],
    ) -> Array2<f32> {
        let n = topic.nrows();
        debug_assert!(dense.nrows() >= n, "{n} topic vectors, {} dense ones", dense.nrows());
        // The sums without each sentence, and last those with all.
        let mut input = Vec::with_capacity((n + 1) * self.config.dim);
        for (index, (topic, dense)) in topic.rows().into_iter().zip(dense.rows()).enumerate() {
            let without = |all: &Array1<f32>, one: ArrayView1<'_, f32>, weight: f32| -> Vec<f32> {
                all.iter().zip(one).map(|(all, one)| all - one * weight).collect()
            };
            let topic = without(&pooled.topic, topic, self.pooling.weight(index));
            let dense = without(&pooled.dense, dense, self.config.pooling.weight(index));
            self.read(&topic, &dense, &mut input);
        }
        self.read(flat(&pooled.topic), flat(&pooled.dense), &mut input);
        let wide = self.wide.select(labels);
        let deep = self.deep.as_ref().map(|deep| (&deep.inner, deep.out.select(labels)));
        let deep = deep.as_ref().map(|(inner, out)| (*inner, out));
        let mut logits = logits(n + 1, &input, &wide, deep);
        let full = logits.split_off(n * labels.len());
        for row in logits.chunks_exact_mut(labels.len().max(1)) {
            for (without, full) in row.iter_mut().zip(&full) {
                *without = full - *without;
            }
        }
        matrix(n, labels.len(), logits)
    }
}

/// (n, dim) to (n, labels); `deep` is the inner layer and what leads out of it.
fn logits(n: usize, x: &[f32], wide: &Linear, deep: Option<(&Linear, &Matrix)>) -> Vec<f32> {
    let mut logits = wide.apply(n, x);
    if let Some((inner, out)) = deep {
        let mut inner = inner.apply(n, x);
        relu(&mut inner);
        let mut own = vec![0.0; logits.len()];
        out.times(&inner, &mut own);
        add(&mut logits, &own);
    }
    logits
}
