//! The rust-bert engine through the public API: tiny random models, folders that lie, threads,
//! and, where its folder is named, all-MiniLM-L6-v2.
//!
//! ```text
//! STANDFIRST_MINILM="$(scripts/minilm.sh)" cargo test --features rust-bert --test pretrained
//! ```

mod support;

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use standfirst::digest::{Article, Digest, Row, Summary, SummaryKind};
use standfirst::summary::Length;
use standfirst::{
    AbstractOptions, Device, Digester, DigesterBuilder, ErrorKind, Input, Options, SummaryOptions,
    TopicOptions,
};

use support::{MiniLm, copied, golden, labels, minilm};

const PAGE: &str = include_str!("../examples/data/page.txt");

fn two() -> NonZeroUsize {
    NonZeroUsize::new(2).unwrap()
}

fn encoder() -> DigesterBuilder {
    Digester::builder().model_folder(golden("sentence-bert")).labels(labels()).threads(two())
}

// ---- digests -------------------------------------------------------------------------------

#[test]
fn a_sentence_encoder_tags_with_own_labels_and_says_what_it_is() {
    let digest = encoder().build().unwrap().digest(&Input::page("page", PAGE)).unwrap();
    assert_eq!(digest.engine.name, "rust-bert");
    assert_eq!(digest.engine.model, "sentence-bert");
    assert_eq!(digest.engine.device.as_deref(), Some("cpu"));
    assert!(digest.articles.len() > 1);
    check_extractive(&digest, PAGE);
}

fn summary(article: &Article) -> &Summary {
    article.summary.as_ref().unwrap()
}

fn scored(topics: TopicOptions) -> Options {
    Options::default().with_topics(topics.with_all_scores(true))
}

/// The vectors of texts.
fn vectors(digester: &Digester, texts: &[&str]) -> Vec<Vec<f32>> {
    digester.encoder().unwrap().encode(texts).unwrap()
}

fn check_extractive(digest: &Digest, text: &str) {
    for article in &digest.articles {
        assert_eq!(summary(article).kind, SummaryKind::Extractive);
        for sentence in &summary(article).sentences {
            assert_eq!(sentence.text, sentence.span.of(text));
        }
    }
}

