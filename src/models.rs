//! Pretrained models by name, and what a folder that holds one says of itself.
//!
//! In: the catalogue compiled into the crate, a name, a folder. Out: entries with the files that a
//! model consists of, a folder's own description, and a report of files found whole.
//! Fetches nothing and loads no model: a program brings the files (the example `models` does), and
//! an engine reads them.
//!
//! ```
//! let entry = standfirst::models::find("all-minilm-l6-v2")?;
//! assert_eq!(entry.repository, "sentence-transformers/all-MiniLM-L6-v2");
//! assert_eq!(entry.size_bytes, 91_567_685);
//!
//! let message = standfirst::models::find("all-minilm").unwrap_err().to_string();
//! assert!(message.starts_with("no model all-minilm is in the catalogue; it has all-minilm-l12-v2, "));
//! # Ok::<(), standfirst::Error>(())
//! ```

mod catalog;
mod folder;

pub use catalog::{Entry, ModelFile, catalog, find};
#[cfg(feature = "checksums")]
pub use folder::check;
pub use folder::{LOCK, Report};
