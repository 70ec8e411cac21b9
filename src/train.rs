//! Labelled rows to a model folder with topics of one's own.
//!
//! In: articles with their labels, and the model to start from. Out: the files of a new model
//! folder, and how well it does on rows that neither the weights nor the thresholds saw.
//! Writes no file: whoever asked has the bytes. The sentence ranker is taken over as it is.
//!
//! The rows of the table start where the base model left them and are trained on together with a
//! new linear head, one article a step, on the log loss of each label (as fastText does; Joulin
//! et al., "Bag of tricks for efficient text classification", 2017), with one Adagrad rate a row
//! (Duchi et al., 2011) and words left out at random. Two runs give the same bytes.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2};

use crate::error::{Error, ErrorKind, Result};
use crate::model::folder::{CONFIG, Files, TAXONOMY, TOKENIZER, WEIGHTS};
use crate::model::{Config, Model};
use crate::nn::{Values, Weights, sigmoid};
use crate::sentence;
use crate::topics::{Calibration, HeadConfig, Taxonomy};
use crate::vectors::normalized;

/// An article and its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The title, where there is one.
    pub title: Option<String>,
    /// The text, clean.
    pub text: String,
    /// Its labels; none is a label of its own kind: "nothing of these".
    pub labels: Vec<String>,
}

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainOptions {
    /// The new model's name, written into digests.
    pub name: String,
    /// Times that each row is seen.
    pub epochs: usize,
    /// Labels with fewer rows are left out and listed in the report.
    pub min_rows: usize,
    /// Changes which rows are held out and the order of the others.
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self { name: "own".to_owned(), epochs: 10, min_rows: 5, seed: 1 }
    }
}

/// What came of a training run. Its figures are measured on the reported rows: one row in ten,
/// which neither the weights nor the thresholds saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The labels, in the order of the new taxonomy.
    pub labels: Vec<String>,
    /// Labels left out because too few rows have them.
    pub left_out: Vec<String>,
    /// Rows that the weights were fitted on.
    pub trained_rows: usize,
    /// Rows that calibration and thresholds were fitted on.
    pub tuned_rows: usize,
    /// Rows that the figures below are measured on.
    pub reported_rows: usize,
    /// F1 over all decisions, in `0.0..=1.0`.
    pub micro_f1: f32,
    /// The mean of the labels' F1, over labels that occur or are given in the reported rows.
    pub macro_f1: f32,
    /// The share of reported rows with a label whose best label is among theirs.
    pub top1_in_set: f32,
}

/// A new model folder, in memory.
#[derive(Debug, Clone)]
pub struct TrainedModel {
    /// File names and their bytes: all that the folder must hold.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// How well it does.
    pub report: Report,
}

/// The fewest rows that can be trained on: enough for one to be held out of each part.
const MIN_ROWS: usize = 40;

/// The share of words left out of a step.
const WORD_DROPOUT: f32 = 0.15;

/// Step sizes of the table's rows and of the head, at the start; they fall to 0 in a line.
const ROW_RATE: f32 = 0.03;
const HEAD_RATE: f32 = 0.08;

