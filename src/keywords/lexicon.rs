//! Text to the words that keywords are made of.
//!
//! In: the text of a sentence. Out: its words with their places, and a number for each distinct
//! word, so that phrases are compared as numbers. A word keeps what belongs to its spelling:
//! *COVID-19*, *AT&T*, *C++*, *9/11*, *@oakmerefc*, *Inc.* are one each; a possessive ending is left
//! out. Knows the function words of a language; counts nothing and weighs nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::span::Span;
use crate::text::fold::lower;
use crate::text::keyed::WordMap;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::words::{Inner, split};

/// Longer words with full stops inside are addresses, not abbreviations such as *U.S.A*.
const MAX_DOTTED_BYTES: usize = 8;

/// Longer "words" are addresses, hashes or text without spaces.
const MAX_WORD_BYTES: usize = 32;

/// The longest word that a full stop inside a sentence belongs to: *Inc.*, *Sept.*
const MAX_SHORTENED_BYTES: usize = 5;

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// One space, or a dash or quotation mark between spaces: the two may be of one phrase.
    Joins,
    /// Anything else.
    Parts,
    /// The start of a sentence or of a quotation, a colon: the capital behind it says nothing.
    Opens,
}

/// A word as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Without a possessive ending.
    pub(super) span: Span,
    pub(super) gap: Gap,
    /// Whether a letter of it is a capital.
    pub(super) capital: bool,
    /// Whether it has letters, more than one, all of them capitals.
    pub(super) shouted: bool,
    /// Whether it begins with a digit.
    pub(super) figure: bool,
    /// Whether it is a number, a score or a day, which name nothing alone; *9/11* does.
    pub(super) number: bool,
    /// Whether its form alone says that it names nothing: an address, a hash, a contraction.
    pub(super) wordless: bool,
    /// Whether it had a possessive ending.
    pub(super) owner: bool,
}

/// The words of `text`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (token, end) = match common_token(text, at) {
            Some(token) => (token, token.span.end),
            None => token(text, at)?,
        };
        at = end;
        Some(token)
    })
}

/// The first word behind `at`, where another ends or the text begins, and where it ends with all
/// that belongs to it.
fn token(text: &str, at: usize) -> Option<(Token, usize)> {
    let mut parts = split(text.get(at..)?, Inner::Spelling)
        .map(|word| (word.span.shift(at), word.dotted))
        .peekable();
    let (Span { mut start, mut end }, mut dotted) = parts.next()?;
    while let Some((next, more)) = parts.peek() {
        let joined = match text.get(end..next.start) {
            Some("-") => true,
            // "9/11", "AC/DC", but not "and/or".
            Some("/") => text.get(next.start..)?.starts_with(|c: char| !c.is_lowercase()),
            _ => false,
        };
        if !joined {
            break;
        }
        (end, dotted) = (next.end, dotted | more);
        parts.next();
    }
    let before = text.get(at..start)?;
    let signed = before.ends_with(['@', '#']) && (at == 0 || before.len() > 1);
    start -= usize::from(signed);
    let gap = gap(text.get(at..start)?, at == 0);
    let goes_on = parts.peek().is_some();
    end += marks(text.get(start..end)?, text.get(end..)?, dotted, goes_on);
    let word = text.get(start..end)?;
    let bare = match word.strip_suffix('s') {
        Some(owner) => owner.strip_suffix(['\'', '’']).unwrap_or(word),
        None => word,
    };
    let after = text.get(end..)?;
    let plural_owner = bare.ends_with('s') && (after.starts_with("' ") || after.starts_with("’ "));
    let (mut letters, mut capital, mut small, mut slash, mut apostrophe) =
        (0, false, false, false, false);
    for c in bare.chars() {
        if c.is_ascii_lowercase() {
            (small, letters) = (true, letters + 1);
            continue;
        }
        capital |= c.is_uppercase();
        small |= c.is_lowercase();
        letters += usize::from(c.is_alphabetic());
        slash |= c == '/';
        apostrophe |= matches!(c, '\'' | '’');
    }
    let contracted = apostrophe
        && bare
            .rsplit_once(['\'', '’'])
            .is_some_and(|(_, end)| lists::has_in_any_case(end, Kind::Clitic));
    let token = Token {
        span: Span::new(start, start + bare.len()),
        gap,
        capital,
        shouted: capital && !small && letters > 1,
        figure: bare.starts_with(char::is_numeric) && !capital,
        number: letters == 0 && !slash,
        wordless: (dotted && bare.len() > MAX_DOTTED_BYTES)
            || bare.len() > MAX_WORD_BYTES
            || contracted,
        owner: bare.len() < word.len() || plural_owner,
    };
    Some((token, end))
}

