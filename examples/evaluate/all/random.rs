//! Numbers that look drawn and are the same on every run.

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for a seed wherever it runs.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// So many of `from`, all of them where there are no more, each at most once.
    pub fn sample<T>(&mut self, mut from: Vec<T>, count: usize) -> Vec<T> {
        let count = count.min(from.len());
        for place in 0..count {
            let left = (from.len() - place) as u64;
            from.swap(place, place + (self.next() % left) as usize);
        }
        from.truncate(count);
        from
    }

    /// The same, in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, (self.next() % (place as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        assert_eq!(Random::new(0).next(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn a_sample_takes_each_once() {
        let mut found = Random::new(7).sample((0..20).collect(), 8);
        assert_eq!(found, Random::new(7).sample((0..20).collect(), 8));
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 8);
        assert_eq!(Random::new(7).sample(vec![1, 2], 8).len(), 2);
    }
}