/// Trains topics on `examples`, starting from the embedded model or from the one in
/// `base_folder`. `progress` is called after each epoch with its number, from 1, and its mean
/// loss.
///
/// # Errors
///
/// [`ErrorKind::InvalidModel`] for a bad base folder; [`ErrorKind::InvalidOption`] when there are
/// fewer than 40 rows or fewer than two labels with enough rows.
pub fn train(
    base_folder: Option<&std::path::Path>,
    examples: &[Example],
    options: &TrainOptions,
    mut progress: impl FnMut(usize, f32),
) -> Result<TrainedModel> {
    let files = match base_folder {
        Some(folder) => Files::read(folder)?,
        None => Files::compiled_in()?,
    };
    let base = Model::load(&files)?;
    let (labels, left_out) = labels_of(examples, options.min_rows);
    if examples.len() < MIN_ROWS || labels.len() < 2 {
        let message = format!(
            "training needs at least {MIN_ROWS} rows and 2 labels with {} rows each, found {} rows and {} such labels",
            options.min_rows,
            examples.len(),
            labels.len()
        );
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    let rows: Vec<Row> =
        examples.iter().map(|example| Row::new(&base, example, &labels)).collect::<Result<_>>()?;
    let parts = Parts::new(rows.len(), options.seed);
    let mut network = Network::new(&base, &rows, &parts.trained, labels.len());
    let mut random = Random(options.seed);
    let steps = (options.epochs * parts.trained.len()).max(1) as f32;
    let mut step = 0_usize;
    for epoch in 1..=options.epochs {
        let mut order = parts.trained.clone();
        random.shuffle(&mut order);
        let mut loss = 0.0;
        for row in order.iter().filter_map(|&index| rows.get(index)) {
            loss += network.step(row, 1.0 - step as f32 / steps, &mut random);
            step += 1;
        }
        progress(epoch, loss / parts.trained.len().max(1) as f32);
    }
    network.quantize();
    let logits = |index: &usize| rows.get(*index).map(|row| (network.logits(row), &row.labels));
    let tuned: Vec<_> = parts.tuned.iter().filter_map(logits).collect();
    let (slope, offset) = platt(&tuned);
    let thresholds = thresholds(&tuned, slope, offset, labels.len());
    let reported: Vec<_> = parts.reported.iter().filter_map(logits).collect();
    let (micro_f1, macro_f1, top1_in_set) = figures(&reported, slope, offset, &thresholds);
    let report = Report {
        trained_rows: parts.trained.len(),
        tuned_rows: tuned.len(),
        reported_rows: reported.len(),
        labels: labels.clone(),
        left_out,
        micro_f1,
        macro_f1,
        top1_in_set,
    };
    let config = Config {
        name: options.name.clone(),
        // Whatever language the rows are in is the one that is known now.
        languages: Vec::new(),
        topics: HeadConfig {
            hidden: 0,
            calibration: Calibration {
                slope: vec![slope; labels.len()],
                offset: vec![offset; labels.len()],
            },
            thresholds,
            precise_thresholds: None,
            floor: 1.0,
            ..base.config().topics.clone()
        },
        ..base.config().clone()
    };
    let mean = network.mean(parts.trained.iter().filter_map(|&index| rows.get(index)));
    let weights = network.write(&files, mean)?;
    let json = |value: serde_json::Result<Vec<u8>>| {
        value.map_err(|cause| {
            Error::because(ErrorKind::InvalidModel, "the new config cannot be written", cause)
        })
    };
    Ok(TrainedModel {
        files: vec![
            (CONFIG, json(serde_json::to_vec_pretty(&config))?),
            (TOKENIZER, files.tokenizer.to_vec()),
            (TAXONOMY, Taxonomy::flat(&options.name, labels).to_json().into_bytes()),
            (WEIGHTS, weights),
        ],
        report,
    })
}

/// Labels with enough rows, in alphabetical order, and those without.
fn labels_of(examples: &[Example], min_rows: usize) -> (Vec<String>, Vec<String>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples {
        let mut labels: Vec<&str> = example.labels.iter().map(String::as_str).collect();
        labels.sort_unstable();
        labels.dedup();
        for label in labels {
            *counts.entry(label).or_default() += 1;
        }
    }
    let named =
        counts.into_iter().map(|(label, count)| (label.to_owned(), count >= min_rows.max(1)));
    let (kept, left_out): (Vec<_>, Vec<_>) = named.partition(|&(_, enough)| enough);
    let names = |labels: Vec<(String, bool)>| labels.into_iter().map(|(label, _)| label).collect();
    (names(kept), names(left_out))
}

/// An article as the network sees it: weighted rows of the table, each once, in ascending order.
struct Row {
    terms: Vec<(u32, f32)>,
    /// One flag a label.
    labels: Vec<bool>,
}

impl Row {
    fn new(base: &Model, example: &Example, labels: &[String]) -> Result<Self> {
        let pooling = base.config().topics.pooling;
        let mut weights: BTreeMap<u32, f32> = BTreeMap::new();
        let title = example.title.as_deref().map(|title| (pooling.title, title));
        let sentences = sentence::split(&example.text);
        let parts = sentences
            .iter()
            .enumerate()
            .map(|(index, span)| (pooling.weight(index), span.of(&example.text)));
        for (weight, part) in title.into_iter().chain(parts) {
            for term in base.topic_terms(part)? {
                *weights.entry(term).or_default() += weight;
            }
        }
        Ok(Self {
            terms: weights.into_iter().collect(),
            labels: labels.iter().map(|label| example.labels.contains(label)).collect(),
        })
    }
}

/// Which rows are for what: eight in ten for the weights, one each for thresholds and report.
struct Parts {
    trained: Vec<usize>,
    tuned: Vec<usize>,
    reported: Vec<usize>,
}

impl Parts {
    fn new(rows: usize, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..rows).collect();
        Random(seed ^ 0x5eed).shuffle(&mut order);
        let tenth = (rows / 10).max(1);
        let reported = order.split_off(rows - tenth);
        let tuned = order.split_off(rows - 2 * tenth);
        Self { trained: order, tuned, reported }
    }
}

