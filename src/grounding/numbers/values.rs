//! The words of numbers to their values.
//!
//! In: a word's key. Out: what `data/words.tsv` has for it. Adds nothing up.

use crate::text::lists::{self, Kind};

fn value(word: &str, kind: Kind) -> Option<u64> {
    lists::find(word)?.of(kind).next()?.number().map(u64::from)
}

/// *Zero* to *nineteen*, *twenty* to *ninety* by tens.
pub(super) fn number(word: &str) -> Option<u64> {
    value(word, Kind::Number)
}

pub(super) fn ordinal(word: &str) -> Option<u64> {
    value(word, Kind::Ordinal)
}

/// Of *third* and *thirds*, that three make a whole.
pub(super) fn parts(word: &str) -> Option<u64> {
    value(word, Kind::Fraction)
}

/// The power of ten of a word of size: *thousand*, *bn*.
pub(super) fn power(word: &str) -> Option<i64> {
    value(word, Kind::Scale).map(u64::cast_signed)
}

/// The power of ten of a letter behind a sum of money: `k`, `m`.
pub(super) fn letter_power(word: &str) -> Option<i64> {
    value(word, Kind::ScaleLetter).map(u64::cast_signed)
}

/// The number of which a word tells without claiming it: *twins*, *twice*.
pub(super) fn hint(word: &str) -> Option<u64> {
    value(word, Kind::NumberHint)
}

/// The minute of the day of *noon* and *midnight*.
pub(super) fn minute(word: &str) -> Option<u16> {
    value(word, Kind::Clock).and_then(|minute| u16::try_from(minute).ok())
}
