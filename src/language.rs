//! Article to language.
//!
//! In: the text of an article. Out: its language as an ISO 639 code, or nothing when it cannot be
//! told. Looks at a sample from the start of the text only: a language does not change with
//! length. Knows nothing of what a model can read.

use whatlang::{Lang, Script};

use crate::span::Span;
use crate::text::hash;
use crate::text::languages::{Language, SLOTS, TOLD};

/// Behind a line of languages, a line for each piece of a word: how much it speaks for each of them,
/// a letter a language. Learned by `models/recipe/language`.
const TABLE: &str = include_str!("../data/told.tsv");

/// How much of the text is looked at, in bytes: enough for its words to settle what it is.
const SAMPLE_BYTES: usize = 400;
/// How much is enough where it leaves no doubt, as that of English articles does nearly always.
const FIRST_BYTES: usize = 120;
/// The letter that speaks neither for nor against, and what one step from it is worth.
const NEUTRAL: i32 = b'O' as i32;
const STEP: f32 = 4.0 / 46.0;
/// A piece of a word with a capital, which may be a name from anywhere, counts a third of another.
const SMALL: i32 = 20;
const CAPITAL: i32 = 7;
/// Letters of a word that are looked at, and the longest piece of one.
const LONGEST_WORD: usize = 24;
const LONGEST_PIECE: usize = 4;
/// A language is told when it is so likely: less is a tie, or too little to go by.
const SURE: f32 = 0.8;
/// Likely enough to read no more of the sample.
const BEYOND_DOUBT: f32 = 0.9999;
/// What a piece must speak for the language on the average: 99 of 100 held-out texts of 25 letters, in
/// the languages that were learned, lie above it. In a language that was not, pieces speak for several.
const LEAST_FIT: f32 = 0.08;

/// What the words of a sample say.
struct Evidence {
    scores: [i32; TOLD.len()],
    /// Pieces that were found, weighed as they were.
    pieces: i32,
}

impl Evidence {
    fn of(sample: &str) -> Self {
        let mut evidence = Self { scores: [0; TOLD.len()], pieces: 0 };
        let mut word = Vec::with_capacity(LONGEST_WORD + 2);
        for text in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            word.clear();
            word.push('_');
            let small = text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphabetic());
            word.extend(small.take(LONGEST_WORD));
            word.push('_');
            evidence.add(&word, if text.chars().any(char::is_uppercase) { CAPITAL } else { SMALL });
        }
        evidence
    }

    /// A word between two marks: it and each of its short pieces.
    fn add(&mut self, word: &[char], weight: i32) {
        for (start, first) in word.iter().enumerate() {
            let mut key = hash::START;
            for (more, c) in word.iter().skip(start).take(LONGEST_PIECE).enumerate() {
                key = hash::with(key, *c);
                if more > 0 || *first != '_' {
                    self.piece(key, weight);
                }
            }
        }
        if word.len() > LONGEST_PIECE {
            self.piece(word.iter().fold(hash::START, |key, c| hash::with(key, *c)), weight);
        }
    }

    fn piece(&mut self, key: u64, weight: i32) {
        if let Some(row) = weights(key) {
            for (score, letter) in self.scores.iter_mut().zip(row) {
                *score += weight * (i32::from(*letter) - NEUTRAL);
            }
            self.pieces += weight;
        }
    }

    /// The likeliest language, where it is as likely as `sure`, 0..1, and its words are there.
    fn language(&self, sure: f32) -> Option<&'static str> {
        let (code, best) = TOLD.iter().zip(self.scores).max_by_key(|(_, score)| *score)?;
        let worth = |score: i32| score as f32 * (STEP / SMALL as f32);
        let all: f32 = self.scores.iter().map(|score| worth(score - best).exp()).sum();
        let fit = best as f32 * STEP / self.pieces.max(1) as f32;
        (all * sure <= 1.0 && fit >= LEAST_FIT).then_some(*code)
    }
}

/// The letters of the piece with that hash.
fn weights(key: u64) -> Option<&'static [u8]> {
    let mask = SLOTS.len() - 1;
    let mut slot = hash::slot(key, mask);
    loop {
        let (mark, at) = *SLOTS.get(slot)?;
        if at == 0 {
            return None;
        }
        if mark == hash::mark(key) {
            return TABLE.as_bytes().get(at as usize..at as usize + TOLD.len());
        }
        slot = (slot + 1) & mask;
    }
}

/// The language of `text` as an ISO 639-1 code (639-3 where there is none), or `None` when it is
/// blank or cannot be told.
///
/// ```
/// use standfirst::language;
///
/// assert_eq!(language::detect("The council voted to close the bridge for repairs."), Some("en"));
/// assert_eq!(language::detect("Der Stadtrat hat gestern beschlossen, die Brücke zu sperren."), Some("de"));
/// assert_eq!(language::detect("市议会昨天决定关闭大桥。"), Some("zh"));
/// assert_eq!(language::detect("12 – 7"), None);
/// ```
pub fn detect(text: &str) -> Option<&'static str> {
    let sample = head(text, SAMPLE_BYTES);
    let script = whatlang::detect_script(sample)?;
    let learned = LEARNED.contains(&script);
    let told = if learned { told(sample) } else { None };
    if told == Some("en") {
        return told;
    }
    // Languages that were not learned are known by their script or by their trigrams, which are no
    // judge between those that were.
    let info = whatlang::detect(sample).filter(|info| !is_learned(code(info.lang())));
    let other = info.filter(|info| match script {
        _ if learned => info.is_reliable() && told.is_none_or(is_in_trigrams),
        script if SHARED.contains(&script) => {
            info.is_reliable() || sample.chars().count() >= ENOUGH_LETTERS
        }
        _ => true,
    });
    other.map(|info| code(info.lang())).or(told)
}

