//! The training recipe's view of a text: its sentences and their token ids.
//!
//! Reads JSON Lines on standard input, `{"id", "title"?, "text"}`, and writes one row each:
//! `{"id", "title_ids", "sentences": [{"start", "end", "ids"}]}`, offsets in bytes of `text`. A row
//! with `"sentences": ["…"]` in place of `text` is not split: they are taken as they stand, with
//! the offsets that they have when line feeds join them. The recipe under `models/recipe` trains
//! on these, so that training and the library split and tokenize alike.
//!
//! ```text
//! cargo run --release --example encode -- models/embedded/tokenizer.json < rows.jsonl
//! ```

#[path = "cli/output.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod output;
#[path = "cli/shown.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod shown;

use std::io::{BufRead, Write, stdin};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use output::{ALL_DONE, Output, finish};
use serde::{Deserialize, Serialize};
use standfirst::{Span, sentence};
use tokenizers::Tokenizer;

#[derive(Deserialize)]
struct Row {
    id: String,
    title: Option<String>,
    text: Option<String>,
    sentences: Option<Vec<String>>,
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

fn main() -> ExitCode {
    finish("encode", run())
}

/// What trains on the rows must have them all: the first that is wrong ends the run.
fn run() -> Result<u8> {
    let path = std::env::args().nth(1).context("usage: encode TOKENIZER.json < rows.jsonl")?;
    let tokenizer = Tokenizer::from_file(&path).map_err(|cause| anyhow!("{path}: {cause}"))?;
    let mut out = Output::new("encode", false, |_| "");
    for (number, line) in stdin().lock().lines().enumerate() {
        let here = || format!("line {} of standard input", number + 1);
        let line = line.with_context(here)?;
        let line = line.strip_prefix('\u{feff}').unwrap_or(&line);
        let row: Row = serde_json::from_str(line).with_context(here)?;
        let encoded = encode(row, &tokenizer).with_context(here)?;
        out.row(|out| -> Result<()> {
            serde_json::to_writer(&mut *out, &encoded)?;
            Ok(out.write_all(b"\n")?)
        })?;
    }
    out.end()?;
    Ok(ALL_DONE)
}

fn encode(row: Row, tokenizer: &Tokenizer) -> Result<Encoded> {
    let (text, spans) = match (row.text, row.sentences) {
        (Some(text), None) => {
            let spans = sentence::split(&text);
            (text, spans)
        }
        (None, Some(sentences)) => {
            let spans = as_they_stand(&sentences);
            (sentences.join("\n"), spans)
        }
        _ => bail!("a row has either text or sentences"),
    };
    let ids = |text: &str| -> Result<Vec<u32>> {
        let encoding = tokenizer.encode_fast(text, false).map_err(|cause| anyhow!(cause))?;
        Ok(encoding.get_ids().to_vec())
    };
    let sentences = spans
        .into_iter()
        .map(|span| Ok(Sentence { start: span.start, end: span.end, ids: ids(span.of(&text))? }))
        .collect::<Result<_>>()?;
    let title_ids = ids(row.title.as_deref().unwrap_or(""))?;
    Ok(Encoded { id: row.id, title_ids, sentences })
}

/// The spans of sentences that line feeds join.
fn as_they_stand(sentences: &[String]) -> Vec<Span> {
    let mut start = 0;
    sentences
        .iter()
        .map(|sentence| {
            let span = Span::new(start, start + sentence.len());
            start = span.end + 1;
            span
        })
        .collect()
}
