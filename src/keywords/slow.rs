//! Keywords as they were first written: the slow twin that [`super::extract`] is held to by its
//! tests. Phrases are compared as text, and every word is looked at each time it comes.

use std::collections::{HashMap, HashSet};

use super::lexicon::{MAX_DOTTED_BYTES, MAX_WORD_BYTES};
use super::phrase::{MAX_SENTENCES, Phrase, best};
use super::{MAX_WORDS, is_function_word, spaceless};
use crate::span::Span;
use crate::text::languages::Language;

pub(super) fn extract(
    text: &str,
    sentences: &[Span],
    title: Option<&str>,
    rarity: impl Fn(&str) -> Option<f32>,
    limit: usize,
) -> Vec<Phrase> {
    if limit == 0 {
        return Vec::new();
    }
    if spaceless::is_spaceless(text, sentences) {
        return spaceless::extract(text, sentences, title, limit);
    }
    let title_stems: Vec<String> = title
        .map(|title| words(title, 0).map(|word| stem(&word.key)).collect())
        .unwrap_or_default();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    for (position, sentence) in sentences.iter().take(MAX_SENTENCES).enumerate() {
        let found: Vec<Word> = words(sentence.of(text), sentence.start).collect();
        for run in runs(&found) {
            for phrase in phrases(run) {
                let key = key_of(phrase);
                let slot = *by_key.entry(key).or_insert_with(|| {
                    candidates.push(Candidate::new(phrase, position));
                    candidates.len() - 1
                });
                if let Some(candidate) = candidates.get_mut(slot) {
                    candidate.count += 1;
                    candidate.named +=
                        usize::from(phrase.iter().all(|word| word.capital && !word.opens));
                }
            }
        }
    }
    let parts = parts_of_longer(&candidates, &by_key);
    let scored: Vec<(f32, &Candidate)> = candidates
        .iter()
        .enumerate()
        .filter(|(index, _)| !parts.contains(index))
        .map(|(_, candidate)| candidate)
        .filter_map(|candidate| Some((score(candidate, &title_stems, &rarity)?, candidate)))
        .collect();
    best(scored, limit, |candidate| candidate.span, near_duplicates)
}

/// The indices of candidates that are hardly ever said but inside one longer phrase: *Nutrition
/// Assistance* where the text has a *Supplemental Nutrition Assistance Program*.
fn parts_of_longer(candidates: &[Candidate], by_key: &HashMap<String, usize>) -> HashSet<usize> {
    let mut parts = HashSet::new();
    for candidate in candidates.iter().filter(|candidate| candidate.is_phrase()) {
        for size in 1..candidate.stems.len() {
            for part in candidate.stems.windows(size) {
                if let Some(&index) = by_key.get(&part.join(" "))
                    && candidates
                        .get(index)
                        .is_some_and(|part| candidate.count * 4 >= part.count * 3)
                {
                    parts.insert(index);
                }
            }
        }
    }
    parts
}

/// A word of a sentence.
#[derive(Debug, Clone)]
struct Word {
    /// In small letters, without a possessive ending.
    key: String,
    span: Span,
    capital: bool,
    /// Whether it is the first of its sentence, where a capital says nothing.
    opens: bool,
    function: bool,
    /// Whether more than one space parts it from the word before.
    parted: bool,
}

/// The words of `text`, whose first byte is byte `offset` of the article.
fn words(text: &str, offset: usize) -> impl Iterator<Item = Word> + '_ {
    let mut rest = text;
    let mut at = 0;
    let mut opens = true;
    std::iter::from_fn(move || {
        let skipped = rest.find(char::is_alphanumeric)?;
        let between = rest.get(..skipped)?;
        let parted = opens || !matches!(between, " " | "-" | "\u{a0}");
        rest = rest.get(skipped..)?;
        let start = at + skipped;
        let word_goes_on =
            |at: usize| rest.get(at..).is_some_and(|next| next.starts_with(char::is_alphanumeric));
        let inside = |(at, c): (usize, char)| {
            crate::text::chars::is_of_word(c)
                || (matches!(c, '\'' | '’' | '.' | '&') && word_goes_on(at + c.len_utf8()))
        };
        let end =
            rest.char_indices().find(|&found| !inside(found)).map_or(rest.len(), |(at, _)| at);
        // The last full stop of "U.S." belongs to it.
        let dotted = rest.get(..end)?.contains('.');
        let abbreviation = dotted && end <= MAX_DOTTED_BYTES && rest.get(end..)?.starts_with('.');
        let end = end + usize::from(abbreviation);
        let word = rest.get(..end)?;
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let key = bare.to_lowercase();
        let address = dotted && bare.len() > MAX_DOTTED_BYTES + 1;
        let wordless = bare.len() > MAX_WORD_BYTES || !bare.starts_with(char::is_alphabetic);
        let found = Word {
            function: address || wordless || is_function_word(&key, Language::ENGLISH),
            capital: word.starts_with(char::is_uppercase),
            span: Span::new(offset + start, offset + start + bare.len()),
            key,
            opens,
            parted,
        };
        at = start + end;
        rest = rest.get(end..)?;
        opens = false;
        Some(found)
    })
}