/// The table and a linear head, while they are trained.
struct Network {
    dim: usize,
    eps: f32,
    /// Row-major, tokens before pairs.
    table: Vec<f32>,
    /// The sum of squared gradients of each row.
    table_seen: Vec<f32>,
    vocab_size: usize,
    /// (labels, dim)
    head: Array2<f32>,
    head_seen: Array1<f32>,
    bias: Array1<f32>,
}

impl Network {
    fn new(base: &Model, rows: &[Row], trained: &[usize], labels: usize) -> Self {
        let dim = base.config().topics.dim;
        let table = base.topic_table_values();
        let mut counts = Array1::zeros(labels);
        for row in trained.iter().filter_map(|&index| rows.get(index)) {
            for (count, &has) in counts.iter_mut().zip(&row.labels) {
                *count += f32::from(u8::from(has));
            }
        }
        let all = trained.len() as f32;
        Self {
            dim,
            eps: base.config().topics.pooling.eps,
            // Not 0, so that the first gradient of a row does not move it by a whole step.
            table_seen: vec![1e-4; table.len() / dim.max(1)],
            table,
            vocab_size: base.config().vocab_size,
            head: Array2::zeros((labels, dim)),
            head_seen: Array1::from_elem(labels, 1e-3),
            bias: counts.mapv(|count: f32| ((count + 0.5) / (all - count + 0.5)).ln()),
        }
    }

    fn row(&self, index: u32) -> &[f32] {
        let start = index as usize * self.dim;
        self.table.get(start..start + self.dim).unwrap_or_default()
    }

    fn pooled(&self, terms: &[(u32, f32)]) -> Array1<f32> {
        let mut pooled = Array1::zeros(self.dim);
        for &(index, weight) in terms {
            for (sum, &value) in pooled.iter_mut().zip(self.row(index)) {
                *sum += weight * value;
            }
        }
        pooled
    }

    fn logits(&self, row: &Row) -> Array1<f32> {
        let pooled = self.pooled(&row.terms);
        self.head.dot(&normalized(pooled.view(), self.eps)) + &self.bias
    }

    /// One step on one row; its loss before the step.
    ///
    /// ```text
    /// u = sum w_t row_t;  r = sqrt(mean(u^2) + eps);  x = u / r;  p = sigmoid(W x + b)
    /// dW = (p - y) x';  dx = W' (p - y);  du = (dx - x (x . dx) / dim) / r;  drow_t = w_t du
    /// ```
    fn step(&mut self, row: &Row, rate: f32, random: &mut Random) -> f32 {
        let terms: Vec<(u32, f32)> =
            row.terms.iter().copied().filter(|_| random.fraction() >= WORD_DROPOUT).collect();
        let u = self.pooled(&terms);
        let r = (u.dot(&u) / self.dim as f32 + self.eps).sqrt();
        let x = &u / r;
        let p = (self.head.dot(&x) + &self.bias).mapv(sigmoid);
        let y: Array1<f32> = row.labels.iter().map(|&has| f32::from(u8::from(has))).collect();
        let loss: f32 = p
            .iter()
            .zip(&y)
            .map(|(p, y)| -(if *y > 0.5 { *p } else { 1.0 - p }).max(1e-7).ln())
            .sum();
        let error = &p - &y;
        let dx = self.head.t().dot(&error);
        let du = (&dx - &(&x * (x.dot(&dx) / self.dim as f32))) / r;
        let x_square = x.dot(&x) / self.dim as f32;
        for ((mut weights, seen), (bias, error)) in self
            .head
            .rows_mut()
            .into_iter()
            .zip(&mut self.head_seen)
            .zip(self.bias.iter_mut().zip(&error))
        {
            *seen += error * error * x_square;
            let step = rate * HEAD_RATE * error / seen.sqrt();
            weights.scaled_add(-step, &x);
            *bias -= step;
        }
        let du_square = du.dot(&du) / self.dim as f32;
        for &(index, weight) in &terms {
            let start = index as usize * self.dim;
            let (Some(values), Some(seen)) = (
                self.table.get_mut(start..start + self.dim),
                self.table_seen.get_mut(index as usize),
            ) else {
                continue;
            };
            *seen += weight * weight * du_square;
            let step = rate * ROW_RATE * weight / seen.sqrt();
            for (value, gradient) in values.iter_mut().zip(&du) {
                *value -= step * gradient;
            }
        }
        loss
    }

