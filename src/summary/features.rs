//! What a sentence looks like from outside, and how much two sentences share.
//!
//! In: sentence texts, their token ids, the title's ids, and one importance a token. Out: a row
//! of [`FEATURES`] values a sentence, each finite and within about -1..2. The twin of
//! `models/recipe/rank/features.py`, which training used; a test holds the two together.
//!
//! A sentence's *words* are its distinct token ids; `weight(S)` is the sum of the importance of a
//! set of them, `share(S, T) = weight(S and T) / weight(S)`, 0 when `weight(S)` is 0.

use ndarray::Array2;

use super::is_dangling;
use crate::text::chars;

/// The number of values a sentence has.
pub(crate) const FEATURES: usize = 25;

/// The first sentences of an article, whose words those of the others are compared with.
const LEAD: usize = 3;

/// The distinct words of each sentence, and the importance of each word. Words go by numbers: the
/// place of their id among all ids of the article, so that sums run in the order of the ids.
pub(super) struct Overlaps<'a> {
    importance: &'a [f32],
    numbers: Numbers,
    words: Vec<Word>,
    /// The words of each sentence, ascending.
    of_sentence: Rows,
    /// The sentences that hold each word, ascending.
    holders: Rows,
    weights: Vec<f64>,
}

/// A word of an article.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    pub(super) importance: f64,
    /// The importance times the logarithm of the number of sentences that hold the word.
    pub(super) told: f64,
}

/// Ids to their places among all ids of an article: a bit an id, and how many stand before each
/// block of 64. Ids are below the size of a vocabulary, so it is small.
struct Numbers {
    blocks: Vec<(u64, u32)>,
    count: usize,
}

impl Numbers {
    fn of(ids: &[Vec<u32>]) -> Self {
        let ids = || ids.iter().flatten().map(|&id| id as usize);
        let mut blocks = vec![(0, 0); ids().max().map_or(0, |most| most / 64 + 1)];
        for id in ids() {
            if let Some((bits, _)) = blocks.get_mut(id / 64) {
                *bits |= 1_u64 << (id % 64);
            }
        }
        let mut count = 0;
        for (bits, before) in &mut blocks {
            *before = count;
            count += bits.count_ones();
        }
        Self { blocks, count: count as usize }
    }

    fn number(&self, id: u32) -> Option<usize> {
        let &(bits, before) = self.blocks.get(id as usize / 64)?;
        let bit = 1_u64 << (id % 64);
        (bits & bit != 0).then(|| before as usize + (bits & (bit - 1)).count_ones() as usize)
    }

    /// All ids, ascending.
    fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.blocks.iter().zip(0_u32..).flat_map(|(&(bits, _), block)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                let place = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(block * 64 + place)
            })
        })
    }
}

/// Lists of numbers, one after the other.
struct Rows {
    /// Where each list starts, and where the last one ends.
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Rows {
    /// Sorts pairs of a row and an item into as many rows as there are `sizes`; the items of a row
    /// keep their order.
    fn of(sizes: &[usize], pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut starts = Vec::with_capacity(sizes.len() + 1);
        let mut all = 0;
        for size in sizes {
            starts.push(all);
            all += size;
        }
        let mut items = vec![0; all];
        let mut next = starts.clone();
        starts.push(all);
        for (row, item) in pairs {
            if let Some(next) = next.get_mut(row)
                && let Some(slot) = items.get_mut(*next)
            {
                *slot = item;
                *next += 1;
            }
        }
        Self { starts, items }
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn row(&self, index: usize) -> &[usize] {
        let bounds = self.starts.get(index).zip(self.starts.get(index + 1));
        bounds.and_then(|(&start, &end)| self.items.get(start..end)).unwrap_or_default()
    }

    /// Each item with its row.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.len()).flat_map(|row| self.row(row).iter().map(move |&item| (row, item)))
    }
}

impl<'a> Overlaps<'a> {
    pub(super) fn new(ids: &[Vec<u32>], importance: &'a [f32]) -> Self {
        let numbers = Numbers::of(ids);
        // The distinct words of each sentence, as they stand in it: for each word the last
        // sentence that was seen to hold it, counted from 1, and how many hold it.
        let mut held = vec![(0, 0); numbers.count];
        let mut sizes = Vec::with_capacity(ids.len());
        let mut found: Vec<(usize, usize)> = Vec::with_capacity(ids.iter().map(Vec::len).sum());
        for (index, ids) in ids.iter().enumerate() {
            let before = found.len();
            for number in ids.iter().filter_map(|&id| numbers.number(id)) {
                if let Some((last, count)) = held.get_mut(number)
                    && *last != index + 1
                {
                    *last = index + 1;
                    *count += 1;
                    found.push((number, index));
                }
            }
            sizes.push(found.len() - before);
        }
        let counts: Vec<usize> = held.iter().map(|&(_, count)| count).collect();
        // Sorted by sentence, then by word, then by sentence again: each list ascends.
        let holders = Rows::of(&counts, found.into_iter());
        let of_sentence = Rows::of(&sizes, holders.pairs().map(|(word, index)| (index, word)));
        let logs: Vec<f64> = (0..=ids.len()).map(|count| (count as f64).ln()).collect();
        let words: Vec<Word> = numbers
            .ids()
            .zip(&counts)
            .map(|(id, &count)| {
                let importance = importance_of(importance, id);
                let told = importance * logs.get(count).copied().unwrap_or(0.0);
                Word { importance, told }
            })
            .collect();
        let weigh = |&word: &usize| words.get(word).map_or(0.0, |word| word.importance);
        let weights =
            (0..ids.len()).map(|index| of_sentence.row(index).iter().map(weigh).sum()).collect();
        Self { importance, numbers, words, of_sentence, holders, weights }
    }