/// What the words of `sample` tell: those of its start, where they leave no doubt of English, or all.
fn told(sample: &str) -> Option<&'static str> {
    let first = head(sample, FIRST_BYTES);
    let evidence = Evidence::of(first);
    if first.len() == sample.len() {
        return evidence.language(SURE);
    }
    let english = evidence.language(BEYOND_DOUBT).filter(|code| *code == "en");
    english.or_else(|| Evidence::of(sample).language(SURE))
}

/// The scripts of the languages that were learned.
const LEARNED: [Script; 3] = [Script::Latin, Script::Cyrillic, Script::Arabic];
/// Other scripts that more than one language is written in.
const SHARED: [Script; 2] = [Script::Devanagari, Script::Hebrew];

/// From so many letters on, trigrams are believed that are not sure of themselves: of 822 pieces of
/// Hindi and Hebrew of 45 to 60 letters 14 were given a neighbour's name, of 1,027 of 30 to 45
/// letters 32, of 618 longer ones 1.
const ENOUGH_LETTERS: usize = 45;

fn is_learned(code: &str) -> bool {
    TOLD.contains(&code)
}

/// Whether trigrams know the language too: where they do not, they give it a neighbour's name.
fn is_in_trigrams(told: &str) -> bool {
    Lang::all().iter().any(|lang| code(*lang) == told)
}

/// The language of an article: of its first paragraphs, with its title before them. `paragraphs`
/// are spans into `text`.
pub(crate) fn of_article(
    text: &str,
    paragraphs: &[Span],
    title: Option<&str>,
) -> Option<&'static str> {
    let mut sample = title.unwrap_or("").to_owned();
    for paragraph in paragraphs {
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
        let part = paragraph.of(text);
        sample.push('\n');
        sample.push_str(head(part, SAMPLE_BYTES));
    }
    detect(&sample)
}

/// The first `bytes` of `text`, whole characters only.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The ISO 639-1 code, or 639-3 where there is none.
fn code(lang: Lang) -> &'static str {
    Language::of_long_code(lang.code()).map_or(lang.code(), Language::code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Evidence, TABLE, detect, weights};
    use crate::text::hash;
    use crate::text::languages::{Language, TOLD};

    #[test]
    fn each_language_that_is_told_is_listed() {
        for lang in whatlang::Lang::all() {
            assert!(Language::of_long_code(lang.code()).is_some(), "{lang}");
        }
        for code in TOLD {
            assert!(Language::of_code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn each_piece_has_its_letters() {
        for line in TABLE.lines().skip(1) {
            let (piece, letters) = line.split_once('\t').unwrap();
            assert_eq!(weights(hash::of(piece)), Some(letters.as_bytes()), "{piece}");
        }
    }

    #[test]
    fn english_among_foreign_names_is_english() {
        for text in [
            "Talks with Jürgen Wächter and María Ibarra ended without a deal",
            "Reporters asked why Jean-Luc Moreau had left Saint-Aubin so early",
            "Shares fell. Traders blamed higher rates. Oil rose.",
        ] {
            assert_eq!(detect(text), Some("en"), "{text}");
        }
    }

    #[test]
    fn too_little_is_not_told() {
        for text in ["", "Oslo", "Kevin Moreau", "7 a", "Ada, Bo, Cy"] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    /// Slow twin of [`Evidence::of`]: each piece is looked for in the file.
    fn scores_slowly(sample: &str) -> Vec<i32> {
        let mut scores = vec![0; TOLD.len()];
        for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            let small: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
            let weight = if word.chars().any(char::is_uppercase) { 7 } else { 20 };
            let marked: Vec<char> =
                format!("_{}_", small.chars().take(24).collect::<String>()).chars().collect();
            let mut pieces: Vec<&[char]> = (1..=4).flat_map(|n| marked.windows(n)).collect();
            pieces.retain(|piece| *piece != ['_']);
            pieces.extend((marked.len() > 4).then_some(&marked[..]));
            for piece in pieces {
                let key = format!("{}\t", piece.iter().collect::<String>());
                let row = TABLE.lines().skip(1).find_map(|line| line.strip_prefix(&key));
                for (score, letter) in scores.iter_mut().zip(row.unwrap_or("").bytes()) {
                    *score += weight * (i32::from(letter) - i32::from(b'O'));
                }
            }
        }
        scores
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
        #[test]
        fn evidence_is_that_of_the_twin(
            text in "((The|of|après|İstanbul|ШТО|что|über|[a-zA-Z]{1,6}|\\PC)[ ,.’\"\n\u{a0}]{1,2}){0,8}",
        ) {
            prop_assert_eq!(Evidence::of(&text).scores.to_vec(), scores_slowly(&text));
        }

        #[test]
        fn any_text_is_told_or_not(text in "\\PC{0,60}") {
            if let Some(code) = detect(&text) {
                prop_assert!(Language::of_code(code).is_some());
            }
        }
    }
}
