//! Keywords where no spaces part words: Chinese and Japanese.
//!
//! In: the sentences and the title. Out: runs of characters that come back, weighted. Knows no
//! dictionary: a candidate is a run of two to [`MAX_CHARS`] Han characters, or of katakana, that
//! occurs at least twice (the title counts), neither begins nor ends with a function character,
//! and is not hardly ever seen but inside a longer one.

use std::collections::HashMap;

use super::phrase::{self, Phrase, best};
use crate::span::Span;
use crate::text::chars::{self, Class, mostly};
use crate::text::lists::{self, Kind};

/// The longest candidate.
const MAX_CHARS: usize = 8;

/// Candidates are collected from so many bytes: ten thousand characters, seven candidates at each.
const MAX_BYTES: usize = 32 << 10;

/// So much of a title is looked at.
const MAX_TITLE_BYTES: usize = 2_000;

/// Whether a character joins or points and names nothing, or is a verb of saying.
fn is_function(c: char) -> bool {
    let mut bytes = [0; 4];
    lists::has(c.encode_utf8(&mut bytes), Kind::Function)
}

#[derive(Debug)]
struct Candidate {
    span: Span,
    count: usize,
    chars: usize,
    /// The index of the first sentence that has it.
    first: usize,
    titled: bool,
}

/// Whether the text is mostly in Han characters or kana.
pub(super) fn is_spaceless(text: &str, sentences: &[Span]) -> bool {
    let sentences = phrase::read(sentences, MAX_BYTES).iter();
    mostly(sentences.map(|span| span.of(text)), |c| chars::is(c, Class::HAN_OR_KANA))
}

/// As [`super::extract`].
pub(super) fn extract(
    text: &str,
    sentences: &[Span],
    title: Option<&str>,
    limit: usize,
) -> Vec<Phrase> {
    // What is longer is no title, and each candidate is looked for in all of it.
    let title = title.map(|title| chars::head(title, MAX_TITLE_BYTES));
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut by_text: HashMap<&str, usize> = HashMap::new();
    for (position, sentence) in phrase::read(sentences, MAX_BYTES).iter().enumerate() {
        for run in runs(sentence.of(text)) {
            for gram in grams(run) {
                let span = gram.shift(sentence.start);
                let found = span.of(text);
                let next = candidates.len();
                let slot = *by_text.entry(found).or_insert(next);
                if slot == next {
                    candidates.push(Candidate {
                        span,
                        count: 0,
                        chars: found.chars().count(),
                        first: position,
                        titled: title.is_some_and(|title| title.contains(found)),
                    });
                }
                if let Some(candidate) = candidates.get_mut(slot) {
                    candidate.count += 1;
                }
            }
        }
    }
    candidates.retain(|candidate| candidate.count + usize::from(candidate.titled) >= 2);
    let score = |candidate: &Candidate| {
        let said = candidate.count + usize::from(candidate.titled);
        let early = 1.0 + 1.0 / (1.0 + candidate.first as f32);
        let titled = if candidate.titled { 1.5 } else { 1.0 };
        (said as f32).ln_1p() * (candidate.chars as f32).sqrt() * early * titled
    };
    let scored = candidates.iter().map(|candidate| (score(candidate), candidate)).collect();
    let near = |a: &Candidate, b: &Candidate| overlap(a.span.of(text), b.span.of(text));
    best(scored, limit, |candidate| candidate.span, near)
}

/// Whether two candidates share a pair of characters, so that one says what the other says.
fn overlap(a: &str, b: &str) -> bool {
    let pairs =
        |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let other = pairs(b);
    pairs(a).iter().any(|pair| other.contains(pair))
}

/// The runs of Han characters, and those of katakana, of a sentence, each as its characters with
/// their offsets.
fn runs(sentence: &str) -> Vec<Vec<(usize, char)>> {
    let mut runs: Vec<Vec<(usize, char)>> = Vec::new();
    let mut before = Script::Other;
    for (at, c) in sentence.char_indices() {
        let kind = Script::of(c);
        match (kind, runs.last_mut()) {
            (Script::Other, _) => {}
            (_, Some(run)) if kind == before => run.push((at, c)),
            _ => runs.push(vec![(at, c)]),
        }
        before = kind;
    }
    runs
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Katakana,
    /// Hiragana too, which joins and inflects.
    Other,
}

impl Script {
    fn of(c: char) -> Script {
        let class = Class::of(c);
        // `・` joins the words of a foreign name.
        if class.is(Class::KATAKANA) || c == '・' {
            Script::Katakana
        } else if class.is(Class::HAN) {
            Script::Han
        } else {
            Script::Other
        }
    }
}

/// The spans of a run's candidates: all of two characters to [`MAX_CHARS`] that function
/// characters neither begin nor end; of katakana, the whole run.
fn grams(run: Vec<(usize, char)>) -> Vec<Span> {
    let span = |part: &[(usize, char)]| {
        let (&(start, _), &(last, c)) = (part.first()?, part.last()?);
        Some(Span::new(start, last + c.len_utf8()))
    };
    if run.first().is_some_and(|&(_, c)| Script::of(c) == Script::Katakana) {
        return if run.len() > 1 { span(&run).into_iter().collect() } else { Vec::new() };
    }
    let joins = |found: Option<&(usize, char)>| found.is_none_or(|&(_, c)| is_function(c));
    (2..=MAX_CHARS)
        .flat_map(|size| run.windows(size))
        .filter(|part| !joins(part.first()) && !joins(part.last()))
        .filter(|part| !part.iter().any(|(_, c)| matches!(c, '的' | '了' | '在' | '是' | '和')))
        .filter_map(span)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::language_of;
    use super::super::phrases;
    use crate::sentence;

    fn check(text: &str, title: Option<&str>, expected: &[&str]) {
        let found = phrases(
            text,
            &sentence::split(text),
            title,
            language_of(Some("zh")),
            |_| None,
            expected.len(),
        );
        let found: Vec<&str> = found.iter().map(|keyword| keyword.span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn runs_that_come_back_are_keywords() {
        check(
            "港口大桥星期一关闭。工程师说，港口大桥的桥墩有裂缝。修复桥墩需要半年。",
            Some("港口大桥关闭半年"),
            &["港口大桥", "关闭", "桥墩"],
        );
        check("タワーが閉まる。市長はタワーの修理を急ぐ。", None, &["タワー"]);
        check("雨。风。", None, &[]);
    }
}
