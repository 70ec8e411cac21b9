//! Tokens to the numbers among them.
//!
//! In: tokens and a place. Out: the numbers that begin there, as items, and where they end.
//! Compares values, not units: `5%` is supported by `5 percent` and by `5 people` alike, because
//! which noun a figure belongs to is a question of grammar. Never rounds: `nearly 500` is not
//! supported by `497.3`.

use super::decimal::{Decimal, fraction_parts, readings};
use super::items::{Item, Key};
use crate::summary::UnsupportedKind;
use crate::text::scan::{Form, Scan};

/// Figures of four digits in this range, with nothing beside them, are shown as dates.
const YEARS: std::ops::RangeInclusive<u64> = 1500..=2099;

/// The numbers that begin at token `at`, and the token behind them.
pub(super) fn numbers_at(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    if let Some(found) = hinted(scan, at) {
        return Some(found);
    }
    let first = amount(scan, at)?;
    let Some((second, joined)) = partner(scan, &first) else {
        let end = first.end;
        return Some((vec![first.item(scan)], end));
    };
    Some(pair(scan, first, second, joined))
}

/// A number as read from one place.
#[derive(Debug, Clone)]
struct Amount {
    start: usize,
    end: usize,
    kind: UnsupportedKind,
    /// Its values as a plain number; none for times and figures that are no number.
    values: Vec<Decimal>,
    says: Vec<Key>,
    asks: Vec<Vec<Key>>,
    /// The power of ten of a word such as *million*, or 0.
    scale: i64,
    /// The half of the day, for a time that tells it.
    afternoon: Option<bool>,
    /// Whether it is nothing but digits.
    plain: bool,
}

impl Amount {
    /// A number with these values, any of which supports it.
    fn of(start: usize, end: usize, values: Vec<Decimal>) -> Self {
        let says: Vec<Key> = values.iter().cloned().map(Key::Number).collect();
        let asks = says.iter().map(|key| vec![key.clone()]).collect();
        let kind = UnsupportedKind::Number;
        Self { start, end, kind, values, says, asks, scale: 0, afternoon: None, plain: false }
    }

    fn keyed(start: usize, end: usize, says: Vec<Key>, asks: Vec<Vec<Key>>) -> Self {
        Self { says, asks, ..Self::of(start, end, Vec::new()) }
    }

    fn item(self, scan: &Scan<'_, '_>) -> Item {
        let Self { start, end, kind, says, asks, .. } = self;
        Item { kind, span: scan.span(start, end), says, asks }
    }

    fn accept(&mut self, key: Key) {
        self.says.push(key.clone());
        self.asks.push(vec![key]);
    }
}

/// Words that support a number and claim none: *twins*, *twice*, *a hat-trick*.
fn hinted(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    let value: u128 = match scan.word(at) {
        "once" | "single" | "sole" => 1,
        "pair" | "couple" | "both" | "twice" | "double" | "doubles" | "twin" | "twins" | "duo"
        | "brace" => 2,
        "trio" | "triple" | "treble" | "thrice" | "triplets" => 3,
        "hat" if scan.is_hyphen(at + 1) && scan.word(at + 2) == "trick" => 3,
        "quartet" => 4,
        "decade" => 10,
        "fortnight" => 14,
        "century" => 100,
        "noon" | "midday" => return Some((vec![clock_word(scan, at, 720)], at + 1)),
        "midnight" => return Some((vec![clock_word(scan, at, 0)], at + 1)),
        word => {
            // "G20", "MH370": the name says its number.
            let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = word.get(letters.len()..).unwrap_or("");
            if !digits.is_empty() && !letters.is_empty() {
                let keys = vec![Key::Number(Decimal::new(digits, ""))];
                return Some((vec![silent(scan, at, at + 1, keys)], at + 1));
            }
            let (value, end) = chinese_number(scan, at)?;
            let keys = vec![
                Key::Number(Decimal::whole(value)),
                Key::Ordinal(u64::try_from(value).unwrap_or(0)),
            ];
            return Some((vec![silent(scan, at, end, keys)], end));
        }
    };
    Some((vec![silent(scan, at, at + 1, vec![Key::Number(Decimal::whole(value))])], at + 1))
}

fn silent(scan: &Scan<'_, '_>, start: usize, end: usize, says: Vec<Key>) -> Item {
    Item { kind: UnsupportedKind::Number, span: scan.span(start, end), says, asks: Vec::new() }
}

