//! Topics alone, one line an article: the shortest way from files to tags.
//!
//! ```text
//! cargo run --release --example tag -- examples/data/page.txt
//! ```

mod cli;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use cli::Output;
use cli::ids::Ids;
use cli::input::InputArgs;
use cli::shown;
use standfirst::digest::{Article, Row};
use standfirst::{Digester, Options, TopicOptions};

/// Tag news articles with IPTC Media Topics: one line an article, tab-separated: input, title,
/// topics with their scores.
#[derive(Debug, Parser)]
#[command(
    name = "tag",
    after_help = "\
Examples:
  tag archive/*.txt | cut -f 1,3
  tag --whole --min-score 0.9 feed.jsonl
  tag --precise archive/                 only topics that are nearly always right

Exit codes: 0 all done, 1 some inputs failed, 2 could not run, 130 and 143 ended by SIGINT or
SIGTERM after whole lines."
)]
struct Cli {
    #[command(flatten)]
    input: InputArgs,

    /// Report the topics scored from P (0 to 1) on, whatever the model's own thresholds say
    #[arg(long, value_name = "P", conflicts_with = "precise")]
    min_score: Option<f32>,

    /// Only topics certain enough that 95 of a hundred are right; many articles get none
    #[arg(long)]
    precise: bool,

    /// Print codes instead of names
    #[arg(long)]
    codes: bool,
}

fn main() -> ExitCode {
    cli::finish("tag", run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<u8> {
    cli.input.check()?;
    let wanted = TopicOptions::default().with_min_score(cli.min_score).with_precise(cli.precise);
    let options = Options::default().with_topics(wanted).with_keywords(None).with_summary(None);
    let digester = Digester::builder().options(options).build()?;
    let jobs = cli::jobs("tag", None);
    let mut out = Output::new("tag", cli::is_live(&cli.input), |_| "");
    let mut ids = Ids::new("tag");
    let mut code = cli::ALL_DONE;
    for row in digester.rows(cli.input.read(), jobs) {
        let digest = match row {
            Row::Digest(digest) => digest,
            Row::Failed(failed) => {
                shown::say("tag", &failed.error.message);
                code = cli::SOME_FAILED;
                continue;
            }
        };
        let id = shown::shown(&digest.id);
        ids.see(&digest.id, |say| say());
        out.row(|out| {
            digest.articles.iter().try_for_each(|article| {
                writeln!(out, "{id}\t{}\t{}", title(article), topics(article, cli.codes))
            })
        })?;
    }
    out.end()?;
    Ok(code)
}

/// The title on one line, tabs taken out: they part the columns.
fn title(article: &Article) -> String {
    let title = article.title.as_ref().map_or("", |title| title.text.as_str());
    shown::one_line(title)
}

fn topics(article: &Article, codes: bool) -> String {
    let topics = article.topics.iter().map(|topic| {
        let name = if codes { &topic.code } else { &topic.label };
        format!("{name}={:.2}", topic.score)
    });
    topics.collect::<Vec<_>>().join("; ")
}
