//! All figures of quality, from one run.
//!
//! In: a model and a folder of data, laid out as `topics/annotated_dev.jsonl.xz` and so on
//! ([`FILES`] has all). Out: `report.json`, the same for people in `report.md`, and the tables of
//! documents that quote it. Each step measures the library beside the rival that its field asks
//! for, on the same rows; everything but the date and the times is the same on every run.
//!
//! ```text
//! topic_sets.rs     topics beside TF-IDF + logistic regression     rival.rs: its answers
//! selective.rs      what is gained by answering less often
//! own_labels.rs     labels of the caller's                         many_labels.rs: what they cost
//! evidence.rs       whether a topic falls without its evidence
//! summary_sets.rs   summaries beside the lead and TextRank         textrank.rs
//! page_sets.rs      pages beside the whole page as one article
//! bootstrap.rs      how far a figure would move on other rows
//! figures.rs        what all of them add up to
//! blocks.rs         figures -> tables, and tables -> documents
//! ```

mod about;
mod blocks;
mod bootstrap;
mod evidence;
mod figures;
mod many_labels;
mod own_labels;
mod page_sets;
mod rival;
mod selective;
mod summary_sets;
mod textrank;
mod topic_sets;

use std::cell::Cell;
use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use figures::Report;
use standfirst::Digester;
use standfirst::digest::Digest;
use standfirst_measure::gold::{self, Case, Cases, Choice, Codes, Stories};

use crate::subject::{self, Asked};
use crate::{ALL_DONE, SOME_FAILED};

/// Where the report goes unless asked otherwise.
pub const OUT: &str = "models/report";

/// The rival's answers unless asked otherwise.
pub const RIVAL: &str = "target/rivals/topics.jsonl";

const TAXONOMY: &str = "topics/iptc_mediatopic_2025-10-09.json";

/// What the folder of data holds.
const FILES: [&str; 11] = [
    topic_sets::DEV,
    topic_sets::CARRY_OVER[0].file,
    topic_sets::CARRY_OVER[1].file,
    topic_sets::CARRY_OVER[2].file,
    topic_sets::CARRY_OVER[3].file,
    TAXONOMY,
    summary_sets::CNNDM,
    summary_sets::TEASERS,
    summary_sets::XSUM,
    page_sets::COMPOSED,
    page_sets::REAL,
];

/// What to measure, as typed.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub data: &'a Path,
    /// A folder or a name, as on every command line.
    pub model: &'a str,
    /// The rival's answers on the topics.
    pub rival: &'a Path,
    pub jobs: NonZeroUsize,
}

/// Measures, and writes the report into the folder `out` and its tables into `quoting`.
///
/// # Errors
///
/// A file of data or a document cannot be read, holds what it should not, or nothing can be written.
pub fn run(setting: &Setting<'_>, out: &Path, quoting: &[PathBuf]) -> Result<u8> {
    // All that can be wrong with the command is told before minutes have passed.
    for name in FILES {
        let path = setting.data.join(name);
        File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    }
    rival::check(setting.rival)?;
    for document in quoting {
        blocks::check(document)?;
    }
    rayon::ThreadPoolBuilder::new().num_threads(setting.jobs.get()).build_global()?;
    let run = Run { setting: *setting, failed: Cell::new(0) };
    let json = serde_json::to_string_pretty(&run.report()?)?;
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    write(&out.join("report.json"), &(json.clone() + "\n"))?;
    // By what the file says, so that whoever reads it finds the same.
    let report: Report = serde_json::from_str(&json)?;
    write(&out.join("report.md"), &blocks::document(&report))?;
    for document in quoting {
        write(document, &blocks::filled(document, &report)?)?;
    }
    Ok(if run.failed.get() == 0 { ALL_DONE } else { SOME_FAILED })
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// A run of all steps.
struct Run<'a> {
    setting: Setting<'a>,
    /// Rows that the library refused so far.
    failed: Cell<usize>,
}

impl Run<'_> {
    fn report(&self) -> Result<Report> {
        let digester = self.digester(Asked::default())?;
        let about = about::about(&self.setting, &digester)?;
        let sets = topic_sets::measure(self, &digester)?;
        Ok(Report {
            about,
            selective: selective::measure(self, &sets)?,
            topics: sets.figures,
            carry_over: sets.carry_over,
            own_labels: own_labels::measure(self)?,
            many_labels: many_labels::measure(self, &sets.dev)?,
            evidence: evidence::measure(self, &digester, &sets.dev, &sets.digests)?,
            summaries: summary_sets::measure(self)?,
            pages: page_sets::measure(self, &digester)?,
            page_folds: page_sets::folds()?,
        })
    }

    fn digester(&self, asked: Asked) -> Result<Digester> {
        subject::digester(self.setting.model, asked)
    }

    /// The digests of cases, in their order; none for a case that the library refuses.
    fn digests<T>(
        &self,
        name: &str,
        digester: &Digester,
        cases: &[Case<T>],
    ) -> Vec<Option<Digest>> {
        let mut digests = Vec::with_capacity(cases.len());
        let add = |_: &Case<T>, digest: Option<&Digest>| digests.push(digest.cloned());
        let failed = subject::digest(self.setting.jobs, name, digester, cases, add);
        self.failed.set(self.failed.get() + failed);
        digests
    }

    fn topics(&self, name: &str) -> Result<Vec<Case<Codes>>> {
        match self.cases(name, Choice::default())? {
            Cases::Topics(cases) => Ok(cases),
            other => bail!("{name} holds {}, expected topics", other.kind()),
        }
    }

    fn summaries(&self, name: &str) -> Result<Vec<Case<String>>> {
        match self.cases(name, Choice::default())? {
            Cases::Summaries(cases) => Ok(cases),
            other => bail!("{name} holds {}, expected summaries", other.kind()),
        }
    }

    fn pages(&self, name: &str, html: bool) -> Result<Vec<Case<Stories>>> {
        match self.cases(name, Choice { html, ..Choice::default() })? {
            Cases::Pages(cases) => Ok(cases),
            other => bail!("{name} holds {}, expected pages", other.kind()),
        }
    }

    /// The rows of a file of the data; all of them have to be usable.
    fn cases(&self, name: &str, choice: Choice) -> Result<Cases> {
        eprintln!("evaluate: {name}");
        let set = gold::read(&self.setting.data.join(name), choice)?;
        match set.faults.first() {
            Some(fault) => bail!("{fault}"),
            None => Ok(set.cases),
        }
    }
}
