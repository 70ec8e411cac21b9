//! Topics beside labels.
//!
//! In: an article's digest, or what another tagger says of it, beside the topics its readers gave
//! it, article by article. Out: the figures of all. A topic counts as right when any reader gave
//! it. Does not run the library.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use standfirst::digest::{Article, Digest};
use standfirst::topics::Taxonomy;

use crate::gold::Codes;
use crate::report::Line;

/// What was measured; shares lie in `0.0..=1.0`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Articles.
    pub n: usize,
    /// Articles without a digest.
    pub failed: usize,
    /// The mean of the F1 of each topic of level 1 that the labels hold.
    pub macro_f1: f64,
    /// F1 over all topics of level 1.
    pub micro_f1: f64,
    /// F1 over all topics of level 2.
    pub l2_micro_f1: f64,
    /// Articles whose best topic is among their labels.
    pub top1_in_set: f64,
    /// The same, had the model known only the topics that the file's labels hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top1_in_classes: Option<f64>,
    /// Articles with a topic.
    pub coverage: f64,
    /// Expected calibration error of the scores of level 1, in ten bins of equal width; none
    /// where there is no score.
    pub ece: Option<f64>,
    /// F1 of each topic of level 1 that the labels hold, to three decimals.
    pub per_label: BTreeMap<String, f64>,
}

/// What a tagger says of an article.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Topics of level 1, best first.
    pub level1: Vec<String>,
    pub level2: Vec<String>,
    /// The score of every topic, where the tagger tells it.
    pub scores: Option<BTreeMap<String, f32>>,
}

impl From<&Article> for Answer {
    fn from(article: &Article) -> Self {
        let of_level = |level| {
            let topics = article.topics.iter().filter(move |topic| topic.level == level);
            topics.map(|topic| topic.code.clone()).collect()
        };
        Self { level1: of_level(1), level2: of_level(2), scores: article.scores.clone() }
    }
}

impl Answer {
    /// What a digest says of its first article.
    pub fn of(digest: &Digest) -> Option<Self> {
        digest.articles.first().map(Self::from)
    }
}

/// Right, wrong and missed topics.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub right: usize,
    pub wrong: usize,
    pub missed: usize,
}

impl Count {
    /// Counts one article's topics of a level.
    pub fn add(&mut self, truth: &BTreeSet<String>, given: &[String]) {
        let right = given.iter().filter(|code| truth.contains(*code)).count();
        self.right += right;
        self.wrong += given.len() - right;
        self.missed += truth.len() - right;
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
        }
    }

    fn f1(self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 { 0.0 } else { (2 * self.right) as f64 / all as f64 }
    }
}

/// The scores in one tenth of `0.0..=1.0`.
#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    scores: usize,
    sum: f64,
    right: usize,
}

const BINS: usize = 10;

/// What has been counted so far.
#[derive(Debug, Default)]
pub struct Tally {
    articles: usize,
    failed: usize,
    answered: usize,
    best_right: usize,
    best_of_classes_right: usize,
    level1: BTreeMap<String, Count>,
    level2: Count,
    bins: [Bin; BINS],
    /// The topics among which a best is chosen again; none to leave that out.
    classes: Option<BTreeSet<String>>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(classes: Option<BTreeSet<String>>) -> Self {
        Self { classes, ..Self::default() }
    }

    /// Counts an article; `digest` is none where it failed.
    pub fn add(&mut self, truth: &Codes, digest: Option<&Digest>) {
        self.add_answer(truth, digest.and_then(Answer::of).as_ref());
    }

    /// Counts an article by what a tagger says of it, if it does.
    pub fn add_answer(&mut self, truth: &Codes, answer: Option<&Answer>) {
        self.add_topics(truth, answer);
        if let Some(scores) = answer.and_then(|answer| answer.scores.as_ref()) {
            self.add_scores(truth, scores);
        }
    }

