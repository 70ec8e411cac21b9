//! Scored candidates to the phrases that are given.
//!
//! In: candidates of any kind with their scores and places. Out: the best of them, none near a
//! better one. Knows neither words nor scripts.

use crate::span::Span;

/// Candidates are collected from at most this many sentences: what an article is about has been
/// said by then, and the cost stays flat.
const MAX_SENTENCES: usize = 400;

/// And from at most so many bytes of them, for those that are as long as sentences can be.
pub(super) const MAX_BYTES: usize = 64 << 10;

/// The sentences that candidates are collected from, of at most `most` bytes.
pub(super) fn read(sentences: &[Span], most: usize) -> &[Span] {
    let mut bytes = 0;
    let near = sentences.iter().take(MAX_SENTENCES).take_while(|span| {
        bytes += span.end - span.start;
        bytes <= most
    });
    sentences.get(..near.count()).unwrap_or(sentences)
}

/// A phrase and its weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Phrase {
    pub(super) span: Span,
    /// In `0.0..=1.0`.
    pub(super) score: f32,
    /// Where it stands, where that was noted.
    pub(super) mentions: Vec<Span>,
}

/// The best `limit` of scored candidates, none of them `near` a better one.
pub(super) fn best<C>(
    mut scored: Vec<(f32, &C)>,
    limit: usize,
    span: impl Fn(&C) -> Span,
    near: impl Fn(&C, &C) -> bool,
) -> Vec<Phrase> {
    // Equal scores keep the order of first occurrence, so hash order never shows.
    scored.sort_by(|&(a_score, a), &(b_score, b)| {
        let (a, b) = (span(a), span(b));
        b_score.total_cmp(&a_score).then(a.start.cmp(&b.start)).then(b.end.cmp(&a.end))
    });
    // Words that are in every article give no phrase a weight: all are then 0.
    let most = scored.first().map_or(1.0, |&(score, _)| score.max(f32::MIN_POSITIVE));
    let mut kept: Vec<(f32, &C)> = Vec::new();
    for (score, candidate) in scored {
        if kept.len() == limit {
            break;
        }
        if !kept.iter().any(|(_, other)| near(other, candidate)) {
            kept.push((score, candidate));
        }
    }
    let phrase = |(score, candidate)| Phrase {
        span: span(candidate),
        score: score / most,
        mentions: Vec::new(),
    };
    kept.into_iter().map(phrase).collect()
}
