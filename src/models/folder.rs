//! Model folder to what is in it.
//!
//! In: a folder, and what an entry of the catalogue expects there. Out: the folder's description,
//! the report of an earlier check, or a new one; a file that is missing, cut short, too long or
//! changed is an error that names it. Reads, never writes. Weights are read here only to hash
//! them, a block at a time, so a model of any size takes a few kilobytes of memory.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::catalog::ModelFile;
use crate::error::{Error, ErrorKind, Result};
use crate::model::folder as files;

/// The file that holds the report of a folder's first check; later ones hold it to that.
pub const LOCK: &str = "standfirst.lock.json";

/// The schema of that file.
const SCHEMA: &str = "standfirst/lock-1";

/// Far beyond what such a file needs, and small enough that a wrong one does not fill the memory.
const MAX_JSON_BYTES: u64 = 1 << 20;

/// What a model's files were when they were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Report {
    schema: String,
    /// The model's name in the catalogue.
    pub name: String,
    /// Its repository.
    pub repository: String,
    /// The commit of the repository.
    pub revision: String,
    /// The files that were found, each with its size and hash.
    pub files: Vec<ModelFile>,
}

impl Report {
    /// A report of the files of `entry`.
    #[cfg(feature = "checksums")]
    pub fn new(entry: &super::Entry, files: Vec<ModelFile>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            name: entry.name.clone(),
            repository: entry.repository.clone(),
            revision: entry.revision.clone(),
            files,
        }
    }

    /// The report that a folder's [`LOCK`] holds, or nothing where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the file is there and is not a report.
    pub fn of(folder: &Path) -> Result<Option<Self>> {
        let Some((place, text)) = text_of(folder, LOCK)? else { return Ok(None) };
        let invalid = |what: &str| {
            let message = format!("{place} {what}; remove it and fetch the model again");
            Error::new(ErrorKind::InvalidModel, message)
        };
        let report: Self = serde_json::from_str(&text).map_err(|cause| {
            let message = format!("{place} is not a report of checked files");
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        if report.schema != SCHEMA {
            let found = report.schema;
            return Err(invalid(&format!("has the schema {found:?}, expected {SCHEMA:?}")));
        }
        match report.files.iter().find_map(ModelFile::fault) {
            Some(wrong) => Err(invalid(&wrong)),
            None => Ok(Some(report)),
        }
    }

    /// The text of this report, for a folder's [`LOCK`].
    pub fn to_json(&self) -> String {
        // A struct of strings and numbers always has a JSON form.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A small file's name for messages and its text, or nothing where there is no such file.
fn text_of(folder: &Path, file: &str) -> Result<Option<(String, String)>> {
    let path = folder.join(file);
    if !path.exists() {
        return Ok(None);
    }
    let bytes = files::read_file(&path, MAX_JSON_BYTES)?;
    let place = format!("{file} in {}", folder.display());
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some((place, text))),
        Err(cause) => {
            let at = cause.utf8_error().valid_up_to();
            let message = format!("{place} is not UTF-8 (first bad byte at {at})");
            Err(Error::new(ErrorKind::InvalidModel, message))
        }
    }
}

#[cfg(feature = "checksums")]
pub use checked::check;

#[cfg(feature = "checksums")]
mod checked {
    use std::fs::File;
    use std::io::{self, Read};
    use std::path::Path;

    use sha2::{Digest, Sha256};

    use super::Report;
    use crate::error::{Error, ErrorKind, Result};
    use crate::models::catalog::{Entry, ModelFile};

    /// A file is read in blocks of this size.
    const BLOCK_BYTES: usize = 64 << 10;

    /// The largest file that is hashed where its size is not known.
    const MAX_FILE_BYTES: u64 = 16 << 30;

    /// How a Git checkout without Git LFS begins the little file that stands in for a large one.
    const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

    /// Checks that a folder holds each file of `entry`, of its size and with its hash, and says
    /// what it found. Where the entry knows no hash, the folder's own [`LOCK`](super::LOCK) of the
    /// same revision is what a file is held to; where that knows none either, the report is the
    /// first to say.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`], naming every file that is missing, cut short, too long or
    /// changed, with what was found and what was expected.
    pub fn check(folder: &Path, entry: &Entry) -> Result<Report> {
        let name = &entry.name;
        let again = format!("fetch it with `models fetch {name}`");
        if !folder.is_dir() {
            let message = format!("model folder {} is not there; {again}", folder.display());
            return Err(Error::new(ErrorKind::InvalidModel, message));
        }
        let entry = match Report::of(folder)? {
            Some(lock) => entry.clone().held_to(&lock),
            None => entry.clone(),
        };
        let (mut files, mut wrong) = (Vec::new(), Vec::new());
        for file in &entry.files {
            let path = folder.join(&file.path);
            if path.exists() {
                match file.check(&path) {
                    Ok(found) => files.push(found),
                    Err(error) => wrong.push(error),
                }
            } else if !file.optional {
                let message = format!("{} is missing; {again}", path.display());
                wrong.push(Error::new(ErrorKind::InvalidModel, message));
            }
        }
        match wrong.pop() {
            None => Ok(Report::new(&entry, files)),
            Some(only) if wrong.is_empty() => Err(only),
            Some(last) => {
                wrong.push(last);
                Err(Error::new(ErrorKind::InvalidModel, lines(&wrong)))
            }
        }
    }

    /// A line for each error, with its cause.
    fn lines(errors: &[Error]) -> String {
        let line = |error: &Error| match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    impl ModelFile {
        /// Checks that the file at `path`, whatever it is called there, is this one, and says its
        /// size and hash. The file is read once, and no further than to where it is too long.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::InvalidModel`] when it cannot be read, is cut short, too long or changed.
        pub fn check(&self, path: &Path) -> Result<Self> {
            let place = path.display();
            let again = "remove it and fetch the model again";
            let invalid = |message: String| Error::new(ErrorKind::InvalidModel, message);
            let (size_bytes, sha256) = self.hashed(path).map_err(|cause| {
                let message = format!("model file {place} cannot be read");
                Error::because(ErrorKind::InvalidModel, message, cause)
            })?;
            if self.size_bytes.is_some_and(|expected| expected != size_bytes)
                && is_pointer(path).unwrap_or(false)
            {
                return Err(invalid(format!(
                    "{place} is a Git LFS pointer of {size_bytes} bytes, not the file; \
                     run `git lfs pull` there, or {again}"
                )));
            }
            match self.size_bytes {
                Some(expected) if size_bytes < expected => {
                    return Err(invalid(format!(
                        "{place} is cut short: found {size_bytes} bytes, expected {expected}; {again}"
                    )));
                }
                Some(expected) if size_bytes > expected => {
                    return Err(invalid(format!(
                        "{place} is too long: found more than the {expected} bytes expected; {again}"
                    )));
                }
                None if size_bytes > MAX_FILE_BYTES => {
                    return Err(invalid(format!(
                        "{place} is larger than {MAX_FILE_BYTES} bytes, which no model file is"
                    )));
                }
                _ => {}
            }
            match &self.sha256 {
                Some(expected) if *expected != sha256 => Err(invalid(format!(
                    "{place} is not the file expected: found sha256 {sha256}, expected {expected}; \
                     {again}"
                ))),
                _ => Ok(Self {
                    path: self.path.clone(),
                    size_bytes: Some(size_bytes),
                    sha256: Some(sha256),
                    optional: self.optional,
                }),
            }
        }

        /// The file's size and hash, of at most one byte more than may be.
        fn hashed(&self, path: &Path) -> io::Result<(u64, String)> {
            let limit_bytes = self.size_bytes.unwrap_or(MAX_FILE_BYTES).saturating_add(1);
            let mut file = File::open(path)?.take(limit_bytes);
            let mut hash = Sha256::new();
            let mut block = vec![0; BLOCK_BYTES];
            let mut size_bytes = 0;
            loop {
                let count = match file.read(&mut block) {
                    Ok(0) => break,
                    Ok(count) => count,
                    Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                    Err(cause) => return Err(cause),
                };
                hash.update(block.get(..count).unwrap_or_default());
                size_bytes += count as u64;
            }
            let digits = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            Ok((size_bytes, digits))
        }
    }

    fn is_pointer(path: &Path) -> io::Result<bool> {
        let mut start = Vec::new();
        File::open(path)?.take(LFS_POINTER.len() as u64).read_to_end(&mut start)?;
        Ok(start == LFS_POINTER)
    }
}
