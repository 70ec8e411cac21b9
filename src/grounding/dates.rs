//! Tokens to the dates among them, as what they say.
//!
//! In: tokens and a place. Out: the dates that begin there, as items, and where they end. Which
//! tokens are a date, `text/calendar.rs` says; decades and years such as `’99` are read here, because
//! they are compared as what they may stand for.
//! Knows no clock: *yesterday* is no date here, and no weekday is worked out from a date.

use super::decimal::Decimal;
use super::items::{Item, Key};
use crate::summary::UnsupportedKind;
use crate::text::calendar::{self, Date, FoundDate, Manner, YEARS};
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// The dates that begin at token `at`, and the token behind them.
pub(super) fn dates_at(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let dates = || {
        let (found, end) = calendar::dates_at(scan, at, Manner::Prose)?;
        Some((found.iter().map(|found| item(scan, found)).collect(), end))
    };
    decade(scan, at).or_else(|| short_year(scan, at)).or_else(dates).or_else(|| weekday(scan, at))
}

/// What a date says.
fn says(date: Date) -> Vec<Key> {
    let Date { year, month, day } = date;
    let mut keys = Vec::new();
    let full = year.map(u64::from);
    keys.extend(full.map(|year| Key::Number(number(year))));
    let Some(month) = month else {
        // `14日` may be as many days.
        let day = day.map(u64::from);
        keys.extend(day.into_iter().flat_map(|day| [Key::Ordinal(day), Key::Number(number(day))]));
        return keys;
    };
    keys.extend([
        Key::Month(month),
        full.map_or(Key::UndatedMonth(month), |year| Key::MonthYear(year, month)),
    ]);
    if let Some(day) = day {
        keys.extend([
            Key::Day(month, day),
            Key::Ordinal(u64::from(day)),
            full.map_or(Key::UndatedDay(month, day), |year| Key::Date(year, month, day)),
        ]);
    }
    keys
}

/// What supports a date: all keys of one of these. A year may be added to a date that the source
/// leaves undated, where the source names that year elsewhere; a date of another year supports
/// nothing.
fn asks(date: Date) -> Vec<Vec<Key>> {
    let Date { year, month, day } = date;
    let Some(month) = month else {
        return says(date).into_iter().map(|key| vec![key]).collect();
    };
    match (year.map(u64::from), day) {
        (Some(year), Some(day)) => vec![
            vec![Key::Date(year, month, day)],
            vec![Key::UndatedDay(month, day), Key::Number(number(year))],
        ],
        (Some(year), None) => vec![
            vec![Key::MonthYear(year, month)],
            vec![Key::UndatedMonth(month), Key::Number(number(year))],
        ],
        (None, Some(day)) => vec![vec![Key::Day(month, day)]],
        (None, None) => vec![vec![Key::Month(month)]],
    }
}

fn number(value: u64) -> Decimal {
    Decimal::whole(u128::from(value))
}

fn item(scan: &Scan<'_, '_>, found: &FoundDate) -> Item {
    let FoundDate { start, end, readings, loose, .. } = found;
    let mut item = Item {
        kind: UnsupportedKind::Date,
        span: scan.span(*start, *end),
        says: readings.iter().flat_map(|date| says(*date)).collect(),
        asks: readings.iter().flat_map(|date| asks(*date)).collect(),
    };
    // "March 12 and 15 people"
    for day in readings.iter().filter_map(|date| date.day).filter(|_| *loose) {
        let key = Key::Number(number(u64::from(day)));
        item.says.push(key.clone());
        item.asks.push(vec![key]);
    }
    item
}

/// `1990s`, `’90s`, `90s`, `nineties`.
fn decade(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let (short, year, end) = if let Some(value) = scan.digits(at, 4) {
        if !has_plural(scan, at + 1) || value % 10 != 0 {
            return None;
        }
        match scan.figure(at).len() {
            4 if YEARS.contains(&value) => (value % 100, Some(value), at + 2),
            2 => (value, None, at + 2),
            _ => return None,
        }
    } else {
        let word = scan.word(at);
        let decade = lists::find(word)?.of(Kind::Decade).next()?;
        (u64::from(decade.number()?), None, at + 1)
    };
    let mut says = vec![Key::ShortDecade(short)];
    says.push(year.map_or(Key::BareDecade(short), Key::Decade));
    let asks = match year {
        Some(year) => vec![vec![Key::Decade(year)], vec![Key::BareDecade(short)]],
        None => vec![vec![Key::ShortDecade(short)]],
    };
    date(scan, at, end, says, asks)
}

/// The date that is those tokens.
fn date(
    scan: &Scan<'_, '_>,
    at: usize,
    end: usize,
    says: Vec<Key>,
    asks: Vec<Vec<Key>>,
) -> Option<(Vec<Item>, usize)> {
    let span = scan.span(at, end);
    Some((vec![Item { kind: UnsupportedKind::Date, span, says, asks }], end))
}

/// Whether the ending of `1990s` stands at `at`.
fn has_plural(scan: &Scan<'_, '_>, at: usize) -> bool {
    scan.is_glued(at) && scan.word(at) == "s"
}

/// `’99`, of either century; it may also be a quoted number.
fn short_year(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let short = scan.digits(at + 1, 2).filter(|_| scan.figure(at + 1).len() == 2)?;
    let quoted = matches!(scan.sign(at), '’' | '‘' | '\'') && !scan.is_glued(at);
    if !quoted || has_plural(scan, at + 2) || !scan.is_glued(at + 1) {
        return None;
    }
    let says = [1900 + short, 2000 + short, short].map(|year| Key::Number(number(year)));
    let asks = says.iter().map(|key| vec![key.clone()]).collect();
    date(scan, at, at + 2, says.into(), asks)
}

/// The day that `9/11` may be, by either custom.
pub(super) fn slashed(first: u64, second: u64) -> Vec<Key> {
    calendar::either(first, second)
        .filter_map(|date| Some(Key::Day(date.month?, date.day?)))
        .collect()
}

/// `Monday`, `Mondays`; `Mon.`
fn weekday(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let says = vec![Key::Weekday(calendar::weekday_at(scan, at)?)];
    let asks = vec![says.clone()];
    date(scan, at, at + 1, says, asks)
}
