//! Plain text to articles.
//!
//! In: the text of a page, its address where it is known, and the weights of the line model. Out: its
//! [`Page`].
//! Reads no markup: `html.rs` does.

use crate::input::Form;
use crate::page::result::Page;
use crate::page::weights::Weights;
use crate::page::{articles, furniture, line, refused};

/// The articles on a page of plain text.
pub(super) fn split(text: &str, url: Option<&str>, weights: &Weights) -> Page {
    let (lines, vocabulary) = line::lines(text, Form::Text);
    let story = furniture::story_lines(&lines, &vocabulary, &[], text, weights);
    let hints = articles::Hints { url: url.map(str::to_owned), ..articles::Hints::default() };
    let (articles, removed) = articles::articles(&lines, &vocabulary, &story, &[], &hints, text);
    let mut page = Page { articles, removed, no_article: None };
    refused::refuse(&mut page, text, &[]);
    page
}
