//! Lines to titles: what a headline says once the site's and sections' names are off it, and
//! which line of the page says the page's own headline again.
//!
//! In: lines. Out: spans of titles, and [`Heading`], the page's first line taken as its headline.
//! Knows nothing of bodies: whether a line *is* a headline is decided in `articles.rs`.

use std::collections::HashSet;

use crate::Span;
use crate::page::line::Line;
use crate::page::words;

/// Longest site or section name, in words: longer pieces after a bar belong to the headline.
const SUFFIX_WORDS: usize = 5;
/// What a title keeps at least, in words, so that stripping never leaves a stub.
const TITLE_WORDS: usize = 2;
/// Shortest line, in words, that may be the headline said again with words missing or added.
const RETURN_WORDS: usize = 4;
/// Words of a title that must be in the line, and of the line in the title, for the two to match.
const MATCH_SHARE: f32 = 0.6;
/// Words of a line that are compared with the title.
const COMPARED_WORDS: usize = 60;

/// The title in the line at `span`: without its trailing ` | Section | Site`.
pub(super) fn strip(span: Span, text: &str) -> Span {
    let mut kept = span;
    while let Some(shorter) = strip_one(kept, text) {
        kept = shorter;
    }
    kept
}

/// One piece less, if the last piece is short and enough stays.
fn strip_one(span: Span, text: &str) -> Option<Span> {
    let part = span.of(text);
    let at = part.rfind(" | ").or_else(|| part.rfind(" » "))?;
    let (head, tail) = part.split_at_checked(at)?;
    let (left, right) = (count_words(head), count_words(tail));
    let kept = Span::new(span.start, span.start + head.len()).trim(text);
    (right <= SUFFIX_WORDS && left >= TITLE_WORDS && (left >= right || head.contains(" | ")) && !kept.is_empty()).then_some(kept)
}

/// The words of `part`: runs of letters and digits.
fn count_words(part: &str) -> usize {
    part.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|w| !w.is_empty()).count()
}

/// Hash of the letters and digits of `part`, as [`Line::key`] has it.
fn word_keys(part: &str) -> impl Iterator<Item = u64> + '_ {
    part.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().flat_map(char::to_lowercase).fold(words::FNV_START, words::fnv))
}

/// The page's headline as its first line has it: often the browser title, with the site's name.
pub(super) struct Heading {
    /// Words of the headline in order, suffixes off; empty when the first line is no headline.
    words: Vec<u64>,
    /// Words of the whole first line.
    all: HashSet<u64>,
    /// Whether a later line says it again.
    returns: bool,
}

impl Heading {
    /// The heading of a page.
    pub(super) fn of(lines: &[Line], text: &str) -> Heading {
        let mut heading = Heading { words: Vec::new(), all: HashSet::new(), returns: false };
        let Some(first) = lines.first().filter(|line| line.words <= COMPARED_WORDS) else {
            return heading;
        };
        heading.words = word_keys(strip(first.span, text).of(text)).collect();
        heading.all = word_keys(first.span.of(text)).collect();
        heading.returns = lines.iter().skip(1).any(|line| heading.matches(line, text));
        heading
    }

    /// The heading that the document's head states.
    pub(super) fn from_title(title: &str, lines: &[Line], text: &str) -> Heading {
        let keys: Vec<u64> =
            word_keys(strip(Span::new(0, title.len()), title).of(title)).take(COMPARED_WORDS).collect();
        let all = keys.iter().copied().collect();
        let mut heading = Heading { words: keys, all, returns: false };
        heading.returns = lines.iter().any(|line| heading.matches(line, text));
        heading
    }

    /// Whether a line after the first says the headline.
    pub(super) fn returns(&self) -> bool {
        self.returns
    }

    /// Whether `line` says the headline: the same words from the start, or most of them.
    pub(super) fn matches(&self, line: &Line, text: &str) -> bool {
        if line.words > COMPARED_WORDS || self.words.is_empty() {
            return false;
        }
        let part = strip(line.span, text).of(text);
        let keys: Vec<u64> = word_keys(part).collect();
        if keys.is_empty() {
            return false;
        }
        if keys == self.words {
            return true;
        }
        if keys.len() < RETURN_WORDS {
            return false;
        }
        let shared = keys.iter().filter(|key| self.all.contains(key)).count() as f32;
        shared >= 0.85 * keys.len() as f32 && shared >= MATCH_SHARE * self.words.len().min(16) as f32
    }

    /// Share of the headline's longer words that `line` holds, `0.0..=1.0`.
    pub(super) fn overlap(&self, line: &Line, text: &str) -> f32 {
        if self.all.is_empty() || line.words == 0 {
            return 0.0;
        }
        let mut seen = HashSet::new();
        for key in word_keys(line.span.of(text)).take(COMPARED_WORDS) {
            if self.all.contains(&key) {
                seen.insert(key);
            }
        }
        seen.len() as f32 / self.all.len() as f32
    }
}

/// The title in a line: what the document's head states, where the line holds just that and a
/// suffix; otherwise the line without its suffixes.
pub(super) fn of_line(line: &Line, stated: Option<&str>, text: &str) -> Span {
    let part = line.span.of(text);
    if let Some(stated) = stated.map(str::trim).filter(|stated| !stated.is_empty()) {
        if let Some(at) = part.find(stated) {
            let start = line.span.start + at;
            return Span::new(start, start + stated.len());
        }
    }
    strip(line.span, text)
}

/// Shortest word, in characters, that two lines must share to speak of the same.
const TELLING_CHARS: usize = 4;

/// Whether a body takes up a word of its headline.
pub(super) fn shares_words(head: Span, body: Span, text: &str) -> bool {
    let telling = |part: &str| -> HashSet<u64> {
        part.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() >= TELLING_CHARS)
            .take(400)
            .map(|word| word.chars().flat_map(char::to_lowercase).fold(words::FNV_START, words::fnv))
            .collect()
    };
    let head = telling(head.of(text));
    telling(body.of(text)).iter().any(|key| head.contains(key))
}
