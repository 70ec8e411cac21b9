//! What a page is made of.
//!
//! In: spans into the page's text. Out: the types that other programs read: articles, and what is
//! not part of one, with the reason. Reads no text.

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// What was found on a page.
///
/// No text is lost: each character that is not white space lies in exactly one title, paragraph
/// or removed span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page {
    /// The articles, in page order; empty for a page without text.
    pub articles: Vec<Section>,
    /// What is not part of an article, in page order.
    pub removed: Vec<Removed>,
    /// Why there is no article, where a page has text and none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_article: Option<NoArticle>,
}

impl Page {
    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.removed.is_empty()
    }

    /// Takes all text for furniture: the page has no article, and says why.
    pub(crate) fn clear(&mut self, why: NoArticle) {
        let reason = match why {
            NoArticle::IndexPage => Reason::Related,
            _ => Reason::Notice,
        };
        for article in std::mem::take(&mut self.articles) {
            let spans = article.title.into_iter().chain(article.paragraphs);
            self.removed.extend(spans.map(|span| Removed { span, reason }));
        }
        self.removed.sort_by_key(|removed| removed.span);
        self.no_article = Some(why);
    }

    /// Makes room for a title that the caller gave: that of the longest article, whose own is then
    /// removed. The index of that article, the first of equals; `None` when there is none.
    pub(crate) fn replace_title(&mut self) -> Option<usize> {
        let length = |section: &Section| section.paragraphs.iter().map(|span| span.len()).sum();
        let indices = self.articles.iter().enumerate();
        let longest = indices.rev().max_by_key(|&(_, section)| -> usize { length(section) });
        let (index, title) = longest.map(|(index, section)| (index, section.title))?;
        if let Some(span) = title {
            self.removed.push(Removed { span, reason: Reason::ReplacedTitle });
            self.removed.sort_by_key(|removed| removed.span);
        }
        Some(index)
    }
}

/// Why a page has no article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NoArticle {
    /// It names other pages and tells no story.
    IndexPage,
    /// It says that the page asked for is not there.
    ErrorPage,
    /// It shows nothing without scripts.
    ScriptOnly,
    /// It wants to see a person before it shows anything.
    BotCheck,
    /// It has no text that says anything.
    NoText,
}

impl NoArticle {
    /// The name used in a digest row, such as `error-page`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IndexPage => "index-page",
            Self::ErrorPage => "error-page",
            Self::ScriptOnly => "script-only",
            Self::BotCheck => "bot-check",
            Self::NoText => "no-text",
        }
    }
}

/// One article found on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Section {
    /// The title, without site and section suffixes; `None` when the page shows none.
    pub title: Option<Span>,
    /// The deck (standfirst) under the headline, where the page has one: a paragraph of the body too,
    /// its first.
    pub deck: Option<Span>,
    /// The publication date the page states, ISO 8601 (`2024-04-14T08:32:00`), or the date alone.
    /// The clock is the page's own, with its offset where the page states one in figures
    /// (`2024-04-14T08:32:00+02:00`); no zone is converted. Where the page tells only when the
    /// article was changed, that.
    pub published: Option<String>,
    /// Where that is stated.
    pub published_from: Option<DateSource>,
    /// The date of the last change that the page states, likewise.
    pub modified: Option<String>,
    /// Where that is stated.
    pub modified_from: Option<DateSource>,
    /// The name of the publication, where the document states it.
    pub site: Option<String>,
    /// The names of those who wrote it, where the page shows them.
    pub authors: Vec<Span>,
    /// The paragraphs of the body, in page order; never empty.
    pub paragraphs: Vec<Span>,
    /// Where the body is from, if not from what the page shows.
    pub text_from: Option<TextSource>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
}

/// Where a date is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DateSource {
    /// In linked data.
    JsonLd,
    /// In a `meta` of the document's head.
    Meta,
    /// In an element with a time.
    Time,
    /// In a line of the page.
    Text,
    /// In the page's address.
    Url,
}

/// Where a body is from that the page does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TextSource {
    /// Linked data: a script of the page would show it.
    JsonLd,
}

/// A piece of the page that is not part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Removed {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// Why it is not part of an article.
    pub reason: Reason,
}

/// Why a piece of text is not part of an article.
///
/// The reason is the likeliest reading of the line, for the person who checks; only
/// `repeated-line`, `title-suffix` and `date-line` are certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The page said it before: a title that returns, a menu printed twice.
    RepeatedLine,
    /// Site and section names around a title.
    TitleSuffix,
    /// The page's own title, where the caller gave another.
    ReplacedTitle,
    /// A title that the document's head states, where another was taken.
    OtherTitle,
    /// A line that states when the story was published.
    DateLine,
    /// Who wrote it.
    Byline,
    /// A picture's caption or credit.
    Caption,
    /// Buttons for sharing, following, printing.
    Share,
    /// Menus and other short lines.
    Navigation,
    /// Links to other stories.
    Related,
    /// Advertising.
    Advert,
    /// Readers' comments.
    Comments,
    /// Rights, cookies, terms.
    Notice,
    /// Text that the page does not show.
    Hidden,
    /// Furniture of another kind.
    Other,
}

impl Reason {
    /// The name used in a digest row, such as `repeated-line`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RepeatedLine => "repeated-line",
            Self::TitleSuffix => "title-suffix",
            Self::ReplacedTitle => "replaced-title",
            Self::OtherTitle => "other-title",
            Self::DateLine => "date-line",
            Self::Byline => "byline",
            Self::Caption => "caption",
            Self::Share => "share",
            Self::Navigation => "navigation",
            Self::Related => "related",
            Self::Advert => "advert",
            Self::Comments => "comments",
            Self::Notice => "notice",
            Self::Hidden => "hidden",
            Self::Other => "other",
        }
    }
}
