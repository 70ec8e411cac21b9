//! A name to its folder on this machine.
//!
//! In: the environment, and a name of the catalogue. Out: where the Hugging Face Hub's own tools keep
//! that model, its files checked. Looks only at this machine.

use std::env;
use std::path::{Path, PathBuf};

use crate::catalog::find;
use crate::check::check_known;
use crate::error::{Error, ErrorKind, Result};

/// The cache that the Hugging Face Hub's tools share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache of this machine, where its variables say.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Environment`] when no variable says where, and there is no home folder.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| env::var(name).ok(), env::home_dir())
    }

    /// The cache that variables by name and the home folder say.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_vars(var: impl Fn(&str) -> Option<String>, home: Option<PathBuf>) -> Result<Self> {
        let folder = match var("HF_HUB_CACHE").filter(|value| !value.is_empty()) {
            Some(folder) => folder.into(),
            None => hf_home(var, home)?.join("hub"),
        };
        Ok(Self { folder })
    }

    /// The cache's own folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a repository's files stand.
    pub fn repository(&self, repository: &str) -> PathBuf {
        self.folder.join(repository_name(repository))
    }

    /// Where a repository's files of one commit stand.
    pub fn snapshot(&self, repository: &str, commit: &str) -> PathBuf {
        self.repository(repository).join("snapshots").join(commit)
    }

    /// The folder of the catalogue's model of this name; its files are checked each time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownModel`] where the catalogue has no such name, [`ErrorKind::NotFetched`]
    /// where the model is not in the cache, [`ErrorKind::InvalidFolder`] where it is not whole.
    pub fn find(&self, name: &str) -> Result<PathBuf> {
        let entry = find(name)?;
        let folder = self.snapshot(&entry.repository, &entry.revision);
        let command = format!("`standfirst-models fetch {}`", entry.name);
        if !folder.is_dir() {
            let (name, place) = (&entry.name, folder.display());
            let message =
                format!("{name} is not on this machine (no {place}); {command} brings it");
            return Err(Error::new(ErrorKind::NotFetched, message));
        }
        check_known(&folder, entry).map_err(|cause| {
            let message = format!("the copy of {} is not whole; {command} mends it", entry.name);
            Error::because(cause.kind(), message, cause)
        })?;
        Ok(folder)
    }
}

/// The folder that `name_or_folder` stands for: itself where it is one, else what [`Cache::find`] has
/// for that name in the cache of this machine.
///
/// # Errors
///
/// As [`Cache::find`] and [`Cache::from_env`].
pub fn resolve(name_or_folder: &str) -> Result<PathBuf> {
    let folder = Path::new(name_or_folder);
    if folder.is_dir() {
        return Ok(folder.to_owned());
    }
    find(name_or_folder).map_err(|cause| {
        let message = format!("{name_or_folder} is neither a folder nor a model's name");
        Error::because(ErrorKind::UnknownModel, message, cause)
    })?;
    Cache::from_env()?.find(name_or_folder)
}

/// The folder of all that the Hub's tools keep.
pub(crate) fn hf_home(
    var: impl Fn(&str) -> Option<String>,
    home: Option<PathBuf>,
) -> Result<PathBuf> {
    let var = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    var("HF_HOME")
        .or_else(|| Some(var("XDG_CACHE_HOME")?.join("huggingface")))
        .or_else(|| Some(home?.join(".cache").join("huggingface")))
        .ok_or_else(|| {
            let message = "no home folder is known to keep models in; set HF_HOME";
            Error::new(ErrorKind::Environment, message)
        })
}

/// The name of a repository's folder in the cache.
pub(crate) fn repository_name(repository: &str) -> String {
    format!("models--{}", repository.replace('/', "--"))
}
