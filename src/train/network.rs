//! Rows to weights.
//!
//! In: the table of a base model and rows with their labels. Out: a table and a linear head fitted
//! to them by gradient descent, in the bytes that a model folder holds. Knows no threshold.

use std::collections::BTreeMap;

use fastrand::Rng;
use ndarray::{Array1, Array2};

use super::rows::{Row, label_rows};
use crate::error::Result;
use crate::model::Model;
use crate::model::folder::{Files, WEIGHTS};
use crate::nn::{NewTensor, Weights, sigmoid};
use crate::vectors::{flat, normalized};

/// The share of words left out of a step.
const WORD_DROPOUT: f32 = 0.15;

/// Step sizes of the table's rows and of the head, at the start; they fall to 0 in a line.
const ROW_RATE: f32 = 0.03;
const HEAD_RATE: f32 = 0.08;

/// The table and a linear head, while they are trained.
#[derive(Debug)]
pub(super) struct Network {
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
    /// A network of `labels` labels that starts from `base`, before its first step on `rows`.
    pub(super) fn new(base: &Model, rows: &[&Row], labels: usize) -> Self {
        let dim = base.config().topics.dim;
        let table = base.topic_table_values();
        let all = rows.len() as f32;
        let counts = Array1::from_vec(label_rows(rows.iter().copied(), labels));
        Self {
            dim,
            eps: base.config().topics.pooling.eps,
            // Not 0, so that the first gradient of a row does not move it by a whole step.
            table_seen: vec![1e-4; table.len() / dim.max(1)],
            table,
            vocab_size: base.config().vocab_size,
            head: Array2::zeros((labels, dim)),
            head_seen: Array1::from_elem(labels, 1e-3),
            bias: counts.mapv(|count| {
                let count = count as f32;
                ((count + 0.5) / (all - count + 0.5)).ln()
            }),
        }
    }

    fn row(&self, index: u32) -> &[f32] {
        let start = index as usize * self.dim;
        let row = self.table.get(start..start + self.dim);
        debug_assert!(row.is_some(), "row {index} of {} values", self.table.len());
        row.unwrap_or_default()
    }

    fn pooled(&self, terms: &[(u32, f32)]) -> Array1<f32> {
        let mut pooled = vec![0.0; self.dim];
        for &(index, weight) in terms {
            for (sum, &value) in pooled.iter_mut().zip(self.row(index)) {
                *sum += weight * value;
            }
        }
        Array1::from_vec(pooled)
    }

    pub(super) fn logits(&self, row: &Row) -> Array1<f32> {
        let pooled = self.pooled(&row.terms);
        self.head.dot(&normalized(pooled.view(), self.eps)) + &self.bias
    }

    /// Goes through `rows` `epochs` times, each time in another order. `seen` is told each epoch's
    /// number, from 1, and its mean loss.
    pub(super) fn fit(
        &mut self,
        rows: &[&Row],
        epochs: usize,
        random: &mut Rng,
        mut seen: impl FnMut(usize, f32),
    ) {
        let steps = (epochs * rows.len()).max(1) as f32;
        let mut step = 0_usize;
        let mut order = rows.to_vec();
        for epoch in 1..=epochs {
            random.shuffle(&mut order);
            let mut loss = 0.0;
            for row in &order {
                loss += self.step(row, 1.0 - step as f32 / steps, random);
                step += 1;
            }
            seen(epoch, loss / rows.len().max(1) as f32);
        }
        self.quantize();
    }

