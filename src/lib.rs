//! News text in, topics and a short traceable summary out.
#![warn(unreachable_pub)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod error;
mod span;

mod input;

pub mod page;

pub mod sentence;

pub mod language;

mod tokens;

mod engine;

pub mod topics;

pub mod summary;

pub mod keywords;

pub mod digest;

mod pipeline;

pub use error::{Error, ErrorKind, Result};
pub use input::Input;
pub use pipeline::{DEFAULT_MAX_TOPICS, Digester, DigesterBuilder, Options, Rows};
pub use span::Span;
