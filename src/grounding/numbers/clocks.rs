//! Times of day: `5pm`, `17:00`, `5 o’clock`; running times: `1:23:45`.
//!
//! In: tokens and a place. Out: the time there, in minutes of the day, or of half a day where it
//! does not tell which half. Time zones are passed over.

use super::super::items::Key;
use super::amount::Amount;
use crate::text::lists::{self, Kind};
use crate::text::scan::Scan;

/// A time of day at `at`: `5pm`, `5.30 p.m.`, `17:00`, `5 o’clock`; also `1:23:45`.
pub(super) fn time(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    let (hour, mut minute) = match scan.digits(at, 2) {
        Some(hour) => (hour, 0),
        None => {
            let (hour, minute) = scan.figure(at).split_once('.').filter(|(_, m)| m.len() == 2)?;
            (hour.parse().ok()?, minute.parse().ok()?)
        }
    };
    let (mut end, mut clock) = (at + 1, false);
    if scan.joins(end, ':') && scan.figure(at).len() <= 2 {
        let second = scan.figure(end + 1);
        if scan.joins(end + 2, ':') || second.contains('.') {
            return Some(running(scan, at, hour));
        }
        minute = scan.digits(end + 1, 2).filter(|_| second.len() == 2)?;
        end += 2;
        clock = true;
    }
    let named = lists::find(scan.word(end)).filter(|row| row.has(Kind::TimeBehind));
    if named.is_none() && !clock {
        return None;
    }
    end += usize::from(named.is_some());
    let afternoon = match named.and_then(|row| row.of(Kind::TimeBehind).next()?.text()) {
        Some("am") => Some(false),
        Some("pm") => Some(true),
        _ => None,
    };
    if hour > if afternoon.is_some() { 12 } else { 24 } {
        return None;
    }
    let hour = match afternoon {
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        None => hour % 24,
    };
    let minute = minute_of(hour, minute)?;
    let mut says = vec![Key::Clock(minute % 720), Key::Time(minute)];
    let asked = if afternoon.is_some() || hour > 12 {
        Key::Time(minute)
    } else {
        says.push(Key::Time((minute + 720) % 1440));
        Key::Clock(minute % 720)
    };
    Some(Amount { afternoon, ..Amount::keyed(at, end, says, vec![vec![asked]]) })
}

/// `1:23:45`, `1:23.4`, which are compared as they are written.
fn running(scan: &Scan<'_, '_>, at: usize, hour: u64) -> Amount {
    let second = scan.figure(at + 2);
    let (shown, end) = if scan.joins(at + 3, ':') {
        ([scan.figure(at), second, scan.figure(at + 4)].join(":"), at + 5)
    } else {
        (format!("{hour}:{second}"), at + 3)
    };
    Amount::saying(at, end, Key::Text(shown))
}

/// The minute of the day of four digits, if what stands at `behind` makes a time of them: `0900 GMT`.
pub(super) fn military(scan: &Scan<'_, '_>, digits: u64, behind: usize) -> Option<u16> {
    let word = scan.word(behind);
    let marked = lists::has(word, Kind::Zone) || lists::has(word, Kind::AfterClock);
    if marked { minute_of(digits / 100, digits % 100) } else { None }
}

/// Of an hour, 24 included, and a minute.
pub(super) fn minute_of(hour: u64, minute: u64) -> Option<u16> {
    if hour > 24 || minute > 59 {
        return None;
    }
    u16::try_from(hour % 24 * 60 + minute).ok()
}
