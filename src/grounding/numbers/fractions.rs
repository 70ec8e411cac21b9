//! Fractions: `½`, *half of*, *two-thirds*, and what *and a half* adds to a number.
//!
//! In: tokens and a place. Out: the fraction there. Where its decimals end it is a number, else a
//! ratio in lowest terms. Does not read `1/2`, which may be other things too: that is `pairs.rs`.

use super::super::decimal::{Decimal, fraction_parts};
use super::super::items::Key;
use super::amount::Amount;
use super::values;
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// `½`, `two-thirds`, `a third of`, `half of`, `three quarters`.
pub(super) fn fraction(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    if let Some(sign) = scan.figure(at).chars().next().filter(|c| !c.is_ascii_digit()) {
        let (part, whole) = fraction_parts(sign)?;
        return Some(ratio(at, at + 1, part, whole));
    }
    if values::parts(scan.word(at)) == Some(2) {
        return Some(half_a(scan, at).unwrap_or_else(|| half_of(scan, at)));
    }
    counted(scan, at)
}

/// *Half a million*, *half a dozen*.
fn half_a(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    if scan.word(at) != "half" || !lists::has(scan.word(at + 1), Kind::Article) {
        return None;
    }
    let value = match scan.word(at + 2) {
        "dozen" => Decimal::whole(6),
        word => Decimal::whole(5).scaled(values::power(word)? - 1),
    };
    Some(Amount::of(at, at + 3, vec![value]))
}

/// *Half*; *second half* and *half-time* claim none, only what has a half of something does.
fn half_of(scan: &Scan<'_, '_>, at: usize) -> Amount {
    let mut found = ratio(at, at + 1, 1, 2);
    let before = at.checked_sub(1).map_or("", |before| scan.word(before));
    if scan.word(at + 1) != "of" || lists::has(before, Kind::BeforeHalf) {
        found.asks.clear();
    }
    found
}

/// *Two-thirds*, *a quarter of*, *one half*.
fn counted(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    let article = lists::has(scan.word(at), Kind::Article);
    let count = match values::number(scan.word(at)) {
        Some(count @ 1..20) => count,
        None if article => 1,
        _ => return None,
    };
    let next = at + 1 + usize::from(scan.is_hyphen(at + 1));
    let word = scan.word(next);
    let whole = values::parts(word)?;
    if word.ends_with('s') != (count > 1) {
        return None;
    }
    let mut found = ratio(at, next + 1, count, whole);
    let of = scan.word(next + 1) == "of";
    if article && !of {
        // "a third man", "a quarter".
        if matches!(whole, 2 | 4) {
            found.asks.clear();
        } else {
            found.accept(Key::Ordinal(whole));
        }
    } else if count > 1 && whole == 4 && !of {
        // Quarters of a year and of a match are counted.
        found.accept(Key::Number(Decimal::whole(u128::from(count))));
    }
    Some(found)
}

/// So many parts of a whole.
pub(super) fn ratio(start: usize, end: usize, part: u64, whole: u64) -> Amount {
    match Decimal::ratio(part, whole) {
        // Half is 0.5 and 50 percent.
        Some(value) => {
            let mut found = Amount::of(start, end, vec![value.clone()]);
            if part < whole {
                found.accept(Key::Number(value.scaled(2)));
            }
            found
        }
        None => {
            let divisor = gcd(part, whole).max(1);
            Amount::saying(start, end, Key::Ratio(part / divisor, whole / divisor))
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What stands behind a figure and makes it a mixed number: `½`, ` 1/2`, *and a half*; as the
/// decimals it adds, and the token behind it.
pub(super) fn fraction_behind(scan: &Scan<'_, '_>, at: usize) -> Option<(&'static str, usize)> {
    let sign = scan.figure(at).chars().next().and_then(fraction_parts);
    let slashed = scan.digits(at, 1).filter(|_| scan.joins(at + 1, '/') && !scan.is_glued(at));
    let parts = sign
        .map(|parts| (parts, at + 1))
        .or_else(|| Some(((slashed?, scan.digits(at + 2, 1)?), at + 3)));
    match parts {
        Some((parts, after)) => Some((fraction_digits(parts)?, after)),
        None => and_fraction(scan, at),
    }
}

/// What a fraction adds behind a decimal point, for halves and quarters.
fn fraction_digits((part, whole): (u64, u64)) -> Option<&'static str> {
    match (part, whole) {
        (1, 2) => Some("5"),
        (1, 4) => Some("25"),
        (3, 4) => Some("75"),
        _ => None,
    }
}

/// `and a half`, `and-a-half`, `and a quarter` at `at`.
pub(super) fn and_fraction(scan: &Scan<'_, '_>, at: usize) -> Option<(&'static str, usize)> {
    let skip = |at: usize| at + usize::from(scan.is_hyphen(at));
    let and = skip(at);
    let article = skip(and + 1);
    let part = skip(article + 1);
    let one = scan.word(article) == "one" || lists::has(scan.word(article), Kind::Article);
    if scan.word(and) != "and" || !one {
        return None;
    }
    Some((fraction_digits((1, values::parts(scan.word(part))?))?, part + 1))
}