    /// One step on one row; its loss before the step.
    ///
    /// ```text
    /// u = sum w_t row_t;  r = sqrt(mean(u^2) + eps);  x = u / r;  p = sigmoid(W x + b)
    /// dW = (p - y) x';  dx = W' (p - y);  du = (dx - x (x . dx) / dim) / r;  drow_t = w_t du
    /// ```
    fn step(&mut self, row: &Row, rate: f32, random: &mut Rng) -> f32 {
        let terms: Vec<(u32, f32)> =
            row.terms.iter().copied().filter(|_| random.f32() >= WORD_DROPOUT).collect();
        let u = self.pooled(&terms);
        let r = (u.dot(&u) / self.dim as f32 + self.eps).sqrt();
        let x = &u / r;
        let mut y = Array1::zeros(self.bias.len());
        for &label in &row.labels {
            if let Some(y) = y.get_mut(label) {
                *y = 1.0;
            }
        }
        let p = (self.head.dot(&x) + &self.bias).mapv(sigmoid);
        let losses = p.iter().zip(&y).map(|(p, y)| -(1.0 - (p - y).abs()).max(1e-7).ln());
        let loss: f32 = losses.sum();
        let error = &p - &y;
        let mut dx = Array1::zeros(self.dim);
        let x_square = x.dot(&x) / self.dim as f32;
        let head = self.head.rows_mut().into_iter().zip(&mut self.head_seen);
        for ((mut weights, seen), (bias, error)) in head.zip(self.bias.iter_mut().zip(&error)) {
            *seen += error * error * x_square;
            let step = rate * HEAD_RATE * error / seen.sqrt();
            dx.scaled_add(*error, &weights);
            weights.scaled_add(-step, &x);
            *bias -= step;
        }
        let du = (&dx - &(&x * (x.dot(&dx) / self.dim as f32))) / r;
        let du_square = du.dot(&du) / self.dim as f32;
        for &(index, weight) in &terms {
            let start = index as usize * self.dim;
            let row = self.table.get_mut(start..start + self.dim);
            let (Some(values), Some(seen)) = (row, self.table_seen.get_mut(index as usize)) else {
                continue;
            };
            *seen += weight * weight * du_square;
            let step = rate * ROW_RATE * weight / seen.sqrt();
            for (value, gradient) in values.iter_mut().zip(flat(&du)) {
                *value -= step * gradient;
            }
        }
        loss
    }

    /// Rounds the table to what is written, so that everything after is fitted to that.
    fn quantize(&mut self) {
        for row in self.table.chunks_mut(self.dim.max(1)) {
            let Row8 { bytes, scale } = Row8::of(row);
            for (value, byte) in row.iter_mut().zip(bytes) {
                *value = f32::from(byte) * scale;
            }
        }
    }

    /// What the rows have in common.
    fn mean(&self, rows: &[&Row]) -> Array1<f32> {
        let mut mean = Array1::zeros(self.dim);
        for row in rows {
            mean += &normalized(self.pooled(&row.terms).view(), self.eps);
        }
        mean / rows.len().max(1) as f32
    }

    /// The bytes of the weights file: the ranker of `base`, and this table and head, trained on
    /// `rows`.
    pub(super) fn write(&self, base: &Files, rows: &[&Row]) -> Result<Vec<u8>> {
        let mut tensors = BTreeMap::new();
        let mut put = |name: String, tensor| drop(tensors.insert(name, tensor));
        let (labels, dim) = (self.bias.len(), self.dim);
        let (tokens, pairs) = self.table.split_at(self.vocab_size * dim);
        for (name, part) in [("topics.embeddings", tokens), ("topics.pairs", pairs)] {
            let rows: Vec<Row8> = part.chunks(dim.max(1)).map(Row8::of).collect();
            let count = rows.len();
            let scales = rows.iter().map(|row| &row.scale);
            put(format!("{name}.scale"), NewTensor::floats(&[count], scales));
            let bytes = rows.iter().flat_map(|row| row.bytes.iter().copied());
            put(format!("{name}.weight"), NewTensor::bytes(&[count, dim], bytes));
        }
        let head = NewTensor::floats(&[labels, dim], &self.head);
        put("topics.head.wide.weight".to_owned(), head);
        put("topics.head.wide.bias".to_owned(), NewTensor::floats(&[labels], &self.bias));
        put("topics.mean".to_owned(), NewTensor::floats(&[dim], &self.mean(rows)));
        let is_kept = |name: &str| name.starts_with("rank.") || name == "topics.pairs.key";
        Weights::parse(base.name(WEIGHTS), &base.weights)?.rewrite(is_kept, &tensors)
    }
}

/// A row as 8-bit integers and their scale, to within half a step.
struct Row8 {
    bytes: Vec<i8>,
    scale: f32,
}

impl Row8 {
    fn of(row: &[f32]) -> Self {
        let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let bytes = row.iter().map(|value| (value / scale).round() as i8).collect();
        Self { bytes, scale }
    }
}
