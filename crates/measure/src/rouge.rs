//! A summary beside its reference: ROUGE (Lin, 2004).
//!
//! In: two texts, one sentence a line. Out: ROUGE-1, ROUGE-2 and ROUGE-Lsum, as the Python package
//! `rouge-score` computes them with its stemmer, to the last bit: same tokens, same stems, same
//! choice among equally long common subsequences. Does not split text into sentences.

use std::collections::BTreeSet;

use crate::bag::{bag, shared, size};
use crate::porter;

/// How far two texts share what a measure counts, each in `0.0..=1.0`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The shared part of the summary.
    pub precision: f64,
    /// The shared part of the reference.
    pub recall: f64,
}

impl Score {
    fn new(shared: usize, in_summary: usize, in_reference: usize) -> Self {
        let share = |of: usize| shared as f64 / of.max(1) as f64;
        Self { precision: share(in_summary), recall: share(in_reference) }
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> f64 {
        let Self { precision, recall } = self;
        let sum = precision + recall;
        if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }
    }
}

/// The three measures of a summary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rouge {
    /// Shared words.
    pub one: Score,
    /// Shared pairs of neighbouring words.
    pub two: Score,
    /// Words on the longest common subsequences of their lines, joined over the summary's lines.
    pub l_sum: Score,
}

/// Scores `summary` by `reference`.
pub fn score(reference: &str, summary: &str) -> Rouge {
    let reference: Vec<Vec<String>> = reference.split('\n').map(tokens).collect();
    let summary: Vec<Vec<String>> = summary.split('\n').map(tokens).collect();
    let (all_reference, all_summary) = (reference.concat(), summary.concat());
    Rouge {
        one: ngrams(&all_reference, &all_summary, 1),
        two: ngrams(&all_reference, &all_summary, 2),
        l_sum: union_of_subsequences(&reference, &summary),
    }
}

/// Words of ASCII letters and digits, lower case; those of more than three letters by their stem.
fn tokens(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| if word.len() > 3 { porter::stem(word) } else { word.to_owned() })
        .filter(|word| !word.is_empty())
        .collect()
}

fn ngrams(reference: &[String], summary: &[String], n: usize) -> Score {
    let (reference, summary) = (bag(reference.windows(n)), bag(summary.windows(n)));
    Score::new(shared(&reference, &summary), size(&summary), size(&reference))
}

/// ROUGE-Lsum: for each line of the reference, the words of it that lie on its longest common
/// subsequence with any line of the summary. A word counts no more often than either text has it.
fn union_of_subsequences(reference: &[Vec<String>], summary: &[Vec<String>]) -> Score {
    let mut left_in_reference = bag(reference.iter().flatten());
    let mut left_in_summary = bag(summary.iter().flatten());
    let mut shared = 0;
    for line in reference {
        let on_one: BTreeSet<usize> =
            summary.iter().flat_map(|other| common_subsequence(line, other)).collect();
        for word in on_one.into_iter().filter_map(|index| line.get(index)) {
            if let (Some(a @ 1..), Some(b @ 1..)) =
                (left_in_reference.get_mut(word), left_in_summary.get_mut(word))
            {
                (*a, *b) = (*a - 1, *b - 1);
                shared += 1;
            }
        }
    }
    let total = |text: &[Vec<String>]| text.iter().map(Vec::len).sum();
    Score::new(shared, total(summary), total(reference))
}

/// Indices into `line` of one longest common subsequence with `other`; of several, the one that
/// `rouge-score` reads from its table.
fn common_subsequence(line: &[String], other: &[String]) -> Vec<usize> {
    // lengths: (line + 1, other + 1), lengths[i][j] that of line[..i] and other[..j].
    let mut lengths = vec![vec![0_u32; other.len() + 1]; line.len() + 1];
    for (i, word) in line.iter().enumerate() {
        for (j, other_word) in other.iter().enumerate() {
            lengths[i + 1][j + 1] = if word == other_word {
                lengths[i][j] + 1
            } else {
                lengths[i][j + 1].max(lengths[i + 1][j])
            };
        }
    }
    let (mut i, mut j) = (line.len(), other.len());
    let mut indices = Vec::new();
    while i > 0 && j > 0 {
        if line[i - 1] == other[j - 1] {
            (i, j) = (i - 1, j - 1);
            indices.push(i);
        } else if lengths[i][j - 1] > lengths[i - 1][j] {
            j -= 1;
        } else {
            i -= 1;
        }
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::{Score, score, tokens};

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn tokens_are_stemmed_ascii_words() {
        assert_eq!(
            tokens("The Café’s U.S. cats' Walking, 3.5%"),
            ["the", "caf", "s", "u", "s", "cat", "walk", "3", "5"]
        );
        assert!(tokens("世界 — “…”").is_empty());
    }

    #[test]
    fn the_cases_of_rouge_score() {
        let one_line = score("testing one two", "testing two");
        close(one_line.l_sum.f1(), 0.8);
        close(one_line.one.f1(), 0.8);
        close(one_line.two.f1(), 0.0);
        let lines = score("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5");
        assert_eq!(lines.l_sum, Score { precision: 0.4, recall: 0.8 });
        let pairs = score("testing one two", "testing one");
        assert_eq!(pairs.two, Score { precision: 1.0, recall: 0.5 });
    }

    #[test]
    fn an_empty_side_scores_nothing() {
        for (reference, summary) in
            [("", "rain"), ("rain", ""), ("", ""), ("…", "rain"), ("\n", "a")]
        {
            let found = score(reference, summary);
            for measure in [found.one, found.two, found.l_sum] {
                assert_eq!(measure.f1(), 0.0);
            }
        }
    }

    #[test]
    fn a_word_counts_no_more_often_than_either_text_has_it() {
        let repeated = score("rain rain rain", "rain\nrain");
        assert_eq!(repeated.l_sum, Score { precision: 0.5, recall: 1.0 / 3.0 });
        close(repeated.one.precision, 1.0);
    }

    /// Against `rouge-score` itself on as many pairs as a file holds: JSON Lines of `reference`,
    /// `summary` and `scores`, the precision and recall of rouge1, rouge2 and rougeLsum in turn.
    #[test]
    fn agrees_with_rouge_score() -> anyhow::Result<()> {
        const FILE: &str = "STANDFIRST_ROUGE_PAIRS";
        #[derive(serde::Deserialize)]
        struct Pair {
            reference: String,
            summary: String,
            scores: [f64; 6],
        }
        let Ok(path) = std::env::var(FILE) else {
            eprintln!("skipped: {FILE} names no file of pairs");
            return Ok(());
        };
        for line in std::fs::read_to_string(path)?.lines() {
            let Pair { reference, summary, scores } = serde_json::from_str(line)?;
            let found = score(&reference, &summary);
            let found = [found.one, found.two, found.l_sum].map(|s| [s.precision, s.recall]);
            // `serde_json` reads a number to its last bit or the one beside it; two different
            // counts would lie much further apart.
            for (found, expected) in found.as_flattened().iter().zip(scores) {
                assert!((found - expected).abs() < 1e-12, "{found}, not {expected}: {summary}");
            }
        }
        Ok(())
    }
}
