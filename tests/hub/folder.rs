//! A fetched folder that lies: one lie a test.

use std::fs;
use std::path::Path;

use standfirst::ErrorKind;
use standfirst::models::{self, DESCRIPTION, Description, Entry, LOCK, Report};
use tempfile::TempDir;

use crate::server::sha256;

const BYTES: &[u8] = b"the bytes of a model";

/// An entry of two files, and a folder that holds them.
fn whole() -> (TempDir, Entry) {
    let folder = tempfile::tempdir().unwrap();
    let mut entry = models::find("all-minilm-l6-v2").unwrap();
    entry.files.truncate(2);
    for (file, path) in entry.files.iter_mut().zip(["config.json", "1_Pooling/config.json"]) {
        file.path = path.to_owned();
        file.size_bytes = Some(BYTES.len() as u64);
        file.sha256 = Some(sha256(BYTES));
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), BYTES).unwrap();
    }
    (folder, entry)
}

/// A folder changed by `lie` is refused with a message that says each of `expected`.
fn check(lie: impl FnOnce(&Path), expected: &[&str]) {
    let (folder, entry) = whole();
    lie(folder.path());
    let error = models::check(folder.path(), &entry).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidModel);
    for part in expected {
        assert!(error.to_string().contains(part), "expected {part:?} in: {error}");
    }
}

#[test]
fn a_whole_folder_is_reported() {
    let (folder, entry) = whole();
    let report = models::check(folder.path(), &entry).unwrap();
    assert_eq!(report.files, entry.files);
    let text = report.to_json();
    fs::write(folder.path().join(LOCK), &text).unwrap();
    assert_eq!(Report::of(folder.path()).unwrap(), Some(report));
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let config = |folder: &Path| folder.join("config.json");
    check(
        |folder| fs::remove_file(config(folder)).unwrap(),
        &["config.json is missing", "fetch it with `models fetch all-minilm-l6-v2`"],
    );
    check(
        |folder| fs::write(config(folder), &BYTES[..5]).unwrap(),
        &["config.json", "cut short: found 5 bytes, expected 20"],
    );
    check(
        |folder| fs::write(config(folder), [BYTES, BYTES].concat()).unwrap(),
        &["config.json", "too long: found more than the 20 bytes expected"],
    );
    let other = b"The bytes of a model";
    check(
        |folder| fs::write(config(folder), other).unwrap(),
        &["config.json", "found sha256", &sha256(other), "expected", &sha256(BYTES)],
    );
    check(
        |folder| {
            let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 20\n";
            fs::write(config(folder), pointer).unwrap();
        },
        &["config.json is a Git LFS pointer", "git lfs pull"],
    );
    check(|folder| fs::remove_dir_all(folder).unwrap(), &["is not there", "models fetch"]);
    check(
        |folder| {
            fs::remove_file(config(folder)).unwrap();
            fs::create_dir(config(folder)).unwrap();
        },
        &["config.json cannot be read"],
    );
}

#[test]
fn every_wrong_file_is_named() {
    check(
        |folder| {
            fs::write(folder.join("config.json"), b"").unwrap();
            fs::remove_file(folder.join("1_Pooling/config.json")).unwrap();
        },
        &["config.json is cut short", "1_Pooling/config.json is missing"],
    );
}

#[test]
fn a_lock_file_holds_what_the_catalogue_does_not() {
    let (folder, mut entry) = whole();
    let lock = models::check(folder.path(), &entry).unwrap();
    fs::write(folder.path().join(LOCK), lock.to_json()).unwrap();
    for file in &mut entry.files {
        (file.size_bytes, file.sha256) = (None, None);
    }
    models::check(folder.path(), &entry).unwrap();
    fs::write(folder.path().join("config.json"), b"The bytes of a model").unwrap();
    let error = models::check(folder.path(), &entry).unwrap_err().to_string();
    assert!(error.contains(&sha256(BYTES)), "{error}");
    // A lock of another commit knows nothing of this one.
    models::check(folder.path(), &entry.at("main")).unwrap();
}

#[test]
fn a_lock_file_that_lies_is_refused() {
    let (folder, entry) = whole();
    let good = models::check(folder.path(), &entry).unwrap().to_json();
    for (from, to, expected) in [
        ("config.json", "../../etc/passwd", "which is not inside a folder"),
        ("standfirst/lock-1", "standfirst/lock-9", "expected \"standfirst/lock-1\""),
        ("\"files\"", "\"flies\"", "is not a report of checked files"),
        (&sha256(BYTES), "00", "which is none"),
    ] {
        fs::write(folder.path().join(LOCK), good.replacen(from, to, 1)).unwrap();
        let error = Report::of(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(LOCK), "{error}");
    }
    fs::write(folder.path().join(LOCK), b"caf\xe9").unwrap();
    let error = Report::of(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is not UTF-8 (first bad byte at 3)"), "{error}");
}

#[test]
fn a_folder_describes_itself_or_says_nothing() {
    let (folder, entry) = whole();
    assert_eq!(Description::of(folder.path()).unwrap(), None);
    let path = folder.path().join(DESCRIPTION);
    fs::write(&path, entry.description.to_json()).unwrap();
    assert_eq!(Description::of(folder.path()).unwrap(), Some(entry.description));
    for (text, expected) in [
        ("{\"task\": \"tagger\"}", "is not a model's description"),
        ("{\"task\": \"summarizer\", \"pooling\": \"max\"}", "gives pooling"),
    ] {
        fs::write(&path, text).unwrap();
        let error = Description::of(folder.path()).unwrap_err();
        let place = format!("{DESCRIPTION} in {}", folder.path().display());
        assert!(error.to_string().contains(&place), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn the_catalogue_is_the_folder_of_its_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/catalog");
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let known: Vec<String> =
        models::catalog().unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, known);
}

#[test]
fn the_labels_of_a_topic_model_are_topics() {
    let taxonomy = standfirst::Digester::new().unwrap().taxonomy().clone();
    let is_topic = |code: &String| taxonomy.labels().iter().any(|label| label.code == *code);
    for entry in models::catalog().unwrap() {
        for (label, code) in &entry.description.labels {
            assert!(code.as_ref().is_none_or(is_topic), "{}: {label} {code:?}", entry.name);
        }
    }
}
