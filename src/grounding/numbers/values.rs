//! The words of numbers to their values.
//!
//! In: a word's key. Out: what `data/words.tsv` has for it. Adds nothing up.

use crate::text::lists::{self, Kind};

fn value(word: &str, kind: Kind) -> Option<u64> {
    lists::find(word)?.of(kind).next()?.number().map(u64::from)
}

/// *Zero* to *nineteen*.
pub(super) fn small(word: &str) -> Option<u64> {
    value(word, Kind::Number).filter(|&value| value < 20)
}

/// *Twenty* to *ninety*.
pub(super) fn tens(word: &str) -> Option<u64> {
    value(word, Kind::Number).filter(|&value| value >= 20)
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
    value(word, Kind::Scale).and_then(|power| i64::try_from(power).ok())
}

/// The power of ten of a letter behind a sum of money: `k`, `m`.
pub(super) fn letter_power(word: &str) -> Option<i64> {
    value(word, Kind::ScaleLetter).and_then(|power| i64::try_from(power).ok())
}

/// The number of which a word tells without claiming it: *twins*, *twice*.
pub(super) fn hint(word: &str) -> Option<u64> {
    value(word, Kind::NumberHint)
}

/// The minute of the day of *noon* and *midnight*.
pub(super) fn minute(word: &str) -> Option<u16> {
    value(word, Kind::Clock).and_then(|minute| u16::try_from(minute).ok())
}
