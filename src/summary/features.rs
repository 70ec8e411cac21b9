//! What a sentence looks like from outside, and how much two sentences share.
//!
//! In: sentence texts, the line breaks before them, their token ids, the title's, and the words of all. Out:
//! [`SentenceFeatures`] a sentence, each finite and within about -1..2. The twin of
//! `models/recipe/rank/features.py`, which training used and which has the same names; a test holds
//! the two together.
//!
//! A sentence's *words* are its distinct token ids; `weight(S)` is the sum of the importance of a
//! set of them, `share(S, T) = weight(S and T) / weight(S)`, 0 when `weight(S)` is 0.

use super::form::{QUOTES, ends_sentence, is_dangling};
use super::overlaps::{Overlaps, Worth};
use crate::named::named;

/// The first sentences of an article, whose words those of the others are compared with.
const LEAD: usize = 3;

named! {
    /// What the ranker is told of a sentence, beside its vector and its place.
    pub(super) struct SentenceFeatures {
        /// Share of the article's sentences before it.
        position,
        /// Logarithm of the number of the article's sentences.
        document_length,
        /// Logarithm of the number of its tokens.
        length,
        /// Number of its tokens, of 60 at most.
        length_linear,
        /// Opens on a word that points back.
        dangling,
        /// Holds a digit.
        digit,
        /// Opens on a quotation mark.
        opens_quote,
        /// Holds one.
        holds_quote,
        /// Ends like a sentence.
        ends_sentence,
        /// Holds a question mark.
        question,
        /// Holds a colon.
        colon,
        /// Holds a bracket.
        bracket,
        /// Opens on a small letter.
        opens_lower,
        /// Share of capitals among its letters.
        upper_letters,
        /// Share of its words, between white space, that open on a capital.
        capitalised,
        /// The mean importance of its words.
        importance,
        /// The mean logarithm of how many sentences hold one of its words, by importance.
        spread,
        /// Share of its words that the first sentence has; 0 for that one.
        in_first,
        /// Share of its words that the other ones of the first 3 sentences have.
        in_lead,
        /// Share of its words that the title has.
        in_title,
        /// There is a title.
        has_title,
        /// Share of its words that no earlier sentence has.
        new,
        /// Share of its words that the sentence before it has.
        in_previous,
        /// Share of its words that the sentence after it has.
        in_next,
        /// Share of the title's words that it has.
        title_covered,
        /// That share, as a part of the highest that a sentence has.
        title_share,
        /// Is the first to have [`TOLD`] of it.
        title_told,
        /// The highest of those parts before it.
        title_told_before,
        /// Has the title's tokens, and no others.
        is_title,
        /// Logarithm of the line breaks before it.
        paragraph,
        /// Sentences before it in its paragraph, of 5 at most.
        in_paragraph,
        /// Has none before it there.
        opens_paragraph,
        /// Is a [full](is_full) sentence.
        full,
        /// Logarithm of the full sentences before it.
        full_before,
        /// The first full sentence.
        first_full,
        /// The second one.
        second_full,
        /// The third one.
        third_full,
        /// Share of the full sentences before it.
        full_position,
        /// Logarithm of the number of full sentences.
        full_count,
        /// The sentence before it is full.
        previous_full,
        /// The sentence after it is full.
        next_full,
        /// The last sentence.
        last,
        /// One of the last 4.
        near_end,
        /// Has fewer than 8 words.
        short,
        /// Has more than 40.
        long,
        /// Its digits, of 8 at most.
        digits,
        /// Holds a sum of money.
        money,
        /// Holds a per cent sign.
        percent,
        /// Its quotation marks, of 4 at most.
        quotes,
        /// Its quotation marks are no pairs.
        open_quotes,
        /// Holds an exclamation mark.
        exclaims,
        /// Ends on a colon.
        ends_colon,
        /// Holds an ellipsis.
        dots,
        /// Holds an address of the web.
        address,
        /// Holds an @.
        at_sign,
        /// Holds a #.
        hash_sign,
        /// Holds a bar.
        pipe,
        /// Holds a dash between words.
        dash,
    }
}

/// The part of what the title's best sentence covers of it from which a sentence tells it.
const TOLD: f64 = 0.6;

