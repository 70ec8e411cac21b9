//! An article to those who wrote it, where the page names them.
//!
//! In: the lines of a page, where an article stands among them, the names that the head states and
//! the elements that say they hold one. Out: spans of names, in the order of the text.
//! A name that linked data or a `meta` state is taken where it stands in the text; where none does, what
//! the markup marks as the author's at the headline, and else the byline: the names behind a *By*.
//! Knows no names: a name is a few capitalised words.

use std::ops::Range;

use crate::page::line::Line;
use crate::span::Span;
use crate::text::lists::{self, Kind};
use crate::text::words::{self, Inner};

/// Lines above a headline and below a story that may name the author.
const ABOVE: usize = 4;
const BELOW: usize = 8;
/// Paragraphs of a story among which a byline may stand.
const AMONG: usize = 2;
/// Longest line of a byline, in words.
const BYLINE_WORDS: usize = 30;
/// Words that may stand before the one that announces the name.
const BEFORE: usize = 8;
/// Most words and characters of a name.
const NAME_WORDS: usize = 5;
const NAME_CHARS: usize = 80;
/// Most authors of an article.
const AUTHORS: usize = 24;
/// Capitals of a degree or an office: `MD`, `FAND`.
const DEGREE_CHARS: usize = 6;

/// What the page states of authors, beside its text.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    /// Names, or several in one.
    pub(super) names: &'a [String],
    /// The name of the publication, which is no author's.
    pub(super) site: Option<&'a str>,
    /// Elements that hold the name of an author, in page order.
    pub(super) elements: &'a [Span],
}

/// The authors of an article: `title` and `body` are its lines, `stated` is of the page's main
/// article.
pub(super) fn of_article(
    title: Option<usize>,
    body: &[usize],
    lines: &[Line],
    stated: Option<Stated<'_>>,
    text: &str,
) -> Vec<Span> {
    let first = body.first().copied().unwrap_or(0);
    let last = body.last().copied().unwrap_or(first);
    let top = title.unwrap_or(first);
    let after = body.get(AMONG).copied().unwrap_or(last + 1);
    let head = top.saturating_sub(ABOVE)..after;
    let is_story = |i: usize| body.binary_search(&i).is_ok();
    let mut found = Vec::new();
    if let Some(stated) = stated {
        let of_person = stated.names.iter().filter(|name| Some(name.as_str()) != stated.site);
        found = stated_names(of_person, &head, body, lines, text);
        if found.is_empty() {
            let of = |range: &Range<usize>| bytes(range, lines);
            let near = [of(&head), of(&(last + 1..last + 1 + BELOW))];
            let inside = |span: &&Span| {
                near.iter().any(|near| near.start <= span.start && span.end <= near.end)
            };
            let of = |span: &Span| names(*span, text, false);
            found = stated.elements.iter().filter(inside).flat_map(of).collect();
            if found.is_empty() {
                // Elsewhere on the page, where they all name the same.
                let all: Vec<Span> = stated.elements.iter().flat_map(of).collect();
                let same = |name: &&Span| all.iter().all(|other| other.of(text) == name.of(text));
                found.extend(all.first().filter(same));
            }
        }
    }
    if found.is_empty() {
        let below = last + 1..(last + 1 + BELOW).min(lines.len());
        found = [top..after, head.start..top, below]
            .into_iter()
            .find_map(|range| {
                let names = range.filter(|i| !is_story(*i)).find_map(|i| byline(i, lines, text));
                names.filter(|names| !names.is_empty())
            })
            .unwrap_or_default();
    }
    found.sort_unstable();
    // The same name said twice, or inside a longer one.
    let mut kept: Vec<Span> = Vec::new();
    for span in found {
        let said = |other: &Span| other.of(text) == span.of(text) || span.start < other.end;
        if kept.len() < AUTHORS && !kept.iter().any(said) {
            kept.push(span);
        }
    }
    kept
}

/// The bytes from the first line of a range to its last.
fn bytes(range: &Range<usize>, lines: &[Line]) -> Span {
    let start = lines.get(range.start).map_or(0, |line| line.span.start);
    let last = range.end.saturating_sub(1).min(lines.len().saturating_sub(1));
    let end = lines.get(last).map_or(start, |line| line.span.end);
    Span::new(start, end.max(start))
}

