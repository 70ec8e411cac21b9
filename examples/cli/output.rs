//! Rows to standard output, and how a run ends.
//!
//! In: rows, as whoever prints them writes them. Out: the same on standard output, several at a time
//! and never a part of one: a run that SIGINT or SIGTERM ends leaves whole rows behind, one that is
//! killed at most its last line torn.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::shown::say;

/// Every input gave its row.
pub const ALL_DONE: u8 = 0;
/// Some inputs failed; each has a row that says why.
pub const SOME_FAILED: u8 = 1;
/// The run could not start, or not write its rows: a bad option or model folder, a full disk.
pub const COULD_NOT_RUN: u8 = 2;

/// So many bytes of rows are written together, where nobody waits for each.
const TOGETHER: usize = 1 << 16;

/// Standard output, as rows.
pub struct Output {
    shared: Arc<Shared>,
    row: Vec<u8>,
    live: bool,
}

/// What the run and a signal both end.
struct Shared {
    pending: Mutex<Pending>,
    /// A signal came, and its thread is to end the process.
    ending: AtomicBool,
}

/// Rows that are done and not yet written.
struct Pending {
    rows: Vec<u8>,
    /// How many rows are done, those that are written too.
    count: usize,
    ending: fn(usize) -> &'static str,
    ended: bool,
}

impl Output {
    /// Standard output of `program`. Each row is written at once if `live`; what `ending` gives for
    /// the number of rows follows the last of them, whatever ends the run.
    pub fn new(program: &'static str, live: bool, ending: fn(usize) -> &'static str) -> Self {
        let pending = Pending { rows: Vec::new(), count: 0, ending, ended: false };
        let shared = Shared { pending: Mutex::new(pending), ending: AtomicBool::new(false) };
        let shared = Arc::new(shared);
        signals::watch(program, shared.clone());
        Self { shared, row: Vec::new(), live }
    }

    /// One more row; `print` writes it.
    ///
    /// # Errors
    ///
    /// What `print` gives, and an output that takes no more.
    pub fn row<E: From<io::Error>>(
        &mut self,
        print: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.row.clear();
        print(&mut self.row)?;
        let mut pending = self.shared.locked();
        pending.rows.extend_from_slice(&self.row);
        pending.count += 1;
        if self.live || pending.rows.len() >= TOGETHER {
            pending.write()?;
        }
        drop(pending);
        self.shared.yield_to_signal();
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// An output that takes no more.
    pub fn end(self) -> io::Result<()> {
        self.shared.locked().end()?;
        self.shared.yield_to_signal();
        Ok(())
    }
}

impl Shared {
    /// A panic in a row leaves the rows before it as they were.
    fn locked(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of the process, where a signal's thread brings it.
    fn yield_to_signal(&self) {
        while self.ending.load(Ordering::SeqCst) {
            std::thread::park();
        }
    }
}

impl Pending {
    /// Nothing that could not be written is tried again.
    fn write(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let mut out = io::stdout().lock();
        out.write_all(&rows)?;
        out.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.ended = true;
        self.rows.extend_from_slice((self.ending)(self.count).as_bytes());
        self.write()
    }
}

#[cfg(unix)]
mod signals {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, mpsc};
    use std::thread::Builder;
    use std::time::{Duration, Instant};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::{exit, signal_name};

    use super::{Shared, say};

    /// A shell or `timeout` sends the same signal to a program and to its group: what follows this
    /// soon is not a second wish.
    const SAME: Duration = Duration::from_millis(100);

    /// From here on, SIGINT and SIGTERM write the rows that are done and end the process with 128
    /// and the signal's number, whatever its other threads wait for; a second one does not wait for
    /// whoever reads the rows. Where the system has no thread for it, they end the process as ever.
    pub fn watch(program: &'static str, shared: Arc<Shared>) {
        let (started, start) = mpsc::channel();
        let body = move || {
            let signals = Signals::new([SIGINT, SIGTERM]);
            let _ = started.send(());
            let Ok(mut signals) = signals else { return };
            let mut first: Option<Instant> = None;
            for signal in signals.forever() {
                match first {
                    Some(at) if at.elapsed() > SAME => exit(128 + signal),
                    Some(_) => {}
                    None => {
                        first = Some(Instant::now());
                        shared.ending.store(true, Ordering::SeqCst);
                        let shared = shared.clone();
                        let end = move || end(program, &shared, signal);
                        if Builder::new().name("ending".to_owned()).spawn(end.clone()).is_err() {
                            end();
                        }
                    }
                }
            }
        };
        if Builder::new().name("signals".to_owned()).spawn(body).is_ok() {
            let _ = start.recv();
        }
    }

    /// Ends the process, once the rows that are done are written.
    fn end(program: &str, shared: &Shared, signal: i32) {
        let mut pending = shared.locked();
        if !pending.ended {
            let written = pending.end();
            let name = signal_name(signal).unwrap_or("a signal");
            match written {
                Ok(()) => {
                    let plural = if pending.count == 1 { "" } else { "s" };
                    say(program, &format!("ended by {name} after {} row{plural}", pending.count));
                }
                Err(cause) => say(program, &format!("ended by {name}, rows are lost: {cause}")),
            }
        }
        exit(128 + signal);
    }
}

#[cfg(not(unix))]
mod signals {
    use std::sync::Arc;

    use super::Shared;

    /// Nothing: such a system has other ways, and ends the process by itself.
    pub fn watch(_program: &'static str, _shared: Arc<Shared>) {}
}

/// Turns the end of a run into its exit code. A closed output pipe (as behind `head`) is a quiet
/// end; any other error is said once, with its causes.
pub fn finish(program: &str, outcome: anyhow::Result<u8>) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(program, &format!("{error:#}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Whether the run ended because nobody reads its output any more.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .and_then(serde_json::Error::io_error_kind)
                .is_some_and(|kind| kind == ErrorKind::BrokenPipe)
    })
}
