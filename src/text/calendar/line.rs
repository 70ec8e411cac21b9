//! A line to the date and time it states.
//!
//! In: a short line, such as `Release time:Apr 14, 2024 08:32 AM` or `Published 10:21 EDT, 3 May
//! 2019`. Out: the first whole date in it, with the time that stands nearest, as ISO 8601 without
//! zone: the clock as the page shows it. Nothing where the line is ambiguous (`03/04/2019`): a
//! missing date is better than a wrong one.

use super::clock::{Clock, time_at};
use super::months;
use super::shapes::{FoundDate, Manner, Order, dates_at};
use crate::text::chars;
use crate::text::lists::{self, Kind};
use crate::text::scan::{Form, Scan, tokens};

/// How much of a line is read, in bytes: a date that stands later is not the line's business.
const READ_BYTES: usize = 300;
/// Tokens that may stand between a date and its time (`at`, a weekday, a zone, a comma).
const TIME_GAP: usize = 5;
/// As many characters of a script without spaces count as a word.
const SIGNS_A_WORD: usize = 2;

/// What a line says of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stated {
    /// `2024-04-14T08:32:00`, or `2024-04-14` where no time is given.
    pub(crate) iso: String,
    /// Words of the line that are not part of the date or the time.
    pub(crate) other_words: usize,
    /// Which of day and month stands first, where that may be mistaken.
    pub(crate) order: Order,
}

/// A date that is mentioned in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Its readings, `2024-04-14`: the day first and the month first where both are possible.
    pub(crate) readings: Vec<String>,
    pub(crate) order: Order,
    /// `T08:32:00`, where a time stands beside it.
    pub(crate) time: String,
    /// What the line says that it is: the day of a change (`true`), that of publication, or nothing.
    pub(crate) modified: Option<bool>,
}

/// The dates that a line mentions whole, in their order, each with the time and the word beside it.
pub(crate) fn mentions(line: &str) -> Vec<Mention> {
    let line = parted(chars::head(line, READ_BYTES));
    let tokens = tokens(&line);
    let scan = Scan::of(&tokens);
    let dates = whole_dates(&scan);
    let times: Vec<Clock> = (0..scan.len()).filter_map(|at| time_at(&scan, at)).collect();
    let mut found: Vec<Mention> = Vec::with_capacity(dates.len());
    let mut from = 0;
    for (index, date) in dates.iter().enumerate() {
        let next = dates.get(index + 1).map_or(scan.len(), |next| next.start);
        let own = times.iter().filter(|time| time.start >= from && time.end <= next);
        let time = nearest(own.copied(), date);
        let before = label(&scan, from..date.start);
        // "14 April 2024 (updated)"
        let modified = before.or_else(|| {
            let only = dates.len() == 1;
            label(&scan, date.end..next).filter(|_| only)
        });
        from = time.map_or(date.end, |time| time.end.max(date.end));
        found.push(Mention {
            readings: date.readings.iter().filter_map(|date| date.iso()).collect(),
            order: date.order,
            time: time.map_or_else(String::new, |time| format!("T{}", time.iso())),
            modified,
        });
    }
    found
}

/// What the words of a line without a date say that one beside it is: the day of a change (`true`),
/// or that of publication.
pub(crate) fn dated_as(line: &str) -> Option<bool> {
    let tokens = tokens(chars::head(line, READ_BYTES));
    label(&Scan::of(&tokens), 0..tokens.len())
}

/// What the words of a range say that a date is, the last of them: that of a change (`true`) or of
/// publication.
fn label(scan: &Scan<'_, '_>, range: std::ops::Range<usize>) -> Option<bool> {
    let says = |at: usize| {
        let row = months::row(scan, at).or_else(|| {
            let (sign, next) = (scan.get(at)?, scan.get(at + 1)?);
            (sign.form == Form::Sign).then(|| lists::find(&[sign.text, next.text].concat()))?
        })?;
        row.of(Kind::DatedAs).next()?.text()
    };
    range.rev().find_map(says).map(|what| what == "modified")
}

