//! The rival summarizer: TextRank.
//!
//! In: the sentences of an article. Out: the ones that the others resemble most, in source order.
//! After Mihalcea and Tarau, "TextRank: Bringing order into texts" (2004):
//!
//! ```text
//! similarity(a, b) = words that both have / (log |a| + log |b|)
//! score(a)         = 1 - d + d * sum_b score(b) * similarity(b, a) / sum_c similarity(b, c)
//! ```

use std::collections::BTreeSet;

use standfirst_measure::length::Length;
use standfirst_measure::text;

/// `d`, as in the paper.
const DAMPING: f64 = 0.85;

/// Scores are repeated until none moves by more than this, at most so often.
const TOLERANCE: f64 = 1e-6;
const MAX_ROUNDS: usize = 200;

/// A summary no longer than `length`: best first, a sentence that does not fit is passed over.
pub fn summary<'t>(sentences: &[&'t str], length: &Length) -> Vec<&'t str> {
    let scores = scores(&similarities(sentences));
    let mut ranked: Vec<usize> = (0..sentences.len()).collect();
    ranked.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let Length { sentences: most, words: most_words, chars: most_chars } = *length;
    let (mut words, mut chars) = (0, 0);
    let mut chosen = BTreeSet::new();
    for index in ranked {
        if most.is_some_and(|most| chosen.len() == most) {
            break;
        }
        // Counted as the lead's are.
        let longer = words + sentences[index].split_whitespace().count();
        let wider = chars + sentences[index].chars().count() + usize::from(chars > 0);
        if most_words.is_none_or(|most| longer <= most)
            && most_chars.is_none_or(|most| wider <= most)
        {
            (words, chars) = (longer, wider);
            chosen.insert(index);
        }
    }
    chosen.into_iter().map(|index| sentences[index]).collect()
}

/// (sentences, sentences), symmetric, nothing on the diagonal.
fn similarities(sentences: &[&str]) -> Vec<Vec<f64>> {
    let words: Vec<Vec<String>> = sentences.iter().map(|sentence| text::words(sentence)).collect();
    let sets: Vec<BTreeSet<&String>> = words.iter().map(|words| words.iter().collect()).collect();
    let mut similar = vec![vec![0.0; sentences.len()]; sentences.len()];
    for a in 0..sentences.len() {
        for b in 0..a {
            let lengths = (words[a].len() as f64).ln() + (words[b].len() as f64).ln();
            let shared = sets[a].intersection(&sets[b]).count() as f64;
            // Sentences of a word have no length by this measure, and no likeness.
            if lengths > 0.0 && lengths.is_finite() {
                (similar[a][b], similar[b][a]) = (shared / lengths, shared / lengths);
            }
        }
    }
    similar
}

fn scores(similar: &[Vec<f64>]) -> Vec<f64> {
    let sums: Vec<f64> = similar.iter().map(|row| row.iter().sum()).collect();
    let mut scores = vec![1.0; similar.len()];
    for _ in 0..MAX_ROUNDS {
        let next: Vec<f64> = similar
            .iter()
            .map(|row| {
                let votes = row.iter().zip(&scores).zip(&sums).filter(|(_, sum)| **sum > 0.0);
                1.0 - DAMPING
                    + DAMPING * votes.map(|((s, score), sum)| s * score / sum).sum::<f64>()
            })
            .collect();
        let moved = next.iter().zip(&scores).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        scores = next;
        if moved < TOLERANCE {
            break;
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use standfirst_measure::length::Length;

    use super::{scores, similarities, summary};

    const TEXT: [&str; 4] = [
        "Rain fell on the old harbour.",
        "Nobody saw it coming.",
        "The old harbour flooded.",
        "Rain flooded the harbour on Monday.",
    ];

    #[test]
    fn the_sentence_that_the_others_resemble_comes_first() {
        let check = |sentences, words, expected: &[usize]| {
            let found = summary(&TEXT, &Length { sentences, words, chars: None });
            assert_eq!(found, expected.iter().map(|&index| TEXT[index]).collect::<Vec<_>>());
        };
        // As alike to the others as the last, and before it.
        check(Some(1), None, &[0]);
        check(Some(2), None, &[0, 3]);
        // The two best have six words each and are passed over.
        check(None, Some(5), &[2]);
        check(Some(9), None, &[0, 1, 2, 3]);
        assert!(summary(&[], &Length::sentences(3)).is_empty());
    }

    #[test]
    fn scores_add_up_where_nothing_stands_alone() {
        let similar = similarities(&["a b c", "b c d", "c d a"]);
        assert!((similar[0][1] - 2.0 / (2.0 * 3_f64.ln())).abs() < 1e-12);
        let sum: f64 = scores(&similar).iter().sum();
        assert!((sum - 3.0).abs() < 1e-4, "{sum}");
        assert_eq!(
            scores(&similarities(&["a", "a", ""])),
            [0.15; 3].map(|v: f64| v.max(1.0 - 0.85))
        );
    }
}
