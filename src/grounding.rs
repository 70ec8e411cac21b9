//! A generated summary against its source.
//!
//! In: the text of an abstract, and the sentences and title of the article it is about. Out: for
//! each sentence of the abstract, the source sentences that support it best, how much of it they
//! support, and every number, date and name that the source does not hold. On request, the abstract
//! with sentences of the article in place of those that do not hold.
//! Reads the letter, not the sense: an abstract that is *grounded* says nothing with other figures
//! and names than its source. Whether it puts them together rightly is not known here.
//!
//! # What counts as said
//!
//! - **Numbers** compare by value, exactly: `1,200`, `1200`, *1.2 thousand*; `$3m`, *$3 million*;
//!   *two*, `2`, `2nd`, *second*; *half*, `50%`; `3-1` with `3-1` only, `10-12` also with *between
//!   10 and 12*; *42-year-old* with `42`. A rounded number (*nearly 500* for `497.3`) is not
//!   supported. Units, currencies and percent signs are not compared, and *one* and *first*, which
//!   are said of everything, claim nothing as words.
//! - **Dates** compare by their parts: *14 April 2024*, `April 14, 2024`, `14/04/2024`,
//!   `2024-04-14`; `03/04/2024` with either reading. A date is supported by a fuller one, and a
//!   year may be added to a date that the source leaves undated if it names the year elsewhere.
//!   Weekdays are not worked out.
//! - **Names** are words with capitals, outside the first place of a sentence unless the source
//!   shows them to be names or nothing shows them to be common words. Case, accents, possessives,
//!   plurals and full stops do not matter; an acronym is supported by its expansion, *J. Smith* by
//!   *John Smith*, a surname by the full name. A full name whose words never occur together is not
//!   supported, though each of them occurs. *French* does not support *France*.
//! - Scripts without capitals have no names here; their numbers and dates are read. Chinese
//!   numerals support figures but claim nothing.

mod decimal;
mod items;
mod dates;
mod numbers;
mod names;
mod cover;
mod verbatim;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use cover::MAX_SOURCES;

use crate::nn::rounded;
use crate::sentence;
use crate::span::Span;
use crate::summary::{Origin, Summary, SummaryKind, SummarySentence, Unsupported, UnsupportedKind};
use crate::text::fold::stem;
use crate::text::scan::{self, Form, Scan, Token};
use crate::topics::Evidence;
use cover::Unit;
use items::{Item, Key};
use names::{Names, Sentence};

/// A sentence of an abstract with less support than this is better replaced: of the sentences that
/// people wrote to sum news up, nine in ten have more (`tests/grounding.rs`).
pub const DEFAULT_MIN_SUPPORT: f32 = 0.5;

/// Numbers and names count so many times as much as other words of the same rarity.
const CLAIM_WEIGHT: f64 = 2.0;

/// An article, read once, against which any number of abstracts can be checked.
///
/// ```
/// use standfirst::{grounding::Grounds, sentence};
///
/// let text = "The harbour bridge closes on Monday. Mayor Ada Poe said repairs would cost $3m.";
/// let grounds = Grounds::new(text, &sentence::split(text), None);
///
/// let check = grounds.check("Ada Poe: bridge repairs to cost $3 million.");
/// assert!(check.unsupported().next().is_none());
///
/// let check = grounds.check("Repairs will cost $4 million, said Ada Holm.");
/// let found: Vec<&str> = check.unsupported().map(|item| item.text.as_str()).collect();
/// assert_eq!(found, ["$4 million", "Holm"]);
/// ```
#[derive(Debug, Clone)]
pub struct Grounds<'t> {
    text: &'t str,
    sentences: Vec<Grounded>,
    /// The sentences that hold a stem, ascending.
    holders: HashMap<String, Vec<usize>>,
    /// All that the title and the sentences say.
    said: HashSet<Key>,
    names: Names,
    verbatim: verbatim::Verbatim,
}

/// A sentence of the source.
#[derive(Debug, Clone)]
struct Grounded {
    span: Span,
    said: HashSet<Key>,
}

/// What was found out about an abstract.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Check {
    /// One entry a sentence of the abstract, in order; empty for a blank abstract.
    pub sentences: Vec<CheckedSentence>,
}

impl Check {
    /// Everything that the source does not hold, in the order of the abstract.
    pub fn unsupported(&self) -> impl Iterator<Item = &Finding> {
        self.sentences.iter().flat_map(|sentence| &sentence.unsupported)
    }
}

