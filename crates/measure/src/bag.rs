//! Items and how often each occurs.
//!
//! In: anything that repeats: words, runs of words. Out: counts, and how much two have in common;
//! whole numbers only, so that a map's order cannot show in any result.

use std::collections::HashMap;
use std::hash::Hash;

/// How often each item occurs.
pub type Bag<T> = HashMap<T, usize>;

/// Counts items.
pub fn bag<T: Hash + Eq>(items: impl IntoIterator<Item = T>) -> Bag<T> {
    let mut bag = Bag::new();
    for item in items {
        *bag.entry(item).or_default() += 1;
    }
    bag
}

/// The number of items, repeated ones counted.
pub fn size<T>(bag: &Bag<T>) -> usize {
    bag.values().sum()
}

/// The number of items that both have, repeated ones counted.
pub fn shared<T: Hash + Eq>(a: &Bag<T>, b: &Bag<T>) -> usize {
    a.iter().map(|(item, &count)| b.get(item).map_or(0, |&other| count.min(other))).sum()
}

#[cfg(test)]
mod tests {
    use super::{bag, shared, size};

    #[test]
    fn repeated_items_count() {
        let (a, b) = (bag("rain".chars()), bag("rainier".chars()));
        assert_eq!((size(&a), size(&b), shared(&a, &b), shared(&b, &b)), (4, 7, 4, 7));
    }
}
