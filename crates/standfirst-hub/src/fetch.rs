//! A model of the catalogue to a checked folder in the Hub's cache.
//!
//! In: an entry, and how to fetch. Out: the folder, `models--owner--name/snapshots/COMMIT`, where
//! the Hub's own tools look too. A file gets its place there only after its size and SHA-256 were
//! checked against the catalogue, else against the folder's lock file, else against what the
//! server says; what was seen is recorded in the lock file. A wrong file is removed.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use fs4::{FileExt, TryLockError};

use crate::cache::repository_name;
use crate::catalog::{Entry, ModelFile};
use crate::check::{DESCRIPTION, LOCK, Lock, check, check_known};
use crate::error::{Error, ErrorKind};

mod progress;
mod settings;

mod http;

pub use progress::Progress;
pub use settings::{ENDPOINT, Proxies, Settings, TRIES};

use http::{About, Client, Remote, remove};

/// How long one fetch waits for another one of the same file.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
const PAUSE: Duration = Duration::from_millis(100);

/// What a fetch did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fetched {
    /// The folder, to load the model from.
    pub folder: PathBuf,
    /// What its files are.
    pub lock: Lock,
    /// The files that had to be transferred; the others were there.
    pub transferred: usize,
}

/// What to fetch.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The model.
    pub entry: &'a Entry,
    /// A commit, branch or tag; the entry's own where nobody asked for another.
    pub revision: &'a str,
    /// Fetch all of it again, whatever is there and whatever the lock file says.
    pub force: bool,
}

/// Fetches a model, whole or what is missing of it.
///
/// # Errors
///
/// [`ErrorKind::Fetch`], naming the model and what went wrong; what arrived by then is kept, and the
/// same call continues there.
pub fn fetch(
    settings: &Settings,
    order: Order<'_>,
    progress: &dyn Progress,
) -> crate::error::Result<Fetched> {
    let fetched = || match already(settings, order)? {
        Some(there) => Ok(there),
        None => Fetch { settings, order, progress, client: Client::new(settings)? }.run(),
    };
    fetched().map_err(|cause: anyhow::Error| {
        let message = format!("{} could not be fetched", order.entry.name);
        Error::because(ErrorKind::Fetch, message, cause)
    })
}

/// The model as the cache has it, where nothing needs to be asked for.
fn already(settings: &Settings, order: Order<'_>) -> Result<Option<Fetched>> {
    let Order { entry, revision, force } = order;
    check_revision(revision)?;
    let local = local_commit(settings, order).map(|commit| {
        let folder = settings.cache.snapshot(&entry.repository, &commit);
        (folder, entry.clone().at(&commit))
    });
    if settings.offline {
        ensure!(!force, "--force fetches, and this run is offline");
        let missing = || {
            format!(
                "{} at {revision} is not all there, and this run is offline; leave out --offline \
                 or HF_HUB_OFFLINE to fetch it",
                entry.name
            )
        };
        let (folder, entry) = local.with_context(missing)?;
        let lock = check_known(&folder, &entry).with_context(missing)?;
        return Ok(Some(Fetched { folder, lock, transferred: 0 }));
    }
    // A branch may have moved; only a commit stays what it is.
    let Some((folder, entry)) = local.filter(|_| !force && is_commit(revision)) else {
        return Ok(None);
    };
    // What is not whole, or not known, is for the fetch to mend.
    let lock = check_known(&folder, &entry).ok();
    Ok(lock.map(|lock| Fetched { folder, lock, transferred: 0 }))
}

/// The commit that the revision is known to stand for on this machine.
fn local_commit(settings: &Settings, Order { entry, revision, .. }: Order<'_>) -> Option<String> {
    if is_commit(revision) {
        return Some(revision.to_owned());
    }
    let commit = fs::read_to_string(named(settings, entry, revision)).ok()?;
    Some(commit.trim().to_owned()).filter(|commit| is_commit(commit))
}

/// The file that says which commit a branch or tag stands for.
fn named(settings: &Settings, entry: &Entry, revision: &str) -> PathBuf {
    settings.cache.repository(&entry.repository).join("refs").join(revision)
}

fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A revision becomes part of an address and of a path.
fn check_revision(revision: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let is_plain = revision.chars().all(plain)
        && revision.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    ensure!(is_plain, "{revision:?} is not a revision: expected a commit, a branch or a tag");
    Ok(())
}

/// A fetch under way.
struct Fetch<'a> {
    settings: &'a Settings,
    order: Order<'a>,
    progress: &'a dyn Progress,
    client: Client<'a>,
}

