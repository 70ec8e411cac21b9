//! What a summary is.
//!
//! In: chosen or written sentences. Out: the types that other programs read, as JSON too: each
//! sentence with its place in the article. Computes nothing.

use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::topics::Evidence;

/// A summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// How the summary was made.
    pub kind: SummaryKind,
    /// The sentences, joined by one space.
    pub text: String,
    /// The sentences, in source order; of an abstractive summary, in its own order.
    pub sentences: Vec<SummarySentence>,
    /// The standfirst: the one sentence of the article that says what happened and can be understood
    /// alone, whatever length the summary has. Always the article's own; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one: Option<SummarySentence>,
    /// What an abstractive summary says with numbers, dates or names that the article and its
    /// title do not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<Unsupported>,
    /// The share of the article's text that the writer of an abstractive summary has read, in
    /// `0.0..=1.0`; absent where the summary is extractive, for which all is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<f32>,
    /// Every sentence of the article, in source order, with why it was taken or left; empty unless
    /// [asked for](crate::SummaryOptions::considered), and where a model wrote the summary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub considered: Vec<Considered>,
}

impl Summary {
    /// One without a sentence.
    pub(crate) fn empty() -> Self {
        Self::new(SummaryKind::Extractive, Vec::new())
    }

    pub(crate) fn new(kind: SummaryKind, sentences: Vec<SummarySentence>) -> Self {
        let parts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let text = parts.join(" ");
        Self {
            kind,
            text,
            sentences,
            one: None,
            unsupported: Vec::new(),
            read: None,
            considered: Vec::new(),
        }
    }
}

/// How a summary was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
#[non_exhaustive]
pub struct SummarySentence {
    /// The sentence: verbatim, unless it is a generated one.
    pub text: String,
    /// Where it stands in the article; for a generated sentence, where its best source does. One
    /// that nothing supports has an empty span at the beginning of the article's body.
    pub span: Span,
    /// How well the sentence sums the article up, in `0.0..=1.0`; in an abstractive summary, the
    /// share of it that the article supports.
    pub score: f32,
    /// Whether the text is the article's own.
    pub origin: Origin,
}

/// A sentence of the article as it competed for the summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Considered {
    /// As the summary would show it.
    pub text: String,
    /// Where it stands in the article.
    pub span: Span,
    /// How well it sums the article up, in `0.0..=1.0`, before what it repeats of others.
    pub score: f32,
    /// Why it was taken or left.
    pub verdict: Verdict,
}

impl Considered {
    pub(crate) fn new(text: String, span: Span, score: f32, verdict: Verdict) -> Self {
        Self { text, span, score, verdict }
    }
}

/// Why a sentence stands in a summary, or does not: the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It stands in the summary.
    Taken,
    /// Its form is that of a label, a credit, an interviewer's question, a scrap, or a quotation
    /// without its speaker.
    Label,
    /// The model holds that it must not stand in any summary.
    Unfit,
    /// A sentence of the summary says the same.
    Repeats,
    /// It does not fit into what the limits of words or characters leave.
    TooLong,
    /// The summary would open on it, and it points back to what the reader has not seen.
    PointsBack,
    /// It would have been taken, but the model holds that it adds nothing to a summary of so few
    /// sentences.
    AddsNothing,
    /// Others sum the article up better.
    Outranked,
}

/// Where a sentence of a summary comes from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// The article has it, letter by letter.
    Verbatim {
        /// The places of what is shown, in order, where something between them was left out on
        /// request; the text is what stands there, joined without anything between. Empty where the
        /// sentence's span is shown whole.
        pieces: Vec<Span>,
    },
    /// A model wrote it.
    Generated {
        /// The passages that support it, best first; the weights are the shares of the sentence
        /// that each adds. Empty where nothing in the article supports it.
        sources: Vec<Evidence>,
    },
}

impl SummarySentence {
    /// A sentence of the article, `pieces` of it where not all is shown.
    pub(crate) fn verbatim(text: String, span: Span, pieces: Vec<Span>, score: f32) -> Self {
        Self { text, span, score, origin: Origin::Verbatim { pieces } }
    }

    /// Whether the text is what stands in the article at its [`spans`](Self::spans); if not, it is
    /// generated.
    pub fn is_verbatim(&self) -> bool {
        matches!(self.origin, Origin::Verbatim { .. })
    }

    /// Where its text stands: its pieces, or its span where it has none. A generated sentence has
    /// the span of its best source.
    pub fn spans(&self) -> Vec<Span> {
        match &self.origin {
            Origin::Verbatim { pieces } if !pieces.is_empty() => pieces.clone(),
            _ => vec![self.span],
        }
    }

    /// The passages that support a generated sentence, best first; empty for a verbatim one.
    pub fn sources(&self) -> &[Evidence] {
        match &self.origin {
            Origin::Verbatim { .. } => &[],
            Origin::Generated { sources } => sources,
        }
    }
}

/// A sentence of a summary.
///
/// A sentence taken verbatim has no `sources`, and its `start..end` is not empty; any other is
/// generated. A generated sentence has its best supporting source sentence at `start..end` and all
/// of them in `sources`. One that nothing in the article supports has no `sources`, a `score` of 0,
/// and `start` and `end` both at the beginning of the article's body, so that it points at no text.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SummarySentence"))]
struct Written {
    /// The sentence: verbatim, unless it is a generated one.
    text: String,
    /// Offset of its first byte; for a generated sentence, of its best source.
    start: usize,
    /// Offset past its last byte; for a generated sentence, past its best source.
    end: usize,
    /// The places of what is shown, in order, where something between them was left out on request;
    /// the text is what stands there, joined without anything between. The first begins at `start`,
    /// the last ends at `end`. Empty where `start..end` is shown whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<Span>,
    /// How well the sentence sums the article up, in `0.0..=1.0`; in an abstractive summary, the
    /// share of it that the article supports.
    score: f32,
    /// The passages that support a generated sentence, best first; the weights are the shares of
    /// the sentence that each adds. Empty for a sentence taken verbatim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Evidence>,
}

impl From<Written> for SummarySentence {
    fn from(written: Written) -> Self {
        let Written { text, start, end, pieces, score, sources } = written;
        let origin = if sources.is_empty() && start < end {
            Origin::Verbatim { pieces }
        } else {
            Origin::Generated { sources }
        };
        Self { text, span: Span::new(start, end), score, origin }
    }
}

impl From<SummarySentence> for Written {
    fn from(sentence: SummarySentence) -> Self {
        let SummarySentence { text, span: Span { start, end }, score, origin } = sentence;
        let (pieces, sources) = match origin {
            Origin::Verbatim { pieces } => (pieces, Vec::new()),
            Origin::Generated { sources } => (Vec::new(), sources),
        };
        Self { text, start, end, pieces, score, sources }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SummarySentence {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

/// Something in an abstractive summary that the article and its title do not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Unsupported {
    /// As the summary writes it.
    pub text: String,
    /// What it is.
    pub kind: UnsupportedKind,
    /// The index of its sentence among the summary's.
    pub sentence: usize,
}

/// What an unsupported part of a summary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
