//! A text to a sparse row of term weights.
//!
//! In: texts. Out: for each, one weight for each word and each pair of neighbouring words that the
//! texts fitted on have often enough: `(1 + ln count) * (1 + ln((1 + texts) / (1 + texts with it)))`,
//! scaled to length 1. Words are those of `text.rs` with at least two characters.

use rustc_hash::FxHashMap;

use crate::text;

/// A term is kept when so many texts have it, but no more than this share of them do; at most so
/// many terms are, those that occur most.
const MIN_TEXTS: u32 = 3;
const MAX_SHARE: f64 = 0.4;
const MAX_TERMS: usize = 250_000;

/// A word, or a word and the one after it.
type Term = (u32, Option<u32>);

/// Columns and weights, in the order of the columns.
pub type Row = Vec<(u32, f32)>;

/// Terms and what each counts.
pub struct Tfidf {
    words: FxHashMap<String, u32>,
    columns: FxHashMap<Term, u32>,
    rarity: Vec<f32>,
}

#[derive(Default)]
struct Seen {
    count: u32,
    texts: u32,
    /// One past the last text that had it.
    last: usize,
}

impl Tfidf {
    /// Fits on texts; their rows come along.
    pub fn fit(texts: &[String]) -> (Self, Vec<Row>) {
        let mut words = FxHashMap::default();
        let mut seen: FxHashMap<Term, Seen> = FxHashMap::default();
        let mut ids = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let of_text: Vec<Option<u32>> = usable(text)
                .map(|word| {
                    let next = words.len() as u32;
                    Some(*words.entry(word).or_insert(next))
                })
                .collect();
            for term in terms(&of_text) {
                let seen = seen.entry(term).or_default();
                seen.count += 1;
                seen.texts += u32::from(seen.last != index + 1);
                seen.last = index + 1;
            }
            ids.push(of_text);
        }
        let most = MAX_SHARE * texts.len() as f64;
        seen.retain(|_, seen| seen.texts >= MIN_TEXTS && f64::from(seen.texts) <= most);
        let mut kept: Vec<(Term, Seen)> = seen.into_iter().collect();
        kept.sort_by(|(a, x), (b, y)| y.count.cmp(&x.count).then(a.cmp(b)));
        kept.truncate(MAX_TERMS);
        kept.sort_by_key(|(term, _)| *term);
        let rarity = |seen: &Seen| {
            1.0 + ((1.0 + texts.len() as f64) / (1.0 + f64::from(seen.texts))).ln() as f32
        };
        let tfidf = Self {
            rarity: kept.iter().map(|(_, seen)| rarity(seen)).collect(),
            columns: kept.iter().zip(0..).map(|((term, _), column)| (*term, column)).collect(),
            words,
        };
        let rows = ids.iter().map(|ids| tfidf.weighted(ids)).collect();
        (tfidf, rows)
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.rarity.len()
    }

    /// The row of a text.
    pub fn row(&self, text: &str) -> Row {
        let ids: Vec<Option<u32>> =
            usable(text).map(|word| self.words.get(&word).copied()).collect();
        self.weighted(&ids)
    }

    fn weighted(&self, ids: &[Option<u32>]) -> Row {
        let mut columns: Vec<u32> =
            terms(ids).filter_map(|term| self.columns.get(&term).copied()).collect();
        columns.sort_unstable();
        let mut row: Row = columns
            .chunk_by(|a, b| a == b)
            .map(|same| {
                let rarity = self.rarity[same[0] as usize];
                (same[0], (1.0 + (same.len() as f32).ln()) * rarity)
            })
            .collect();
        let length = row.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        row.iter_mut().for_each(|(_, weight)| *weight /= length);
        row
    }
}

fn usable(text: &str) -> impl Iterator<Item = String> {
    text::words(text).into_iter().filter(|word| word.chars().nth(1).is_some())
}

/// The words that are known, and the pairs whose words both are.
fn terms(ids: &[Option<u32>]) -> impl Iterator<Item = Term> {
    let words = ids.iter().flatten().map(|&word| (word, None));
    words.chain(ids.windows(2).filter_map(|pair| Some((pair[0]?, Some(pair[1]?)))))
}

#[cfg(test)]
mod tests {
    use super::Tfidf;

    #[test]
    fn terms_are_kept_counted_and_scaled() {
        let mut texts: Vec<String> = (0..7).map(|n| format!("filler{n} text{n}")).collect();
        texts.extend(["old harbour a b", "old harbour", "old harbour harbour"].map(str::to_owned));
        let (tfidf, rows) = Tfidf::fit(&texts);
        // "old", "harbour" and the pair of both; single characters are no words.
        assert_eq!((tfidf.columns(), rows[0].len(), rows[7].len()), (3, 0, 3));
        let weights: Vec<f32> = rows[9].iter().map(|(_, weight)| *weight).collect();
        let squares: f32 = weights.iter().map(|weight| weight * weight).sum();
        assert!((squares - 1.0).abs() < 1e-6);
        let twice = weights.iter().fold(0.0_f32, |most, weight| most.max(*weight));
        assert!((twice / weights[0] - (1.0 + 2_f32.ln())).abs() < 1e-6, "{weights:?}");
        assert_eq!(tfidf.row("Old harbour"), rows[8]);
        assert!(tfidf.row("unseen").is_empty());
    }
}
