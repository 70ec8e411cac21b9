//! Sentences to what may stand in a summary.
//!
//! In: the sentences of an article as spans. Out: for each, the part of it that would be shown,
//! whether it says anything at all, and which neighbours it cannot be told without.
//! Knows no values and no lengths; rules for the forms that news comes in beside running prose:
//! lists, transcripts, live blogs, quotations over several sentences.
//!
//! - *Shown* is the sentence without the list number, bullet or time stamp before it.
//! - *Barred* are labels: a time, a speaker, a credit, *Read more*; what an interviewer asks; what a
//!   text says of itself and of who made it, behind the story; and scraps too short to be a sentence.
//!   They are chosen only where there is nothing else.
//! - *With* are the neighbours that a quotation needs: the sentence that names its speaker, and
//!   those between which its marks open and close.

use std::sync::LazyLock;

use super::form::{ends_sentence, opens_statement};
use super::quotes::{QuoteMarks, Speech};
use crate::span::Span;
use crate::text::lists::{self, Entry, Kind};
use crate::text::words;

/// How a sentence stands in its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// The part of it that is shown.
    pub(super) shown: Span,
    /// Whether it is to be chosen only where there is nothing else.
    pub(super) barred: bool,
    /// The indices that are chosen together with it, its own among them, ascending; empty where it
    /// stands alone.
    pub(super) with: Vec<usize>,
}

/// A quotation that needs more sentences than this is not chosen at all.
const MAX_UNIT: usize = 3;

/// A mark that opens and is not closed within this many sentences was never meant to be.
const MAX_OPEN: usize = 3;

/// One entry a sentence; `sentences` are spans into `text`, in order.
pub(super) fn standings(text: &str, sentences: &[Span]) -> Vec<Standing> {
    let mut standings: Vec<Standing> = Vec::with_capacity(sentences.len());
    let (mut asked, mut labelled) = (false, false);
    let mut last = 0;
    let last_line = last_line(text, sentences);
    let (mut stated, mut ended) = (0, false);
    for (index, &span) in sentences.iter().enumerate() {
        let starts_line = index == 0 || text.get(last..span.start).is_some_and(breaks_line);
        let whole = span.of(text);
        let cut = furniture(whole);
        let shown = Span::new(span.start + cut, span.end);
        let part = shown.of(text);
        let turn = speaker(part);
        let asks = asks(part, turn);
        // What an interviewer says before and after the question, in the same turn.
        asked = asks || (asked && !starts_line && turn.is_none());
        labelled = turn.is_some() || (labelled && !starts_line);
        // Somebody asks, or goes on with what another broke into.
        let broken = labelled && (ends_asking(part) || turn.is_some_and(|(_, said)| goes_on(said)));
        let near_end =
            starts_line && stated >= LEAST_STATED && sentences.len() - index <= MOST_BEHIND;
        ended |= near_end
            && (opens_end(part)
                || (index < last_line && is_about(part))
                || (index == last_line && is_author_note(text, shown)));
        let barred = ended || asked || broken || is_label(part) || is_scrap(part);
        stated += usize::from(!barred);
        standings.push(Standing { shown, barred, with: Vec::new() });
        last = span.end;
    }
    keep_quotes_together(text, sentences, &mut standings);
    standings
}

/// Behind a story of fewer sentences nothing ends it.
const LEAST_STATED: usize = 2;

/// What stands behind a story is no longer than so many sentences.
const MOST_BEHIND: usize = 12;

/// The index of the sentence that begins the last line.
fn last_line(text: &str, sentences: &[Span]) -> usize {
    let pairs = sentences.iter().zip(sentences.iter().skip(1));
    let mut lines =
        pairs.map(|(span, next)| text.get(span.end..next.start).is_some_and(breaks_line));
    lines.rposition(|breaks| breaks).map_or(0, |before| before + 1)
}

