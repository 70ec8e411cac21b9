//! Pretrained models for Standfirst by name: which there are, where they lie, whether they are whole.
//!
//! In: a name. Out: its entry in the catalogue, with the files that the model consists of; its folder
//! in the cache that the Hugging Face Hub's tools share; and whether each file there is the one
//! expected. Loads no model: the library does, from the folder. With the feature `fetch` the files
//! are brought too, and there is a program for it, `standfirst-models`.
//!
//! ```
//! let entry = standfirst_hub::find("all-minilm-l6-v2")?;
//! assert_eq!(entry.repository, "sentence-transformers/all-MiniLM-L6-v2");
//! assert_eq!(entry.size_bytes, 91_567_685);
//!
//! let message = standfirst_hub::find("all-minilm").unwrap_err().to_string();
//! assert!(message.starts_with("no model all-minilm is in the catalogue; it has all-minilm-l12-v2, "));
//! # Ok::<(), standfirst_hub::Error>(())
//! ```
//!
//! ```text
//! catalog.rs   the models that are known by name, and their files
//! check.rs     a folder -> each file is the one expected, or what is wrong
//! cache.rs     a name -> its folder on this machine
//! fetch.rs     an entry -> its folder, brought from the Hub; settings.rs, http.rs
//! ```
#![warn(unreachable_pub)]

mod error;

mod catalog;
mod check;

mod cache;

#[cfg(feature = "fetch")]
mod fetch;

pub use cache::{Cache, resolve};
pub use catalog::{Entry, ModelFile, catalog, find};
pub use check::{DESCRIPTION, LOCK, Lock, check};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "fetch")]
pub use fetch::{ENDPOINT, Fetched, Order, Progress, Proxies, Settings, TRIES, fetch};

/// The README's example, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
