//! A file of labelled rows to cases.
//!
//! In: JSON Lines, plain or packed with xz. Out: a [`Set`]: what the library is given, row by row,
//! beside the truth it will be held to, and what is wrong with the rows that are none. Says what a
//! row holds from the row itself: `body` or `articles` make it a page, `l1` or `annotations` an
//! article with topics, `summary` an article with its summary. Computes no figure.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use lzma_rust2::XzReader;
use serde::{Deserialize, Serialize};
use standfirst::Input;

/// A file's rows.
#[derive(Debug)]
pub struct Set {
    /// The rows that can be evaluated, in file order.
    pub cases: Cases,
    /// What is wrong with the others: a sentence each, with the line.
    pub faults: Vec<String>,
}

const TOPICS: &str = "topics";
const SUMMARIES: &str = "summaries";
const PAGES: &str = "pages";

/// Rows of one kind.
#[derive(Debug)]
pub enum Cases {
    Topics(Vec<Case<Codes>>),
    Summaries(Vec<Case<String>>),
    Pages(Vec<Case<Stories>>),
}

/// A row.
#[derive(Debug)]
pub struct Case<T> {
    /// The number of its line, from 1.
    pub line: usize,
    /// What the library is given.
    pub input: Input,
    /// What it is held to.
    pub truth: T,
}

/// The topics that an article's readers gave it.
#[derive(Debug, PartialEq)]
pub struct Codes {
    pub level1: BTreeSet<String>,
    pub level2: BTreeSet<String>,
    /// The label that the set had before it was given codes, where it says.
    pub own: Option<String>,
}

/// The articles of a page.
#[derive(Debug)]
pub enum Stories {
    /// The body of the only one.
    Body(String),
    /// Each of several.
    Each(Vec<Story>),
}

/// One article of a page.
#[derive(Debug, Deserialize)]
pub struct Story {
    pub title: String,
    /// Its paragraphs.
    pub body: Vec<String>,
}

/// Which rows to take, and which of their texts.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Choice {
    /// At most this many rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Only this part of the summaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Pages by their `html` instead of their `text`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub html: bool,
}

/// The two papers of CNN/DailyMail, told apart by CNN's mark near the start of its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "evaluate", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Cnn,
    Dm,
}

impl Part {
    /// The paper of an article.
    pub fn of(text: &str) -> Self {
        const OPENING_CHARS: usize = 300;
        let opening: String = text.chars().take(OPENING_CHARS).collect();
        if opening.to_lowercase().contains("(cnn") { Self::Cnn } else { Self::Dm }
    }
}

/// A row as the file has it.
#[derive(Debug, Deserialize)]
struct Row {
    key: Option<Id>,
    id: Option<Id>,
    title: Option<String>,
    text: Option<String>,
    html: Option<String>,
    annotations: Option<Vec<Reading>>,
    l1: Option<Vec<String>>,
    #[serde(default)]
    l2: Vec<String>,
    labels: Option<serde_json::Value>,
    summary: Option<String>,
    body: Option<String>,
    articles: Option<Vec<Story>>,
}

/// One reader's topics.
#[derive(Debug, Deserialize)]
struct Reading {
    l1: Vec<String>,
    #[serde(default)]
    l2: Vec<String>,
}

/// Ids are often numbers.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// What a row is held to.
enum Truth {
    Topics(Codes),
    Summary(String),
    Page(Stories),
}

/// Reads the rows of a file; `name` is the file's name in messages. None of the rows may be
/// usable: the set is then empty, with its faults.
///
/// # Errors
///
/// The file cannot be opened, read to its end or unpacked.
pub fn read(path: &Path, choice: Choice) -> Result<Set> {
    read_lines(&path.display().to_string(), open(path)?, choice)
}

/// A file's lines, unpacked on the way where its name ends in `.xz`.
///
/// # Errors
///
/// The file cannot be opened.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xz"));
    Ok(if packed {
        Box::new(BufReader::new(XzReader::new(BufReader::new(file), true)))
    } else {
        Box::new(BufReader::new(file))
    })
}

fn read_lines(name: &str, mut reader: impl BufRead, choice: Choice) -> Result<Set> {
    let mut cases: Option<Cases> = None;
    let mut faults = Vec::new();
    let (mut number, mut taken) = (0, 0);
    let mut line = Vec::new();
    while choice.limit.is_none_or(|limit| taken < limit) {
        line.clear();
        number += 1;
        let length = reader.read_until(b'\n', &mut line);
        if length.with_context(|| format!("{name} cannot be read past line {}", number - 1))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("line {number} of {name}");
        match parse(&line, number, choice) {
            Ok(None) => continue,
            Ok(Some(case)) => {
                let found = kind(&case.truth);
                if let Err(before) = push(&mut cases, case) {
                    faults.push(format!("{place} holds {found}, but the rows before it {before}"));
                }
            }
            Err(fault) => faults.push(format!("{place} {fault:#}")),
        }
        taken += 1;
    }
    // With no usable row the kind does not matter.
    let cases = cases.unwrap_or(Cases::Topics(Vec::new()));
    if cases.is_empty() {
        faults.push(format!("{name} holds no row to evaluate"));
    }
    Ok(Set { cases, faults })
}

