//! The languages that the library knows by name.
//!
//! In: a code of ISO 639. Out: a [`Language`], with its code on the wire. The list is
//! `data/languages.tsv`, which also has their English names, for who reads it. Not the crate `isolang`: of its 8,000 languages some 70 are told, and the
//! codes that need a decision are those that it does not map (a detector's `cmn` is `zh`, its `pes`
//! is `fa`).
//! Does not know which language a text is in: that is `language.rs`.

/// A language of `data/languages.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Language(u8);

/// What is known of a language.
struct Row {
    /// ISO 639-1, or 639-3 where there is none.
    code: &'static str,
    /// ISO 639-3.
    long_code: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

impl Language {
    pub(crate) const ENGLISH: Self = Self(ENGLISH);

    /// The language of that row; for the tables that `build.rs` writes.
    pub(crate) const fn at(row: u8) -> Self {
        Self(row)
    }

    /// The language with that code of ISO 639-1 (or 639-3, where it has none).
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        let row = LANGUAGES.binary_search_by(|row| row.code.cmp(code)).ok()?;
        u8::try_from(row).ok().map(Self)
    }

    /// The language with that code of ISO 639-3.
    pub(crate) fn of_long_code(code: &str) -> Option<Self> {
        let row = LANGUAGES.iter().position(|row| row.long_code == code)?;
        u8::try_from(row).ok().map(Self)
    }

    /// Its code of ISO 639-1 (or 639-3, where it has none).
    pub(crate) fn code(self) -> &'static str {
        LANGUAGES.get(usize::from(self.0)).map_or("", |row| row.code)
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, Language};

    #[test]
    fn a_language_is_found_by_either_code() {
        assert!(LANGUAGES.len() < 256);
        for row in LANGUAGES {
            let language = Language::of_code(row.code).unwrap();
            assert_eq!(Language::of_long_code(row.long_code), Some(language));
            assert_eq!(language.code(), row.code);
        }
        assert_eq!(Language::ENGLISH.code(), "en");
        assert_eq!(Language::of_long_code("cmn").map(Language::code), Some("zh"));
        assert_eq!((Language::of_code("deu"), Language::of_code("")), (None, None));
    }
}
