//! Decisions to figures.
//!
//! In: what was said of each row, and what is true of it. Out: precision, recall and F1 of each
//! label and of all, each overall figure with its interval. Knows no network and no threshold.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::report::{Figure, LabelReport};

/// Samples of the rows that an interval is taken from.
const SAMPLES: usize = 1000;

/// The normal deviate that leaves 2.5% on each side.
const DEVIATE: f64 = 1.959_964;

/// Right and wrong decisions on labels that were given, or should have been.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Counts {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Counts {
    fn of(given: bool, own: bool) -> Self {
        let count = usize::from;
        Self {
            right: count(given && own),
            wrong: count(given && !own),
            missed: count(!given && own),
        }
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }

    fn all(self) -> usize {
        self.right + self.wrong + self.missed
    }

    fn f1(self) -> f32 {
        2.0 * self.right as f32 / (self.right + self.all()).max(1) as f32
    }
}

/// What was said of a row.
#[derive(Debug)]
struct Said {
    /// Labels that were given or should have been.
    outcomes: Vec<(usize, Counts)>,
    /// Whether the best label is among its own; `None` for a row without one.
    best_is_own: Option<bool>,
}

/// What was said of all rows, those that are one to a model together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    groups: BTreeMap<usize, Vec<Said>>,
}

/// The figures of a tally.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) labels: Vec<LabelReport>,
    pub(super) micro_f1: Figure,
    pub(super) macro_f1: Figure,
    pub(super) top1: Figure,
}

impl Tally {
    /// Adds a row: the labels given it, one flag each, its best label, and its own, ascending.
    pub(super) fn add(
        &mut self,
        group: usize,
        given: impl Iterator<Item = bool>,
        best: Option<usize>,
        own: &[usize],
    ) {
        let is_own = |label: usize| own.binary_search(&label).is_ok();
        let outcomes =
            given.enumerate().map(|(label, given)| (label, Counts::of(given, is_own(label))));
        let outcomes = outcomes.filter(|(_, counts)| counts.all() > 0).collect();
        let best_is_own = (!own.is_empty()).then(|| best.is_some_and(is_own));
        self.groups.entry(group).or_default().push(Said { outcomes, best_is_own });
    }

    /// The figures of all rows, for labels of these names.
    pub(super) fn figures(&self, names: &[String], random: &mut Rng) -> Figures {
        let groups: Vec<&Vec<Said>> = self.groups.values().collect();
        let mut sums = Sums::new(names.len());
        groups.iter().for_each(|group| sums.add(group));
        let values = sums.values();

        let mut samples: [Vec<f32>; 3] = Default::default();
        for _ in 0..SAMPLES {
            let mut sample = Sums::new(names.len());
            for _ in 0..groups.len() {
                if let Some(group) = random.choice(&groups) {
                    sample.add(group);
                }
            }
            for (samples, value) in samples.iter_mut().zip(sample.values()) {
                samples.push(value);
            }
        }
        let rows = groups.iter().map(|group| group.len()).sum();
        let ([micro_f1, macro_f1, top1], [micro, macro_, best]) = (values, samples);
        let label = |(name, counts): (&String, &Counts)| {
            let Counts { right, wrong, missed } = *counts;
            LabelReport {
                label: name.clone(),
                rows: right + missed,
                precision: (right + wrong > 0).then(|| right as f32 / (right + wrong) as f32),
                recall: right as f32 / (right + missed).max(1) as f32,
                f1: counts.f1(),
            }
        };
        Figures {
            labels: names.iter().zip(&sums.counts).map(label).collect(),
            micro_f1: figure(micro_f1, rows, micro),
            macro_f1: figure(macro_f1, rows, macro_),
            top1: figure(top1, sums.labelled, best),
        }
    }
}

/// Counts over some rows.
struct Sums {
    counts: Vec<Counts>,
    labelled: usize,
    best_is_own: usize,
}

impl Sums {
    fn new(labels: usize) -> Self {
        Self { counts: vec![Counts::default(); labels], labelled: 0, best_is_own: 0 }
    }

    fn add(&mut self, group: &[Said]) {
        for said in group {
            for &(label, outcome) in &said.outcomes {
                if let Some(counts) = self.counts.get_mut(label) {
                    counts.add(outcome);
                }
            }
            self.labelled += usize::from(said.best_is_own.is_some());
            self.best_is_own += usize::from(said.best_is_own == Some(true));
        }
    }

