//! A sentence that visibly goes on behind a mark.
//!
//! In: the text around a mark. Out: whether the sentence goes on (a small letter, a dash, who spoke,
//! a bracket that is still open, a name that ends in `!`), and whether one begins where a space was lost.
//! Looks no further than some hundred bytes to either side.

use super::marks::Mark;
use super::words::{Opening, first_word, is_common, last_word, opens, starts_sentence};
use crate::span::Span;
use crate::text::chars::{self, Class};
use crate::text::fold;
use crate::text::lists::{self, Kind};

/// A bracket further away than this belongs to something else.
const FAR_BYTES: usize = 300;

/// Whether what follows a quotation in Chinese or Japanese says who spoke and belongs to it:
/// *他说。*, *と話した。*
pub(super) fn wide_speech_tag(after: &str) -> bool {
    /// A longer clause is a sentence of its own.
    const LONGEST_CHARS: usize = 14;
    // Japanese marks a quotation after it.
    let listed = |part: Option<&str>, kind| part.is_some_and(|part| lists::has(part, kind));
    let first = |count: usize| {
        let end = after.char_indices().nth(count).map_or(after.len(), |(at, _)| at);
        after.get(..end)
    };
    let end = after.find(|c| Mark::of(c) != Mark::None).unwrap_or(after.len());
    let tag = after.get(..end).unwrap_or("").trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = |count: usize| {
        let start = tag.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
        tag.get(start..)
    };
    let short = tag.chars().nth(LONGEST_CHARS).is_none();
    (1..=2).any(|count| {
        listed(first(count), Kind::QuotationBehind) || (short && listed(last(count), Kind::Saying))
    })
}

/// Whether the text after a mark continues its sentence: a dash, a comma, a closing mark that stands
/// apart.
pub(super) fn goes_on(following: &str) -> bool {
    let class = following.chars().next().map_or(Class::of(' '), Class::of);
    let dash = |mark: &str| following.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' '));
    let small = |rest: &str| rest.trim_start().starts_with(char::is_lowercase);
    following.starts_with([',', ';', ':', '–', '—', '&', '!', '?', ')', ']'])
        || (class.is(Class::CLOSER) && !class.is(Class::OPENER) && !class.is(Class::APOSTROPHE))
        || dash("--")
        || (dash("-") && following.get(1..).is_some_and(small))
}

/// Whether it begins with a small letter that is not the start of a name such as *iPhone*.
pub(super) fn is_small(following: &str) -> bool {
    let mut chars = following.trim_start_matches(opens).chars();
    chars.next().is_some_and(char::is_lowercase) && !chars.next().is_some_and(char::is_uppercase)
}

/// Whether what follows a quoted `!` or `?` is a tag such as *Smith said*, which belongs to it.
pub(super) fn speech_tag(following: &str) -> bool {
    /// So many words may be before the verb, whatever they are.
    const NEAR: usize = 3;
    /// So many where the last is a name: *national team coach Ann Poole said*.
    const FAR: usize = 8;
    if !following.starts_with(char::is_uppercase) {
        return false;
    }
    let mut named = true;
    for (n, word) in following.split_whitespace().take(FAR).enumerate().skip(1) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if (n <= NEAR || named) && lists::has(bare, Kind::Saying) {
            return true;
        }
        if bare.len() < word.len() && !word.ends_with(['.', ',', ')']) {
            return false;
        }
        named = word.starts_with(char::is_uppercase);
    }
    false
}

