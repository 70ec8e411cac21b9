//! Names of pretrained models to checked folders of this machine.
//!
//! In: names of the catalogue. Out: their files, in the cache that the Hugging Face Hub's own tools
//! share. Reaches the network only when asked to `fetch`. The library beside this program has the
//! steps; here is what a person types and reads.
//!
//! ```text
//! cargo run --release -p standfirst-hub --features fetch -- fetch all-minilm-l6-v2
//! ```

mod bar;

use std::env;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use bar::Bar;
use clap::{Args, Parser, Subcommand};
use indicatif::DecimalBytes;
use standfirst_hub::{
    Entry, LOCK, Lock, Order, Progress, Settings, TRIES, catalog, check, fetch, find, resolve,
};

/// Every model is as asked.
const ALL_DONE: u8 = 0;
/// Some models failed; each is named.
const SOME_FAILED: u8 = 1;
const COULD_NOT_RUN: u8 = 2;

/// Fetch pretrained models by name and check that they are whole.
///
/// Files land in the Hugging Face Hub's cache, where its other tools find them too. None is put in
/// its place before its size and SHA-256 were checked: against the catalogue, or, where that knows
/// no hash, against what the first fetch recorded in standfirst.lock.json beside the files.
#[derive(Debug, Parser)]
#[command(
    name = "standfirst-models",
    after_help = "\
Examples:
  standfirst-models list
  standfirst-models fetch all-minilm-l6-v2
  standfirst-models fetch bart-large-cnn t5-small
  standfirst-models check \"$(standfirst-models path t5-small)\"
  standfirst-models fetch --offline all-minilm-l6-v2     check only, fetch nothing
  standfirst-models fetch --revision main t5-small       the newest commit instead of the pinned one
  HF_ENDPOINT=https://hub.example standfirst-models fetch t5-small

A fetch that is cut off continues where it stopped when run again.

Environment: HF_HOME or HF_HUB_CACHE (where the cache is; default ~/.cache/huggingface),
HF_ENDPOINT (the server), HF_TOKEN or the file HF_HOME/token (sent to that server only),
HF_HUB_OFFLINE (as --offline), HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY,
SSL_CERT_FILE (certificates to trust instead of the usual ones).

Exit codes: 0 all done, 1 some models failed (each is named), 2 could not run."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the catalogue, and what of it is on this machine
    List {
        /// Say what each model is good for and where its facts come from
        #[arg(long)]
        notes: bool,
    },
    /// Fetch models, or what is missing of them, and print their folders
    Fetch(FetchArgs),
    /// Check the files of model folders
    Check {
        /// Folders that `fetch` filled, or other copies of a model (see --as)
        #[arg(value_name = "FOLDER", required = true)]
        folders: Vec<PathBuf>,

        /// The model that the folders should hold [default: what their lock file says]
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
    },
    /// Print a fetched model's folder
    Path {
        /// A name of the catalogue
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
struct FetchArgs {
    /// Names of the catalogue, or its repositories on the Hub
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    /// Reach for nothing: succeed only with what is on this machine
    #[arg(long)]
    offline: bool,

    /// Another commit, branch or tag than the pinned one; its files are held to what the server
    /// says of them
    #[arg(long, value_name = "REVISION")]
    revision: Option<String>,

    /// Fetch every file again, and record anew what arrives
    #[arg(long)]
    force: bool,

    /// How often a transfer may fail in a row
    #[arg(long, value_name = "N", default_value_t = TRIES,
        value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,

    /// The wait after the first failure; it doubles with each
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 500, hide = true)]
    first_wait: u64,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        // As behind `head`: whoever read has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("standfirst-models: {error:#}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn run(cli: &Cli) -> Result<u8> {
    let settings = Settings::from_vars(|name| env::var(name).ok(), env::home_dir())?;
    match &cli.command {
        Command::List { notes } => list(&settings, *notes),
        Command::Fetch(args) => fetch_all(settings, args),
        Command::Check { folders, name } => check_all(folders, name.as_deref()),
        Command::Path { name } => path(name),
    }
}

