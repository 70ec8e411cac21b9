//! Sentences to a summary.
//!
//! In: the sentences of an article with their vectors and token ids. Out: the few that sum it up,
//! verbatim and in source order, with the span of each. A sentence is never cut, and a summary is
//! never longer than asked.
//! Does not rewrite anything, and knows no topics.
//!
//! Three steps: features say what a sentence looks like from outside, a small trained
//! transformer over the article's sentences ranks them (as in Liu and Lapata, "Text summarization
//! with pretrained encoders", 2019, with static sentence vectors in place of BERT's), and a greedy
//! choice takes them as a set, so that none repeats another.

mod result;
mod length;
pub(crate) mod form;
mod quotes;
mod standing;
mod compress;
mod word_ids;
mod overlaps;
mod features;
mod sets;
mod select;
mod ranker;
#[cfg(all(test, feature = "embedded"))]
mod parity;

use std::borrow::Cow;

pub use length::Length;
pub(crate) use ranker::{Ranker, RankerConfig};
pub use result::{
    Considered, Origin, Summary, SummaryKind, SummarySentence, Unsupported, UnsupportedKind,
    Verdict,
};
pub(crate) use word_ids::Words;

use crate::nn::{rounded, sigmoid};
use crate::span::Span;
use crate::vectors::Encoded;
use length::Room;
use overlaps::Overlaps;
use ranker::Logits;
use select::{Candidate, SelectionConfig};
use standing::Standing;

/// An article's sentences with what each is worth.
pub(crate) struct Ranking<'a> {
    encoded: &'a Encoded<'a>,
    words: &'a Words<'a>,
    overlaps: Overlaps<'a>,
    logits: Logits,
    selection: &'a SelectionConfig,
    /// Whether the ranker was taught the article's language: elsewhere it tells form, and what must
    /// not stand in a summary is beyond it.
    taught: bool,
}

impl<'a> Ranking<'a> {
    /// Ranks the sentences of an encoded article, whose [words](Words::of) are `words`; `spoken` is
    /// whether the model speaks its language.
    pub(crate) fn new(
        ranker: &'a Ranker,
        encoded: &'a Encoded<'a>,
        words: &'a Words<'a>,
        spoken: bool,
    ) -> Self {
        let overlaps = Overlaps::new(&words.ids, &words.importance);
        let logits = ranker.logits(encoded, words, &overlaps);
        let taught = spoken && words.known;
        Self { encoded, words, overlaps, logits, selection: ranker.selection(), taught }
    }

    /// The indices of all sentences, the one that sums the article up best first; equals in order.
    pub(crate) fn order(&self) -> Vec<usize> {
        let values = &self.logits.several;
        let value = |index: usize| values.get(index).copied().unwrap_or(f32::NEG_INFINITY);
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        order
    }

    /// The summary of this length, with the one sentence beside it. With `compress`, sentences lose
    /// what they can be told without; with `considered`, it says why each was taken or left.
    pub(crate) fn extract(&self, length: Length, compress: bool, considered: bool) -> Summary {
        let shown = self.shown(compress);
        let chosen = self.chosen(&shown, length);
        let sentences = self.told(&shown, &chosen);
        let one = match sentences.as_slice() {
            [one] if length == Length::of_sentences(1) => Some(one.clone()),
            _ => self.first(&shown),
        };
        let considered =
            if considered { self.considered(&shown, &chosen, length) } else { Vec::new() };
        Summary { one, considered, ..Summary::new(SummaryKind::Extractive, sentences) }
    }

    /// The one sentence that sums the article up; `None` where it has no sentence.
    pub(crate) fn one(&self, compress: bool) -> Option<SummarySentence> {
        self.first(&self.shown(compress))
    }

    fn first(&self, shown: &[Shown<'_>]) -> Option<SummarySentence> {
        self.told(shown, &self.chosen(shown, Length::of_sentences(1))).into_iter().next()
    }

    /// Each sentence as a summary would show it.
    fn shown(&self, compress: bool) -> Vec<Shown<'_>> {
        let article = &self.encoded.article;
        standing::standings(article.text, &article.spans)
            .into_iter()
            .map(|standing| Shown::of(article.text, standing, compress))
            .collect()
    }

