//! Hash maps and keys of words that are safe from whoever writes the words.
//!
//! In: characters one after the other, or what a map is keyed by. Out: a [`Key`] by which words are
//! told apart, and maps by words. Knows no line, no page and no language.
//!
//! Who can foresee a hash can write a page whose words all meet in one place of a map, so that a
//! megabyte takes as long as a gigabyte, or two words that pass for one. So there are secrets in
//! it, drawn once a process (on `wasm32-unknown-unknown`, which has nothing to draw from, they are
//! the same in each run). They must not show in any result: where order tells, nothing iterates
//! over these maps, and keys never leave the process. What is only looked up among words of ours
//! goes by `hash.rs`, which is quicker.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// A map by words of a text that anybody may have written, or by numbers that count them. `foldhash`
/// draws its secret from the addresses that the process was given and from the clock: that is none
/// to keep from who can try and time a thousand pages, but who writes one does not know it.
pub(crate) type WordMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What runs of characters are compared by.
///
/// The same characters have the same key. Others have it with a chance of at most n in 2^59, n
/// being the characters of the longer run, whoever chose them without knowing the secret: a key is
/// the value at a secret point of the polynomial whose coefficients the characters are, and two
/// polynomials of degree n agree at n points at most (Carter and Wegman, "Universal classes of hash
/// functions", 1979). So some two words of a page of a million characters, any two of which may
/// be compared, have one key with a chance below 1 in a million; of a usual page, of ten thousand
/// characters, with one below 1 in 10^10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) fn of(chars: impl Iterator<Item = char>) -> Self {
        chars.fold(Running::default(), Running::with).key()
    }
}

/// A key that goes on with each character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    /// Divided by the prime, it leaves the key; below 2^63.
    value: u64,
    point: u64,
}

/// The prime of the field that keys are reckoned in.
const PRIME: u64 = (1 << 61) - 1;

/// The secret point, in `2^59..2^60`, from the seeds that the standard library gives each process.
static POINT: LazyLock<u64> =
    LazyLock::new(|| (RandomState::new().hash_one("point") >> 5) | (1 << 59));

impl Default for Running {
    /// Of no character yet.
    fn default() -> Self {
        // Not 0, so that a leading U+0000 counts.
        Self { value: 1, point: *POINT }
    }
}

impl Running {
    /// With one more character.
    pub(crate) fn with(self, c: char) -> Self {
        let product = u128::from(self.value) * u128::from(self.point);
        // 2^61 leaves 1. As the point is below 2^60, `high` is below 2^62; `low` is below 2^61.
        let (low, high) = (product as u64 & PRIME, (product >> 61) as u64);
        Self { value: low + high + u64::from(c), ..self }
    }

    pub(crate) fn key(self) -> Key {
        let value = (self.value & PRIME) + (self.value >> 61);
        Key(if value >= PRIME { value - PRIME } else { value })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::hash::BuildHasher;

    use proptest::prelude::*;

    use super::{Key, POINT, PRIME, WordMap};
    use crate::text::hash;

    /// The key by its definition, each product divided by the prime.
    fn slow_key(text: &str) -> u64 {
        let step = |value: u64, c: char| {
            let sum = u128::from(value) * u128::from(*POINT) + u128::from(u32::from(c));
            (sum % u128::from(PRIME)) as u64
        };
        text.chars().fold(1, step)
    }

    proptest! {
        #[test]
        fn keys_are_those_of_the_definition(text in "\\PC{0,40}|\u{10ffff}{1000}") {
            prop_assert_eq!(Key::of(text.chars()).0, slow_key(&text));
        }
    }

    #[test]
    fn keys_are_of_characters_and_their_order() {
        assert!((1 << 59..1 << 60).contains(&*POINT), "{POINT:?}");
        let all = ["", "a", "b", "ab", "ba", "\0", "\0\0", "a\0", "é", "e\u{301}", "\u{10ffff}"];
        for (i, one) in all.iter().enumerate() {
            for (j, other) in all.iter().enumerate() {
                let same = Key::of(one.chars()) == Key::of(other.chars());
                assert_eq!(same, i == j, "{one:?} {other:?}");
            }
        }
    }

    /// What a page's words were hashed by before, and what the maps made of that.
    fn foreseen(word: &str) -> u64 {
        hash::of(word).wrapping_mul(0xf135_7aea_2e62_a9c5).rotate_left(26)
    }

    /// How many words of `words` the fullest of 4,096 places has.
    fn fullest(words: &[String], place: impl Fn(&str) -> u64) -> usize {
        let mut places: HashMap<u64, usize> = HashMap::new();
        for word in words {
            *places.entry(place(word) % 4096).or_default() += 1;
        }
        places.values().copied().max().unwrap_or(0)
    }

    #[test]
    fn words_that_met_by_design_meet_by_chance_only() {
        let words = (0..26_usize.pow(4)).flat_map(|number| {
            let letter = |power| char::from(b'a' + (number / 26_usize.pow(power) % 26) as u8);
            let start: String = (0..4).map(letter).collect();
            ["ferry", "lake", "mole"].map(|end| format!("{start}{end}"))
        });
        let crafted: Vec<String> =
            words.filter(|word| foreseen(word) % 4096 < 4).take(1000).collect();
        assert_eq!(crafted.len(), 1000);
        assert!(fullest(&crafted, foreseen) >= 250);
        let map: WordMap<u64, ()> = WordMap::default();
        let maps = map.hasher();
        // By chance a place of 4,096 has more than 12 of 1,000 words once in 10^12 times.
        assert!(fullest(&crafted, |word| maps.hash_one(word)) <= 12);
        assert!(fullest(&crafted, |word| maps.hash_one(Key::of(word.chars()))) <= 12);
    }
}
