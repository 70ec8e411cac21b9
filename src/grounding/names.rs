//! Capitalised words of an abstract against those of its source.
//!
//! In: the tokens of the source's sentences, then those of an abstract's sentence. Out: the names
//! that the source does not hold, word by word or together.
//! Knows no persons, places or grammar, only capitals, neighbours and the short lists below. So
//! *French* does not support *France*, and in scripts without capitals there are no names.

use std::collections::{HashMap, HashSet};

use crate::span::Span;
use crate::text::capitals::is_common;
use crate::text::chars::{self, Class};
use crate::text::fold::stem;
use crate::text::languages::Language;
use crate::text::lists::{self, Kind};
use crate::text::scan::{Form, Token};

/// How a source writes a word.
#[derive(Debug, Clone, Default)]
struct Seen {
    small: bool,
    capital: bool,
    /// With a capital where only names have one.
    named: bool,
    /// In capitals only.
    acronym: bool,
    /// The sentences that hold it, ascending.
    sentences: Vec<usize>,
}

/// A word of a source's sentence.
#[derive(Debug, Clone)]
struct Written {
    key: String,
    capital: bool,
    function: bool,
}

/// The words of a source, for questions about names.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    seen: HashMap<String, Seen>,
    /// Stems of words in small letters.
    small_stems: HashSet<String>,
    /// Neighbours written as one word: `you tube` for *YouTube*.
    joined: HashSet<String>,
    /// Names that stand without another name beside them.
    lone: HashSet<String>,
    sentences: Vec<Vec<Written>>,
}

/// The names of one sentence that are next to each other.
#[derive(Debug, Default)]
struct Run {
    /// Indices of tokens, and whether a hyphen stands before each.
    parts: Vec<(usize, bool)>,
    /// Whether *of* stands in it, so that the words may come in another order.
    of: bool,
}

/// What is the same for a whole sentence.
pub(super) struct Sentence<'a, 't> {
    pub(super) tokens: &'a [Token<'t>],
    /// Whether so many words have capitals that these say nothing.
    headline: bool,
    /// Whether there are no small letters at all.
    shouted: bool,
}

impl<'a, 't> Sentence<'a, 't> {
    pub(super) fn new(tokens: &'a [Token<'t>]) -> Self {
        let words = || tokens.iter().filter(|token| token.is_word());
        let shouted = words().count() >= 3
            && words().all(|token| !token.text.chars().any(char::is_lowercase))
            && words().any(|token| token.text.chars().count() >= 4);
        let content = || words().filter(|token| !is_function(token, shouted));
        let headline =
            shouted || (content().count() >= 5 && content().all(|token| token.has_capital()));
        Self { tokens, headline, shouted }
    }

    /// Whether a capital of this token says nothing.
    fn is_open(&self, token: &Token<'_>) -> bool {
        token.opens || self.headline
    }

    pub(super) fn is_function(&self, token: &Token<'_>) -> bool {
        is_function(token, self.shouted)
    }

    fn is_acronym(&self, token: &Token<'_>) -> bool {
        token.all_capitals() && !self.shouted
    }
}

/// *US* and *IT* are none, *us* and *it* are.
fn is_function(token: &Token<'_>, shouted: bool) -> bool {
    if token.all_capitals() && !shouted {
        return false;
    }
    let word: String = token
        .text
        .to_lowercase()
        .chars()
        .map(|c| if chars::is(c, Class::APOSTROPHE) { '\'' } else { c })
        .collect();
    // "He'll", "they'd"
    let whole = word.split_once('\'').map_or(word.as_str(), |(whole, _)| whole);
    lists::has_in(&word, Kind::Function, Language::ENGLISH)
        || lists::has_in(whole, Kind::Function, Language::ENGLISH)
}

/// Titles of persons, which name nobody.
fn is_honorific(key: &str) -> bool {
    matches!(
        key,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "mx"
            | "dr"
            | "prof"
            | "messrs"
            | "mme"
            | "sir"
            | "st"
            | "jr"
            | "sr"
    )
}

/// Small words inside names.
fn is_particle(key: &str) -> bool {
    matches!(
        key,
        "of" | "de"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "del"
            | "della"
            | "di"
            | "du"
            | "la"
            | "le"
            | "van"
            | "von"
            | "der"
            | "den"
            | "bin"
            | "ibn"
            | "al"
            | "el"
            | "ul"
            | "y"
            | "ter"
    )
}

