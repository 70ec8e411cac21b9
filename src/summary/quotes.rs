//! What of a sentence is quoted, and who says it.
//!
//! In: one sentence. Out: where its quotation marks open and close, and whether what is left
//! outside them names a speaker. Knows no neighbours.

/// The quotation marks of a sentence.
#[derive(Debug, Default)]
pub(super) struct Marks {
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

impl Marks {
    pub(super) fn of(sentence: &str) -> Marks {
        let mut marks = Marks::default();
        if !sentence.bytes().any(|b| matches!(b, b'"' | b'\'') || !b.is_ascii()) {
            return marks;
        }
        // The mark that opened the outermost quotation, and where; inner ones are part of it.
        let mut open: Option<(char, usize)> = None;
        let mut before: Option<char> = None;
        let mut chars = sentence.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let after = chars.peek().map(|&(_, next)| next);
            let rest = sentence.get(at + c.len_utf8()..).unwrap_or("");
            match act(c, before, after, open.map(|(mark, _)| mark), rest) {
                Some(Act::Open) if open.is_none() => {
                    marks.opens_first |= !marks.any;
                    marks.any = true;
                    open = Some((c, at));
                }
                Some(Act::Close) => {
                    let end = at + c.len_utf8();
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
            before = Some(c);
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
            let elided = after.is_none_or(|c| c.is_ascii_digit() || c.is_whitespace())
                || ["em ", "til ", "cause ", "n' ", "bout ", "tis ", "twas "]
                    .iter()
                    .any(|word| rest.starts_with(word));
            (!elided).then_some(Act::Open)
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
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    matches!(rest.get(..end), Some("s" | "re" | "ve" | "ll" | "d" | "m" | "t"))
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

/// Whether `word` is a verb of saying, as tags of quotations have them.
fn is_saying(word: &str) -> bool {
    matches!(
        word,
        "according"
            | "added"
            | "adds"
            | "admitted"
            | "announced"
            | "argued"
            | "asked"
            | "asks"
            | "captioned"
            | "claimed"
            | "commented"
            | "concluded"
            | "confirmed"
            | "continued"
            | "cried"
            | "declared"
            | "explained"
            | "explains"
            | "insisted"
            | "insists"
            | "joked"
            | "noted"
            | "posted"
            | "read"
            | "reads"
            | "recalled"
            | "remarked"
            | "replied"
            | "reported"
            | "responded"
            | "revealed"
            | "said"
            | "say"
            | "saying"
            | "says"
            | "shouted"
            | "stated"
            | "tells"
            | "told"
            | "tweeted"
            | "warned"
            | "writes"
            | "wrote"
            | "According"
    )
}

/// Whether `word` is a pronoun that needs a name before it.
fn is_pronoun(word: &str) -> bool {
    matches!(
        word,
        "he" | "she"
            | "they"
            | "it"
            | "his"
            | "her"
            | "him"
            | "their"
            | "them"
            | "He"
            | "She"
            | "They"
            | "It"
            | "His"
            | "Her"
            | "Their"
    )
}

impl Speech {
    /// Reads a sentence with its marks; `inside` says that it lies whole in a quotation.
    pub(super) fn of(sentence: &str, marks: &Marks, inside: bool) -> Speech {
        let mut speech = Speech {
            quotes: inside || !marks.quoted.is_empty(),
            begins_inside: inside || marks.closes,
            ends_inside: inside || marks.opens,
            closes: marks.closes,
            introduces: sentence.ends_with(':'),
            ..Speech::default()
        };
        if inside {
            speech.share = 1.0;
            return speech;
        }
        let mut from = 0;
        let mut quoted = 0;
        for range in &marks.quoted {
            speech.look_at(sentence.get(from..range.start).unwrap_or(""), from == 0);
            quoted += range.len();
            from = range.end;
        }
        speech.look_at(sentence.get(from..).unwrap_or(""), from == 0);
        speech.share = quoted as f32 / sentence.len().max(1) as f32;
        speech
    }

    fn look_at(&mut self, outside: &str, opens: bool) {
        for (index, word) in outside.split_whitespace().enumerate() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let Some(first) = word.chars().next() else { continue };
            self.outside += crate::script::words(word);
            self.says |= is_saying(word);
            let pronoun = is_pronoun(word);
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
