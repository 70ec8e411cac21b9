//! The whole digest of 2,000 Daily Mail articles, from the text of a page to the row as JSON,
//! beside what the `tokenizers` crate alone needs to encode the same text; on one thread and on
//! two; and the time to load, the first digest, and memory.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo bench --bench daily_mail
//! ```
//!
//! The vocabulary is that of all-MiniLM-L6-v2 (BERT's, 30,522 pieces), each article encoded whole
//! by `encode_fast`, without special tokens; without `STANDFIRST_MINILM` the embedded model's
//! 20,000 pieces stand in, and the report says so. The passes of the two take turns, so that a
//! slow minute of the machine meets both; every pass must give what the first gave.
//!
//! Where the development data is not there, the long story of the example page stands in, and the
//! report says so: its figures are then not those of `benches/README.md`.
//!
//! `--limit FILE` reads the ratio that the digest may take of the crate's time from a file and
//! fails above it: the gate of continuous integration.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use standfirst::{Digester, Input, page};
use standfirst_measure::articles::daily_mail;
use standfirst_measure::machine::{machine, memory_kib};
use tokenizers::Tokenizer;

/// Passes over the articles; medians are reported.
const PASSES: usize = 7;

const ARTICLES: usize = 2000;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let passes = if args.iter().any(|arg| arg == "--test") { 1 } else { PASSES };
    let limit = args.iter().skip_while(|arg| *arg != "--limit").nth(1);
    let (name, texts) = workload();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("workload: {} articles, {bytes} bytes, {name}", texts.len());
    println!("machine: {}", machine());

    let load = median((0..passes).map(|_| seconds(Digester::new)).collect());
    let first = Input::page("first", texts.first().expect("there is an article").as_str());
    let load_and_first = (0..passes).map(|_| {
        seconds(|| Digester::new().expect("it loads").digest(&first).expect("it digests"))
    });
    let load_and_first = median(load_and_first.collect());
    println!("load: {:.1} ms; load and first digest: {:.1} ms", load * 1e3, load_and_first * 1e3);

    let digester = Digester::new().expect("the embedded model loads");
    let inputs: Vec<Input> =
        texts.iter().map(|text| Input::page("article", text.as_str())).collect();
    // The copies stand ready before the clock runs: who streams reads them from somewhere.
    let rows = |threads: usize, inputs: Vec<Input>| -> usize {
        let threads = NonZeroUsize::new(threads).expect("it is above 0");
        let rows = digester.rows(inputs.into_iter().map(Ok), threads);
        rows.map(|row| row.to_json().len()).sum()
    };
    let (pieces, tokenizer) = tokenizer();
    let encode = || -> usize {
        let tokens =
            |text: &String| tokenizer.encode_fast(text.as_str(), false).expect("it encodes").len();
        texts.iter().map(tokens).sum()
    };

    let (bytes_out, tokens) = (rows(1, inputs.clone()), encode());
    let (mut one, mut two, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..passes {
        alone.push(seconds(|| assert_eq!(encode(), tokens)));
        for (threads, times) in [(1, &mut one), (2, &mut two)] {
            let inputs = inputs.clone();
            times.push(seconds(|| assert_eq!(rows(threads, inputs), bytes_out)));
        }
    }
    let ratio = median(one.iter().zip(&alone).map(|(one, alone)| one / alone).collect());
    let speedup = median(one.iter().zip(&two).map(|(one, two)| one / two).collect());
    let articles = texts.len() as f64;
    let (one, two, alone) = (median(one), median(two), median(alone));
    println!(
        "`tokenizers` alone, {pieces} pieces: {:.0} articles/s, {tokens} tokens",
        articles / alone
    );
    println!(
        "digest to JSON, one thread: {:.0} articles/s, {:.2} MB/s, {ratio:.2} times the time of \
         `tokenizers` alone",
        articles / one,
        bytes as f64 / one / 1e6,
    );
    println!(
        "digest to JSON, two threads: {:.0} articles/s, {speedup:.2} times one",
        articles / two
    );
    match memory_kib("VmHWM") {
        Some(kib) => println!(
            "peak resident memory, the articles and their copies included: {:.0} MB",
            kib as f64 * 1024.0 / 1e6
        ),
        None => println!("peak resident memory: not told by this system"),
    }
    if let Some(limit) = limit {
        let text = std::fs::read_to_string(limit).expect("the limit can be read");
        let number = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let limit: f64 = number.trim().parse().expect("the limit is a number");
        assert!(
            ratio <= limit,
            "the digest took {ratio:.2} times the time of `tokenizers` alone, at most {limit} is allowed"
        );
        println!("within the limit of {limit}");
    }
}

/// The articles, and what they are.
fn workload() -> (String, Vec<String>) {
    if let Some(articles) = daily_mail(ARTICLES) {
        return ("Daily Mail part of cnndm_val, then of cnndm_train".to_owned(), articles);
    }
    let text = include_str!("../examples/data/page.txt");
    let page = page::split(text);
    let story = page.articles.first().expect("the example page has an article");
    let body: Vec<&str> = story.paragraphs.iter().map(|span| span.of(text)).collect();
    ("the example page's story (no development data here)".to_owned(), vec![body.join("\n"); 200])
}

/// The crate's tokenizer, cutting and filling nothing, and how many pieces it knows.
fn tokenizer() -> (usize, Tokenizer) {
    let embedded = include_bytes!("../models/embedded/tokenizer.json");
    let mut tokenizer = match std::env::var_os("STANDFIRST_MINILM") {
        Some(folder) => Tokenizer::from_file(PathBuf::from(folder).join("tokenizer.json")),
        None => Tokenizer::from_bytes(embedded),
    }
    .expect("the tokenizer loads");
    tokenizer.with_padding(None).with_truncation(None).expect("it can be used whole");
    (tokenizer.get_vocab_size(true), tokenizer)
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
