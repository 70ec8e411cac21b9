//! Fetching, against a server of our own on 127.0.0.1.
//!
//! ```text
//! server.rs    a little Hub, with the faults that a test asks for, and a proxy
//! transfer.rs  from the server to the cache: whole, cut, wrong, busy, offline
//! vars.rs      what the environment asks for
//! program.rs   the program `standfirst-models` as a person or a shell meets it
//! ```
//!
//! No test leaves this machine, and each ends by itself.

mod program;
mod server;
mod transfer;
mod vars;
