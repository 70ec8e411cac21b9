//! The rten engine through the public API: tiny random models, folders that lie, threads, and,
//! where its folder is named, all-MiniLM-L6-v2.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo test --features rten --test rten
//! ```

mod support;

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use serde_json::{Value, json};
use standfirst::{Backend, Device, Digester, DigesterBuilder, Error, ErrorKind, Input};

use support::{MiniLm, copied, golden, labels, minilm};

const PAGE: &str = include_str!("../examples/data/page.txt");

/// How far an 8-bit vector may be from the 32-bit one, as a cosine: the lowest of the golden texts
/// is above the first, their mean above the second. `benches/INT8.md` has more texts.
const LOWEST_COSINE: f32 = 0.97;
const MEAN_COSINE: f32 = 0.99;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

/// A folder read by rten whatever else the build has.
fn reading(folder: impl AsRef<Path>) -> DigesterBuilder {
    Digester::builder().model_folder(folder).backend(Backend::Rten).labels(labels())
}

/// The vectors of texts.
fn vectors(digester: &Digester, texts: &[&str]) -> Vec<Vec<f32>> {
    digester.encoder().unwrap().encode(texts).unwrap()
}

fn set(folder: &Path, key: &str, value: Value) {
    let path = folder.join("config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    config[key] = value;
    fs::write(path, config.to_string()).unwrap();
}

fn refused(builder: DigesterBuilder) -> Error {
    builder.build().unwrap_err()
}

// ---- digests -------------------------------------------------------------------------------

#[test]
fn a_sentence_encoder_tags_with_own_labels_and_says_what_it_is() {
    for name in ["sentence-bert", "sentence-bert-cls"] {
        let digester = reading(golden(name)).threads(threads(2)).build().unwrap();
        let digest = digester.digest(&Input::page("page", PAGE)).unwrap();
        assert_eq!(digest.engine.name, "rten");
        assert_eq!(digest.engine.model, name);
        assert_eq!(digest.engine.device.as_deref(), Some("cpu"));
        assert!(digest.articles.len() > 1);
    }
}

#[test]
fn rust_bert_reads_a_folder_unless_another_backend_is_named() {
    let folder = || Digester::builder().model_folder(golden("sentence-bert")).labels(labels());
    let name = |builder: DigesterBuilder| {
        let digest = builder.build().unwrap().digest(&Input::article("a", "Rain fell."));
        digest.unwrap().engine.name
    };
    let usual = if cfg!(feature = "rust-bert") { "rust-bert" } else { "rten" };
    assert_eq!(name(folder()), usual);
    assert_eq!(name(folder().backend(Backend::Auto)), usual);
    assert_eq!(name(folder().backend(Backend::Rten)), "rten");
    if cfg!(feature = "rust-bert") {
        assert_eq!(name(folder().backend(Backend::RustBert)), "rust-bert");
    } else {
        let error = refused(folder().backend(Backend::RustBert));
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.to_string().contains("feature `rust-bert`"), "{error}");
    }
    for (text, backend) in
        [("auto", Backend::Auto), ("rust-bert", Backend::RustBert), ("rten", Backend::Rten)]
    {
        assert_eq!(text.parse::<Backend>().unwrap(), backend);
    }
    assert_eq!("onnx".parse::<Backend>().unwrap_err().kind(), ErrorKind::InvalidOption);
}

// ---- what is said of a text depends on nothing but the text -------------------------------------

/// Texts of many lengths, some beyond the window.
fn texts() -> Vec<String> {
    let sentence = "The ferry to the islands will leave from the southern pier at seven. ";
    let mut texts: Vec<String> = (0..40).map(|index| sentence.repeat(1 + index % 7)).collect();
    texts.iter_mut().enumerate().for_each(|(index, text)| text.push_str(&"snow ".repeat(index)));
    texts.extend([String::new(), "a".to_owned(), sentence.repeat(60)]);
    texts
}

fn check_same_in_any_company(folder: &Path) {
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let one = reading(folder).threads(threads(1)).build().unwrap();
    let three = reading(folder).threads(threads(3)).build().unwrap();
    let together = vectors(&one, &texts);
    assert_eq!(vectors(&three, &texts), together, "threads");
    let reversed: Vec<&str> = texts.iter().rev().copied().collect();
    let reversed = vectors(&three, &reversed);
    assert!(reversed.iter().rev().eq(together.iter()), "order");
    for (text, expected) in texts.iter().zip(&together) {
        assert_eq!(&vectors(&one, &[*text])[0], expected, "alone: {text:?}");
    }
}

#[test]
fn vectors_are_the_same_to_the_last_bit_in_any_company() {
    check_same_in_any_company(&golden("sentence-bert"));
    if let Some(folder) = minilm() {
        check_same_in_any_company(&folder);
    }
}

