//! Paragraph to sentences.
//!
//! In: the text of one paragraph (or of several: a blank line always ends a sentence).
//! Out: the span of each sentence in that text, in order, without white space at its ends; every
//! character that is not white space lies in exactly one of them.
//! Does not know pages, titles or tokens, and never changes the text.
//!
//! The rules are those of edited English prose, after Grefenstette and Tapanainen, "What is a
//! word, what is a sentence?" (1994): a full stop ends a sentence unless an abbreviation, an
//! initial, a decimal or a list number explains it. The marks of other scripts (`。`, `؟`, `।`
//! and so on) end one as well, and those of Chinese and Japanese need no space after them.

use crate::span::Span;
use crate::text::chars::{self, Class};
use crate::text::fold;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};

/// A sentence longer than this many bytes is cut at the last weaker mark or space before it, so
/// that text without any full stop (a table, a transcript without punctuation) still has parts
/// small enough to rank and to show.
pub const MAX_SENTENCE_BYTES: usize = 2_000;

/// The sentences of `text`: half-open byte spans, in order, trimmed, never empty.
///
/// Text without a letter or digit still comes back, as a sentence: nothing is dropped here. Empty
/// or blank text has no sentence.
///
/// ```
/// use standfirst::sentence;
///
/// let text = "The U.S. economy grew 2.5 percent. \"Why now?\" asked Dr. Ito. 他来了。她走了。";
/// let parts: Vec<&str> = sentence::split(text).into_iter().map(|span| span.of(text)).collect();
/// assert_eq!(
///     parts,
///     [
///         "The U.S. economy grew 2.5 percent.",
///         "\"Why now?\" asked Dr. Ito.",
///         "他来了。",
///         "她走了。",
///     ]
/// );
/// ```
pub fn split(text: &str) -> Vec<Span> {
    split_by(text, line_goes_on)
}

/// As [`split`], where `goes_on` says whether the line end at an offset lies inside a sentence.
fn split_by(text: &str, goes_on: impl Fn(&str, usize) -> bool) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut start = 0;
    // The first offset that was not looked at.
    let mut next = 0;
    while let Some((at, c)) = next_candidate(text, next) {
        next = at + c.len_utf8();
        let end = match Mark::of(c) {
            Mark::None => continue,
            Mark::Line => {
                if goes_on(text, at) {
                    continue;
                }
                at
            }
            mark => {
                let end = closing_end(text, next);
                if !ends_sentence(text, start, at, mark, end) {
                    continue;
                }
                end
            }
        };
        push(text, Span::new(start, end), &mut sentences);
        start = end;
        next = next.max(end);
    }
    push(text, Span::new(start, text.len()), &mut sentences);
    sentences
}

/// The sentences of all `paragraphs`, which are spans into `text`; so are the results. A line end
/// inside a paragraph is a wrap and ends nothing.
pub fn split_paragraphs(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let inside = |paragraph: &Span| {
        let offset = paragraph.start;
        let sentences = split_by(paragraph.of(text), |_, _| true);
        sentences.into_iter().map(move |span| span.shift(offset))
    };
    paragraphs.iter().flat_map(inside).collect()
}

/// The first character from offset `from` on that may be a mark: any but the letters, spaces and
/// marks of ASCII that are none. Text is full of those, so they are passed over byte by byte.
fn next_candidate(text: &str, from: usize) -> Option<(usize, char)> {
    let rest = text.as_bytes().get(from..)?;
    let may_be = |byte: &u8| matches!(byte, b'\n' | 0x0b..=b'\r' | b'!' | b'.' | b'?' | 0x80..);
    let at = from + rest.iter().position(may_be)?;
    Some((at, text.get(at..)?.chars().next()?))
}

/// What a character does to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    /// `.`: ends a sentence unless something else explains it.
    Stop,
    /// `!`, `?`, `…` and their like: end one unless the sentence visibly goes on.
    Strong,
    /// A mark of a script that puts no space between sentences.
    Wide,
    /// A line end.
    Line,
}

