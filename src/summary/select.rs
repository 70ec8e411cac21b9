//! Ranked sentences to the few that are shown.
//!
//! In: one value a sentence, how much sentences share, and the length asked for. Out: indices of
//! the chosen sentences, in source order. Does not know where the values come from.
//!
//! Greedy: the sentence that still fits and has the highest value is taken, and the value of every
//! other falls by what it shares with it (maximal marginal relevance; Carbonell and Goldstein,
//! 1998); equal values keep source order. A summary that would open on a word that points back
//! (*He*, *But*) is chosen again without that sentence, where another choice exists.

use serde::{Deserialize, Serialize};

use super::form::{ends_sentence, is_dangling};
use super::length::{Length, Room};
use super::overlaps::Overlaps;
use super::sets::{self, Field, SAME, SetsConfig};

/// How sentences compete: the `ranker.selection` part of `config.json`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct SelectionConfig {
    /// What a sentence's value loses for a chosen sentence that says the same; a part of it for
    /// one that says part of it.
    pub(crate) repeat: f32,
    /// A sentence with fewer tokens, or without a sentence's end, is a fragment.
    pub(crate) fragment_tokens: usize,
    /// What a fragment's value starts lower.
    pub(crate) fragment_penalty: f32,
    /// A budget of words or characters is not filled up for its own sake: after the first
    /// sentence, a value below this ends the choice.
    pub(crate) budget_floor: f32,
    /// A sentence whose third logit is above is chosen only where there is nothing else; without, the
    /// network has two logits a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) never: Option<f32>,
    /// After the first sentence, one whose fourth logit is below is not chosen for a summary of up to
    /// [`FEW`] sentences; without, such a summary is as long as was asked. Needs `never`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) good: Option<f32>,
    /// What a sentence's value loses that surely leans on another, by its fifth logit; without, the network
    /// has no such logit. Needs `good`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leans: Option<f32>,
    /// How summaries of a few sentences compete as a whole; without, the greedy choice stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sets: Option<SetsConfig>,
}

impl SelectionConfig {
    /// The logits of a sentence.
    pub(super) fn outputs(&self) -> usize {
        let taught = [self.never, self.good, self.leans];
        2 + taught.iter().flatten().count()
    }
}

/// Readers were asked for summaries of so many sentences, and which others would do: of a longer one
/// they said nothing.
pub(super) const FEW: usize = 3;

/// So much of what a sentence loses by leaning on another it gets back with the one before it chosen.
const LEANED: f32 = 0.7;

/// A sentence as it competes.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// What would be shown.
    pub(super) text: &'a str,
    /// Number of its tokens.
    pub(super) tokens: usize,
    /// Whether it is chosen only where there is nothing else.
    pub(super) barred: bool,
    /// Whether it opens a summary, but adds nothing to one.
    pub(super) filler: bool,
    /// What its value loses by leaning on another sentence.
    pub(super) leans: f32,
    /// The indices that are chosen together with it, its own among them; empty where it stands
    /// alone.
    pub(super) with: &'a [usize],
}

/// Indices of the summary's sentences, ascending. `value` is how well each candidate sums the
/// article up.
pub(super) fn select(
    candidates: &[Candidate<'_>],
    value: &[f32],
    overlaps: &Overlaps<'_>,
    config: &SelectionConfig,
    length: &Length,
) -> Vec<usize> {
    debug_assert_eq!(candidates.len(), value.len());
    let rivals = candidates.iter().zip(value).map(|(candidate, value)| {
        let Candidate { text, tokens, barred, filler, leans, with } = *candidate;
        let fragment = tokens < config.fragment_tokens || !ends_sentence(text);
        let penalty = if fragment { config.fragment_penalty } else { 0.0 };
        let size = Room::of(text);
        let dangling = is_dangling(text);
        let value = value - penalty - leans;
        Rival { value, size, open: !barred, filler, leans, with, dangling }
    });
    let floor = if length.sentences.is_none() { config.budget_floor } else { f32::NEG_INFINITY };
    let mut choice = Choice { rivals: rivals.collect(), overlaps, config, length, floor };
    let chosen = choice.opening_well();
    if !chosen.is_empty() {
        return choice.as_a_whole(candidates, chosen.len()).unwrap_or(chosen);
    }
    // A text of labels, or of one long quotation: something is better than nothing.
    for rival in &mut choice.rivals {
        (rival.open, rival.with) = (true, &[]);
    }
    choice.opening_well()
}

/// A sentence in the course of a choice.
#[derive(Debug, Clone, Copy)]
struct Rival<'a> {
    /// Falls by what it repeats of those that are chosen.
    value: f32,
    size: Room,
    /// Whether it may be chosen.
    open: bool,
    /// Whether it may be the first that is chosen, and no other.
    filler: bool,
    /// What its value has lost by leaning on another.
    leans: f32,
    /// What is chosen together with it.
    with: &'a [usize],
    /// Whether it points back, so that it opens no summary where another can.
    dangling: bool,
}

/// What the greedy choice starts from.
struct Choice<'a> {
    rivals: Vec<Rival<'a>>,
    overlaps: &'a Overlaps<'a>,
    config: &'a SelectionConfig,
    length: &'a Length,
    /// A value below this ends the choice after the first sentence.
    floor: f32,
}

