//! Text to lines, each with the facts that the later steps ask about.
//!
//! In: the text of a page as given. Out: its lines as `wrap.rs` puts them together, in order, each
//! with counts of what it holds (words, digits, capitals, ...) and how it ends, and the words of
//! all of them. A line is walked once for all of it: most of the time that a page takes is here.
//! Of other lines it knows which say the same; what a line means on its page is `furniture.rs` and
//! `articles.rs`.

use std::iter;

use crate::input::Form;
use crate::page::marks::{self, Found, Marks};
use crate::page::vocabulary::{Run, Vocabulary, Words};
use crate::page::wrap;
use crate::span::Span;
use crate::text::calendar::{self, Stated};
use crate::text::chars::{self, Class};
use crate::text::fold;
use crate::text::hash;
use crate::text::keyed::{Key, Running, WordMap};
use crate::text::lists::{self, Kind};
use crate::text::words::{Inner, split};

/// Words of a line that are compared with the word lists; furniture says what it is early.
const LOOK_WORDS: usize = 24;
/// Two East Asian characters count as a word: Chinese words are about two characters long.
const EAST_ASIAN_CHARS_PER_WORD: usize = 2;

/// Longest line, in words, that one word makes a button.
const BUTTON_WORDS: usize = 5;
/// As many of a byline.
const BYLINE_WORDS: usize = 12;
/// As many where the line counts the comments below it.
const COUNT_WORDS: usize = 16;
/// As many where the line names the networks to share on.
const SHARE_WORDS: usize = 12;

/// A longer line is about other things than its date, in words.
const MOST_DATED_WORDS: usize = 16;
/// The shortest date has as many digits: *1 May 20*.
const LEAST_DATE_DIGITS: usize = 3;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands, without the white space around it.
    pub(super) span: Span,
    /// The first line of the page that says the same: the same words, in capitals or not; a line of
    /// symbols is the same only as itself.
    pub(super) same: usize,
    /// Whether another line of the page says the same.
    pub(super) repeated: bool,
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
    /// Words that speak to the reader or of the publisher.
    pub(super) reader: usize,
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
    /// Whether it is of the file and not of its text: the number of a page, an address
    /// in a list of them.
    pub(super) of_file: bool,
    /// What the word lists say of it.
    pub(super) marks: Marks,
    /// A date, or a month or weekday or a time with digits, in a line that is short.
    pub(super) dated: bool,
    /// The date that it states.
    pub(super) stated: Option<Stated>,
    /// Where the page's vocabulary has its words.
    pub(super) said: Words,
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

    /// Whether the line says who wrote the story and little else.
    pub(super) fn is_byline(&self) -> bool {
        self.marks.byline && self.words <= BYLINE_WORDS
    }

    /// Whether the line says how many comments stand below it: "34 responses to …".
    pub(super) fn counts_comments(&self, text: &str) -> bool {
        let part = self.span.of(text);
        self.marks.comment
            && self.words <= COUNT_WORDS
            && part.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether the line asks to share or to follow: "Share this article on …" and the networks. A
    /// sentence about sharing ends like one; a headline about it is told by how the page prints it.
    pub(super) fn is_share_line(&self) -> bool {
        self.marks.leads
            && self.marks.share
            && self.words <= SHARE_WORDS
            && self.ending != Ending::Sentence
    }

    /// Sees whether the line, which is `part`, is dated, and by which date; its counts and marks are
    /// known.
    fn read_date(&mut self, part: &str) {
        if self.words > MOST_DATED_WORDS || self.digits == 0 {
            return;
        }
        let hinted = self.marks.calendar || has_clock(part);
        if self.digits >= LEAST_DATE_DIGITS
            && (hinted || self.marks.month || calendar::may_state(part))
        {
            self.stated = calendar::stated(part);
        }
        self.dated = hinted || self.stated.is_some();
    }

    /// Whether the line states a date and little else.
    pub(super) fn is_date_line(&self) -> bool {
        // "It opened on 5 June 1931." tells something; "2024. 4. 14." and "14. April 2024." do not.
        let most = if self.ending == Ending::Sentence { 0 } else { 4 };
        self.stated.as_ref().is_some_and(|stated| stated.other_words <= most)
    }

    /// Whether the line reads like prose that was finished: some words and a sentence end.
    pub(super) fn is_sentence(&self) -> bool {
        self.words >= 6 && self.ending == Ending::Sentence
    }
}

