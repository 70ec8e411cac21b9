//! Text to its paragraphs: what was wrapped to lines is put together again.
//!
//! In: the text of a page as given. Out: where its lines stand, blank ones left out, white space around
//! them too; the lines of one paragraph that somebody wrapped are one. What a line holds or means
//! is not asked here.
//!
//! Wrapping leaves a trace: each line ends where the next one's first word would have been too long
//! for it. A pair of neighbours so tells two lengths, one that was allowed and one that was not,
//! and the width of a page is what lies between the two for most of its pairs. Lengths are counted
//! twice, in characters and, for what a word processor or a PDF had wrapped, as wide as letters are
//! in print. Lines that are short by chance, as those of menus, agree on no width; and wrapping
//! cuts within sentences, before small letters, where a list does not.
//! All is counted in tables of fixed size: time and memory are linear in the text.

use crate::input::Form;
use crate::span::Span;
use crate::text::calendar;
use crate::text::chars::{self, Class};

/// A line as it stands in the text, or several that are one paragraph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) span: Span,
    /// Whether a blank line, or the page's edge, comes before it.
    pub(super) blank_before: bool,
    /// Characters before its first on its line.
    indent: usize,
}

/// No date is longer, in bytes.
const DATE_BYTES: usize = 60;

/// Halves of a letter that text is wrapped at, at most and at least.
const WIDEST: usize = 400;
const NARROWEST: usize = 44;
/// A length in print is known to one part in so many: fonts differ.
const PRINT_TOLERANCE: usize = 16;
/// Lines of that many words go on in small letters by clauses; shorter ones are lists.
const CLAUSE_WORDS: usize = 3;

/// Where the paragraphs and other lines of `text` stand.
pub(super) fn paragraphs(text: &str, form: Form) -> Vec<Piece> {
    let pieces = pieces(text);
    let pairs = pairs(&pieces, text);
    let mut joined = vec![false; pieces.len()];
    let widths = [Pair::in_letters as fn(&Pair) -> _, Pair::in_print];
    // In print nothing is known exactly: that it explains more is not enough.
    let [letters, print] = widths.map(|lengths| Wrapping::of(&pairs, &pieces, lengths));
    let better = if 10 * print.full > 11 * letters.full { print } else { letters };
    if better.is_certain(&pairs) {
        for (pair, full) in pairs.iter().zip(&better.fills) {
            if let Some(slot) = joined.get_mut(pair.at) {
                *slot = *full;
            }
        }
    }
    if form == Form::Text {
        join_clauses(&pairs, &pieces, text, &mut joined);
    }
    let mut found: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut goes_on = false;
    for (piece, joined) in pieces.into_iter().zip(joined) {
        match found.last_mut().filter(|_| goes_on) {
            Some(whole) => whole.span = Span::new(whole.span.start, piece.span.end),
            None => found.push(piece),
        }
        goes_on = joined;
    }
    found
}

/// Whether a character ends a line.
fn breaks(c: char) -> bool {
    chars::is(c, Class::LINE_END)
}

/// Whether a line without a line feed inside may hold another of [`breaks`]: whether it holds a
/// byte with which one of them ends. The whole line is looked at, for the compiler to do so many
/// bytes at a time.
fn may_break_inside(piece: &str) -> bool {
    let ends_break = |byte: u8| matches!(byte, 0x0b..=0x0d | 0x85 | 0xa8 | 0xa9);
    piece.bytes().fold(false, |any, byte| any | ends_break(byte))
}

/// The lines of `text` that are not blank.
fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut blank_before = true;
    let mut start = 0;
    // `\r\n` is one break: the empty piece between its two characters is no blank line.
    let mut after_return = false;
    // Most lines end in a line feed and hold no other break, which is quickly seen.
    let pieces = text.split_inclusive('\n').flat_map(|piece| {
        let whole = !may_break_inside(piece);
        let parts = (!whole).then(|| piece.split_inclusive(breaks));
        whole.then_some(piece).into_iter().chain(parts.into_iter().flatten())
    });
    for piece in pieces {
        let span = Span::new(start, start + piece.len()).trim(text);
        let lone_feed = after_return && piece == "\n";
        after_return = piece.ends_with('\r');
        let indent = Span::new(start, span.start);
        start += piece.len();
        if span.is_empty() {
            blank_before |= !lone_feed;
        } else {
            let indent = if indent.is_empty() { 0 } else { indent.of(text).chars().count() };
            // A blank line of a letter that is quoted has the quotation's signs.
            let blank = unquoted(span.of(text)).is_empty();
            found.push(Piece { span, blank_before: blank_before | blank, indent });
            blank_before = blank;
        }
    }
    found
}

/// A line without the signs of a quoted letter before it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' '])
}

