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

mod cli;

use std::io::{self, BufReader, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use cli::Output;
use cli::input::{Line, Lines};
use serde_json::{Value, json};
use standfirst::digest::{Failed, RowError};
use standfirst::page::{self, Page};
use standfirst::{ErrorKind, Span, sentence};

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
  split --whole --sentences --format jsonl < texts.jsonl > sentences.jsonl

Exit codes: 0 all done, 1 some lines are no rows (each gives {\"id\", \"error\": {\"kind\", \"message\"}}), 2 could not run, 130 and 143 ended by SIGINT or SIGTERM after whole rows.")]
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

fn main() -> ExitCode {
    cli::finish("split", run(&Options::parse()))
}

fn run(options: &Options) -> Result<u8> {
    let mut out = Output::new("split", false, |_| "");
    let mut code = cli::ALL_DONE;
    for line in Lines::new("-", Box::new(BufReader::new(io::stdin()))) {
        let (id, row) = match line {
            Ok(line) => (json!(line.number - 1), read(&line, options)),
            Err(failed) => (json!(failed.id), Err((None, failed.error))),
        };
        let row = row.unwrap_or_else(|(given, error)| {
            cli::shown::say("split", &error.message);
            code = cli::SOME_FAILED;
            json!({"id": given.unwrap_or(id), "error": error})
        });
        out.row(|out| writeln!(out, "{row}"))?;
    }
    out.end()?;
    Ok(code)
}

/// The row out for a line, or the id that it gives and what is wrong with it.
fn read(line: &Line, options: &Options) -> Result<Value, (Option<Value>, RowError)> {
    let wrong =
        |id, message: String| (id, Failed::new("", None, ErrorKind::InvalidRow, message).error);
    let field = if options.html { "html" } else { "text" };
    let wanted = format!("{{\"id\"?, \"{field}\"}}");
    let row: Value = serde_json::from_slice(&line.bytes)
        .map_err(|cause| wrong(None, line.is_not(&wanted, &cause)))?;
    let id = row.get("id").cloned();
    let Some(input) = row.get(field).and_then(Value::as_str) else {
        let message =
            format!("{} has no {field:?} that is a string; expected {wanted}", line.place);
        return Err(wrong(id, message));
    };
    let id = id.unwrap_or(json!(line.number - 1));
    if options.whole {
        return Ok(json!({"id": id, "sentences": places(input, sentence::split(input))}));
    }
    if options.html {
        let (text, page) = page::split_html(input);
        return Ok(digest(id, &text, &page, options));
    }
    Ok(digest(id, input, &page::split(input), options))
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
