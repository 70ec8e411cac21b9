//! A fetched folder that lies: one lie a test.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use standfirst::pretrained::Description;
use standfirst_hub::{self as hub, Entry, ErrorKind, LOCK, Lock};
use tempfile::TempDir;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

const BYTES: &[u8] = b"the bytes of a model";

/// An entry of two files, and a folder that holds them.
fn whole() -> (TempDir, Entry) {
    let folder = tempfile::tempdir().unwrap();
    let mut entry = hub::find("all-minilm-l6-v2").unwrap().clone();
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
    let error = hub::check(folder.path(), &entry).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFolder);
    for part in expected {
        assert!(error.to_string().contains(part), "expected {part:?} in: {error}");
    }
}

#[test]
fn a_whole_folder_is_reported() {
    let (folder, entry) = whole();
    let report = hub::check(folder.path(), &entry).unwrap();
    assert_eq!(report.files, entry.files);
    let text = report.to_json();
    fs::write(folder.path().join(LOCK), &text).unwrap();
    assert_eq!(Lock::read(folder.path()).unwrap(), Some(report));
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let config = |folder: &Path| folder.join("config.json");
    check(
        |folder| fs::remove_file(config(folder)).unwrap(),
        &["config.json is missing", "fetch it with `standfirst-models fetch all-minilm-l6-v2`"],
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
    check(
        |folder| fs::remove_dir_all(folder).unwrap(),
        &["does not exist", "standfirst-models fetch"],
    );
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
    let lock = hub::check(folder.path(), &entry).unwrap();
    fs::write(folder.path().join(LOCK), lock.to_json()).unwrap();
    for file in &mut entry.files {
        (file.size_bytes, file.sha256) = (None, None);
    }
    hub::check(folder.path(), &entry).unwrap();
    fs::write(folder.path().join("config.json"), b"The bytes of a model").unwrap();
    let error = hub::check(folder.path(), &entry).unwrap_err().to_string();
    assert!(error.contains(&sha256(BYTES)), "{error}");
    // A lock of another commit knows nothing of this one.
    hub::check(folder.path(), &entry.at("main")).unwrap();
}

#[test]
fn a_lock_file_that_lies_is_refused() {
    let (folder, entry) = whole();
    let good = hub::check(folder.path(), &entry).unwrap().to_json();
    for (from, to, expected) in [
        ("config.json", "../../etc/passwd", "which is not inside a folder"),
        ("standfirst/lock-1", "standfirst/lock-9", "expected \"standfirst/lock-1\""),
        ("\"files\"", "\"flies\"", "is not a lock of checked files"),
        (&sha256(BYTES), "00", "expected 64 hexadecimal digits"),
    ] {
        fs::write(folder.path().join(LOCK), good.replacen(from, to, 1)).unwrap();
        let error = Lock::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(LOCK), "{error}");
    }
    fs::write(folder.path().join(LOCK), b"caf\xe9").unwrap();
    let error = Lock::read(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is not a lock of checked files"), "{error}");
}

#[test]
fn the_library_reads_what_a_folder_says_of_itself() {
    let taxonomy = standfirst::Digester::new().unwrap().taxonomy().clone();
    let is_topic = |code: &String| taxonomy.labels().iter().any(|label| label.code == *code);
    for entry in hub::catalog() {
        let description = Description::from_json(&entry.description()).unwrap();
        assert_eq!(description.name.as_ref(), Some(&entry.name));
        assert_eq!(description.licence.as_ref(), Some(&entry.licence));
        assert_eq!(description.task.as_str(), entry.task);
        for (label, code) in &description.labels {
            assert!(code.as_ref().is_none_or(is_topic), "{}: {label} {code:?}", entry.name);
        }
    }
}
