//! A word to what it is listed as.
//!
//! In: a word in small letters. Out: its [`Entry`]s: the kinds that the lists of `data/` name it as
//! (a month, a verb of saying, a button), each with a value and with the languages in which it is
//! that; and the phrases that begin with it. Of a letter with an accent, the one without.
//! `build.rs` writes the lists as constants with a hash table over them: nothing is read when a
//! program starts, and no word takes more than a few looks, whatever a text holds.
//! The only reader of `data/`. Does not know what a kind is good for.

#[cfg(test)]
#[path = "../../build/rows.rs"]
mod rows;

use crate::text::hash;
use crate::text::languages::Language;

include!(concat!(env!("OUT_DIR"), "/lists.rs"));

/// A word that is listed, or that begins a phrase that is.
#[derive(Debug)]
pub(crate) struct Row {
    /// As the lists write it: in small letters.
    pub(crate) word: &'static str,
    /// Its kinds, a bit each.
    kinds: u128,
    /// What it is by itself; nothing where it only begins phrases.
    pub(crate) entries: &'static [Entry],
    /// The phrases that begin with it.
    pub(crate) phrases: &'static [Phrase],
}

/// A phrase that is listed.
#[derive(Debug)]
pub(crate) struct Phrase {
    /// Its words but the first.
    pub(crate) rest: &'static [&'static str],
    pub(crate) entries: &'static [Entry],
}

impl Phrase {
    /// What the phrase is of that kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &'static Entry> + use<> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
    /// The whole phrase, which begins with `first`.
    pub(crate) fn with(&self, first: &str) -> String {
        [&[first], self.rest].concat().join(" ")
    }
}

/// One of the things that a word or phrase is listed as.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) value: Value,
    /// In which languages; empty for a word that is of none, such as the name of a firm.
    pub(crate) languages: &'static [Language],
}

/// What stands behind the `=` of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    None,
    Number(u32),
    Text(&'static str),
}

impl Entry {
    /// Whether it holds in that language: it is one of its languages, or it has none of its own.
    pub(crate) fn is_in(&self, language: Language) -> bool {
        self.languages.is_empty() || self.languages.contains(&language)
    }

    /// Whether it is English, among others perhaps.
    pub(crate) fn is_english(&self) -> bool {
        self.languages.contains(&Language::ENGLISH)
    }

    /// The number that is its value.
    pub(crate) fn number(&self) -> Option<u32> {
        match self.value {
            Value::Number(number) => Some(number),
            Value::None | Value::Text(_) => None,
        }
    }

    /// The text that is its value.
    pub(crate) fn text(&self) -> Option<&'static str> {
        match self.value {
            Value::Text(text) => Some(text),
            Value::None | Value::Number(_) => None,
        }
    }
}

impl Row {
    /// Whether the word is of that kind, in any language.
    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.kinds >> kind as u32 & 1 == 1
    }

    /// What the word is of that kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &'static Entry> + use<> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// The phrases of that kind that begin with the word.
    pub(crate) fn phrases_of(&self, kind: Kind) -> impl Iterator<Item = &'static Phrase> + use<> {
        self.phrases.iter().filter(move |phrase| phrase.of(kind).next().is_some())
    }

    /// Whether the word is of that kind with that text for its value.
    pub(crate) fn is(&self, kind: Kind, value: &str) -> bool {
        self.of(kind).any(|entry| entry.text() == Some(value))
    }
}

/// The row of a word with that hash that `is` the one meant, for who has the hash already.
pub(crate) fn find_hashed(hash: u64, is: impl Fn(&str) -> bool) -> Option<&'static Row> {
    let bit = hash::bit(hash);
    if KNOWN.get(bit / 64)? >> (bit % 64) & 1 == 0 {
        return None;
    }
    let mask = SLOTS.len() - 1;
    let mut at = hash::slot(hash, mask);
    loop {
        let (tag, row) = *SLOTS.get(at)?;
        // `build.rs` has seen to it that an empty slot is near.
        let row = ROWS.get(usize::from(row).checked_sub(1)?)?;
        if tag == hash::tag(hash) && is(row.word) {
            return Some(row);
        }
        at = (at + 1) & mask;
    }
}

/// All rows, in byte order.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
}

/// The row of a word, in small letters.
pub(crate) fn find(word: &str) -> Option<&'static Row> {
    find_hashed(hash::of(word), |listed| listed == word)
}

/// The row of the word that `letters` spell, in small letters.
pub(crate) fn find_spelled(letters: impl Iterator<Item = char> + Clone) -> Option<&'static Row> {
    find_hashed(letters.clone().fold(hash::START, hash::with), |listed| {
        listed.chars().eq(letters.clone())
    })
}

