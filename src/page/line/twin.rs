//! The slow twin of the walk over a line, for tests: the same facts, each found in the most obvious
//! way.
//!
//! In: a line. Out: its facts and its words. Knows no vocabulary.

use proptest::prelude::*;

use super::{
    EAST_ASIAN_CHARS_PER_WORD, Ending, Form, LOOK_WORDS, Line, ending, has_clock, is_counter,
    is_east_asian, is_numbered_address, is_page_number, is_stop, lines,
};
use crate::page::marks::{self, Marks, twin};
use crate::page::vocabulary::{TELLING_WORDS, Words};
use crate::span::Span;
use crate::text::calendar;
use crate::text::chars::{self, Class, is_of_word};
use crate::text::keyed::Key;

/// The facts of the line at `span`.
fn read(span: Span, text: &str, blank_before: bool) -> Line {
    let part = span.of(text);
    let mut line = Line {
        span,
        same: 0,
        repeated: false,
        blank_before,
        words: 0,
        chars: 0,
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
        starts_lower: false,
        starts_quote: false,
        bullet: false,
        address: part.contains("://") || part.contains("www.") || part.contains(" @"),
        mailbox: part.contains('@') && !part.contains(" @"),
        credited: false,
        copyright: part.contains(['©', 'ⓒ']),
        counter: is_counter(part),
        of_file: is_page_number(part) || is_numbered_address(part),
        marks: Marks::default(),
        dated: false,
        stated: None,
        said: Words::default(),
    };
    line.credited = line.ending == Ending::Open && marks::ends_in_credit(part);
    let mut look: Vec<String> = Vec::new();
    let mut word = Word::default();
    let mut previous = ' ';
    let mut in_run = false;
    for (i, c) in part.chars().enumerate() {
        line.chars += 1;
        if i == 0 {
            line.starts_lower = c.is_lowercase();
            line.starts_quote = chars::opens_quotation(c);
            line.bullet = chars::is(c, Class::BULLET);
        }
        if in_run && chars::is_invisible(c) {
            continue;
        }
        if is_east_asian(c) {
            line.east_asian += 1;
            line.letters += 1;
        } else if c.is_alphanumeric() || (in_run && is_of_word(c)) {
            if c.is_numeric() {
                line.digits += 1;
            } else {
                line.letters += 1;
            }
            word.push(c);
        } else {
            // An apostrophe inside a word (`don't`) doesn't end it.
            if !(matches!(c, '\'' | '’') && word.chars > 0) {
                word.finish(&mut line, &mut look);
            }
            match c {
                '|' | '»' | '›' | '•' | '·' => line.separators += 1,
                c if chars::is(c, Class::COMMA) => line.commas += 1,
                c if chars::is(c, Class::WIDE_STOP) => line.inner_stops += 1,
                c if c.is_whitespace() && is_stop(previous) => line.inner_stops += 1,
                _ => {}
            }
        }
        in_run = c.is_alphanumeric() || (in_run && is_of_word(c));
        previous = c;
    }
    word.finish(&mut line, &mut look);
    if chars::is(previous, Class::WIDE_STOP) {
        line.inner_stops = line.inner_stops.saturating_sub(1);
    }
    line.words += line.east_asian / EAST_ASIAN_CHARS_PER_WORD;
    line.marks = twin::marks(&look, line.words);
    if line.words <= 16 && line.digits > 0 {
        let hinted = line.marks.calendar || has_clock(part);
        let asked = hinted || line.marks.month || calendar::may_state(part);
        line.stated = calendar::stated(part).filter(|_| asked && line.digits >= 3);
        line.dated = hinted || line.stated.is_some();
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
        self.lower.extend(c.to_lowercase());
    }

    fn finish(&mut self, line: &mut Line, look: &mut Vec<String>) {
        if self.chars == 0 {
            return;
        }
        line.words += 1;
        line.capitalised += usize::from(self.first_upper);
        line.shouted += usize::from(self.chars >= 2 && self.upper == self.chars);
        line.common += usize::from(twin::is_common(&self.lower));
        line.reader += usize::from(twin::is_reader(&self.lower));
        if look.len() < LOOK_WORDS {
            look.push(std::mem::take(&mut self.lower));
        }
        self.lower.clear();
        self.chars = 0;
        self.upper = 0;
    }
}

/// The words of `part` in lower case: runs of letters and digits.
fn small_words(part: &str) -> Vec<String> {
    let runs = part.split(|c: char| !is_of_word(c)).map(bare).filter(|word| !word.is_empty());
    runs.map(|word| seen(word).flat_map(char::to_lowercase).collect()).collect()
}

