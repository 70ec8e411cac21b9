//! Exact decimal numbers, to compare figures however they are written.
//!
//! In: digits with the marks inside them. Out: every value they can stand for.
//! Does no arithmetic but to move the decimal point: `3.3` times a million is exactly 3,300,000.

/// A number as its significant digits and a power of ten; equal numbers are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Decimal {
    negative: bool,
    /// Neither zero at an end; empty for 0.
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// `whole.fraction`, both ASCII digits.
    pub(super) fn new(whole: &str, fraction: &str) -> Self {
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        let zeros = significant.len() - digits.len();
        let exponent = if digits.is_empty() { 0 } else { zeros as i64 - fraction.len() as i64 };
        Self { negative: false, digits: digits.to_owned(), exponent }
    }

    pub(super) fn whole(value: u128) -> Self {
        Self::new(&value.to_string(), "")
    }

    /// `part / whole`, where its decimals end; `None` for thirds and their like.
    pub(super) fn ratio(part: u64, whole: u64) -> Option<Self> {
        (0..=6_u32).find_map(|power| {
            let scaled = u128::from(part) * 10_u128.pow(power);
            let value = scaled.checked_div(u128::from(whole))?;
            (value * u128::from(whole) == scaled)
                .then(|| Self::whole(value).scaled(-i64::from(power)))
        })
    }

    /// Times ten to the `power`.
    pub(super) fn scaled(&self, power: i64) -> Self {
        let exponent = if self.digits.is_empty() { 0 } else { self.exponent + power };
        Self { exponent, ..self.clone() }
    }

    pub(super) fn negated(&self) -> Self {
        Self { negative: !self.negative && !self.digits.is_empty(), ..self.clone() }
    }

    /// With `.5` behind, for a whole number.
    pub(super) fn and_fraction(&self, fraction: &str) -> Option<Self> {
        let whole = self.to_u64()?;
        Some(Self { negative: self.negative, ..Self::new(&whole.to_string(), fraction) })
    }

    /// The value, where it is whole, not negative and not huge.
    pub(super) fn to_u64(&self) -> Option<u64> {
        let power = u32::try_from(self.exponent).ok().filter(|_| !self.negative)?;
        if self.digits.is_empty() {
            return Some(0);
        }
        self.digits.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(power)?)
    }
}

/// The values that a figure's key can stand for (see `Token::key`), likeliest first; none for what
/// is no number, such as `1.2.3`, and for the sign of a fraction.
///
/// `1.200` may be English or German, so it has both values; `1,200` is 1200 only, because
/// nobody writes three decimals behind a comma in news.
pub(super) fn readings(key: &str) -> Vec<Decimal> {
    if !key.starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let (commas, stops) = (key.matches(',').count(), key.matches('.').count());
    let grouped = |separator: char| {
        let mut groups = key.split(separator);
        let first = groups.next().map_or(0, str::len);
        let rest: Vec<usize> = groups.map(str::len).collect();
        let last = rest.last().copied() == Some(3);
        // 1,200,000 and, in India, 12,00,000.
        let by_three = rest.iter().all(|&len| len == 3) && first <= 3;
        let by_two = rest.iter().rev().skip(1).all(|&len| len == 2) && first <= 2 && commas > 1;
        last && first > 0 && (by_three || by_two)
    };
    let plain = |separator: char| Decimal::new(&key.replace(separator, ""), "");
    let split = |separator: char| {
        let (whole, fraction) = key.rsplit_once(separator).unwrap_or((key, ""));
        Decimal::new(&whole.replace([',', '.'], ""), fraction)
    };
    match (commas, stops) {
        (0, 0) => vec![Decimal::new(key, "")],
        (_, 0) if grouped(',') => vec![plain(',')],
        (1, 0) => vec![split(',')],
        (0, 1) if grouped('.') && !key.starts_with('0') => vec![split('.'), plain('.')],
        (0, 1) => vec![split('.')],
        (0, _) if grouped('.') => vec![plain('.')],
        (_, 1) if key.rfind('.') > key.rfind(',') => vec![split('.')],
        (1, _) if key.rfind(',') > key.rfind('.') => vec![split(',')],
        _ => Vec::new(),
    }
}

/// The parts of a fraction's sign: `¾` is 3 of 4.
pub(super) fn fraction_parts(sign: char) -> Option<(u64, u64)> {
    Some(match sign {
        '¼' => (1, 4),
        '½' => (1, 2),
        '¾' => (3, 4),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Decimal, readings};
    use proptest::prelude::*;

    fn check(key: &str, expected: &[(&str, &str)]) {
        let expected: Vec<Decimal> =
            expected.iter().map(|(whole, fraction)| Decimal::new(whole, fraction)).collect();
        assert_eq!(readings(key), expected, "{key}");
    }

    #[test]
    fn marks_inside_figures() {
        check("1200", &[("1200", "")]);
        check("1,200", &[("1200", "")]);
        check("1,200,000.50", &[("1200000", "5")]);
        check("1.200.000,50", &[("1200000", "5")]);
        check("12,00,000", &[("1200000", "")]);
        check("1.5", &[("1", "5")]);
        check("1,5", &[("1", "5")]);
        check("1.200", &[("1", "2"), ("1200", "")]);
        check("0.125", &[("0", "125")]);
        check("007", &[("7", "")]);
        check("½", &[]);
        check("1.2.3", &[]);
        check("1,2,3", &[]);
    }

    #[test]
    fn the_point_moves_exactly() {
        assert_eq!(Decimal::new("3", "3").scaled(6), Decimal::whole(3_300_000));
        assert_eq!(Decimal::ratio(3, 8), Some(Decimal::new("0", "375")));
        assert_eq!(Decimal::ratio(1, 3), None);
        assert_eq!(Decimal::ratio(1, 0), None);
        assert_eq!(Decimal::whole(0).negated(), Decimal::new("0", "00"));
    }

    proptest! {
        #[test]
        fn whole_numbers_come_back(value in any::<u64>(), power in 0_u32..4) {
            prop_assert_eq!(Decimal::whole(u128::from(value)).to_u64(), Some(value));
            if let Some(scaled) = value.checked_mul(10_u64.pow(power)) {
                prop_assert_eq!(Decimal::whole(u128::from(value)).scaled(i64::from(power)).to_u64(), Some(scaled));
            }
        }

        #[test]
        fn any_key_is_read_without_panic(key in "[0-9.,]{0,40}") {
            readings(&key);
        }
    }
}
