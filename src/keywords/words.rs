//! Text to the words that keywords are made of.
//!
//! In: the text of a sentence. Out: its words with their places, and a number for each distinct
//! stem, so that phrases are compared as numbers. Knows the function words; counts nothing and
//! weighs nothing.
//!
//! Nearly all of a news text is ASCII: bytes are looked at first, characters only where a byte
//! begins one. A form is put in small letters and stemmed once, not each time it comes.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::span::Span;
use crate::text::fold::{lower, singular};
use crate::text::words::{Inner, Word, split};

/// Longer words with full stops inside are addresses, not abbreviations such as *U.S.A*.
pub(super) const MAX_DOTTED_BYTES: usize = 7;

/// Longer "words" are addresses, hashes or text without spaces.
pub(super) const MAX_WORD_BYTES: usize = 32;

/// A word as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Without a possessive ending.
    pub(super) span: Span,
    pub(super) capital: bool,
    /// Whether it is the first of its text, where a capital says nothing.
    pub(super) opens: bool,
    /// Whether its form alone says that it names nothing: an address, a number, a hash.
    pub(super) wordless: bool,
    /// Whether more than one space parts it from the word before.
    pub(super) parted: bool,
}

/// The words of `text`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    let mut opens = true;
    split(text, Inner::Spelling).filter_map(move |Word { span: Span { start, end }, dotted }| {
        let parted = opens || !matches!(text.get(at..start)?, " " | "-" | "\u{a0}");
        // The last full stop of "U.S." belongs to it.
        let abbreviation = dotted
            && end - start <= MAX_DOTTED_BYTES
            && text.as_bytes().get(end).is_some_and(|&byte| byte == b'.');
        let end = end + usize::from(abbreviation);
        let word = text.get(start..end)?;
        let bare = match word.strip_suffix('s') {
            Some(owner) => owner.strip_suffix(['\'', '’']).unwrap_or(word),
            None => word,
        };
        let address = dotted && bare.len() > MAX_DOTTED_BYTES + 1;
        let found = Token {
            span: Span::new(start, start + bare.len()),
            capital: word.starts_with(char::is_uppercase),
            opens,
            wordless: address
                || bare.len() > MAX_WORD_BYTES
                || !bare.starts_with(char::is_alphabetic),
            parted,
        };
        at = end;
        opens = false;
        Some(found)
    })
}

/// The distinct words and stems of an article, numbered as they occur.
#[derive(Debug, Default)]
pub(super) struct Lexicon<'a> {
    /// What each form, as it is written, stands for.
    forms: FxHashMap<&'a str, Option<usize>>,
    numbers: FxHashMap<Cow<'a, str>, usize>,
    stems: Vec<Stem>,
}

/// What is known of a stem.
#[derive(Debug)]
pub(super) struct Stem {
    /// Whether it looks like a verb form or an adverb, which name nothing.
    pub(super) verbal: bool,
    /// Whether it looks like an adverb.
    pub(super) adverb: bool,
    /// Whether the title has it.
    pub(super) titled: bool,
}

impl Stem {
    fn of(stem: &str) -> Self {
        let long = stem.len() > 5;
        let adverb = long && stem.ends_with("ly");
        let verbal = adverb || (long && (stem.ends_with("ed") || stem.ends_with("ing")));
        Self { verbal, adverb, titled: false }
    }
}

impl<'a> Lexicon<'a> {
    /// An empty one, with room for the words of a text of `bytes` as news has them.
    pub(super) fn for_text(bytes: usize) -> Self {
        const BYTES_A_FORM: usize = 16;
        const MOST: usize = 1024;
        let forms = (bytes / BYTES_A_FORM).min(MOST);
        let mut lexicon = Self::default();
        lexicon.forms.reserve(forms);
        lexicon.numbers.reserve(forms / 2);
        lexicon
    }

    /// The number of a word's stem; `None` for a function word.
    pub(super) fn number(&mut self, word: &'a str) -> Option<usize> {
        if let Some(&known) = self.forms.get(word) {
            return known;
        }
        let key = lower(word);
        let number = (!is_function_word(&key)).then(|| self.number_of(singular(key)));
        self.forms.insert(word, number);
        number
    }

    fn number_of(&mut self, stem: Cow<'a, str>) -> usize {
        if let Some(&known) = self.numbers.get(&stem) {
            return known;
        }
        let number = self.stems.len();
        self.stems.push(Stem::of(&stem));
        self.numbers.insert(stem, number);
        number
    }

    /// Notes that the title has the words of `title`, function words too.
    pub(super) fn read_title(&mut self, title: &'a str) {
        for token in tokens(title) {
            let number = self.number_of(singular(lower(token.span.of(title))));
            if let Some(stem) = self.stems.get_mut(number) {
                stem.titled = true;
            }
        }
    }

