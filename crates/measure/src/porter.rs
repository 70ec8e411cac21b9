//! A word to its stem.
//!
//! In: a lower-case ASCII word. Out: its stem by Porter's algorithm (Program 14.3, 1980) with the
//! changes that NLTK's `PorterStemmer` makes by default (`NLTK_EXTENSIONS`): `rouge-score` stems
//! with that one, so ROUGE agrees with published figures only if this does, change by change.
//! Does not split text.

/// Words whose stem is no rule's: NLTK's table.
const IRREGULAR: [(&str, &str); 16] = [
    ("sky", "sky"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("news", "news"),
    ("innings", "inning"),
    ("inning", "inning"),
    ("outings", "outing"),
    ("outing", "outing"),
    ("cannings", "canning"),
    ("canning", "canning"),
    ("howe", "howe"),
    ("proceed", "proceed"),
    ("exceed", "exceed"),
    ("succeed", "succeed"),
];

/// The stem of a lower-case ASCII word.
pub fn stem(word: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return (*stem).to_owned();
    }
    if word.len() <= 2 {
        return word.to_owned();
    }
    let steps = [step_1a, step_1b, step_1c, step_2, step_3, step_4, step_5a, step_5b];
    steps.iter().fold(word.to_owned(), |word, step| step(word))
}

/// Whether each letter counts as a consonant: all but a, e, i, o, u and a y that follows one.
/// Digits count as consonants.
fn consonants(word: &str) -> Vec<bool> {
    let mut flags: Vec<bool> = Vec::with_capacity(word.len());
    for letter in word.bytes() {
        flags.push(match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => flags.last().is_none_or(|&consonant| !consonant),
            _ => true,
        });
    }
    flags
}

/// Porter's m: how often a vowel is followed by a consonant.
fn measure(stem: &str) -> usize {
    consonants(stem).windows(2).filter(|pair| matches!(pair, [false, true])).count()
}

fn has_vowel(stem: &str) -> bool {
    consonants(stem).contains(&false)
}

/// Porter's *d.
fn ends_in_double_consonant(word: &str) -> bool {
    matches!(word.as_bytes(), [.., a, b] if a == b) && consonants(word).ends_with(&[true])
}

/// Porter's *o: consonant, vowel, consonant at the end, the last not w, x or y; with NLTK also a
/// whole word of vowel and consonant.
fn ends_in_cvc(word: &str) -> bool {
    let flags = consonants(word);
    flags.ends_with(&[true, false, true]) && !word.ends_with(['w', 'x', 'y'])
        || flags == [false, true]
}

/// A suffix, what replaces it, and what the rest of the word must satisfy for that.
type Rule = (&'static str, &'static str, fn(&str) -> bool);

/// The first rule whose suffix fits decides, also when its condition then fails.
fn apply(word: String, rules: &[Rule]) -> String {
    for (suffix, replacement, condition) in rules {
        if let Some(stem) = word.strip_suffix(suffix) {
            return if condition(stem) { format!("{stem}{replacement}") } else { word };
        }
    }
    word
}

fn always(_: &str) -> bool {
    true
}

fn positive(stem: &str) -> bool {
    measure(stem) > 0
}

fn above_one(stem: &str) -> bool {
    measure(stem) > 1
}

/// Plurals.
fn step_1a(word: String) -> String {
    if word.len() == 4 && word.ends_with("ies") {
        return apply(word, &[("ies", "ie", always)]);
    }
    apply(
        word,
        &[("sses", "ss", always), ("ies", "i", always), ("ss", "ss", always), ("s", "", always)],
    )
}

/// Past tenses and participles.
fn step_1b(word: String) -> String {
    if word.ends_with("ied") {
        let replacement = if word.len() == 4 { "ie" } else { "i" };
        return apply(word, &[("ied", replacement, always)]);
    }
    if word.ends_with("eed") {
        return apply(word, &[("eed", "ee", positive)]);
    }
    let stem = word.strip_suffix("ed").or_else(|| word.strip_suffix("ing"));
    let Some(stem) = stem.filter(|stem| has_vowel(stem)) else { return word };
    if stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz") {
        return format!("{stem}e");
    }
    if ends_in_double_consonant(stem) {
        let kept = if stem.ends_with(['l', 's', 'z']) { 0 } else { 1 };
        return stem[..stem.len() - kept].to_owned();
    }
    if measure(stem) == 1 && ends_in_cvc(stem) { format!("{stem}e") } else { stem.to_owned() }
}

/// A final y, by NLTK's condition: after a consonant that is not the whole stem.
fn step_1c(word: String) -> String {
    apply(word, &[("y", "i", |stem| stem.len() > 1 && consonants(stem).ends_with(&[true]))])
}

