//! Topics beside TF-IDF + logistic regression.
//!
//! In: the annotated rows, and sets of other people's. Out: the figures on the annotated rows that
//! nothing was fitted on, and how often the best topic is right elsewhere; and what both taggers
//! say of each annotated article, for the steps that ask more.

use std::collections::BTreeSet;

use anyhow::Result;
use standfirst::Digester;
use standfirst::digest::Digest;
use standfirst::topics::Taxonomy;
use standfirst_measure::gold::{Case, Codes};
use standfirst_measure::topics::{Answer, Figures, Tally};

use super::Run;
use super::bootstrap;
use super::figures::{Beside, ByLabel, CarryOver, Intervals, TopicIntervals, Topics};
use super::rival::Rival;

pub const DEV: &str = "topics/annotated_dev.jsonl.xz";

/// A set of other people's, whose topics were mapped.
pub struct Other {
    pub name: &'static str,
    pub file: &'static str,
}

pub const CARRY_OVER: [Other; 4] = [
    Other { name: "BBC 2004–05", file: "topics/eval_bbc.jsonl.xz" },
    Other { name: "Inshorts", file: "topics/eval_inshorts.jsonl.xz" },
    Other { name: "AG News", file: "topics/eval_agnews.jsonl.xz" },
    Other { name: "MasakhaNEWS, English", file: "topics/eval_masakhanews_dev.jsonl.xz" },
];

/// What was found, and what later steps go on from.
pub struct Found {
    pub figures: Topics,
    pub carry_over: Vec<CarryOver>,
    pub dev: Vec<Case<Codes>>,
    pub digests: Vec<Option<Digest>>,
    /// What each tagger says of `dev`, in its order.
    pub answers: Beside<Vec<Option<Answer>>>,
}

pub fn measure(run: &Run<'_>, digester: &Digester) -> Result<Found> {
    let taxonomy = digester.taxonomy();
    let rival = Rival::read(run.setting.rival)?;

    let carry_over = CARRY_OVER.iter().map(|set| carry_over(run, digester, &rival, set));
    let carry_over = carry_over.collect::<Result<Vec<CarryOver>>>()?;

    let dev = run.topics(DEV)?;
    let digests = run.digests(DEV, digester, &dev);
    let ours = digests.iter().map(|digest| digest.as_ref().and_then(Answer::of)).collect();
    let answers = Beside { ours, rival: rival.answers(DEV, &dev)? };
    let all = Beside {
        ours: figures(&dev, &answers.ours, None),
        rival: figures(&dev, &answers.rival, None),
    };
    let figures = by_label(all, intervals(&dev, &answers), taxonomy);
    Ok(Found { figures, carry_over, dev, digests, answers })
}

fn intervals(cases: &[Case<Codes>], answers: &Beside<Vec<Option<Answer>>>) -> TopicIntervals {
    let of = |answers: &[Option<Answer>], rows: &[usize]| {
        let mut tally = Tally::new(None);
        for &row in rows {
            tally.add_topics(&cases[row].truth, answers[row].as_ref());
        }
        let found = tally.figures();
        [found.macro_f1, found.micro_f1, found.l2_micro_f1, found.top1_in_set]
    };
    let [macro_f1, micro_f1, l2_micro_f1, top1_in_set] = bootstrap::beside(cases.len(), |rows| {
        Beside { ours: of(&answers.ours, rows), rival: of(&answers.rival, rows) }
    });
    TopicIntervals { macro_f1, micro_f1, l2_micro_f1, top1_in_set }
}

fn figures(
    cases: &[Case<Codes>],
    answers: &[Option<Answer>],
    classes: Option<&BTreeSet<String>>,
) -> Figures {
    let mut tally = Tally::new(classes.cloned());
    for (case, answer) in cases.iter().zip(answers) {
        tally.add_answer(&case.truth, answer.as_ref());
    }
    tally.figures()
}

fn by_label(all: Beside<Figures>, intervals: TopicIntervals, taxonomy: &Taxonomy) -> Topics {
    let of = |figures: &Figures, code: &str| figures.per_label.get(code).copied().unwrap_or(0.0);
    let rows = all.ours.per_label.keys().map(|code| ByLabel {
        name: name(taxonomy, code),
        f1: Beside { ours: of(&all.ours, code), rival: of(&all.rival, code) },
        code: code.clone(),
    });
    Topics { by_label: rows.collect(), all, intervals }
}

fn name(taxonomy: &Taxonomy, code: &str) -> String {
    let label = taxonomy.labels().iter().find(|label| label.code == code);
    label.map_or(code, |label| &label.name).to_owned()
}

/// The best topic among those that the set's labels hold.
fn carry_over(run: &Run<'_>, digester: &Digester, rival: &Rival, set: &Other) -> Result<CarryOver> {
    let cases = run.topics(set.file)?;
    let classes = cases.iter().flat_map(|case| case.truth.level1.iter().cloned()).collect();
    let digests = run.digests(set.file, digester, &cases);
    let ours: Vec<_> = digests.iter().map(|digest| digest.as_ref().and_then(Answer::of)).collect();
    let rival = rival.answers(set.file, &cases)?;
    let top1 = |cases: &[Case<Codes>], answers: &[Option<Answer>]| {
        figures(cases, answers, Some(&classes)).top1_in_classes.unwrap_or(0.0)
    };
    // Of one article: 1 where the best is right, or 0.
    let each = |answers: &[Option<Answer>]| -> Vec<f64> {
        cases.chunks(1).zip(answers.chunks(1)).map(|(case, answer)| top1(case, answer)).collect()
    };
    let right = Beside { ours: each(&ours), rival: each(&rival) };
    let [intervals]: [Intervals; 1] = bootstrap::beside(cases.len(), |rows| Beside {
        ours: [mean(&right.ours, rows)],
        rival: [mean(&right.rival, rows)],
    });
    Ok(CarryOver {
        set: set.name.to_owned(),
        n: cases.len(),
        top1_in_classes: Beside { ours: top1(&cases, &ours), rival: top1(&cases, &rival) },
        intervals,
    })
}

fn mean(values: &[f64], rows: &[usize]) -> f64 {
    rows.iter().map(|&row| values[row]).sum::<f64>() / rows.len().max(1) as f64
}