fn kind(truth: &Truth) -> &'static str {
    match truth {
        Truth::Topics(_) => TOPICS,
        Truth::Summary(_) => SUMMARIES,
        Truth::Page(_) => PAGES,
    }
}

impl Cases {
    /// The kind by name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Topics(_) => TOPICS,
            Self::Summaries(_) => SUMMARIES,
            Self::Pages(_) => PAGES,
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Topics(cases) => cases.is_empty(),
            Self::Summaries(cases) => cases.is_empty(),
            Self::Pages(cases) => cases.is_empty(),
        }
    }
}

/// Adds a case to those of its kind; the first says which that is. The error names that kind. An
/// item to which its readers gave no topic was no article to them, and there is nothing to score.
fn push(cases: &mut Option<Cases>, case: Case<Truth>) -> Result<(), &'static str> {
    let Case { line, input, truth } = case;
    let cases = cases.get_or_insert_with(|| match truth {
        Truth::Topics(_) => Cases::Topics(Vec::new()),
        Truth::Summary(_) => Cases::Summaries(Vec::new()),
        Truth::Page(_) => Cases::Pages(Vec::new()),
    });
    match (cases, truth) {
        (Cases::Topics(_), Truth::Topics(truth)) if truth.level1.is_empty() => {}
        (Cases::Topics(cases), Truth::Topics(truth)) => cases.push(Case { line, input, truth }),
        (Cases::Summaries(cases), Truth::Summary(truth)) => cases.push(Case { line, input, truth }),
        (Cases::Pages(cases), Truth::Page(truth)) => cases.push(Case { line, input, truth }),
        (cases, _) => return Err(cases.kind()),
    }
    Ok(())
}

/// A row's case; none when the row is of the other part. The error completes "line 3 of f.jsonl …".
fn parse(line: &[u8], number: usize, choice: Choice) -> Result<Option<Case<Truth>>> {
    let mut row: Row = serde_json::from_slice(line).context("is not a labelled row")?;
    let id = row.key.as_ref().and_then(Id::filled).or_else(|| row.id.as_ref()?.filled());
    let id = id.context("has neither \"key\" nor \"id\"")?;
    let lacks = |field: &str| format!("({id}) has no \"{field}\"");
    let truth = truth(&mut row).with_context(|| {
        format!(
            "({id}) has none of \"l1\", \"annotations\", \"summary\", \"body\" and \"articles\""
        )
    })?;
    if choice.html && matches!(truth, Truth::Page(_)) {
        let html = row.html.with_context(|| lacks("html"))?;
        return Ok(Some(Case { line: number, input: Input::html(&id, html), truth }));
    }
    let text = row.text.with_context(|| lacks("text"))?;
    if matches!(truth, Truth::Page(_)) {
        // Without its title: a page has to show its own.
        return Ok(Some(Case { line: number, input: Input::page(&id, text), truth }));
    }
    let in_other_part = choice.part.is_some_and(|part| part != Part::of(&text));
    if matches!(truth, Truth::Summary(_)) && in_other_part {
        return Ok(None);
    }
    let title = row.title.unwrap_or_default();
    let input = Input::article(&id, text).with_title(&title);
    Ok(Some(Case { line: number, input, truth }))
}

impl Id {
    /// The id as text, where there is one.
    fn filled(&self) -> Option<String> {
        let id = match self {
            Self::Text(id) => id.clone(),
            Self::Number(id) => id.to_string(),
        };
        Some(id).filter(|id| !id.is_empty())
    }
}

/// Takes what a row is held to out of it.
fn truth(row: &mut Row) -> Option<Truth> {
    if let Some(stories) = row.articles.take() {
        return Some(Truth::Page(Stories::Each(stories)));
    }
    if let Some(body) = row.body.take() {
        return Some(Truth::Page(Stories::Body(body)));
    }
    // What any of several readers gave counts as true.
    let readings = row.annotations.take().filter(|readings| !readings.is_empty());
    let only = || Some(vec![Reading { l1: row.l1.take()?, l2: std::mem::take(&mut row.l2) }]);
    if let Some(readings) = readings.or_else(only) {
        let first = row.labels.as_ref().and_then(|labels| labels.get(0)?.as_str());
        let own = first.map(str::to_owned);
        let mut codes = Codes { level1: BTreeSet::new(), level2: BTreeSet::new(), own };
        for reading in readings {
            codes.level1.extend(reading.l1);
            codes.level2.extend(reading.l2);
        }
        return Some(Truth::Topics(codes));
    }
    row.summary.take().map(Truth::Summary)
}

