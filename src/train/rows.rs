//! Labelled articles to rows of numbers, and which of them are held out together.
//!
//! In: articles with their labels. Out: the labels that have enough rows, the rows as a network
//! sees them, the part that each row is held out in, and a word on all that was not as it should
//! be. What is left out is counted, never used as an example of what a label is not.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use super::report::{LabelReport, TrainReport, Warning};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::sentence;

/// An article and its labels.
///
/// ```
/// use standfirst::train::Example;
///
/// let example = Example::new("The ferry left the pier late.", ["ferries"]).with_title("Fog");
/// assert_eq!(example.labels, ["ferries"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Example {
    /// The title, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text, clean.
    pub text: String,
    /// Its labels; none says that it is about nothing of these.
    pub labels: Vec<String>,
}

impl Example {
    /// An article without a title.
    pub fn new<L>(text: impl Into<String>, labels: L) -> Self
    where
        L: IntoIterator,
        L::Item: Into<String>,
    {
        let labels = labels.into_iter().map(Into::into).collect();
        Self { title: None, text: text.into(), labels }
    }

    /// With this title.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

/// What is trained on.
#[derive(Debug)]
pub(super) struct Rows {
    /// The labels with enough rows, in alphabetical order.
    pub(super) labels: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// What was not as it should be.
    pub(super) warnings: Vec<Warning>,
}

/// An article as a network sees it.
#[derive(Debug)]
pub(super) struct Row {
    /// Weighted rows of the table, each once, in ascending order.
    pub(super) terms: Vec<(u32, f32)>,
    /// Indices of its labels, ascending.
    pub(super) labels: Vec<usize>,
    /// The same number for all rows of the same terms.
    pub(super) group: usize,
}

impl Rows {
    /// Reads the rows of the labels that have `min_rows` of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] for a blank label.
    pub(super) fn read(base: &Model, examples: &[Example], min_rows: usize) -> Result<Self> {
        let counts = counts(examples)?;
        let mut warnings = Vec::new();
        for labels in alike(counts.keys().copied()) {
            warnings.push(Warning::LabelsAlike { labels });
        }
        let (kept, left_out): (Vec<_>, Vec<_>) =
            counts.into_iter().partition(|&(_, rows)| rows >= min_rows.max(1));
        if !left_out.is_empty() {
            let labels = left_out.iter().map(|&(label, rows)| (label.to_owned(), rows)).collect();
            warnings.push(Warning::LabelsLeftOut { labels, wanted: min_rows });
        }
        let labels: Vec<String> = kept.iter().map(|&(label, _)| label.to_owned()).collect();
        let (mut rows, mut empty, mut unlabelled) = (Vec::new(), 0, 0);
        for example in examples {
            let own = indices(&labels, &example.labels);
            let terms = terms(base, example)?;
            if terms.is_empty() {
                empty += 1;
            } else if own.is_empty() && !example.labels.is_empty() {
                // Not "nothing of these": it was about something that is not asked for any more.
                unlabelled += 1;
            } else {
                rows.push(Row { terms, labels: own, group: 0 });
            }
        }
        if unlabelled > 0 {
            warnings.push(Warning::RowsLeftOut { rows: unlabelled });
        }
        if empty > 0 {
            warnings.push(Warning::EmptyRows { rows: empty });
        }
        let mut read = Self { labels, rows, warnings };
        read.group();
        read.warn_of_few();
        Ok(read)
    }

    /// Numbers the rows that a network cannot tell apart, and says how many there are.
    fn group(&mut self) {
        let mut first_of = BTreeMap::new();
        let (mut repeated, mut contradicting) = (0, 0);
        for (index, row) in self.rows.iter_mut().enumerate() {
            let bits = row.terms.iter().map(|&(term, weight)| (term, weight.to_bits()));
            let bits: Vec<(u32, u32)> = bits.collect();
            let first = first_of.entry(bits).or_insert_with(|| (index, row.labels.clone()));
            row.group = first.0;
            if first.0 != index {
                repeated += 1;
                contradicting += usize::from(first.1 != row.labels);
            }
        }
        if repeated > 0 {
            self.warnings.push(Warning::RepeatedRows { rows: repeated, contradicting });
        }
    }

    fn warn_of_few(&mut self) {
        let found = self.rows.len();
        if found < TrainReport::FEW_ROWS {
            self.warnings.push(Warning::FewRows { rows: found, wanted: TrainReport::FEW_ROWS });
        }
        let counts = label_rows(&self.rows, self.labels.len());
        let few: Vec<(String, usize)> = (self.labels.iter().cloned().zip(counts))
            .filter(|&(_, rows)| rows < LabelReport::FEW_ROWS)
            .collect();
        if !few.is_empty() {
            let wanted = LabelReport::FEW_ROWS;
            self.warnings.push(Warning::FewRowsOfLabels { labels: few, wanted });
        }
    }

    /// The part, from 0, that each row is held out in. The rows of each label are spread over the
    /// parts as evenly as they can be, the rarest label's first (after Sechidis et al., "On the
    /// stratification of multi-label data", 2011); rows of one group stay together.
    pub(super) fn parts(&self, count: usize, random: &mut Rng) -> Vec<usize> {
        let label_rows = label_rows(&self.rows, self.labels.len());
        let mut groups: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            groups.entry(row.group).or_default().push(row);
        }
        let rarest = |group: &Vec<&Row>| {
            let labels = group.iter().flat_map(|row| &row.labels);
            let rows = labels.filter_map(|&label| Some((*label_rows.get(label)?, label)));
            rows.min().unwrap_or((usize::MAX, usize::MAX))
        };
        let mut groups: Vec<_> =
            groups.into_values().map(|group| (rarest(&group), group)).collect();
        random.shuffle(&mut groups);
        groups.sort_by_key(|&(rarest, _)| rarest);

