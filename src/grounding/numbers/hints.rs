//! What tells a number and claims none: *twins*, *a hat-trick*, `G20`, *noon*, 三.
//!
//! In: tokens and a place. Out: an item that supports a number and asks for nothing.

use super::super::decimal::Decimal;
use super::super::items::{Item, Key};
use super::amount::silent;
use super::{chinese, values};
use crate::text::scan::Scan;

/// The hint at `at`, and the token behind it.
pub(super) fn hint(scan: &Scan<'_, '_>, at: usize) -> Option<(Item, usize)> {
    let word = scan.word(at);
    let (says, end) = if let Some(value) = values::hint(word) {
        (vec![Key::Number(Decimal::whole(u128::from(value)))], at + 1)
    } else if word == "hat" && scan.is_hyphen(at + 1) && scan.word(at + 2) == "trick" {
        (vec![Key::Number(Decimal::whole(3))], at + 1)
    } else if let Some(minute) = values::minute(word) {
        (vec![Key::Time(minute), Key::Clock(minute % 720)], at + 1)
    } else if let Some(digits) = digits_behind_letters(word) {
        (vec![Key::Number(Decimal::new(digits, ""))], at + 1)
    } else {
        let (value, end) = chinese::number(scan, at)?;
        let place = u64::try_from(value).unwrap_or(0);
        (vec![Key::Number(Decimal::whole(value)), Key::Ordinal(place)], end)
    };
    Some((silent(scan, at, end, says), end))
}

/// Of `G20` and `MH370`, the number in the name.
fn digits_behind_letters(word: &str) -> Option<&str> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    word.get(letters.len()..).filter(|digits| !digits.is_empty() && !letters.is_empty())
}
