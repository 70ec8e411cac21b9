//! Tokens to the dates among them.
//!
//! In: tokens and a place. Out: the dates that begin there, and where they end; both readings of a
//! date such as `03/04/2019`.
//!
//! A line whose business is a date and prose need opposite care, which [`Manner`] tells apart: in
//! prose *3 energy firms* and *10 may have died* are no dates, so months are whole words there, and
//! those of other languages than English count beside a day only.

use super::date::{Date, year_of};
use super::months::{self, Named, month_at};
use crate::text::lists::{self, Entry, Kind};
use crate::text::scan::{Form, Scan};

/// As many days of one month are read in a row: each month has no more.
const MOST_DAYS: usize = 31;

/// What the tokens are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A line whose business may be a date.
    Line,
    /// A sentence.
    Prose,
}

/// A date in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// Its tokens.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Its readings, likeliest first: one, or two where only custom tells which is meant.
    pub(crate) readings: Vec<Date>,
    /// Whether a word joins it to the day before, so that it may be a mere number: *March 12 and
    /// 15 people*.
    pub(crate) loose: bool,
    pub(crate) order: Order,
}

/// Which of the day and the month stands first in a date of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// It does not matter, or the readings tell.
    Clear,
    /// The month, as in `11.24.2025`.
    MonthFirst,
    /// The day, as in `24/11/2025`.
    DayFirst,
    /// The day, but only because nearly all who write stops between them write it first:
    /// `09.10.2024`.
    Assumed,
}

impl FoundDate {
    fn of(start: usize, end: usize, readings: Vec<Date>) -> Option<(Vec<FoundDate>, usize)> {
        Self::ordered(start, end, (readings, Order::Clear))
    }

    fn ordered(
        start: usize,
        end: usize,
        (readings, order): (Vec<Date>, Order),
    ) -> Option<(Vec<FoundDate>, usize)> {
        let found = Self { start, end, readings, loose: false, order };
        (!found.readings.is_empty()).then(|| (vec![found], end))
    }
}

/// The dates that begin at token `at`, and the token behind them.
pub(crate) fn dates_at(
    scan: &Scan<'_, '_>,
    at: usize,
    manner: Manner,
) -> Option<(Vec<FoundDate>, usize)> {
    match scan.get(at)?.form {
        Form::Figure => numeric(scan, at, manner)
            .or_else(|| parted_by_stops(scan, at, manner))
            .or_else(|| signed(scan, at))
            .or_else(|| days_first(scan, at, manner))
            .or_else(|| year_first(scan, at, manner)),
        Form::Word => month_first(scan, at, manner),
        Form::Sign | Form::Mark => None,
    }
}

/// The days that `9/11` may be, by either custom.
pub(crate) fn either(first: u64, second: u64) -> impl Iterator<Item = Date> {
    let readings =
        [Date::of(None, Some(second), Some(first)), Date::of(None, Some(first), Some(second))];
    readings.into_iter().flatten()
}

/// The day of the week at `at`, in English: `Monday`, `Mondays`; `Mon.` and its like only with the
/// stop or comma that marks them.
pub(crate) fn weekday_at(scan: &Scan<'_, '_>, at: usize) -> Option<u8> {
    let day = |word: &str, kind: Kind| {
        let english = lists::find(word)?.of(kind).find(|entry| entry.is_english());
        u8::try_from(english?.number()?).ok()
    };
    let word = scan.word(at);
    let marked =
        scan.has_capital(at) && (scan.is_behind(at + 1, '.') || scan.is_behind(at + 1, ','));
    day(word.strip_suffix('s').unwrap_or(word), Kind::Weekday)
        .or_else(|| day(word, Kind::WeekdayShort).filter(|_| marked))
}

/// A part of a date in figures alone: its value and how many digits write it.
type Part = (u64, usize);

fn part(digits: &str) -> Option<Part> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { Some((digits.parse().ok()?, digits.len())) } else { None }
}

