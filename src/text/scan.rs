//! A sentence to words, figures and marks, to be looked at by their places.
//!
//! In: the text of one sentence or line. Out: its tokens with their spans, each with a key in which
//! case, accents, full stops, apostrophes and the width of digits no longer differ; and [`Scan`], by
//! which readers of dates and numbers look at what stands before and behind.
//! Takes time linear in the text. Reads no number, date or name itself; it only says where a capital
//! means nothing.

use crate::span::Span;
use crate::text::chars::{self, Class};
use crate::text::fold;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Letters: `Zürich`, `U.S.`, `O’Neill`, `G20`.
    Word,
    /// Digits with the marks inside them: `1,200.50`, `14.04.2024`, `½`.
    Figure,
    /// One character of a script that puts no space between words.
    Sign,
    /// Any other visible character.
    Mark,
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Token<'t> {
    pub(crate) form: Form,
    /// Its place in the sentence, a possessive ending left out.
    pub(crate) span: Span,
    pub(crate) text: &'t str,
    /// Words: small letters without accents, full stops and apostrophes. Figures: ASCII digits,
    /// with `,` for any mark or space that groups them. Others: the text.
    pub(crate) key: String,
    /// Whether white space, or nothing, stands before it.
    pub(crate) spaced: bool,
    /// Whether it opens a sentence, a quotation or what follows a colon.
    pub(crate) opens: bool,
    /// Whether a possessive ending was left out.
    pub(crate) possessive: bool,
}

impl Token<'_> {
    pub(crate) fn is_word(&self) -> bool {
        self.form == Form::Word
    }

    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.form == Form::Mark && self.text.starts_with(mark)
    }

    /// Whether it is a word with a capital in it: `Oslo`, `iPhone`, `G20`.
    pub(crate) fn has_capital(&self) -> bool {
        self.is_word() && self.text.chars().any(char::is_uppercase)
    }

    pub(crate) fn capitals(&self) -> usize {
        self.text.chars().filter(|c| c.is_uppercase()).count()
    }

    /// Whether it is a word of two capitals or more and no small letter but the plural's: `UN`,
    /// `U.S.`, `MPs`, `G20`.
    pub(crate) fn all_capitals(&self) -> bool {
        let one = self.text.strip_suffix('s').unwrap_or(self.text);
        let small = one.chars().any(char::is_lowercase);
        let digits = one.chars().any(char::is_numeric);
        let capitals = self.capitals();
        self.is_word() && !small && (capitals >= 2 || (capitals == 1 && digits))
    }
}

/// The tokens of a sentence.
pub(crate) fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    let mut spaced = true;
    let mut opens = true;
    while let Some(c) = sentence.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = sentence.get(at..).unwrap_or("");
        if c.is_whitespace() || c == '\u{feff}' || c == '\u{ad}' {
            spaced |= c != '\u{ad}';
            at += c.len_utf8();
            continue;
        }
        let class = Class::of(c);
        let (form, len) = if chars::digit(c).is_some() {
            (Form::Figure, figure_len(rest))
        } else if class.is(Class::FRACTION) {
            (Form::Figure, c.len_utf8())
        } else if class.is(Class::UNSPACED) {
            (Form::Sign, c.len_utf8())
        } else if c.is_alphabetic() {
            (Form::Word, word_len(rest))
        } else {
            (Form::Mark, c.len_utf8())
        };
        let text = rest.get(..len).unwrap_or("");
        let opens_next = form == Form::Mark && opens_next(c, &found, spaced, opens);
        found.push(token(form, text, at, spaced, opens));
        opens = opens_next;
        spaced = false;
        at += len.max(1);
    }
    found
}

fn token(form: Form, text: &str, at: usize, spaced: bool, opens: bool) -> Token<'_> {
    let bare = if form == Form::Word { without_possessive(text) } else { text };
    let key = match form {
        Form::Word => fold::key(bare),
        Form::Figure => text
            .chars()
            .map(|c| match chars::digit(c) {
                Some(value) => char::from(b'0' + value),
                None if c == '.' || chars::is(c, Class::FRACTION) => c,
                None => ',',
            })
            .collect(),
        Form::Sign | Form::Mark => text.to_owned(),
    };
    Token {
        form,
        span: Span::new(at, at + bare.len()),
        text: bare,
        key,
        spaced,
        opens,
        possessive: bare.len() < text.len(),
    }
}

