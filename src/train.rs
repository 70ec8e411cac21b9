//! Labelled articles to a model with topics of one's own.
//!
//! In: [`Example`]s, articles with their labels. Out: a [`TrainedModel`], with a report of how well
//! it does and a warning of whatever in the rows makes that uncertain. Its sentence ranker is that
//! of the model it starts from.
//! Reads no rows from disk, and writes only where [`TrainedModel::write_to`] is told to.
//!
//! ```
//! use standfirst::train::{Example, TrainOptions, train};
//!
//! let sentences = [
//!     ("ferries", "The ferry left the pier late because of fog"),
//!     ("ferries", "A new captain takes over the night boat to the island"),
//!     ("orchards", "The orchard lost half of its cherries to the frost"),
//!     ("orchards", "Growers of pears and apples ask for cheaper boxes"),
//! ];
//! let examples: Vec<Example> = (0..60)
//!     .zip(sentences.iter().cycle())
//!     .map(|(day, (label, text))| Example::new(format!("{text} on day {day}."), [*label]))
//!     .collect();
//!
//! let trained = train(&examples, &TrainOptions::default().with_name("desk-1"), |_| {})?;
//! let report = trained.report();
//! assert!(report.top1.value > 0.9 && report.top1.rows == 60);
//! assert_eq!(report.warnings[0].to_string(), "60 rows: with fewer than 200 the figures say little");
//!
//! let digester = trained.digester().build()?;
//! assert_eq!(digester.tag(None, "The boat reached the harbour.")?[0].label, "ferries");
//! // The same, for another day: `trained.write_to("desk-1")?`, then
//! // `Digester::builder().model_folder("desk-1")`.
//! # Ok::<(), standfirst::Error>(())
//! ```
//!
//! # When it pays
//!
//! From about ten to twenty rows a label. With fewer, [own labels](crate::topics::OwnLabel) that have the same
//! rows as examples find the best label as well; with none, they need only a description. Where an
//! article may have several labels or none, training pays from the first rows on, because it learns
//! where each label ends. Measured on articles that were not trained on, each figure the mean of
//! three draws of the rows, own labels with a description and the same rows as examples:
//!
//! | rows a label | BBC, 5 labels: best is right | F1 | Reuters-21578, 10 labels: best is right | F1 |
//! |---|---|---|---|---|
//! | none: described | 0.927 | 0.883 | 0.578 | 0.458 |
//! | 5: own labels, trained | 0.942, 0.943 | 0.833, 0.906 | 0.772, 0.757 | 0.498, 0.708 |
//! | 10 | 0.950, 0.941 | 0.831, 0.922 | 0.785, 0.867 | 0.502, 0.790 |
//! | 20 | 0.950, 0.954 | 0.821, 0.936 | 0.789, 0.899 | 0.507, 0.835 |
//! | 100 | 0.949, 0.968 | 0.808, 0.964 | 0.795, 0.947 | 0.509, 0.907 |
//!
//! (2,000 articles, of the BBC 1,725 in the last row; Reuters' ten largest topics, its test half; F1
//! over all decisions, with the default options.)
//!
//! # Cross-validation
//!
//! The rows are dealt into [parts](TrainOptions::with_folds), five unless asked otherwise. For each
//! part a model is trained on the other four and asked about this one, so that every row is
//! answered once by a model that has not seen it. Thresholds are fitted to those answers; for the
//! figures of a part, to those of the other parts. The model that is returned is then trained on
//! all rows; where rows are few it is a little better than its figures, which are of models that
//! saw four rows in five. Rows that a model cannot tell apart are held out together; two reports of
//! one event in other words are not recognized.
//!
//! With `n` parts this takes as long as training `n` times, on
//! [as many threads](TrainOptions::with_jobs) as are asked for: 8 seconds on one core for 10,372
//! rows of Reuters-21578 with 78 labels in five parts, 4 in two. Two runs on one machine give the
//! same bytes, whatever the threads.
//!
//! # How it learns
//!
//! The rows of the table start where the base model left them and are trained on together with a
//! new linear head, one article a step, on the log loss of each label (as fastText does; Joulin et
//! al., "Bag of tricks for efficient text classification", 2017), with one Adagrad rate a row
//! (Duchi et al., 2011) and words left out at random. What is random comes from the crate
//! `fastrand`; another version of it may draw other numbers from the same seed, and so train
//! another model.

