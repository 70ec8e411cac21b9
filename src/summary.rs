//! Sentences to a summary.
//!
//! In: the sentences of an article with their vectors and token ids. Out: the few that sum it up,
//! verbatim and in source order, with the span of each. A sentence is never cut, and a summary is
//! never longer than asked.
//! Does not rewrite anything, and knows no topics; what a pretrained writer wrote is fitted to the
//! length and checked here ([`grounding`]).
//!
//! Three steps: features say what a sentence looks like from outside, a small trained
//! transformer over the article's sentences ranks them (as in Liu and Lapata, "Text summarization
//! with pretrained encoders", 2019, with static sentence vectors in place of BERT's), and a greedy
//! choice takes them as a set, so that none repeats another.

mod compress;
mod features;
pub mod grounding;
mod overlaps;
mod quotes;
mod ranker;
mod select;
mod sets;
mod standing;
mod words;

use std::borrow::Cow;

pub(crate) use ranker::{Ranker, RankerConfig};
pub use select::{DEFAULT_SENTENCES, Length, is_dangling};

use crate::digest::{Summary, SummaryKind, SummarySentence};
use crate::engine::{Encoded, Written, sigmoid};
use crate::sentence;
use crate::span::Span;
use grounding::Grounds;
use select::Candidate;
use standing::Standing;
use words::Words;

/// How a summary is taken from an article.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extract<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) length: &'a Length,
    /// Whether sentences lose what they can be told without.
    pub(crate) compress: bool,
}

/// The summary of an encoded article, whose sentences are spans into `text`.
pub(crate) fn summarize(
    ranker: &Ranker,
    text: &str,
    encoded: &Encoded,
    extract: Extract<'_>,
) -> Summary {
    let Extract { title, length, compress } = extract;
    let parts: Vec<&str> = encoded.sentences.iter().map(|span| span.of(text)).collect();
    let words = Words::of(&parts, title, encoded, ranker.importance());
    let overlaps = overlaps::Overlaps::new(&words.ids, &words.importance);
    let logits = ranker.logits(&parts, encoded, &words, &overlaps);
    let shown: Vec<Shown<'_>> = standing::standings(text, &encoded.sentences)
        .into_iter()
        .map(|standing| Shown::of(text, standing, compress))
        .collect();
    let candidates: Vec<Candidate<'_>> = shown
        .iter()
        .zip(words.ids.iter())
        .map(|(shown, ids)| Candidate {
            text: &shown.text,
            tokens: ids.len(),
            barred: shown.barred,
            with: &shown.with,
        })
        .collect();
    let value = logits.for_length(length);
    let chosen = select::select(&candidates, value, &overlaps, ranker.selection(), length);
    let sentences: Vec<SummarySentence> = chosen
        .into_iter()
        .filter_map(|index| {
            let shown = shown.get(index)?;
            // Shown by the logit for several, so that a score means the same at every length.
            let score = sigmoid(*logits.several.get(index)?);
            Some(SummarySentence {
                text: shown.text.clone().into_owned(),
                start: shown.span.start,
                end: shown.span.end,
                score: crate::digest::rounded(score),
                pieces: shown.pieces.clone(),
                sources: Vec::new(),
            })
        })
        .collect();
    let joined: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    Summary {
        kind: SummaryKind::Extractive,
        text: joined.join(" "),
        sentences,
        unsupported: Vec::new(),
        read: None,
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
            [] => Self { span, text: Cow::Borrowed(whole), pieces: Vec::new(), barred, with },
            // What is cut off at the ends only leaves one slice of the source.
            &[one] => Self {
                span: one,
                text: Cow::Borrowed(one.of(text)),
                pieces: Vec::new(),
                barred,
                with,
            },
            [first, .., last] => {
                let joined: String = spans.iter().map(|span| span.of(text)).collect();
                let span = Span::new(first.start, last.end);
                Self { span, text: Cow::Owned(joined), pieces: spans, barred, with }
            }
        }
    }
}

/// An abstract as a summary: no longer than asked, and checked against the article, whose
/// sentences in the order in which they matter are `ranked`. With `grounded`, sentences that fail
/// give way to the article's own. `None` when nothing of it fits.
pub(crate) fn abstractive(
    text: &str,
    title: Option<&str>,
    encoded: &Encoded,
    ranked: &[usize],
    written: &Written,
    length: &Length,
    grounded: bool,
) -> Option<Summary> {
    let mut spans = sentence::split(&written.text);
    // The search may end within a sentence.
    let unended = |span: &Span| !features::ends_sentence(span.of(&written.text));
    if spans.len() > 1 && spans.last().is_some_and(unended) {
        spans.pop();
    }
    spans.truncate(length.leading(spans.iter().map(|span| span.of(&written.text))));
    let fitting = Span::new(0, spans.last()?.end).of(&written.text);
    let grounds = Grounds::new(text, &encoded.sentences, title);
    let check = grounds.check(fitting);
    let outcomes = if grounded {
        grounds.fall_back(&check, ranked, grounding::DEFAULT_MIN_SUPPORT)
    } else {
        Vec::new()
    };
    let mut summary = grounds.summary(fitting, &check, &outcomes);
    // The article's own sentences may be longer than those they stand for.
    let fit = length.leading(summary.sentences.iter().map(|sentence| sentence.text.as_str()));
    summary.sentences.truncate(fit);
    summary.unsupported.retain(|item| item.sentence < fit);
    let parts: Vec<&str> = summary.sentences.iter().map(|one| one.text.as_str()).collect();
    summary.text = parts.join(" ");
    summary.read = Some(crate::digest::rounded(written.read));
    (!summary.sentences.is_empty()).then_some(summary)
}

