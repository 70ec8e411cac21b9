//! The library and its programs, seen from outside.
//!
//! ```text
//! bad_input.rs     text nobody asked for, and what must hold of any text
//! contract.rs      the JSON that other programs read
//! options.rs       what each option asks for, alone and with others
//! summaries.rs     what a summary never holds, in lists, transcripts, live blogs and languages
//! abstracts.rs     what is generated, marked as such
//! stream.rs        rows that come as soon as they can, and no more read than that takes
//! invariants.rs    what must not change a result: threads, order, company
//! cli.rs           the example programs: exit codes, messages, pipes
//! model_folder.rs  one lie of a model folder at a time
//! hostile.rs       model folders made to do harm, hundreds of them
//! house_rules.rs   what the source may not name
//! order.rs         a module uses only what is declared above it
//! ```
//!
//! `pages.rs` has the texts, all of them written for these tests, and `promises.rs` what every
//! digest keeps; `schema.rs` reads a JSON Schema, `source.rs` Rust. Slow tests run at full size when
//! the environment variable `STANDFIRST_SLOW` is set, and at a fraction of it otherwise.

#![cfg(all(feature = "embedded", feature = "html"))]

mod abstracts;
mod bad_input;
mod cli;
mod contract;
mod hostile;
mod house_rules;
mod invariants;
mod model_folder;
mod options;
mod order;
mod pages;
mod promises;
mod schema;
mod source;
mod stream;
mod summaries;
mod training;
