//! The words of an article to the phrases that may be keywords.
//!
//! In: the words. Out: [`Candidates`]: every phrase of up to [`MAX_WORDS`] words that neither begins
//! nor ends with a function word, with what was seen around its mentions. A phrase is one candidate
//! however its words are written: it goes by the candidate that it is without its last word, with
//! that word's number. Judges nothing, but leaves out what could be judged only one way (common
//! words said once, far down, and not in the title; most are not even collected), and beyond [`MAX_JUDGED`] what by its counts
//! alone is the least likely.

use super::lexicon::Gap;
use super::words::{Word, Words};
use crate::text::keyed::WordMap;

/// The longest phrase, in words.
pub(super) const MAX_WORDS: usize = 6;
/// The longest phrase of common words without a joint.
const MAX_COMMON_WORDS: usize = 3;
/// Candidates that are worth a judgement, at most: to describe and judge one costs more than to
/// find it. Of what readers picked among the first 96, 96 in 100 are among these.
pub(super) const MAX_JUDGED: usize = 64;
/// Sentences at the top in which a phrase of common words may be told once.
const LEAD: u32 = 5;

/// What stands beside a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Edge,
    Mark,
    Saying,
    Function,
    Name,
    Word,
}

/// How many kinds of neighbours there are.
pub(super) const BESIDE: usize = 6;

/// A phrase that may become a keyword.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Candidate {
    /// The index of the first word of its first mention, and how many words it has.
    pub(super) at: usize,
    pub(super) size: usize,
    pub(super) count: u32,
    /// Mentions that are names; those that no longer name holds, but for a title of persons; those
    /// that none holds at all; those that go on to the left, to the right; those behind a title.
    pub(super) names: u32,
    pub(super) solo: u32,
    pub(super) strict: u32,
    pub(super) in_left: u32,
    pub(super) in_right: u32,
    pub(super) honoured: u32,
    pub(super) owners: u32,
    pub(super) headlines: u32,
    pub(super) sentences: u32,
    pub(super) last_sentence: u32,
    pub(super) first_sentence: u32,
    pub(super) before: [u32; BESIDE],
    pub(super) behind: [u32; BESIDE],
    /// Whether the title has it.
    pub(super) titled: bool,
    /// How often the most frequent longer candidate that holds it comes; the same of names alone.
    pub(super) held: u32,
    pub(super) held_name: u32,
    /// The last of its mentions.
    last: Option<usize>,
}

/// Where a candidate is mentioned.
#[derive(Debug, Clone, Copy)]
struct Mention {
    at: usize,
    /// Whether no longer name holds it, but for a title of persons.
    solo: bool,
    /// The mention before it of the same candidate.
    before: Option<usize>,
}

/// All candidates of an article, in the order in which they first occur.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) all: Vec<Candidate>,
    mentions: Vec<Mention>,
    /// The candidate that each word alone is.
    alone: Vec<Option<usize>>,
    /// The candidate that a candidate with one more word is.
    longer: WordMap<(usize, usize), usize>,
}

/// Whether a word comes once, far down, not in the title, and is no part of a name: neither it nor
/// what begins with it is worth a judgement.
fn is_passing(words: &Words<'_>, word: &Word) -> bool {
    let once = words.counts.get(word.number) == Some(&1);
    let titled = || words.titled.get(word.number) == Some(&true);
    once && is_far_down(word) && word.run == 0 && !word.shouted && !titled()
}

/// Whether a word stands below the lead and names nothing by itself.
fn is_far_down(word: &Word) -> bool {
    word.sentence >= LEAD && !word.name && !word.figure && !word.empty
}

/// How often two words may stand one behind the other, 0 to 2 times or more; of some pairs too
/// often, as several share a count.
#[derive(Debug)]
struct Pairs {
    counts: Vec<u8>,
    mask: usize,
}

impl Pairs {
    fn of(words: &Words<'_>) -> Self {
        let size = (words.all.len() * 4).next_power_of_two();
        let mut found = Self { counts: vec![0; size], mask: size - 1 };
        for pair in words.all.windows(2) {
            let [first, second] = pair else { continue };
            found.add(first.number, second.number);
        }
        for pair in words.title.windows(2) {
            let &[first, second] = pair else { continue };
            (0..2).for_each(|_| found.add(first, second));
        }
        found
    }

