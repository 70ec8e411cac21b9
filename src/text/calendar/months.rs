//! A word to the month that it names.
//!
//! In: tokens and a place. Out: the month that a word or two name there. The words are those of
//! `data/`, in every language alike; which of them count in prose is said where they are asked for.

use crate::text::fold;
use crate::text::lists::{self, Kind, Row};
use crate::text::scan::{Form, Scan};

/// A month that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) month: u64,
    /// The token behind its name.
    pub(super) end: usize,
    /// Whether the name is whole, not shortened.
    pub(super) whole: bool,
    /// Whether it is English.
    pub(super) english: bool,
}

/// The row of a word, as it is written or without its accents, or of a sign.
pub(super) fn row(scan: &Scan<'_, '_>, at: usize) -> Option<&'static Row> {
    let token = scan.get(at).filter(|token| matches!(token.form, Form::Word | Form::Sign))?;
    lists::find(&token.key).or_else(|| lists::find(&fold::lower(token.text)))
}

/// Whether the word at `at` is of that kind, in any language.
pub(super) fn is(scan: &Scan<'_, '_>, at: usize, kind: Kind) -> bool {
    row(scan, at).is_some_and(|row| row.has(kind))
}

/// The month that begins at `at`; `dotted` says whether a full stop stands behind the day before it.
pub(super) fn month_at(scan: &Scan<'_, '_>, at: usize, dotted: bool) -> Option<Named> {
    let row = row(scan, at)?;
    // "tháng tư"
    let phrase = row.phrases.iter().find_map(|phrase| {
        let month = phrase.of(Kind::Month).next()?.number()?;
        let mut next = at + 1;
        let said = |part: &&str| {
            let found = scan.word(next) == *part
                || scan.get(next).is_some_and(|token| fold::lower(token.text) == **part);
            next += 1;
            found
        };
        phrase.rest.iter().all(said).then_some((month, at + 1 + phrase.rest.len()))
    });
    if let Some((month, end)) = phrase {
        return Some(Named { month: u64::from(month), end, whole: true, english: false });
    }
    // "tháng 4"
    if row.is(Kind::DatePart, "month-before") {
        let month = scan.digits(at + 1, 2).filter(|month| (1..=12).contains(month))?;
        return Some(Named { month, end: at + 2, whole: true, english: false });
    }
    let dotted = row.of(Kind::MonthDotted).filter(|_| dotted);
    let mut entries = dotted.chain(row.of(Kind::Month)).chain(row.of(Kind::MonthShort));
    let first = entries.next()?;
    let in_english = std::iter::once(first).chain(entries).find(|entry| entry.is_english());
    let entry = in_english.unwrap_or(first);
    Some(Named {
        month: u64::from(entry.number()?),
        end: at + 1,
        whole: entry.kind != Kind::MonthShort,
        english: in_english.is_some(),
    })
}