/// The row of a word whose letters of ASCII may be capitals.
pub(crate) fn find_in_any_case(word: &str) -> Option<&'static Row> {
    find_spelled(word.chars().map(|c| c.to_ascii_lowercase()))
}

/// As [`has`], for a word whose letters of ASCII may be capitals.
pub(crate) fn has_in_any_case(word: &str, kind: Kind) -> bool {
    find_in_any_case(word).is_some_and(|row| row.has(kind))
}

/// Whether a word is of that kind, in any language.
pub(crate) fn has(word: &str, kind: Kind) -> bool {
    find(word).is_some_and(|row| row.has(kind))
}

/// Whether a word is of that kind in that language.
pub(crate) fn has_in(word: &str, kind: Kind, language: Language) -> bool {
    find(word).is_some_and(|row| row.has(kind) && row.of(kind).any(|entry| entry.is_in(language)))
}

/// All words of a kind, in byte order, with what they are of it.
pub(crate) fn words_of(kind: Kind) -> impl Iterator<Item = (&'static str, &'static Entry)> {
    ROWS.iter().flat_map(move |row| row.of(kind).map(|entry| (row.word, entry)))
}

/// A small letter without its accent, for those of `data/letters.tsv`.
pub(crate) fn plain(c: char) -> Option<&'static str> {
    let at = PLAIN.binary_search_by_key(&c, |&(letter, _)| letter).ok()?;
    PLAIN.get(at).map(|&(_, plain)| plain)
}