/// The lines of `text` that hold more than white space; the lines of a hard-wrapped paragraph are
/// one. With the words of them.
pub(super) fn lines(text: &str, form: Form) -> (Vec<Line>, Vocabulary) {
    let spans = wrap::paragraphs(text, form);
    let mut reader = Reader::new(text);
    let read = |piece: &wrap::Piece| reader.read(piece.span, piece.blank_before);
    let mut lines: Vec<Line> = spans.iter().map(read).collect();
    find_repeats(&mut lines, &reader.vocabulary, text);
    (lines, reader.vocabulary)
}

/// Sees which lines say the same.
fn find_repeats(lines: &mut [Line], vocabulary: &Vocabulary, text: &str) {
    let mut firsts: WordMap<(&[Key], &str), (usize, &str)> =
        WordMap::with_capacity_and_hasher(lines.len(), Default::default());
    for (index, line) in lines.iter_mut().enumerate() {
        let part = line.span.of(text);
        let words = vocabulary.words(&line.said);
        let symbols = if words.is_empty() { part } else { "" };
        let (first, other) = *firsts.entry((words, symbols)).or_insert((index, part));
        // Other words have the same keys with next to no chance, and then each line stands alone.
        line.same = if first == index || says_same(other, part) { first } else { index };
        line.repeated = line.same < index;
    }
    let repeats = lines.iter().filter(|line| line.repeated);
    for first in repeats.map(|line| line.same).collect::<Vec<_>>() {
        if let Some(line) = lines.get_mut(first) {
            line.repeated = true;
        }
    }
}

/// Whether two lines have the same words, in capitals or not.
fn says_same(one: &str, other: &str) -> bool {
    one == other || small_words(one).eq(small_words(other))
}

/// The words of a line in small letters, a space before each.
fn small_words(part: &str) -> impl Iterator<Item = char> + '_ {
    let words = split(part, Inner::None).map(|word| word.span.of(part));
    let seen = |c: &char| !chars::is_invisible(*c);
    words.flat_map(move |word| {
        iter::once(' ').chain(word.chars().filter(seen).flat_map(char::to_lowercase))
    })
}

/// Reads lines: their facts, and their words into the page's [`Vocabulary`].
struct Reader<'a> {
    text: &'a str,
    vocabulary: Vocabulary,
    /// The first words of the line being read.
    look: Vec<Found<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let look = Vec::with_capacity(LOOK_WORDS);
        Reader { text, vocabulary: Vocabulary::for_page(text.len()), look }
    }

    /// The facts of the line at `span`. One walk over its characters finds them all.
    fn read(&mut self, span: Span, blank_before: bool) -> Line {
        let part = span.of(self.text);
        let first = part.chars().next().unwrap_or(' ');
        let line = Line {
            span,
            same: 0,
            repeated: false,
            blank_before,
            words: 0,
            chars: part.chars().count(),
            letters: 0,
            digits: 0,
            capitalised: 0,
            shouted: 0,
            common: 0,
            reader: 0,
            commas: 0,
            inner_stops: 0,
            separators: 0,
            east_asian: 0,
            ending: ending(part),
            starts_lower: first.is_lowercase(),
            starts_quote: chars::opens_quotation(first),
            bullet: chars::is(first, Class::BULLET),
            address: false,
            mailbox: false,
            credited: false,
            copyright: false,
            counter: is_counter(part),
            of_file: is_page_number(part) || is_numbered_address(part),
            marks: Marks::default(),
            dated: false,
            stated: None,
            said: self.vocabulary.start_line(),
        };
        self.look.clear();
        let mut walk = Walk {
            part,
            line,
            word: Word::default(),
            run: Run::new(false, true),
            opens: true,
            previous: '\n',
            spaced_sign: false,
            vocabulary: &mut self.vocabulary,
            look: &mut self.look,
        };
        let mut at = 0;
        while let Some(byte) = part.as_bytes().get(at) {
            if plain_lower(*byte) != 0 {
                at = walk.plain(at);
            } else if byte.is_ascii() {
                walk.mark(char::from(*byte), at);
                at += 1;
            } else {
                let Some(c) = part.get(at..).and_then(|rest| rest.chars().next()) else { break };
                walk.other(c, at);
                at += c.len_utf8();
            }
        }
        walk.finish()
    }
}