    fn at(&self, first: usize, second: usize) -> usize {
        (first.wrapping_mul(0x9E37_79B1) ^ second.wrapping_mul(0x85EB_CA6B).rotate_right(9))
            & self.mask
    }

    fn add(&mut self, first: usize, second: usize) {
        let at = self.at(first, second);
        if let Some(count) = self.counts.get_mut(at) {
            *count = count.saturating_add(1);
        }
    }

    /// Whether two words stand together once, far down, not in the title, and not in a name: no
    /// phrase that holds both is worth a judgement.
    fn is_passing(&self, first: &Word, second: &Word) -> bool {
        let named = first.run > 0 && first.run == second.run;
        !named
            && (is_far_down(second) || is_far_down(first))
            && self.counts.get(self.at(first.number, second.number)).is_some_and(|&count| count < 2)
    }
}

impl Candidate {
    pub(super) fn is_name(&self) -> bool {
        self.names * 2 > self.count
    }

    /// Whether it is worth a judgement: no part of a name that never stands alone, and no common
    /// words said once far down.
    pub(super) fn counts(&self) -> bool {
        let whole = self.solo > 0 || self.headlines > 0;
        let told = self.count > 1 || self.first_sentence < LEAD || self.is_name();
        self.titled || (whole && told)
    }

    /// How likely it is worth a judgement: the weights of a regression on what readers picked,
    /// rounded.
    fn promise(&self, words: &Words<'_>) -> i32 {
        let phrase = words.phrase(self.at, self.size);
        let told = [
            (self.titled, 2),
            (self.first_sentence < 3, 1),
            (self.first_sentence < 6, 1),
            (self.is_name(), 5),
            (self.count > 1, 1),
            (self.solo > 1, 2),
            (self.solo > 2, 1),
            (self.solo > 4, 1),
            (self.solo == 0, -3),
            (self.size == 1, -4),
            (self.held >= self.count, -1),
            (self.held_name > 0, -1),
            (self.in_right * 2 > self.count, -4),
            (phrase.iter().any(|word| word.figure || word.empty), -3),
        ];
        told.iter().map(|&(holds, weight)| if holds { weight } else { 0 }).sum()
    }
}

impl Candidates {
    pub(super) fn of(words: &Words<'_>) -> Self {
        let mut found = Self {
            all: Vec::with_capacity(words.all.len()),
            mentions: Vec::with_capacity(words.all.len()),
            alone: vec![None; words.lexicon.len()],
            longer: WordMap::with_capacity_and_hasher(words.all.len() / 2, Default::default()),
        };
        let pairs = Pairs::of(words);
        for at in 0..words.all.len() {
            found.from(words, &pairs, at);
        }
        found.note_title(words);
        found.note_holders(words);
        found
    }

    /// Those worth a judgement, in order.
    pub(super) fn judged(&self, words: &Words<'_>) -> Vec<&Candidate> {
        let worth = self.all.iter().filter(|it| it.count > 0 && it.counts());
        let mut worth: Vec<&Candidate> = worth.collect();
        if worth.len() > MAX_JUDGED {
            // Of equal ones, those that come first.
            worth.sort_by_cached_key(|it| -it.promise(words));
            worth.truncate(MAX_JUDGED);
        }
        worth.sort_by_key(|it| (it.at, it.size));
        worth
    }

    /// Notes the phrases that begin at the word `at`.
    fn from(&mut self, words: &Words<'_>, pairs: &Pairs, at: usize) {
        let Some(first) = words.all.get(at) else { return };
        // A particle begins a name: "van der Berg".
        if first.empty || is_passing(words, first) {
            return;
        }
        let mut shorter = None;
        let mut named = first.name;
        let mut joint = false;
        for size in 1..=MAX_WORDS {
            let Some(word) = words.all.get(at + size - 1) else { return };
            if size > 1 {
                let before = words.all.get(at + size - 2);
                let owned =
                    before.is_some_and(|before| before.owner && !(before.name && word.name));
                let passing = before.is_some_and(|before| pairs.is_passing(before, word));
                if word.gap != Gap::Joins || owned || passing {
                    return;
                }
            }
            named |= word.name;
            if word.empty {
                joint = words.lexicon.known(word.number).is_some_and(|known| known.joint);
                if !joint {
                    return;
                }
            }
            if size > MAX_COMMON_WORDS && !named && !joint {
                return;
            }
            let next = self.all.len();
            let index = match shorter {
                Some(shorter) => *self.longer.entry((shorter, word.number)).or_insert(next),
                None => self.alone.get_mut(word.number).map_or(next, |it| *it.get_or_insert(next)),
            };
            if index == next {
                self.all.push(Candidate { size, ..Candidate::default() });
            }
            // A phrase that ends with a joint, or is a number, is only a step to a longer one.
            let alone = size == 1 && word.plain;
            if !word.empty && !alone {
                self.mention(index, words, at, size);
            }
            shorter = Some(index);
        }
    }

