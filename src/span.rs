//! Half-open byte spans into the text as it was given.
//!
//! In: two byte offsets. Out: the slice they name, or nothing when they name none.
//! Knows nothing of lines, sentences or tokens.

use serde::{Deserialize, Serialize};

/// A half-open range of UTF-8 byte offsets, `start..end`, into the input text.
///
/// ```
/// use standfirst::Span;
///
/// let text = "Zürich votes today.";
/// let span = Span::new(0, 7);
/// assert_eq!(span.of(text), "Zürich");
/// assert_eq!(span.len(), 7);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// Offset in bytes of the first byte.
    #[cfg_attr(
        feature = "schema",
        schemars(
            description = "Offset of its first byte; characters or UTF-16 units where the row's `offsets` says so."
        )
    )]
    pub start: usize,
    /// Offset in bytes just past the last byte.
    #[cfg_attr(
        feature = "schema",
        schemars(
            description = "Offset past its last byte; characters or UTF-16 units where the row's `offsets` says so."
        )
    )]
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes; 0 when `end` lies before `start`.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The part of `text` that the span names, or `None` when an end lies outside the text or
    /// inside a character.
    pub fn get(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    /// The part of `text` that the span names; the empty string when [`get`](Self::get) finds
    /// none.
    pub fn of(self, text: &str) -> &str {
        self.get(text).unwrap_or("")
    }

    /// Whether `other` lies wholly inside this span.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span without the white space, and byte order marks, at both of its ends; empty at its
    /// start when there is nothing else.
    pub fn trim(self, text: &str) -> Span {
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        let part = self.of(text);
        let kept = part.trim_start_matches(blank);
        let start = self.start + (part.len() - kept.len());
        if kept.is_empty() {
            return Span::new(self.start, self.start);
        }
        Span::new(start, start + kept.trim_end_matches(blank).len())
    }

    /// The span moved `offset` bytes to the right.
    pub const fn shift(self, offset: usize) -> Span {
        Span::new(self.start + offset, self.end + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn trim_takes_white_space_from_both_ends_only() {
        let text = "  two  words \n";
        assert_eq!(Span::new(0, text.len()).trim(text).of(text), "two  words");
        assert_eq!(Span::new(0, 2).trim(text), Span::new(0, 0));
    }

    #[test]
    fn a_span_inside_a_character_names_nothing() {
        assert_eq!(Span::new(0, 1).get("é"), None);
        assert_eq!(Span::new(0, 1).of("é"), "");
        assert_eq!(Span::new(3, 2).of("abcd"), "");
    }
}
