//! The sentences of an article to words that are names or not.
//!
//! In: the sentences. Out: [`Words`]: each word with its number, and whether it belongs to a name.
//! A capital inside a sentence makes a name; where a capital says nothing (the first word, a line
//! in capitals), what the rest of the article does with the word decides, then how news writes it.

use super::lexicon::{Gap, Lexicon, Token, tokens};
use super::phrase;
use crate::span::Span;
use crate::text::capitals;
use crate::text::languages::Language;

/// The longest title that is compared, in words.
const MAX_TITLE: usize = 60;

/// A word of an article.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) span: Span,
    /// Its number in the lexicon.
    pub(super) number: usize,
    pub(super) gap: Gap,
    pub(super) capital: bool,
    pub(super) shouted: bool,
    pub(super) figure: bool,
    /// Whether it is a number and no more.
    pub(super) plain: bool,
    pub(super) owner: bool,
    /// Whether it names nothing, by its form or as a function word.
    pub(super) empty: bool,
    pub(super) name: bool,
    /// Whether most words of its sentence have a capital.
    pub(super) headline: bool,
    /// The number of the name that it is part of; 0 for none.
    pub(super) run: u32,
    /// The index of its sentence.
    pub(super) sentence: u32,
}

/// The words of an article and its title.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) all: Vec<Word>,
    pub(super) lexicon: Lexicon<'a>,
    /// The numbers of the title's words.
    pub(super) title: Vec<usize>,
    /// Whether the title has each word of the lexicon.
    pub(super) titled: Vec<bool>,
    /// How often each word comes.
    pub(super) counts: Vec<u32>,
    /// How many sentences were read.
    pub(super) sentences: usize,
}

impl<'a> Words<'a> {
    pub(super) fn read(
        text: &'a str,
        sentences: &[Span],
        title: Option<&'a str>,
        language: Language,
    ) -> Self {
        let sentences = phrase::read(sentences, phrase::MAX_BYTES);
        let bytes: usize = sentences.iter().map(|span| span.of(text).len()).sum();
        let mut lexicon = Lexicon::new(language, bytes);
        let mut all: Vec<Word> = Vec::with_capacity(bytes / 5);
        for (index, sentence) in sentences.iter().enumerate() {
            let part = sentence.of(text);
            let first = all.len();
            all.extend(tokens(part).map(|token| {
                let number = lexicon.number(token.span.of(part));
                word(&token, sentence.start, number, index)
            }));
            let new = all.get_mut(first..).unwrap_or_default();
            let capitals = new.iter().filter(|word| word.capital).count();
            let headline = capitals * 2 > new.len();
            new.iter_mut().for_each(|word| word.headline = headline);
        }
        let title: Vec<usize> = title.map_or_else(Vec::new, |title| {
            let words = tokens(title).take(MAX_TITLE);
            words.map(|token| lexicon.number(token.span.of(title))).collect()
        });
        let mut titled = vec![false; lexicon.len()];
        for &number in &title {
            if let Some(titled) = titled.get_mut(number) {
                *titled = true;
            }
        }
        let mut counts = vec![0; lexicon.len()];
        for word in &all {
            if let Some(count) = counts.get_mut(word.number) {
                *count += 1;
            }
        }
        let count = sentences.len();
        let mut words = Self { all, lexicon, title, titled, counts, sentences: count };
        words.tell_names();
        words.join_names();
        words
    }

    /// The `size` words from the word `at` on; none where there are not so many.
    pub(super) fn phrase(&self, at: usize, size: usize) -> &[Word] {
        self.all.get(at..at + size).unwrap_or_default()
    }

    /// Where those words stand in the text.
    pub(super) fn span(&self, at: usize, size: usize) -> Span {
        match self.phrase(at, size) {
            [only] => only.span,
            [first, .., last] => Span::new(first.span.start, last.span.end),
            [] => Span::new(0, 0),
        }
    }

