//! Tokens to the numbers among them.
//!
//! In: tokens and a place. Out: the numbers that begin there, as items, and where they end.
//! Compares values, not units: `5%` is supported by `5 percent` and by `5 people` alike, because
//! which noun a figure belongs to is a question of grammar. Never rounds: `nearly 500` is not
//! supported by `497.3`.
//!
//! ```text
//! amount.rs     what a number says and asks for     values.rs     number words, as listed
//! chinese.rs    三千万                               sizes.rs      3 million
//! fractions.rs  two-thirds, ½                       spelled.rs    two hundred and five
//! clocks.rs     5.30 p.m.                           figures.rs    1,200, 3rd, 3bn
//! signed.rs     -5, $3m, 5%: a number of any form   pairs.rs      3-1, 10 to 12
//! hints.rs      twins, G20: claim nothing
//! ```

mod amount;
mod values;

mod chinese;
mod clocks;
mod hints;
mod sizes;

mod fractions;

mod figures;
mod spelled;

mod signed;

mod pairs;

use super::items::Item;
use crate::text::scan::Scan;

/// The numbers that begin at token `at`, and the token behind them.
pub(super) fn numbers_at(scan: &Scan<'_, '_>, at: usize) -> Option<(Vec<Item>, usize)> {
    if let Some((hint, end)) = hints::hint(scan, at) {
        return Some((vec![hint], end));
    }
    let first = signed::number(scan, at)?;
    let Some((second, joint)) = pairs::partner(scan, &first) else {
        let end = first.end;
        return Some((vec![first.item(scan)], end));
    };
    let end = second.end;
    Some((pairs::pair(scan, first, second, joint), end))
}
