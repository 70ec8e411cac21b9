//! Sentences to keywords.
//!
//! In: the sentences of an article with their spans, its title, and how rare each word is.
//! Out: the phrases that characterise it, best first, each with the span where it first occurs.
//! Does not look at vectors or topics, and knows no grammar: a candidate is a run of words that
//! neither begins nor ends with a function word and holds no punctuation, as in RAKE (Rose et al.,
//! "Automatic keyword extraction from individual documents", 2010), scored by how often it comes
//! back, how rare its words are and how early it stands.
//!
//! Words are what spaces and punctuation part. Chinese and Japanese have a way of their own
//! (`keywords/spaceless.rs`), by runs of characters that come back; Thai and its neighbours have
//! no keywords.
//!
//! A phrase is one candidate however its words are written: words go by the numbers of their
//! stems (`keywords/lexicon.rs`), and a phrase by the candidate that it is without its last word, with that
//! word's number.

mod lexicon;
mod phrase;
mod spaceless;
#[cfg(test)]
mod slow;

use serde::{Deserialize, Serialize};

use crate::article::Article;
use crate::nn::rounded;
use crate::span::Span;
use crate::text::fold::lower;
use crate::text::keyed::WordMap;
use crate::text::languages::Language;
#[cfg(test)]
use lexicon::is_function_word;
use lexicon::{Lexicon, Stem, tokens};
use phrase::{MAX_SENTENCES, Phrase, best};

/// The longest phrase, in words.
const MAX_WORDS: usize = 5;

/// A phrase that characterises an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Keyword {
    /// The phrase as the article first writes it.
    pub text: String,
    /// Its weight beside the article's best phrase, in `0.0..=1.0`.
    pub score: f32,
    /// Where it first stands in the body.
    #[serde(flatten)]
    pub span: Span,
}

/// The keywords of an article: at most `limit`, best first, no two of them near-duplicates.
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
    let mut lexicon = Lexicon::for_text(text.len(), language);
    if let Some(title) = title {
        lexicon.read_title(title);
    }
    let words = words_of(text, sentences, &mut lexicon);
    let found = Candidates::of(&words, lexicon.len());
    let article = Reading { text, words: &words, lexicon: &lexicon };
    let parts = found.parts_of_longer(&article);
    let scored: Vec<(f32, &Candidate)> = found
        .all
        .iter()
        .zip(parts)
        .filter(|(_, part)| !part)
        .filter_map(|(candidate, _)| Some((article.score(candidate, &rarity)?, candidate)))
        .collect();
    let span = |candidate: &Candidate| candidate.span;
    best(scored, limit, span, |a, b| article.near_duplicates(a, b))
}

/// A word of an article.
#[derive(Debug, Clone, Copy)]
struct Word {
    span: Span,
    /// The number of its stem; `None` for a function word.
    stem: Option<usize>,
    capital: bool,
    /// Whether it is the first of its sentence, where a capital says nothing.
    opens: bool,
    /// Whether more than one space parts it from the word before.
    parted: bool,
    /// The index of its sentence.
    sentence: usize,
}

/// The words of the sentences that candidates are collected from, in order.
fn words_of<'a>(text: &'a str, sentences: &[Span], lexicon: &mut Lexicon<'a>) -> Vec<Word> {
    let mut words = Vec::new();
    for (index, sentence) in sentences.iter().take(MAX_SENTENCES).enumerate() {
        let part = sentence.of(text);
        words.extend(tokens(part).map(|token| {
            let stem = if token.wordless { None } else { lexicon.number(token.span.of(part)) };
            Word {
                span: token.span.shift(sentence.start),
                stem,
                capital: token.capital,
                opens: token.opens,
                parted: token.parted,
                sentence: index,
            }
        }));
    }
    words
}

