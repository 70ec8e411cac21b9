//! Labelled JSON Lines in, a model folder out.
//!
//! ```text
//! cargo run --release --example train -- --out my-model labelled.jsonl
//! cargo run --release --example digest -- --model my-model page.txt
//! ```

mod cli;

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use cli::input::{Lines, name_of};
use cli::progress::Progress;
use cli::shown;
use standfirst::train::{Example, TrainOptions, TrainReport, train};

/// Train topics of your own from labelled articles, on this machine, and write a model folder.
///
/// Rows: {"title"?, "text", "labels": ["…"]}. The figures that are printed on standard error are
/// cross-validated: each row is told by a model that was trained without it. The model that is
/// written is trained on all rows.
#[derive(Debug, Parser)]
#[command(
    name = "train",
    after_help = "\
Examples:
  train --out my-model labelled.jsonl
  train --out my-model --name desk-2 --min-rows 20 a.jsonl b.jsonl
  digest --model my-model page.txt

Exit codes: 0 done, 2 could not run. SIGINT (Ctrl-C) and SIGTERM end it at once: nothing is written before
the model is whole."
)]
struct Cli {
    /// Labelled rows, JSON Lines
    #[arg(value_name = "ROWS", required = true)]
    rows: Vec<PathBuf>,

    /// The folder to write; it must not exist yet
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// The model's name, written into digests
    #[arg(long, value_name = "NAME", default_value = TrainOptions::DEFAULT_NAME)]
    name: String,

    /// Start from the model in this folder instead of the embedded one
    #[arg(long, value_name = "FOLDER")]
    base: Option<PathBuf>,

    /// Times that each row is seen
    #[arg(long, value_name = "N", default_value_t = TrainOptions::DEFAULT_EPOCHS)]
    epochs: usize,

    /// Leave out labels with fewer rows
    #[arg(long, value_name = "N", default_value_t = TrainOptions::DEFAULT_MIN_ROWS)]
    min_rows: usize,

    /// Parts of the cross-validation (2 to 20): with N it takes as long as training N times
    #[arg(long, value_name = "N", default_value_t = TrainOptions::DEFAULT_FOLDS)]
    folds: usize,

    /// Changes which rows are held out together and the order in which they are seen
    #[arg(long, value_name = "N", default_value_t = TrainOptions::DEFAULT_SEED)]
    seed: u64,

    /// Threads [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

fn main() -> ExitCode {
    cli::finish("train", run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<u8> {
    if cli.out.exists() {
        bail!("{} exists already; name a folder to be made", name_of(&cli.out));
    }
    let examples = read(&cli.rows)?;
    let options = TrainOptions::default()
        .with_name(&cli.name)
        .with_base_folder(cli.base.clone())
        .with_epochs(cli.epochs)
        .with_min_rows(cli.min_rows)
        .with_folds(cli.folds)
        .with_seed(cli.seed)
        .with_jobs(cli::jobs("train", cli.jobs));
    // One training a fold, and the one on all rows.
    let epochs = cli.epochs.saturating_mul(cli.folds.saturating_add(1));
    let bar = Progress::new(Some(epochs as u64));
    let trained = train(&examples, &options, |_| bar.advance())?;
    drop(bar);
    trained.write_to(&cli.out)?;
    // Nobody may be there to read them: the model is written.
    let _ = print(&mut io::stderr(), trained.report());
    shown::say(&name_of(&cli.out), "written");
    Ok(cli::ALL_DONE)
}

/// The figures as a table, and what to know about them.
fn print(out: &mut impl Write, report: &TrainReport) -> io::Result<()> {
    let widest = report.labels.iter().map(|label| label.label.chars().count()).max();
    let width = widest.unwrap_or(0).max("label".len());
    writeln!(out, "{:width$}    rows  precision  recall     F1", "label")?;
    for label in &report.labels {
        let precision = label.precision.map_or("-".to_owned(), |share| format!("{share:.3}"));
        writeln!(
            out,
            "{:width$}  {:6}  {precision:>9}   {:.3}  {:.3}",
            shown::one_line(&label.label),
            label.rows,
            label.recall,
            label.f1
        )?;
    }
    writeln!(out, "cross-validated in {} parts, with 95% intervals:", report.folds)?;
    writeln!(out, "micro F1  {}", report.micro_f1)?;
    writeln!(out, "macro F1  {}", report.macro_f1)?;
    writeln!(out, "top 1     {}", report.top1)?;
    for warning in &report.warnings {
        writeln!(out, "warning: {}", shown::shown(&warning.to_string()))?;
    }
    Ok(())
}

fn read(paths: &[PathBuf]) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for path in paths {
        let name = name_of(path);
        let file = File::open(path).with_context(|| format!("{name} cannot be read"))?;
        for line in Lines::new(&name, Box::new(BufReader::new(file))) {
            let line = line.map_err(|failed| anyhow!(failed.error.message))?;
            let wanted = "{\"title\"?, \"text\", \"labels\"}";
            let example: Example = serde_json::from_slice(&line.bytes)
                .map_err(|cause| anyhow!(line.is_not(wanted, &cause)))?;
            examples.push(example);
        }
    }
    Ok(examples)
}
