//! Model folder to model files.
//!
//! In: a folder's path, or the copy compiled into the crate. Out: the bytes of its files, each
//! within a size that a model of this kind can have. With `weights.rs` the only part of the
//! library that believes a file; the only one that reads any.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
#[cfg(feature = "pretrained")]
use std::path::PathBuf;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "pretrained")]
use crate::nn::data_len;
use crate::topics::taxonomy;

/// The file that says what the model is.
pub(crate) const CONFIG: &str = "config.json";
/// The vocabulary.
pub(crate) const TOKENIZER: &str = "tokenizer.json";
/// The labels.
pub(crate) const TAXONOMY: &str = taxonomy::FILE;
/// The numbers.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The largest files that are read, by their size in the folder: a larger one is refused before it is
/// opened. Far beyond what these models need (the embedded one's have 6 KB, 14 KB, 300 KB and 8 MB), and
/// small enough that a wrong path does not fill the memory. A file of JSON takes some ten times as much
/// while it is read.
const MAX_JSON_BYTES: u64 = 8 << 20;
const MAX_TAXONOMY_BYTES: u64 = 16 << 20;
/// The vocabularies of a hundred languages have 17 MB.
const MAX_TOKENIZER_BYTES: u64 = 32 << 20;
const MAX_WEIGHTS_BYTES: u64 = 64 << 20;
/// Those of a pretrained model: its header is held against the file's size before the rest is read.
#[cfg(feature = "rten")]
const MAX_PRETRAINED_BYTES: u64 = 1 << 30;
/// The header of a pretrained model's weights: a line a tensor.
#[cfg(feature = "pretrained")]
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// The bytes of a model folder.
pub(crate) struct Files {
    /// Where they come from, for messages.
    pub(crate) place: String,
    pub(crate) config: Cow<'static, [u8]>,
    pub(crate) tokenizer: Cow<'static, [u8]>,
    pub(crate) taxonomy: Cow<'static, [u8]>,
    pub(crate) weights: Cow<'static, [u8]>,
}

impl fmt::Debug for Files {
    /// Leaves out the bytes: they are megabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Files {
    /// The files compiled into the crate.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] when there are none.
    #[cfg(feature = "embedded")]
    pub(crate) fn compiled_in() -> Result<Self> {
        Ok(Self {
            place: "the embedded model".to_owned(),
            config: Cow::Borrowed(include_bytes!("../../models/embedded/config.json")),
            tokenizer: Cow::Borrowed(include_bytes!("../../models/embedded/tokenizer.json")),
            taxonomy: Cow::Borrowed(include_bytes!("../../models/embedded/taxonomy.json")),
            weights: Cow::Borrowed(include_bytes!("../../models/embedded/model.safetensors")),
        })
    }

    /// The files compiled into the crate: there are none.
    #[cfg(not(feature = "embedded"))]
    pub(crate) fn compiled_in() -> Result<Self> {
        let message =
            "no model is compiled in; build with the feature `embedded`, or name a model folder";
        Err(Error::new(ErrorKind::InvalidOption, message))
    }

    /// The heads compiled into the crate: files of the same names, without a tokenizer and a
    /// taxonomy, which are the embedded model's.
    #[cfg(feature = "pretrained")]
    pub(crate) fn compiled_in_heads() -> Self {
        Self {
            place: "the heads for all-MiniLM-L6-v2".to_owned(),
            config: Cow::Borrowed(include_bytes!("../../models/all-minilm-l6-v2/config.json")),
            tokenizer: Cow::Borrowed(&[]),
            taxonomy: Cow::Borrowed(&[]),
            weights: Cow::Borrowed(include_bytes!(
                "../../models/all-minilm-l6-v2/model.safetensors"
            )),
        }
    }

    /// The files of a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        check_there(folder)?;
        let file = |name, limit| read_file(&folder.join(name), limit).map(Cow::Owned);
        Ok(Self {
            place: folder.display().to_string(),
            config: file(CONFIG, MAX_JSON_BYTES)?,
            tokenizer: file(TOKENIZER, MAX_TOKENIZER_BYTES)?,
            taxonomy: file(TAXONOMY, MAX_TAXONOMY_BYTES)?,
            weights: file(WEIGHTS, MAX_WEIGHTS_BYTES)?,
        })
    }

    /// A file's name with the folder it is in, for messages.
    pub(crate) fn name(&self, file: &str) -> String {
        format!("{file} in {}", self.place)
    }

    /// The config, whose `format` must be the `expected`; `what` it should be, for messages.
    pub(crate) fn config<C: DeserializeOwned>(
        &self,
        what: &str,
        format: fn(&C) -> &str,
        expected: &str,
    ) -> Result<C> {
        let name = self.name(CONFIG);
        let config: C = serde_json::from_slice(&self.config).map_err(|cause| {
            Error::because(ErrorKind::InvalidModel, format!("{name} is not {what}"), cause)
        })?;
        let found = format(&config);
        if found == expected {
            return Ok(config);
        }
        Err(invalid_model(format!("{name} has the format {found:?}, expected {expected:?}")))
    }
}

/// The `config.json` of a folder, of whatever kind the model is.
pub(crate) fn config_of(folder: &Path) -> Result<serde_json::Value> {
    check_there(folder)?;
    let path = folder.join(CONFIG);
    serde_json::from_slice(&read_file(&path, MAX_JSON_BYTES)?).map_err(|cause| {
        let message = format!("{CONFIG} in {} is not a model's config", folder.display());
        Error::because(ErrorKind::InvalidModel, message, cause)
    })
}

