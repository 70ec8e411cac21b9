//! The words around a mark.
//!
//! In: the text before a mark, or behind it. Out: the word next to it, and whether a word with a
//! capital opens a sentence there. What a capital means is asked of the lists and of what was
//! counted in news (`text/capitals.rs`).

use crate::text::capitals;
use crate::text::chars::{self, Class};
use crate::text::fold;
use crate::text::lists::{self, Kind};

/// The word (letters, digits, inner full stops and apostrophes) that `before` ends with.
pub(super) fn last_word(before: &str) -> &str {
    let start = before
        .char_indices()
        .rev()
        .take_while(|&(_, c)| is_of_last_word(c))
        .last()
        .map_or(before.len(), |(at, _)| at);
    before.get(start..).unwrap_or("")
}

/// Whether the word that `before` ends with is no abbreviation, listed or not: it is written small, and
/// is known as a word or longer than anybody shortens one to.
pub(super) fn is_whole(before: &str) -> bool {
    /// An abbreviation that no list has is shorter.
    const LETTERS: usize = 6;
    let word = last_word(before);
    let known = || {
        capitals::is_common(word) || lists::find(word).is_some_and(|row| row.has(Kind::Function))
    };
    word.chars().all(char::is_lowercase)
        && (word.chars().nth(LETTERS - 1).is_some() || (word.chars().nth(2).is_some() && known()))
}

fn is_of_last_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '&')
}

/// The first word of `text`, without opening marks before it.
pub(super) fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(opens);
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// Whether `c` is a quotation mark or bracket that opens.
pub(super) fn opens(c: char) -> bool {
    chars::is(c, Class::OPENER)
}

/// Whether `word`, capitalised, usually opens a sentence, so that a full stop before it ends one
/// even after an abbreviation.
pub(super) fn starts_sentence(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && !chars.any(char::is_uppercase)
        && lists::has(&fold::lower(word), Kind::OpensSentence)
}

/// Whether `word` has a capital though English news mostly writes it small, or always (`never_name`).
pub(super) fn is_common(word: &str, never_name: bool) -> bool {
    let mut chars = word.chars();
    let capital = chars.next().is_some_and(char::is_uppercase) && !chars.any(char::is_uppercase);
    let common = if never_name { capitals::is_no_name } else { capitals::is_common };
    capital && word.is_ascii() && common(&fold::lower(word))
}

/// What opens the text behind an abbreviation, the less sure of a sentence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Opening {
    /// Nothing of a sentence: a small letter, a figure, a part of a name that the abbreviation began.
    None,
    /// A name, with the rest of a clause behind it: *Smith declined*.
    Name,
    /// A word that is commonly small: *Officials said*.
    Common,
    /// A word that news never has as a name.
    NeverName,
    /// A word that opens sentences.
    Sure,
}

impl Opening {
    pub(super) fn of(following: &str) -> Self {
        let text = following.trim_start_matches(opens);
        let word = first_word(text);
        let rest = text.get(word.len()..).unwrap_or("");
        let shortened = |row: &lists::Row| row.has(Kind::Abbreviation);
        if rest.starts_with('.')
            && (word.chars().nth(1).is_none()
                || lists::find(&fold::lower(word)).is_some_and(shortened))
        {
            return Self::None;
        }
        if starts_sentence(word) {
            return Self::Sure;
        }
        let mut letters = word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        if !capital || letters.clone().next().is_none() || letters.any(char::is_uppercase) {
            return Self::None;
        }
        let small = fold::lower(word);
        if capitals::goes_on_name(small.strip_suffix("'s").unwrap_or(&small)) {
            return Self::None;
        }
        let row = lists::find(&small);
        let dated = [Kind::Weekday, Kind::WeekdayShort, Kind::Month, Kind::Zone];
        if row.is_some_and(|row| dated.iter().any(|kind| row.has(*kind))) {
            return Self::None;
        }
        // Two capitals are a name, or a title with one: *Chief Executive Tim Poole*.
        let second = rest.strip_prefix([' ', '\u{a0}']).map_or("", first_word);
        if !second.starts_with(char::is_lowercase) {
            return Self::None;
        }
        if row.is_some_and(|row| row.has(Kind::Function) && !row.has(Kind::NameParticle)) {
            return Self::Sure;
        }
        if is_common(word, true) {
            return Self::NeverName;
        }
        if is_common(word, false) {
            return Self::Common;
        }
        // "Way in Oakmere" is no clause, "Smith is" is one.
        let second = lists::find(&fold::lower(second));
        let verb = second.is_some_and(|row| row.has(Kind::Saying) || row.has(Kind::Auxiliary));
        if verb || !second.is_some_and(|row| row.has(Kind::Function)) {
            Self::Name
        } else {
            Self::None
        }
    }
}