// ```text
// report.rs   figures and warnings           platt.rs    logits -> decisions
// rows.rs     articles -> rows and parts     figures.rs  decisions -> figures
// network.rs  rows -> weights                folder.rs   a model -> files on disk
// ```
mod report;

mod rows;

mod network;

mod platt;

mod figures;

mod folder;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::Files;
use crate::model::{Config, Model};
use crate::topics::{Calibration, HeadConfig, Taxonomy};
use figures::{Figures, Tally};
pub use folder::TrainedModel;
use network::Network;
use platt::{Reading, Scored};
pub use report::{Figure, LabelReport, TrainReport, Warning};
pub use rows::Example;
use rows::{Row, Rows};

/// How to train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainOptions {
    /// The new model's name, written into digests.
    pub name: String,
    /// The folder of the model to start from; `None` for the embedded one.
    pub base_folder: Option<PathBuf>,
    /// Times that each row is seen, at least 1.
    pub epochs: usize,
    /// Labels with fewer rows are left out, with a [warning](Warning::LabelsLeftOut).
    pub min_rows: usize,
    /// Parts of the cross-validation, `2..=20`.
    pub folds: usize,
    /// Changes which rows are held out together and the order in which they are seen.
    pub seed: u64,
    /// Threads to train on.
    pub jobs: NonZeroUsize,
}

impl TrainOptions {
    /// The name unless asked otherwise.
    pub const DEFAULT_NAME: &str = "own";
    /// Times that each row is seen unless asked otherwise.
    pub const DEFAULT_EPOCHS: usize = 10;
    /// The rows a label must have unless asked otherwise.
    pub const DEFAULT_MIN_ROWS: usize = 5;
    /// Parts of the cross-validation unless asked otherwise.
    pub const DEFAULT_FOLDS: usize = 5;
    /// The most parts.
    pub const MAX_FOLDS: usize = 20;
    /// The seed unless asked otherwise.
    pub const DEFAULT_SEED: u64 = 1;
    /// Threads unless asked otherwise.
    pub const DEFAULT_JOBS: NonZeroUsize = NonZeroUsize::MIN;
    /// The fewest rows that can be trained on.
    pub const LEAST_ROWS: usize = 20;

    /// With another name.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Starting from the model in this folder, or from the embedded one.
    pub fn with_base_folder(mut self, folder: impl Into<Option<PathBuf>>) -> Self {
        self.base_folder = folder.into();
        self
    }

    /// With each row seen so many times.
    pub fn with_epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// Without labels that have fewer rows.
    pub fn with_min_rows(mut self, min_rows: usize) -> Self {
        self.min_rows = min_rows;
        self
    }

    /// With a cross-validation of so many parts.
    pub fn with_folds(mut self, folds: usize) -> Self {
        self.folds = folds;
        self
    }

    /// With another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// On so many threads.
    pub fn with_jobs(mut self, jobs: NonZeroUsize) -> Self {
        self.jobs = jobs;
        self
    }

    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] for a number outside its range.
    fn check(&self) -> Result<()> {
        let invalid = |message: String| Err(Error::new(ErrorKind::InvalidOption, message));
        if self.epochs == 0 {
            return invalid("training needs at least 1 epoch".to_owned());
        }
        if !(2..=Self::MAX_FOLDS).contains(&self.folds) {
            return invalid(format!("the folds must lie in 2..={}", Self::MAX_FOLDS));
        }
        Ok(())
    }
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            name: Self::DEFAULT_NAME.to_owned(),
            base_folder: None,
            epochs: Self::DEFAULT_EPOCHS,
            min_rows: Self::DEFAULT_MIN_ROWS,
            folds: Self::DEFAULT_FOLDS,
            seed: Self::DEFAULT_SEED,
            jobs: Self::DEFAULT_JOBS,
        }
    }
}

/// An epoch that is over.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The part that this training holds out, from 1; `None` for the one on all rows.
    pub fold: Option<usize>,
    /// The epoch, from 1.
    pub epoch: usize,
    /// The mean loss of a row in it.
    pub loss: f32,
}

