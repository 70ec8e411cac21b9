//! The machine that a figure was measured on.
//!
//! Out: what the processor says of itself, and no name by which the machine could be found.

use std::fs;

/// The processor and its cores.
pub fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        cpu.lines().find(|line| line.starts_with(name)).and_then(|line| line.split(": ").nth(1))
    };
    let model = field("model name").unwrap_or("unknown CPU");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model} (family {}), {cores} cores", field("cpu family").unwrap_or("?"))
}

/// A figure of this process in KiB: `VmRSS`, what it holds in memory, or `VmHWM`, the most it held;
/// `None` where the system does not say.
pub fn memory_kib(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
