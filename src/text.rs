//! Letters and words, before anything is known of news or models.
//!
//! In: text. Out: its characters' classes, its words, their keys, what the lists of `data/` have for
//! them, and the dates that they state. Knows no page, no article and no model.
//!
//! ```text
//! chars.rs      a character -> what it is            words.rs      text -> words, and counts
//! hash.rs       a word -> a number                   keyed.rs      a word -> a secret number; maps
//! languages.rs  the languages                        lists.rs      a word -> what it is listed as
//! capitals.rs   a word -> is it mostly written small, in English news?
//! fold.rs       a word -> what it is compared by     scan.rs       a sentence -> words, figures, marks
//! calendar.rs   words -> dates and times
//! ```

pub(crate) mod chars;
pub(crate) mod words;
pub(crate) mod hash;
pub(crate) mod keyed;
pub(crate) mod languages;
pub(crate) mod lists;
pub(crate) mod capitals;
pub(crate) mod fold;
pub(crate) mod scan;
pub(crate) mod calendar;