    /// The number of sentences.
    pub(super) fn sentences(&self) -> usize {
        self.weights.len()
    }

    /// The words of a sentence, ascending.
    pub(super) fn words_of(&self, index: usize) -> &[usize] {
        self.of_sentence.row(index)
    }

    pub(super) fn word(&self, number: usize) -> Word {
        self.words.get(number).copied().unwrap_or_default()
    }

    /// The sums of importance and of what is told over all words.
    pub(super) fn all_told(&self) -> (f64, f64) {
        self.words.iter().fold((0.0, 0.0), |all, word| (all.0 + word.importance, all.1 + word.told))
    }

    /// The weight of the words that two sentences share, over the smaller one's weight:
    /// `0.0..=1.0`. `common` is the former.
    pub(super) fn shared(&self, common: f64, a: usize, b: usize) -> f32 {
        let weight = |index: usize| self.weights.get(index).copied().unwrap_or(0.0);
        let least = weight(a).min(weight(b));
        if least > 0.0 { (common / least).min(1.0) as f32 } else { 0.0 }
    }

    /// Calls `see` with each sentence and what it [shares](Self::shared) with sentence `index`.
    pub(super) fn with(&self, index: usize, mut see: impl FnMut(usize, f32)) {
        let mut common = vec![0.0; self.sentences()];
        for &word in self.words_of(index) {
            let importance = self.word(word).importance;
            for &holder in self.holders.row(word) {
                if let Some(common) = common.get_mut(holder) {
                    *common += importance;
                }
            }
        }
        for (other, common) in common.into_iter().enumerate() {
            see(other, self.shared(common, index, other));
        }
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

/// The weights of parts of a sentence's words.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    /// Of all, each times the logarithm of the number of sentences that hold it.
    told: f64,
    /// Of those that an earlier sentence holds.
    seen: f64,
    /// Of those that the first sentence holds.
    opening: f64,
    /// Of those that another one of the first [`LEAD`] holds.
    lead: f64,
    /// Of those that the title holds.
    title: f64,
    /// Of those that the sentence before holds; for that one, of those that this one holds.
    before: f64,
}

/// One entry each of the first `n` sentences; `in_title` says of each word whether the title holds
/// it.
fn parts(n: usize, in_title: &[bool], overlaps: &Overlaps<'_>) -> Vec<Parts> {
    // The last sentence, counted from 1, that held a word.
    let mut last = vec![0; overlaps.words.len()];
    let mut all = Vec::with_capacity(n);
    for index in 0..n {
        let mut parts = Parts::default();
        for &number in overlaps.words_of(index) {
            let Word { importance, told } = overlaps.word(number);
            let holders = overlaps.holders.row(number);
            let first = holders.first().copied().unwrap_or(index);
            parts.told += told;
            if first < index {
                parts.seen += importance;
            }
            if first == 0 {
                parts.opening += importance;
            }
            let leads = |holder: &usize| *holder < n.min(LEAD);
            if holders.iter().take_while(|holder| leads(holder)).any(|holder| *holder != index) {
                parts.lead += importance;
            }
            if in_title.get(number).copied().unwrap_or(false) {
                parts.title += importance;
            }
            if let Some(last) = last.get_mut(number) {
                if index > 0 && *last == index {
                    parts.before += importance;
                }
                *last = index + 1;
            }
        }
        all.push(parts);
    }
    all
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
    let title_weight: f64 = title.iter().map(|&id| importance_of(overlaps.importance, id)).sum();
    let mut in_title = vec![false; overlaps.words.len()];
    for number in title.iter().filter_map(|&id| overlaps.numbers.number(id)) {
        if let Some(held) = in_title.get_mut(number) {
            *held = true;
        }
    }
    let parts = parts(n, &in_title, overlaps);
    let length = (n as f64).ln() / 5.0;
    for (index, mut row) in out.rows_mut().into_iter().enumerate() {
        let text = sentences.get(index).copied().unwrap_or("");
        let tokens = ids.get(index).map_or(0, Vec::len);
        let words = overlaps.words_of(index).len();
        let total = overlaps.weights.get(index).copied().unwrap_or(0.0);
        let own = parts.get(index).copied().unwrap_or_default();
        let after = parts.get(index + 1).map_or(0.0, |next| next.before);
        let over_total = |value: f64| if total > 0.0 { value / total } else { 0.0 };
        let told = if title_weight > 0.0 { own.title / title_weight } else { 0.0 };
        let form = Form::of(text);
        let flag = |flag: bool| f64::from(u8::from(flag));
        let values: [f64; FEATURES] = [
            index as f64 / n as f64,
            length,
            (1.0 + tokens as f64).ln() / 5.0,
            tokens.min(60) as f64 / 60.0,
            flag(is_dangling(text)),
            flag(form.has(DIGIT)),
            flag(text.starts_with(QUOTES)),
            flag(form.has(QUOTE)),
            flag(ends_sentence(text)),
            flag(form.has(QUESTION)),
            flag(form.has(COLON)),
            flag(form.has(BRACKET)),
            flag(text.starts_with(char::is_lowercase)),
            form.upper_letters,
            form.capitalised,
            total / words.max(1) as f64,
            over_total(own.told) / 3.0,
            if index > 0 { over_total(own.opening) } else { 0.0 },
            over_total(own.lead),
            over_total(own.title),
            flag(!title.is_empty()),
            1.0 - over_total(own.seen),
            over_total(own.before),
            over_total(after),
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
    text.trim_end_matches(chars::closes).ends_with(chars::is_stop)
}

/// What a character is.
const DIGIT: u8 = 1;
const QUOTE: u8 = 1 << 1;
const QUESTION: u8 = 1 << 2;
const COLON: u8 = 1 << 3;
const BRACKET: u8 = 1 << 4;
const LETTER: u8 = 1 << 5;
const UPPER: u8 = 1 << 6;
const SPACE: u8 = 1 << 7;

/// The same for each ASCII character.
#[expect(clippy::indexing_slicing, reason = "a constant, whose indices the compiler checks")]
static ASCII: [u8; 128] = {
    let mut kinds = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'"' => QUOTE,
            b'?' => QUESTION,
            b':' => COLON,
            b'(' => BRACKET,
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b' ' | b'\t'..=b'\r' => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What `c` is.
fn kind(c: char) -> u8 {
    if let Some(&kind) = ASCII.get(c as usize) {
        return kind;
    }
    let when = |such: bool, kind: u8| if such { kind } else { 0 };
    when(matches!(c, '“' | '”'), QUOTE)
        | when(c.is_alphabetic(), LETTER)
        | when(c.is_uppercase(), UPPER)
        | when(c.is_whitespace(), SPACE)
}

/// What characters a sentence has, and shares of capitals, in one walk over it.
#[derive(Debug, PartialEq)]
struct Form {
    kinds: u8,
    upper_letters: f64,
    capitalised: f64,
}

impl Form {
    fn of(text: &str) -> Self {
        let (mut letters, mut upper, mut kinds) = (0_u32, 0_u32, 0);
        let (mut words, mut capitalised) = (0_u32, 0_u32);
        let mut before = SPACE;
        for c in text.chars() {
            let kind = kind(c);
            kinds |= kind;
            letters += u32::from(kind & LETTER != 0);
            upper += u32::from(kind & UPPER != 0);
            if before & SPACE != 0 && kind & SPACE == 0 {
                words += 1;
                capitalised += u32::from(kind & UPPER != 0);
            }
            before = kind;
        }
        Self {
            kinds,
            upper_letters: f64::from(upper) / f64::from(letters.max(1)),
            capitalised: f64::from(capitalised) / f64::from(words.max(1)),
        }
    }

    fn has(&self, kind: u8) -> bool {
        self.kinds & kind != 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_walk_sees_what_many_see(text in "\\PC{0,60}|[A-Za-z0-9“”\"?:( \u{a0}\u{2003}\nÉéßǅ]{0,60}") {
            let form = Form::of(&text);
            let (mut letters, mut upper) = (0_u32, 0_u32);
            for c in text.chars() {
                letters += u32::from(c.is_alphabetic());
                upper += u32::from(c.is_uppercase());
            }
            let words: Vec<&str> = text.split_whitespace().collect();
            let capitalised = words.iter().filter(|word| word.starts_with(char::is_uppercase));
            prop_assert_eq!(form.has(DIGIT), text.contains(|c: char| c.is_ascii_digit()));
            prop_assert_eq!(form.has(QUOTE), text.contains(['"', '“', '”']));
            prop_assert_eq!(form.has(QUESTION), text.contains('?'));
            prop_assert_eq!(form.has(COLON), text.contains(':'));
            prop_assert_eq!(form.has(BRACKET), text.contains('('));
            prop_assert_eq!(form.upper_letters, f64::from(upper) / f64::from(letters.max(1)));
            prop_assert_eq!(
                form.capitalised,
                f64::from(capitalised.count() as u32) / f64::from(words.len().max(1) as u32)
            );
        }

        /// The slow twin: sets of ids. Sums run in their order, so they are the same to the bit.
        #[test]
        fn numbered_words_weigh_what_sets_of_ids_weigh(
            ids in prop::collection::vec(prop::collection::vec(0_u32..150, 0..12), 0..9),
            title in prop::collection::vec(0_u32..200, 0..9),
        ) {
            let importance: Vec<f32> = (0..140).map(|id| 0.1 + 0.017 * (id * 7 % 31) as f32).collect();
            let overlaps = Overlaps::new(&ids, &importance);
            let sets: Vec<BTreeSet<u32>> =
                ids.iter().map(|ids| ids.iter().copied().collect()).collect();
            let mut spread: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
            for (index, set) in sets.iter().enumerate() {
                set.iter().for_each(|&id| spread.entry(id).or_insert((0, index)).0 += 1);
            }
            let weigh = |id: u32| importance_of(&importance, id);
            let told = |id: u32| weigh(id) * f64::from(spread[&id].0).ln();
            let weight = |set: &BTreeSet<u32>| set.iter().map(|&id| weigh(id)).sum::<f64>();
            let common = |a: &BTreeSet<u32>, b: &BTreeSet<u32>| {
                a.intersection(b).fold(0.0, |sum, &id| sum + weigh(id))
            };
            let sum = |ids: &mut dyn Iterator<Item = u32>, of: &dyn Fn(u32) -> f64| {
                ids.fold(0.0, |sum, id| sum + of(id))
            };
            prop_assert_eq!(
                overlaps.all_told(),
                (sum(&mut spread.keys().copied(), &weigh), sum(&mut spread.keys().copied(), &told))
            );
            let title_set: BTreeSet<u32> = title.iter().copied().collect();
            let mut in_title = vec![false; overlaps.words.len()];
            for number in title_set.iter().filter_map(|&id| overlaps.numbers.number(id)) {
                in_title[number] = true;
            }
            let parts = parts(ids.len(), &in_title, &overlaps);
            for (index, set) in sets.iter().enumerate() {
                prop_assert_eq!(overlaps.weights[index], weight(set));
                prop_assert_eq!(overlaps.words_of(index).len(), set.len());
                overlaps.with(index, |other, shared| {
                    let least = weight(set).min(weight(&sets[other]));
                    let twin = if least > 0.0 {
                        (common(set, &sets[other]) / least).min(1.0) as f32
                    } else {
                        0.0
                    };
                    assert_eq!(shared, twin);
                });
                let lead: BTreeSet<u32> = (0..ids.len().min(LEAD))
                    .filter(|&other| other != index)
                    .flat_map(|other| sets[other].iter().copied())
                    .collect();
                let own = parts[index];
                prop_assert_eq!(own.told, sum(&mut set.iter().copied(), &told));
                let mut seen = set.iter().copied().filter(|id| spread[id].1 < index);
                prop_assert_eq!(own.seen, sum(&mut seen, &weigh));
                prop_assert_eq!(own.opening, common(set, &sets[0]));
                prop_assert_eq!(own.lead, common(set, &lead));
                prop_assert_eq!(own.title, common(&title_set, set));
                let before = index.checked_sub(1).map_or(0.0, |before| common(set, &sets[before]));
                prop_assert_eq!(own.before, before);
            }
        }
    }
}