/// A letter or digit of ASCII in lower case, 0 for every other byte; from a table, because each byte
/// of a page asks.
fn plain_lower(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "in a constant: it compiles or it doesn't")]
    const LOWER: [u8; 256] = {
        let mut lower = [0; 256];
        let mut byte = 0_u8;
        while byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                lower[byte as usize] = byte.to_ascii_lowercase();
            }
            byte += 1;
        }
        lower
    };
    LOWER.get(usize::from(byte)).copied().unwrap_or(0)
}

/// A walk over the characters of one line.
struct Walk<'w, 'a> {
    part: &'a str,
    line: Line,
    /// What counts as a word: letters and digits, not those of [`is_east_asian`], with apostrophes
    /// inside.
    word: Word,
    /// What the vocabulary keeps as a word: letters and digits with nothing between.
    run: Run,
    /// Whether a run that starts now stands at the start of a sentence.
    opens: bool,
    previous: char,
    /// Whether there is an `@` with a space before it.
    spaced_sign: bool,
    vocabulary: &'w mut Vocabulary,
    look: &'w mut Vec<Found<'a>>,
}

impl Walk<'_, '_> {
    /// The letters and digits of ASCII from `start`, in one go: most of most pages. Gives where
    /// they end.
    fn plain(&mut self, start: usize) -> usize {
        let rest = self.part.as_bytes().get(start..).unwrap_or_default();
        let capital = rest.first().is_some_and(u8::is_ascii_uppercase);
        self.start_run(capital);
        self.start_word(start, capital);
        let (mut key, mut listed) = (self.run.key, self.run.listed);
        let (mut count, mut upper, mut digits) = (0_usize, 0_usize, 0_usize);
        for byte in rest {
            let low = plain_lower(*byte);
            if low == 0 {
                break;
            }
            count += 1;
            upper += usize::from(low != *byte);
            digits += usize::from(low <= b'9');
            key = key.with(char::from(low));
            listed = hash::with(listed, char::from(low));
        }
        (self.run.key, self.run.listed) = (key, listed);
        self.line.digits += digits;
        self.line.letters += count - digits;
        self.run.chars += count;
        self.word.chars += count;
        self.word.upper += upper;
        self.word.end = start + count;
        // Of letters and digits nothing asks which one came before.
        self.previous = 'a';
        start + count
    }

    /// A character outside ASCII, at `at`.
    fn other(&mut self, c: char, at: usize) {
        if self.run.chars > 0 && chars::is_invisible(c) {
            // The word goes on, but is spelled with more than its run has.
            self.word.mixed = true;
            return;
        }
        self.line.copyright |= matches!(c, '©' | 'ⓒ');
        let east_asian = is_east_asian(c);
        // An accent or a joiner with no letter before it is no word.
        let of_word = c.is_alphanumeric() || (self.run.chars > 0 && chars::is_of_word(c));
        if !east_asian && !of_word {
            self.mark(c, at);
            return;
        }
        self.previous = c;
        if of_word {
            self.start_run(c.is_uppercase());
        } else {
            self.end_run(c);
        }
        if east_asian {
            self.line.east_asian += 1;
            self.line.letters += 1;
            // It doesn't end a word that is open, but is none of its characters.
            self.word.mixed |= self.word.chars > 0;
        } else {
            let upper = c.is_uppercase();
            self.start_word(at, upper);
            if c.is_numeric() {
                self.line.digits += 1;
            } else {
                self.line.letters += 1;
            }
            self.word.chars += 1;
            self.word.upper += usize::from(upper);
            self.word.end = at + c.len_utf8();
        }
        if of_word {
            self.run.chars += 1;
            self.run.key = c.to_lowercase().fold(self.run.key, Running::with);
            self.run.listed = c.to_lowercase().fold(self.run.listed, hash::with);
        }
    }

