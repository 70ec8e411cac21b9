//! What titles and acronyms are short for.
//!
//! In: a word's key. Out: what `data/words.tsv` lists it as.

use std::sync::LazyLock;

use crate::text::lists::{self, Kind};

/// What a title is short for.
pub(super) fn long_title(key: &str) -> Option<&'static str> {
    let long = lists::find(key)?.of(Kind::Title).next()?.text()?;
    (long != key).then_some(long)
}

/// A short form that everybody knows, with the words that it is short for.
#[derive(Debug)]
pub(super) struct ShortForm {
    pub(super) short: &'static str,
    pub(super) long: Vec<&'static str>,
}

pub(super) fn short_forms() -> &'static [ShortForm] {
    static FORMS: LazyLock<Vec<ShortForm>> = LazyLock::new(|| {
        let listed = lists::words_of(Kind::Acronym);
        let forms = listed.filter_map(|(short, entry)| {
            Some(ShortForm { short, long: entry.text()?.split(' ').collect() })
        });
        forms.collect()
    });
    &FORMS
}
