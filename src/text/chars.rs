//! A character to what it is: the one table of marks and scripts.
//!
//! In: a character. Out: its [`Class`]es (it ends a sentence, it closes a quotation, it is a Han
//! character), and the value of a digit. What Unicode says by itself (letter, capital, white space)
//! is asked of the standard library. Knows no word and no language: a mark that opens in one and
//! closes in another (`“`) is both here.

/// What a character is: any number of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class(u32);

impl Class {
    /// None of them.
    const NONE: Self = Self(0);
    /// `.`, which ends a sentence unless something else explains it.
    pub(crate) const FULL_STOP: Self = Self(1);
    /// `!`, `?`, `…` and the marks of scripts with spaces: they end a sentence.
    pub(crate) const STRONG_STOP: Self = Self(1 << 1);
    /// A mark that ends a sentence in a script without spaces.
    pub(crate) const WIDE_STOP: Self = Self(1 << 2);
    /// Whatever ends a sentence.
    pub(crate) const STOP: Self = Self(Self::FULL_STOP.0 | Self::STRONG_STOP.0 | Self::WIDE_STOP.0);
    /// A stop that neither asks nor exclaims: `.`, `。`, `।`.
    pub(crate) const FLAT_STOP: Self = Self(1 << 3);
    /// `…`: a stop, or a place where the text was cut.
    pub(crate) const ELLIPSIS: Self = Self(1 << 4);
    /// The end of a line.
    pub(crate) const LINE_END: Self = Self(1 << 5);
    /// A quotation mark or bracket that opens.
    pub(crate) const OPENER: Self = Self(1 << 6);
    /// A quotation mark or bracket that closes.
    pub(crate) const CLOSER: Self = Self(1 << 7);
    /// `“` and `‘`, which close what `„` and `‚` opened.
    pub(crate) const LOW_CLOSER: Self = Self(1 << 8);
    /// A quotation mark.
    pub(crate) const QUOTE: Self = Self(1 << 9);
    /// What stands for the apostrophe inside words.
    pub(crate) const APOSTROPHE: Self = Self(1 << 10);
    /// A hyphen, a dash, a minus.
    pub(crate) const DASH: Self = Self(1 << 11);
    /// What stands before an item of a list.
    pub(crate) const BULLET: Self = Self(1 << 12);
    /// A comma or what parts a sentence like one.
    pub(crate) const COMMA: Self = Self(1 << 13);
    /// A colon.
    pub(crate) const COLON: Self = Self(1 << 14);
    /// The sign of a currency.
    pub(crate) const CURRENCY: Self = Self(1 << 15);
    /// A fraction in one character.
    pub(crate) const FRACTION: Self = Self(1 << 16);
    /// A Han character.
    pub(crate) const HAN: Self = Self(1 << 17);
    /// A letter of hiragana.
    pub(crate) const HIRAGANA: Self = Self(1 << 18);
    /// A letter of katakana.
    pub(crate) const KATAKANA: Self = Self(1 << 19);
    /// Han characters and kana, each of which is about half a word.
    pub(crate) const HAN_OR_KANA: Self = Self(Self::HAN.0 | Self::HIRAGANA.0 | Self::KATAKANA.0);
    /// A script of South East Asia that parts phrases by spaces but not words.
    pub(crate) const SOUTHEAST: Self = Self(1 << 20);
    /// No space stands between words of its script.
    pub(crate) const UNSPACED: Self = Self(Self::HAN_OR_KANA.0 | Self::SOUTHEAST.0);
    /// A syllable of Hangul.
    pub(crate) const HANGUL: Self = Self(1 << 21);
    /// An accent, a vowel sign or the like, which belongs to the letter before it.
    pub(crate) const COMBINING: Self = Self(1 << 22);
    /// A picture among letters, which may end a sentence.
    pub(crate) const EMOJI: Self = Self(1 << 23);

    /// The classes of `c`.
    pub(crate) fn of(c: char) -> Self {
        ASCII.get(c as usize).copied().unwrap_or_else(|| Self::look_up(c))
    }

