//! Tokens to the dates among them.
//!
//! In: tokens and a place. Out: the dates that begin there, as items, and where they end.
//! Knows no clock: *yesterday* is no date here, and no weekday is worked out from a date.
//!
//! `page/date.rs` reads a line whose business is a date, and knows months by their first letters.
//! Prose needs the opposite care (*3 energy firms*, *10 may have died*), so months are whole words
//! here, and those of other languages count beside a day only.

use super::items::{Item, Key};
use crate::summary::UnsupportedKind;
use crate::text::scan::Scan;

/// Years that are written as years.
const YEARS: std::ops::RangeInclusive<u64> = 1000..=2999;
/// Two-digit years up to this one are of this century, as in `page/date.rs`.
const PIVOT_YEAR: u64 = 69;

/// The dates that begin at token `at`, and the token behind them.
pub(super) fn dates_at(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    numeric(scan, at)
        .or_else(|| chinese(scan, at))
        .or_else(|| decade(scan, at))
        .or_else(|| short_year(scan, at))
        .or_else(|| month_first(scan, at))
        .or_else(|| days_first(scan, at))
        .or_else(|| weekday(scan, at))
}

/// A date as far as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Given {
    year: Option<u64>,
    month: u8,
    day: Option<u8>,
}

impl Given {
    fn says(self) -> Vec<Key> {
        let Self { year, month, day } = self;
        let mut keys = vec![Key::Month(month)];
        keys.push(match year {
            Some(year) => Key::MonthYear(year, month),
            None => Key::UndatedMonth(month),
        });
        keys.extend(year.map(|year| Key::Number(number(year))));
        if let Some(day) = day {
            keys.extend([Key::Day(month, day), Key::Ordinal(u64::from(day))]);
            keys.push(match year {
                Some(year) => Key::Date(year, month, day),
                None => Key::UndatedDay(month, day),
            });
        }
        keys
    }