/// Whether the word after mark `c` stands where sentences open.
fn opens_next(c: char, before: &[Token<'_>], spaced: bool, opens: bool) -> bool {
    match c {
        ':' | ';' | '“' | '„' | '«' | '‘' | '[' | '!' | '?' | '…' | '•' | '|' | '*' => {
            true
        }
        '"' | '\'' => spaced || opens,
        // The full stop of "Mr." or "J." is none.
        '.' => !before.last().is_some_and(|token| {
            token.is_word() && token.text.chars().count() <= 4 && token.has_capital()
        }),
        _ => opens,
    }
}

/// The length of the figure that `rest` begins with.
fn figure_len(rest: &str) -> usize {
    length_while(rest, |c, after| {
        // No mark asks for more than three.
        let digits_after =
            || after.chars().take(4).take_while(|&c| chars::digit(c).is_some()).count();
        match c {
            _ if chars::digit(c).is_some() => true,
            ',' | '.' => digits_after() > 0,
            // Spaces and apostrophes group by three only.
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => digits_after() == 3,
            _ => false,
        }
    })
}

/// The length of the word that `rest` begins with.
fn word_len(rest: &str) -> usize {
    // Letters since the last full stop inside the word, and whether there was one.
    let (mut letters, mut dotted) = (0, false);
    let mut before = ' ';
    length_while(rest, |c, after| {
        let next = after.chars().next().unwrap_or(' ');
        let before = std::mem::replace(&mut before, c);
        let class = Class::of(c);
        if class.is(Class::UNSPACED) {
            false
        } else if c.is_alphabetic() || class.is(Class::COMBINING) || chars::digit(c).is_some() {
            letters += 1;
            true
        } else if c == '.' {
            // "U.S." and "p.m.", single letters all through; "U.S.A" too.
            let single = std::mem::replace(&mut letters, 0) == 1;
            let second = after.chars().nth(1).unwrap_or(' ');
            let inside = next.is_alphabetic() && !second.is_alphanumeric();
            let last = std::mem::replace(&mut dotted, true) && !next.is_alphanumeric();
            single && (inside || last)
        } else if class.is(Class::APOSTROPHE) {
            letters = 2;
            next.is_alphabetic()
        } else {
            c == '&' && before.is_uppercase() && next.is_uppercase()
        }
    })
}

/// The length of the start of `rest` whose characters, each with what follows it, all `go_on`.
fn length_while(rest: &str, mut go_on: impl FnMut(char, &str) -> bool) -> usize {
    let ends = rest.char_indices().map(|(at, c)| (c, at + c.len_utf8()));
    let inside = ends.take_while(|&(c, end)| go_on(c, rest.get(end..).unwrap_or("")));
    inside.last().map_or(0, |(_, end)| end)
}

fn without_possessive(word: &str) -> &str {
    let without = word
        .strip_suffix(['s', 'S'])
        .and_then(|word| word.strip_suffix(|c| chars::is(c, Class::APOSTROPHE)))
        .filter(|word| !word.is_empty());
    // "it's" and "let's" are what they are.
    without
        .filter(|word| !matches!(word.len(), 0..=2) || word.starts_with(char::is_uppercase))
        .unwrap_or(word)
}

/// Looks at tokens by index; outside the sentence there is nothing.
pub(crate) struct Scan<'a, 't> {
    tokens: &'a [Token<'t>],
}

impl<'a, 't> Scan<'a, 't> {
    pub(crate) fn of(tokens: &'a [Token<'t>]) -> Self {
        Scan { tokens }
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    fn key(&self, at: usize, form: Form) -> &str {
        self.get(at).filter(|token| token.form == form).map_or("", |token| token.key.as_str())
    }

    /// The key of a word, or nothing.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.key(at, Form::Word)
    }

    /// The key of a figure, or nothing.
    pub(crate) fn figure(&self, at: usize) -> &str {
        self.key(at, Form::Figure)
    }

    /// The digits of a figure that has no other mark and at most `longest` of them.
    pub(crate) fn digits(&self, at: usize, longest: usize) -> Option<u64> {
        let key = self.figure(at);
        let plain = key.bytes().all(|byte| byte.is_ascii_digit());
        if plain && key.len() <= longest { key.parse().ok() } else { None }
    }

    /// A mark or sign, or a space.
    pub(crate) fn sign(&self, at: usize) -> char {
        self.get(at)
            .filter(|token| matches!(token.form, Form::Mark | Form::Sign))
            .and_then(|token| token.text.chars().next())
            .unwrap_or(' ')
    }

    /// Whether no white space parts the token from the one before.
    pub(crate) fn is_glued(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| !token.spaced)
    }

    /// Whether it is that mark, and no white space parts it from the token before.
    pub(crate) fn is_behind(&self, at: usize, mark: char) -> bool {
        self.is_glued(at) && self.sign(at) == mark
    }

    /// Whether it is that mark, without white space on either side.
    pub(crate) fn joins(&self, at: usize, mark: char) -> bool {
        self.is_behind(at, mark) && self.is_glued(at + 1)
    }

    /// Whether it is a dash that joins two figures; `—` parts sentences.
    pub(crate) fn is_dash(&self, at: usize) -> bool {
        let sign = self.sign(at);
        chars::is(sign, Class::DASH) && sign != '—'
    }

    /// Whether a hyphen joins the tokens on its two sides.
    pub(crate) fn is_hyphen(&self, at: usize) -> bool {
        self.is_dash(at) && self.is_glued(at) && self.is_glued(at + 1)
    }

    pub(crate) fn has_capital(&self, at: usize) -> bool {
        self.get(at).is_some_and(Token::has_capital)
    }

    /// The place in the sentence of the tokens `start..end`.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let first = self.get(start).map_or(0, |token| token.span.start);
        let last = self.get(end.saturating_sub(1)).map_or(first, |token| token.span.end);
        Span::new(first, last)
    }
}
