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
//! the sentences, one a line, for `benches/rivals/sentence_transformers.py`.

mod encoding;

use std::fs;
use std::path::Path;
use std::time::Instant;

use rust_bert::pipelines::common::ModelType;
use rust_bert::pipelines::sentence_embeddings::{
    SentenceEmbeddingsConfig, SentenceEmbeddingsModel,
};
use standfirst::Digester;
use standfirst::topics::OwnLabel;

/// What rust-bert's pipeline is fed at a time.
const BATCH: usize = 32;

fn main() {
    let Some(asked) = encoding::Asked::read() else { return };
    let (folder, articles, sentences) = (&asked.folder, &asked.articles, asked.sentences());
    if let Some(path) = asked.after("--sentences") {
        fs::write(path, sentences.join("\n")).expect("the file is written");
    }
    for threads in asked.threads() {
        // Labels, so that an encoder without heads can be timed too.
        let labels = vec![OwnLabel::new("harbour", "ships and ports")];
        let builder = Digester::builder().model_folder(folder).labels(labels).threads(threads);
        let digester = builder.build().expect("the model loads");
        let (ours, seconds) = encoding::timed(&digester, articles, threads.get());
        let rate = sentences.len() as f64 / seconds;
        println!(
            "{threads} threads: {rate:.0} sentences/s, {:.1} articles/s",
            articles.len() as f64 / seconds
        );

        tch::set_num_threads(i32::try_from(threads.get()).expect("it is small"));
        let model = SentenceEmbeddingsModel::new(config(folder)).expect("rust-bert loads it");
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