/// Whether what follows is about the firm or the people behind the text, and no story: *Notes to
/// editors: …*.
fn opens_end(text: &str) -> bool {
    opening_label(bare(text)) == Some("end")
}

/// Whether `text` is a heading such as *About Acme Holdings*.
fn is_about(text: &str) -> bool {
    /// The name of a firm is shorter.
    const MOST_WORDS: usize = 7;
    let name = text.strip_prefix("About ").or_else(|| text.strip_prefix("ABOUT "));
    name.is_some_and(|name| name.starts_with(char::is_uppercase))
        && !words::has_at_least(text, MOST_WORDS + 1)
        && !ends_sentence(text)
}

/// Whether the line that begins with `sentence` says who wrote the text: a person whom it did not name
/// before is something that authors are (*Ada Poe is a reporter for the Post.*), and says nothing.
fn is_author_note(text: &str, sentence: Span) -> bool {
    /// What somebody is stands so near to the name.
    const NEAR: usize = 8;
    let line = text.get(sentence.start..).unwrap_or("");
    let mut words = sentence.of(text).split_whitespace();
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let name = words.clone().take_while(capital).count();
    let surname = words.clone().take(name).last();
    let is = words.nth(name).is_some_and(|word| lists::has(word, Kind::Auxiliary));
    let letters = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    is && (2..=4).contains(&name)
        && words.take(NEAR).any(|word| lists::has(&letters(word), Kind::Job))
        && !line.contains(QUOTES_OPEN)
        && surname
            .is_some_and(|surname| !text.get(..sentence.start).unwrap_or("").contains(surname))
}

const QUOTES_OPEN: [char; 3] = ['"', '“', '‘'];

fn breaks_line(gap: &str) -> bool {
    gap.contains(['\n', '\r', '\u{2028}', '\u{2029}'])
}

/// The length of a list number, bullet, time stamp or *A:* at the start of `sentence`, with the
/// white space after it.
fn furniture(sentence: &str) -> usize {
    if !sentence.starts_with(|c| BULLETS.contains(&c) || c.is_ascii_digit() || c == 'A') {
        return 0;
    }
    let mut rest = sentence;
    // "12:30 – Q: …" has two of them.
    for _ in 0..2 {
        let strips = [bullet, list_number, time_stamp, answer];
        let Some(after) = strips.iter().find_map(|strip| strip(rest)) else { break };
        rest = after.trim_start();
    }
    // Something must be left.
    if rest.chars().any(char::is_alphanumeric) { sentence.len() - rest.len() } else { 0 }
}

const BULLETS: [char; 12] = ['•', '▪', '●', '◦', '·', '–', '—', '-', '*', '►', '■', '✔'];

fn bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(BULLETS)?;
    rest.starts_with(char::is_whitespace).then_some(rest)
}

