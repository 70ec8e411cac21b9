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

mod features;
mod ranker;
mod select;

pub(crate) use ranker::{Ranker, RankerConfig};
pub use select::{DEFAULT_SENTENCES, Length, is_dangling};

use crate::digest::{Summary, SummaryKind, SummarySentence};
use crate::engine::Encoded;

/// The summary of an encoded article, whose sentences are spans into `text`.
pub(crate) fn summarize(
    ranker: &Ranker,
    text: &str,
    encoded: &Encoded,
    length: &Length,
) -> Summary {
    let parts: Vec<&str> = encoded.sentences.iter().map(|span| span.of(text)).collect();
    let overlaps = features::Overlaps::new(&encoded.ids, ranker.importance());
    let logits = ranker.logits(&parts, encoded, &overlaps);
    let value = logits.for_length(length);
    let chosen = select::select(&parts, value, &overlaps, ranker.repeat_penalty(), length);
    let sentences: Vec<SummarySentence> = chosen
        .into_iter()
        .filter_map(|index| {
            let span = encoded.sentences.get(index)?;
            let score = ranker::score(*value.get(index)?);
            Some(SummarySentence {
                text: span.of(text).to_owned(),
                start: span.start,
                end: span.end,
                score: crate::digest::rounded(score),
            })
        })
        .collect();
    let joined: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    Summary { kind: SummaryKind::Extractive, text: joined.join(" "), sentences }
}