/// The runs of words that could hold a phrase: no function word, no punctuation between. Each
/// with the index of its first word.
fn runs(words: &[Word]) -> impl Iterator<Item = (usize, &[Word])> {
    let mut next = 0;
    words
        .chunk_by(|before, word| {
            // One space or hyphen between them; a possessive ending parts them: "the mayor's office".
            // The first word of a sentence is always parted from the one before.
            !word.parted
                && before.stem.is_some()
                && word.stem.is_some()
                && word.span.start <= before.span.end + 2
        })
        .map(move |run| {
            let first = next;
            next += run.len();
            (first, run)
        })
        .filter(|(_, run)| run.first().is_some_and(|word| word.stem.is_some()))
}

/// A phrase that may become a keyword.
#[derive(Debug)]
struct Candidate {
    span: Span,
    /// The indices of its words where it first occurs.
    words: std::ops::Range<usize>,
    count: usize,
    /// How often every word of it was capitalised inside a sentence.
    named: usize,
    /// Whether some of its words are capitalised and some are not, where it first occurs.
    mixed: bool,
    /// The index of the first sentence that has it.
    first: usize,
}

impl Candidate {
    /// The candidate that `phrase` is, whose first word is the `at`th of the article.
    fn new(phrase: &[Word], at: usize) -> Self {
        let start = phrase.first().map_or(0, |word| word.span.start);
        let end = phrase.last().map_or(start, |word| word.span.end);
        Self {
            span: Span::new(start, end),
            words: at..at + phrase.len(),
            count: 0,
            named: 0,
            mixed: phrase.iter().any(|word| word.capital && !word.opens)
                && phrase.iter().any(|word| !word.capital),
            first: phrase.first().map_or(0, |word| word.sentence),
        }
    }

    /// Whether the text mostly writes it as a name.
    fn is_name(&self) -> bool {
        self.named * 2 > self.count
    }
}

/// All candidates of an article, in the order in which they first occur.
#[derive(Debug)]
struct Candidates {
    all: Vec<Candidate>,
    /// The candidate that each stem alone is.
    alone: Vec<Option<usize>>,
    /// The candidate that a candidate with one more stem is.
    longer: WordMap<(usize, usize), usize>,
}

impl Candidates {
    /// Every phrase of one to [`MAX_WORDS`] words in a run; `stems` is the number of stems.
    fn of(words: &[Word], stems: usize) -> Self {
        let mut found =
            Self { all: Vec::new(), alone: vec![None; stems], longer: WordMap::default() };
        // For each word of a run: the candidate that the phrase from it on is, and whether all of
        // its words are capitalised.
        let mut grown: Vec<(usize, bool)> = Vec::new();
        for (first, run) in runs(words) {
            grown.clear();
            for size in 1..=MAX_WORDS {
                for (nth, phrase) in run.windows(size).enumerate() {
                    let Some(last) = phrase.last() else { continue };
                    let Some(stem) = last.stem else { continue };
                    let shorter = grown.get(nth).copied();
                    let index = found.enter(shorter.map(|(index, _)| index), stem, || {
                        Candidate::new(phrase, first + nth)
                    });
                    let named =
                        last.capital && !last.opens && shorter.is_none_or(|(_, named)| named);
                    if let Some(candidate) = found.all.get_mut(index) {
                        candidate.count += 1;
                        candidate.named += usize::from(named);
                    }
                    match grown.get_mut(nth) {
                        Some(grown) => *grown = (index, named),
                        None => grown.push((index, named)),
                    }
                }
            }
        }
        found
    }

    /// The index of the candidate that `shorter` and one more stem make; `new` makes it where
    /// there is none yet.
    fn enter(
        &mut self,
        shorter: Option<usize>,
        stem: usize,
        new: impl FnOnce() -> Candidate,
    ) -> usize {
        let next = self.all.len();
        let index = match shorter {
            Some(shorter) => *self.longer.entry((shorter, stem)).or_insert(next),
            None => self.alone.get_mut(stem).map_or(next, |index| *index.get_or_insert(next)),
        };
        if index == next {
            self.all.push(new());
        }
        index
    }

