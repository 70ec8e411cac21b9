//! Sentences to keywords.
//!
//! In: the sentences of an article with their spans, its title, and how rare each word is.
//! Out: the phrases that a librarian would file it under, best first, each with how likely it is
//! one and with the spans of its mentions. Does not look at vectors or topics.
//!
//! Words that are names are told by their capitals (`keywords/words.rs`); every run of words that
//! neither begins nor ends with a function word is a candidate (`keywords/candidates.rs`); a small
//! network that was trained on what readers picked says how likely each is a keyword
//! (`keywords/features.rs`), by its form and places and by the words that readers like
//! (`keywords/picked.rs`); the likeliest are taken, none of which holds another.
//!
//! Words are what spaces and punctuation part. Chinese and Japanese have a way of their own
//! (`keywords/spaceless.rs`), by runs of characters that come back; Thai and its neighbours have
//! no keywords.

mod phrase;
mod lexicon;
mod words;
mod candidates;
mod picked;
mod features;
mod spaceless;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::article::Article;
use crate::nn::rounded;
use crate::span::Span;
use crate::text::fold::singular;
use crate::text::languages::Language;
use candidates::{Candidate, Candidates};
use features::{KeywordFeatures, Whole, probabilities};
use phrase::Phrase;
use words::Words;

/// Mentions of a keyword that are given, at most.
const MAX_MENTIONS: usize = 20;
/// As many keywords are given however unlikely they are, if they are not below [`LEAST`].
const FEW: usize = 4;
/// Below it, a candidate is one only among the first [`FEW`].
const LIKELY: f32 = 0.2;
/// Below it, a candidate is none.
const LEAST: f32 = 0.02;

/// A phrase that characterises an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Keyword {
    /// The phrase as the article first writes it.
    pub text: String,
    /// How likely a librarian would file the article under this very phrase, in `0.0..=1.0`: of ten
    /// English keywords near 0.7, seven are what a reader picked, so a threshold asks for precision.
    /// Below 0.2 only among an article's best four, and never below 0.02. The other keywords do not
    /// change it. Languages other than English are read by the same weights, which nobody measured
    /// there: take it for an order. In scripts without spaces it is no probability, but the phrase's
    /// weight beside the article's best, which has 1.
    pub score: f32,
    /// Where it first stands in the body.
    #[serde(flatten)]
    pub span: Span,
    /// Where it stands in the body, in order, the first place included: at most 20 places. What
    /// stands for a name in short (*Solberg* for *Ingrid Solberg*) counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Span>,
}

/// The keywords of an article: at most `limit`, best first, none of which holds another.
///
/// `rarity` gives a word in small letters its inverse document frequency, scaled to 0 for a word in
/// every article and 1 for one in none; `None` for a word it does not know, which then counts as
/// rare.
pub(crate) fn extract(
    article: &Article<'_>,
    rarity: impl Fn(&str) -> Option<f32>,
    limit: usize,
) -> Vec<Keyword> {
    let Article { text, title, spans, language, .. } = article;
    let language = lexicon::language_of(*language);
    let found = phrases(text, spans, *title, language, rarity, limit);
    let keyword = |phrase: Phrase| Keyword {
        text: phrase.span.of(text).to_owned(),
        score: rounded(phrase.score),
        span: phrase.span,
        mentions: phrase.mentions,
    };
    found.into_iter().map(keyword).collect()
}

