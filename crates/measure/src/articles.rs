//! Articles of the development data, for benches and tests.
//!
//! Out: rows and texts of files that lie beside the checkout, since they are not ours to pass on;
//! nothing where they are absent, which whoever asks then says.

use std::io::BufRead;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::gold::{self, Part};
use crate::root;

#[derive(Deserialize)]
struct Row {
    text: String,
}

/// A file of the development data, by its path in there; nothing where it does not exist.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = ["..", "../.."].map(|up| root().join(up).join("shared/data").join(name));
    let found = beside.into_iter().find(|path| path.is_file());
    if found.is_none() {
        eprintln!("no shared/data/{name} beside the checkout");
    }
    found
}

/// The rows of such a file, read as they are asked for.
///
/// # Panics
///
/// Where the file cannot be read to its end, or a row is of another shape.
pub fn rows<T: DeserializeOwned>(name: &str) -> Option<impl Iterator<Item = T>> {
    let lines = gold::open(&file(name)?).expect("the file can be read").lines();
    Some(lines.map(|line| serde_json::from_str(&line.expect("a line")).expect("a row")))
}

/// The first Daily Mail articles, at most `count`.
pub fn daily_mail(count: usize) -> Option<Vec<String>> {
    let mut articles = Vec::new();
    for name in ["summaries/cnndm_val.jsonl.xz", "summaries/cnndm_train.jsonl.xz"] {
        let texts = rows::<Row>(name)?.map(|row| row.text);
        let of_daily_mail = texts.filter(|text| Part::of(text) == Part::Dm);
        articles.extend(of_daily_mail.take(count - articles.len()));
        if articles.len() == count {
            break;
        }
    }
    Some(articles)
}