impl Mark {
    fn of(c: char) -> Mark {
        let class = Class::of(c);
        if class.is(Class::FULL_STOP) {
            Mark::Stop
        } else if class.is(Class::STRONG_STOP) {
            Mark::Strong
        } else if class.is(Class::WIDE_STOP) {
            Mark::Wide
        } else if class.is(Class::LINE_END) {
            Mark::Line
        } else {
            Mark::None
        }
    }
}

/// The offset after further stops and closing quotes or brackets that belong to the mark just before
/// `from`.
fn closing_end(text: &str, from: usize) -> usize {
    let mut end = from;
    for c in text.get(from..).unwrap_or("").chars() {
        let after = end + c.len_utf8();
        let class = Class::of(c);
        // `“` closes in German and opens in English, where a word follows.
        let closes = class.is(Class::STOP)
            || class.is(Class::CLOSER)
            || (class.is(Class::LOW_CLOSER)
                && !text.get(after..).is_some_and(|rest| rest.starts_with(chars::is_of_word)));
        if !closes {
            break;
        }
        end = after;
    }
    // "… it ended. ” Then": a closing quote that a scraper set apart still closes.
    let apart = text.get(end..).unwrap_or("").strip_prefix([' ', '\u{a0}']).unwrap_or("");
    let after = apart.trim_start_matches(['”', '’', '»']);
    let closes = after.len() < apart.len() && !after.starts_with(|c: char| !c.is_whitespace());
    if closes { text.len() - after.len() } else { end }
}

/// Whether the mark at `at`, with its closers up to `end`, ends the sentence begun at `start`.
fn ends_sentence(text: &str, start: usize, at: usize, mark: Mark, end: usize) -> bool {
    let before = text.get(start..at).unwrap_or("");
    let tail = text.get(at..end).unwrap_or("");
    let after = text.get(end..).unwrap_or("");
    let Some(next) = after.chars().next() else { return true };
    let wide = mark == Mark::Wide || tail.chars().any(|c| Mark::of(c) == Mark::Wide);
    // "好!" with the mark of another script, as it is often typed.
    if wide || (mark == Mark::Strong && after.starts_with(|c| chars::is(c, Class::HAN_OR_KANA))) {
        let decimal = tail == "．" && before.ends_with(char::is_numeric) && next.is_numeric();
        let quoted =
            tail.chars().any(|c| chars::is(c, Class::QUOTE) && chars::is(c, Class::CLOSER));
        return !(decimal || (quoted && wide_speech_tag(after)));
    }
    if !next.is_whitespace() {
        return mark == Mark::Stop && tail.len() == 1 && missing_space(before, after);
    }
    let following = after.trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']);
    if following.starts_with(|c| Mark::of(c) == Mark::Line) {
        // The line end decides, so that a wrapped line after an abbreviation can go on.
        return !(mark == Mark::Stop
            && tail.len() == 1
            && abbreviated(before, following.trim_start()));
    }
    if goes_on(following) {
        return false;
    }
    if mark == Mark::Stop && !tail.contains("..") {
        return !abbreviated(before, following);
    }
    // Behind the marks, a quotation closes.
    !(tail.contains(|c| !chars::is_stop(c)) && speech_tag(following))
}

/// Whether what follows a quotation in Chinese or Japanese says who spoke and belongs to it:
/// *他说。*, *と話した。*
fn wide_speech_tag(after: &str) -> bool {
    /// A longer clause is a sentence of its own.
    const LONGEST_CHARS: usize = 14;
    // Japanese marks a quotation after it.
    let listed = |part: Option<&str>, kind| part.is_some_and(|part| lists::has(part, kind));
    let first = |count: usize| {
        let end = after.char_indices().nth(count).map_or(after.len(), |(at, _)| at);
        after.get(..end)
    };
    let end = after.find(|c| Mark::of(c) != Mark::None).unwrap_or(after.len());
    let tag = after.get(..end).unwrap_or("").trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = |count: usize| {
        let start = tag.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
        tag.get(start..)
    };
    let short = tag.chars().nth(LONGEST_CHARS).is_none();
    (1..=2).any(|count| {
        listed(first(count), Kind::QuotationBehind) || (short && listed(last(count), Kind::Saying))
    })
}

