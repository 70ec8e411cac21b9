//! Text to the words that keywords are made of.
//!
//! In: the text of a sentence. Out: its words with their places, and a number for each distinct
//! stem, so that phrases are compared as numbers. Knows the function words; counts nothing and
//! weighs nothing.
//!
//! Nearly all of a news text is ASCII: bytes are looked at first, characters only where a byte
//! begins one. A form is put in small letters and stemmed once, not each time it comes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::span::Span;
use crate::text::fold::{lower, singular};
use crate::text::keyed::WordMap;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::words::{Inner, Word, split};

/// Longer words with full stops inside are addresses, not abbreviations such as *U.S.A*.
pub(super) const MAX_DOTTED_BYTES: usize = 7;

/// Longer "words" are addresses, hashes or text without spaces.
pub(super) const MAX_WORD_BYTES: usize = 32;

/// A word as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Without a possessive ending.
    pub(super) span: Span,
    pub(super) capital: bool,
    /// Whether it is the first of its text, where a capital says nothing.
    pub(super) opens: bool,
    /// Whether its form alone says that it names nothing: an address, a number, a hash.
    pub(super) wordless: bool,
    /// Whether more than one space parts it from the word before.
    pub(super) parted: bool,
}

/// The words of `text`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    let mut opens = true;
    split(text, Inner::Spelling).filter_map(move |Word { span: Span { start, end }, dotted }| {
        let parted = opens || !matches!(text.get(at..start)?, " " | "-" | "\u{a0}");
        // The last full stop of "U.S." belongs to it.
        let abbreviation = dotted
            && end - start <= MAX_DOTTED_BYTES
            && text.as_bytes().get(end).is_some_and(|&byte| byte == b'.');
        let end = end + usize::from(abbreviation);
        let word = text.get(start..end)?;
        let bare = match word.strip_suffix('s') {
            Some(owner) => owner.strip_suffix(['\'', '’']).unwrap_or(word),
            None => word,
        };
        let address = dotted && bare.len() > MAX_DOTTED_BYTES + 1;
        let found = Token {
            span: Span::new(start, start + bare.len()),
            capital: word.starts_with(char::is_uppercase),
            opens,
            wordless: address
                || bare.len() > MAX_WORD_BYTES
                || !bare.starts_with(char::is_alphabetic),
            parted,
        };
        at = end;
        opens = false;
        Some(found)
    })
}

/// The distinct words and stems of an article, numbered as they occur.
#[derive(Debug)]
pub(super) struct Lexicon<'a> {
    language: Language,
    /// What each form, as it is written, stands for.
    forms: WordMap<&'a str, Option<usize>>,
    numbers: WordMap<Cow<'a, str>, usize>,
    stems: Vec<Stem>,
}

/// What is known of a stem.
#[derive(Debug)]
pub(super) struct Stem {
    /// Whether it looks like a verb form or an adverb, which name nothing.
    pub(super) verbal: bool,
    /// Whether it looks like an adverb.
    pub(super) adverb: bool,
    /// Whether the title has it.
    pub(super) titled: bool,
}

impl Stem {
    fn of(stem: &str) -> Self {
        let long = stem.len() > 5;
        let adverb = long && stem.ends_with("ly");
        let verbal = adverb || (long && (stem.ends_with("ed") || stem.ends_with("ing")));
        Self { verbal, adverb, titled: false }
    }
}

impl<'a> Lexicon<'a> {
    /// An empty one, with room for the words of a text of `bytes` as news has them.
    pub(super) fn for_text(bytes: usize, language: Language) -> Self {
        const BYTES_A_FORM: usize = 16;
        const MOST: usize = 1024;
        let forms = (bytes / BYTES_A_FORM).min(MOST);
        let mut lexicon = Self {
            language,
            forms: WordMap::default(),
            numbers: WordMap::default(),
            stems: Vec::new(),
        };
        lexicon.forms.reserve(forms);
        lexicon.numbers.reserve(forms / 2);
        lexicon
    }

    /// The number of a word's stem; `None` for a function word.
    pub(super) fn number(&mut self, word: &'a str) -> Option<usize> {
        if let Some(&known) = self.forms.get(word) {
            return known;
        }
        let key = lower(word);
        let number =
            (!is_function_word(&key, self.language)).then(|| self.number_of(singular(key)));
        self.forms.insert(word, number);
        number
    }

    fn number_of(&mut self, stem: Cow<'a, str>) -> usize {
        if let Some(&known) = self.numbers.get(&stem) {
            return known;
        }
        let number = self.stems.len();
        self.stems.push(Stem::of(&stem));
        self.numbers.insert(stem, number);
        number
    }

    /// Notes that the title has the words of `title`, function words too.
    pub(super) fn read_title(&mut self, title: &'a str) {
        for token in tokens(title) {
            let number = self.number_of(singular(lower(token.span.of(title))));
            if let Some(stem) = self.stems.get_mut(number) {
                stem.titled = true;
            }
        }
    }

    /// The stem of a number.
    pub(super) fn stem(&self, number: usize) -> Option<&Stem> {
        self.stems.get(number)
    }

    /// How many stems have a number.
    pub(super) fn len(&self) -> usize {
        self.stems.len()
    }
}

/// Whether `word`, in small letters, is too common to say what a text in that language is about.
pub(crate) fn is_function_word(word: &str, language: Language) -> bool {
    match word.is_ascii() || !word.contains('’') {
        true => lists::has_in(word, Kind::Function, language),
        false => lists::has_in(&word.replace('’', "'"), Kind::Function, language),
    }
}

/// The language whose function words an article has: its own, where they are listed, else English.
pub(crate) fn language_of(code: Option<&str>) -> Language {
    static LISTED: LazyLock<BTreeSet<Language>> = LazyLock::new(|| {
        lists::words_of(Kind::Function).flat_map(|(_, entry)| entry.languages).copied().collect()
    });
    let own = code.and_then(Language::of_code);
    own.filter(|language| LISTED.contains(language)).unwrap_or(Language::ENGLISH)
}

#[cfg(test)]
mod tests {
    use super::{is_function_word, language_of};
    use crate::text::languages::Language;

    #[test]
    fn function_words_are_those_of_the_language() {
        let [en, de, fr, fi] = ["en", "de", "fr", "fi"].map(|code| language_of(Some(code)));
        assert!(is_function_word("don’t", en) && is_function_word("don't", en));
        assert!(is_function_word("über", de) && !is_function_word("über", en));
        assert!(is_function_word("pour", fr) && !is_function_word("pour", de));
        assert!(!is_function_word("", en) && !is_function_word("The", en));
        assert_eq!((fi, language_of(None)), (Language::ENGLISH, Language::ENGLISH));
    }
}
