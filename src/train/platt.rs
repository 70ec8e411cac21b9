//! Logits to decisions.
//!
//! In: logits of rows that the weights did not see, and the labels of those rows. Out: one slope
//! and offset that make probabilities of them (Platt, "Probabilistic outputs for support vector
//! machines", 1999), and the probability from which each label is given. Knows no network.

use ndarray::Array1;

use crate::nn::sigmoid;

/// What a network says of a row that it was not trained on.
#[derive(Debug, Clone)]
pub(super) struct Scored<'r> {
    /// One a label.
    pub(super) logits: &'r Array1<f32>,
    /// Indices of the row's labels, ascending.
    pub(super) labels: &'r [usize],
}

impl Scored<'_> {
    fn decisions(&self) -> impl Iterator<Item = (f32, bool)> + '_ {
        let has = |label: usize| self.labels.binary_search(&label).is_ok();
        self.logits.iter().enumerate().map(move |(label, &logit)| (logit, has(label)))
    }
}

/// How logits are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) slope: f32,
    pub(super) offset: f32,
    /// One a label.
    pub(super) thresholds: Vec<f32>,
}

impl Reading {
    pub(super) fn fit(rows: &[Scored<'_>], labels: usize) -> Self {
        let (slope, offset) = platt(rows);
        let mut scores = vec![Scores::default(); labels];
        for row in rows {
            for ((logit, has), scores) in row.decisions().zip(&mut scores) {
                scores.add(sigmoid(slope * logit + offset), has);
            }
        }
        Self { slope, offset, thresholds: thresholds(&scores) }
    }

    /// Whether each label is given.
    pub(super) fn given<'r>(&'r self, logits: &'r Array1<f32>) -> impl Iterator<Item = bool> + 'r {
        let score = |logit: &f32| sigmoid(self.slope * logit + self.offset);
        logits.iter().map(score).zip(&self.thresholds).map(|(score, &bar)| score >= bar)
    }
}

/// One slope and offset for all labels, by Newton's method on the log loss.
fn platt(rows: &[Scored<'_>]) -> (f32, f32) {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..30 {
        // The ridge keeps a perfectly separated set finite and pulls to the logits as they are.
        let ridge = 1.0;
        let (mut gs, mut go) = (ridge * (slope - 1.0), ridge * offset);
        let (mut hss, mut hso, mut hoo) = (ridge, 0.0, ridge);
        for (z, has) in rows.iter().flat_map(Scored::decisions) {
            let (z, y) = (f64::from(z), f64::from(u8::from(has)));
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
        let steps = ((hoo * gs - hso * go) / determinant, (hss * go - hso * gs) / determinant);
        slope -= steps.0;
        offset -= steps.1;
        if steps.0.abs().max(steps.1.abs()) < 1e-7 {
            break;
        }
    }
    // A slope at or below 0 would turn the order of labels around: the set is too small to say.
    if slope > 0.05 && offset.is_finite() { (slope as f32, offset as f32) } else { (1.0, 0.0) }
}

/// Labels with at least this many rows get a threshold of their own.
const OWN_THRESHOLD_ROWS: usize = 8;

/// The threshold of each label: its own best by F1 where enough rows have it, drawn half-way to
/// the best for all labels together, which the others get.
fn thresholds(scores: &[Scores]) -> Vec<f32> {
    let mut all = Scores::default();
    scores.iter().for_each(|scores| all.add_all(scores));
    let shared = all.best_threshold();
    let of = |scores: &Scores| {
        let rows: usize = scores.with.iter().sum();
        if rows >= OWN_THRESHOLD_ROWS { (scores.best_threshold() + shared) / 2.0 } else { shared }
    };
    scores.iter().map(of).collect()
}

/// The thresholds to choose from: 0.10, 0.12, … 0.90.
const GRID: usize = 41;

fn threshold(step: usize) -> f32 {
    (step + 5) as f32 / 50.0
}

/// How many scores, of rows with a label and without it, reach just so many thresholds.
#[derive(Debug, Clone, Copy)]
struct Scores {
    with: [usize; GRID + 1],
    without: [usize; GRID + 1],
}

impl Default for Scores {
    fn default() -> Self {
        Self { with: [0; GRID + 1], without: [0; GRID + 1] }
    }
}

impl Scores {
    fn add(&mut self, score: f32, has: bool) {
        // The first guess may be off by one where rounding decides.
        let guess = ((score * 50.0) as usize).saturating_sub(5).min(GRID);
        let reached = (guess..=(guess + 2).min(GRID))
            .rev()
            .find(|&count| count == 0 || threshold(count - 1) <= score)
            .unwrap_or(guess.saturating_sub(1));
        let counts = if has { &mut self.with } else { &mut self.without };
        if let Some(count) = counts.get_mut(reached) {
            *count += 1;
        }
    }

    fn add_all(&mut self, other: &Self) {
        let counts = self.with.iter_mut().zip(&other.with);
        for (sum, &count) in counts.chain(self.without.iter_mut().zip(&other.without)) {
            *sum += count;
        }
    }

    /// The threshold with the highest F1, the one nearest 0.5 of equals.
    fn best_threshold(&self) -> f32 {
        let rows: usize = self.with.iter().sum();
        let (mut right, mut given) = (0, 0);
        let counts = self.with.iter().zip(&self.without).skip(1).enumerate().rev();
        let candidates = counts.map(|(step, (&with, &without))| {
            right += with;
            given += with + without;
            let f1 = 2.0 * right as f32 / ((given + rows).max(1)) as f32;
            (f1, threshold(step))
        });
        let off = |threshold: f32| (threshold - 0.5).abs();
        let best =
            candidates.max_by(|a, b| a.0.total_cmp(&b.0).then(off(b.1).total_cmp(&off(a.1))));
        best.map_or(0.5, |(_, threshold)| threshold)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;

    use super::{GRID, Reading, Scored, Scores, threshold};

    #[test]
    fn a_score_counts_for_each_threshold_that_it_reaches() {
        for step in 0..=1000 {
            let score = step as f32 / 1000.0;
            let mut scores = Scores::default();
            scores.add(score, true);
            let reached = (0..GRID).filter(|&step| score >= threshold(step)).count();
            assert_eq!(scores.with[reached], 1, "{score}");
        }
    }

    #[test]
    fn the_best_threshold_lies_between_the_rows_with_a_label_and_the_others() {
        let mut scores = Scores::default();
        (0..10).for_each(|_| scores.add(0.31, false));
        (0..10).for_each(|_| scores.add(0.77, true));
        assert_eq!(scores.best_threshold(), 0.5);
        scores.add(0.6, false);
        assert_eq!(scores.best_threshold(), threshold(26));
    }

    #[test]
    fn a_reading_is_fitted_to_the_rows() {
        // Logits twice as sure as they should be: right three times of four.
        let logits: Vec<Array1<f32>> =
            (0..400).map(|n| Array1::from_elem(1, if n % 2 == 0 { 2.2 } else { -2.2 })).collect();
        let labels: Vec<&[usize]> =
            (0..400).map(|n| if (n % 2 == 0) == (n % 8 < 6) { &[0][..] } else { &[] }).collect();
        let rows: Vec<Scored<'_>> =
            logits.iter().zip(&labels).map(|(logits, labels)| Scored { logits, labels }).collect();
        let reading = Reading::fit(&rows, 1);
        assert!((reading.slope - 0.5).abs() < 0.01 && reading.offset.abs() < 0.01, "{reading:?}");
        assert!(reading.given(&logits[0]).next().unwrap());
        assert!(!reading.given(&logits[1]).next().unwrap());
    }
}
