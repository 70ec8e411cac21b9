//! Numbers in figures, with what belongs to them: `1,200`, `3rd`, `3.5bn`, `3-million`, `2½`.
//!
//! In: tokens and a place. Out: the number there, with every value that its marks allow. Signs,
//! currencies and percent signs are for `signed.rs`.

use super::super::decimal::{Decimal, readings};
use super::super::items::Key;
use super::amount::Amount;
use super::{clocks, fractions, sizes, values};
use crate::summary::UnsupportedKind;
use crate::text::calendar::YEARS;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// More groups of three digits than this are a row of numbers.
const MOST_GROUPS: usize = 8;

/// The number in figures at `at`; `currency` says that a sign of one stands before it.
pub(super) fn figure(scan: &Scan<'_, '_>, at: usize, currency: bool) -> Option<Amount> {
    let key = scan.figure(at);
    if key.is_empty() {
        return None;
    }
    let end = at + 1;
    let values = readings(key);
    if values.is_empty() {
        return Some(Amount::saying(at, end, Key::Text(key.to_owned())));
    }
    if let Some((tail, after)) = fractions::fraction_behind(scan, end) {
        let values: Vec<Decimal> =
            values.iter().filter_map(|value| value.and_fraction(tail)).collect();
        if !values.is_empty() {
            return Some(sizes::scaled(scan, Amount::of(at, after, values)));
        }
    }
    let digits = scan.digits(at, 4);
    let mut found = Amount { plain: digits.is_some(), ..Amount::of(at, end, values) };
    if let Some(suffixed) = suffixed(scan, &found, currency) {
        return Some(suffixed);
    }
    if let Some(value) = spaced_groups(scan, at) {
        found.accept(Key::Number(value));
    }
    found = sizes::scaled(scan, found);
    let digits = digits.filter(|_| key.len() == 4);
    if digits.is_some_and(|year| YEARS.contains(&year)) && found.scale == 0 {
        found.kind = UnsupportedKind::Date;
    }
    if let Some(minute) = digits.and_then(|clock| clocks::military(scan, clock, found.end)) {
        found.accept(Key::Time(minute));
        found.says.push(Key::Clock(minute % 720));
        found.kind = UnsupportedKind::Number;
    }
    Some(found)
}

/// The number with the letters glued to it, where they change it: `3rd`, `3bn`, `20k`.
fn suffixed(scan: &Scan<'_, '_>, number: &Amount, currency: bool) -> Option<Amount> {
    let suffix = scan.is_glued(number.end).then(|| scan.word(number.end))?;
    let end = number.end + 1;
    if lists::has_in(suffix, Kind::DayEnding, Language::ENGLISH) {
        let place = number.values.first()?.to_u64()?;
        let mut found = Amount { end, plain: false, ..number.clone() };
        found.accept(Key::Ordinal(place));
        return Some(found);
    }
    // "3m" may be metres, "10k" a race, unless it is money.
    let (power, sure) = match values::letter_power(suffix) {
        Some(power) => (power, currency),
        None => (values::power(suffix)?, true),
    };
    let big = number.values.iter().map(|value| value.scaled(power));
    let small = number.values.iter().filter(|_| !sure).cloned();
    let values = big.chain(small).collect();
    Some(Amount { scale: power, ..Amount::of(number.start, end, values) })
}

/// The number of which the figure at `at` may be a group: `1 200`, as French and Swedish write it.
/// English never does, so the figure stays a number of its own too.
fn spaced_groups(scan: &Scan<'_, '_>, at: usize) -> Option<Decimal> {
    let group = |at: usize| scan.digits(at, 3).filter(|_| scan.figure(at).len() == 3);
    let mut start = at;
    while group(start).is_some() && start > 0 && scan.digits(start - 1, 3).is_some() {
        start -= 1;
        // Each figure of a long row would walk all of it.
        if at - start > MOST_GROUPS {
            return None;
        }
    }
    scan.digits(start, 3)?;
    let groups = (start + 1..).take_while(|&next| group(next).is_some());
    let end = start + 1 + groups.take(MOST_GROUPS).count();
    let digits: String = (start..end).map(|at| scan.figure(at)).collect();
    (end > start + 1 && at < end).then(|| Decimal::new(&digits, ""))
}
