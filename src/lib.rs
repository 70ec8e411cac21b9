//! News text in, topics and a short traceable summary out.
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
mod tokens;

pub mod page;
pub mod sentence;

pub use error::{Error, ErrorKind, Result};
pub use span::Span;