/// Whether a text of so many words, with such a share of capitals, looks like a sentence of prose.
fn is_full(text: &str, surface: &Surface) -> bool {
    surface.words >= 8 && ends_sentence(text) && surface.upper_letters < 0.7
}

/// The importance of parts of a sentence's words.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    /// Of all, each times the logarithm of the number of sentences that hold it.
    recurrence: f64,
    /// Of those that an earlier sentence holds.
    seen: f64,
    /// Of those that the first sentence holds.
    opening: f64,
    /// Of those that another one of the first [`LEAD`] holds.
    lead: f64,
    /// Of those that the title holds.
    title: f64,
    /// Of those that the sentence before holds; for that one, of those that this one holds.
    before: f64,
}

/// One entry each of the first `n` sentences; `in_title` says of each word whether the title holds
/// it.
fn parts(n: usize, in_title: &[bool], overlaps: &Overlaps<'_>) -> Vec<Parts> {
    debug_assert_eq!(in_title.len(), overlaps.words());
    // The last sentence, counted from 1, that held a word.
    let mut last = vec![0; overlaps.words()];
    let mut all = Vec::with_capacity(n);
    for index in 0..n {
        let mut parts = Parts::default();
        for &number in overlaps.words_of(index) {
            let Worth { importance, recurrence } = overlaps.word(number);
            let holders = overlaps.holders(number);
            let first = holders.first().copied().unwrap_or(index);
            parts.recurrence += recurrence;
            if first < index {
                parts.seen += importance;
            }
            if first == 0 {
                parts.opening += importance;
            }
            let leads = |holder: &usize| *holder < n.min(LEAD);
            if holders.iter().take_while(|holder| leads(holder)).any(|holder| *holder != index) {
                parts.lead += importance;
            }
            if in_title.get(number).copied().unwrap_or(false) {
                parts.title += importance;
            }
            if let Some(last) = last.get_mut(number) {
                if index > 0 && *last == index {
                    parts.before += importance;
                }
                *last = index + 1;
            }
        }
        all.push(parts);
    }
    all
}

/// What the sentences before one have had.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    paragraphs: u32,
    in_paragraph: u32,
    full: u32,
    title_share: f64,
}