fn clock_word(scan: &Scan<'_, '_>, at: usize, minute: u16) -> Item {
    silent(scan, at, at + 1, vec![Key::Time(minute), Key::Clock(minute % 720)])
}

/// The number at `at`, its sign and currency before it and its unit of size behind it.
fn amount(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    // A dash is a sign where it touches the number and nothing before it.
    let spaced = scan.get(at).is_some_and(|token| token.spaced);
    let sign = matches!(scan.sign(at), '-' | '−') && spaced && scan.is_glued(at + 1);
    let minus = sign || scan.word(at) == "minus";
    let start = at + usize::from(minus);
    let currency = is_currency(scan.sign(start));
    let start = start + usize::from(currency);
    let time = if minus || currency { None } else { time(scan, start) };
    let mut found = time
        .or_else(|| fraction(scan, start))
        .or_else(|| figure(scan, start, currency))
        .or_else(|| words(scan, start))?;
    found.start = at;
    if minus {
        negate(&mut found);
    } else if below_zero(scan, found.end) {
        let negative = found.values.iter().map(|value| Key::Number(value.negated()));
        found.says.extend(negative.collect::<Vec<_>>());
    }
    percent(scan, &mut found);
    if currency {
        found.kind = UnsupportedKind::Number;
    }
    Some(found)
}

