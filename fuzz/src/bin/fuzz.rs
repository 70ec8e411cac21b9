//! The targets as a plain program under stable Rust: mutated inputs, one after the other, under a
//! budget of time and memory each.
//!
//! ```text
//! cargo run --release --bin fuzz -- --target page --seconds 60
//! ```
//!
//! It has no eyes for branches; an input is kept and mutated further when what became of it (how many
//! articles, which reasons, which error) was not seen before. What breaks a promise or a budget is
//! written to `findings`, once for each place in the code that panicked, and the program ends with 1.

use std::collections::{BTreeMap, HashSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{fs, process};

use anyhow::{Context, bail};
use clap::Parser;
use fastrand::Rng;
use standfirst_fuzz::{TARGETS, Target, target, warm_up};

/// Sends mutated inputs through a target.
#[derive(Debug, Parser)]
struct Args {
    /// The target, or `all`, one after the other
    #[arg(long, default_value = "all")]
    target: String,
    /// How long each runs; 0 runs the corpus only
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Of the draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The longest input, in bytes
    #[arg(long, default_value_t = 512)]
    max_len: usize,
    /// A folder with a folder of inputs for each target
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"))]
    corpus: PathBuf,
    /// Where what broke a promise is written
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/findings"))]
    findings: PathBuf,
    /// Sends one file through, and says what it took
    #[arg(long)]
    one: Option<PathBuf>,
}

/// The inputs that are mutated; more would be remembered for nothing.
const MOST_KEPT: usize = 20_000;

/// How often an input that took too long is tried again: another process may have had the processor.
const AGAIN: usize = 5;

/// Where the last panic was, and what it said.
static PANIC: Mutex<(String, String)> = Mutex::new((String::new(), String::new()));

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if let Ok(mut last) = PANIC.lock() {
            *last = (place, info.to_string());
        }
    }));
    let targets = match args.target.as_str() {
        "all" => TARGETS.to_vec(),
        name => vec![target(name).with_context(|| {
            let names = TARGETS.map(|target| target.name).join(", ");
            format!("no target {name}; there are {names}")
        })?],
    };
    warm_up();
    let mut findings = 0;
    for target in targets {
        if let Some(path) = &args.one {
            let data = fs::read(path).with_context(|| path.display().to_string())?;
            println!("{}: {:?}", target.name, tried(target, &data));
            continue;
        }
        findings += Run::new(&args, target)?.run(&args)?;
    }
    if findings > 0 {
        println!("{findings} findings in {}", args.findings.display());
        process::exit(1);
    }
    Ok(())
}

/// What is wrong with an input: the name under which that is kept, and the words.
#[derive(Debug)]
struct Wrong {
    place: String,
    message: String,
}

/// What this thread has had of the processor, where the system says it.
fn on_processor() -> Option<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split(' ').next()?.parse().ok()?))
}

/// Runs a target: what became of the input and what it held, or what is wrong.
fn tried(target: Target, data: &[u8]) -> Result<(u64, usize, Duration), Wrong> {
    let spend = || panic::catch_unwind(AssertUnwindSafe(|| target.spend(data)));
    let Ok(spent) = spend() else {
        let (place, message) = PANIC.lock().map(|last| last.clone()).unwrap_or_default();
        return Err(Wrong { place, message });
    };
    let most = target.bytes_for(data.len());
    // The first text of a kind may have loaded something that is kept.
    let bytes = match spent.bytes <= most {
        true => spent.bytes,
        false => spend().map_or(spent.bytes, |again| again.bytes.min(spent.bytes)),
    };
    if bytes > most {
        let message = format!("{bytes} bytes held, at most {most} expected");
        return Err(Wrong { place: "memory".to_owned(), message });
    }
    let most = target.time_for(data.len());
    let mut time = spent.time;
    for _ in 0..AGAIN {
        if time > most {
            let before = on_processor();
            let again = spend().map_or(time, |again| again.time);
            let used = before.zip(on_processor()).map(|(before, after)| after - before);
            time = time.min(again).min(used.unwrap_or(again));
        }
    }
    if time > most {
        let message = format!("{time:?} taken, at most {most:?} expected");
        return Err(Wrong { place: "time".to_owned(), message });
    }
    Ok((spent.of, bytes, time))
}