/// What lines are the same by: their words or, without any, their symbols.
fn said(part: &str) -> (Vec<String>, &str) {
    let words = small_words(part);
    let symbols = if words.is_empty() { part } else { "" };
    (words, symbols)
}

/// A run without the accents and joiners before its first letter, which belong to none.
fn bare(run: &str) -> &str {
    run.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// The characters of a word that are seen.
fn seen(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|c| !chars::is_invisible(*c))
}

fn key(word: &str) -> Key {
    Key::of(seen(word).flat_map(char::to_lowercase))
}

/// The telling words of `part`: long ones, and names, which are capitalised inside a sentence.
fn telling(part: &str) -> Vec<(Key, bool)> {
    let mut start = true;
    let mut found = Vec::new();
    for piece in part.split_inclusive(|c: char| !is_of_word(c)) {
        let run = piece.trim_end_matches(|c: char| !is_of_word(c));
        let word = bare(run);
        let opens =
            std::mem::replace(&mut start, piece.len() == run.len() || !piece.ends_with(' '))
                || word.len() < run.len();
        if word.is_empty() {
            start |= opens;
            continue;
        }
        let name = !opens && word.starts_with(char::is_uppercase) && seen(word).count() >= 3;
        if name || seen(word).count() >= 5 {
            found.push((key(word), name));
        }
    }
    found.truncate(TELLING_WORDS);
    found
}

/// Whether the one walk finds for each line of `text` what its twin finds.
fn check(text: &str) {
    let (lines, vocabulary) = lines(text, Form::Text);
    let all: Vec<_> = lines.iter().map(|line| said(line.span.of(text))).collect();
    for (index, line) in lines.iter().enumerate() {
        let part = line.span.of(text);
        let mut slow = read(line.span, text, line.blank_before);
        slow.same = all.iter().position(|said| *said == all[index]).unwrap();
        slow.repeated = all.iter().filter(|said| **said == all[index]).count() > 1;
        let keys: Vec<Key> = all[index].0.iter().map(|word| Key::of(word.chars())).collect();
        assert_eq!(vocabulary.words(&line.said), keys, "{part:?}");
        assert_eq!(vocabulary.telling_keys(&line.said), telling(part), "{part:?}");
        slow.said = line.said.clone();
        assert_eq!(*line, slow, "{part:?}");
    }
}

#[test]
fn pages_are_read_as_by_the_twin() {
    check(include_str!("../../../examples/data/page.txt"));
    for text in [
        "@ferry at the start, and @lake inside",
        "@ferry at the start",
        "Don't miss w'e’’’’’’’’’’r'e ’tis dogs’ 日don't日miss ab日cd 日ab ab・cd ・ab",
        "See www.example.org, http://example.org or mail ferry@example.org",
        "ÉCOLE élan não ŞİŞLİ İ ⓒ Straße ẞ ﬁsh Ω 2 of 5 ½ ٣ ௰",
        "WE (The Ferry)  Sails.  The Ferry \u{a0}Sails\tThe Ferry",
        "他来了。她走了！GDP增长2.5个百分点。",
    ] {
        check(text);
    }
    check(&"Ferries sail over the lake to Karsholm’s old harbour. ".repeat(200));
}

/// Texts made of what the lists hold, of marks, and of characters that other scripts have.
fn texts() -> impl Strategy<Value = String> {
    let phrases = twin::phrases();
    let part = prop_oneof![
        4 => prop::sample::select(phrases),
        2 => "[a-zA-Z]{1,8}",
        1 => "[A-Z][a-z]{0,16}",
        1 => "[0-9]{1,4}",
        1 => "[éÉßñИиŞİıΣς日本ー・のⓒ½٣]{1,3}",
        1 => "\\PC{1,3}",
    ];
    let mark = prop_oneof![
        6 => Just(" ".to_owned()),
        1 => "[.,:;!?'’“”/@|»•·。！、\\t\\u{a0}\\u{200b} -]{1,3}",
        1 => Just("\n".to_owned()),
        1 => "[\\n\\r\\u{b}\\u{c}\\u{85}\\u{2028}\\u{2029}]{1,2}",
        1 => Just(String::new()),
    ];
    prop::collection::vec((part, mark), 0..60)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, mark)| [part, mark]).collect())
}

proptest! {
    #[test]
    fn any_text_is_read_as_by_the_twin(text in texts()) {
        check(&text);
    }
}
