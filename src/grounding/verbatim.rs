//! Whether a passage is made of the source's own sentences.
//!
//! In: the source's sentences, then a passage. Out: whether the passage is a part of one of them,
//! or several in any order, white space aside, beginning and ending between words.
//! Looks at characters only.
//!
//! A splitter may join sentences that it met apart, or part one at a line end, so what was taken
//! verbatim need not come back as one sentence. The passage is read once, with all the places of
//! the source where it may be: at a sentence's end, every sentence may follow.

use std::collections::HashSet;

/// The source's sentences, ready to be searched.
#[derive(Debug, Clone, Default)]
pub(super) struct Verbatim {
    sentences: Vec<Vec<Piece>>,
    seen: HashSet<String>,
}

/// A character that is not white space.
#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
    /// Whether a passage may begin here: after white space, or a mark at which an overlong
    /// sentence is cut.
    begins: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut begins = true;
    let mut pieces = Vec::new();
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{feff}' {
            begins = true;
            continue;
        }
        pieces.push(Piece { c, begins });
        begins = matches!(c, ';' | ':' | '；' | '，' | '、' | '。' | '！' | '？');
    }
    pieces
}

impl Verbatim {
    pub(super) fn add(&mut self, sentence: &str) {
        // The same sentence twice adds nothing, and a page of one line must not cost its square.
        if self.seen.insert(sentence.to_owned()) {
            self.sentences.push(pieces(sentence));
        }
    }

    fn at(&self, (sentence, place): (usize, usize)) -> Option<Piece> {
        self.sentences.get(sentence)?.get(place).copied()
    }

    /// Whether `passage` is verbatim; a blank one is not.
    pub(super) fn holds(&self, passage: &str) -> bool {
        let starts = || (0..self.sentences.len()).map(|sentence| (sentence, 0));
        let places = self.sentences.iter().enumerate().flat_map(|(sentence, pieces)| {
            let begins = pieces.iter().enumerate().filter(|(_, piece)| piece.begins);
            begins.map(move |(place, _)| (sentence, place))
        });
        let mut here: Vec<(usize, usize)> = places.collect();
        let mut between = false;
        for piece in pieces(passage) {
            let at_it = |at: &&(usize, usize)| self.at(**at).is_some_and(|own| own.c == piece.c);
            let behind = here.iter().filter(at_it).map(|&(sentence, place)| (sentence, place + 1));
            let mut next: Vec<(usize, usize)> = behind.collect();
            between = next.iter().any(|&at| self.at(at).is_none_or(|own| own.begins));
            let found = next.len();
            next.retain(|&at| self.at(at).is_some());
            if next.len() < found {
                next.extend(starts());
                next.sort_unstable();
                next.dedup();
            }
            if next.is_empty() {
                return false;
            }
            here = next;
        }
        between
    }
}

#[cfg(test)]
mod tests {
    use super::{Verbatim, pieces};
    use proptest::prelude::*;

    fn source(sentences: &[String]) -> Verbatim {
        let mut source = Verbatim::default();
        sentences.iter().for_each(|sentence| source.add(sentence));
        source
    }

    /// The same question, answered by trying every way.
    fn slow(sentences: &[String], passage: &str) -> bool {
        let letters = |text: &str| pieces(text).iter().map(|piece| piece.c).collect::<String>();
        let passage = letters(passage);
        let whole: Vec<String> = sentences.iter().map(|sentence| letters(sentence)).collect();
        // Whole sentences, then a part that ends between words.
        fn goes_on(sentences: &[String], whole: &[String], rest: &str) -> bool {
            rest.is_empty()
                || whole.iter().any(|one| {
                    !one.is_empty()
                        && rest
                            .strip_prefix(one.as_str())
                            .is_some_and(|rest| goes_on(sentences, whole, rest))
                })
                || sentences.iter().any(|one| is_prefix(one, rest))
        }
        fn is_prefix(sentence: &str, part: &str) -> bool {
            let pieces = pieces(sentence);
            let count = part.chars().count();
            pieces.len() > count
                && pieces[count].begins
                && pieces.iter().map(|piece| piece.c).take(count).eq(part.chars())
        }
        !passage.is_empty()
            && sentences.iter().any(|sentence| {
                let own = pieces(sentence);
                (0..own.len()).filter(|&at| own[at].begins).any(|at| {
                    let tail: String = own[at..].iter().map(|piece| piece.c).collect();
                    let inside = own.len() > at + passage.chars().count()
                        && own[at + passage.chars().count()].begins
                        && tail.starts_with(&passage);
                    inside
                        || passage
                            .strip_prefix(tail.as_str())
                            .is_some_and(|rest| goes_on(sentences, &whole, rest))
                })
            })
    }

    #[test]
    fn parts_and_joins_are_verbatim_and_half_words_are_not() {
        let sentences = ["The 39 people left.", "Rain\nfell."].map(str::to_owned);
        let source = source(&sentences);
        for passage in
            ["Rain fell.", "The 39 people left. Rain fell.", "Rain fell. The 39", "people"]
        {
            assert!(source.holds(passage), "{passage}");
        }
        for passage in ["9 people left.", "The 39 peo", "Rain fell. people", "", "Rain. fell."] {
            assert!(!source.holds(passage), "{passage}");
        }
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_the_slow_one(
            sentences in proptest::collection::vec("[ab ]{0,5}", 0..4),
            passage in "[ab ]{0,8}",
        ) {
            prop_assert_eq!(source(&sentences).holds(&passage), slow(&sentences, &passage));
        }
    }
}
