//! Letters and words, before anything is known of news or models.
//!
//! In: text. Out: its characters' classes, its words, their keys, what the lists of `data/` have for
//! them, and the dates that they state. Knows no page, no article and no model.
//!
//! ```text
//! hash.rs       characters -> a number              languages.rs  the languages
//! lists.rs      a word -> what it is listed as      rows.rs       data/*.tsv, checked
//! capitals.rs   a word -> is it mostly written small, in English news?
//! ```

pub(crate) mod capitals;
pub(crate) mod hash;
#[allow(dead_code, reason = "the users of some of it are being moved here")]
pub(crate) mod languages;
#[allow(dead_code, reason = "the users of some of it are being moved here")]
pub(crate) mod lists;
