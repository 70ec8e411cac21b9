//! What a page's furniture calls itself.
//!
//! In: the words of a line. Out: which of them are among the commonest words, and [`Marks`], one
//! flag per kind of furniture that the first words speak of, by the lists of `data/`. A flag is a
//! hint among many, never a verdict: the weights of the line model say how much it counts.

use std::sync::LazyLock;

use crate::text::chars::{self, Class};
use crate::text::lists::{self, Entry, Kind, Row};

/// The longest of the commonest words, and of those to the reader, in characters.
pub(super) const LONGEST_COMMON: usize = 5;

/// What the words of a line speak of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Sharing, following, printing.
    pub(super) share: bool,
    /// Menus, sign-in, search, subscriptions, apps.
    pub(super) menu: bool,
    /// Rights, cookies, terms.
    pub(super) notice: bool,
    /// Other stories: related, most read, read more.
    pub(super) related: bool,
    /// Readers' comments.
    pub(super) comment: bool,
    /// Who took the picture, or that it is one.
    pub(super) credit: bool,
    /// Who wrote it.
    pub(super) byline: bool,
    /// Advertisements.
    pub(super) advert: bool,
    /// A month, a weekday, or words such as `published`.
    pub(super) calendar: bool,
    /// A month, shortened or not, in any language.
    pub(super) month: bool,
    /// Words such as `published`, `updated`, `release time`.
    pub(super) publishing: bool,
    /// The line begins with a furniture phrase.
    pub(super) leads: bool,
    /// The line begins with a furniture phrase of several words.
    pub(super) phrase: bool,
    /// The line begins with a phrase of several words that points to another story (`read more`).
    pub(super) points: bool,
}

/// Lines longer than this are prose that happens to hold such a word: only notices count there.
const PHRASE_WORDS: usize = 16;

/// A word of a line, with what the lists have for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// As the line spells it.
    text: &'a str,
    listed: Option<&'static Row>,
}

/// Looks up a word as it stands in a line, with what may stand inside a word.
pub(super) fn find(text: &str) -> Found<'_> {
    Found { text, listed: lists::find_spelled(lower(text)) }
}

/// As [`find`], for a word whose hash is known.
pub(super) fn find_hashed(hash: u64, text: &str) -> Found<'_> {
    Found { text, listed: lists::find_hashed(hash, |word| spells(text, word)) }
}

/// The letters and digits of a word in lower case; apostrophes inside it and what is not seen are
/// left out, as are the characters that make words of their own.
fn lower(text: &str) -> impl Iterator<Item = char> + Clone + '_ {
    let spelled = |c: &char| {
        chars::is_of_word(*c) && !chars::is_invisible(*c) && !chars::is(*c, Class::HAN_OR_KANA)
    };
    text.chars().filter(spelled).flat_map(char::to_lowercase)
}

/// Whether a word of a line is `word` of a list.
fn spells(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word) || lower(text).eq(word.chars())
}

/// What the first words of a line of `words` words speak of.
pub(super) fn marks(look: &[Found], words: usize) -> Marks {
    let mut marks = Marks::default();
    for (at, found) in look.iter().enumerate() {
        let Some(row) = found.listed else { continue };
        marks.note_all(row.entries, words, at, false);
        for phrase in row.phrases {
            let mut rest = look.iter().skip(at + 1);
            let said = |part: &&str| rest.next().is_some_and(|next| spells(next.text, part));
            if phrase.rest.iter().all(said) {
                marks.note_all(phrase.entries, words, at, true);
            }
        }
    }
    marks
}

impl Marks {
    /// Takes note of a word, or a phrase of several, that begins with word `at` of a line of
    /// `words` words.
    fn note_all(&mut self, entries: &[Entry], words: usize, at: usize, phrase: bool) {
        for entry in entries {
            if words <= PHRASE_WORDS
                || matches!(entry.kind, Kind::Notice | Kind::Credit | Kind::Menu)
            {
                self.note(entry, at, phrase);
            }
        }
    }

    fn note(&mut self, entry: &Entry, at: usize, phrase: bool) {
        match entry.kind {
            Kind::Share => self.share = true,
            Kind::Menu => self.menu = true,
            Kind::Notice => self.notice = true,
            Kind::Related => {
                self.related = true;
                self.points |= at == 0 && phrase;
            }
            Kind::Comment => self.comment = true,
            Kind::Credit => self.credit = true,
            // `by` is a byline at the line's start alone.
            Kind::Byline => self.byline |= at == 0,
            Kind::Advert => self.advert = true,
            Kind::Publishing => {
                self.publishing = true;
                self.calendar = true;
            }
            // `May` and `March` lead sentences too; a date mark says nothing of leading.
            Kind::Month | Kind::MonthShort | Kind::DatePart => {
                self.month = true;
                // Short ones of other languages are words of English: *out*, *set*, *pro*.
                self.calendar |= entry.kind == Kind::Month || entry.is_english();
                return;
            }
            Kind::Weekday | Kind::WeekdayShort => {
                self.calendar = true;
                return;
            }
            // What else a word is says nothing of furniture.
            _ => return,
        }
        self.leads |= at == 0;
        self.phrase |= at == 0 && phrase;
    }
}