/// The word from `at` on, where it is as nine words of ten are: letters of ASCII behind a space or a
/// comma, and behind them a mark that no word has inside or at its end. The same by a shorter way.
fn common_token(text: &str, at: usize) -> Option<Token> {
    let (gap, before, letters) = match text.as_bytes().get(at..)? {
        letters if at == 0 => (Gap::Opens, 0, letters),
        [b' ', letters @ ..] => (Gap::Joins, 1, letters),
        [b',', b' ', letters @ ..] => (Gap::Parts, 2, letters),
        _ => return None,
    };
    let length = letters.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, behind) = letters.split_at_checked(length)?;
    let ends = matches!(behind, [] | [b'.'] | [b' ' | b',' | b';' | b':' | b')' | b'?', ..]);
    if !ends || !(1..=MAX_WORD_BYTES).contains(&length) {
        return None;
    }
    let capital = word.iter().any(u8::is_ascii_uppercase);
    let small = word.iter().any(u8::is_ascii_lowercase);
    let start = at + before;
    Some(Token {
        span: Span::new(start, start + length),
        gap,
        capital,
        shouted: capital && !small && length > 1,
        figure: false,
        number: false,
        wordless: false,
        owner: false,
    })
}

/// What the text between two words does to them.
fn gap(between: &str, first: bool) -> Gap {
    match between {
        _ if first => Gap::Opens,
        " " | "\u{a0}" | " - " | " \"" | "\" " | " “" | "” " | " ‘" | "’ " | " '" | "' "
        | " & " => Gap::Joins,
        _ if between.contains(['"', '“', '„', '«', ':', '‘', '—', '–', '\n', '!', '?']) => {
            Gap::Opens
        }
        _ => Gap::Parts,
    }
}

/// How many bytes of the marks behind a word belong to it: *U.S.*, *Inc.*, *C++*, *Yahoo!*
fn marks(word: &str, after: &str, dotted: bool, goes_on: bool) -> usize {
    let pluses = after.bytes().take(2).take_while(|&byte| byte == b'+').count();
    if pluses > 0 {
        return pluses;
    }
    let small_behind = || {
        let behind = after.get(2..).unwrap_or_default();
        behind.starts_with(char::is_lowercase)
    };
    let belongs = if after.starts_with('.') {
        (dotted && word.len() < MAX_DOTTED_BYTES)
            || (goes_on && word.len() <= MAX_SHORTENED_BYTES && after.starts_with(". "))
    } else {
        after.starts_with("! ") && small_behind() && word.starts_with(char::is_uppercase)
    };
    usize::from(belongs)
}

/// What a word is, apart from where it stands.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Too common to say what a text is about.
    pub(super) function: bool,
    /// May stand inside a phrase all the same.
    pub(super) joint: bool,
    /// May begin a name in small letters: *van*, *al*.
    pub(super) particle: bool,
    /// Stands inside names of its language: *of*.
    pub(super) inner: bool,
    /// Joins two names: *and*.
    pub(super) pairs: bool,
    pub(super) saying: bool,
    pub(super) date: bool,
    pub(super) titles: bool,
    pub(super) honours: bool,
    pub(super) demonym: bool,
    pub(super) number: bool,
    pub(super) agency: bool,
    /// A single letter.
    pub(super) letter: bool,
    pub(super) in_ed: bool,
    pub(super) in_ing: bool,
    pub(super) in_ly: bool,
    pub(super) plural: bool,
}

/// Distinct words that room is made for at once, at most.
const MAX_ROOM: usize = 4096;

/// The distinct words of an article, in small letters, numbered as they occur.
#[derive(Debug)]
pub(super) struct Lexicon<'a> {
    language: Language,
    /// Of at most [`SHORT`] letters of ASCII, which nearly all are.
    short: WordMap<u128, usize>,
    others: WordMap<Cow<'a, str>, usize>,
    words: Vec<(Known, Cow<'a, str>)>,
}

/// As many bytes as a number holds.
const SHORT: usize = 16;

impl<'a> Lexicon<'a> {
    /// With room for the distinct words of so many bytes of text.
    pub(super) fn new(language: Language, bytes: usize) -> Self {
        let room = (bytes / 12).min(MAX_ROOM);
        Self {
            language,
            short: WordMap::with_capacity_and_hasher(room, Default::default()),
            others: WordMap::default(),
            words: Vec::with_capacity(room),
        }
    }