/// Trains topics on `examples`. `progress` is called after each epoch of each of the trainings, on
/// the thread that did it.
///
/// # Errors
///
/// [`ErrorKind::InvalidModel`] for a bad base folder; [`ErrorKind::InvalidOption`] for an option
/// out of its range, a blank label, or fewer than [`TrainOptions::LEAST_ROWS`] rows or two labels
/// with enough rows, among the rows that are not left out.
pub fn train(
    examples: &[Example],
    options: &TrainOptions,
    progress: impl Fn(Progress) + Sync,
) -> Result<TrainedModel> {
    options.check()?;
    let files = match &options.base_folder {
        Some(folder) => Files::read(folder)?,
        None => Files::compiled_in()?,
    };
    let base = Model::load(&files)?;
    let rows = Rows::read(&base, examples, options.min_rows)?;
    check_enough(&rows, options)?;

    let mut random = Rng::with_seed(options.seed);
    let parts = rows.parts(options.folds, &mut random);
    let held_out = (0..options.folds).map(Some).chain([None]);
    let passes: Vec<Pass> = held_out.map(|part| Pass { part, seed: random.u64(..) }).collect();
    let mut fitted = in_parallel(&passes, options.jobs, |pass| {
        pass.run(&base, &rows, &parts, options.epochs, &progress)
    });
    let Some(network) = fitted.pop().and_then(|last| last.network) else {
        return Err(Error::new(ErrorKind::InvalidOption, "nothing was trained"));
    };

    let answers = Answers::new(&rows, &parts, &fitted);
    let figures = answers.figures(&rows, options.folds, &mut random);
    let reading = Reading::fit(&answers.but(None), rows.labels.len());
    let all: Vec<&Row> = rows.rows.iter().collect();
    let weights = network.write(&files, &all)?;
    let report = TrainReport {
        rows: rows.rows.len(),
        folds: options.folds,
        labels: figures.labels,
        micro_f1: figures.micro_f1,
        macro_f1: figures.macro_f1,
        top1: figures.top1,
        warnings: rows.warnings,
    };
    let trained = Files {
        place: format!("the trained model {}", options.name),
        config: config(&base, options, reading)?.into(),
        tokenizer: files.tokenizer,
        taxonomy: Taxonomy::flat(&options.name, rows.labels).to_json().into_bytes().into(),
        weights: weights.into(),
    };
    Ok(TrainedModel::new(trained, report))
}

fn check_enough(rows: &Rows, options: &TrainOptions) -> Result<()> {
    let (found, labels) = (rows.rows.len(), rows.labels.len());
    if found >= TrainOptions::LEAST_ROWS && labels >= 2 {
        return Ok(());
    }
    let message = format!(
        "training needs at least {} rows and 2 labels with {} rows each, found {found} rows and {labels} \
         such labels; own labels with a description or examples need no training",
        TrainOptions::LEAST_ROWS,
        options.min_rows,
    );
    Err(Error::new(ErrorKind::InvalidOption, message))
}

/// One training.
struct Pass {
    /// The part held out.
    part: Option<usize>,
    seed: u64,
}

/// What came of one.
struct Fitted {
    /// Of the training on all rows.
    network: Option<Network>,
    /// The logits of the rows held out, in their order.
    logits: Vec<Array1<f32>>,
}

impl Pass {
    fn run(
        &self,
        base: &Model,
        rows: &Rows,
        parts: &[usize],
        epochs: usize,
        progress: &(impl Fn(Progress) + Sync),
    ) -> Fitted {
        let (held, trained): (Vec<_>, Vec<_>) =
            rows.rows.iter().zip(parts).partition(|&(_, &part)| Some(part) == self.part);
        let trained: Vec<&Row> = trained.into_iter().map(|(row, _)| row).collect();
        let mut network = Network::new(base, &trained, rows.labels.len());
        let fold = self.part.map(|part| part + 1);
        let seen = |epoch, loss| progress(Progress { fold, epoch, loss });
        network.fit(&trained, epochs, &mut Rng::with_seed(self.seed), seen);
        let logits = held.into_iter().map(|(row, _)| network.logits(row)).collect();
        Fitted { network: self.part.is_none().then_some(network), logits }
    }
}

