//! The training recipe's view of keywords: the candidates of an article and their features.
//!
//! Reads JSON Lines (`{"id", "title", "text"}`) on standard input and writes one row each:
//! `{"id", "candidates": [{"text", "features": {…}}]}`, the features under their names.
//!
//! ```text
//! cargo run --release --features _recipe --example keyword_features < articles.jsonl
//! ```

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use standfirst::Digester;
use standfirst::keywords::Described;

#[derive(Serialize)]
struct Row {
    id: Value,
    candidates: Vec<Described>,
}

fn main() -> Result<()> {
    let digester = Digester::new()?;
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let mut row: Value = serde_json::from_str(&line?)?;
        let title = row["title"].as_str().filter(|title| !title.is_empty());
        let candidates =
            digester.keyword_candidates(title, row["text"].as_str().unwrap_or_default());
        serde_json::to_writer(&mut out, &Row { id: row["id"].take(), candidates })?;
        writeln!(out)?;
    }
    Ok(())
}
