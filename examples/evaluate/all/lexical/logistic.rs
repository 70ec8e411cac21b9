//! Sparse rows to the weights of one label.
//!
//! In: rows, and which of them have the label. Out: the weights that minimise
//!
//! ```text
//! |w|^2 / 2 + C sum_i ln(1 + exp(-y_i w . x_i))          x_i with a 1 behind it, for the bias
//! ```
//!
//! by coordinate descent on the dual, after Yu, Huang and Lin, "Dual coordinate descent methods
//! for logistic regression and maximum entropy models" (2011), algorithm 5: one variable
//! `alpha_i` in `0..C` a row, `w = sum_i alpha_i y_i x_i`, each moved in turn by Newton's method.

use super::super::random::Random;
use super::tfidf::Row;

/// As the recipe's own lexical teacher has it.
const C: f64 = 20.0;

/// Rounds end when no derivative is further than this from 0, or after so many.
const TOLERANCE: f64 = 0.1;
const MAX_ROUNDS: usize = 60;

/// The logit of a label that next to no row has.
const NEVER: f64 = -7.0;

/// The weights of one label.
pub struct Logistic {
    weights: Vec<f32>,
    bias: f64,
}

/// A row's variable, and how far it is from `C`: both are kept, since either may be tiny.
#[derive(Clone, Copy)]
struct Dual {
    alpha: f64,
    rest: f64,
}

impl Logistic {
    pub fn fit(rows: &[Row], has: &[bool], columns: usize) -> Self {
        let mut model = Self { weights: vec![0.0; columns], bias: 0.0 };
        if has.iter().filter(|has| **has).count() < 2 {
            model.bias = NEVER;
            return model;
        }
        let start = (0.001 * C).min(1e-8);
        let mut duals = vec![Dual { alpha: start, rest: C - start }; rows.len()];
        for ((row, has), dual) in rows.iter().zip(has).zip(&duals) {
            model.add(row, dual.alpha * sign(*has));
        }
        let squares: Vec<f64> = rows
            .iter()
            .map(|row| 1.0 + row.iter().map(|(_, x)| f64::from(x * x)).sum::<f64>())
            .collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut random = Random::new(0);
        for _ in 0..MAX_ROUNDS {
            random.shuffle(&mut order);
            let mut furthest = 0.0_f64;
            for &index in &order {
                let y = sign(has[index]);
                let margin = y * model.logit(&rows[index]);
                let (derivative, moved) = step(&mut duals[index], squares[index], margin);
                furthest = furthest.max(derivative.abs());
                if moved != 0.0 {
                    model.add(&rows[index], moved * y);
                }
            }
            if furthest < TOLERANCE {
                break;
            }
        }
        model
    }

    /// `w . x`, the bias included.
    pub fn logit(&self, row: &Row) -> f64 {
        let product = row.iter().map(|&(column, x)| self.weights[column as usize] * x);
        self.bias + f64::from(product.sum::<f32>())
    }

    fn add(&mut self, row: &Row, scale: f64) {
        for &(column, x) in row {
            self.weights[column as usize] += scale as f32 * x;
        }
        self.bias += scale;
    }
}

fn sign(has: bool) -> f64 {
    if has { 1.0 } else { -1.0 }
}

/// Moves one variable; returns the derivative before, and how far `alpha` moved.
fn step(dual: &mut Dual, square: f64, margin: f64) -> (f64, f64) {
    const MAX_NEWTON: usize = 100;
    const PRECISION: f64 = 1e-6;
    /// What a step beyond 0 becomes.
    const SHRINK: f64 = 0.1;
    // Of the pair that adds up to C, the one whose optimum lies in the lower half is moved.
    let swapped = 0.5 * square * (dual.rest - dual.alpha) + margin < 0.0;
    let (old, direction) = if swapped { (dual.rest, -1.0) } else { (dual.alpha, 1.0) };
    let derivative = |z: f64| square * (z - old) + direction * margin + (z / (C - z)).ln();
    let mut z = if C - old < 0.5 * C { SHRINK * old } else { old };
    let first = derivative(z);
    let mut left = first;
    for _ in 0..MAX_NEWTON {
        if left.abs() < PRECISION {
            break;
        }
        let next = z - left / (square + C / (C - z) / z);
        z = if next <= 0.0 { SHRINK * z } else { next };
        left = derivative(z);
    }
    *dual = if swapped { Dual { alpha: C - z, rest: z } } else { Dual { alpha: z, rest: C - z } };
    (first, direction * (z - old))
}

#[cfg(test)]
mod tests {
    use super::{C, Logistic, Row};

    /// The slow twin: plain gradient descent on the sum itself, the bias last.
    fn descended(rows: &[Row], has: &[bool], columns: usize) -> Vec<f64> {
        const STEP: f64 = 1.0 / 300.0;
        let mut weights = vec![0.0; columns + 1];
        for _ in 0..6000 {
            let mut gradient = weights.clone();
            for (row, &has) in rows.iter().zip(has) {
                let with_bias = || {
                    let terms = row.iter().map(|&(column, x)| (column as usize, f64::from(x)));
                    terms.chain([(columns, 1.0)])
                };
                let logit: f64 = with_bias().map(|(column, x)| weights[column] * x).sum();
                let missing = f64::from(u8::from(has)) - 1.0 / (1.0 + (-logit).exp());
                with_bias().for_each(|(column, x)| gradient[column] -= C * missing * x);
            }
            weights.iter_mut().zip(gradient).for_each(|(weight, slope)| *weight -= STEP * slope);
        }
        weights
    }

    #[test]
    fn the_weights_are_those_of_plain_descent() {
        // As in text, a row has a term of its own beside those that it shares.
        let rows: Vec<Row> = (0..40).map(|n| vec![(n % 5, 0.8), (5 + n, 0.6)]).collect();
        let has: Vec<bool> = (0..40).map(|n| n % 5 < 2 || n % 7 == 0).collect();
        let model = Logistic::fit(&rows, &has, 45);
        let found = model.weights.iter().map(|&weight| f64::from(weight)).chain([model.bias]);
        for (found, expected) in found.zip(descended(&rows, &has, 45)) {
            // As near as `TOLERANCE` brings it.
            let tolerance = 0.02 * (1.0 + expected.abs());
            assert!((found - expected).abs() < tolerance, "{found}, not {expected}");
        }
    }

    #[test]
    fn a_label_that_no_row_has_stays_low() {
        let model = Logistic::fit(&[vec![(0, 1.0)], vec![]], &[true, false], 1);
        assert_eq!(model.logit(&vec![(0, 1.0)]), -7.0);
    }
}
