//! Logits to scores that mean what they say, and the cut for each label.
//!
//! In: logits of rows that the weights were not fitted on, and what is true of them. Out: a slope
//! and an offset a label (Platt, 1999), drawn towards those of all labels of its level; and the
//! threshold that maximises the F1 to expect.

/// How strongly a label's two numbers are drawn to those of its level.
const PULL: f64 = 20.0;

/// `score = 1 / (1 + exp(-(slope * logit + offset)))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Platt {
    slope: f64,
    offset: f64,
}

impl Platt {
    pub fn score(&self, logit: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * logit + self.offset)).exp())
    }

    /// Minimises the cross entropy and `pull` times the squared distance from `self`, by Newton's
    /// method; a step that makes it worse is halved.
    fn fitted(self, rows: &[(f64, bool)], pull: f64) -> Self {
        const ROUNDS: usize = 50;
        let loss = |at: &Self| {
            let of_rows = rows.iter().map(|&(z, y)| {
                let t = at.slope * z + at.offset;
                // ln(1 + exp(t)) - y t, without overflow.
                t.max(0.0) + (-t.abs()).exp().ln_1p() - if y { t } else { 0.0 }
            });
            let (a, b) = (at.slope - self.slope, at.offset - self.offset);
            of_rows.sum::<f64>() + pull * (a * a + b * b)
        };
        let mut at = self;
        for _ in 0..ROUNDS {
            let mut gradient =
                [2.0 * pull * (at.slope - self.slope), 2.0 * pull * (at.offset - self.offset)];
            // The smallest that keeps the matrix invertible.
            let mut second = [2.0 * pull + 1e-9, 0.0, 2.0 * pull + 1e-9];
            for &(z, y) in rows {
                let p = at.score(z);
                let (g, h) = (p - f64::from(u8::from(y)), p * (1.0 - p));
                gradient = [gradient[0] + g * z, gradient[1] + g];
                second = [second[0] + h * z * z, second[1] + h * z, second[2] + h];
            }
            let determinant = second[0] * second[2] - second[1] * second[1];
            let slope = (second[2] * gradient[0] - second[1] * gradient[1]) / determinant;
            let offset = (second[0] * gradient[1] - second[1] * gradient[0]) / determinant;
            let step = |scale: f64| Self {
                slope: at.slope - scale * slope,
                offset: at.offset - scale * offset,
            };
            let now = loss(&at);
            let better = [1.0, 0.5, 0.25, 0.125].map(step).into_iter().find(|to| loss(to) < now);
            match better {
                Some(to) => at = to,
                None => break,
            }
        }
        at
    }
}

/// One calibration a label: `logits` and `truth` are (labels, rows).
pub fn calibrations(
    logits: &[Vec<f64>],
    truth: &[Vec<bool>],
    parents: &[Option<usize>],
) -> Vec<Platt> {
    let rows = |label: usize| logits[label].iter().copied().zip(truth[label].iter().copied());
    let of_level = |is_child: bool| {
        let labels = (0..parents.len()).filter(|&label| parents[label].is_some() == is_child);
        let all: Vec<(f64, bool)> = labels.flat_map(rows).collect();
        Platt { slope: 1.0, offset: 0.0 }.fitted(&all, 0.0)
    };
    let shared = [of_level(false), of_level(true)];
    let own = |label: usize| {
        let of_rows: Vec<(f64, bool)> = rows(label).collect();
        shared[usize::from(parents[label].is_some())].fitted(&of_rows, PULL)
    };
    (0..parents.len()).map(own).collect()
}

/// The cut that maximises the F1 that one expects if calibrated scores are true, which is half of
/// that F1.
pub fn expected_f1_threshold(mut scores: Vec<f64>) -> f64 {
    scores.sort_by(|a, b| b.total_cmp(a));
    let total: f64 = scores.iter().sum();
    let mut right = 0.0;
    let expected = scores.iter().zip(1_u32..).map(|(score, given)| {
        right += score;
        2.0 * right / (f64::from(given) + total)
    });
    expected.fold(0.0, f64::max) / 2.0
}

#[cfg(test)]
mod tests {
    use super::{Platt, calibrations, expected_f1_threshold};

    #[test]
    fn what_was_stretched_is_found() {
        // One row in four is right at -1, three in four at 1: logits of ln 3.
        let rows: Vec<(f64, bool)> = (0..400)
            .map(|n| if n < 200 { (-1.0, n % 4 == 0) } else { (1.0, n % 4 != 0) })
            .collect();
        let found = Platt { slope: 1.0, offset: 0.5 }.fitted(&rows, 0.0);
        assert!((found.slope - 3_f64.ln()).abs() < 1e-6 && found.offset.abs() < 1e-6, "{found:?}");
        assert!((found.score(1.0) - 0.75).abs() < 1e-6);
    }

    #[test]
    fn a_label_without_rows_takes_those_of_its_level() {
        let found = calibrations(
            &[vec![-1.0, 1.0, 1.0, -1.0], vec![]],
            &[vec![false, true, false, true], vec![]],
            &[None, None],
        );
        assert!(found[0].slope.abs() < 0.1 && found[1].slope.abs() < 0.1, "{found:?}");
    }

    #[test]
    fn the_threshold_is_half_the_best_f1_to_expect() {
        assert_eq!(expected_f1_threshold(vec![0.0, 1.0, 1.0]), 0.5);
        let found = expected_f1_threshold(vec![0.2, 0.8]);
        assert!((found - 0.4).abs() < 1e-12, "{found}");
        assert_eq!(expected_f1_threshold(vec![]), 0.0);
    }
}
