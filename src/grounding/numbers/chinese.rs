//! Chinese numerals to their value.
//!
//! In: tokens and a place. Out: the number there and the token behind it. They support figures and
//! claim nothing, because 一 and 十 are parts of many words; that is for the caller to heed.

use crate::text::scan::Form;
use crate::text::scan::Scan;

/// The value of the numerals at `at`, and the token behind them.
pub(super) fn number(scan: &Scan<'_, '_>, at: usize) -> Option<(u128, usize)> {
    let is_sign = |at: usize| scan.get(at).is_some_and(|token| token.form == Form::Sign);
    let (mut total, mut section, mut digit): (u128, u128, Option<u128>) = (0, 0, None);
    let mut end = at;
    while is_sign(end) {
        let sign = scan.sign(end);
        if let Some(value) = self::digit(sign) {
            // 二〇二四: digit after digit.
            digit =
                Some(digit.map_or(value, |before| before.saturating_mul(10).saturating_add(value)));
        } else if let Some(power) = power(sign) {
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

fn digit(sign: char) -> Option<u128> {
    let digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    match sign {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        _ => digits.iter().position(|known| *known == sign).map(|value| value as u128),
    }
}

/// The power of ten of a sign of size.
pub(super) fn power(sign: char) -> Option<i64> {
    Some(match sign {
        '十' => 1,
        '百' => 2,
        '千' => 3,
        '万' | '萬' => 4,
        '亿' | '億' => 8,
        _ => return None,
    })
}
