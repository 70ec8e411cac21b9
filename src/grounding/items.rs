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
