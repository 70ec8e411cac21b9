//! Tokens to the numbers and dates among them.
//!
//! In: the tokens of a sentence. Out: its numbers and dates, each with what it says and what a
//! source must say to support it, both as keys that compare exactly.
//! Does not know which side a sentence is on: the source and the abstract are read alike, so that
//! the same words always say the same.
//!
//! What is asked for is not always what is said. `1990s` says that the nineties were named, so it
//! supports `90s`; but `90s` in a source supports `1990s` only because nobody else can be meant.

use std::collections::HashSet;

use super::decimal::Decimal;
use super::tokens::{Form, Token};
use crate::span::Span;
use crate::summary::UnsupportedKind;

/// Something that a source may say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Number(Decimal),
    /// A place in an order: `third`, `3rd`, the day of a date.
    Ordinal(u64),
    /// A fraction whose decimals do not end, in lowest terms.
    Ratio(u64, u64),
    /// Two numbers said as one, the smaller first: `3-1`, `between 10 and 12`.
    Pair(Decimal, Decimal),
    /// A time of day in minutes, where the half of the day is known.
    Time(u16),
    /// A time in minutes on a clock of twelve hours.
    Clock(u16),
    /// Figures that are no number: `1:23:45`, `10.0.0.1`.
    Text(String),
    /// A decade with its century, without it, and written without it.
    Decade(u64),
    ShortDecade(u64),
    BareDecade(u64),
    Weekday(u8),
    Month(u8),
    /// A month, or a day of one, named without a year.
    UndatedMonth(u8),
    UndatedDay(u8, u8),
    /// Month and day.
    Day(u8, u8),
    /// Year and month.
    MonthYear(u64, u8),
    Date(u64, u8, u8),
}

/// A number or date of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: UnsupportedKind,
    /// Its place in the sentence.
    pub(super) span: Span,
    /// What a sentence that holds it says.
    pub(super) says: Vec<Key>,
    /// Alternatives: it is supported where a source says all of one of them. Without any it claims
    /// nothing (*one another*, *a couple*) and only lends support.
    pub(super) asks: Vec<Vec<Key>>,
}

impl Item {
    pub(super) fn is_supported_by(&self, said: &HashSet<Key>) -> bool {
        self.asks.iter().any(|all| all.iter().all(|key| said.contains(key)))
    }

    pub(super) fn is_claim(&self) -> bool {
        !self.asks.is_empty()
    }
}

/// Looks at tokens by index; outside the sentence there is nothing.
pub(super) struct Scan<'a, 't> {
    pub(super) tokens: &'a [Token<'t>],
}

impl<'t> Scan<'_, 't> {
    pub(super) fn get(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    fn key(&self, at: usize, form: Form) -> &str {
        self.get(at).filter(|token| token.form == form).map_or("", |token| token.key.as_str())
    }

    /// The key of a word, or nothing.
    pub(super) fn word(&self, at: usize) -> &str {
        self.key(at, Form::Word)
    }

    /// The key of a figure, or nothing.
    pub(super) fn figure(&self, at: usize) -> &str {
        self.key(at, Form::Figure)
    }

    /// The digits of a figure that has no other mark and at most `longest` of them.
    pub(super) fn digits(&self, at: usize, longest: usize) -> Option<u64> {
        let key = self.figure(at);
        let plain = key.bytes().all(|byte| byte.is_ascii_digit());
        if plain && key.len() <= longest { key.parse().ok() } else { None }
    }

    /// A mark or sign, or a space.
    pub(super) fn sign(&self, at: usize) -> char {
        self.get(at)
            .filter(|token| matches!(token.form, Form::Mark | Form::Sign))
            .and_then(|token| token.text.chars().next())
            .unwrap_or(' ')
    }

    /// Whether no white space parts the token from the one before.
    pub(super) fn is_glued(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| !token.spaced)
    }

    pub(super) fn is_dash(&self, at: usize) -> bool {
        matches!(self.sign(at), '-' | '–' | '‑' | '‐' | '−')
    }

    /// Whether a hyphen joins the tokens on its two sides.
    pub(super) fn is_hyphen(&self, at: usize) -> bool {
        self.is_dash(at) && self.is_glued(at) && self.is_glued(at + 1)
    }

    pub(super) fn has_capital(&self, at: usize) -> bool {
        self.get(at).is_some_and(Token::has_capital)
    }

    /// The place in the sentence of the tokens `start..end`.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let first = self.get(start).map_or(0, |token| token.span.start);
        let last = self.get(end.saturating_sub(1)).map_or(first, |token| token.span.end);
        Span::new(first, last)
    }
}