        let mut part_of = BTreeMap::new();
        // Rows of each part, and of each part and label.
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut of_label: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for ((_, label), group) in groups {
            let load =
                |part: &usize| (of_label.get(&(*part, label)).copied(), sizes.get(part).copied());
            let part = (0..count).min_by_key(load).unwrap_or(0);
            *sizes.entry(part).or_default() += group.len();
            for row in group {
                part_of.insert(row.group, part);
                for &label in &row.labels {
                    *of_label.entry((part, label)).or_default() += 1;
                }
            }
        }
        self.rows.iter().filter_map(|row| part_of.get(&row.group).copied()).collect()
    }
}

/// How many of these rows each label has.
pub(super) fn label_rows<'r>(rows: impl IntoIterator<Item = &'r Row>, labels: usize) -> Vec<usize> {
    let mut counts = vec![0; labels];
    for &label in rows.into_iter().flat_map(|row| &row.labels) {
        if let Some(count) = counts.get_mut(label) {
            *count += 1;
        }
    }
    counts
}

/// How many examples each label has.
fn counts(examples: &[Example]) -> Result<BTreeMap<&str, usize>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, example) in examples.iter().enumerate() {
        let mut labels: Vec<&str> = example.labels.iter().map(String::as_str).collect();
        labels.sort_unstable();
        labels.dedup();
        for label in labels {
            if label.trim().is_empty() {
                let message = format!("row {} has a blank label", number + 1);
                return Err(Error::new(ErrorKind::InvalidOption, message));
            }
            *counts.entry(label).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Labels that are the same but for case and blanks, together.
fn alike<'l>(labels: impl Iterator<Item = &'l str>) -> impl Iterator<Item = Vec<String>> {
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for label in labels {
        let key = label.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        alike.entry(key).or_default().push(label.to_owned());
    }
    alike.into_values().filter(|labels| labels.len() > 1)
}

/// Where those of `own` that are among `labels`, which are in order, stand there.
fn indices(labels: &[String], own: &[String]) -> Vec<usize> {
    let mut indices: Vec<usize> =
        own.iter().filter_map(|label| labels.binary_search(label).ok()).collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

/// The rows of the table that an article adds up, and what each counts.
fn terms(base: &Model, example: &Example) -> Result<Vec<(u32, f32)>> {
    let pooling = base.config().topics.pooling;
    let mut weights: BTreeMap<u32, f32> = BTreeMap::new();
    let title = example.title.as_deref().map(|title| (pooling.title, title));
    let sentences = sentence::split(&example.text);
    let sentences = sentences.iter().map(|span| span.of(&example.text)).enumerate();
    let sentences = sentences.map(|(index, sentence)| (pooling.weight(index), sentence));
    for (weight, part) in title.into_iter().chain(sentences) {
        for term in base.topic_terms(part)? {
            *weights.entry(term).or_default() += weight;
        }
    }
    Ok(weights.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::{Example, Row, Rows, alike, counts, indices};
    use fastrand::Rng;

    fn row(term: u32, labels: &[usize]) -> Row {
        Row { terms: vec![(term, 1.0)], labels: labels.to_vec(), group: 0 }
    }

    /// Rows of two labels: `b` has five rows, `a` all others.
    fn rows(count: u32) -> Rows {
        let rows = (0..count).map(|n| row(n, if n % (count / 5) == 0 { &[0, 1] } else { &[0] }));
        let labels = vec!["a".to_owned(), "b".to_owned()];
        Rows { labels, rows: rows.collect(), warnings: Vec::new() }
    }

    #[test]
    fn a_rare_label_is_in_every_part() {
        let mut rows = rows(100);
        rows.group();
        for seed in 0..20 {
            let parts = rows.parts(5, &mut Rng::with_seed(seed));
            for part in 0..5 {
                let held: Vec<&Row> =
                    rows.rows.iter().zip(&parts).filter(|r| *r.1 == part).map(|r| r.0).collect();
                assert_eq!(held.len(), 20);
                assert_eq!(held.iter().filter(|row| row.labels.contains(&1)).count(), 1);
            }
        }
    }

    #[test]
    fn rows_of_the_same_words_are_held_out_together_and_counted() {
        let mut rows = rows(50);
        rows.rows.push(row(7, &[0]));
        rows.rows.push(row(7, &[1]));
        rows.group();
        let warning = rows.warnings.last().unwrap().to_string();
        assert_eq!(warning, "2 rows have the words of an earlier row, 1 of them other labels");
        for seed in 0..20 {
            let parts = rows.parts(5, &mut Rng::with_seed(seed));
            assert_eq!((parts[50], parts[51]), (parts[7], parts[7]));
        }
    }

    #[test]
    fn labels_are_compared_without_case_and_blanks() {
        let labels = ["Sport", "culture", "sport ", "home  news", "Home news"];
        let found: Vec<_> = alike(labels.into_iter()).collect();
        assert_eq!(found, [vec!["home  news", "Home news"], vec!["Sport", "sport "]]);
    }

    #[test]
    fn a_label_given_twice_counts_once() {
        let examples = [Example::new("Rain.", ["weather", "weather"])];
        assert_eq!(counts(&examples).unwrap().into_iter().collect::<Vec<_>>(), [("weather", 1)]);
        assert_eq!(indices(&["weather".to_owned()], &examples[0].labels), [0]);
    }
}
