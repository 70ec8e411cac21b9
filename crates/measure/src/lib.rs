//! How good is it? The scorers of `evaluate`, and what the benches share with it.
//!
//! In: labelled rows and what the library, or a rival, says of them. Out: figures. A measure must
//! not move with what it measures: words, sentences and ROUGE are counted here by definitions of
//! their own.
//!
//! ```text
//! gold.rs         a file of labelled rows -> cases
//! articles.rs     articles of the development data, for benches and tests
//! hostile.rs      text made to be slow to read
//! machine.rs      the machine that a figure was measured on
//! bag.rs, text.rs, porter.rs, rouge.rs            text -> counts, a summary -> ROUGE
//! topics.rs, summaries.rs, pages.rs               digests beside the truth -> figures
//! report.rs       figures -> tables
//! bin/evaluate    the program: its order, and `--all`
//! ```
#![expect(missing_docs, reason = "a figure's name says what it is, or its file's first lines do")]

use std::path::Path;

pub mod articles;
pub mod bag;
pub mod gold;
pub mod hostile;
pub mod length;
pub mod machine;
pub mod pages;
mod porter;
pub mod report;
pub mod rouge;
pub mod summaries;
pub mod text;
pub mod topics;

/// The root of the repository.
pub fn root() -> &'static Path {
    static ROOT: &str = env!("CARGO_MANIFEST_DIR");
    // `crates/measure` stands two folders below it.
    Path::new(ROOT).ancestors().nth(2).unwrap_or(Path::new(ROOT))
}