#[test]
fn without_heads_or_labels_an_encoder_is_refused() {
    let error = Digester::builder().model_folder(golden("sentence-bert")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(error.to_string().contains("give labels of your own"), "{error}");
}

#[test]
fn entailment_models_read_labels_as_hypotheses() {
    for name in ["nli-bart", "nli-bert", "nli-roberta"] {
        let digester = Digester::builder()
            .model_folder(golden(name))
            .labels(labels())
            .options(scored(TopicOptions::default().with_min_score(0.0)));
        let digester = digester.threads(two()).build().unwrap();
        let long = "The ferry crossed the lake in the storm. ".repeat(60);
        for text in ["The ferry is back.", long.as_str()] {
            let digest = digester.digest(&Input::article("a", text)).unwrap();
            let scores = digest.articles[0].scores.as_ref().unwrap();
            assert_eq!(scores.keys().collect::<Vec<_>>(), ["transport", "weather"]);
            assert!(scores.values().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
            check_evidence(&digest.articles[0], text);
        }
    }
}

fn check_evidence(article: &Article, text: &str) {
    for evidence in article.topics.iter().flat_map(|topic| &topic.evidence) {
        assert!(!evidence.span.of(text).trim().is_empty());
        assert!((0.0..=1.0).contains(&evidence.weight));
    }
}

#[test]
fn a_classifier_gives_its_own_labels_or_the_codes_they_are_mapped_to() {
    let options = scored(TopicOptions::default());
    let builder = |folder: &Path| {
        Digester::builder().model_folder(folder).options(options.clone()).threads(two())
    };
    let text = "Voters went to the polls on Sunday. The count will take a week.";
    for name in ["class-bert", "class-xlm-roberta", "class-distilbert"] {
        let own = builder(&golden(name)).build().unwrap();
        let digest = own.digest(&Input::article("a", text)).unwrap();
        let scores = digest.articles[0].scores.clone().unwrap();
        assert!(scores.contains_key("politics"), "{scores:?}");
        let sum: f32 = scores.values().sum();
        assert_eq!((sum - 1.0).abs() < 1e-3, name != "class-distilbert", "{name} {sum}");
    }
    let folder = copied("class-bert");
    let classes: Value =
        serde_json::from_slice(&fs::read(folder.path().join("config.json")).unwrap()).unwrap();
    let mut map = serde_json::Map::new();
    for label in classes["id2label"].as_object().unwrap().values() {
        map.insert(label.as_str().unwrap().to_owned(), Value::Null);
    }
    map.insert("politics".to_owned(), json!("medtop:11000000"));
    set(folder.path(), "standfirst.json", "labels", Value::Object(map));
    let mapped = builder(folder.path()).build().unwrap();
    let digest = mapped.digest(&Input::article("a", text)).unwrap();
    let scores = digest.articles[0].scores.clone().unwrap();
    assert_eq!(scores.keys().collect::<Vec<_>>(), ["medtop:11000000"]);
}

fn writing(name: &str, grounded: bool) -> Digester {
    let abstracts = AbstractOptions::default().with_beams(2).with_grounded(grounded);
    let summary = SummaryOptions::default().with_abstracts(abstracts);
    let options = Options::default().with_summary(summary);
    let builder = Digester::builder().summary_model_folder(golden(name)).options(options);
    builder.threads(two()).build().unwrap()
}

#[test]
fn abstracts_of_a_page_are_checked_against_it() {
    let digest = writing("bart", false).digest(&Input::page("page", PAGE)).unwrap();
    assert_eq!(digest.engine.name, "embedded");
    assert_eq!(digest.engine.summary_model.as_deref(), Some("bart"));
    let mut written = 0;
    for article in &digest.articles {
        let summary = summary(article);
        if summary.kind == SummaryKind::Abstractive {
            written += 1;
            let read = summary.read.unwrap();
            assert!(read > 0.0 && read <= 1.0, "{read}");
        }
        for item in &summary.unsupported {
            assert!(summary.sentences[item.sentence].text.contains(&item.text), "{item:?}");
        }
        for sentence in &summary.sentences {
            assert!(sentence.span.get(PAGE).is_some());
            assert!((0.0..=1.0).contains(&sentence.score));
        }
    }
    assert!(written > 0, "the tiny model wrote nothing");
}

#[test]
fn every_architecture_of_summarizers_writes() {
    for name in ["bart", "t5", "t5-gated", "longt5", "pegasus", "prophetnet"] {
        let digester = writing(name, false);
        let text = "The council voted to rebuild the breakwater. Work begins in the spring.";
        let digest = digester.digest(&Input::article("a", text)).unwrap();
        assert!(summary(&digest.articles[0]).sentences.len() <= 3, "{name}");
    }
}

#[test]
fn every_architecture_reads_a_text_longer_than_its_window() {
    let text: String =
        (0..200).map(|count| format!("The council voted on pier {count}. ")).collect();
    for name in ["bart", "t5", "t5-gated", "longt5", "pegasus", "prophetnet"] {
        writing(name, false).digest(&Input::article("a", text.as_str())).unwrap();
    }
    for name in ["sentence-bert", "sentence-distilbert", "sentence-roberta", "sentence-albert"] {
        let builder = Digester::builder().model_folder(golden(name)).labels(labels());
        vectors(&builder.build().unwrap(), &[&text]);
    }
    for name in ["class-bert", "class-distilbert", "class-xlm-roberta"] {
        let digester = Digester::builder().model_folder(golden(name)).build().unwrap();
        digester.digest(&Input::article("a", text.as_str())).unwrap();
    }
    for name in ["nli-bart", "nli-bert", "nli-roberta"] {
        let builder = Digester::builder().model_folder(golden(name)).labels(labels());
        builder.build().unwrap().digest(&Input::article("a", text.as_str())).unwrap();
    }
}

#[test]
fn a_grounded_abstract_says_nothing_that_the_page_does_not() {
    let digest = writing("bart", true).digest(&Input::page("page", PAGE)).unwrap();
    for article in &digest.articles {
        assert!(summary(article).unsupported.is_empty(), "{:?}", article.summary);
        for sentence in summary(article).sentences.iter().filter(|one| one.sources().is_empty()) {
            assert_eq!(sentence.text, sentence.span.of(PAGE));
        }
    }
}

#[test]
fn abstracts_keep_to_their_length() {
    let digester = writing("bart", false);
    for (words, chars) in [(Some(1), None), (Some(5), None), (None, Some(30)), (Some(40), None)] {
        let length = words.map(Length::of_words).or(chars.map(Length::of_chars)).unwrap();
        let summary = digester.summarize(None, "Snow fell on the hills. Roads closed.", length);
        let text = summary.unwrap().text;
        assert!(words.is_none_or(|most| text.split_whitespace().count() <= most), "{text:?}");
        assert!(chars.is_none_or(|most| text.chars().count() <= most), "{text:?}");
    }
}

#[test]
fn twenty_thousand_words_are_no_error() {
    let sentence = "The harbour council of the town voted on the breakwater for the time number";
    let text: String = (0..1_500).map(|count| format!("{sentence} {count}. ")).collect();
    assert!(text.split_whitespace().count() > 20_000);
    let digest = writing("bart", false).digest(&Input::article("long", text.as_str())).unwrap();
    assert!(summary(&digest.articles[0]).read.is_none_or(|read| read > 0.0 && read < 0.1));
    let digest = encoder().build().unwrap().digest(&Input::article("long", text.as_str()));
    check_extractive(&digest.unwrap(), &text);
    let classified = Digester::builder().model_folder(golden("class-bert")).threads(two());
    classified.build().unwrap().digest(&Input::article("long", text)).unwrap();
}

#[test]
fn messy_input_is_no_panic() {
    let digesters = [
        encoder().build().unwrap(),
        writing("bart", false),
        Digester::builder().model_folder(golden("nli-bert")).labels(labels()).build().unwrap(),
        Digester::builder().model_folder(golden("class-xlm-roberta")).build().unwrap(),
    ];
    let unbroken = "x".repeat(20_000);
    for text in
        [" ", ".", "\u{0}\u{1}", "他来了。雪下了。", "🙂🙂", "[CLS] [SEP] </s> <s>", &unbroken]
    {
        for digester in &digesters {
            match digester.digest(&Input::article("mess", text)) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.kind(), ErrorKind::Empty, "{text:?}: {error}"),
            }
        }
    }
}

