//! What many labels cost.
//!
//! In: articles, and IPTC's topics as labels of the caller's. Out: the time to tag the articles
//! with the few of level 1 and with all, in turns on one thread, the best of several rounds each.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::Deserialize;
use standfirst::Digester;
use standfirst::topics::OwnLabel;
use standfirst_measure::gold::{Case, Codes};
use standfirst_measure::report::rounded;

use super::figures::ManyLabels;
use super::own_labels::own_digester;
use super::{Run, TAXONOMY};

const ROUNDS: usize = 7;

/// IPTC's file.
#[derive(Deserialize)]
struct Taxonomy {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    level: u8,
    label: String,
    definition: String,
    /// When it was given up, where it was.
    retired: Option<String>,
}

pub fn measure(run: &Run<'_>, cases: &[Case<Codes>]) -> Result<ManyLabels> {
    eprintln!("evaluate: few labels and many");
    let path = run.setting.data.join(TAXONOMY);
    let json = fs::read_to_string(&path);
    let json = json.with_context(|| format!("{} cannot be read", path.display()))?;
    let taxonomy: Taxonomy = serde_json::from_str(&json)
        .with_context(|| format!("{} is not IPTC's taxonomy", path.display()))?;
    let labels = |most: u8| -> Vec<OwnLabel> {
        let live = taxonomy.nodes.iter().filter(|node| node.retired.is_none());
        let nodes = live.filter(|node| node.level <= most);
        nodes.map(|node| OwnLabel::new(&node.label, &node.definition)).collect()
    };
    let (few, many) = (labels(1), labels(u8::MAX));
    let (few_labels, many_labels) = (few.len(), many.len());
    let digesters = [own_digester(run, few)?, own_digester(run, many)?];
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        for (best, digester) in best.iter_mut().zip(&digesters) {
            *best = best.min(secs(digester, cases)?);
        }
    }
    let [few_secs, many_secs] = best;
    Ok(ManyLabels {
        articles: cases.len(),
        few: few_labels,
        many: many_labels,
        few_secs: rounded(few_secs, 4),
        many_secs: rounded(many_secs, 4),
        ratio: rounded(many_secs / few_secs, 2),
    })
}

/// Seconds to tag all articles.
fn secs(digester: &Digester, cases: &[Case<Codes>]) -> Result<f64> {
    let start = Instant::now();
    for Case { input, .. } in cases {
        black_box(digester.tag(input.title(), black_box(input.text()))?);
    }
    Ok(start.elapsed().as_secs_f64())
}
