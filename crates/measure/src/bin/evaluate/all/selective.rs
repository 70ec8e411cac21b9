//! What is gained by answering less often.
//!
//! In: what two taggers say of articles. Out: how often the best topic is right when only the
//! articles with the surest best topic are answered, at several shares of them; and what the
//! library's precise thresholds give and cost.

use std::collections::BTreeSet;

use anyhow::Result;
use standfirst_measure::gold::{Case, Codes};
use standfirst_measure::topics::{Answer, Count, is_level1};

use super::figures::{Beside, Given, Point, Selective};
use super::topic_sets::{DEV, Found};
use super::{Run, bootstrap};
use crate::subject::Asked;

/// The shares of articles answered that the report shows, in per cent.
const COVERAGES: [usize; 11] = [100, 95, 90, 85, 80, 75, 70, 65, 60, 55, 50];

pub fn measure(run: &Run<'_>, found: &Found) -> Result<Selective> {
    let Found { dev, answers, .. } = found;
    let order = Beside { ours: by_score(dev, &answers.ours), rival: by_score(dev, &answers.rival) };
    let point = |percent: usize| Point {
        coverage: percent as f64 / 100.0,
        accuracy: Beside {
            ours: accuracy(&order.ours, percent),
            rival: accuracy(&order.rival, percent),
        },
    };
    let digester = run.digester(Asked { precise: true, ..Asked::default() })?;
    let digests = run.digests(DEV, &digester, dev);
    let precise: Vec<Option<Answer>> =
        digests.iter().map(|digest| digest.as_ref().and_then(Answer::of)).collect();
    Ok(Selective {
        curve: COVERAGES.into_iter().map(point).collect(),
        area: Beside { ours: area(&order.ours), rival: area(&order.rival) },
        usual: given(dev, &answers.ours),
        precise: given(dev, &precise),
    })
}

/// Whether the best topic of each article is right, the surest first. An article without scores
/// comes last, and is wrong; equal scores keep the order of the file.
fn by_score(cases: &[Case<Codes>], answers: &[Option<Answer>]) -> Vec<bool> {
    let mut sure: Vec<(f32, bool)> = cases
        .iter()
        .zip(answers)
        .map(|(case, answer)| {
            let scores = answer.as_ref().and_then(|answer| answer.scores.as_ref());
            // The first of equals in the order of their codes.
            let level1 = scores.into_iter().flatten().rev().filter(|(code, _)| is_level1(code));
            let best = level1.max_by(|(_, a), (_, b)| a.total_cmp(b));
            best.map_or((-1.0, false), |(code, &score)| (score, case.truth.level1.contains(code)))
        })
        .collect();
    sure.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    sure.into_iter().map(|(_, right)| right).collect()
}

/// The share of right ones among the first so many per cent, rounded up.
fn accuracy(order: &[bool], percent: usize) -> f64 {
    let answered = (order.len() * percent).div_ceil(100);
    let right = order.iter().take(answered).filter(|right| **right).count();
    right as f64 / answered.max(1) as f64
}

/// The mean, over every number of articles answered, of the share of wrong ones among them.
fn area(order: &[bool]) -> f64 {
    let mut wrong = 0;
    let risks = order.iter().enumerate().map(|(index, right)| {
        wrong += usize::from(!right);
        wrong as f64 / (index + 1) as f64
    });
    risks.sum::<f64>() / order.len().max(1) as f64
}

fn given(cases: &[Case<Codes>], answers: &[Option<Answer>]) -> Given {
    let nothing = Answer::default();
    let mut labels = [BTreeSet::new(), BTreeSet::new()];
    let mut answered = 0;
    // Each article's topics, level by level.
    let mut each = Vec::with_capacity(cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        let answer = answer.as_ref().unwrap_or(&nothing);
        answered += usize::from(!answer.level1.is_empty());
        let levels = [(&case.truth.level1, &answer.level1), (&case.truth.level2, &answer.level2)];
        let mut counts = [Count::default(); 2];
        for ((count, labels), (truth, given)) in counts.iter_mut().zip(&mut labels).zip(levels) {
            count.add(truth, given);
            labels.extend(given);
        }
        each.push(counts);
    }
    let all: Vec<usize> = (0..each.len()).collect();
    let [precision, l2_precision, recall, l2_recall] = precision_and_recall(&each, &all);
    let intervals = bootstrap::intervals(each.len(), |rows| precision_and_recall(&each, rows));
    Given {
        coverage: answered as f64 / cases.len().max(1) as f64,
        precision: [precision, l2_precision],
        recall: [recall, l2_recall],
        precision_intervals: [intervals[0], intervals[1]],
        recall_intervals: [intervals[2], intervals[3]],
        labels: labels.map(|labels| labels.len()),
    }
}

/// Precision at level 1 and at level 2, then recall, over the topics of some articles.
fn precision_and_recall(each: &[[Count; 2]], rows: &[usize]) -> [f64; 4] {
    let mut sums = [Count::default(); 2];
    for &row in rows {
        for (sum, count) in sums.iter_mut().zip(each[row]) {
            *sum = sum.plus(count);
        }
    }
    let share = |part: usize, other: usize| part as f64 / (part + other).max(1) as f64;
    let [one, two] = sums;
    [
        share(one.right, one.wrong),
        share(two.right, two.wrong),
        share(one.right, one.missed),
        share(two.right, two.missed),
    ]
}

#[cfg(test)]
mod tests {
    use super::{accuracy, area};

    #[test]
    fn shares_are_rounded_up_and_risks_averaged() {
        let order = [true, true, false];
        assert_eq!(accuracy(&order, 100), 2.0 / 3.0);
        assert_eq!(accuracy(&order, 50), 1.0);
        assert!((area(&order) - 1.0 / 9.0).abs() < 1e-12);
        assert_eq!((accuracy(&[], 50), area(&[])), (0.0, 0.0));
    }
}
