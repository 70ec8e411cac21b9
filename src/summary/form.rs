//! How a sentence opens and ends.
//!
//! In: a sentence. Out: whether it points back, and whether it ends like a sentence. Knows no other
//! sentence.

/// Quotation marks that may stand at a sentence's ends.
pub(super) const QUOTES: [char; 6] = ['"', '\'', '“', '”', '‘', '’'];

/// Whether `text` ends like a sentence, closing quotes and brackets aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let closes =
        |c| QUOTES.contains(&c) || matches!(c, ')' | ']' | '»' | '」' | '』' | '）' | '》');
    text.trim_end_matches(closes).ends_with(crate::sentence::is_terminal)
}

/// Whether a sentence opens on a word that points back to one before it, so that it reads badly
/// as the first of a summary.
pub(crate) fn is_dangling(sentence: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let opening = sentence.trim_start_matches(|c| !is_word(c));
    let end = opening.find(|c| !is_word(c)).unwrap_or(opening.len());
    let word = opening.get(..end).unwrap_or("");
    let pointers: &[&str] = match word.len() {
        2 => &["he", "it", "so"],
        3 => &["she", "his", "her", "but", "and"],
        4 => &["they", "this", "that", "also"],
        5 => &["these", "those", "their"],
        7 => &["however"],
        9 => &["meanwhile"],
        _ => &[],
    };
    pointers.iter().any(|pointer| word.eq_ignore_ascii_case(pointer))
}