/// All phrases of a kind: the first word, the other words, and what they are of it.
pub(crate) fn phrases_of(
    kind: Kind,
) -> impl Iterator<Item = (&'static str, &'static Phrase, &'static Entry)> {
    let phrases = ROWS.iter().flat_map(|row| row.phrases.iter().map(|phrase| (row.word, phrase)));
    phrases
        .flat_map(move |(first, phrase)| phrase.of(kind).map(move |entry| (first, phrase, entry)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::rows::{self, Form};
    use super::{Kind, ROWS, SLOTS, Value, find, has, has_in, phrases_of, words_of};
    use crate::text::hash;
    use crate::text::languages::Language;

    const KINDS: &str = include_str!("../../data/kinds.tsv");
    const LANGUAGES: &str = include_str!("../../data/languages.tsv");
    const WORDS: &str = include_str!("../../data/words.tsv");
    const PHRASES: &str = include_str!("../../data/phrases.tsv");

    /// The complaint about a row of words, or nothing.
    fn complaint(text: &str, form: Form) -> String {
        let kinds = rows::kinds(
            "kinds.tsv",
            "how\tnever|maybe\tHow.\nmonth\t1..12\tA month.\nname\ttext\tA name.\nsaying\t-\tA verb.\n",
        );
        let languages =
            rows::languages("languages.tsv", "de\tdeu\tGerman\nen\teng\tEnglish\n").unwrap();
        rows::rows("a.tsv", text, form, &kinds.unwrap(), &languages).err().unwrap_or_default()
    }

    #[test]
    fn each_row_is_found_and_nothing_else() {
        let kinds = rows::kinds("kinds.tsv", KINDS).unwrap();
        let languages = rows::languages("languages.tsv", LANGUAGES).unwrap();
        let words = rows::rows("words.tsv", WORDS, Form::Words, &kinds, &languages).unwrap();
        for row in &words {
            assert_eq!(find(&row.word).unwrap().entries.len(), row.entries.len(), "{}", row.word);
            assert!(find(&format!("{}§", row.word)).is_none());
        }
        let phrases =
            rows::rows("phrases.tsv", PHRASES, Form::Phrases, &kinds, &languages).unwrap();
        for row in &phrases {
            let (first, rest) = row.word.split_once(' ').unwrap();
            let found = find(first).unwrap().phrases;
            assert!(found.iter().any(|phrase| phrase.rest.join(" ") == rest), "{}", row.word);
        }
        assert_eq!(ROWS.iter().map(|row| row.phrases.len()).sum::<usize>(), phrases.len());
        assert!(find("").is_none() && find("April").is_none() && find("zzz").is_none());
    }

    #[test]
    fn each_word_stands_in_one_file_and_each_kind_has_words() {
        let mut seen = BTreeSet::new();
        for line in WORDS.lines().chain(PHRASES.lines()) {
            let word = line.split('\t').next().unwrap();
            assert!(seen.insert(word), "{word} stands twice");
        }
        let kinds = rows::kinds("kinds.tsv", KINDS).unwrap();
        for kind in kinds {
            let used = WORDS.lines().chain(PHRASES.lines()).any(|line| {
                let names = line.split(['\t', ' ']).map(|part| part.split(['=', '@']).next());
                names.flatten().any(|name| name == kind.name)
            });
            assert!(used, "no word is a {}", kind.name);
        }
    }

    #[test]
    fn a_word_has_its_kinds_by_language() {
        let [en, fr] = ["en", "fr"].map(|code| Language::of_code(code).unwrap());
        assert!(has("april", Kind::Month) && !has("april", Kind::Share));
        assert!(has_in("april", Kind::Month, en) && !has_in("april", Kind::Month, fr));
        assert!(has_in("facebook", Kind::Share, fr));
        assert_eq!(find("april").unwrap().of(Kind::Month).next().unwrap().number(), Some(4));
        assert_eq!(find("facebook").unwrap().entries[0].value, Value::None);
        assert!(words_of(Kind::Month).any(|(word, _)| word == "april"));
        assert!(
            phrases_of(Kind::Related)
                .any(|(first, phrase, _)| { first == "read" && phrase.rest == ["more"] })
        );
    }

    #[test]
    fn a_row_that_is_wrong_is_named() {
        let words = |text: &str| complaint(text, Form::Words);
        assert_eq!(words("april\tmonth=4@de,en name=april\nsaid\tsaying@en how=maybe\n"), "");
        for (text, expected) in [
            (
                "april\tmnth=4\n",
                "a.tsv:1: found the kind \"mnth\"; expected one of how month name saying",
            ),
            (
                "a\tsaying\napril\tmonth=13\n",
                "a.tsv:2: found the value \"13\" of \"month\"; expected a number from 1 to 12",
            ),
            ("a\tmonth\n", "a.tsv:1: found no value of \"month\"; expected a number from 1 to 12"),
            ("a\tsaying=1\n", "a.tsv:1: found the value \"1\" of \"saying\"; expected no value"),
            (
                "a\thow=always\n",
                "a.tsv:1: found the value \"always\" of \"how\"; expected one of never maybe",
            ),
            ("a\tname\n", "a.tsv:1: found no value of \"name\"; expected a value"),
            (
                "a\tsaying@xx\n",
                "a.tsv:1: found the language \"xx\"; expected a code of languages.tsv",
            ),
            (
                "a\tsaying@en,de\n",
                "a.tsv:1: found \"saying@en,de\"; expected its languages in order",
            ),
            (
                "a\tsaying@en,en\n",
                "a.tsv:1: found \"en\" twice in \"saying@en,en\"; expected it once",
            ),
            (
                "a\tsaying@en saying@de\n",
                "a.tsv:1: found \"saying@de\" a second time for \"a\"; expected each kind and value once, with all its languages",
            ),
            (
                "a saying\n",
                "a.tsv:1: found 1 columns in \"a saying\"; expected 2, parted by tabs: the word, its kinds",
            ),
            (
                "a\t\n",
                "a.tsv:1: found an empty column in \"a\\t\"; expected something in each: the word, its kinds",
            ),
            (
                "b\tsaying\na\tsaying\n",
                "a.tsv:2: found \"a\" behind \"b\"; expected rows sorted by their first column, in byte order",
            ),
            ("a\tsaying\na\tmonth=1\n", "a.tsv:2: found \"a\" a second time; expected each once"),
            ("a b\tsaying\n", "a.tsv:1: found \"a b\"; expected a word without white space"),
            ("A\tsaying\n", "a.tsv:1: found \"A\"; expected small letters, as in \"a\""),
            ("a\tsaying", "a.tsv: found no line end behind the last row; expected one"),
        ] {
            assert_eq!(words(text), expected);
        }
        assert_eq!(
            complaint("a\tsaying\n", Form::Phrases),
            "a.tsv:1: found \"a\"; expected two words or more, one space between them"
        );
        assert!(rows::kinds("k", "a\t1-2\tA.\n").unwrap_err().contains("a range such as `1..12`"));
        assert!(rows::languages("l", "de\tde\tGerman\n").is_err());
    }

    #[test]
    fn no_hash_takes_many_looks() {
        let mask = SLOTS.len() - 1;
        for start in 0..SLOTS.len() {
            assert!((0..16).any(|step| SLOTS[(start + step) & mask].1 == 0), "{start}");
            assert_eq!(hash::slot(start as u64, mask), start);
        }
    }
}
