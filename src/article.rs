//! An article, read once.
//!
//! In: the text of a page, the spans of an article's paragraphs, and its title. Out: an [`Article`]:
//! its language and its sentences, which everything after this takes.
//! Knows no page, no token and no model.

use crate::language;
use crate::sentence;
use crate::span::Span;
use crate::text::chars::{self, Class};

/// An article's title, language and sentences.
#[derive(Debug, Clone)]
pub(crate) struct Article<'t> {
    /// What all spans point into: the whole page.
    pub(crate) text: &'t str,
    pub(crate) title: Option<&'t str>,
    /// ISO 639-1, or 639-3 where there is none; `None` when it cannot be told.
    pub(crate) language: Option<&'static str>,
    /// Where each sentence stands, in order.
    pub(crate) spans: Vec<Span>,
    /// What stands there.
    pub(crate) sentences: Vec<&'t str>,
}

impl<'t> Article<'t> {
    /// Reads the article whose paragraphs stand at `paragraphs`.
    pub(crate) fn read(text: &'t str, paragraphs: &[Span], title: Option<&'t str>) -> Self {
        let language = language::of_article(text, paragraphs, title);
        let spans = sentence::split_paragraphs(text, paragraphs);
        Self { language, ..Self::of(text, spans, title) }
    }

    /// The article of these sentences, whose language nobody asks for.
    pub(crate) fn of(text: &'t str, spans: Vec<Span>, title: Option<&'t str>) -> Self {
        let sentences = spans.iter().map(|span| span.of(text)).collect();
        Self { text, title, language: None, spans, sentences }
    }

    /// Whether a line break stands before each sentence, and behind the one before it.
    pub(crate) fn breaks(&self) -> Vec<bool> {
        let mut end = 0;
        let mut breaks = |span: &Span| {
            let gap = self.text.get(end..span.start);
            end = span.end;
            gap.is_some_and(|gap| gap.contains(|c| chars::is(c, Class::LINE_END)))
        };
        self.spans.iter().map(&mut breaks).collect()
    }

    /// The number of sentences.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Keeps the sentences at the indices that `such` holds for.
    pub(crate) fn keep(&mut self, such: impl Fn(usize) -> bool) {
        let kept = |index: &mut usize| {
            *index += 1;
            such(*index - 1)
        };
        let (mut span, mut sentence) = (0, 0);
        self.spans.retain(|_| kept(&mut span));
        self.sentences.retain(|_| kept(&mut sentence));
    }
}