fn check_there(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(invalid_model(format!("model folder {} does not exist", folder.display())))
}

/// What is wrong with a model.
pub(crate) fn invalid_model(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidModel, message)
}

/// A folder of a pretrained model, whose files have the names that the Hugging Face Hub gives.
#[cfg(feature = "pretrained")]
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

#[cfg(feature = "pretrained")]
impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        check_there(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// The folder's own name.
    pub(crate) fn title(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    pub(crate) fn place(&self) -> &Path {
        &self.path
    }

    /// Where a file is, for libraries that read it themselves.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// A file's name with the folder it is in, for messages.
    pub(crate) fn name(&self, file: &str) -> String {
        format!("{file} in {}", self.path.display())
    }

    /// An error about a file.
    pub(crate) fn invalid(&self, file: &str, what: impl fmt::Display) -> Error {
        invalid_model(format!("{} {what}", self.name(file)))
    }

    /// As [`invalid`](Self::invalid), with its cause.
    pub(crate) fn because(
        &self,
        file: &str,
        what: impl fmt::Display,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        Error::because(ErrorKind::InvalidModel, format!("{} {what}", self.name(file)), cause)
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.path.join(file).is_file()
    }

    /// The bytes of a vocabulary.
    pub(crate) fn read(&self, file: &str) -> Result<Vec<u8>> {
        read_file(&self.path.join(file), MAX_TOKENIZER_BYTES)
    }

    /// The bytes of the weights of a layer that stands alone.
    pub(crate) fn read_layer(&self, file: &str) -> Result<Vec<u8>> {
        self.check_weights(file)?;
        read_file(&self.path.join(file), MAX_WEIGHTS_BYTES)
    }

    /// The bytes of a weights file.
    #[cfg(feature = "rten")]
    pub(crate) fn read_weights(&self, file: &str) -> Result<Vec<u8>> {
        self.check_weights(file)?;
        read_file(&self.path.join(file), MAX_PRETRAINED_BYTES)
    }

    /// Checks the header of a safetensors file against the file's size, before anything else of it is
    /// read.
    pub(crate) fn check_weights(&self, file: &str) -> Result<()> {
        let invalid = |what: String| self.invalid(file, what);
        let (size, start) = self.start_of(file, 8)?;
        let Ok(length) = <[u8; 8]>::try_from(start.as_slice()).map(u64::from_le_bytes) else {
            return Err(invalid(format!("is cut short: it has {size} bytes, not even a header")));
        };
        if length > MAX_HEADER_BYTES {
            return Err(invalid(format!(
                "is not safetensors: its header would have {length} bytes"
            )));
        }
        let alone = length + 8;
        if alone > size {
            return Err(invalid(format!(
                "is cut short: it has {size} bytes, its header alone {alone}"
            )));
        }
        let (_, start) = self.start_of(file, alone)?;
        let data = data_len(start.get(8..).unwrap_or_default()).map_err(|cause| {
            let what = "has a header that is not JSON, or names bytes that do not hold its shapes";
            self.because(file, what, cause)
        })?;
        let expected = data as u64 + alone;
        if size != expected {
            let how = if size < expected { "is cut short" } else { "is too long" };
            return Err(invalid(format!("{how}: it has {size} bytes, its header says {expected}")));
        }
        Ok(())
    }

    /// A JSON file; `None` when it does not exist.
    pub(crate) fn json(&self, file: &str) -> Result<Option<serde_json::Value>> {
        let path = self.path.join(file);
        if !path.exists() {
            return Ok(None);
        }
        let json = serde_json::from_slice(&read_file(&path, MAX_JSON_BYTES)?);
        json.map(Some).map_err(|cause| self.because(file, "is not JSON", cause))
    }

    /// The size of a file in bytes, and its first bytes, `limit` at most.
    fn start_of(&self, file: &str, limit: u64) -> Result<(u64, Vec<u8>)> {
        let path = self.path.join(file);
        let size = size_of(&path)?;
        let unreadable = |cause| unreadable(&path, cause);
        let open = File::open(&path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        open.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
        Ok((size, bytes))
    }
}

fn unreadable(path: &Path, cause: std::io::Error) -> Error {
    let message = format!("model file {} cannot be read", path.display());
    Error::because(ErrorKind::InvalidModel, message, cause)
}

/// The size of a model file, which must be a regular one: to open a pipe may wait for ever, and a
/// device may never end.
fn size_of(path: &Path) -> Result<u64> {
    let found = fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    if found.is_file() {
        return Ok(found.len());
    }
    Err(invalid_model(format!(
        "model file {} cannot be read: it is no regular file",
        path.display()
    )))
}

/// The bytes of a model file, refused when there are more than `limit_bytes`.
pub(crate) fn read_file(path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let too_large = |bytes: u64| {
        let path = path.display();
        invalid_model(format!(
            "model file {path} has {bytes} bytes, expected at most {limit_bytes}"
        ))
    };
    let size = size_of(path)?;
    if size > limit_bytes {
        return Err(too_large(size));
    }
    let unreadable = |cause| unreadable(path, cause);
    let mut bytes = Vec::new();
    // It may have grown since.
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}
