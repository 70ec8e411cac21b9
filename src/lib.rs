//! News text in, topics and a short traceable summary out.
//!
//! A page as scraped, with its menus, share lines and perhaps several stories, goes in. Out comes,
//! for each article on it, its **topics** (IPTC Media Topics, scored, with the sentences that
//! support them), a **summary** of sentences taken verbatim, **keywords**, title and date; and
//! what was left out of the page, with the reason. Every piece has its place: half-open UTF-8
//! byte offsets into the text as it was given.
//!
//! ```
//! use standfirst::{Digester, Input};
//!
//! let page = "\
//! Home | News | Weather
//!
//! Harbour bridge to close for repairs | Orrin Post
//!
//! The council will close the harbour bridge on Monday for six months. Engineers found cracks in
//! two of its piers last week, and drivers will have to take the ring road, which is twice as long
//! and has been full since the spring.
//!
//! Share on Facebook
//!
//! The repairs cost nine million crowns, of which the government pays half. The mayor said that
//! ferries would carry pedestrians across the harbour in the meantime.
//! ";
//! let digester = Digester::new()?;
//! let digest = digester.digest(&Input::page("front", page))?;
//! let article = &digest.articles[0];
//!
//! assert_eq!(article.title.as_ref().unwrap().text, "Harbour bridge to close for repairs");
//! assert_eq!(article.paragraphs.len(), 2);
//! let sentence = &article.summary.as_ref().unwrap().sentences[0];
//! assert_eq!(sentence.text, sentence.span.of(page));
//! # Ok::<(), standfirst::Error>(())
//! ```
//!
//! # The arrow
//!
//! ```text
//! input -> page -> articles -> sentences -> tokens -> vectors -> topics / summary / keywords -> digest
//! ```
//!
//! The modules stand in that order, and each uses only those above it. [`Digester`] runs them all, on
//! one input ([`digest`](Digester::digest)) or on a stream of them, on several threads
//! ([`rows`](Digester::rows)); [`Options`] say what is computed. Alone there are [`page::split`],
//! [`sentence::split`] and [`language::detect`], which need no model, and
//! [`tag`](Digester::tag), [`keywords`](Digester::keywords) and
//! [`summarize`](Digester::summarize). [`guide`] has examples of what users do with it all.
//!
//! # What it promises
//!
//! - No set-up: the model is in the crate, nothing is fetched, and no C or C++ compiler is needed.
//! - Nothing is cut in silence: a long text is read whole, and what a page loses is listed.
//! - No input panics; one that cannot be processed is a row with an error, and the run goes on.
//! - The same input gives the same bytes, alone or in a batch, on one thread or on many.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `embedded` | yes | the model in `models/embedded`, compiled in (8 MB) |
//! | `html` | yes | HTML pages as input |
//! | `schema` | no | `digest::schema`: the JSON Schema of a row, which the repository also holds |
//! | `rust-bert` | no | pretrained models of the Hugging Face Hub, through rust-bert and libtorch |
//! | `rten` | no | their BERT sentence encoders in 8 bits, in pure Rust (1.89) and without libtorch |
//! | `pretrained` | no | what `rust-bert` and `rten` share; alone it runs nothing |
//!
//! With `rust-bert`, [`DigesterBuilder::model_folder`] also takes sentence encoders, entailment
//! models and classifiers, and [`DigesterBuilder::summary_model_folder`] summarizers, whose
//! abstracts [`grounding`] checks. Nothing else of the API changes. With `rten` it takes
//! sentence encoders; [`DigesterBuilder::backend`] says which of the two reads one.
#![warn(unreachable_pub)]
#![cfg_attr(
    all(feature = "pretrained", not(any(feature = "rust-bert", feature = "rten"))),
    allow(dead_code, unused_imports, reason = "what two engines share, without either")
)]
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
mod named;
mod span;

mod offsets;

mod text;

pub mod language;

pub mod sentence;

mod encoding;

mod input;

mod nn;

pub mod page;

mod article;

mod tokens;

mod vectors;

pub mod topics;

pub mod keywords;

pub mod summary;

pub mod grounding;

mod options;
mod deadline;

mod model;

mod workers;

pub mod pretrained;

pub mod train;

mod abstracts;

pub mod digest;

mod digester;

pub mod guide;

#[cfg(all(test, feature = "embedded"))]
mod recipe;

/// The README's example, run as a test.
#[cfg(all(doctest, feature = "embedded"))]
#[doc = include_str!("../README.md")]
struct Readme;

pub use digester::{Digester, DigesterBuilder, Encoder, Rows};
pub use error::{Error, ErrorKind, Result};
pub use input::Input;
pub use offsets::{OffsetMap, Offsets};
pub use options::{
    AbstractOptions, Backend, Device, KeywordOptions, Options, SummaryOptions, TopicOptions,
};
pub use span::Span;
