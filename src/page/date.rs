//! A line to the date and time it states.
//!
//! In: a short line, such as `Release time:Apr 14, 2024 08:32 AM` or `Published 10:21 EDT, 3 May
//! 2019`. Out: the first date in it, with the time that stands nearest, as ISO 8601 without zone:
//! the clock as the page shows it. Nothing where the line is ambiguous (`03/04/2019`): a missing
//! date is better than a wrong one.
//! Knows no relative dates (`3 hours ago`), because the library knows no clock.

use std::ops::Range;

use jiff::civil::{Date, Time};

/// How much of a line is read, in bytes: a date that stands later is not the line's business.
const READ_BYTES: usize = 300;
/// Tokens that may stand between a date and its time (`at`, a weekday, a zone, a comma).
const TIME_GAP: usize = 5;
/// Two-digit years up to this one are of this century.
const PIVOT_YEAR: i16 = 69;

/// A piece of a line: what dates are made of.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A number and how many digits it was written with.
    Number(i64, usize),
    /// Letters, lower case.
    Word(String),
    /// A mark other than white space.
    Mark(char),
}

/// What a line says of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stated {
    /// `2024-04-14T08:32:00`, or `2024-04-14` where no time is given.
    pub(super) iso: String,
    /// Words of the line that are not part of the date or the time.
    pub(super) other_words: usize,
}

/// The first date in `part`, with its time.
pub(super) fn stated(part: &str) -> Option<Stated> {
    let tokens = tokens(head(part));
    let (at, date) = (0..tokens.len()).find_map(|i| date_at(&tokens, i))?;
    let time = time_near(&tokens, &at);
    let in_time = |i: usize| time.as_ref().is_some_and(|(span, _)| span.contains(&i));
    let other_words = tokens
        .iter()
        .enumerate()
        .filter(|(i, token)| {
            matches!(token, Token::Word(w) if !is_filler(w)) && !at.contains(i) && !in_time(*i)
        })
        .count();
    let iso = match time {
        Some((_, time)) => date.to_datetime(time).to_string(),
        None => date.to_string(),
    };
    Some(Stated { iso, other_words })
}

/// The first bytes of `part`, cut between characters.
fn head(part: &str) -> &str {
    let mut end = part.len().min(READ_BYTES);
    while !part.is_char_boundary(end) {
        end -= 1;
    }
    part.get(..end).unwrap_or("")
}

fn tokens(part: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut glued = false;
    for c in part.chars() {
        match (found.last_mut(), c.to_digit(10)) {
            (Some(Token::Number(n, digits)), Some(d)) if glued && *digits < 15 => {
                *n = *n * 10 + i64::from(d);
                *digits += 1;
            }
            (_, Some(d)) => found.push(Token::Number(i64::from(d), 1)),
            (Some(Token::Word(word)), None) if glued && c.is_alphabetic() && !is_date_sign(c) => {
                word.extend(c.to_lowercase());
            }
            (_, None) if c.is_alphabetic() && !is_date_sign(c) => {
                found.push(Token::Word(c.to_lowercase().collect()));
            }
            (_, None) if !c.is_whitespace() => found.push(Token::Mark(c)),
            _ => {}
        }
        glued = !c.is_whitespace();
    }
    found
}

/// The signs of Chinese and Japanese dates, each a token of its own.
fn is_date_sign(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '时' | '時' | '分')
}

/// Words around a date that say nothing else.
fn is_filler(word: &str) -> bool {
    const FILLERS: &[&str] = &[
        "am",
        "at",
        "bst",
        "cet",
        "cst",
        "date",
        "edt",
        "est",
        "et",
        "first",
        "friday",
        "fri",
        "gmt",
        "hrs",
        "ist",
        "last",
        "modified",
        "mon",
        "monday",
        "on",
        "pdt",
        "pm",
        "posted",
        "pst",
        "pt",
        "publication",
        "publish",
        "published",
        "release",
        "released",
        "sat",
        "saturday",
        "sun",
        "sunday",
        "thu",
        "thursday",
        "time",
        "tue",
        "tuesday",
        "update",
        "updated",
        "utc",
        "wed",
        "wednesday",
        "z",
    ];
    FILLERS.contains(&word)
}