/// The same weights in libtorch's own format, as rust-bert's converter writes them.
#[test]
fn weights_in_torchs_format_are_the_same_model() {
    let converted = |model: &str| {
        let folder = copied(model);
        let tensors = tch::Tensor::read_safetensors(folder.path().join(WEIGHTS)).unwrap();
        tch::Tensor::save_multi(&tensors, folder.path().join("rust_model.ot")).unwrap();
        fs::remove_file(folder.path().join(WEIGHTS)).unwrap();
        folder
    };
    let folder = converted(ENCODER);
    let build = |folder: &Path| {
        let builder = Digester::builder().model_folder(folder).labels(labels());
        builder.threads(two()).build().unwrap()
    };
    let texts = ["The ferry's crew met on Tuesday.", "Snow fell."];
    let expected = vectors(&build(&golden(ENCODER)), &texts);
    assert_eq!(vectors(&build(folder.path()), &texts), expected);
    for model in ["bart", "t5", "prophetnet"] {
        let folder = converted(model);
        let written = |folder: &Path| {
            let builder = Digester::builder().summary_model_folder(folder).threads(two());
            let digester = builder.build().unwrap();
            digester.summarize(
                None,
                "The council voted. Work begins in the spring.",
                Length::default(),
            )
        };
        assert_eq!(written(folder.path()).unwrap(), written(&golden(model)).unwrap(), "{model}");
    }
    let folder = converted(ENCODER);
    let path = folder.path().join("rust_model.ot");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let builder = Digester::builder().model_folder(folder.path()).labels(labels());
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidModel);
    assert!(error.to_string().contains("rust_model.ot"), "{error}");
}