    fn mention(&mut self, index: usize, words: &Words<'_>, at: usize, size: usize) {
        let end = at + size;
        let Some(phrase) = words.all.get(at..end) else { return };
        let (Some(first), Some(last)) = (phrase.first(), phrase.last()) else { return };
        let Some(candidate) = self.all.get_mut(index) else { return };
        let before = at.checked_sub(1).and_then(|before| words.all.get(before));
        let before = before.filter(|word| word.sentence == first.sentence);
        let behind = words.all.get(end).filter(|word| word.sentence == first.sentence);
        let left = before.filter(|word| first.run > 0 && word.run == first.run);
        let right = behind.filter(|word| last.run > 0 && word.run == last.run);
        let known = |word: &Word| words.lexicon.known(word.number);
        let honoured =
            left.is_some_and(|word| known(word).is_some_and(|known| known.honours || known.titles));
        let name = first.run > 0 && first.run == last.run
            || phrase.iter().all(|word| word.name || word.empty || word.figure)
                && (first.name || last.name);
        if candidate.count == 0 {
            (candidate.at, candidate.first_sentence) = (at, first.sentence);
        }
        candidate.count += 1;
        candidate.names += u32::from(name);
        let solo = (left.is_none() || honoured) && right.is_none();
        candidate.solo += u32::from(solo);
        candidate.strict += u32::from(left.is_none() && right.is_none());
        candidate.in_left += u32::from(left.is_some());
        candidate.in_right += u32::from(right.is_some());
        candidate.honoured += u32::from(honoured);
        candidate.owners += u32::from(last.owner);
        candidate.headlines += u32::from(first.headline);
        let new = candidate.count == 1 || candidate.last_sentence != first.sentence;
        candidate.sentences += u32::from(new);
        candidate.last_sentence = first.sentence;
        let beside = |word: Option<&Word>, gap: Option<Gap>| match (word, gap) {
            (None, _) => Beside::Edge,
            (_, Some(Gap::Parts | Gap::Opens)) => Beside::Mark,
            (Some(word), _) if known(word).is_some_and(|known| known.saying) => Beside::Saying,
            (Some(word), _) if word.empty => Beside::Function,
            (Some(word), _) if word.name => Beside::Name,
            _ => Beside::Word,
        };
        let before = beside(before, Some(first.gap));
        let behind = beside(behind, behind.map(|word| word.gap));
        for (counts, beside) in [(&mut candidate.before, before), (&mut candidate.behind, behind)] {
            if let Some(count) = counts.get_mut(beside as usize) {
                *count += 1;
            }
        }
        self.mentions.push(Mention { at, solo, before: candidate.last });
        candidate.last = Some(self.mentions.len() - 1);
    }

    /// The candidate that these words are.
    fn find(&self, numbers: impl Iterator<Item = usize>) -> Option<usize> {
        let mut found = None;
        for number in numbers {
            found = Some(self.longer(found, number)?);
        }
        found
    }

    /// The candidate that `shorter`, or nothing, is with the word `number` behind it.
    fn longer(&self, shorter: Option<usize>, number: usize) -> Option<usize> {
        match shorter {
            None => self.alone.get(number).copied().flatten(),
            Some(shorter) => self.longer.get(&(shorter, number)).copied(),
        }
    }

    /// Notes which candidates the title has.
    fn note_title(&mut self, words: &Words<'_>) {
        for from in 0..words.title.len() {
            let mut shorter = None;
            for &number in words.title.iter().skip(from).take(MAX_WORDS) {
                shorter = self.longer(shorter, number);
                let Some(index) = shorter else { break };
                if let Some(candidate) = self.all.get_mut(index) {
                    candidate.titled = true;
                }
            }
        }
    }

