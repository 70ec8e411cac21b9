//! The training recipe's view of a text: its sentences and their token ids.
//!
//! Reads JSON Lines (`{"id", "title"?, "text"}`) on standard input and writes one row each:
//! `{"id", "title_ids", "sentences": [{"start", "end", "ids"}]}`, offsets in bytes of `text`. The
//! recipe under `models/recipe` trains on these, so that training and the library split and
//! tokenize alike.
//!
//! ```text
//! cargo run --release --example encode -- models/embedded/tokenizer.json < rows.jsonl
//! ```

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};
use standfirst::sentence;
use tokenizers::Tokenizer;

#[derive(Deserialize)]
struct Row {
    id: String,
    title: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct Encoded {
    id: String,
    title_ids: Vec<u32>,
    sentences: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    start: usize,
    end: usize,
    ids: Vec<u32>,
}

fn main() -> Result<()> {
    let path = std::env::args().nth(1).context("usage: encode TOKENIZER.json < rows.jsonl")?;
    let tokenizer = Tokenizer::from_file(&path).map_err(|cause| anyhow!("{path}: {cause}"))?;
    let ids = |text: &str| -> Result<Vec<u32>> {
        let encoding = tokenizer.encode_fast(text, false).map_err(|cause| anyhow!(cause))?;
        Ok(encoding.get_ids().to_vec())
    };
    let mut out = BufWriter::new(stdout().lock());
    for (number, line) in stdin().lock().lines().enumerate() {
        let row: Row = serde_json::from_str(&line?)
            .with_context(|| format!("line {} of standard input", number + 1))?;
        let sentences = sentence::split(&row.text)
            .into_iter()
            .map(|span| {
                Ok(Sentence { start: span.start, end: span.end, ids: ids(span.of(&row.text))? })
            })
            .collect::<Result<_>>()?;
        let title_ids = ids(row.title.as_deref().unwrap_or(""))?;
        serde_json::to_writer(&mut out, &Encoded { id: row.id, title_ids, sentences })?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