// ---- threads and order ---------------------------------------------------------------------

#[test]
fn eight_threads_share_one_handle_for_a_thousand_digests() {
    let digester = encoder().build().unwrap();
    let texts: Vec<String> = (0..25)
        .map(|count| format!("Ferry {count} crossed the lake. {}", "It rained. ".repeat(count % 7)))
        .collect();
    let digest = |text: &String| {
        Row::Digest(digester.digest(&Input::article("a", text.as_str())).unwrap()).to_json()
    };
    let expected: Vec<String> = texts.iter().map(digest).collect();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (texts, expected, digest) = (&texts, &expected, &digest);
            scope.spawn(move || {
                for step in 0..125 {
                    let index = (step * 7 + thread) % texts.len();
                    assert_eq!(digest(&texts[index]), expected[index]);
                }
            });
        }
    });
}

#[test]
fn rows_do_not_depend_on_batch_order_or_threads() {
    let inputs: Vec<Input> = (0..12)
        .map(|count| {
            Input::article(format!("{count}"), "Snow fell. The ferry stayed. ".repeat(count + 1))
        })
        .collect();
    let one = encoder().threads(NonZeroUsize::MIN).build().unwrap();
    let expected: Vec<String> = inputs.iter().map(|input| one.row(input).to_json()).collect();
    let many = encoder().build().unwrap();
    let rows = many.rows(inputs.into_iter().rev().map(Ok), NonZeroUsize::new(3).unwrap());
    let mut found: Vec<String> = rows.map(|row| row.to_json()).collect();
    found.reverse();
    assert_eq!(found, expected);
}

#[test]
fn a_classifiers_scores_do_not_depend_on_its_threads() {
    let options = scored(TopicOptions::default());
    let row = |threads: usize| {
        let builder = Digester::builder().model_folder(golden("class-xlm-roberta"));
        let builder = builder.threads(NonZeroUsize::new(threads).unwrap());
        let digester = builder.options(options.clone()).build().unwrap();
        let text = "Voters went to the polls on Sunday. ".repeat(40);
        Row::Digest(digester.digest(&Input::article("a", text)).unwrap()).to_json()
    };
    assert_eq!(row(1), row(3));
}

#[test]
fn a_gpu_that_is_not_there_is_an_error_and_auto_is_not() {
    let error = encoder().device(Device::Cuda(77)).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(error.to_string().contains("cuda:77"), "{error}");
    let digest = encoder().device(Device::Auto).build().unwrap();
    assert!(digest.digest(&Input::article("a", "Rain fell.")).unwrap().engine.device.is_some());
}

// ---- folders that lie ----------------------------------------------------------------------