/// The runs of words that could hold a phrase: no function word, no punctuation between.
fn runs(words: &[Word]) -> impl Iterator<Item = &[Word]> {
    words
        .chunk_by(|before, word| {
            // One space or hyphen between them; a possessive ending parts them: "the mayor's office".
            !word.parted
                && !before.function
                && !word.function
                && word.span.start <= before.span.end + 2
        })
        .filter(|run| run.first().is_some_and(|word| !word.function))
}

/// Every phrase of one to [`MAX_WORDS`] words in a run.
fn phrases(run: &[Word]) -> impl Iterator<Item = &[Word]> {
    (1..=MAX_WORDS).flat_map(move |size| run.windows(size))
}

fn key_of(phrase: &[Word]) -> String {
    let mut key = String::new();
    for word in phrase {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&stem(&word.key));
    }
    key
}

/// The word without a plural ending, so that *tariff* and *tariffs* count together.
fn stem(word: &str) -> String {
    let plural = word.len() > 4
        && word.ends_with('s')
        && !word.ends_with("ss")
        && !word.ends_with("us")
        && !word.ends_with("is");
    match (plural, word.strip_suffix("ies")) {
        (true, Some(root)) => format!("{root}y"),
        (true, None) => word.strip_suffix('s').unwrap_or(word).to_owned(),
        _ => word.to_owned(),
    }
}

/// A phrase that may become a keyword.
#[derive(Debug)]
struct Candidate {
    span: Span,
    keys: Vec<String>,
    stems: Vec<String>,
    count: usize,
    /// How often every word of it was capitalised inside a sentence.
    named: usize,
    /// Whether some of its words are capitalised and some are not, where it first occurs.
    mixed: bool,
    /// The index of the first sentence that has it.
    first: usize,
}

impl Candidate {
    fn new(phrase: &[Word], first: usize) -> Self {
        let start = phrase.first().map_or(0, |word| word.span.start);
        let end = phrase.last().map_or(start, |word| word.span.end);
        Self {
            span: Span::new(start, end),
            keys: phrase.iter().map(|word| word.key.clone()).collect(),
            stems: phrase.iter().map(|word| stem(&word.key)).collect(),
            count: 0,
            named: 0,
            mixed: phrase.iter().any(|word| word.capital && !word.opens)
                && phrase.iter().any(|word| !word.capital),
            first,
        }
    }
}

impl Candidate {
    /// Whether the text mostly writes it as a name.
    fn is_name(&self) -> bool {
        self.named * 2 > self.count
    }

    /// Whether it holds together as a phrase of several words: a name, or words that come back
    /// together and end on what can be a noun. *Forum triggered* is none.
    fn is_phrase(&self) -> bool {
        let said = if self.mixed { self.count >= 3 } else { self.count >= 2 };
        self.stems.len() > 1
            && (self.is_name() || said)
            && !self.stems.last().is_some_and(|stem| is_verbal(stem))
            && !self.stems.first().is_some_and(|stem| stem.ends_with("ly") && stem.len() > 5)
    }
}

/// The weight of a candidate; `None` when it is no keyword at all.
fn score(
    candidate: &Candidate,
    title: &[String],
    rarity: &impl Fn(&str) -> Option<f32>,
) -> Option<f32> {
    /// What a word unknown to the model counts as: rarer than nearly all that it knows.
    const UNKNOWN: f32 = 0.9;
    /// A single word that more articles hold says too little.
    const MIN_RARITY: f32 = 0.35;
    let words = candidate.keys.len();
    let is_name = candidate.is_name();
    let rarities: Vec<f32> =
        candidate.keys.iter().map(|key| rarity(key).unwrap_or(UNKNOWN)).collect();
    let mean = rarities.iter().sum::<f32>() / words as f32;
    let in_title = candidate.stems.iter().filter(|stem| title.contains(stem)).count() == words;
    let said = candidate.count + usize::from(in_title);
    // Several words must hold together; a single one must be said twice (the title counts), and be
    // rare and no verb unless it is a name.
    let kept = if words > 1 {
        candidate.is_phrase()
    } else {
        let noun = mean >= MIN_RARITY && !candidate.stems.iter().any(|stem| is_verbal(stem));
        said >= 2 && (is_name || noun)
    };
    if !kept {
        return None;
    }
    let length = if words == 1 { 1.0 } else { 1.5 };
    let early = 1.0 + 1.0 / (1.0 + candidate.first as f32);
    let named = if is_name { 1.2 } else { 1.0 };
    let titled = if in_title { 1.5 } else { 1.0 };
    Some((said as f32).ln_1p() * mean * length * early * named * titled)
}

/// Whether a word looks like a verb form or an adverb, which name nothing.
fn is_verbal(stem: &str) -> bool {
    stem.len() > 5 && (stem.ends_with("ed") || stem.ends_with("ing") || stem.ends_with("ly"))
}

/// Whether two phrases share so many words that one says what the other says: at least half of
/// the shorter one's.
fn near_duplicates(a: &Candidate, b: &Candidate) -> bool {
    let shared = a.stems.iter().filter(|stem| b.stems.contains(stem)).count();
    shared * 2 >= a.stems.len().min(b.stems.len()).max(1) && shared > 0
}