    /// Rounds the table to what is written, so that everything after is fitted to that.
    fn quantize(&mut self) {
        for row in self.table.chunks_mut(self.dim.max(1)) {
            let (bytes, scale) = to_bytes(row);
            for (value, byte) in row.iter_mut().zip(bytes) {
                *value = f32::from(byte) * scale;
            }
        }
    }

    fn mean<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> Array1<f32> {
        let mut mean = Array1::zeros(self.dim);
        let mut count = 0.0_f32;
        for row in rows {
            mean += &normalized(self.pooled(&row.terms).view(), self.eps);
            count += 1.0;
        }
        mean / count.max(1.0)
    }

    /// `model.safetensors` with the base's ranker and this table and head.
    fn write(&self, base: &Files, mean: Array1<f32>) -> Result<Vec<u8>> {
        let mut tensors = BTreeMap::new();
        let (tokens, pairs) = self.table.split_at(self.vocab_size * self.dim);
        for (name, part) in [("topics.embeddings", tokens), ("topics.pairs", pairs)] {
            let (mut bytes, mut scales) = (Vec::with_capacity(part.len()), Vec::new());
            for row in part.chunks(self.dim.max(1)) {
                let (row, scale) = to_bytes(row);
                bytes.extend(row);
                scales.push(scale);
            }
            let shape = vec![scales.len(), self.dim];
            tensors.insert(format!("{name}.scale"), (vec![scales.len()], Values::Floats(scales)));
            tensors.insert(format!("{name}.weight"), (shape, Values::Bytes(bytes)));
        }
        let labels = self.bias.len();
        let mut floats = |name: &str, shape: Vec<usize>, values: Vec<f32>| {
            tensors.insert(name.to_owned(), (shape, Values::Floats(values)));
        };
        floats(
            "topics.head.wide.weight",
            vec![labels, self.dim],
            self.head.iter().copied().collect(),
        );
        floats("topics.head.wide.bias", vec![labels], self.bias.to_vec());
        floats("topics.mean", vec![self.dim], mean.to_vec());
        let is_kept = |name: &str| name.starts_with("rank.") || name == "topics.pairs.key";
        Weights::parse(base.name(WEIGHTS), &base.weights)?.rewrite(is_kept, &tensors)
    }
}

/// A row as 8-bit integers and their scale, to within half a step.
fn to_bytes(row: &[f32]) -> (Vec<i8>, f32) {
    let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    (row.iter().map(|value| (value / scale).round() as i8).collect(), scale)
}

/// One slope and offset for all labels, by Newton's method on the log loss.
fn platt(rows: &[(Array1<f32>, &Vec<bool>)]) -> (f32, f32) {
    let points: Vec<(f64, f64)> = rows
        .iter()
        .flat_map(|(logits, labels)| {
            logits.iter().zip(labels.iter()).map(|(&z, &y)| (f64::from(z), f64::from(u8::from(y))))
        })
        .collect();
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..30 {
        // The ridge keeps a perfectly separated set finite and pulls to the logits as they are.
        let ridge = 1.0;
        let (mut gs, mut go) = (ridge * (slope - 1.0), ridge * offset);
        let (mut hss, mut hso, mut hoo) = (ridge, 0.0, ridge);
        for &(z, y) in &points {
            let p = 1.0 / (1.0 + (-(slope * z + offset)).exp());
            let w = p * (1.0 - p);
            gs += (p - y) * z;
            go += p - y;
            hss += w * z * z;
            hso += w * z;
            hoo += w;
        }
        let determinant = hss * hoo - hso * hso;
        if determinant.abs() < 1e-12 {
            break;
        }
        slope -= (hoo * gs - hso * go) / determinant;
        offset -= (hss * go - hso * gs) / determinant;
    }
    // A slope at or below 0 would turn the order of labels around: the set is too small to say.
    if slope > 0.05 && offset.is_finite() { (slope as f32, offset as f32) } else { (1.0, 0.0) }
}