    /// The number of a word as it is written.
    pub(super) fn number(&mut self, form: &'a str) -> usize {
        let form = form.strip_suffix('.').unwrap_or(form);
        let next = self.words.len();
        let number = match short(form).or_else(|| short(&lower(form))) {
            Some(key) => *self.short.entry(key).or_insert(next),
            None => *self.others.entry(lower(form)).or_insert(next),
        };
        if number == next {
            let small = lower(form);
            self.words.push((Known::of(&small, self.language), small));
        }
        number
    }

    pub(super) fn known(&self, number: usize) -> Option<&Known> {
        self.words.get(number).map(|(known, _)| known)
    }

    /// The word, in small letters, as it first came.
    pub(super) fn word(&self, number: usize) -> &str {
        self.words.get(number).map_or("", |(_, word)| word)
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

/// The small letters of a short word of ASCII, as a number.
fn short(form: &str) -> Option<u128> {
    let mut letters = [0; SHORT];
    letters.get_mut(..form.len())?.copy_from_slice(form.as_bytes());
    letters.make_ascii_lowercase();
    letters.is_ascii().then(|| u128::from_le_bytes(letters))
}

impl Known {
    fn of(word: &str, language: Language) -> Self {
        let long = word.len() > 5;
        let mut known = Self {
            letter: word.chars().nth(1).is_none(),
            in_ed: long && word.ends_with("ed"),
            in_ing: long && word.ends_with("ing"),
            in_ly: long && word.ends_with("ly"),
            plural: word.len() > 3 && word.ends_with('s') && !word.ends_with("ss"),
            ..Self::default()
        };
        if let Some(row) = listed(word) {
            let is = |kind| row.has(kind) && row.of(kind).any(|entry| entry.is_in(language));
            known.function = is(Kind::Function);
            known.joint = is(Kind::Joint);
            known.particle = row.has(Kind::NameParticle) && !known.function;
            known.inner = is(Kind::NameParticle) || is(Kind::PlaceParticle);
            known.pairs = is(Kind::JoinsNames);
            known.saying = is(Kind::Saying);
            known.date = is(Kind::Month) || is(Kind::Weekday);
            known.titles = is(Kind::Title);
            known.honours = is(Kind::Honorific);
            known.demonym = is(Kind::Demonym);
            known.number = is(Kind::Number) || is(Kind::Ordinal);
            known.agency = row.has(Kind::Agency);
        }
        known
    }
}

/// The row of a word in small letters, whichever apostrophe it has.
fn listed(word: &str) -> Option<&'static lists::Row> {
    match word.is_ascii() || !word.contains('’') {
        true => lists::find(word),
        false => lists::find(&word.replace('’', "'")),
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
    use proptest::prelude::*;

    use super::{Known, common_token, language_of, token, tokens};
    use crate::text::languages::Language;

    proptest! {
        #[test]
        fn the_shorter_way_says_the_same(
            text in "([a-zA-Z1é]{0,5}(, | |\\.|'s|-|/|\\+|!|&|@|: |\u{a0}|\u{301})){0,12}|\\PC{0,20}",
        ) {
            let mut at = 0;
            while let Some((token, end)) = token(&text, at) {
                if let Some(common) = common_token(&text, at) {
                    prop_assert_eq!((common, common.span.end), (token, end));
                }
                at = end;
            }
        }
    }

    #[test]
    fn a_word_keeps_what_belongs_to_its_spelling() {
        let text = "Yahoo! is AT&T’s, C++ of @oakmerefc, 9/11 and/or COVID-19 (Tarvik Inc. sued the U.S. Steel)";
        let words: Vec<&str> = tokens(text).map(|token| token.span.of(text)).collect();
        let expected = [
            "Yahoo!",
            "is",
            "AT&T",
            "C++",
            "of",
            "@oakmerefc",
            "9/11",
            "and",
            "or",
            "COVID-19",
            "Tarvik",
            "Inc.",
            "sued",
            "the",
            "U.S.",
            "Steel",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn function_words_are_those_of_the_language() {
        let [en, de, fr, fi] = ["en", "de", "fr", "fi"].map(|code| language_of(Some(code)));
        let is_function_word = |word, language| Known::of(word, language).function;
        assert!(is_function_word("don’t", en) && is_function_word("don't", en));
        assert!(is_function_word("über", de) && !is_function_word("über", en));
        assert!(is_function_word("pour", fr) && !is_function_word("pour", de));
        assert!(!is_function_word("", en) && !is_function_word("The", en));
        assert_eq!((fi, language_of(None)), (Language::ENGLISH, Language::ENGLISH));
    }
}
