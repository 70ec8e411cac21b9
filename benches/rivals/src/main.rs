//! The Rust side of the comparison with rivals; `run.py` beside this crate calls it.
//!
//! ```text
//! rivals run NAME --articles work/articles.jsonl --answers work/NAME.jsonl
//! rivals pages NAME --pages work/pages.jsonl --answers work/pages-NAME.jsonl
//! rivals score --summaries cnndm_val.jsonl.xz --topics annotated_dev.jsonl.xz work/*.jsonl
//! ```
//!
//! `rivals.rs` holds the rivals, `pages.rs` those that take articles out of HTML, `score.rs` the figures of quality. Here: one rival over all
//! articles on one thread, several times, each pass checked against the first. Out, on standard
//! output: one JSON object with the times, what came out, and the memory; `python.py` prints the
//! same for its rivals.

mod pages;
mod rivals;
mod score;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use serde::{Deserialize, Serialize};

use rivals::{Answer, Name, Rival};

#[derive(Debug, Parser)]
enum Cli {
    /// Time one rival, then write its answers
    Run(RunArgs),
    /// Time one of those that take the article out of a page
    Pages(pages::Args),
    /// The quality of answers
    Score(score::Args),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    #[arg(value_enum)]
    name: Name,

    /// JSON Lines of {"id", "text"}: what is timed
    #[arg(long)]
    articles: PathBuf,

    /// JSON Lines of {"id", "title", "text"}: answered after the timing, for the quality of topics
    #[arg(long)]
    topics: Option<PathBuf>,

    /// A folder with all-MiniLM-L6-v2's tokenizer.json, and one with a model of model2vec's form
    #[arg(long)]
    minilm: Option<PathBuf>,
    #[arg(long)]
    model2vec: Option<PathBuf>,

    /// Where the answers go, for `score`
    #[arg(long)]
    answers: Option<PathBuf>,

    /// Passes over the articles; only one when the first takes longer than a pass may
    #[arg(long, default_value_t = 3)]
    passes: usize,
    #[arg(long, default_value_t = 15.0)]
    longest_secs: f64,
}

/// An article as the rivals are given it.
#[derive(Debug, Deserialize)]
pub struct Article {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
    /// Only for a rival that is given sentences; its `text` is then empty.
    #[serde(skip)]
    sentences: Vec<String>,
}

impl Article {
    fn bytes(&self) -> usize {
        self.text.len() + self.sentences.iter().map(String::len).sum::<usize>()
    }
}

/// What a run measured.
#[derive(Debug, Serialize)]
struct Measured {
    articles: usize,
    load_secs: f64,
    pass_secs: Vec<f64>,
    /// Articles on which the rival panicked or gave an error, and those to which it had no answer.
    failed: usize,
    empty: usize,
    /// Summaries of other than three sentences.
    other_length: usize,
    /// What came out in all: sentences, tokens and so on, and whether every pass gave as much.
    amount: usize,
    unit: &'static str,
    same_each_pass: bool,
    /// Peak resident memory, and how much of it the texts themselves are.
    peak_bytes: Option<u64>,
    text_bytes: usize,
}

fn main() -> Result<()> {
    match Cli::parse() {
        Cli::Run(args) => run(&args),
        Cli::Pages(args) => pages::run(&args),
        Cli::Score(args) => score::run(&args),
    }
}

fn run(args: &RunArgs) -> Result<()> {
    let mut articles: Vec<Article> = read(&args.articles)?;
    ensure!(!articles.is_empty(), "{} holds no article", args.articles.display());
    if args.name.takes_sentences() {
        articles.iter_mut().for_each(rivals::to_sentences);
    }
    // A rival that panics has failed on the article; the message would be noise.
    panic::set_hook(Box::new(|_| ()));

    let start = Instant::now();
    let rival = args.name.load(args.minilm.as_deref(), args.model2vec.as_deref())?;
    let load_secs = start.elapsed().as_secs_f64();

    let mut answers = args.answers.as_deref().map(Answers::create).transpose()?;
    let (mut pass_secs, mut counts) = (Vec::new(), Vec::new());
    while pass_secs.len() < args.passes
        && pass_secs.first().is_none_or(|&first| first < args.longest_secs)
    {
        // Only the first pass writes, as it goes: a list of answers would count as memory.
        let out = answers.as_mut().filter(|_| counts.is_empty());
        let start = Instant::now();
        counts.push(pass(&rival, &articles, out)?);
        pass_secs.push(start.elapsed().as_secs_f64());
    }
    let first = counts[0];
    let measured = Measured {
        articles: articles.len(),
        load_secs,
        pass_secs,
        failed: first.failed,
        empty: first.empty,
        other_length: first.other_length,
        amount: first.amount,
        unit: args.name.unit(),
        same_each_pass: counts.iter().all(|count| *count == first),
        peak_bytes: peak_bytes(),
        text_bytes: articles.iter().map(Article::bytes).sum(),
    };

    if let (Some(mut answers), Some(path)) = (answers, &args.topics) {
        if args.name.topics() {
            pass(&rival, &read(path)?, Some(&mut answers))?;
        }
        answers.0.flush()?;
    }
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

/// The file of answers.
struct Answers(BufWriter<File>);

impl Answers {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create(path);
        let file = file.with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self(BufWriter::new(file)))
    }

    fn write(&mut self, id: &str, answer: Answer) -> Result<()> {
        let row = score::Row { id: id.to_owned(), answer };
        Ok(writeln!(self.0, "{}", serde_json::to_string(&row)?)?)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count {
    failed: usize,
    empty: usize,
    other_length: usize,
    amount: usize,
}

fn pass(rival: &Rival, articles: &[Article], mut out: Option<&mut Answers>) -> Result<Count> {
    let mut count = Count::default();
    for article in articles {
        let Some(answer) = guarded(rival, article) else {
            count.failed += 1;
            continue;
        };
        let is_other = |summary: &Vec<String>| summary.len() != rivals::SENTENCES;
        count.empty += usize::from(answer.amount == 0);
        count.other_length += usize::from(answer.summary.as_ref().is_some_and(is_other));
        count.amount += answer.amount;
        if let Some(out) = &mut out {
            out.write(&article.id, answer)?;
        }
    }
    Ok(count)
}

fn guarded(rival: &Rival, article: &Article) -> Option<Answer> {
    panic::catch_unwind(AssertUnwindSafe(|| rival(article))).ok()?.ok()
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let parse = |line: std::io::Result<String>| Ok(serde_json::from_str(&line?)?);
    BufReader::new(file).lines().map(parse).collect()
}

fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}
