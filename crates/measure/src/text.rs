//! Text as the figures count it.
//!
//! In: any text. Out: its words, its sentences, whether it opens on a word that points back. These
//! are the definitions of the figures, kept apart from the library's own on purpose: a measure
//! that moved with what it measures would measure nothing. They are those of Python's `re` and
//! `str`, in which the figures were first defined: a word is letters, numbers and `_` (marks are
//! none), white space includes the four ASCII separators.

use std::sync::LazyLock;

use regex::Regex;

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern written here")
}

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}_]+"));

// Case is ignored in the words only: it would make letters of the marks that have a capital.
static POINTS_BACK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)^ [^\p{L}\p{N}_]*
        (?i: he | she | they | it | this | that | these | those | his | her | their
          | but | and | so | however | also | meanwhile )
        (?: [^\p{L}\p{N}_] | \z )",
    )
});

/// The words, in lower case.
pub fn words(text: &str) -> Vec<String> {
    WORD.find_iter(&text.to_lowercase()).map(|word| word.as_str().to_owned()).collect()
}

/// The number of parts between white space.
pub fn parts(text: &str) -> usize {
    text.split(is_space).filter(|part| !part.is_empty()).count()
}

/// Whether a text opens on a word that points back to one before it: *He*, *But*.
pub fn points_back(text: &str) -> bool {
    POINTS_BACK.is_match(text)
}

/// The sentences: split at line ends, and at white space after `.`, `!` or `?` (and one closing
/// quote, which goes with the white space) before a capital, a quote or a bracket.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        if let Some(end) = gap(text, at) {
            sentences.push(&text[start..at]);
            (start, at) = (end, end);
        } else {
            at += c.len_utf8();
        }
    }
    sentences.push(&text[start..]);
    sentences
        .iter()
        .map(|part| part.trim_matches(is_space))
        .filter(|part| !part.is_empty())
        .collect()
}

/// The end of the gap between sentences that starts at `at`, if one does.
fn gap(text: &str, at: usize) -> Option<usize> {
    let (before, rest) = text.split_at(at);
    if rest.starts_with('\n') {
        return Some(text.len() - rest.trim_start_matches('\n').len());
    }
    if !before.ends_with(['.', '!', '?']) {
        return None;
    }
    let space = rest.strip_prefix(['"', '”', '\'']).unwrap_or(rest);
    let next = space.trim_start_matches(is_space);
    let opens = next.starts_with(['"', '“', '\'', '('])
        || next.starts_with(|c: char| c.is_ascii_uppercase());
    (next.len() < space.len() && opens).then_some(text.len() - next.len())
}

/// White space by Python's `str.isspace`.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::{parts, points_back, sentences, words};

    #[test]
    fn words_are_letters_and_numbers() {
        assert_eq!(
            words("Ｆrost’s 3½-metre_wave, ÉTÉ"),
            ["ｆrost", "s", "3½", "metre_wave", "été"]
        );
        // A vowel sign is a mark, no letter.
        assert_eq!(words("कि"), ["क"]);
        assert!(words("…").is_empty());
    }

    #[test]
    fn parts_lie_between_white_space() {
        assert_eq!(parts(" one\u{a0}two\x1cthree \n"), 3);
        assert_eq!(parts(""), 0);
    }

    #[test]
    fn openings_that_point_back() {
        for text in ["He left", "“But no,” she said", "meanwhile", "...AND so", "\u{345}And\u{345}"]
        {
            assert!(points_back(text), "{text}");
        }
        for text in ["", "Hers was", "Items", "so_far", "The"] {
            assert!(!points_back(text), "{text}");
        }
    }

    #[test]
    fn sentences_end_where_the_definition_says() {
        let check = |text, expected: &[&str]| assert_eq!(sentences(text), expected);
        check(
            "Rain fell. Snow fell! Why? (No.) it",
            &["Rain fell.", "Snow fell!", "Why?", "(No.) it"],
        );
        check("“Rain.” Snow.", &["“Rain.", "Snow."]);
        check("'Rain.' 'Snow.'", &["'Rain.", "'Snow.'"]);
        check("At 5 p.m. it rained\n\n  Snow. \n fell", &["At 5 p.m. it rained", "Snow.", "fell"]);
        check("Rain.\nSnow", &["Rain.", "Snow"]);
        check("Rain.Snow. Ésope", &["Rain.Snow. Ésope"]);
        check("Rain.’ Snow", &["Rain.’ Snow"]);
        check(" \n ", &[]);
        check("", &[]);
    }
}