    /// Micro F1, macro F1 over the labels that occur or are given, and the share of labelled rows
    /// whose best label is their own.
    fn values(&self) -> [f32; 3] {
        let (mut all, mut sum, mut seen) = (Counts::default(), 0.0, 0_usize);
        for &counts in &self.counts {
            all.add(counts);
            if counts.all() > 0 {
                sum += counts.f1();
                seen += 1;
            }
        }
        let top1 = self.best_is_own as f32 / self.labelled.max(1) as f32;
        [all.f1(), sum / seen.max(1) as f32, top1]
    }
}

/// A figure with its interval, from its values on samples of the rows.
fn figure(value: f32, rows: usize, mut samples: Vec<f32>) -> Figure {
    samples.sort_by(f32::total_cmp);
    let at = |place: usize| samples.get(place).copied().unwrap_or(value);
    let tail = SAMPLES / 40;
    let (low, high) = wilson(value, rows);
    Figure {
        value,
        low: low.min(at(tail)).min(value),
        high: high.max(at(SAMPLES - 1 - tail)).max(value),
        rows,
    }
}

/// Wilson's interval for a share of `rows` rows.
fn wilson(share: f32, rows: usize) -> (f32, f32) {
    let (p, n, z) = (f64::from(share), rows.max(1) as f64, DEVIATE);
    let scale = 1.0 + z * z / n;
    let middle = (p + z * z / (2.0 * n)) / scale;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    ((middle - half).max(0.0) as f32, (middle + half).min(1.0) as f32)
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{Tally, wilson};

    fn names() -> Vec<String> {
        ["a", "b"].map(str::to_owned).to_vec()
    }

    #[test]
    fn figures_are_those_counted_by_hand() {
        let mut tally = Tally::default();
        // Right; one missed; one wrong; nothing to say and nothing said.
        tally.add(0, [true, false].into_iter(), Some(0), &[0]);
        tally.add(1, [false, true].into_iter(), Some(1), &[0, 1]);
        tally.add(2, [true, true].into_iter(), Some(0), &[1]);
        tally.add(3, [false, false].into_iter(), Some(0), &[]);
        let figures = tally.figures(&names(), &mut Rng::with_seed(1));
        let [a, b] = &figures.labels[..] else { panic!() };
        assert_eq!((a.rows, a.precision, a.recall, a.f1), (2, Some(0.5), 0.5, 0.5));
        assert_eq!((b.rows, b.precision, b.recall, b.f1), (2, Some(1.0), 1.0, 1.0));
        assert_eq!((figures.micro_f1.value, figures.micro_f1.rows), (0.75, 4));
        assert_eq!((figures.macro_f1.value, figures.macro_f1.rows), (0.75, 4));
        assert_eq!((figures.top1.value, figures.top1.rows), (2.0 / 3.0, 3));
    }

    #[test]
    fn a_label_that_is_never_given_has_no_precision() {
        let mut tally = Tally::default();
        tally.add(0, [false, false].into_iter(), Some(1), &[0]);
        let figures = tally.figures(&names(), &mut Rng::with_seed(1));
        assert_eq!((figures.labels[0].precision, figures.labels[0].f1), (None, 0.0));
    }

    #[test]
    fn no_error_among_few_rows_is_no_certainty() {
        let mut tally = Tally::default();
        (0..40).for_each(|row| tally.add(row, [true, false].into_iter(), Some(0), &[0]));
        let top1 = tally.figures(&names(), &mut Rng::with_seed(1)).top1;
        assert_eq!((top1.value, top1.high), (1.0, 1.0));
        assert!((0.90..0.93).contains(&top1.low), "{top1}");
    }

    #[test]
    fn wilsons_interval_is_that_of_the_books() {
        let (low, high) = wilson(0.8, 20);
        assert!((low - 0.584).abs() < 1e-3 && (high - 0.919).abs() < 1e-3, "{low} {high}");
    }

    #[test]
    fn an_interval_holds_its_value_and_narrows_with_more_rows() {
        let width = |rows: usize| {
            let mut tally = Tally::default();
            for row in 0..rows {
                let right = row % 5 != 0;
                tally.add(row, [right, !right].into_iter(), Some(usize::from(!right)), &[0]);
            }
            let figures = tally.figures(&names(), &mut Rng::with_seed(1));
            for figure in [figures.micro_f1, figures.macro_f1, figures.top1] {
                assert!(figure.low <= figure.value && figure.value <= figure.high, "{figure}");
            }
            figures.micro_f1.high - figures.micro_f1.low
        };
        assert!(width(50) > 0.2 && width(1000) < 0.06, "{} {}", width(50), width(1000));
    }
}
