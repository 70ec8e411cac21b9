//! A number with its sign, currency and percent sign: `-5`, `$3m`, `5%`, *5 degrees below zero*.
//!
//! In: tokens and a place. Out: the number there, of whatever form. Units are not compared: `5%` is
//! supported by `5 percent` and by `5 people` alike.

use super::super::items::Key;
use super::amount::Amount;
use super::{clocks, figures, fractions, spelled};
use crate::summary::UnsupportedKind;
use crate::text::chars::{self, Class};
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// The number at `at`, its sign and currency before it and its unit of size behind it.
pub(super) fn number(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    // A dash is a sign where it touches the number and nothing before it.
    let spaced = scan.get(at).is_some_and(|token| token.spaced);
    let sign = matches!(scan.sign(at), '-' | '−') && spaced && scan.is_glued(at + 1);
    let minus = sign || scan.word(at) == "minus";
    let start = at + usize::from(minus);
    let currency = chars::is(scan.sign(start), Class::CURRENCY);
    let start = start + usize::from(currency);
    let time = if minus || currency { None } else { clocks::time(scan, start) };
    let mut found = time
        .or_else(|| fractions::fraction(scan, start))
        .or_else(|| figures::figure(scan, start, currency))
        .or_else(|| spelled::spelled(scan, start))?;
    found.start = at;
    if minus {
        negate(&mut found);
    } else if is_below_zero(scan, found.end) {
        found.says.extend(found.values.iter().map(|value| Key::Number(value.negated())));
    }
    percent(scan, &mut found);
    if currency {
        found.kind = UnsupportedKind::Number;
    }
    Some(found)
}

/// A negative number says its size as well (*down 5%* for `-5%`), and is supported by a negative
/// one only.
fn negate(amount: &mut Amount) {
    let negative: Vec<Key> =
        amount.values.iter().map(|value| Key::Number(value.negated())).collect();
    if !negative.is_empty() {
        amount.asks = negative.iter().map(|key| vec![key.clone()]).collect();
        amount.says.extend(negative);
    }
}

/// `5 degrees below zero`, `5C below freezing`.
fn is_below_zero(scan: &Scan<'_, '_>, end: usize) -> bool {
    (end..end + 3)
        .any(|at| scan.word(at) == "below" && matches!(scan.word(at + 1), "zero" | "freezing"))
}

/// A share says its fraction too, so that `50%` supports *half*.
fn percent(scan: &Scan<'_, '_>, amount: &mut Amount) {
    let behind = amount.end + usize::from(scan.is_hyphen(amount.end));
    if lists::has(scan.word(behind), Kind::Percent) {
        amount.end = behind + 1;
    } else if scan.word(behind) == "per" && scan.word(behind + 1) == "cent" {
        amount.end = behind + 2;
    } else if matches!(scan.sign(amount.end), '%' | '％' | '٪') {
        amount.end += 1;
    } else {
        return;
    }
    amount.kind = UnsupportedKind::Number;
    amount.says.extend(amount.values.iter().map(|value| Key::Number(value.scaled(-2))));
}