/// Where stated names stand: at the headline, else anywhere outside the story, else in it.
fn stated_names<'a>(
    stated: impl Iterator<Item = &'a String>,
    head: &Range<usize>,
    body: &[usize],
    lines: &[Line],
    text: &str,
) -> Vec<Span> {
    let mut found = Vec::new();
    // Some state several in one: whole first, then its parts.
    for name in stated.take(AUTHORS) {
        if let Some(span) = find(name, head, body, lines, text) {
            found.push(span);
            continue;
        }
        let parts = names(Span::new(0, name.len()), name, false);
        if parts.len() > 1 || parts.first().is_some_and(|part| part.len() < name.len()) {
            let parts = parts.iter().take(AUTHORS);
            found.extend(parts.filter_map(|part| find(part.of(name), head, body, lines, text)));
        }
    }
    found
}

/// Where a name stands as words of their own.
fn find(
    name: &str,
    head: &Range<usize>,
    body: &[usize],
    lines: &[Line],
    text: &str,
) -> Option<Span> {
    let name = name.trim();
    if name.is_empty() || name.len() > NAME_CHARS || name.contains("://") {
        return None;
    }
    let inside = |line: &Line| {
        let part = line.span.of(text);
        let (at, _) = part.match_indices(name).find(|(at, _)| {
            let before = part.get(..*at).and_then(|part| part.chars().next_back());
            let behind = part.get(at + name.len()..).and_then(|part| part.chars().next());
            ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
        })?;
        let start = line.span.start + at;
        Some(Span::new(start, start + name.len()))
    };
    let outside = |i: &usize| body.binary_search(i).is_err();
    let near = head.clone().filter(outside).filter_map(|i| lines.get(i)).find_map(inside);
    near.or_else(|| (0..lines.len()).filter(outside).filter_map(|i| lines.get(i)).find_map(inside))
        .or_else(|| body.iter().filter_map(|i| lines.get(*i)).find_map(inside))
}

/// The names of a byline: behind the word that announces them, on its line or, where that says
/// nothing else, on the next.
fn byline(i: usize, lines: &[Line], text: &str) -> Option<Vec<Span>> {
    let line = lines.get(i).filter(|line| line.words <= BYLINE_WORDS && !line.is_sentence())?;
    let Some(behind) = announced(line.span, text) else {
        // "Ada Poe | Senior Writer", "Ada Poe 14 April 2024"
        let part = line.span.of(text);
        let is_job = |word: words::Word| lists::has(&word.span.of(part).to_lowercase(), Kind::Job);
        let job = words::split(part, Inner::Apostrophes).any(is_job);
        let of_author = !line.marks.credit && (job || line.is_date_line());
        return of_author.then(|| names(line.span, text, false));
    };
    if behind.is_empty() {
        let next = lines.get(i + 1).filter(|next| next.words <= BYLINE_WORDS)?;
        return Some(names(next.span, text, true));
    }
    Some(names(behind, text, true))
}

/// What stands behind the word that announces an author; nothing where the line has none, or
/// announces who took a picture.
fn announced(span: Span, text: &str) -> Option<Span> {
    let part = span.of(text);
    for word in words::split(part, Inner::Apostrophes).take(BEFORE) {
        let Some(row) = lists::find(&word.span.of(part).to_lowercase()) else { continue };
        if row.has(Kind::BeforeAuthor) {
            let rest = Span::new(span.start + word.span.end, span.end);
            let colon = |c: char| c == ':' || c == '：' || c.is_whitespace();
            let skipped = rest.of(text).len() - rest.of(text).trim_start_matches(colon).len();
            return Some(Span::new(rest.start + skipped, rest.end));
        }
        if row.has(Kind::Credit) {
            return None;
        }
    }
    None
}

