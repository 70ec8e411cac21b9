//! Which source sentences support a sentence.
//!
//! In: what the sentence holds, each unit with a weight and the source sentences that hold it too.
//! Out: the few that cover most of it, best first, with the share that each adds.
//! Does not know what a unit is.
//!
//! Greedy: the sentence that covers the most weight, then the one that covers the most of what is
//! left. No set of as many sentences covers more than 1 / (1 - 1/e) times as much (Nemhauser,
//! Wolsey and Fisher, 1978).

/// At most this many source sentences support a sentence.
pub const MAX_SOURCES: usize = 3;

/// A further source sentence must cover at least this share of a sentence's weight: less is a
/// common word met by chance.
const MIN_GAIN: f64 = 0.05;

/// A part of a sentence: a word or a number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    pub(super) weight: f64,
    /// The source sentences that hold it, ascending.
    pub(super) holders: Vec<usize>,
}

/// The source sentences that cover the units, with what each adds as a share of the whole weight:
/// shares never grow, and their sum is the share covered. Of equals the first is taken.
pub(super) fn cover(units: &[Unit], sentences: usize) -> Vec<(usize, f64)> {
    let total: f64 = units.iter().map(|unit| unit.weight).sum();
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    if total <= 0.0 {
        return chosen;
    }
    // What each sentence would add; falls as units get covered.
    let mut gains = vec![0.0; sentences];
    let add = |gains: &mut [f64], unit: &Unit, weight: f64| {
        for &holder in &unit.holders {
            if let Some(gain) = gains.get_mut(holder) {
                *gain += weight;
            }
        }
    };
    let mut open: Vec<&Unit> = units.iter().collect();
    open.iter().for_each(|unit| add(&mut gains, unit, unit.weight));
    while chosen.len() < MAX_SOURCES {
        let mut best: Option<(usize, f64)> = None;
        for (index, &gain) in gains.iter().enumerate() {
            // Sums in another order differ in their last bits, which must not decide.
            if gain > best.map_or(0.0, |(_, best)| best) + total * 1e-9 {
                best = Some((index, gain));
            }
        }
        let least = if chosen.is_empty() { 0.0 } else { MIN_GAIN };
        let Some((index, gain)) = best.filter(|(_, gain)| *gain >= least * total) else { break };
        chosen.push((index, gain / total));
        open.retain(|unit| {
            let covered = unit.holders.binary_search(&index).is_ok();
            if covered {
                add(&mut gains, unit, -unit.weight);
            }
            !covered
        });
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::{MAX_SOURCES, MIN_GAIN, Unit, cover};
    use proptest::prelude::*;

    fn units() -> impl Strategy<Value = Vec<Unit>> {
        let holders = proptest::collection::btree_set(0_usize..8, 0..5);
        let unit = (1_u32..9, holders).prop_map(|(weight, holders)| Unit {
            weight: f64::from(weight),
            holders: holders.into_iter().collect(),
        });
        proptest::collection::vec(unit, 0..10)
    }

    fn weight(units: &[Unit], sentences: &[usize]) -> f64 {
        let covered = |unit: &&Unit| unit.holders.iter().any(|holder| sentences.contains(holder));
        units.iter().filter(covered).map(|unit| unit.weight).sum()
    }

    /// The same choice, with everything added up anew each time.
    fn slow(units: &[Unit], sentences: usize) -> Vec<usize> {
        let total = weight_of_all(units);
        let mut chosen = Vec::new();
        while chosen.len() < MAX_SOURCES {
            let gain = |index: usize| {
                let with: Vec<usize> = chosen.iter().copied().chain([index]).collect();
                weight(units, &with) - weight(units, &chosen)
            };
            let best = (0..sentences).rev().max_by(|&a, &b| gain(a).total_cmp(&gain(b)));
            let least = if chosen.is_empty() { 0.0 } else { MIN_GAIN * total };
            match best.filter(|&best| gain(best) > 0.0 && gain(best) >= least) {
                Some(best) => chosen.push(best),
                None => break,
            }
        }
        chosen
    }

    fn weight_of_all(units: &[Unit]) -> f64 {
        units.iter().map(|unit| unit.weight).sum()
    }

    proptest! {
        #[test]
        fn the_choice_is_that_of_the_slow_one(units in units()) {
            let found = cover(&units, 8);
            let indices: Vec<usize> = found.iter().map(|&(index, _)| index).collect();
            prop_assert_eq!(&indices, &slow(&units, 8));
            prop_assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            let sum: f64 = found.iter().map(|&(_, share)| share).sum();
            let covered = weight(&units, &indices);
            if weight_of_all(&units) > 0.0 {
                prop_assert!((sum - covered / weight_of_all(&units)).abs() < 1e-9);
            }
        }

        #[test]
        fn no_three_sentences_cover_much_more(units in units()) {
            let mut best = 0.0_f64;
            for a in 0..8 {
                for b in a..8 {
                    for c in b..8 {
                        best = best.max(weight(&units, &[a, b, c]));
                    }
                }
            }
            let sum: f64 = cover(&units, 8).iter().map(|&(_, share)| share).sum();
            let total = weight_of_all(&units);
            // What the least gain leaves out comes on top of the bound.
            let bound = (1.0 - 1.0 / std::f64::consts::E) * best - 2.0 * MIN_GAIN * total;
            prop_assert!(sum * total >= bound - 1e-9);
        }
    }
}