    /// The same by the topics alone, which is quicker: no figure of the scores comes of it.
    pub fn add_topics(&mut self, truth: &Codes, answer: Option<&Answer>) {
        self.articles += 1;
        self.failed += usize::from(answer.is_none());
        let nothing = Answer::default();
        let answer = answer.unwrap_or(&nothing);
        let best = answer.level1.first();
        self.answered += usize::from(best.is_some());
        self.best_right += usize::from(best.is_some_and(|best| truth.level1.contains(best)));

        let given: BTreeSet<&String> = answer.level1.iter().collect();
        for code in truth.level1.iter().chain(given.iter().copied()).collect::<BTreeSet<_>>() {
            let count = self.level1.entry(code.clone()).or_default();
            match (truth.level1.contains(code), given.contains(code)) {
                (true, true) => count.right += 1,
                (false, _) => count.wrong += 1,
                (true, false) => count.missed += 1,
            }
        }
        self.level2.add(&truth.level2, &answer.level2);
    }

    fn add_scores(&mut self, truth: &Codes, scores: &BTreeMap<String, f32>) {
        for (code, &score) in scores.iter().filter(|(code, _)| is_level1(code)) {
            let score = as_written(score);
            let index = ((score * BINS as f64) as usize).min(BINS - 1);
            if let Some(bin) = self.bins.get_mut(index) {
                bin.scores += 1;
                bin.sum += score;
                bin.right += usize::from(truth.level1.contains(code));
            }
        }
        let Some(classes) = &self.classes else { return };
        // The first of equal scores in the order of their codes.
        let known = classes.iter().rev().filter_map(|class| Some((class, scores.get(class)?)));
        let best = known.max_by(|(_, a), (_, b)| a.total_cmp(b));
        self.best_of_classes_right +=
            usize::from(best.is_some_and(|(class, _)| truth.level1.contains(class)));
    }

    /// The figures of all articles.
    pub fn figures(&self) -> Figures {
        let labelled: Vec<(&String, f64)> = self
            .level1
            .iter()
            .filter(|(_, count)| count.right + count.missed > 0)
            .map(|(code, count)| (code, count.f1()))
            .collect();
        let all = self.level1.values().fold(Count::default(), |sum, count| sum.plus(*count));
        let scores: usize = self.bins.iter().map(|bin| bin.scores).sum();
        let gaps: f64 = self.bins.iter().map(|bin| (bin.sum - bin.right as f64).abs()).sum();
        let share = |of: usize| of as f64 / self.articles.max(1) as f64;
        Figures {
            n: self.articles,
            failed: self.failed,
            macro_f1: labelled.iter().map(|(_, f1)| f1).sum::<f64>() / labelled.len().max(1) as f64,
            micro_f1: all.f1(),
            l2_micro_f1: self.level2.f1(),
            top1_in_set: share(self.best_right),
            top1_in_classes: self.classes.as_ref().map(|_| share(self.best_of_classes_right)),
            coverage: share(self.answered),
            ece: (scores > 0).then(|| gaps / scores as f64),
            per_label: labelled
                .into_iter()
                .map(|(code, f1)| (code.clone(), crate::report::rounded(f1, 3)))
                .collect(),
        }
    }
}

/// Whether a code of Media Topics is of level 1.
pub fn is_level1(code: &str) -> bool {
    code.ends_with("000000")
}

/// A score as its row would write it: the decimal fraction itself, not the `f32` nearest to it,
/// so that a score of 0.7 falls in the bin that begins there.
fn as_written(score: f32) -> f64 {
    const DECIMALS: f64 = 10_000.0;
    (f64::from(score) * DECIMALS).round() / DECIMALS
}

