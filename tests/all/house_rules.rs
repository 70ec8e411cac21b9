//! What the source may not name, and what the repository may not hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::source::{without_feature, words};

/// Largest file under version control, weights aside.
const MAX_FILE_BYTES: u64 = 1_000_000;
/// Largest sum of the embedded model's files: crates.io takes 10 MB.
const MAX_MODEL_BYTES: u64 = 9_000_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library's source files by their path from the root, in order.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "the sources of the library, found {}", found.len());
    found.sort();
    found
}

/// The lines of code of a file, with their numbers; comments say what they like.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = source.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.starts_with("//"))
}

/// Only the files in `allowed` name one of `words` in their code.
fn check_only(allowed: &[&str], words: &[&str]) {
    let mut offences = Vec::new();
    for (file, source) in sources() {
        if allowed.contains(&file.as_str()) {
            continue;
        }
        for (number, line) in code(&source) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                offences.push(format!("{file}:{number} names {word}: {line}"));
            }
        }
    }
    assert!(offences.is_empty(), "only {allowed:?} may:\n{}", offences.join("\n"));
}

/// The public items of a source file, each with what stands before its body.
fn public_items(source: &str) -> Vec<String> {
    let lines: Vec<&str> = code(source).map(|(_, line)| line).collect();
    let opens = [
        "pub fn ",
        "pub const fn ",
        "pub struct ",
        "pub enum ",
        "pub trait ",
        "pub type ",
        "pub use ",
    ];
    let mut items = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if opens.iter().any(|open| line.starts_with(open)) {
            let mut item = String::new();
            for part in lines.iter().skip(index) {
                item.push_str(part);
                item.push(' ');
                if part.ends_with(['{', ';', '}']) {
                    break;
                }
            }
            items.push(item);
        } else if line.starts_with("pub ") && line.contains(':') {
            // A public field.
            items.push((*line).to_owned());
        }
    }
    items
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn only_the_model_folder_loader_reads_files() {
    // `src/recipe.rs` is of the tests.
    let allowed = ["src/model/folder.rs", "src/train/folder.rs", "src/recipe.rs"];
    check_only(&allowed, &["std::fs", "std::{fs", "File::open", "fs::read"]);
}

#[test]
fn only_a_trained_model_writes_files() {
    // A model that was trained, where its owner asks for it.
    let allowed = ["src/train/folder.rs"];
    check_only(&allowed, &["File::create", "fs::write", "OpenOptions", "fs::remove", "fs::rename"]);
}

#[test]
fn no_source_reaches_the_network() {
    check_only(&[], &["ureq", "standfirst_hub", "TcpStream", "std::net"]);
}

#[test]
fn no_source_names_the_environment_or_processes() {
    let words = ["std::env", "env::var", "std::process", "process::exit", "std::net"];
    check_only(&["src/recipe.rs"], &words);
    // Where Cargo puts what `build.rs` writes is asked when the library is built.
    check_only(&["src/text/languages.rs", "src/text/lists.rs"], &["env!("]);
}

#[test]
fn no_source_prints() {
    check_only(
        &["src/recipe.rs"],
        &["println!", "eprintln!", "print!(", "eprint!(", "dbg!(", "stdout()", "stderr()"],
    );
}

#[test]
fn no_source_asks_for_the_time() {
    check_only(
        &["src/deadline.rs"],
        &["Instant::now", "SystemTime", "Zoned::now", "Timestamp::now"],
    );
}

#[test]
fn no_map_of_words_has_a_hash_that_a_text_can_foresee() {
    check_only(&["src/text/keyed.rs"], &["foldhash"]);
    check_only(&[], &["FxHash", "FxBuild", "rustc_hash", "BuildHasherDefault"]);
    // By FNV-1a nothing is looked up but lists of ours and vocabularies of models.
    let lists = ["hash.rs", "keyed.rs", "lists.rs"].map(|file| format!("src/text/{file}"));
    let page = ["line.rs", "vocabulary.rs", "marks.rs"].map(|file| format!("src/page/{file}"));
    let others = ["src/language.rs", "src/tokens/wordpiece.rs"];
    let allowed: Vec<&str> = lists.iter().chain(&page).map(String::as_str).chain(others).collect();
    check_only(&allowed, &["hash::"]);
}

#[test]
fn only_the_tokens_file_names_the_tokenizers_crate() {
    check_only(
        &["src/tokens.rs"],
        &[" tokenizers::", "(tokenizers::", "&tokenizers::", "extern crate tokenizers"],
    );
}

#[test]
fn only_the_rust_bert_folder_names_its_crates() {
    let sources = sources();
    let own = sources.iter().map(|(file, _)| file.as_str());
    let allowed: Vec<&str> =
        own.filter(|file| file.starts_with("src/pretrained/rust_bert")).collect();
    assert!(allowed.len() > 6, "{allowed:?}");
    // In the crate's own paths, `rust_bert` is the module of that name.
    check_only(
        &allowed,
        &[
            "use rust_bert::",
            "<rust_bert::",
            "(rust_bert::",
            " rust_bert::b",
            "tch::",
            "rust_tokenizers",
        ],
    );
}

#[test]
fn only_the_rten_folder_names_its_crates() {
    let sources = sources();
    let own = sources.iter().map(|(file, _)| file.as_str());
    let allowed: Vec<&str> = own.filter(|file| file.starts_with("src/pretrained/rten")).collect();
    assert_eq!(allowed.len(), 3, "{allowed:?}");
    // In the crate's own paths, `rten` is the module of that name.
    check_only(&allowed, &["use rten::", "(rten::", "<rten::", "rten_tensor"]);
}