/// The results of `work`, in the order of `jobs`, on this thread and others; on this one alone
/// where the system gives no other.
fn in_parallel<J: Sync, R: Send + Sync>(
    jobs: &[J],
    threads: NonZeroUsize,
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let results: Vec<OnceLock<R>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let taken = AtomicUsize::new(0);
    let run = || {
        let next = || taken.fetch_add(1, Ordering::Relaxed);
        while let Some((job, result)) = jobs.iter().zip(&results).nth(next()) {
            // Nobody else took this number.
            let _ = result.set(work(job));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.get().min(jobs.len()) {
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// What was said of each row by a network that had not seen it.
struct Answers<'r> {
    rows: Vec<(usize, Scored<'r>)>,
}

impl<'r> Answers<'r> {
    fn new(rows: &'r Rows, parts: &[usize], fitted: &'r [Fitted]) -> Self {
        let mut logits: Vec<_> = fitted.iter().map(|fitted| fitted.logits.iter()).collect();
        let answer = |(row, &part): (&'r Row, &usize)| {
            let logits = logits.get_mut(part)?.next()?;
            Some((part, Scored { logits, labels: &row.labels }))
        };
        Self { rows: rows.rows.iter().zip(parts).filter_map(answer).collect() }
    }

    /// All but those on rows of one part.
    fn but(&self, part: Option<usize>) -> Vec<Scored<'r>> {
        let others = self.rows.iter().filter(|row| Some(row.0) != part);
        others.map(|(_, scored)| scored.clone()).collect()
    }

    /// The figures of all rows, each part's read as the others ask for.
    fn figures(&self, rows: &Rows, folds: usize, random: &mut Rng) -> Figures {
        let labels = rows.labels.len();
        let readings: Vec<Reading> =
            (0..folds).map(|part| Reading::fit(&self.but(Some(part)), labels)).collect();
        let mut tally = Tally::default();
        for (row, (part, scored)) in rows.rows.iter().zip(&self.rows) {
            if let Some(reading) = readings.get(*part) {
                let given = reading.given(scored.logits);
                tally.add(row.group, given, best(scored.logits), scored.labels);
            }
        }
        tally.figures(&rows.labels, random)
    }
}

/// The first of the highest.
fn best(logits: &Array1<f32>) -> Option<usize> {
    let best = logits.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
    best.map(|(label, _)| label)
}

/// The config of a model that was trained.
fn config(base: &Model, options: &TrainOptions, reading: Reading) -> Result<Vec<u8>> {
    let Reading { slope, offset, thresholds } = reading;
    let labels = thresholds.len();
    let config = Config {
        name: options.name.clone(),
        // Whatever language the rows are in is the one that is known now.
        languages: Vec::new(),
        topics: HeadConfig {
            hidden: 0,
            calibration: Calibration { slope: vec![slope; labels], offset: vec![offset; labels] },
            thresholds,
            precise_thresholds: None,
            floor: 1.0,
            ..base.config().topics.clone()
        },
        ..base.config().clone()
    };
    serde_json::to_vec_pretty(&config).map_err(|cause| {
        Error::because(ErrorKind::InvalidModel, "the new config cannot be written", cause)
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use fastrand::Rng;

    use super::in_parallel;

    /// The manifest takes any release of the crate; one that draws other numbers trains other
    /// models from the same seed, which the changelog should then say.
    #[test]
    fn a_seed_draws_what_it_has_always_drawn() {
        let mut random = Rng::with_seed(1);
        let mut order: Vec<usize> = (0..8).collect();
        random.shuffle(&mut order);
        let draws = (random.u64(..), random.f32(), random.choice(0..100));
        assert_eq!(order, [5, 2, 1, 4, 0, 6, 7, 3]);
        assert_eq!(draws, (15_650_834_869_483_709_226, 0.601_639_33, Some(16)));
    }

    #[test]
    fn results_are_in_the_order_of_their_jobs() {
        let jobs: Vec<usize> = (0..50).collect();
        for threads in [1, 2, 7, 80] {
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(in_parallel(&jobs, threads, |&job| job), jobs);
        }
    }
}
