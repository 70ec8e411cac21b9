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

mod marks;
mod words;
mod abbreviations;
mod context;
mod length;

use std::cell::OnceCell;

use crate::span::Span;
use crate::text::chars::{self, Class};

use marks::Mark;
use words::Opening;

pub use length::{MAX_SENTENCE_BYTES, MAX_SHORT_SENTENCES, MIN_JOINED_BYTES};

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
    let written_small = OnceCell::new();
    let mut start = last_blank(text, 0);
    // The first offset that was not looked at.
    let mut next = start;
    while let Some((at, c)) = marks::next_candidate(text, next) {
        next = at + c.len_utf8();
        let end = match Mark::behind(text.get(start..at).unwrap_or(""), c) {
            Mark::None => continue,
            Mark::Line => {
                if goes_on(text, at) {
                    continue;
                }
                at
            }
            mark => {
                let end = marks::closing_end(text, start, next);
                let stop = Stop { text, start, at, mark, end };
                if !stop.ends_sentence(|| *written_small.get_or_init(|| is_written_small(text))) {
                    continue;
                }
                end
            }
        };
        length::push(text, Span::new(start, end), &mut sentences);
        start = last_blank(text, end);
        next = next.max(start);
    }
    length::push(text, Span::new(start, text.len()), &mut sentences);
    sentences
}

/// The last of the white space that stands at `at`, or `at` where none does: a sentence that began
/// with all of it would have it read again at each of its marks.
fn last_blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let blank = rest.get(..rest.len() - rest.trim_start().len()).unwrap_or("");
    blank.char_indices().next_back().map_or(at, |(last, _)| at + last)
}

/// The sentences of all `paragraphs`, which are spans into `text`; so are the results. A line end
/// inside a paragraph is a wrap and ends nothing. Of more than [`MAX_SHORT_SENTENCES`] sentences, those
/// behind are joined with their neighbours, paragraphs or not, to [`MIN_JOINED_BYTES`] bytes: no
/// article has so many that are so short, and a file of single letters would fill the memory.
pub fn split_paragraphs(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let inside = |paragraph: &Span| {
        let offset = paragraph.start;
        let sentences = split_by(paragraph.of(text), |_, _| true);
        sentences.into_iter().map(move |span| span.shift(offset))
    };
    length::join(text, paragraphs.iter().flat_map(inside))
}

/// Whether `sentence`, as [`split`] gave it, ends where `text` was cut by length alone: more text is
/// behind it, and no mark and no line end between them.
#[must_use]
pub fn is_cut(text: &str, sentence: Span) -> bool {
    let after = text.get(sentence.end..).unwrap_or("");
    let blank = after.len() - after.trim_start().len();
    let parted = |c: char| Mark::of(c) == Mark::Line;
    blank < after.len()
        && !after.get(..blank).is_some_and(|blank| blank.contains(parted))
        && !sentence.of(text).char_indices().next_back().is_some_and(|(at, c)| {
            let before = sentence.of(text).get(..at).unwrap_or("");
            Mark::behind(before, c) != Mark::None
                || !c.is_alphanumeric() && !matches!(c, ',' | ';' | ':')
        })
}

/// Whether no capital is near the start of `text`: then a small letter says nothing of where a sentence
/// begins.
fn is_written_small(text: &str) -> bool {
    const SAMPLE_BYTES: usize = 1_000;
    !chars::head(text, SAMPLE_BYTES).contains(char::is_uppercase)
}

/// A mark that may end a sentence.
struct Stop<'t> {
    text: &'t str,
    /// Where the sentence began.
    start: usize,
    /// Where the mark is.
    at: usize,
    mark: Mark,
    /// Where the mark ends, with what belongs to it.
    end: usize,
}

