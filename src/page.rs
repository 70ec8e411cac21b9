//! A page to its articles.
//!
//! In: the text of a scraped page, a clean article, or HTML. Out: a [`Page`]: the articles on it,
//! each with its title, its date and its paragraphs, and every other piece of text with the reason
//! why it was left out. All spans are half-open UTF-8 byte spans into the text as given (for HTML,
//! into the extracted text, which is returned too).
//! Reads nothing but the page it is given: no other page, no site profile, no clock; the same text
//! gives the same page on every run. Knows nothing of topics or sentences.
//!
//! The steps, a file each:
//!
//! ```text
//! line.rs       text -> lines and their facts        words.rs    what furniture calls itself
//! vocabulary.rs the words of the lines, read once
//! features.rs   lines -> features by name            places.rs   the same of where they stand
//! weights.rs    data/page.json -> learned weights    furniture.rs lines -> story or furniture
//! title.rs      headlines, suffixes off              date.rs     the date a line states
//! articles.rs   story lines -> articles              html.rs     HTML -> text and hints
//! recipe.rs     what training asks for               markup.rs   elements -> features by name
//! ```

mod articles;
mod date;
mod features;
mod furniture;
#[cfg(feature = "html")]
mod html;
mod line;
#[cfg(feature = "html")]
mod markup;
mod places;
#[cfg(feature = "_recipe")]
#[doc(hidden)]
pub mod recipe;
mod title;
mod vocabulary;
mod weights;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;
#[cfg(feature = "html")]
pub use html::split_html;

/// What was found on a page.
///
/// No text is lost: each character that is not white space lies in exactly one title, paragraph
/// or removed span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The articles, in page order; empty for a page without text.
    pub articles: Vec<Article>,
    /// What is not part of an article, in page order.
    pub removed: Vec<Removed>,
}

/// One article found on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// The title, without site and section suffixes; `None` when the page shows none.
    pub title: Option<Span>,
    /// The publication date the page states, ISO 8601 without zone (`2024-04-14T08:32:00`), or
    /// the date alone. The clock is the page's own; no zone is converted.
    pub published: Option<String>,
    /// The paragraphs of the body, in page order; never empty.
    pub paragraphs: Vec<Span>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
}

/// A piece of the page that is not part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The page said it before: a title that returns, a menu printed twice.
    RepeatedLine,
    /// Site and section names around a title.
    TitleSuffix,
    /// The page's own title, where the caller gave another.
    ReplacedTitle,
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
            Self::DateLine => "date-line",
            Self::Byline => "byline",
            Self::Caption => "caption",
            Self::Share => "share",
            Self::Navigation => "navigation",
            Self::Related => "related",
            Self::Advert => "advert",
            Self::Comments => "comments",
            Self::Notice => "notice",
            Self::Other => "other",
        }
    }
}

/// The articles on a page of plain text.
///
/// Takes time and memory linear in the length of `text`. Text without a line that looks like
/// furniture is one article, its first line the title if it reads like one.
///
/// ```
/// use standfirst::page;
///
/// let text = "\
/// Ferry returns to Lake Orrin | Local | Orrin Post
///
/// Release time:Apr 14, 2024 08:32 AM
///
/// The ferry crossed Lake Orrin on Sunday for the first time in nine years, with two hundred people on board.
///
/// Ferry returns to Lake Orrin | Local | Orrin Post
///
/// The town paid for the repair with the money that it had put aside for a bridge, the mayor said.
///
/// Ferry returns to Lake Orrin | Local | Orrin Post
/// Bakers ask for cheaper flour | Business
/// Bakers ask for cheaper flour | Business
///
/// The bakers of three valleys wrote to the mill on Friday. They want a price that holds until the";
///
/// let page = page::split(text);
/// let [ferry, bakers] = page.articles.as_slice() else { panic!("two articles") };
/// assert_eq!(ferry.title.unwrap().of(text), "Ferry returns to Lake Orrin");
/// assert_eq!(ferry.published.as_deref(), Some("2024-04-14T08:32:00"));
/// assert_eq!(ferry.paragraphs.len(), 2);
/// assert_eq!(bakers.title.unwrap().of(text), "Bakers ask for cheaper flour");
/// assert!(bakers.truncated && !ferry.truncated);
/// assert_eq!(page.removed[0].span.of(text), "| Local | Orrin Post");
/// assert_eq!(page.removed[0].reason.as_str(), "title-suffix");
/// ```
pub fn split(text: &str) -> Page {
    let (lines, vocabulary) = line::lines(text);
    let story = furniture::story_lines(&lines, &vocabulary, &[], text, weights::text());
    let hints = articles::Hints::default();
    let (articles, removed) = articles::articles(&lines, &vocabulary, &story, &hints, text);
    Page { articles, removed }
}

/// One clean article: every line a paragraph, nothing removed, no title.
///
/// For text that is known to be the body of one article. Text without a line gives a page without
/// an article.
///
/// ```
/// use standfirst::page;
///
/// let text = "The ferry sails again.\n\nIt had not sailed for nine years.";
/// let page = page::whole(text);
/// assert_eq!(page.articles[0].paragraphs.len(), 2);
/// assert!(page.removed.is_empty());
/// ```
pub fn whole(text: &str) -> Page {
    let paragraphs: Vec<Span> = line::spans(text).iter().map(|line| line.span).collect();
    if paragraphs.is_empty() {
        return Page::default();
    }
    let article = Article { paragraphs, ..Article::default() };
    Page { articles: vec![article], removed: Vec::new() }
}
