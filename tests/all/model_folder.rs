//! A model folder that lies: one lie a test, each an error before the first article.

use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use standfirst::{Digester, ErrorKind, Input, Options, TopicOptions};

use crate::pages::RATES;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const TAXONOMY: &str = "taxonomy.json";
const WEIGHTS: &str = "model.safetensors";
const FILES: [&str; 4] = [CONFIG, TOKENIZER, TAXONOMY, WEIGHTS];

/// A copy of the embedded model's folder.
fn copied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in FILES {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/embedded").join(file);
        fs::copy(from, folder.path().join(file)).unwrap();
    }
    folder
}

/// What a loader says of a folder after `lie` has changed it: the message, and the message with
/// all its causes, as a person sees it.
fn refusal(lie: impl FnOnce(&Path)) -> (String, String) {
    let folder = copied();
    lie(folder.path());
    let error = match Digester::builder().model_folder(folder.path()).build() {
        Ok(_) => panic!("the folder was believed"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::InvalidModel, "{error}");
    (error.to_string(), format!("{:#}", anyhow::Error::from(error)))
}

/// A folder with a lie is refused with a message that says each of `expected`.
fn check(lie: impl FnOnce(&Path), expected: &[&str]) {
    let (_, whole) = refusal(lie);
    for part in expected {
        assert!(whole.contains(part), "expected {part:?} in: {whole}");
    }
}

fn truncate(folder: &Path, file: &str, bytes: usize) {
    let path = folder.join(file);
    let whole = fs::read(&path).unwrap();
    fs::write(path, &whole[..bytes]).unwrap();
}

/// Changes the value at a JSON pointer of a file.
fn set(folder: &Path, file: &str, pointer: &str, value: Value) {
    edit(folder, file, |json| *json.pointer_mut(pointer).unwrap() = value);
}

fn edit(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut json);
    fs::write(path, json.to_string()).unwrap();
}

/// Shortens the list at a JSON pointer by one.
fn shorten(folder: &Path, file: &str, pointer: &str) {
    edit(folder, file, |json| {
        json.pointer_mut(pointer).unwrap().as_array_mut().unwrap().pop().unwrap();
    });
}

struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    data: Vec<u8>,
}

/// Changes the tensors of a folder's weights and writes them again as a valid file.
fn retell(folder: &Path, change: impl FnOnce(&mut Vec<Tensor>)) {
    let path = folder.join(WEIGHTS);
    let bytes = fs::read(&path).unwrap();
    let mut tensors: Vec<Tensor> = SafeTensors::deserialize(&bytes)
        .unwrap()
        .iter()
        .map(|(name, view)| Tensor {
            name: name.to_owned(),
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            data: view.data().to_vec(),
        })
        .collect();
    change(&mut tensors);
    let views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .map(|tensor| {
            let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.data).unwrap();
            (tensor.name.as_str(), view)
        })
        .collect();
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Changes one tensor.
fn retell_one(folder: &Path, name: &str, change: impl FnOnce(&mut Tensor)) {
    retell(folder, |tensors| {
        change(tensors.iter_mut().find(|tensor| tensor.name == name).unwrap())
    });
}

#[test]
fn a_true_copy_is_believed() {
    let folder = copied();
    let digester = Digester::builder().model_folder(folder.path()).build().unwrap();
    // The folder may go once it is read.
    drop(folder);
    assert_eq!(digester.digest(&Input::article("rates", RATES)).unwrap().articles.len(), 1);
}

#[test]
fn a_true_copy_written_anew_is_believed() {
    let folder = copied();
    retell(folder.path(), |_| {});
    edit(folder.path(), CONFIG, |_| {});
    Digester::builder().model_folder(folder.path()).build().unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = Digester::builder().model_folder("no/such/folder").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidModel);
    assert_eq!(error.to_string(), "model folder no/such/folder does not exist");
}