fn step_2(word: String) -> String {
    // NLTK tries this rule first and, where it fits, the step again.
    if let Some(stem) = word.strip_suffix("alli").filter(|stem| positive(stem)) {
        return step_2(format!("{stem}al"));
    }
    apply(
        word,
        &[
            ("ational", "ate", positive),
            ("tional", "tion", positive),
            ("enci", "ence", positive),
            ("anci", "ance", positive),
            ("izer", "ize", positive),
            ("bli", "ble", positive),
            ("alli", "al", positive),
            ("entli", "ent", positive),
            ("eli", "e", positive),
            ("ousli", "ous", positive),
            ("ization", "ize", positive),
            ("ation", "ate", positive),
            ("ator", "ate", positive),
            ("alism", "al", positive),
            ("iveness", "ive", positive),
            ("fulness", "ful", positive),
            ("ousness", "ous", positive),
            ("aliti", "al", positive),
            ("iviti", "ive", positive),
            ("biliti", "ble", positive),
            ("fulli", "ful", positive),
            // NLTK counts the l with the stem, so that "geologi" loses its i as well.
            ("logi", "log", |stem| positive(&format!("{stem}l"))),
        ],
    )
}

fn step_3(word: String) -> String {
    apply(
        word,
        &[
            ("icate", "ic", positive),
            ("ative", "", positive),
            ("alize", "al", positive),
            ("iciti", "ic", positive),
            ("ical", "ic", positive),
            ("ful", "", positive),
            ("ness", "", positive),
        ],
    )
}

fn step_4(word: String) -> String {
    apply(
        word,
        &[
            ("al", "", above_one),
            ("ance", "", above_one),
            ("ence", "", above_one),
            ("er", "", above_one),
            ("ic", "", above_one),
            ("able", "", above_one),
            ("ible", "", above_one),
            ("ant", "", above_one),
            ("ement", "", above_one),
            ("ment", "", above_one),
            ("ent", "", above_one),
            ("ion", "", |stem| above_one(stem) && stem.ends_with(['s', 't'])),
            ("ou", "", above_one),
            ("ism", "", above_one),
            ("ate", "", above_one),
            ("iti", "", above_one),
            ("ous", "", above_one),
            ("ive", "", above_one),
            ("ize", "", above_one),
        ],
    )
}

/// A final e.
fn step_5a(word: String) -> String {
    apply(
        word,
        &[("e", "", |stem| {
            let measure = measure(stem);
            measure > 1 || measure == 1 && !ends_in_cvc(stem)
        })],
    )
}

/// A final double l.
fn step_5b(word: String) -> String {
    apply(word, &[("ll", "l", |stem| measure(&format!("{stem}l")) > 1)])
}

#[cfg(test)]
mod tests {
    use super::stem;

    fn check(pairs: &[(&str, &str)]) {
        for (word, expected) in pairs {
            assert_eq!(stem(word), *expected, "{word}");
        }
    }

    #[test]
    fn the_examples_of_the_paper() {
        check(&[
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("fizzed", "fizz"),
            ("failing", "fail"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("vietnamization", "vietnam"),
            ("triplicate", "triplic"),
            ("formative", "form"),
            ("goodness", "good"),
            ("revival", "reviv"),
            ("replacement", "replac"),
            ("adoption", "adopt"),
            ("probate", "probat"),
            ("cease", "ceas"),
            ("controll", "control"),
            ("roll", "roll"),
        ]);
    }

    #[test]
    fn the_changes_of_nltk() {
        check(&[
            ("skies", "sky"),
            ("dying", "die"),
            ("news", "news"),
            ("succeed", "succeed"),
            ("dies", "die"),
            ("flies", "fli"),
            ("died", "die"),
            ("spied", "spi"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("radically", "radic"),
            ("hopefully", "hope"),
            ("geology", "geolog"),
            ("used", "use"),
        ]);
    }

    #[test]
    fn digits_and_runs_of_y() {
        check(&[("1990s", "1990"), ("2000", "2000"), ("yyyy", "yyyi"), ("4400ed", "4400ed")]);
    }

    /// Against NLTK itself on as many words as a file holds: a word, a tab and its stem a line.
    #[test]
    fn agrees_with_nltk() -> anyhow::Result<()> {
        const FILE: &str = "STANDFIRST_NLTK_STEMS";
        let Ok(path) = std::env::var(FILE) else {
            eprintln!("skipped: {FILE} names no file of stems");
            return Ok(());
        };
        for line in std::fs::read_to_string(path)?.lines() {
            let (word, expected) = line.split_once('\t').unwrap_or((line, ""));
            assert_eq!(stem(word), expected, "{word}");
        }
        Ok(())
    }
}
