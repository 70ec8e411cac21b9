//! A sentence to words, figures and marks, in a spelling that compares.
//!
//! In: the text of one sentence. Out: its tokens with their spans, each with a key in which case,
//! accents, full stops, apostrophes and the width of digits no longer differ.
//! Does not read numbers, dates or names; it only says where a capital means nothing.

use crate::span::Span;
use crate::text::lists::{self, Kind};

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Letters: `Zürich`, `U.S.`, `O’Neill`, `G20`.
    Word,
    /// Digits with the marks inside them: `1,200.50`, `14.04.2024`, `½`.
    Figure,
    /// One character of a script that puts no space between words.
    Sign,
    /// Any other visible character.
    Mark,
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    pub(super) form: Form,
    /// Its place in the sentence, a possessive ending left out.
    pub(super) span: Span,
    pub(super) text: &'t str,
    /// Words: small letters without accents, full stops and apostrophes. Figures: ASCII digits,
    /// with `,` for any mark or space that groups them. Others: the text.
    pub(super) key: String,
    /// Whether white space, or nothing, stands before it.
    pub(super) spaced: bool,
    /// Whether it opens a sentence, a quotation or what follows a colon.
    pub(super) opens: bool,
    /// Whether a possessive ending was left out.
    pub(super) possessive: bool,
}

impl Token<'_> {
    pub(super) fn is_word(&self) -> bool {
        self.form == Form::Word
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.form == Form::Mark && self.text.starts_with(mark)
    }

    /// Whether it is a word with a capital in it: `Oslo`, `iPhone`, `G20`.
    pub(super) fn has_capital(&self) -> bool {
        self.is_word() && self.text.chars().any(char::is_uppercase)
    }

    pub(super) fn capitals(&self) -> usize {
        self.text.chars().filter(|c| c.is_uppercase()).count()
    }

    /// Whether it is a word of two capitals or more and no small letter but the plural's: `UN`,
    /// `U.S.`, `MPs`, `G20`.
    pub(super) fn all_capitals(&self) -> bool {
        let one = self.text.strip_suffix('s').unwrap_or(self.text);
        let small = one.chars().any(char::is_lowercase);
        let digits = one.chars().any(char::is_numeric);
        let capitals = self.capitals();
        self.is_word() && !small && (capitals >= 2 || (capitals == 1 && digits))
    }
}

/// The digit of a character, in the scripts that news is written in.
pub(super) fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '０'..='９' => '０',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        _ => return None,
    };
    char::from_digit(u32::from(c).checked_sub(u32::from(zero))?, 10)
}

fn is_fraction_sign(c: char) -> bool {
    matches!(c, '¼'..='¾' | '⅐'..='⅞')
}

/// Whether a character belongs to a script without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '´')
}

/// The tokens of a sentence.
pub(super) fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    let mut spaced = true;
    let mut opens = true;
    while let Some(c) = sentence.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = sentence.get(at..).unwrap_or("");
        if c.is_whitespace() || c == '\u{feff}' || c == '\u{ad}' {
            spaced |= c != '\u{ad}';
            at += c.len_utf8();
            continue;
        }
        let (form, len) = if digit(c).is_some() {
            (Form::Figure, figure_len(rest))
        } else if is_fraction_sign(c) {
            (Form::Figure, c.len_utf8())
        } else if is_unspaced(c) {
            (Form::Sign, c.len_utf8())
        } else if c.is_alphabetic() {
            (Form::Word, word_len(rest))
        } else {
            (Form::Mark, c.len_utf8())
        };
        let text = rest.get(..len).unwrap_or("");
        let token = token(form, text, at, spaced, opens);
        opens = match form {
            Form::Mark => opens_next(c, &found, spaced, opens),
            _ => false,
        };
        found.push(token);
        spaced = false;
        at += len.max(1);
    }
    found
}

fn token(form: Form, text: &str, at: usize, spaced: bool, opens: bool) -> Token<'_> {
    let bare = if form == Form::Word { without_possessive(text) } else { text };
    let key = match form {
        Form::Word => word_key(bare),
        Form::Figure => text
            .chars()
            .map(|c| match c {
                '.' => '.',
                _ if is_fraction_sign(c) => c,
                _ => digit(c).unwrap_or(','),
            })
            .collect(),
        Form::Sign | Form::Mark => text.to_owned(),
    };
    Token {
        form,
        span: Span::new(at, at + bare.len()),
        text: bare,
        key,
        spaced,
        opens,
        possessive: bare.len() < text.len(),
    }
}