/// Whether the text after a mark continues its sentence: a small letter that is not the start of
/// a name such as *iPhone*, or a dash or comma.
fn goes_on(following: &str) -> bool {
    let mut chars = following.trim_start_matches(opens).chars();
    match chars.next() {
        Some(c) if c.is_lowercase() => !chars.next().is_some_and(char::is_uppercase),
        Some(',' | ';' | ':' | '–' | '—') => true,
        _ => false,
    }
}

/// Whether `c` is a quotation mark or bracket that opens.
fn opens(c: char) -> bool {
    chars::is(c, Class::OPENER)
}

/// Whether what follows a quoted `!` or `?` is a tag such as *Smith said*, which belongs to it.
fn speech_tag(following: &str) -> bool {
    let mut words = following.split_whitespace();
    if !words.next().is_some_and(|word| word.starts_with(char::is_uppercase)) {
        return false;
    }
    words.take(3).any(|word| {
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        lists::has(word, Kind::Saying)
    })
}

/// Whether *end.The* is two sentences whose space was lost: a small-letter word of three letters
/// or more, then a capitalised one.
fn missing_space(before: &str, after: &str) -> bool {
    let head = before.trim_end_matches(|c: char| c.is_alphabetic() && c.is_lowercase());
    let word = before.get(head.len()..).unwrap_or("");
    let mut next = after.chars();
    word.chars().count() >= 3
        && !head.ends_with(is_of_last_word)
        && next.next().is_some_and(char::is_uppercase)
        && next.next().is_some_and(|c| c.is_lowercase() || c == ' ')
        && !word.ends_with("www")
        && !is_address(after)
}

/// The word (letters, digits, inner full stops and apostrophes) that `before` ends with.
fn last_word(before: &str) -> &str {
    let start = before
        .char_indices()
        .rev()
        .take_while(|&(_, c)| is_of_last_word(c))
        .last()
        .map_or(before.len(), |(at, _)| at);
    before.get(start..).unwrap_or("")
}

fn is_of_last_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '&')
}

/// Whether `text` goes on as an address does, before white space: with a slash, an `@`, or a full stop
/// inside. Looks no further than that.
fn is_address(text: &str) -> bool {
    let mut stopped = false;
    text.chars().take_while(|c| !c.is_whitespace()).any(|c| {
        let inside = std::mem::replace(&mut stopped, c == '.') && c != '.';
        inside || matches!(c, '/' | '@')
    })
}

/// Whether the full stop after `before` belongs to an abbreviation, an initial or a list number,
/// given what follows it.
fn abbreviated(before: &str, following: &str) -> bool {
    let word = last_word(before);
    if word.is_empty() {
        return false;
    }
    let opens_sentence = word.len() == before.trim_start().len();
    if word.bytes().all(|b| b.is_ascii_digit()) {
        // "1. Mix the flour": a list number, at the start of a line only.
        let listed = opens_sentence && word.len() <= 3 && !following.is_empty();
        return listed || (word.len() <= 2 && is_ordinal(before, word, following));
    }
    let next_word = first_word(following);
    // "z. B.", "u. a.", "т. е.": a small letter alone, before another.
    let single = |word: &str| word.chars().count() == 1;
    let next_stopped = following.get(next_word.len()..).is_some_and(|rest| rest.starts_with('.'));
    if single(word) && word.chars().all(char::is_lowercase) && single(next_word) && next_stopped {
        return true;
    }
    // "в 2020 г. Он": the year's mark ends a sentence, the town's does not.
    if word == "г" {
        return !last_word(before.trim_end_matches('г').trim_end()).ends_with(char::is_numeric);
    }
    let next_is_digit = next_word.starts_with(|c: char| c.is_ascii_digit());
    let bare = word.trim_start_matches('.');
    match abbreviation(bare) {
        // "Mr.", "e.g."
        Some("never") => true,
        // "No. 5", "Jan. 3", "pp. 12"
        Some("before-digit") => next_is_digit,
        // "Gen. Lee", "St. Paul"
        Some("before-name") => !starts_sentence(next_word) && !following.is_empty(),
        // "Inc.", "p.m."
        Some(_) => !starts_sentence(next_word) && !opens_quote(following),
        None => {
            let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
            let dotted =
                bare.contains('.') && bare.split('.').all(|part| part.chars().count() <= 2);
            let initial = letters == 1 && bare.chars().all(char::is_uppercase);
            // "Plan B. The" and "than I. She" end; "George W. Bush" does not.
            (initial || (dotted && letters >= 2))
                && !starts_sentence(next_word)
                && !opens_quote(following)
        }
    }
}