    /// Whether it has one of the classes of `other`.
    pub(crate) const fn is(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The table.
    const fn look_up(c: char) -> Self {
        match c {
            '.' => Self::FULL_STOP.and(Self::FLAT_STOP),
            '!' | '?' | '‼' | '⁇'..='⁉' => Self::STRONG_STOP,
            '…' => Self::STRONG_STOP.and(Self::ELLIPSIS),
            // Armenian, Arabic and Urdu, the scripts of India, Burmese, Ethiopian, Khmer.
            '؟' | '፧' => Self::STRONG_STOP,
            '։' | '۔' | '।' | '॥' | '။' | '។' | '៕' | '።' => {
                Self::STRONG_STOP.and(Self::FLAT_STOP)
            }
            '。' | '｡' | '．' => Self::WIDE_STOP.and(Self::FLAT_STOP),
            '！' | '？' => Self::WIDE_STOP,
            '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Self::LINE_END,
            ',' | ';' | '،' | '、' | '，' | '；' | '､' => Self::COMMA,
            ':' | '：' => Self::COLON,
            '$' | '¢' | '£' | '¥' | '₩' | '€' | '₴' | '₹' | '₺' | '₽' | '＄' | '￥' => {
                Self::CURRENCY
            }
            '¼'..='¾' | '⅐'..='⅞' => Self::FRACTION,
            '*' | '>' | '·' | '•' | '■' | '▪' | '►' | '●' | '◦' | '✔' => {
                Self::BULLET
            }
            '-' | '–' | '—' => Self::DASH.and(Self::BULLET),
            '‐'..='‒' | '―' | '−' => Self::DASH,
            '`' | '´' | 'ʼ' => Self::APOSTROPHE,
            '\'' => Self::OPENER.and(Self::CLOSER).and(Self::QUOTE).and(Self::APOSTROPHE),
            '’' => Self::CLOSER.and(Self::QUOTE).and(Self::APOSTROPHE),
            '"' | '＂' => Self::OPENER.and(Self::CLOSER).and(Self::QUOTE),
            '‘' | '“' => Self::OPENER.and(Self::LOW_CLOSER).and(Self::QUOTE),
            '‚' | '„' | '«' | '‹' | '「' | '『' | '｢' => Self::OPENER.and(Self::QUOTE),
            '”' | '»' | '›' | '」' | '』' | '｣' => Self::CLOSER.and(Self::QUOTE),
            '(' | '[' | '{' | '〈' | '《' | '【' | '〔' | '（' | '［' | '｛' | '¡' | '¿' => {
                Self::OPENER
            }
            ')' | ']' | '}' | '〉' | '》' | '】' | '〕' | '）' | '］' | '｝' => Self::CLOSER,
            '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::HAN,
            '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' => Self::HIRAGANA,
            // Without `・`, which parts words.
            '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{ff66}'..='\u{ff9f}' => Self::KATAKANA,
            // Thai and Lao, with the signs over and under their letters.
            '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{eb1}'
            | '\u{eb4}'..='\u{ebc}'
            | '\u{ec8}'..='\u{ece}' => Self::SOUTHEAST.and(Self::COMBINING),
            '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => {
                Self::SOUTHEAST
            }
            '\u{ac00}'..='\u{d7a3}' => Self::HANGUL,
            '\u{1f300}'..='\u{1faff}' => Self::EMOJI,
            // Accents, Hebrew and Arabic vowels, the scripts of India (whose letters belong to the
            // word anyway), joiners, and what says where a word may be broken.
            '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{487}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{900}'..='\u{963}'
            | '\u{966}'..='\u{96f}'
            | '\u{971}'..='\u{df3}'
            | '\u{df5}'..='\u{dff}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'
            | '\u{ad}' => Self::COMBINING,
            _ => Self::NONE,
        }
    }
}

/// The classes of each ASCII character: most of most texts.
#[expect(clippy::indexing_slicing, reason = "a constant, whose indices the compiler checks")]
static ASCII: [Class; 128] = {
    let mut classes = [Class::NONE; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = Class::look_up(byte as char);
        byte += 1;
    }
    classes
};

/// Whether `c` is of one of those classes.
pub(crate) fn is(c: char, class: Class) -> bool {
    Class::of(c).is(class)
}

/// Whether `c` can end a sentence, in any script.
pub(crate) fn is_stop(c: char) -> bool {
    is(c, Class::STOP)
}

/// Whether `c` is a quotation mark that can open.
pub(crate) fn opens_quotation(c: char) -> bool {
    let class = Class::of(c);
    class.is(Class::QUOTE) && class.is(Class::OPENER)
}

/// Whether `c` can close a quotation or bracket behind the end of a sentence, in any language.
pub(crate) fn closes(c: char) -> bool {
    is(c, Class(Class::CLOSER.0 | Class::LOW_CLOSER.0))
}

/// Whether words are made of `c`: a letter, a digit, or what belongs to the letter before it.
pub(crate) fn is_of_word(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        c.is_alphanumeric() || is(c, Class::COMBINING)
    }
}

/// Whether `c` says no more than where a line may or must not be broken, or which bytes these are:
/// a soft hyphen, a space without width, a word joiner, a byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether `c` joins letters, or keeps them from joining, in the scripts that have such forms.
#[cfg(feature = "html")]
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200d}')
}