fn edit(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

fn set(folder: &Path, file: &str, key: &str, to: Value) {
    edit(folder, file, |value| value[key] = to);
}

/// A copy of `model` that lies is refused, and the message says each of `expected`.
fn refused(model: &str, lie: impl FnOnce(&Path), expected: &[&str]) {
    let folder = copied(model);
    lie(folder.path());
    let builder = Digester::builder().threads(NonZeroUsize::MIN);
    let builder = match model {
        "bart" | "t5" => builder.summary_model_folder(folder.path()),
        "class-bert" => builder.model_folder(folder.path()),
        _ => builder.model_folder(folder.path()).labels(labels()),
    };
    let Err(error) = builder.build() else { panic!("the folder was believed: {expected:?}") };
    assert_eq!(error.kind(), ErrorKind::InvalidModel, "{error}");
    let whole = format!("{:#}", anyhow::Error::from(error));
    for part in expected {
        assert!(whole.contains(part), "expected {part:?} in: {whole}");
    }
}

const ENCODER: &str = "sentence-bert";
const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";

#[test]
fn a_folder_without_a_config() {
    refused(
        ENCODER,
        |folder| fs::remove_file(folder.join(CONFIG)).unwrap(),
        &[CONFIG, "cannot be read"],
    );
}

#[test]
fn a_config_that_is_not_json() {
    refused(
        ENCODER,
        |folder| fs::write(folder.join(CONFIG), "{\"model_type\":").unwrap(),
        &[CONFIG],
    );
}

#[test]
fn an_architecture_that_is_not_known() {
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "model_type", json!("gpt9")),
        &["gpt9", "distilbert"],
    );
}

#[test]
fn no_weights() {
    let lie = |folder: &Path| {
        fs::rename(folder.join(WEIGHTS), folder.join("pytorch_model.bin")).unwrap();
    };
    refused(ENCODER, lie, &[WEIGHTS, "rust_model.ot", "pytorch_model.bin"]);
}

#[test]
fn weights_cut_short_or_too_long() {
    for model in [ENCODER, "bart"] {
        let cut = |bytes: usize| {
            move |folder: &Path| {
                let path = folder.join(WEIGHTS);
                let whole = fs::read(&path).unwrap();
                let rest = if bytes == usize::MAX {
                    [&whole[..], b"more"].concat()
                } else {
                    whole[..bytes.min(whole.len() - 1)].to_vec()
                };
                fs::write(path, rest).unwrap();
            }
        };
        refused(model, cut(usize::MAX - 1), &[WEIGHTS, "is cut short", "its header says"]);
        refused(model, cut(100), &[WEIGHTS, "is cut short", "its header alone"]);
        refused(model, cut(3), &[WEIGHTS, "is cut short", "3 bytes"]);
        refused(model, cut(usize::MAX), &[WEIGHTS, "is too long"]);
    }
}

/// Rewrites the header of the weights.
fn header(folder: &Path, change: impl FnOnce(String) -> String) {
    let path = folder.join(WEIGHTS);
    let whole = fs::read(&path).unwrap();
    let length = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let text = change(String::from_utf8(whole[8..8 + length].to_vec()).unwrap());
    let bytes =
        [&(text.len() as u64).to_le_bytes(), text.as_bytes(), &whole[8 + length..]].concat();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_header_that_lies() {
    refused(
        ENCODER,
        |folder| header(folder, |text| text.replace('{', "(")),
        &[WEIGHTS, "not JSON"],
    );
    refused(
        ENCODER,
        |folder| header(folder, |text| text.replacen("\"F32\"", "\"F99\"", 1)),
        &["F99"],
    );
    let stretched = |text: String| {
        let at = text.find("\"shape\":[").unwrap() + 9;
        format!("{}7{}", &text[..at], &text[at..])
    };
    refused(ENCODER, |folder| header(folder, stretched), &[WEIGHTS, "do not hold its shape"]);
    let lie = |folder: &Path| {
        let path = folder.join(WEIGHTS);
        let mut whole = fs::read(&path).unwrap();
        whole[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        fs::write(path, whole).unwrap();
    };
    refused(ENCODER, lie, &[WEIGHTS, "is not safetensors"]);
}

#[test]
fn a_tensor_that_is_missing() {
    for (model, tensor) in [
        (ENCODER, "encoder.layer.0.output.dense.bias"),
        ("bart", "model.encoder.layers.0.fc1.weight"),
    ] {
        let lie =
            |folder: &Path| header(folder, |text| text.replace(tensor, &"x".repeat(tensor.len())));
        refused(model, lie, &[WEIGHTS, tensor, "expected shape"]);
    }
}

#[test]
fn a_config_of_another_size() {
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "vocab_size", json!(9_999)),
        &["word_embeddings", "9999"],
    );
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "intermediate_size", json!(77)),
        &[WEIGHTS, "expected [77"],
    );
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "num_hidden_layers", json!(3)),
        &[WEIGHTS, "layer.2", "expected shape"],
    );
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "num_hidden_layers", json!(1_000_000_000)),
        &["num_hidden_layers"],
    );
    refused(ENCODER, |folder| set(folder, CONFIG, "hidden_size", json!(-4)), &["hidden_size"]);
    refused(
        ENCODER,
        |folder| set(folder, CONFIG, "num_attention_heads", json!(5)),
        &["cannot be built"],
    );
    refused("bart", |folder| set(folder, CONFIG, "d_model", json!(48)), &["shared.weight", "48"]);
    refused(
        "bart",
        |folder| set(folder, CONFIG, "encoder_ffn_dim", json!(50)),
        &[WEIGHTS, "expected [50"],
    );
}

