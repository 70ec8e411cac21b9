//! Text to words: the one splitter, and counts.
//!
//! In: text. Out: where its words stand, or how many there are. A word is a run of letters, digits
//! and what belongs to them; [`Inner`] says which marks may stand inside one. Counting goes by white
//! space instead, as people count, but each Han character and kana is one, and so are four letters
//! of Thai, Lao, Khmer or Burmese.
//!
//! Nearly all of a news text is ASCII: bytes are looked at first, characters only where a byte begins
//! one. Knows no language and no dictionary.

use crate::span::Span;
use crate::text::chars::{self, Class};

/// Letters of Thai, Lao, Khmer and Burmese that are counted as one word: a word has about four,
/// and where it ends is not seen.
const LETTERS_A_WORD: usize = 4;

/// The marks that may stand inside a word, between two of its letters or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inner {
    /// None: *don't* is two words.
    None,
    /// Apostrophes: *don't* is one.
    Apostrophes,
    /// Apostrophes, full stops and `&`: *U.S.A*, *R&B*, *example.org* are one each.
    Spelling,
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) span: Span,
    /// Whether a full stop stands inside it.
    pub(crate) dotted: bool,
}

/// The words of `text`, in order.
pub(crate) fn split(text: &str, inner: Inner) -> impl Iterator<Item = Word> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        // An accent or a joiner with no letter before it is no word.
        let start = at + text.get(at..)?.find(char::is_alphanumeric)?;
        let (end, dotted) = word_end(text, start, inner);
        at = end;
        Some(Word { span: Span::new(start, end), dotted })
    })
}

/// Where the word ends that begins at the offset `start`, and whether it has a full stop inside.
fn word_end(text: &str, start: usize, inner: Inner) -> (usize, bool) {
    let rest = text.get(start..).unwrap_or("");
    let ascii = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let mut dotted = false;
    for (at, c) in rest.get(ascii..).unwrap_or("").char_indices() {
        let at = ascii + at;
        if chars::is_of_word(c) {
            continue;
        }
        let may_stand = match c {
            '\'' | '’' => inner != Inner::None,
            '.' | '&' => inner == Inner::Spelling,
            _ => false,
        };
        let after = || rest.get(at + c.len_utf8()..);
        if !may_stand || !after().is_some_and(|after| after.starts_with(char::is_alphanumeric)) {
            return (start + at, dotted);
        }
        dotted |= c == '.';
    }
    (text.len(), dotted)
}

/// The number of words of `text`: parts between white space; but each Han character and kana is
/// one, and so are four letters of Thai, Lao, Khmer or Burmese.
pub(crate) fn count(text: &str) -> usize {
    const CHUNK: usize = 128;
    if text.is_ascii() {
        // A word begins where a byte is no space and the one before is, or is none.
        let bytes = text.as_bytes();
        let opens = usize::from(bytes.first().is_some_and(|&byte| !is_ascii_space(byte)));
        // Sums without branches, small enough for a byte: the processor takes many at a time.
        let parts = bytes.chunks(CHUNK).zip(bytes.get(1..).unwrap_or_default().chunks(CHUNK));
        let opening = |(&a, &b): (&u8, &u8)| u8::from(is_ascii_space(a) & !is_ascii_space(b));
        let later = parts.map(|(a, b)| usize::from(a.iter().zip(b).map(opening).sum::<u8>()));
        opens + later.sum::<usize>()
    } else {
        text.split_whitespace().map(count_part).sum()
    }
}

/// Whether [`count`] is `least` or more; reads no further than it must.
pub(crate) fn has_at_least(text: &str, least: usize) -> bool {
    let mut found = 0;
    let mut parts = text.split_whitespace();
    least == 0
        || parts.any(|part| {
            found += if part.is_ascii() { 1 } else { count_part(part) };
            found >= least
        })
}

/// `char::is_whitespace` below 128.
fn is_ascii_space(byte: u8) -> bool {
    (byte == b' ') | (byte.wrapping_sub(b'\t') <= b'\r' - b'\t')
}

fn count_part(part: &str) -> usize {
    let (mut single, mut letters, mut runs, mut in_run) = (0_usize, 0_usize, 0_usize, false);
    for c in part.chars() {
        let class = Class::of(c);
        if class.is(Class::HAN_OR_KANA) {
            single += 1;
            in_run = false;
        } else if class.is(Class::SOUTHEAST) {
            letters += usize::from(c.is_alphabetic());
            in_run = false;
        } else if c.is_alphanumeric() {
            runs += usize::from(!in_run);
            in_run = true;
        }
    }
    if single + letters == 0 {
        return 1;
    }
    single + letters.div_ceil(LETTERS_A_WORD) + runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Inner, count, split};
    use crate::text::chars;

    #[test]
    fn words_are_counted_in_every_script() {
        for (text, expected) in [
            ("", 0),
            ("The well-known mayor’s “plan” – done", 6),
            ("他来了。", 3),
            ("港口管理局星期一说，3号桥将关闭。", 15),
            ("GDP增长2.5个百分点", 8),
            ("東京タワー", 5),
            ("サン・パウロ", 5),
            ("Мэр открыл мост", 3),
            ("다리를 닫았다", 2),
            ("สะพานปิดแล้ว", 3),
        ] {
            assert_eq!(count(text), expected, "{text:?}");
        }
    }

    #[test]
    fn marks_stand_inside_words_as_asked() {
        let text = "Don't stop: the U.S.A’s R&B, e.g. example.org… स्कूल cafe\u{301}s 東京 3.5% 'a'";
        for (inner, expected) in [
            (Inner::None, "Don|t|stop|the|U|S|A|s|R|B|e|g|example|org|स्कूल|cafe\u{301}s|東京|3|5|a"),
            (
                Inner::Apostrophes,
                "Don't|stop|the|U|S|A’s|R|B|e|g|example|org|स्कूल|cafe\u{301}s|東京|3|5|a",
            ),
            (
                Inner::Spelling,
                "Don't|stop|the|U.S.A’s|R&B|e.g|example.org|स्कूल|cafe\u{301}s|東京|3.5|a",
            ),
        ] {
            let words: Vec<&str> = split(text, inner).map(|word| word.span.of(text)).collect();
            assert_eq!(words.join("|"), expected);
            assert!(split(text, inner).all(|word| word.dotted == word.span.of(text).contains('.')));
        }
    }

    proptest! {
        #[test]
        fn ascii_words_are_those_between_spaces(text in "[ -~\t\n\u{b}\u{c}\r\u{1c}\u{1f}]{0,40}|[a ]{0,20}") {
            prop_assert_eq!(count(&text), text.split_whitespace().count());
        }

        #[test]
        fn words_without_marks_are_the_runs_between_them(
            text in "\\PC{0,40}|[a-z'’.& éस्\u{200d}]{0,30}",
        ) {
            let runs = text
                .split(|c| !chars::is_of_word(c))
                .map(|run| run.trim_start_matches(|c: char| !c.is_alphanumeric()))
                .filter(|run| !run.is_empty());
            let words: Vec<&str> = split(&text, Inner::None).map(|word| word.span.of(&text)).collect();
            prop_assert_eq!(words, runs.collect::<Vec<_>>());
        }
    }
}
