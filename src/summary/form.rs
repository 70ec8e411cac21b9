//! How a sentence opens and ends.
//!
//! In: a sentence. Out: whether it points back, and whether it ends like a sentence. Knows no other
//! sentence.

use crate::text::chars;
use crate::text::lists::{self, Kind};

/// Quotation marks that may stand at a sentence's ends.
pub(super) const QUOTES: [char; 6] = ['"', '\'', '“', '”', '‘', '’'];

/// Whether `text` ends like a sentence, closing quotes and brackets aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(chars::closes).ends_with(chars::is_stop)
}

/// Whether a statement may begin with `c`: a capital, or a quotation mark that opens.
pub(super) fn opens_statement(c: char) -> bool {
    c.is_uppercase() || matches!(c, '“' | '"' | '‘' | '\'')
}

/// Longer words, in bytes, do not point back.
const LONGEST_POINTING: usize = 9;

/// Whether a sentence opens on a word that points back to one before it, so that it reads badly
/// as the first of a summary.
pub(crate) fn is_dangling(sentence: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let opening = sentence.trim_start_matches(|c| !is_word(c));
    let end = opening.find(|c| !is_word(c)).unwrap_or(opening.len());
    let word = opening.get(..end).unwrap_or("");
    word.len() <= LONGEST_POINTING && lists::has_in_any_case(word, Kind::Pointing)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_POINTING, is_dangling};
    use crate::text::lists::{self, Kind};

    #[test]
    fn a_word_that_points_back_dangles() {
        assert!(is_dangling("“But it rained,” she said.") && is_dangling("However, it rained."));
        assert!(!is_dangling("Item prices fell.") && !is_dangling("") && !is_dangling("…"));
        assert!(lists::words_of(Kind::Pointing).all(|(word, _)| word.len() <= LONGEST_POINTING));
    }
}