#[test]
fn a_missing_file_is_named() {
    for file in FILES {
        check(|folder| fs::remove_file(folder.join(file)).unwrap(), &[file, "cannot be read"]);
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_named() {
    for file in FILES {
        let lie = |folder: &Path| {
            fs::remove_file(folder.join(file)).unwrap();
            fs::create_dir(folder.join(file)).unwrap();
        };
        check(lie, &[file, "no regular file"]);
    }
}

#[test]
fn an_empty_file_is_named() {
    for file in FILES {
        check(|folder| truncate(folder, file, 0), &[file]);
    }
}

#[test]
fn truncated_weights_are_refused() {
    for bytes in [4, 8, 100, 10_000, 4_000_000] {
        let lie = |folder: &Path| truncate(folder, WEIGHTS, bytes);
        check(lie, &[WEIGHTS, &format!("{bytes} bytes"), "not whole safetensors"]);
    }
    let by_one = |folder: &Path| {
        let bytes = fs::read(folder.join(WEIGHTS)).unwrap().len();
        truncate(folder, WEIGHTS, bytes - 1);
    };
    check(by_one, &[WEIGHTS, "not whole safetensors"]);
}

#[test]
fn truncated_json_is_refused() {
    for file in [CONFIG, TOKENIZER, TAXONOMY] {
        check(|folder| truncate(folder, file, 1000), &[file, "is not a", "EOF", "line"]);
    }
}

#[test]
fn json_of_another_kind_is_refused() {
    for file in [CONFIG, TOKENIZER, TAXONOMY] {
        check(|folder| fs::write(folder.join(file), "[1, 2]").unwrap(), &[file, "is not a"]);
        check(|folder| fs::write(folder.join(file), b"\xff\xfe{}").unwrap(), &[file, "is not a"]);
    }
}

#[test]
fn another_format_is_refused() {
    check(
        |folder| set(folder, CONFIG, "/format", json!("standfirst/model-9")),
        &[CONFIG, "standfirst/model-9", "expected \"standfirst/model-1\""],
    );
}

#[test]
fn a_field_missing_from_the_config_is_named() {
    let lie = |folder: &Path| {
        edit(folder, CONFIG, |json| {
            json.as_object_mut().unwrap().remove("ranker").unwrap();
        });
    };
    check(lie, &[CONFIG, "missing field `ranker`"]);
}

#[test]
fn another_vocabulary_size_is_refused() {
    check(
        |folder| set(folder, CONFIG, "/vocab_size", json!(19_999)),
        &[TOKENIZER, "20000 tokens", "says 19999"],
    );
}

#[test]
fn a_tokenizer_with_one_token_less_is_refused() {
    let lie = |folder: &Path| {
        edit(folder, TOKENIZER, |json| {
            let vocab = json["model"]["vocab"].as_object_mut().unwrap();
            let last = vocab.iter().max_by_key(|(_, id)| id.as_u64()).unwrap().0.clone();
            vocab.remove(&last).unwrap();
        });
    };
    check(lie, &[TOKENIZER, "19999 tokens", "says 20000"]);
}

#[test]
fn a_taxonomy_with_one_label_less_is_refused() {
    check(|folder| shorten(folder, TAXONOMY, "/topics"), &["taxonomy", "136", "137"]);
}

#[test]
fn a_taxonomy_with_a_code_twice_or_an_orphan_is_refused() {
    let twice = |folder: &Path| {
        edit(folder, TAXONOMY, |json| {
            json["topics"][1]["code"] = json["topics"][0]["code"].clone()
        });
    };
    check(twice, &[TAXONOMY, "medtop:01000000 twice"]);
    let orphan = |folder: &Path| set(folder, TAXONOMY, "/topics/136/parent", json!("medtop:99"));
    check(orphan, &[TAXONOMY, "parent medtop:99", "no topic of it"]);
}

#[test]
fn thresholds_that_are_too_few_are_refused() {
    for list in [
        "/topics/thresholds",
        "/topics/precise_thresholds",
        "/topics/calibration/slope",
        "/topics/calibration/offset",
    ] {
        check(|folder| shorten(folder, CONFIG, list), &[CONFIG, "136", "137"]);
    }
}

#[test]
fn precise_thresholds_may_be_missing_until_they_are_asked_for() {
    let folder = copied();
    edit(folder.path(), CONFIG, |json| {
        json["topics"].as_object_mut().unwrap().remove("precise_thresholds");
    });
    let build = |precise: bool| {
        let options = Options::default().with_topics(TopicOptions::default().with_precise(precise));
        Digester::builder().model_folder(folder.path()).options(options).build()
    };
    assert!(build(false).is_ok());
    let refused = build(true).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidOption);
    assert!(refused.to_string().contains("has no thresholds for precise topics"), "{refused}");
}

#[test]
fn a_missing_tensor_is_named() {
    for name in [
        "topics.head.wide.weight",
        "topics.head.deep.bias",
        "topics.mean",
        "topics.pairs.key",
        "topics.embeddings.scale",
        "rank.importance",
        "rank.layers.1.qkv.weight",
        "rank.enter.scale",
    ] {
        let lie =
            |folder: &Path| retell(folder, |tensors| tensors.retain(|tensor| tensor.name != name));
        check(lie, &[WEIGHTS, &format!("tensor {name} is missing")]);
    }
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let turned = |folder: &Path| {
        retell_one(folder, "topics.head.deep.weight", |tensor| tensor.shape.reverse());
    };
    let expected = "topics.head.deep.weight has shape [160, 128], expected [128, 160]";
    check(turned, &[WEIGHTS, expected]);
    let flat = |folder: &Path| {
        retell_one(folder, "rank.layers.0.qkv.weight", |tensor| tensor.shape = vec![192 * 64]);
    };
    check(flat, &[WEIGHTS, "rank.layers.0.qkv.weight has shape [12288], expected [192, 64]"]);
}

#[test]
fn a_width_of_another_model_is_named() {
    let lie = |folder: &Path| set(folder, CONFIG, "/topics/dim", json!(128));
    check(
        lie,
        &[WEIGHTS, "topics.embeddings.weight has shape [20000, 160], expected [20000, 128]"],
    );
}

#[test]
fn a_tensor_of_another_type_is_named() {
    let lie = |folder: &Path| {
        retell_one(folder, "topics.embeddings.weight", |tensor| tensor.dtype = Dtype::U8);
    };
    check(lie, &[WEIGHTS, "topics.embeddings.weight has type U8, expected [I8]"]);
    let keys = |folder: &Path| {
        retell_one(folder, "topics.pairs.key", |tensor| tensor.dtype = Dtype::F32);
    };
    check(keys, &[WEIGHTS, "topics.pairs.key has type F32, expected [U32, I32]"]);
}

#[test]
fn a_value_that_is_no_number_is_named() {
    for (name, bits) in [
        ("topics.embeddings.scale", &f32::NAN.to_le_bytes()[..]),
        ("rank.layers.0.norm_1.weight", &f32::INFINITY.to_le_bytes()),
        // Infinity as a half.
        ("topics.head.wide.bias", &0x7c00_u16.to_le_bytes()),
    ] {
        let lie = |folder: &Path| {
            retell_one(folder, name, |tensor| tensor.data[..bits.len()].copy_from_slice(bits));
        };
        check(lie, &[WEIGHTS, &format!("tensor {name} holds values that are not finite")]);
    }
}

fn swap_first_keys(folder: &Path) {
    retell_one(folder, "topics.pairs.key", |tensor| {
        let (first, second) = tensor.data.split_at_mut(4);
        first.swap_with_slice(&mut second[..4]);
    });
}

#[test]
fn pair_keys_out_of_order_are_refused() {
    check(swap_first_keys, &["topics.pairs.key is not in ascending order"]);
}

#[test]
fn pair_keys_out_of_order_name_their_file() {
    check(swap_first_keys, &[WEIGHTS, "topics.pairs.key is not in ascending order"]);
}

#[test]
fn every_message_names_the_folder() {
    let lies: [&dyn Fn(&Path); 3] = [
        &|folder| shorten(folder, TAXONOMY, "/topics"),
        &|folder| set(folder, CONFIG, "/ranker/heads", json!(7)),
        &swap_first_keys,
    ];
    for lie in lies {
        let mut place = String::new();
        let (_, whole) = refusal(|folder| {
            place = folder.display().to_string();
            lie(folder);
        });
        assert!(whole.contains(&place), "{place} expected in: {whole}");
    }
}

#[test]
fn no_cause_is_said_twice() {
    for file in FILES {
        let (message, whole) = refusal(|folder| truncate(folder, file, 1000));
        let cause = whole.strip_prefix(&message).unwrap().trim_start_matches(": ");
        assert!(cause.is_empty() || !message.contains(cause), "{whole}");
    }
}

#[test]
fn an_absurd_header_length_is_refused() {
    for length in [u64::MAX, 1 << 40, 100_000_001, 0] {
        let lie = |folder: &Path| {
            let mut bytes = fs::read(folder.join(WEIGHTS)).unwrap();
            bytes[..8].copy_from_slice(&length.to_le_bytes());
            fs::write(folder.join(WEIGHTS), bytes).unwrap();
        };
        check(lie, &[WEIGHTS, "not whole safetensors"]);
    }
}

#[test]
fn heads_that_do_not_divide_the_width_are_refused() {
    for heads in [7, 0, 1000] {
        check(
            |folder| set(folder, CONFIG, "/ranker/heads", json!(heads)),
            &[CONFIG, &format!("{heads} heads, width 64"), "heads that divide the width"],
        );
    }
}

#[test]
fn a_ranker_of_another_shape_is_refused() {
    for field in ["window", "places"] {
        let lie = |folder: &Path| set(folder, CONFIG, &format!("/ranker/{field}"), json!(0));
        check(lie, &[CONFIG, "0", "a window and places of at least 1"]);
    }
    let more = |folder: &Path| set(folder, CONFIG, "/ranker/layers", json!(3));
    check(more, &[WEIGHTS, "rank.layers.2"]);
    let places = |folder: &Path| set(folder, CONFIG, "/ranker/places", json!(65));
    check(places, &[WEIGHTS, "rank.place has shape [64, 64], expected [65, 64]"]);
}

#[test]
fn a_feature_of_the_ranker_that_is_unknown_missing_or_there_twice_is_named() {
    let name = |place: &'static str, name: &'static str| {
        move |folder: &Path| set(folder, CONFIG, &format!("/ranker/features/{place}"), json!(name))
    };
    check(
        name("0", "colour"),
        &[CONFIG, r#"unknown: ["colour"]"#, r#"at most once, of ["position", "#],
    );
    check(name("0", "colon"), &[r#"more than once: ["colon"]"#]);
    check(|folder| shorten(folder, CONFIG, "/ranker/features"), &["rank.enter"]);
    let more = |folder: &Path| {
        edit(folder, CONFIG, |json| {
            let features = json.pointer_mut("/ranker/features").unwrap().as_array_mut().unwrap();
            features.extend((0..100_000).map(|number| json!(format!("feature {number}"))));
        });
    };
    check(more, &[r#"unknown: ["feature 0", "#]);
    let (_, whole) = refusal(more);
    assert!(whole.len() < 2000, "{} bytes", whole.len());
    // As models had it before their features had names.
    check(
        |folder| set(folder, CONFIG, "/ranker/features", json!(25)),
        &[CONFIG, "is not a model's config", "invalid type: integer `25`, expected a sequence"],
    );
}

/// The names say which column of the weights is whose: in another order, both moved, the model is
/// the same.
#[test]
fn features_of_the_ranker_go_by_name() {
    let folder = copied();
    let dim = 128;
    edit(folder.path(), CONFIG, |json| {
        json.pointer_mut("/ranker/features").unwrap().as_array_mut().unwrap().swap(2, 15);
    });
    let summary = |folder: &Path| {
        let digester = Digester::builder().model_folder(folder).build().unwrap();
        let digest = digester.digest(&Input::article("rates", RATES)).unwrap();
        digest.articles[0].summary.clone().unwrap()
    };
    assert_ne!(summary(folder.path()), summary(copied().path()), "weights of other features");
    retell_one(folder.path(), "rank.enter.weight", |tensor| {
        let width = tensor.shape[1];
        for row in tensor.data.chunks_exact_mut(width) {
            row.swap(dim + 2, dim + 15);
        }
    });
    let (found, expected) = (summary(folder.path()), summary(copied().path()));
    for (found, expected) in found.sentences.iter().zip(&expected.sentences) {
        assert_eq!(found.text, expected.text);
        assert!((found.score - expected.score).abs() < 1e-3);
    }
}

#[test]
fn a_width_of_zero_is_refused() {
    for field in ["/ranker/width", "/ranker/dim", "/ranker/inner", "/topics/dim"] {
        check(|folder| set(folder, CONFIG, field, json!(0)), &[]);
    }
}

#[test]
fn a_size_beyond_all_memory_is_refused() {
    for field in [
        "/ranker/width",
        "/ranker/dim",
        "/ranker/inner",
        "/ranker/places",
        "/topics/dim",
        "/topics/hidden",
    ] {
        for size in [u64::from(u32::MAX), 1 << 62, u64::MAX / 4 * 4] {
            check(|folder| set(folder, CONFIG, field, json!(size)), &[]);
        }
    }
    for size in [65, 1_u64 << 40, u64::MAX] {
        check(|folder| set(folder, CONFIG, "/ranker/layers", json!(size)), &[CONFIG, "layers"]);
    }
}

#[test]
fn numbers_that_make_no_score_are_refused() {
    let believed: Vec<String> = [
        ("/topics/pooling/decay", 0.0),
        ("/topics/pooling/decay", -1.0),
        ("/topics/pooling/eps", -1.0),
        ("/topics/thresholds/0", -5.0),
        ("/topics/precise_thresholds/0", -5.0),
        // Beyond the largest 32-bit float: read as infinity.
        ("/topics/pooling/title", 1e39),
        ("/topics/thresholds/0", 1e39),
        ("/topics/calibration/slope/0", -1e39),
        ("/topics/calibration/offset/0", 1e39),
        ("/topics/floor", -1e39),
        ("/ranker/selection/repeat", 1e39),
        ("/ranker/selection/leans", 1e39),
        ("/own_labels/threshold", 1e39),
    ]
    .into_iter()
    .filter(|&(field, value)| {
        let folder = copied();
        set(folder.path(), CONFIG, field, json!(value));
        Digester::builder().model_folder(folder.path()).build().is_ok()
    })
    .map(|(field, value)| format!("{field} = {value:e}"))
    .collect();
    assert!(believed.is_empty(), "believed: {believed:#?}");
}

#[test]
fn no_model_that_is_believed_gives_a_row_without_scores() {
    let folder = copied();
    set(folder.path(), CONFIG, "/topics/pooling/decay", json!(0.0));
    let options = Options::default().with_topics(TopicOptions::default().with_all_scores(true));
    let builder = Digester::builder().options(options).model_folder(folder.path());
    let Ok(digester) = builder.build() else { return };
    let row = digester.row(&Input::article("rates", RATES)).to_json();
    assert!(!row.contains("null"), "{row}");
}

#[cfg(not(any(feature = "rust-bert", feature = "rten")))]
#[test]
fn a_pretrained_model_asks_for_the_feature() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(CONFIG), r#"{"model_type": "bert"}"#).unwrap();
    let topics = Digester::builder().model_folder(folder.path()).build();
    let abstracts = Digester::builder().summary_model_folder(folder.path()).build();
    for error in [topics.unwrap_err(), abstracts.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.to_string().contains("the feature `rust-bert`"), "{error}");
    }
    let rten = standfirst::Backend::Rten;
    let asked = Digester::builder().model_folder(folder.path()).backend(rten);
    let error = asked.build().unwrap_err();
    assert!(error.to_string().contains("the feature `rten`"), "{error}");
}
