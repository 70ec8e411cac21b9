//! The rten engine's sentence vectors: the sentences of 500 Daily Mail articles, an article at a
//! time, from as many callers as there are threads. The bench `pretrained` has the rust-bert
//! engine and rust-bert's own pipeline on the same sentences; `INT8.md` sets them side by side.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo bench --features rten --bench rten
//! ```
//!
//! `--articles N` takes fewer articles, `--threads N` times one number of threads instead of 1 and
//! 2. What is timed is checked: one thread and two must give the same bits.

mod common;
#[path = "common/encoding.rs"]
mod encoding;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use standfirst::topics::OwnLabel;
use standfirst::{Digester, Engine};

const ARTICLES: usize = 500;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let test = args.iter().any(|arg| arg == "--test");
    let Some(folder) = std::env::var_os("STANDFIRST_MINILM").map(PathBuf::from) else {
        println!("skipped: STANDFIRST_MINILM names no folder of all-MiniLM-L6-v2");
        return;
    };
    let after = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1);
    let count = after("--articles").map_or(ARTICLES, |count| count.parse().expect("a number"));
    let Some(articles) = encoding::articles(if test { 10 } else { count }) else {
        println!("skipped: the development data is not there");
        return;
    };
    let sentences: usize = articles.iter().map(Vec::len).sum();
    println!("workload: {sentences} sentences of {} Daily Mail articles", articles.len());
    println!("machine: {}", common::machine());
    let asked: Option<NonZeroUsize> =
        after("--threads").map(|count| count.parse().expect("a number above 0"));
    let both = [NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1)];
    let mut first: Option<Vec<Vec<f32>>> = None;
    for threads in both.into_iter().filter(|threads| asked.is_none_or(|asked| asked == *threads)) {
        // Labels, so that an encoder without heads can be timed too.
        let labels = vec![OwnLabel::new("harbour", "ships and ports")];
        let builder = Digester::builder().model_folder(&folder).engine(Engine::Rten);
        let digester = builder.labels(labels).threads(threads).build().expect("the model loads");
        println!("{threads} threads: loaded");
        let (vectors, seconds) = encoding::timed(&digester, &articles, threads.get());
        println!(
            "{threads} threads: {:.0} sentences/s, {:.1} articles/s",
            sentences as f64 / seconds,
            articles.len() as f64 / seconds
        );
        let first = first.get_or_insert_with(|| vectors.clone());
        assert!(*first == vectors, "threads change the vectors");
    }
}
