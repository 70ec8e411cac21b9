//! What of a sentence is quoted, and who says it.
//!
//! In: one sentence. Out: where its quotation marks open and close, and whether what is left
//! outside them names a speaker. Knows no neighbours.

use crate::text::lists::{self, Kind};

/// The quotation marks of a sentence.
#[derive(Debug, Default)]
pub(super) struct QuoteMarks {
    /// The quoted ranges; the first begins at 0 where a mark closes that was not opened here, the
    /// last ends with the sentence where one opens that is not closed.
    quoted: Vec<std::ops::Range<usize>>,
    /// Whether a mark closes what an earlier sentence opened.
    closes: bool,
    /// Whether a mark is left open.
    opens: bool,
    /// Whether the first mark opens.
    pub(super) opens_first: bool,
    /// Whether there is any mark.
    pub(super) any: bool,
}

/// What a mark does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Open,
    Close,
}

impl QuoteMarks {
    pub(super) fn of(sentence: &str) -> QuoteMarks {
        let mut marks = QuoteMarks::default();
        // The mark that opened the outermost quotation, and where; inner ones are part of it.
        let mut open: Option<(char, usize)> = None;
        let mut from = 0;
        while let Some((at, c)) = next_mark(sentence, from) {
            from = at + c.len_utf8();
            let before = sentence.get(..at).and_then(|before| before.chars().next_back());
            let rest = sentence.get(from..).unwrap_or("");
            let after = rest.chars().next();
            match act(c, before, after, open.map(|(mark, _)| mark), rest) {
                Some(Act::Open) if open.is_none() => {
                    marks.opens_first |= !marks.any;
                    marks.any = true;
                    open = Some((c, at));
                }
                Some(Act::Close) => {
                    let end = from;
                    match open {
                        Some((mark, start)) if pairs(mark, c) => {
                            marks.quoted.push(start..end);
                            open = None;
                        }
                        // Only the first mark can close what came before.
                        None if !marks.any => {
                            marks.quoted.push(0..end);
                            marks.closes = true;
                        }
                        _ => {}
                    }
                    marks.any = true;
                }
                _ => {}
            }
        }
        if let Some((_, start)) = open {
            marks.quoted.push(start..sentence.len());
            marks.opens = true;
        }
        marks
    }

    /// Whether each mark that opens is closed, and the other way round.
    pub(super) fn balanced(&self) -> bool {
        !self.opens && !self.closes
    }

    /// The quoted ranges of the sentence.
    pub(super) fn quoted(&self) -> &[std::ops::Range<usize>] {
        &self.quoted
    }
}

/// The first character at or after the offset `from` that [`act`] may know as a mark.
fn next_mark(sentence: &str, from: usize) -> Option<(usize, char)> {
    let rest = sentence.as_bytes().get(from..)?;
    let at = from + rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | 0x80..))?;
    Some((at, sentence.get(at..)?.chars().next()?))
}

/// Whether `close` ends what `open` began.
fn pairs(open: char, close: char) -> bool {
    match open {
        '“' => matches!(close, '”' | '"'),
        '"' => matches!(close, '"' | '”'),
        '„' => matches!(close, '“' | '”' | '"'),
        '«' => close == '»',
        '»' => close == '«',
        '「' => close == '」',
        '『' => close == '』',
        '‘' | '\'' => matches!(close, '’' | '\''),
        _ => false,
    }
}

/// What the mark `c` between two characters does, if it is one. `open` is the mark that is open,
/// `rest` what follows.
fn act(
    c: char,
    before: Option<char>,
    after: Option<char>,
    open: Option<char>,
    rest: &str,
) -> Option<Act> {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let starts = || {
        space(before)
            || before.is_some_and(|c| matches!(c, '(' | '[' | '-' | '–' | '—' | '“' | '"' | '‘'))
    };
    let word_after = after.is_some_and(char::is_alphanumeric);
    match c {
        '“' if open == Some('„') => Some(Act::Close),
        '“' | '„' | '「' | '『' => Some(Act::Open),
        '”' | '」' | '』' => Some(Act::Close),
        '«' | '»' => {
            let closing = if open.is_some() { open != Some(c) } else { c == '»' && !starts() };
            Some(if closing { Act::Close } else { Act::Open })
        }
        '"' => match open {
            Some('"' | '“' | '„') => Some(Act::Close),
            Some(_) => None,
            None if starts() && !space(after) => Some(Act::Open),
            None if !space(before) && !word_after => Some(Act::Close),
            None => Some(Act::Open),
        },
        // "it 's", as some corpora part it.
        '‘' | '’' | '\'' if space(before) && is_ending(rest) => None,
        '‘' => Some(Act::Open),
        '\'' if open.is_none_or(|mark| !matches!(mark, '\'' | '‘')) && starts() => {
            let elided = after.is_none_or(|c| c.is_ascii_digit() || c.is_whitespace());
            (!elided && !is_elided(rest)).then_some(Act::Open)
        }
        '’' | '\'' if !word_after => {
            let ends = before.is_some_and(|c| matches!(c, '.' | ',' | '!' | '?' | '…'));
            match open {
                // "the players' union" inside a quotation.
                Some('\'' | '‘')
                    if before == Some('s') && !ends && after == Some(' ') && closes_later(rest) =>
                {
                    None
                }
                Some('\'' | '‘') => Some(Act::Close),
                Some(_) => None,
                None => ends.then_some(Act::Close),
            }
        }
        _ => None,
    }
}

