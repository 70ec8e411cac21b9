//! The engine against the reference libraries: logits, vectors and generated ids of tiny random
//! models (`models/recipe/parity` makes them); and our own forward pass against rust-bert's.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use rust_bert::pipelines::generation_utils::GenerateOptions;
use serde::Deserialize;
use serde_json::Value;
use tch::nn::VarStore;

use super::bert::{Bert, Products};
use super::classifier::{Head, Row};
use super::runtime::{floats, padded};
use super::vectors::transformer;
use super::writer::{Author, Source};
use super::{Abstractor, Runtime, encoder};
use crate::model::seams::{SentenceEncoder, ToWrite, Writer};
use crate::options::{AbstractOptions, Device};
use crate::pretrained::checkpoint::Checkpoint;
use crate::pretrained::encoder::Encoder;
use crate::summary::Length;

/// 32-bit sums of two programs.
const LOGIT_TOLERANCE: f32 = 5e-5;
const VECTOR_TOLERANCE: f32 = 2e-5;

#[derive(Deserialize)]
struct Golden {
    models: BTreeMap<String, Model>,
}

#[derive(Deserialize)]
struct Model {
    task: String,
    window: usize,
    #[serde(default)]
    cases: BTreeMap<String, Options>,
    inputs: Vec<Input>,
}

#[derive(Deserialize, Clone)]
struct Options {
    num_beams: i64,
    length_penalty: f64,
    no_repeat_ngram_size: i64,
    min_length: i64,
    max_length: i64,
    early_stopping: bool,
}

#[derive(Deserialize)]
struct Input {
    name: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    ids: Vec<u32>,
    #[serde(default)]
    type_ids: Vec<u32>,
    #[serde(default)]
    logits: Vec<f32>,
    #[serde(default)]
    vector: Vec<f32>,
    #[serde(default)]
    outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
struct Output {
    ids: Vec<i64>,
}

fn golden() -> BTreeMap<String, Model> {
    let golden: Golden =
        serde_json::from_str(include_str!("../../../tests/golden/rust-bert.json")).unwrap();
    golden.models
}

fn folder(name: &str) -> PathBuf {
    // Tests run in the root of the package.
    Path::new("tests/golden/rust-bert").join(name)
}

fn runtime(threads: usize) -> Runtime {
    Runtime::new(Device::Cpu, NonZeroUsize::new(threads).unwrap()).unwrap()
}

fn loaded(name: &str, threads: usize) -> Encoder {
    encoder(Checkpoint::open(&folder(name)).unwrap(), &runtime(threads)).unwrap()
}

fn check(found: impl IntoIterator<Item = f32>, expected: &[f32], tolerance: f32, place: &str) {
    let found: Vec<f32> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{place}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{place}: {found} {expected}");
    }
}

