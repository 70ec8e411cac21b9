//! Token counts to batches.
//!
//! In: how many tokens each text has. Out: which texts go together, so that filling up to the
//! longest of a batch adds little, and a batch never holds more than a budget of tokens, the
//! filling counted; or, for a model that needs no filling, batches of even size. Decided by the
//! texts of one call alone: no result depends on what else runs.

/// The share of a batch's tokens that may be filling.
const MAX_FILLING: f32 = 0.1;

/// Indices of the texts of each batch; every index stands in exactly one. A text of more tokens
/// than the budget is a batch of its own.
pub(super) fn batches(tokens: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let (mut longest, mut sum) = (0, 0);
    for (index, own) in longest_first(tokens) {
        if let Some(open) = batches.last_mut() {
            let padded = longest * (open.len() + 1);
            let filling = (padded - sum - own) as f32 / padded.max(1) as f32;
            if padded <= budget && filling <= MAX_FILLING {
                open.push(index);
                sum += own;
                continue;
            }
        }
        batches.push(vec![index]);
        (longest, sum) = (own, own);
    }
    batches
}

/// As [`batches`] for a model that needs no filling: texts of like lengths together, and as much in
/// one batch as in the other. A batch may exceed the budget by its last text.
pub(super) fn even_batches(tokens: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let all: usize = tokens.iter().sum();
    let share = all.div_ceil(all.div_ceil(budget.max(1)).max(1));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    // As if full: the first text opens a batch.
    let mut sum = share;
    for (index, own) in longest_first(tokens) {
        match batches.last_mut() {
            Some(open) if sum < share => open.push(index),
            _ => {
                batches.push(vec![index]);
                sum = 0;
            }
        }
        sum += own;
    }
    batches
}

/// Indices and token counts, those of one length in the texts' order.
fn longest_first(tokens: &[usize]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = tokens.iter().copied().enumerate().collect();
    order.sort_by_key(|&(index, count)| (std::cmp::Reverse(count), index));
    order
}

#[cfg(test)]
mod tests {
    use super::{MAX_FILLING, batches, even_batches};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_has_one_place_and_every_batch_its_limits(
            tokens in prop::collection::vec(1_usize..300, 0..80),
            budget in 1_usize..2000,
        ) {
            let found = batches(&tokens, budget);
            let mut seen: Vec<usize> = found.concat();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..tokens.len()).collect::<Vec<_>>());
            for batch in found {
                let longest = batch.iter().map(|&index| tokens[index]).max().unwrap();
                let sum: usize = batch.iter().map(|&index| tokens[index]).sum();
                let padded = longest * batch.len();
                prop_assert!(batch.len() == 1 || padded <= budget);
                prop_assert!((padded - sum) as f32 <= MAX_FILLING * padded as f32 + 1e-3);
            }
        }

        #[test]
        fn without_filling_every_text_has_one_place_too(
            tokens in prop::collection::vec(1_usize..300, 0..80),
            budget in 1_usize..2000,
        ) {
            let found = even_batches(&tokens, budget);
            let mut seen: Vec<usize> = found.concat();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..tokens.len()).collect::<Vec<_>>());
            let all: usize = tokens.iter().sum();
            prop_assert!(found.len() <= all.div_ceil(budget));
            for batch in found {
                let sum: usize = batch.iter().map(|&index| tokens[index]).sum();
                prop_assert!(sum < budget + tokens[*batch.last().unwrap()]);
            }
        }
    }

    #[test]
    fn like_goes_with_like() {
        assert_eq!(batches(&[5, 50, 5, 48], 100), [vec![1, 3], vec![0, 2]]);
        assert_eq!(batches(&[500], 100), [vec![0]]);
        assert!(batches(&[], 100).is_empty());
        assert_eq!(even_batches(&[5, 50, 5, 48], 100), [vec![1, 3], vec![0, 2]]);
        assert_eq!(even_batches(&[60, 60], 100), [[0], [1]]);
        assert!(even_batches(&[], 100).is_empty());
    }
}
