//! Summaries beside references, the lead and TextRank.
//!
//! In: sets of articles with summaries that people wrote. Out: ROUGE of ours, of the lead and of
//! TextRank at several lengths, and how they open.

use anyhow::Result;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use standfirst::digest::Digest;
use standfirst_measure::gold::{Case, Part};
use standfirst_measure::length::Length;
use standfirst_measure::summaries::{Sums, add, gain, lead, mean, rouge};
use standfirst_measure::text;

use super::figures::{Interval, Summaries, Summarizer};
use super::{Run, bootstrap, textrank};
use crate::subject::Asked;

pub const CNNDM: &str = "summaries/cnndm_val.jsonl.xz";
pub const TEASERS: &str = "summaries/teasers_val.jsonl.xz";
pub const XSUM: &str = "summaries/xsum_dev.jsonl.xz";

const THREE: Length = Length::sentences(3);
const ONE: Length = Length::sentences(1);
const WORDS: Length = Length { sentences: None, words: Some(50), chars: None };
const CHARS: Length = Length { sentences: None, words: None, chars: Some(280) };

/// A set, the lengths to try, and the parts to tell apart.
struct Set {
    file: &'static str,
    lengths: &'static [Length],
    parts: &'static [(&'static str, Option<Part>)],
}

const SETS: [Set; 3] = [
    Set {
        file: CNNDM,
        lengths: &[THREE, ONE, WORDS, CHARS],
        parts: &[
            ("CNN/DailyMail validation", None),
            ("CNN/DailyMail validation, Daily Mail part", Some(Part::Dm)),
            ("CNN/DailyMail validation, CNN part", Some(Part::Cnn)),
        ],
    },
    Set { file: TEASERS, lengths: &[ONE, THREE], parts: &[("Daily Mail 2020 teasers", None)] },
    Set { file: XSUM, lengths: &[ONE], parts: &[("XSum", None)] },
];

pub fn measure(run: &Run<'_>) -> Result<Vec<Summaries>> {
    let mut found = Vec::new();
    for set in &SETS {
        let cases = run.summaries(set.file)?;
        for &length in set.lengths {
            let digester = run.digester(Asked { length, ..Asked::default() })?;
            let digests = run.digests(set.file, &digester, &cases);
            let both = cases.par_iter().zip(&digests);
            let scored: Vec<Article> =
                both.map(|(case, digest)| article(case, digest.as_ref(), &length)).collect();
            for &(name, part) in set.parts {
                let is_in = |case: &Case<String>| {
                    part.is_none_or(|part| part == Part::of(case.input.text()))
                };
                let rows = cases.iter().zip(&scored).filter(|(case, _)| is_in(case));
                found.push(summed(name, length, rows.map(|(_, scored)| scored)));
            }
        }
    }
    Ok(found)
}

/// An article's summaries: by us, the lead and TextRank.
struct Article {
    by: [Summary; 3],
    sentences: usize,
    verbatim: usize,
}

struct Summary {
    rouge: Sums,
    dangling: bool,
    words: usize,
}

fn article(case: &Case<String>, digest: Option<&Digest>, length: &Length) -> Article {
    let article = case.input.text();
    let reference = text::sentences(&case.truth).join("\n");
    let split = text::sentences(article);
    let digested = digest.and_then(|digest| digest.articles.first());
    let summary = digested.and_then(|article| article.summary.as_ref());
    let ours = summary.map_or(&[][..], |summary| &summary.sentences);
    let stands = ours.iter().filter(|sentence| sentence.span.get(article) == Some(&*sentence.text));
    let verbatim = stands.count();
    let texts: Vec<&str> = ours.iter().map(|sentence| sentence.text.as_str()).collect();
    let opening = split.get(..lead(&split, length)).unwrap_or(&split);
    let ranked = textrank::summary(&split, length);
    let by = [&*texts, opening, &*ranked].map(|summary| Summary {
        rouge: rouge(&reference, summary),
        dangling: summary.first().is_some_and(|first| text::points_back(first)),
        words: summary.iter().map(|sentence| text::parts(sentence)).sum(),
    });
    Article { by, sentences: ours.len(), verbatim }
}

fn summed<'a>(set: &str, length: Length, articles: impl Iterator<Item = &'a Article>) -> Summaries {
    let articles: Vec<&Article> = articles.collect();
    let n = articles.len();
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    let [ours, lead, textrank] = [0, 1, 2].map(|by| {
        let summaries = || articles.iter().map(|article| &article.by[by]);
        let mut sums = Sums::default();
        summaries().for_each(|summary| add(&mut sums, summary.rouge));
        Summarizer {
            rouge: mean(sums, n),
            dangling: share(summaries().filter(|summary| summary.dangling).count(), n),
            words: share(summaries().map(|summary| summary.words).sum(), n),
        }
    });
    let gain_over_lead = gain(ours.rouge, lead.rouge);
    let [rouge_intervals, gain_over_lead_intervals, gain_over_textrank_intervals] =
        intervals(&articles);
    Summaries {
        set: set.to_owned(),
        length,
        n,
        gain_over_lead,
        gain_over_textrank: gain(ours.rouge, textrank.rouge),
        rouge_intervals,
        gain_over_lead_intervals,
        gain_over_textrank_intervals,
        beats_lead: gain_over_lead.iter().all(|&gain| gain > 0.0),
        verbatim: share(
            articles.iter().map(|article| article.verbatim).sum(),
            articles.iter().map(|article| article.sentences).sum(),
        ),
        ours,
        lead,
        textrank,
    }
}

/// The intervals of our ROUGE, of what it gains over the lead, and over TextRank, in per cent.
fn intervals(articles: &[&Article]) -> [[Interval; 3]; 3] {
    let found: [Interval; 9] = bootstrap::intervals(articles.len(), |rows| {
        let mut sums = [[0.0; 3]; 3];
        for &row in rows {
            for (sum, summary) in sums.iter_mut().zip(&articles[row].by) {
                add(sum, summary.rouge);
            }
        }
        let [ours, lead, textrank] =
            sums.map(|sum| sum.map(|sum| 100.0 * sum / rows.len().max(1) as f64));
        std::array::from_fn(|figure| {
            let measure = figure % 3;
            ours[measure] - [0.0, lead[measure], textrank[measure]][figure / 3]
        })
    });
    std::array::from_fn(|kind| std::array::from_fn(|measure| found[3 * kind + measure]))
}