/// How many digits `text` begins with.
fn digits(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// *3.* or *3)* before a word with a capital.
fn list_number(text: &str) -> Option<&str> {
    let digits = digits(text);
    let rest = text.get(digits..)?.strip_prefix(['.', ')'])?;
    let word = rest.strip_prefix([' ', '\u{a0}', '\t'])?.trim_start();
    // "1. FC Köln" is a club.
    ((1..=3).contains(&digits) && word.starts_with(opens_statement) && !word.starts_with("FC "))
        .then_some(word)
}

/// *16:42*, *4.42pm BST –*, *16h42 :* before the text of an entry.
fn time_stamp(text: &str) -> Option<&str> {
    let (stamp, rest) = clock(text)?;
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let zone = rest.get(..rest.len() - behind.len())?;
    let zoned = !behind.is_empty() && lists::has_in_any_case(zone, Kind::Zone);
    let rest = if zoned { behind.trim_start() } else { rest };
    let (rest, parted) = match rest.strip_prefix(['–', '—', '-', ':', '|']) {
        Some(rest) => (rest.trim_start_matches('-'), true),
        None => (rest, false),
    };
    let word = rest.trim_start();
    // "9:55 in the second quarter" and "2.25 million" are not stamps.
    let told = word.starts_with(opens_statement)
        && (stamp.contains(':') || stamp.ends_with('m') || parted);
    (told || (parted && word.starts_with(char::is_lowercase))).then_some(word)
}

/// A time of day at the start of `text`, and what follows it without white space.
fn clock(text: &str) -> Option<(&str, &str)> {
    let hour = digits(text);
    let after = text.get(hour..)?.strip_prefix([':', '.', 'h'])?;
    let minute = digits(after);
    if !(1..=2).contains(&hour) || minute != 2 {
        return None;
    }
    let mut end = hour + 1 + minute;
    let rest = text.get(end..)?;
    let halves = ["am", "pm", " am", " pm", "a.m.", "p.m.", " a.m.", " p.m."];
    if let Some(half) = halves.iter().find(|half| rest.starts_with(**half)) {
        // The mark of "a.m." counts as the letter before it.
        end += half.trim_end_matches('.').len();
    }
    let stamp = text.get(..end)?;
    let rest = text.get(end..)?.trim_start_matches('.');
    if rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    Some((stamp, rest.trim_start()))
}

/// *A:* before an answer.
fn answer(text: &str) -> Option<&str> {
    ["A: ", "A. ", "Answer: ", "ANSWER: "].iter().find_map(|label| {
        let rest = text.strip_prefix(label)?;
        // "A. Smith" is a person.
        (*label != "A. " || rest.starts_with(['“', '"'])).then_some(rest)
    })
}

/// The speaker whose label stands before what is said, and what is said: *MS. QUILL: …*.
fn speaker(text: &str) -> Option<(&str, &str)> {
    let capital =
        |c: char| c.is_uppercase() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '(' | ')');
    // No label holds a colon: it ends where its capitals do.
    let end = text.find(|c| !capital(c))?;
    let said = text.get(end..)?.strip_prefix(": ")?;
    let label = text.get(..end)?;
    (label.len() <= 40 && label.len() >= 2 && !said.is_empty()).then_some((label, said))
}

/// Whether a turn begins in the middle: *MS. QUILL: — and the bridge …*.
fn goes_on(said: &str) -> bool {
    said.starts_with(['—', '–', '…']) || said.starts_with("--") || said.starts_with("...")
}

fn ends_asking(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', ')']).ends_with('?')
}

/// Whether an interviewer asks: *Q: …*, *Q Will …*, *INTERVIEWER: … ?*. `turn` is the text's
/// [`speaker`].
fn asks(text: &str, turn: Option<(&str, &str)>) -> bool {
    let question = || {
        let labels = ["Q: ", "Q. ", "Q — ", "Q – ", "Q - ", "QUESTION: ", "Question: "];
        let untitled = text.strip_prefix("Q ").or_else(|| text.strip_prefix("Q\u{a0}"));
        labels.iter().any(|label| text.starts_with(label))
            || untitled.is_some_and(|rest| {
                rest.starts_with(char::is_uppercase) && !rest.starts_with("& A")
            })
    };
    (text.starts_with('Q') && question())
        || turn.is_some_and(|(label, _)| {
            ends_asking(text) || lists::has_in_any_case(label, Kind::Interviewer)
        })
}

/// Whether `text` is a label and no statement: a time, a speaker alone, a credit, a pointer.
fn is_label(text: &str) -> bool {
    let text = bare(text);
    let short = text.len() <= 240;
    if short && opening_label(text).is_some() {
        return true;
    }
    (short && (text.len() <= 120 || !ends_sentence(text)) && has_credit(text)) || is_byline(text)
}

/// `text` without what may stand before a label.
fn bare(text: &str) -> &str {
    text.trim_start_matches(['(', '[', '>', '»', '©', ' ', '*'])
}

