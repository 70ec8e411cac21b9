//! What came of a training run, for people and programs.
//!
//! Holds figures and warnings; computes none.

use std::fmt;

use serde::Serialize;

/// How well a trained model does, measured on all its rows by cross-validation: each row by a
/// model that was trained on the other parts, with thresholds that were fitted on the other parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TrainReport {
    /// Rows that the model was trained on.
    pub rows: usize,
    /// The parts of the cross-validation.
    pub folds: usize,
    /// The labels, in the order of the new taxonomy.
    pub labels: Vec<LabelReport>,
    /// F1 over all decisions, one a row and label.
    pub micro_f1: Figure,
    /// The mean of the labels' F1.
    pub macro_f1: Figure,
    /// How often the best label of a row is among its own, of the rows that have one.
    pub top1: Figure,
    /// What was not as it should be with the rows.
    pub warnings: Vec<Warning>,
}

impl TrainReport {
    /// With fewer rows than this the overall figures say little: of 200 rows, a share of 0.9 is
    /// known to within four points.
    pub const FEW_ROWS: usize = 200;
}

/// How well one label is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LabelReport {
    /// Its name.
    pub label: String,
    /// Rows that have it.
    pub rows: usize,
    /// The share of the rows given it that have it; `None` when it is given to none.
    pub precision: Option<f32>,
    /// The share of the rows that have it that are given it.
    pub recall: f32,
    /// The harmonic mean of the two; 0 when it is given to none.
    pub f1: f32,
}

impl LabelReport {
    /// With fewer rows than this a label's figures are noise: of 20 rows, a share of 0.8 is known
    /// to within some twenty points.
    pub const FEW_ROWS: usize = 20;
}

/// A figure, and how certain it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// What was measured, in `0.0..=1.0`.
    pub value: f32,
    /// The lower end of its 95% interval.
    pub low: f32,
    /// The upper end of its 95% interval.
    ///
    /// Of the interval of 1,000 samples of the rows, drawn with replacement, and Wilson's for a
    /// share of so many rows ("Probable inference", 1927), the wider: without an error to draw, the
    /// first would promise perfection. It is about the rows alone: another seed trains another
    /// model.
    pub high: f32,
    /// The rows that it is of.
    pub rows: usize,
}

impl fmt::Display for Figure {
    /// Writes `0.912 (0.874 to 0.941, 210 rows)`; a precision is that of all numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, low, high, rows } = self;
        let digits = f.precision().unwrap_or(3);
        write!(f, "{value:.digits$} ({low:.digits$} to {high:.digits$}, {rows} rows)")
    }
}

/// Something about the rows that whoever trains should know. Its `Display` is one line for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Warning {
    /// All figures are of few rows.
    #[non_exhaustive]
    FewRows {
        /// Rows trained on.
        rows: usize,
        /// [`TrainReport::FEW_ROWS`].
        wanted: usize,
    },
    /// The figures of these labels are of few rows.
    #[non_exhaustive]
    FewRowsOfLabels {
        /// The labels and their rows.
        labels: Vec<(String, usize)>,
        /// [`LabelReport::FEW_ROWS`].
        wanted: usize,
    },
    /// Labels that the model does not know, because too few rows have them.
    #[non_exhaustive]
    LabelsLeftOut {
        /// The labels and their rows.
        labels: Vec<(String, usize)>,
        /// The rows that a label must have.
        wanted: usize,
    },
    /// Rows not trained on, because all their labels were left out.
    #[non_exhaustive]
    RowsLeftOut {
        /// How many.
        rows: usize,
    },
    /// Rows not trained on, because they hold no word.
    #[non_exhaustive]
    EmptyRows {
        /// How many.
        rows: usize,
    },
    /// Labels that are the same but for case and blanks. They were trained as several.
    #[non_exhaustive]
    LabelsAlike {
        /// The labels, as they are written.
        labels: Vec<String>,
    },
    /// Rows that a model cannot tell from an earlier one. They were held out together.
    #[non_exhaustive]
    RepeatedRows {
        /// How many, the first of their kind not counted.
        rows: usize,
        /// How many of them have other labels than the first.
        contradicting: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewRows { rows, wanted } => {
                let rows = counted(*rows);
                write!(f, "{rows}: with fewer than {wanted} the figures say little")
            }
            Self::FewRowsOfLabels { labels, wanted } => {
                let labels = listed(labels);
                write!(f, "with fewer than {wanted} rows a label's figures are noise: {labels}")
            }
            Self::LabelsLeftOut { labels, wanted } => {
                write!(f, "labels left out, fewer than {wanted} rows: {}", listed(labels))
            }
            Self::RowsLeftOut { rows } => {
                write!(f, "{} left out with all their labels", counted(*rows))
            }
            Self::EmptyRows { rows } => write!(f, "{} left out, without a word", counted(*rows)),
            Self::LabelsAlike { labels } => {
                write!(f, "labels that differ in case or blanks alone, trained as several: ")?;
                let quoted: Vec<String> = labels.iter().map(|label| format!("{label:?}")).collect();
                f.write_str(&quoted.join(", "))
            }
            Self::RepeatedRows { rows, contradicting } => {
                let have = if *rows == 1 { "has" } else { "have" };
                write!(f, "{} {have} the words of an earlier row", counted(*rows))?;
                match contradicting {
                    0 => Ok(()),
                    count => write!(f, ", {count} of them other labels"),
                }
            }
        }
    }
}

fn counted(rows: usize) -> String {
    format!("{rows} {}", if rows == 1 { "row" } else { "rows" })
}

fn listed(labels: &[(String, usize)]) -> String {
    labels.iter().map(|(label, rows)| format!("{label} ({rows})")).collect::<Vec<_>>().join(", ")
}