struct Run {
    target: Target,
    rng: Rng,
    kept: Vec<Vec<u8>>,
    seen: HashSet<u64>,
    wrong: BTreeMap<String, usize>,
    execs: u64,
    most_bytes: usize,
    most_time: Duration,
}

impl Run {
    fn new(args: &Args, target: Target) -> anyhow::Result<Self> {
        let folder = args.corpus.join(target.name);
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .with_context(|| format!("no corpus in {}", folder.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        paths.sort();
        let kept: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<Result<_, _>>()?;
        if kept.is_empty() {
            bail!("the corpus in {} is empty", folder.display());
        }
        Ok(Self {
            target,
            rng: Rng::with_seed(args.seed),
            kept,
            seen: HashSet::new(),
            wrong: BTreeMap::new(),
            execs: 0,
            most_bytes: 0,
            most_time: Duration::ZERO,
        })
    }

    fn run(mut self, args: &Args) -> anyhow::Result<usize> {
        let folder = args.findings.join(self.target.name);
        let start = Instant::now();
        for data in self.kept.clone() {
            self.one(&data, &folder)?;
        }
        let mut told = Instant::now();
        while start.elapsed() < Duration::from_secs(args.seconds) {
            for _ in 0..16 {
                let data = self.mutated(args.max_len);
                if self.one(&data, &folder)? && self.kept.len() < MOST_KEPT {
                    self.kept.push(data);
                }
            }
            if told.elapsed() > Duration::from_secs(60) {
                told = Instant::now();
                self.tell(start.elapsed());
            }
        }
        self.tell(start.elapsed());
        Ok(self.wrong.len())
    }

    fn tell(&self, since: Duration) {
        println!(
            "{}: {} execs in {:.0} s, {} kept, most memory {} bytes, most time {:.1} ms, wrong {:?}",
            self.target.name,
            self.execs,
            since.as_secs_f64(),
            self.kept.len(),
            self.most_bytes,
            self.most_time.as_secs_f64() * 1e3,
            self.wrong,
        );
    }

    /// Whether the input did something new.
    fn one(&mut self, data: &[u8], folder: &Path) -> anyhow::Result<bool> {
        self.execs += 1;
        match tried(self.target, data) {
            Ok((of, bytes, time)) => {
                self.most_bytes = self.most_bytes.max(bytes);
                self.most_time = self.most_time.max(time);
                Ok(self.seen.insert(of))
            }
            Err(wrong) => {
                let count = self.wrong.entry(wrong.place.clone()).or_default();
                *count += 1;
                // A few of each, the shortest of which somebody will read.
                if *count <= 3 {
                    fs::create_dir_all(folder)?;
                    let name: String = wrong
                        .place
                        .chars()
                        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                        .collect();
                    fs::write(folder.join(format!("{name}-{count}")), data)?;
                    println!("{}: {}: {}", self.target.name, wrong.place, wrong.message);
                }
                Ok(false)
            }
        }
    }

    fn mutated(&mut self, max_len: usize) -> Vec<u8> {
        let rng = &mut self.rng;
        let mut data = self.kept[rng.usize(..self.kept.len())].clone();
        for _ in 0..1 << rng.u32(0..5) {
            mutate(&mut data, &self.kept, rng, max_len);
        }
        data.truncate(max_len);
        data
    }
}

/// What changes what text means: marks, tags, keys, letters of other scripts, ends of lines.
const TOKENS: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    ". ",
    "? ",
    "! ",
    ", ",
    ": ",
    "; ",
    " | ",
    " » ",
    " - ",
    " – ",
    "—",
    "\"",
    "“",
    "”",
    "«",
    "»",
    "'",
    "’",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "...",
    "…",
    "•",
    "* ",
    "# ",
    "@",
    "%",
    "&",
    "Mr. ",
    "U.S. ",
    "By ",
    "Updated ",
    "Published: ",
    "Read more",
    "Share on Facebook",
    "Advertisement",
    "(Reuters) - ",
    "Jan. 3, 2024",
    "2024-02-30",
    "12:30 GMT",
    "3/4/2025",
    "1.5m",
    "$4bn",
    "said",
    "Monday",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<h1>",
    "</h1>",
    "<title>",
    "<article>",
    "<a href=\"",
    "\">",
    "<br>",
    "<script>",
    "</script>",
    "<script type=\"application/ld+json\">",
    "\"articleBody\":\"",
    "\"headline\":\"",
    "<meta property=\"og:title\" content=\"",
    "<meta charset=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#",
    "&nbsp;",
    "<pre>",
    "<li>",
    "<table><tr><td>",
    "<style>",
    "<time datetime=\"",
    "<svg>",
    "<template>",
    "文",
    "字。",
    "雨が",
    "ひ",
    "ไทย",
    "дождь ",
    "שלום",
    "قرر",
    "ñ",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ǅ",
    "ﬁ",
    "👩\u{200d}🔬",
    "\u{200b}",
    "\u{feff}",
    "\u{202e}",
    "\u{ad}",
    "\u{a0}",
    "\u{3000}",
    "\u{2028}",
    "\u{85}",
    "\0",
    "\u{1b}[2J",
    "{\"id\":1,\"text\":\"",
    "\"html\":\"",
    "\"title\":\"",
    "\"url\":\"https://",
    "null",
    "true",
    "false",
    "1e999",
    "-0",
    "0.5",
    "18446744073709551615",
    "\\u0000",
    "\\ud800",
    "\"label\":\"",
    "\"examples\":[",
    "\"description\":",
    "\"max\":",
    "\"sentences\":",
    "\"words\":",
    "\"chars\":",
    "\"offsets\":\"utf16\"",
    "\"min_score\":",
];

const BYTES: [u8; 12] = [0, 0x7f, 0x80, 0xbf, 0xc0, 0xe0, 0xf0, 0xff, 0xfe, b'\n', b'<', 0xa4];

/// A number below a power of two, itself below `1 << bits`: small ones are as frequent as large ones.
fn below(rng: &mut Rng, bits: u32) -> usize {
    let bits = rng.u32(0..bits);
    rng.usize(..1 << bits)
}

fn mutate(data: &mut Vec<u8>, kept: &[Vec<u8>], rng: &mut Rng, max_len: usize) {
    let at = rng.usize(..=data.len());
    let end = (at + 1 + below(rng, 7)).min(data.len());
    let insert = |data: &mut Vec<u8>, at: usize, bytes: &[u8]| {
        data.splice(at..at, bytes.iter().copied());
    };
    match rng.u32(0..10) {
        0 if at < data.len() => data[at] ^= 1 << rng.u32(0..8),
        1 if at < data.len() => data[at] = BYTES[rng.usize(..BYTES.len())],
        2 => insert(data, at, &[rng.u8(..)]),
        3 | 4 => insert(data, at, TOKENS[rng.usize(..TOKENS.len())].as_bytes()),
        5 => drop(data.drain(at.min(end)..end)),
        6 => {
            let copy = data[at.min(end)..end].to_vec();
            let to = rng.usize(..=data.len());
            insert(data, to, &copy);
        }
        7 => {
            // A unit said over and over: what costs the square of its length shows here first.
            let unit = match rng.bool() {
                true => TOKENS[rng.usize(..TOKENS.len())].as_bytes().to_vec(),
                false => data[at.min(end)..end].to_vec(),
            };
            if !unit.is_empty() {
                let times = (1 + below(rng, 8)).min(max_len / unit.len() + 1);
                insert(data, at, &unit.repeat(times));
            }
        }
        8 => {
            let other = &kept[rng.usize(..kept.len())];
            let from = rng.usize(..=other.len());
            data.truncate(at);
            data.extend_from_slice(&other[from..]);
        }
        _ => {
            let other = &kept[rng.usize(..kept.len())];
            let from = rng.usize(..=other.len());
            let to = (from + rng.usize(..64)).min(other.len());
            insert(data, at, &other[from..to]);
        }
    }
    data.truncate(4 * max_len);
}
