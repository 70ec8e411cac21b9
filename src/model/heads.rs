//! Heads for the vectors of a pretrained sentence encoder.
//!
//! In: a folder of heads, or those compiled into the crate. Out: a topic head, a sentence ranker
//! and a reading of similarities, which take the encoder's dense vectors beside the embedded
//! model's lexical ones: neither alone is as good. Heads fit one encoder and one embedded model;
//! both are checked.

use serde::Deserialize;

use super::folder::{CONFIG, Files, WEIGHTS, invalid_model};
use super::seams::SentenceEncoder;
use crate::error::Result;
use crate::nn::Weights;
use crate::summary::{Ranker, RankerConfig};
use crate::topics::{Head, HeadConfig, Mean, OwnLabelsConfig, Taxonomy};
use crate::vectors::Tables;

/// The value of `format` in the heads' `config.json`.
const FORMAT: &str = "standfirst/heads-1";

/// `config.json`.
#[derive(Debug, Deserialize)]
struct HeadsConfig {
    format: String,
    /// The encoder's name.
    encoder: String,
    /// Length of the encoder's vectors.
    dim: usize,
    /// The name of the embedded model whose lexical vectors the heads read.
    base: String,
    /// A text, and the first values of its vector: what tells the encoder from any other.
    probe: Probe,
    topics: HeadConfig,
    own_labels: OwnLabelsConfig,
    ranker: RankerConfig,
}

#[derive(Debug, Deserialize)]
struct Probe {
    text: String,
    vector: Vec<f32>,
}

/// What the heads stand on: parts of the embedded model.
pub(crate) struct Base<'a> {
    pub(crate) name: &'a str,
    pub(crate) tables: &'a Tables,
    pub(crate) taxonomy: &'a Taxonomy,
    pub(crate) importance: &'a [f32],
    pub(crate) mean: &'a Mean,
}

/// Loaded heads.
#[derive(Debug)]
pub(crate) struct Heads {
    pub(crate) encoder: String,
    pub(crate) head: Head,
    pub(crate) ranker: Ranker,
    pub(crate) mean: Mean,
    pub(crate) own_labels: OwnLabelsConfig,
}

impl Heads {
    /// The heads of `files`; `None` when they are for another encoder.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the files do not fit together or to the embedded model.
    pub(crate) fn load(
        files: &Files,
        encoder: &dyn SentenceEncoder,
        base: &Base<'_>,
    ) -> Result<Option<Self>> {
        let invalid = |what: String| invalid_model(format!("{} {what}", files.name(CONFIG)));
        let config =
            files.config("a config of heads", |config: &HeadsConfig| &config.format, FORMAT)?;
        if config.dim != encoder.dim() || !config.probe.fits(encoder)? {
            return Ok(None);
        }
        if config.base != base.name {
            let what = format!(
                "has heads for the embedded model {:?}, but this is {:?}: train them anew",
                config.base, base.name
            );
            return Err(invalid(what));
        }
        let Base { tables, taxonomy, .. } = *base;
        let expected = (tables.topic.dim() + config.dim, tables.rank.dim() + config.dim);
        let found = (config.topics.dim, config.ranker.dim);
        if found != expected || config.topics.dense != config.dim {
            let what = format!(
                "has heads for vectors of {found:?} values of which {} are dense, expected {expected:?} and {}",
                config.topics.dense, config.dim
            );
            return Err(invalid(what));
        }
        let checked = config
            .topics
            .check(taxonomy.labels().len())
            .and_then(|()| config.own_labels.check())
            .and_then(|()| config.ranker.check());
        checked.map_err(invalid)?;
        let weights = Weights::parse(files.name(WEIGHTS), &files.weights)?;
        let dense_mean = weights.vector("dense.mean", config.dim)?;
        Ok(Some(Self {
            head: Head::load(&weights, config.topics, tables.weighting, taxonomy)?,
            ranker: Ranker::load(&weights, config.ranker, base.importance.to_vec())?,
            mean: base.mean.with_dense(dense_mean, config.own_labels.shares),
            own_labels: config.own_labels,
            encoder: config.encoder,
        }))
    }
}

impl Probe {
    fn fits(&self, encoder: &dyn SentenceEncoder) -> Result<bool> {
        let found = encoder.encode(&[&self.text])?;
        let length = |values: &mut dyn Iterator<Item = f32>| {
            values.map(|value| value * value).sum::<f32>().sqrt()
        };
        let apart = length(&mut found.iter().zip(&self.vector).map(|(a, b)| a - b));
        let whole = length(&mut self.vector.iter().copied());
        Ok(whole > 0.0 && apart <= encoder.tolerance() * whole)
    }
}