    /// Says of each word whether it is (part of) a name, and whether it is empty.
    fn tell_names(&mut self) {
        // Uses inside sentences: with a capital, less those without.
        let mut balance = vec![(0_u32, 0_u32); self.lexicon.len()];
        for word in &self.all {
            if let Some((small, capital)) = balance.get_mut(word.number) {
                if !word.capital {
                    *small += 1;
                } else if word.gap != Gap::Opens && !word.headline {
                    *capital += 1;
                }
            }
        }
        let mut common: Vec<Option<bool>> = vec![None; self.lexicon.len()];
        for word in &mut self.all {
            let Some(known) = self.lexicon.known(word.number) else { continue };
            let (small, capital) = balance.get(word.number).copied().unwrap_or_default();
            let says = word.gap != Gap::Opens && !word.headline;
            word.name = !word.empty
                && word.capital
                && if known.function && known.letter {
                    false
                } else if says || (word.shouted && !word.headline) || capital > small {
                    true
                } else if small > 0 || known.function {
                    false
                } else if let Some(common) = common.get_mut(word.number) {
                    let lexicon = &self.lexicon;
                    !*common.get_or_insert_with(|| capitals::is_common(lexicon.word(word.number)))
                } else {
                    false
                };
            word.empty |= known.function && !word.name;
        }
    }

    /// Numbers the names: words of names one behind the other, figures behind them, and small words
    /// in front and between (*van der Berg*, *Bank of Norland*).
    fn join_names(&mut self) {
        let mut run = 0;
        let mut at = 0;
        while let Some(word) = self.all.get(at) {
            if !word.name {
                at += 1;
                continue;
            }
            run += 1;
            let mut first = at;
            for _ in 0..2 {
                let joins = self.all.get(first).is_some_and(|word| word.gap == Gap::Joins);
                let before = first.checked_sub(1).filter(|_| joins);
                let Some(before) = before.filter(|&before| self.is_particle(before)) else { break };
                first = before;
            }
            let mut last = at;
            while let Some(next) = self.goes_on(last) {
                last = next;
            }
            for word in self.all.get_mut(first..=last).unwrap_or_default() {
                word.run = run;
            }
            at = last + 1;
        }
    }

    fn is_particle(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|word| {
            let known = self.lexicon.known(word.number);
            !word.capital && word.run == 0 && known.is_some_and(|known| known.particle)
        })
    }

    /// The next word of the name that the word at `at` belongs to, with at most two joints between.
    fn goes_on(&self, at: usize) -> Option<usize> {
        let word = self.all.get(at)?;
        let mut next = at + 1;
        let follows = self.all.get(next)?;
        if follows.gap != Gap::Joins {
            return None;
        }
        let letter = |word: &Word| {
            let known = self.lexicon.known(word.number);
            word.capital && known.is_some_and(|known| known.letter)
        };
        if follows.name || letter(follows) || (follows.figure && !word.owner) {
            return (!word.owner || follows.name).then_some(next);
        }
        for _ in 0..2 {
            let joint = self.all.get(next)?;
            let known = self.lexicon.known(joint.number)?;
            // "of" joins; "the" may stand behind it. "And" parts names as often as it joins them.
            let joins = known.inner || known.particle || (next > at + 1 && known.joint);
            if joint.capital || joint.gap != Gap::Joins || !joins {
                return None;
            }
            next += 1;
            let behind = self.all.get(next)?;
            if behind.gap == Gap::Joins && behind.name {
                return Some(next);
            }
        }
        None
    }
}

fn word(token: &Token, start: usize, number: usize, sentence: usize) -> Word {
    Word {
        span: token.span.shift(start),
        number,
        gap: token.gap,
        capital: token.capital,
        shouted: token.shouted,
        figure: token.figure,
        plain: token.number,
        owner: token.owner,
        empty: token.wordless,
        name: false,
        headline: false,
        run: 0,
        sentence: u32::try_from(sentence).unwrap_or(u32::MAX),
    }
}