/// A line a model.
fn list(settings: &Settings, notes: bool) -> Result<u8> {
    let mut out = io::stdout().lock();
    let entries = catalog();
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    for entry in entries {
        let folder = settings.cache.snapshot(&entry.repository, &entry.revision);
        let size = DecimalBytes(entry.size_bytes).to_string();
        writeln!(
            out,
            "{:width$}  {:16}  {size:>9}  {:12}  {}",
            entry.name,
            entry.task,
            entry.licence,
            state(&folder, entry),
        )?;
        if notes {
            writeln!(
                out,
                "    {} at {}, {}, {}\n    {}",
                entry.repository,
                entry.revision,
                entry.architecture,
                if entry.verified { "hashes computed here" } else { "hashes not computed here" },
                entry.note
            )?;
        }
    }
    Ok(ALL_DONE)
}

/// Whether a model's files are there, by their names alone.
fn state(folder: &Path, entry: &Entry) -> &'static str {
    let needed = || entry.files.iter().filter(|file| !file.optional);
    let there = needed().filter(|file| folder.join(&file.path).exists()).count();
    match there {
        0 => "not here",
        _ if there < needed().count() => "partly here",
        _ if !folder.join(LOCK).exists() => "here, unchecked",
        _ => "here",
    }
}

/// Does a thing for each of some names; one that fails is said and the others go on.
fn each<T>(items: &[T], mut work: impl FnMut(&T) -> Result<()>) -> Result<u8> {
    let mut code = ALL_DONE;
    for item in items {
        match work(item) {
            Err(error) if is_closed_pipe(&error) => return Err(error),
            Err(error) => {
                eprintln!("standfirst-models: {error:#}");
                code = SOME_FAILED;
            }
            Ok(()) => {}
        }
    }
    Ok(code)
}

fn fetch_all(mut settings: Settings, args: &FetchArgs) -> Result<u8> {
    settings.offline |= args.offline;
    settings.tries = args.tries;
    settings.first_wait = Duration::from_millis(args.first_wait);
    let bar = Bar::new();
    each(&args.names, |name| {
        let entry = find(name)?;
        let revision = args.revision.as_deref().unwrap_or(&entry.revision);
        let order = Order { entry, revision, force: args.force };
        let fetched = fetch(&settings, order, &bar)?;
        bar.note(&summary(entry, &fetched.lock, Some(fetched.transferred)));
        writeln!(io::stdout(), "{}", fetched.folder.display())?;
        Ok(())
    })
}

fn check_all(folders: &[PathBuf], name: Option<&str>) -> Result<u8> {
    each(folders, |folder| {
        let entry = meant(folder, name)?;
        let lock = check(folder, &entry)?;
        writeln!(io::stdout(), "{}: {}", folder.display(), summary(&entry, &lock, None))?;
        Ok(())
    })
}

/// The model that a folder should hold.
fn meant(folder: &Path, name: Option<&str>) -> Result<Entry> {
    if let Some(name) = name {
        return Ok(find(name)?.clone());
    }
    let lock = Lock::read(folder)?.with_context(|| {
        format!("{} has no {LOCK}; say what it should hold with --as NAME", folder.display())
    })?;
    Ok(find(&lock.name)?.clone().at(&lock.revision))
}

/// What was checked, against what.
fn summary(entry: &Entry, lock: &Lock, transferred: Option<usize>) -> String {
    let pinned = entry.clone().at(&lock.revision);
    let is_pinned =
        |path: &str| pinned.files.iter().any(|file| file.path == path && file.sha256.is_some());
    let by_catalogue = lock.files.iter().filter(|file| is_pinned(&file.path)).count();
    let bytes = lock.files.iter().filter_map(|file| file.size_bytes).sum();
    let count = lock.files.len();
    let fetched = transferred.map_or_else(String::new, |count| format!(", {count} fetched"));
    let held = match count - by_catalogue {
        0 => "all as the catalogue has them".to_owned(),
        others => format!("{by_catalogue} as the catalogue has them, {others} as first fetched"),
    };
    let commit = lock.revision.get(..12).unwrap_or(&lock.revision);
    format!("{} at {commit}: {count} files, {}{fetched}, {held}", entry.name, DecimalBytes(bytes))
}

fn path(name: &str) -> Result<u8> {
    each(&[name], |name| {
        writeln!(io::stdout(), "{}", resolve(name)?.display())?;
        Ok(())
    })
}
