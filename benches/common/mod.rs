//! What the benches over the development data share: the articles, the machine's name, and what
//! the process holds in memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use lzma_rust2::XzReader;
use serde::Deserialize;

mod machine;
#[allow(unused_imports, reason = "not every bench measures memory")]
pub use machine::{machine, memory_kib};

const DATA: &str = "../shared/data/summaries";

#[derive(Deserialize)]
struct Row {
    text: String,
}

/// The first Daily Mail articles of the development data, at most `count`; `None` where it is not
/// there.
pub fn daily_mail(count: usize) -> Option<Vec<String>> {
    let mut articles = Vec::new();
    for name in ["cnndm_val", "cnndm_train"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA).join(format!("{name}.jsonl.xz"));
        let file = File::open(path).ok()?;
        let lines = BufReader::new(XzReader::new(file, true)).lines();
        let rows =
            lines.map(|line| serde_json::from_str::<Row>(&line.expect("a line")).expect("a row"));
        let texts = rows.map(|row| row.text).filter(|text| is_daily_mail(text));
        articles.extend(texts.take(count - articles.len()));
        if articles.len() == count {
            break;
        }
    }
    Some(articles)
}

/// CNN's stories name it in their dateline; the others are the Daily Mail's.
fn is_daily_mail(text: &str) -> bool {
    !text.chars().take(300).collect::<String>().to_lowercase().contains("(cnn")
}
