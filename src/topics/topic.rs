//! What a topic is.
//!
//! In: a label, its score, and the passages that speak for it. Out: the types that other programs
//! read, as JSON too. Computes nothing.

use serde::{Deserialize, Serialize};

use super::taxonomy::Label;
use crate::span::Span;

/// A topic and why it was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Topic {
    /// The code, such as `medtop:04000000`; for own labels, the label.
    pub code: String,
    /// The name for people.
    pub label: String,
    /// The depth in the taxonomy: 1 or 2.
    pub level: u8,
    /// The calibrated probability that an editor would give the topic, in `0.0..=1.0`.
    pub score: f32,
    /// The passages that carried the decision, strongest first.
    pub evidence: Vec<Evidence>,
}

impl Topic {
    pub(crate) fn new(label: &Label, score: f32, evidence: Vec<Evidence>) -> Self {
        Self {
            code: label.code.clone(),
            label: label.name.clone(),
            level: label.level(),
            score,
            evidence,
        }
    }
}

/// A passage that supports a topic, or a sentence of an abstractive summary.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// Where the passage stands.
    #[serde(flatten)]
    pub span: Span,
    /// The passage's share of all that speaks for the topic, or of the sentence, in `0.0..=1.0`.
    pub weight: f32,
}

impl Evidence {
    pub(crate) fn new(span: Span, weight: f32) -> Self {
        Self { span, weight }
    }
}