#[test]
fn a_config_without_what_the_architecture_needs() {
    let lie = |folder: &Path| {
        edit(folder, CONFIG, |value| {
            drop(value.as_object_mut().unwrap().remove("intermediate_size"))
        })
    };
    refused(ENCODER, lie, &[CONFIG, "lacks what"]);
    let lie = |folder: &Path| {
        edit(folder, CONFIG, |value| drop(value.as_object_mut().unwrap().remove("encoder_layers")))
    };
    refused("bart", lie, &[CONFIG, "lacks what"]);
}

#[test]
fn a_tokenizer_that_is_missing_broken_or_another_models() {
    let lie = |folder: &Path| {
        for file in ["tokenizer.json", "vocab.txt"] {
            let _ = fs::remove_file(folder.join(file));
        }
    };
    refused(ENCODER, lie, &["tokenizer.json", "vocab.txt", "merges.txt"]);
    refused(
        ENCODER,
        |folder| fs::write(folder.join("tokenizer.json"), "[]").unwrap(),
        &["tokenizer.json"],
    );
    let lie = |folder: &Path| {
        edit(folder, "tokenizer.json", |value| value["model"]["vocab"]["zzz"] = json!(999_999));
    };
    refused(ENCODER, lie, &["tokenizer.json", "another model's"]);
    refused(
        "bart",
        |folder| fs::remove_file(folder.join("merges.txt")).unwrap(),
        &["merges.txt", "is not there"],
    );
    refused(
        "t5",
        |folder| fs::remove_file(folder.join("spiece.model")).unwrap(),
        &["spiece.model", "is not there"],
    );
    refused(
        "t5",
        |folder| fs::write(folder.join("spiece.model"), "no").unwrap(),
        &["spiece.model"],
    );
}

#[test]
fn a_vocabulary_without_its_tokenizer_json_is_enough() {
    for (model, vector) in
        [("sentence-bert", true), ("sentence-roberta", true), ("class-bert", false)]
    {
        let folder = copied(model);
        fs::remove_file(folder.path().join("tokenizer.json")).unwrap();
        let build = |folder: &Path| {
            let builder = Digester::builder().model_folder(folder).threads(NonZeroUsize::MIN);
            if vector { builder.labels(labels()) } else { builder }.build().unwrap()
        };
        if vector {
            let texts = ["The ferry's crew met on Tuesday.", "Snow fell, again: 40 cm!"];
            assert_eq!(
                vectors(&build(folder.path()), &texts),
                vectors(&build(&golden(model)), &texts),
                "{model}"
            );
        } else {
            build(folder.path()).digest(&Input::article("a", "Snow fell.")).unwrap();
        }
    }
}

const DESCRIPTION: &str = "standfirst.json";

