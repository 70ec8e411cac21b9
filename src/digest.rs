//! The wire format, field by field.
//!
//! In: what the steps before found. Out: one [`Row`] an input, as JSON: the contract
//! `standfirst/digest-1`, which other programs read; it is extended, never renamed. Its JSON
//! Schema is kept in the repository as `digest.schema.json`.
//! Computes nothing: a result stands with the step that makes it ([`Topic`], [`Keyword`],
//! [`Summary`], [`Removed`]), and what is here puts them together.
//!
//! Every offset is half-open and counts UTF-8 bytes of the input text, or, for HTML, of the
//! extracted text that the row then carries as `text`; where [`Digest::offsets`] says so, it counts
//! characters or UTF-16 units.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::encoding::{Encoding, EncodingSource};
use crate::error::{Error, ErrorKind, Result};
pub use crate::keywords::Keyword;
use crate::offsets::{OffsetMap, Offsets};
pub use crate::page::{DateSource, NoArticle, Reason, Removed, TextSource};
use crate::span::Span;
pub use crate::summary::{
    Considered, Origin, Summary, SummaryKind, SummarySentence, Unsupported, UnsupportedKind,
    Verdict,
};
pub use crate::topics::{Evidence, Topic};

/// The value of a row's `schema` field.
pub const SCHEMA: &str = "standfirst/digest-1";

/// The JSON Schema of a [`Row`], as pretty-printed JSON.
///
/// ```
/// assert!(standfirst::digest::schema().contains("\"articles\""));
/// ```
#[cfg(feature = "schema")]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Row);
    #[expect(
        clippy::expect_used,
        reason = "a schema is made of strings, numbers and lists of them"
    )]
    serde_json::to_string_pretty(&schema).expect("a schema has a JSON form")
}

/// Which contract a row keeps: [`SCHEMA`], and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schema;

impl Serialize for Schema {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(SCHEMA)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        let found = String::deserialize(deserializer)?;
        if found == SCHEMA {
            return Ok(Self);
        }
        Err(serde::de::Error::custom(format!(
            "the row has the schema {found:?}, expected {SCHEMA:?}"
        )))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Schema {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Schema".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// One row of output: what was found in one input, or why nothing could be. There is no third.
///
/// ```
/// use standfirst::{Digester, ErrorKind, Input, digest::Row};
///
/// let digester = Digester::new()?;
/// let row = digester.row(&Input::article("blank", " "));
/// assert_eq!(row.id(), "blank");
/// assert_eq!(row.into_result().unwrap_err().error.kind, ErrorKind::Empty);
///
/// let row = digester.row(&Input::article("rain", "Rain fell on the coast."));
/// let json = row.to_json();
/// let back: Row = serde_json::from_str(&json)?;
/// assert_eq!(back, row);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        description = "One row of output: what was found in one input, or why nothing could be."
    )
)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "a failed row is the rare one")]
pub enum Row {
    /// The input could not be processed.
    Failed(Failed),
    /// The digest of the input.
    Digest(Digest),
}

impl Row {
    /// The input's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Failed(failed) => &failed.id,
            Self::Digest(digest) => &digest.id,
        }
    }

    /// Where the input came from, as the caller named it.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Failed(failed) => failed.source.as_deref(),
            Self::Digest(digest) => digest.source.as_deref(),
        }
    }

    /// The digest, or what went wrong.
    pub fn into_result(self) -> Result<Digest, Failed> {
        match self {
            Self::Failed(failed) => Err(failed),
            Self::Digest(digest) => Ok(digest),
        }
    }

    /// The row's JSON on one line, without the line end.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "strings, finite numbers and lists of them")]
        serde_json::to_string(self).expect("a row has a JSON form")
    }
}

/// An input that could not be processed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Failed {
    /// Always [`SCHEMA`].
    pub schema: Schema,
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
        id: impl Into<String>,
        source: Option<&str>,
        kind: ErrorKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            schema: Schema,
            id: id.into(),
            source: source.map(str::to_owned),
            error: RowError { kind, message: message.into() },
        }
    }

    /// The row for an error of this library.
    pub fn from_error(id: impl Into<String>, source: Option<&str>, error: &Error) -> Self {
        Self::new(id, source, error.kind(), error.to_string())
    }
}

/// What went wrong with one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RowError {
    /// An [`ErrorKind`] by name, such as `invalid-utf8`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub kind: ErrorKind,
    /// The message for a person.
    pub message: String,
}

/// What was found in one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Digest {
    /// Always [`SCHEMA`].
    pub schema: Schema,
    /// The input's id.
    pub id: String,
    /// Where the input came from, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What computed the digest.
    pub engine: Provenance,
    /// What the input's bytes were read in, where that was not plain UTF-8; offsets then point into
    /// `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What offsets count; bytes where it is absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub offsets: Offsets,
    /// The articles, in page order.
    pub articles: Vec<Article>,
    /// Why there is no article, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_article: Option<NoArticle>,
    /// What was taken out of the page, in page order.
    #[serde(default)]
    pub removed: Vec<Removed>,
    /// The text that the offsets point into, where it is not the input itself: of HTML, and of bytes
    /// that were not plain UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Digest {
    /// Counts every offset in `unit`; `text` is what they point into.
    pub(crate) fn count(&mut self, unit: Offsets, text: &str) {
        if unit == self.offsets {
            return;
        }
        let map = OffsetMap::new(text, unit);
        for article in &mut self.articles {
            article.count(&map);
        }
        for removed in &mut self.removed {
            removed.span = map.span(removed.span);
        }
        self.offsets = unit;
    }
}