/// The month a word names, in the languages we met: English, German, French, Spanish, Portuguese,
/// Italian, Indonesian.
fn month(word: &str) -> Option<i8> {
    let first: String = word.chars().take(4).collect();
    let long = word.chars().count() >= 3;
    let whole = |names: &[&str]| names.contains(&word);
    let month = match first.as_str() {
        "jan" | "janu" | "janv" | "jane" => 1,
        "ene" | "ener" | "genn" => 1,
        "feb" | "febr" | "febb" | "feve" | "fevr" | "févr" | "fev" => 2,
        "mar" | "marc" | "marz" | "mär" | "märz" | "mars" | "març" | "mare" => 3,
        "apr" | "apri" | "avri" | "abr" | "abri" | "avr" => 4,
        "may" | "mai" | "mayo" | "maio" | "magg" | "mei" => 5,
        "jun" | "june" | "juni" | "juin" | "junh" | "giug" => 6,
        "jul" | "july" | "juli" | "juil" | "julh" | "lugl" => 7,
        "aug" | "augu" | "août" | "aout" | "ago" | "agos" | "agus" => 8,
        "sep" | "sept" | "sete" | "set" | "sett" => 9,
        "oct" | "octo" | "okt" | "okto" | "outu" | "out" | "octu" | "otto" => 10,
        "nov" | "nove" => 11,
        "dec" | "dece" | "dez" | "deze" | "dic" | "dici" | "déce" | "déc" | "des" | "dese" => 12,
        _ => return None,
    };
    // Whole words only where the four letters start other words too.
    let sure = match first.as_str() {
        "marc" | "mare" => whole(&["march", "maret"]),
        "mars" => word == "mars",
        "sett" => word == "settembre",
        "sete" => word == "setembro",
        "dese" => word == "desember",
        "deze" => whole(&["dezember", "dezembro"]),
        "juni" => whole(&["juni", "junio", "junius"]),
        "magg" => word == "maggio",
        "otto" => word == "ottobre",
        "outu" => word == "outubro",
        "agos" => word == "agosto",
        "augu" => word == "august",
        "nove" => whole(&["november", "novembre", "noviembre", "novembro"]),
        "dece" => whole(&["december", "decembre"]),
        _ => true,
    };
    (long && sure).then_some(month)
}

/// A date that starts at token `i`, and the tokens it takes.
fn date_at(tokens: &[Token], i: usize) -> Option<(Range<usize>, Date)> {
    let at = |k: usize| tokens.get(i + k);
    let number = |k: usize| match at(k) {
        Some(Token::Number(n, digits)) => Some((*n, *digits)),
        _ => None,
    };
    let named = |k: usize| match at(k) {
        Some(Token::Word(word)) => month(word),
        _ => None,
    };
    let mark = |k: usize| match at(k) {
        Some(Token::Mark(c)) => Some(*c),
        _ => None,
    };
    // Steps over `st`, `nd`, `rd`, `th`, `de`, `of`, commas and stops.
    let skip = |mut k: usize| {
        while match at(k) {
            Some(Token::Word(w)) => {
                matches!(w.as_str(), "st" | "nd" | "rd" | "th" | "de" | "of" | "del")
            }
            Some(Token::Mark(c)) => matches!(c, ',' | '.' | '-' | '/' | '\''),
            _ => false,
        } {
            k += 1;
        }
        k
    };
    let (first, digits) = match at(0)? {
        Token::Number(n, digits) => (*n, *digits),
        Token::Word(word) => {
            // April 14, 2024
            let month = month(word)?;
            let k = skip(1);
            let (day, day_digits) = number(k).filter(|(_, d)| *d <= 2)?;
            let y = skip(k + 1);
            // `Apr 14 08:32`: a number with a colon behind it is a time, not a year.
            let (year, year_digits) = number(y).filter(|_| mark(y + 1) != Some(':'))?;
            let date = date(full_year(year, year_digits)?, month, day)?;
            return (day_digits > 0).then_some((i..i + y + 1, date));
        }
        Token::Mark(_) => return None,
    };
    if digits == 4 {
        // 2024-04-14, 2024/4/14, 2024.04.14, 2024年4月14日
        let (m, _) = mark(1).filter(|c| matches!(c, '-' | '/' | '.' | '年')).and(number(2))?;
        let (d, _) = mark(3).filter(|c| matches!(c, '-' | '/' | '.' | '月')).and(number(4))?;
        let end = if mark(5) == Some('日') { 6 } else { 5 };
        return Some((i..i + end, date(i16::try_from(first).ok()?, i8::try_from(m).ok()?, d)?));
    }
    if digits > 2 {
        return None;
    }
    // 14 April 2024
    let k = skip(1);
    if let Some(month) = named(k) {
        let y = skip(k + 1);
        let (year, year_digits) = number(y).filter(|_| mark(y + 1) != Some(':'))?;
        return Some((i..i + y + 1, date(full_year(year, year_digits)?, month, first)?));
    }
    // 14.04.2024, 14/04/2024, 4/14/24
    let sign = mark(1).filter(|c| matches!(c, '/' | '.' | '-'))?;
    let (second, second_digits) = number(2)?;
    if mark(3) != Some(sign) || second_digits > 2 {
        return None;
    }
    let (year, year_digits) = number(4)?;
    let year = full_year(year, year_digits)?;
    let (day, month) = match sign {
        '.' => (first, second),
        _ if first > 12 => (first, second),
        _ if second > 12 => (second, first),
        _ if first == second => (first, second),
        _ => return None,
    };
    Some((i..i + 5, date(year, i8::try_from(month).ok()?, day)?))
}