#[test]
fn a_description_that_lies() {
    let says =
        |key: &'static str, to: Value| move |folder: &Path| set(folder, DESCRIPTION, key, to);
    refused(ENCODER, says("tasks", json!("x")), &[DESCRIPTION, "unknown field"]);
    refused(ENCODER, says("task", json!("poet")), &[DESCRIPTION, "poet"]);
    refused(ENCODER, says("max_tokens", json!(100_000)), &["100000", "are asked for"]);
    refused(ENCODER, says("max_tokens", json!(2)), &["window of 2"]);
    refused(
        "nli-bart",
        says("hypothesis_template", json!("This is it.")),
        &[DESCRIPTION, "expected one {}"],
    );
    refused("nli-bart", says("threshold", json!(1.5)), &[DESCRIPTION, "threshold"]);
    refused("class-bert", says("labels", json!({"gardening": null})), &[DESCRIPTION, "gardening"]);
    refused("class-bert", says("labels", json!({"politics": null})), &[DESCRIPTION, "but not"]);
    refused(
        "bart",
        says("task", json!("classifier")),
        &["holds a classifier", "expected a summarizer"],
    );
    let lie = |folder: &Path| {
        let config: Value =
            serde_json::from_slice(&fs::read(folder.join(CONFIG)).unwrap()).unwrap();
        let map: serde_json::Map<String, Value> = config["id2label"]
            .as_object()
            .unwrap()
            .values()
            .map(|label| (label.as_str().unwrap().to_owned(), json!("medtop:99999999")))
            .collect();
        set(folder, DESCRIPTION, "labels", Value::Object(map));
    };
    refused("class-bert", lie, &[DESCRIPTION, "medtop:99999999"]);
}

#[test]
fn labels_that_are_missing() {
    let without = |key: &'static str| {
        move |folder: &Path| {
            edit(folder, CONFIG, |value| drop(value.as_object_mut().unwrap().remove(key)))
        }
    };
    refused("class-bert", without("id2label"), &[CONFIG, "id2label"]);
    let lie =
        |folder: &Path| set(folder, CONFIG, "id2label", json!({"0": "a", "1": "b", "2": "c"}));
    refused("nli-bart", lie, &[CONFIG, "expected one for entailment"]);
}

#[test]
fn modules_that_are_not_known() {
    let lie = |folder: &Path| {
        edit(folder, "modules.json", |value| {
            value[1]["type"] = json!("sentence_transformers.models.LSTM")
        });
    };
    refused(ENCODER, lie, &["modules.json", "LSTM"]);
    let lie = |folder: &Path| {
        set(folder, "1_Pooling/config.json", "pooling_mode_mean_tokens", json!(false));
    };
    refused(ENCODER, lie, &["1_Pooling/config.json", "expected one"]);
    refused(
        ENCODER,
        |folder| fs::remove_file(folder.join("1_Pooling/config.json")).unwrap(),
        &["1_Pooling/config.json", "is not there"],
    );
}

