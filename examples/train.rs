//! Labelled JSON Lines in, a model folder out.
//!
//! ```text
//! cargo run --release --example train -- --out my-model labelled.jsonl
//! cargo run --release --example digest -- --model my-model page.txt
//! ```

mod cli;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde::Deserialize;
use standfirst::train::{Example, TrainOptions, train};

/// Train topics of your own from labelled articles, on this machine, and write a model folder.
///
/// Rows: {"title"?, "text", "labels": ["…"]}. One row in ten is held out for thresholds and one in
/// ten for the figures that are printed at the end.
#[derive(Debug, Parser)]
#[command(
    name = "train",
    after_help = "\
Examples:
  train --out my-model labelled.jsonl
  train --out my-model --name desk-2 --min-rows 20 a.jsonl b.jsonl
  digest --model my-model page.txt

Exit codes: 0 done, 2 could not run."
)]
struct Cli {
    /// Labelled rows, JSON Lines
    #[arg(value_name = "ROWS", required = true)]
    rows: Vec<PathBuf>,

    /// The folder to write; it must not exist yet
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// The model's name, written into digests
    #[arg(long, value_name = "NAME", default_value_t = TrainOptions::default().name)]
    name: String,

    /// Start from the model in this folder instead of the embedded one
    #[arg(long, value_name = "FOLDER")]
    base: Option<PathBuf>,

    /// Times that each row is seen
    #[arg(long, value_name = "N", default_value_t = TrainOptions::default().epochs)]
    epochs: usize,

    /// Leave out labels with fewer rows
    #[arg(long, value_name = "N", default_value_t = TrainOptions::default().min_rows)]
    min_rows: usize,

    /// Changes which rows are held out and the order of the others
    #[arg(long, value_name = "N", default_value_t = TrainOptions::default().seed)]
    seed: u64,
}

#[derive(Deserialize)]
struct Row {
    title: Option<String>,
    text: String,
    labels: Vec<String>,
}

fn main() -> ExitCode {
    cli::finish("train", run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<u8> {
    if cli.out.exists() {
        bail!("{} is there already; name a folder to be made", cli.out.display());
    }
    let examples = read(&cli.rows)?;
    let options = TrainOptions {
        name: cli.name.clone(),
        epochs: cli.epochs,
        min_rows: cli.min_rows,
        seed: cli.seed,
    };
    let trained = train(cli.base.as_deref(), &examples, &options, |epoch, loss| {
        eprintln!("epoch {epoch} of {}: loss {loss:.3}", options.epochs);
    })?;
    fs::create_dir_all(&cli.out)
        .with_context(|| format!("{} cannot be made", cli.out.display()))?;
    for (name, bytes) in &trained.files {
        let path = cli.out.join(name);
        fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let report = &trained.report;
    println!(
        "{}: {} labels from {} rows (thresholds from {} others)",
        cli.out.display(),
        report.labels.len(),
        report.trained_rows,
        report.tuned_rows
    );
    println!(
        "on {} rows that training did not see: micro F1 {:.3}, macro F1 {:.3}, top 1 {:.3}",
        report.reported_rows, report.micro_f1, report.macro_f1, report.top1_in_set
    );
    if !report.left_out.is_empty() {
        println!("left out, fewer than {} rows: {}", cli.min_rows, report.left_out.join(", "));
    }
    Ok(cli::ALL_DONE)
}

fn read(paths: &[PathBuf]) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for path in paths {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("{name} cannot be read"))?;
        for (number, line) in BufReader::new(file).lines().enumerate() {
            let line =
                line.with_context(|| format!("line {} of {name} cannot be read", number + 1))?;
            if line.trim().is_empty() {
                continue;
            }
            let Row { title, text, labels } = serde_json::from_str(&line).with_context(|| {
                format!("line {} of {name} is not {{\"title\"?, \"text\", \"labels\"}}", number + 1)
            })?;
            examples.push(Example { title, text, labels });
        }
    }
    Ok(examples)
}
