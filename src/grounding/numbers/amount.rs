//! A number with what it says and what a source must say to support it.
//!
//! In: the tokens it is made of and the values they can stand for. Out: an [`Amount`], which grows as
//! more of its words are read, then an [`Item`]. Reads nothing itself.

use super::super::decimal::Decimal;
use super::super::items::{Item, Key};
use crate::summary::UnsupportedKind;
use crate::text::scan::Scan;

/// A number as read from one place.
#[derive(Debug, Clone)]
pub(super) struct Amount {
    pub(super) start: usize,
    /// The token behind it.
    pub(super) end: usize,
    pub(super) kind: UnsupportedKind,
    /// Its values as a plain number; none for times and figures that are no number.
    pub(super) values: Vec<Decimal>,
    pub(super) says: Vec<Key>,
    pub(super) asks: Vec<Vec<Key>>,
    /// The power of ten of a word such as *million*, or 0.
    pub(super) scale: i64,
    /// The half of the day, for a time that tells it.
    pub(super) afternoon: Option<bool>,
    /// Whether it is nothing but digits.
    pub(super) plain: bool,
}

impl Amount {
    /// A number with these values, any of which supports it.
    pub(super) fn of(start: usize, end: usize, values: Vec<Decimal>) -> Self {
        let says: Vec<Key> = values.iter().cloned().map(Key::Number).collect();
        let asks = says.iter().map(|key| vec![key.clone()]).collect();
        let kind = UnsupportedKind::Number;
        Self { start, end, kind, values, says, asks, scale: 0, afternoon: None, plain: false }
    }

    pub(super) fn keyed(start: usize, end: usize, says: Vec<Key>, asks: Vec<Vec<Key>>) -> Self {
        Self { says, asks, ..Self::of(start, end, Vec::new()) }
    }

    /// What says one thing, and is supported by it alone.
    pub(super) fn saying(start: usize, end: usize, key: Key) -> Self {
        Self::keyed(start, end, vec![key.clone()], vec![vec![key]])
    }

    /// It says this as well, and is supported by it.
    pub(super) fn accept(&mut self, key: Key) {
        self.says.push(key.clone());
        self.asks.push(vec![key]);
    }

    pub(super) fn item(self, scan: &Scan<'_, '_>) -> Item {
        let Self { start, end, kind, says, asks, .. } = self;
        Item { kind, span: scan.span(start, end), says, asks }
    }
}

/// A number that supports others and claims nothing.
pub(super) fn silent(scan: &Scan<'_, '_>, start: usize, end: usize, says: Vec<Key>) -> Item {
    Amount::keyed(start, end, says, Vec::new()).item(scan)
}
