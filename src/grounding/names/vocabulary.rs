//! What small words and titles are to names.
//!
//! In: a word's key. Out: what `data/words.tsv` lists it as.

use std::sync::LazyLock;

use crate::text::lists::{self, Kind};

/// Titles of persons, which name nobody.
pub(super) fn is_honorific(key: &str) -> bool {
    lists::has(key, Kind::Honorific)
}

/// Small words inside names.
pub(super) fn is_particle(key: &str) -> bool {
    lists::has(key, Kind::NameParticle)
}

/// What may stand before a hyphen without being a part of the name behind it.
pub(super) fn is_prefix(key: &str) -> bool {
    lists::has(key, Kind::Prefix)
}

/// Whether a word is the adjective of a country, which often stands before a full name.
pub(super) fn is_demonym(key: &str) -> bool {
    lists::has(key, Kind::Demonym)
}

pub(super) fn is_title(key: &str) -> bool {
    lists::has(key, Kind::Title)
}

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
