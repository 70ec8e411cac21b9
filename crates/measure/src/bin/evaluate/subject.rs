//! What is measured: a model's name to a digester, cases to digests.
//!
//! The one place here that sets the library's options.

use std::num::NonZeroUsize;

use anyhow::Result;
use indicatif::ProgressBar;
use standfirst::digest::{Digest, Row};
use standfirst::topics::OwnLabel;
use standfirst::{Backend, Digester, Options, SummaryOptions, TopicOptions};
use standfirst_hub::resolve;
use standfirst_measure::gold::Case;
use standfirst_measure::length::Length;

/// The model's name that stands for the one inside the program.
pub const EMBEDDED: &str = "embedded";

/// What is asked of a digester.
#[derive(Debug, Clone)]
pub struct Asked {
    pub engine: Backend,
    pub length: Length,
    pub precise: bool,
    /// Labels in place of the model's topics.
    pub labels: Option<Vec<OwnLabel>>,
}

impl Default for Asked {
    fn default() -> Self {
        let length = Length::sentences(3);
        Self { engine: Backend::default(), length, precise: false, labels: None }
    }
}

/// A digester with a model, which tells every score.
pub fn digester(model: &str, asked: Asked) -> Result<Digester> {
    let Length { sentences, words, chars } = asked.length;
    let mut length = standfirst::summary::Length::default();
    [length.sentences, length.words, length.chars] = [sentences, words, chars];
    let topics = TopicOptions::default().with_precise(asked.precise).with_all_scores(true);
    // Keywords are not measured.
    let options = Options::default()
        .with_topics(topics)
        .with_keywords(None)
        .with_summary(SummaryOptions::default().with_length(length));
    let mut builder = Digester::builder().backend(asked.engine).options(options);
    if model != EMBEDDED {
        builder = builder.model_folder(resolve(model)?);
    }
    if let Some(labels) = asked.labels {
        builder = builder.labels(labels);
    }
    Ok(builder.build()?)
}

/// Digests the cases and hands each to `add`, in file order whatever the number of threads, with
/// its digest or none. Returns how many had none, and says why.
pub fn digest<T>(
    jobs: NonZeroUsize,
    name: &str,
    digester: &Digester,
    cases: &[Case<T>],
    mut add: impl FnMut(&Case<T>, Option<&Digest>),
) -> usize {
    // Shown only where standard error is a terminal.
    let progress = ProgressBar::new(cases.len() as u64);
    let inputs: Vec<_> = cases.iter().map(|case| Ok(case.input.clone())).collect();
    let mut errors = 0;
    for (case, row) in cases.iter().zip(digester.rows(inputs, jobs)) {
        match row {
            Row::Digest(digest) => add(case, Some(&digest)),
            Row::Failed(failed) => {
                errors += 1;
                let (line, why) = (case.line, failed.error.message);
                progress.suspend(|| eprintln!("evaluate: line {line} of {name}: {why}"));
                add(case, None);
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    errors
}
