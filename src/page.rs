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

mod result;
mod words;
mod vocabulary;
mod line;
mod date;
mod title;
mod features;
mod places;
mod weights;
mod furniture;
mod articles;
#[cfg(feature = "html")]
mod markup;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "_recipe")]
#[doc(hidden)]
pub mod recipe;

use crate::input::{Form, Input};
use crate::span::Span;
#[cfg(feature = "html")]
pub use html::split_html;
pub use result::{Page, Reason, Removed, Section};

/// The page of an input, and the text that its spans point into where that is not the input's.
pub(crate) fn of_input(input: &Input) -> (Option<String>, Page) {
    match (input.form(), input.is_whole()) {
        (Form::Text, false) => (None, split(input.text())),
        (Form::Text, true) => (None, whole(input.text())),
        #[cfg(feature = "html")]
        (Form::Html, false) => {
            let (text, page) = split_html(input.text());
            (Some(text), page)
        }
        #[cfg(feature = "html")]
        (Form::Html, true) => {
            let text = html::extract(input.text()).text;
            let page = whole(&text);
            (Some(text), page)
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
    let article = Section { paragraphs, ..Section::default() };
    Page { articles: vec![article], removed: Vec::new() }
}