/// As [`extract`], by place: `sentences` are spans into `text`.
fn phrases(
    text: &str,
    sentences: &[Span],
    title: Option<&str>,
    language: Language,
    rarity: impl Fn(&str) -> Option<f32>,
    limit: usize,
) -> Vec<Phrase> {
    if limit == 0 {
        return Vec::new();
    }
    if spaceless::is_spaceless(text, sentences) {
        return spaceless::extract(text, sentences, title, limit);
    }
    let words = Words::read(text, sentences, title, language);
    let found = Candidates::of(&words);
    let (judged, features) = described(text, &words, &found, rarity);
    let mut scored: Vec<_> = probabilities(&features).into_iter().zip(judged).collect();
    // Equal scores keep the order of first occurrence.
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut kept: Vec<Kept<'_>> = Vec::new();
    for (score, candidate) in scored {
        let likely = score >= LIKELY || (kept.len() < FEW && score >= LEAST);
        if kept.len() == limit || !likely {
            break;
        }
        let new = Kept { candidate, score, roots: roots(&words, candidate) };
        if !kept.iter().any(|other| same(&words, other, &new)) {
            kept.push(new);
        }
    }
    let acronyms: Vec<&Candidate> = found.all.iter().filter(|it| is_acronym(&words, it)).collect();
    let phrase = |it: &Kept<'_>| Phrase {
        span: words.span(it.candidate.at, it.candidate.size),
        score: it.score,
        mentions: mentions(&words, &found, &acronyms, it.candidate, &kept),
    };
    kept.iter().map(phrase).collect()
}

/// A candidate that is a keyword.
struct Kept<'a> {
    candidate: &'a Candidate,
    score: f32,
    /// Its words, each in the singular.
    roots: Vec<Cow<'a, str>>,
}

/// The candidates that are worth a judgement, in order, and their features.
fn described<'c>(
    text: &str,
    words: &Words<'_>,
    found: &'c Candidates,
    rarity: impl Fn(&str) -> Option<f32>,
) -> (Vec<&'c Candidate>, Vec<KeywordFeatures<f32>>) {
    let mut whole = Whole::of(words, found);
    let judged = found.judged(words);
    let features = judged.iter().map(|it| whole.features(text, it, &rarity)).collect();
    (judged, features)
}

fn numbers<'a>(words: &'a Words<'_>, candidate: &Candidate) -> impl Iterator<Item = usize> + 'a {
    words.phrase(candidate.at, candidate.size).iter().map(|word| word.number)
}

fn roots<'a>(words: &'a Words<'_>, candidate: &Candidate) -> Vec<Cow<'a, str>> {
    numbers(words, candidate).map(|number| singular(words.lexicon.word(number).into())).collect()
}

/// Whether two candidates are one thing: one holds the other, but for singular and plural and for what
/// stands before a name (*coach Vik*), or is short for it, or another spelling of its name.
fn same(words: &Words<'_>, a: &Kept<'_>, b: &Kept<'_>) -> bool {
    let (long, short) = if a.candidate.size >= b.candidate.size { (a, b) } else { (b, a) };
    let phrase = words.phrase(short.candidate.at, short.candidate.size);
    let before = if long.candidate.is_name() {
        phrase.iter().take_while(|word| !word.name).count()
    } else {
        0
    };
    let bare = short.roots.get(before..).filter(|bare| !bare.is_empty()).unwrap_or(&short.roots);
    long.roots.windows(bare.len().max(1)).any(|held| held == bare)
        || is_short(words, long.candidate, short.candidate)
        || (a.candidate.is_name() && b.candidate.is_name() && one_spelling(&a.roots, &b.roots))
}

/// The shortest name, in letters, of which another spelling is told.
const MIN_SPELLED: usize = 6;