    /// A character that is no letter or digit, at `at`.
    fn mark(&mut self, c: char, at: usize) {
        // An apostrophe inside a word (`don't`) doesn't end it.
        if !(matches!(c, '\'' | '’') && self.word.chars > 0) {
            self.end_word();
        }
        self.end_run(c);
        let ends = |with: &str| self.part.get(..=at).is_some_and(|head| head.ends_with(with));
        match c {
            ' ' => self.line.inner_stops += usize::from(is_stop(self.previous)),
            '|' | '»' | '›' | '•' | '·' => self.line.separators += 1,
            '.' => self.line.address |= ends("www."),
            '/' => self.line.address |= ends("://"),
            '@' => {
                self.line.mailbox = true;
                self.spaced_sign |= self.previous == ' ';
            }
            _ => {
                let class = Class::of(c);
                self.line.commas += usize::from(class.is(Class::COMMA));
                let spaced = c.is_whitespace() && is_stop(self.previous);
                self.line.inner_stops += usize::from(spaced || class.is(Class::WIDE_STOP));
            }
        }
        self.previous = c;
    }

    fn start_run(&mut self, capital: bool) {
        if self.run.chars == 0 {
            self.run = Run::new(capital, self.opens);
            // Two runs in one word: `don't`.
            self.word.mixed |= self.word.chars > 0;
        }
    }

    /// Ends the run, if one is open, at `c`.
    fn end_run(&mut self, c: char) {
        let open = self.run.chars > 0;
        if open {
            self.vocabulary.add(&self.run, &mut self.line.said);
            self.run.chars = 0;
        }
        // A space behind a word goes on with the sentence; behind a mark it changes nothing.
        self.opens = c != ' ' || (self.opens && !open);
    }

    fn start_word(&mut self, at: usize, upper: bool) {
        if self.word.chars == 0 {
            // A run that is open has characters that are none of the word's.
            let mixed = self.run.chars > 0;
            self.word = Word { start: at, first_upper: upper, mixed, ..Word::default() };
        }
    }

    fn end_word(&mut self) {
        if self.word.chars == 0 {
            return;
        }
        let Word { start, end, chars, upper, first_upper, mixed } = self.word;
        self.line.words += 1;
        self.line.capitalised += usize::from(first_upper);
        self.line.shouted += usize::from(chars >= 2 && upper == chars);
        let looked_at = self.look.len() < LOOK_WORDS;
        if looked_at || chars <= marks::LONGEST_COMMON {
            let spelled = self.part.get(start..end).unwrap_or("");
            // A word of one run has the run's hash.
            let found = if mixed {
                marks::find(spelled)
            } else {
                marks::find_hashed(self.run.listed, spelled)
            };
            self.line.common += usize::from(marks::is_common(&found));
            self.line.reader += usize::from(marks::is_reader(&found));
            if looked_at {
                self.look.push(found);
            }
        }
        self.word.chars = 0;
    }

    /// The line, when all its characters were seen.
    fn finish(mut self) -> Line {
        self.end_word();
        self.end_run('\n');
        let Walk { part, mut line, look, .. } = self;
        if chars::is(self.previous, Class::WIDE_STOP) {
            line.inner_stops = line.inner_stops.saturating_sub(1);
        }
        line.words += line.east_asian / EAST_ASIAN_CHARS_PER_WORD;
        line.address |= self.spaced_sign;
        line.mailbox &= !self.spaced_sign;
        line.credited = line.ending == Ending::Open && marks::ends_in_credit(part);
        line.marks = marks::marks(look, line.words);
        line.read_date(part);
        line
    }
}

/// The word being read.
#[derive(Default)]
struct Word {
    start: usize,
    /// Where its last letter or digit ends: an apostrophe may follow.
    end: usize,
    chars: usize,
    upper: usize,
    first_upper: bool,
    /// Whether its characters are others than those of one run.
    mixed: bool,
}

/// Whether a character is one of those of which [`EAST_ASIAN_CHARS_PER_WORD`] count as a word.
pub(super) fn is_east_asian(c: char) -> bool {
    chars::is(c, Class::HAN_OR_KANA)
}

/// Whether a character ends a sentence; `…` is an [`Ending`] of its own.
pub(super) fn is_stop(c: char) -> bool {
    let class = Class::of(c);
    class.is(Class::STOP) && !class.is(Class::ELLIPSIS)
}