/// `2024-04-14`, `2024.4.14`, `14/04/2024`, `4/14/24`, `14.04.2024`. Where day and month can be told
/// apart only by custom, both readings hold; but what is parted by stops has the day first.
fn numeric(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(Vec<FoundDate>, usize)> {
    let whole = scan.figure(at);
    let dotted: Vec<&str> = whole.split('.').collect();
    if let &[first, second, third] = dotted.as_slice() {
        let parts = [part(first)?, part(second)?, part(third)?];
        // `1.8.86` is a version.
        let padded = parts.iter().all(|(_, digits)| *digits == 2);
        let long = parts.iter().any(|(_, digits)| *digits == 4);
        if manner == Manner::Line && !(long || padded) {
            return None;
        }
        return FoundDate::ordered(at, at + 1, readings(parts, true));
    }
    let joined = manner == Manner::Line || (1..=4).all(|next| scan.is_glued(at + next));
    let sign = scan.sign(at + 1);
    let same = sign == scan.sign(at + 3) && (sign == '/' || scan.is_dash(at + 1));
    if !joined || !same {
        return None;
    }
    // A price list's `1-2-3.50` is none.
    let parts = [part(whole)?, part(scan.figure(at + 2))?, part(scan.figure(at + 4))?];
    FoundDate::ordered(at, at + 5, readings(parts, false))
}

/// `14. 4. 2024`, `14.4. 2024`, `2024. 4. 14.`, as Central Europe, Hungary and Korea write them.
fn parted_by_stops(
    scan: &Scan<'_, '_>,
    at: usize,
    manner: Manner,
) -> Option<(Vec<FoundDate>, usize)> {
    let mut parts = [(0, 0); 3];
    let mut filled = 0;
    let mut next = at;
    while filled < 3 {
        let figure = scan.figure(next);
        // "Growth was 4.5. 2019 was better."
        if manner == Manner::Prose && figure.contains('.') {
            return None;
        }
        for digits in figure.split('.') {
            *parts.get_mut(filled)? = part(digits)?;
            filled += 1;
        }
        next += 1;
        let stop = scan.is_behind(next, '.');
        if filled < 3 && !stop {
            return None;
        }
        // The last stop of `2024. 4. 14.` belongs to it.
        if stop && (filled < 3 || parts.first().is_some_and(|(_, digits)| *digits == 4)) {
            next += 1;
        }
    }
    let [(_, first), _, (_, third)] = parts;
    if first != 4 && third != 4 {
        return None;
    }
    FoundDate::ordered(at, next, readings(parts, true))
}

/// The readings of three numbers.
fn readings(parts: [Part; 3], by_stops: bool) -> (Vec<Date>, Order) {
    let [(first, first_digits), (second, second_digits), (third, third_digits)] = parts;
    let short = |digits: usize| matches!(digits, 1 | 2);
    let date = |year: Option<u16>, month: u64, day: u64| {
        year.and_then(|year| Date::of(Some(year), Some(month), Some(day)))
    };
    if first_digits == 4 && short(second_digits) && short(third_digits) {
        return (date(year_of(first, 4), second, third).into_iter().collect(), Order::Clear);
    }
    if !short(first_digits) || !short(second_digits) {
        return (Vec::new(), Order::Clear);
    }
    let year = year_of(third, third_digits);
    let day_first = date(year, second, first);
    let month_first = date(year, first, second);
    let order = match (day_first, month_first) {
        (None, Some(_)) => Order::MonthFirst,
        (Some(_), None) if !by_stops => Order::DayFirst,
        (Some(one), Some(other)) if by_stops && one != other => Order::Assumed,
        _ => Order::Clear,
    };
    let month_first = month_first.filter(|_| order != Order::Assumed);
    let mut both: Vec<Date> = day_first.into_iter().chain(month_first).collect();
    both.dedup();
    (both, order)
}

/// `2024年4月14日`, `4月14日`, `2024年`, `14日`; `2024년 4월 14일`.
fn signed(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<FoundDate>, usize)> {
    let mut end = at;
    let mut take = |unit: &str, longest: usize| {
        let value = scan.digits(end, longest).filter(|_| is_unit(scan, end + 1, unit))?;
        end += 2;
        Some(value)
    };
    // "24年" may be as many years.
    let year = if scan.figure(at).len() == 4 { take("year", 4) } else { None };
    let month = take("month", 2);
    let day = take("day", 2);
    let year = match year {
        Some(year) => Some(year_of(year, 4)?),
        None => None,
    };
    // A year, and perhaps a day that belongs to another date: only the year is read.
    let (day, end) = if year.is_some() && month.is_none() { (None, at + 2) } else { (day, end) };
    FoundDate::of(at, end, Date::of(year, month, day).into_iter().collect())
}

/// Whether what stands at `at` says that the figure before it is such a part of a date. In Korean, a
/// particle may follow.
fn is_unit(scan: &Scan<'_, '_>, at: usize, unit: &str) -> bool {
    let Some(token) = scan.get(at) else { return false };
    let first = token.text.char_indices().nth(1).map_or(token.text.len(), |(at, _)| at);
    let sign = token.text.get(..first).unwrap_or("");
    let fits = token.form == Form::Sign || (token.form == Form::Word && !token.spaced);
    fits && lists::find(sign).is_some_and(|row| row.is(Kind::DatePart, unit))
}

/// `April`, `April 2024`, `April 14`, `April 14-16, 2024`, `Sept. 4`.
fn month_first(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(Vec<FoundDate>, usize)> {
    let named = month_at(scan, at, false)?;
    // "Gen 12, 2021" is no Italian January: who shortens the month so writes the day first.
    if !(named.english || named.whole) {
        return None;
    }
    let mut next = named.end;
    let stop = scan.is_behind(next, '.');
    next += usize::from(stop);
    if manner == Manner::Line {
        next = skip(scan, next);
    }
    let (days, after) = days(scan, next, manner).unwrap_or((Vec::new(), next));
    let year = year(scan, after, manner);
    let beside = !days.is_empty() || year.is_some();
    if manner == Manner::Prose && !is_meant(scan, at, named, beside, stop) {
        return None;
    }
    let (year, end) = year.map_or((None, after), |(year, end)| (Some(year), end));
    if days.is_empty() {
        // "Sept." at a sentence's end: the stop is not the date's.
        let end = if year.is_some() { end } else { named.end };
        let date = Date::of(year, Some(named.month), None);
        return FoundDate::of(at, end, date.into_iter().collect());
    }
    dates_of(&days, year, named.month, Some(at), end)
}

/// `14 April 2024`, `14th of April`, `14-16 April`, `12 de março de 2018`, `14 tháng 4, 2024`.
fn days_first(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(Vec<FoundDate>, usize)> {
    let (days, mut next) = days(scan, at, manner)?;
    let dotted = scan.is_behind(next, '.');
    match manner {
        Manner::Line => next = skip(scan, next),
        Manner::Prose => {
            let joint = months::is(scan, next, Kind::DateJoint);
            next += usize::from(joint || dotted || scan.is_hyphen(next));
        }
    }
    let named = month_at(scan, next, dotted)?;
    // "3rd Gen, 2023"
    let foreign = !named.english && days.iter().any(|day| day.english);
    if foreign || (manner == Manner::Prose && !is_meant(scan, next, named, true, false)) {
        return None;
    }
    let stop = scan.is_behind(named.end, '.');
    let year = year(scan, named.end, manner)
        .or_else(|| year(scan, named.end + 1, manner).filter(|_| stop));
    let (year, end) = year.map_or((None, named.end), |(year, end)| (Some(year), end));
    dates_of(&days, year, named.month, None, end)
}

/// `2024. április 14.`, and in a line `2024 April 14`.
fn year_first(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(Vec<FoundDate>, usize)> {
    let (value, digits) = part(scan.figure(at)).filter(|(_, digits)| *digits == 4)?;
    let year = year_of(value, digits)?;
    let next = match manner {
        Manner::Line => skip(scan, at + 1),
        Manner::Prose if scan.is_behind(at + 1, '.') => at + 2,
        Manner::Prose => return None,
    };
    let named = month_at(scan, next, false)?;
    let behind = match manner {
        Manner::Line => skip(scan, named.end),
        Manner::Prose => named.end,
    };
    let (day, end) = day(scan, behind, false)?;
    // "© 2019, May 4, 2020"
    if self::year(scan, end, manner).is_some() {
        return None;
    }
    let date = Date::of(Some(year), Some(named.month), Some(u64::from(day.day)));
    FoundDate::of(at, end, date.into_iter().collect())
}

/// The dates of some days of one month; the first begins at `start` and the last ends at `end`.
fn dates_of(
    days: &[Day],
    year: Option<u16>,
    month: u64,
    start: Option<usize>,
    end: usize,
) -> Option<(Vec<FoundDate>, usize)> {
    let mut found = Vec::with_capacity(days.len());
    for (index, day) in days.iter().enumerate() {
        let date = Date::of(year, Some(month), Some(u64::from(day.day)))?;
        found.push(FoundDate {
            start: start.filter(|_| index == 0).unwrap_or(day.start),
            end: if index + 1 == days.len() { end } else { day.end },
            readings: vec![date],
            loose: day.loose,
            order: Order::Clear,
        });
    }
    Some((found, end))
}

/// Steps over what parts a day, a month and a year of a line.
fn skip(scan: &Scan<'_, '_>, mut at: usize) -> usize {
    while months::is(scan, at, Kind::DateJoint)
        || matches!(scan.sign(at), ',' | '.' | '/' | '\'' | '’')
        || scan.is_dash(at)
    {
        at += 1;
    }
    at
}

/// A day of a month, and its tokens.
struct Day {
    day: u8,
    start: usize,
    end: usize,
    loose: bool,
    /// Whether it has the ending of an English ordinal.
    english: bool,
}

/// The days at `at`: `14`, `14th`, `14-16`, `14, 15 and 16`, and the token behind them.
fn days(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(Vec<Day>, usize)> {
    let (first, mut end) = day(scan, at, false)?;
    let mut days = vec![first];
    while days.len() < MOST_DAYS {
        let joined = scan.is_dash(end) || matches!(scan.sign(end), '&' | '/');
        let loose = months::is(scan, end, Kind::JoinsDays);
        if !joined && !loose {
            break;
        }
        let Some((next, after)) = day(scan, end + 1, loose) else { break };
        // `14-04-24`, `Apr 14 - 10`: in a line, another day is followed by the month or the year.
        let goes_on =
            || month_at(scan, after, false).is_some() || year(scan, after, manner).is_some();
        if manner == Manner::Line && !goes_on() {
            break;
        }
        days.push(next);
        end = after;
    }
    Some((days, end))
}

fn day(scan: &Scan<'_, '_>, at: usize, loose: bool) -> Option<(Day, usize)> {
    let value = scan.digits(at, 2).filter(|day| (1..=31).contains(day))?;
    let ending = months::row(scan, at + 1).filter(|_| scan.is_glued(at + 1));
    let ending = ending.and_then(|row| row.of(Kind::DayEnding).next());
    let suffixed = ending.is_some() || scan.is_behind(at + 1, '°');
    let end = at + 1 + usize::from(suffixed);
    // A time, a share or a measure is no day.
    let measured = scan.is_behind(end, '%') || (scan.is_glued(end) && !scan.word(end).is_empty());
    let counts = [Kind::Percent, Kind::Scale, Kind::HalfDay];
    let timed = counts.iter().any(|kind| months::is(scan, end, *kind)) || scan.is_behind(end, ':');
    if measured || timed {
        return None;
    }
    let english = ending.is_some_and(Entry::is_english);
    Some((Day { day: u8::try_from(value).ok()?, start: at, end, loose, english }, end))
}

/// A year at `at`, with what joins it to the month passed over, and the token behind it.
fn year(scan: &Scan<'_, '_>, at: usize, manner: Manner) -> Option<(u16, usize)> {
    let at = match manner {
        Manner::Line => skip(scan, at),
        Manner::Prose => {
            let comma = matches!(scan.sign(at), ',' | '’' | '\'') && scan.get(at + 1).is_some();
            let joint = months::is(scan, at, Kind::DateJoint);
            at + usize::from(comma || joint || scan.is_hyphen(at))
        }
    };
    let (value, digits) = part(scan.figure(at))?;
    let end = at + 1;
    // `Apr 14 08:32`: a number with a colon behind it is a time.
    let measured = scan.is_behind(end, '%') || scan.is_behind(end, ':');
    // `14 April 10 comments`, `April 14-16, 2024`: what counts something is no year.
    let short = || {
        let next = skip(scan, end);
        let counts = !scan.word(end).is_empty() && !months::is(scan, end, Kind::BesideDate);
        manner == Manner::Line && !counts && part(scan.figure(next)).is_none_or(|it| it.1 < 3)
    };
    if measured || !(digits == 4 || short()) {
        return None;
    }
    Some((year_of(value, digits)?, end))
}

/// Whether a word of prose is the month that it may name; `beside` says whether a day or year stands
/// with it, `stop` whether a full stop does.
fn is_meant(scan: &Scan<'_, '_>, at: usize, named: Named, beside: bool, stop: bool) -> bool {
    let capital = scan.has_capital(at);
    match (named.english, named.whole) {
        // "10 may have died", "they march".
        (true, true) => match months::row(scan, at).filter(|row| row.has(Kind::MonthWord)) {
            Some(row) if row.is(Kind::MonthWord, "cued") => {
                capital && (beside || is_month_cue(scan, at))
            }
            word => word.is_none() || capital || beside,
        },
        (true, false) => capital && (beside || stop),
        (false, true) => beside,
        (false, false) => false,
    }
}

/// Whether the word before `at` shows that *May* is the month and not a name or a verb.
fn is_month_cue(scan: &Scan<'_, '_>, at: usize) -> bool {
    let cues = |at: Option<usize>| at.is_some_and(|at| months::is(scan, at, Kind::BeforeMonth));
    let hyphened = at > 0 && scan.is_hyphen(at - 1);
    cues(at.checked_sub(1)) || (hyphened && cues(at.checked_sub(2)))
}
