//! Tokens to the times of day among them.
//!
//! In: tokens of a line and a place. Out: the time that begins there, as the line shows it.
//! `summary/grounding/numbers.rs` reads the times of prose, where *5.30* and *1:23:45* are numbers
//! first.

use super::months;
use crate::text::lists::{self, Kind};
use crate::text::scan::{Form, Scan};

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    /// Its tokens.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Clock {
    /// As ISO 8601 writes it: `08:32:00`.
    pub(super) fn iso(self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// A time that starts at token `at`: `08:32 AM`, `8.32pm`, `23:05:10`, `14h30`, `9 am`, `18.05 Uhr`,
/// `T06:56:07`, `下午3:20`, `오후 3시 20분`.
pub(super) fn time_at(scan: &Scan<'_, '_>, at: usize) -> Option<Clock> {
    let before = half_day_before(scan, at);
    let start = before.map_or(at, |(_, next)| next);
    // The minutes of another time, or the year of a date, are no hour.
    let inside = start.checked_sub(2).is_some_and(|figure| {
        matches!(scan.sign(figure + 1), ':' | '.' | '/' | '-') && scan.digits(figure, 2).is_some()
    });
    if inside && before.is_none() {
        return None;
    }
    let (hour, minute, second, mut end, sure) = hands(scan, start)?;
    // "Um 14:30 am 3. Oktober": German days begin with *am*.
    let behind = half_day_behind(scan, end).filter(|_| hour <= 12 || !sure);
    if let Some((_, after)) = behind {
        end = after;
    }
    let afternoon = before.or(behind).map(|(afternoon, _)| afternoon);
    if afternoon.is_none() && !sure {
        return None;
    }
    let hour = match afternoon {
        // `下午15:20`, as some write it.
        Some(true) if before.is_some() && hour > 12 => hour,
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
        None => hour,
    };
    let fits = |value: u64, most: u64| u8::try_from(value).ok().filter(|_| value <= most);
    Some(Clock {
        hour: fits(hour, 23)?,
        minute: fits(minute, 59)?,
        second: fits(second, 59)?,
        start: at,
        end,
    })
}

/// Hour, minute and second as the hands show them, the token behind them, and whether that is a time
/// even without the half of the day.
fn hands(scan: &Scan<'_, '_>, at: usize) -> Option<(u64, u64, u64, usize, bool)> {
    let two = |at: usize| scan.digits(at, 2).filter(|_| scan.figure(at).len() == 2);
    // "T06" of "2019-11-19T06:56:07".
    let iso = scan.word(at).strip_prefix('t').filter(|hour| hour.len() == 2 && scan.is_glued(at));
    let hour = iso.map_or_else(|| scan.digits(at, 2), |hour| hour.parse().ok());
    let Some(hour) = hour else {
        // "8.32pm", "18.05 Uhr"
        let (hour, minute) = scan.figure(at).split_once('.')?;
        let (hour, minute) =
            (hour.parse().ok()?, minute.parse().ok().filter(|_| minute.len() == 2)?);
        let named = is_part(scan, at + 1, "hour-behind");
        let sure = named || is_announced(scan, at);
        return Some((hour, minute, 0, at + 1 + usize::from(named), sure));
    };
    let next = at + 1;
    if matches!(scan.sign(next), ':' | '：') {
        let minute = two(next + 1)?;
        let seconds = scan.figure(next + 3).split('.').next().unwrap_or("");
        let seconds = Some(seconds).filter(|it| scan.sign(next + 2) == ':' && it.len() == 2);
        let (second, mut end) = match seconds.and_then(|it| it.parse().ok()) {
            Some(second) => (second, next + 4),
            None => (0, next + 2),
        };
        end += usize::from(is_part(scan, end, "hour-behind"));
        return Some((hour, minute, second, end, true));
    }
    // "14h30" is a figure and a word.
    if let Some(minute) = scan.word(next).strip_prefix('h').filter(|it| it.len() == 2)
        && scan.is_glued(next)
    {
        return Some((hour, minute.parse().ok()?, 0, next + 1, true));
    }
    if is_part(scan, next, "hour") {
        let minute = scan.digits(next + 1, 2);
        let named = is_part(scan, next + 2, "minute");
        return match minute {
            Some(minute) if named || two(next + 1).is_some() => {
                Some((hour, minute, 0, next + 2 + usize::from(named), true))
            }
            // "15h" may be as many hours.
            _ => Some((hour, 0, 0, next + 1, false)),
        };
    }
    let named = is_part(scan, next, "hour-behind");
    Some((hour, 0, 0, next + usize::from(named), named))
}

/// Whether what stands before `at` says that a time comes: `kl. 07.45`.
fn is_announced(scan: &Scan<'_, '_>, at: usize) -> bool {
    let before = |back: usize| {
        at.checked_sub(back).is_some_and(|before| is_part(scan, before, "hour-before"))
    };
    before(1) || (before(2) && at.checked_sub(1).is_some_and(|stop| scan.is_behind(stop, '.')))
}

/// Whether what stands at `at` is such a part of a time.
fn is_part(scan: &Scan<'_, '_>, at: usize, part: &str) -> bool {
    months::row(scan, at).is_some_and(|row| row.is(Kind::ClockPart, part))
}

/// `am`, `p.m.`, `p. m.` at token `at`: whether it is the afternoon, and the token behind it.
fn half_day_behind(scan: &Scan<'_, '_>, at: usize) -> Option<(bool, usize)> {
    if let half @ ("a" | "p") = scan.word(at)
        && scan.sign(at + 1) == '.'
        && scan.word(at + 2) == "m"
    {
        let stop = usize::from(scan.sign(at + 3) == '.');
        return Some((half == "p", at + 3 + stop));
    }
    let half = months::row(scan, at).filter(|row| row.has(Kind::HalfDay))?;
    Some((half.is(Kind::HalfDay, "pm"), at + 1))
}

/// `오후`, `下午` at token `at`: whether it is the afternoon, and the token behind it.
fn half_day_before(scan: &Scan<'_, '_>, at: usize) -> Option<(bool, usize)> {
    let first = scan.get(at)?;
    let (row, end) = match first.form {
        Form::Sign => (lists::find(&[first.text, scan.get(at + 1)?.text].concat())?, at + 2),
        _ => (months::row(scan, at)?, at + 1),
    };
    row.has(Kind::HalfDayBefore).then(|| (row.is(Kind::HalfDayBefore, "pm"), end))
}
