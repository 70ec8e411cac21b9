//! What the recipe asks of the page step when it trains the line model.
//!
//! In: a page; weights to split it by. Out: the features of its lines by name, as
//! `models/recipe/pages` learns from them; its articles under those weights.
//! No part of the API: it is there with the feature `_recipe` only, and changes as the recipe does.

use serde::Serialize;

use crate::error::Result;
use crate::input::Form;
use crate::page::articles::{self, Hints};
use crate::page::features::{LineFeatures, MarkupFeatures, PlaceFeatures};
use crate::page::furniture::{Features, log_odds, story_lines};
use crate::page::headline::{Headline, HeadlineFeatures};
use crate::page::html::{self, Document};
use crate::page::line;
use crate::page::plain;
use crate::page::result::Page;
use crate::page::several::OpeningFeatures;
use crate::page::vocabulary::Vocabulary;
use crate::page::weights::{self, Weights};
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

/// A piece of a line that may be the page's headline, or `null` for there being none.
#[derive(Debug, Serialize)]
pub struct TitleCandidate {
    span: Option<Span>,
    features: HeadlineFeatures<f32>,
}

/// A line that may open another article.
#[derive(Debug, Serialize)]
pub struct OpeningCandidate {
    span: Span,
    features: OpeningFeatures<f32>,
}

/// What may be headlines on a page.
#[derive(Debug, Serialize)]
pub struct Headlines {
    /// The page's own.
    titles: Vec<TitleCandidate>,
    /// Those of other articles.
    openings: Vec<OpeningCandidate>,
}

/// What may be headlines on a page of plain text.
pub fn text_headlines(text: &str) -> Headlines {
    let (lines, vocabulary) = line::lines(text, Form::Text);
    headlines(text, &lines, &vocabulary, &[], &Hints::default())
}

/// The text that is extracted from HTML, and what may be headlines in it.
pub fn html_headlines(html: &str) -> (String, Headlines) {
    let Document { text, lines, vocabulary, markup, hints } = html::extract(html);
    let found = headlines(&text, &lines, &vocabulary, &markup, &hints);
    (text, found)
}

fn headlines(
    text: &str,
    lines: &[line::Line],
    vocabulary: &Vocabulary,
    markup: &[MarkupFeatures<f32>],
    hints: &Hints,
) -> Headlines {
    let weights = if markup.is_empty() { weights::text() } else { weights::html() };
    let story = story_lines(lines, vocabulary, markup, text, weights);
    let scene = hints.scene(lines, vocabulary, &story, markup, text);
    let title = |(headline, features): (Option<Headline>, HeadlineFeatures<f32>)| TitleCandidate {
        span: headline.map(|it| it.span),
        features,
    };
    let opening = |(index, features): (usize, OpeningFeatures<f32>)| {
        Some(OpeningCandidate { span: lines.get(index)?.span, features })
    };
    Headlines {
        titles: scene.candidates().into_iter().map(title).collect(),
        openings: articles::openings(&scene, hints).into_iter().filter_map(opening).collect(),
    }
}

/// The lines of a page of plain text; only those `kept`, by number, as if the page had no others.
pub fn text_lines(text: &str, kept: Option<&[usize]>) -> Vec<Line> {
    let (lines, vocabulary) = line::lines(text, Form::Text);
    seen(text, &only(lines, kept), &vocabulary, &[])
}

/// The text that is extracted from HTML, and its lines, as [`text_lines`].
pub fn html_lines(html: &str, kept: Option<&[usize]>) -> (String, Vec<Line>) {
    let Document { text, lines, vocabulary, markup, .. } = html::extract(html);
    let lines = seen(&text, &only(lines, kept), &vocabulary, &only(markup, kept));
    (text, lines)
}

/// Those `kept` of some, by number; all if nothing says which.
fn only<T: Clone>(all: Vec<T>, kept: Option<&[usize]>) -> Vec<T> {
    match kept {
        None => all,
        Some(kept) => kept.iter().filter_map(|index| all.get(*index).cloned()).collect(),
    }
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
pub struct Splitter {
    weights: Weights,
    html: bool,
}

impl Splitter {
    /// For plain text or for HTML.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`](crate::ErrorKind::InvalidModel) where `file` is not what a file of
    /// `data/lines` has to be.
    pub fn read(file: &[u8], html: bool) -> Result<Self> {
        let features = if html { weights::html_features() } else { weights::text_features() };
        Ok(Self { weights: Weights::read(file, &features)?, html })
    }

    /// The text of a page, and its articles.
    pub fn split(&self, page: &str) -> (String, Page) {
        match self.html {
            true => html::split(page, None, &self.weights),
            false => (page.to_owned(), plain::split(page, None, &self.weights)),
        }
    }

    /// Of each line of a page, the log-odds that it belongs to a story.
    pub fn log_odds(&self, page: &str) -> Vec<f32> {
        if self.html {
            let Document { text, lines, vocabulary, markup, .. } = html::extract(page);
            return log_odds(&Features::of(&lines, &vocabulary, &text), &markup, &self.weights);
        }
        let (lines, vocabulary) = line::lines(page, Form::Text);
        log_odds(&Features::of(&lines, &vocabulary, page), &[], &self.weights)
    }
}
