//! A trained model to the files of a folder.
//!
//! In: the bytes of a model's files. Out: the same on disk, whole or not at all. The only part of
//! the library that writes a file, and only where it is told to.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::report::TrainReport;
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::{CONFIG, Files, TAXONOMY, TOKENIZER, WEIGHTS};

/// A model that was trained, in memory.
#[derive(Clone)]
pub struct TrainedModel {
    files: Arc<Files>,
    report: TrainReport,
}

impl TrainedModel {
    pub(super) fn new(files: Files, report: TrainReport) -> Self {
        Self { files: Arc::new(files), report }
    }

    /// How well it does, and what was not as it should be with the rows.
    pub fn report(&self) -> &TrainReport {
        &self.report
    }

    /// The names and bytes of all that its folder must hold.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let Files { config, tokenizer, taxonomy, weights, .. } = &*self.files;
        // The config is last: a folder without one is none that anybody would read.
        [(TOKENIZER, tokenizer), (TAXONOMY, taxonomy), (WEIGHTS, weights), (CONFIG, config)]
            .into_iter()
            .map(|(name, bytes)| (name, bytes.as_ref()))
    }

    /// Writes the model to a folder, which [`DigesterBuilder::model_folder`] reads; makes the
    /// folder where it does not exist. The files of a model that is there already are replaced only
    /// after all new ones have been written beside them.
    ///
    /// [`DigesterBuilder::model_folder`]: crate::DigesterBuilder::model_folder
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when the folder or a file in it cannot be written.
    pub fn write_to(&self, folder: impl AsRef<Path>) -> Result<()> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|cause| unwritten(folder, cause))?;
        let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
        let all = self.files().try_for_each(|(name, bytes)| {
            let path = folder.join(name);
            let beside = folder.join(format!("{name}.new"));
            let done = write(&beside, bytes).map_err(|cause| unwritten(&path, cause));
            written.push((beside, path));
            done
        });
        let all = all.and_then(|()| {
            written.iter().try_for_each(|(beside, path)| {
                fs::rename(beside, path).map_err(|cause| unwritten(path, cause))
            })
        });
        if all.is_err() {
            // What was written is of no use; that it cannot be removed is not the error to report.
            written.iter().for_each(|(beside, _)| drop(fs::remove_file(beside)));
        }
        all
    }

    /// For a builder that takes the model from memory.
    pub(crate) fn shared_files(&self) -> Arc<Files> {
        Arc::clone(&self.files)
    }
}

impl fmt::Debug for TrainedModel {
    /// Leaves out the bytes: they are megabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrainedModel").field("report", &self.report).finish_non_exhaustive()
    }
}

/// Writes a file and waits until it is on the disk.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn unwritten(path: &Path, cause: io::Error) -> Error {
    Error::because(ErrorKind::Io, format!("{} cannot be written", path.display()), cause)
}
