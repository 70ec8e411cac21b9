//! Whether a topic falls without its evidence.
//!
//! In: articles with their digests. Out, over every topic of level 1 that was reported for an
//! article with at least twice as many sentences as the topic has evidence: how often its score
//! falls more when the evidence is cut out of the text than it does, on the mean of several
//! draws, when as many of the other sentences are. The title stays in both. A score that falls
//! equally far counts against the evidence.

use anyhow::Result;
use fastrand::Rng;
use standfirst::digest::{Digest, Topic};
use standfirst::{Digester, Input, Span, sentence};
use standfirst_measure::gold::{Case, Codes};

use super::Run;
use super::figures::Evidence;
use super::topic_sets::DEV;

const DRAWS: usize = 5;

/// One topic of one article.
struct Trial {
    case: usize,
    code: String,
    score: f64,
    /// What to cut out: the evidence, then each draw.
    cuts: Vec<Vec<Span>>,
}

pub fn measure(
    run: &Run<'_>,
    digester: &Digester,
    cases: &[Case<Codes>],
    digests: &[Option<Digest>],
) -> Result<Evidence> {
    let mut random = Rng::with_seed(1);
    let mut trials = Vec::new();
    for (case, digest) in digests.iter().enumerate() {
        let article = digest.as_ref().and_then(|digest| digest.articles.first());
        let Some(article) = article else { continue };
        let sentences = sentences(cases[case].input.text(), &article.paragraphs);
        for topic in article.topics.iter().filter(|topic| topic.level == 1) {
            if let Some(cuts) = cuts(topic, &sentences, &mut random) {
                let (code, score) = (topic.code.clone(), f64::from(topic.score));
                trials.push(Trial { case, code, score, cuts });
            }
        }
    }
    let texts: Vec<Case<()>> = trials.iter().flat_map(|trial| cut_texts(trial, cases)).collect();
    let scored = run.digests(DEV, digester, &texts);
    let falls: Vec<Vec<f64>> = trials
        .iter()
        .zip(scored.chunks(1 + DRAWS))
        .map(|(trial, without)| {
            let fall = |digest: &Option<Digest>| trial.score - score(digest.as_ref(), &trial.code);
            without.iter().map(fall).collect()
        })
        .collect();
    Ok(summed(&trials, &falls))
}

/// The sentences of an article, as the library splits its paragraphs.
fn sentences(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let of_one = |paragraph: &Span| {
        let start = paragraph.start;
        let shifted = move |span: Span| Span::new(start + span.start, start + span.end);
        sentence::split(paragraph.of(text)).into_iter().map(shifted)
    };
    paragraphs.iter().flat_map(of_one).collect()
}

/// What to cut out; none where the article is too short to tell.
fn cuts(topic: &Topic, sentences: &[Span], random: &mut Rng) -> Option<Vec<Vec<Span>>> {
    let evidence: Vec<Span> = topic.evidence.iter().map(|part| part.span).collect();
    let touches = |a: &Span, b: &Span| a.start < b.end && b.start < a.end;
    let is_other = |span: &&Span| !evidence.iter().any(|part| touches(part, span));
    let others: Vec<Span> = sentences.iter().filter(is_other).copied().collect();
    if evidence.is_empty() || sentences.len() < 2 * evidence.len() || others.len() < evidence.len()
    {
        return None;
    }
    let count = evidence.len();
    let mut cuts = vec![evidence];
    cuts.extend((0..DRAWS).map(|_| random.choose_multiple(others.iter().copied(), count)));
    Some(cuts)
}

/// The article once for each cut.
fn cut_texts(trial: &Trial, cases: &[Case<Codes>]) -> Vec<Case<()>> {
    let Case { line, input, .. } = &cases[trial.case];
    let without = |cut: &Vec<Span>| {
        let text = without(input.text(), cut);
        let input = Input::article(input.id(), text).with_title(input.title().unwrap_or_default());
        Case { line: *line, input, truth: () }
    };
    trial.cuts.iter().map(without).collect()
}

/// A text without some spans, which do not overlap.
fn without(text: &str, cut: &[Span]) -> String {
    let mut cut = cut.to_vec();
    cut.sort();
    let mut rest = String::with_capacity(text.len());
    let mut start = 0;
    for span in cut {
        rest.push_str(text.get(start..span.start).unwrap_or_default());
        start = span.end;
    }
    rest + text.get(start..).unwrap_or_default()
}

/// The score of a topic; 0 where nothing is left to score.
fn score(digest: Option<&Digest>, code: &str) -> f64 {
    let article = digest.and_then(|digest| digest.articles.first());
    let scores = article.and_then(|article| article.scores.as_ref());
    scores.and_then(|scores| scores.get(code)).map_or(0.0, |&score| f64::from(score))
}

fn summed(trials: &[Trial], falls: &[Vec<f64>]) -> Evidence {
    let mut articles: Vec<usize> = trials.iter().map(|trial| trial.case).collect();
    articles.dedup();
    let (mut more, mut most, mut fall, mut fall_of_others) = (0, 0, 0.0, 0.0);
    for falls in falls {
        let Some((&evidence, others)) = falls.split_first() else { continue };
        let mean = others.iter().sum::<f64>() / others.len().max(1) as f64;
        more += usize::from(evidence > mean);
        most += usize::from(others.iter().all(|&other| evidence > other));
        (fall, fall_of_others) = (fall + evidence, fall_of_others + mean);
    }
    let n = falls.len().max(1) as f64;
    Evidence {
        topics: falls.len(),
        articles: articles.len(),
        draws: DRAWS,
        falls_more: more as f64 / n,
        falls_most: most as f64 / n,
        fall: fall / n,
        fall_of_others: fall_of_others / n,
    }
}

#[cfg(test)]
mod tests {
    use standfirst::Span;

    use super::without;

    #[test]
    fn what_is_cut_out_is_gone_and_the_rest_stays() {
        let spans = [Span::new(10, 15), Span::new(0, 3)];
        assert_eq!(without("One. Two. Three four.", &spans), ". Two.  four.");
        assert_eq!(without("One.", &[]), "One.");
    }
}
