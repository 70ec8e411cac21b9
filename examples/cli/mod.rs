//! What the example programs share: where inputs come from and how a run ends.
//!
//! Files, standard input and exit codes live here, at the rim; the library knows none of them.

#![allow(dead_code, reason = "each program uses its part")]

pub mod input;
pub mod length;
pub mod model;
pub mod progress;
pub mod render;
pub mod shown;

use std::io::{self, ErrorKind, IsTerminal};
use std::num::NonZeroUsize;
use std::process::ExitCode;

/// Every input gave its row.
pub const ALL_DONE: u8 = 0;
/// Some inputs failed; each has a row that says why.
pub const SOME_FAILED: u8 = 1;
/// The run could not start: a bad option or model folder.
pub const COULD_NOT_RUN: u8 = 2;

/// As many threads as asked for, else one a core.
pub fn jobs(asked: Option<NonZeroUsize>) -> NonZeroUsize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    asked.unwrap_or_else(cores)
}

/// Whether each row is written out at once, rather than when many have come together: inputs come
/// one by one, or someone watches.
pub fn is_live(input: &input::InputArgs) -> bool {
    input.has_standard_input() || io::stdout().is_terminal()
}

/// Turns the end of a run into its exit code. A closed output pipe (as behind `head`) is a quiet
/// end; any other error is said once, with its causes.
pub fn finish(program: &str, outcome: anyhow::Result<u8>) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            shown::say(program, &format!("{error:#}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Whether the run ended because nobody reads its output any more.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .and_then(serde_json::Error::io_error_kind)
                .is_some_and(|kind| kind == ErrorKind::BrokenPipe)
    })
}
