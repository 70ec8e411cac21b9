//! The wire format, field by field.
//!
//! In: what the steps before found. Out: one [`Row`] an input, as JSON: the contract
//! `standfirst/digest-1`, which other programs read; it is extended, never renamed. Its JSON
//! Schema is [`schema`], kept in the repository as `digest.schema.json`.
//! Computes nothing: the types here only carry.
//!
//! Every offset is a half-open UTF-8 byte offset into the input text, or, for HTML, into the
//! extracted text that the row then carries as `text`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::page::Removed;
use crate::span::Span;

/// The value of a row's `schema` field.
pub const SCHEMA: &str = "standfirst/digest-1";

/// A score to the four decimals that are written: more would only be noise.
pub(crate) fn rounded(score: f32) -> f32 {
    (score * 10_000.0).round() / 10_000.0
}

/// The JSON Schema of a [`Row`], as pretty-printed JSON.
///
/// ```
/// assert!(standfirst::digest::schema().contains("\"articles\""));
/// ```
pub fn schema() -> String {
    let schema = schemars::schema_for!(Row);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// One row of output: what was found in one input, or why nothing could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "a failed row is the rare one")]
pub enum Row {
    /// The input could not be processed.
    Failed(Failed),
    /// The digest of the input.
    Digest(Digest),
}

impl Row {
    /// The row's JSON on one line, without the line end.
    pub fn to_json(&self) -> String {
        // Only strings, numbers and lists of them: nothing that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An input that could not be processed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failed {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The input's id.
    pub id: String,
    /// Where the input came from, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What went wrong.
    pub error: RowError,
}

impl Failed {
    /// The row that says why the input `id` could not be processed.
    pub fn new(
        id: &str,
        source: Option<&str>,
        kind: ErrorKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            id: id.to_owned(),
            source: source.map(str::to_owned),
            error: RowError { kind: kind.as_str().to_owned(), message: message.into() },
        }
    }

    /// The row for an error of this library.
    pub fn of(id: &str, source: Option<&str>, error: &Error) -> Self {
        Self::new(id, source, error.kind(), error.to_string())
    }
}

/// What went wrong with one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowError {
    /// An [`ErrorKind`] by name, such as `invalid-utf8`.
    pub kind: String,
    /// The message for a person.
    pub message: String,
}

/// What was found in one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Digest {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The input's id.
    pub id: String,
    /// Where the input came from, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What computed the digest.
    pub engine: Engine,
    /// The articles, in page order.
    pub articles: Vec<Article>,
    /// What was taken out of the page, in page order.
    #[serde(default)]
    pub removed: Vec<Removed>,
    /// The text that the offsets point into, where it is not the input itself (HTML).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What computed a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// The engine, such as `embedded`.
    pub name: String,
    /// The name of the model that gave the topics.
    pub model: String,
    /// Where a pretrained model ran: `cpu`, or `cuda:0` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The name of the model that wrote the summaries, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_model: Option<String>,
}

/// One article of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// The title, where the page or the caller gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The publication date the page states: ISO 8601 without zone, to the second
    /// (`2024-04-14T08:32:00`) or to the day (`2024-04-14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The language, as an ISO 639-1 code (639-3 where there is none), or `und` when it cannot be
    /// told.
    pub language: String,
    /// The paragraphs of the body, in page order.
    pub paragraphs: Vec<Span>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
    /// The topics worth reporting: level 1, best first, each followed by its own level 2, best
    /// first; own labels have level 1 only.
    pub topics: Vec<Topic>,
    /// Whether no topic is certain enough, or the model does not know the language; `topics` is
    /// then empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abstained: bool,
    /// The score of every topic by its code, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<std::collections::BTreeMap<String, f32>>,
    /// The phrases that characterise the article, best first.
    pub keywords: Vec<Keyword>,
    /// The summary; its `sentences` are empty when the body is.
    pub summary: Summary,
}

/// A title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Title {
    /// The title's text.
    pub text: String,
    /// Offset of its first byte; absent when the caller gave the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// Offset past its last byte; absent when the caller gave the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
}