fn is_currency(sign: char) -> bool {
    matches!(sign, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₺' | '₴' | '¢' | '￥' | '＄')
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
fn below_zero(scan: &Scan<'_, '_>, end: usize) -> bool {
    (end..end + 3)
        .any(|at| scan.word(at) == "below" && matches!(scan.word(at + 1), "zero" | "freezing"))
}

/// A share says its fraction too, so that `50%` supports *half*.
fn percent(scan: &Scan<'_, '_>, amount: &mut Amount) {
    let mut end = amount.end;
    let hyphen = usize::from(scan.is_hyphen(end));
    match scan.word(end + hyphen) {
        "percent" | "pc" | "pct" | "prozent" | "percentage" => end += hyphen + 1,
        "per" if scan.word(end + 1) == "cent" => end += 2,
        _ if matches!(scan.sign(end), '%' | '％' | '٪') => end += 1,
        _ => return,
    }
    amount.end = end;
    amount.kind = UnsupportedKind::Number;
    amount.says.extend(
        amount.values.iter().map(|value| Key::Number(value.scaled(-2))).collect::<Vec<_>>(),
    );
}

/// `1/3`, `two-thirds`, `a third of`, `half of`, `three quarters`.
fn fraction(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    if let Some(sign) = scan.figure(at).chars().next().filter(|c| !c.is_ascii_digit()) {
        let (part, whole) = fraction_parts(sign)?;
        return Some(ratio(at, at + 1, part, whole));
    }
    let halves = |at: usize| matches!(scan.word(at), "half" | "halves");
    if halves(at) {
        // "second half", "half-time": only what has a half of something claims one.
        if scan.word(at) == "half" && matches!(scan.word(at + 1), "a" | "an") {
            if let Some((power, five)) = scale(scan.word(at + 2)) {
                let value = Decimal::whole(five).scaled(power - 1);
                return Some(Amount::of(at, at + 3, vec![value]));
            }
            if scan.word(at + 2) == "dozen" {
                return Some(Amount::of(at, at + 3, vec![Decimal::whole(6)]));
            }
        }
        let mut found = ratio(at, at + 1, 1, 2);
        let before = at.checked_sub(1).map_or("", |before| scan.word(before));
        let named = matches!(before, "first" | "second" | "top" | "bottom" | "other" | "latter");
        if scan.word(at + 1) != "of" || named {
            found.asks.clear();
        }
        return Some(found);
    }
    let article = matches!(scan.word(at), "a" | "an");
    let (count, next) = match small(scan.word(at)) {
        Some(count) if count > 0 => (count, at + 1),
        None if article => (1, at + 1),
        _ => return None,
    };
    let next = next + usize::from(scan.is_hyphen(next));
    let word = scan.word(next);
    let plural = word.ends_with('s') || word == "halves";
    let whole = match word.strip_suffix('s').unwrap_or(word) {
        "half" | "halve" => 2,
        "third" => 3,
        "quarter" => 4,
        "fifth" => 5,
        "sixth" => 6,
        "seventh" => 7,
        "eighth" => 8,
        "ninth" => 9,
        "tenth" => 10,
        _ => return None,
    };
    if plural != (count > 1) {
        return None;
    }
    let mut found = ratio(at, next + 1, count, whole);
    let of = scan.word(next + 1) == "of";
    if article && !of {
        // "a third man", "a quarter".
        if matches!(whole, 2 | 4) {
            found.asks.clear();
        } else {
            found.accept(Key::Ordinal(whole));
        }
    } else if count > 1 && whole == 4 && !of {
        // Quarters of a year and of a match are counted.
        found.accept(Key::Number(Decimal::whole(u128::from(count))));
    }
    Some(found)
}

fn ratio(start: usize, end: usize, part: u64, whole: u64) -> Amount {
    match Decimal::ratio(part, whole) {
        // Half is 0.5 and 50 percent.
        Some(value) => {
            let mut found = Amount::of(start, end, vec![value.clone()]);
            if part < whole {
                found.accept(Key::Number(value.scaled(2)));
            }
            found
        }
        None => {
            let divisor = gcd(part, whole).max(1);
            let key = Key::Ratio(part / divisor, whole / divisor);
            Amount::keyed(start, end, vec![key.clone()], vec![vec![key]])
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A number in figures, with what belongs to it: `1,200`, `3rd`, `3.5bn`, `3-million`, `2½`.
fn figure(scan: &Scan<'_, '_>, at: usize, currency: bool) -> Option<Amount> {
    let key = scan.figure(at);
    if key.is_empty() {
        return None;
    }
    let end = at + 1;
    let values = readings(key);
    if values.is_empty() {
        let keys = vec![Key::Text(key.to_owned())];
        return Some(Amount::keyed(at, end, keys.clone(), vec![keys]));
    }
    if let Some((tail, after)) = fraction_behind(scan, end) {
        let values: Vec<Decimal> =
            values.iter().filter_map(|value| value.and_fraction(tail)).collect();
        if !values.is_empty() {
            return Some(scaled(scan, Amount::of(at, after, values)));
        }
    }
    let digits = scan.digits(at, 4);
    let mut found = Amount { plain: digits.is_some(), ..Amount::of(at, end, values) };
    if let Some(suffixed) = suffixed(scan, &found, currency) {
        return Some(suffixed);
    }
    if let Some(value) = spaced_groups(scan, at) {
        found.accept(Key::Number(value));
    }
    found = scaled(scan, found);
    let is_year = key.len() == 4 && digits.is_some_and(|year| YEARS.contains(&year));
    if is_year && found.scale == 0 {
        found.kind = UnsupportedKind::Date;
    }
    // "0900 GMT"
    if let Some(clock) = digits.filter(|_| key.len() == 4)
        && matches!(scan.word(found.end), "gmt" | "utc" | "hrs" | "hours" | "bst" | "cet" | "local")
        && let Some(minute) = minute_of(clock / 100, clock % 100)
    {
        found.accept(Key::Time(minute));
        found.says.push(Key::Clock(minute % 720));
        found.kind = UnsupportedKind::Number;
    }
    Some(found)
}

/// What stands behind a figure and makes it a mixed number: `½`, ` 1/2`, *and a half*; as the
/// decimals it adds, and the token behind it.
fn fraction_behind(scan: &Scan<'_, '_>, at: usize) -> Option<(&'static str, usize)> {
    let sign = scan.figure(at).chars().next().and_then(fraction_parts);
    let slash = scan.sign(at + 1) == '/' && scan.is_glued(at + 1) && scan.is_glued(at + 2);
    let slashed = scan.digits(at, 1).filter(|_| slash && !scan.is_glued(at));
    let parts = sign
        .map(|parts| (parts, at + 1))
        .or_else(|| Some(((slashed?, scan.digits(at + 2, 1)?), at + 3)));
    match parts {
        Some((parts, after)) => Some((fraction_digits(parts)?, after)),
        None => and_fraction(scan, at),
    }
}

/// The number with the letters glued to it, where they change it: `3rd`, `3bn`, `20k`.
fn suffixed(scan: &Scan<'_, '_>, number: &Amount, currency: bool) -> Option<Amount> {
    let suffix = scan.is_glued(number.end).then(|| scan.word(number.end))?;
    let end = number.end + 1;
    if matches!(suffix, "st" | "nd" | "rd" | "th") {
        let place = number.values.first()?.to_u64()?;
        let mut found = Amount { end, plain: false, ..number.clone() };
        found.accept(Key::Ordinal(place));
        return Some(found);
    }
    // "3m" may be metres, "10k" a race, unless it is money.
    let (power, sure) = match suffix {
        "k" => (3, currency),
        "m" => (6, currency),
        "mn" | "mln" | "mio" => (6, true),
        "b" => (9, currency),
        "bn" | "mrd" => (9, true),
        "t" => (12, currency),
        "tn" | "trn" => (12, true),
        _ => return None,
    };
    let big = number.values.iter().map(|value| value.scaled(power));
    let small = number.values.iter().filter(|_| !sure).cloned();
    let values = big.chain(small).collect();
    Some(Amount { scale: power, ..Amount::of(number.start, end, values) })
}

/// The number of which the figure at `at` may be a group: `1 200`, as French and Swedish write it.
/// English never does, so the figure stays a number of its own too.
fn spaced_groups(scan: &Scan<'_, '_>, at: usize) -> Option<Decimal> {
    let group = |at: usize| scan.digits(at, 3).filter(|_| scan.figure(at).len() == 3);
    let mut start = at;
    while group(start).is_some() && start > 0 && scan.digits(start - 1, 3).is_some() {
        start -= 1;
    }
    let mut digits = scan.figure(start).to_owned();
    let mut next = start + 1;
    scan.digits(start, 3)?;
    while group(next).is_some() {
        digits.push_str(scan.figure(next));
        next += 1;
    }
    (next > start + 1 && at < next).then(|| Decimal::new(&digits, ""))
}

/// What a fraction adds behind a decimal point, for halves and quarters.
fn fraction_digits((part, whole): (u64, u64)) -> Option<&'static str> {
    match (part, whole) {
        (1, 2) => Some("5"),
        (1, 4) => Some("25"),
        (3, 4) => Some("75"),
        _ => None,
    }
}

/// `and a half`, `and-a-half`, `and a quarter` at `at`.
fn and_fraction(scan: &Scan<'_, '_>, at: usize) -> Option<(&'static str, usize)> {
    let skip = |at: usize| at + usize::from(scan.is_hyphen(at));
    let and = skip(at);
    let article = skip(and + 1);
    let part = skip(article + 1);
    if scan.word(and) != "and" || !matches!(scan.word(article), "a" | "one") {
        return None;
    }
    match scan.word(part) {
        "half" => Some(("5", part + 1)),
        "quarter" => Some(("25", part + 1)),
        _ => None,
    }
}

/// The number with the words of size behind it: *million*, *3-billion*, *hundred thousand*, 万.
fn scaled(scan: &Scan<'_, '_>, mut amount: Amount) -> Amount {
    let mut end = amount.end;
    let mut power = 0;
    loop {
        let at = end + usize::from(scan.is_hyphen(end));
        let by_word = match scan.word(at) {
            "hundred" => Some(2),
            "dozen" => break,
            word => scale(word).map(|(power, _)| power),
        };
        let Some(more) = by_word.or_else(|| chinese_scale(scan.sign(end))) else { break };
        power += more;
        end = at + 1;
    }
    if power > 0 {
        let values = amount.values.iter().map(|value| value.scaled(power)).collect();
        amount = Amount { scale: power, ..Amount::of(amount.start, end, values) };
    }
    amount
}

/// The power of ten of a word of size, and five of them.
fn scale(word: &str) -> Option<(i64, u128)> {
    let power = match word {
        "thousand" | "tausend" => 3,
        "lakh" | "lakhs" => 5,
        "million" | "millions" | "mn" | "mln" | "mio" | "millionen" | "millones" | "milhoes"
        | "milioni" | "miljoen" => 6,
        "crore" | "crores" => 7,
        "billion" | "billions" | "bn" | "milliarden" | "milliards" | "miliardi" | "mrd" => 9,
        "trillion" | "trillions" | "tn" | "trn" | "billionen" => 12,
        _ => return None,
    };
    Some((power, 5))
}

fn small(word: &str) -> Option<u64> {
    const WORDS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    WORDS.iter().position(|known| *known == word).map(|value| value as u64)
}

fn tens(word: &str) -> Option<u64> {
    const WORDS: [&str; 8] =
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    WORDS.iter().position(|known| *known == word).map(|index| 20 + 10 * index as u64)
}

fn ordinal(word: &str) -> Option<u64> {
    const WORDS: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let index = WORDS.iter().position(|known| *known == word);
    index.map(|index| index as u64 + 1).or(match word {
        "thirtieth" => Some(30),
        "fortieth" => Some(40),
        "fiftieth" => Some(50),
        "hundredth" => Some(100),
        _ => None,
    })
}

/// Whether *second* at `at` measures time: *30-second*, *per second*.
fn is_unit_of_time(scan: &Scan<'_, '_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let before = if scan.is_hyphen(before) { before.saturating_sub(1) } else { before };
    let word = scan.word(before);
    let counted = small(word).is_some() || tens(word).is_some() || !scan.figure(before).is_empty();
    counted || matches!(word, "per" | "split" | "every" | "each")
}

/// A number in words: `two`, `twenty-one`, `a dozen`, `two hundred and five`, `third`.
fn words(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    if scan.word(at) == "second" && is_unit_of_time(scan, at) {
        return None;
    }
    let mut reader = Words::default();
    let mut next = at;
    if matches!(scan.word(at), "a" | "an") {
        let word = scan.word(at + 1);
        if !matches!(word, "hundred" | "dozen") && scale(word).is_none() {
            return None;
        }
        reader.current = Some(1);
        next += 1;
    }
    let mut end = at;
    loop {
        let joined = end > at && scan.is_hyphen(next);
        let word_at = next + usize::from(joined);
        let word = scan.word(word_at);
        if word == "and" && reader.after_hundred && reader.takes(scan.word(word_at + 1)) {
            next = word_at + 1;
            continue;
        }
        if let Some(place) = ordinal(word) {
            return reader.ordinal(at, end, word_at, place);
        }
        if !reader.take(word) {
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
    let mut values = vec![Decimal::whole(reader.value())];
    if let Some((tail, after)) = and_fraction(scan, end) {
        values = values.iter().filter_map(|value| value.and_fraction(tail)).collect();
        end = after;
    }
    let mut found = Amount::of(at, end, values);
    let lone_one = end == at + 1 && scan.word(at) == "one";
    found = scaled(scan, Amount { scale: reader.power, ..found });
    if found.scale == 0 {
        found.scale = reader.power;
    }
    // "one another", "no one": too rarely a number to claim one.
    if lone_one && found.end == end {
        found.asks.clear();
    }
    if matches!(scan.word(found.end), "decade" | "decades") {
        found.says.push(Key::Number(Decimal::whole(reader.value()).scaled(1)));
    }
    Some(found)
}

/// Adds up a number in words.
#[derive(Debug, Default)]
struct Words {
    total: u128,
    /// What has been read since the last word of size.
    current: Option<u128>,
    after_hundred: bool,
    power: i64,
}

impl Words {
    fn value(&self) -> u128 {
        self.total.saturating_add(self.current.unwrap_or(0))
    }

    fn takes(&self, word: &str) -> bool {
        small(word).is_some_and(|value| value > 0)
            || tens(word).is_some()
            || ordinal(word).is_some()
    }

    /// Whether the number goes on with `word`, which is then added.
    fn take(&mut self, word: &str) -> bool {
        let current = self.current;
        let hundreds = current.is_none_or(|value| value >= 100 && value.is_multiple_of(100));
        let after_hundred = word == "hundred";
        let next = if let Some(value) = tens(word) {
            hundreds.then(|| current.unwrap_or(0) + u128::from(value))
        } else if let Some(value) = small(word) {
            let after_tens = current.is_some_and(|n| n.is_multiple_of(10) && n % 100 >= 20)
                && (1..10).contains(&value);
            (hundreds || after_tens).then(|| current.unwrap_or(0) + u128::from(value))
        } else if word == "hundred" {
            current.filter(|value| (1..100).contains(value)).map(|value| value * 100)
        } else if word == "dozen" {
            current.filter(|value| *value < 1000).map(|value| value * 12)
        } else if let Some((power, _)) = scale(word) {
            let Some(value) = current else { return false };
            let size = 10_u128.pow(u32::try_from(power).unwrap_or(0));
            self.total = self.total.saturating_add(value.saturating_mul(size));
            self.current = None;
            self.after_hundred = true;
            self.power = power;
            return true;
        } else {
            None
        };
        let Some(next) = next else { return false };
        self.current = Some(next);
        self.after_hundred = after_hundred;
        true
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

/// A time of day at `at`: `5pm`, `5.30 p.m.`, `17:00`, `5 o’clock`; also `1:23:45`.
fn time(scan: &Scan<'_, '_>, at: usize) -> Option<Amount> {
    let (hour, mut minute, mut end) = match scan.digits(at, 2) {
        Some(hour) => (hour, 0, at + 1),
        None => {
            let (hour, minute) = scan.figure(at).split_once('.').filter(|(_, m)| m.len() == 2)?;
            (hour.parse().ok()?, minute.parse().ok()?, at + 1)
        }
    };
    let colon = |at: usize| scan.sign(at) == ':' && scan.is_glued(at) && scan.is_glued(at + 1);
    let mut clock = false;
    if colon(end) && scan.figure(at).len() <= 2 {
        let second = scan.figure(end + 1);
        if colon(end + 2) || second.contains('.') {
            // A running time.
            let last = if colon(end + 2) { end + 3 } else { end + 1 };
            let parts = [scan.figure(at), second, scan.figure(end + 3)];
            let shown = if colon(end + 2) { parts.join(":") } else { format!("{hour}:{second}") };
            let keys = vec![Key::Text(shown)];
            return Some(Amount::keyed(at, last + 1, keys.clone(), vec![keys]));
        }
        minute = scan.digits(end + 1, 2).filter(|_| second.len() == 2)?;
        end += 2;
        clock = true;
    }
    let afternoon = match scan.word(end) {
        "am" => Some(false),
        "pm" => Some(true),
        "oclock" => None,
        _ if clock => None,
        _ => return None,
    };
    let known = afternoon.is_some();
    if known || scan.word(end) == "oclock" {
        end += 1;
    }
    let at_most = if known { 12 } else { 24 };
    if hour > at_most {
        return None;
    }
    let hour = match afternoon {
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        None => hour % 24,
    };
    let minute = minute_of(hour, minute)?;
    let known = known || hour > 12;
    let mut found = Amount::keyed(at, end, Vec::new(), Vec::new());
    found.says = vec![Key::Clock(minute % 720), Key::Time(minute)];
    found.afternoon = afternoon;
    if known {
        found.asks = vec![vec![Key::Time(minute)]];
    } else {
        found.says.push(Key::Time((minute + 720) % 1440));
        found.asks = vec![vec![Key::Clock(minute % 720)]];
    }
    Some(found)
}

fn minute_of(hour: u64, minute: u64) -> Option<u16> {
    if hour > 24 || minute > 59 {
        return None;
    }
    u16::try_from(hour % 24 * 60 + minute).ok()
}

/// How two numbers are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joined {
    /// `3-1`, `10–12`.
    Dash,
    /// `1/2`
    Slash,
    /// `3:75`
    Colon,
    /// `10 to 12`, `10 - 12`: two numbers still.
    Loosely,
}

/// The number that is joined to `first`, where both claim something.
fn partner(scan: &Scan<'_, '_>, first: &Amount) -> Option<(Amount, Joined)> {
    let end = first.end;
    let tight = scan.is_glued(end) && scan.is_glued(end + 1);
    let joined = match scan.sign(end) {
        '/' if tight => Joined::Slash,
        ':' if tight => Joined::Colon,
        _ if scan.is_hyphen(end) => Joined::Dash,
        _ if scan.is_dash(end) => Joined::Loosely,
        _ if matches!(scan.word(end), "to" | "and" | "or" | "out" | "in" | "v") => Joined::Loosely,
        _ => return None,
    };
    let next = end + 1 + usize::from(scan.word(end) == "out" && scan.word(end + 1) == "of");
    // What a date or a decade is made of is no partner.
    if super::dates::dates_at(scan, next).is_some() {
        return None;
    }
    let second = amount(scan, next)?;
    (!first.asks.is_empty() && !second.asks.is_empty()).then_some((second, joined))
}

fn pair(
    scan: &Scan<'_, '_>,
    mut first: Amount,
    mut second: Amount,
    joined: Joined,
) -> (Vec<Item>, usize) {
    let end = second.end;
    share_half_of_day(scan, &mut first, &second);
    // "3 to 5 million": the million is said of both.
    if second.scale > 0 && first.scale == 0 {
        let big: Vec<Decimal> =
            first.values.iter().map(|value| value.scaled(second.scale)).collect();
        for value in big {
            first.accept(Key::Number(value.clone()));
            first.values.push(value);
        }
    }
    // "2014-15"
    if let (Some(century), Some(short)) =
        (scan.digits(first.start, 4), scan.digits(second.start, 2))
        && YEARS.contains(&century)
        && matches!(joined, Joined::Dash | Joined::Slash)
    {
        second.accept(Key::Number(Decimal::whole(u128::from(century / 100 * 100 + short))));
        first.kind = UnsupportedKind::Date;
    }
    let pairs: Vec<Key> = first
        .values
        .iter()
        .flat_map(|a| second.values.iter().map(move |b| (a, b)))
        .map(|(a, b)| Key::Pair(a.min(b).clone(), a.max(b).clone()))
        .collect();
    let separate = joined == Joined::Loosely || pairs.is_empty();
    if separate {
        first.says.extend(pairs);
        return (vec![first.item(scan), second.item(scan)], end);
    }
    let mut asks: Vec<Vec<Key>> = pairs.iter().map(|pair| vec![pair.clone()]).collect();
    let mut says = pairs;
    // Scores are supported by scores, ranges and lists by their ends as well.
    let short = |at: usize| scan.digits(at, 2).is_some();
    let is_score = first.plain && second.plain && short(first.start) && short(second.start);
    if !is_score {
        for a in &first.asks {
            asks.extend(second.asks.iter().map(|b| a.iter().chain(b).cloned().collect()));
        }
    }
    if joined == Joined::Slash {
        let small = |at: usize| scan.digits(at, 2).filter(|value| *value > 0);
        if let (Some(part), Some(whole)) = (small(first.start), small(second.start)) {
            let fraction = ratio(first.start, end, part, whole);
            says.extend(fraction.says);
            asks.extend(fraction.asks);
            let days = super::dates::slashed(part, whole);
            asks.extend(days.iter().map(|day| vec![day.clone()]));
            says.extend(days);
        }
    }
    says.extend(first.says);
    says.extend(second.says);
    let kind = first.kind;
    (vec![Item { kind, span: scan.span(first.start, end), says, asks }], end)
}

/// `9-11am`, `from 9 to 5pm`: the first number is a time too, of either half of the day.
fn share_half_of_day(scan: &Scan<'_, '_>, first: &mut Amount, second: &Amount) {
    let Some(hour) = scan.digits(first.start, 2).filter(|hour| (1..=12).contains(hour)) else {
        return;
    };
    if second.afternoon.is_some()
        && let (Some(morning), Some(evening)) =
            (minute_of(hour % 12, 0), minute_of(hour % 12 + 12, 0))
    {
        first.says.extend([Key::Time(morning), Key::Time(evening), Key::Clock(morning)]);
        first.asks.push(vec![Key::Clock(morning)]);
    }
}

/// The value of Chinese numerals at `at`: they support figures and claim nothing, because 一 and
/// 十 are parts of many words.
fn chinese_number(scan: &Scan<'_, '_>, at: usize) -> Option<(u128, usize)> {
    let is_sign = |at: usize| scan.get(at).is_some_and(|token| token.form == Form::Sign);
    let (mut total, mut section, mut digit): (u128, u128, Option<u128>) = (0, 0, None);
    let mut end = at;
    while is_sign(end) {
        let sign = scan.sign(end);
        if let Some(value) = chinese_digit(sign) {
            // 二〇二四: digit after digit.
            digit =
                Some(digit.map_or(value, |before| before.saturating_mul(10).saturating_add(value)));
        } else if let Some(power) = chinese_scale(sign) {
            let size = 10_u128.pow(u32::try_from(power).unwrap_or(0));
            if size < 10_000 {
                section = section.saturating_add(digit.take().unwrap_or(1).saturating_mul(size));
            } else {
                section = section.saturating_add(digit.take().unwrap_or(0));
                total = total.saturating_add(section).saturating_mul(size);
                section = 0;
            }
        } else {
            break;
        }
        end += 1;
    }
    if end == at {
        return None;
    }
    Some((total.saturating_add(section).saturating_add(digit.unwrap_or(0)), end))
}

fn chinese_digit(sign: char) -> Option<u128> {
    let digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    match sign {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        _ => digits.iter().position(|known| *known == sign).map(|value| value as u128),
    }
}

fn chinese_scale(sign: char) -> Option<i64> {
    Some(match sign {
        '十' => 1,
        '百' => 2,
        '千' => 3,
        '万' | '萬' => 4,
        '亿' | '億' => 8,
        _ => return None,
    })
}