    /// The stem of a number.
    pub(super) fn stem(&self, number: usize) -> Option<&Stem> {
        self.stems.get(number)
    }

    /// How many stems have a number.
    pub(super) fn len(&self) -> usize {
        self.stems.len()
    }
}

/// Whether `word`, in small letters, is too common to say what a text is about.
pub(crate) fn is_function_word(word: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<&str>> =
        LazyLock::new(|| FUNCTION_WORDS.iter().copied().collect());
    word.len() <= MAX_FUNCTION_BYTES && KNOWN.contains(word)
}

/// No function word is longer.
const MAX_FUNCTION_BYTES: usize = 10;

/// English function words, and the verbs, numbers and units of time that every news text is full
/// of. Sorted, so that one is found and none is there twice.
#[rustfmt::skip]
const FUNCTION_WORDS: &[&str] = &[
    "a", "able", "about", "above", "according", "across", "added", "after", "afternoon", "again", "against", "ago",
    "all", "almost", "alone", "along", "already", "also", "although", "always", "am", "among", "an", "and", "another",
    "any", "anyone", "anything", "april", "are", "aren't", "around", "as", "asked", "at", "august", "away", "back",
    "be", "became", "because", "become", "been", "before", "began", "behind", "being", "believe", "below", "best",
    "better", "between", "big", "both", "but", "by", "called", "came", "can", "can't", "cannot", "come", "comes",
    "coming", "could", "couldn't", "day", "days", "december", "despite", "did", "didn't", "do", "does", "doesn't",
    "doing", "don't", "done", "down", "due", "during", "each", "earlier", "eight", "either", "else", "enough", "even",
    "evening", "ever", "every", "everyone", "everything", "far", "february", "few", "first", "five", "for", "former",
    "found", "four", "friday", "from", "further", "gave", "get", "gets", "getting", "give", "given", "go", "goes",
    "going", "gone", "good", "got", "great", "had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he",
    "he's", "her", "here", "hers", "herself", "him", "himself", "his", "hour", "hours", "how", "however", "i", "i'm",
    "i've", "if", "in", "including", "inside", "instead", "into", "is", "isn't", "it", "it's", "its", "itself",
    "january", "july", "june", "just", "keep", "kept", "know", "known", "last", "late", "later", "least", "left",
    "less", "let", "like", "likely", "little", "long", "look", "lot", "made", "make", "makes", "making", "many",
    "march", "may", "me", "mean", "might", "million", "minute", "minutes", "monday", "month", "months", "more",
    "morning", "most", "mr", "mrs", "ms", "much", "must", "my", "myself", "near", "nearly", "need", "never", "new",
    "next", "night", "nine", "no", "nor", "not", "nothing", "november", "now", "number", "october", "of", "off",
    "often", "old", "on", "once", "one", "ones", "only", "onto", "or", "other", "others", "our", "ours", "out",
    "outside", "over", "own", "part", "people", "per", "percent", "perhaps", "please", "pm", "put", "quite", "rather",
    "really", "right", "said", "same", "saturday", "saw", "say", "saying", "says", "second", "see", "seen", "september",
    "seven", "several", "shall", "she", "she's", "should", "show", "since", "six", "so", "some", "someone", "something",
    "soon", "still", "such", "sunday", "take", "taken", "takes", "taking", "ten", "than", "that", "that's", "the",
    "their", "theirs", "them", "themselves", "then", "there", "there's", "these", "they", "they're", "thing", "things",
    "think", "third", "this", "those", "though", "thought", "three", "through", "thursday", "time", "times", "to",
    "today", "together", "told", "tomorrow", "tonight", "too", "took", "toward", "towards", "tuesday", "two", "under",
    "until", "up", "upon", "us", "use", "used", "using", "very", "via", "want", "wanted", "was", "wasn't", "way", "we",
    "we're", "we've", "wednesday", "week", "weeks", "well", "went", "were", "weren't", "what", "when", "where",
    "whether", "which", "while", "who", "whole", "whom", "whose", "why", "will", "with", "within", "without", "won't",
    "work", "would", "wouldn't", "year", "years", "yes", "yesterday", "yet", "you", "you're", "your", "yours",
];

#[cfg(test)]
mod tests {
    use super::{FUNCTION_WORDS, MAX_FUNCTION_BYTES, is_function_word};

    #[test]
    fn the_function_words_are_sorted_and_known() {
        assert!(FUNCTION_WORDS.is_sorted());
        assert_eq!(FUNCTION_WORDS.iter().map(|word| word.len()).max(), Some(MAX_FUNCTION_BYTES));
        assert!(FUNCTION_WORDS.iter().all(|word| is_function_word(word)));
        assert!(!is_function_word("") && !is_function_word("harbour") && !is_function_word("The"));
    }
}
