//! A word to a number: FNV-1a over its characters, 64 bits.
//!
//! In: characters. Out: the hash of them, character by character, so that who walks a text for
//! other reasons has it on the way. Knows nothing of case: who wants *The* and *the* alike gives
//! small letters. `build.rs` is built with this file too: the tables that it writes are looked up
//! by the same hash, which must therefore not change from run to run.

/// The hash of no character.
pub(crate) const START: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash with one more character.
pub(crate) fn with(hash: u64, c: char) -> u64 {
    with_number(hash, u32::from(c))
}

/// The hash with one more byte, for who hashes bytes.
#[allow(dead_code, reason = "not by build.rs")]
pub(crate) fn with_byte(hash: u64, byte: u8) -> u64 {
    with_number(hash, u32::from(byte))
}

fn with_number(hash: u64, number: u32) -> u64 {
    (hash ^ u64::from(number)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The hash of a word as it is written.
pub(crate) fn of(word: &str) -> u64 {
    word.chars().fold(START, with)
}

/// The slot of a table at which a look-up starts; `mask` is the table's size, a power of two, less
/// one.
pub(crate) fn slot(hash: u64, mask: usize) -> usize {
    (hash ^ (hash >> 32)) as usize & mask
}

/// What is kept of a hash in a table of pieces of words, to tell them apart.
pub(crate) fn mark(hash: u64) -> u32 {
    // Mixed, since the upper half of a short word's hash has few of its bits.
    ((hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// How many bits tell that no word has a hash: 8 KB, which stay in the processor's nearest cache.
pub(crate) const BITS: usize = 1 << 16;

/// The bit of a hash.
pub(crate) fn bit(hash: u64) -> usize {
    (hash >> 24) as usize % BITS
}

/// What a slot keeps of a hash, so that a look-up compares no word that has another.
pub(crate) fn tag(hash: u64) -> u16 {
    (hash >> 48) as u16
}