/// The names at the start of a piece of text. `announced` says that a word before them tells that
/// they are names: then one may be a single word.
fn names(span: Span, text: &str, announced: bool) -> Vec<Span> {
    let part = span.of(text);
    // Pieces between marks and *and*, each with whether *and* stands before it.
    let mut pieces: Vec<(Span, usize, bool)> = Vec::new();
    let mut joined = false;
    let mut open = false;
    let mut last = 0;
    for word in words::split(part, Inner::Apostrophes).take(BYLINE_WORDS) {
        let said = word.span.of(part);
        let gap = part.get(last..word.span.start).unwrap_or("");
        let row = lists::find(&said.to_lowercase());
        let has = |kind| row.is_some_and(|row| row.has(kind));
        let first = last == 0;
        last = word.span.end;
        // A degree or an office behind the name parts like a mark.
        let parts = gap
            .contains([',', ';', '|', '•', '·', '⋅', '/', '(', ')', '–', '—', ':', '\n'])
            || gap.contains(" - ");
        let both = gap.contains('&') || has(Kind::JoinsNames);
        if parts || both {
            open = false;
            joined = both;
        }
        if both && has(Kind::JoinsNames) {
            continue;
        }
        let capital = said
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || !c.is_lowercase() && c.is_alphabetic());
        let particle = has(Kind::NameParticle) && open;
        if has(Kind::BeforeAuthor) && (first || !open) {
            continue;
        }
        if said.chars().any(|c| c.is_numeric()) || !(capital || particle) || has(Kind::DatedAs) {
            break;
        }
        let start = span.start + word.span.start;
        let end = span.start + word.span.end;
        match pieces.last_mut().filter(|_| open) {
            Some((piece, count, _)) => {
                *piece = Span::new(piece.start, end);
                *count += 1;
            }
            None => pieces.push((Span::new(start, end), 1, joined)),
        }
        open = true;
    }
    let last_joined = pieces.iter().rposition(|(_, _, joined)| *joined).unwrap_or(0);
    let is_name = |piece: &Span, count: usize| {
        let said = piece.of(text);
        let mut words = words::split(said, Inner::Apostrophes).map(|word| word.span.of(said));
        let job = words.any(|word| lists::has(&word.to_lowercase(), Kind::Job));
        let degree = said.len() <= DEGREE_CHARS && !said.chars().any(char::is_lowercase);
        (1..=NAME_WORDS).contains(&count) && !job && !(degree && count == 1)
    };
    let mut found = Vec::new();
    for (index, (piece, count, _)) in pieces.iter().enumerate() {
        // "Ada Poe, Tom Lind and Mia Kern", but "Ada Poe, Orrin Post".
        if index > last_joined || !is_name(piece, *count) {
            continue;
        }
        if *count > 1 || announced || index > 0 {
            found.push(*piece);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::of_article;
    use crate::input::Form;
    use crate::page::line::lines;

    fn check(byline: &str, expected: &[&str]) {
        let text = format!(
            "The ferry sails again\n\n{byline}\n\nThe ferry crossed the lake on Sunday, by night."
        );
        let (all, _) = lines(&text, Form::Text);
        let body = [all.len() - 1];
        let found = of_article(Some(0), &body, &all, None, &text);
        let found: Vec<&str> = found.iter().map(|span| span.of(&text)).collect();
        assert_eq!(found, expected, "{byline}");
    }

    #[test]
    fn bylines_name_their_authors() {
        check("By Ada Poe", &["Ada Poe"]);
        check("By Ada Poe and Tom Lind, Staff Writer", &["Ada Poe", "Tom Lind"]);
        check(
            "By Ada Poe, Tom Lind and Mia van der Kern",
            &["Ada Poe", "Tom Lind", "Mia van der Kern"],
        );
        check("By Ada Poe, Orrin Post | 14 April 2024", &["Ada Poe"]);
        check("Written by: Ada O’Neill", &["Ada O’Neill"]);
        check("14 April 2024 by Ada Poe", &["Ada Poe"]);
        check("By\nAda Poe", &["Ada Poe"]);
        check("Von Ada Poe und Tom Lind", &["Ada Poe", "Tom Lind"]);
        check("Photo by Ada Poe", &[]);
        check("14 April 2024", &[]);
    }
}