/// How `part` ends.
pub(super) fn ending(part: &str) -> Ending {
    let bare = part.trim_end();
    let core = bare.trim_end_matches(|c: char| chars::closes(c) || c == '*' || c.is_whitespace());
    if core.ends_with('…') || core.ends_with("...") || core.ends_with("..") {
        return Ending::Ellipsis;
    }
    match core.chars().next_back() {
        Some(c) if is_stop(c) => Ending::Sentence,
        Some(c) if chars::is(c, Class::COLON) => Ending::Colon,
        _ => Ending::Open,
    }
}

/// Whether `part` begins with a number among others, such as `2 of 5` or `Image 2/5`.
fn is_counter(part: &str) -> bool {
    let number = |part: Option<&str>| {
        part.is_some_and(|w| (1..=3).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))
    };
    let named = |word: &str| {
        word.starts_with(char::is_uppercase)
            && lists::has(&fold::lower(word), Kind::NumberedPicture)
    };
    let bare = part.split_once(' ').filter(|(word, _)| named(word)).map(|(_, rest)| rest);
    let mut words = bare.unwrap_or(part).split([' ', '/']);
    let first = words.next();
    let second = words.next();
    number(first)
        && (number(second) && part.contains('/') || second == Some("of") && number(words.next()))
}

/// Longest line, in bytes, that a page's number ends.
const PAGE_NUMBER_BYTES: usize = 120;

/// Whether `part` ends with the number of a page, as in `Page 3` and `Orrin Post – Page 3 of 7`.
fn is_page_number(part: &str) -> bool {
    if part.len() > PAGE_NUMBER_BYTES || !part.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let mut words = part.rsplit(' ').filter(|word| !word.is_empty());
    let number = |word: Option<&str>| {
        word.is_some_and(|w| (1..=4).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))
    };
    let page = |word: Option<&str>| {
        word.is_some_and(|word| lists::has(&fold::lower(word), Kind::NumberedPage))
    };
    // `3` or `3 of 7`, from behind.
    number(words.next()) && {
        let second = words.next();
        page(second) || (number(words.next()) && page(words.next()))
    }
}

/// Whether `part` is a number in a list and the address that it stands for, as below what a text
/// browser prints.
fn is_numbered_address(part: &str) -> bool {
    let numbers = |c: char| c.is_ascii_digit() || matches!(c, '.' | '[' | ']' | ')' | ' ');
    let address = part.trim_start_matches(numbers);
    address.len() < part.len()
        && (address.starts_with("http://") || address.starts_with("https://"))
        && !address.contains(char::is_whitespace)
}

/// Whether `part` holds a clock time such as `8:32` or `23:05`.
fn has_clock(part: &str) -> bool {
    let bytes = part.as_bytes();
    bytes.windows(4).any(|w| {
        matches!(w, [a, b':', c, d] if a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit())
    })
}

#[cfg(test)]
mod twin;

#[cfg(test)]
mod same_tests {
    use super::{Form, lines};
    use crate::text::hash;

    fn check(text: &str, expected: &[usize]) {
        let found: Vec<usize> = lines(text, Form::Text).0.iter().map(|line| line.same).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lines_of_the_same_words_are_the_same() {
        let ferry = "The ferry\nThe lake\nTHE FERRY!\n- the  ferry -\nthe fer ry\nTheferry";
        check(ferry, &[0, 1, 0, 0, 4, 5]);
        let (lines, _) = lines(ferry, Form::Text);
        let repeated: Vec<bool> = lines.iter().map(|line| line.repeated).collect();
        assert_eq!(repeated, [true, false, true, true, false, false]);
        check("Don't\nDon’t\nDont", &[0, 0, 2]);
        check("…\n...\n…\n•\n・・", &[0, 1, 0, 3, 4]);
        check("", &[]);
    }

    #[test]
    fn lines_made_to_have_one_hash_differ() {
        let crafted = "The ferry sails at noon 땎뇎믠뾇가\nThe ferry sails at noon 쓙뿵꿷솸룼";
        // By this hash lines were compared.
        let hashes: Vec<u64> =
            crafted.lines().map(|line| hash::of(&format!(" {}", line.to_lowercase()))).collect();
        assert_eq!(hashes[0], hashes[1]);
        check(crafted, &[0, 1]);
    }
}
