//! Lines to titles: what a headline says once the site's and sections' names are off it, and
//! which line of the page says the page's own headline again.
//!
//! In: lines. Out: spans of titles, and [`Heading`], the page's first line taken as its headline.
//! Knows nothing of bodies: whether a line *is* a headline is decided in `articles.rs`.

use std::collections::BTreeSet;

use crate::page::line::{self, Ending, Line};
use crate::page::vocabulary::{Telling, Vocabulary};
use crate::span::Span;
use crate::text::keyed::Key;
use crate::text::words::{self, Inner};

/// What stands between a headline and a site's name in a browser's title.
const PIECE_MARKS: [&str; 7] = [" | ", " - ", " – ", " — ", " :: ", " : ", " » "];
/// Words of a line that are compared with the headline.
const COMPARED_WORDS: usize = 60;
/// Longest site or section name, in words: longer pieces after a bar belong to the headline.
const SUFFIX_WORDS: usize = 5;
/// Fewest and most words of a headline that nothing but its place tells.
const HEADLINE_WORDS: std::ops::RangeInclusive<usize> = 3..=24;
/// What a title keeps at least, in words, so that stripping never leaves a stub.
const TITLE_WORDS: usize = 2;
/// Fewest words of the longest piece of a headline with bars in it.
const HEADLINE_PIECE_WORDS: usize = 3;
/// Lines at the top among which the page's first headline is looked for, menus aside.
const TOP_LINES: usize = 4;
/// Shortest line, in words, that may be the headline said again with words missing or added.
const RETURN_WORDS: usize = 4;
/// Words of a title that must be in the line, and of the line in the title, for the two to match.
const MATCH_SHARE: f32 = 0.6;

/// Whether a line that stands apart above another has the form of its headline: a few words that end
/// like no sentence, above one that does.
pub(super) fn stands_above(title: &str, lead: &str) -> bool {
    title.len() < lead.len()
        && line::ending(title) == Ending::Open
        && line::ending(lead) == Ending::Sentence
        && HEADLINE_WORDS.contains(&count_words(title))
}

/// The title in the line at `span`: without its trailing ` | Section | Site`. Each piece goes off
/// that is short, where enough stays before it.
pub(super) fn strip(span: Span, text: &str) -> Span {
    let part = span.of(text);
    // Where the first words end: more before a bar are as good as these.
    let words = words::split(part, Inner::Apostrophes).take(SUFFIX_WORDS.max(TITLE_WORDS));
    let ends: Vec<usize> = words.map(|word| word.span.end).collect();
    // Each search goes on where the one before it ended.
    let last = |mark: &str, end: usize| part.get(..end)?.rfind(mark);
    let mut bars = true;
    let mut kept = part.len();
    loop {
        let bar = if bars { last(" | ", kept) } else { None };
        bars = bar.is_some();
        let Some(at) = bar.or_else(|| last(" » ", kept)) else { break };
        let left = ends.iter().take_while(|end| **end <= at).count();
        let right = count_words(part.get(at..kept).unwrap_or(""));
        let head = part.get(..at).unwrap_or("").trim_end();
        let more = bars && last(" | ", at).is_some();
        if right > SUFFIX_WORDS || left < TITLE_WORDS || (left < right && !more) || head.is_empty()
        {
            break;
        }
        kept = head.len();
    }
    match kept == part.len() {
        true => span,
        false => Span::new(span.start, span.start + kept).trim(text),
    }
}

/// Whether the line at `span` ends with section or site names behind a bar: words, no figures.
pub(super) fn names_sections(span: Span, text: &str) -> bool {
    let title = strip(span, text);
    let rest = Span::new(title.end, span.end).of(text);
    rest.trim_start().starts_with("| ")
        && !rest.chars().any(|c| c.is_ascii_digit())
        && !is_menu(span.of(text))
}

/// Whether a line is made of bars and pieces too short for a headline: a menu.
fn is_menu(part: &str) -> bool {
    part.contains(" | ") && part.split(" | ").all(|piece| count_words(piece) < HEADLINE_PIECE_WORDS)
}

/// The number of words of `part`.
fn count_words(part: &str) -> usize {
    words::split(part, Inner::Apostrophes).count()
}

/// The key of each word of `part` in small letters, as the [`Vocabulary`] has them.
pub(super) fn word_keys(part: &str) -> impl Iterator<Item = Key> + '_ {
    let small = |word: &'_ str| Key::of(word.chars().flat_map(char::to_lowercase));
    words::split(part, Inner::None).map(move |word| small(word.span.of(part)))
}

/// The page's headline as its first line has it: often the browser title, with the site's name.
#[derive(Default)]
pub(super) struct Heading {
    /// Where its line starts.
    start: Option<usize>,
    /// Words of the headline in order, suffixes off; empty when the first line is no headline.
    words: Vec<Key>,
    /// Where in `words` its pieces end: the headline may be one, the site's name another.
    ends: Vec<usize>,
    /// Words of the whole first line.
    all: BTreeSet<Key>,
    /// Whether a later line says it again.
    returns: bool,
}