    /// The indices of the sentences of a summary of this length, in source order.
    fn chosen(&self, shown: &[Shown<'_>], length: Length) -> Vec<usize> {
        self.chosen_by(shown, length, |index| self.filler(index, length))
    }

    /// As [`chosen`](Self::chosen), where `filler` says which sentences add nothing.
    fn chosen_by(
        &self,
        shown: &[Shown<'_>],
        length: Length,
        filler: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let candidates: Vec<Candidate<'_>> = shown
            .iter()
            .zip(self.words.ids.iter())
            .enumerate()
            .map(|(index, (shown, ids))| Candidate {
                text: &shown.text,
                tokens: ids.len(),
                barred: shown.barred || self.never(index),
                filler: filler(index),
                leans: self.leans(index),
                with: &shown.with,
            })
            .collect();
        let value = self.logits.for_length(&length);
        select::select(&candidates, value, &self.overlaps, self.selection, &length)
    }

    /// These sentences as a summary shows them.
    fn told(&self, shown: &[Shown<'_>], chosen: &[usize]) -> Vec<SummarySentence> {
        let sentence = |&index: &usize| {
            let shown = shown.get(index)?;
            let text = shown.text.clone().into_owned();
            let pieces = shown.pieces.clone();
            Some(SummarySentence::verbatim(text, shown.span, pieces, self.score(index)))
        };
        chosen.iter().filter_map(sentence).collect()
    }

    /// How well a sentence sums the article up: by the logit for several, so that a score means the
    /// same at every length.
    fn score(&self, index: usize) -> f32 {
        rounded(sigmoid(self.logits.several.get(index).copied().unwrap_or_default()))
    }

    /// Why each sentence was taken or left, where these were chosen.
    fn considered(&self, shown: &[Shown<'_>], chosen: &[usize], length: Length) -> Vec<Considered> {
        let mut repeats = vec![false; shown.len()];
        let mut left = Some(length.start());
        for &index in chosen {
            self.overlaps.with(index, |other, shared| {
                if let Some(repeats) = repeats.get_mut(other) {
                    *repeats |= shared >= sets::SAME;
                }
            });
            let taken = shown.get(index).map(|shown| Room::of(&shown.text));
            left = left.zip(taken).and_then(|(left, taken)| left.without(taken));
        }
        // What the number of sentences leaves no room for is outranked, not too long.
        let left = left.map(|left| Room { sentences: usize::MAX, ..left });
        let filled = self.chosen_by(shown, length, |_| false);
        let opens = |index: usize| chosen.first().is_none_or(|&first| index < first);
        let verdict = |index: usize, shown: &Shown<'_>| {
            if chosen.contains(&index) {
                Verdict::Taken
            } else if shown.barred {
                Verdict::Label
            } else if self.never(index) {
                Verdict::Unfit
            } else if repeats.get(index).copied().unwrap_or_default() {
                Verdict::Repeats
            } else if left.and_then(|left| left.without(Room::of(&shown.text))).is_none() {
                Verdict::TooLong
            } else if opens(index) && form::is_dangling(&shown.text) {
                Verdict::PointsBack
            } else if filled.contains(&index) && self.filler(index, length) {
                Verdict::AddsNothing
            } else {
                Verdict::Outranked
            }
        };
        let entry = |(index, shown): (usize, &Shown<'_>)| {
            let text = shown.text.clone().into_owned();
            Considered::new(text, shown.span, self.score(index), verdict(index, shown))
        };
        shown.iter().enumerate().map(entry).collect()
    }

    /// Whether the ranker holds that a sentence adds nothing to a summary of this length.
    fn filler(&self, index: usize, length: Length) -> bool {
        let logit = self.logits.good.get(index);
        let few = length.sentences.is_some_and(|sentences| sentences <= select::FEW);
        few && self.taught
            && self.selection.good.zip(logit).is_some_and(|(least, logit)| *logit < least)
    }

    /// What a sentence loses by leaning on another.
    fn leans(&self, index: usize) -> f32 {
        let lost = self.selection.leans.filter(|_| self.taught).zip(self.logits.leans.get(index));
        lost.map_or(0.0, |(weight, logit)| weight * sigmoid(*logit))
    }

    /// Whether the ranker holds that a sentence must not stand in any summary: a caption, a promo, a
    /// heading, a fragment.
    fn never(&self, index: usize) -> bool {
        let logit = self.logits.never.get(index);
        self.taught && self.selection.never.zip(logit).is_some_and(|(bar, logit)| *logit > bar)
    }
}

/// A sentence as a summary would show it.
struct Shown<'a> {
    /// From its first shown byte to its last.
    span: Span,
    text: Cow<'a, str>,
    /// The places of its parts where something between them is left out.
    pieces: Vec<Span>,
    barred: bool,
    with: Vec<usize>,
}

impl<'a> Shown<'a> {
    fn of(text: &'a str, standing: Standing, compress: bool) -> Self {
        let Standing { shown: span, barred, with } = standing;
        let whole = span.of(text);
        let kept = if compress { compress::pieces(whole) } else { Vec::new() };
        let spans: Vec<Span> =
            kept.iter().map(|range| Span::new(range.start, range.end).shift(span.start)).collect();
        match spans.as_slice() {
            // What is cut off at the ends only leaves one slice of the source.
            [] | [_] => {
                let span = spans.first().copied().unwrap_or(span);
                Self { span, text: Cow::Borrowed(span.of(text)), pieces: Vec::new(), barred, with }
            }
            [first, .., last] => {
                let joined: String = spans.iter().map(|span| span.of(text)).collect();
                let span = Span::new(first.start, last.end);
                Self { span, text: Cow::Owned(joined), pieces: spans, barred, with }
            }
        }
    }
}
