//! Summaries alone: an article in, its sentences out, each with its place on request.
//!
//! ```text
//! cargo run --release --example summarize -- --words 50 examples/data/page.txt
//! ```

mod cli;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use cli::Output;
use cli::input::InputArgs;
use cli::length::LengthArgs;
use standfirst::digest::{Digest, Row};
use standfirst::{Digester, Options, SummaryOptions};

/// Summarize news articles: sentences taken verbatim, in the order of the text.
#[derive(Debug, Parser)]
#[command(
    name = "summarize",
    after_help = "\
Examples:
  summarize --whole article.txt
  summarize --words 50 page.html
  summarize --offsets feed.jsonl

Exit codes: 0 all done, 1 some inputs failed, 2 could not run, 130 and 143 ended by SIGINT or
SIGTERM after whole articles."
)]
struct Cli {
    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    length: LengthArgs,

    /// Leave out datelines, asides in round brackets and the day on which something was said
    #[arg(long)]
    compress: bool,

    /// Print each sentence's byte offsets before it
    #[arg(long)]
    offsets: bool,
}

fn main() -> ExitCode {
    cli::finish("summarize", run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<u8> {
    cli.input.check()?;
    let summary =
        SummaryOptions::default().with_length(cli.length.length()).with_compress(cli.compress);
    let options = Options::default().with_summary(summary).with_topics(None).with_keywords(None);
    let digester = Digester::builder().options(options).build()?;
    let jobs = cli::jobs("summarize", None);
    let mut out = Output::new("summarize", cli::is_live(&cli.input), |_| "");
    let mut code = cli::ALL_DONE;
    for row in digester.rows(cli.input.read(), jobs) {
        match row {
            Row::Digest(digest) => out.row(|out| print(out, &digest, cli.offsets))?,
            Row::Failed(failed) => {
                cli::shown::say("summarize", &failed.error.message);
                code = cli::SOME_FAILED;
            }
        }
    }
    out.end()?;
    Ok(code)
}

/// Each article's title and sentences, a line each, and a blank line.
fn print(out: &mut impl Write, digest: &Digest, offsets: bool) -> io::Result<()> {
    for article in &digest.articles {
        if let Some(title) = &article.title {
            writeln!(out, "{}", cli::shown::one_line(&title.text))?;
        }
        for sentence in article.summary.iter().flat_map(|summary| &summary.sentences) {
            if offsets {
                let places = sentence.spans();
                let places: Vec<String> =
                    places.iter().map(|span| format!("{}-{}", span.start, span.end)).collect();
                write!(out, "{}\t", places.join(","))?;
            }
            writeln!(out, "{}", cli::shown::one_line(&sentence.text))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
