//! Of the summaries that the best sentences make, the one that is best as a whole.
//!
//! In: the sentences that may be chosen, with their values, words and what they share. Out: so many
//! of them. The twin of `models/recipe/rank/sets.py`, which says how the weights are learned; a
//! test holds the two together.
//! Does not rank sentences, and knows no rules about them but those that the caller tells it.
//!
//! A greedy choice adds sentence to sentence and never sees the whole. Here every summary that a
//! few of the best sentences make is a candidate (as in Zhong et al., "Extractive summarization as
//! text matching", 2020), and a linear model reads what only a whole summary has: its length, how
//! much of the article's words it covers, where it stands in the article.

use super::overlaps::{Overlaps, Worth};
use crate::named::named;

/// Summaries of more sentences are left to the greedy choice: their sets are too many.
pub(super) const MOST: usize = 5;

/// Sentences that share so much are one sentence with small edits, or one inside the other; only
/// one of them is chosen.
pub(super) const SAME: f32 = 0.75;
/// So many of the best sentences are combined.
const AMONG: usize = 10;

/// The size that the weights were learned for; other sizes are read as if they had it.
const TRAINED: f64 = 3.0;

named! {
    /// The features of a summary as a whole: what only a set of sentences has. Sums over its sentences
    /// and its words are read as if it had [`TRAINED`] of them.
    pub(crate) struct SetFeatures {
        /// The values of its sentences, less what they repeat: what the greedy choice goes by.
        plan,
        /// Words, 50 to the unit.
        length,
        /// The square of that.
        length_squared,
        /// Logarithm of the words, times that of the article's sentences.
        length_by_sentences,
        /// Share of the importance of all words of the article that its words have.
        coverage,
        /// Share of their recurrence: how much of what the article keeps coming back to it says.
        repeated,
        /// The same, times the logarithm of the article's sentences.
        repeated_by_sentences,
        /// The recurrence of its words, a token.
        density,
        /// Logarithm of the mean place of its sentences.
        place,
        /// Pairs of sentences that follow each other in the article.
        adjacent,
        /// Tokens of its shortest sentence, 20 to the unit.
        shortest,
    }
}

/// The weight of each: the `ranker.selection.sets` part of `config.json`.
pub(crate) type SetsConfig = SetFeatures<f64>;

/// An article's sentences as they compete.
pub(super) struct Field<'a> {
    /// What a sentence is worth alone.
    pub(super) value: &'a [f32],
    /// White-space separated words of each sentence.
    pub(super) words: &'a [usize],
    /// Tokens of each sentence.
    pub(super) tokens: &'a [usize],
    pub(super) overlaps: &'a Overlaps<'a>,
    /// What a summary loses for two sentences that say the same.
    pub(super) repeat: f32,
}

/// The best `size` sentences as a set, ascending, of those that are `open`; `allowed` says whether
/// a set may be a summary. `None` where none may. Equal sets: the first in the article.
pub(super) fn best(
    config: &SetsConfig,
    field: &Field<'_>,
    size: usize,
    open: impl Fn(usize) -> bool,
    allowed: impl Fn(&[usize]) -> bool,
) -> Option<Vec<usize>> {
    let mut among: Vec<usize> = (0..field.value.len()).filter(|&index| open(index)).collect();
    let value = |index: usize| field.value.get(index).copied().unwrap_or(f32::NEG_INFINITY);
    among.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    among.truncate(AMONG);
    among.sort_unstable();
    let combined = Combined::new(config, field, &among);
    let mut best: Option<(f64, Vec<usize>)> = None;
    let mut set = Vec::with_capacity(size);
    each_combination(among.len(), size, |places| {
        set.clear();
        set.extend(places.iter().filter_map(|&place| among.get(place)));
        if combined.pairs(places).any(|shared| shared >= SAME) || !allowed(&set) {
            return;
        }
        let outline = combined.outline(places);
        let highest = best.as_ref().map(|&(highest, _)| highest);
        if highest.is_some_and(|highest| combined.is_below(highest, places, &outline)) {
            return;
        }
        let score = config.dot(&combined.features(&outline, combined.held(places)));
        if highest.is_none_or(|highest| score > highest) {
            best = Some((score, set.clone()));
        }
    });
    best.map(|(_, set)| set)
}

