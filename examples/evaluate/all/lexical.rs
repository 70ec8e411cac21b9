//! The rival tagger: TF-IDF of words and word pairs + logistic regression.
//!
//! In: annotated rows. Out: a tagger that answers by the rules of the library's own: calibrated
//! scores, no child above its parent, a threshold a label. Seven rows in eight teach weights by
//! which the eighth decides calibration and thresholds; the weights in use are then fitted on all
//! rows, as the library's are.
//!
//! ```text
//! tfidf.rs        a text -> a sparse row        logistic.rs    rows -> the weights of a label
//! calibration.rs  logits -> scores and thresholds
//! ```

mod calibration;
mod logistic;
mod tfidf;

use std::num::NonZeroUsize;

use standfirst::Input;
use standfirst::topics::Taxonomy;

use super::parallel;
use crate::gold::{Case, Codes};
use crate::topics::Answer;
use calibration::{Platt, calibrations, expected_f1_threshold};
use logistic::Logistic;
use tfidf::{Row, Tfidf};

/// One row in so many is held back.
const HELD_BACK: usize = 8;

/// Where no topic reaches its threshold, the best of level 1 is given if it reaches this: as in the
/// library's model.
const FLOOR: f64 = 0.35;
const LEVEL2_THRESHOLD: f64 = 0.32;
const MAX_LEVEL1: usize = 3;

/// A fitted tagger.
pub struct Lexical {
    tfidf: Tfidf,
    models: Vec<Logistic>,
    calibrations: Vec<Platt>,
    thresholds: Vec<f64>,
    codes: Vec<String>,
    parents: Vec<Option<usize>>,
}

impl Lexical {
    pub fn fit(cases: &[Case<Codes>], taxonomy: &Taxonomy, jobs: NonZeroUsize) -> Self {
        let labels = taxonomy.labels();
        let codes: Vec<String> = labels.iter().map(|label| label.code.clone()).collect();
        let parents: Vec<Option<usize>> = labels.iter().map(|label| label.parent).collect();

        let is_held_back = |index: usize| index.is_multiple_of(HELD_BACK);
        let rows = |held_back: bool| -> Vec<&Case<Codes>> {
            let numbered = cases.iter().enumerate();
            let chosen = numbered.filter(|(index, _)| is_held_back(*index) == held_back);
            chosen.map(|(_, case)| case).collect()
        };
        let (held, taught) = (rows(true), rows(false));
        let (tfidf, models) = weights(&taught, &codes, jobs);
        let rows: Vec<Row> = held.iter().map(|case| tfidf.row(&text(&case.input))).collect();
        let logits: Vec<Vec<f64>> =
            models.iter().map(|model| rows.iter().map(|row| model.logit(row)).collect()).collect();
        let truth: Vec<Vec<bool>> = codes.iter().map(|code| has(&held, code)).collect();
        let calibrations = calibrations(&logits, &truth, &parents);
        let threshold = |label: usize| match parents[label] {
            Some(_) => LEVEL2_THRESHOLD,
            None => {
                let score = |&logit: &f64| calibrations[label].score(logit);
                expected_f1_threshold(logits[label].iter().map(score).collect())
            }
        };
        let thresholds = (0..codes.len()).map(threshold).collect();

        let (tfidf, models) = weights(&cases.iter().collect::<Vec<_>>(), &codes, jobs);
        Self { tfidf, models, calibrations, thresholds, codes, parents }
    }

    /// The topics of an article.
    pub fn answer(&self, input: &Input) -> Answer {
        let row = self.tfidf.row(&text(input));
        let own: Vec<f64> = self
            .models
            .iter()
            .zip(&self.calibrations)
            .map(|(model, platt)| platt.score(model.logit(&row)))
            .collect();
        let of_parent = |label: usize| self.parents[label].map_or(1.0, |parent| own[parent]);
        let scores: Vec<f64> =
            (0..own.len()).map(|label| own[label].min(of_parent(label))).collect();
        let chosen = self.level1(&scores);
        let is_given = |&label: &usize| {
            self.parents[label].is_some_and(|parent| chosen.contains(&parent))
                && scores[label] >= self.thresholds[label]
        };
        let code = |label: usize| self.codes[label].clone();
        Answer {
            level2: (0..scores.len()).filter(is_given).map(code).collect(),
            level1: chosen.iter().map(|&label| code(label)).collect(),
            scores: Some(
                (0..scores.len()).map(|label| (code(label), scores[label] as f32)).collect(),
            ),
        }
    }

    /// The topics of level 1 to report, best first.
    fn level1(&self, scores: &[f64]) -> Vec<usize> {
        let mut ranked: Vec<usize> =
            (0..scores.len()).filter(|&label| self.parents[label].is_none()).collect();
        ranked.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let best = ranked.first().copied().filter(|&label| scores[label] >= FLOOR);
        ranked.retain(|&label| scores[label] >= self.thresholds[label]);
        ranked.truncate(MAX_LEVEL1);
        if ranked.is_empty() { best.into_iter().collect() } else { ranked }
    }
}

/// The title counts twice.
fn text(input: &Input) -> String {
    let title = input.title().unwrap_or_default();
    format!("{title} . {title} . {}", input.text())
}

fn has(cases: &[&Case<Codes>], code: &String) -> Vec<bool> {
    let has =
        |case: &&Case<Codes>| case.truth.level1.contains(code) || case.truth.level2.contains(code);
    cases.iter().map(has).collect()
}

/// A model a label.
fn weights(cases: &[&Case<Codes>], codes: &[String], jobs: NonZeroUsize) -> (Tfidf, Vec<Logistic>) {
    let texts: Vec<String> = cases.iter().map(|case| text(&case.input)).collect();
    let (tfidf, rows) = Tfidf::fit(&texts);
    let fit = |label: usize| Logistic::fit(&rows, &has(cases, &codes[label]), tfidf.columns());
    let models = parallel::map(jobs, codes.len(), fit);
    (tfidf, models)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use standfirst::Input;
    use standfirst::topics::Taxonomy;

    use super::Lexical;
    use crate::gold::{Case, Codes};

    #[test]
    fn it_learns_what_words_tell() {
        let json = br#"{"name":"n","version":"1","topics":[
            {"code":"a","label":"A"},{"code":"b","label":"B"},{"code":"a1","label":"A1","parent":"a"}]}"#;
        let taxonomy = Taxonomy::from_json("t", json).unwrap();
        let case = |line: usize| {
            let (text, level1, level2) = match line % 3 {
                0 => ("rain on the coast", "a", None),
                1 => ("rain and snow on hills", "a", Some("a1")),
                _ => ("goals at the match", "b", None),
            };
            let truth = Codes {
                level1: [level1.to_owned()].into(),
                level2: level2.map(str::to_owned).into_iter().collect(),
                own: None,
            };
            Case { line, input: Input::article("x", format!("{text} {line}")), truth }
        };
        let cases: Vec<Case<Codes>> = (0..120).map(case).collect();
        let found = [1, 2].map(|jobs| {
            let tagger = Lexical::fit(&cases, &taxonomy, NonZeroUsize::new(jobs).unwrap());
            let answer = |text: &str| tagger.answer(&Input::article("y", text));
            let snow = answer("snow and rain on hills");
            assert_eq!((snow.level1, snow.level2), (vec!["a".to_owned()], vec!["a1".to_owned()]));
            let goals = answer("goals at a match");
            assert_eq!((goals.level1, goals.level2), (vec!["b".to_owned()], vec![]));
            goals.scores.unwrap()
        });
        assert_eq!(found[0], found[1], "the number of threads changes nothing");
    }
}
