//! Text to lines, each with the facts that the later steps ask about.
//!
//! In: the text of a page as given. Out: its lines that are not blank, trimmed, in order, each
//! with counts of what it holds (words, digits, capitals, ...) and how it ends.
//! Knows nothing of other lines: what a line means on its page is `furniture.rs` and
//! `articles.rs`.

use crate::Span;
use crate::page::words::{self, Marks};

/// Words of a line that are compared with the word lists; furniture says what it is early.
const LOOK_WORDS: usize = 24;
/// Two East Asian characters count as a word: Chinese words are about two characters long.
const EAST_ASIAN_CHARS_PER_WORD: usize = 2;

/// Longest line, in words, that one word makes a button.
const BUTTON_WORDS: usize = 5;
/// As many where the line names the networks to share on.
const SHARE_WORDS: usize = 12;

/// How a line ends, closing quotes and brackets aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Full stop, exclamation or question mark, in any of the scripts we know.
    Sentence,
    /// `…`, `...`, `[…]`: somebody cut the text here.
    Ellipsis,
    /// Colon.
    Colon,
    /// Anything else.
    Open,
}

/// One line of the page that is not blank.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it stands, without the white space around it.
    pub(super) span: Span,
    /// Hash of its letters and digits in lower case: equal for lines that say the same.
    pub(super) key: u64,
    /// Whether a blank line, or the page's edge, comes before it.
    pub(super) blank_before: bool,
    pub(super) words: usize,
    pub(super) chars: usize,
    pub(super) letters: usize,
    pub(super) digits: usize,
    /// Words whose first letter is upper case.
    pub(super) capitalised: usize,
    /// Words of two letters or more, all upper case.
    pub(super) shouted: usize,
    /// Words of the languages' commonest few (`the`, `und`, `que`).
    pub(super) common: usize,
    pub(super) commas: usize,
    /// Sentence ends inside the line, the last one not counted.
    pub(super) inner_stops: usize,
    /// `|`, `»`, `›`, `•`, `/` between spaces.
    pub(super) separators: usize,
    pub(super) east_asian: usize,
    pub(super) ending: Ending,
    pub(super) starts_lower: bool,
    pub(super) starts_quote: bool,
    pub(super) bullet: bool,
    /// Whether it holds an address (`@name`, `http`, `www.`).
    pub(super) address: bool,
    /// Whether it holds the address of a mailbox.
    pub(super) mailbox: bool,
    /// Whether it ends with who took the picture, and in no full stop.
    pub(super) credited: bool,
    /// Whether it holds a sign of copyright.
    pub(super) copyright: bool,
    /// Whether it begins with the number of a picture among others (`2 of 5`, `2/5`).
    pub(super) counter: bool,
    /// What the word lists say of it.
    pub(super) marks: Marks,
    /// A month or weekday, or a time, and digits, in a line that is short.
    pub(super) dated: bool,
}

impl Line {
    /// Share of `count` among the words, 0 for a line without words.
    pub(super) fn share(&self, count: usize) -> f32 {
        if self.words == 0 { 0.0 } else { count as f32 / self.words as f32 }
    }

    /// Whether the line announces furniture: a button, the name of a box, a pointer elsewhere.
    /// Longer lines that begin with such a word are headlines and prose (`More than ...`).
    pub(super) fn is_button(&self) -> bool {
        self.marks.points || (self.marks.leads && self.words <= BUTTON_WORDS)
    }

    /// Whether the line asks to share or to follow: "Share this article on …" and the networks. A
    /// sentence about sharing ends like one; a headline about it is told by how the page prints it.
    pub(super) fn is_share_line(&self) -> bool {
        self.marks.leads
            && self.marks.share
            && self.words <= SHARE_WORDS
            && self.ending != Ending::Sentence
    }

    /// Whether the line reads like prose that was finished: some words and a sentence end.
    pub(super) fn is_sentence(&self) -> bool {
        self.words >= 6 && self.ending == Ending::Sentence
    }
}

/// Whether a character ends a line.
fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of `text` that hold more than white space; the lines of a hard-wrapped paragraph are
/// one.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let pieces = pieces(text);
    // Two lines may be of such lengths by chance; three or more hardly.
    let width = wrap_width(&pieces, text).filter(|&width| {
        let mut blocks = pieces.chunk_by(|_, next| !next.blank_before);
        blocks.any(|block| block.len() > 2 && is_wrapped(block, width, text))
    });
    let mut found = Vec::with_capacity(pieces.len());
    for block in pieces.chunk_by(|_, next| !next.blank_before) {
        match (block.first(), block.last(), width) {
            (Some(first), Some(last), Some(width)) if is_wrapped(block, width, text) => {
                let whole = Span::new(first.span.start, last.span.end);
                found.push(read(whole, text, first.blank_before));
            }
            _ => found.extend(block.iter().map(|piece| read(piece.span, text, piece.blank_before))),
        }
    }
    found
}