/// As many characters at a line's end are looked at.
const CREDIT_CHARS: usize = 48;

/// Whether a line ends with who took the picture: whether one of the words and signs that are listed
/// for that stands in its last characters.
pub(super) fn ends_in_credit(part: &str) -> bool {
    static SIGNS: LazyLock<Vec<(String, bool)>> = LazyLock::new(|| {
        let words = lists::words_of(Kind::CreditEnding)
            .map(|(word, entry)| (word.to_owned(), entry.text() == Some("whole")));
        let phrases = lists::phrases_of(Kind::CreditEnding)
            .map(|(first, phrase, entry)| (phrase.with(first), entry.text() == Some("whole")));
        words.chain(phrases).collect()
    });
    let from = part.char_indices().rev().take(CREDIT_CHARS).last().map_or(0, |(at, _)| at);
    let tail = part.get(from..).unwrap_or("").to_lowercase();
    let ends_word =
        |end: usize| !tail.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let ends_a_word =
        |sign: &str| tail.match_indices(sign).any(|(at, _)| ends_word(at + sign.len()));
    // Nearly no line holds any, which is quickly seen.
    SIGNS.iter().any(|(sign, whole)| tail.contains(sign.as_str()) && (!whole || ends_a_word(sign)))
}

/// Whether a word of a line is one of the commonest of its language: a line of prose is full of
/// them, a menu is not (the idea is jusText's, Pomikálek 2011).
pub(super) fn is_common(found: &Found) -> bool {
    found.listed.is_some_and(|row| row.has(Kind::Common))
}

/// Whether a word of a line speaks to the reader or of the publisher: *you*, *our*.
pub(super) fn is_reader(found: &Found) -> bool {
    found.listed.is_some_and(|row| row.has(Kind::Reader))
}

/// Slow twins of the look-ups, for words in lower case.
#[cfg(test)]
pub(super) mod twin {
    use super::Marks;
    use crate::text::lists::{self, Entry, Kind};

    pub(in crate::page) fn is_common(word: &str) -> bool {
        lists::words_of(Kind::Common).any(|(listed, _)| listed == word)
    }

    pub(in crate::page) fn is_reader(word: &str) -> bool {
        lists::words_of(Kind::Reader).any(|(listed, _)| listed == word)
    }

    /// All that the lists hold, with what it is.
    fn listed() -> impl Iterator<Item = (String, &'static [Entry])> {
        lists::all().flat_map(|row| {
            let phrases = row.phrases.iter().map(|phrase| (phrase.with(row.word), phrase.entries));
            std::iter::once((row.word.to_owned(), row.entries)).chain(phrases)
        })
    }

    pub(in crate::page) fn marks(look: &[String], words: usize) -> Marks {
        let mut marks = Marks::default();
        for (phrase, entries) in listed() {
            let parts: Vec<&str> = phrase.split(' ').collect();
            for (at, window) in look.windows(parts.len()).enumerate() {
                if window == parts {
                    marks.note_all(entries, words, at, parts.len() > 1);
                }
            }
        }
        marks
    }

    /// All that the lists hold, for tests to put into a text.
    pub(in crate::page) fn phrases() -> Vec<String> {
        listed().map(|(phrase, _)| phrase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_COMMON, ends_in_credit, find, is_common, is_reader};
    use crate::text::lists::{Kind, words_of};

    #[test]
    fn words_are_found_as_lines_write_them() {
        for (word, _) in words_of(Kind::Common) {
            assert!(word.chars().count() <= LONGEST_COMMON, "{word}");
            assert!(is_common(&find(word)) && is_common(&find(&word.to_uppercase())), "{word}");
        }
        for (word, _) in words_of(Kind::Reader) {
            assert!(word.chars().count() <= LONGEST_COMMON && is_reader(&find(word)), "{word}");
        }
        for word in ["share", "SHARE", "Комментарии", "leave", "don't"] {
            let listed = find(word).listed.unwrap();
            assert!(super::spells(word, listed.word), "{word}");
        }
        assert!(find("ferry").listed.is_none() && find("").listed.is_none());
    }

    #[test]
    fn a_caption_ends_with_who_took_the_picture() {
        for line in [
            "The pier (AP)",
            "The pier. Photo: A. Poe",
            "A pier, via AP",
            "Pier/AFP",
            "gettyimages",
        ] {
            assert!(ends_in_credit(line), "{line}");
        }
        for line in ["The pier (April)", "The pier in April"] {
            assert!(!ends_in_credit(line), "{line}");
        }
    }
}