#[test]
fn a_summarizer_gives_no_topics_and_a_classifier_takes_no_labels() {
    let error = Digester::builder().model_folder(golden("bart")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(error.to_string().contains("name it as the summary model"), "{error}");
    let both = Digester::builder().model_folder(golden("class-bert")).labels(labels());
    assert_eq!(both.build().unwrap_err().kind(), ErrorKind::InvalidOption);
}

#[test]
fn damaged_weights_are_an_error_and_not_a_score() {
    let folder = copied("class-bert");
    let path = folder.path().join(WEIGHTS);
    let mut bytes = fs::read(&path).unwrap();
    let start = bytes.len() - 4_000;
    for quad in bytes[start..].chunks_exact_mut(4) {
        quad.copy_from_slice(&f32::NAN.to_le_bytes());
    }
    fs::write(path, bytes).unwrap();
    let digester = Digester::builder().model_folder(folder.path()).build().unwrap();
    let failed = digester.row(&Input::article("a", "Rain fell.")).into_result().unwrap_err();
    assert_eq!(failed.error.kind, ErrorKind::Engine);
    assert!(failed.error.message.contains("not finite"), "{failed:?}");
}

// ---- all-MiniLM-L6-v2 ----------------------------------------------------------------------

#[test]
fn minilm_gives_the_vectors_of_sentence_transformers() {
    let Some(folder) = minilm() else { return };
    let golden = MiniLm::golden();
    let digester = Digester::builder().model_folder(folder).threads(two()).build().unwrap();
    let texts: Vec<&str> = golden.inputs.iter().map(|one| one.text.as_str()).collect();
    let vectors = vectors(&digester, &texts);
    let mut compared = 0;
    for (sentence, vector) in golden.inputs.iter().zip(&vectors) {
        assert_eq!(vector.len(), 384);
        // The reference cuts a longer text; we read it whole.
        if sentence.ids.len() >= golden.window {
            continue;
        }
        compared += 1;
        for (ours, theirs) in vector.iter().zip(&sentence.vector) {
            assert!((ours - theirs).abs() <= 1e-4, "{ours} {theirs} in {:?}", sentence.text);
        }
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn minilm_tags_with_its_heads() {
    let Some(folder) = minilm() else { return };
    let digester = Digester::builder().model_folder(folder).threads(two()).build().unwrap();
    let digest = digester.digest(&Input::page("page", PAGE)).unwrap();
    assert_eq!(digest.engine.model, "all-minilm-l6-v2");
    let embedded = Digester::new().unwrap().digest(&Input::page("page", PAGE)).unwrap();
    for (ours, theirs) in digest.articles.iter().zip(&embedded.articles) {
        let first = |article: &Article| article.topics.first().map(|topic| topic.code.clone());
        assert!(theirs.topics.is_empty() || first(ours) == first(theirs), "{:?}", ours.title);
    }
    check_extractive(&digest, PAGE);
}

#[derive(Deserialize)]
struct WithHeads {
    title: String,
    sentences: Vec<String>,
    kept: Vec<usize>,
    scores: Vec<f32>,
    ranker: Vec<[f32; 2]>,
}

/// The heads against their recipe's forward in numpy (`models/recipe/heads/golden.py`): scores of
/// all labels, and the ranker's values of the sentences that a summary shows.
#[test]
fn minilm_heads_give_the_reference_scores() {
    let Some(folder) = minilm() else { return };
    let golden: Vec<WithHeads> = serde_json::from_str(include_str!("golden/heads.json")).unwrap();
    let length = SummaryOptions::default().with_length(Length::of_sentences(20));
    let options = scored(TopicOptions::default()).with_summary(length);
    let builder = Digester::builder().model_folder(folder).options(options).threads(two());
    let digester = builder.build().unwrap();
    let codes: Vec<&str> =
        digester.taxonomy().labels().iter().map(|label| label.code.as_str()).collect();
    let (mut scores, mut values) = (0, 0);
    for case in &golden {
        let text = case.sentences.join("\n\n");
        let input = Input::article("a", text.as_str());
        let input = if case.title.is_empty() { input } else { input.with_title(&case.title) };
        let Ok(digest) = digester.digest(&input) else { continue };
        let Some(article) = digest.articles.first() else { continue };
        let found = article.scores.as_ref().unwrap();
        for (code, theirs) in codes.iter().zip(&case.scores) {
            let Some(ours) = found.get(*code) else { continue };
            assert!((ours - theirs).abs() < 2e-3, "{code} {ours} {theirs} in {:?}", case.title);
            scores += 1;
        }
        for sentence in &summary(article).sentences {
            let index = case.sentences.iter().position(|one| *one == sentence.text);
            let place = case.kept.iter().position(|&kept| Some(kept) == index);
            let Some(theirs) = place.map(|place| case.ranker[place][0]) else { continue };
            let theirs = 1.0 / (1.0 + (-theirs).exp());
            assert!((sentence.score - theirs).abs() < 2e-3, "{} {theirs}", sentence.score);
            values += 1;
        }
    }
    assert!(scores >= 137 * 6 && values >= 15, "{scores} {values}");
}
