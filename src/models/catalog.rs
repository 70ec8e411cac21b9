//! The catalogue: a name to a repository, a revision and its files.
//!
//! In: `models/catalog/*.json`, compiled in. Out: one [`Entry`] a model, in the order of the names.
//! Says what should be there; what is there is for `folder.rs`.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::Report;
use crate::error::{Error, ErrorKind, Result};
use crate::pretrained::{Description, Pooling, Task};

/// The entries as written, each with its file's name for messages, in the order of the names.
const ENTRIES: [(&str, &str); 9] = [
    ("all-minilm-l12-v2", include_str!("../../models/catalog/all-minilm-l12-v2.json")),
    ("all-minilm-l6-v2", include_str!("../../models/catalog/all-minilm-l6-v2.json")),
    ("bart-large-cnn", include_str!("../../models/catalog/bart-large-cnn.json")),
    ("bart-large-mnli", include_str!("../../models/catalog/bart-large-mnli.json")),
    ("distilbart-cnn-12-6", include_str!("../../models/catalog/distilbart-cnn-12-6.json")),
    ("distilbart-cnn-6-6", include_str!("../../models/catalog/distilbart-cnn-6-6.json")),
    (
        "multilingual-iptc-news-topic-classifier",
        include_str!("../../models/catalog/multilingual-iptc-news-topic-classifier.json"),
    ),
    ("pegasus-cnn_dailymail", include_str!("../../models/catalog/pegasus-cnn_dailymail.json")),
    ("t5-small", include_str!("../../models/catalog/t5-small.json")),
];

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The name to ask for, in lower case.
    pub name: String,
    /// The repository on the Hugging Face Hub, `owner/name`.
    pub repository: String,
    /// The commit of the repository whose files these are.
    pub revision: String,
    /// The model's kind in its own `config.json`: `bert`, `bart`, `t5`, …
    pub architecture: String,
    /// The licence of the weights, as an SPDX identifier.
    pub licence: String,
    /// All files together; an estimate where some file's size is not known.
    pub size_bytes: u64,
    /// Whether the sizes and hashes were computed from the files when this entry was written.
    pub verified: bool,
    /// What the model is good for, and where the entry's facts come from.
    pub note: String,
    /// What a folder with this model says of itself.
    pub description: Description,
    /// The files that loading needs.
    pub files: Vec<ModelFile>,
}

/// A file of a model, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelFile {
    /// The path in the repository and in the folder, with `/` between its parts.
    pub path: String,
    /// The file's size, if known.
    pub size_bytes: Option<u64>,
    /// The file's SHA-256 in 64 hexadecimal digits, lower case, if known.
    pub sha256: Option<String>,
    /// Whether the model can do without this file.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A file of `models/catalog`: an entry and its description in one object, each fact once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    repository: String,
    revision: String,
    task: Task,
    architecture: String,
    licence: String,
    size_bytes: u64,
    verified: bool,
    note: String,
    pooling: Option<Pooling>,
    normalize: Option<bool>,
    max_tokens: Option<usize>,
    #[serde(default)]
    labels: BTreeMap<String, Option<String>>,
    hypothesis_template: Option<String>,
    lower_case: Option<bool>,
    threshold: Option<f32>,
    prefix: Option<String>,
    files: Vec<ModelFile>,
}

/// The models that are known by name, in the order of their names.
///
/// # Errors
///
/// [`ErrorKind::InvalidModel`] when an entry is not what it should be, which is a fault of this
/// crate.
pub fn catalog() -> Result<Vec<Entry>> {
    ENTRIES.iter().map(|(file, text)| parse(file, text)).collect()
}

/// The model of this name, or of this repository on the Hub, whatever the case.
///
/// # Errors
///
/// [`ErrorKind::InvalidOption`] when there is none; the message lists the names.
pub fn find(name: &str) -> Result<Entry> {
    let mut entries = catalog()?;
    let is_meant = |entry: &Entry| {
        entry.name.eq_ignore_ascii_case(name) || entry.repository.eq_ignore_ascii_case(name)
    };
    if let Some(at) = entries.iter().position(is_meant) {
        return Ok(entries.swap_remove(at));
    }
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let message = format!("no model {name} is in the catalogue; it has {}", names.join(", "));
    Err(Error::new(ErrorKind::InvalidOption, message))
}

fn parse(file: &str, text: &str) -> Result<Entry> {
    let invalid = |what: String| {
        let message = format!("models/catalog/{file}.json {what}");
        Error::new(ErrorKind::InvalidModel, message)
    };
    let written: Written = serde_json::from_str(text).map_err(|cause| {
        let message = format!("models/catalog/{file}.json is not a catalogue entry");
        Error::because(ErrorKind::InvalidModel, message, cause)
    })?;
    if written.name != file {
        return Err(invalid(format!("names the model {}, expected {file}", written.name)));
    }
    if let Some(wrong) = written.files.iter().find_map(ModelFile::fault) {
        return Err(invalid(wrong));
    }
    let description = Description {
        name: Some(written.name.clone()),
        calibration: None,
        threshold: written.threshold,
        task: written.task,
        pooling: written.pooling,
        normalize: written.normalize,
        max_tokens: written.max_tokens,
        labels: written.labels,
        licence: Some(written.licence.clone()),
        hypothesis_template: written.hypothesis_template,
        lower_case: written.lower_case,
        prefix: written.prefix,
    };
    if let Some(wrong) = description.fault() {
        return Err(invalid(wrong));
    }
    Ok(Entry {
        name: written.name,
        repository: written.repository,
        revision: written.revision,
        architecture: written.architecture,
        licence: written.licence,
        size_bytes: written.size_bytes,
        verified: written.verified,
        note: written.note,
        description,
        files: written.files,
    })
}