impl Fetch<'_> {
    fn run(&self) -> Result<Fetched> {
        let Order { entry, revision, .. } = self.order;
        let repository = &entry.repository;
        let mut commit: Option<String> = None;
        let mut found: Vec<ModelFile> = Vec::new();
        let mut transferred = 0;
        for file in &entry.files {
            // After the first answer the commit is asked for: a branch may move meanwhile.
            let asked = commit.as_deref().unwrap_or(revision);
            let remote = Remote { repository, revision: asked, path: &file.path };
            let Some(about) = self.client.about(remote, self.progress)? else {
                if file.optional {
                    self.progress
                        .note(&format!("{} does not exist, and can be done without", file.path));
                    continue;
                }
                bail!("{repository} has no {} at {asked} (the server answers 404)", file.path);
            };
            let now = self.commit_of(asked, &about)?;
            let folder = self.settings.cache.snapshot(repository, &now);
            let remote = Remote { revision: &now, ..remote };
            let (is_new, file) = self.file(&folder, file, remote, &about)?;
            transferred += usize::from(is_new);
            found.push(file);
            // After each file, so that a fetch that is cut off has pinned what it brought.
            self.record(&folder, &now, &found)?;
            commit = Some(now);
        }
        let commit = commit.with_context(|| format!("{} has no files", entry.name))?;
        let folder = self.settings.cache.snapshot(repository, &commit);
        write(&folder.join(DESCRIPTION), &entry.description())?;
        self.name_commit(&commit)?;
        let lock = check(&folder, &entry.clone().at(&commit))?;
        Ok(Fetched { folder, lock, transferred })
    }

    /// The commit that the server answers for.
    fn commit_of(&self, asked: &str, about: &About) -> Result<String> {
        match about.commit.as_deref() {
            Some(commit) if is_commit(commit) => {
                ensure!(
                    !is_commit(asked) || asked == commit,
                    "the server answers for commit {commit}, was asked for {asked}"
                );
                Ok(commit.to_owned())
            }
            // A plain mirror says nothing; a commit that was asked for is clear without it.
            None if is_commit(asked) => Ok(asked.to_owned()),
            _ => bail!(
                "{} does not say which commit {asked} is; name a commit with --revision",
                self.settings.endpoint
            ),
        }
    }

    /// Brings one file to its place; says whether it had to be transferred, and what it is.
    fn file(
        &self,
        folder: &Path,
        file: &ModelFile,
        remote: Remote<'_>,
        about: &About,
    ) -> Result<(bool, ModelFile)> {
        let expected = self.expected(folder, file, remote, about)?;
        let name = about.etag.as_deref().or(expected.sha256.as_deref());
        let name = name.filter(|name| is_plain_name(name)).with_context(|| {
            format!("{} gives {} no ETag to keep it under", self.settings.endpoint, file.path)
        })?;
        let repository = self.settings.cache.repository(remote.repository);
        let (blob, place) = (repository.join("blobs").join(name), folder.join(&file.path));
        make_folder_of(&blob)?;
        make_folder_of(&place)?;
        let _turn = self.turn(remote.repository, name)?;
        if !self.order.force {
            if place.exists() {
                match expected.check(&place) {
                    Ok(found) => return Ok((false, found)),
                    Err(error) => self.progress.note(&format!("{error:#}; fetching it again")),
                }
            }
            if blob.exists() {
                match expected.check(&blob) {
                    Ok(found) => {
                        link(&blob, &place, &file.path)?;
                        return Ok((false, found));
                    }
                    Err(_) => remove(&blob)?,
                }
            }
        }
        let part = blob.with_file_name(format!("{name}.part"));
        if self.order.force {
            remove(&part)?;
        }
        self.progress.begin(&file.path, expected.size_bytes);
        let outcome = self.transfer(remote, &expected, &part);
        self.progress.end();
        let found = outcome?;
        fs::rename(&part, &blob).with_context(|| format!("{} cannot be made", blob.display()))?;
        link(&blob, &place, &file.path)?;
        Ok((true, found))
    }

    /// Downloads to `part` and checks what arrived; a wrong file is removed.
    fn transfer(&self, remote: Remote<'_>, expected: &ModelFile, part: &Path) -> Result<ModelFile> {
        // The second round is for a part that was begun by someone else and does not fit.
        for _ in 0..2 {
            let resumed = self.client.download(remote, expected.size_bytes, part, self.progress)?;
            let error = match expected.check(part) {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            remove(part)?;
            if !resumed {
                return Err(anyhow!(error).context(format!(
                    "{} of {} is not what it should be, and was removed",
                    remote.path, remote.repository
                )));
            }
            self.progress.note(&format!(
                "{}: the part that was here does not fit; from the start again",
                remote.path
            ));
        }
        bail!("{} of {} does not arrive whole", remote.path, remote.repository)
    }

    /// What the file has to be: by the catalogue, else by the lock file, else by the server.
    fn expected(
        &self,
        folder: &Path,
        file: &ModelFile,
        remote: Remote<'_>,
        about: &About,
    ) -> Result<ModelFile> {
        let mut one = self.order.entry.clone().at(remote.revision);
        one.files.retain(|other| other.path == file.path);
        if !self.order.force
            && let Some(lock) = Lock::read(folder)?
        {
            one = one.held_to(&lock);
        }
        let mut expected = one.files.pop().unwrap_or_else(|| file.clone());
        let Remote { repository, path, .. } = remote;
        let wrong = |what: &str, found: &str, known: &str| {
            anyhow!(
                "{path} of {repository}: the server says {what} {found}, expected {known} (as the \
                 catalogue or an earlier fetch has it); nothing was fetched"
            )
        };
        match (expected.size_bytes, about.size_bytes) {
            (Some(known), Some(found)) if known != found => {
                return Err(wrong("bytes", &found.to_string(), &known.to_string()));
            }
            (known, found) => expected.size_bytes = known.or(found),
        }
        match (expected.sha256.take(), &about.sha256) {
            (Some(known), Some(found)) if known != *found => {
                return Err(wrong("sha256", found, &known));
            }
            (known, found) => expected.sha256 = known.or_else(|| found.clone()),
        }
        Ok(expected)
    }

    /// Waits until no other fetch has this file, here or in the Hub's own tools. Dropped, it is
    /// the next one's turn.
    fn turn(&self, repository: &str, blob: &str) -> Result<File> {
        let locks = self.settings.cache.folder().join(".locks");
        let path = locks.join(repository_name(repository)).join(format!("{blob}.lock"));
        make_folder_of(&path)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("{} cannot be opened", path.display()))?;
        let started = Instant::now();
        let mut said = false;
        while started.elapsed() < PATIENCE {
            match FileExt::try_lock(&file) {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(cause)) => {
                    return Err(cause)
                        .with_context(|| format!("{} cannot be locked", path.display()));
                }
            }
            if !said {
                self.progress.note("another fetch has this file; waiting for it");
                said = true;
            }
            thread::sleep(PAUSE);
        }
        bail!("another fetch holds {} for an hour; is it alive?", path.display())
    }

    /// Writes the lock file: what was found now, and what was known of the files still to come.
    fn record(&self, folder: &Path, commit: &str, found: &[ModelFile]) -> Result<()> {
        let mut files = found.to_vec();
        if let Some(lock) = Lock::read(folder).ok().flatten() {
            let is_new = |old: &ModelFile| found.iter().all(|file| file.path != old.path);
            files.extend(lock.files.into_iter().filter(is_new));
        }
        let lock = Lock::new(&self.order.entry.clone().at(commit), files);
        write(&folder.join(LOCK), &lock.to_json())
    }

    /// Lets the Hub's tools find the commit by the revision that was asked for.
    fn name_commit(&self, commit: &str) -> Result<()> {
        let Order { entry, revision, .. } = self.order;
        let path = named(self.settings, entry, revision);
        make_folder_of(&path)?;
        write(&path, commit)
    }
}

fn make_folder_of(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))
}

/// A name that is one part of a path.
fn is_plain_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

/// Gives a blob its place in a snapshot: a link relative to it, so that the cache can be moved.
fn link(blob: &Path, place: &Path, path: &str) -> Result<()> {
    remove(place)?;
    let mut target = PathBuf::from("../..");
    target.extend(path.split('/').skip(1).map(|_| ".."));
    target.push("blobs");
    target.push(blob.file_name().unwrap_or_default());
    symlink(&target, blob, place).with_context(|| format!("{} cannot be made", place.display()))
}

#[cfg(unix)]
fn symlink(target: &Path, _blob: &Path, place: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

/// Where links need a right that few have, the file itself takes the place, as the Hub's own tools
/// do.
#[cfg(not(unix))]
fn symlink(_target: &Path, blob: &Path, place: &Path) -> std::io::Result<()> {
    fs::rename(blob, place)
}

/// Writes a small file whole or not at all, whoever else writes it now.
fn write(path: &Path, text: &str) -> Result<()> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{count}.part", process::id()));
    let part = path.with_file_name(name);
    fs::write(&part, text)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}