/// What computed a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Engine"))]
#[non_exhaustive]
pub struct Provenance {
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Article {
    /// The title, where the page or the caller gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The deck (standfirst) under the headline, where the page has one; it is the first paragraph of the
    /// body too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deck: Option<Deck>,
    /// The name of the publication, where the document states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Who wrote it, where the page names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// The publication date the page states: ISO 8601, to the second (`2024-04-14T08:32:00`) or to
    /// the day (`2024-04-14`), with the offset where the page states one in figures
    /// (`2024-04-14T08:32:00+02:00`). Where the page tells only when the article was changed, that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Where the publication date is stated: in linked data, in the document's head, in an element
    /// with a time, in a line of the page, in its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_from: Option<DateSource>,
    /// The date of the last change the page states, written as `published` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Where the date of the last change is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_from: Option<DateSource>,
    /// The language, as an ISO 639-1 code (639-3 where there is none), or `und` when it cannot be
    /// told.
    pub language: String,
    /// The paragraphs of the body, in page order.
    pub paragraphs: Vec<Span>,
    /// Where the body is from, where the page does not show it: linked data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_from: Option<TextSource>,
    /// The body: its paragraphs with a blank line between them, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
    /// The topics worth reporting: level 1, best first, each followed by those under it, best
    /// first; own labels have level 1 only.
    pub topics: Vec<Topic>,
    /// Whether no topic is certain enough, or the model does not know the language; `topics` is
    /// then empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub abstained: bool,
    /// Why there is no topic, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abstained_because: Option<Abstention>,
    /// The score of every topic by its code, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<BTreeMap<String, f32>>,
    /// The phrases that characterise the article, best first.
    pub keywords: Vec<Keyword>,
    /// The summary, unless none was asked for; its `sentences` are empty when the body is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

impl Article {
    /// The body: its paragraphs with a blank line between them. `text` is the text that the offsets
    /// point into, and they must count bytes.
    ///
    /// ```
    /// use standfirst::{Digester, Input};
    ///
    /// let input = Input::article("ferry", "The ferry sails.\nIt had not sailed for nine years.");
    /// let digest = Digester::new()?.digest(&input)?;
    /// let body = digest.articles[0].body(input.text());
    /// assert_eq!(body, "The ferry sails.\n\nIt had not sailed for nine years.");
    /// # Ok::<(), standfirst::Error>(())
    /// ```
    pub fn body(&self, text: &str) -> String {
        let paragraphs: Vec<&str> = self.paragraphs.iter().map(|span| span.of(text)).collect();
        paragraphs.join("\n\n")
    }

    /// Every offset, by `map`, which is of the text that they point into.
    pub(crate) fn count(&mut self, map: &OffsetMap<'_>) {
        let see = |span: &mut Span| *span = map.span(*span);
        self.title.iter_mut().filter_map(|title| title.span.as_mut()).for_each(see);
        self.deck.iter_mut().map(|deck| &mut deck.span).for_each(see);
        self.authors.iter_mut().map(|author| &mut author.span).for_each(see);
        self.paragraphs.iter_mut().for_each(see);
        let evidence = self.topics.iter_mut().flat_map(|topic| &mut topic.evidence);
        evidence.map(|evidence| &mut evidence.span).for_each(see);
        for keyword in &mut self.keywords {
            see(&mut keyword.span);
            keyword.mentions.iter_mut().for_each(see);
        }
        let considered = self.summary.iter_mut().flat_map(|summary| &mut summary.considered);
        considered.map(|considered| &mut considered.span).for_each(see);
        let sentences = self
            .summary
            .iter_mut()
            .flat_map(|summary| summary.sentences.iter_mut().chain(&mut summary.one));
        for sentence in sentences {
            see(&mut sentence.span);
            match &mut sentence.origin {
                Origin::Verbatim { pieces } => pieces.iter_mut().for_each(see),
                Origin::Generated { sources } => {
                    sources.iter_mut().map(|source| &mut source.span).for_each(see);
                }
            }
        }
    }
}

/// Why an article has no topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Abstention {
    /// The model does not know the language.
    Language,
    /// No topic reached its threshold.
    Uncertain,
    /// There is not a word to go by.
    TooShort,
}

/// A title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(description = "A title, without `start` and `end` where the caller gave it.")
)]
#[non_exhaustive]
pub struct Title {
    /// The title's text.
    pub text: String,
    /// Where it stands; absent when the caller gave it.
    #[serde(flatten)]
    pub span: Option<Span>,
}

/// The deck of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Deck {
    /// As the page has it.
    pub text: String,
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
}

impl Deck {
    pub(crate) fn new(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span }
    }
}

/// One of those who wrote an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Author {
    /// The name, as the page has it.
    pub text: String,
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
}

impl Author {
    pub(crate) fn new(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span }
    }
}

impl Title {
    pub(crate) fn new(text: &str, span: Option<Span>) -> Self {
        Self { text: text.to_owned(), span }
    }
}
