//! What a sentence looks like from outside, and how much two sentences share.
//!
//! In: sentence texts, their token ids, the title's ids, and one importance a token. Out: a row
//! of [`FEATURES`] values a sentence, each finite and within about -1..2. The twin of
//! `models/recipe/rank/features.py`, which training used; a test holds the two together.
//!
//! A sentence's *words* are its distinct token ids; `weight(S)` is the sum of the importance of a
//! set of them, `share(S, T) = weight(S and T) / weight(S)`, 0 when `weight(S)` is 0.

use std::collections::HashMap;

use ndarray::Array2;

use super::is_dangling;

/// The number of values a sentence has.
pub(crate) const FEATURES: usize = 25;

/// The first sentences of an article, whose words those of the others are compared with.
const LEAD: usize = 3;

/// The distinct words of each sentence, and the importance of each word.
pub(super) struct Overlaps<'a> {
    importance: &'a [f32],
    /// Ascending ids.
    words: Vec<Vec<u32>>,
    weights: Vec<f64>,
    /// How many sentences hold a word, and the first that does.
    spread: HashMap<u32, (u32, usize)>,
}

impl<'a> Overlaps<'a> {
    pub(super) fn new(ids: &[Vec<u32>], importance: &'a [f32]) -> Self {
        let words: Vec<Vec<u32>> = ids.iter().map(|ids| distinct(ids)).collect();
        let weights = words.iter().map(|words| weight(words, importance)).collect();
        let mut spread = HashMap::new();
        for (index, words) in words.iter().enumerate() {
            for &id in words {
                spread.entry(id).or_insert((0, index)).0 += 1;
            }
        }
        Self { importance, words, weights, spread }
    }

    /// The number of sentences.
    pub(super) fn sentences(&self) -> usize {
        self.words.len()
    }

    /// The words of a sentence, ascending.
    pub(super) fn words_of(&self, index: usize) -> &[u32] {
        self.words.get(index).map_or(&[], Vec::as_slice)
    }

    /// The importance of a word, and the same times the logarithm of the number of sentences that
    /// hold it.
    pub(super) fn told(&self, id: u32) -> (f64, f64) {
        let importance = importance_of(self.importance, id);
        let (sentences, _) = self.spread.get(&id).copied().unwrap_or((1, 0));
        (importance, importance * f64::from(sentences).ln())
    }

    /// The sums of [`told`](Self::told) over all words.
    pub(super) fn all_told(&self) -> (f64, f64) {
        let mut ids: Vec<u32> = self.spread.keys().copied().collect();
        ids.sort_unstable();
        ids.into_iter()
            .map(|id| self.told(id))
            .fold((0.0, 0.0), |all, word| (all.0 + word.0, all.1 + word.1))
    }

    /// The weight of the words that two sentences share, over the smaller one's weight:
    /// `0.0..=1.0`.
    pub(super) fn shared(&self, a: usize, b: usize) -> f32 {
        let weight = |index: usize| self.weights.get(index).copied().unwrap_or(0.0);
        let least = weight(a).min(weight(b));
        if least > 0.0 {
            (self.common(self.words_of(a), self.words_of(b)) / least).min(1.0) as f32
        } else {
            0.0
        }
    }

    /// Calls `see` with each sentence and what it [shares](Self::shared) with sentence `index`.
    pub(super) fn with(&self, index: usize, mut see: impl FnMut(usize, f32)) {
        for other in 0..self.words.len() {
            see(other, self.shared(index, other));
        }
    }

    /// The weight of the words that two sorted sets share.
    fn common(&self, a: &[u32], b: &[u32]) -> f64 {
        let mut sum = 0.0;
        let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
        while let (Some(&&x), Some(&&y)) = (left.peek(), right.peek()) {
            if x == y {
                sum += importance_of(self.importance, x);
            }
            if x <= y {
                left.next();
            }
            if y <= x {
                right.next();
            }
        }
        sum
    }

    fn share(&self, words: &[u32], other: &[u32], total: f64) -> f64 {
        if total > 0.0 { self.common(words, other) / total } else { 0.0 }
    }
}

fn distinct(ids: &[u32]) -> Vec<u32> {
    let mut words = ids.to_vec();
    words.sort_unstable();
    words.dedup();
    words
}

fn importance_of(importance: &[f32], id: u32) -> f64 {
    importance.get(id as usize).copied().map_or(0.0, f64::from)
}

fn weight(words: &[u32], importance: &[f32]) -> f64 {
    words.iter().map(|&id| importance_of(importance, id)).sum()
}

