//! Labels of the caller's, without training.
//!
//! In: sets of other people's with a label each, and a line on each label written here. Out: how
//! often the best label is right, by name and description alone and with a few examples a label
//! beside them, drawn from rows that are then not scored.

use std::collections::BTreeSet;

use anyhow::Result;
use fastrand::Rng;
use standfirst::Digester;
use standfirst::digest::Digest;
use standfirst::topics::OwnLabel;
use standfirst_measure::gold::{Case, Codes};

use super::figures::OwnSet;
use super::{Run, bootstrap};
use crate::subject::Asked;

const EXAMPLES: usize = 8;
const DRAWS: u64 = 5;

struct Set {
    name: &'static str,
    file: &'static str,
    /// Labels as the rows have them, and what they cover.
    labels: &'static [(&'static str, &'static str)],
}

const SETS: [Set; 2] = [
    Set {
        name: "BBC",
        file: super::topic_sets::CARRY_OVER[0].file,
        labels: &[
            ("business", "companies, markets, the economy, trade and finance"),
            ("entertainment", "film, music, television, celebrities and awards"),
            ("politics", "government, parties, elections and ministers"),
            ("sport", "matches, teams, players, athletes and competitions"),
            ("tech", "computers, software, internet, gadgets and technology"),
        ],
    },
    // The rows at hand have three of the labels; all four are offered.
    Set {
        name: "AG News",
        file: super::topic_sets::CARRY_OVER[2].file,
        labels: &[
            (
                "World",
                "international politics, wars, elections, diplomacy and governments around the world",
            ),
            ("Sports", "matches, teams, players, athletes and competitions"),
            ("Business", "companies, markets, the economy, trade and finance"),
            ("Sci/Tech", "science, research, computers, software, internet and technology"),
        ],
    },
];

pub fn measure(run: &Run<'_>) -> Result<Vec<OwnSet>> {
    SETS.iter().map(|set| own_set(run, set)).collect()
}

fn own_set(run: &Run<'_>, set: &Set) -> Result<OwnSet> {
    let is_offered = |case: &Case<Codes>| {
        set.labels.iter().any(|(label, _)| case.truth.own.as_deref() == Some(label))
    };
    let mut cases = run.topics(set.file)?;
    cases.retain(is_offered);
    let described: Vec<OwnLabel> =
        set.labels.iter().map(|(label, line)| OwnLabel::new(label, line)).collect();
    let occurring: BTreeSet<&str> =
        cases.iter().filter_map(|case| case.truth.own.as_deref()).collect();
    let draws = (0..DRAWS).map(|seed| {
        let drawn = draw(&cases, set, seed);
        let mut labels = described.clone();
        for (own, examples) in labels.iter_mut().zip(&drawn) {
            own.examples = examples.iter().map(|&row| text(&cases[row])).collect();
        }
        let drawn: BTreeSet<usize> = drawn.into_iter().flatten().collect();
        right(run, set, labels, &cases, &drawn)
    });
    let draws = draws.collect::<Result<Vec<Vec<Option<bool>>>>>()?;
    let described = right(run, set, described, &cases, &BTreeSet::new())?;
    let mean = |rows: &[usize]| {
        let shares = draws.iter().map(|right| share(right, rows));
        shares.sum::<f64>() / draws.len().max(1) as f64
    };
    let all: Vec<usize> = (0..cases.len()).collect();
    let [described_interval, examples_interval] =
        bootstrap::intervals(cases.len(), |rows| [share(&described, rows), mean(rows)]);
    Ok(OwnSet {
        set: set.name.to_owned(),
        n: cases.len(),
        offered: set.labels.len(),
        occurring: occurring.len(),
        described: share(&described, &all),
        described_interval,
        examples: mean(&all),
        examples_interval,
        draws: draws.iter().map(|right| share(right, &all)).collect(),
        examples_a_label: EXAMPLES,
    })
}

/// Whether the label with the highest score is each row's own; none for `drawn` rows.
fn right(
    run: &Run<'_>,
    set: &Set,
    labels: Vec<OwnLabel>,
    cases: &[Case<Codes>],
    drawn: &BTreeSet<usize>,
) -> Result<Vec<Option<bool>>> {
    let digester = own_digester(run, labels)?;
    let digests = run.digests(set.file, &digester, cases);
    let is_right = |(row, (case, digest)): (usize, (&Case<Codes>, &Option<Digest>))| {
        let article = digest.as_ref().and_then(|digest| digest.articles.first());
        let scores = article.and_then(|article| article.scores.as_ref());
        // The first of equals in the order of their names.
        let best = scores.into_iter().flatten().rev().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let is_right = best.map(|(label, _)| label) == case.truth.own.as_ref();
        (!drawn.contains(&row)).then_some(is_right)
    };
    Ok(cases.iter().zip(&digests).enumerate().map(is_right).collect())
}

/// The share of right ones among some rows.
fn share(right: &[Option<bool>], rows: &[usize]) -> f64 {
    let scored = || rows.iter().filter_map(|&row| right[row]);
    scored().filter(|right| *right).count() as f64 / scored().count().max(1) as f64
}

/// A digester that tags with these labels.
pub fn own_digester(run: &Run<'_>, labels: Vec<OwnLabel>) -> Result<Digester> {
    run.digester(Asked { labels: Some(labels), ..Asked::default() })
}

/// Rows to serve as examples, for each label in turn.
fn draw(cases: &[Case<Codes>], set: &Set, seed: u64) -> Vec<Vec<usize>> {
    let mut random = Rng::with_seed(seed);
    let mut of_label = |label: &str| {
        let rows = cases.iter().enumerate();
        let own = rows.filter(|(_, case)| case.truth.own.as_deref() == Some(label));
        random.choose_multiple(own.map(|(row, _)| row), EXAMPLES)
    };
    set.labels.iter().map(|(label, _)| of_label(label)).collect()
}

fn text(case: &Case<Codes>) -> String {
    match case.input.title() {
        Some(title) => format!("{title}. {}", case.input.text()),
        None => case.input.text().to_owned(),
    }
}