#[test]
fn a_long_text_is_read_to_its_end() {
    let digester = reading(golden("sentence-bert")).build().unwrap();
    let long = "The council met. ".repeat(200);
    let other = format!("{long} Snow fell on the harbour.");
    let vectors = vectors(&digester, &[&long, &other]);
    let apart: f32 = vectors[0].iter().zip(&vectors[1]).map(|(a, b)| (a - b).abs()).sum();
    assert!(apart > 1e-4, "{apart}");
}

// ---- folders that cannot be read -----------------------------------------------------------------

#[test]
fn other_architectures_and_tasks_are_refused_by_name() {
    for name in ["sentence-distilbert", "sentence-roberta", "sentence-albert"] {
        let error = refused(reading(golden(name)));
        assert_eq!(error.kind(), ErrorKind::InvalidModel);
        assert!(error.to_string().contains("\"bert\" alone"), "{error}");
    }
    for name in ["class-bert", "nli-bert", "bart"] {
        let error = refused(reading(golden(name)));
        assert_eq!(error.kind(), ErrorKind::InvalidModel);
        assert!(error.to_string().contains("sentence encoders alone"), "{error}");
    }
    let error = refused(reading(golden("sentence-bert")).device(Device::Cuda(0)));
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
}

#[test]
fn configs_that_lie_are_an_error() {
    for (key, value) in [
        ("hidden_act", json!("gelu_new")),
        ("position_embedding_type", json!("relative_key")),
        ("is_decoder", json!(true)),
        ("num_attention_heads", json!(5)),
        ("num_attention_heads", json!(0)),
        ("hidden_size", json!(64)),
        ("intermediate_size", json!(65)),
        ("num_hidden_layers", json!(3)),
        ("vocab_size", json!(401)),
        ("max_position_embeddings", json!(256)),
        ("type_vocab_size", json!(0)),
        ("hidden_size", Value::Null),
    ] {
        let folder = copied("sentence-bert");
        set(folder.path(), key, value.clone());
        let error = refused(reading(folder.path()));
        assert_eq!(error.kind(), ErrorKind::InvalidModel, "{key} {value}: {error}");
    }
}

#[test]
fn weights_that_are_missing_cut_short_or_not_finite_are_an_error() {
    let weights = |folder: &Path| folder.join("model.safetensors");
    let folder = copied("sentence-bert");
    let whole = fs::read(weights(folder.path())).unwrap();
    for length in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(weights(folder.path()), &whole[..length]).unwrap();
        assert_eq!(refused(reading(folder.path())).kind(), ErrorKind::InvalidModel, "{length}");
    }
    let mut damaged = whole.clone();
    let middle = whole.len() / 8 * 4;
    for quad in damaged[middle..].chunks_exact_mut(4) {
        quad.copy_from_slice(&f32::NAN.to_le_bytes());
    }
    fs::write(weights(folder.path()), damaged).unwrap();
    assert_eq!(refused(reading(folder.path())).kind(), ErrorKind::InvalidModel);
    fs::remove_file(weights(folder.path())).unwrap();
    let error = refused(reading(folder.path()));
    assert!(error.to_string().contains("model.safetensors"), "{error}");
}

// ---- all-MiniLM-L6-v2 ----------------------------------------------------------------------

#[test]
fn minilm_stays_near_the_vectors_of_sentence_transformers() {
    let Some(folder) = minilm() else { return };
    let golden = MiniLm::golden();
    let digester = reading(folder).threads(threads(2)).build().unwrap();
    let texts: Vec<&str> = golden.inputs.iter().map(|one| one.text.as_str()).collect();
    let vectors = vectors(&digester, &texts);
    let mut cosines = Vec::new();
    for (sentence, vector) in golden.inputs.iter().zip(&vectors) {
        assert_eq!(vector.len(), 384);
        // The reference cuts a longer text; we read it whole.
        if sentence.ids.len() < golden.window {
            cosines.push(vector.iter().zip(&sentence.vector).map(|(a, b)| a * b).sum::<f32>());
        }
    }
    assert!(cosines.len() >= 20, "{}", cosines.len());
    let lowest = cosines.iter().copied().fold(1.0, f32::min);
    let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
    assert!(lowest >= LOWEST_COSINE && mean >= MEAN_COSINE, "lowest {lowest}, mean {mean}");
}

#[test]
fn minilm_tags_with_its_heads() {
    let Some(folder) = minilm() else { return };
    let builder = Digester::builder().model_folder(folder).backend(Backend::Rten);
    let digest = builder.build().unwrap().digest(&Input::page("page", PAGE)).unwrap();
    assert_eq!(digest.engine.model, "all-minilm-l6-v2");
    assert_eq!(digest.engine.name, "rten");
    let embedded = Digester::new().unwrap().digest(&Input::page("page", PAGE)).unwrap();
    for (ours, theirs) in digest.articles.iter().zip(&embedded.articles) {
        let first = |article: &standfirst::digest::Article| {
            article.topics.first().map(|topic| topic.code.clone())
        };
        assert!(theirs.topics.is_empty() || first(ours) == first(theirs), "{:?}", ours.title);
    }
}
