//! A folder to what is in it.
//!
//! In: a folder, and the entry that it should hold. Out: the lock of an earlier check, or a new one;
//! a file that is missing, cut short, too long or changed is an error that names it. Reads, never
//! writes. Weights are hashed a block at a time, so a model of any size takes a few kilobytes of
//! memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalog::{Entry, ModelFile};
use crate::error::{Error, ErrorKind, Result};

/// The file in which a folder says what it is; the library reads it.
pub const DESCRIPTION: &str = "standfirst.json";

/// The file that holds the report of a folder's first check; later ones hold it to that.
pub const LOCK: &str = "standfirst.lock.json";

/// The schema of that file.
const SCHEMA: &str = "standfirst/lock-1";

/// Far beyond what a lock needs, and small enough that a wrong file does not fill the memory.
const MAX_LOCK_BYTES: u64 = 1 << 20;

/// A file is read in blocks of this size.
const BLOCK_BYTES: usize = 64 << 10;

/// The largest file that is hashed where its size is not known.
const MAX_FILE_BYTES: u64 = 16 << 30;

/// How a Git checkout without Git LFS begins the little file that stands in for a large one.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a model's files were when they were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Lock {
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

impl Lock {
    pub(crate) fn new(entry: &Entry, files: Vec<ModelFile>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            name: entry.name.clone(),
            repository: entry.repository.clone(),
            revision: entry.revision.clone(),
            files,
        }
    }

    /// What a folder's [`LOCK`] holds, or nothing where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFolder`] when the file exists and is not a lock.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(LOCK);
        if !path.exists() {
            return Ok(None);
        }
        let again = "remove it and fetch the model again";
        let mut bytes = Vec::new();
        let read = File::open(&path)
            .and_then(|file| file.take(MAX_LOCK_BYTES).read_to_end(&mut bytes))
            .and_then(|_| Ok(serde_json::from_slice::<Self>(&bytes)?));
        let lock = read.map_err(|cause| {
            let message = format!("{} is not a lock of checked files; {again}", path.display());
            Error::because(ErrorKind::InvalidFolder, message, cause)
        })?;
        let fault = if lock.schema == SCHEMA {
            lock.files.iter().find_map(ModelFile::fault)
        } else {
            Some(format!("has the schema {:?}, expected {SCHEMA:?}", lock.schema))
        };
        match fault {
            Some(wrong) => Err(invalid(format!("{} {wrong}; {again}", path.display()))),
            None => Ok(Some(lock)),
        }
    }

    /// The text of this lock, for a folder's [`LOCK`].
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        // Strings and numbers always have a JSON form.
        text.expect("a lock has a JSON form") + "\n"
    }
}

impl Entry {
    /// The same model, expecting what `lock` found of it where the catalogue knows nothing. A lock of
    /// another repository or revision adds nothing.
    #[must_use]
    pub fn held_to(mut self, lock: &Lock) -> Self {
        if (&self.repository, &self.revision) == (&lock.repository, &lock.revision) {
            for file in &mut self.files {
                let Some(found) = lock.files.iter().find(|found| found.path == file.path) else {
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

    /// The same model, held to the lock that its folder has, if any.
    fn held_to_lock_of(&self, folder: &Path) -> Result<Self> {
        Ok(match Lock::read(folder)? {
            Some(lock) => self.clone().held_to(&lock),
            None => self.clone(),
        })
    }
}

/// Checks that a folder holds each file of `entry`, of its size and with its hash, and says what it
/// found. Where the entry knows no hash, the folder's own [`LOCK`] of the same revision is what a
/// file is held to; where that knows none either, the report is the first to say.
///
/// # Errors
///
/// [`ErrorKind::InvalidFolder`], naming every file that is missing, cut short, too long or changed,
/// with what was found and what was expected.
pub fn check(folder: &Path, entry: &Entry) -> Result<Lock> {
    let again = format!("fetch it with `standfirst-models fetch {}`", entry.name);
    if !folder.is_dir() {
        return Err(invalid(format!("model folder {} does not exist; {again}", folder.display())));
    }
    let entry = entry.held_to_lock_of(folder)?;
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for file in &entry.files {
        let path = folder.join(&file.path);
        if path.exists() {
            match file.check(&path) {
                Ok(found) => files.push(found),
                Err(error) => wrong.push(error),
            }
        } else if !file.optional {
            wrong.push(invalid(format!("{} is missing; {again}", path.display())));
        }
    }
    match wrong.pop() {
        None => Ok(Lock::new(&entry, files)),
        Some(only) if wrong.is_empty() => Err(only),
        Some(last) => {
            wrong.push(last);
            Err(invalid(lines(&wrong)))
        }
    }
}

/// As [`check`], where nobody can be asked: a file of which neither the catalogue nor the first fetch
/// knows a hash is not believed.
pub(crate) fn check_known(folder: &Path, entry: &Entry) -> Result<Lock> {
    let held = entry.held_to_lock_of(folder)?;
    let unknown = held.files.iter().find(|file| file.sha256.is_none() && !file.optional);
    match unknown {
        Some(file) => {
            let (path, place) = (&file.path, folder.display());
            Err(invalid(format!("nothing says what {path} in {place} should be")))
        }
        None => check(folder, &held),
    }
}

impl ModelFile {
    /// Checks that the file at `path`, whatever it is called there, is this one, and says its size
    /// and hash. The file is read once, and no further than to where it is too long.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFolder`] when it cannot be read, is cut short, too long or changed.
    pub fn check(&self, path: &Path) -> Result<Self> {
        let place = path.display();
        let again = "remove it and fetch the model again";
        let (size_bytes, sha256) = self.hashed(path).map_err(|cause| {
            let message = format!("model file {place} cannot be read");
            Error::because(ErrorKind::InvalidFolder, message, cause)
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
            Some(expected) if size_bytes < expected => Err(invalid(format!(
                "{place} is cut short: found {size_bytes} bytes, expected {expected}; {again}"
            ))),
            Some(expected) if size_bytes > expected => Err(invalid(format!(
                "{place} is too long: found more than the {expected} bytes expected; {again}"
            ))),
            None if size_bytes > MAX_FILE_BYTES => Err(invalid(format!(
                "{place} is larger than {MAX_FILE_BYTES} bytes, which no model file is"
            ))),
            _ => match &self.sha256 {
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
            },
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
            hash.update(&block[..count]);
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

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidFolder, message)
}

/// A line for each error, with its cause.
fn lines(errors: &[Error]) -> String {
    let line = |error: &Error| match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    errors.iter().map(line).collect::<Vec<_>>().join("\n")
}
