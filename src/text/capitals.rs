//! How English news writes a word inside a sentence, where a capital means something.
//!
//! In: a word in small letters, without accents and apostrophes. Out: whether it is commonly written small. For a word that opens a sentence,
//! whose capital says nothing, and only where the source does not show what the word is.
//! Knows what it was taught and no more: `data/capitals.tsv` holds words counted in news by
//! `models/recipe/capitals/learn.py`. A word that it lacks may be a name, so an invented name is
//! never taken for a common word, nor is a word of another language.

/// One line a word, sorted: the word, and of a hundred uses inside sentences how many have a
/// capital.
const TABLE: &str = include_str!("../../data/capitals.tsv");

/// One line a word, sorted: words whose capital stands more often behind an abbreviation such as *U.S.*
/// than at the beginning of a sentence.
const BEHIND: &str = include_str!("../../data/behind.tsv");

/// A word with more capitals than this, of a hundred uses, may be a name. In news that the table was
/// not learned from, 4 of 100 names that open a sentence fall below (*Black*, *Police*); of common
/// words, function words among them, 2 lie above. Between 10 and 20 the swaps of
/// `tests/grounding.rs` are all found; at 30 *Stoke* is missed.
const MAX_CAPITAL: u8 = 20;

/// Whether a word is mostly written small.
pub(crate) fn is_common(key: &str) -> bool {
    capital(key).is_some_and(|percent| percent <= MAX_CAPITAL)
}

/// Whether a word is always written small, but for a use in a hundred.
pub(crate) fn is_no_name(key: &str) -> bool {
    capital(key).is_some_and(|percent| percent <= 1)
}

/// Whether a word with a capital goes on with a name that an abbreviation began: *U.S. Navy*.
pub(crate) fn goes_on_name(key: &str) -> bool {
    line(BEHIND, key).is_some()
}

/// Of a hundred uses of a word, how many have a capital.
fn capital(key: &str) -> Option<u8> {
    line(TABLE, key)?.split_once('\t')?.1.parse().ok()
}

/// The line of `table`, whose lines are sorted by their first columns, that `key` begins.
fn line<'t>(table: &'t str, key: &str) -> Option<&'t str> {
    // Both always lie where a line begins, or behind the last.
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = table.get(low..middle)?.rfind('\n').map_or(low, |at| low + at + 1);
        let end = table.get(middle..)?.find('\n').map_or(table.len(), |at| middle + at);
        let line = table.get(start..end)?;
        let word = line.split('\t').next().unwrap_or(line);
        match word.cmp(key) {
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Equal => return Some(line),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{TABLE, capital, is_common, line};
    use proptest::prelude::*;

    #[test]
    fn every_word_of_the_table_is_found_with_its_number() {
        let mut before = "";
        for line in TABLE.lines() {
            let (word, percent) = line.split_once('\t').unwrap();
            assert_eq!(capital(word), Some(percent.parse().unwrap()));
            assert!(
                before < word && word.bytes().all(|b| b.is_ascii_lowercase()),
                "{before} {word}"
            );
            before = word;
        }
    }

    #[test]
    fn common_words_and_names_are_told_apart() {
        for word in ["scientists", "police", "unfortunately", "watch", "affectionate"] {
            assert!(is_common(word), "{word}");
        }
        // Names with endings of common words, names that a re-cased corpus writes small, names that
        // are words too, and one that nobody has.
        for word in ["sheeran", "hastings", "manning", "ashya", "bafetimbi", "rose", "falmark", ""]
        {
            assert!(!is_common(word), "{word}");
        }
    }

    proptest! {
        #[test]
        fn a_line_is_found_as_by_reading_all(
            words in proptest::collection::btree_set("[ab]{1,3}", 0..12),
            key in "[ab]{0,3}",
            last in any::<bool>(),
        ) {
            let lines: Vec<String> = words.iter().map(|word| format!("{word}\t1")).collect();
            let mut table = lines.join("\n");
            if last && !table.is_empty() {
                table.push('\n');
            }
            let slow = lines.iter().find(|line| line.split('\t').next() == Some(&key));
            prop_assert_eq!(line(&table, &key), slow.map(String::as_str));
        }
    }
}
