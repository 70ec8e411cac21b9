//! Byte offsets to offsets in characters or UTF-16 units.
//!
//! In: a text and what offsets are to count. Out: the place of a byte in that count. Reads the text
//! once; a look-up reads a block at most.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::span::Span;

/// What an offset counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Offsets {
    /// UTF-8 bytes, as Rust, Go and files on a disk count.
    #[default]
    Bytes,
    /// Characters (Unicode scalar values), as Python counts.
    Chars,
    /// UTF-16 units, as JavaScript, Java and C# count.
    Utf16,
}

impl std::str::FromStr for Offsets {
    type Err = Error;

    /// Reads `bytes`, `chars` or `utf16`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "bytes" => Ok(Self::Bytes),
            "chars" => Ok(Self::Chars),
            "utf16" => Ok(Self::Utf16),
            _ => {
                let message =
                    format!("{text:?} is not a unit of offsets, expected bytes, chars or utf16");
                Err(Error::new(ErrorKind::InvalidOption, message))
            }
        }
    }
}

impl Offsets {
    /// How much `c` counts.
    fn len(self, c: char) -> usize {
        match self {
            Self::Bytes => c.len_utf8(),
            Self::Chars => 1,
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// Bytes of a block. A look-up counts the characters of one at most.
const BLOCK_BYTES: usize = 256;

/// A text's byte offsets in another unit.
///
/// ```
/// use standfirst::{OffsetMap, Offsets, Span};
///
/// let text = "Zürich 🚋 fährt";
/// let map = OffsetMap::new(text, Offsets::Utf16);
/// assert_eq!(map.span(Span::new(8, 12)), Span::new(7, 9));
/// ```
#[derive(Debug, Clone)]
pub struct OffsetMap<'t> {
    text: &'t str,
    unit: Offsets,
    /// For each block, its first character's byte offset and the count before it; nothing where
    /// both are the same throughout.
    blocks: Vec<(usize, usize)>,
}

impl<'t> OffsetMap<'t> {
    /// Reads the text.
    pub fn new(text: &'t str, unit: Offsets) -> Self {
        let mut blocks = Vec::new();
        if unit != Offsets::Bytes && !text.is_ascii() {
            let (mut count, mut next) = (0, 0);
            for (at, c) in text.char_indices() {
                if at >= next {
                    blocks.push((at, count));
                    next = (at / BLOCK_BYTES + 1) * BLOCK_BYTES;
                }
                count += unit.len(c);
            }
        }
        Self { text, unit, blocks }
    }

    /// The place of the byte at `offset`; of a byte inside a character, or past the end of the
    /// text, the place after the last character that ends before it.
    pub fn offset(&self, offset: usize) -> usize {
        // Every block has an entry but one that lies within the last character of the one before.
        let after = self.blocks.partition_point(|&(start, _)| start <= offset);
        let Some(&(start, before)) = after.checked_sub(1).and_then(|last| self.blocks.get(last))
        else {
            return offset.min(self.text.len());
        };
        let rest = self.text.get(start..).unwrap_or("");
        let inside = rest.char_indices().take_while(|&(at, c)| start + at + c.len_utf8() <= offset);
        before + inside.map(|(_, c)| self.unit.len(c)).sum::<usize>()
    }

    /// The span in this unit.
    pub fn span(&self, span: Span) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{OffsetMap, Offsets};

    proptest! {
        #[test]
        fn offsets_are_what_counting_from_the_start_gives(
            text in "[a é\u{1f680}港]{0,400}|[a-z ]{0,700}",
            wide in "[é\u{1f680}]{0,300}",
        ) {
            let text = text + &wide;
            let units = |text: &str| text.encode_utf16().count();
            let maps = [Offsets::Bytes, Offsets::Chars, Offsets::Utf16]
                .map(|unit| OffsetMap::new(&text, unit));
            for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                let before = &text[..at];
                let slow = [at, before.chars().count(), units(before)];
                let found = [0, 1, 2].map(|unit: usize| maps[unit].offset(at));
                prop_assert_eq!(found, slow);
            }
        }
    }
}
