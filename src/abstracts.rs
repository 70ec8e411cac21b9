//! Abstracts: what a pretrained writer writes, fitted to the length and checked.
//!
//! In: an encoded article, its sentences in the order in which they matter, and a writer. Out: a
//! [`Summary`] each sentence of which is linked to the sentences that support it, or nothing where
//! none of what was written fits.
//! Writes nothing itself, and takes no sentence but as [`grounding`](crate::grounding) asks for it.

use crate::error::Result;
use crate::grounding::{self, Grounds};
use crate::model::seams::{ToWrite, Writer};
use crate::nn::rounded;
use crate::options::AbstractOptions;
use crate::sentence;
use crate::span::Span;
use crate::summary::form::ends_sentence;
use crate::summary::{Length, Summary};
use crate::vectors::Encoded;

/// The abstract of an article, whose sentences in the order in which they matter are `ranked`: what was
/// written, no longer than asked, and checked against the article; `None` when nothing of it fits.
pub(crate) fn write(
    writer: &dyn Writer,
    encoded: &Encoded<'_>,
    ranked: &[usize],
    length: Length,
    options: &AbstractOptions,
) -> Result<Option<Summary>> {
    let article = &encoded.article;
    let written = writer.write(ToWrite {
        title: article.title.map(str::to_owned),
        sentences: article.sentences.iter().map(|&sentence| sentence.to_owned()).collect(),
        ranked: ranked.to_vec(),
        length,
    })?;
    let mut spans = sentence::split(&written.text);
    // The search may end within a sentence.
    let unended = |span: &Span| !ends_sentence(span.of(&written.text));
    if spans.len() > 1 && spans.last().is_some_and(unended) {
        spans.pop();
    }
    spans.truncate(length.leading(spans.iter().map(|span| span.of(&written.text))));
    let Some(last) = spans.last() else { return Ok(None) };
    let fitting = Span::new(0, last.end).of(&written.text);
    let grounds = Grounds::new(article.text, &article.spans, article.title);
    let check = grounds.check(fitting);
    let outcomes = if options.grounded {
        grounds.fall_back(&check, ranked, grounding::DEFAULT_MIN_SUPPORT)
    } else {
        Vec::new()
    };
    let mut summary = grounds.summary(fitting, &check, &outcomes);
    // The article's own sentences may be longer than those they stand for.
    let fit = length.leading(summary.sentences.iter().map(|sentence| sentence.text.as_str()));
    summary.sentences.truncate(fit);
    summary.unsupported.retain(|item| item.sentence < fit);
    let read = Some(rounded(written.read));
    let summary = Summary {
        read,
        unsupported: summary.unsupported,
        ..Summary::new(summary.kind, summary.sentences)
    };
    Ok((!summary.sentences.is_empty()).then_some(summary))
}