impl Heading {
    /// The heading of a page.
    pub(super) fn of(lines: &[Line], vocabulary: &Vocabulary, text: &str) -> Heading {
        let mut heading = Heading::default();
        let top = lines.iter().take(TOP_LINES).find(|line| !is_menu(line.span.of(text)));
        let Some(first) = top.or(lines.first()).filter(|line| line.words <= COMPARED_WORDS) else {
            return heading;
        };
        heading.start = Some(first.span.start);
        heading.read(strip(first.span, text).of(text));
        heading.all = word_keys(first.span.of(text)).collect();
        heading.returns = lines.iter().any(|line| {
            line.span.start > first.span.start && heading.matches(line, vocabulary, text)
        });
        heading
    }

    /// The heading that the document's head states.
    pub(super) fn from_title(
        title: &str,
        lines: &[Line],
        vocabulary: &Vocabulary,
        text: &str,
    ) -> Heading {
        let mut heading = Heading::default();
        heading.read(strip(Span::new(0, title.len()), title).of(title));
        heading.all = heading.words.iter().copied().collect();
        heading.returns = lines.iter().any(|line| heading.matches(line, vocabulary, text));
        heading
    }

    /// Takes the headline's words and where its pieces end.
    fn read(&mut self, part: &str) {
        let mut rest = part;
        while !rest.is_empty() && self.words.len() < COMPARED_WORDS {
            let behind = |at: usize| {
                let from = rest.get(at..)?;
                PIECE_MARKS.iter().find_map(|mark| Some((at, from.strip_prefix(mark)?)))
            };
            let cut = rest.match_indices(' ').find_map(|(at, _)| behind(at));
            let (end, after) = cut.unwrap_or((rest.len(), ""));
            let before = self.words.len();
            self.words.extend(word_keys(rest.get(..end).unwrap_or("")));
            if self.words.len() > before {
                self.ends.push(self.words.len());
            }
            rest = after;
        }
    }

    /// Whether `line` is the first that says it.
    pub(super) fn is_first(&self, line: &Line) -> bool {
        self.start == Some(line.span.start)
    }

    /// Whether a line after the first says the headline.
    pub(super) fn returns(&self) -> bool {
        self.returns
    }

    /// Whether `line` says the headline: the same words from the start, or most of them.
    pub(super) fn matches(&self, line: &Line, vocabulary: &Vocabulary, text: &str) -> bool {
        if line.words > COMPARED_WORDS || self.words.is_empty() {
            return false;
        }
        let words = vocabulary.words(&line.said);
        // Without a bar there is no suffix, and the vocabulary has the words; all of them, unless
        // apostrophes hide some.
        if line.separators == 0 && words.len() <= COMPARED_WORDS {
            return self.is_said_by(words);
        }
        let keys: Vec<Key> = word_keys(strip(line.span, text).of(text)).collect();
        self.is_said_by(&keys)
    }

    /// As [`matches`](Self::matches), for the words of a line without its suffixes.
    fn is_said_by(&self, keys: &[Key]) -> bool {
        if keys.is_empty() {
            return false;
        }
        let whole = |end: &&usize| **end >= TITLE_WORDS || **end == self.words.len();
        let mut pieces = self.ends.iter().filter(whole).filter_map(|end| self.words.get(..*end));
        if pieces.any(|piece| piece == keys) {
            return true;
        }
        if keys.len() < RETURN_WORDS {
            return false;
        }
        let least = 0.85 * keys.len() as f32;
        let mut shared = keys.len();
        for key in keys {
            shared -= usize::from(!self.all.contains(key));
            // Most lines say other things from their first words on.
            if (shared as f32) < least {
                return false;
            }
        }
        shared as f32 >= MATCH_SHARE * self.words.len().min(16) as f32
    }

    /// Share of the headline's longer words that `line` holds, `0.0..=1.0`.
    pub(super) fn overlap(&self, line: &Line, vocabulary: &Vocabulary) -> f32 {
        if self.all.is_empty() || line.words == 0 {
            return 0.0;
        }
        let mut seen: Vec<Key> = Vec::new();
        for key in vocabulary.words(&line.said).iter().take(COMPARED_WORDS) {
            if self.all.contains(key) && !seen.contains(key) {
                seen.push(*key);
            }
        }
        seen.len() as f32 / self.all.len() as f32
    }
}

/// For each telling word of the page, by its number, the first line that has it.
pub(super) fn first_seen(lines: &[Line], vocabulary: &Vocabulary) -> Vec<usize> {
    let mut seen = vec![usize::MAX; vocabulary.len()];
    // From the last line up, so that the first one's word stands.
    for (i, line) in lines.iter().enumerate().rev() {
        for word in vocabulary.telling(&line.said) {
            if let Some(slot) = seen.get_mut(word.number as usize) {
                *slot = i;
            }
        }
    }
    seen
}

