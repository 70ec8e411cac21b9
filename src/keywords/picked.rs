//! How much readers like a word or a phrase for a keyword.
//!
//! In: a word or a phrase in small letters. Out: by how much more often it was picked than its form
//! and its places in the articles let expect, as a logarithm: *murder* is above 0, *minister* below.
//! Knows what it was taught and no more: `data/picked.tsv`, which `models/recipe/keywords` counts in
//! the picks. What it lacks is neither.

use std::sync::LazyLock;

use crate::text::keyed::WordMap;

/// One line a word or phrase: what it is as any word of a phrase, as the last of several, and as the
/// whole, in tenths.
const TABLE: &str = include_str!("../../data/picked.tsv");

/// How much a word is liked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Liked {
    pub(super) within: f32,
    pub(super) last: f32,
    pub(super) whole: f32,
}

/// A line that does not fit is our own mistake, which a test finds.
static ROWS: LazyLock<WordMap<&'static str, Liked>> =
    LazyLock::new(|| TABLE.lines().filter_map(row).collect());

fn row(line: &'static str) -> Option<(&'static str, Liked)> {
    let mut fields = line.split('\t');
    let phrase = fields.next()?;
    let mut value = || Some(f32::from(fields.next()?.parse::<i8>().ok()?) / 10.0);
    Some((phrase, Liked { within: value()?, last: value()?, whole: value()? }))
}

pub(super) fn of(phrase: &str) -> Liked {
    ROWS.get(phrase).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{ROWS, TABLE, of};

    #[test]
    fn every_line_is_read_and_generic_words_are_not_liked() {
        assert_eq!(ROWS.len(), TABLE.lines().count());
        assert!(of("murder").within > 0.0 && of("minister").within < 0.0);
    }
}
