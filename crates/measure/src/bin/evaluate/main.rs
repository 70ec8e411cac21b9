//! Labelled data in, the figures of quality out.
//!
//! In: files of labelled rows (see `gold.rs`) and models. Out: a table a file. The library beside
//! this program has the steps (`gold.rs` reads, `topics.rs`, `summaries.rs` and `pages.rs` measure,
//! `report.rs` prints), `subject.rs` what is measured; here is only their order. With `--all` a
//! whole folder of data goes in and one report comes out: `all.rs`.
//!
//! ```text
//! cargo run --release -p standfirst-measure -- labelled.jsonl.xz
//! cargo run --release -p standfirst-measure -- --all DATA --quote README.md --quote models/README.md
//! ```

mod all;
mod subject;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, ValueEnum};
use serde::Serialize;
use standfirst::topics::Taxonomy;
use standfirst::{Backend, Digester};
use standfirst_measure::gold::{self, Cases, Choice, Part, Set};
use standfirst_measure::length::Length;
use standfirst_measure::report::{Entry, Line, Table};
use standfirst_measure::{pages, summaries, topics};
use subject::{Asked, EMBEDDED, digest};

/// Every row gave its figure.
const ALL_DONE: u8 = 0;
/// Some rows could not be evaluated; each is named.
const SOME_FAILED: u8 = 1;
const COULD_NOT_RUN: u8 = 2;

/// Measure the quality of models on labelled data.
///
/// Each file holds JSON Lines, plain or packed with xz, of rows that say by themselves what they
/// are: {"id", "title"?, "text", "l1", "l2"?} or {…, "annotations": [{"l1", "l2"?}]} an article
/// with its topics; {"id", "title"?, "text", "summary"} an article with its summary; {"id",
/// "text", "html"?, "body"} or {…, "articles": [{"title", "body": […]}]} a page with its articles.
#[derive(Debug, Parser)]
#[command(
    name = "evaluate",
    after_help = "\
Examples:
  evaluate topics.jsonl.xz                          topics by the embedded model
  evaluate --model embedded --model models/next *.xz
                                                    two models side by side
  evaluate --sentences 1 --format json teasers.jsonl
                                                    one-sentence summaries beside Lead-1
  evaluate --html pages.jsonl                       pages by their HTML
  evaluate --all DATA --quote README.md             everything, beside its rivals, in one report

Exit codes: 0 all done, 1 some rows could not be evaluated (each is named), 2 could not run."
)]
struct Cli {
    /// Files of labelled rows, `.xz` unpacked on the way
    #[arg(value_name = "GOLD", required_unless_present = "all")]
    gold: Vec<PathBuf>,

    /// The folder or name of a model, or `embedded` for the one inside the program; give several
    /// to compare them
    #[arg(long = "model", value_name = "FOLDER-OR-NAME", default_value = EMBEDDED)]
    models: Vec<String>,

    /// What reads a pretrained --model: rust-bert, or rten; auto takes the first that is there
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    engine: Backend,

    /// Only the first N rows of each file (with --part, of that part)
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// How to print the figures
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// Threads [default: one a core]; the figures do not depend on it
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    topics: TopicArgs,

    #[command(flatten)]
    summaries: SummaryArgs,

    #[command(flatten)]
    pages: PageArgs,

    #[command(flatten)]
    all: AllArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files with topics")]
struct TopicArgs {
    /// Print also how often the best of only those topics that the file's labels hold is right
    #[arg(long)]
    classes: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files with summaries")]
struct SummaryArgs {
    #[command(flatten)]
    length: Length,

    /// Only one paper of CNN/DailyMail: with (`cnn`) or without (`dm`) "(CNN" in the first 300
    /// characters
    #[arg(long, value_enum, value_name = "PART")]
    part: Option<Part>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files with pages")]
struct PageArgs {
    /// Give the library each row's `html` instead of its `text`
    #[arg(long)]
    html: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Everything at once")]
struct AllArgs {
    /// Measure one model on a folder of data, with the rivals beside it, in about a minute: see
    /// `all.rs` for the files it holds
    #[arg(
        long,
        value_name = "DATA",
        conflicts_with_all = [
            "gold", "engine", "limit", "format", "classes", "Length", "part", "html"
        ]
    )]
    all: Option<PathBuf>,

    /// The rival's answers on the topics, which `benches/rivals/python.py topics` writes
    #[arg(long, value_name = "FILE", default_value = all::RIVAL)]
    rival: PathBuf,

    /// Where `report.json` and `report.md` go
    #[arg(long, value_name = "FOLDER", default_value = all::OUT)]
    out: PathBuf,

