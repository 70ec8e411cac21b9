//! Numbers in words: *twenty-one*, *a dozen*, *two hundred and five*, *third*.
//!
//! In: tokens and a place. Out: the number there. *One* and *first* are said of everything and claim
//! nothing.

use super::super::decimal::Decimal;
use super::super::items::Key;
use super::amount::Amount;
use super::{fractions, sizes, values};
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// A number in words: `two`, `twenty-one`, `a dozen`, `two hundred and five`, `third`.
pub(super) fn spelled(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    if scan.word(at) == "second" && is_unit_of_time(scan, at) {
        return None;
    }
    let mut sum = Sum::default();
    let mut next = at;
    if lists::has(scan.word(at), Kind::Article) {
        let word = scan.word(at + 1);
        if !matches!(word, "hundred" | "dozen") && values::power(word).is_none() {
            return None;
        }
        sum.current = Some(1);
        next += 1;
    }
    let mut end = at;
    loop {
        let joined = end > at && scan.is_hyphen(next);
        let word_at = next + usize::from(joined);
        let word = scan.word(word_at);
        if word == "and" && sum.after_hundred && goes_on(scan.word(word_at + 1)) {
            next = word_at + 1;
            continue;
        }
        if let Some(place) = values::ordinal(word) {
            return sum.ordinal(at, end, word_at, place);
        }
        if !sum.take(word) {
            break;
        }
        next = word_at + 1;
        end = next;
        if word == "dozen" {
            break;
        }
    }
    if end == at {
        return None;
    }
    let mut values = vec![Decimal::whole(sum.value())];
    if let Some((tail, after)) = fractions::and_fraction(scan, end) {
        values = values.iter().filter_map(|value| value.and_fraction(tail)).collect();
        end = after;
    }
    let mut found = Amount::of(at, end, values);
    let lone_one = end == at + 1 && scan.word(at) == "one";
    found = sizes::scaled(scan, Amount { scale: sum.power, ..found });
    if found.scale == 0 {
        found.scale = sum.power;
    }
    // "one another", "no one": too rarely a number to claim one.
    if lone_one && found.end == end {
        found.asks.clear();
    }
    if matches!(scan.word(found.end), "decade" | "decades") {
        found.says.push(Key::Number(Decimal::whole(sum.value()).scaled(1)));
    }
    Some(found)
}

/// Whether *second* at `at` measures time: *30-second*, *per second*.
fn is_unit_of_time(scan: &Scan<'_, '_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let before = if scan.is_hyphen(before) { before.saturating_sub(1) } else { before };
    let word = scan.word(before);
    !scan.figure(before).is_empty()
        || values::number(word).is_some()
        || lists::has(word, Kind::BeforeSecond)
}

/// Whether a number goes on with this word behind *and*.
fn goes_on(word: &str) -> bool {
    values::number(word).is_some_and(|value| value > 0) || values::ordinal(word).is_some()
}

/// Adds up a number in words.
#[derive(Debug, Default)]
struct Sum {
    total: u128,
    /// What has been read since the last word of size.
    current: Option<u128>,
    after_hundred: bool,
    power: i64,
}

impl Sum {
    fn value(&self) -> u128 {
        self.total.saturating_add(self.current.unwrap_or(0))
    }

    /// Whether the number goes on with `word`, which is then added.
    fn take(&mut self, word: &str) -> bool {
        let current = self.current;
        if let Some(power) = values::power(word) {
            let Some(value) = current else { return false };
            let size = 10_u128.pow(u32::try_from(power).unwrap_or(0));
            self.total = self.total.saturating_add(value.saturating_mul(size));
            *self = Self { total: self.total, current: None, after_hundred: true, power };
            return true;
        }
        let hundreds = current.is_none_or(|value| value >= 100 && value.is_multiple_of(100));
        let next = match (values::number(word), word) {
            (Some(value), _) => {
                let after_tens = current.is_some_and(|n| n.is_multiple_of(10) && n % 100 >= 20)
                    && (1..10).contains(&value);
                (hundreds || after_tens).then(|| current.unwrap_or(0) + u128::from(value))
            }
            (_, "hundred") => current.filter(|n| (1..100).contains(n)).map(|n| n * 100),
            (_, "dozen") => current.filter(|n| *n < 1000).map(|n| n * 12),
            _ => None,
        };
        if next.is_some() {
            (self.current, self.after_hundred) = (next, word == "hundred");
        }
        next.is_some()
    }

    /// The number that ends in an ordinal word at `word_at`; `end` is past what was read before.
    fn ordinal(&self, at: usize, end: usize, word_at: usize, place: u64) -> Option<Amount> {
        let before = self.value();
        let after_tens = before.is_multiple_of(10) && before % 100 >= 20 && place < 10;
        let goes_on = end > at && (before.is_multiple_of(100) || after_tens);
        if end > at && !goes_on {
            // "two first halves": the number before stands alone.
            return Some(Amount::of(at, end, vec![Decimal::whole(before)]));
        }
        let value =
            before.checked_add(u128::from(place)).filter(|_| goes_on).unwrap_or(u128::from(place));
        let mut found = Amount::of(at, word_at + 1, vec![Decimal::whole(value)]);
        found.accept(Key::Ordinal(u64::try_from(value).unwrap_or(u64::MAX)));
        if end == at && place == 1 {
            // *First* is said of everything.
            found.asks.clear();
        }
        Some(found)
    }
}
