//! The full stop of an abbreviation.
//!
//! In: the text of a sentence before a full stop, and the text behind it. Out: whether the stop
//! belongs to an abbreviation, an initial, an ordinal or a list number, and ends nothing. Which
//! abbreviations there are, and what may stand behind them, are rows of `data/words.tsv`.

use super::words::{Opening, first_word, is_common, last_word, opens, starts_sentence};
use crate::text::chars;
use crate::text::fold;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};

/// Whether the full stop after `before` belongs to an abbreviation, an initial or a list number,
/// given what follows it.
pub(super) fn abbreviated(before: &str, following: &str) -> bool {
    let word = last_word(before);
    if word.is_empty() {
        return false;
    }
    let opens_sentence = word.len() == before.trim_start().len();
    if word.bytes().all(|b| b.is_ascii_digit()) {
        // "1. Mix the flour", "1041. Of wells": a list number, where a sentence begins only.
        let listed = opens_sentence && word.len() <= 4 && !following.is_empty();
        return listed || (word.len() <= 2 && is_ordinal(before, word, following));
    }
    let next_word = first_word(following);
    // "z. B.", "u. a.", "т. е.", "S. A.": a letter alone, before another.
    let single = |word: &str| word.chars().count() == 1;
    let next_stopped = following.get(next_word.len()..).is_some_and(|rest| rest.starts_with('.'));
    if single(word) && word.starts_with(char::is_alphabetic) && single(next_word) && next_stopped {
        return true;
    }
    // "в 2020 г. Он": the year's mark ends a sentence, the town's does not.
    if word == "г" {
        return !last_word(before.trim_end_matches('г').trim_end()).ends_with(char::is_numeric);
    }
    let bare = word.trim_start_matches('.');
    let head = before.get(..before.len() - word.len()).unwrap_or("");
    match abbreviation(bare) {
        // "Mr.", "e.g."
        Some("never") => true,
        // "No. 5", "Jan. 3", "pp. 12"
        Some("before-digit") => next_word.starts_with(|c: char| c.is_ascii_digit()),
        // "Gen. Lee", "St. Paul"
        Some("before-name") => !starts_sentence(next_word) && !following.is_empty(),
        // "Inc.", "p.m."
        Some(_) => {
            // "A U.S. Navy ship" has no name that could end there: that would be "the U.S."
            let bound = |row: &lists::Row| row.has(Kind::WithArticle) && !has_article(head);
            let least = if lists::find(&fold::lower(bare)).is_some_and(bound) {
                Opening::Sure
            } else {
                Opening::Name
            };
            !ends_here(following, least)
        }
        None => {
            let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
            let dotted =
                bare.contains('.') && bare.split('.').all(|part| part.chars().count() <= 2);
            let initial = letters == 1 && bare.chars().all(char::is_uppercase);
            // "Plan B. The" and "than I. She" end; "George W. Bush" does not.
            let least =
                if initial && is_lettered(head) { Opening::Name } else { Opening::NeverName };
            (initial || (dotted && letters >= 2)) && !ends_here(following, least)
        }
    }
}

/// As [`abbreviated`], in text without capitals: any abbreviation goes on.
pub(super) fn abbreviated_small(before: &str, following: &str) -> bool {
    let word = last_word(before).trim_start_matches('.');
    match abbreviation(word) {
        Some("before-digit") => first_word(following).starts_with(|c: char| c.is_ascii_digit()),
        Some(_) => true,
        None => word.contains('.'),
    }
}

/// Whether the text behind an abbreviation is a new sentence, or opens at least like that, or with a
/// quotation.
fn ends_here(following: &str, least: Opening) -> bool {
    let quoted = following.starts_with(|c| chars::opens_quotation(c) && c != '\'')
        && first_word(following).starts_with(char::is_uppercase);
    quoted || Opening::of(following) >= least
}

/// Whether the letter behind `head` is the name of a group, a plan, a blood type, and no initial.
fn is_lettered(head: &str) -> bool {
    lists::has(&fold::lower(last_word(head.trim_end())), Kind::Lettered)
}

/// Whether *the* stands before the abbreviation.
fn has_article(head: &str) -> bool {
    last_word(head.trim_end()).eq_ignore_ascii_case("the")
}

/// Whether a full stop after a number makes it an ordinal, as in German: *am 3. Oktober*, *vom 19.
/// Jahrhundert*, *der 2. Wahlgang*.
fn is_ordinal(before: &str, number: &str, following: &str) -> bool {
    let Some(german) = Language::of_code("de") else { return false };
    let counted = first_word(following);
    if !counted.starts_with(char::is_uppercase) || following.starts_with(opens) {
        return false;
    }
    let small = fold::lower(counted);
    if lists::has(&small, Kind::Counted) || lists::has_in(&small, Kind::Month, german) {
        return true;
    }
    let head = before.get(..before.len() - number.len()).unwrap_or("").trim_end();
    // "Das war am 12. Danach": what opens a sentence is not counted.
    lists::has(&fold::lower(last_word(head)), Kind::BeforeOrdinal)
        && !lists::has_in(&small, Kind::Function, german)
        && !is_common(counted, false)
}

/// How the full stop of an abbreviation is read: a value of the kind `abbreviation`.
fn abbreviation(word: &str) -> Option<&'static str> {
    /// No abbreviation that is listed is longer.
    const LONGEST_BYTES: usize = 16;
    if word.len() > LONGEST_BYTES {
        return None;
    }
    let small = fold::lower(word);
    // "Hauptstr. 5"
    let row =
        lists::find(&small).or_else(|| lists::find(small.strip_suffix("str").map(|_| "str")?))?;
    let cased = if word.starts_with(char::is_uppercase) {
        Kind::AbbreviationCapital
    } else {
        Kind::AbbreviationSmall
    };
    row.of(Kind::Abbreviation).chain(row.of(cased)).next()?.text()
}