/// (sentences, [`FEATURES`]).
pub(super) fn features(
    sentences: &[&str],
    ids: &[Vec<u32>],
    title_ids: &[u32],
    overlaps: &Overlaps<'_>,
) -> Array2<f32> {
    let n = sentences.len();
    let mut out = Array2::zeros((n, FEATURES));
    let title = distinct(title_ids);
    let title_weight = weight(&title, overlaps.importance);
    let words_of = |index: usize| overlaps.words_of(index);
    let lead_without = |index: Option<usize>| {
        let others = (0..n.min(LEAD)).filter(|&other| Some(other) != index);
        distinct(&others.flat_map(|other| words_of(other).iter().copied()).collect::<Vec<_>>())
    };
    let lead = lead_without(None);
    for (index, mut row) in out.rows_mut().into_iter().enumerate() {
        let text = sentences.get(index).copied().unwrap_or("");
        let tokens = ids.get(index).map_or(0, Vec::len);
        let words = words_of(index);
        let total = overlaps.weights.get(index).copied().unwrap_or(0.0);
        let own_lead = (index < LEAD).then(|| lead_without(Some(index)));
        let lead = own_lead.as_ref().unwrap_or(&lead);
        let (mut spreads, mut seen) = (0.0, 0.0);
        for &id in words {
            let (count, first) = overlaps.spread.get(&id).copied().unwrap_or((1, index));
            let importance = importance_of(overlaps.importance, id);
            spreads += importance * f64::from(count).ln();
            if first < index {
                seen += importance;
            }
        }
        let over_total = |value: f64| if total > 0.0 { value / total } else { 0.0 };
        let neighbour = |other: Option<usize>| match other {
            Some(other) if other < n => overlaps.share(words, words_of(other), total),
            _ => 0.0,
        };
        let told =
            if title_weight > 0.0 { overlaps.common(&title, words) / title_weight } else { 0.0 };
        let form = Form::of(text);
        let flag = |flag: bool| f64::from(u8::from(flag));
        let values: [f64; FEATURES] = [
            index as f64 / n as f64,
            (n as f64).ln() / 5.0,
            (1.0 + tokens as f64).ln() / 5.0,
            tokens.min(60) as f64 / 60.0,
            flag(is_dangling(text)),
            flag(form.digit),
            flag(text.starts_with(QUOTES)),
            flag(text.contains(['"', '“', '”'])),
            flag(ends_sentence(text)),
            flag(text.contains('?')),
            flag(text.contains(':')),
            flag(text.contains('(')),
            flag(text.starts_with(char::is_lowercase)),
            form.upper_letters,
            form.capitalised,
            total / words.len().max(1) as f64,
            over_total(spreads) / 3.0,
            if index > 0 { overlaps.share(words, words_of(0), total) } else { 0.0 },
            overlaps.share(words, lead, total),
            overlaps.share(words, &title, total),
            flag(!title.is_empty()),
            1.0 - over_total(seen),
            neighbour(index.checked_sub(1)),
            neighbour(Some(index + 1)),
            told,
        ];
        for (slot, value) in row.iter_mut().zip(values) {
            *slot = value as f32;
        }
    }
    out
}

const QUOTES: [char; 6] = ['"', '\'', '“', '”', '‘', '’'];

/// Whether `text` ends like a sentence, closing quotes and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    let closes =
        |c| QUOTES.contains(&c) || matches!(c, ')' | ']' | '»' | '」' | '』' | '）' | '》');
    text.trim_end_matches(closes).ends_with(crate::sentence::is_terminal)
}

/// Shares of capitals and the like, in one walk over a sentence.
struct Form {
    digit: bool,
    upper_letters: f64,
    capitalised: f64,
}

impl Form {
    fn of(text: &str) -> Self {
        let (mut letters, mut upper, mut digit) = (0_u32, 0_u32, false);
        for c in text.chars() {
            digit |= c.is_ascii_digit();
            letters += u32::from(c.is_alphabetic());
            upper += u32::from(c.is_uppercase());
        }
        let (mut words, mut capitalised) = (0_u32, 0_u32);
        for word in text.split_whitespace() {
            words += 1;
            capitalised += u32::from(word.starts_with(char::is_uppercase));
        }
        Self {
            digit,
            upper_letters: f64::from(upper) / f64::from(letters.max(1)),
            capitalised: f64::from(capitalised) / f64::from(words.max(1)),
        }
    }
}