/// The whole dates of a line, one by one: days that are listed together are none.
fn whole_dates(scan: &Scan<'_, '_>) -> Vec<FoundDate> {
    let mut dates = Vec::new();
    let mut at = 0;
    while at < scan.len() {
        let Some((mut found, end)) = dates_at(scan, at, Manner::Line) else {
            at += 1;
            continue;
        };
        let whole = found.iter().all(|it| it.readings.iter().all(|date| date.iso().is_some()));
        if whole && found.len() == 1 {
            dates.append(&mut found);
        }
        // What is given in part may be part of another date.
        at = if whole { end.max(at + 1) } else { at + 1 };
    }
    dates
}

/// Whether the figures of a line stand as those of a date may: two of them with a mark between, or
/// one with a sign behind it that names a part of a date. A quick look before [`stated`]; dates with
/// the name of a month need not pass it.
pub(crate) fn may_state(line: &str) -> bool {
    let marks =
        |bytes: &[u8]| matches!(bytes, [b'0'..=b'9', b'-' | b'/' | b'.', b'0'..=b'9' | b' ']);
    let mut before = ' ';
    line.as_bytes().windows(3).any(marks)
        || !line.is_ascii()
            && line.chars().any(|c| {
                let behind = std::mem::replace(&mut before, c).is_numeric();
                behind && !c.is_ascii() && lists::has(c.encode_utf8(&mut [0; 4]), Kind::DatePart)
            })
}

/// The first whole date in `line`, with its time.
pub(crate) fn stated(line: &str) -> Option<Stated> {
    let line = parted(chars::head(line, READ_BYTES));
    let tokens = tokens(&line);
    let scan = Scan::of(&tokens);
    let (found, date) = first_date(&scan)?;
    let time = time_near(&scan, &found);
    let is_inside = |at: usize| {
        (found.start..found.end).contains(&at)
            || time.is_some_and(|time| (time.start..time.end).contains(&at))
    };
    let (mut words, mut signs) = (0, 0);
    for (at, token) in tokens.iter().enumerate().filter(|(at, _)| !is_inside(*at)) {
        words += usize::from(token.form == Form::Word && !says_when(&scan, at));
        signs += usize::from(token.form == Form::Sign);
    }
    let iso = match time {
        Some(time) => format!("{date}T{}", time.iso()),
        None => date,
    };
    Some(Stated { iso, other_words: words + signs / SIGNS_A_WORD, order: found.order })
}

/// The line with a space where a scraper lost one: `By Ada Poe22 December 2023`, `at1:39 pm`,
/// `14Apr2024`. A letter alone before a figure (`T06`) and two behind one (`3rd`, `8pm`) are its own.
fn parted(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let letters = |start: usize, end: usize| {
        chars.get(start..end).is_some_and(|part| part.iter().all(|c| c.is_alphabetic()))
    };
    let mut parted = String::with_capacity(line.len());
    for (at, &c) in chars.iter().enumerate() {
        let figure_before = at > 0 && chars.get(at - 1).is_some_and(char::is_ascii_digit);
        let figure_lost = c.is_ascii_digit() && at > 1 && letters(at - 2, at);
        let word_lost = figure_before && c.is_ascii_alphabetic() && letters(at, at + 3);
        if figure_lost || word_lost {
            parted.push(' ');
        }
        parted.push(c);
    }
    parted
}

/// The first whole date that has one reading. Several days are no date: an event's, not a story's.
fn first_date(scan: &Scan<'_, '_>) -> Option<(FoundDate, String)> {
    let dates = whole_dates(scan).into_iter();
    let mut sure = dates.filter(|date| date.readings.len() == 1);
    sure.next().and_then(|date| {
        let iso = date.readings.first()?.iso()?;
        Some((date, iso))
    })
}

/// Whether the word at `at` says nothing else than when.
fn says_when(scan: &Scan<'_, '_>, at: usize) -> bool {
    const KINDS: [Kind; 8] = [
        Kind::BesideDate,
        Kind::DatedAs,
        Kind::HalfDay,
        Kind::HalfDayBefore,
        Kind::Publishing,
        Kind::Weekday,
        Kind::WeekdayShort,
        Kind::Zone,
    ];
    months::row(scan, at).is_some_and(|row| KINDS.iter().any(|kind| row.has(*kind)))
}

