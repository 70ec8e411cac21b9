//! A number and the words of size behind it: *3 million*, *20-thousand*, `3000万`.
//!
//! In: a number that has been read. Out: the number times the size of the words that follow. Letters
//! glued to a figure (`3m`) are for `figures.rs`.

use super::amount::Amount;
use super::{chinese, values};
use crate::text::scan::Scan;

/// The number with the words of size behind it: *million*, *3-billion*, *hundred thousand*, 万.
pub(super) fn scaled(scan: &Scan<'_, '_>, mut amount: Amount) -> Amount {
    let mut end = amount.end;
    let mut power = 0;
    loop {
        let at = end + usize::from(scan.is_hyphen(end));
        let by_word = match scan.word(at) {
            "hundred" => Some(2),
            "dozen" => break,
            word => values::power(word),
        };
        let Some(more) = by_word.or_else(|| chinese::power(scan.sign(end))) else { break };
        power += more;
        end = at + 1;
    }
    if power > 0 {
        let values = amount.values.iter().map(|value| value.scaled(power)).collect();
        amount = Amount { scale: power, ..Amount::of(amount.start, end, values) };
    }
    amount
}
