//! A date as far as it is given.
//!
//! In: a year, a month and a day, or some of them. Out: a [`Date`], if there is such a day, and how
//! ISO 8601 writes it. The years are those of the Gregorian calendar.

use std::ops::RangeInclusive;

/// Years that are written as years: what is older or later is a number.
pub(crate) const YEARS: RangeInclusive<u64> = 1500..=2099;
/// Two-digit years up to this one are of this century.
const PIVOT_YEAR: u64 = 69;

/// A date as far as it is given: at least one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: Option<u16>,
    pub(crate) month: Option<u8>,
    pub(crate) day: Option<u8>,
}

impl Date {
    /// The date of those parts, if there is one: no 13th month, no 31 February.
    pub(crate) fn of(year: Option<u16>, month: Option<u64>, day: Option<u64>) -> Option<Self> {
        let narrow = |part: Option<u64>| part.map(u8::try_from).transpose().ok();
        let (month, day) = (narrow(month)?, narrow(day)?);
        let longest = match month {
            None | Some(1 | 3 | 5 | 7 | 8 | 10 | 12) => 31,
            Some(4 | 6 | 9 | 11) => 30,
            Some(2) if year.is_none_or(is_leap) => 29,
            Some(2) => 28,
            Some(_) => return None,
        };
        let given = year.is_some() || month.is_some() || day.is_some();
        let exists = day.is_none_or(|day| (1..=longest).contains(&day));
        (given && exists).then_some(Self { year, month, day })
    }

    /// As ISO 8601 writes it, where it is given whole: `2024-04-14`.
    pub(crate) fn iso(self) -> Option<String> {
        let Self { year, month, day } = self;
        Some(format!("{:04}-{:02}-{:02}", year?, month?, day?))
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The year that four or two digits write.
pub(crate) fn year_of(value: u64, digits: usize) -> Option<u16> {
    let year = match digits {
        4 if YEARS.contains(&value) => value,
        2 if value <= PIVOT_YEAR => 2000 + value,
        2 => 1900 + value,
        _ => return None,
    };
    u16::try_from(year).ok()
}

#[cfg(test)]
mod tests {
    use super::{Date, year_of};

    #[test]
    fn days_that_do_not_exist_are_no_dates() {
        let iso = |year, month, day| Date::of(Some(year), Some(month), Some(day))?.iso();
        assert_eq!(iso(2024, 2, 29).as_deref(), Some("2024-02-29"));
        assert_eq!(iso(1999, 12, 31).as_deref(), Some("1999-12-31"));
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 1, 0),
            (2024, 1, 300),
        ] {
            assert_eq!(iso(year, month, day), None, "{year} {month} {day}");
        }
        assert!(iso(2000, 2, 29).is_some());
        assert!(Date::of(None, Some(2), Some(29)).is_some_and(|date| date.iso().is_none()));
        assert_eq!(Date::of(None, None, None), None);
    }

    #[test]
    fn short_years_are_of_two_centuries() {
        assert_eq!([year_of(69, 2), year_of(70, 2)], [Some(2069), Some(1970)]);
        assert_eq!([year_of(2024, 4), year_of(1066, 4), year_of(7, 1)], [Some(2024), None, None]);
    }
}