/// Whether two names are spelled the same but for spaces, hyphens and one letter within: *Antony* and
/// *Anthony Hopkins*. A figure tells names apart.
fn one_spelling(a: &[Cow<'_, str>], b: &[Cow<'_, str>]) -> bool {
    let letters = |of: &[Cow<'_, str>]| -> Vec<char> {
        of.iter().flat_map(|word| word.chars()).filter(|&c| c != '-').take(80).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let (long, short) = if a.len() >= b.len() { (&a, &b) } else { (&b, &a) };
    let ahead = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    let behind = long.iter().rev().zip(short.iter().rev()).take_while(|(a, b)| a == b).count();
    let figure = |of: &[char]| of.get(ahead).is_some_and(|c| c.is_numeric());
    short.len() >= MIN_SPELLED
        && long.len() - short.len() <= 1
        && ahead > 0
        && ahead + behind + 1 >= long.len()
        && !figure(long)
        && !figure(short)
}

/// Whether a candidate is one word in capitals, which may be short for others.
fn is_acronym(words: &Words<'_>, candidate: &Candidate) -> bool {
    let shouted = || words.all.get(candidate.at).is_some_and(|word| word.shouted);
    candidate.size == 1 && candidate.count > 0 && shouted()
}

/// Whether `short` is the initials of `long`: *WHO*, of its words with capitals or of all.
fn is_short(words: &Words<'_>, long: &Candidate, short: &Candidate) -> bool {
    let Some(word) = words.all.get(short.at) else { return false };
    if long.size < 2 || !is_acronym(words, short) {
        return false;
    }
    let phrase = words.phrase(long.at, long.size);
    let initials = |capitals: bool| {
        let of = phrase.iter().filter(move |word| word.capital || !capitals);
        of.filter_map(|word| words.lexicon.word(word.number).chars().next())
    };
    let letters = || words.lexicon.word(word.number).chars().filter(|&c| c != '.');
    letters().eq(initials(true)) || letters().eq(initials(false))
}

/// The places of a keyword and of what is short for it and no keyword itself.
fn mentions(
    words: &Words<'_>,
    found: &Candidates,
    acronyms: &[&Candidate],
    candidate: &Candidate,
    kept: &[Kept<'_>],
) -> Vec<Span> {
    let places = |of: &Candidate, solo: bool| -> Vec<Span> {
        found.mentions(of, solo).into_iter().map(|at| words.span(at, of.size)).collect()
    };
    let mut all = places(candidate, false);
    let parts = found.variants(words, candidate).into_iter().filter_map(|it| found.all.get(it));
    let acronyms = acronyms.iter().copied().filter(|it| is_short(words, candidate, it));
    for part in parts.chain(acronyms) {
        // What may stand for two of the keywords stands for neither.
        let shared = kept.iter().map(|kept| kept.candidate).any(|other| {
            let holds = numbers(words, other).any(|it| numbers(words, part).any(|part| part == it));
            other.at != candidate.at && (holds || is_short(words, other, part))
        });
        if !shared {
            all.extend(places(part, true));
        }
    }
    all.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    all.retain(|span| {
        let new = span.start >= end;
        end = end.max(span.end);
        new
    });
    all.truncate(MAX_MENTIONS);
    all
}

/// A candidate as the recipe sees it.
#[cfg(feature = "_recipe")]
#[doc(hidden)]
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Described {
    pub text: String,
    /// Its words in small letters.
    words: Vec<String>,
    features: KeywordFeatures<f32>,
}

/// All candidates of an article, for `models/recipe/keywords`.
#[cfg(feature = "_recipe")]
pub(crate) fn describe(
    article: &Article<'_>,
    rarity: impl Fn(&str) -> Option<f32>,
) -> Vec<Described> {
    let Article { text, title, spans, language, .. } = article;
    let words = Words::read(text, spans, *title, lexicon::language_of(*language));
    let found = Candidates::of(&words);
    let (judged, features) = described(text, &words, &found, rarity);
    let described = |(it, features): (&Candidate, _)| Described {
        text: words.span(it.at, it.size).of(text).to_owned(),
        words: numbers(&words, it).map(|number| words.lexicon.word(number).to_owned()).collect(),
        features,
    };
    judged.into_iter().zip(features).map(described).collect()
}

#[cfg(test)]
mod tests {
    use super::{Phrase, phrases};
    use crate::sentence;
    use crate::text::languages::Language;
    use proptest::prelude::*;

    fn found(text: &str, title: Option<&str>) -> Vec<Phrase> {
        phrases(text, &sentence::split(text), title, Language::ENGLISH, |_| Some(0.6), 8)
    }

    fn texts<'a>(text: &'a str, found: &[Phrase]) -> Vec<&'a str> {
        found.iter().map(|keyword| keyword.span.of(text)).collect()
    }

    #[test]
    fn names_are_kept_whole_and_possessives_left_out() {
        let text = "The mayor of Oakmere met Ingrid Solberg's lawyers in court on Monday. \
            They said Ingrid Solberg would appeal. Solberg has led the Bank of Norland since 2009.";
        let found = found(text, None);
        let all = texts(text, &found);
        assert!(all.contains(&"Ingrid Solberg") && all.contains(&"Bank of Norland"), "{all:?}");
        let solberg = found.iter().find(|it| it.span.of(text) == "Ingrid Solberg").unwrap();
        let mentions: Vec<&str> = solberg.mentions.iter().map(|span| span.of(text)).collect();
        assert_eq!(mentions, ["Ingrid Solberg", "Ingrid Solberg", "Solberg"]);
    }

    #[test]
    fn what_is_short_for_a_name_is_a_mention_of_it() {
        let text = "The Norland Water Authority raised its prices on Monday. The NWA said that the \
            Norland Water Authority had no choice. Erna Vik leads the NWA.";
        let found = found(text, None);
        let authority = found.iter().find(|it| it.span.of(text) == "Norland Water Authority");
        let mentions = &authority.unwrap().mentions;
        let mentions: Vec<&str> = mentions.iter().map(|span| span.of(text)).collect();
        assert_eq!(mentions, ["Norland Water Authority", "NWA", "Norland Water Authority", "NWA"]);
    }

    #[test]
    fn a_name_is_given_once_however_it_is_spelled() {
        let spelled = |a: &str, b: &str| super::one_spelling(&[a.into()], &[b.into()]);
        assert!(spelled("antony", "anthony") && spelled("solberg", "sol-berg"));
        assert!(spelled("stephen", "stephan") && !spelled("erna", "arna"));
        assert!(!spelled("apollo8", "apollo9") && !spelled("pixel6", "pixel6a1"));
        let text = "Coach Vik praised Erna Vik's team on Monday. Erna Vik said that coach Vik won. \
            Later coach Vik left, and coach Vik did not return. The team thanked Erna Vik.";
        let found = found(text, None);
        let all = texts(text, &found);
        assert_eq!(all.iter().filter(|it| it.ends_with("Vik")).count(), 1, "{all:?}");
    }

    #[test]
    fn text_without_words_has_none() {
        for text in ["— 12, 13! …", ""] {
            assert_eq!(found(text, None), []);
        }
    }

    proptest! {
        #[test]
        fn keywords_occur_and_differ(
            text in "\\PC{0,300}|([a-z]{1,6} ){0,60}|((The|the|U\\.S\\.|of|van|Old|Bridges?|cit(y|ies)|’s|'s|AT&T|Zürich|İzmir|ΣΑΣ|1a|quickly|x\\.com/longer|-|@|,|\u{a0})( |-|, |\u{a0}|\\. )?){0,60}",
            title in "(The |Old |bridge |City |ΣΑΣ |days ){0,4}",
        ) {
            let found = found(&text, Some(&title));
            prop_assert!(found.len() <= 8);
            for pair in found.windows(2) {
                prop_assert!(pair[0].score >= pair[1].score);
                prop_assert_ne!(pair[0].span.of(&text), pair[1].span.of(&text));
            }
            for keyword in &found {
                prop_assert!(!keyword.span.of(&text).is_empty());
                prop_assert!((0.0..=1.0).contains(&keyword.score));
                prop_assert!(keyword.mentions.contains(&keyword.span));
                prop_assert!(keyword.mentions.windows(2).all(|two| two[0].end <= two[1].start));
            }
        }
    }
}