impl Entry {
    /// The same model at another revision. What is known of the files at this one says nothing of
    /// them at that one, so it is left out, unless the two are the same.
    #[must_use]
    pub fn at(mut self, revision: &str) -> Self {
        if self.revision != revision {
            revision.clone_into(&mut self.revision);
            self.verified = false;
            for file in &mut self.files {
                (file.size_bytes, file.sha256) = (None, None);
            }
        }
        self
    }

    /// The same model, expecting what `report` found of it where the catalogue knows nothing. A
    /// report of another repository or revision adds nothing.
    #[must_use]
    pub fn held_to(mut self, report: &Report) -> Self {
        if (&self.repository, &self.revision) == (&report.repository, &report.revision) {
            for file in &mut self.files {
                let Some(found) = report.files.iter().find(|found| found.path == file.path) else {
                    continue;
                };
                // A size goes with its hash: half of each would be a file that never was.
                if file.sha256.is_none() {
                    file.sha256.clone_from(&found.sha256);
                    file.size_bytes = file.size_bytes.or(found.size_bytes);
                }
            }
        }
        self
    }
}

impl ModelFile {
    /// What is wrong with this as a file to expect, if anything is: a path that leaves its folder,
    /// a hash that is none.
    pub(super) fn fault(&self) -> Option<String> {
        let parts = Path::new(&self.path).components();
        let mut parts = parts.map(|part| matches!(part, Component::Normal(_)));
        let inside = !self.path.is_empty() && parts.all(|normal| normal);
        if !inside || self.path.contains(['\\', '\0']) {
            return Some(format!("names a file {:?}, which is not inside a folder", self.path));
        }
        let is_hash = |hash: &String| {
            let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            hash.len() == 64 && hash.bytes().all(hexadecimal)
        };
        match &self.sha256 {
            Some(hash) if !is_hash(hash) => {
                Some(format!("says that {} has sha256 {hash:?}, which is none", self.path))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_in_order() {
        let entries = catalog().unwrap();
        assert!(entries.is_sorted_by_key(|entry| entry.name.clone()));
        for entry in &entries {
            let name = &entry.name;
            assert_eq!(*name, name.to_ascii_lowercase());
            assert_eq!(entry.revision.len(), 40, "{name} is pinned to a commit");
            assert!(entry.revision.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
            assert_eq!(entry.repository.split('/').count(), 2, "{name}");
            assert!(entry.files.iter().any(|file| file.path == "config.json"), "{name}");
            let weights = |file: &ModelFile| {
                ["model.safetensors", "rust_model.ot"].contains(&file.path.as_str())
            };
            assert_eq!(entry.files.iter().filter(|file| weights(file)).count(), 1, "{name}");
            let sizes: Vec<u64> = entry.files.iter().filter_map(|file| file.size_bytes).collect();
            let sum: u64 = sizes.iter().sum();
            if sizes.len() == entry.files.len() {
                assert_eq!(entry.size_bytes, sum, "{name}");
            } else {
                assert!(entry.size_bytes > sum, "{name}");
            }
            let known = |file: &ModelFile| file.sha256.is_some() && file.size_bytes.is_some();
            assert!(!entry.verified || entry.files.iter().all(known), "{name}");
        }
    }

    #[test]
    fn a_model_is_found_by_name_and_by_repository() {
        for name in ["t5-small", "T5-Small", "google-t5/t5-small"] {
            assert_eq!(find(name).unwrap().name, "t5-small");
        }
        assert_eq!(find("t5").unwrap_err().kind(), ErrorKind::InvalidOption);
    }

    #[test]
    fn another_revision_is_not_held_to_the_pins_of_this_one() {
        let entry = find("t5-small").unwrap();
        assert_eq!(entry.clone().at(&entry.revision), entry);
        let other = entry.at("main");
        assert!(other.files.iter().all(|file| file.sha256.is_none() && file.size_bytes.is_none()));
    }

    #[test]
    fn a_path_stays_in_its_folder_and_a_hash_is_one() {
        let file = |path: &str, sha256: Option<&str>| ModelFile {
            path: path.to_owned(),
            size_bytes: None,
            sha256: sha256.map(str::to_owned),
            optional: false,
        };
        assert_eq!(file("1_Pooling/config.json", None).fault(), None);
        for path in ["", "/etc/hosts", "../up", "a/../../b", "a\\b", "./a"] {
            assert!(file(path, None).fault().is_some(), "{path:?}");
        }
        assert_eq!(file("a", Some(&"0a".repeat(32))).fault(), None);
        for hash in ["", "0a", &"0A".repeat(32), &"0g".repeat(32)] {
            assert!(file("a", Some(hash)).fault().is_some(), "{hash:?}");
        }
    }

    #[test]
    fn an_entry_that_is_wrong_says_what_is_wrong() {
        let message = |text: &str| {
            let error = parse("t5-small", text).unwrap_err();
            std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
        };
        let (_, good) = ENTRIES.iter().find(|(name, _)| *name == "t5-small").unwrap();
        assert!(message(&good.replace("t5-small\"", "t6\"")).contains("names the model t6"));
        assert!(message(&good.replace("\"note\"", "\"nota\"")).contains("unknown field `nota`"));
        assert!(message(&good.replace("spiece.model", "../x")).contains("not inside a folder"));
    }
}