    /// A document whose tables between `<!-- report:NAME -->` and `<!-- /report -->` are written
    /// anew from the report; give several for several
    #[arg(long, value_name = "FILE", requires = "all")]
    quote: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: a table a file, a column a model
    Text,
    /// One JSON list: an object a file and model
    Json,
    /// A Markdown table a file
    Markdown,
}

/// A model as asked for and as loaded.
struct Model {
    name: String,
    digester: Digester,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("evaluate: {error:#}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn run(cli: &Cli) -> Result<u8> {
    match &cli.all.all {
        Some(data) => everything(cli, data),
        None => files(cli),
    }
}

fn everything(cli: &Cli, data: &Path) -> Result<u8> {
    let [model] = &*cli.models else {
        bail!("a report is on one model, but {} were named", cli.models.len());
    };
    let AllArgs { rival, out, quote, .. } = &cli.all;
    all::run(&all::Setting { data, model, rival, jobs: jobs(cli) }, out, quote)
}

fn files(cli: &Cli) -> Result<u8> {
    // Told before the first file has been worked through for minutes.
    for path in &cli.gold {
        std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    }
    let models = models(cli)?;
    let mut out = io::stdout().lock();
    let mut json = Vec::new();
    let mut code = ALL_DONE;
    let mut tables = 0;
    for path in &cli.gold {
        let name = path.display().to_string();
        let choice = Choice { limit: cli.limit, part: cli.summaries.part, html: cli.pages.html };
        let set = gold::read(path, choice)?;
        for fault in &set.faults {
            eprintln!("evaluate: {fault}");
            code = SOME_FAILED;
        }
        if set.cases.is_empty() {
            continue;
        }
        let mut cells = Vec::new();
        for model in &models {
            let (figures, errors) = evaluate(cli, &name, &set, &model.digester);
            if errors > 0 {
                code = SOME_FAILED;
            }
            cells.push(figures.lines(model.digester.taxonomy()));
            if cli.format == Format::Json {
                json.push(Entry {
                    file: name.clone(),
                    kind: set.cases.kind(),
                    model: model.name.clone(),
                    faults: set.faults.len(),
                    choice,
                    figures,
                });
            }
        }
        let title = format!("{name}: {}", set.cases.kind());
        let columns = models.iter().map(|model| model.name.clone()).collect();
        let table = Table { title, columns, cells };
        if cli.format != Format::Json && tables > 0 {
            writeln!(out)?;
        }
        tables += 1;
        match cli.format {
            Format::Text => table.text(&mut out)?,
            Format::Markdown => table.markdown(&mut out)?,
            Format::Json => {}
        }
        out.flush()?;
    }
    if cli.format == Format::Json {
        serde_json::to_writer_pretty(&mut out, &json)?;
        writeln!(out)?;
    }
    Ok(code)
}

/// As many threads as asked for, else one a core.
fn jobs(cli: &Cli) -> NonZeroUsize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    cli.jobs.unwrap_or_else(cores)
}

fn models(cli: &Cli) -> Result<Vec<Model>> {
    let length = cli.summaries.length.or_three();
    let load = |name: &String| {
        let asked = Asked { engine: cli.engine, length, ..Asked::default() };
        Ok(Model { name: name.clone(), digester: subject::digester(name, asked)? })
    };
    cli.models.iter().map(load).collect()
}

/// The figures of any kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Figures {
    Topics(topics::Figures),
    Summaries(summaries::Figures),
    Pages(pages::Figures),
}

impl Figures {
    fn lines(&self, taxonomy: &Taxonomy) -> Vec<Line> {
        match self {
            Self::Topics(figures) => figures.lines(taxonomy),
            Self::Summaries(figures) => figures.lines(),
            Self::Pages(figures) => figures.lines(),
        }
    }
}

/// A model's figures on a file, and the number of rows that the library refused.
fn evaluate(cli: &Cli, name: &str, set: &Set, digester: &Digester) -> (Figures, usize) {
    let jobs = jobs(cli);
    match &set.cases {
        Cases::Topics(cases) => {
            let all = cases.iter().flat_map(|case| case.truth.level1.iter().cloned());
            let classes = cli.topics.classes.then(|| all.collect::<BTreeSet<String>>());
            let mut tally = topics::Tally::new(classes);
            let errors =
                digest(jobs, name, digester, cases, |case, digest| tally.add(&case.truth, digest));
            (Figures::Topics(tally.figures()), errors)
        }
        Cases::Summaries(cases) => {
            let mut tally = summaries::Tally::new(cli.summaries.length.or_three());
            let errors = digest(jobs, name, digester, cases, |case, digest| {
                tally.add(case.input.text(), &case.truth, digest);
            });
            (Figures::Summaries(tally.figures()), errors)
        }
        Cases::Pages(cases) => {
            let mut tally = pages::Tally::default();
            let errors = digest(jobs, name, digester, cases, |case, digest| {
                let extracted = digest.and_then(|digest| digest.text.as_deref());
                tally.add(extracted.unwrap_or(case.input.text()), &case.truth, digest);
            });
            (Figures::Pages(tally.figures()), errors)
        }
    }
}
