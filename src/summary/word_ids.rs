//! What counts as a word where the vocabulary knows none.
//!
//! In: sentences, their title and their token ids. Out: the ids by which sentences are compared,
//! with the importance of each. For text in Latin letters these are the tokens'. The vocabulary
//! has hardly any piece of another script, so there a word is what stands between spaces, or,
//! where no spaces part words, each two neighbouring characters; numbered as they occur.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::text::chars::{Class, is_beyond_latin, is_of_word, mostly};
use crate::vectors::Encoded;

/// The words of an article's sentences and title.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    pub(super) ids: Cow<'a, [Vec<u32>]>,
    pub(super) title_ids: Cow<'a, [u32]>,
    /// One weight an id.
    pub(super) importance: Cow<'a, [f32]>,
    /// Whether the ids are tokens, for which there are vectors.
    pub(super) known: bool,
}

/// The importance of a long word of an unknown script: what the median token has.
const IMPORTANCE: f32 = 0.5;

impl<'a> Words<'a> {
    /// The words of an encoded article; of its tokens, `importance` has one weight each.
    pub(crate) fn of(encoded: &'a Encoded<'_>, importance: &'a [f32]) -> Self {
        let article = &encoded.article;
        if !mostly(article.sentences.iter().copied(), is_beyond_latin) {
            return Self {
                ids: Cow::Borrowed(&encoded.ids),
                title_ids: Cow::Borrowed(&encoded.title_ids),
                importance: Cow::Borrowed(importance),
                known: true,
            };
        }
        let mut numbers = Numbering::default();
        let ids = article.sentences.iter().map(|sentence| numbers.read(sentence)).collect();
        let title_ids = numbers.read(article.title.unwrap_or(""));
        Self {
            ids: Cow::Owned(ids),
            title_ids: Cow::Owned(title_ids),
            importance: Cow::Owned(numbers.importance),
            known: false,
        }
    }
}

/// Words to numbers, in the order in which they occur.
#[derive(Debug, Default)]
struct Numbering {
    known: HashMap<String, u32>,
    importance: Vec<f32>,
}

impl Numbering {
    fn read(&mut self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        for part in text.split(|c: char| !is_of_word(c)) {
            self.read_part(part, &mut ids);
        }
        ids
    }

    /// Adds the words of a part without spaces or punctuation.
    fn read_part(&mut self, part: &str, ids: &mut Vec<u32>) {
        let chars: Vec<char> = part.chars().collect();
        for run in chars.chunk_by(|&a, &b| in_pairs(a) == in_pairs(b)) {
            let pairs = run.first().is_some_and(|&c| in_pairs(c));
            if pairs && run.len() > 1 {
                for pair in run.windows(2) {
                    ids.push(self.number(pair.iter().collect(), IMPORTANCE));
                }
            } else if !run.is_empty() {
                // Short words are mostly function words.
                let weight = (run.len() as f32 / 5.0).clamp(0.2, 1.0);
                let word = run.iter().flat_map(|c| c.to_lowercase()).collect();
                ids.push(self.number(word, IMPORTANCE * weight));
            }
        }
    }

    fn number(&mut self, word: String, importance: f32) -> u32 {
        let next = self.importance.len() as u32;
        let number = *self.known.entry(word).or_insert(next);
        if number == next {
            self.importance.push(importance);
        }
        number
    }
}

/// Whether words of `c`'s script are read as pairs of characters: those without spaces, and
/// Korean, whose words carry endings.
fn in_pairs(c: char) -> bool {
    let class = Class::of(c);
    class.is(Class::UNSPACED) || class.is(Class::HANGUL)
}
