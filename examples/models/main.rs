//! Names of pretrained models to checked folders of this machine.
//!
//! In: names of the catalogue (`models/catalog`). Out: their files, in the cache that the Hugging
//! Face Hub's own tools share. The one program here that reaches the network, and only when asked
//! to `fetch`. The files beside this one hold a step each: `settings.rs` reads the environment,
//! `wire.rs` speaks HTTP, `fetch.rs` checks and puts in place, `watch.rs` shows progress.
//!
//! ```text
//! cargo run --release --example models --features hub -- fetch all-minilm-l6-v2
//! ```

#[path = "../cli/mod.rs"]
mod cli;
mod fetch;
mod settings;
mod watch;
mod wire;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use cli::models::snapshot;
use fetch::Order;
use indicatif::DecimalBytes;
use settings::Settings;
use standfirst::models::{self, Entry, LOCK, Report};
use watch::Watch;

/// Fetch pretrained models by name and check that they are whole.
///
/// Files land in the Hugging Face Hub's cache, where its other tools find them too. None is put in
/// its place before its size and SHA-256 were checked: against the catalogue, or, where that knows
/// no hash, against what the first fetch recorded in standfirst.lock.json beside the files.
#[derive(Debug, Parser)]
#[command(
    name = "models",
    after_help = "\
Examples:
  models list
  models fetch all-minilm-l6-v2
  models fetch bart-large-cnn t5-small
  models check \"$(models path t5-small)\"
  models fetch --offline all-minilm-l6-v2     check only, fetch nothing
  models fetch --revision main t5-small       the newest commit instead of the pinned one
  HF_ENDPOINT=https://hub.example models fetch t5-small

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
    #[arg(long, value_name = "N", default_value_t = settings::TRIES,
        value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,

    /// The wait after the first failure; it doubles with each
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 500, hide = true)]
    first_wait: u64,
}

fn main() -> ExitCode {
    cli::finish("models", run(&Cli::parse()))
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
    let entries = models::catalog()?;
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    for entry in &entries {
        let folder = snapshot(&settings.hub, &entry.repository, &entry.revision);
        let size = DecimalBytes(entry.size_bytes).to_string();
        writeln!(
            out,
            "{:width$}  {:16}  {size:>9}  {:12}  {}",
            entry.name,
            entry.description.task.as_str(),
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
    Ok(cli::ALL_DONE)
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
    let mut code = cli::ALL_DONE;
    for item in items {
        match work(item) {
            Err(error) if cli::is_closed_pipe(&error) => return Err(error),
            Err(error) => {
                eprintln!("models: {error:#}");
                code = cli::SOME_FAILED;
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
    let watch = Watch::new(false);
    each(&args.names, |name| {
        let entry = models::find(name)?;
        let revision = args.revision.as_deref().unwrap_or(&entry.revision);
        let order = Order { entry: &entry, revision, force: args.force };
        let fetched = fetch::fetch(&settings, order, &watch).with_context(|| entry.name.clone())?;
        watch.note(&summary(&entry, &fetched.report, Some(fetched.transferred)));
        writeln!(io::stdout(), "{}", fetched.folder.display())?;
        Ok(())
    })
}

fn check_all(folders: &[PathBuf], name: Option<&str>) -> Result<u8> {
    each(folders, |folder| {
        let entry = meant(folder, name)?;
        let report = models::check(folder, &entry)?;
        writeln!(io::stdout(), "{}: {}", folder.display(), summary(&entry, &report, None))?;
        Ok(())
    })
}

/// The model that a folder should hold.
fn meant(folder: &Path, name: Option<&str>) -> Result<Entry> {
    if let Some(name) = name {
        return Ok(models::find(name)?);
    }
    let lock = Report::of(folder)?.with_context(|| {
        format!("{} has no {LOCK}; say what it should hold with --as NAME", folder.display())
    })?;
    Ok(models::find(&lock.name)?.at(&lock.revision))
}

/// What was checked, against what.
fn summary(entry: &Entry, report: &Report, transferred: Option<usize>) -> String {
    let pinned = entry.clone().at(&report.revision);
    let is_pinned =
        |path: &str| pinned.files.iter().any(|file| file.path == path && file.sha256.is_some());
    let by_catalogue = report.files.iter().filter(|file| is_pinned(&file.path)).count();
    let bytes = report.files.iter().filter_map(|file| file.size_bytes).sum();
    let count = report.files.len();
    let fetched = transferred.map_or_else(String::new, |count| format!(", {count} fetched"));
    let held = match count - by_catalogue {
        0 => "all as the catalogue has them".to_owned(),
        others => format!("{by_catalogue} as the catalogue has them, {others} as first fetched"),
    };
    let commit = report.revision.get(..12).unwrap_or(&report.revision);
    format!("{} at {commit}: {count} files, {}{fetched}, {held}", entry.name, DecimalBytes(bytes))
}

fn path(name: &str) -> Result<u8> {
    each(&[name], |name| {
        writeln!(io::stdout(), "{}", cli::models::resolve(name)?.display())?;
        Ok(())
    })
}