/// Whether letters as `c` never join: those of Latin, Greek and Cyrillic, and all before them.
#[cfg(feature = "html")]
pub(crate) fn stands_alone(c: char) -> bool {
    c < '\u{590}'
}

/// Whether `c` is neither a Latin letter nor of the scripts before it.
pub(crate) fn is_beyond_latin(c: char) -> bool {
    c > '\u{24f}' && !('\u{1e00}'..='\u{1eff}').contains(&c)
}

/// The start of `text` of at most so many bytes, cut between characters.
pub(crate) fn head(text: &str, most_bytes: usize) -> &str {
    let mut end = most_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// The value of a digit, in the scripts that news is written in.
pub(crate) fn digit(c: char) -> Option<u8> {
    const ZEROS: [char; 16] =
        ['٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '၀', '០', '０'];
    let zero = match c {
        '0'..='9' => '0',
        _ if c.is_ascii() => return None,
        _ => *ZEROS.iter().rfind(|zero| **zero <= c)?,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok().filter(|value| *value < 10)
}

/// Whether more than half of the letters of `texts` are `such`, which no ASCII character is. An
/// ASCII text counts as letters alone.
pub(crate) fn mostly<'a>(
    texts: impl Iterator<Item = &'a str>,
    such: impl Fn(char) -> bool,
) -> bool {
    let (mut found, mut letters) = (0_usize, 0_usize);
    for text in texts {
        if text.is_ascii() {
            letters += text.len();
            continue;
        }
        for c in text.chars() {
            if c.is_ascii() {
                letters += usize::from(c.is_ascii_alphabetic());
            } else if c.is_alphabetic() {
                letters += 1;
                found += usize::from(such(c));
            }
        }
    }
    found * 2 > letters
}

#[cfg(test)]
mod tests {
    use super::{Class, closes, digit, is, is_of_word, is_stop, opens_quotation};

    #[test]
    fn marks_are_what_they_are_in_every_script() {
        assert!(".!?…。！？؟۔।॥።။։".chars().all(is_stop));
        assert!(!",;:-'\"aé中1 \n".chars().any(is_stop));
        assert!("\"'“‘„‚«‹「『＂｢".chars().all(opens_quotation));
        assert!("\"'”’»›“‘)]}）」』】》〉〕］｣＂".chars().all(closes));
        assert!(!"„«([.a".chars().any(closes));
        for line_end in ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'] {
            assert!(is(line_end, Class::LINE_END));
        }
    }

    #[test]
    fn scripts_are_told_apart() {
        assert!("中々〇㐀\u{f900}𠀀".chars().all(|c| is(c, Class::HAN)));
        assert!("ぁゖゝ".chars().all(|c| is(c, Class::HIRAGANA)));
        assert!("ァーㇰｦヺ".chars().all(|c| is(c, Class::KATAKANA)));
        assert!("กัໃကខ".chars().all(|c| is(c, Class::SOUTHEAST)));
        assert!(!"・가aéЖα。、".chars().any(|c| is(c, Class::UNSPACED)));
        assert!(is('가', Class::HANGUL));
    }

    #[test]
    fn a_word_holds_the_signs_of_its_letters() {
        assert!("स्कूल".chars().all(is_of_word) && "cafe\u{301}".chars().all(is_of_word));
        assert!("Zürich3".chars().all(is_of_word));
        assert!("har\u{ad}bour\u{200b}side".chars().all(is_of_word));
        assert!(!"।॥ -'’.".chars().any(is_of_word));
    }

    /// No character that Unicode calls a letter or digit is a mark here, and no letter's sign is
    /// white space.
    #[test]
    fn no_letter_is_a_mark() {
        let marks = [Class::STOP, Class::LINE_END, Class::CLOSER, Class::COMMA, Class::DASH];
        for c in (0..0x11_0000).filter_map(char::from_u32) {
            if c.is_alphanumeric() {
                assert!(!marks.iter().any(|class| is(c, *class)), "{c:?}");
            }
            if is(c, Class::COMBINING) {
                assert!(!c.is_whitespace() && !is_stop(c), "{c:?}");
            }
            assert!(digit(c).is_none() || c.is_numeric(), "{c:?}");
        }
    }

    #[test]
    fn digits_have_their_values() {
        for digits in
            ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙"]
        {
            assert!(digits.chars().map(digit).eq((0..10).map(Some)), "{digits}");
        }
        assert!("aⅣ²一:/".chars().all(|c| digit(c).is_none()));
    }
}
