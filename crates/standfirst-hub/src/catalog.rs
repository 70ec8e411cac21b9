//! The catalogue: a name to a repository, a commit and its files.
//!
//! In: `catalog.json`, compiled in. Out: one [`Entry`] a model, in the order of the names. Says what a
//! folder should hold; what it holds is for `check.rs`.

use std::path::{Component, Path};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// The name to ask for, in lower case.
    pub name: String,
    /// The repository on the Hugging Face Hub, `owner/name`.
    pub repository: String,
    /// The commit of the repository whose files these are.
    pub revision: String,
    /// What the model does: `sentence-encoder`, `zero-shot`, `classifier` or `summarizer`.
    pub task: String,
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
    /// What a folder with this model says of itself beyond name, task and licence.
    description: Map<String, Value>,
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
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// The models that are known by name, in the order of their names.
pub fn catalog() -> &'static [Entry] {
    static CATALOG: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let entries = serde_json::from_str(include_str!("../catalog.json"));
        entries.expect("the catalogue, which a test reads")
    });
    &CATALOG
}

/// The model of this name, or of this repository on the Hub, whatever the case.
///
/// # Errors
///
/// [`ErrorKind::UnknownModel`] when there is none; the message lists the names.
pub fn find(name: &str) -> Result<&'static Entry> {
    let is_meant = |entry: &&Entry| {
        entry.name.eq_ignore_ascii_case(name) || entry.repository.eq_ignore_ascii_case(name)
    };
    catalog().iter().find(is_meant).ok_or_else(|| {
        let names: Vec<&str> = catalog().iter().map(|entry| entry.name.as_str()).collect();
        let message = format!("no model {name} is in the catalogue; it has {}", names.join(", "));
        Error::new(ErrorKind::UnknownModel, message)
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

    /// The text of the folder's `standfirst.json`, by which the library knows what the model is.
    pub fn description(&self) -> String {
        let said = [("name", &self.name), ("task", &self.task), ("licence", &self.licence)];
        let said = said.map(|(key, value)| (key.to_owned(), Value::from(value.as_str())));
        let all: Map<String, Value> = said.into_iter().chain(self.description.clone()).collect();
        format!("{:#}\n", Value::from(all))
    }
}

impl ModelFile {
    /// What is wrong with this as a file to expect, if anything is: a path that leaves its folder,
    /// a hash that is none.
    pub(crate) fn fault(&self) -> Option<String> {
        let parts = Path::new(&self.path).components();
        let mut parts = parts.map(|part| matches!(part, Component::Normal(_)));
        let inside = !self.path.is_empty() && parts.all(|normal| normal);
        if !inside || self.path.contains(['\\', '\0']) {
            return Some(format!("names a file {:?}, which is not inside a folder", self.path));
        }
        let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(hexadecimal);
        let wrong = self.sha256.as_ref().filter(|hash| !is_hash(hash))?;
        Some(format!("gives {} the sha256 {wrong:?}, expected 64 hexadecimal digits", self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_in_order() {
        assert!(catalog().is_sorted_by_key(|entry| &entry.name));
        for entry in catalog() {
            let name = &entry.name;
            assert_eq!(*name, name.to_ascii_lowercase());
            assert_eq!(entry.revision.len(), 40, "{name} is pinned to a commit");
            assert!(entry.revision.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
            assert_eq!(entry.repository.split('/').count(), 2, "{name}");
            assert_eq!(entry.files.iter().find_map(ModelFile::fault), None, "{name}");
            assert!(entry.files.iter().any(|file| file.path == "config.json"), "{name}");
            let weights = |file: &&ModelFile| {
                ["model.safetensors", "rust_model.ot"].contains(&file.path.as_str())
            };
            assert_eq!(entry.files.iter().filter(weights).count(), 1, "{name}");
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
        assert_eq!(find("t5").unwrap_err().kind(), ErrorKind::UnknownModel);
    }

    #[test]
    fn another_revision_is_not_held_to_the_pins_of_this_one() {
        let entry = find("t5-small").unwrap();
        assert_eq!(entry.clone().at(&entry.revision), *entry);
        let other = entry.clone().at("main");
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
}
