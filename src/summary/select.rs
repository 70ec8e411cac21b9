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
use super::sets::{self, Field, SetsConfig};

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
    /// How summaries of a few sentences compete as a whole; without, the greedy choice stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sets: Option<SetsConfig>,
}

/// A sentence as it competes.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// What would be shown.
    pub(super) text: &'a str,
    /// Number of its tokens.
    pub(super) tokens: usize,
    /// Whether it is chosen only where there is nothing else.
    pub(super) barred: bool,
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
    let mut choice = Choice {
        value: value.to_vec(),
        sizes: candidates.iter().map(|candidate| Room::of(candidate.text)).collect(),
        open: candidates.iter().map(|candidate| !candidate.barred).collect(),
        with: candidates.iter().map(|candidate| candidate.with).collect(),
        dangling: candidates.iter().map(|candidate| is_dangling(candidate.text)).collect(),
        floor: if length.sentences.is_none() { config.budget_floor } else { f32::NEG_INFINITY },
        repeat: config.repeat,
    };
    for (value, candidate) in choice.value.iter_mut().zip(candidates) {
        if candidate.tokens < config.fragment_tokens || !ends_sentence(candidate.text) {
            *value -= config.fragment_penalty;
        }
    }
    let chosen = choice.opening_well(overlaps, length);
    if !chosen.is_empty() {
        let whole = choice.as_a_whole(candidates, overlaps, config, length, chosen.len());
        return whole.unwrap_or(chosen);
    }
    // A text of labels, or of one long quotation: something is better than nothing.
    choice.open = vec![true; candidates.len()];
    choice.with = vec![&[]; candidates.len()];
    choice.opening_well(overlaps, length)
}

/// What the greedy choice starts from.
struct Choice<'a> {
    value: Vec<f32>,
    sizes: Vec<Room>,
    /// Whether a sentence may be chosen.
    open: Vec<bool>,
    /// What is chosen together with it.
    with: Vec<&'a [usize]>,
    /// Whether it points back, so that it opens no summary where another can.
    dangling: Vec<bool>,
    floor: f32,
    repeat: f32,
}