    /// Which candidates are hardly ever said but inside one longer phrase: *Nutrition Assistance*
    /// where the text has a *Supplemental Nutrition Assistance Program*.
    fn parts_of_longer(&self, article: &Reading<'_>) -> Vec<bool> {
        let mut parts = vec![false; self.all.len()];
        for candidate in self.all.iter().filter(|candidate| article.is_phrase(candidate)) {
            let size = candidate.words.len();
            for from in 0..size {
                let mut part = None;
                for stem in article.stems(candidate).skip(from).take(size - 1) {
                    part = match part {
                        None => self.alone.get(stem).copied().flatten(),
                        Some(part) => self.longer.get(&(part, stem)).copied(),
                    };
                    let Some(index) = part else { break };
                    if let (Some(part), Some(is_part)) = (self.all.get(index), parts.get_mut(index))
                    {
                        *is_part |= candidate.count * 4 >= part.count * 3;
                    }
                }
            }
        }
        parts
    }
}

/// What candidates are read against.
struct Reading<'a> {
    text: &'a str,
    words: &'a [Word],
    lexicon: &'a Lexicon<'a>,
}

impl Reading<'_> {
    fn words<'a>(&'a self, candidate: &Candidate) -> &'a [Word] {
        self.words.get(candidate.words.clone()).unwrap_or_default()
    }

    /// The numbers of a candidate's stems.
    fn stems<'a>(&'a self, candidate: &Candidate) -> impl DoubleEndedIterator<Item = usize> + 'a {
        self.words(candidate).iter().filter_map(|word| word.stem)
    }

    /// Whether it holds together as a phrase of several words: a name, or words that come back
    /// together and end on what can be a noun. *Forum triggered* is none.
    fn is_phrase(&self, candidate: &Candidate) -> bool {
        let said = if candidate.mixed { candidate.count >= 3 } else { candidate.count >= 2 };
        let stem = |number: Option<usize>| number.and_then(|number| self.lexicon.stem(number));
        candidate.words.len() > 1
            && (candidate.is_name() || said)
            && !stem(self.stems(candidate).next_back()).is_some_and(|last| last.verbal)
            && !stem(self.stems(candidate).next()).is_some_and(|first| first.adverb)
    }

    /// The weight of a candidate; `None` when it is no keyword at all.
    fn score(&self, candidate: &Candidate, rarity: &impl Fn(&str) -> Option<f32>) -> Option<f32> {
        /// What a word unknown to the model counts as: rarer than nearly all that it knows.
        const UNKNOWN: f32 = 0.9;
        /// A single word that more articles hold says too little.
        const MIN_RARITY: f32 = 0.35;
        let size = candidate.words.len();
        let is_name = candidate.is_name();
        let all = |such: fn(&Stem) -> bool| {
            self.stems(candidate).all(|number| self.lexicon.stem(number).is_some_and(such))
        };
        let in_title = all(|stem| stem.titled);
        let said = candidate.count + usize::from(in_title);
        // Several words must hold together; a single one must be said twice (the title counts), and
        // be rare and no verb unless it is a name. How rare words are is asked last: most
        // candidates are gone by then.
        let holds = if size > 1 {
            self.is_phrase(candidate)
        } else {
            said >= 2 && (is_name || all(|stem| !stem.verbal))
        };
        if !holds {
            return None;
        }
        let rarities = self.words(candidate).iter().map(|word| {
            let key = lower(word.span.of(self.text));
            rarity(&key).unwrap_or(UNKNOWN)
        });
        let mean = rarities.sum::<f32>() / size as f32;
        let rare = mean >= MIN_RARITY;
        if size == 1 && !is_name && !rare {
            return None;
        }
        let length = if size == 1 { 1.0 } else { 1.5 };
        let early = 1.0 + 1.0 / (1.0 + candidate.first as f32);
        let named = if is_name { 1.2 } else { 1.0 };
        let titled = if in_title { 1.5 } else { 1.0 };
        Some((said as f32).ln_1p() * mean * length * early * named * titled)
    }

    /// Whether two phrases share so many words that one says what the other says: at least half of
    /// the shorter one's.
    fn near_duplicates(&self, a: &Candidate, b: &Candidate) -> bool {
        let shared = self.stems(a).filter(|stem| self.stems(b).any(|other| other == *stem)).count();
        shared * 2 >= a.words.len().min(b.words.len()).max(1) && shared > 0
    }
}