/// What was found out about one sentence of an abstract.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CheckedSentence {
    /// Its place in the abstract.
    pub span: Span,
    /// The share of its content that `sources` cover, in `0.0..=1.0`: content words weighted by
    /// their rarity in the article, numbers and names double. 1 for what is verbatim. A sentence of
    /// function words alone is measured by these.
    pub support: f32,
    /// The source sentences that support it, best first, at most [`MAX_SOURCES`]; each covers
    /// something that those before it do not.
    pub sources: Vec<Source>,
    /// The numbers, dates and names that the source does not hold, in order.
    pub unsupported: Vec<Finding>,
    /// Where the source has the same bytes, if it has them within one sentence.
    pub verbatim: Option<Span>,
}

/// A source sentence that supports a sentence of an abstract.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// Its index among the article's sentences.
    pub sentence: usize,
    /// Its place in the article's text.
    pub span: Span,
    /// The share of the supported sentence's content that it adds, in `0.0..=1.0`; the weights of
    /// a sentence's sources add up to its support.
    pub weight: f32,
}

/// A number, date or name that the source does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: UnsupportedKind,
    /// As the abstract writes it.
    pub text: String,
    /// Its place in the abstract.
    pub span: Span,
}

/// What becomes of a sentence of an abstract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It stays.
    Kept,
    /// A sentence of the source, verbatim, stands in its place.
    Replaced {
        /// The index of that sentence among the article's.
        sentence: usize,
    },
    /// It is left out: no sentence of the source is left to take its place.
    Dropped,
}

impl<'t> Grounds<'t> {
    /// Reads an article: `sentences` are spans into `text`, and only they and the title count as
    /// the source.
    pub fn new(text: &'t str, sentences: &[Span], title: Option<&str>) -> Self {
        let mut grounds = Self {
            text,
            sentences: Vec::with_capacity(sentences.len()),
            holders: HashMap::new(),
            said: HashSet::new(),
            names: Names::default(),
            verbatim: verbatim::Verbatim::default(),
        };
        for (index, &span) in sentences.iter().enumerate() {
            let part = span.of(text);
            let said = grounds.read(part, Some(index));
            grounds.verbatim.add(part);
            grounds.sentences.push(Grounded { span, said });
        }
        if let Some(title) = title {
            grounds.read(title, None);
        }
        grounds
    }

    /// Takes a passage of the source into account; what it says. The title supports names and
    /// numbers, but no sentence: it has no place among them.
    fn read(&mut self, part: &str, index: Option<usize>) -> HashSet<Key> {
        let tokens = scan::tokens(part);
        let said: HashSet<Key> = items_of(&tokens).into_iter().flat_map(|item| item.says).collect();
        self.said.extend(said.iter().cloned());
        self.names.add(&Sentence::new(&tokens));
        if let Some(index) = index {
            for term in terms(&tokens) {
                let holders = self.holders.entry(term.stem).or_default();
                if holders.last() != Some(&index) {
                    holders.push(index);
                }
            }
        }
        said
    }

    /// Checks an abstract, sentence by sentence.
    pub fn check(&self, summary: &str) -> Check {
        let sentences = sentence::split(summary).into_iter();
        Check { sentences: sentences.map(|span| self.check_sentence(summary, span)).collect() }
    }

    fn check_sentence(&self, summary: &str, span: Span) -> CheckedSentence {
        let part = span.of(summary);
        if self.verbatim.holds(part) {
            return self.verbatim_sentence(part, span);
        }
        let tokens = scan::tokens(part);
        let items = items_of(&tokens);
        let sentence = Sentence::new(&tokens);
        let sources = self.sources(&sentence, &items);
        let missing =
            items.iter().filter(|item| item.is_claim() && !item.is_supported_by(&self.said));
        let mut unsupported: Vec<(UnsupportedKind, Span)> =
            missing.map(|item| (item.kind, item.span)).collect();
        let taken = |token: &Token<'_>| is_taken(&items, token);
        let names = self.names.unsupported(&sentence, taken);
        unsupported.extend(names.into_iter().map(|span| (UnsupportedKind::Name, span)));
        unsupported.sort_by_key(|&(_, place)| place);
        let named = |(kind, place): (UnsupportedKind, Span)| {
            let place = place.shift(span.start);
            Finding { kind, text: place.of(summary).to_owned(), span: place }
        };
        CheckedSentence {
            span,
            support: sources.iter().fold(0.0, |sum, source| sum + source.weight).min(1.0),
            sources,
            unsupported: unsupported.into_iter().map(named).collect(),
            verbatim: None,
        }
    }

