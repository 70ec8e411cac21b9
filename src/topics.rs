//! Sentence vectors to topics.
//!
//! In: an encoded article. Out: a calibrated score a label, the labels worth reporting, and for
//! each of those the sentences that carried the decision.
//! Knows no model folder and no pretrained model.
//!
//! The steps, a file each:
//!
//! ```text
//! taxonomy.rs  labels, names, parents       head.rs    vectors -> scores
//! labels.rs    own labels by similarity     select.rs  scores -> labels to report
//! topic.rs     what a topic is, with its evidence
//! ```

pub(crate) mod taxonomy;
mod topic;
mod select;
mod head;
mod labels;

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::error::Result;
use crate::nn::rounded;
use crate::vectors::{Encoded, Pooled};
pub(crate) use head::{Calibration, Head, HeadConfig};
pub use labels::OwnLabel;
pub(crate) use labels::{Comparison, Mean, OwnLabels, OwnLabelsConfig};
use select::Cut;
pub(crate) use select::Limits;
pub use taxonomy::{Label, Taxonomy};
pub use topic::{Evidence, Topic};

/// At most this many passages are given for a topic.
const MAX_EVIDENCE: usize = 3;

/// A passage that carries less than this share of a topic's evidence is not worth showing.
const MIN_EVIDENCE_SHARE: f32 = 0.05;

/// The topics of an article.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    /// One score a label; empty when the article has no word.
    pub(crate) scores: Vec<f32>,
    /// The topics to report: level 1 best first, each followed by those under it.
    pub(crate) reported: Vec<Topic>,
}

impl Topics {
    /// The score of each label by its code.
    pub(crate) fn by_code(&self, taxonomy: &Taxonomy) -> BTreeMap<String, f32> {
        let codes = taxonomy.labels().iter().map(|label| label.code.clone());
        codes.zip(self.scores.iter().map(|&score| rounded(score))).collect()
    }

    /// Pairs each chosen label with its evidence: `falls` are (sentences, chosen labels), how much
    /// each sentence speaks for each, and are asked for where a label was chosen.
    pub(crate) fn new(
        taxonomy: &Taxonomy,
        encoded: &Encoded<'_>,
        scores: Vec<f32>,
        chosen: &[usize],
        falls: impl FnOnce() -> Result<Array2<f32>>,
    ) -> Result<Self> {
        if chosen.is_empty() {
            return Ok(Self { scores, reported: Vec::new() });
        }
        let falls = falls()?;
        debug_assert_eq!(falls.ncols(), chosen.len(), "one column a chosen label");
        debug_assert!(falls.nrows() <= encoded.article.len(), "at most one row a sentence");
        let topic = |(&index, falls): (&usize, ndarray::ArrayView1<'_, f32>)| {
            let label = taxonomy.labels().get(index)?;
            let score = rounded(*scores.get(index)?);
            Some(Topic::new(label, score, evidence(encoded, falls.iter().copied())))
        };
        let reported = chosen.iter().zip(falls.columns()).filter_map(topic).collect();
        Ok(Self { scores, reported })
    }
}

/// The topics of an encoded article that is not empty, by the model's own head.
pub(crate) fn topics(
    head: &Head,
    taxonomy: &Taxonomy,
    encoded: &Encoded<'_>,
    limits: Limits,
) -> Result<Topics> {
    let scores = head.scores(&encoded.pooled);
    let config = head.config();
    let precise = config.precise_thresholds.as_deref().filter(|_| limits.precise);
    let (thresholds, floor) = match precise {
        Some(precise) => (precise, f32::INFINITY),
        None => (&*config.thresholds, config.floor),
    };
    let chosen = select::select(taxonomy, &scores, Cut { thresholds, floor, limits });
    let Encoded { pooled, topic_vectors, dense_vectors, .. } = encoded;
    let falls = || Ok(head.contributions(pooled, topic_vectors, dense_vectors, &chosen));
    Topics::new(taxonomy, encoded, scores, &chosen, falls)
}

/// The topics of an encoded article that is not empty, by the caller's labels.
pub(crate) fn own_topics(own: &OwnLabels, encoded: &Encoded<'_>, limits: Limits) -> Result<Topics> {
    let scores = own.scores(&encoded.pooled);
    let Comparison { config, weighting, dense_weighting, .. } = own.comparison();
    let chosen = above(config.threshold, config.floor, own.taxonomy(), &scores, limits);
    let falls = || {
        let vectors = encoded.topic_vectors.rows().into_iter().zip(encoded.rank_vectors.rows());
        let rows = vectors.zip(encoded.dense_vectors.rows()).zip(&encoded.ids);
        let sentence = |(index, (((topic, rank), dense), ids))| {
            let ids: &Vec<u32> = ids;
            let weight = weighting.weight(index);
            Pooled {
                topic: &topic * weight,
                // A ranker vector is a mean over the tokens; what was added up is their sum.
                rank: &rank * (weight * ids.len() as f32),
                dense: &dense * dense_weighting.weight(index),
            }
        };
        let sentences: Vec<Pooled> = rows.enumerate().map(sentence).collect();
        Ok(own.contributions(&encoded.pooled, &sentences, &chosen))
    };
    Topics::new(own.taxonomy(), encoded, scores, &chosen, falls)
}

/// The labels to report where one threshold serves them all; the best alone from `floor` on where
/// none reaches it.
pub(crate) fn above(
    threshold: f32,
    floor: f32,
    taxonomy: &Taxonomy,
    scores: &[f32],
    limits: Limits,
) -> Vec<usize> {
    let thresholds = vec![threshold; scores.len()];
    select::select(taxonomy, scores, Cut { thresholds: &thresholds, floor, limits })
}

/// The sentences that speak for a label, by how far its logit falls without each.
fn evidence(encoded: &Encoded<'_>, falls: impl Iterator<Item = f32>) -> Vec<Evidence> {
    let mut speaking: Vec<(usize, f32)> =
        falls.enumerate().filter(|&(_, fall)| fall > 0.0).collect();
    let total: f32 = speaking.iter().map(|&(_, fall)| fall).sum();
    speaking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    speaking
        .into_iter()
        .take(MAX_EVIDENCE)
        .map(|(sentence, fall)| (sentence, fall / total))
        .filter(|&(_, share)| share >= MIN_EVIDENCE_SHARE)
        .filter_map(|(sentence, share)| {
            let span = *encoded.article.spans.get(sentence)?;
            Some(Evidence::new(span, rounded(share)))
        })
        .collect()
}
