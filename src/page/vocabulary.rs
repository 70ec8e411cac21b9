//! The words of a page's lines, taken once while the lines are read.
//!
//! In: the words of each line in order, as keys of their letters and digits in lower case. Out: of
//! each line its words, and its telling words, numbered over the whole page, so that the later steps
//! compare lines without walking the text again.
//! Knows no word list and no headline.

use std::ops::Range;

use crate::text::hash;
use crate::text::keyed::{Key, Running, WordMap};

/// Shortest word, in characters, that tells what a text is about.
const TELLING_CHARS: usize = 5;
/// Shortest name, in characters, that tells what a text is about.
const NAME_CHARS: usize = 3;
/// Telling words of a line that are looked at: a line of a megabyte says enough with these.
pub(super) const TELLING_WORDS: usize = 400;

/// About as many bytes of a page go to one telling word that it hasn't had before.
const BYTES_A_TELLING_WORD: usize = 16;
/// Telling words for which there is room from the start, at most.
const ROOM: usize = 400;

/// The words of a page.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// The words of the lines, one line after the other.
    words: Vec<Key>,
    /// The telling words of the lines, one line after the other.
    telling: Vec<Telling>,
    /// The number of each telling word, in order of appearance.
    numbers: WordMap<Key, u32>,
}

/// A word that tells what a text is about: a long one, or a name, which is capitalised inside a
/// sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Telling {
    /// The word's number on its page.
    pub(super) number: u32,
    pub(super) name: bool,
}

/// A run of letters and digits.
pub(super) struct Run {
    /// Key of its characters in lower case; nothing before the first.
    pub(super) key: Running,
    /// The hash by which the lists of words have it.
    pub(super) listed: u64,
    pub(super) chars: usize,
    /// Whether it is capitalised.
    pub(super) capital: bool,
    /// Whether it stands at the start of a sentence, or behind a mark that may start one.
    pub(super) opens: bool,
}

impl Run {
    /// One without a character yet.
    pub(super) fn new(capital: bool, opens: bool) -> Self {
        Self { key: Running::default(), listed: hash::START, chars: 0, capital, opens }
    }
}

/// Where a [`Vocabulary`] has the words of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    all: Range<usize>,
    telling: Range<usize>,
}

impl Vocabulary {
    /// An empty one, for a page of `bytes` bytes.
    pub(super) fn for_page(bytes: usize) -> Self {
        // Room for the words of a usual page, which else grows a dozen times; other pages must grow.
        let room = (bytes / BYTES_A_TELLING_WORD).min(ROOM);
        let numbers = WordMap::with_capacity_and_hasher(room, Default::default());
        Vocabulary { numbers, ..Vocabulary::default() }
    }

    /// A place for the words of the next line.
    pub(super) fn start_line(&self) -> Words {
        let (words, telling) = (self.words.len(), self.telling.len());
        Words { all: words..words, telling: telling..telling }
    }

    /// Adds a word to the line that was started last, whose place is `words`.
    pub(super) fn add(&mut self, run: &Run, words: &mut Words) {
        let key = run.key.key();
        self.words.push(key);
        words.all.end = self.words.len();
        let name = run.capital && !run.opens && run.chars >= NAME_CHARS;
        if (name || run.chars >= TELLING_CHARS) && words.telling.len() < TELLING_WORDS {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(key).or_insert(next);
            self.telling.push(Telling { number, name });
            words.telling.end = self.telling.len();
        }
    }

    /// The keys of a line's words.
    pub(super) fn words(&self, words: &Words) -> &[Key] {
        self.words.get(words.all.clone()).unwrap_or_default()
    }

    /// A line's telling words, at most [`TELLING_WORDS`].
    pub(super) fn telling(&self, words: &Words) -> &[Telling] {
        self.telling.get(words.telling.clone()).unwrap_or_default()
    }

    /// The keys of a line's telling words, and whether each is a name.
    #[cfg(test)]
    pub(super) fn telling_keys(&self, words: &Words) -> Vec<(Key, bool)> {
        let key = |number| self.numbers.iter().find(|(_, n)| **n == number).map(|(key, _)| *key);
        self.telling(words).iter().map(|word| (key(word.number).unwrap(), word.name)).collect()
    }

    /// The number of a telling word.
    pub(super) fn number(&self, key: Key) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// How many telling words the page has: their numbers are below it.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}