/// One a sentence; `breaks` says whether a line break stands before each.
pub(super) fn features(
    sentences: &[&str],
    breaks: &[bool],
    ids: &[Vec<u32>],
    title_ids: &[u32],
    overlaps: &Overlaps<'_>,
) -> Vec<SentenceFeatures<f32>> {
    debug_assert_eq!(sentences.len(), ids.len());
    debug_assert_eq!(sentences.len(), breaks.len());
    debug_assert_eq!(sentences.len(), overlaps.sentences());
    let (title, title_weight) = overlaps.look_up(title_ids);
    let mut in_title = vec![false; overlaps.words()];
    for number in title {
        if let Some(held) = in_title.get_mut(number) {
            *held = true;
        }
    }
    let parts = parts(sentences.len(), &in_title, overlaps);
    let flag = |holds: bool| f64::from(u8::from(holds));
    let surfaces: Vec<Surface> = sentences.iter().map(|text| Surface::of(text)).collect();
    let full: Vec<bool> =
        sentences.iter().zip(&surfaces).map(|(text, surface)| is_full(text, surface)).collect();
    let full_count = full.iter().filter(|full| **full).count().max(1) as f64;
    let full_at =
        |index: Option<usize>| index.and_then(|index| full.get(index)).copied().unwrap_or(false);
    let title_most = parts.iter().fold(0.0, |most: f64, part| most.max(part.title));
    let mut before = Before::default();
    let of_sentence =
        |(index, ((&text, surface), ids)): (usize, ((&&str, &Surface), &Vec<u32>))| {
            let weight = overlaps.weight(index);
            let of_words = |part: f64| if weight > 0.0 { part / weight } else { 0.0 };
            let of_title = |part: f64| if title_weight > 0.0 { part / title_weight } else { 0.0 };
            let part = parts.get(index).copied().unwrap_or_default();
            let shared_with_next = parts.get(index + 1).map_or(0.0, |next| next.before);
            if index > 0 && breaks.get(index).copied().unwrap_or(false) {
                before.paragraphs += 1;
                before.in_paragraph = 0;
            } else if index > 0 {
                before.in_paragraph += 1;
            }
            let full = full_at(Some(index));
            let nth_full = |nth: u32| flag(full && before.full == nth);
            let title_share = if title_most > 0.0 { part.title / title_most } else { 0.0 };
            let features = SentenceFeatures {
                position: index as f64 / sentences.len() as f64,
                document_length: (sentences.len() as f64).ln() / 5.0,
                length: (1.0 + ids.len() as f64).ln() / 5.0,
                length_linear: ids.len().min(60) as f64 / 60.0,
                dangling: flag(is_dangling(text)),
                digit: flag(surface.has(DIGIT)),
                opens_quote: flag(text.starts_with(QUOTES)),
                holds_quote: flag(surface.has(QUOTE)),
                ends_sentence: flag(ends_sentence(text)),
                question: flag(surface.has(QUESTION)),
                colon: flag(surface.has(COLON)),
                bracket: flag(surface.has(BRACKET)),
                opens_lower: flag(text.starts_with(char::is_lowercase)),
                upper_letters: surface.upper_letters,
                capitalised: surface.capitalised,
                importance: weight / overlaps.words_of(index).len().max(1) as f64,
                spread: of_words(part.recurrence) / 3.0,
                in_first: if index > 0 { of_words(part.opening) } else { 0.0 },
                in_lead: of_words(part.lead),
                in_title: of_words(part.title),
                has_title: flag(!title_ids.is_empty()),
                new: 1.0 - of_words(part.seen),
                in_previous: of_words(part.before),
                in_next: of_words(shared_with_next),
                title_covered: of_title(part.title),
                title_share,
                title_told: flag(title_share >= TOLD && before.title_share < TOLD),
                title_told_before: before.title_share,
                is_title: flag(!title_ids.is_empty() && ids == title_ids),
                paragraph: f64::from(1 + before.paragraphs).ln() / 4.0,
                in_paragraph: f64::from(before.in_paragraph.min(5)) / 5.0,
                opens_paragraph: flag(before.in_paragraph == 0),
                full: flag(full),
                full_before: f64::from(1 + before.full).ln() / 4.0,
                first_full: nth_full(0),
                second_full: nth_full(1),
                third_full: nth_full(2),
                full_position: f64::from(before.full) / full_count,
                full_count: full_count.ln() / 5.0,
                previous_full: flag(full_at(index.checked_sub(1))),
                next_full: flag(full_at(Some(index + 1))),
                last: flag(index + 1 == sentences.len()),
                near_end: flag(sentences.len() - index <= 4),
                short: flag(surface.words < 8),
                long: flag(surface.words > 40),
                digits: f64::from(surface.digits.min(8)) / 8.0,
                money: flag(surface.has(MONEY)),
                percent: flag(surface.has(PERCENT)),
                quotes: f64::from((surface.straight + surface.opening + surface.closing).min(4))
                    / 4.0,
                open_quotes: flag(surface.opening != surface.closing || surface.straight % 2 == 1),
                exclaims: flag(surface.has(EXCLAMATION)),
                ends_colon: flag(text.ends_with(':')),
                dots: flag(text.contains("...") || text.contains('…')),
                address: flag(["http", "www.", ".com"].iter().any(|part| text.contains(part))),
                at_sign: flag(surface.has(AT)),
                hash_sign: flag(surface.has(HASH)),
                pipe: flag(surface.has(PIPE)),
                dash: flag(["—", "--", " – ", " - "].iter().any(|part| text.contains(part))),
            };
            before.full += u32::from(full);
            before.title_share = before.title_share.max(title_share);
            features.map(|value| value as f32)
        };
    sentences.iter().zip(&surfaces).zip(ids).enumerate().map(of_sentence).collect()
}