/// Two lines with no blank one between, of which the second may go on with the first.
struct Pair {
    /// The number of the first.
    at: usize,
    /// Half letters that the first has, and that it would have with the second's first word.
    letters: [usize; 2],
    /// The same in print.
    print: [usize; 2],
    /// Whether the first ends within a sentence.
    open: bool,
    /// Whether the second begins with a small letter.
    small: bool,
    /// Whether the first may end between two clauses.
    clause: bool,
}

impl Pair {
    fn in_letters(&self) -> [usize; 2] {
        self.letters
    }

    fn in_print(&self) -> [usize; 2] {
        let [allowed, too_long] = self.print;
        [allowed - allowed / PRINT_TOLERANCE, too_long + too_long / PRINT_TOLERANCE]
    }
}

/// The pairs of lines that may be of one paragraph: nothing but their lengths says otherwise.
fn pairs(pieces: &[Piece], text: &str) -> Vec<Pair> {
    let neighbours = pieces.iter().zip(pieces.iter().skip(1)).enumerate();
    let pairs = neighbours.filter_map(|(at, (piece, next))| {
        // Four bytes a character at most.
        if next.blank_before || piece.span.len() > 2 * WIDEST {
            return None;
        }
        let (line, next_line) = (piece.span.of(text), unquoted(next.span.of(text)));
        // A paragraph's first line is indented; an item's others are.
        let starts = next.indent > piece.indent && !is_item(unquoted(line), false);
        // Code, and addresses, are no text that goes on.
        let one_word =
            line.len() > NARROWEST && !line.contains(char::is_whitespace) && line.is_ascii();
        if starts || one_word || line == next_line {
            return None;
        }
        let open = !ends_sentence(line);
        if is_item(next_line, open) || is_date(next_line) {
            return None;
        }
        let word = first_word(next_line);
        let [letters, print] = lengths(line).map(|length| length + 2 * piece.indent);
        let [more_letters, more_print] = lengths(word);
        let last = line.chars().next_back().unwrap_or(' ');
        let small = starts_small(next_line);
        // An address goes on with nothing, and where all letters are alike none says so.
        let goes_on = next_line.starts_with(char::is_lowercase) && !word.contains("://");
        let comma = chars::is(last, Class::COMMA);
        let long = || line.split_whitespace().nth(CLAUSE_WORDS - 1).is_some();
        Some(Pair {
            at,
            letters: [letters, letters + 2 + more_letters],
            print: [print, print + 1 + more_print],
            open,
            small,
            clause: open && (comma || (goes_on && !chars::is(last, Class::COLON) && long())),
        })
    });
    pairs.collect()
}

/// Whether a line ends as a sentence does.
fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(|c: char| chars::closes(c) || c == '*');
    bare.ends_with(chars::is_stop)
}

/// Whether a line ends as a sentence does that is not cut off.
fn ends_whole_sentence(line: &str) -> bool {
    ends_sentence(line) && !line.ends_with("..") && !line.ends_with('…')
}

/// Whether a line begins with a small letter, or with one of a script that has no others.
fn starts_small(line: &str) -> bool {
    let first = line.chars().find(|c| !chars::is(*c, Class::OPENER));
    first.is_some_and(|c| c.is_alphabetic() && !c.is_uppercase())
}