/// A line as it stands in the text.
#[derive(Debug, Clone, Copy)]
struct Piece {
    span: Span,
    blank_before: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut blank_before = true;
    let mut start = 0;
    // `\r\n` is one break: the empty piece between its two characters is no blank line.
    let mut after_return = false;
    for piece in text.split_inclusive(breaks) {
        let span = Span::new(start, start + piece.len()).trim(text);
        let lone_feed = after_return && piece == "\n";
        after_return = piece.ends_with('\r');
        start += piece.len();
        if span.is_empty() {
            blank_before |= !lone_feed;
        } else {
            found.push(Piece { span, blank_before });
            blank_before = false;
        }
    }
    found
}

/// Widths, in characters, at which text is wrapped by hand or by a mailer.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 50..=100;

/// The length of the longest line, where it is that of wrapped text: a page with one longer line
/// has its paragraphs whole.
fn wrap_width(pieces: &[Piece], text: &str) -> Option<usize> {
    let mut width = 0;
    for piece in pieces {
        if piece.span.len() > 4 * WRAP_WIDTHS.end() {
            return None;
        }
        width = width.max(piece.span.of(text).chars().count());
    }
    Some(width).filter(|width| WRAP_WIDTHS.contains(width))
}

/// Whether a block of lines without a blank one between is a paragraph wrapped at `width`: each
/// line but the last is so long that the next one's first word would not have fitted on it, and
/// none is said twice in a row, as doubled headlines are.
fn is_wrapped(block: &[Piece], width: usize, text: &str) -> bool {
    let mut pairs = block.iter().zip(block.iter().skip(1)).peekable();
    pairs.peek().is_some()
        && pairs.all(|(line, next)| {
            let word = next.span.of(text).split_whitespace().next().unwrap_or("");
            let (line, next) = (line.span.of(text), next.span.of(text));
            line != next && line.chars().count() + 1 + word.chars().count() > width
        })
}

/// The facts of the line at `span`.
fn read(span: Span, text: &str, blank_before: bool) -> Line {
    let part = span.of(text);
    let mut line = Line {
        span,
        key: words::FNV_START,
        blank_before,
        words: 0,
        chars: 0,
        letters: 0,
        digits: 0,
        capitalised: 0,
        shouted: 0,
        common: 0,
        commas: 0,
        inner_stops: 0,
        separators: 0,
        east_asian: 0,
        ending: ending(part),
        starts_lower: false,
        starts_quote: false,
        bullet: false,
        address: part.contains("://") || part.contains("www.") || part.contains(" @"),
        mailbox: part.contains('@') && !part.contains(" @"),
        credited: false,
        copyright: part.contains(['©', 'ⓒ']),
        counter: is_counter(part),
        marks: Marks::default(),
        dated: false,
    };
    line.credited = line.ending == Ending::Open && words::ends_in_credit(part);
    let mut look: Vec<String> = Vec::new();
    let mut word = Word::default();
    let mut previous = ' ';
    for (i, c) in part.chars().enumerate() {
        line.chars += 1;
        if i == 0 {
            line.starts_lower = c.is_lowercase();
            line.starts_quote = matches!(c, '"' | '\'' | '“' | '‘' | '«' | '„' | '「');
            line.bullet = matches!(c, '-' | '*' | '•' | '·' | '–' | '—' | '▪' | '>');
        }
        if is_east_asian(c) {
            line.east_asian += 1;
            line.letters += 1;
            line.key = words::fnv(line.key, c);
        } else if c.is_alphanumeric() {
            if word.chars == 0 {
                line.key = words::fnv(line.key, ' ');
            }
            if c.is_numeric() {
                line.digits += 1;
            } else {
                line.letters += 1;
            }
            word.push(c);
            for low in c.to_lowercase() {
                line.key = words::fnv(line.key, low);
            }
        } else {
            // An apostrophe inside a word (`don't`) doesn't end it.
            if !(matches!(c, '\'' | '’') && word.chars > 0) {
                word.finish(&mut line, &mut look);
            }
            match c {
                ',' | '،' | '、' | '，' | ';' => line.commas += 1,
                '|' | '»' | '›' | '•' | '·' => line.separators += 1,
                '。' | '！' | '？' => line.inner_stops += 1,
                c if c.is_whitespace() && is_stop(previous) => line.inner_stops += 1,
                _ => {}
            }
        }
        previous = c;
    }
    word.finish(&mut line, &mut look);
    if matches!(previous, '。' | '！' | '？') {
        line.inner_stops = line.inner_stops.saturating_sub(1);
    }
    line.words += line.east_asian / EAST_ASIAN_CHARS_PER_WORD;
    line.marks = words::marks(&look, line.words);
    line.dated = line.words <= 16 && line.digits > 0 && (line.marks.calendar || has_clock(part));
    // A line of symbols alone is the same only as itself.
    if line.letters + line.digits == 0 {
        line.key = part.chars().fold(words::FNV_START, words::fnv);
    }
    line
}