/// Labels with at least this many rows among the tuned ones get a threshold of their own.
const OWN_THRESHOLD_ROWS: usize = 8;

/// The threshold of each label: its own best by F1 where enough rows have it, drawn half-way to
/// the best for all labels together, which the others get.
fn thresholds(
    rows: &[(Array1<f32>, &Vec<bool>)],
    slope: f32,
    offset: f32,
    labels: usize,
) -> Vec<f32> {
    let scores: Vec<Vec<(f32, bool)>> = (0..labels)
        .map(|label| {
            rows.iter()
                .filter_map(|(logits, flags)| {
                    Some((sigmoid(slope * logits.get(label)? + offset), *flags.get(label)?))
                })
                .collect()
        })
        .collect();
    let all: Vec<(f32, bool)> = scores.iter().flatten().copied().collect();
    let shared = best_threshold(&all);
    let of = |scores: &Vec<(f32, bool)>| {
        let rows = scores.iter().filter(|(_, has)| *has).count();
        if rows >= OWN_THRESHOLD_ROWS { (best_threshold(scores) + shared) / 2.0 } else { shared }
    };
    scores.iter().map(of).collect()
}

/// The threshold of the grid 0.10, 0.12, … 0.90 with the highest F1, the one nearest 0.5 of equals.
fn best_threshold(scores: &[(f32, bool)]) -> f32 {
    let f1_at = |threshold: f32| {
        let mut counts = Counts::default();
        for &(score, has) in scores {
            counts.add(score >= threshold, has);
        }
        counts.f1()
    };
    let grid = (5..=45).map(|step| step as f32 / 50.0);
    let best = grid
        .map(|threshold| (f1_at(threshold), threshold))
        .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1 - 0.5).abs().total_cmp(&(a.1 - 0.5).abs())));
    best.map_or(0.5, |(_, threshold)| threshold)
}

#[derive(Default, Clone, Copy)]
struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Counts {
    fn add(&mut self, given: bool, has: bool) {
        match (given, has) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    fn f1(self) -> f32 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 { 0.0 } else { 2.0 * self.right as f32 / all as f32 }
    }
}

/// Micro F1, macro F1 and top-1-in-set.
fn figures(
    rows: &[(Array1<f32>, &Vec<bool>)],
    slope: f32,
    offset: f32,
    thresholds: &[f32],
) -> (f32, f32, f32) {
    let mut counts = vec![Counts::default(); thresholds.len()];
    let (mut top, mut labelled) = (0, 0);
    for (logits, labels) in rows {
        for (((&logit, &has), &threshold), counts) in
            logits.iter().zip(labels.iter()).zip(thresholds).zip(&mut counts)
        {
            counts.add(sigmoid(slope * logit + offset) >= threshold, has);
        }
        labelled += usize::from(labels.contains(&true));
        let best = logits.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
        top += usize::from(best.is_some_and(|(label, _)| labels.get(label) == Some(&true)));
    }
    let all = counts.iter().fold(Counts::default(), |sum, counts| Counts {
        right: sum.right + counts.right,
        wrong: sum.wrong + counts.wrong,
        missed: sum.missed + counts.missed,
    });
    let seen: Vec<f32> = counts
        .iter()
        .filter(|c| c.right + c.wrong + c.missed > 0)
        .map(|counts| counts.f1())
        .collect();
    let macro_f1 = seen.iter().sum::<f32>() / seen.len().max(1) as f32;
    (all.f1(), macro_f1, top as f32 / labelled.max(1) as f32)
}

/// SplitMix64 (Steele et al., 2014): a stream of numbers that depends on its seed alone.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `0.0..1.0`.
    fn fraction(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Fisher and Yates's shuffle.
    fn shuffle(&mut self, items: &mut [usize]) {
        for index in (1..items.len()).rev() {
            let other = (self.next() % (index as u64 + 1)) as usize;
            items.swap(index, other);
        }
    }
}