/// Whether a line is an item of a list. A dash within a sentence may be the first on its line.
fn is_item(line: &str, within_sentence: bool) -> bool {
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut marks = mark.chars();
    let number = mark.strip_suffix(['.', ')']).unwrap_or("");
    match (marks.next(), marks.next()) {
        (Some(c), None) => {
            let class = Class::of(c);
            class.is(Class::BULLET) && !(within_sentence && class.is(Class::DASH))
        }
        _ => {
            !rest.is_empty()
                && (1..=3).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
    }
}

/// Whether a line is a date and nothing else: no sentence goes on with it.
fn is_date(line: &str) -> bool {
    line.len() <= DATE_BYTES
        && line.bytes().any(|byte| byte.is_ascii_digit())
        && !ends_sentence(line)
        && calendar::stated(line).is_some_and(|stated| stated.other_words == 0)
}

/// What of a line would have had to stand on the one before.
fn first_word(line: &str) -> &str {
    let word = line.split_whitespace().next().unwrap_or("");
    // Between characters of East Asia a line may end anywhere.
    match word.char_indices().find(|(_, c)| chars::is(*c, Class::HAN_OR_KANA)) {
        Some((at, c)) => word.get(..at + c.len_utf8()).unwrap_or(word),
        None => word,
    }
}

/// How long a line is in half letters: each as wide as another, and as wide as in print.
fn lengths(line: &str) -> [usize; 2] {
    let (mut letters, mut print) = (0, 0);
    for c in line.chars() {
        let class = Class::of(c);
        let wide = class.is(Class::HAN_OR_KANA) || class.is(Class::HANGUL);
        letters += if wide { 4 } else { 2 };
        print += match c {
            _ if wide => 400,
            'i' | 'j' | 'l' | 'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '\'' | '’' | '‘' | '!'
            | '|' | '(' | ')' | '[' | ']' | '/' | '-' | ' ' => 110,
            'r' | 's' | '"' => 150,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 320,
            _ if c.is_uppercase() => 260,
            _ => 200,
        };
    }
    [letters, print / 100]
}

/// What a width explains of a page.
struct Wrapping {
    /// In half letters.
    width: usize,
    /// For each pair, whether the first line is full, in a block of such lines.
    fills: Vec<bool>,
    /// How many are.
    full: usize,
    lengths: fn(&Pair) -> [usize; 2],
}

impl Wrapping {
    /// The width that most pairs agree on.
    fn of(pairs: &[Pair], pieces: &[Piece], lengths: fn(&Pair) -> [usize; 2]) -> Self {
        let mut changes = [0_i64; WIDEST + 2];
        for pair in pairs {
            let [allowed, too_long] = lengths(pair);
            let ends = [(allowed.max(NARROWEST), 1), (too_long, -1)];
            if allowed > WIDEST || too_long <= NARROWEST {
                continue;
            }
            for (at, change) in ends {
                if let Some(slot) = changes.get_mut(at.min(WIDEST + 1)) {
                    *slot += change;
                }
            }
        }
        let (mut agree, mut most, mut width) = (0, 0, 0);
        for (at, change) in changes.into_iter().enumerate() {
            agree += change;
            if agree > most {
                (most, width) = (agree, at);
            }
        }
        let is_full = |pair: &Pair| {
            let [allowed, too_long] = lengths(pair);
            (allowed..too_long).contains(&width)
        };
        let mut fills = Vec::with_capacity(pairs.len());
        // Pairs of one block: no blank line between them.
        let same_block = |pair: &Pair, next: &Pair| {
            pieces
                .get(pair.at + 1..=next.at)
                .is_some_and(|between| between.iter().all(|piece| !piece.blank_before))
        };
        for block in pairs.chunk_by(same_block) {
            let full = block.iter().filter(|pair| is_full(pair)).count();
            let short = block.iter().filter(|pair| pair.open && !is_full(pair)).count();
            fills.extend(block.iter().map(|pair| short <= full && is_full(pair)));
        }
        let full = fills.iter().filter(|full| **full).count();
        Self { width, fills, full, lengths }
    }

    /// Whether the page was wrapped at that width: enough full lines end within sentences, and few others
    /// of some length do.
    fn is_certain(&self, pairs: &[Pair]) -> bool {
        let (mut within, mut short) = (0, 0);
        for (pair, full) in pairs.iter().zip(&self.fills) {
            let [length, _] = (self.lengths)(pair);
            within += usize::from(*full && pair.open && pair.small);
            short += usize::from(!full && pair.open && 2 * length >= self.width);
        }
        self.full >= 2 && within >= 2 && 3 * within >= self.full && 2 * self.full >= 3 * short
    }
}

/// Joins lines that end between two clauses of a sentence, where some follow one another up to its
/// end and one of them at least begins with a small letter.
fn join_clauses(pairs: &[Pair], pieces: &[Piece], text: &str, joined: &mut [bool]) {
    let goes_on = |pair: &Pair, joined: &[bool]| {
        pair.clause || joined.get(pair.at).is_some_and(|joined| *joined)
    };
    let before = joined.to_vec();
    let one_run = |pair: &Pair, next: &Pair| {
        pair.at + 1 == next.at && goes_on(pair, &before) && goes_on(next, &before)
    };
    for run in pairs.chunk_by(one_run) {
        let small = run.iter().any(|pair| pair.small && goes_on(pair, &before));
        let last = run.last().and_then(|last| pieces.get(last.at + 1));
        if small && last.is_some_and(|last| ends_whole_sentence(last.span.of(text))) {
            for pair in run {
                if let Some(slot) = joined.get_mut(pair.at) {
                    *slot = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Span, breaks, may_break_inside, paragraphs, pieces};
    use crate::input::Form;

    fn read(text: &str) -> Vec<&str> {
        paragraphs(text, Form::Text).iter().map(|piece| piece.span.of(text)).collect()
    }

    /// A paragraph wrapped at `width` in characters, its first line indented.
    fn wrapped(paragraph: &str, width: usize, indent: usize) -> String {
        let mut text = " ".repeat(indent);
        let mut length = indent;
        for (index, word) in paragraph.split(' ').enumerate() {
            let more = word.chars().count();
            if index > 0 && length + 1 + more > width {
                text.push('\n');
                length = 0;
            } else if index > 0 {
                text.push(' ');
                length += 1;
            }
            text.push_str(word);
            length += more;
        }
        text
    }

    const STORY: [&str; 3] = [
        "The ferry returned to the lake on Sunday after nine years in the yard, and two hundred people were on \
         board when it left the harbour of Karsholm. “We have waited long enough,” the mayor said.",
        "Tickets cost four crowns, and a bicycle travels for one and a half; the town pays the rest of what the \
         crossing costs, which is a little more than it had paid for the bus around the lake until now.",
        "The ship was built in 1931 – its bell hung in the school for years – and lost its funnel in the war.",
    ];

    #[test]
    fn what_was_wrapped_is_whole_at_any_width() {
        for width in 30..110 {
            for (indent, between) in [(0, "\n\n"), (0, "\r\n\r\n"), (4, "\n")] {
                let parts = STORY.map(|paragraph| wrapped(paragraph, width, indent));
                let text = format!("Ferry sails again\n\n{}\n", parts.join(between));
                let found: Vec<String> = read(&text)
                    .iter()
                    .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect();
                assert_eq!(found[1..], STORY.map(str::to_owned), "{width} {indent}\n{text}");
            }
        }
    }

    #[test]
    fn a_quoted_letter_is_whole() {
        let parts = STORY.map(|paragraph| wrapped(paragraph, 68, 0));
        let text: String = parts.join("\n\n").lines().map(|line| format!("> {line}\n")).collect();
        let found = read(&text);
        assert_eq!(found.iter().filter(|part| part.len() > 60).count(), 3, "{found:#?}");
    }

    #[test]
    fn lines_that_end_with_clauses_are_whole_sentences() {
        let text = "The builder,\nDarnet & Sons,\nhas promised to keep the wheel.\nIt must still ask for a permit,\n\
            and the office for monuments has to be heard.\nWork could start in May.\n\n\
            ferries\nlakes, harbours\nbridges\n";
        assert_eq!(
            read(text),
            [
                "The builder,\nDarnet & Sons,\nhas promised to keep the wheel.",
                "It must still ask for a permit,\nand the office for monuments has to be heard.",
                "Work could start in May.",
                "ferries",
                "lakes, harbours",
                "bridges",
            ]
        );
    }

    #[test]
    fn lists_headlines_code_and_long_lines_stay_as_they_are() {
        let doubled = "Bakers of three valleys ask the mill for a price that holds this year";
        for text in [
            "Home\nNews from the whole region and from the rest of the world today\nSport\nWeather",
            &format!("{doubled}\n{doubled}\n\n{doubled}\n{doubled}\n{doubled}"),
            &format!("{0}\nshort\n{0}", "a word ".repeat(60).trim()),
            "The ferry sails.\nThe mayor spoke.\nThe bell rang out.\nThe band played.\nIt rained then.",
            "* a bell\n* a boat\n* a rope\n* a mast\n1. oars\n2. sails",
            &"x3JvdXRlciBpcyBub3QgYSB0ZXh0IG9mIGFueSBraW5kIGF0IGFsbCBy\n"
                .repeat(2)
                .replace("x3", "y3"),
        ] {
            assert_eq!(
                read(text),
                text.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>()
            );
        }
    }

    /// Paragraphs of several sentences: a width is known where some lines end within one.
    fn stories() -> impl Strategy<Value = Vec<String>> {
        let sentence = prop::collection::vec("[a-z]{3,9}", 18..30)
            .prop_map(|words| format!("The {}.", words.join(" ")));
        let paragraph = prop::collection::vec(sentence, 3..5).prop_map(|all| all.join(" "));
        prop::collection::vec(paragraph, 3..5)
    }

    proptest! {
        #[test]
        fn any_story_is_whole_at_any_width(story in stories(), width in 40_usize..90) {
            let parts: Vec<String> = story.iter().map(|part| wrapped(part, width, 0)).collect();
            let text = parts.join("\n\n");
            prop_assert_eq!(read(&text), parts);
        }

        #[test]
        fn a_story_with_a_paragraph_a_line_stays_as_it_is(story in stories()) {
            let text = story.join("\n");
            prop_assert_eq!(read(&text), story);
        }

    #[test]
    fn text_is_cut_at_every_break(text in "[a-z .\\n\\r\\u{b}\\u{c}\\u{85}\\u{2028}é]{0,60}") {
        let mut start = 0;
        let mut slow = Vec::new();
        for piece in text.split_inclusive(breaks) {
            let span = Span::new(start, start + piece.len()).trim(&text);
            start += piece.len();
            if !span.is_empty() {
                slow.push(span);
            }
            prop_assert!(may_break_inside(piece) || !piece.trim_end_matches('\n').contains(breaks));
        }
        let fast: Vec<Span> = pieces(&text).iter().map(|piece| piece.span).collect();
        prop_assert_eq!(fast, slow);
    }
    }
}