    /// Notes which candidates longer ones hold.
    fn note_holders(&mut self, words: &Words<'_>) {
        for index in 0..self.all.len() {
            let Some(candidate) = self.all.get(index) else { return };
            let (at, size, count, solo) =
                (candidate.at, candidate.size, candidate.count, candidate.solo);
            let name = candidate.is_name();
            if size < 2 || count == 0 || (count < 2 && !name) {
                continue;
            }
            let phrase = words.phrase(at, size);
            for from in 0..size {
                let mut part = None;
                for word in phrase.iter().skip(from).take(size - usize::from(from == 0)) {
                    part = self.longer(part, word.number);
                    let Some(index) = part else { break };
                    if let Some(part) = self.all.get_mut(index) {
                        part.held = part.held.max(count);
                        part.held_name = part.held_name.max(if name { solo } else { 0 });
                    }
                }
            }
        }
    }

    /// The candidates that stand for a name in short: its last word, its first, and what is left
    /// without its first. None of a phrase of common words.
    pub(super) fn variants(&self, words: &Words<'_>, candidate: &Candidate) -> Vec<usize> {
        let phrase = words.phrase(candidate.at, candidate.size);
        if phrase.len() < 2 || !candidate.is_name() {
            return Vec::new();
        }
        let numbers = || phrase.iter().map(|word| word.number);
        let parts = [
            self.find(numbers().skip(phrase.len() - 1)),
            self.find(numbers().take(1)),
            self.find(numbers().skip(1)),
        ];
        let mut found: Vec<usize> = Vec::new();
        for index in parts.into_iter().flatten() {
            let solo = self.all.get(index).is_some_and(|part| part.solo > 0 && part.is_name());
            if solo && !found.contains(&index) {
                found.push(index);
            }
        }
        found
    }

