//! How far a figure would move on other rows of the same kind.
//!
//! In: the number of rows, and what figures a choice of them gives. Out: for each figure the range
//! in which the middle 95 of a hundred resamples lie (percentile bootstrap). A resample draws as
//! many rows as there are, any of them again; the draws are the same on every run. It says what
//! chance there is in which rows were picked: nothing of whether their labels are right.

use fastrand::Rng;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use standfirst_measure::report::rounded;

use super::figures::{Beside, Interval, Intervals};

/// Resamples, each drawn with its number as the seed.
pub const RESAMPLES: u64 = 1_000;

/// The share of resamples on each side that an interval leaves out.
const TAIL: f64 = 0.025;

/// Decimals that an interval keeps.
const DECIMALS: usize = 4;

/// The figures of every resample; `figures` is given its rows by number, some of them repeatedly.
fn resampled<T: Send>(rows: usize, figures: impl Fn(&[usize]) -> T + Sync) -> Vec<T> {
    let of_one = |seed| {
        let mut random = Rng::with_seed(seed);
        let drawn: Vec<usize> = (0..rows).map(|_| random.usize(..rows)).collect();
        figures(&drawn)
    };
    (0..RESAMPLES).into_par_iter().map(of_one).collect()
}

/// The middle of values; of a thousand, from the 25th lowest to the 25th highest.
fn middle(mut values: Vec<f64>) -> Interval {
    values.sort_by(f64::total_cmp);
    let left_out = ((values.len() as f64 * TAIL) as usize).saturating_sub(1);
    let low = values.get(left_out).copied().unwrap_or(0.0);
    let high = values.iter().rev().nth(left_out).copied().unwrap_or(0.0);
    Interval(rounded(low, DECIMALS), rounded(high, DECIMALS))
}

/// The intervals of some figures.
pub fn intervals<const N: usize>(
    rows: usize,
    figures: impl Fn(&[usize]) -> [f64; N] + Sync,
) -> [Interval; N] {
    let found = resampled(rows, figures);
    std::array::from_fn(|figure| middle(found.iter().map(|values| values[figure]).collect()))
}

/// The intervals of some figures beside a rival's, and of the differences on the same resamples.
pub fn beside<const N: usize>(
    rows: usize,
    figures: impl Fn(&[usize]) -> Beside<[f64; N]> + Sync,
) -> [Intervals; N] {
    let found = resampled(rows, figures);
    std::array::from_fn(|figure| {
        let of = |value: fn(f64, f64) -> f64| {
            let each = found.iter().map(|both| value(both.ours[figure], both.rival[figure]));
            middle(each.collect())
        };
        Intervals {
            ours: of(|ours, _| ours),
            rival: of(|_, rival| rival),
            ahead: of(|ours, rival| ours - rival),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Beside, Interval, beside, intervals, middle};

    #[test]
    fn the_middle_leaves_out_as_much_on_either_side() {
        let values = (1..=1000).rev().map(f64::from).collect();
        assert_eq!(middle(values), Interval(25.0, 976.0));
        assert_eq!(middle(Vec::new()), Interval(0.0, 0.0));
    }

    #[test]
    fn a_share_moves_as_chance_has_it_and_the_same_each_time() {
        // 80 of a hundred: the standard error is 0.04.
        let right = |rows: &[usize]| {
            [rows.iter().filter(|&&row| row < 80).count() as f64 / rows.len() as f64]
        };
        let [Interval(low, high)] = intervals(100, right);
        assert!((0.70..=0.74).contains(&low) && (0.86..=0.90).contains(&high), "{low} {high}");
        assert_eq!(intervals(100, right), [Interval(low, high)]);
        assert_eq!(intervals(0, |_| [0.5]), [Interval(0.5, 0.5)]);
    }

    #[test]
    fn a_difference_is_of_the_same_resamples() {
        let both = |rows: &[usize]| {
            let ours = rows.iter().filter(|&&row| row < 80).count() as f64;
            Beside { ours: [ours], rival: [ours - 3.0] }
        };
        assert_eq!(beside(100, both)[0].ahead, Interval(3.0, 3.0));
    }
}
