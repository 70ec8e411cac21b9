//! Answers to figures of quality, by the scorers of `evaluate`.
//!
//! In: labelled data, and a file of answers a rival, each row naming its article. Out, on standard
//! output: one JSON object, a file's name to its figures: ROUGE against the summaries people wrote,
//! over all articles and over those of the Daily Mail, beside as many sentences from the articles'
//! openings; macro F1 of topics of level 1. An article without an answer counts as a wrong one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use standfirst_measure::gold::{self, Case, Cases, Choice, Codes, Part};
use standfirst_measure::summaries::{self, Sums};
use standfirst_measure::text;
use standfirst_measure::topics::{self, Tally};

use crate::rivals::{Answer, SENTENCES};
use crate::{Article, read};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The articles with summaries, and which of them were asked for: JSON Lines with their ids
    #[arg(long)]
    summaries: PathBuf,
    #[arg(long)]
    asked: PathBuf,

    /// The articles with topics
    #[arg(long)]
    topics: PathBuf,

    /// Files of answers
    #[arg(required = true)]
    answers: Vec<PathBuf>,
}

/// A rival's answer on an article.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    #[serde(flatten)]
    pub answer: Answer,
}

#[derive(Debug, Serialize)]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    summaries: Option<BTreeMap<&'static str, Rouge>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topics: Option<Topics>,
}

/// ROUGE-1, -2 and -Lsum in per cent.
#[derive(Debug, Serialize)]
struct Rouge {
    n: usize,
    without: usize,
    rouge: Sums,
    words: f64,
}

#[derive(Debug, Serialize)]
struct Topics {
    n: usize,
    without: usize,
    macro_f1: f64,
    micro_f1: f64,
    top1_in_set: f64,
}

pub fn run(args: &Args) -> Result<()> {
    let Cases::Summaries(mut articles) = cases(&args.summaries)? else {
        bail!("{} holds no summaries", args.summaries.display());
    };
    let asked: Vec<Article> = read(&args.asked)?;
    let asked: HashSet<String> = asked.into_iter().map(|row| row.id).collect();
    articles.retain(|case| asked.contains(case.input.id()));
    let Cases::Topics(items) = cases(&args.topics)? else {
        bail!("{} holds no topics", args.topics.display());
    };

    let opening = |case: &Case<String>| -> Vec<String> {
        text::sentences(case.input.text()).into_iter().take(SENTENCES).map(str::to_owned).collect()
    };
    let lead = articles.iter().map(|case| (case.input.id().to_owned(), opening(case))).collect();
    let mut found = BTreeMap::new();
    found.insert(
        "lead".to_owned(),
        Figures { summaries: Some(by_part(&articles, &lead)), topics: None },
    );
    for path in &args.answers {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        found.insert(name, figures(path, &articles, &items)?);
    }
    println!("{}", serde_json::to_string_pretty(&found)?);
    Ok(())
}

fn cases(path: &Path) -> Result<Cases> {
    Ok(gold::read(path, Choice::default())?.cases)
}

fn figures(path: &Path, articles: &[Case<String>], items: &[Case<Codes>]) -> Result<Figures> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let (mut summaries, mut topics) = (HashMap::new(), HashMap::new());
    for line in BufReader::new(file).lines() {
        let Row { id, answer } = serde_json::from_str(&line?)?;
        if let Some(summary) = answer.summary {
            summaries.insert(id.clone(), summary);
        }
        if let Some(codes) = answer.topics {
            topics.insert(id, codes);
        }
    }
    Ok(Figures {
        summaries: (!summaries.is_empty()).then(|| by_part(articles, &summaries)),
        topics: (!topics.is_empty()).then(|| by_topics(items, &topics)),
    })
}

type Summaries = HashMap<String, Vec<String>>;

fn by_part(articles: &[Case<String>], answers: &Summaries) -> BTreeMap<&'static str, Rouge> {
    let is_daily_mail = |case: &&Case<String>| Part::of(case.input.text()) == Part::Dm;
    [
        ("all", rouge(articles.iter(), answers)),
        ("daily_mail", rouge(articles.iter().filter(is_daily_mail), answers)),
    ]
    .into()
}

fn rouge<'a>(articles: impl Iterator<Item = &'a Case<String>>, answers: &Summaries) -> Rouge {
    let (mut sums, mut n, mut without, mut words) = (Sums::default(), 0, 0, 0);
    for case in articles {
        n += 1;
        let answer = answers.get(case.input.id()).map_or(&[][..], Vec::as_slice);
        without += usize::from(answer.is_empty());
        let sentences: Vec<&str> = answer.iter().map(String::as_str).collect();
        words += sentences.iter().map(|sentence| text::parts(sentence)).sum::<usize>();
        let reference = text::sentences(&case.truth).join("\n");
        summaries::add(&mut sums, summaries::rouge(&reference, &sentences));
    }
    let words = words as f64 / n.max(1) as f64;
    Rouge { n, without, rouge: summaries::mean(sums, n), words }
}

fn by_topics(items: &[Case<Codes>], answers: &HashMap<String, Vec<String>>) -> Topics {
    let mut tally = Tally::new(None);
    for case in items {
        let answer = answers.get(case.input.id());
        let answer = answer
            .map(|codes| topics::Answer { level1: codes.clone(), ..topics::Answer::default() });
        tally.add_answer(&case.truth, answer.as_ref());
    }
    let figures = tally.figures();
    Topics {
        n: figures.n,
        without: figures.failed,
        macro_f1: figures.macro_f1,
        micro_f1: figures.micro_f1,
        top1_in_set: figures.top1_in_set,
    }
}
