//! Model folder to model files.
//!
//! In: a folder's path, or the copy compiled into the crate. Out: the bytes of its four files,
//! each within a size that a model of this kind can have. With `weights.rs` the only part of the
//! library that believes a file; the only one that reads any.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// The file that says what the model is.
pub(crate) const CONFIG: &str = "config.json";
/// The vocabulary.
pub(crate) const TOKENIZER: &str = "tokenizer.json";
/// The labels.
pub(crate) const TAXONOMY: &str = "taxonomy.json";
/// The numbers.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The largest JSON file and the largest weights that are read: far beyond what these models
/// need, and small enough that a wrong path does not fill the memory.
const MAX_JSON_BYTES: u64 = 64 << 20;
const MAX_WEIGHTS_BYTES: u64 = 1 << 30;

/// The bytes of a model folder.
#[derive(Debug)]
pub(crate) struct Files {
    /// Where they come from, for messages.
    pub(crate) place: String,
    pub(crate) config: Cow<'static, [u8]>,
    pub(crate) tokenizer: Cow<'static, [u8]>,
    pub(crate) taxonomy: Cow<'static, [u8]>,
    pub(crate) weights: Cow<'static, [u8]>,
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

    /// The files of a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            let message = format!("model folder {} is not there", folder.display());
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
        let file = |name, limit| read_file(&folder.join(name), limit).map(Cow::Owned);
        Ok(Self {
            place: folder.display().to_string(),
            config: file(CONFIG, MAX_JSON_BYTES)?,
            tokenizer: file(TOKENIZER, MAX_JSON_BYTES)?,
            taxonomy: file(TAXONOMY, MAX_JSON_BYTES)?,
            weights: file(WEIGHTS, MAX_WEIGHTS_BYTES)?,
        })
    }

    /// A file's name with the folder it is in, for messages.
    pub(crate) fn name(&self, file: &str) -> String {
        format!("{file} in {}", self.place)
    }
}

/// The bytes of a model file, refused when there are more than `limit_bytes`.
pub(crate) fn read_file(path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let unreadable = |cause| {
        let message = format!("model file {} cannot be read", path.display());
        Error::because(ErrorKind::InvalidModel, message, cause)
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit_bytes {
        let message = format!("model file {} is larger than {limit_bytes} bytes", path.display());
        return Err(Error::new(ErrorKind::InvalidModel, message));
    }
    Ok(bytes)
}