/// Whether the word after mark `c` stands where sentences open.
fn opens_next(c: char, before: &[Token<'_>], spaced: bool, opens: bool) -> bool {
    match c {
        ':' | ';' | '“' | '„' | '«' | '‘' | '[' | '!' | '?' | '…' | '•' | '|' | '*' => {
            true
        }
        '"' | '\'' => spaced || opens,
        // The full stop of "Mr." or "J." is none.
        '.' => !before.last().is_some_and(|token| {
            token.is_word() && token.text.chars().count() <= 4 && token.has_capital()
        }),
        _ => opens,
    }
}

/// The length of the figure that `rest` begins with.
fn figure_len(rest: &str) -> usize {
    let mut len = 0;
    for (at, c) in rest.char_indices() {
        let after = rest.get(at + c.len_utf8()..).unwrap_or("");
        let digits_after = after.chars().take_while(|&c| digit(c).is_some()).count();
        let goes_on = match c {
            _ if digit(c).is_some() => true,
            ',' | '.' => digits_after > 0,
            // Spaces and apostrophes group by three only.
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => digits_after == 3,
            _ => false,
        };
        if !goes_on {
            break;
        }
        len = at + c.len_utf8();
    }
    len
}

/// The length of the word that `rest` begins with.
fn word_len(rest: &str) -> usize {
    let mut len = 0;
    // Letters since the last full stop inside the word, and whether there was one.
    let (mut letters, mut dotted) = (0, false);
    for (at, c) in rest.char_indices() {
        let after = rest.get(at + c.len_utf8()..).unwrap_or("");
        let next = after.chars().next().unwrap_or(' ');
        let goes_on = if is_unspaced(c) {
            false
        } else if c.is_alphabetic() || is_combining(c) || digit(c).is_some() {
            letters += 1;
            true
        } else if c == '.' {
            // "U.S." and "p.m.", single letters all through; "U.S.A" too.
            let single = letters == 1;
            letters = 0;
            let second = after.chars().nth(1).unwrap_or(' ');
            let inside = next.is_alphabetic() && !second.is_alphanumeric();
            let last = dotted && !next.is_alphanumeric();
            dotted = true;
            single && (inside || last)
        } else if is_apostrophe(c) {
            letters = 2;
            next.is_alphabetic()
        } else if c == '&' {
            let before = rest.get(..at).and_then(|before| before.chars().next_back());
            before.is_some_and(char::is_uppercase) && next.is_uppercase()
        } else {
            false
        };
        if !goes_on {
            break;
        }
        len = at + c.len_utf8();
    }
    len
}

fn without_possessive(word: &str) -> &str {
    let without = word
        .strip_suffix(['s', 'S'])
        .and_then(|word| word.strip_suffix(is_apostrophe))
        .filter(|word| !word.is_empty());
    // "it's" and "let's" are what they are.
    without
        .filter(|word| !matches!(word.len(), 0..=2) || word.starts_with(char::is_uppercase))
        .unwrap_or(word)
}

/// A word in small letters, without accents, full stops and apostrophes.
pub(super) fn word_key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars() {
        if is_combining(c) || is_apostrophe(c) || matches!(c, '.' | '&') {
            continue;
        }
        if c.is_ascii() {
            key.push(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase() {
            match plain(c) {
                Some(letters) => key.push_str(letters),
                None if is_combining(c) => {}
                None => key.push(digit(c).unwrap_or(c)),
            }
        }
    }
    key
}

/// A small letter without its accent, for the Latin letters of Europe and Vietnam.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ'
        | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể'
        | 'ễ' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ǒ' | 'ọ' | 'ỏ' | 'ố' | 'ồ'
        | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ǔ' | 'ụ' | 'ủ' | 'ứ'
        | 'ừ' | 'ử' | 'ữ' | 'ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// A key without the endings of number and tense, so that *raids* and *raided* are one word. Only
/// for comparing: it need not be a word itself.
pub(super) fn stem(key: &str) -> String {
    let irregular = lists::find(key).and_then(|row| row.of(Kind::Irregular).next()?.text());
    regular_stem(irregular.unwrap_or(key))
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
