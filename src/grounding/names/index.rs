//! The words of a source, to be asked for.
//!
//! In: the source's sentences. Out: how it writes a word, which words stand together, and which have
//! the letters of an acronym. Does not decide what is a name.

use std::collections::{HashMap, HashSet};

use super::runs::runs;
use super::sentence::Sentence;
use super::vocabulary::{long_title, short_forms};
use crate::text::fold::stem;
use crate::text::scan::{Form, Token};

/// Between two letters of an acronym, at most so many small words are passed over.
const MAX_PASSED: usize = 2;

/// How a source writes a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) small: bool,
    pub(super) capital: bool,
    /// With a capital where only names have one.
    pub(super) named: bool,
    /// In capitals only.
    pub(super) acronym: bool,
    /// The sentences that hold it, ascending.
    sentences: Vec<usize>,
}

/// A word of a source's sentence.
#[derive(Debug, Clone)]
struct Written {
    key: String,
    capital: bool,
    function: bool,
}

/// The words of a source.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    seen: HashMap<String, Seen>,
    /// Stems of words in small letters.
    small_stems: HashSet<String>,
    /// Neighbours written as one word: `you tube` for *YouTube*.
    joined: HashSet<String>,
    /// Names that stand without another name beside them.
    lone: HashSet<String>,
    sentences: Vec<Vec<Written>>,
}

impl Index {
    /// Takes a sentence of the source into account.
    pub(super) fn add(&mut self, sentence: &Sentence<'_, '_>) {
        let place = self.sentences.len();
        let mut written = Vec::new();
        let mut before: Option<&Token<'_>> = None;
        for token in sentence.tokens {
            let joins = matches!(token.form, Form::Word | Form::Figure);
            if joins {
                if let Some(before) = before.filter(|_| token.is_word() || !token.spaced) {
                    self.joined.insert(format!("{}{}", before.key, token.key));
                }
                before = Some(token);
            } else if token.spaced || !token.is_mark('-') {
                before = None;
            }
            if token.is_word() {
                let capital = token.has_capital();
                self.see(sentence, token, place);
                let function = sentence.is_function(token);
                written.push(Written { key: token.key.clone(), capital, function });
            }
        }
        self.sentences.push(written);
        for run in runs(sentence, |token| token.has_capital() && !sentence.is_function(token)) {
            if let [only] = run.parts.as_slice() {
                self.lone.insert(only.token.key.clone());
            }
        }
    }

    fn see(&mut self, sentence: &Sentence<'_, '_>, token: &Token<'_>, place: usize) {
        let capital = token.has_capital();
        let seen = self.seen.entry(token.key.clone()).or_default();
        seen.capital |= capital;
        seen.small |= !capital;
        seen.named |= capital && !sentence.is_open(token);
        seen.acronym |= sentence.is_acronym(token);
        if seen.sentences.last() != Some(&place) {
            seen.sentences.push(place);
        }
        if !capital {
            self.small_stems.insert(stem(&token.key));
        }
        // "Sen." says "Senator" as well.
        if let Some(long) = long_title(&token.key).filter(|_| capital) {
            let seen = self.seen.entry(long.to_owned()).or_default();
            seen.capital = true;
            seen.sentences.push(place);
        }
    }

    pub(super) fn seen(&self, key: &str) -> Option<&Seen> {
        self.seen.get(key)
    }

    pub(super) fn holds(&self, key: &str) -> bool {
        self.seen.contains_key(key)
    }

    /// Whether it holds a word, in the plural or without it.
    pub(super) fn holds_variant(&self, key: &str) -> bool {
        self.holds(key) || variants(key).any(|variant| self.holds(&variant))
    }

    /// Whether a word of this stem stands in it in small letters.
    pub(super) fn has_small(&self, key: &str) -> bool {
        self.small_stems.contains(&stem(key))
    }

    /// Whether two neighbours make this word.
    pub(super) fn joins(&self, key: &str) -> bool {
        self.joined.contains(key)
    }

    pub(super) fn is_acronym(&self, key: &str) -> bool {
        self.seen.get(key).is_some_and(|seen| seen.acronym)
    }