#[test]
fn only_the_weights_file_names_the_safetensors_crate() {
    check_only(&["src/nn/weights.rs"], &["use safetensors", "safetensors::"]);
}

#[test]
fn only_the_kernels_file_names_the_multiversion_crate() {
    check_only(&["src/nn/kernels.rs"], &["use multiversion", "multiversion::", "#[multiversion"]);
}

#[test]
fn only_the_forward_pass_of_bert_names_the_processor_crate() {
    check_only(&["src/pretrained/rust_bert/bert.rs"], &["raw_cpuid"]);
}

#[test]
fn only_the_html_file_names_the_html_crate() {
    check_only(&["src/page/html.rs"], &["html5ever::"]);
}

#[test]
fn only_the_encoding_file_names_the_encoding_crates() {
    check_only(&["src/encoding.rs"], &["encoding_rs::", "chardetng::"]);
}

#[test]
fn only_the_language_file_names_the_language_crate() {
    check_only(&["src/language.rs"], &["whatlang::"]);
}

#[test]
fn no_public_signature_carries_a_type_of_a_crate_inside() {
    let foreign = [
        "ndarray",
        "Array1",
        "Array2",
        "ArrayView",
        "tokenizers",
        "HfTokenizer",
        "safetensors",
        "SafeTensors",
        "rust_bert",
        "RustBertError",
        "tch::",
        "rust_tokenizers",
        "NdTensor",
        "rten::",
        "TensorView",
        "html5ever",
        "whatlang",
        "encoding_rs",
        "chardetng",
        "anyhow",
        "schemars",
    ];
    let mut offences = Vec::new();
    for (file, source) in sources() {
        for item in public_items(&source) {
            if let Some(name) = foreign.iter().find(|name| item.contains(**name)) {
                offences.push(format!("{file}: {name} in {item}"));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn the_schema_crate_is_named_behind_its_feature_alone() {
    let named = |(_, source): &(String, String)| source.contains("schemars");
    let sources: Vec<(String, String)> = sources().into_iter().filter(named).collect();
    assert!(sources.len() > 5, "{}", sources.len());
    for (file, source) in sources {
        let rest = without_feature(words(&source), "schema");
        assert!(!rest.iter().any(|token| token == "schemars"), "{file}");
    }
}

/// Of the public API, as `.ci/api.sh` keeps it.
#[test]
fn what_may_grow_is_open_to_it() {
    // Two ends and no third thing; a row is a digest or says why there is none.
    let closed = ["standfirst::Span", "standfirst::digest::Row"];
    let api = fs::read_to_string(root().join("api.txt")).unwrap();
    assert!(api.lines().count() > 500, "the public API");
    let name = |line: &str| line.split(['<', '(', ' ']).next().unwrap_or_default().to_owned();
    let mut offences = Vec::new();
    for line in api.lines() {
        if let Some(item) = line.strip_prefix("pub enum ") {
            offences.push(name(item));
        } else if let Some(item) = line.strip_prefix("pub struct ") {
            let field = format!("pub {}::", name(item));
            if api.lines().any(|line| line.strip_prefix(&field).is_some_and(|f| f.contains(": "))) {
                offences.push(name(item));
            }
        }
    }
    offences.retain(|name| !closed.contains(&name.as_str()));
    assert!(offences.is_empty(), "#[non_exhaustive], or private fields: {offences:?}");
}

#[test]
fn every_source_file_says_what_it_is_first() {
    let mute: Vec<String> = sources()
        .into_iter()
        .filter(|(_, source)| !source.starts_with("//! "))
        .map(|(file, _)| file)
        .collect();
    assert!(mute.is_empty(), "no header: {mute:?}");
}

#[test]
fn no_source_is_left_unfinished() {
    check_only(&[], &["todo!(", "unimplemented!(", "unsafe {", "unsafe fn"]);
}

#[test]
fn no_tracked_file_is_large_except_the_weights() {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
        eprintln!("skipped: not a git working tree");
        return;
    };
    let names = String::from_utf8(listed.stdout).unwrap();
    for name in names.split_terminator('\0') {
        let Ok(facts) = fs::metadata(root().join(name)) else { continue };
        let is_weights = name == "models/embedded/model.safetensors";
        assert!(is_weights || facts.len() <= MAX_FILE_BYTES, "{name} has {} bytes", facts.len());
    }
}

#[test]
fn the_embedded_model_is_whole_and_small() {
    let files = files_in(&root().join("models/embedded"));
    for name in ["config.json", "tokenizer.json", "taxonomy.json", "model.safetensors"] {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name} is missing");
    }
    let bytes: u64 = files.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    assert!(bytes <= MAX_MODEL_BYTES, "models/embedded has {bytes} bytes");
}

#[test]
fn the_taxonomy_says_whose_it_is() {
    let taxonomy = crate::pages::digester().taxonomy().clone();
    assert!(
        taxonomy.attribution().contains("IPTC") && taxonomy.attribution().contains("CC BY 4.0")
    );
    assert_eq!(taxonomy.version(), "2025-10-09");
    let count = |level: u8| taxonomy.labels().iter().filter(|label| label.level() == level).count();
    assert_eq!((count(1), count(2)), (17, 120));
}
