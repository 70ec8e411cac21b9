//! A line to its pieces: what may be a headline in it, and what may be the name of a site, a section
//! or a series around it.
//!
//! In: a line. Out: its [`Piece`]s, the whole line first, then each run of parts that is left when
//! parts go off at its ends. Parts stand between bars, dashes with spaces, colons and underscores.
//! Says nothing of which piece is a headline: `headline.rs` does.

use crate::span::Span;

/// Longest line, in bytes, that is cut into pieces.
const CUT_BYTES: usize = 600;
/// So many parts of a line are looked at, from its start; the last holds the rest.
const PARTS: usize = 6;

/// What stands between two parts of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `|`, `»`, `·` and the like.
    Bar,
    /// A dash or hyphen between spaces.
    Dash,
    Colon,
    /// An underscore, as Chinese sites have it.
    Underscore,
}

/// A run of parts of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) span: Span,
    /// What parts it from what stands before it, and what that is.
    pub(super) before: Option<(Mark, Span)>,
    /// The same behind it.
    pub(super) behind: Option<(Mark, Span)>,
}

impl Piece {
    /// Whether nothing was left off.
    pub(super) fn is_whole(&self) -> bool {
        self.before.is_none() && self.behind.is_none()
    }
}

/// The pieces of the line at `span`.
pub(super) fn pieces(span: Span, text: &str) -> Vec<Piece> {
    // A mark of a heading, a list or a wire before it is not of the headline.
    let own = span.of(text).trim_start_matches(['#', '^', '*', '>', '=', ' ']);
    let span = if own.is_empty() { span } else { Span::new(span.end - own.len(), span.end) };
    let mut found = vec![Piece { span, before: None, behind: None }];
    let marks = if span.len() <= CUT_BYTES { marks(span.of(text)) } else { Vec::new() };
    // Where parts begin and end, and which mark ends them.
    let starts = std::iter::once(0).chain(marks.iter().map(|(_, _, end)| *end));
    let ends = marks.iter().map(|(_, start, _)| *start).chain([span.len()]);
    let parts: Vec<(usize, usize)> = starts.zip(ends).collect();
    let cut = |from: usize, to: usize| Span::new(span.start + from, span.start + to).trim(text);
    let mark = |index: usize| marks.get(index).map(|(mark, _, _)| *mark);
    for (first, (start, _)) in parts.iter().enumerate() {
        for (last, (_, end)) in parts.iter().enumerate().skip(first) {
            let piece = cut(*start, *end);
            let whole = first == 0 && last + 1 == parts.len();
            // Of long menus no piece out of the middle.
            let inner = first > 0 && last + 1 < parts.len() && parts.len() > 4;
            if whole || inner || piece.is_empty() {
                continue;
            }
            let part_of = |index: usize| parts.get(index).map(|(from, to)| cut(*from, *to));
            let before = first.checked_sub(1).and_then(|i| Some((mark(i)?, part_of(i)?)));
            let behind = mark(last).and_then(|mark| Some((mark, part_of(last + 1)?)));
            found.push(Piece { span: piece, before, behind });
        }
    }
    found
}

/// The marks between the parts of `part`, each with where it starts and ends.
fn marks(part: &str) -> Vec<(Mark, usize, usize)> {
    let mut found = Vec::new();
    let mut previous = ' ';
    let mut chars = part.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let spaced = previous.is_whitespace() && next.is_whitespace();
        let mark = match c {
            '|' | '｜' | '»' | '›' => Some(Mark::Bar),
            '·' | '•' if spaced => Some(Mark::Bar),
            '-' | '‐' | '‑' | '–' | '—' if spaced => Some(Mark::Dash),
            ':' if next.is_whitespace() || (next == ':' && previous.is_whitespace()) => {
                Some(Mark::Colon)
            }
            '：' => Some(Mark::Colon),
            '_' if !previous.is_ascii_alphanumeric() || !next.is_ascii_alphanumeric() => {
                Some(Mark::Underscore)
            }
            _ => None,
        };
        if let Some(mark) = mark {
            let end = at + c.len_utf8();
            // Two marks in a row are one: ` :: `.
            match found.last_mut() {
                Some((_, _, last))
                    if part.get(*last..at).is_some_and(|it| it.trim().is_empty()) =>
                {
                    *last = end;
                }
                _ if at > 0 && end < part.len() => found.push((mark, at, end)),
                _ => {}
            }
            if found.len() >= PARTS {
                break;
            }
        }
        previous = c;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Mark, pieces};
    use crate::span::Span;

    fn cut(line: &str) -> Vec<&str> {
        pieces(Span::new(0, line.len()), line).iter().map(|piece| piece.span.of(line)).collect()
    }

    #[test]
    fn a_line_is_cut_at_its_marks() {
        assert_eq!(cut("Ferry returns"), ["Ferry returns"]);
        let line = "Ferry: it returns – Orrin\u{a0}|\u{a0}Post";
        assert_eq!(cut(line).len(), 10);
        assert!(cut(line).contains(&"it returns – Orrin"));
        assert_eq!(cut("渡轮恢复航行_奥林邮报")[1..], ["渡轮恢复航行", "奥林邮报"]);
    }

    #[test]
    fn what_is_inside_a_word_or_a_number_parts_nothing() {
        for line in ["Well-known ferry_returns at 10:30", "| Ferry", "Ferry:", ": ", ""] {
            assert_eq!(cut(line), [line]);
        }
    }

    #[test]
    fn a_piece_knows_what_stands_beside_it() {
        let line = "Local :: Ferry returns » Post";
        let all = pieces(Span::new(0, line.len()), line);
        let ferry = all.iter().find(|piece| piece.span.of(line) == "Ferry returns").unwrap();
        let (mark, before) = ferry.before.unwrap();
        assert_eq!((mark, before.of(line)), (Mark::Colon, "Local"));
        assert_eq!(ferry.behind.unwrap().0, Mark::Bar);
    }

    #[test]
    fn a_menu_of_a_megabyte_has_few_pieces() {
        assert!(cut(&"Home | ".repeat(150_000)).len() == 1);
        assert!(cut(&"Home | ".repeat(80)).len() < 20);
    }
}
