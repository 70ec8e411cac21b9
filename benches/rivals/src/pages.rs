//! Rivals that take the article out of a page of HTML, each from its crate's documented entry point,
//! with its defaults.
//!
//! In: JSON Lines of {"id", "html"}, all in memory before the clock starts. Out, on standard output: one
//! JSON object with the processor time of the passes; into a file the answers: {"id", "title", "date",
//! "text"}. `pages.py` does the same for its rivals, and scores them all.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use dom_smoothie::Readability;
use serde::{Deserialize, Serialize};
use standfirst::page;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_enum)]
    name: Name,

    /// JSON Lines of {"id", "html"}
    #[arg(long)]
    pages: PathBuf,

    /// Where the answers of the first pass go
    #[arg(long)]
    answers: PathBuf,

    #[arg(long, default_value_t = 3)]
    passes: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    Standfirst,
    RsTrafilatura,
    DomSmoothie,
}

#[derive(Debug, Deserialize)]
struct Page {
    id: String,
    html: String,
}

#[derive(Debug, Default, Serialize)]
struct Answer {
    title: String,
    date: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Debug, Serialize)]
struct Measured {
    pages: usize,
    failed: usize,
    pass_secs: Vec<f64>,
}

pub fn run(args: &Args) -> Result<()> {
    let pages: Vec<Page> = crate::read(&args.pages)?;
    // A rival that panics has failed on the page; the message would be noise.
    panic::set_hook(Box::new(|_| ()));
    let take = match args.name {
        Name::Standfirst => standfirst as fn(&str) -> Result<Answer>,
        Name::RsTrafilatura => rs_trafilatura,
        Name::DomSmoothie => dom_smoothie,
    };
    let (mut answers, mut pass_secs) = (Vec::new(), Vec::new());
    for pass in 0..args.passes.max(1) {
        let start = cpu_secs()?;
        for page in &pages {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| take(&page.html)));
            let answer = answer.ok().and_then(Result::ok);
            if pass == 0 {
                answers.push(answer);
            }
        }
        pass_secs.push(cpu_secs()? - start);
    }
    let failed = answers.iter().filter(|answer| answer.is_none()).count();
    let file = File::create(&args.answers);
    let file = file.with_context(|| format!("{} cannot be written", args.answers.display()))?;
    let mut out = BufWriter::new(file);
    for (page, answer) in pages.iter().zip(answers) {
        let row = Row { id: &page.id, answer: answer.unwrap_or_default() };
        writeln!(out, "{}", serde_json::to_string(&row)?)?;
    }
    out.flush()?;
    println!("{}", serde_json::to_string(&Measured { pages: pages.len(), failed, pass_secs })?);
    Ok(())
}

/// The processor time of this thread: what else the machine does counts for nothing.
fn cpu_secs() -> Result<f64> {
    let times = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = times.split(' ').next().unwrap_or("").parse()?;
    Ok(nanoseconds / 1e9)
}

/// The whole page step; title and day are those of the longest article, the text is that of all, with
/// the titles of the others.
fn standfirst(html: &str) -> Result<Answer> {
    let (text, page) = page::split_html(html);
    let length = |article: &page::Section| -> usize {
        article.paragraphs.iter().map(|span| span.of(&text).chars().count()).sum()
    };
    let lengths: Vec<usize> = page.articles.iter().map(length).collect();
    let longest = (0..lengths.len()).rev().max_by_key(|&at| lengths[at]);
    let mut answer = Answer::default();
    for (at, article) in page.articles.iter().enumerate() {
        let title = article.title.map_or("", |span| span.of(&text));
        if Some(at) == longest {
            answer.title = title.to_owned();
            answer.date = article.published.clone().unwrap_or_default();
        } else {
            answer.text.push_str(title);
            answer.text.push('\n');
        }
        for span in &article.paragraphs {
            answer.text.push_str(span.of(&text));
            answer.text.push('\n');
        }
    }
    Ok(answer)
}

fn rs_trafilatura(html: &str) -> Result<Answer> {
    let found = rs_trafilatura::extract(html)?;
    Ok(Answer {
        title: found.metadata.title.unwrap_or_default(),
        date: found.metadata.date.map(|date| date.to_rfc3339()).unwrap_or_default(),
        text: found.content_text,
    })
}

fn dom_smoothie(html: &str) -> Result<Answer> {
    let found = Readability::new(html, None, None)?.parse()?;
    Ok(Answer {
        title: found.title,
        date: found.published_time.unwrap_or_default(),
        text: found.text_content.to_string(),
    })
}
