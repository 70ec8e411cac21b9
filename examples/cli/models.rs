//! Models by name, in the cache that this machine's tools share.
//!
//! In: a folder, or a name of the catalogue. Out: the folder to load from, its files checked. Looks
//! only at this machine: the example `models` is what fetches.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use standfirst::models::{self, Entry, Report};

/// The folder that `name_or_folder` stands for: itself where it is one, else the local copy of the
/// catalogue's model of that name, whose files are checked each time.
pub fn resolve(name_or_folder: &str) -> Result<PathBuf> {
    let folder = Path::new(name_or_folder);
    if folder.is_dir() {
        return Ok(folder.to_owned());
    }
    let entry = models::find(name_or_folder)
        .with_context(|| format!("{name_or_folder} is neither a folder nor a model's name"))?;
    let var = |name: &str| env::var(name).ok();
    let folder = snapshot(&hub_folder(var, env::home_dir())?, &entry.repository, &entry.revision);
    let command = format!("cargo run --example models --features hub -- fetch {}", entry.name);
    if !folder.is_dir() {
        bail!("{} is not on this machine (no {}); {command}", entry.name, folder.display());
    }
    check(&folder, &entry).with_context(|| {
        format!("the local copy of {} is not whole; to mend it: {command}", entry.name)
    })?;
    Ok(folder)
}

/// Checks a model's folder where nobody can be asked: each file is held to the catalogue or to what
/// the first fetch recorded, and one that neither knows is not believed.
#[cfg(feature = "checksums")]
pub fn check(folder: &Path, entry: &Entry) -> Result<Report> {
    let held = match Report::of(folder)? {
        Some(lock) => entry.clone().held_to(&lock),
        None => entry.clone(),
    };
    let unknown = held.files.iter().find(|file| file.sha256.is_none() && !file.optional);
    if let Some(file) = unknown {
        bail!("nothing says what {} in {} should be", file.path, folder.display());
    }
    Ok(models::check(folder, &held)?)
}

/// Nothing fetched is used unchecked.
#[cfg(not(feature = "checksums"))]
pub fn check(_folder: &Path, _entry: &Entry) -> Result<Report> {
    bail!("this program was built without the feature `checksums` and cannot check it")
}

/// The folder of the Hugging Face Hub's cache, as its own tools find it.
pub fn hub_folder(var: impl Fn(&str) -> Option<String>, home: Option<PathBuf>) -> Result<PathBuf> {
    match var("HF_HUB_CACHE").filter(|value| !value.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(hf_home(var, home)?.join("hub")),
    }
}

/// The folder of all that the Hub's tools keep.
pub fn hf_home(var: impl Fn(&str) -> Option<String>, home: Option<PathBuf>) -> Result<PathBuf> {
    let var = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    var("HF_HOME")
        .or_else(|| Some(var("XDG_CACHE_HOME")?.join("huggingface")))
        .or_else(|| Some(home?.join(".cache").join("huggingface")))
        .context("no home folder is known to keep models in; set HF_HOME")
}

/// Where a repository's files of one commit stand in the cache.
pub fn snapshot(hub: &Path, repository: &str, commit: &str) -> PathBuf {
    hub.join(repository_folder(repository)).join("snapshots").join(commit)
}

/// The name of a repository's folder in the cache.
pub fn repository_folder(repository: &str) -> String {
    format!("models--{}", repository.replace('/', "--"))
}
