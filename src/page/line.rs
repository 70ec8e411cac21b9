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

    /// Whether the line reads like prose that was finished: some words and a sentence end.
    pub(super) fn is_sentence(&self) -> bool {
        self.words >= 6 && self.ending == Ending::Sentence
    }
}

/// Whether a character ends a line.
fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of `text` that hold more than white space.
pub(super) fn lines(text: &str) -> Vec<Line> {
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
            found.push(read(span, text, blank_before));
            blank_before = false;
        }
    }
    found
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
        marks: Marks::default(),
        dated: false,
    };
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

/// Whether `part` holds a clock time such as `8:32` or `23:05`.
fn has_clock(part: &str) -> bool {
    let bytes = part.as_bytes();
    bytes.windows(4).any(|w| {
        matches!(w, [a, b':', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit())
    })
}