/// What the features of all sets are made of; the combined sentences go by their places, in the
/// order of the article.
struct Combined<'a> {
    weights: &'a SetsConfig,
    sentences: Vec<Member>,
    /// What each two share, row by row.
    shared: Vec<f32>,
    /// The sums of `words` over those that each two hold, row by row; on the diagonal, that one holds.
    both: Vec<Worth>,
    repeat: f64,
    /// The words of the combined sentences.
    words: Vec<Worth>,
    /// Whether all of these are finite and none is below 0, as bounds on their sums need.
    bounded: bool,
    /// All words of the article.
    all: Worth,
    /// Logarithm of the article's number of sentences.
    log_sentences: f64,
}

/// A combined sentence.
struct Member {
    index: usize,
    value: f64,
    words: f64,
    tokens: f64,
    /// Which of the words it holds, 64 to a number.
    holds: Vec<u64>,
}

/// What there is to say of a set without a look at its words.
struct Outline {
    /// Those that come from its words are 0.
    features: SetFeatures<f64>,
    /// What sums over the set are multiplied by, to be as if it had [`TRAINED`] sentences.
    scale: f64,
    tokens: f64,
}

impl<'a> Combined<'a> {
    fn new(weights: &'a SetsConfig, field: &Field<'_>, among: &[usize]) -> Self {
        debug_assert_eq!(field.value.len(), field.overlaps.sentences());
        debug_assert_eq!(field.words.len(), field.overlaps.sentences());
        debug_assert_eq!(field.tokens.len(), field.overlaps.sentences());
        let overlaps = field.overlaps;
        let mut vocabulary: Vec<usize> =
            among.iter().flat_map(|&index| overlaps.words_of(index).iter().copied()).collect();
        vocabulary.sort_unstable();
        vocabulary.dedup();
        let sentence = |&index: &usize| {
            let mut holds = vec![0u64; vocabulary.len().div_ceil(64)];
            for number in overlaps.words_of(index) {
                if let Ok(place) = vocabulary.binary_search(number)
                    && let Some(block) = holds.get_mut(place / 64)
                {
                    *block |= 1 << (place % 64);
                }
            }
            let count = |counts: &[usize]| counts.get(index).copied().unwrap_or(0) as f64;
            Member {
                index,
                value: f64::from(field.value.get(index).copied().unwrap_or(0.0)),
                words: count(field.words),
                tokens: count(field.tokens),
                holds,
            }
        };
        let words: Vec<Worth> = vocabulary.iter().map(|&number| overlaps.word(number)).collect();
        let sentences: Vec<Member> = among.iter().map(sentence).collect();
        let size = sentences.len();
        let (mut shared, mut both) = (vec![0.0; size * size], vec![Worth::default(); size * size]);
        for (place, a) in sentences.iter().enumerate() {
            for (other, b) in sentences.iter().enumerate().skip(place) {
                let sum = sum_of(&words, |block| Some(a.holds.get(block)? & b.holds.get(block)?));
                for cell in [place * size + other, other * size + place] {
                    if let (Some(shared), Some(both)) = (shared.get_mut(cell), both.get_mut(cell)) {
                        *shared = overlaps.shared(sum.importance, a.index, b.index);
                        *both = sum;
                    }
                }
            }
        }
        let bounded = |part: f64| part >= 0.0 && part.is_finite();
        Self {
            weights,
            sentences,
            shared,
            both,
            repeat: f64::from(field.repeat),
            bounded: words.iter().all(|word| bounded(word.importance) && bounded(word.recurrence)),
            words,
            all: overlaps.all(),
            log_sentences: (overlaps.sentences().max(1) as f64).ln(),
        }
    }

    /// What each two sentences of a set share, `0.0..=1.0`.
    fn pairs<'b>(&'b self, places: &'b [usize]) -> impl Iterator<Item = f32> + 'b {
        places.iter().enumerate().flat_map(move |(nth, &a)| {
            let later = places.iter().skip(nth + 1);
            later.filter_map(move |&b| self.shared.get(a * self.sentences.len() + b).copied())
        })
    }

