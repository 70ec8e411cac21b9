//! Fetching and checking models, against a server of our own on 127.0.0.1.
//!
//! ```text
//! server.rs    a little Hub, with the faults that a test asks for, and a proxy
//! transfer.rs  from the server to the cache: whole, cut, wrong, busy, offline
//! folder.rs    one lie of a fetched folder at a time
//! vars.rs      what the environment asks for
//! program.rs   the example `models` as a person or a shell meets it
//! ```
//!
//! The example's own modules are compiled in, so that these tests need no built program. No test
//! leaves this machine, and each ends by itself.

#[path = "../../examples/cli/mod.rs"]
mod cli;
#[path = "../../examples/models/fetch.rs"]
mod fetch;
#[path = "../../examples/models/settings.rs"]
mod settings;
#[path = "../../examples/models/watch.rs"]
mod watch;
#[path = "../../examples/models/wire.rs"]
mod wire;

mod folder;
mod program;
mod server;
mod transfer;
mod vars;
