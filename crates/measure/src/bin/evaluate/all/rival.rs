//! The rival tagger: TF-IDF of words and word pairs + logistic regression, by scikit-learn.
//!
//! In: the file of its answers, which `benches/rivals/python.py topics` writes. Out: its answer to
//! each article of a set, in their order. It learned from the rows that the library's heads learned
//! from, and answers by the library's rules: calibrated scores, no child above its parent, a
//! threshold a topic.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use standfirst_measure::gold::{self, Case, Codes};
use standfirst_measure::topics::Answer;

/// How to make the file.
const COMMAND: &str = "python benches/rivals/python.py topics --data DATA --out FILE";

/// An answer as the file has it.
#[derive(Deserialize)]
struct Row {
    /// The set and the line in it.
    set: String,
    line: usize,
    /// The article's id, so that a file of other rows is not taken for this one.
    id: String,
    l1: Vec<String>,
    l2: Vec<String>,
    scores: BTreeMap<String, f32>,
}

/// All answers, by set and line.
pub struct Rival {
    rows: HashMap<(String, usize), Row>,
    file: String,
}

/// Refuses a file that cannot be read.
pub fn check(path: &Path) -> Result<()> {
    gold::open(path).with_context(|| format!("the rival's answers are made by `{COMMAND}`"))?;
    Ok(())
}

impl Rival {
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let parse = |line: std::io::Result<String>| {
            let row: Row = serde_json::from_str(&line?)?;
            anyhow::Ok(((row.set.clone(), row.line), row))
        };
        let rows = gold::open(path)?.lines().map(parse).collect::<Result<_>>();
        let rows = rows.with_context(|| format!("{file} is not the rival's answers"))?;
        Ok(Self { rows, file })
    }

    /// What it says of each case.
    pub fn answers(&self, set: &str, cases: &[Case<Codes>]) -> Result<Vec<Option<Answer>>> {
        cases.iter().map(|case| self.answer(set, case).map(Some)).collect()
    }

    fn answer(&self, set: &str, case: &Case<Codes>) -> Result<Answer> {
        let row = self.rows.get(&(set.to_owned(), case.line));
        let other =
            || format!("{} does not answer line {} of {set}: {COMMAND}", self.file, case.line);
        let row = row.with_context(other)?;
        ensure!(row.id == case.input.id(), other());
        Ok(Answer {
            level1: row.l1.clone(),
            level2: row.l2.clone(),
            scores: Some(row.scores.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use standfirst::Input;
    use standfirst_measure::gold::{Case, Codes};

    use super::Rival;

    #[test]
    fn answers_stand_by_set_and_line_and_are_on_that_article() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let row = r#"{"set":"s","line":2,"id":"a","l1":["x"],"l2":[],"scores":{"x":0.9,"y":0.1}}"#;
        fs::write(&path, row).unwrap();
        let rival = Rival::read(&path).unwrap();
        let truth = || Codes { level1: [].into(), level2: [].into(), own: None };
        let case = |line, id| Case { line, input: Input::article(id, "Rain."), truth: truth() };
        let found = rival.answers("s", &[case(2, "a")]).unwrap();
        assert_eq!(found[0].as_ref().unwrap().level1, ["x"]);
        for (set, line, id) in [("t", 2, "a"), ("s", 1, "a"), ("s", 2, "b")] {
            let error = rival.answers(set, &[case(line, id)]).unwrap_err().to_string();
            assert!(error.contains("python.py topics"), "{error}");
        }
    }
}