    fn set<'b>(&'b self, places: &'b [usize]) -> impl Iterator<Item = &'b Member> + Clone + 'b {
        places.iter().filter_map(|&place| self.sentences.get(place))
    }

    fn outline(&self, places: &[usize]) -> Outline {
        let set = self.set(places);
        let size = places.len().max(1) as f64;
        let scale = TRAINED / size;
        let repeats: f64 = self.pairs(places).map(f64::from).sum();
        let words = scale * set.clone().map(|one| one.words).sum::<f64>();
        let length = words / 50.0;
        let shortest = set.clone().map(|one| one.tokens).fold(f64::INFINITY, f64::min);
        let pairs = set.clone().zip(set.clone().skip(1));
        let adjacent = pairs.filter(|(a, b)| a.index + 1 == b.index).count();
        let middle = set.clone().map(|one| one.index).sum::<usize>() as f64 / size;
        let features = SetFeatures {
            plan: scale * (set.clone().map(|one| one.value).sum::<f64>() - self.repeat * repeats),
            length,
            length_squared: length.powi(2),
            length_by_sentences: self.log_sentences * words.ln_1p(),
            place: middle.ln_1p(),
            adjacent: adjacent as f64,
            shortest: shortest / 20.0,
            ..SetFeatures::default()
        };
        Outline { features, scale, tokens: set.map(|one| one.tokens).sum() }
    }

    /// The features of a set that holds words worth so much.
    fn features(&self, outline: &Outline, held: Worth) -> SetFeatures<f64> {
        let repeated = outline.scale * share(held.recurrence, self.all.recurrence);
        SetFeatures {
            coverage: outline.scale * share(held.importance, self.all.importance),
            repeated,
            repeated_by_sentences: self.log_sentences * repeated,
            density: share(held.recurrence, outline.tokens),
            ..outline.features
        }
    }

    /// Whether the set's score is surely below `highest`, seen without a look at its words; their
    /// sums take most of the time. The score is linear in the two sums, so their bounds bound it.
    fn is_below(&self, highest: f64, places: &[usize], outline: &Outline) -> bool {
        /// Far above what rounding does to a sum of a summary's words, relative to its terms.
        const ROUNDING: f64 = 1e-9;
        let Some([alone, least, most]) = self.bounds(places) else { return false };
        let words_only = Outline { features: SetFeatures::default(), ..*outline };
        let gain = |held: Worth| self.weights.dot(&self.features(&words_only, held));
        let most_gain =
            |of_one: f64, least: f64, most: f64| of_one * if of_one > 0.0 { most } else { least };
        let importance = gain(Worth { importance: 1.0, recurrence: 0.0 });
        let recurrence = gain(Worth { importance: 0.0, recurrence: 1.0 });
        let bound = self.weights.dot(&outline.features)
            + most_gain(importance, least.importance, most.importance)
            + most_gain(recurrence, least.recurrence, most.recurrence);
        let terms = self.features(outline, alone).map(f64::abs);
        let size = self.weights.map(f64::abs).dot(&terms);
        bound + ROUNDING * size < highest
    }

    /// What the words of a set would be worth together if no two sentences shared one, and what they
    /// are worth at least and at most; `None` where there are no bounds.
    ///
    /// They are worth at least what the sentences' words are worth less what each two share (what
    /// three share is taken off too often), and at most the same less what one of them shares with
    /// each other (Hunter, "An upper bound for the probability of a union", 1976).
    fn bounds(&self, places: &[usize]) -> Option<[Worth; 3]> {
        if !self.bounded {
            return None;
        }
        let [mut alone, mut twice, mut most] = [Worth::default(); 3];
        for &place in places {
            let mut with_others = Worth::default();
            for &other in places {
                let both = *self.both.get(place * self.sentences.len() + other)?;
                let sum = if place == other { &mut alone } else { &mut with_others };
                *sum = *sum + both;
            }
            most = most.zip(with_others, f64::max);
            twice = twice + with_others;
        }
        let least = alone.zip(twice, |alone, twice| alone - twice / 2.0);
        Some([alone, least, alone.zip(most, |alone, most| alone - most)])
    }

    /// What the words that the set holds are worth.
    fn held(&self, places: &[usize]) -> Worth {
        sum_of(&self.words, |block| {
            let holds = self.set(places).filter_map(|one| one.holds.get(block));
            Some(holds.fold(0, |held, holds| held | holds))
        })
    }
}