    /// A sentence that the source holds letter by letter.
    fn verbatim_sentence(&self, part: &str, span: Span) -> CheckedSentence {
        let place = self.sentences.iter().enumerate().find_map(|(index, own)| {
            let at = whole_words(own.span.of(self.text), part)?;
            Some((index, Span::new(at, at + part.len()).shift(own.span.start)))
        });
        let sources = match place {
            Some((sentence, _)) => self.source(sentence, 1.0).into_iter().collect(),
            None => {
                let tokens = scan::tokens(part);
                self.sources(&Sentence::new(&tokens), &items_of(&tokens))
            }
        };
        let verbatim = place.map(|(_, place)| place);
        CheckedSentence { span, support: 1.0, sources, unsupported: Vec::new(), verbatim }
    }

    fn source(&self, sentence: usize, weight: f64) -> Option<Source> {
        let span = self.sentences.get(sentence)?.span;
        Some(Source { sentence, span, weight: weight as f32 })
    }

    /// The source sentences that cover most of what `sentence` says.
    fn sources(&self, sentence: &Sentence<'_, '_>, items: &[Item]) -> Vec<Source> {
        let unit = |factor: f64, holders: Vec<usize>| {
            let rarity = 1.0 + self.sentences.len() as f64 / holders.len().max(1) as f64;
            Unit { weight: factor * rarity.ln(), holders }
        };
        let holders = |item: &Item| {
            let all = self.sentences.iter().zip(0..);
            all.filter(|(own, _)| item.is_supported_by(&own.said)).map(|(_, index)| index).collect()
        };
        let claims = items.iter().filter(|item| item.is_claim());
        let mut units: Vec<Unit> = claims.map(|item| unit(CLAIM_WEIGHT, holders(item))).collect();
        let mut seen = HashSet::new();
        let mut functions: Vec<Unit> = Vec::new();
        for term in terms(sentence.tokens) {
            let token = term.token.and_then(|index| sentence.tokens.get(index));
            if token.is_some_and(|token| is_taken(items, token)) || !seen.insert(term.stem.clone())
            {
                continue;
            }
            let holders = self.holders.get(&term.stem).cloned().unwrap_or_default();
            let name = token.is_some_and(|token| self.names.is_name(sentence, token));
            let factor = if name { CLAIM_WEIGHT } else { 1.0 };
            let function = token.is_some_and(|token| sentence.is_function(token) || term.is_short);
            if function { &mut functions } else { &mut units }.push(unit(factor, holders));
        }
        let units = if units.is_empty() { functions } else { units };
        let covered = cover::cover(&units, self.sentences.len());
        covered.into_iter().filter_map(|(sentence, share)| self.source(sentence, share)).collect()
    }

    /// What should become of each sentence of a checked abstract so that nothing unsupported is
    /// left: a sentence that has anything unsupported, or less support than `min_support`, gives
    /// way to a sentence of the source.
    ///
    /// That is the source sentence which supports it best, or else the first of `ranking` (indices
    /// of source sentences, best first) which is neither in the summary yet nor the main support of
    /// a sentence that stays.
    ///
    /// ```
    /// use standfirst::{grounding::{DEFAULT_MIN_SUPPORT, Grounds, Outcome}, sentence};
    ///
    /// let text = "The harbour bridge closes on Monday. Repairs cost $3m. Ferries will run instead.";
    /// let grounds = Grounds::new(text, &sentence::split(text), None);
    /// let summary = "The bridge closes on Monday. Repairs cost $9m.";
    /// let check = grounds.check(summary);
    /// let outcomes = grounds.fall_back(&check, &[0, 2, 1], DEFAULT_MIN_SUPPORT);
    /// assert_eq!(outcomes, [Outcome::Kept, Outcome::Replaced { sentence: 1 }]);
    ///
    /// let summary = grounds.summary(summary, &check, &outcomes);
    /// assert_eq!(summary.text, "The bridge closes on Monday. Repairs cost $3m.");
    /// assert!(summary.unsupported.is_empty());
    /// ```
    pub fn fall_back(&self, check: &Check, ranking: &[usize], min_support: f32) -> Vec<Outcome> {
        let stays = |sentence: &CheckedSentence| {
            sentence.unsupported.is_empty() && sentence.support >= min_support
        };
        let main =
            |sentence: &CheckedSentence| sentence.sources.first().map(|source| source.sentence);
        let kept = check.sentences.iter().filter(|sentence| stays(sentence));
        let mut used: HashSet<usize> = kept.filter_map(main).collect();
        let is_text = |&index: &usize| {
            self.sentences.get(index).is_some_and(|own| !own.span.of(self.text).trim().is_empty())
        };
        check
            .sentences
            .iter()
            .map(|sentence| {
                if stays(sentence) {
                    return Outcome::Kept;
                }
                let mut candidates = main(sentence).into_iter().chain(ranking.iter().copied());
                match candidates.find(|index| is_text(index) && !used.contains(index)) {
                    Some(sentence) => {
                        used.insert(sentence);
                        Outcome::Replaced { sentence }
                    }
                    None => Outcome::Dropped,
                }
            })
            .collect()
    }

