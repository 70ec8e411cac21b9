//! What the benches over the development data share: the articles, and the machine's name.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use lzma_rust2::XzReader;
use serde::Deserialize;

mod machine;
pub use machine::machine;

const DATA: &str = "../shared/data/summaries/cnndm_val.jsonl.xz";

#[derive(Deserialize)]
struct Row {
    text: String,
}

/// The Daily Mail articles of the development data; `None` where it is not there.
pub fn daily_mail() -> Option<Vec<String>> {
    let file = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA)).ok()?;
    let lines = BufReader::new(XzReader::new(file, true)).lines();
    let rows =
        lines.map(|line| serde_json::from_str::<Row>(&line.expect("a line")).expect("a row"));
    // CNN's stories name it in their dateline; the others are the Daily Mail's.
    let is_daily_mail =
        |text: &String| !text.chars().take(300).collect::<String>().to_lowercase().contains("(cnn");
    Some(rows.map(|row| row.text).filter(is_daily_mail).collect())
}