/// Whether a bracket that opened inside `sentence` is still open at its end, and closes soon. Of
/// scripts without spaces (`wide`) also where the sentence begins with it, and some quotations.
pub(super) fn in_brackets(text: &str, sentence: Span, wide: bool) -> bool {
    const OPENING: [char; 2] = ['(', '（'];
    const CLOSING: [char; 2] = [')', '）'];
    const OPENING_WIDE: [char; 4] = ['(', '（', '「', '『'];
    const CLOSING_WIDE: [char; 4] = [')', '）', '」', '』'];
    let (opening, closing): (&[char], &[char]) =
        if wide { (&OPENING_WIDE, &CLOSING_WIDE) } else { (&OPENING, &CLOSING) };
    let inside = sentence.trim(text).of(text);
    let near = inside.len().saturating_sub(FAR_BYTES);
    let near = (near..inside.len()).find_map(|at| inside.get(at..)).unwrap_or("");
    let Some(at) = near.rfind(opening) else { return false };
    let begins = near.len() == inside.len() && at == 0 && !wide;
    if begins || near.get(at..).is_some_and(|rest| rest.contains(closing)) {
        return false;
    }
    let ahead = chars::head(text.get(sentence.end..).unwrap_or(""), FAR_BYTES);
    let bound =
        |c: char| chars::is(c, Class::LINE_END) || opening.contains(&c) || closing.contains(&c);
    ahead.find(bound).and_then(|at| ahead.get(at..)).is_some_and(|rest| rest.starts_with(closing))
}

/// Whether the `!` or `?` behind `before` belongs to a name: *Yahoo! News*, *Who Framed Hal? Director*.
pub(super) fn ends_name(before: &str, following: &str) -> bool {
    /// Titles are shorter.
    const MOST_WORDS: usize = 6;
    let word = last_word(before);
    if word.starts_with(char::is_uppercase) && lists::has(&fold::lower(word), Kind::Exclaimed) {
        let next = first_word(following);
        let second = following.get(next.len()..).unwrap_or("").trim_start();
        return !starts_sentence(next) || second.starts_with(char::is_uppercase);
    }
    let sentence = before.trim_start();
    if sentence.len() > FAR_BYTES || Opening::of(following) == Opening::Sure {
        return false;
    }
    // A title has capitals where prose has none.
    let mut words = sentence.split_whitespace();
    let titled = |word: &str| word.starts_with(char::is_uppercase);
    words.next().is_some_and(titled)
        && words.clone().take(MOST_WORDS).all(titled)
        && words.clone().nth(MOST_WORDS).is_none()
        && words.any(|word| is_common(word, false))
        && following
            .split_whitespace()
            .take(MOST_WORDS)
            .any(|word| word.starts_with(char::is_lowercase))
}

/// Whether *end.The* is two sentences whose space was lost: a word of three letters or more, or what
/// closes behind one, then a capitalised one. `tail` is the mark with what belongs to it.
pub(super) fn missing_space(before: &str, tail: &str, after: &str) -> bool {
    let mut next = after.chars();
    let capital = next.next().is_some_and(char::is_uppercase)
        && next.next().is_some_and(|c| c.is_lowercase() || c == ' ');
    if !capital || is_address(after) {
        return false;
    }
    let mark = tail.chars().next().map_or(1, char::len_utf8);
    // "(for now).Crews", "5%.Wages", "over.”Then"
    let closed = |c: char| {
        let class = Class::of(c);
        class.is(Class::CLOSER) && (!class.is(Class::OPENER) || c == '"')
    };
    if before.ends_with(|c| closed(c) || c == '%') {
        return tail.len() == mark;
    }
    if tail.len() > mark {
        return tail.ends_with(|c| closed(c) && !opens(c));
    }
    let head = before.trim_end_matches(|c: char| c.is_alphabetic());
    let word = before.get(head.len()..).unwrap_or("");
    if head
        .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '&' | '@' | '/'))
    {
        return false;
    }
    let small = word.chars().all(char::is_lowercase);
    let next = first_word(after);
    let plain = starts_sentence(next) || is_common(next, false);
    (small && word.chars().nth(2).is_some() && !word.ends_with("www"))
        || (plain && word.chars().nth(if small { 2 } else { 1 }).is_some())
}

/// Whether `text` goes on as an address does, before white space: with a slash, an `@`, a `=`, or a
/// full stop inside.
fn is_address(text: &str) -> bool {
    let mut stopped = false;
    chars::head(text, FAR_BYTES).chars().take_while(|c| !c.is_whitespace()).any(|c| {
        let inside = std::mem::replace(&mut stopped, c == '.') && c != '.';
        inside || matches!(c, '/' | '@' | '=')
    })
}
