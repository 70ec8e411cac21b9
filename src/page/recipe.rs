//! What the recipe asks of the page step when it trains the line model.
//!
//! In: a page; weights to split it by. Out: the features of its lines by name, as
//! `models/recipe/pages` learns from them; its articles under those weights.
//! No part of the API: it is there with the feature `_recipe` only, and changes as the recipe does.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::page::articles::{self, Hints};
use crate::page::features::{LineFeatures, MarkupFeatures, PlaceFeatures};
use crate::page::furniture::{Features, story_lines};
use crate::page::html::{self, Document};
use crate::page::line;
use crate::page::result::Page;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::Model;
use crate::span::Span;

/// A line of a page as the line model sees it: written by serde, the features under their names.
#[derive(Debug, Serialize)]
pub struct Line {
    #[serde(flatten)]
    span: Span,
    line: LineFeatures<f32>,
    place: PlaceFeatures<f32>,
    /// `null` for plain text.
    markup: Option<MarkupFeatures<f32>>,
}

/// The lines of a page of plain text.
pub fn text_lines(text: &str) -> Vec<Line> {
    let (lines, vocabulary) = line::lines(text);
    seen(text, &lines, &vocabulary, &[])
}

/// The text that is extracted from HTML, and its lines.
pub fn html_lines(html: &str) -> (String, Vec<Line>) {
    let Document { text, lines, vocabulary, markup, .. } = html::extract(html);
    let lines = seen(&text, &lines, &vocabulary, &markup);
    (text, lines)
}

fn seen(
    text: &str,
    lines: &[line::Line],
    vocabulary: &Vocabulary,
    markup: &[MarkupFeatures<f32>],
) -> Vec<Line> {
    let Features { lines: of_line, places } = Features::of(lines, vocabulary, text);
    let markup = markup.iter().copied().map(Some).chain(std::iter::repeat(None));
    let features = of_line.into_iter().zip(places).zip(markup);
    lines
        .iter()
        .zip(features)
        .map(|(line, ((of_line, place), markup))| Line {
            span: line.span,
            line: of_line,
            place,
            markup,
        })
        .collect()
}

/// The line model with other weights than the library's own.
#[derive(Debug)]
pub struct Splitter(Model);

impl Splitter {
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] where `json` is not what `data/page.json` has to be.
    pub fn from_json(json: &str) -> Result<Self> {
        let refused =
            |wrong| Error::new(ErrorKind::InvalidModel, format!("the line model {wrong}"));
        Model::read(json).map(Self).map_err(refused)
    }

    /// As [`crate::page::split`].
    pub fn split(&self, text: &str) -> Page {
        let (lines, vocabulary) = line::lines(text);
        let story = story_lines(&lines, &vocabulary, &[], text, &self.0.text);
        let (articles, removed) =
            articles::articles(&lines, &vocabulary, &story, &Hints::default(), text);
        Page { articles, removed }
    }

    /// As [`crate::page::split_html`].
    pub fn split_html(&self, html: &str) -> (String, Page) {
        html::split(html, None, &self.0.html)
    }
}
