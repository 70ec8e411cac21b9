//! The words of an article to the phrases that may be keywords.
//!
//! In: the words. Out: [`Candidates`]: every phrase of up to [`MAX_WORDS`] words that neither begins
//! nor ends with a function word, with what was seen around its mentions. A phrase is one candidate
//! however its words are written: it goes by the candidate that it is without its last word, with
//! that word's number. Judges nothing, but leaves out what could be judged only one way (common
//! words said once, far down, and not in the title), and beyond [`MAX_JUDGED`] what by its counts
//! alone is the least likely.

use super::lexicon::Gap;
use super::words::{Word, Words};
use crate::text::keyed::WordMap;

/// The longest phrase, in words.
pub(super) const MAX_WORDS: usize = 6;
/// The longest phrase of common words without a joint.
const MAX_COMMON_WORDS: usize = 3;
/// Candidates that are worth a judgement, at most: to describe and judge one costs more than to
/// find it. A model that judged all took 98 in 100 of its keywords from the first 96.
pub(super) const MAX_JUDGED: usize = 96;
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
#[derive(Debug, Clone, Default)]
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
        let phrase = words.all.get(self.at..self.at + self.size).unwrap_or_default();
        let told = [
            (self.titled, 2),
            (self.first_sentence < 3, 1),
            (self.first_sentence < 6, 2),
            (self.is_name(), 4),
            (self.count > 1, 1),
            (self.solo > 1, 2),
            (self.solo > 2, 2),
            (self.solo == 0, -3),
            (self.size == 1, -5),
            (self.size > 2, -3),
            (self.held >= self.count, -2),
            (phrase.iter().any(|word| word.figure || word.empty), -4),
        ];
        told.iter().map(|&(holds, weight)| if holds { weight } else { 0 }).sum()
    }
}

impl Candidates {
    pub(super) fn of(words: &Words<'_>) -> Self {
        let mut found = Self {
            all: Vec::with_capacity(words.all.len() * 2),
            mentions: Vec::with_capacity(words.all.len() * 2),
            alone: vec![None; words.lexicon.len()],
            longer: WordMap::with_capacity_and_hasher(words.all.len(), Default::default()),
        };
        for at in 0..words.all.len() {
            found.from(words, at);
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
            worth.sort_by_key(|it| (it.at, it.size));
        }
        worth
    }

    /// Notes the phrases that begin at the word `at`.
    fn from(&mut self, words: &Words<'_>, at: usize) {
        let Some(first) = words.all.get(at) else { return };
        // A particle begins a name: "van der Berg".
        if first.empty {
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
                if word.gap != Gap::Joins || owned {
                    return;
                }
            }
            named |= word.name;
            if word.empty {
                joint |= words.lexicon.known(word.number).is_some_and(|known| known.joint);
                if !joint || !words.lexicon.known(word.number).is_some_and(|known| known.joint) {
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
                let first_sentence = first.sentence;
                self.all.push(Candidate { at, size, first_sentence, ..Candidate::default() });
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
        candidate.count += 1;
        candidate.names += u32::from(name);
        candidate.solo += u32::from((left.is_none() || honoured) && right.is_none());
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
        self.mentions.push(Mention { at, before: candidate.last });
        candidate.last = Some(self.mentions.len() - 1);
    }

    /// The candidate that these words are.
    fn find(&self, numbers: impl Iterator<Item = usize>) -> Option<usize> {
        let mut found = None;
        for number in numbers {
            found = Some(match found {
                None => self.alone.get(number).copied().flatten()?,
                Some(shorter) => self.longer.get(&(shorter, number)).copied()?,
            });
        }
        found
    }

    /// Notes which candidates the title has.
    fn note_title(&mut self, words: &Words<'_>) {
        for from in 0..words.title.len() {
            let mut shorter = None;
            for &number in words.title.iter().skip(from).take(MAX_WORDS) {
                shorter = match shorter {
                    None => self.alone.get(number).copied().flatten(),
                    Some(shorter) => self.longer.get(&(shorter, number)).copied(),
                };
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
            let phrase = words.all.get(at..at + size).unwrap_or_default();
            for from in 0..size {
                let mut part = None;
                for word in phrase.iter().skip(from).take(size - usize::from(from == 0)) {
                    part = match part {
                        None => self.alone.get(word.number).copied().flatten(),
                        Some(part) => self.longer.get(&(part, word.number)).copied(),
                    };
                    let Some(index) = part else { break };
                    if let Some(part) = self.all.get_mut(index) {
                        part.held = part.held.max(count);
                        part.held_name = part.held_name.max(if name { solo } else { 0 });
                    }
                }
            }
        }
    }

    /// The candidates that stand for a name in short: its last word and its first, what is left
    /// without its first word, and its initials. None of a phrase of common words.
    pub(super) fn variants(&self, words: &Words<'_>, candidate: &Candidate) -> Vec<usize> {
        let phrase = words.all.get(candidate.at..candidate.at + candidate.size).unwrap_or_default();
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

    /// The words of a candidate's mentions, from first to last; of a name, those that no longer name
    /// holds.
    pub(super) fn mentions(&self, candidate: &Candidate) -> Vec<usize> {
        let mut found = Vec::new();
        let mut next = candidate.last;
        while let Some(mention) = next.and_then(|next| self.mentions.get(next)) {
            found.push(mention.at);
            next = mention.before;
        }
        found.reverse();
        found
    }
}