/// The time nearest to the date, after it rather than before it.
fn time_near(scan: &Scan<'_, '_>, date: &FoundDate) -> Option<Clock> {
    nearest((0..scan.len()).filter_map(|at| time_at(scan, at)), date)
}

/// The nearest of some times.
fn nearest(times: impl Iterator<Item = Clock>, date: &FoundDate) -> Option<Clock> {
    times
        .filter_map(|time| {
            let gap = if time.start >= date.end {
                2 * (time.start - date.end)
            } else {
                2 * date.start.checked_sub(time.end)? + 1
            };
            (gap <= 2 * TIME_GAP + 1).then_some((gap, time))
        })
        .min_by_key(|(gap, time)| (*gap, time.start))
        .map(|(_, time)| time)
}

#[cfg(test)]
mod tests {
    use super::stated;

    fn check(line: &str, expected: &str) {
        let found = stated(line).map(|s| s.iso).unwrap_or_default();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn dates_in_the_shapes_pages_use() {
        check("Release time:Apr 14, 2024 08:32 AM", "2024-04-14T08:32:00");
        check("14 April 2024", "2024-04-14");
        check("2024-04-14 08:32", "2024-04-14T08:32:00");
        check("2019-11-19T06:56:07+02:00", "2019-11-19T06:56:07");
        check("2019-11-19T06:56:07.123Z", "2019-11-19T06:56:07");
        check("Published 10:21 EDT, 3 May 2019", "2019-05-03T10:21:00");
        check(
            "Published: 10:21 EDT, 3 May 2019 | Updated: 11:40 EDT, 4 May 2019",
            "2019-05-03T10:21:00",
        );
        check("By Ada Poe - 11/19/19 06:56 AM EST", "2019-11-19T06:56:00");
        check("Wednesday 20 November 2019 9:22 am", "2019-11-20T09:22:00");
        check("Nov. 18, 2019 at 7:05 p.m. ET", "2019-11-18T19:05:00");
        check("18th of November 2019, 14h30", "2019-11-18T14:30:00");
        check("14.04.2024, 18:05 Uhr", "2024-04-14T18:05:00");
        check("2024年4月14日 08:32", "2024-04-14T08:32:00");
        check("12 de março de 2018", "2018-03-12");
        check("12:15 AM, May 1, 2020", "2020-05-01T00:15:00");
        check("December 31, 1999", "1999-12-31");
        check("Updated 8.32pm, 1 Feb 2021", "2021-02-01T20:32:00");
    }

    #[test]
    fn each_date_of_a_line_has_its_own_time_and_word() {
        let read = |line: &str| -> Vec<(String, Option<bool>)> {
            let all = super::mentions(line).into_iter();
            all.map(|it| (it.readings.join(" or ") + &it.time, it.modified)).collect()
        };
        let changed = ("2024-04-15T09:10:00".to_owned(), Some(true));
        let first = ("2024-04-14T07:45:00".to_owned(), Some(false));
        let line = "Last updated: 15 April 2024 at 09:10 | Posted: 14 April 2024 at 07:45";
        assert_eq!(read(line), [changed.clone(), first.clone()]);
        let line = "Published 14 April 2024 07:45, updated 15 April 2024 09:10";
        assert_eq!(read(line), [first, changed]);
        let line = "Zuletzt aktualisiert: 15.04.2024, 09:10 Uhr";
        assert_eq!(read(line), [("2024-04-15T09:10:00".to_owned(), Some(true))]);
        assert_eq!(read("更新 2024年4月15日"), [("2024-04-15".to_owned(), Some(true))]);
        assert_eq!(read("03/04/2024"), [("2024-04-03 or 2024-03-04".to_owned(), None)]);
        assert_eq!(read("den 14 april 2024 kl. 07.45"), [("2024-04-14T07:45:00".to_owned(), None)]);
    }

    #[test]
    fn what_is_no_date_or_is_ambiguous_gives_none() {
        for line in [
            "",
            "03/04/2019",
            "31 February 2020",
            "May 2019",
            "version 1.2.3",
            "3 hours ago",
            "2024",
            "9999-99-99",
            "12345678901234567890",
            "Apr 14",
            "in 2019-2020",
        ] {
            check(line, "");
        }
    }
}