/// The sum over those words that `held` has a bit for, in order, 64 to a block.
fn sum_of(words: &[Worth], held: impl Fn(usize) -> Option<u64>) -> Worth {
    let mut sum = Worth::default();
    for (block, words) in words.chunks(64).enumerate() {
        let mut held = held(block).unwrap_or(0);
        while held != 0 {
            if let Some(word) = words.get(held.trailing_zeros() as usize) {
                sum = sum + *word;
            }
            held &= held - 1;
        }
    }
    sum
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Calls `see` with each set of `size` of the numbers below `count`, ascending, in order.
fn each_combination(count: usize, size: usize, mut see: impl FnMut(&[usize])) {
    fn fill(
        set: &mut Vec<usize>,
        from: usize,
        count: usize,
        size: usize,
        see: &mut dyn FnMut(&[usize]),
    ) {
        if set.len() == size {
            return see(set);
        }
        for next in from..count {
            set.push(next);
            fill(set, next + 1, count, size, see);
            set.pop();
        }
    }
    fill(&mut Vec::with_capacity(size), 0, count, size, &mut see);
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::{Combined, Field, SAME, SetsConfig, best, each_combination};
    use crate::summary::overlaps::Overlaps;

    const CONFIG: SetsConfig = SetsConfig {
        plan: 0.6,
        length: 0.2,
        length_squared: -0.1,
        length_by_sentences: 0.03,
        coverage: 0.4,
        repeated: 0.2,
        repeated_by_sentences: 0.3,
        density: -1.5,
        place: 0.1,
        adjacent: 0.05,
        shortest: -0.35,
    };

    fn combinations(items: &[usize], size: usize) -> Vec<Vec<usize>> {
        let mut sets = Vec::new();
        each_combination(items.len(), size, |places| {
            sets.push(places.iter().map(|&place| items[place]).collect());
        });
        sets
    }

    #[test]
    fn combinations_are_all_there_and_in_order() {
        assert_eq!(combinations(&[2, 5, 7], 2), [[2, 5], [2, 7], [5, 7]]);
        assert_eq!(combinations(&[1, 2], 3), Vec::<Vec<usize>>::new());
        assert_eq!(combinations(&(0..10).collect::<Vec<_>>(), 5).len(), 252);
    }

    /// The slow twin: a set's score straight from `models/recipe/rank/SEMANTICS.md`.
    fn score(ids: &[Vec<u32>], importance: &[f32], field: &Field<'_>, set: &[usize]) -> f64 {
        let words = |index: usize| ids[index].iter().copied().collect::<BTreeSet<u32>>();
        let weight = |id: u32| f64::from(importance[id as usize]);
        let total = |words: &BTreeSet<u32>| words.iter().map(|&id| weight(id)).sum::<f64>();
        let mut spread: HashMap<u32, f64> = HashMap::new();
        (0..ids.len()).flat_map(words).for_each(|id| *spread.entry(id).or_default() += 1.0);
        let told = |words: &BTreeSet<u32>| {
            words.iter().map(|id| weight(*id) * spread[id].ln()).sum::<f64>()
        };
        let all: BTreeSet<u32> = spread.keys().copied().collect();
        let union: BTreeSet<u32> = set.iter().flat_map(|&index| words(index)).collect();
        let (size, n) = (set.len() as f64, (ids.len() as f64).ln());
        let q = 3.0 / size;
        let mut plan: f64 = set.iter().map(|&index| f64::from(field.value[index])).sum();
        for pair in combinations(set, 2) {
            let (a, b) = (words(pair[0]), words(pair[1]));
            let both: BTreeSet<u32> = a.intersection(&b).copied().collect();
            plan -= f64::from(field.repeat) * (total(&both) / total(&a).min(total(&b))).min(1.0);
        }
        let tokens = |index: &usize| ids[*index].len() as f64;
        let length = q * set.iter().map(|&index| field.words[index] as f64).sum::<f64>();
        let repeated = q * told(&union) / told(&all);
        let middle = set.iter().sum::<usize>() as f64 / size;
        let adjacent = set.windows(2).filter(|pair| pair[0] + 1 == pair[1]).count() as f64;
        let c = &CONFIG;
        c.plan * q * plan
            + c.length * length / 50.0
            + c.length_squared * (length / 50.0).powi(2)
            + c.length_by_sentences * n * (1.0 + length).ln()
            + c.coverage * q * total(&union) / total(&all)
            + c.repeated * repeated
            + c.repeated_by_sentences * n * repeated
            + c.density * told(&union) / set.iter().map(tokens).sum::<f64>()
            + c.place * (1.0 + middle).ln()
            + c.adjacent * adjacent
            + c.shortest * set.iter().map(tokens).fold(f64::INFINITY, f64::min) / 20.0
    }

    #[test]
    fn the_best_set_is_the_one_that_the_slow_twin_finds() {
        let mut state = 7u64;
        let mut next = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let importance: Vec<f32> = (0..90).map(|id| 0.1 + 0.01 * id as f32).collect();
        for round in 0..60 {
            let n = 2 + round % 13;
            let ids: Vec<Vec<u32>> =
                (0..n).map(|_| (0..3 + next(30)).map(|_| next(90) as u32).collect()).collect();
            let value: Vec<f32> = (0..n).map(|_| next(1000) as f32 / 250.0 - 2.0).collect();
            let words: Vec<usize> = ids.iter().map(|ids| ids.len() * 3 / 4).collect();
            let tokens: Vec<usize> = ids.iter().map(Vec::len).collect();
            let overlaps = Overlaps::new(&ids, &importance);
            let field = Field {
                value: &value,
                words: &words,
                tokens: &tokens,
                overlaps: &overlaps,
                repeat: 1.5,
            };
            for size in 2..=4 {
                let mut order: Vec<usize> = (0..n).filter(|index| index % 7 != 3).collect();
                order.sort_by(|&a, &b| value[b].total_cmp(&value[a]).then(a.cmp(&b)));
                order.truncate(10);
                order.sort_unstable();
                let shared = |set: &[usize]| {
                    let mut most = 0.0_f32;
                    for pair in combinations(set, 2) {
                        overlaps.with(pair[0], |other, shared| {
                            if other == pair[1] {
                                most = most.max(shared);
                            }
                        });
                    }
                    most
                };
                let allowed = |set: &[usize]| set[0] != 1;
                let twin = combinations(&order, size)
                    .into_iter()
                    .filter(|set| allowed(set) && shared(set) < SAME)
                    .map(|set| (score(&ids, &importance, &field, &set), set))
                    .reduce(|best, other| if other.0 > best.0 { other } else { best });
                let found = best(&CONFIG, &field, size, |index| index % 7 != 3, allowed);
                match (&found, &twin) {
                    (Some(found), Some((highest, _))) => {
                        let reached = score(&ids, &importance, &field, found);
                        assert!((reached - highest).abs() < 1e-5, "{found:?} {twin:?}");
                    }
                    (None, None) => {}
                    _ => panic!("{found:?} {twin:?}"),
                }
                // To the bit what it is when no set is left out unseen.
                let combined = Combined::new(&CONFIG, &field, &order);
                let mut highest: Option<(f64, Vec<usize>)> = None;
                each_combination(order.len(), size, |places| {
                    let set: Vec<usize> = places.iter().map(|&place| order[place]).collect();
                    let outline = combined.outline(places);
                    let score = CONFIG.dot(&combined.features(&outline, combined.held(places)));
                    if allowed(&set)
                        && shared(&set) < SAME
                        && highest.as_ref().is_none_or(|(best, _)| score > *best)
                    {
                        highest = Some((score, set));
                    }
                });
                assert_eq!(found, highest.map(|(_, set)| set));
            }
        }
    }
}
