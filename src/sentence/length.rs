//! A span to sentences that are not too long, and not too many of them too short.
//!
//! In: the span of a sentence. Out: it, or its parts: text without any mark (a transcript, a table) is
//! cut by length, before a word that opens a clause where there is one. Of very many very short ones,
//! neighbours are joined.

use crate::span::Span;
use crate::text::chars;
use crate::text::fold;
use crate::text::lists::{self, Kind};

/// A sentence longer than this many bytes is cut at the last weaker mark or space before it, so
/// that text without any full stop (a table, a transcript without punctuation) still has parts
/// small enough to rank and to show.
pub const MAX_SENTENCE_BYTES: usize = 2_000;

/// So many sentences of an article may be as short as they like: see
/// [`split_paragraphs`](super::split_paragraphs).
pub const MAX_SHORT_SENTENCES: usize = 2_000;

/// Behind them, a sentence is joined with the next until it has so many bytes.
pub const MIN_JOINED_BYTES: usize = 32;

/// A sentence without even a comma in so many bytes is speech that nobody punctuated.
const UNMARKED_BYTES: usize = 500;
/// It is cut into clauses of at most so many bytes.
const CLAUSES_BYTES: usize = 300;

/// Adds `span` without the white space at its ends, in parts no longer than
/// [`MAX_SENTENCE_BYTES`]; nothing when it is blank.
pub(super) fn push(text: &str, span: Span, sentences: &mut Vec<Span>) {
    let mut span = span.trim(text);
    while let Some(length) = cut(span.of(text)) {
        let cut = span.start + length;
        let head = Span::new(span.start, cut).trim(text);
        if !head.is_empty() {
            sentences.push(head);
        }
        span = Span::new(cut, span.end).trim(text);
    }
    if !span.is_empty() {
        sentences.push(span);
    }
}

/// The sentences, those behind the first [`MAX_SHORT_SENTENCES`] joined where they are short and only
/// white space is between them.
pub(super) fn join(text: &str, mut sentences: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = sentences.by_ref().take(MAX_SHORT_SENTENCES).collect();
    for span in sentences {
        let short = |last: &&mut Span| {
            let between = text.get(last.end..span.start);
            bytes_of(last) < MIN_JOINED_BYTES
                && bytes_of(&span) < MIN_JOINED_BYTES
                && between.is_some_and(|between| between.trim().is_empty())
        };
        match joined.get_mut(MAX_SHORT_SENTENCES..).and_then(<[Span]>::last_mut).filter(short) {
            Some(last) => last.end = span.end,
            None => joined.push(span),
        }
    }
    joined
}

fn bytes_of(span: &Span) -> usize {
    span.end - span.start
}

/// Where a sentence that is too long is to be cut.
fn cut(sentence: &str) -> Option<usize> {
    if sentence.len() <= UNMARKED_BYTES {
        return None;
    }
    let unmarked = !chars::head(sentence, UNMARKED_BYTES).contains(is_weak_mark);
    let clause = unmarked.then(|| clause_cut(sentence, CLAUSES_BYTES)).flatten();
    clause.or_else(|| (sentence.len() > MAX_SENTENCE_BYTES).then(|| weak_cut(sentence)))
}

fn is_weak_mark(c: char) -> bool {
    chars::is(c, chars::Class::COMMA) || matches!(c, ':' | '：' | '–' | '—' | '(')
}

/// Before the last word that opens a clause within `most` bytes, but in the first third.
fn clause_cut(sentence: &str, most: usize) -> Option<usize> {
    let window = chars::head(sentence, most);
    let mut end = window.len();
    while let Some(at) = window.get(..end)?.rfind(char::is_whitespace) {
        let word = window.get(at..end)?.trim_start();
        if end < window.len() && lists::has(&fold::lower(word), Kind::OpensClause) {
            return (at > most / 3).then_some(at);
        }
        end = at;
    }
    None
}

/// Where to cut an overlong sentence: after the last semicolon, colon or comma of the second half
/// of the allowed length, else after the last space, else at the last whole character.
fn weak_cut(sentence: &str) -> usize {
    let window = chars::head(sentence, MAX_SENTENCE_BYTES);
    let limit = window.len();
    let after = |found: Option<(usize, &str)>| found.map(|(at, mark)| at + mark.len());
    let late = |at: &usize| *at > limit / 2;
    after(window.rmatch_indices([';', ':', '；', '，', '、']).next())
        .filter(late)
        .or_else(|| after(window.rmatch_indices(", ").next()).filter(late))
        .or_else(|| clause_cut(sentence, MAX_SENTENCE_BYTES))
        .or_else(|| after(window.rmatch_indices(char::is_whitespace).next()))
        .unwrap_or(limit)
}
