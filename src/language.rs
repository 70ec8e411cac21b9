//! Article to language.
//!
//! In: the text of an article. Out: its language as an ISO 639 code, or nothing when it cannot be
//! told. Looks at a sample from the start of the text only: a language does not change with
//! length. Knows nothing of what a model can read.

use whatlang::{Lang, Script};

use crate::span::Span;
use crate::text::hash;
use crate::text::languages::Language;
use crate::text::lists::{self, Entry, Kind};

/// How much of the text is looked at, in bytes: enough for trigram statistics to settle.
const SAMPLE_BYTES: usize = 800;

/// The share of English function words at which a text counts as English whatever its trigrams
/// look like: about half of their share in running prose, and above what any other language
/// written in Latin letters reaches by chance.
const ENGLISH_SHARE: f32 = 0.15;

/// Whether `word` is one of those by which short English is known.
fn is_english_word(word: &str) -> bool {
    // No word that is listed is longer: the others need no look.
    const LONGEST_BYTES: usize = 5;
    if word.len() > LONGEST_BYTES {
        return false;
    }
    let small = word.bytes().map(|byte| char::from(byte.to_ascii_lowercase()));
    let key = small.fold(hash::START, hash::with);
    let row = lists::find_hashed(key, |listed| listed.eq_ignore_ascii_case(word));
    row.is_some_and(|row| row.of(Kind::TellsLanguage).any(Entry::is_english))
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
    let sample = head(text);
    // Function words are asked first: they are quicker than trigrams, and an English lead full of
    // foreign names, which trigrams take for French, still has them.
    if is_english(sample) {
        return Some("en");
    }
    let info = whatlang::detect(sample)?;
    let sure = info.script() != Script::Latin || info.is_reliable() || info.confidence() > 0.5;
    sure.then(|| code(info.lang()))
}

/// Whether English function words are frequent in `sample` and most of it is in ASCII.
fn is_english(sample: &str) -> bool {
    let (mut known, mut all) = (0_usize, 0_usize);
    for word in sample.split_ascii_whitespace() {
        all += 1;
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        known += usize::from(is_english_word(word));
    }
    // Each word with a space behind it.
    let ascii = sample.bytes().filter(|b| b.is_ascii() && !b.is_ascii_whitespace()).count() + all;
    known > 0 && known as f32 >= ENGLISH_SHARE * all as f32 && ascii * 10 >= sample.len() * 9
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
        sample.push_str(head(part));
    }
    detect(&sample)
}

/// The start of `text`, whole characters only.
fn head(text: &str) -> &str {
    let mut end = SAMPLE_BYTES.min(text.len());
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

    use super::{ENGLISH_SHARE, is_english};
    use crate::text::languages::Language;
    use crate::text::lists::{Kind, words_of};

    #[test]
    fn each_language_that_is_told_is_listed() {
        for lang in whatlang::Lang::all() {
            assert!(Language::of_long_code(lang.code()).is_some(), "{lang}");
        }
    }

    fn english_words() -> impl Iterator<Item = &'static str> {
        words_of(Kind::TellsLanguage).filter(|(_, entry)| entry.is_english()).map(|(word, _)| word)
    }

    /// Slow twin of [`is_english`], word by word.
    fn is_english_slowly(sample: &str) -> bool {
        let (mut known, mut all, mut ascii) = (0_usize, 0_usize, 0_usize);
        for word in sample.split_ascii_whitespace() {
            all += 1;
            ascii += word.bytes().filter(u8::is_ascii).count() + 1;
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            known += usize::from(english_words().any(|it| word.eq_ignore_ascii_case(it)));
        }
        known > 0 && known as f32 >= ENGLISH_SHARE * all as f32 && ascii * 10 >= sample.len() * 9
    }

    #[test]
    fn each_word_of_the_list_is_english() {
        for word in english_words() {
            assert!(
                is_english(word) && is_english(&format!("({},", word.to_uppercase())),
                "{word}"
            );
            assert!(!is_english(&format!("{word}x")) && !is_english(&format!("x{word}")));
        }
    }

    proptest! {
        #[test]
        fn english_is_told_as_by_the_twin(
            text in "((The|of|after|this|ITS|lake|über|город|[a-z]{1,6})[ ,.’\"\n\t\u{a0}]{1,2}){0,20}",
        ) {
            prop_assert_eq!(is_english(&text), is_english_slowly(&text));
        }
    }
}
