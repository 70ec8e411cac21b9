//! Figures to text, Markdown or JSON.
//!
//! In: the figures of one file by each model. Out: a table with a column a model, or JSON with the
//! figures under the names that the scorers in Python give them. Knows no figure's meaning.

use std::io::{self, Write};

use serde::Serialize;

use crate::gold::Choice;

/// A figure for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: String,
    pub value: String,
}

impl Line {
    pub fn new(name: &str, value: String) -> Self {
        Self { name: name.to_owned(), value }
    }

    pub fn count(name: &str, count: usize) -> Self {
        Self::new(name, count.to_string())
    }

    /// A share in `0.0..=1.0`.
    pub fn share(name: &str, share: f64) -> Self {
        Self::new(name, format!("{share:.4}"))
    }
}

/// A value to so many decimals, rounded as it is written: by the digits of the `f64` itself, as
/// Python's `round` does, where multiplying first would round twice.
pub fn rounded(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap_or(value)
}

/// The figures of one file by one model.
#[derive(Debug, Serialize)]
pub struct Entry<F> {
    pub file: String,
    pub kind: &'static str,
    pub model: String,
    /// Rows that could not be evaluated.
    pub faults: usize,
    #[serde(flatten)]
    pub choice: Choice,
    #[serde(flatten)]
    pub figures: F,
}

/// A file's table.
#[derive(Debug)]
pub struct Table {
    pub title: String,
    /// The models, a column each.
    pub columns: Vec<String>,
    /// Each column's figures. All have the names of the first: one file's labels decide them.
    pub cells: Vec<Vec<Line>>,
}

impl Table {
    fn rows(&self) -> Vec<Vec<&str>> {
        let mut rows = Vec::new();
        for Line { name, .. } in self.cells.first().into_iter().flatten() {
            let mut row = vec![name.as_str()];
            for column in &self.cells {
                let found = column.iter().find(|line| line.name == *name);
                row.push(found.map_or("", |line| &line.value));
            }
            rows.push(row);
        }
        rows
    }

    /// Aligned columns under a title.
    pub fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let mut rows = self.rows();
        rows.insert(
            0,
            std::iter::once("").chain(self.columns.iter().map(|name| &**name)).collect(),
        );
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..=self.columns.len()).map(width).collect();
        writeln!(out, "{}\n", self.title)?;
        for row in &rows {
            let mut line = String::new();
            for (index, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                line += &if index == 0 {
                    format!("{cell:width$}")
                } else {
                    format!("  {cell:>width$}")
                };
            }
            writeln!(out, "  {}", line.trim_end())?;
        }
        Ok(())
    }

    /// A Markdown table under a heading.
    pub fn markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let row = |cells: &[&str]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |", cells.join(" | "))
        };
        let head: Vec<&str> =
            std::iter::once("").chain(self.columns.iter().map(|name| &**name)).collect();
        writeln!(out, "## {}\n\n{}", self.title, row(&head))?;
        writeln!(out, "|---|{}", "---:|".repeat(self.columns.len()))?;
        for cells in self.rows() {
            writeln!(out, "{}", row(&cells))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Table, rounded};

    #[test]
    fn rounding_goes_by_the_digits() {
        // 2.675 is a little less, 0.125 exactly between.
        assert_eq!(rounded(2.675, 2), 2.67);
        assert_eq!(rounded(0.125, 2), 0.12);
        assert_eq!(rounded(0.375, 2), 0.38);
        assert_eq!(rounded(-0.3, 2), -0.3);
    }

    #[test]
    fn models_stand_side_by_side() {
        let table = Table {
            title: "f.jsonl: topics".to_owned(),
            columns: vec!["embedded".to_owned(), "a|b".to_owned()],
            cells: vec![
                vec![Line::count("articles", 12), Line::share("macro F1", 0.81)],
                vec![Line::count("articles", 12), Line::share("macro F1", 0.7)],
            ],
        };
        let mut text = Vec::new();
        table.text(&mut text).unwrap();
        let expected = "f.jsonl: topics\n\n            embedded     a|b\n  articles        12      12\n  macro F1    0.8100  0.7000\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        let mut markdown = Vec::new();
        table.markdown(&mut markdown).unwrap();
        let expected = "## f.jsonl: topics\n\n|  | embedded | a\\|b |\n|---|---:|---:|\n| articles | 12 | 12 |\n| macro F1 | 0.8100 | 0.7000 |\n";
        assert_eq!(String::from_utf8(markdown).unwrap(), expected);
    }
}
