//! A stream of 100,000 articles on two threads: what the process holds in memory from the first
//! tenth to the last.
//!
//! ```text
//! cargo bench --bench stream
//! ```
//!
//! The articles are 2,000 of the Daily Mail's of the development data, over and over, each read as
//! a page and written as JSON that is then dropped; they stand in memory themselves, which the
//! figures include. Where the data is not there, the example page stands in, and the report says
//! so. `--articles N` streams fewer.

use std::num::NonZeroUsize;
use std::time::Instant;

use standfirst::{Digester, Input};
use standfirst_measure::articles::daily_mail;
use standfirst_measure::machine::{machine, memory_kib};

const ARTICLES: usize = 100_000;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let asked = args.iter().skip_while(|arg| *arg != "--articles").nth(1);
    let count = match asked {
        Some(count) => count.parse().expect("a number"),
        None if args.iter().any(|arg| arg == "--test") => 200,
        None => ARTICLES,
    };
    let (name, texts) = match daily_mail(2000) {
        Some(texts) => ("articles of the Daily Mail", texts),
        None => (
            "the example page (no development data here)",
            vec![include_str!("../examples/data/page.txt").to_owned()],
        ),
    };
    println!("workload: {count} times one of {} {name}", texts.len());
    println!("machine: {}", machine());

    let digester = Digester::new().expect("the embedded model loads");
    let inputs = (0..count).map(move |index| {
        let text = texts.get(index % texts.len()).expect("there are articles");
        Ok(Input::page(index.to_string(), text.as_str()))
    });
    let start = Instant::now();
    let two = NonZeroUsize::MIN.saturating_add(1);
    let (mut bytes, mut held) = (0, Vec::new());
    for (index, row) in digester.rows(inputs, two).enumerate() {
        bytes += row.to_json().len();
        if index % (count / 100).max(1) == 0 {
            held.extend(memory_kib("VmRSS").map(|kib| kib as f64 * 1024.0 / 1e6));
        }
    }
    let took = start.elapsed().as_secs_f64();
    println!("{:.0} articles/s, {:.1} MB of JSON", count as f64 / took, bytes as f64 / 1e6);
    let tenth = held.len().div_ceil(10);
    let mean = |held: &[f64]| held.iter().sum::<f64>() / held.len() as f64;
    let (Some(first), Some(last)) = (held.get(..tenth), held.get(held.len() - tenth..)) else {
        println!("memory: not told by this system");
        return;
    };
    let (first, last) = (mean(first), mean(last));
    println!(
        "resident memory: {first:.1} MB in the first tenth, {last:.1} MB in the last ({:+.1}%); at \
         most {:.1} MB",
        (last / first - 1.0) * 100.0,
        memory_kib("VmHWM").unwrap_or(0) as f64 * 1024.0 / 1e6
    );
    if count >= ARTICLES {
        assert!((last / first - 1.0).abs() < 0.05, "memory is not flat");
    }
}
