//! Pages to articles, or texts to sentences, one JSON row each.
//!
//! In: JSON Lines on standard input, `{"id", "text"}` or `{"id", "html"}`. Out: for each row its
//! articles (title, date, paragraphs as byte spans, truncated) and what was removed and why; or its
//! sentences, as byte spans.
//!
//! ```text
//! cargo run --release --example split < pages.jsonl
//! cargo run --release --example split -- --whole --sentences < texts.jsonl
//! ```

use std::io::{BufRead, Write};

use anyhow::Context;
use clap::Parser;
use serde_json::{Value, json};
use standfirst::Span;
use standfirst::page::{self, Page};
use standfirst::sentence;

/// Splits pages into their articles, and texts into their sentences.
#[derive(Parser)]
#[command(after_help = "\
Rows out, a line of JSON for each row in:
  split                      {\"id\", \"articles\": [{\"title\", \"published\", \"paragraphs\", \"truncated\"}], \"removed\"}
  split --sentences          the same, each article with its \"sentences\"
  split --whole --sentences  {\"id\", \"sentences\": [{\"start\", \"end\"}]}
Places are half-open byte spans of the text. A sentence with \"cut\": true ends where text without marks (a transcript, a table) was cut by length.

Examples:
  split < pages.jsonl > articles.jsonl
  split --whole --sentences --format jsonl < texts.jsonl > sentences.jsonl")]
struct Options {
    /// Take each row's text as it is, all of it running text, not as a page.
    #[arg(long, requires = "sentences", conflicts_with = "html")]
    whole: bool,
    /// Print the sentences too; with --whole nothing else.
    #[arg(long)]
    sentences: bool,
    /// The form of the output: JSON Lines, the only one.
    #[arg(long, value_parser = ["jsonl"], default_value = "jsonl", hide_default_value = true)]
    format: String,
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
        let row = if options.whole {
            json!({"id": id, "sentences": places(input, sentence::split(input))})
        } else {
            let (text, page) = split(input, options.html)?;
            digest(id, &text, &page, &options)
        };
        writeln!(out, "{row}")?;
    }
    Ok(())
}

/// The row for one page.
fn digest(id: Value, text: &str, page: &Page, options: &Options) -> Value {
    let articles: Vec<Value> = page
        .articles
        .iter()
        .map(|article| {
            let title = article
                .title
                .map(|span| json!({"text": span.of(text), "start": span.start, "end": span.end}));
            let mut row = json!({
                "title": title,
                "published": article.published,
                "paragraphs": article.paragraphs,
                "truncated": article.truncated,
            });
            if options.sentences {
                let sentences = sentence::split_paragraphs(text, &article.paragraphs);
                row["sentences"] = places(text, sentences).into();
            }
            row
        })
        .collect();
    let mut row = json!({"id": id, "articles": articles, "removed": page.removed});
    if options.html {
        row["text"] = text.into();
    }
    row
}

/// The places of sentences; `cut` where one ends by its length alone.
fn places(text: &str, sentences: Vec<Span>) -> Vec<Value> {
    let place = |span: Span| {
        let mut place = json!(span);
        if sentence::is_cut(text, span) {
            place["cut"] = true.into();
        }
        place
    };
    sentences.into_iter().map(place).collect()
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
