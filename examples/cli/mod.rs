//! What the example programs share: where inputs come from and how a run ends.
//!
//! Files, standard input and exit codes live here, at the rim; the library knows none of them.

#![allow(dead_code, unused_imports, reason = "each program uses its part")]

pub mod ids;
pub mod input;
pub mod length;
pub mod model;
pub mod output;
pub mod progress;
pub mod render;
pub mod shown;

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;

pub use output::{ALL_DONE, Output, SOME_FAILED, finish};

/// No run has more threads than this, or than four a core: what more would do is wait, each with its
/// share of inputs read ahead.
const MOST_JOBS: usize = 64;
/// What a thread needs of the address space, where that is limited: its stack and its work.
const SPACE_A_JOB: usize = 8 << 20;

/// As many threads as asked for, else one a core; a number beyond all use is cut, and `program` says so.
pub fn jobs(program: &str, asked: Option<NonZeroUsize>) -> NonZeroUsize {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let wanted = asked.unwrap_or(cores);
    let useful = cores.get().saturating_mul(4).max(MOST_JOBS);
    let fitting = address_space().map_or(useful, |space| space / SPACE_A_JOB);
    let Some(most) = NonZeroUsize::new(useful.min(fitting)) else { return NonZeroUsize::MIN };
    if wanted > most && asked.is_some() {
        let why = if fitting < useful { "fit into the address space" } else { "are of use" };
        shown::say(program, &format!("{wanted} jobs are more than {why}; {most} run"));
    }
    wanted.min(most)
}

/// The limit of the process's address space in bytes, where the system tells one (`ulimit -v`).
fn address_space() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Whether each row is written out at once, rather than when many have come together: inputs come
/// one by one, or someone watches.
pub fn is_live(input: &input::InputArgs) -> bool {
    input.has_standard_input() || io::stdout().is_terminal()
}