    /// The abstract as other programs read it, after `outcomes`; a sentence that these do not
    /// mention is kept, so an empty slice keeps all.
    ///
    /// `read` is left for the writer of the abstract to fill in.
    pub fn summary(&self, summary: &str, check: &Check, outcomes: &[Outcome]) -> Summary {
        let mut sentences: Vec<SummarySentence> = Vec::new();
        let mut unsupported = Vec::new();
        for (index, checked) in check.sentences.iter().enumerate() {
            let outcome = outcomes.get(index).copied().unwrap_or(Outcome::Kept);
            let place = match outcome {
                Outcome::Kept => checked.verbatim,
                Outcome::Replaced { sentence } => self.sentences.get(sentence).map(|own| own.span),
                Outcome::Dropped => continue,
            };
            if outcome == Outcome::Kept {
                let sentence = sentences.len();
                let findings = checked.unsupported.iter().cloned();
                unsupported.extend(findings.map(|Finding { kind, text, .. }| Unsupported {
                    text,
                    kind,
                    sentence,
                }));
            }
            sentences.push(match place {
                Some(place) => {
                    let text = place.of(self.text).to_owned();
                    SummarySentence::verbatim(text, place, Vec::new(), 1.0)
                }
                None => self.generated(checked.span.of(summary), checked),
            });
        }
        Summary { unsupported, ..Summary::new(SummaryKind::Abstractive, sentences) }
    }

    fn generated(&self, text: &str, checked: &CheckedSentence) -> SummarySentence {
        let body = self.sentences.first().map_or(0, |own| own.span.start);
        let best = checked.sources.first().map_or(Span::new(body, body), |source| source.span);
        let evidence = |source: &Source| Evidence::new(source.span, rounded(source.weight));
        let sources = checked.sources.iter().map(evidence).collect();
        let (origin, score) = (Origin::Generated { sources }, rounded(checked.support));
        SummarySentence { text: text.to_owned(), span: best, score, origin }
    }
}

/// The numbers and dates of a sentence, in order, apart from each other.
fn items_of(tokens: &[Token<'_>]) -> Vec<Item> {
    let scan = Scan::of(tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match dates::dates_at(&scan, at).or_else(|| numbers::numbers_at(&scan, at)) {
            Some((items, end)) => {
                found.extend(items);
                at = end.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// Where `part` stands in `sentence` with white space or nothing around it.
fn whole_words(sentence: &str, part: &str) -> Option<usize> {
    let is_edge = |at: usize, end: usize| {
        let before = sentence.get(..at).and_then(|before| before.chars().next_back());
        let after = sentence.get(end..).and_then(|after| after.chars().next());
        before.is_none_or(char::is_whitespace) && after.is_none_or(char::is_whitespace)
    };
    let mut found = sentence.match_indices(part).map(|(at, _)| at);
    found.find(|&at| is_edge(at, at + part.len()))
}

/// Whether a token is part of a number or date that claims something.
fn is_taken(items: &[Item], token: &Token<'_>) -> bool {
    items.iter().any(|item| item.is_claim() && item.span.contains(token.span))
}

/// What support is counted in.
struct Term {
    stem: String,
    /// The token it is, unless it is two signs.
    token: Option<usize>,
    /// A letter or mark alone, which says as little as a function word.
    is_short: bool,
}

/// The words of a sentence; in scripts without spaces, pairs of neighbouring signs.
fn terms(tokens: &[Token<'_>]) -> Vec<Term> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.form {
            Form::Word | Form::Figure => found.push(Term {
                stem: stem(&token.key),
                token: Some(index),
                is_short: token.form == Form::Word && token.key.len() < 2,
            }),
            Form::Sign => {
                let next = tokens.get(index + 1);
                if let Some(next) = next.filter(|next| next.form == Form::Sign && !next.spaced) {
                    let stem = format!("{}{}", token.key, next.key);
                    found.push(Term { stem, token: None, is_short: false });
                }
            }
            Form::Mark => {}
        }
    }
    found
}