    /// Whether a name stands without another beside it.
    pub(super) fn is_lone(&self, key: &str) -> bool {
        self.lone.contains(key) || variants(key).any(|variant| self.lone.contains(&variant))
    }

    /// Whether it has what a well-known short form is short for.
    pub(super) fn spells_out(&self, short: &str) -> bool {
        let mut forms = short_forms().iter().filter(|form| form.short == short);
        forms.any(|form| self.are_together(&form.long, false))
    }

    /// Whether a word that begins with `initial` stands right before `name`.
    pub(super) fn has_initial(&self, initial: &str, name: &str) -> bool {
        self.words_before(name).any(|first| first.key.starts_with(initial))
    }

    /// Whether `key` cuts short the word that stands before `next` in the source: *Man City* for
    /// *Manchester City*.
    pub(super) fn is_clipped(&self, key: &str, next: &str) -> bool {
        key.len() >= 3
            && self.words_before(next).any(|first| first.capital && first.key.starts_with(key))
    }

    /// Whether neighbouring words have these initials: *European Central Bank* for `ecb`. Small
    /// words in between may count or not; words without capitals must be three or more.
    pub(super) fn has_initials(&self, letters: &str) -> bool {
        let letters: Vec<char> = letters.chars().collect();
        if !(2..=8).contains(&letters.len()) {
            return false;
        }
        self.sentences.iter().any(|words| {
            let content = words.iter().enumerate().filter(|(_, word)| !word.function);
            let mut starts = content.filter_map(|(start, _)| words.get(start..));
            starts.any(|words| spells(words, &letters, letters.len(), 0, MAX_PASSED))
        })
    }

    /// Whether one sentence holds all words, in order unless `of` stands between them.
    pub(super) fn are_together(&self, keys: &[&str], of: bool) -> bool {
        let Some(first) = keys.first() else { return true };
        let mut starts = std::iter::once((*first).to_owned()).chain(variants(first));
        starts.any(|start| {
            self.sentences_with(&start).any(|words| {
                if of {
                    return keys.iter().all(|key| words.iter().any(|word| same(&word.key, key)));
                }
                let mut words = words.iter();
                keys.iter().all(|key| words.any(|word| same(&word.key, key)))
            })
        })
    }

    fn sentences_with(&self, key: &str) -> impl Iterator<Item = &[Written]> {
        let places = self.seen.get(key).map_or(&[] as &[usize], |seen| seen.sentences.as_slice());
        places.iter().filter_map(|&place| self.sentences.get(place)).map(Vec::as_slice)
    }

    fn words_before(&self, key: &str) -> impl Iterator<Item = &Written> {
        self.sentences_with(key).flat_map(|sentence| sentence.windows(2)).filter_map(move |pair| {
            match pair {
                [first, second] if second.key == key => Some(first),
                _ => None,
            }
        })
    }
}

/// Whether two keys are one name, plural or not.
fn same(a: &str, b: &str) -> bool {
    a == b || a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

/// The same name in the plural or without it.
fn variants(key: &str) -> impl Iterator<Item = String> {
    let long = key.len() > 3;
    let short = [key.strip_suffix('s'), key.strip_suffix("es")];
    let shorter = short.into_iter().flatten().filter(move |_| long).map(str::to_owned);
    [format!("{key}s"), format!("{key}es")].into_iter().chain(shorter)
}

/// Whether the first words spell the last `letters` of an acronym that has `all`, after `small` words
/// without a capital and `passed` words in a row that do not count.
fn spells(words: &[Written], letters: &[char], all: usize, small: usize, passed: usize) -> bool {
    let Some((letter, rest)) = letters.split_first() else {
        return small == 0 || (all >= 3 && small == all);
    };
    let Some((word, after)) = words.split_first() else { return false };
    let taken = word.key.starts_with(*letter) && !(rest.is_empty() && word.function);
    let counted = small + usize::from(!word.capital && !word.function);
    (taken && spells(after, rest, all, counted, 0))
        || (word.function && passed < MAX_PASSED && spells(after, letters, all, small, passed + 1))
}