/// Whether `rest` begins with an ending that an apostrophe joins to the word before: *s*, *re*.
fn is_ending(rest: &str) -> bool {
    lists::has(first_word(rest).0, Kind::Clitic)
}

/// Whether `rest` begins with a word whose beginning an apostrophe stands for: *'em*, *'n'*.
fn is_elided(rest: &str) -> bool {
    let (word, after) = first_word(rest);
    after.trim_start_matches('\'').starts_with(' ') && lists::has(word, Kind::Elided)
}

/// The letters and figures at the start of `rest`, and what follows them.
fn first_word(rest: &str) -> (&str, &str) {
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// Whether a single mark closes further on, before another opens.
fn closes_later(rest: &str) -> bool {
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        if matches!(c, '\'' | '’' | '‘') {
            let after = rest.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            if c == '‘' || (before.is_whitespace() && after.is_some_and(char::is_alphanumeric)) {
                return false;
            }
            if !after.is_some_and(char::is_alphanumeric) {
                return true;
            }
        }
        before = c;
    }
    false
}

/// Who says what a sentence quotes.
#[derive(Debug, Default)]
pub(super) struct Speech {
    /// Whether it quotes at all.
    pub(super) quotes: bool,
    /// Whether it begins inside a quotation that an earlier sentence opened.
    pub(super) begins_inside: bool,
    /// Whether it ends inside one.
    pub(super) ends_inside: bool,
    /// Whether a mark in it closes what an earlier sentence opened.
    pub(super) closes: bool,
    /// Whether it ends on a colon, so that what follows is what somebody says.
    pub(super) introduces: bool,
    /// Words outside the quotation.
    outside: usize,
    /// Whether one of them is a verb of saying, a pronoun that points back, a name.
    says: bool,
    pronoun: bool,
    name: bool,
    /// The share of the sentence that is quoted.
    share: f32,
}

impl Speech {
    /// What the marks of a sentence say; `inside` says that it lies whole in a quotation. The words
    /// of another are still to be [read](Self::read).
    pub(super) fn of(sentence: &str, marks: &QuoteMarks, inside: bool) -> Speech {
        Speech {
            quotes: inside || !marks.quoted.is_empty(),
            begins_inside: inside || marks.closes,
            ends_inside: inside || marks.opens,
            closes: marks.closes,
            introduces: sentence.ends_with(':'),
            share: if inside { 1.0 } else { 0.0 },
            ..Speech::default()
        }
    }

    /// Reads the words of a sentence that does not lie whole in a quotation.
    pub(super) fn read(&mut self, sentence: &str, marks: &QuoteMarks) {
        let mut from = 0;
        let mut quoted = 0;
        for range in &marks.quoted {
            self.look_at(sentence.get(from..range.start).unwrap_or(""), from == 0);
            quoted += range.len();
            from = range.end;
        }
        self.look_at(sentence.get(from..).unwrap_or(""), from == 0);
        self.share = quoted as f32 / sentence.len().max(1) as f32;
    }

    fn look_at(&mut self, outside: &str, opens: bool) {
        for (index, word) in outside.split_whitespace().enumerate() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let Some(first) = word.chars().next() else { continue };
            self.outside += if word.is_ascii() { 1 } else { crate::text::words::count(word) };
            let listed = lists::find_in_any_case(word);
            self.says |= listed.is_some_and(|row| row.has(Kind::Saying));
            let pronoun = listed.is_some_and(|row| row.has(Kind::Pronoun));
            self.pronoun |= pronoun;
            self.name |= first.is_uppercase() && !pronoun && !(opens && index == 0);
        }
    }

    /// Whether the sentence is quotation and nothing else.
    pub(super) fn is_pure(&self) -> bool {
        self.quotes && self.outside <= 1 && self.share > 0.5
    }

    /// Whether it says that somebody says something.
    pub(super) fn tells(&self) -> bool {
        self.says && !self.is_pure()
    }

    /// Whether its speaker is *he* or *she*, whom an earlier sentence names.
    pub(super) fn leans_back(&self) -> bool {
        const MOST_TAG_WORDS: usize = 8;
        self.quotes
            && self.share > 0.4
            && self.says
            && self.pronoun
            && !self.name
            && (1..=MOST_TAG_WORDS).contains(&self.outside)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{act, next_mark};

    proptest! {
        /// A character that is passed over does nothing, whatever stands around it.
        #[test]
        fn only_marks_act(
            c in any::<char>(),
            before in prop::option::of(any::<char>()),
            after in prop::option::of(any::<char>()),
            open in prop::option::of(prop::sample::select(vec!['“', '"', '„', '«', '»', '「', '\'', '‘'])),
        ) {
            if act(c, before, after, open, "").is_some() {
                prop_assert_eq!(next_mark(&c.to_string(), 0), Some((0, c)));
            }
        }
    }
}