impl Stop<'_> {
    /// Whether it ends the sentence. `written_small` says whether the text has no capitals.
    fn ends_sentence(&self, written_small: impl Fn() -> bool) -> bool {
        let &Self { text, start, at, mark, end } = self;
        let before = text.get(start..at).unwrap_or("");
        let tail = text.get(at..end).unwrap_or("");
        let after = text.get(end..).unwrap_or("");
        let Some(next) = after.chars().next() else { return true };
        let sentence = Span::new(start, end);
        let wide = mark == Mark::Wide || tail.chars().any(|c| Mark::of(c) == Mark::Wide);
        // "好!" with the mark of another script, as it is often typed.
        if wide || (mark == Mark::Strong && after.starts_with(|c| chars::is(c, Class::HAN_OR_KANA)))
        {
            let decimal = tail == "．" && before.ends_with(char::is_numeric) && next.is_numeric();
            let pause = tail.chars().all(|c| chars::is(c, Class::ELLIPSIS));
            let quoted =
                tail.chars().any(|c| chars::is(c, Class::QUOTE) && chars::is(c, Class::CLOSER));
            return !(decimal
                || pause
                || (quoted && context::wide_speech_tag(after))
                || context::in_brackets(text, sentence, true));
        }
        if !next.is_whitespace() {
            return mark != Mark::Emoji && context::missing_space(before, tail, after);
        }
        let following = after.trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']);
        let line_end = following.starts_with(|c| Mark::of(c) == Mark::Line);
        if line_end && mark != Mark::Stop {
            // The line end decides, so that a wrapped line can go on.
            return mark != Mark::Emoji;
        }
        // A stop alone, or with what belongs to no sentence.
        let bare = mark == Mark::Stop && (tail.len() == 1 || !tail.contains(".."));
        if line_end {
            return !(tail.len() == 1
                && abbreviations::abbreviated(before, following.trim_start()));
        }
        if mark == Mark::Emoji {
            return before.ends_with(char::is_whitespace)
                && Opening::of(following) >= Opening::Common;
        }
        let quoted = tail.contains(chars::closes);
        if context::is_small(following) {
            // What is cheap is asked first.
            let pause = tail.contains('…') || tail.contains("..");
            let whole = mark == Mark::Stop && tail.len() == 1 && words::is_whole(before);
            if quoted || pause || !(whole || written_small()) {
                return false;
            }
            let abbreviated =
                mark == Mark::Stop && abbreviations::abbreviated_small(before, following);
            return !abbreviated && !context::in_brackets(text, sentence, false);
        }
        if context::goes_on(following) || context::in_brackets(text, sentence, false) {
            return false;
        }
        if bare {
            return !abbreviations::abbreviated(before, following);
        }
        // Behind the marks, a quotation closes.
        if tail.contains(|c| !chars::is_stop(c)) {
            return !context::speech_tag(following);
        }
        !(mark == Mark::Strong && tail.len() == 1 && context::ends_name(before, following))
    }
}

