//! The one error of this crate.
//!
//! In: what was found and what was expected. Out: an opaque [`Error`] whose [`kind`](Error::kind) a
//! caller branches on, whose `Display` a person reads, and whose `source` is the cause.

use std::error::Error as StdError;
use std::fmt;

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for the caller who must branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The catalogue has no model of that name.
    UnknownModel,
    /// The model is not on this machine.
    NotFetched,
    /// A file of a model's folder is missing, cut short, too long or changed.
    InvalidFolder,
    /// A variable of the environment is missing or not what it should be.
    Environment,
    /// The server, the network or the disk refused.
    Fetch,
}

/// An error of this crate.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn because(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, message: message.into(), source: Some(source.into()) }
    }

    /// What went wrong, for the caller who must branch.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}
