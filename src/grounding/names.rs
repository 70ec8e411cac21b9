//! Capitalised words of an abstract against those of its source.
//!
//! In: the tokens of the source's sentences, then those of an abstract's sentence. Out: the names
//! that the source does not hold, word by word or together.
//! Knows no persons, places or grammar, only capitals, neighbours and what is listed in `data/`. So
//! *French* does not support *France*, and in scripts without capitals there are no names.
//!
//! ```text
//! vocabulary.rs  short forms               sentence.rs  which capitals say something
//! runs.rs        names in a row            index.rs     the source's words
//! ```

mod vocabulary;

mod sentence;

mod runs;

mod index;

pub(super) use sentence::Sentence;

use crate::span::Span;
use crate::text::capitals::is_common;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::scan::Token;
use index::Index;
use runs::{Part, Run, is_initial, runs};
use vocabulary::{long_title, short_forms};

/// A run of capitalised words is parted into names of at most so many words.
const MAX_NAME: usize = 8;

/// The words of a source, for questions about names.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    source: Index,
}

impl Names {
    /// Takes a sentence of the source into account.
    pub(super) fn add(&mut self, sentence: &Sentence<'_, '_>) {
        self.source.add(sentence);
    }

    /// Whether a word of an abstract's sentence is a name.
    pub(super) fn is_name(&self, sentence: &Sentence<'_, '_>, token: &Token<'_>) -> bool {
        let key = token.key.as_str();
        // Titles, small words inside names, and what stands before the hyphen of a name.
        let no_name = [Kind::Honorific, Kind::NameParticle, Kind::Prefix];
        let no_name = lists::find(key).is_some_and(|row| no_name.iter().any(|kind| row.has(*kind)));
        if !token.has_capital() || no_name || sentence.is_function(token) {
            return false;
        }
        if !sentence.is_open(token) || sentence.is_acronym(token) {
            return true;
        }
        let seen = self.source.seen(key);
        let small = || seen.is_some_and(|seen| seen.small) || self.source.has_small(key);
        seen.is_some_and(|seen| seen.named) || !(small() || is_common(key))
    }