    /// A year may be added to a date that the source leaves undated, where the source names that
    /// year elsewhere; a date of another year supports nothing.
    fn asks(self) -> Vec<Vec<Key>> {
        let Self { year, month, day } = self;
        match (year, day) {
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
}

fn number(value: u64) -> super::decimal::Decimal {
    super::decimal::Decimal::whole(u128::from(value))
}

fn item(scan: &Scan<'_, '_>, start: usize, end: usize, readings: &[Given]) -> Item {
    Item {
        kind: UnsupportedKind::Date,
        span: scan.span(start, end),
        says: readings.iter().flat_map(|given| given.says()).collect(),
        asks: readings.iter().flat_map(|given| given.asks()).collect(),
    }
}

fn valid(year: Option<u64>, month: u64, day: Option<u64>) -> Option<Given> {
    let month = u8::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    let day = match day {
        Some(day) => Some(u8::try_from(day).ok().filter(|day| (1..=31).contains(day))?),
        None => None,
    };
    Some(Given { year, month, day })
}

fn full_year(key: &str) -> Option<u64> {
    let year: u64 = key.parse().ok()?;
    match key.len() {
        4 if YEARS.contains(&year) => Some(year),
        2 if year <= PIVOT_YEAR => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

/// `2024-04-14`, `14/04/2024`, `4/14/24`, `14.04.2024`. Where day and month can be told apart only
/// by custom, both readings hold.
fn numeric(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let whole = scan.figure(at);
    let dotted: Vec<&str> = whole.split('.').collect();
    let (parts, end) = match dotted.as_slice() {
        &[first, second, third] => ([first, second, third], at + 1),
        _ => {
            let joined = (1..=4).all(|next| scan.is_glued(at + next));
            let sign = scan.sign(at + 1);
            let same = sign == scan.sign(at + 3) && matches!(sign, '/' | '-');
            if !joined || !same {
                return None;
            }
            ([whole, scan.figure(at + 2), scan.figure(at + 4)], at + 5)
        }
    };
    let [first, second, third] = parts;
    let short = |part: &str| matches!(part.len(), 1 | 2);
    let value = |part: &str| part.parse::<u64>().ok();
    let readings: Vec<Given> = if first.len() == 4 && short(second) && short(third) {
        let year = full_year(first)?;
        valid(Some(year), value(second)?, Some(value(third)?)).into_iter().collect()
    } else if short(first) && short(second) {
        let year = full_year(third)?;
        let (first, second) = (value(first)?, value(second)?);
        let day_first = valid(Some(year), second, Some(first));
        let month_first = valid(Some(year), first, Some(second));
        let mut both: Vec<Given> = day_first.into_iter().chain(month_first).collect();
        both.dedup();
        both
    } else {
        return None;
    };
    if readings.is_empty() {
        return None;
    }
    Some((vec![item(scan, at, end, &readings)], end))
}

/// `2024年4月14日`, `4月14日`, `2024年`, `14日`.
fn chinese(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let part = |at: usize, signs: &[char], longest: usize| {
        let value = scan.digits(at, longest)?;
        signs.contains(&scan.sign(at + 1)).then_some(value)
    };
    let mut end = at;
    let year = part(end, &['年'], 4).filter(|year| YEARS.contains(year));
    end += if year.is_some() { 2 } else { 0 };
    let month = part(end, &['月'], 2).filter(|month| (1..=12).contains(month));
    end += if month.is_some() { 2 } else { 0 };
    let day = part(end, &['日', '号', '號'], 2).filter(|day| (1..=31).contains(day));
    end += if day.is_some() { 2 } else { 0 };
    let item = match (year, month, day) {
        (None, None, None) => return None,
        (_, Some(month), _) => item(scan, at, end, &[valid(year, month, day)?]),
        (Some(year), None, _) => {
            // A year, and perhaps a day that belongs to another date: only the year is read.
            end = at + 2;
            let keys = vec![Key::Number(number(year))];
            let (span, asks) = (scan.span(at, end), vec![keys.clone()]);
            Item { kind: UnsupportedKind::Date, span, says: keys, asks }
        }
        (None, None, Some(day)) => {
            let keys = vec![Key::Ordinal(day), Key::Number(number(day))];
            let asks = keys.iter().map(|key| vec![key.clone()]).collect();
            Item { kind: UnsupportedKind::Date, span: scan.span(at, end), says: keys, asks }
        }
    };
    Some((vec![item], end))
}

/// `1990s`, `’90s`, `90s`, `nineties`.
fn decade(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let (short, year, end) = if let Some(value) = scan.digits(at, 4) {
        let plural = scan.is_glued(at + 1) && scan.word(at + 1) == "s";
        if !plural || value % 10 != 0 {
            return None;
        }
        match scan.figure(at).len() {
            4 if YEARS.contains(&value) => (value % 100, Some(value), at + 2),
            2 => (value, None, at + 2),
            _ => return None,
        }
    } else {
        const WORDS: [&str; 8] = [
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
            "seventies",
            "eighties",
            "nineties",
        ];
        let index = WORDS.iter().position(|word| *word == scan.word(at))?;
        (20 + 10 * index as u64, None, at + 1)
    };
    let mut says = vec![Key::ShortDecade(short)];
    says.push(year.map_or(Key::BareDecade(short), Key::Decade));
    let asks = match year {
        Some(year) => vec![vec![Key::Decade(year)], vec![Key::BareDecade(short)]],
        None => vec![vec![Key::ShortDecade(short)]],
    };
    let span = scan.span(at, end);
    Some((vec![Item { kind: UnsupportedKind::Date, span, says, asks }], end))
}

/// `’99`, of either century; it may also be a quoted number.
fn short_year(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let short = scan.digits(at + 1, 2).filter(|_| scan.figure(at + 1).len() == 2)?;
    let quoted = matches!(scan.sign(at), '’' | '‘' | '\'') && !scan.is_glued(at);
    let plural = scan.is_glued(at + 2) && scan.word(at + 2) == "s";
    if !quoted || plural || !scan.is_glued(at + 1) {
        return None;
    }
    let end = at + 2;
    let says: Vec<Key> =
        [1900 + short, 2000 + short, short].map(|year| Key::Number(number(year))).into();
    let asks = says.iter().map(|key| vec![key.clone()]).collect();
    let (kind, span) = (UnsupportedKind::Date, scan.span(at, end));
    Some((vec![Item { kind, span, says, asks }], end))
}

/// The day that `9/11` may be, by either custom.
pub(super) fn slashed(first: u64, second: u64) -> Vec<Key> {
    let readings = [valid(None, second, Some(first)), valid(None, first, Some(second))];
    let days = readings.into_iter().flatten();
    days.filter_map(|given| Some(Key::Day(given.month, given.day?))).collect()
}

/// `Monday`, `Mondays`; `Mon.` and its like only with the stop or comma that marks them.
fn weekday(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let word = scan.word(at);
    let whole = word.strip_suffix('s').unwrap_or(word);
    let short =
        scan.has_capital(at) && matches!(scan.sign(at + 1), '.' | ',') && scan.is_glued(at + 1);
    let day = match whole {
        "monday" => 1,
        "tuesday" => 2,
        "wednesday" => 3,
        "thursday" => 4,
        "friday" => 5,
        "saturday" => 6,
        "sunday" => 7,
        _ if !short => return None,
        _ => match word {
            "mon" => 1,
            "tue" | "tues" => 2,
            "wed" => 3,
            "thu" | "thur" | "thurs" => 4,
            "fri" => 5,
            "sat" => 6,
            "sun" => 7,
            _ => return None,
        },
    };
    let says = vec![Key::Weekday(day)];
    let asks = vec![says.clone()];
    let (kind, span) = (UnsupportedKind::Date, scan.span(at, at + 1));
    Some((vec![Item { kind, span, says, asks }], at + 1))
}

/// `April`, `April 2024`, `April 14`, `April 14-16, 2024`, `Sept. 4`.
fn month_first(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let mut next = at + 1;
    let stop = scan.sign(next) == '.' && scan.is_glued(next);
    next += usize::from(stop);
    let days = days(scan, next);
    let (days, after) = match days {
        Some((days, after)) => (days, after),
        None => (Vec::new(), next),
    };
    let year = year(scan, after);
    let beside = !days.is_empty() || year.is_some();
    let month = month(scan, at, beside, stop)?;
    let year_end = year.map_or(after, |(_, end)| end);
    let year = year.map(|(year, _)| year);
    if days.is_empty() {
        // "Sept." at a sentence's end: the stop is not the date's.
        let end = if year.is_some() { year_end } else { at + 1 };
        let given = Given { year, month, day: None };
        return Some((vec![item(scan, at, end, &[given])], end));
    }
    let last = days.len() - 1;
    let items = days.iter().enumerate().map(|(index, day)| {
        let start = if index == 0 { at } else { day.start };
        let end = if index == last { year_end } else { day.end };
        day.item(scan, start, end, Given { year, month, day: Some(day.day) })
    });
    Some((items.collect(), year_end))
}

/// `14 April 2024`, `14th of April`, `14-16 April`, `12 de março de 2018`.
fn days_first(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let (days, mut next) = days(scan, at)?;
    if matches!(scan.word(next), "of" | "de") || (scan.sign(next) == '.' && scan.is_glued(next)) {
        next += 1;
    }
    let month = month(scan, next, true, false)?;
    let mut after = next + 1;
    let stop = scan.sign(after) == '.' && scan.is_glued(after);
    let year_found = year(scan, after).or_else(|| year(scan, after + 1).filter(|_| stop));
    if let Some((_, end)) = year_found {
        after = end;
    }
    let year = year_found.map(|(year, _)| year);
    let last = days.len() - 1;
    let items = days.iter().enumerate().map(|(index, day)| {
        let end = if index == last { after } else { day.end };
        day.item(scan, day.start, end, Given { year, month, day: Some(day.day) })
    });
    Some((items.collect(), after))
}

/// A day of a month, and its tokens.
struct Day {
    day: u8,
    start: usize,
    end: usize,
    /// Whether a word joins it to the day before, so that it may be a mere number: *March 12 and
    /// 15 people*.
    loose: bool,
}

impl Day {
    fn item(&self, scan: &Scan<'_, '_>, start: usize, end: usize, given: Given) -> Item {
        let mut item = item(scan, start, end, &[given]);
        if self.loose {
            let key = Key::Number(number(u64::from(self.day)));
            item.says.push(key.clone());
            item.asks.push(vec![key]);
        }
        item
    }
}

/// The days at `at`: `14`, `14th`, `14-16`, `14, 15 and 16`, and the token behind them.
fn days(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Day>, usize)> {
    let (first, mut end) = day(scan, at, false)?;
    let mut days = vec![first];
    loop {
        let joined = scan.is_dash(end) || matches!(scan.sign(end), '&' | '/');
        let loose = matches!(scan.word(end), "to" | "and");
        if !joined && !loose {
            break;
        }
        let Some((next, after)) = day(scan, end + 1, loose) else { break };
        days.push(next);
        end = after;
    }
    Some((days, end))
}

fn day(scan: &Scan<'_, '_>, at: usize, loose: bool) -> Option<(Day, usize)> {
    let value = scan.digits(at, 2).filter(|day| (1..=31).contains(day))?;
    let suffixed = scan.is_glued(at + 1) && matches!(scan.word(at + 1), "st" | "nd" | "rd" | "th");
    let end = at + 1 + usize::from(suffixed);
    // A time, a share or a measure is no day.
    let measured = scan.is_glued(end) && (!scan.word(end).is_empty() || scan.sign(end) == '%');
    let timed = matches!(scan.word(end), "am" | "pm" | "percent" | "million" | "billion")
        || (scan.is_glued(end) && scan.sign(end) == ':');
    if measured || timed {
        return None;
    }
    Some((Day { day: u8::try_from(value).ok()?, start: at, end, loose }, end))
}

/// A year with four digits at `at`, a comma or *of* before it passed over.
fn year(scan: &Scan<'_, '_>, at: usize) -> Option<(u64, usize)> {
    let skipped = matches!(scan.word(at), "of" | "de" | "del")
        || (matches!(scan.sign(at), ',' | '’' | '\'') && scan.get(at + 1).is_some());
    let at = at + usize::from(skipped);
    let year = scan.digits(at, 4).filter(|_| scan.figure(at).len() == 4)?;
    let measured = scan.is_glued(at + 1) && matches!(scan.sign(at + 1), '%' | ':');
    (YEARS.contains(&year) && !measured).then_some((year, at + 1))
}

/// The month named by the word at `at`; `beside` says whether a day or year stands with it, `stop`
/// whether a full stop does.
fn month(scan: &Scan<'_, '_>, at: usize, beside: bool, stop: bool) -> Option<u8> {
    let word = scan.word(at);
    let capital = scan.has_capital(at);
    if let Some(month) = english(word) {
        let sure = match word {
            // "10 may have died", "they march".
            "may" => capital && (beside || is_month_cue(scan, at)),
            "march" => capital || beside,
            _ => true,
        };
        return sure.then_some(month);
    }
    if capital
        && (beside || stop)
        && let Some(month) = english_short(word)
    {
        return Some(month);
    }
    other_language(word).filter(|_| beside)
}

/// Whether the word before `at` shows that *May* is the month and not a name or a verb.
fn is_month_cue(scan: &Scan<'_, '_>, at: usize) -> bool {
    const CUES: [&str; 21] = [
        "in", "since", "until", "till", "by", "this", "next", "last", "early", "late", "mid", "of",
        "from", "to", "through", "before", "after", "during", "for", "every", "and",
    ];
    let before = at.checked_sub(1).map_or("", |before| scan.word(before));
    let hyphened = at.checked_sub(2).map_or("", |before| scan.word(before));
    CUES.contains(&before) || (hyphened == "mid" && scan.is_hyphen(at.saturating_sub(1)))
}

fn english(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    position(&MONTHS, word)
}

fn english_short(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    position(&MONTHS, if word == "sept" { "sep" } else { word })
}

fn position(months: &[&str], word: &str) -> Option<u8> {
    let index = months.iter().position(|month| *month == word)?;
    u8::try_from(index + 1).ok()
}

/// German, French, Spanish, Portuguese, Italian, Dutch and Indonesian months, without accents.
fn other_language(word: &str) -> Option<u8> {
    Some(match word {
        "januar" | "janvier" | "enero" | "janeiro" | "gennaio" | "januari" => 1,
        "februar" | "fevrier" | "febrero" | "fevereiro" | "febbraio" | "februari" => 2,
        "marz" | "mars" | "marzo" | "marco" | "maart" | "maret" => 3,
        "avril" | "abril" | "aprile" => 4,
        "mai" | "mayo" | "maio" | "maggio" | "mei" => 5,
        "juni" | "juin" | "junio" | "junho" | "giugno" => 6,
        "juli" | "juillet" | "julio" | "julho" | "luglio" => 7,
        "aout" | "agosto" | "augustus" | "agustus" => 8,
        "septembre" | "septiembre" | "setembro" | "settembre" => 9,
        "oktober" | "octobre" | "octubre" | "outubro" | "ottobre" => 10,
        "novembre" | "noviembre" | "novembro" => 11,
        "dezember" | "decembre" | "diciembre" | "dezembro" | "dicembre" | "desember" => 12,
        _ => return None,
    })
}
