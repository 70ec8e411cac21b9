//! The rust-bert engine's sentence vectors beside rust-bert's own pipeline: the same sentences of
//! 500 Daily Mail articles, the same process, the same number of threads.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo bench --features rust-bert --bench pretrained
//! ```
//!
//! rust-bert's `SentenceEmbeddingsModel::encode` gets them in batches of 32 in source order, which
//! is how its documentation feeds it; we get them an article at a time, from as many callers as
//! there are threads. The two must agree on every vector. `--articles N` takes fewer articles,
//! `--threads N` times one number of threads instead of 1 and 2, and `--sentences FILE` also writes
//! the sentences, one a line, for `models/recipe/parity/throughput.py`.

mod common;
#[path = "common/encoding.rs"]
mod encoding;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rust_bert::pipelines::common::ModelType;
use rust_bert::pipelines::sentence_embeddings::{
    SentenceEmbeddingsConfig, SentenceEmbeddingsModel,
};
use standfirst::Digester;
use standfirst::topics::OwnLabel;

const ARTICLES: usize = 500;
/// What rust-bert's pipeline is fed at a time.
const BATCH: usize = 32;

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
    let sentences: Vec<&str> = articles.iter().flatten().map(String::as_str).collect();
    println!("workload: {} sentences of {} Daily Mail articles", sentences.len(), articles.len());
    println!("machine: {}", common::machine());
    if let Some(path) = after("--sentences") {
        fs::write(path, sentences.join("\n")).expect("the file is written");
    }

    let asked: Option<NonZeroUsize> =
        after("--threads").map(|count| count.parse().expect("a number above 0"));
    let both = [NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1)];
    for threads in both.into_iter().filter(|threads| asked.is_none_or(|asked| asked == *threads)) {
        // Labels, so that an encoder without heads can be timed too.
        let labels = vec![OwnLabel::new("harbour", "ships and ports")];
        let builder = Digester::builder().model_folder(&folder).labels(labels).threads(threads);
        let digester = builder.build().expect("the model loads");
        let (ours, seconds) = encoding::timed(&digester, &articles, threads.get());
        let rate = sentences.len() as f64 / seconds;
        println!(
            "{threads} threads: {rate:.0} sentences/s, {:.1} articles/s",
            articles.len() as f64 / seconds
        );

        tch::set_num_threads(i32::try_from(threads.get()).expect("it is small"));
        let model = SentenceEmbeddingsModel::new(config(&folder)).expect("rust-bert loads it");
        let (theirs, their_seconds) = theirs(&model, &sentences);
        println!(
            "{threads} threads, rust-bert's own encode: {:.0} sentences/s; we are {:.2} times as fast",
            sentences.len() as f64 / their_seconds,
            their_seconds / seconds
        );
        let mut furthest = 0_f32;
        for (ours, theirs) in ours.iter().zip(&theirs) {
            for (a, b) in ours.iter().zip(theirs) {
                furthest = furthest.max((a - b).abs());
            }
        }
        println!("furthest apart of all values: {furthest:.1e}");
        assert!(furthest < 1e-4, "the two do not compute the same");
    }
}

fn theirs(model: &SentenceEmbeddingsModel, sentences: &[&str]) -> (Vec<Vec<f32>>, f64) {
    let start = Instant::now();
    let vectors = sentences
        .chunks(BATCH)
        .flat_map(|batch| model.encode(batch).expect("it encodes"))
        .collect();
    (vectors, start.elapsed().as_secs_f64())
}

/// The folder as rust-bert's pipeline wants it named.
fn config(folder: &Path) -> SentenceEmbeddingsConfig {
    let file = |name: &str| folder.join(name).into();
    SentenceEmbeddingsConfig {
        modules_config_resource: file("modules.json"),
        sentence_bert_config_resource: file("sentence_bert_config.json"),
        tokenizer_config_resource: file("tokenizer_config.json"),
        tokenizer_vocab_resource: file("vocab.txt"),
        tokenizer_merges_resource: None,
        transformer_type: ModelType::Bert,
        transformer_config_resource: file("config.json"),
        transformer_weights_resource: file("model.safetensors"),
        pooling_config_resource: file("1_Pooling/config.json"),
        dense_config_resource: None,
        dense_weights_resource: None,
        device: tch::Device::Cpu,
        kind: None,
    }
}