/// All sentences of an encoded article, the one that sums it up best first; equals in order.
pub(crate) fn ranked(
    ranker: &Ranker,
    text: &str,
    title: Option<&str>,
    encoded: &Encoded,
) -> Vec<usize> {
    let parts: Vec<&str> = encoded.sentences.iter().map(|span| span.of(text)).collect();
    let words = Words::of(&parts, title, encoded, ranker.importance());
    let overlaps = overlaps::Overlaps::new(&words.ids, &words.importance);
    let values = ranker.logits(&parts, encoded, &words, &overlaps).several;
    let value = |index: usize| values.get(index).copied().unwrap_or(f32::NEG_INFINITY);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    order
}

/// The ranker against the recipe's reference (`models/recipe/rank/reference.py`, plain numpy),
/// whose golden figures `models/recipe/rank/golden.py` writes.
#[cfg(all(test, feature = "embedded"))]
mod parity {
    use serde::Deserialize;

    use super::Length;
    use super::features::{SentenceFeatures, features};
    use super::overlaps::Overlaps;
    use super::select::{Candidate, select};
    use super::words::Words;
    use crate::engine::Model;
    use crate::span::Span;

    const FEATURE_TOLERANCE: f32 = 1e-5;
    /// Both sides add 32-bit floats, in different orders.
    const LOGIT_TOLERANCE: f32 = 2e-3;

    #[derive(Deserialize)]
    struct Golden {
        title: Option<String>,
        text: String,
        title_ids: Vec<u32>,
        sentences: Vec<String>,
        ids: Vec<Vec<u32>>,
        features: Vec<Vec<f32>>,
        logits: Vec<[f32; 2]>,
        selections: Vec<Selection>,
    }

    #[derive(Deserialize)]
    struct Selection {
        sentences: Option<usize>,
        words: Option<usize>,
        chars: Option<usize>,
        picked: Vec<usize>,
    }

    #[test]
    fn ids_features_logits_and_choices_are_those_of_the_reference() {
        let golden: Vec<Golden> =
            serde_json::from_str(include_str!("../tests/golden/rank.json")).unwrap();
        let model = Model::embedded().unwrap();
        assert!(golden.len() >= 3);
        for case in golden {
            let spans: Vec<Span> = crate::sentence::split(&case.text);
            let parts: Vec<&str> = spans.iter().map(|span| span.of(&case.text)).collect();
            assert_eq!(
                parts, case.sentences,
                "the splitter changed: write the golden figures anew"
            );
            let encoded = model.encode(&case.text, &spans, case.title.as_deref()).unwrap();
            assert_eq!((&encoded.ids, &encoded.title_ids), (&case.ids, &case.title_ids));
            let overlaps =
                Overlaps::new(&encoded.ids, model.ranker(&Length::default()).importance());
            let ours = features(&parts, &encoded.ids, &encoded.title_ids, &overlaps);
            for (ours, theirs) in ours.iter().zip(&case.features) {
                let names = SentenceFeatures::<f32>::NAMES;
                assert_eq!(theirs.len(), names.len());
                for (name, (ours, theirs)) in names.iter().zip(ours.values().iter().zip(theirs)) {
                    assert!((ours - theirs).abs() < FEATURE_TOLERANCE, "{name}: {ours} {theirs}");
                }
            }
            let ranker = model.ranker(&Length::default());
            let words = Words::of(&parts, case.title.as_deref(), &encoded, ranker.importance());
            let logits = ranker.logits(&parts, &encoded, &words, &overlaps);
            let single = Length { sentences: Some(1), words: None, chars: None };
            for (index, theirs) in case.logits.iter().enumerate() {
                let ours = [
                    logits.for_length(&Length::default())[index],
                    logits.for_length(&single)[index],
                ];
                for (ours, theirs) in ours.iter().zip(theirs) {
                    assert!(
                        (ours - theirs).abs() < LOGIT_TOLERANCE,
                        "sentence {index}: {ours} {theirs}"
                    );
                }
            }
            for Selection { sentences, words, chars, picked } in case.selections {
                let length = Length { sentences, words, chars };
                // The choice alone: the reference knows no rules of form (`standing.rs`).
                let candidates: Vec<Candidate<'_>> = parts
                    .iter()
                    .zip(&encoded.ids)
                    .map(|(&text, ids)| Candidate {
                        text,
                        tokens: ids.len(),
                        barred: false,
                        with: &[],
                    })
                    .collect();
                let value = logits.for_length(&length);
                let chosen = select(&candidates, value, &overlaps, ranker.selection(), &length);
                assert_eq!(chosen, picked, "{length:?}");
            }
        }
    }
}