/// Whether a full stop after a number makes it an ordinal, as in German: *am 3. Oktober*, *vom 19.
/// Jahrhundert*, *der 2. Wahlgang*.
fn is_ordinal(before: &str, number: &str, following: &str) -> bool {
    let head = before.get(..before.len() - number.len()).unwrap_or("").trim_end();
    let article = last_word(head);
    let counted = first_word(following);
    let small = fold::lower(counted);
    let is_counted = counted.starts_with(char::is_uppercase)
        && (lists::has(&small, Kind::Counted)
            || Language::of_code("de")
                .is_some_and(|german| lists::has_in(&small, Kind::Month, german)));
    is_counted || lists::has(article, Kind::BeforeOrdinal)
}

fn opens_quote(following: &str) -> bool {
    following.starts_with(|c| chars::opens_quotation(c) && c != '\'' || c == '(')
}

/// The first word of `text`, without opening marks before it.
fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(opens);
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// How the full stop of an abbreviation is read: a value of the kind `abbreviation`.
fn abbreviation(word: &str) -> Option<&'static str> {
    /// No abbreviation that is listed is longer.
    const LONGEST_BYTES: usize = 8;
    if word.len() > LONGEST_BYTES {
        return None;
    }
    let row = lists::find(&fold::lower(word))?;
    let cased = if word.starts_with(char::is_uppercase) {
        Kind::AbbreviationCapital
    } else {
        Kind::AbbreviationSmall
    };
    row.of(Kind::Abbreviation).chain(row.of(cased)).next()?.text()
}

/// Whether `word`, capitalised, usually opens a sentence, so that a full stop before it ends one
/// even after an abbreviation.
fn starts_sentence(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && !chars.any(char::is_uppercase)
        && lists::has(&fold::lower(word), Kind::OpensSentence)
}

/// Whether the line end at `at` lies inside a sentence: the next line is not blank and begins
/// with a small letter.
fn line_goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let mut next = rest.chars().skip(if rest.starts_with("\r\n") { 2 } else { 1 });
    next.find(|c| !matches!(c, ' ' | '\t')).is_some_and(char::is_lowercase)
}

/// Adds `span` without the white space at its ends, in parts no longer than
/// [`MAX_SENTENCE_BYTES`]; nothing when it is blank.
fn push(text: &str, span: Span, sentences: &mut Vec<Span>) {
    let mut span = span.trim(text);
    while span.len() > MAX_SENTENCE_BYTES {
        let cut = span.start + weak_cut(span.of(text));
        let head = Span::new(span.start, cut).trim(text);
        if !head.is_empty() {
            sentences.push(head);
        }
        span = Span::new(cut, span.end).trim(text);
    }
    if !span.is_empty() {
        sentences.push(span);
    }
}