/// Whether the line end at `at` lies inside a sentence: the next line is not blank and begins
/// with a small letter.
fn line_goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let mut next = rest.chars().skip(if rest.starts_with("\r\n") { 2 } else { 1 });
    next.find(|c| !matches!(c, ' ' | '\t')).is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::marks::{Mark, next_candidate};
    use super::{
        MAX_SENTENCE_BYTES, MAX_SHORT_SENTENCES, MIN_JOINED_BYTES, split, split_paragraphs,
    };
    use crate::span::Span;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = split(text).into_iter().map(|span| span.of(text)).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    /// Read anew at each stop, it would take minutes.
    #[test]
    fn a_long_run_of_dotted_words_is_read_once() {
        for word in ["ab.", "ab.Cd", "-abc.Xy", "ab!Cd"] {
            assert!(split(&word.repeat(1 << 19)).len() > 100, "{word}");
        }
    }

    /// The same for a run of marks, and for white space before many of them.
    #[test]
    fn long_runs_of_marks_and_blanks_are_read_once() {
        for unit in [".", "!", "。", "😀", "!😀", ".”", "?)"] {
            for end in ["x", "", " X"] {
                let text = format!("Hello {}{end}", unit.repeat(1 << 18));
                let sentences = split(&text);
                let longest = sentences.iter().map(|span| span.end - span.start).max();
                assert!((1..=MAX_SENTENCE_BYTES).contains(&longest.unwrap_or(0)), "{unit}");
            }
        }
        let text = format!("One.{}two.{}", " ".repeat(1 << 19), "a.a".repeat(1 << 18));
        assert!(split(&text).len() > 100);
    }

    #[test]
    fn very_many_very_short_sentences_are_joined() {
        let text = "a\n".repeat(20_000) + "\u{7f}furniture\u{7f}\nB is here.\nC is here.";
        let furniture = text.find('\u{7f}').unwrap();
        let paragraphs: Vec<Span> = (0..20_000)
            .map(|line| Span::new(line * 2, line * 2 + 1))
            .chain([
                Span::new(text.len() - 21, text.len() - 11),
                Span::new(text.len() - 10, text.len()),
            ])
            .collect();
        let found = split_paragraphs(&text, &paragraphs);
        assert!(found[..MAX_SHORT_SENTENCES].iter().all(|span| span.end - span.start == 1));
        let joined = &found[MAX_SHORT_SENTENCES..];
        assert!(joined.len() < 18_000 * 2 / MIN_JOINED_BYTES + 4, "{}", joined.len());
        // Nothing is lost, nothing doubled, and nothing that the page left out comes back.
        let letters = |spans: &[Span]| -> String {
            let all: String = spans.iter().map(|span| span.of(&text)).collect();
            all.split_whitespace().collect()
        };
        assert_eq!(letters(&found), letters(&paragraphs));
        assert!(found.iter().all(|span| !(span.start..span.end).contains(&furniture)));
        assert_eq!(found.last().unwrap().of(&text), "B is here.\nC is here.");
    }

    #[test]
    fn a_long_article_keeps_its_sentences() {
        let text = "The ferry crossed the lake on Sunday. ".repeat(6_000);
        assert_eq!(split_paragraphs(&text, &[Span::new(0, text.len())]).len(), 6_000);
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
        check("1041. Of wells. 1042. Of dykes.", &["1041. Of wells.", "1042. Of dykes."]);
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
    fn what_opens_behind_an_abbreviation_is_asked_of_news() {
        check("It left the U.S. Officials agreed.", &["It left the U.S.", "Officials agreed."]);
        check("A U.S. Navy ship left.", &["A U.S. Navy ship left."]);
        check("HALDEN, Ore. (AP) — It rained.", &["HALDEN, Ore. (AP) — It rained."]);
        check("It is open to 6 p.m. Brundle agreed.", &["It is open to 6 p.m.", "Brundle agreed."]);
        check(
            "Ada P. Young sang in hall C. Few came.",
            &["Ada P. Young sang in hall C.", "Few came."],
        );
    }

    #[test]
    fn brackets_small_letters_and_emojis() {
        check("Rain (it poured! And how) fell. Go.", &["Rain (it poured! And how) fell.", "Go."]);
        check("it rained. we ran.", &["it rained.", "we ran."]);
        // A stop behind a word that nobody shortens ends one, though a small letter follows.
        check("The mayor agreed. de Wit left.", &["The mayor agreed.", "de Wit left."]);
        check("Er zahlt einschl. der Steuer viel.", &["Er zahlt einschl. der Steuer viel."]);
        check("About 6,317 sq. m. of it, ca. half.", &["About 6,317 sq. m. of it, ca. half."]);
        check("They won! 🎉 Fans sang.", &["They won! 🎉", "Fans sang."]);
        check("Γιατί; Κανείς δεν ξέρει.", &["Γιατί;", "Κανείς δεν ξέρει."]);
        check("It held.[2] Nobody fell.", &["It held.[2]", "Nobody fell."]);
        check("It held (1). [2] [3] Nobody fell.", &["It held (1). [2] [3]", "Nobody fell."]);
        check("[1] Mix it. [2] Bake it.", &["[1] Mix it.", "[2] Bake it."]);
        check("It held. [Laughs] Good.", &["It held.", "[Laughs] Good."]);
    }

    #[test]
    fn speech_without_marks_is_cut_at_clauses_and_says_so() {
        let text = "we went down to the river and then we saw the boats ".repeat(30);
        let spans = split(&text);
        assert!(spans.len() > 4 && spans.iter().all(|span| span.len() <= 500));
        assert!(spans.iter().rev().skip(1).all(|span| super::is_cut(&text, *span)));
        let text = "One is here. Two\nthree";
        assert!(!split(text).into_iter().any(|span| super::is_cut(text, span)));
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
