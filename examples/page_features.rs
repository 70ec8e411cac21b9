//! The training recipe's view of a page: the features of its lines, or its articles under other weights.
//!
//! Reads JSON Lines (`{"id", "text"}`, or `html` in place of `text`) on standard input and writes
//! one row each, offsets in bytes of `text`:
//!
//! - `{"id", "text", "lines": [{"start", "end", "line": {…}, "place": {…}, "markup": {…}}]}`, the
//!   features of each line under their names; `markup` is null for plain text;
//! - with `--headlines`, `{"id", "text", "titles": [{"span", "features": {…}}], "openings": […]}`, what
//!   may be the page's headline (`span` is null for there being none) and those of other articles;
//! - with `--weights FILE`, `{"id", "text", "articles": […]}`, split by the weights of that file.
//!
//! ```text
//! cargo run --release --features _recipe --example page_features < pages.jsonl
//! ```

use std::fs;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use serde::Serialize;
use serde_json::Value;
use standfirst::page::Section;
use standfirst::page::recipe::{
    Headlines, Line, Splitter, html_headlines, html_lines, text_headlines, text_lines,
};

/// Features of pages for the recipe.
#[derive(Parser)]
struct Options {
    /// Read the rows' `html` in place of their `text`.
    #[arg(long)]
    html: bool,
    /// Give what may be headlines in place of the lines.
    #[arg(long, conflicts_with = "weights")]
    headlines: bool,
    /// Split the pages by the weights of this file, made like data/page.json.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

/// A row of features: written field by field, so that names keep the library's order.
#[derive(Serialize)]
struct Features {
    id: Value,
    text: String,
    lines: Vec<Line>,
}

/// A row of what may be headlines.
#[derive(Serialize)]
struct Titled {
    id: Value,
    text: String,
    #[serde(flatten)]
    found: Headlines,
}

/// A row of articles.
#[derive(Serialize)]
struct Split {
    id: Value,
    text: String,
    articles: Vec<Section>,
}

fn main() -> Result<()> {
    let Options { html, headlines, weights } = Options::parse();
    let splitter = weights.map(|path| {
        let json = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Splitter::from_json(&json).with_context(|| path.display().to_string())
    });
    let splitter = splitter.transpose()?;
    let mut out = BufWriter::new(stdout().lock());
    for (number, line) in stdin().lock().lines().enumerate() {
        let number = number + 1;
        let row: Value =
            serde_json::from_str(&line?).with_context(|| format!("line {number}: not JSON"))?;
        let field = if html { "html" } else { "text" };
        let page = row.get(field).and_then(Value::as_str);
        let page = page.with_context(|| format!("line {number}: no {field}"))?;
        let id = row["id"].clone();
        match &splitter {
            None if headlines => {
                let (text, found) = if html {
                    html_headlines(page)
                } else {
                    (page.to_owned(), text_headlines(page))
                };
                serde_json::to_writer(&mut out, &Titled { id, text, found })?;
            }
            None => {
                let (text, lines) =
                    if html { html_lines(page) } else { (page.to_owned(), text_lines(page)) };
                serde_json::to_writer(&mut out, &Features { id, text, lines })?;
            }
            Some(splitter) => {
                let (text, page) = if html {
                    splitter.split_html(page)
                } else {
                    (page.to_owned(), splitter.split(page))
                };
                serde_json::to_writer(&mut out, &Split { id, text, articles: page.articles })?;
            }
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
