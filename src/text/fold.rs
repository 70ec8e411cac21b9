//! A word to what it is compared by: small letters, no accents, no endings.
//!
//! In: a word as it is written, or one that is folded in part. Out: it in small letters
//! ([`lower`]), its [`key`] in which accents, apostrophes and full stops no longer differ, its
//! [`singular`], and its [`stem`] without the endings of number and tense. Each is for comparing:
//! what comes out need not be a word.
//! Endings are those of English; other words keep theirs.

use std::borrow::Cow;

use crate::text::chars::{self, Class};
use crate::text::lists::{self, Kind};

/// `word` in small letters, without what is not seen.
pub(crate) fn lower(word: &str) -> Cow<'_, str> {
    if !word.is_ascii() {
        let mut small = word.to_lowercase();
        small.retain(|c| !chars::is_invisible(c));
        Cow::Owned(small)
    } else if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// A word in small letters, without accents, full stops and apostrophes.
pub(crate) fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars() {
        let class = Class::of(c);
        if class.is(Class::APOSTROPHE) || is_accent(c) || matches!(c, '.' | '&') {
            continue;
        }
        if c.is_ascii() {
            key.push(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase() {
            match lists::plain(c) {
                Some(letters) => key.push_str(letters),
                None if is_accent(c) => {}
                None => key.push(chars::digit(c).map_or(c, |value| char::from(b'0' + value))),
            }
        }
    }
    key
}

/// Whether `c` is an accent over the letter before it, or not seen at all: without it the letter is
/// read as well.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}') || chars::is_invisible(c)
}

/// A word in small letters without a plural ending, so that *tariff* and *tariffs* are one.
pub(crate) fn singular(word: Cow<'_, str>) -> Cow<'_, str> {
    let plural = word.len() > 4
        && word.ends_with('s')
        && !word.ends_with("ss")
        && !word.ends_with("us")
        && !word.ends_with("is");
    if !plural {
        return word;
    }
    if let Some(root) = word.strip_suffix("ies") {
        return Cow::Owned(format!("{root}y"));
    }
    match word {
        Cow::Borrowed(word) => Cow::Borrowed(word.strip_suffix('s').unwrap_or(word)),
        Cow::Owned(mut word) => {
            word.pop();
            Cow::Owned(word)
        }
    }
}

/// A [`key`] without the endings of number and tense, so that *raids* and *raided* are one, as are
/// *men* and *man*.
pub(crate) fn stem(key: &str) -> String {
    let of_form = || lists::find(key)?.of(Kind::FormOf).next()?.text();
    regular_stem(of_form().unwrap_or(key))
}

fn regular_stem(key: &str) -> String {
    if key.len() < 3 || !key.is_ascii() {
        return key.to_owned();
    }
    let strip = |ending: &str| key.strip_suffix(ending).filter(|root| root.contains(VOWELS));
    let tense = || strip("ing").or_else(|| strip("ed").filter(|_| !key.ends_with("eed")));
    let root = if let Some(root) = strip("ies").or_else(|| strip("ied")) {
        format!("{root}i")
    } else if let Some(root) = tense().filter(|root| root.len() >= 2) {
        root.to_owned()
    } else if key.len() < 4 || ["ss", "us", "is"].iter().any(|end| key.ends_with(end)) {
        key.to_owned()
    } else if let Some(root) = key.strip_suffix('s') {
        let short = root.strip_suffix('e').filter(|short| {
            ["s", "x", "z", "ch", "sh"].iter().any(|hissing| short.ends_with(hissing))
        });
        short.unwrap_or(root).to_owned()
    } else {
        key.to_owned()
    };
    let bare = root.trim_end_matches('e');
    let root = undoubled(if bare.len() >= 2 { bare } else { &root });
    let root = match root.strip_suffix('y') {
        Some(short) if short.len() > 1 => format!("{short}i"),
        _ => root.replace("isation", "ization"),
    };
    // British and American spelling: "organise", "labour", "centre".
    match (root.strip_suffix("is"), root.strip_suffix("our"), root.strip_suffix("ter")) {
        (Some(short), _, _) if short.len() > 3 => format!("{short}iz"),
        (_, Some(short), _) if short.len() > 2 => format!("{short}or"),
        (_, _, Some(short)) if short.len() > 2 => format!("{short}tr"),
        _ => root,
    }
}

const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];

/// *Stopp* and *kill* to *stop* and *kil*; *pass* stays.
fn undoubled(root: &str) -> &str {
    let mut ends = root.chars().rev();
    match (ends.next(), ends.next()) {
        (Some(last), Some(before)) if last == before && last != 's' && root.len() > 2 => {
            root.strip_suffix(last).unwrap_or(root)
        }
        _ => root,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{key, lower, singular, stem};

    #[test]
    fn what_does_not_matter_is_gone() {
        for (word, expected) in [
            ("Zürich", "zurich"),
            ("U.S.", "us"),
            ("O’Neill", "oneill"),
            ("AT&T", "att"),
            ("Malmö", "malmo"),
            ("Straße", "strasse"),
            ("Đà", "da"),
            ("cafe\u{301}", "cafe"),
            ("ΑΠΡΙΛΙΟΣ", "απριλιοσ"),
            ("Απρίλιος", "απριλιοσ"),
            ("٣", "3"),
        ] {
            assert_eq!(key(word), expected);
        }
        assert_eq!((&*lower("The"), &*lower("the"), &*lower("ÉTÉ")), ("the", "the", "été"));
    }

    #[test]
    fn endings_of_number_and_tense_are_gone() {
        for group in [
            &["raid", "raids", "raided", "raiding"][..],
            &["man", "men"],
            &["speak", "spoke", "spoken", "speaks"],
            &["stop", "stopped", "stopping"],
            &["organise", "organized", "organising"],
            &["city", "cities"],
            &["labour", "labor"],
        ] {
            assert!(group.windows(2).all(|pair| stem(pair[0]) == stem(pair[1])), "{group:?}");
        }
        assert_ne!(stem("pass"), stem("pa"));
        for (word, expected) in
            [("tariffs", "tariff"), ("cities", "city"), ("virus", "virus"), ("gas", "gas")]
        {
            assert_eq!(singular(Cow::Borrowed(word)), expected);
        }
    }
}
