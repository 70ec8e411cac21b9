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

#[cfg(feature = "pretrained")]
pub(crate) use head::Pooling;
pub(crate) use head::{Head, HeadConfig};
pub use labels::OwnLabel;
#[cfg(feature = "pretrained")]
pub(crate) use labels::Shares;
pub(crate) use labels::{Mean, OwnLabels, OwnLabelsConfig, Pooled};
pub use taxonomy::{Label, Taxonomy};

use crate::engine::{Classifier, Encoded};
use crate::error::Result;

/// At most this many passages are given for a topic.
const MAX_EVIDENCE: usize = 3;

/// A passage that carries less than this share of a topic's evidence is not worth showing.
const MIN_EVIDENCE_SHARE: f32 = 0.05;

/// Evidence for a pretrained classifier is looked for among this many sentences from the start:
/// each costs a run of the model.
const MAX_ALONE: usize = 64;

/// What limits the topics of an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max_level1: usize,
    pub(crate) min_score: Option<f32>,
    /// Whether the head's precise thresholds hold, where it has them.
    pub(crate) precise: bool,
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
    let scores = head.scores(&encoded.pooled);
    let config = head.config();
    let precise = config.precise_thresholds.as_deref().filter(|_| limits.precise);
    // Nothing is reported below a precise threshold, so that there is no floor under them.
    let (thresholds, floor) = match precise {
        Some(precise) => (precise, f32::INFINITY),
        None => (&*config.thresholds, config.floor),
    };
    let cut = select::Cut {
        thresholds,
        floor,
        min_score: limits.min_score.unwrap_or(0.0),
        max_level1: limits.max_level1,
    };
    let chosen = select::select(taxonomy, &scores, cut);
    if chosen.is_empty() {
        return Topics { scores, reported: Vec::new() };
    }
    let falls = head.contributions(
        &encoded.pooled,
        &encoded.topic_vectors,
        &encoded.dense_vectors,
        &chosen,
    );
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
    let scores = own.scores(&encoded.pooled);
    let chosen = above(own.threshold(), own.taxonomy(), &scores, limits);
    if chosen.is_empty() {
        return Topics { scores, reported: Vec::new() };
    }
    let (pooling, dense_pooling) = (head.pooling(), head.config().pooling);
    let vectors = encoded.topic_vectors.rows().into_iter().zip(encoded.rank_vectors.rows());
    let rows = vectors.zip(encoded.dense_vectors.rows()).zip(&encoded.ids);
    let sentences: Vec<Pooled> = rows
        .enumerate()
        .map(|(index, (((topic, rank), dense), ids))| {
            let weight = pooling.weight(index);
            Pooled {
                topic: &topic * weight,
                rank: &rank * (weight * ids.len() as f32),
                dense: &dense * dense_pooling.weight(index),
            }
        })
        .collect();
    let falls = own.contributions(&encoded.pooled, sentences.into_iter(), &chosen);
    report(chosen, scores, falls)
}

/// The topics of an article by a pretrained classifier; `text` is what the sentences are spans of.
/// Evidence is what each of the first sentences says alone.
pub(crate) fn classified(
    classifier: &dyn Classifier,
    title: Option<&str>,
    text: &str,
    encoded: &Encoded,
    limits: Limits,
) -> Result<Topics> {
    if encoded.is_empty() {
        return Ok(Topics::default());
    }
    let sentences: Vec<&str> = encoded.sentences.iter().map(|span| span.of(text)).collect();
    let scores = classifier.article(title, &sentences)?;
    let chosen = above(classifier.threshold(), classifier.taxonomy(), &scores, limits);
    if chosen.is_empty() {
        return Ok(Topics { scores, reported: Vec::new() });
    }
    let first = sentences.get(..MAX_ALONE.min(sentences.len())).unwrap_or_default();
    let alone = classifier.sentences(first, &chosen)?;
    Ok(report(chosen, scores, alone))
}

