//! One process, many inputs: is memory flat, is a handle leaked, is there a row for each?
//!
//! ```text
//! cargo run --release -p standfirst-measure --bin soak -- --inputs 1000000
//! ```
//!
//! Inputs are drawn from the development data where it lies beside the checkout, else from the example
//! page, and one in ten is hostile: a unit of a few characters said over and over, tags left open, text
//! cut within a word, bytes that are no text. They go through `Digester::rows` on two threads, as those of
//! a service would. Ends with 1 where memory grew by more than 5% after the first part, a handle stayed
//! open, or a row is missing or out of order.

use std::fs;
use std::num::NonZeroUsize;
use std::time::Instant;

use anyhow::ensure;
use clap::Parser;
use fastrand::Rng;
use standfirst::digest::{Failed, Row};
use standfirst::{Digester, Input};
use standfirst_measure::articles::daily_mail;
use standfirst_measure::machine::{machine, memory_kib};
use standfirst_measure::root;

/// Digests many inputs in one process and watches its memory and its handles.
#[derive(Debug, Parser)]
struct Args {
    /// How many inputs
    #[arg(long, default_value_t = 1_000_000)]
    inputs: usize,
    /// After so many, memory must stay as it is
    #[arg(long, default_value_t = 50_000)]
    settled: usize,
    /// Threads
    #[arg(long, default_value = "2")]
    jobs: NonZeroUsize,
    /// Of the draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Articles of the development data that are drawn from
    #[arg(long, default_value_t = 2000)]
    articles: usize,
    /// The longest hostile input, in bytes
    #[arg(long, default_value_t = 20_000)]
    hostile_bytes: usize,
}

/// What memory may grow by, in hundredths, once it has settled.
const MOST_GROWTH: f64 = 5.0;
/// Lines of the table.
const SAMPLES: usize = 20;

/// What a hostile unit is made of.
const PIECES: [&str; 40] = [
    " ", "\n", "\t", "|", "»", ".", ",", ":", "\"", "“", "(", ")", "[", "-", "—", "*", "#", "&",
    "@", "%", "1", "3/4", "a", "A", "é", "文", "。", "ไ", "ש", "Mr.", "By ", "said ", "<p>", "<b ",
    "</i>", "<!--", "&#", "\0", "\u{301}", "\u{202e}",
];

struct Inputs {
    digested: Vec<String>,
    rng: Rng,
    next: usize,
    end: usize,
    hostile_bytes: usize,
}

impl Iterator for Inputs {
    type Item = Result<Input, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.end {
            return None;
        }
        let id = self.next.to_string();
        self.next += 1;
        if self.rng.u32(0..10) == 0 {
            return Some(self.hostile(&id));
        }
        let text = self.digested.get(self.rng.usize(..self.digested.len())).cloned();
        let text = text.unwrap_or_default();
        Some(Ok(if self.rng.bool() { Input::page(id, text) } else { Input::article(id, text) }))
    }
}

impl Inputs {
    fn hostile(&mut self, id: &str) -> Result<Input, Failed> {
        let rng = &mut self.rng;
        let size = rng.usize(1..=self.hostile_bytes);
        let mut text = match rng.u32(0..3) {
            0 => String::new(),
            _ => self.digested.get(rng.usize(..self.digested.len())).cloned().unwrap_or_default(),
        };
        let cut = boundary(&text, rng.usize(..=text.len()));
        text.truncate(cut);
        let unit: String =
            (0..rng.usize(1..=6)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect();
        text.push_str(&unit.repeat(size / unit.len() + 1));
        match rng.u32(0..4) {
            0 => Ok(Input::page(id, text)),
            1 => Ok(Input::article(id, text)),
            2 => Ok(Input::html(id, text)),
            _ => {
                let mut bytes = text.into_bytes();
                for _ in 0..rng.usize(1..200) {
                    let at = rng.usize(..bytes.len());
                    bytes[at] = rng.u8(..);
                }
                let failed = |error: standfirst::Error| Failed::from_error(id, None, &error);
                Input::from_bytes(id, bytes).map_err(failed)
            }
        }
    }
}

/// The last place at or before `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The handles that this process holds; `None` where the system does not say.
fn handles() -> Option<usize> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count())
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (what, digested) = match daily_mail(args.articles) {
        Some(articles) => ("articles of the development data", articles),
        None => {
            ("the example page", vec![fs::read_to_string(root().join("examples/data/page.txt"))?])
        }
    };
    println!("machine: {}", machine());
    println!(
        "{} inputs: {} {what}, one in ten hostile, {} threads",
        args.inputs,
        digested.len(),
        args.jobs
    );
    let digester = Digester::new()?;
    let inputs = Inputs {
        digested,
        rng: Rng::with_seed(args.seed),
        next: 0,
        end: args.inputs,
        hostile_bytes: args.hostile_bytes,
    };
    let handles_before = handles();
    let start = Instant::now();
    println!(
        "{:>9} {:>9} {:>9} {:>8} {:>12} {:>12} {:>8}",
        "rows", "failed", "row/s", "handles", "VmRSS KiB", "VmHWM KiB", "row MB"
    );
    let (mut rows, mut failed, mut bytes) = (0, 0, 0);
    let (mut settled, mut most) = (None, 0);
    let step = (args.inputs / SAMPLES).max(1);
    for row in digester.rows(inputs, args.jobs) {
        ensure!(row.id() == rows.to_string(), "row {rows} is of input {}", row.id());
        rows += 1;
        failed += usize::from(matches!(row, Row::Failed(_)));
        bytes += row.to_json().len();
        // Between the samples of the table too: a peak counts.
        if rows % 1000 == 0 || rows == args.settled {
            let memory = memory_kib("VmRSS").unwrap_or(0);
            if rows >= args.settled {
                settled.get_or_insert(memory);
                most = most.max(memory);
            }
        }
        if rows % step == 0 {
            println!(
                "{rows:>9} {failed:>9} {:>9.0} {:>8} {:>12} {:>12} {:>8}",
                rows as f64 / start.elapsed().as_secs_f64(),
                handles().map_or("?".to_owned(), |count| count.to_string()),
                memory_kib("VmRSS").unwrap_or(0),
                memory_kib("VmHWM").unwrap_or(0),
                bytes / 1_000_000,
            );
        }
    }
    ensure!(rows == args.inputs, "{rows} rows of {} inputs", args.inputs);
    let after = handles();
    ensure!(after <= handles_before, "{after:?} handles open, {handles_before:?} before");
    let Some(settled) = settled else {
        println!("{rows} rows, each in its place; too few to say whether memory is flat");
        return Ok(());
    };
    let growth = 100.0 * (most as f64 / settled.max(1) as f64 - 1.0);
    println!(
        "{rows} rows, each in its place; {settled} KiB after {}, at most {most} after that: {growth:+.1}%",
        args.settled
    );
    ensure!(growth <= MOST_GROWTH, "memory grew by more than {MOST_GROWTH}%");
    Ok(())
}
