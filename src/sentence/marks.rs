//! Text to marks: where a sentence might end.
//!
//! In: a text and an offset. Out: the next character that may end a sentence, what kind of mark it
//! is, and where what belongs to it (more marks, closing quotes, a footnote's number, an emoji) ends.
//! Does not know words.

use crate::text::chars::{self, Class};

/// The first character from offset `from` on that may be a mark: any but the letters, spaces and
/// marks of ASCII that are none. Text is full of those, so they are passed over byte by byte.
pub(super) fn next_candidate(text: &str, from: usize) -> Option<(usize, char)> {
    let rest = text.as_bytes().get(from..)?;
    let may_be =
        |byte: &u8| matches!(byte, b'\n' | 0x0b..=b'\r' | b'!' | b'.' | b';' | b'?' | 0x80..);
    let at = from + rest.iter().position(may_be)?;
    Some((at, text.get(at..)?.chars().next()?))
}

/// What a character does to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    /// `.`: ends a sentence unless something else explains it.
    Stop,
    /// `!`, `?`, `…` and their like: end one unless the sentence visibly goes on.
    Strong,
    /// A mark of a script that puts no space between sentences.
    Wide,
    /// A picture that stands for one of these.
    Emoji,
    /// `;`, which asks in Greek.
    Semicolon,
    /// A line end.
    Line,
}

impl Mark {
    pub(super) fn of(c: char) -> Mark {
        let class = Class::of(c);
        if class.is(Class::FULL_STOP) {
            Mark::Stop
        } else if class.is(Class::STRONG_STOP) {
            Mark::Strong
        } else if class.is(Class::WIDE_STOP) {
            Mark::Wide
        } else if class.is(Class::LINE_END) {
            Mark::Line
        } else if class.is(Class::EMOJI) {
            Mark::Emoji
        } else if c == ';' {
            Mark::Semicolon
        } else {
            Mark::None
        }
    }

    /// What the character at the end of `before` and then `c` does.
    pub(super) fn behind(before: &str, c: char) -> Mark {
        match Mark::of(c) {
            Mark::Semicolon if before.ends_with(is_greek) => Mark::Strong,
            Mark::Semicolon => Mark::None,
            mark => mark,
        }
    }
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

/// More marks in a row than this, footnotes' numbers or emojis, belong to no sentence: a line of dots, a
/// line of stars. What is behind them is read as behind any mark.
const MOST_MARKS: usize = 64;

/// The offset after further stops and closing quotes or brackets that belong to the mark just before
/// `from`, and after a footnote's number and emojis behind them. The sentence begins at `start`.
pub(super) fn closing_end(text: &str, start: usize, from: usize) -> usize {
    let mut end = from;
    for c in text.get(from..).unwrap_or("").chars().take(MOST_MARKS) {
        let after = end + c.len_utf8();
        let class = Class::of(c);
        // `“` closes in German and opens in English, where a word follows.
        let closes = class.is(Class::STOP)
            || class.is(Class::CLOSER)
            || (class.is(Class::LOW_CLOSER)
                && !text.get(after..).is_some_and(|rest| rest.starts_with(chars::is_of_word)));
        if !closes {
            break;
        }
        end = after;
    }
    // "… it ended. ” Then": a closing quote that a scraper set apart still closes.
    let apart = text.get(end..).unwrap_or("").strip_prefix([' ', '\u{a0}']).unwrap_or("");
    let after = apart.trim_start_matches(['”', '’', '»']);
    if after.len() < apart.len() && ends_word(after) {
        return text.len() - after.len();
    }
    let rest = text.get(end..).unwrap_or("");
    // Where a sentence begins with such a number, the next number begins the next.
    let numbered =
        text.get(start..from).is_some_and(|sentence| sentence.trim_start().starts_with('['));
    text.len() - behind_emojis(behind_notes(rest, !numbered)).len()
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| !c.is_whitespace())
}

/// `rest` without the numbers of footnotes that it begins with, a blank before each or not (`apart`):
/// *[3]*, *¹*.
fn behind_notes(rest: &str, apart: bool) -> &str {
    /// A note's number is shorter.
    const MOST_DIGITS: usize = 3;
    let mut after = rest;
    loop {
        let next = after.strip_prefix(' ').filter(|_| apart).unwrap_or(after);
        let Some(inner) = next.strip_prefix('[') else { break };
        let behind = inner.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = inner.len() - behind.len();
        match behind.strip_prefix(']') {
            Some(behind) if (1..=MOST_DIGITS).contains(&digits) => after = behind,
            _ => break,
        }
    }
    after = after.trim_start_matches(['¹', '²', '³', '⁰', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']);
    if ends_word(after) { after } else { rest }
}

/// `rest` without the emojis that it begins with, a blank before them or not.
fn behind_emojis(rest: &str) -> &str {
    let apart = rest.strip_prefix([' ', '\u{a0}']).unwrap_or(rest);
    let mut after = apart;
    for c in apart.chars().take(MOST_MARKS) {
        let picture = chars::is(c, Class::EMOJI) || matches!(c, '\u{2600}'..='\u{27bf}');
        // What joins two, and what says that the one before is a picture.
        let joins = after.len() < apart.len() && matches!(c, '\u{fe0f}' | '\u{200d}');
        if !picture && !joins {
            break;
        }
        after = after.get(c.len_utf8()..).unwrap_or("");
    }
    if after.len() < apart.len() && ends_word(after) { after } else { rest }
}