impl Figures {
    /// The figures for people; `taxonomy` names the topics.
    pub fn lines(&self, taxonomy: &Taxonomy) -> Vec<Line> {
        let mut lines = vec![
            Line::count("articles", self.n),
            Line::count("failed", self.failed),
            Line::share("macro F1", self.macro_f1),
            Line::share("micro F1", self.micro_f1),
            Line::share("level-2 micro F1", self.l2_micro_f1),
            Line::share("top 1 in set", self.top1_in_set),
        ];
        lines.extend(self.top1_in_classes.map(|share| Line::share("top 1 in classes", share)));
        lines.push(Line::share("coverage", self.coverage));
        lines.extend(self.ece.map(|ece| Line::share("ECE", ece)));
        lines.extend(self.per_label.iter().map(|(code, &f1)| {
            let label = taxonomy.labels().iter().find(|label| label.code == *code);
            let name = label.map_or(code.as_str(), |label| label.name.as_str());
            Line::new(&format!("F1 {name}"), format!("{f1:.3}"))
        }));
        lines
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use standfirst::digest::Digest;

    use super::{Tally, as_written};
    use crate::gold::Codes;

    fn codes(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    /// The digest of an article with these topics, best first, and these scores.
    fn digest(topics: &[(&str, u8)], scores: Value) -> Digest {
        let topic = |&(code, level): &(&str, u8)| json!({"code": code, "label": code, "level": level, "score": 0.5, "evidence": []});
        let article = json!({
            "language": "en",
            "paragraphs": [],
            "truncated": false,
            "topics": topics.iter().map(topic).collect::<Vec<Value>>(),
            "scores": scores,
            "keywords": [],
            "summary": {"kind": "extractive", "text": "", "sentences": []}
        });
        let engine = json!({"name": "embedded", "model": "m"});
        let row = json!({"schema": standfirst::digest::SCHEMA, "id": "a", "engine": engine, "articles": [article]});
        serde_json::from_value(row).unwrap()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn figures_of_three_articles() {
        const A: &str = "01000000";
        const B: &str = "02000000";
        const C: &str = "03000000";
        let mut tally = Tally::new(Some(codes(&[A, B])));
        let truth = |level1: &[&str], level2: &[&str]| Codes {
            level1: codes(level1),
            level2: codes(level2),
            own: None,
        };
        let scores = json!({A: 0.7, B: 0.2, C: 0.9, "20000001": 0.9});
        tally.add(
            &truth(&[A, B], &["20000001"]),
            Some(&digest(&[(C, 1), ("20000001", 2), (A, 1)], scores)),
        );
        tally.add(&truth(&[A], &[]), Some(&digest(&[(A, 1), ("20000002", 2)], Value::Null)));
        tally.add(&truth(&[B], &["20000001"]), None);
        let figures = tally.figures();
        assert_eq!((figures.n, figures.failed), (3, 1));
        // A: 2 right; B: 2 missed; C: 1 wrong, and not in the labels.
        close(figures.macro_f1, 0.5);
        close(figures.micro_f1, 4.0 / 7.0);
        close(figures.l2_micro_f1, 0.5);
        close(figures.top1_in_set, 1.0 / 3.0);
        close(figures.top1_in_classes.unwrap(), 1.0 / 3.0);
        close(figures.coverage, 2.0 / 3.0);
        // Of three bins with one score each: 0.7 beside right, 0.2 beside right, 0.9 beside wrong.
        close(figures.ece.unwrap(), (0.3 + 0.8 + 0.9) / 3.0);
        assert_eq!(figures.per_label.len(), 2);
        assert_eq!(figures.per_label[A], 1.0);
    }

    #[test]
    fn nothing_counted_is_no_division() {
        let figures = Tally::new(None).figures();
        assert_eq!((figures.macro_f1, figures.micro_f1, figures.coverage), (0.0, 0.0, 0.0));
        assert_eq!((figures.ece, figures.top1_in_classes), (None, None));
    }

    #[test]
    fn a_score_is_what_its_row_would_say() {
        assert_eq!([0.7_f32, 0.3, 0.0, 1.0, 0.9123].map(as_written), [0.7, 0.3, 0.0, 1.0, 0.9123]);
    }
}
