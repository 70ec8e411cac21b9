//! Two numbers that are joined: `3-1`, `10-12`, `9/11`, *3 to 5 million*.
//!
//! In: a number, and the tokens behind it. Out: its partner, and what the two claim, together or
//! apart. Which noun they count is not read.

use super::super::dates;
use super::super::decimal::Decimal;
use super::super::items::{Item, Key};
use super::amount::Amount;
use super::{clocks, fractions, signed};
use crate::summary::UnsupportedKind;
use crate::text::calendar::YEARS;
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// How two numbers are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `3-1`, `10–12`.
    Dash,
    /// `1/2`
    Slash,
    /// `3:75`
    Colon,
    /// `10 to 12`, `10 - 12`: two numbers still.
    Loose,
}

/// The number that is joined to `first`, where both claim something.
pub(super) fn partner(scan: &Scan<'_, '_>, first: &Amount) -> Option<(Amount, Joint)> {
    let end = first.end;
    let joint = if scan.joins(end, '/') {
        Joint::Slash
    } else if scan.joins(end, ':') {
        Joint::Colon
    } else if scan.is_hyphen(end) {
        Joint::Dash
    } else if scan.is_dash(end) || lists::has(scan.word(end), Kind::JoinsNumbers) {
        Joint::Loose
    } else {
        return None;
    };
    let next = end + 1 + usize::from(scan.word(end) == "out" && scan.word(end + 1) == "of");
    // What a date or a decade is made of is no partner.
    if dates::dates_at(scan, next).is_some() {
        return None;
    }
    let second = signed::number(scan, next)?;
    (!first.asks.is_empty() && !second.asks.is_empty()).then_some((second, joint))
}

/// The claims of two joined numbers.
pub(super) fn pair(
    scan: &Scan<'_, '_>,
    mut first: Amount,
    mut second: Amount,
    joint: Joint,
) -> Vec<Item> {
    share_half_of_day(scan, &mut first, &second);
    share_size(&mut first, &second);
    share_century(scan, &mut first, &mut second, joint);
    let keys = keys(&first, &second);
    if joint == Joint::Loose || keys.is_empty() {
        // Each claims itself; that they stand together is said, so that *from 10 to 12* supports
        // `10-12`.
        first.says.extend(keys);
        return vec![first.item(scan), second.item(scan)];
    }
    // One claim, whose ends support others but not it: `3-1`.
    let asks = keys.iter().map(|key| vec![key.clone()]).collect();
    let ends = first.says.iter().chain(&second.says).cloned();
    let says = keys.into_iter().chain(ends).collect();
    let claim = Amount::keyed(first.start, second.end, says, asks);
    let mut claim = Amount { kind: first.kind, ..claim };
    let short = |amount: &Amount| amount.plain && scan.digits(amount.start, 2).is_some();
    if !(short(&first) && short(&second)) {
        // `10-12 people`, `2014-15`: both ends together support it as well.
        let ends = first.asks.iter().flat_map(|a| second.asks.iter().map(move |b| [a, b]));
        claim.asks.extend(ends.map(|[a, b]| a.iter().chain(b).cloned().collect()));
    }
    if joint == Joint::Slash {
        also_slashed(scan, &mut claim, first.start, second.start);
    }
    vec![claim.item(scan)]
}

/// `9-11am`, `from 9 to 5pm`: the first number is a time too, of either half of the day.
fn share_half_of_day(scan: &Scan<'_, '_>, first: &mut Amount, second: &Amount) {
    let hour = scan.digits(first.start, 2).filter(|hour| (1..=12).contains(hour));
    if second.afternoon.is_some()
        && let Some(morning) = hour.and_then(|hour| clocks::minute_of(hour % 12, 0))
    {
        first.says.extend([Key::Time(morning), Key::Time(morning + 720), Key::Clock(morning)]);
        first.asks.push(vec![Key::Clock(morning)]);
    }
}

/// *3 to 5 million*: the million is said of both.
fn share_size(first: &mut Amount, second: &Amount) {
    if second.scale == 0 || first.scale > 0 {
        return;
    }
    let big: Vec<Decimal> = first.values.iter().map(|value| value.scaled(second.scale)).collect();
    for value in big {
        first.accept(Key::Number(value.clone()));
        first.values.push(value);
    }
}

/// `2014-15`: two years.
fn share_century(scan: &Scan<'_, '_>, first: &mut Amount, second: &mut Amount, joint: Joint) {
    if let (Some(year), Some(short)) = (scan.digits(first.start, 4), scan.digits(second.start, 2))
        && YEARS.contains(&year)
        && matches!(joint, Joint::Dash | Joint::Slash)
    {
        second.accept(Key::Number(Decimal::whole(u128::from(year / 100 * 100 + short))));
        first.kind = UnsupportedKind::Date;
    }
}

/// What two numbers say as one, for each of their values.
fn keys(first: &Amount, second: &Amount) -> Vec<Key> {
    let pairs = first.values.iter().flat_map(|a| second.values.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| Key::Pair(a.min(b).clone(), a.max(b).clone())).collect()
}

/// A score or range that may also be a fraction, and a day by either custom: `1/2`, `9/11`.
fn also_slashed(scan: &Scan<'_, '_>, claim: &mut Amount, first: usize, second: usize) {
    let small = |at: usize| scan.digits(at, 2).filter(|value| *value > 0);
    let Some((part, whole)) = small(first).zip(small(second)) else { return };
    let fraction = fractions::ratio(claim.start, claim.end, part, whole);
    claim.says.extend(fraction.says);
    claim.asks.extend(fraction.asks);
    dates::slashed(part, whole).into_iter().for_each(|day| claim.accept(day));
}
