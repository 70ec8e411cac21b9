//! Text to articles (being built).

use crate::Span;

/// One article found on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The title, without site and section suffixes; `None` when the page shows none.
    pub title: Option<Span>,
    /// The publication date the page states, ISO 8601 without zone (`2024-04-14T08:32:00`), or the date alone.
    pub published: Option<String>,
    /// The paragraphs of the body, in page order.
    pub paragraphs: Vec<Span>,
    /// Whether the page itself cut the article short.
    pub truncated: bool,
}
