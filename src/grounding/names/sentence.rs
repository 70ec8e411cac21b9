//! A sentence whose capitals are asked about.
//!
//! In: its tokens. Out: which of its capitals say something. Knows nothing of other sentences.

use crate::text::chars::{self, Class};
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::scan::Token;

/// What is the same for a whole sentence.
pub(in crate::grounding) struct Sentence<'a, 't> {
    pub(in crate::grounding) tokens: &'a [Token<'t>],
    /// Whether so many words have capitals that these say nothing.
    headline: bool,
    /// Whether there are no small letters at all.
    shouted: bool,
}

impl<'a, 't> Sentence<'a, 't> {
    pub(in crate::grounding) fn new(tokens: &'a [Token<'t>]) -> Self {
        let words = || tokens.iter().filter(|token| token.is_word());
        let shouted = words().count() >= 3
            && words().all(|token| !token.text.chars().any(char::is_lowercase))
            && words().any(|token| token.text.chars().count() >= 4);
        let content = || words().filter(|token| !is_function(token, shouted));
        let headline =
            shouted || (content().count() >= 5 && content().all(|token| token.has_capital()));
        Self { tokens, headline, shouted }
    }

    /// Whether a capital of this token says nothing.
    pub(super) fn is_open(&self, token: &Token<'_>) -> bool {
        token.opens || self.headline
    }

    pub(in crate::grounding) fn is_function(&self, token: &Token<'_>) -> bool {
        is_function(token, self.shouted)
    }

    pub(super) fn is_acronym(&self, token: &Token<'_>) -> bool {
        token.all_capitals() && !self.shouted
    }
}

/// *US* and *IT* are none, *us* and *it* are.
fn is_function(token: &Token<'_>, shouted: bool) -> bool {
    if token.all_capitals() && !shouted {
        return false;
    }
    let word: String = token
        .text
        .to_lowercase()
        .chars()
        .map(|c| if chars::is(c, Class::APOSTROPHE) { '\'' } else { c })
        .collect();
    // "He'll", "they'd"
    let whole = word.split_once('\'').map_or(word.as_str(), |(whole, _)| whole);
    lists::has_in(&word, Kind::Function, Language::ENGLISH)
        || lists::has_in(whole, Kind::Function, Language::ENGLISH)
}
