//! The files of `data/` to rows, or what is wrong with them.
//!
//! In: the text of a file. Out: its rows, each checked, or one line that names the file and the
//! line, what was found there and what was expected.
//! `build.rs` is built with this file; the library has it in its tests alone. `data/README.md`
//! describes the files.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// A kind of word: a row of `kinds.tsv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Small letters and hyphens.
    pub(crate) name: String,
    pub(crate) values: Values,
    /// What a word of that kind is.
    pub(crate) meaning: String,
}

/// What may stand behind the `=` of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    /// Nothing: `-`.
    None,
    /// A number: `1..12`, both included.
    Number(RangeInclusive<u32>),
    /// One of some words: `never|maybe`.
    OneOf(Vec<String>),
    /// A word or phrase, with `_` for a space: `text`.
    Text,
}

/// A language: a row of `languages.tsv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Language {
    /// ISO 639-1, or 639-3 where there is none.
    pub(crate) code: String,
    /// ISO 639-3.
    pub(crate) long_code: String,
    pub(crate) name: String,
}

/// A word or phrase: a row of `words.tsv` or `phrases.tsv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) word: String,
    pub(crate) entries: Vec<Entry>,
}

/// One of the kinds that a word is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its place among the kinds.
    pub(crate) kind: usize,
    pub(crate) value: Option<String>,
    /// Their places among the languages; empty for a word of no language of its own.
    pub(crate) languages: Vec<usize>,
}

/// What the rows of a file of words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Words without white space.
    Words,
    /// Phrases of two words or more, one space between them.
    Phrases,
}

/// A line of a file, for its complaints.
#[derive(Clone, Copy)]
struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The lines of a file.
    fn all(file: &'a str, text: &'a str) -> Result<Vec<Self>, String> {
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(format!("{file}: found no line end behind the last row; expected one"));
        }
        let numbered = text.split_terminator('\n').enumerate();
        Ok(numbered.map(|(index, text)| Line { file, number: index + 1, text }).collect())
    }

    fn wrong(&self, found: impl Display, expected: impl Display) -> String {
        format!("{}:{}: found {found}; expected {expected}", self.file, self.number)
    }

    /// Its columns, which must be as many.
    fn columns<const N: usize>(&self, names: &str) -> Result<[&'a str; N], String> {
        let columns: Vec<&str> = self.text.split('\t').collect();
        let found = format!("{} columns in {:?}", columns.len(), self.text);
        let columns: [&str; N] = columns
            .try_into()
            .map_err(|_| self.wrong(found, format!("{N}, parted by tabs: {names}")))?;
        if columns.contains(&"") {
            let found = format!("an empty column in {:?}", self.text);
            return Err(self.wrong(found, format!("something in each: {names}")));
        }
        Ok(columns)
    }

    /// That its first column stands behind that of the line before, in byte order.
    fn follows(&self, before: Option<&str>, word: &str) -> Result<(), String> {
        match before {
            Some(before) if before == word => {
                Err(self.wrong(format!("{word:?} a second time"), "each once"))
            }
            Some(before) if before > word => Err(self.wrong(
                format!("{word:?} behind {before:?}"),
                "rows sorted by their first column, in byte order",
            )),
            _ => Ok(()),
        }
    }
}

/// The rows of `kinds.tsv`.
pub(crate) fn kinds(file: &str, text: &str) -> Result<Vec<Kind>, String> {
    let mut kinds: Vec<Kind> = Vec::new();
    for line in Line::all(file, text)? {
        let [name, values, meaning] = line.columns("the kind, its values, what it means")?;
        line.follows(kinds.last().map(|kind| kind.name.as_str()), name)?;
        if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
            return Err(line.wrong(format!("the kind {name:?}"), "small letters and hyphens"));
        }
        let values = match values {
            "-" => Values::None,
            "text" => Values::Text,
            _ if values.contains('|') => Values::OneOf(values.split('|').map(Into::into).collect()),
            _ => {
                let ends = values.split_once("..");
                let range = ends.and_then(|(a, b)| Some(a.parse().ok()?..=b.parse().ok()?));
                let expected = "`-`, `text`, a range such as `1..12`, or words parted by `|`";
                Values::Number(
                    range.ok_or_else(|| line.wrong(format!("the values {values:?}"), expected))?,
                )
            }
        };
        kinds.push(Kind { name: name.into(), values, meaning: meaning.into() });
    }
    Ok(kinds)
}

