//! Ids that come twice.
//!
//! In: the rows' ids, in their order. Out: a line on standard error for each id that more than one
//! row has, once. The rows keep the ids that their inputs gave.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::shown::say;

/// So many ids are remembered, in about 40 MB; those after are not compared.
const MOST: usize = 3_500_000;

/// The ids of a run, as hashes of 64 bits that nobody outside can foresee: two of a million ids share
/// one in one run of 37 million, which costs a line that is not true and nothing else.
pub struct Ids {
    program: &'static str,
    hashes: RandomState,
    seen: HashSet<u64>,
    said: HashSet<u64>,
    full: bool,
}

impl Ids {
    /// None yet.
    pub fn new(program: &'static str) -> Self {
        let (seen, said) = (HashSet::new(), HashSet::new());
        Self { program, hashes: RandomState::new(), seen, said, full: false }
    }

    /// One more row has `id`; `around` runs what says so.
    pub fn see(&mut self, id: &str, around: impl FnOnce(&dyn Fn())) {
        let (hash, program) = (self.hashes.hash_one(id), self.program);
        if self.seen.contains(&hash) {
            if self.said.insert(hash) {
                around(&|| say(program, &format!("more than one row has the id {id}")));
            }
        } else if self.seen.len() < MOST {
            self.seen.insert(hash);
        } else if !self.full {
            self.full = true;
            let message = format!("after {MOST} ids, new ones are not compared with each other");
            around(&|| say(program, &message));
        }
    }
}