#[test]
fn classifiers_and_entailment_models_give_the_reference_logits() {
    let mut seen = 0;
    for (name, model) in golden() {
        if model.task != "classifier" && model.task != "zero-shot" {
            continue;
        }
        let head = Head::load(Checkpoint::open(&folder(&name)).unwrap(), &runtime(1)).unwrap();
        let rows: Vec<Row> = model
            .inputs
            .iter()
            .map(|input| {
                let types = if input.type_ids.is_empty() {
                    vec![0; input.ids.len()]
                } else {
                    input.type_ids.clone()
                };
                Row { ids: input.ids.clone(), types }
            })
            .collect();
        // All together, each alone, and in the other order: the batch must not show.
        let together = head.logits(rows.clone()).unwrap();
        let reversed = head.logits(rows.iter().rev().cloned().collect()).unwrap();
        for (index, (input, row)) in model.inputs.iter().zip(&rows).enumerate() {
            let place = format!("{name} {}", input.name);
            let alone = head.logits(vec![row.clone()]).unwrap();
            for found in
                [together.row(index), alone.row(0), reversed.row(model.inputs.len() - 1 - index)]
            {
                check(found.iter().copied(), &input.logits, LOGIT_TOLERANCE, &place);
            }
            if model.task == "classifier" && input.ids.len() < model.window {
                let ids = head.frame.around(&head.tokenizer.encode(&input.text).unwrap());
                assert_eq!(ids, input.ids, "{place}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 40, "{seen}");
}

#[test]
fn summarizers_write_what_the_reference_writes() {
    let (mut seen, mut other) = (0, Vec::new());
    for (name, model) in golden() {
        if model.task != "summarizer" {
            continue;
        }
        let checkpoint = Checkpoint::open(&folder(&name)).unwrap();
        let source = Source::of(&checkpoint, &checkpoint.tensors().unwrap()).unwrap();
        let own = AbstractOptions::default();
        let author =
            Author::load(&checkpoint, &source, model.window, &own, tch::Device::Cpu).unwrap();
        for (case, options) in &model.cases {
            for input in &model.inputs {
                let expected = &input.outputs[case];
                let ids: Vec<i64> = input.ids.iter().copied().map(i64::from).collect();
                if ids.len() < model.window {
                    let text = format!("{}{}", author.prefix, input.text);
                    assert_eq!(author.encode(&text), ids, "{name} {}", input.name);
                }
                let found = author.generate(&ids, options.to_rust_bert()).unwrap();
                if found != expected.ids {
                    other.push(format!(
                        "{name} {case} {}: {found:?} {:?}",
                        input.name, expected.ids
                    ));
                }
                seen += 1;
            }
        }
    }
    assert!(other.is_empty(), "{} of {seen}:\n{}", other.len(), other.join("\n"));
    assert!(seen >= 60, "{seen}");
}

impl Options {
    fn to_rust_bert(&self) -> GenerateOptions<'static> {
        GenerateOptions {
            num_beams: Some(self.num_beams),
            length_penalty: Some(self.length_penalty),
            no_repeat_ngram_size: Some(self.no_repeat_ngram_size),
            min_length: Some(self.min_length),
            max_length: Some(self.max_length),
            early_stopping: Some(self.early_stopping),
            ..GenerateOptions::default()
        }
    }
}

#[test]
fn encoders_give_the_reference_vectors() {
    let mut seen = 0;
    for (name, model) in golden() {
        if model.task != "sentence-encoder" {
            continue;
        }
        let encoder = loaded(&name, 2);
        let texts: Vec<&str> = model.inputs.iter().map(|input| input.text.as_str()).collect();
        let together = encoder.encode(&texts).unwrap();
        for (index, input) in model.inputs.iter().enumerate() {
            let place = format!("{name} {}", input.name);
            let pooled = encoder.threads.wait(&encoder.threads.submit(vec![input.ids.clone()]));
            let found = encoder.modules.finish(pooled.unwrap().into());
            check(found, &input.vector, VECTOR_TOLERANCE, &place);
            // The reference cuts what is longer than its window; we do not.
            if input.ids.len() < model.window {
                check(together.row(index).to_owned(), &input.vector, VECTOR_TOLERANCE, &place);
                let alone = encoder.encode(&[&input.text]).unwrap();
                check(alone, &input.vector, VECTOR_TOLERANCE, &place);
            }
            seen += 1;
        }
    }
    assert!(seen >= 50, "{seen}");
}

#[test]
fn berts_forward_is_rust_berts() {
    for (name, activation) in
        [("sentence-bert", "gelu"), ("sentence-bert-cls", "gelu"), ("sentence-bert", "relu")]
    {
        let mut checkpoint = Checkpoint::open(&folder(name)).unwrap();
        checkpoint.config["hidden_act"] = activation.into();
        assert!(Bert::suits(&checkpoint, tch::Device::Cpu).unwrap(), "{name} {activation}");
        let mut variables = VarStore::new(tch::Device::Cpu);
        let theirs = transformer(&checkpoint, &variables).unwrap();
        checkpoint.tensors().unwrap().fill(&mut variables).unwrap();
        // Lengths that fill a side of the attention, and one less and one more; in no order.
        let lengths = [5_u32, 1, 16, 15, 17, 128, 32, 31, 33, 2, 16, 64, 100, 5];
        let text = |length: u32| (0..length).map(|at| (at * 37 + length * 11) % 400).collect();
        let texts: Vec<Vec<u32>> = lengths.into_iter().map(text).collect();
        let alone = |text: &Vec<u32>| {
            let (ids, mask) = padded(std::slice::from_ref(text), 0, tch::Device::Cpu);
            floats(&theirs.forward(&ids, &mask).unwrap().0.squeeze_dim(0)).unwrap()
        };
        let expected: Vec<Vec<f32>> = texts.iter().map(alone).collect();
        // All that this libtorch has, whichever is taken on this processor.
        let all = [Products::OneDnn, Products::Default];
        for products in all.into_iter().filter(|products| products.are_there()) {
            let ours = Bert::of(&checkpoint, &variables, products).unwrap();
            let together = ours.forward(&texts).unwrap();
            let mut start = 0;
            for (text, expected) in texts.iter().zip(&expected) {
                let own = together.narrow(0, start, text.len() as i64);
                let place = format!("{name} {activation} {products:?} {}", text.len());
                check(floats(&own).unwrap(), expected, VECTOR_TOLERANCE / 2.0, &place);
                start += text.len() as i64;
            }
            assert_eq!(together.size()[0], start);
        }
    }
}

#[test]
fn what_our_forward_does_not_know_is_left_to_rust_bert() {
    let suits = |name: &str, key: &str, value: Value| {
        let mut checkpoint = Checkpoint::open(&folder(name)).unwrap();
        checkpoint.config[key] = value;
        Bert::suits(&checkpoint, tch::Device::Cpu).unwrap()
    };
    assert!(suits("sentence-bert", "use_cache", false.into()));
    assert!(!suits("sentence-bert", "hidden_act", "gelu_new".into()));
    assert!(!suits("sentence-bert", "is_decoder", true.into()));
    assert!(!suits("sentence-bert", "position_embedding_type", "relative_key".into()));
    assert!(!suits("sentence-roberta", "use_cache", false.into()));
    let checkpoint = Checkpoint::open(&folder("sentence-bert")).unwrap();
    assert!(!Bert::suits(&checkpoint, tch::Device::Cuda(0)).unwrap());
    assert!(!loaded("sentence-bert", 1).fills_up);
    assert!(loaded("sentence-distilbert", 1).fills_up);
}

#[test]
fn a_text_of_no_tokens_is_no_error() {
    let encoder = loaded("sentence-bert", 1);
    let pooled = |texts: Vec<Vec<u32>>| encoder.threads.wait(&encoder.threads.submit(texts));
    let zeros = vec![0.0; encoder.modules.width];
    assert_eq!(pooled(vec![vec![]]).unwrap(), zeros);
    let both = pooled(vec![vec![2, 84, 3], vec![]]).unwrap();
    assert_eq!(both[encoder.modules.width..], zeros);
    check(
        both[..encoder.modules.width].to_vec(),
        &pooled(vec![vec![2, 84, 3]]).unwrap(),
        1e-6,
        "beside",
    );
}

#[test]
fn a_long_text_is_read_to_its_end() {
    let encoder = loaded("sentence-bert", 1);
    let long = "The council met. ".repeat(200);
    let other = format!("{long} Snow fell on the harbour.");
    let vectors = encoder.encode(&[&long, &other]).unwrap();
    let apart: f32 = vectors.row(0).iter().zip(vectors.row(1)).map(|(a, b)| (a - b).abs()).sum();
    assert!(apart > 1e-4, "{apart}");
}

#[test]
fn an_abstract_reads_the_share_that_it_says() {
    let options = AbstractOptions::default().with_beams(2);
    let checkpoint = Checkpoint::open(&folder("bart")).unwrap();
    let writer = Abstractor::load(checkpoint, &options, &runtime(1)).unwrap();
    let sentences = vec!["The harbour council voted to rebuild the breakwater.".to_owned(); 40];
    let ranked: Vec<usize> = (0..40).rev().collect();
    let length = Length { sentences: None, words: Some(8), chars: None };
    let few = ToWrite { title: None, sentences: sentences[..1].to_vec(), ranked: vec![0], length };
    assert_eq!(writer.write(few).unwrap().read, 1.0);
    let many = ToWrite { title: None, sentences, ranked, length };
    let written = writer.write(many.clone()).unwrap();
    assert!(written.read > 0.0 && written.read < 0.5, "{}", written.read);
    assert_eq!(writer.write(many).unwrap(), written);
}

#[test]
fn ids_beyond_the_vocabulary_are_the_error_of_their_text_alone() {
    let encoder = loaded("sentence-bert", 1);
    let bad = encoder.threads.submit(vec![vec![2, 999_999, 3]]);
    let good = encoder.threads.submit(vec![vec![2, 84, 3]]);
    let error = encoder.threads.wait(&bad).unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::Engine, "{error}");
    assert_eq!(encoder.threads.wait(&good).unwrap().len(), encoder.modules.width);
}