impl Choice<'_> {
    /// The greedy choice, without openings that point back where another choice exists.
    fn opening_well(&mut self) -> Vec<usize> {
        let first = self.greedy();
        let mut chosen = first.clone();
        // Each round bars one sentence; a few rounds find an opening where there is one nearby,
        // and the cost stays flat on a text whose every sentence points back.
        const MAX_ROUNDS: usize = 32;
        for _ in 0..MAX_ROUNDS {
            let opening = chosen.first().and_then(|&opening| self.rivals.get_mut(opening));
            let Some(opening) = opening else { break };
            if !opening.dangling {
                return chosen;
            }
            opening.open = false;
            chosen = self.greedy();
        }
        first
    }

    /// The chosen sentences, ascending.
    fn greedy(&self) -> Vec<usize> {
        let mut rivals = self.rivals.clone();
        let mut room = self.length.start();
        let mut chosen = Vec::new();
        while chosen.len() < MAX_COMPARED {
            let mut best: Option<(usize, f32, Room)> = None;
            for index in 0..rivals.len() {
                if let Some((worth, left)) = worth(&rivals, index, &chosen, room)
                    && best.is_none_or(|(_, best, _)| worth > best)
                {
                    best = Some((index, worth, left));
                }
            }
            let Some((index, best, left)) = best else { break };
            if !chosen.is_empty() && best < self.floor {
                break;
            }
            room = left;
            if chosen.is_empty() {
                rivals.iter_mut().for_each(|rival| rival.open &= !rival.filler);
            }
            let alone = [index];
            let with = rivals.get(index).map(|rival| rival.with).filter(|with| !with.is_empty());
            for &index in with.unwrap_or(&alone) {
                if chosen.contains(&index) {
                    continue;
                }
                chosen.push(index);
                if let Some(rival) = rivals.get_mut(index) {
                    rival.open = false;
                }
                if let Some(next) = rivals.get_mut(index + 1) {
                    next.value += LEANED * next.leans;
                }
                if room.sentences > 0 {
                    self.overlaps.with(index, |other, shared| {
                        if let Some(rival) = rivals.get_mut(other) {
                            rival.value -= self.config.repeat * shared;
                            rival.open &= shared < SAME;
                        }
                    });
                }
            }
        }
        if chosen.len() >= MAX_COMPARED {
            // The others that fit, stand alone and are worth it, best first.
            rivals
                .iter_mut()
                .for_each(|it| it.open &= it.with.is_empty() && it.value >= self.floor);
            let mut rest: Vec<_> = rivals.iter().enumerate().filter(|(_, it)| it.open).collect();
            rest.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
            for (index, rival) in rest {
                if let Some(left) = room.without(rival.size) {
                    room = left;
                    chosen.push(index);
                }
            }
        }
        chosen.sort_unstable();
        chosen
    }

    /// The best summary of `size` sentences as a whole; `None` where none may be, or where the
    /// length does not ask for so few sentences.
    fn as_a_whole(&self, candidates: &[Candidate<'_>], size: usize) -> Option<Vec<usize>> {
        let weights = self.config.sets.as_ref()?;
        if self.length.sentences != Some(size) || !(2..=sets::MOST).contains(&size) {
            return None;
        }
        let field = Field {
            value: &self.rivals.iter().map(|rival| rival.value).collect::<Vec<_>>(),
            words: &self.rivals.iter().map(|rival| rival.size.words).collect::<Vec<_>>(),
            tokens: &candidates.iter().map(|candidate| candidate.tokens).collect::<Vec<_>>(),
            overlaps: self.overlaps,
            repeat: self.config.repeat,
        };
        let may_stand =
            |index: usize| candidates.get(index).is_some_and(|candidate| !candidate.barred);
        let may_be = |set: &[usize]| {
            let mut rivals = set.iter().map(|&index| self.rivals.get(index));
            let left = rivals.try_fold(self.length.start(), |room, rival| {
                let whole = rival?.with.iter().all(|other| set.contains(other));
                room.without(rival?.size).filter(|_| whole)
            });
            let opening = set.first().and_then(|&first| self.rivals.get(first));
            left.is_some() && opening.is_some_and(|opening| !opening.dangling)
        };
        sets::best(weights, &field, size, may_stand, may_be)
    }
}

/// The mean value of what would be chosen with a sentence, and the room left after it; `None` where
/// it may not be chosen or does not fit.
fn worth(rivals: &[Rival<'_>], index: usize, chosen: &[usize], room: Room) -> Option<(f32, Room)> {
    let open = |index: usize| rivals.get(index).filter(|rival| rival.open);
    let rival = open(index)?;
    if rival.with.is_empty() {
        return Some((rival.value, room.without(rival.size)?));
    }
    let (mut sum, mut count, mut left) = (0.0, 0.0, room);
    for &member in rival.with.iter().filter(|member| !chosen.contains(member)) {
        let member = open(member)?;
        sum += member.value;
        count += 1.0;
        left = left.without(member.size)?;
    }
    Some((sum / count, left))
}

/// So many sentences are compared with each other; a longer summary is an abridgement, whose
/// further sentences are taken by their value alone, so that its cost stays near linear.
const MAX_COMPARED: usize = 64;