impl Choice<'_> {
    /// The greedy choice, without openings that point back where another choice exists.
    fn opening_well(&mut self, overlaps: &Overlaps<'_>, length: &Length) -> Vec<usize> {
        let first = self.greedy(overlaps, length);
        let mut chosen = first.clone();
        // Each round bars one sentence; a few rounds find an opening where there is one nearby,
        // and the cost stays flat on a text whose every sentence points back.
        const MAX_ROUNDS: usize = 32;
        for _ in 0..MAX_ROUNDS {
            let Some(&opening) = chosen.first() else { break };
            if self.dangling.get(opening) != Some(&true) {
                return chosen;
            }
            if let Some(open) = self.open.get_mut(opening) {
                *open = false;
            }
            chosen = self.greedy(overlaps, length);
        }
        first
    }

    /// The chosen sentences, ascending.
    fn greedy(&self, overlaps: &Overlaps<'_>, length: &Length) -> Vec<usize> {
        let mut value = self.value.clone();
        let mut open = self.open.clone();
        let mut room = length.start();
        let mut chosen = Vec::new();
        while chosen.len() < MAX_COMPARED {
            let mut best: Option<(usize, f32, Room)> = None;
            for index in 0..value.len() {
                if let Some((worth, left)) = self.worth(index, &value, &open, &chosen, room)
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
            let alone = [index];
            let with = self.with.get(index).filter(|with| !with.is_empty());
            for &index in with.map_or(&alone[..], |with| with) {
                if chosen.contains(&index) {
                    continue;
                }
                chosen.push(index);
                if let Some(open) = open.get_mut(index) {
                    *open = false;
                }
                if room.sentences > 0 {
                    overlaps.with(index, |other, shared| {
                        if let Some(value) = value.get_mut(other) {
                            *value -= self.repeat * shared;
                        }
                        if shared >= SAME
                            && let Some(open) = open.get_mut(other)
                        {
                            *open = false;
                        }
                    });
                }
            }
        }
        if chosen.len() >= MAX_COMPARED {
            self.fill(&value, &open, room, &mut chosen);
        }
        chosen.sort_unstable();
        chosen
    }

    /// The mean value of what would be chosen with a sentence, and the room left after it; `None`
    /// where it may not be chosen or does not fit.
    fn worth(
        &self,
        index: usize,
        value: &[f32],
        open: &[bool],
        chosen: &[usize],
        room: Room,
    ) -> Option<(f32, Room)> {
        if !*open.get(index)? {
            return None;
        }
        let with = self.with.get(index)?;
        if with.is_empty() {
            return Some((*value.get(index)?, room.without(*self.sizes.get(index)?)?));
        }
        let (mut sum, mut count, mut left) = (0.0, 0.0, room);
        for &member in with.iter().filter(|member| !chosen.contains(member)) {
            if !*open.get(member)? {
                return None;
            }
            sum += value.get(member)?;
            count += 1.0;
            left = left.without(*self.sizes.get(member)?)?;
        }
        Some((sum / count, left))
    }

    /// The best summary of `size` sentences as a whole; `None` where none may be, or where the
    /// length does not ask for so few sentences.
    fn as_a_whole(
        &self,
        candidates: &[Candidate<'_>],
        overlaps: &Overlaps<'_>,
        config: &SelectionConfig,
        length: &Length,
        size: usize,
    ) -> Option<Vec<usize>> {
        let weights = config.sets.as_ref()?;
        if length.sentences != Some(size) || !(2..=sets::MOST).contains(&size) {
            return None;
        }
        let words: Vec<usize> = self.sizes.iter().map(|size| size.words).collect();
        let tokens: Vec<usize> = candidates.iter().map(|candidate| candidate.tokens).collect();
        let field = Field {
            value: &self.value,
            words: &words,
            tokens: &tokens,
            overlaps,
            repeat: self.repeat,
            same: SAME,
        };
        let may_stand =
            |index: usize| candidates.get(index).is_some_and(|candidate| !candidate.barred);
        let may_be = |set: &[usize]| {
            let whole = |index: &usize| {
                let with = self.with.get(*index);
                with.is_none_or(|with| with.iter().all(|other| set.contains(other)))
            };
            let opening = set.first().and_then(|&first| self.dangling.get(first));
            opening == Some(&false) && set.iter().all(whole) && self.fits(set, length)
        };
        sets::best(weights, &field, size, may_stand, may_be)
    }

    /// Whether these sentences are within the length together.
    fn fits(&self, set: &[usize], length: &Length) -> bool {
        let mut room = Some(length.start());
        for index in set {
            room = room.zip(self.sizes.get(*index)).and_then(|(room, size)| room.without(*size));
        }
        room.is_some()
    }

    /// Adds the open sentences that fit, stand alone and are worth it, best first.
    fn fill(&self, value: &[f32], open: &[bool], mut room: Room, chosen: &mut Vec<usize>) {
        let mut rest: Vec<(usize, f32, Room)> = value
            .iter()
            .zip(&self.sizes)
            .zip(open.iter().zip(&self.with))
            .enumerate()
            .filter(|(_, ((value, _), (open, with)))| {
                **open && with.is_empty() && **value >= self.floor
            })
            .map(|(index, ((&value, &size), _))| (index, value, size))
            .collect();
        rest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (index, _, size) in rest {
            if let Some(left) = room.without(size) {
                room = left;
                chosen.push(index);
            }
        }
    }
}

/// Sentences that share so much are one sentence with small edits, or one inside the other; only
/// one of them is chosen.
pub(super) const SAME: f32 = 0.75;

/// So many sentences are compared with each other; a longer summary is an abridgement, whose
/// further sentences are taken by their value alone, so that its cost stays near linear.
const MAX_COMPARED: usize = 64;