fn full_year(year: i64, digits: usize) -> Option<i16> {
    let year = i16::try_from(year).ok()?;
    match digits {
        4 if (1700..2200).contains(&year) => Some(year),
        2 if year <= PIVOT_YEAR => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn date(year: i16, month: i8, day: i64) -> Option<Date> {
    if !(1700..2200).contains(&year) {
        return None;
    }
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// The time nearest to the date's tokens, after it rather than before it.
fn time_near(tokens: &[Token], date: &Range<usize>) -> Option<(Range<usize>, Time)> {
    (0..tokens.len())
        .filter_map(|i| time_at(tokens, i))
        .filter_map(|(span, time)| {
            let gap = if span.start >= date.end {
                2 * (span.start - date.end)
            } else {
                2 * date.start.checked_sub(span.end)? + 1
            };
            (gap <= 2 * TIME_GAP + 1).then_some((gap, span, time))
        })
        .min_by_key(|(gap, span, _)| (*gap, span.start))
        .map(|(_, span, time)| (span, time))
}

/// A time that starts at token `i`: `08:32 AM`, `8.32pm`, `23:05:10`, `14h30`, `9 am`.
fn time_at(tokens: &[Token], i: usize) -> Option<(Range<usize>, Time)> {
    let number = |k: usize| match tokens.get(k) {
        Some(Token::Number(n, digits)) if *digits <= 2 => Some(*n),
        _ => None,
    };
    let word = |k: usize| match tokens.get(k) {
        Some(Token::Word(w)) => w.as_str(),
        _ => "",
    };
    let mark = |k: usize| match tokens.get(k) {
        Some(Token::Mark(c)) => *c,
        _ => ' ',
    };
    // The minutes of another time are no hour.
    if i > 0 && matches!(mark(i - 1), ':' | '.' | '/' | '-') && number(i.checked_sub(2)?).is_some()
    {
        return None;
    }
    let mut hour = number(i)?;
    let joined = match mark(i + 1) {
        ':' | '时' | '時' => true,
        '.' => half_day(tokens, i + 3).is_some(),
        _ => word(i + 1) == "h",
    };
    let (minute, mut second, mut end) = if joined {
        let digits = matches!(tokens.get(i + 2), Some(Token::Number(_, 2)));
        (number(i + 2).filter(|_| digits)?, 0, i + 3)
    } else {
        half_day(tokens, i + 1)?;
        (0, 0, i + 1)
    };
    if joined
        && mark(end) == ':'
        && let Some(n) = number(end + 1)
    {
        (second, end) = (n, end + 2);
    }
    if let Some((afternoon, after)) = half_day(tokens, end) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        end = after;
    }
    let narrow = |n: i64| i8::try_from(n).ok();
    Some((i..end, Time::new(narrow(hour)?, narrow(minute)?, narrow(second)?, 0).ok()?))
}

/// `am`, `pm`, `a.m.`, `p.m.` at token `i`: whether it is the afternoon, and the token behind it.
fn half_day(tokens: &[Token], i: usize) -> Option<(bool, usize)> {
    let word = |k: usize| match tokens.get(k) {
        Some(Token::Word(w)) => w.as_str(),
        _ => "",
    };
    match word(i) {
        "am" => Some((false, i + 1)),
        "pm" => Some((true, i + 1)),
        half @ ("a" | "p")
            if tokens.get(i + 1) == Some(&Token::Mark('.')) && word(i + 2) == "m" =>
        {
            let dot = usize::from(tokens.get(i + 3) == Some(&Token::Mark('.')));
            Some((half == "p", i + 3 + dot))
        }
        _ => None,
    }
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
