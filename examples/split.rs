//! Pages to articles, one JSON row a page.
//!
//! In: JSON Lines on standard input, `{"id", "text"}` or `{"id", "html"}`. Out: for each row its
//! articles (title, date, paragraphs as byte spans, truncated) and what was removed and why.
//!
//! ```text
//! cargo run --release --example split < pages.jsonl
//! ```

use std::io::{BufRead, Write};

use anyhow::Context;
use clap::Parser;
use serde_json::{Value, json};
use standfirst::page::{self, Page};

/// Splits pages into their articles.
#[derive(Parser)]
#[command(after_help = "Example: split < pages.jsonl > articles.jsonl")]
struct Options {
    /// Read the rows' `html` in place of their `text`; the row out then has the extracted `text`.
    #[arg(long)]
    html: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (n, line) in std::io::stdin().lock().lines().enumerate() {
        let row: Value =
            serde_json::from_str(&line?).with_context(|| format!("line {}: not JSON", n + 1))?;
        let field = if options.html { "html" } else { "text" };
        let input = row.get(field).and_then(Value::as_str);
        let input = input.with_context(|| format!("line {}: no {field}", n + 1))?;
        let id = row.get("id").cloned().unwrap_or(json!(n));
        let (text, page) = split(input, options.html)?;
        let row = digest(id, &text, &page, options.html);
        writeln!(out, "{row}")?;
    }
    Ok(())
}

/// The row for one page.
fn digest(id: Value, text: &str, page: &Page, extracted: bool) -> Value {
    let articles: Vec<Value> = page
        .articles
        .iter()
        .map(|article| {
            let title = article
                .title
                .map(|span| json!({"text": span.of(text), "start": span.start, "end": span.end}));
            json!({
                "title": title,
                "published": article.published,
                "paragraphs": article.paragraphs,
                "truncated": article.truncated,
            })
        })
        .collect();
    let mut row = json!({"id": id, "articles": articles, "removed": page.removed});
    if extracted {
        row["text"] = text.into();
    }
    row
}

#[cfg(feature = "html")]
fn split(input: &str, html: bool) -> anyhow::Result<(String, Page)> {
    Ok(if html { page::split_html(input) } else { (input.into(), page::split(input)) })
}

#[cfg(not(feature = "html"))]
fn split(input: &str, html: bool) -> anyhow::Result<(String, Page)> {
    anyhow::ensure!(!html, "built without the feature `html`");
    Ok((input.into(), page::split(input)))
}
