//! Which scripts put spaces between words.
//!
//! In: a character, or a text. Out: whether its script parts words by spaces, and how many words
//! a text has. Knows no language and no dictionary.

/// Letters of Thai, Lao, Khmer and Burmese that are counted as one word: a word has about four,
/// and where it ends is not seen.
const LETTERS_A_WORD: usize = 4;

/// Whether `c` is a Han character or kana, each of which is counted as a word.
pub(crate) fn is_han_or_kana(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` is of a script of South East Asia that parts phrases by spaces but not words.
fn is_southeast_asian(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Whether no space stands between words of `c`'s script.
pub(crate) fn is_spaceless(c: char) -> bool {
    is_han_or_kana(c) || is_southeast_asian(c)
}

/// Whether more than half of the letters of `texts` are `such`, which no ASCII character is. An
/// ASCII text counts as letters alone.
pub(crate) fn mostly<'a>(
    texts: impl Iterator<Item = &'a str>,
    such: impl Fn(char) -> bool,
) -> bool {
    let (mut found, mut letters) = (0_usize, 0_usize);
    for text in texts {
        if text.is_ascii() {
            letters += text.len();
            continue;
        }
        for c in text.chars() {
            if c.is_ascii() {
                letters += usize::from(c.is_ascii_alphabetic());
            } else if c.is_alphabetic() {
                letters += 1;
                found += usize::from(such(c));
            }
        }
    }
    found * 2 > letters
}

/// The number of words of `text`: parts between white space; but each Han character and kana is
/// one, and so are four letters of Thai, Lao, Khmer or Burmese.
pub(crate) fn words(text: &str) -> usize {
    if text.is_ascii() {
        // A word begins where a byte is no space and the one before is, or is none.
        let bytes = text.as_bytes();
        let opens = usize::from(bytes.first().is_some_and(|&byte| !is_ascii_space(byte)));
        let after = bytes.iter().zip(bytes.iter().skip(1));
        opens + after.filter(|(a, b)| is_ascii_space(**a) && !is_ascii_space(**b)).count()
    } else {
        text.split_whitespace().map(words_of).sum()
    }
}

/// Whether `text` has at least `least` [words]; looks no further than it must.
pub(crate) fn has_words(text: &str, least: usize) -> bool {
    if text.is_ascii() {
        let parts = text.as_bytes().split(|&byte| is_ascii_space(byte));
        parts.filter(|part| !part.is_empty()).take(least).count() == least
    } else {
        words(text) >= least
    }
}

/// `char::is_whitespace` below 128.
fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn words_of(part: &str) -> usize {
    let (mut single, mut letters, mut runs, mut in_run) = (0_usize, 0_usize, 0_usize, false);
    for c in part.chars() {
        if is_han_or_kana(c) {
            single += 1;
            in_run = false;
        } else if is_southeast_asian(c) {
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

    use super::{has_words, words};

    #[test]
    fn words_are_counted_in_every_script() {
        for (text, count) in [
            ("", 0),
            ("The well-known mayor’s “plan” – done", 6),
            ("他来了。", 3),
            ("港口管理局星期一说，3号桥将关闭。", 15),
            ("GDP增长2.5个百分点", 8),
            ("東京タワー", 5),
            ("Мэр открыл мост", 3),
            ("다리를 닫았다", 2),
            ("สะพานปิดแล้ว", 3),
        ] {
            assert_eq!(words(text), count, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn ascii_words_are_those_between_spaces(text in "[ -~\t\n\u{b}\u{c}\r\u{1c}\u{1f}]{0,40}|[a ]{0,20}", least in 0_usize..9) {
            prop_assert_eq!(words(&text), text.split_whitespace().count());
            prop_assert_eq!(has_words(&text, least), words(&text) >= least);
        }
    }
}