/// Share of the telling words of a headline and its body that the page has above line `at`,
/// `0.0..=1.0`: the mean of the share among their names and the headline's words, and that among
/// all of them.
pub(super) fn known_share(
    head: &Line,
    body: &Line,
    at: usize,
    first_seen: &[usize],
    vocabulary: &Vocabulary,
) -> f32 {
    let known = |number: u32| first_seen.get(number as usize).is_some_and(|i| *i < at);
    let (mut names, mut known_names, mut all, mut known_all) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    let title = vocabulary.telling(&head.said).iter().map(|word| Telling { name: true, ..*word });
    for Telling { number, name } in title.chain(vocabulary.telling(&body.said).iter().copied()) {
        let hit = f32::from(u8::from(known(number)));
        all += 1.0;
        known_all += hit;
        if name {
            names += 1.0;
            known_names += hit;
        }
    }
    (known_names / names.max(1.0) + known_all / all.max(1.0)) / 2.0
}

/// For each telling word of the page, by its number, how many of `lines` have it (a line that says
/// it twice counts twice; two is as good as many).
pub(super) fn told<'a>(
    lines: impl IntoIterator<Item = &'a Line>,
    vocabulary: &Vocabulary,
) -> Vec<u32> {
    let mut told = vec![0_u32; vocabulary.len()];
    for line in lines {
        for word in vocabulary.telling(&line.said) {
            if let Some(count) = told.get_mut(word.number as usize) {
                *count += 1;
            }
        }
    }
    told
}

/// Share of the telling words of a line that `told` has, `0.0..=1.0`; for a line that is one of
/// those counted (`own`), that they have besides it.
pub(super) fn told_share(line: &Line, own: bool, told: &[u32], vocabulary: &Vocabulary) -> f32 {
    let least = u32::from(own);
    let words = vocabulary.telling(&line.said);
    let is_known =
        |word: &&Telling| told.get(word.number as usize).is_some_and(|count| *count > least);
    let known = words.iter().filter(is_known).count() as f32;
    known / (words.len() as f32).max(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        COMPARED_WORDS, Heading, MATCH_SHARE, RETURN_WORDS, SUFFIX_WORDS, TITLE_WORDS, count_words,
        strip, word_keys,
    };
    use crate::page::line::{Line, lines};
    use crate::span::Span;
    use crate::text::keyed::Key;

    /// Slow twin of [`Heading::matches`]: all words of the line as its text has them.
    fn matches(heading: &Heading, line: &Line, text: &str) -> bool {
        if line.words > COMPARED_WORDS || heading.words.is_empty() {
            return false;
        }
        let keys: Vec<Key> = word_keys(strip(line.span, text).of(text)).collect();
        let piece = |end: usize| {
            (end >= TITLE_WORDS || end == heading.words.len()) && heading.words[..end] == keys
        };
        if !keys.is_empty() && heading.ends.iter().any(|end| piece(*end)) {
            return true;
        }
        let shared = keys.iter().filter(|key| heading.all.contains(key)).count() as f32;
        keys.len() >= RETURN_WORDS
            && shared >= 0.85 * keys.len() as f32
            && shared >= MATCH_SHARE * heading.words.len().min(16) as f32
    }

    /// Slow twin of [`Heading::overlap`].
    fn overlap(heading: &Heading, line: &Line, text: &str) -> f32 {
        let keys: Vec<Key> = word_keys(line.span.of(text)).take(COMPARED_WORDS).collect();
        let held = heading.all.iter().filter(|key| keys.contains(key)).count();
        if heading.all.is_empty() { 0.0 } else { held as f32 / heading.all.len() as f32 }
    }

    /// Slow twin of [`strip`]: piece by piece, each time from the line's start.
    fn slow_strip(part: &str) -> &str {
        let Some(at) = part.rfind(" | ").or_else(|| part.rfind(" » ")) else { return part };
        let (head, tail) = part.split_at(at);
        let (left, right) = (count_words(head), count_words(tail));
        let enough = left >= TITLE_WORDS && (left >= right || head.contains(" | "));
        match right <= SUFFIX_WORDS && enough && !head.trim().is_empty() {
            true => slow_strip(head.trim()),
            false => part,
        }
    }

    proptest! {
        #[test]
        fn a_title_is_stripped_as_by_the_twin(
            parts in prop::collection::vec("(ferry|it's|a b c d e f|日本| {1,2}){1}( \\| | » | - |\\||»| |){1,3}", 1..12),
        ) {
            let line = parts.concat();
            let line = line.trim();
            prop_assert_eq!(strip(Span::new(0, line.len()), line).of(line), slow_strip(line));
        }

        #[test]
        fn a_headline_is_found_as_by_the_twin(
            parts in prop::collection::vec(
                "(ferry|Lake|it's|don’t|a'b'c|the|returns|Ferry returns to the Lake Orrin|日本){1}( \\| | - | » | |  |\n|\n\n|\\. )",
                1..40,
            ),
        ) {
            let text = parts.concat();
            let (lines, vocabulary) = lines(&text, crate::input::Form::Text);
            let heading = Heading::of(&lines, &vocabulary, &text);
            for line in &lines {
                prop_assert_eq!(
                    heading.matches(line, &vocabulary, &text),
                    matches(&heading, line, &text)
                );
                prop_assert_eq!(
                    heading.overlap(line, &vocabulary),
                    if line.words == 0 { 0.0 } else { overlap(&heading, line, &text) }
                );
            }
        }
    }
}
