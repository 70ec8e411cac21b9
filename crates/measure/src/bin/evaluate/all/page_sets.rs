//! Pages beside the whole page as one article.
//!
//! In: pages whose articles are known. Out: how far they were found, from text and from HTML, by
//! the library and by keeping everything.

use std::fs;

use anyhow::{Context, Result};
use standfirst::Digester;
use standfirst::digest::Digest;
use standfirst_measure::gold::{Case, Stories};
use standfirst_measure::pages::{Figures, Tally};
use standfirst_measure::root;

use super::figures::{Beside, Pages};
use super::{Run, bootstrap};

pub const COMPOSED: &str = "pages/composed_dev.jsonl.xz";
pub const REAL: &str = "pages/aeb.jsonl.xz";

/// Figures on pages that the line tables did not see, made by the recipe.
const FOLDS: &str = "models/recipe/pages/folds.json";

pub fn measure(run: &Run<'_>, digester: &Digester) -> Result<Vec<Pages>> {
    let sets = [
        ("composed pages", COMPOSED, false, "all of them"),
        ("real pages, from text", REAL, false, "all of them"),
        ("real pages, from HTML", REAL, true, "all of them"),
    ];
    let set = |(set, file, html, taught): (&str, _, _, &str)| {
        let cases = run.pages(file, html)?;
        let ours = tallies(&cases, &run.digests(file, digester, &cases));
        // The rival: nothing is left out, and nothing is parted.
        let whole: Vec<Case<()>> = cases.iter().map(whole).collect();
        let rival = tallies(&cases, &run.digests(file, digester, &whole));
        let all: Vec<usize> = (0..cases.len()).collect();
        let [f1_intervals] = bootstrap::beside(cases.len(), |rows| Beside {
            ours: [figures(&ours, rows).f1()],
            rival: [figures(&rival, rows).f1()],
        });
        Ok(Pages {
            set: set.to_owned(),
            taught: taught.to_owned(),
            all: Beside { ours: figures(&ours, &all), rival: figures(&rival, &all) },
            f1_intervals,
        })
    };
    sets.into_iter().map(set).collect()
}

/// A page as one article.
fn whole(page: &Case<Stories>) -> Case<()> {
    Case { line: page.line, input: page.input.clone().into_article(), truth: () }
}

/// What is counted of each page.
fn tallies(cases: &[Case<Stories>], digests: &[Option<Digest>]) -> Vec<Tally> {
    let tally = |(case, digest): (&Case<Stories>, &Option<Digest>)| {
        let mut tally = Tally::default();
        let extracted = digest.as_ref().and_then(|digest| digest.text.as_deref());
        tally.add(extracted.unwrap_or(case.input.text()), &case.truth, digest.as_ref());
        tally
    };
    cases.iter().zip(digests).map(tally).collect()
}

/// The figures of some pages.
fn figures(tallies: &[Tally], rows: &[usize]) -> Figures {
    let mut all = Tally::default();
    for &row in rows {
        all.add_all(&tallies[row]);
    }
    all.figures()
}

/// What the recipe measured, where it left its figures.
pub fn folds() -> Result<Option<serde_json::Value>> {
    let path = root().join(FOLDS);
    if !path.is_file() {
        return Ok(None);
    }
    let json = fs::read_to_string(&path).with_context(|| format!("{FOLDS} cannot be read"))?;
    let folds = serde_json::from_str(&json).with_context(|| format!("{FOLDS} is not JSON"))?;
    Ok(Some(folds))
}