    /// The places of the names in `sentence` that the source does not hold; `taken` says which
    /// tokens are numbers or dates.
    pub(super) fn unsupported(
        &self,
        sentence: &Sentence<'_, '_>,
        taken: impl Fn(&Token<'_>) -> bool,
    ) -> Vec<Span> {
        let is_name = |token: &Token<'_>| self.is_name(sentence, token) && !taken(token);
        let runs = runs(sentence, is_name);
        runs.iter().flat_map(|run| self.unsupported_of(sentence, run)).collect()
    }

    /// The words of a run that do not occur; or, if all do, the names whose words do not occur
    /// together.
    fn unsupported_of(&self, sentence: &Sentence<'_, '_>, run: &Run<'_, '_>) -> Vec<Span> {
        let known = self.known_by_short_form(run);
        let missing = self.missing(sentence, run, &known);
        if missing.is_empty() { self.scattered(run, &known) } else { missing }
    }

    /// The stretches of a run that the source does not hold.
    fn missing(&self, sentence: &Sentence<'_, '_>, run: &Run<'_, '_>, known: &[bool]) -> Vec<Span> {
        let at = |part: Option<usize>| Some(run.parts.get(part?)?.token);
        let held = known.iter().zip(&run.parts).enumerate().map(|(part, (&known, of_run))| {
            let (before, next) = (at(part.checked_sub(1)), at(part.checked_add(1)));
            let held = known || self.holds(sentence, of_run.token, before, next);
            (held, of_run.token.span)
        });
        let held: Vec<(bool, Span)> = held.collect();
        let stretches = held.chunk_by(|(a, _), (b, _)| a == b);
        let missing = stretches.filter(|stretch| stretch.first().is_some_and(|(held, _)| !held));
        missing.filter_map(|stretch| Some(around(stretch.first()?.1, stretch.last()?.1))).collect()
    }

    /// The names of a run, between hyphens, whose words all occur but not together.
    fn scattered(&self, run: &Run<'_, '_>, known: &[bool]) -> Vec<Span> {
        let parts: Vec<(&Part<'_, '_>, bool)> =
            run.parts.iter().zip(known.iter().copied()).collect();
        let between_hyphens = parts.chunk_by(|_, (next, _)| !next.hyphen);
        let names = between_hyphens.filter_map(|parts| {
            let parts = parts.iter().filter(|(part, known)| !known && self.is_part_of_name(part));
            let parts: Vec<&Part<'_, '_>> = parts.map(|(part, _)| *part).collect();
            let keys: Vec<&str> = parts.iter().map(|part| part.key()).collect();
            let (first, last) = (parts.first()?, parts.last()?);
            let scattered = self.is_scattered(&keys, run.of);
            scattered.then(|| around(first.token.span, last.token.span))
        });
        names.collect()
    }

    /// Whether a word takes part in the question of who stands beside whom: a word that the source
    /// also writes small (*president*) does not, nor does one that it holds in another form only
    /// (an initial, a short form).
    fn is_part_of_name(&self, part: &Part<'_, '_>) -> bool {
        let key = part.key();
        let small = self.source.seen(key).is_some_and(|seen| seen.small);
        self.source.holds_variant(key)
            && !small
            && !is_initial(part.token)
            && !lists::has(key, Kind::Title)
    }

    /// Whether the source holds a name's word.
    fn holds(
        &self,
        sentence: &Sentence<'_, '_>,
        token: &Token<'_>,
        before: Option<&Token<'_>>,
        next: Option<&Token<'_>>,
    ) -> bool {
        let (source, key) = (&self.source, token.key.as_str());
        if is_initial(token) {
            // A middle initial adds nobody; a leading one must fit the name behind it.
            return before.is_some() || next.is_none_or(|next| source.has_initial(key, &next.key));
        }
        if sentence.is_acronym(token) {
            return self.holds_acronym(key);
        }
        source.holds_variant(key)
            || source.joins(key)
            || long_title(key).is_some_and(|long| source.holds(long))
            || short_forms().iter().any(|form| form.long == [key] && source.is_acronym(form.short))
            // "MoD"
            || (token.capitals() >= 2 && source.has_initials(key))
            || next.is_some_and(|next| source.is_clipped(key, &next.key))
            || next.is_some_and(|next| source.holds(&format!("{key}{}", next.key)))
            || before.is_some_and(|before| source.holds(&format!("{}{key}", before.key)))
    }

    fn holds_acronym(&self, key: &str) -> bool {
        let source = &self.source;
        let written = source.seen(key).is_some_and(|seen| {
            seen.acronym
                || seen.capital
                || (seen.small && !lists::has_in(key, Kind::Function, Language::ENGLISH))
        });
        let spelled = |key: &str| source.has_initials(key) || source.spells_out(key);
        written
            || source.joins(key)
            || spelled(key)
            // "MPs", "NGOs"
            || key.strip_suffix('s').is_some_and(|one| source.is_acronym(one) || spelled(one))
            // "WATCHED": a word raised, not an acronym.
            || (key.len() >= 5 && source.has_small(key))
    }

    /// Which words of a run the source holds as a short form: *United States* for `US`.
    fn known_by_short_form(&self, run: &Run<'_, '_>) -> Vec<bool> {
        let keys: Vec<&str> = run.parts.iter().map(Part::key).collect();
        let mut known = vec![false; keys.len()];
        for form in short_forms().iter().filter(|form| self.source.is_acronym(form.short)) {
            for (start, window) in keys.windows(form.long.len()).enumerate() {
                if window == form.long {
                    let these = known.iter_mut().skip(start).take(window.len());
                    these.for_each(|known| *known = true);
                }
            }
        }
        known
    }

    /// Whether words that all occur are brought together by the abstract alone. A run may consist
    /// of several names (*Bank of Orrin Governor Ada Poe*), each of which must be whole; a single
    /// word among them must be a name by itself in the source.
    fn is_scattered(&self, keys: &[&str], of: bool) -> bool {
        if keys.len() < 2 || self.source.are_together(keys, of) {
            return false;
        }
        if let &[first, second] = keys {
            let one_name = self.source.is_clipped(first, second);
            return !self.modifies(first) && !self.source.is_acronym(second) && !one_name;
        }
        self.parted(keys, of) != Parted::WithFullName
    }

    /// Whether a word often stands before a full name without being a part of it.
    fn modifies(&self, key: &str) -> bool {
        lists::has(key, Kind::Demonym) || self.source.is_acronym(key)
    }

    /// How a run can best be parted into names that are whole.
    fn parted(&self, keys: &[&str], of: bool) -> Parted {
        // Of the first words, so many.
        let mut reached = vec![Parted::Not; keys.len() + 1];
        if let Some(none) = reached.first_mut() {
            *none = Parted::IntoWords;
        }
        for start in 0..keys.len() {
            let before = reached.get(start).copied().unwrap_or(Parted::Not);
            if before == Parted::Not {
                continue;
            }
            for end in start + 1..=keys.len().min(start + MAX_NAME) {
                let (whole, name) = match keys.get(start..end).unwrap_or(&[]) {
                    [one] => (self.modifies(one) || self.source.is_lone(one), Parted::IntoWords),
                    part => (self.source.are_together(part, of), Parted::WithFullName),
                };
                if let Some(slot) = reached.get_mut(end).filter(|_| whole) {
                    *slot = (*slot).max(before).max(name);
                }
            }
        }
        reached.last().copied().unwrap_or(Parted::Not)
    }
}

/// How words can be parted into names; the later the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Parted {
    Not,
    /// Into names of one word each.
    IntoWords,
    /// Into names of which one has several words.
    WithFullName,
}

/// From the beginning of one place to the end of another.
fn around(first: Span, last: Span) -> Span {
    Span::new(first.start, last.end)
}

#[cfg(test)]
mod tests {
    use super::{Names, Sentence};
    use crate::text::scan::tokens;
    use proptest::prelude::*;

    fn names(sentences: &[String]) -> Names {
        let mut names = Names::default();
        for sentence in sentences {
            names.add(&Sentence::new(&tokens(sentence)));
        }
        names
    }

    /// Whether a run can be parted into names, one of them of several words; every way is tried.
    fn parts(names: &Names, keys: &[&str], long: bool) -> bool {
        if keys.is_empty() {
            return long;
        }
        (1..=keys.len()).any(|size| {
            let (part, rest) = keys.split_at(size);
            let whole = if size == 1 {
                names.source.is_lone(part[0])
            } else {
                names.source.are_together(part, false)
            };
            whole && parts(names, rest, long || size > 1)
        })
    }

    proptest! {
        #[test]
        fn runs_are_parted_as_by_trying_every_way(
            sentences in proptest::collection::vec("(Poe|Ada|Eva|Holm|and|Arno| ){1,6}", 1..5),
            run in proptest::collection::vec("poe|ada|eva|holm|arno", 3..7),
        ) {
            let names = names(&sentences);
            let keys: Vec<&str> = run.iter().map(String::as_str).collect();
            prop_assert_eq!(names.is_scattered(&keys, false), !parts(&names, &keys, false));
        }
    }
}