    /// The words at which a candidate's mentions begin, in order; or of those alone that no longer
    /// name holds.
    pub(super) fn mentions(&self, candidate: &Candidate, solo: bool) -> Vec<usize> {
        let mut found = Vec::new();
        let mut next = candidate.last;
        while let Some(mention) = next.and_then(|next| self.mentions.get(next)) {
            if mention.solo || !solo {
                found.push(mention.at);
            }
            next = mention.before;
        }
        found.reverse();
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::{Beside, Candidate, Candidates};
    use crate::keywords::lexicon::{Gap, Known};
    use crate::keywords::words::{Word, Words};
    use crate::sentence;
    use crate::text::languages::Language;

    /// A candidate's words, and all that is said of it but where its mentions are kept.
    type Found = BTreeMap<Vec<usize>, (Candidate, Vec<usize>)>;

    fn known<'w>(words: &'w Words<'_>, word: &Word) -> &'w Known {
        words.lexicon.known(word.number).unwrap()
    }

    /// Whether these words may be a keyword, by what the file's header says of a phrase.
    fn is_phrase(words: &Words<'_>, phrase: &[Word]) -> bool {
        let joint = |word: &Word| word.empty && known(words, word).joint;
        let joined = phrase.windows(2).all(|two| {
            let owned = two[0].owner && !(two[0].name && two[1].name);
            two[1].gap == Gap::Joins && !owned
        });
        let [first, .., last] = phrase else { return !phrase[0].empty && !phrase[0].plain };
        let telling = |word: &Word| word.name || joint(word);
        joined
            && !first.empty
            && !last.empty
            && phrase.iter().all(|word| !word.empty || joint(word))
            && (phrase.len() <= 3 || phrase[..4].iter().any(telling))
    }

    fn numbers(words: &[Word]) -> Vec<usize> {
        words.iter().map(|word| word.number).collect()
    }

    /// What stands at a place beside a phrase of the same sentence.
    fn beside(words: &Words<'_>, phrase: &Word, at: Option<usize>, gap: Option<Gap>) -> Beside {
        let word = at.and_then(|at| words.all.get(at));
        let Some(word) = word.filter(|word| word.sentence == phrase.sentence) else {
            return Beside::Edge;
        };
        if gap != Some(Gap::Joins) {
            Beside::Mark
        } else if known(words, word).saying {
            Beside::Saying
        } else if word.empty {
            Beside::Function
        } else if word.name {
            Beside::Name
        } else {
            Beside::Word
        }
    }

    /// What all the mentions of one phrase say.
    fn of_mentions(words: &Words<'_>, size: usize, mentions: &[usize]) -> Candidate {
        let mut of = Candidate { at: mentions[0], size, ..Candidate::default() };
        let mut sentences = BTreeSet::new();
        for &at in mentions {
            let phrase = &words.all[at..at + size];
            let (first, last) = (&phrase[0], &phrase[size - 1]);
            let before = at.checked_sub(1);
            let same = |other: Option<&Word>, own: &Word| {
                let same = |it: &Word| it.sentence == own.sentence && it.run == own.run;
                own.run > 0 && other.is_some_and(same)
            };
            let left = same(before.map(|before| &words.all[before]), first);
            let right = same(words.all.get(at + size), last);
            let known_left = || known(words, &words.all[at - 1]);
            let honoured = left && (known_left().honours || known_left().titles);
            let one_run = first.run > 0 && first.run == last.run;
            let named = phrase.iter().all(|word| word.name || word.empty || word.figure)
                && (first.name || last.name);
            of.count += 1;
            of.names += u32::from(one_run || named);
            of.solo += u32::from(!right && (!left || honoured));
            of.strict += u32::from(!right && !left);
            of.in_left += u32::from(left);
            of.in_right += u32::from(right);
            of.honoured += u32::from(honoured);
            of.owners += u32::from(last.owner);
            of.headlines += u32::from(first.headline);
            let gap = words.all.get(at + size).map(|word| word.gap);
            of.before[beside(words, first, before, Some(first.gap)) as usize] += 1;
            of.behind[beside(words, last, Some(at + size), gap) as usize] += 1;
            sentences.insert(first.sentence);
        }
        of.sentences = sentences.len() as u32;
        of.first_sentence = *sentences.first().unwrap();
        of.last_sentence = *sentences.last().unwrap();
        of
    }

    /// The slow twin: every phrase of every length, looked up again for each thing said of it.
    fn slow(words: &Words<'_>) -> Found {
        let mut mentions: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for at in 0..words.all.len() {
            for size in 1..=super::MAX_WORDS.min(words.all.len() - at) {
                let phrase = &words.all[at..at + size];
                if is_phrase(words, phrase) {
                    mentions.entry(numbers(phrase)).or_default().push(at);
                }
            }
        }
        let described = mentions.into_iter().map(|(phrase, mentions)| {
            let mut of = of_mentions(words, phrase.len(), &mentions);
            of.titled = words.title.windows(phrase.len()).any(|part| part == phrase);
            (phrase, (of, mentions))
        });
        let mut found: Found = described.collect();
        let all = found.clone();
        for (part, (of, _)) in &mut found {
            for (whole, (long, _)) in &all {
                let name = long.names * 2 > long.count;
                let holds = whole.len() > part.len()
                    && whole.windows(part.len()).any(|inner| inner == part);
                if holds && (long.count > 1 || name) {
                    of.held = of.held.max(long.count);
                    of.held_name = of.held_name.max(if name { long.solo } else { 0 });
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_the_slow_way_finds(
            text in "(((The|the|Bank|bank|of|Oakmere|OAKMERE|and|van|der|Mr|said|city|Solberg's|Formula|1|2031|in|A|US|rates)( |, | “|” |: |-|\\. ){1}){0,60}|\\PC{0,80})",
            title in "((Bank|of|Oakmere|city|rates|Solberg) ){0,5}",
        ) {
            let words = Words::read(&text, &sentence::split(&text), Some(&title), Language::ENGLISH);
            let candidates = Candidates::of(&words);
            let fast: Found = candidates
                .all
                .iter()
                .filter(|it| it.count > 0 && it.counts())
                .map(|it| {
                    let phrase = numbers(&words.all[it.at..it.at + it.size]);
                    let mentions = candidates.mentions(it, false);
                    (phrase, (Candidate { last: None, ..it.clone() }, mentions))
                })
                .collect();
            let mut slow = slow(&words);
            slow.retain(|_, (it, _)| it.counts());
            prop_assert_eq!(fast, slow);
        }
    }
}