/// The word being read.
#[derive(Default)]
struct Word {
    lower: String,
    chars: usize,
    upper: usize,
    first_upper: bool,
}

impl Word {
    fn push(&mut self, c: char) {
        let upper = c.is_uppercase();
        if self.chars == 0 {
            self.first_upper = upper;
        }
        self.upper += usize::from(upper);
        self.chars += 1;
        // The word lists hold short words only.
        if self.chars <= words::LONGEST_WORD {
            self.lower.extend(c.to_lowercase());
        }
    }

    fn finish(&mut self, line: &mut Line, look: &mut Vec<String>) {
        if self.chars == 0 {
            return;
        }
        line.words += 1;
        line.capitalised += usize::from(self.first_upper);
        line.shouted += usize::from(self.chars >= 2 && self.upper == self.chars);
        line.common += usize::from(words::is_common(&self.lower));
        if look.len() < LOOK_WORDS {
            look.push(std::mem::take(&mut self.lower));
        }
        self.lower.clear();
        self.chars = 0;
        self.upper = 0;
    }
}

/// Whether a character is written without spaces between words.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2ffff}')
}

/// Whether a character ends a sentence.
pub(super) fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '۔' | '।' | '‼' | '⁇' | '⁈' | '⁉')
}

/// Closing marks that may stand after a sentence's end.
fn closes(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '“'
            | '‘'
            | ')'
            | ']'
            | '」'
            | '』'
            | '）'
            | '】'
            | '*'
            | '›'
    )
}

/// How `part` ends.
pub(super) fn ending(part: &str) -> Ending {
    let bare = part.trim_end();
    let core = bare.trim_end_matches(|c: char| closes(c) || c.is_whitespace());
    if core.ends_with('…') || core.ends_with("...") || core.ends_with("..") {
        return Ending::Ellipsis;
    }
    match core.chars().next_back() {
        Some(c) if is_stop(c) => Ending::Sentence,
        Some(':' | '：') => Ending::Colon,
        _ => Ending::Open,
    }
}

/// Whether `part` begins with a number among others, such as `2 of 5` or `Image 2/5`.
fn is_counter(part: &str) -> bool {
    let bare = ["Image ", "Photo ", "Slide "].iter().find_map(|name| part.strip_prefix(name));
    let number = |part: Option<&str>| {
        part.is_some_and(|w| (1..=3).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut words = bare.unwrap_or(part).split([' ', '/']);
    let first = words.next();
    let second = words.next();
    number(first)
        && (number(second) && part.contains('/') || second == Some("of") && number(words.next()))
}

/// Whether `part` holds a clock time such as `8:32` or `23:05`.
fn has_clock(part: &str) -> bool {
    let bytes = part.as_bytes();
    bytes.windows(4).any(|w| {
        matches!(w, [a, b':', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit())
    })
}

#[cfg(test)]
mod wrap_tests {
    use super::lines;

    fn check(text: &str, expected: usize) {
        let found: Vec<&str> = lines(text).iter().map(|line| line.span.of(text)).collect();
        assert_eq!(found.len(), expected, "{found:#?}");
    }

    #[test]
    fn a_paragraph_wrapped_by_hand_is_one_line() {
        check(
            "The ferry returned to the lake on Sunday after nine years in\n\
             the yard, and two hundred people were on board. The mayor\n\
             said that Karsholm had waited long enough for it.\n\n\
             Tickets cost four crowns, and a bicycle travels for one and\n\
             a half.",
            2,
        );
    }

    #[test]
    fn lists_headlines_and_long_lines_stay_as_they_are() {
        check(
            "Home\nNews from the whole region and from the rest of the world today\nSport\nWeather",
            4,
        );
        let doubled = "Bakers of three valleys ask the mill for a price that holds this year";
        check(&format!("{doubled}\n{doubled}\n\n{doubled}\n{doubled}\n{doubled}"), 5);
        check(&format!("{}\nshort\n{}", "a word ".repeat(40), "a word ".repeat(40)), 3);
    }
}
