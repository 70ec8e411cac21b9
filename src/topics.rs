//! Sentence vectors to topics.
//!
//! In: an encoded article. Out: a calibrated score a label, the labels worth reporting, and for
//! each of those the sentences that carried the decision.
//! Knows no text: spans come from the caller.
//!
//! The steps, a file each:
//!
//! ```text
//! taxonomy.rs  labels, names, parents       head.rs    vectors -> scores
//! labels.rs    own labels by similarity     select.rs  scores -> labels to report
//! train.rs     labelled rows -> a new table and head
//! ```

mod head;
mod labels;
mod select;
mod taxonomy;
pub mod train;

pub(crate) use head::{Head, HeadConfig};
pub use labels::OwnLabel;
pub(crate) use labels::{OwnLabels, OwnLabelsConfig};
pub use taxonomy::{Label, Taxonomy};

use crate::engine::Encoded;

/// At most this many passages are given for a topic.
const MAX_EVIDENCE: usize = 3;

/// A passage that carries less than this share of a topic's evidence is not worth showing.
const MIN_EVIDENCE_SHARE: f32 = 0.05;

/// What limits the topics of an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_level1: usize,
    pub(crate) min_score: Option<f32>,
}

/// The topics of an article.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    /// One score a label; empty when the article has no word.
    pub(crate) scores: Vec<f32>,
    /// The labels to report, in order.
    pub(crate) reported: Vec<Reported>,
}

/// A label to report.
#[derive(Debug)]
pub(crate) struct Reported {
    pub(crate) label: usize,
    pub(crate) score: f32,
    /// Sentences and their share of what speaks for the label, strongest first.
    pub(crate) evidence: Vec<(usize, f32)>,
}

/// The topics of an encoded article, by the model's own head.
pub(crate) fn topics(
    head: &Head,
    taxonomy: &Taxonomy,
    encoded: &Encoded,
    limits: Limits,
) -> Topics {
    if encoded.is_empty() {
        return Topics::default();
    }
    let scores = head.scores(encoded.pooled.view());
    let config = head.config();
    let cut = select::Cut {
        thresholds: &config.thresholds,
        floor: config.floor,
        min_score: limits.min_score.unwrap_or(0.0),
        max_level1: limits.max_level1.min(config.max_level1),
    };
    let chosen = select::select(taxonomy, &scores, cut);
    let falls = head.contributions(encoded.pooled.view(), &encoded.topic_vectors, &chosen);
    report(chosen, scores, falls)
}

/// The topics of an encoded article, by the caller's labels.
pub(crate) fn own_topics(
    own: &OwnLabels,
    head: &Head,
    encoded: &Encoded,
    limits: Limits,
) -> Topics {
    if encoded.is_empty() {
        return Topics::default();
    }
    let scores = own.scores(encoded.pooled.view());
    let thresholds = vec![own.threshold(); scores.len()];
    let cut = select::Cut {
        thresholds: &thresholds,
        floor: 1.0,
        min_score: limits.min_score.unwrap_or(0.0),
        max_level1: limits.max_level1,
    };
    let chosen = select::select(own.taxonomy(), &scores, cut);
    let pooling = head.config().pooling;
    let falls = own.contributions(encoded.pooled.view(), &encoded.topic_vectors, pooling, &chosen);
    report(chosen, scores, falls)
}

/// Pairs each chosen label with its evidence: `falls` is (sentences, chosen labels).
fn report(chosen: Vec<usize>, scores: Vec<f32>, falls: ndarray::Array2<f32>) -> Topics {
    let reported = chosen
        .into_iter()
        .zip(falls.columns())
        .map(|(label, falls)| Reported {
            label,
            score: scores.get(label).copied().unwrap_or(0.0),
            evidence: evidence(falls.iter().copied()),
        })
        .collect();
    Topics { scores, reported }
}

/// The sentences that speak for a label, by how far its logit falls without each.
fn evidence(falls: impl Iterator<Item = f32>) -> Vec<(usize, f32)> {
    let mut speaking: Vec<(usize, f32)> =
        falls.enumerate().filter(|&(_, fall)| fall > 0.0).collect();
    let total: f32 = speaking.iter().map(|&(_, fall)| fall).sum();
    speaking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    speaking
        .into_iter()
        .take(MAX_EVIDENCE)
        .map(|(sentence, fall)| (sentence, fall / total))
        .filter(|&(_, share)| share >= MIN_EVIDENCE_SHARE)
        .collect()
}