/// A topic and why it was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A passage that supports a topic, or a sentence of an abstractive summary.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Offset of the passage's first byte.
    pub start: usize,
    /// Offset past its last byte.
    pub end: usize,
    /// The passage's share of all that speaks for the topic, or of the sentence, in `0.0..=1.0`.
    pub weight: f32,
}

/// A phrase that characterises the article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Keyword {
    /// The phrase as the article first writes it.
    pub text: String,
    /// Its weight beside the article's best phrase, in `0.0..=1.0`.
    pub score: f32,
    /// Offset of the first occurrence in the body.
    pub start: usize,
    /// Offset past the first occurrence.
    pub end: usize,
}

impl Keyword {
    pub(crate) fn new(text: &str, keyword: crate::keywords::Keyword) -> Self {
        let Span { start, end } = keyword.span;
        Self { text: keyword.span.of(text).to_owned(), score: rounded(keyword.score), start, end }
    }
}

/// A summary.
///
/// Where the kind is `extractive`, each sentence's text is what stands at `start..end`, or, where it
/// has `pieces`, what stands at those, joined without anything between them. Where it is
/// `abstractive`, the same holds for a sentence without `sources` whose `start..end` is not empty:
/// it was taken verbatim. Any other sentence is generated: see [`SummarySentence`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How the summary was made.
    pub kind: SummaryKind,
    /// The sentences, joined by one space.
    pub text: String,
    /// The sentences, in source order; of an abstractive summary, in its own order.
    pub sentences: Vec<SummarySentence>,
    /// What an abstractive summary says with numbers, dates or names that the article and its
    /// title do not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<Unsupported>,
    /// The share of the article's text that the writer of an abstractive summary has read, in
    /// `0.0..=1.0`; absent where the summary is extractive, for which all is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<f32>,
}

/// How a summary was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SummaryKind {
    /// Of sentences taken verbatim from the article.
    Extractive,
    /// Of sentences that a model wrote, each linked to the sentences of the article that support
    /// it.
    Abstractive,
}

/// A sentence of a summary.
///
/// A generated sentence has its best supporting source sentence at `start..end` and all of them in
/// `sources`. One that nothing in the article supports has no `sources`, a `score` of 0, and
/// `start` and `end` both at the beginning of the article's body, so that it points at no text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SummarySentence {
    /// The sentence: verbatim, unless it is a generated one.
    pub text: String,
    /// Offset of its first byte; for a generated sentence, of its best source.
    pub start: usize,
    /// Offset past its last byte; for a generated sentence, past its best source.
    pub end: usize,
    /// The places of what is shown, in order, where something between them was left out on request;
    /// the text is what stands there, joined without anything between. The first begins at `start`,
    /// the last ends at `end`. Empty where `start..end` is shown whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Span>,
    /// How well the sentence sums the article up, in `0.0..=1.0`; in an abstractive summary, the
    /// share of it that the article supports.
    pub score: f32,
    /// The passages that support a generated sentence, best first; the weights are the shares of
    /// the sentence that each adds. Empty for a sentence taken verbatim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Evidence>,
}

impl SummarySentence {
    /// Whether the text is what stands in the article at its [`spans`](Self::spans); if not, it is
    /// generated.
    pub fn is_verbatim(&self) -> bool {
        self.sources.is_empty() && self.start < self.end
    }

    /// Where its text stands: its `pieces`, or `start..end` where it has none.
    pub fn spans(&self) -> Vec<Span> {
        if self.pieces.is_empty() {
            vec![Span::new(self.start, self.end)]
        } else {
            self.pieces.clone()
        }
    }
}

/// Something in an abstractive summary that the article and its title do not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unsupported {
    /// As the summary writes it.
    pub text: String,
    /// What it is.
    pub kind: UnsupportedKind,
    /// The index of its sentence among the summary's.
    pub sentence: usize,
}

/// What an unsupported part of a summary is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UnsupportedKind {
    /// A number, a time of day among them.
    Number,
    /// A date or a part of one: a day, month, year, decade or weekday.
    Date,
    /// A name: words with capitals.
    Name,
}
