//! The words of an article's sentences, and how much two sentences share.
//!
//! In: the token ids of each sentence, and one importance a token. Out: [`Overlaps`], which says
//! which sentences hold a word, what words are worth, and what share of their words two sentences
//! have in common.
//! Knows no text, and chooses nothing.

use std::ops::Add;

/// The distinct words of each sentence, and the importance of each word. Words go by numbers: the
/// place of their id among all ids of the article, so that sums run in the order of the ids.
pub(super) struct Overlaps<'a> {
    importance: &'a [f32],
    numbers: Numbers,
    words: Vec<Worth>,
    /// The words of each sentence, ascending.
    of_sentence: Postings,
    /// The sentences that hold each word, ascending.
    holders: Postings,
    weights: Vec<f64>,
}

/// What a word is worth, or words are together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Worth {
    pub(super) importance: f64,
    /// Importance times the logarithm of the number of sentences that hold the word: 0 for a word
    /// of one sentence, most for what the article keeps coming back to.
    pub(super) recurrence: f64,
}

impl Worth {
    /// Of each of the two parts what `with` makes of it and of the other's.
    pub(super) fn zip(self, other: Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            importance: with(self.importance, other.importance),
            recurrence: with(self.recurrence, other.recurrence),
        }
    }
}

impl Add for Worth {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, Add::add)
    }
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

/// Lists of numbers, one behind the other in memory.
struct Postings {
    /// Where each list starts, and where the last one ends.
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Postings {
    /// Sorts pairs of a row and an item into so many rows; the items of a row keep their order.
    fn new(rows: usize, pairs: &[(usize, usize)]) -> Self {
        // How many items stand in the row before, then in all rows before.
        let mut starts = vec![0; rows + 1];
        for &(row, _) in pairs {
            if let Some(count) = starts.get_mut(row + 1) {
                *count += 1;
            }
        }
        let mut all = 0;
        for start in &mut starts {
            all += *start;
            *start = all;
        }
        let mut items = vec![0; all];
        let mut next = starts.clone();
        for &(row, item) in pairs {
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
        // sentence that was seen to hold it, counted from 1.
        let mut last = vec![0; numbers.count];
        let mut found: Vec<(usize, usize)> = Vec::with_capacity(ids.iter().map(Vec::len).sum());
        for (index, ids) in ids.iter().enumerate() {
            for number in ids.iter().filter_map(|&id| numbers.number(id)) {
                if let Some(last) = last.get_mut(number)
                    && *last != index + 1
                {
                    *last = index + 1;
                    found.push((number, index));
                }
            }
        }
        // Sorted by sentence, then by word, then by sentence again: each list ascends.
        let holders = Postings::new(numbers.count, &found);
        found.clear();
        found.extend(holders.pairs().map(|(word, index)| (index, word)));
        let of_sentence = Postings::new(ids.len(), &found);
        let logs: Vec<f64> = (0..=ids.len()).map(|count| (count as f64).ln()).collect();
        let worth = |(number, id): (usize, u32)| {
            let importance = importance_of(importance, id);
            let times = logs.get(holders.row(number).len()).copied().unwrap_or(0.0);
            Worth { importance, recurrence: importance * times }
        };
        let words: Vec<Worth> = numbers.ids().enumerate().map(worth).collect();
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

    /// The sentences that hold a word, ascending.
    pub(super) fn holders(&self, number: usize) -> &[usize] {
        debug_assert!(number < self.words.len(), "word {number} of {}", self.words.len());
        self.holders.row(number)
    }

    /// The number of different words.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, number: usize) -> Worth {
        debug_assert!(number < self.words.len(), "word {number} of {}", self.words.len());
        self.words.get(number).copied().unwrap_or_default()
    }

    /// What all words of the article are worth.
    pub(super) fn all(&self) -> Worth {
        self.words.iter().copied().fold(Worth::default(), Add::add)
    }

    /// The importance of a sentence's words.
    pub(super) fn weight(&self, index: usize) -> f64 {
        debug_assert!(index < self.sentences(), "sentence {index} of {}", self.sentences());
        self.weights.get(index).copied().unwrap_or(0.0)
    }

    /// The numbers of those of `ids`, distinct, that the article has, and the importance of all.
    pub(super) fn look_up(&self, ids: &[u32]) -> (Vec<usize>, f64) {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let weight = ids.iter().map(|&id| importance_of(self.importance, id)).sum();
        (ids.into_iter().filter_map(|id| self.numbers.number(id)).collect(), weight)
    }

    /// The weight of the words that two sentences share, over the smaller one's weight:
    /// `0.0..=1.0`. `common` is the former.
    pub(super) fn shared(&self, common: f64, a: usize, b: usize) -> f32 {
        let least = self.weight(a).min(self.weight(b));
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

fn importance_of(importance: &[f32], id: u32) -> f64 {
    importance.get(id as usize).copied().map_or(0.0, f64::from)
}