#[cfg(test)]
mod tests {
    use super::{Cases, Choice, Part, Set, Stories, read_lines};

    fn read(lines: &str, choice: Choice) -> Set {
        read_lines("f.jsonl", lines.as_bytes(), choice).unwrap()
    }

    fn faults(lines: &str) -> Vec<String> {
        read(lines, Choice::default()).faults
    }

    #[test]
    fn rows_say_what_they_hold() {
        let set = read(
            r#"{"key":"r1","id":"long","title":"T","text":"Rain.","l1":["a"],"l2":["b"]}
               {"id":2,"text":"Snow.","annotations":[{"l1":["b","a"]},{"l1":["c"],"l2":["d"]}]}

               {"id":3,"text":"Hail.","l1":[]}"#,
            Choice::default(),
        );
        assert!(set.faults.is_empty());
        let Cases::Topics(cases) = set.cases else { panic!("{:?}", set.cases) };
        assert_eq!(cases.len(), 2, "the last is no article");
        assert_eq!((cases[0].input.id(), cases[0].input.title()), ("r1", Some("T")));
        assert_eq!((cases[1].input.id(), cases[1].line), ("2", 2));
        assert!(cases[1].truth.level1.iter().eq(["a", "b", "c"]));
        assert!(cases[1].truth.level2.iter().eq(["d"]));

        let summaries = read(r#"{"id":"s","text":"Rain.","summary":"R"}"#, Choice::default());
        assert!(matches!(summaries.cases, Cases::Summaries(cases) if cases.len() == 1));

        let page = r#"{"id":"p","title":"T","text":"Rain","html":"<p>Snow","body":"Rain"}"#;
        let Cases::Pages(cases) = read(page, Choice::default()).cases else { panic!() };
        assert!(matches!(cases[0].truth, Stories::Body(_)));
        assert_eq!((cases[0].input.title(), cases[0].input.text()), (None, "Rain"));
        let html = Choice { html: true, ..Choice::default() };
        let Cases::Pages(cases) = read(page, html).cases else { panic!() };
        assert_eq!(cases[0].input.text(), "<p>Snow");
    }

    #[test]
    fn parts_and_limits() {
        let lines = r#"{"id":1,"text":"LONDON, England (CNN) -- Rain.","summary":"R"}
                       {"id":2,"text":"Snow.","summary":"S"}
                       {"id":3,"text":"Hail.","summary":"H"}"#;
        let ids = |part, limit| {
            let set = read(lines, Choice { part, limit, html: false });
            let Cases::Summaries(cases) = set.cases else { panic!() };
            cases.iter().map(|case| case.input.id().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(None, None), ["1", "2", "3"]);
        assert_eq!(ids(Some(Part::Cnn), None), ["1"]);
        assert_eq!(ids(Some(Part::Dm), Some(1)), ["2"]);
        let late = format!("{}(CNN)", "a".repeat(298));
        assert_eq!(Part::of(&late), Part::Dm);
        assert_eq!(Part::of(&late[3..]), Part::Cnn);
    }

    #[test]
    fn a_bad_row_is_named_and_the_others_stay() {
        let mixed = r#"{"id":1,"text":"Rain.","summary":"R"}
                       {"id":2,"text":"Rain.","l1":["a"]}
                       {"id":3,"text":"Rain."}
                       {"id":4,"summary":"R"}
                       {"text":"Rain.","summary":"R"}
                       not JSON
                       {"id":7,"text":"Snow.","summary":"S"}"#;
        let set = read(mixed, Choice::default());
        assert!(matches!(set.cases, Cases::Summaries(cases) if cases.len() == 2));
        let expected = [
            "line 2 of f.jsonl holds topics, but the rows before it summaries",
            "line 3 of f.jsonl (3) has none of",
            "line 4 of f.jsonl (4) has no \"text\"",
            "line 5 of f.jsonl has neither \"key\" nor \"id\"",
            "line 6 of f.jsonl is not a labelled row: expected",
        ];
        assert_eq!(set.faults.len(), expected.len(), "{:?}", set.faults);
        for (fault, expected) in set.faults.iter().zip(expected) {
            assert!(fault.starts_with(expected), "{fault}");
        }
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        assert_eq!(faults("\n"), ["f.jsonl holds no row to evaluate"]);
        assert_eq!(faults("{}").len(), 2);
    }
}