/// The rows of `languages.tsv`.
pub(crate) fn languages(file: &str, text: &str) -> Result<Vec<Language>, String> {
    let mut languages: Vec<Language> = Vec::new();
    for line in Line::all(file, text)? {
        let [code, long_code, name] = line.columns("the code, its ISO 639-3 code, the name")?;
        line.follows(languages.last().map(|language| language.code.as_str()), code)?;
        let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
        if !(letters(code) && letters(long_code) && long_code.len() == 3) {
            return Err(line.wrong(
                format!("the codes {code:?} and {long_code:?}"),
                "those of ISO 639-1 and 639-3",
            ));
        }
        if let Some(other) = languages.iter().find(|other| other.long_code == long_code) {
            return Err(
                line.wrong(format!("{long_code:?}, which {:?} has too", other.code), "another")
            );
        }
        languages.push(Language {
            code: code.into(),
            long_code: long_code.into(),
            name: name.into(),
        });
    }
    Ok(languages)
}

/// The rows of a file of words or phrases.
pub(crate) fn rows(
    file: &str,
    text: &str,
    form: Form,
    kinds: &[Kind],
    languages: &[Language],
) -> Result<Vec<Row>, String> {
    let kinds = kinds.iter().enumerate().map(|(index, kind)| (kind.name.as_str(), (index, kind)));
    let kinds: BTreeMap<&str, (usize, &Kind)> = kinds.collect();
    let languages = languages.iter().enumerate().map(|(index, it)| (it.code.as_str(), index));
    let languages: BTreeMap<&str, usize> = languages.collect();
    let mut rows: Vec<Row> = Vec::new();
    for line in Line::all(file, text)? {
        let [word, entries] = line.columns("the word, its kinds")?;
        line.follows(rows.last().map(|row| row.word.as_str()), word)?;
        check_word(line, word, form)?;
        let mut found: Vec<Entry> = Vec::new();
        for part in entries.split(' ') {
            let entry = entry(line, part, &kinds, &languages)?;
            let same = |other: &Entry| (other.kind, &other.value) == (entry.kind, &entry.value);
            if found.iter().any(same) {
                return Err(line.wrong(
                    format!("{part:?} a second time for {word:?}"),
                    "each kind and value once, with all its languages",
                ));
            }
            found.push(entry);
        }
        rows.push(Row { word: word.into(), entries: found });
    }
    Ok(rows)
}

fn check_word(line: Line<'_>, word: &str, form: Form) -> Result<(), String> {
    let parts: Vec<&str> = word.split(' ').collect();
    let blank = parts.iter().any(|part| part.is_empty() || part.contains(char::is_whitespace));
    let (fits, expected) = match form {
        Form::Words => (!blank && parts.len() == 1, "a word without white space"),
        Form::Phrases => (!blank && parts.len() > 1, "two words or more, one space between them"),
    };
    if !fits {
        return Err(line.wrong(format!("{word:?}"), expected));
    }
    let small = word.to_lowercase();
    if small != word {
        return Err(line.wrong(format!("{word:?}"), format!("small letters, as in {small:?}")));
    }
    Ok(())
}

/// `kind`, `kind=value`, each with or without `@language,language`.
fn entry(
    line: Line<'_>,
    part: &str,
    kinds: &BTreeMap<&str, (usize, &Kind)>,
    language_of: &BTreeMap<&str, usize>,
) -> Result<Entry, String> {
    let (what, codes) = match part.split_once('@') {
        Some((what, codes)) => (what, codes.split(',').collect()),
        None => (part, Vec::new()),
    };
    let (name, value) = match what.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (what, None),
    };
    let Some(&(index, kind)) = kinds.get(name) else {
        let known: Vec<&str> = kinds.keys().copied().collect();
        return Err(line.wrong(format!("the kind {name:?}"), format!("one of {}", known.join(" "))));
    };
    check_value(line, kind, value)?;
    let mut languages = Vec::new();
    for code in codes {
        match language_of.get(code) {
            Some(language) if !languages.contains(language) => languages.push(*language),
            Some(_) => return Err(line.wrong(format!("{code:?} twice in {part:?}"), "it once")),
            None => {
                return Err(line.wrong(format!("the language {code:?}"), "a code of languages.tsv"));
            }
        }
    }
    if !languages.is_sorted() {
        return Err(line.wrong(format!("{part:?}"), "its languages in order"));
    }
    Ok(Entry { kind: index, value: value.map(Into::into), languages })
}

fn check_value(line: Line<'_>, kind: &Kind, value: Option<&str>) -> Result<(), String> {
    let (fits, expected) = match &kind.values {
        Values::None => (value.is_none(), "no value".to_owned()),
        Values::Number(range) => (
            value.and_then(|value| value.parse().ok()).is_some_and(|value| range.contains(&value)),
            format!("a number from {} to {}", range.start(), range.end()),
        ),
        Values::OneOf(words) => (
            value.is_some_and(|value| words.iter().any(|word| word == value)),
            format!("one of {}", words.join(" ")),
        ),
        Values::Text => (value.is_some_and(|value| !value.is_empty()), "a value".to_owned()),
    };
    if fits {
        return Ok(());
    }
    let found = value.map_or("no value".to_owned(), |value| format!("the value {value:?}"));
    Err(line.wrong(format!("{found} of {:?}", kind.name), expected))
}
