//! Who gives an article its topics.
//!
//! In: an encoded article. Out: its topics, by the model's own head, by the labels of the caller's,
//! or by a pretrained classifier: one of the three.

use std::sync::Arc;

use super::seams::Classifier;
use crate::error::Result;
use crate::topics::{self, Head, Limits, OwnLabels, Taxonomy, Topics};
use crate::vectors::{Encoded, Wanted};

/// Evidence for a pretrained classifier is looked for among this many sentences from the start:
/// each costs a run of the model.
const MAX_ALONE: usize = 64;

/// What gives an article its topics.
#[derive(Debug)]
pub(crate) enum Tagger {
    /// A trained head, for a taxonomy.
    Head(Head, Taxonomy),
    /// The caller's labels, by similarity.
    OwnLabels(OwnLabels),
    /// A pretrained classifier.
    #[cfg_attr(
        not(feature = "rust-bert"),
        allow(dead_code, reason = "what makes one is behind the feature")
    )]
    Classifier(Arc<dyn Classifier>),
}

impl Tagger {
    /// The labels that topics come from.
    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        match self {
            Self::Head(_, taxonomy) => taxonomy,
            Self::OwnLabels(own) => own.taxonomy(),
            Self::Classifier(classifier) => classifier.taxonomy(),
        }
    }

    /// Whether the topics can be told for which 95 reports of a hundred are right.
    pub(crate) fn has_precise_topics(&self) -> bool {
        matches!(self, Self::Head(head, _) if head.config().precise_thresholds.is_some())
    }

    /// The vectors that it reads.
    pub(crate) fn reads(&self) -> Wanted {
        match self {
            Self::Head(..) => Wanted { topic: true, rank: false },
            Self::OwnLabels(_) => Wanted { topic: true, rank: true },
            Self::Classifier(_) => Wanted { topic: false, rank: false },
        }
    }

    /// The topics of an article.
    pub(crate) fn topics(&self, encoded: &Encoded<'_>, limits: Limits) -> Result<Topics> {
        if encoded.is_empty() {
            return Ok(Topics::default());
        }
        match self {
            Self::Head(head, taxonomy) => topics::topics(head, taxonomy, encoded, limits),
            Self::OwnLabels(own) => topics::own_topics(own, encoded, limits),
            Self::Classifier(classifier) => classified(&**classifier, encoded, limits),
        }
    }
}

/// The topics of an article that is not empty by a pretrained classifier. Evidence is what each of the first
/// sentences says alone.
fn classified(
    classifier: &dyn Classifier,
    encoded: &Encoded<'_>,
    limits: Limits,
) -> Result<Topics> {
    let taxonomy = classifier.taxonomy();
    let sentences = &encoded.article.sentences;
    let scores = classifier.article(encoded.article.title, sentences)?;
    let chosen = topics::above(classifier.threshold(), 1.0, taxonomy, &scores, limits);
    let first = sentences.get(..MAX_ALONE.min(sentences.len())).unwrap_or_default();
    let alone = || classifier.sentences(first, &chosen);
    Topics::new(taxonomy, encoded, scores, &chosen, alone)
}
