//! The one error of the library.
//!
//! In: what was found and what was expected. Out: an opaque [`Error`] whose [`kind`](Error::kind)
//! a caller branches on, whose `Display` a person reads, and whose `source` is the cause, kept as
//! it was. A bad article is data (`digest::Row::Failed`); this type is how it is said.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for the caller who must branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input's bytes are neither UTF-8 nor text in another encoding.
    InvalidUtf8,
    /// The input holds no text to work on.
    Empty,
    /// The input has more bytes than the options allow.
    TooLarge,
    /// The input is not done by the deadline of the options.
    TimedOut,
    /// A row of JSON Lines, or a labels file, is not what it should be.
    InvalidRow,
    /// A file or folder could not be read or written.
    Io,
    /// A model folder is incomplete, damaged or does not fit together.
    InvalidModel,
    /// An option is out of its range or contradicts another.
    InvalidOption,
    /// A pretrained model failed on an input that it should have taken.
    Engine,
    /// A kind that this version does not know, in a row that another wrote.
    Unknown,
}

impl ErrorKind {
    /// All kinds that this version knows.
    const KNOWN: [Self; 9] = [
        Self::InvalidUtf8,
        Self::Empty,
        Self::TooLarge,
        Self::TimedOut,
        Self::InvalidRow,
        Self::Io,
        Self::InvalidModel,
        Self::InvalidOption,
        Self::Engine,
    ];

    /// The name used in a digest row's `error.kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidUtf8 => "invalid-utf8",
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::TimedOut => "timed-out",
            Self::InvalidRow => "invalid-row",
            Self::Io => "io",
            Self::InvalidModel => "invalid-model",
            Self::InvalidOption => "invalid-option",
            Self::Engine => "engine",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ErrorKind {
    type Err = Infallible;

    /// Reads a name; one that this version does not know is [`Unknown`](Self::Unknown).
    fn from_str(name: &str) -> Result<Self, Infallible> {
        let known = Self::KNOWN.into_iter().find(|kind| kind.as_str() == name);
        Ok(known.unwrap_or(Self::Unknown))
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Ok(kind) = String::deserialize(deserializer)?.parse();
        Ok(kind)
    }
}

/// An error of this library.
///
/// ```
/// use standfirst::{ErrorKind, Input};
///
/// let error = Input::from_bytes("front.txt", b"\x7fELF\x02\x01\x01\0\xe9".to_vec()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidUtf8);
/// assert!(error.to_string().starts_with("front.txt is not UTF-8 (first bad byte at 8)"));
/// ```
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

    /// The cause alone, for an error that says more in its place.
    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
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
