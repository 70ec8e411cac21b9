//! How the time and the memory of a digest grow with the length of its input.
//!
//! ```text
//! cargo bench --bench growth                        # prose: prints the table
//! cargo bench --bench growth -- --plot benches/growth.svg
//! cargo bench --bench growth -- --hostile           # text made to be slow: fails past the limits
//! cargo bench --bench growth -- --search 60         # looks for worse, for so many seconds
//! ```

mod hostile;
mod prose;
mod search;

use standfirst::Digester;
use standfirst_measure::machine::machine;

/// Counts what is allocated, so that the most that was held at once is known.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let has = |name: &str| args.iter().any(|arg| arg == name);
    let after = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1);
    let test = has("--test");
    println!("machine: {}", machine());
    let digester = Digester::new().expect("the embedded model loads");
    if has("--hostile") {
        return hostile::run(&digester, has("--all"));
    }
    if has("--search") {
        let number = |name| after(name).and_then(|number| number.parse().ok());
        return search::run(&digester, number("--search").unwrap_or(60), number("--seed"));
    }
    let points = prose::run(&digester, test);
    if let Some(path) = after("--plot") {
        std::fs::write(path, prose::plot(&points)).expect("the plot can be written");
    }
}