/// Titles, with what they are short for.
const TITLES: [(&str, &str); 24] = [
    ("gen", "general"),
    ("col", "colonel"),
    ("lt", "lieutenant"),
    ("capt", "captain"),
    ("maj", "major"),
    ("sgt", "sergeant"),
    ("cpl", "corporal"),
    ("sen", "senator"),
    ("sens", "senators"),
    ("rep", "representative"),
    ("reps", "representatives"),
    ("gov", "governor"),
    ("rev", "reverend"),
    ("det", "detective"),
    ("supt", "superintendent"),
    ("insp", "inspector"),
    ("pres", "president"),
    ("hon", "honourable"),
    ("co", "company"),
    ("corp", "corporation"),
    ("inc", "incorporated"),
    ("ltd", "limited"),
    ("dept", "department"),
    ("univ", "university"),
];

fn long_title(key: &str) -> Option<&'static str> {
    TITLES.iter().find(|(short, _)| *short == key).map(|&(_, long)| long)
}

fn is_title(key: &str) -> bool {
    TITLES.iter().any(|&(short, long)| short == key || long == key)
}

/// What may stand before a hyphen without being a part of the name behind it.
fn is_prefix(key: &str) -> bool {
    matches!(
        key,
        "ex" | "non"
            | "anti"
            | "pre"
            | "post"
            | "pro"
            | "mid"
            | "co"
            | "un"
            | "re"
            | "all"
            | "semi"
            | "multi"
            | "inter"
            | "trans"
            | "cross"
            | "self"
            | "half"
            | "vice"
    )
}

/// Short forms that everybody knows, with what they are short for.
const SHORT_FORMS: [(&str, &[&str]); 8] = [
    ("us", &["united", "states"]),
    ("usa", &["united", "states"]),
    ("uk", &["united", "kingdom"]),
    ("eu", &["european", "union"]),
    ("un", &["united", "nations"]),
    ("pm", &["prime", "minister"]),
    ("tv", &["television"]),
    ("mp", &["member", "parliament"]),
];

/// A run of capitalised words is parted into names of at most so many words.
const MAX_NAME: usize = 8;

/// Between two letters of an acronym, at most so many small words are passed over.
const MAX_PASSED: usize = 2;

/// Whether a word is the adjective of a country, which often stands before a full name.
fn is_demonym(key: &str) -> bool {
    lists::has(key, Kind::Demonym)
}

impl Names {
    /// Takes a sentence of the source into account.
    pub(super) fn add(&mut self, sentence: &Sentence<'_, '_>) {
        let place = self.sentences.len();
        let mut written = Vec::new();
        let mut before: Option<&Token<'_>> = None;
        for token in sentence.tokens {
            let joins = matches!(token.form, Form::Word | Form::Figure);
            if joins {
                if let Some(before) = before.filter(|_| token.is_word() || !token.spaced) {
                    self.joined.insert(format!("{}{}", before.key, token.key));
                }
                before = Some(token);
            } else if token.spaced || !token.is_mark('-') {
                before = None;
            }
            if !token.is_word() {
                continue;
            }
            let capital = token.has_capital();
            let seen = self.seen.entry(token.key.clone()).or_default();
            seen.capital |= capital;
            seen.small |= !capital;
            seen.named |= capital && !sentence.is_open(token);
            seen.acronym |= sentence.is_acronym(token);
            if seen.sentences.last() != Some(&place) {
                seen.sentences.push(place);
            }
            if !capital {
                self.small_stems.insert(stem(&token.key));
            }
            // "Sen." says "Senator" as well.
            if let Some(long) = long_title(&token.key).filter(|_| capital) {
                let seen = self.seen.entry(long.to_owned()).or_default();
                seen.capital = true;
                seen.sentences.push(place);
            }
            let function = sentence.is_function(token);
            written.push(Written { key: token.key.clone(), capital, function });
        }
        self.sentences.push(written);
        for run in runs(sentence, |token| token.has_capital() && !sentence.is_function(token)) {
            if let &[(only, _)] = run.parts.as_slice()
                && let Some(token) = sentence.tokens.get(only)
            {
                self.lone.insert(token.key.clone());
            }
        }
    }

    /// Whether a word of an abstract's sentence is a name.
    pub(super) fn is_name(&self, sentence: &Sentence<'_, '_>, token: &Token<'_>) -> bool {
        let key = token.key.as_str();
        let no_name = is_honorific(key) || is_particle(key) || is_prefix(key);
        if !token.has_capital() || no_name || sentence.is_function(token) {
            return false;
        }
        if !sentence.is_open(token) || sentence.is_acronym(token) {
            return true;
        }
        let seen = self.seen.get(&token.key);
        if seen.is_some_and(|seen| seen.named) {
            return true;
        }
        let small = seen.is_some_and(|seen| seen.small)
            || self.small_stems.contains(&stem(&token.key))
            || is_common(&token.key);
        !small
    }