#[cfg(test)]
mod tests {
    use super::{phrases, slow};
    use crate::sentence;
    use crate::text::languages::Language;
    use proptest::prelude::*;

    fn check(text: &str, title: Option<&str>, expected: &[&str]) {
        let sentences = sentence::split(text);
        let found =
            phrases(text, &sentences, title, Language::ENGLISH, |_| Some(0.6), expected.len());
        let found: Vec<&str> = found.iter().map(|keyword| keyword.span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn phrases_that_come_back_win_and_plurals_count_together() {
        check(
            "A carbon tax divides Oslo. The carbon taxes rise in June. Carbon tax critics met.",
            None,
            &["carbon tax"],
        );
    }

    #[test]
    fn names_without_any_weight_have_the_score_0() {
        let text = "Officials met Ingrid Solberg in court. They said Ingrid Solberg would appeal.";
        let found =
            phrases(text, &sentence::split(text), None, Language::ENGLISH, |_| Some(0.0), 3);
        assert!(!found.is_empty() && found.iter().all(|keyword| keyword.score == 0.0));
    }

    #[test]
    fn names_are_kept_whole_and_possessives_left_out() {
        check(
            "Officials met Ingrid Solberg's lawyers in court. They said Ingrid Solberg would appeal.",
            None,
            &["Ingrid Solberg"],
        );
    }

    #[test]
    fn the_title_counts() {
        check(
            "The harbour closed. A storm had come. Ferries waited.",
            Some("Storm shuts harbour"),
            &["harbour", "storm"],
        );
    }

    #[test]
    fn text_without_words_has_none() {
        check("— 12, 13! …", None, &[]);
        check("", None, &[]);
    }

    /// How rare a word is said to be in the comparison with the slow twin.
    fn rarity(word: &str) -> Option<f32> {
        let last = word.chars().next_back()?;
        (last != 'e').then_some((u32::from(last) % 9 + 1) as f32 / 10.0)
    }

    fn same_as_the_slow_twin(text: &str, title: Option<&str>) {
        let sentences = sentence::split(text);
        for limit in [1, 8, 50] {
            let found = phrases(text, &sentences, title, Language::ENGLISH, rarity, limit);
            assert_eq!(found, slow::extract(text, &sentences, title, rarity, limit));
        }
    }

    #[test]
    fn a_page_gives_what_the_slow_twin_gives() {
        let page = include_str!("../examples/data/page.txt");
        same_as_the_slow_twin(page, page.lines().next());
    }

    proptest! {
        #[test]
        fn any_text_gives_what_the_slow_twin_gives(
            text in "\\PC{0,200}|((The|the|U\\.S\\.|Old|Bridges?|bridges?|cit(y|ies)|’s|'s|AT&T|Zürich|İzmir|ΣΑΣ|1a|quickly|failed|x\\.com/longer|-|,|\u{a0})( |-|, |\u{a0}|\\. )?){0,60}",
            title in "(The |Old |bridge |City |ΣΑΣ |days ){0,4}",
        ) {
            same_as_the_slow_twin(&text, Some(&title));
            same_as_the_slow_twin(&text, None);
        }

        #[test]
        fn keywords_occur_and_differ(text in "\\PC{0,300}|([a-z]{1,6} ){0,60}") {
            let sentences = sentence::split(&text);
            let found = phrases(&text, &sentences, None, Language::ENGLISH, |_| None, 8);
            prop_assert!(found.len() <= 8);
            for pair in found.windows(2) {
                prop_assert!(pair[0].score >= pair[1].score);
                prop_assert_ne!(pair[0].span.of(&text), pair[1].span.of(&text));
            }
            for keyword in &found {
                prop_assert!(!keyword.span.of(&text).is_empty());
                prop_assert!((0.0..=1.0).contains(&keyword.score));
            }
        }
    }
}
