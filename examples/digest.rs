//! Pages in, topics and summaries out: the main job.
//!
//! ```text
//! cargo run --release --example digest -- examples/data/page.txt
//! ```

mod cli;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use cli::Output;
use cli::ids::Ids;
use cli::input::InputArgs;
use cli::length::LengthArgs;
use cli::model::ModelArgs;
use cli::progress::Progress;
use cli::render;
use cli::shown;
use standfirst::digest::Row;
use standfirst::topics::OwnLabel;
use standfirst::{Digester, KeywordOptions, Offsets, Options, SummaryOptions, TopicOptions};

/// Digest news pages: the articles on each, their topics, keywords and a short summary.
///
/// Each input is a page as scraped, with furniture and perhaps several articles, unless --whole
/// says that it is one clean article.
#[derive(Debug, Parser)]
#[command(
    name = "digest",
    after_help = "\
Examples:
  digest page.txt                            what a person reads
  digest --format jsonl archive/ > out.jsonl a folder, one JSON row an input
  digest --whole --words 50 article.md       one clean article, at most 50 words
  curl -s URL | digest --input-format html - a page from a pipe
  digest --labels desk.jsonl feed.jsonl      your own labels

With the feature rust-bert, and models that `standfirst-models` fetched:
  digest --model all-minilm-l6-v2 page.txt   sentence vectors beside the embedded model
  digest --labels desk.jsonl --zero-shot page.txt
  digest --summary-model distilbart-cnn-6-6 --grounded page.txt

Exit codes: 0 all done, 1 some inputs failed (their rows say why), 2 could not run, 130 and 143 ended by
SIGINT (Ctrl-C) or SIGTERM. Rows are written whole, and a run that a signal ends writes all that are done; a
second signal does not wait for whoever reads them. One that is killed may leave its last line torn: cut
that off before you append the rest."
)]
struct Cli {
    #[command(flatten)]
    input: InputArgs,

    /// How to print the digests
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    length: LengthArgs,

    /// Leave out datelines, asides in round brackets and the day on which something was said
    #[arg(long)]
    compress: bool,

    /// Say of every sentence why it was taken or left: a line each (text), or `considered` (json and
    /// jsonl)
    #[arg(long)]
    explain: bool,

    /// At most N topics of level 1 an article, each with its level 2
    #[arg(long, value_name = "N", default_value_t = TopicOptions::DEFAULT_MAX)]
    topics: usize,

    /// Report the topics scored from P (0 to 1) on, whatever the model's own thresholds say
    #[arg(long, value_name = "P", conflicts_with = "precise")]
    min_score: Option<f32>,

    /// Only topics certain enough that 95 of a hundred were right on validation rows; many articles
    /// get none
    #[arg(long, conflicts_with = "labels")]
    precise: bool,

    /// Print the score of every topic (json and jsonl)
    #[arg(long)]
    all_scores: bool,

    /// At most N keywords an article
    #[arg(long, value_name = "N", default_value_t = KeywordOptions::DEFAULT_MAX)]
    keywords: usize,

    /// Add the text of each article's body (json and jsonl)
    #[arg(long)]
    body: bool,

    /// Give an input up that is not done after so many seconds: a failed row
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,

    /// What offsets count: bytes, chars or utf16
    #[arg(long, value_name = "UNIT", default_value = "bytes")]
    offsets: Offsets,

    /// Tag with your own labels: JSON or JSON Lines of {"label", "description"?, "examples"?}
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,

    /// Threads, at most 64 or four a core [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON list
    Json,
    /// One JSON row a line
    Jsonl,
    /// For people, with headings and links
    Markdown,
}

fn main() -> ExitCode {
    cli::finish("digest", run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<u8> {
    cli.input.check()?;
    let digester = digester(cli)?;
    let jobs = cli::jobs("digest", cli.jobs);
    let progress = Progress::new(cli.input.known_length());
    let ending: fn(usize) -> &'static str = match cli.format {
        Format::Json => |count| if count == 0 { "[]\n" } else { "\n]\n" },
        _ => |_| "",
    };
    let mut out = Output::new("digest", cli::is_live(&cli.input), ending);
    let mut ids = Ids::new("digest");
    let mut code = cli::ALL_DONE;
    for (index, row) in digester.rows(cli.input.read(), jobs).enumerate() {
        let id = match &row {
            Row::Digest(digest) => &digest.id,
            Row::Failed(failed) => {
                code = cli::SOME_FAILED;
                progress.suspend(|| shown::say("digest", &failed.error.message));
                &failed.id
            }
        };
        ids.see(id, |say| progress.suspend(say));
        out.row(|out| write_row(out, cli.format, &row, index))?;
        progress.advance();
    }
    out.end()?;
    Ok(code)
}

fn digester(cli: &Cli) -> Result<Digester> {
    let topics = TopicOptions::default()
        .with_max(cli.topics)
        .with_min_score(cli.min_score)
        .with_precise(cli.precise)
        .with_all_scores(cli.all_scores);
    let summary = SummaryOptions::default()
        .with_length(cli.length.length())
        .with_compress(cli.compress)
        .with_considered(cli.explain)
        .with_abstracts(cli.model.abstracts());
    let options = Options::default()
        .with_topics(topics)
        .with_keywords(KeywordOptions::default().with_max(cli.keywords))
        .with_summary(summary)
        .with_keep_text(cli.body)
        .with_deadline(cli.timeout)
        .with_offsets(cli.offsets);
    let mut builder = cli.model.builder()?.options(options);
    if let Some(path) = &cli.labels {
        let name = cli::input::name_of(path);
        let json =
            std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
        // Some programs write it first; it is no part of the JSON.
        let json = json.strip_prefix('\u{feff}').unwrap_or(&json);
        builder = builder.labels(OwnLabel::parse(&name, json)?);
    }
    Ok(builder.build()?)
}

/// A time in seconds, more than none.
fn seconds(text: &str) -> Result<Duration> {
    let time = Duration::try_from_secs_f64(text.parse()?)?;
    anyhow::ensure!(!time.is_zero(), "leaves no time for anything");
    Ok(time)
}

fn write_row(out: &mut impl Write, format: Format, row: &Row, index: usize) -> Result<()> {
    match format {
        Format::Text => render::text(out, row)?,
        Format::Markdown => render::markdown(out, row)?,
        Format::Jsonl => {
            serde_json::to_writer(&mut *out, row)?;
            writeln!(out)?;
        }
        Format::Json => {
            out.write_all(if index == 0 { b"[\n" } else { b",\n" })?;
            serde_json::to_writer_pretty(&mut *out, row)?;
        }
    }
    Ok(())
}
