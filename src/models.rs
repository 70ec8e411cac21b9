//! What a folder that holds a pretrained model says of itself.
//!
//! In: a folder. Out: its own description, where it has one. Loads no model: an engine does. Which
//! models there are by name, and where their files come from, is not the library's: that is the
//! crate `standfirst-hub`.

mod description;

use std::path::Path;

use crate::engine;
use crate::error::{Error, ErrorKind, Result};

pub use description::{Calibration, Description, Pooling, Task};

/// The file in which a folder describes itself.
pub const DESCRIPTION: &str = "standfirst.json";

/// Far beyond what such a file needs, and small enough that a wrong one does not fill the memory.
const MAX_DESCRIPTION_BYTES: u64 = 1 << 20;

impl Description {
    /// What a folder's [`DESCRIPTION`] says, or nothing where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the file exists and is not a description.
    pub fn of(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(DESCRIPTION);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = engine::read_file(&path, MAX_DESCRIPTION_BYTES)?;
        let place = format!("{DESCRIPTION} in {}", folder.display());
        let text = String::from_utf8(bytes).map_err(|cause| {
            let at = cause.utf8_error().valid_up_to();
            let message = format!("{place} is not UTF-8 (first bad byte at {at})");
            Error::new(ErrorKind::InvalidModel, message)
        })?;
        Self::from_json(&text).map(Some).map_err(|error| {
            let message = format!("{place} {error}");
            match error.into_source() {
                Some(cause) => Error::because(ErrorKind::InvalidModel, message, cause),
                None => Error::new(ErrorKind::InvalidModel, message),
            }
        })
    }
}