    /// The places of the names in `sentence` that the source does not hold; `taken` says which
    /// tokens are numbers or dates.
    pub(super) fn unsupported(
        &self,
        sentence: &Sentence<'_, '_>,
        taken: impl Fn(&Token<'_>) -> bool,
    ) -> Vec<Span> {
        let is_name = |token: &Token<'_>| self.is_name(sentence, token) && !taken(token);
        let mut found = Vec::new();
        for run in runs(sentence, is_name) {
            self.check_run(sentence, &run, &mut found);
        }
        found
    }

    fn check_run(&self, sentence: &Sentence<'_, '_>, run: &Run, found: &mut Vec<Span>) {
        let token =
            |part: usize| run.parts.get(part).and_then(|&(index, _)| sentence.tokens.get(index));
        let count = run.parts.len();
        let keys: Vec<&str> =
            (0..count).filter_map(token).map(|token| token.key.as_str()).collect();
        let known = self.known_by_short_form(&keys);
        let missing: Vec<bool> = (0..count)
            .map(|part| {
                let next = token(part + 1);
                let before = part.checked_sub(1).and_then(token);
                token(part).is_some_and(|token| {
                    !known.get(part).copied().unwrap_or(false)
                        && !self.holds(sentence, token, before, next)
                })
            })
            .collect();
        let span_of = |first: usize, last: usize| {
            Some(Span::new(token(first)?.span.start, token(last)?.span.end))
        };
        let mut first = None;
        for part in 0..=count {
            if missing.get(part).copied().unwrap_or(false) {
                first = first.or(Some(part));
            } else if let Some(start) = first.take() {
                found.extend(span_of(start, part.saturating_sub(1)));
            }
        }
        if missing.contains(&true) {
            return;
        }
        // Every word occurs; do they occur together?
        let mut start = 0;
        for part in 1..=count {
            if part == count || run.parts.get(part).is_some_and(|&(_, hyphen)| hyphen) {
                let paired: Vec<usize> = (start..part)
                    .filter(|&part| token(part).is_some_and(|token| self.is_part_of_name(token)))
                    .filter(|&part| !known.get(part).copied().unwrap_or(false))
                    .collect();
                let keys: Vec<&str> =
                    paired.iter().filter_map(|&part| token(part)).map(|t| t.key.as_str()).collect();
                if self.is_scattered(&keys, run.of)
                    && let (Some(&first), Some(&last)) = (paired.first(), paired.last())
                {
                    found.extend(span_of(first, last));
                }
                start = part;
            }
        }
    }

    /// Whether a word takes part in the question of who stands beside whom: a word that the source
    /// also writes small (*president*) does not, nor does one that it holds in another form only
    /// (an initial, a short form).
    fn is_part_of_name(&self, token: &Token<'_>) -> bool {
        let key = token.key.as_str();
        let small = self.seen.get(key).is_some_and(|seen| seen.small);
        let written = self.seen.contains_key(key)
            || variants(key).any(|variant| self.seen.contains_key(&variant));
        written && !small && !is_initial(token) && !is_title(key)
    }

    /// Whether the source holds a name's word.
    fn holds(
        &self,
        sentence: &Sentence<'_, '_>,
        token: &Token<'_>,
        before: Option<&Token<'_>>,
        next: Option<&Token<'_>>,
    ) -> bool {
        let key = token.key.as_str();
        if is_initial(token) {
            // A middle initial adds nobody; a leading one must fit the name behind it.
            return before.is_some() || next.is_none_or(|next| self.has_initial(key, &next.key));
        }
        if sentence.is_acronym(token) {
            let seen = self.seen.get(key);
            let written = seen.is_some_and(|seen| {
                seen.acronym
                    || seen.capital
                    || (seen.small && !lists::has_in(key, Kind::Function, Language::ENGLISH))
            });
            return written
                || self.joined.contains(key)
                || self.has_initials(key)
                || self.spells_out(key)
                // "MPs", "NGOs"
                || key.strip_suffix('s').is_some_and(|one| {
                    self.is_acronym(one) || self.has_initials(one) || self.spells_out(one)
                })
                // "WATCHED": a word raised, not an acronym.
                || (key.len() >= 5 && self.small_stems.contains(&stem(key)));
        }
        let known = |key: &str| self.seen.contains_key(key);
        known(key)
            || self.joined.contains(key)
            || variants(key).any(|variant| known(&variant))
            || long_title(key).is_some_and(known)
            || SHORT_FORMS.iter().any(|(short, long)| *long == [key] && self.is_acronym(short))
            // "MoD"
            || (token.capitals() >= 2 && self.has_initials(key))
            || next.is_some_and(|next| self.is_clipped(key, &next.key))
            || next.is_some_and(|next| known(&format!("{key}{}", next.key)))
            || before.is_some_and(|before| known(&format!("{}{key}", before.key)))
    }

    fn is_acronym(&self, key: &str) -> bool {
        self.seen.get(key).is_some_and(|seen| seen.acronym)
    }

    /// Whether the source has what a well-known short form is short for.
    fn spells_out(&self, short: &str) -> bool {
        let mut forms = SHORT_FORMS.iter().filter(|(form, _)| *form == short);
        forms.any(|(_, long)| self.are_together(long, false))
    }

    /// Which words of a run the source holds as a short form: *United States* for `US`.
    fn known_by_short_form(&self, keys: &[&str]) -> Vec<bool> {
        let mut known = vec![false; keys.len()];
        for (short, long) in SHORT_FORMS {
            if !self.is_acronym(short) {
                continue;
            }
            for (start, window) in keys.windows(long.len()).enumerate() {
                if window == long {
                    known.iter_mut().skip(start).take(long.len()).for_each(|known| *known = true);
                }
            }
        }
        known
    }

    /// Whether a word that begins with `initial` stands right before `name`.
    fn has_initial(&self, initial: &str, name: &str) -> bool {
        self.sentences_with(name).any(|sentence| {
            sentence.windows(2).any(|pair| match pair {
                [first, second] => second.key == name && first.key.starts_with(initial),
                _ => false,
            })
        })
    }

    /// Whether neighbouring words have these initials: *European Central Bank* for `ecb`. Small
    /// words in between may count or not; words without capitals must be three or more.
    fn has_initials(&self, letters: &str) -> bool {
        let letters: Vec<char> = letters.chars().collect();
        if !(2..=8).contains(&letters.len()) {
            return false;
        }
        self.sentences.iter().any(|words| {
            (0..words.len()).any(|start| spells(words.get(start..).unwrap_or(&[]), &letters))
        })
    }

    fn sentences_with(&self, key: &str) -> impl Iterator<Item = &[Written]> {
        let places = self.seen.get(key).map_or(&[] as &[usize], |seen| seen.sentences.as_slice());
        places.iter().filter_map(|&place| self.sentences.get(place)).map(Vec::as_slice)
    }

    /// Whether one sentence holds all words, in order unless `of` stands between them.
    fn are_together(&self, keys: &[&str], of: bool) -> bool {
        let Some(first) = keys.first() else { return true };
        let starts = std::iter::once((*first).to_owned()).chain(variants(first));
        for start in starts {
            let found = self.sentences_with(&start).any(|words| {
                if of {
                    return keys.iter().all(|key| words.iter().any(|word| same(&word.key, key)));
                }
                let mut words = words.iter();
                keys.iter().all(|key| words.any(|word| same(&word.key, key)))
            });
            if found {
                return true;
            }
        }
        false
    }

    fn is_lone(&self, key: &str) -> bool {
        self.lone.contains(key) || variants(key).any(|variant| self.lone.contains(&variant))
    }

    /// Whether `key` cuts short the word that stands before `next` in the source: *Man City* for
    /// *Manchester City*.
    fn is_clipped(&self, key: &str, next: &str) -> bool {
        key.len() >= 3
            && self.sentences_with(next).any(|sentence| {
                sentence.windows(2).any(|pair| match pair {
                    [first, second] => {
                        second.key == next && first.capital && first.key.starts_with(key)
                    }
                    _ => false,
                })
            })
    }

    /// Whether words that all occur are brought together by the abstract alone. A run may consist
    /// of several names (*Bank of Orrin Governor Ada Poe*), each of which must be whole; a single
    /// word among them must be a name by itself in the source.
    fn is_scattered(&self, keys: &[&str], of: bool) -> bool {
        if keys.len() < 2 || self.are_together(keys, of) {
            return false;
        }
        let modifies = |key: &str| is_demonym(key) || self.is_acronym(key);
        if let &[first, second] = keys {
            let one_name = self.is_clipped(first, second);
            return !modifies(first) && !self.is_acronym(second) && !one_name;
        }
        // Whether the first words, so many, can be parted into names; and whether one of these
        // has several words.
        let mut reached: Vec<Option<bool>> = vec![None; keys.len() + 1];
        if let Some(none) = reached.first_mut() {
            *none = Some(false);
        }
        for start in 0..keys.len() {
            let Some(full) = reached.get(start).copied().flatten() else { continue };
            for end in start + 1..=keys.len().min(start + MAX_NAME) {
                let part = keys.get(start..end).unwrap_or(&[]);
                let whole = match part {
                    [one] => modifies(one) || self.is_lone(one),
                    _ => self.are_together(part, of),
                };
                if whole && let Some(slot) = reached.get_mut(end) {
                    *slot = Some(slot.unwrap_or(false) || full || part.len() > 1);
                }
            }
        }
        reached.last().copied().flatten() != Some(true)
    }
}

/// Whether a token is the initial of a name: *J.*
fn is_initial(token: &Token<'_>) -> bool {
    token.key.chars().count() == 1
}

/// Whether two keys are one name, plural or not.
fn same(a: &str, b: &str) -> bool {
    a == b || a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

/// The same name in the plural or without it.
fn variants(key: &str) -> impl Iterator<Item = String> {
    let long = key.len() > 3;
    let short = [key.strip_suffix('s'), key.strip_suffix("es")];
    let shorter = short.into_iter().flatten().filter(move |_| long).map(str::to_owned);
    [format!("{key}s"), format!("{key}es")].into_iter().chain(shorter)
}

/// Whether the first words spell `letters`.
fn spells(words: &[Written], letters: &[char]) -> bool {
    let (Some(first), Some((letter, rest))) = (words.first(), letters.split_first()) else {
        return false;
    };
    if first.function || !first.key.starts_with(*letter) {
        return false;
    }
    let small = usize::from(!first.capital);
    spells_rest(words.get(1..).unwrap_or(&[]), rest, letters.len(), small, 0)
}

/// As [`spells`], after `small` words without a capital and `passed` words that do not count.
fn spells_rest(
    words: &[Written],
    letters: &[char],
    all: usize,
    small: usize,
    passed: usize,
) -> bool {
    let Some((letter, rest)) = letters.split_first() else {
        return small == 0 || (all >= 3 && small == all);
    };
    let Some((word, after)) = words.split_first() else { return false };
    let taken = word.key.starts_with(*letter) && !(rest.is_empty() && word.function);
    let counted = small + usize::from(!word.capital && !word.function);
    (taken && spells_rest(after, rest, all, counted, 0))
        || (word.function
            && passed < MAX_PASSED
            && spells_rest(after, letters, all, small, passed + 1))
}

/// The runs of names in a sentence.
fn runs(sentence: &Sentence<'_, '_>, is_name: impl Fn(&Token<'_>) -> bool) -> Vec<Run> {
    let mut found = Vec::new();
    let mut run = Run::default();
    // A particle or hyphen since the last name.
    let (mut of, mut hyphen) = (false, false);
    let mut before: Option<&Token<'_>> = None;
    let mut end = |run: &mut Run| {
        let done = std::mem::take(run);
        if !done.parts.is_empty() {
            found.push(done);
        }
    };
    for (index, token) in sentence.tokens.iter().enumerate() {
        let next = sentence.tokens.get(index + 1);
        if token.is_word() && is_name(token) {
            // "$" after "US" is a currency.
            let currency = next.is_some_and(|next| next.is_mark('$') && !next.spaced);
            let single = is_initial(token);
            // A letter alone is a name's part only beside a name.
            let initial = single && next.is_some_and(|next| next.is_mark('.') || is_name(next));
            if currency || (single && !initial && run.parts.is_empty()) {
                end(&mut run);
            } else {
                run.of |= of && !run.parts.is_empty();
                run.parts.push((index, hyphen && !run.parts.is_empty()));
                if token.possessive {
                    end(&mut run);
                }
            }
            (of, hyphen) = (false, false);
        } else if token.is_word() {
            let titled = is_honorific(&token.key) && !token.possessive;
            let inside = titled || (is_particle(&token.key) && !run.parts.is_empty());
            if inside {
                of |= token.key == "of";
            } else {
                end(&mut run);
            }
        } else {
            let glued = !token.spaced && next.is_some_and(|next| !next.spaced);
            let is_hyphen =
                (token.is_mark('-') || token.is_mark('‑') || token.is_mark('–')) && glued;
            let short = before.is_some_and(|before| {
                is_initial(before) || is_honorific(&before.key) || long_title(&before.key).is_some()
            });
            let stop = token.is_mark('.') && !token.spaced && short;
            hyphen |= is_hyphen;
            if !is_hyphen && !stop && !token.is_mark('&') {
                end(&mut run);
            }
        }
        before = Some(token);
    }
    end(&mut run);
    found
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
            let whole =
                if size == 1 { names.is_lone(part[0]) } else { names.are_together(part, false) };
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