/// The labels to report where one threshold serves them all and none is reported below it.
fn above(threshold: f32, taxonomy: &Taxonomy, scores: &[f32], limits: Limits) -> Vec<usize> {
    let thresholds = vec![threshold; scores.len()];
    let cut = select::Cut {
        thresholds: &thresholds,
        floor: 1.0,
        min_score: limits.min_score.unwrap_or(0.0),
        max_level1: limits.max_level1,
    };
    select::select(taxonomy, scores, cut)
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

/// The engine against the recipe's reference forward (`models/recipe/topics/reference.py`, numpy
/// in 32-bit floats), whose golden figures `models/recipe/topics/golden.py` writes.
#[cfg(all(test, feature = "embedded"))]
mod parity {
    use serde::Deserialize;

    use super::Limits;
    use crate::engine::{Model, recipe};
    use crate::span::Span;

    /// Both sides add 32-bit floats, in different orders.
    const LOGIT_TOLERANCE: f32 = 2e-3;
    const SCORE_TOLERANCE: f32 = 5e-4;

    #[derive(Deserialize)]
    struct Golden {
        title: Option<String>,
        sentences: Vec<String>,
        titled: bool,
        ids: Vec<Vec<u32>>,
        pooled: Vec<f32>,
        scores: Vec<f32>,
        topics: Vec<String>,
    }

    #[test]
    fn ids_vectors_scores_and_topics_are_those_of_the_reference() {
        check(include_str!("../tests/golden/topics.json"), &Model::embedded().unwrap());
    }

    #[test]
    fn and_so_they_are_of_the_recipe() {
        let Some((golden, model)) = recipe::embedded("topics.json") else { return };
        check(&golden, &model);
    }

    /// Sentences joined by line feeds, and where each is.
    fn joined(sentences: &[String]) -> (String, Vec<Span>) {
        let mut start = 0;
        let spans = sentences
            .iter()
            .map(|sentence| {
                let span = Span::new(start, start + sentence.len());
                start = span.end + 1;
                span
            })
            .collect();
        (sentences.join("\n"), spans)
    }

    fn check(golden: &str, model: &Model) {
        let golden: Vec<Golden> = serde_json::from_str(golden).unwrap();
        assert!(golden.len() >= 10);
        for case in golden {
            let (text, spans) = joined(&case.sentences);
            let title = case.title.as_deref().filter(|_| case.titled);
            let encoded = model.encode(&text, &spans, title).unwrap();
            let body_ids = if case.titled { &case.ids[1..] } else { &case.ids[..] };
            assert_eq!(encoded.ids, body_ids, "{text}");
            for (ours, theirs) in encoded.pooled.topic.iter().zip(&case.pooled) {
                assert!((ours - theirs).abs() < LOGIT_TOLERANCE, "{ours} {theirs} in {text}");
            }
            let found = model
                .topics(
                    title,
                    &text,
                    &encoded,
                    Limits { max_level1: 3, min_score: None, precise: false },
                )
                .unwrap();
            for (ours, theirs) in found.scores.iter().zip(&case.scores) {
                assert!((ours - theirs).abs() < SCORE_TOLERANCE, "{ours} {theirs} in {text}");
            }
            let labels = model.taxonomy().labels();
            let mut codes: Vec<&str> =
                found.reported.iter().map(|topic| labels[topic.label].code.as_str()).collect();
            // The reference lists level 1 before level 2; a digest puts children under parents.
            let mut expected: Vec<&str> = case.topics.iter().map(String::as_str).collect();
            assert_eq!(codes.first(), expected.first(), "{text}");
            codes.sort_unstable();
            expected.sort_unstable();
            assert_eq!(codes, expected, "{text}");
        }
    }

    #[cfg(feature = "rust-bert")]
    #[derive(Deserialize)]
    struct WithHeads {
        title: String,
        sentences: Vec<String>,
        kept: Vec<usize>,
        scores: Vec<f32>,
    }

    #[cfg(feature = "rust-bert")]
    #[test]
    fn and_so_are_the_scores_of_the_heads_of_the_recipe() {
        let Some((golden, model)) = recipe::with_heads() else { return };
        let golden: Vec<WithHeads> = serde_json::from_str(&golden).unwrap();
        for case in &golden {
            let kept: Vec<String> =
                case.kept.iter().map(|&place| case.sentences[place].clone()).collect();
            let (text, spans) = joined(&kept);
            let title = Some(case.title.as_str()).filter(|title| !title.is_empty());
            let encoded = model.encode(&text, &spans, title).unwrap();
            let limits = Limits { max_level1: 3, min_score: None, precise: false };
            let found = model.topics(title, &text, &encoded, limits).unwrap();
            for (ours, theirs) in found.scores.iter().zip(&case.scores) {
                assert!((ours - theirs).abs() < 2e-3, "{ours} {theirs} in {text}");
            }
        }
        assert!(golden.len() >= 6);
    }

    #[test]
    fn a_sentence_taken_out_lowers_the_logit_by_its_contribution() {
        let text = "The court jailed the banker for fraud. Rain is expected on Friday.";
        let spans = crate::sentence::split(text);
        let model = Model::embedded().unwrap();
        let all = model.encode(text, &spans, None).unwrap();
        let found = model
            .topics(None, text, &all, Limits { max_level1: 1, min_score: None, precise: false })
            .unwrap();
        assert_eq!(found.reported[0].evidence[0].0, 0);
        let total: f32 = found.reported[0].evidence.iter().map(|&(_, weight)| weight).sum();
        assert!(total <= 1.0 + 1e-6);
        // The slow twin: encode the article again without the sentence that carried it.
        let without = model.encode(text, &spans[1..], None).unwrap();
        let label = found.reported[0].label;
        let scores = model
            .topics(None, text, &without, Limits { max_level1: 1, min_score: None, precise: false })
            .unwrap()
            .scores;
        assert!(scores[label] < found.scores[label]);
    }
}