/// How `text` opens as a label does, a value of the kind `label`: with words that point elsewhere, name
/// who took a picture, say when a page was changed, or speak of the text itself.
fn opening_label(text: &str) -> Option<&'static str> {
    let (word, after) = first_word(text);
    let row = lists::find_spelled(letters(word))?;
    let fits = |entries: &'static [Entry], after: &str| {
        let label = |entry: &'static Entry| (entry.kind == Kind::Label).then(|| entry.text())?;
        entries.iter().filter_map(label).find(|label| match *label {
            "colon" => after.starts_with(':'),
            "mention" => after.starts_with(" @"),
            "itself" => after
                .strip_prefix(' ')
                .is_some_and(|after| lists::has(first_word(after).0, Kind::Auxiliary)),
            _ => !after.starts_with(char::is_alphanumeric),
        })
    };
    let phrase = |phrase: &'static lists::Phrase| {
        let mut rest = after;
        let same = phrase.rest.iter().all(|wanted| {
            let (word, after) =
                rest.strip_prefix([' ', '-']).map_or_else(Default::default, first_word);
            rest = after;
            letters(word).eq(wanted.chars())
        });
        fits(phrase.entries, rest).filter(|_| same)
    };
    fits(row.entries, after).or_else(|| row.phrases.iter().find_map(phrase))
}

