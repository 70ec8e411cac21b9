//! The report as data: `report.json`, field by field.
//!
//! Shares lie in `0.0..=1.0`; ROUGE is in per cent. `ours` is the library, `rival` what stands
//! beside it, on the same rows. The rows that an interval resamples are those of its figure.

use serde::{Deserialize, Serialize};
use standfirst_measure::length::Length;
use standfirst_measure::{pages, topics};

/// All that one run measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub about: About,
    pub topics: Topics,
    pub carry_over: Vec<CarryOver>,
    pub selective: Selective,
    pub own_labels: Vec<OwnSet>,
    pub many_labels: ManyLabels,
    pub evidence: Evidence,
    pub summaries: Vec<Summaries>,
    pub pages: Vec<Pages>,
    /// What `models/recipe/pages` measured fold by fold, where it was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_folds: Option<serde_json::Value>,
}

/// What was measured, when and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub date: String,
    /// The crate's.
    pub version: String,
    pub model: String,
    /// Of `model.safetensors`, where there is one.
    pub sha256: Option<String>,
    pub machine: String,
    pub command: String,
}

/// A figure of the library's beside that of a rival.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Beside<T> {
    pub ours: T,
    pub rival: T,
}

/// Where the middle 95 of a hundred resamples of the rows lie: from, to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval(pub f64, pub f64);

/// The intervals of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    pub ours: Interval,
    pub rival: Interval,
    /// Of how far ours is above the rival's on the same resample.
    pub ahead: Interval,
}

/// The intervals of the figures on topics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopicIntervals {
    pub macro_f1: Intervals,
    pub micro_f1: Intervals,
    pub l2_micro_f1: Intervals,
    pub top1_in_set: Intervals,
}

/// Topics on the annotated rows, beside TF-IDF + logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Topics {
    #[serde(flatten)]
    pub all: Beside<topics::Figures>,
    pub intervals: TopicIntervals,
    pub by_label: Vec<ByLabel>,
}

/// F1 of a topic of level 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByLabel {
    pub code: String,
    pub name: String,
    #[serde(flatten)]
    pub f1: Beside<f64>,
}

/// The best topic among those of another set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarryOver {
    pub set: String,
    pub n: usize,
    #[serde(flatten)]
    pub top1_in_classes: Beside<f64>,
    pub intervals: Intervals,
}

/// Answers given less often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selective {
    pub curve: Vec<Point>,
    /// The area under the curve of wrong answers over coverage: less is better.
    pub area: Beside<f64>,
    pub usual: Given,
    pub precise: Given,
}

/// How often the best topic is right where only the surest articles are answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub coverage: f64,
    #[serde(flatten)]
    pub accuracy: Beside<f64>,
}

/// The topics given under one choice of thresholds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// Articles with a topic.
    pub coverage: f64,
    /// Of all topics given, level by level.
    pub precision: [f64; 2],
    /// Of all topics that the readers gave, level by level.
    pub recall: [f64; 2],
    pub precision_intervals: [Interval; 2],
    pub recall_intervals: [Interval; 2],
    /// Different topics given, level by level.
    pub labels: [usize; 2],
}

/// The best of a caller's labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnSet {
    pub set: String,
    pub n: usize,
    /// Labels offered, and those that occur.
    pub offered: usize,
    pub occurring: usize,
    /// By name and description.
    pub described: f64,
    pub described_interval: Interval,
    /// With examples beside them: a draw each.
    pub draws: Vec<f64>,
    /// The mean of the draws.
    pub examples: f64,
    /// Of the mean, over rows; the draws of examples stay.
    pub examples_interval: Interval,
    /// Examples a label.
    pub examples_a_label: usize,
}

/// Time to tag the same articles with few labels and with many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManyLabels {
    pub articles: usize,
    pub few: usize,
    pub many: usize,
    pub few_secs: f64,
    pub many_secs: f64,
    pub ratio: f64,
}

/// What taking evidence out does to a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Topics looked at, in so many articles.
    pub topics: usize,
    pub articles: usize,
    /// Sets of other sentences drawn for each.
    pub draws: usize,
    /// Topics whose score falls more without their evidence than, on the mean, without others.
    pub falls_more: f64,
    /// Topics whose score falls more than without any of the sets drawn.
    pub falls_most: f64,
    /// The mean fall of the score without the evidence, and without others.
    pub fall: f64,
    pub fall_of_others: f64,
}

/// Summaries of a set at a length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summaries {
    pub set: String,
    pub length: Length,
    pub n: usize,
    pub ours: Summarizer,
    pub lead: Summarizer,
    pub textrank: Summarizer,
    pub gain_over_lead: [f64; 3],
    pub gain_over_textrank: [f64; 3],
    /// Of ours and of the gains, article by article.
    pub rouge_intervals: [Interval; 3],
    pub gain_over_lead_intervals: [Interval; 3],
    pub gain_over_textrank_intervals: [Interval; 3],
    /// Whether the library is ahead of the lead by all three measures.
    pub beats_lead: bool,
    /// Sentences of ours that stand in the article where the digest says.
    pub verbatim: f64,
}

/// What one summarizer does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summarizer {
    /// ROUGE-1, ROUGE-2 and ROUGE-Lsum.
    pub rouge: [f64; 3],
    /// Summaries that open on a word that points back.
    pub dangling: f64,
    pub words: f64,
}

/// A set of pages, read in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pages {
    pub set: String,
    /// Whether some of its pages taught the line model, `data/lines`.
    pub taught: String,
    #[serde(flatten)]
    pub all: Beside<pages::Figures>,
    /// Of the first figure of the set: F1 of articles, or of bodies.
    pub f1_intervals: Intervals,
}