/// What a character is.
const DIGIT: u16 = 1;
const QUOTE: u16 = 1 << 1;
const QUESTION: u16 = 1 << 2;
const COLON: u16 = 1 << 3;
const BRACKET: u16 = 1 << 4;
const LETTER: u16 = 1 << 5;
const UPPER: u16 = 1 << 6;
const SPACE: u16 = 1 << 7;
const MONEY: u16 = 1 << 8;
const PERCENT: u16 = 1 << 9;
const EXCLAMATION: u16 = 1 << 10;
const AT: u16 = 1 << 11;
const HASH: u16 = 1 << 12;
const PIPE: u16 = 1 << 13;

/// The same for each ASCII character.
#[expect(clippy::indexing_slicing, reason = "a constant, whose indices the compiler checks")]
static ASCII: [u16; 128] = {
    let mut kinds = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'"' => QUOTE,
            b'?' => QUESTION,
            b':' => COLON,
            b'(' => BRACKET,
            b'$' => MONEY,
            b'%' => PERCENT,
            b'!' => EXCLAMATION,
            b'@' => AT,
            b'#' => HASH,
            b'|' => PIPE,
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b' ' | b'\t'..=b'\r' => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What `c` is.
fn kind(c: char) -> u16 {
    if let Some(&kind) = ASCII.get(c as usize) {
        return kind;
    }
    let when = |such: bool, kind: u16| if such { kind } else { 0 };
    when(matches!(c, '“' | '”'), QUOTE)
        | when(matches!(c, '£' | '€'), MONEY)
        | when(c.is_alphabetic(), LETTER)
        | when(c.is_uppercase(), UPPER)
        | when(c.is_whitespace(), SPACE)
}

/// What characters a sentence has, how many of some, and shares of capitals, in one walk over it.
#[derive(Debug, PartialEq)]
struct Surface {
    kinds: u16,
    upper_letters: f64,
    capitalised: f64,
    /// Between white space.
    words: u32,
    digits: u32,
    /// Quotation marks: `"`, `“`, `”`.
    straight: u32,
    opening: u32,
    closing: u32,
}

impl Surface {
    fn of(text: &str) -> Self {
        let (mut letters, mut upper, mut kinds) = (0_u32, 0_u32, 0);
        let (mut words, mut capitalised, mut digits) = (0_u32, 0_u32, 0);
        let (mut straight, mut opening, mut closing) = (0, 0, 0);
        let mut before = SPACE;
        for c in text.chars() {
            let kind = kind(c);
            kinds |= kind;
            letters += u32::from(kind & LETTER != 0);
            upper += u32::from(kind & UPPER != 0);
            digits += u32::from(kind & DIGIT != 0);
            if kind & QUOTE != 0 {
                straight += u32::from(c == '"');
                opening += u32::from(c == '“');
                closing += u32::from(c == '”');
            }
            if before & SPACE != 0 && kind & SPACE == 0 {
                words += 1;
                capitalised += u32::from(kind & UPPER != 0);
            }
            before = kind;
        }
        Self {
            kinds,
            upper_letters: f64::from(upper) / f64::from(letters.max(1)),
            capitalised: f64::from(capitalised) / f64::from(words.max(1)),
            words,
            digits,
            straight,
            opening,
            closing,
        }
    }

    fn has(&self, kind: u16) -> bool {
        self.kinds & kind != 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_walk_sees_what_many_see(text in "\\PC{0,60}|[A-Za-z0-9“”\"?:(|$£ \u{a0}\u{2003}\nÉéßǅ]{0,60}") {
            let surface = Surface::of(&text);
            let (mut letters, mut upper) = (0_u32, 0_u32);
            for c in text.chars() {
                letters += u32::from(c.is_alphabetic());
                upper += u32::from(c.is_uppercase());
            }
            let words: Vec<&str> = text.split_whitespace().collect();
            let capitalised = words.iter().filter(|word| word.starts_with(char::is_uppercase));
            prop_assert_eq!(surface.has(DIGIT), text.contains(|c: char| c.is_ascii_digit()));
            prop_assert_eq!(surface.has(QUOTE), text.contains(['"', '“', '”']));
            prop_assert_eq!(surface.has(QUESTION), text.contains('?'));
            prop_assert_eq!(surface.has(COLON), text.contains(':'));
            prop_assert_eq!(surface.has(BRACKET), text.contains('('));
            prop_assert_eq!(surface.has(MONEY), text.contains(['$', '£', '€']));
            prop_assert_eq!(surface.has(PIPE), text.contains('|'));
            prop_assert_eq!(surface.words as usize, words.len());
            prop_assert_eq!(surface.digits as usize, text.matches(|c: char| c.is_ascii_digit()).count());
            let marks = [surface.straight, surface.opening, surface.closing].map(|n| n as usize);
            prop_assert_eq!(marks, ['"', '“', '”'].map(|mark| text.matches(mark).count()));
            prop_assert_eq!(surface.upper_letters, f64::from(upper) / f64::from(letters.max(1)));
            prop_assert_eq!(
                surface.capitalised,
                f64::from(capitalised.count() as u32) / f64::from(words.len().max(1) as u32)
            );
        }

        /// The slow twin: sets of ids. Sums run in their order, so they are the same to the bit.
        #[test]
        fn numbered_words_weigh_what_sets_of_ids_weigh(
            ids in prop::collection::vec(prop::collection::vec(0_u32..150, 0..12), 0..9),
            title in prop::collection::vec(0_u32..200, 0..9),
        ) {
            let importance: Vec<f32> = (0..140).map(|id| 0.1 + 0.017 * (id * 7 % 31) as f32).collect();
            let overlaps = Overlaps::new(&ids, &importance);
            let sets: Vec<BTreeSet<u32>> =
                ids.iter().map(|ids| ids.iter().copied().collect()).collect();
            let mut spread: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
            for (index, set) in sets.iter().enumerate() {
                set.iter().for_each(|&id| spread.entry(id).or_insert((0, index)).0 += 1);
            }
            let weigh = |id: u32| f64::from(importance.get(id as usize).copied().unwrap_or(0.0));
            let recurrence = |id: u32| weigh(id) * f64::from(spread[&id].0).ln();
            let weight = |set: &BTreeSet<u32>| set.iter().map(|&id| weigh(id)).sum::<f64>();
            let common = |a: &BTreeSet<u32>, b: &BTreeSet<u32>| {
                a.intersection(b).fold(0.0, |sum, &id| sum + weigh(id))
            };
            let sum = |ids: &mut dyn Iterator<Item = u32>, of: &dyn Fn(u32) -> f64| {
                ids.fold(0.0, |sum, id| sum + of(id))
            };
            let all = Worth {
                importance: sum(&mut spread.keys().copied(), &weigh),
                recurrence: sum(&mut spread.keys().copied(), &recurrence),
            };
            prop_assert_eq!(overlaps.all(), all);
            let title_set: BTreeSet<u32> = title.iter().copied().collect();
            let mut in_title = vec![false; overlaps.words()];
            let (numbers, title_weight) = overlaps.look_up(&title);
            numbers.iter().for_each(|&number| in_title[number] = true);
            prop_assert_eq!(title_weight, weight(&title_set));
            let parts = parts(ids.len(), &in_title, &overlaps);
            for (index, set) in sets.iter().enumerate() {
                prop_assert_eq!(overlaps.weight(index), weight(set));
                prop_assert_eq!(overlaps.words_of(index).len(), set.len());
                overlaps.with(index, |other, shared| {
                    let least = weight(set).min(weight(&sets[other]));
                    let twin = if least > 0.0 {
                        (common(set, &sets[other]) / least).min(1.0) as f32
                    } else {
                        0.0
                    };
                    assert_eq!(shared, twin);
                });
                let lead: BTreeSet<u32> = (0..ids.len().min(LEAD))
                    .filter(|&other| other != index)
                    .flat_map(|other| sets[other].iter().copied())
                    .collect();
                let own = parts[index];
                prop_assert_eq!(own.recurrence, sum(&mut set.iter().copied(), &recurrence));
                let mut seen = set.iter().copied().filter(|id| spread[id].1 < index);
                prop_assert_eq!(own.seen, sum(&mut seen, &weigh));
                prop_assert_eq!(own.opening, common(set, &sets[0]));
                prop_assert_eq!(own.lead, common(set, &lead));
                prop_assert_eq!(own.title, common(&title_set, set));
                let before = index.checked_sub(1).map_or(0.0, |before| common(set, &sets[before]));
                prop_assert_eq!(own.before, before);
            }
        }
    }
}