/// Where to cut an overlong sentence: after the last semicolon, colon or comma of the second half
/// of the allowed length, else after the last space, else at the last whole character.
fn weak_cut(sentence: &str) -> usize {
    let window = chars::head(sentence, MAX_SENTENCE_BYTES);
    let limit = window.len();
    let after = |found: Option<(usize, &str)>| found.map(|(at, mark)| at + mark.len());
    let late = |at: &usize| *at > limit / 2;
    after(window.rmatch_indices([';', ':', '；', '，', '、']).next())
        .filter(late)
        .or_else(|| after(window.rmatch_indices(", ").next()).filter(late))
        .or_else(|| after(window.rmatch_indices(char::is_whitespace).next()))
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::{MAX_SENTENCE_BYTES, Mark, next_candidate, split};
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = split(text).into_iter().map(|span| span.of(text)).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    /// Read anew at each stop, it would take minutes.
    #[test]
    fn a_long_run_of_dotted_words_is_read_once() {
        for word in ["ab.", "ab.Cd", "-abc.Xy"] {
            assert!(split(&word.repeat(1 << 19)).len() > 100, "{word}");
        }
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        check("Mr. Okafor met Gen. Lee. They spoke.", &["Mr. Okafor met Gen. Lee.", "They spoke."]);
        check("It opens at 9 a.m. Tuesday.", &["It opens at 9 a.m. Tuesday."]);
        check(
            "It opens at 9 a.m. The doors close at noon.",
            &["It opens at 9 a.m.", "The doors close at noon."],
        );
        check(
            "The U.S. Senate voted. In the U.S. The bill stalled.",
            &["The U.S. Senate voted.", "In the U.S.", "The bill stalled."],
        );
        check(
            "Acme Inc. shares fell. Acme Inc. He sold.",
            &["Acme Inc. shares fell.", "Acme Inc.", "He sold."],
        );
        check(
            "See No. 5 on the list. No. That was it.",
            &["See No. 5 on the list.", "No.", "That was it."],
        );
        check("Fruit, e.g. apples, cost more. Fine.", &["Fruit, e.g. apples, cost more.", "Fine."]);
        check(
            "He moved to St. Paul on Sept. 4. It rained.",
            &["He moved to St. Paul on Sept. 4.", "It rained."],
        );
    }

    #[test]
    fn initials_decimals_and_list_numbers_do_not_end_one() {
        check("George W. Bush and J. K. Rowling met.", &["George W. Bush and J. K. Rowling met."]);
        check("They chose plan B. The rest stayed.", &["They chose plan B.", "The rest stayed."]);
        check(
            "Prices rose 2.5 percent to $1.20. Wages fell.",
            &["Prices rose 2.5 percent to $1.20.", "Wages fell."],
        );
        check("1. Mix the flour. 2. Bake it.", &["1. Mix the flour.", "2. Bake it."]);
        check("That was in 1998. Nobody noticed.", &["That was in 1998.", "Nobody noticed."]);
    }

    #[test]
    fn quotes_stay_with_their_sentence() {
        check("\"We won.\" The crowd cheered.", &["\"We won.\"", "The crowd cheered."]);
        check(
            "“Really?” she asked. “Yes!” Marta Silva said.",
            &["“Really?” she asked.", "“Yes!” Marta Silva said."],
        );
        check("He said: 'Stop.' Then he left.", &["He said: 'Stop.'", "Then he left."]);
        check("‘ It is over. ’ Nobody spoke.", &["‘ It is over. ’", "Nobody spoke."]);
        check("(It was late.) Nobody came.", &["(It was late.)", "Nobody came."]);
    }

    #[test]
    fn ellipses_and_names_in_small_letters() {
        check("Well... maybe. Wait… No.", &["Well... maybe.", "Wait…", "No."]);
        check("Sales rose. iPhone owners paid.", &["Sales rose.", "iPhone owners paid."]);
        check("Yahoo! said so. Good!", &["Yahoo! said so.", "Good!"]);
    }

    #[test]
    fn other_scripts_have_their_marks() {
        check("他来了。“真的吗？”她问。", &["他来了。", "“真的吗？”她问。"]);
        check(
            "“桥很安全。”市长波伊星期一表示。列车照常。",
            &["“桥很安全。”市长波伊星期一表示。", "列车照常。"],
        );
        check(
            "“桥很安全。”工程师们昨天检查了全部十二个桥墩，没有发现裂缝。",
            &["“桥很安全。”", "工程师们昨天检查了全部十二个桥墩，没有发现裂缝。"],
        );
        check(
            "「橋は安全です。」と市長は話した。雨が降った。",
            &["「橋は安全です。」と市長は話した。", "雨が降った。"],
        );
        check(
            "『終わった』と彼は言った。次の日、雨！",
            &["『終わった』と彼は言った。", "次の日、雨！"],
        );
        check("增长３．５％。下跌3.5%。", &["增长３．５％。", "下跌3.5%。"]);
        check("他走了!雨停了。", &["他走了!", "雨停了。"]);
        check("هل وصل؟ نعم وصل.", &["هل وصل؟", "نعم وصل."]);
        check("वह आया। वह गया।", &["वह आया।", "वह गया।"]);
    }

    #[test]
    fn languages_with_spaces_are_split_sanely() {
        check(
            "Am 3. Oktober kam Dr. Weber z. B. mit ca. 20 Leuten. Die Brücke blieb zu.",
            &["Am 3. Oktober kam Dr. Weber z. B. mit ca. 20 Leuten.", "Die Brücke blieb zu."],
        );
        check(
            "Sie stammt aus dem 19. Jahrhundert. „Sie hält“, sagte er. Gut.",
            &["Sie stammt aus dem 19. Jahrhundert.", "„Sie hält“, sagte er.", "Gut."],
        );
        check(
            "« C'est fini. » M. Dupont est parti. Il pleut.",
            &["« C'est fini. »", "M. Dupont est parti.", "Il pleut."],
        );
        check(
            "¿Cuándo abre? La Sra. Gómez no lo sabe. ¡Mañana!",
            &["¿Cuándo abre?", "La Sra. Gómez no lo sabe.", "¡Mañana!"],
        );
        check(
            "Мост открыли в 1911 г. Он закрыт. Сбор в г. Велле на ул. Мира.",
            &["Мост открыли в 1911 г.", "Он закрыт.", "Сбор в г. Велле на ул. Мира."],
        );
        check("أغلق الجسر. لماذا؟ لا أحد يعرف.", &["أغلق الجسر.", "لماذا؟", "لا أحد يعرف."]);
        check("पुल बंद है। डॉ. राव आए। क्यों?", &["पुल बंद है।", "डॉ. राव आए।", "क्यों?"]);
    }

    #[test]
    fn lines_end_sentences_unless_they_go_on() {
        check("First line\nSecond line", &["First line", "Second line"]);
        check(
            "a line that was\r\nwrapped here. Next",
            &["a line that was\r\nwrapped here.", "Next"],
        );
        check("one\n\ntwo", &["one", "two"]);
    }

    #[test]
    fn a_lost_space_is_seen_and_addresses_are_left_alone() {
        check("They met at noon.The deal failed.", &["They met at noon.", "The deal failed."]);
        check(
            "Write to news.Desk@example.org or example.com.",
            &["Write to news.Desk@example.org or example.com."],
        );
    }

    #[test]
    fn overlong_text_is_cut_at_weak_marks() {
        let text = "word, ".repeat(2_000);
        let spans = split(&text);
        assert!(spans.len() > 5);
        assert!(
            spans
                .iter()
                .all(|span| span.len() <= MAX_SENTENCE_BYTES && span.of(&text).ends_with("word,"))
        );
    }

    /// Slow twin of the search for the next candidate: every character that is a mark is one.
    fn marks(text: &str) -> Vec<usize> {
        text.char_indices().filter(|(_, c)| Mark::of(*c) != Mark::None).map(|(at, _)| at).collect()
    }

    #[test]
    fn every_mark_is_a_candidate() {
        for c in (0..0x11_0000).filter_map(char::from_u32) {
            let text = format!("ab {c}");
            assert_eq!(
                next_candidate(&text, 0).is_some(),
                !c.is_ascii() || Mark::of(c) != Mark::None
            );
        }
    }

    proptest! {
        #[test]
        fn no_mark_is_passed_over(text in "[\\PC\n\r]{0,100}|[a-zA-Z .!?\"\n。？…é]{0,100}") {
            let mut found = Vec::new();
            let mut next = 0;
            while let Some((at, c)) = next_candidate(&text, next) {
                next = at + c.len_utf8();
                if Mark::of(c) != Mark::None {
                    found.push(at);
                }
            }
            prop_assert_eq!(found, marks(&text));
        }

        #[test]
        fn every_visible_character_lies_in_exactly_one_sentence(text in "\\PC{0,200}|[a-zA-Z .!?\"'\n\r。？]{0,200}") {
            let spans = split(&text);
            let mut at = 0;
            for span in &spans {
                prop_assert!(span.start >= at && span.end > span.start);
                prop_assert!(text[at..span.start].trim().is_empty());
                prop_assert_eq!(span.trim(&text), *span);
                at = span.end;
            }
            prop_assert!(text[at..].trim().is_empty());
        }
    }
}