/// The word at the start of `text`, and what follows.
fn first_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && !is_apostrophe(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The letters of a word, small ones, without its apostrophes.
fn letters(word: &str) -> impl Iterator<Item = char> + Clone + '_ {
    word.chars().filter(|&c| !is_apostrophe(c)).flat_map(char::to_lowercase)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Whether `text` names an agency or sends elsewhere.
fn has_credit(text: &str) -> bool {
    /// The bits of the letters that such words and phrases begin with: few words do.
    static LETTERS: LazyLock<u32> = LazyLock::new(|| {
        let words = lists::words_of(Kind::InlineCredit).map(|(word, _)| word);
        let phrases = lists::phrases_of(Kind::InlineCredit).map(|(first, ..)| first);
        words.chain(phrases).filter_map(|word| word.bytes().next()).fold(0, |all, c| all | bit(c))
    });
    let letters = *LETTERS;
    let is_inside = |at: usize| {
        text.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(char::is_alphanumeric)
    };
    let opens = |&(at, byte): &(usize, u8)| bit(byte) & letters != 0 && !is_inside(at);
    text.bytes().enumerate().filter(opens).any(|(at, _)| {
        let rest = text.get(at..).unwrap_or("");
        let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let Some(row) = words.next().and_then(lists::find_in_any_case) else { return false };
        row.has(Kind::InlineCredit)
            || row.phrases_of(Kind::InlineCredit).any(|phrase| {
                let next = words.clone().next();
                matches!((phrase.rest, next), ([wanted], Some(next)) if next.eq_ignore_ascii_case(wanted))
            })
    })
}

/// The bit of a letter of ASCII, in either case; none of another byte.
fn bit(byte: u8) -> u32 {
    if byte.is_ascii_alphabetic() { 1 << (byte & 31) } else { 0 }
}

/// *By Ada Poe*, and nothing else.
fn is_byline(text: &str) -> bool {
    let Some(names) = text.strip_prefix("By ").or_else(|| text.strip_prefix("BY ")) else {
        return false;
    };
    let mut words = names.split_whitespace();
    let name = |word: &str| {
        word.starts_with(char::is_uppercase)
            || word == "|"
            || lists::has(word, Kind::BylineParticle)
    };
    text.len() <= 80 && !ends_sentence(text) && words.all(name)
}

/// Whether `text` is too little for a sentence: hardly a word, or a few without a sentence's end.
fn is_scrap(text: &str) -> bool {
    !words::has_at_least(text, MIN_UNENDED_WORDS)
        && (!words::has_at_least(text, MIN_WORDS) || !ends_sentence(text))
}

/// Fewer words than this say nothing by themselves: *Always.*
const MIN_WORDS: usize = 3;

/// Fewer words than this without a sentence's end are a heading or a caption.
const MIN_UNENDED_WORDS: usize = 8;

/// Adds to each sentence's `with` those that its quotation needs, and bars those that need too
/// many.
fn keep_quotes_together(text: &str, sentences: &[Span], standings: &mut [Standing]) {
    let speeches = speeches(text, sentences);
    if speeches.iter().all(|speech| !speech.quotes) {
        return;
    }
    let needs: Vec<Vec<usize>> = (0..speeches.len()).map(|index| needs(&speeches, index)).collect();
    for (index, standing) in standings.iter_mut().enumerate() {
        let mut with = vec![index];
        let mut seen = 0;
        while let Some(&member) = with.get(seen)
            && with.len() <= MAX_UNIT
        {
            for &other in needs.get(member).into_iter().flatten() {
                if !with.contains(&other) {
                    with.push(other);
                }
            }
            seen += 1;
        }
        // A pull quote before the text: nobody near says it.
        let nobody = index == 0 && with.len() == 1 && speeches.first().is_some_and(Speech::is_pure);
        if with.len() > MAX_UNIT || nobody {
            standing.barred = true;
        } else if with.len() > 1 {
            with.sort_unstable();
            standing.with = with;
        }
    }
}

/// The sentences that one cannot be told without: where its quotation opens and closes, and who
/// speaks.
fn needs(speeches: &[Speech], index: usize) -> Vec<usize> {
    let at = |index: usize| speeches.get(index);
    let mut needs = Vec::new();
    let Some(speech) = at(index) else { return needs };
    let before = index.checked_sub(1);
    if speech.begins_inside || speech.leans_back() {
        needs.extend(before);
    } else if speech.is_pure() {
        // The last that is not quotation alone, if it speaks; else the next, if that does.
        let speaks = |speech: &Speech| speech.tells() || speech.introduces;
        let last = (index.saturating_sub(MAX_OPEN)..index)
            .rev()
            .find(|&earlier| at(earlier).is_some_and(|earlier| !earlier.is_pure()));
        let speaker = last.filter(|&last| at(last).is_some_and(|last| speaks(last) || last.quotes));
        let next = Some(index + 1).filter(|&next| at(next).is_some_and(Speech::tells));
        needs.extend(speaker.or(next).or(before));
    }
    if speech.ends_inside {
        let closes = (index + 1..speeches.len().min(index + 1 + MAX_OPEN)).find(|&later| {
            at(later).is_some_and(|later| later.begins_inside && !later.ends_inside)
        });
        needs.extend(closes.into_iter().flat_map(|closing| index + 1..=closing));
    }
    needs
}

/// What each sentence quotes; a mark left open in one is carried on into the next.
fn speeches(text: &str, sentences: &[Span]) -> Vec<Speech> {
    let mut speeches: Vec<Speech> = Vec::with_capacity(sentences.len());
    // The marks of those whose words are still to be read.
    let mut unread: Vec<Option<QuoteMarks>> = Vec::with_capacity(sentences.len());
    let mut open = 0;
    let mut last = 0;
    for &span in sentences {
        let part = span.of(text);
        let marks = QuoteMarks::of(part);
        let gap = text.get(last..span.start).unwrap_or("");
        let paragraph = gap.matches('\n').count() >= 2;
        let goes_on = open > 0 && !paragraph && !marks.opens_first;
        let inside = goes_on && !marks.any;
        let speech = Speech::of(part, &marks, inside);
        open = match (speech.ends_inside, speech.begins_inside) {
            (true, true) if open >= MAX_OPEN => 0,
            (true, _) => open + 1,
            (false, _) => 0,
        };
        speeches.push(speech);
        unread.push((!inside).then_some(marks));
        last = span.end;
    }
    // A mark that no later sentence closes was no opening mark.
    let mut closed = false;
    for speech in speeches.iter_mut().rev() {
        if speech.ends_inside && !closed {
            speech.ends_inside = false;
            speech.begins_inside &= speech.closes;
        }
        closed = speech.begins_inside;
    }
    // Who says something is asked only of a quotation, of the sentence after it, and of the last
    // few before it.
    for (index, (marks, span)) in unread.iter().zip(sentences).enumerate() {
        let near = speeches.iter().skip(index.saturating_sub(1)).take(2 + MAX_OPEN);
        if near.clone().any(|speech| speech.quotes)
            && let (Some(marks), Some(speech)) = (marks, speeches.get_mut(index))
        {
            speech.read(span.of(text), marks);
        }
    }
    speeches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_told_from_statements() {
        for label in [
            "Read more: the bridge",
            "PHOTO BY Ada Poe",
            "Photo: Ada Poe",
            "Editor’s note",
            "follow @ada",
            "Click here",
            "This story has been changed to say which bridge fell.",
            "The opinions expressed in this essay are the writer's own.",
        ] {
            assert!(is_label(label), "{label}");
        }
        for sentence in [
            "Photos show the bridge.",
            "Readers asked for more.",
            "Follow the river.",
            "Credit unions grew.",
            "This story of two bridges ends well.",
        ] {
            assert!(!is_label(sentence), "{sentence}");
        }
    }

    #[test]
    fn what_stands_behind_a_story_is_barred() {
        let story = "The bridge fell on Monday, officials said.\nNobody was on it at the time.\n";
        let barred = |behind: &str| {
            let text = format!("{story}{behind}");
            let spans = crate::sentence::split(&text);
            let standings = standings(&text, &spans);
            assert!(standings.iter().take(2).all(|standing| !standing.barred), "{text}");
            standings.iter().skip(2).all(|standing| standing.barred)
        };
        for behind in [
            "About Norland Steel\nNorland Steel makes bridges. It was founded in 1899.",
            "Note to editors: Pictures of the bridge can be had. Ask the office for them.",
            "Media contact: Ada Poe\nThe firm has its seat in the town of Velle.",
            "Ada Poe is a staff reporter at the Velle Post. She has two dogs and a boat.",
        ] {
            assert!(barred(behind), "{behind}");
        }
        for behind in [
            "About That Bridge\nIt was old. ".repeat(9).as_str(),
            "About Time is the name of the next bridge.",
            "Ada Poe is an editor in Velle. “It was loud,” she said to us there.",
            "Ada Poe is a friend of the mayor of Velle.",
        ] {
            assert!(!barred(behind), "{behind}");
        }
    }

    /// The slow twins, by text searches.
    fn slow_speaker(text: &str) -> Option<(&str, &str)> {
        let (label, said) = text.split_once(": ")?;
        let capital =
            |c: char| c.is_uppercase() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '(' | ')');
        (label.len() <= 40 && label.len() >= 2 && label.chars().all(capital) && !said.is_empty())
            .then_some((label, said))
    }

    fn slow_furniture(sentence: &str) -> usize {
        let mut rest = sentence;
        for _ in 0..2 {
            let strips = [bullet, list_number, time_stamp, answer];
            let Some(after) = strips.iter().find_map(|strip| strip(rest)) else { break };
            let after = after.trim_start();
            if after.len() == rest.len() {
                break;
            }
            rest = after;
        }
        if rest.chars().any(char::is_alphanumeric) { sentence.len() - rest.len() } else { 0 }
    }

    proptest! {
        #[test]
        fn short_ways_see_what_long_ones_see(
            text in "\\PC{0,60}|((Getty Images|AP Photo|Shutterstock|[Cc]lick here|PHOTO BY|Photo:|Read more|Q|A|É|1\\.|12:30|MS|HOST|By|– |•|©|a|\\.|\\?|: |:|“|’|\u{a0}) ?){0,12}",
        ) {
            prop_assert_eq!(speaker(&text), slow_speaker(&text));
            prop_assert_eq!(furniture(&text), slow_furniture(&text));
        }
    }
}
