//! One thread over the Daily Mail articles of the development data: articles a second beside the
//! `tokenizers` crate alone on the same text, time to load, and memory.
//!
//! ```text
//! cargo bench --bench daily_mail
//! ```
//!
//! Where the data is not there, the long story of the example page stands in, and the report says
//! so: its figures are then not those of the README.

mod common;

use std::fs;
use std::time::Instant;

use standfirst::{Digester, Input, Span, page, sentence};
use tokenizers::Tokenizer;

/// Passes over the articles; the median is reported.
const PASSES: usize = 5;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let passes = if std::env::args().any(|arg| arg == "--test") { 1 } else { PASSES };
    let (name, texts) = workload();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("workload: {} articles, {bytes} bytes, {name}", texts.len());
    println!("machine: {}", common::machine());

    let load = median((0..passes).map(|_| seconds(Digester::new)).collect());
    let start = Instant::now();
    let digester = Digester::new().expect("the embedded model loads");
    let first = Input::article("first", texts.first().expect("there is an article").as_str());
    digester.digest(&first).expect("the first article digests");
    let load_and_first = start.elapsed().as_secs_f64();

    let inputs: Vec<Input> =
        texts.iter().map(|text| Input::article("article", text.as_str())).collect();
    let digest_all = || {
        inputs
            .iter()
            .filter(|input| {
                !digester.digest(input).expect("an article digests").articles.is_empty()
            })
            .count()
    };
    let digest =
        median((0..passes).map(|_| seconds(|| assert_eq!(digest_all(), inputs.len()))).collect());

    let json = include_bytes!("../models/embedded/tokenizer.json");
    let tokenizer = Tokenizer::from_bytes(json).expect("the embedded tokenizer loads");
    let encode_all = || -> usize {
        let sentences = |text: &String| -> usize {
            let spans = sentence::split(text);
            let tokens = |span: &Span| {
                tokenizer.encode_fast(span.of(text), false).expect("it encodes").len()
            };
            spans.iter().map(tokens).sum()
        };
        texts.iter().map(sentences).sum()
    };
    let tokens = encode_all();
    let encode =
        median((0..passes).map(|_| seconds(|| assert_eq!(encode_all(), tokens))).collect());

    let articles = texts.len() as f64;
    println!("load: {:.1} ms; load and first digest: {:.1} ms", load * 1e3, load_and_first * 1e3);
    println!(
        "digest, one thread: {:.0} articles/s, {:.2} MB/s, {:.2} times `tokenizers` alone",
        articles / digest,
        bytes as f64 / digest / 1e6,
        digest / encode
    );
    println!(
        "`tokenizers` alone (20,000 pieces, by sentence): {:.0} articles/s",
        articles / encode
    );
    match peak_memory_kib() {
        Some(kib) => println!(
            "peak resident memory, the articles included: {:.0} MB",
            kib as f64 * 1024.0 / 1e6
        ),
        None => println!("peak resident memory: not told by this system"),
    }
}

/// The articles, and what they are.
fn workload() -> (String, Vec<String>) {
    if let Some(articles) = common::daily_mail() {
        return ("Daily Mail part of cnndm_val".to_owned(), articles);
    }
    let text = include_str!("../examples/data/page.txt");
    let page = page::split(text);
    let story = page.articles.first().expect("the example page has an article");
    let body: Vec<&str> = story.paragraphs.iter().map(|span| span.of(text)).collect();
    ("the example page's story (no development data here)".to_owned(), vec![body.join("\n"); 50])
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

fn peak_memory_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok()
    })
}
