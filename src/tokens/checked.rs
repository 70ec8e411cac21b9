//! A `tokenizer.json` to what may be given to the `tokenizers` crate.
//!
//! In: the bytes of a file that anybody may have written. Out: what is wrong with it, if anything is:
//! parts by which that crate would fill the memory, loop over a text again and again, or read beyond
//! a table of its own. What the crate itself refuses is left to it.
//! Builds no tokenizer.
//!
//! - Lists and texts have limits, and parts are not nested deeply.
//! - The unknown token is a piece of the vocabulary, and nothing is left to chance (`dropout`).
//! - A pattern repeats without bound at most once an alternative, and no group: what it costs grows
//!   with the square of a sentence at most, and sentences have a length that they do not exceed.
//! - What normalizers and pre-tokenizers write in place of a text is at most so many times longer,
//!   all of them together.
//! - A `precompiled_charsmap` is walked once: every place that a text can lead to lies within it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Pieces of a vocabulary: the largest in use have a quarter of that.
const MAX_PIECES: usize = 1 << 20;
/// Tokens that are looked for before all others.
const MAX_ADDED: usize = 1024;
/// Bytes of a piece, or of a token that is added.
const MAX_PIECE_BYTES: usize = 1024;
/// Characters of a word that is cut into pieces: that costs the square of them.
const MAX_WORD_CHARS: usize = 1000;
/// Values in a part, all of its lists counted, and how deep they stand.
const MAX_VALUES: usize = 10_000;
const MAX_DEPTH: usize = 12;
/// Normalizers, pre-tokenizers, processors or decoders.
const MAX_STEPS: usize = 16;
/// Bytes of a text in a part, and of a pattern.
const MAX_TEXT_BYTES: usize = 256;
/// The largest count of a bounded repetition.
const MAX_COUNT: usize = 16;
/// How many times longer a text may become.
const MAX_GROWTH: usize = 8192;
/// Bytes that a character map may write for one entry: Unicode's longest has 33.
const MAX_ENTRY_BYTES: usize = 64;
/// How many times longer Unicode's decompositions make a text.
const DECOMPOSED: usize = 11;

/// What is wrong with a file: a sentence without its subject.
pub(super) enum Fault {
    /// It is no JSON of this shape.
    Shape(serde_json::Error),
    Part(String),
}

/// What is wrong with a `tokenizer.json`, if anything is.
pub(super) fn check(json: &[u8]) -> Result<(), Fault> {
    let outline: Outline<'_> = serde_json::from_slice(json).map_err(Fault::Shape)?;
    outline.check().map_err(Fault::Part)
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline<'a> {
    #[serde(default, rename = "version")]
    _version: IgnoredAny,
    #[serde(default, rename = "truncation")]
    _truncation: Part,
    #[serde(default, rename = "padding")]
    _padding: Part,
    #[serde(default, borrow)]
    added_tokens: Vec<Added<'a>>,
    #[serde(default)]
    normalizer: Part,
    #[serde(default)]
    pre_tokenizer: Part,
    #[serde(default)]
    post_processor: Part,
    #[serde(default)]
    decoder: Part,
    #[serde(borrow)]
    model: Model<'a>,
}

#[derive(Deserialize)]
struct Added<'a> {
    #[serde(borrow)]
    content: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model<'a> {
    #[serde(default)]
    r#type: Option<String>,
    #[serde(default)]
    unk_token: Option<String>,
    #[serde(default)]
    unk_id: Option<u64>,
    #[serde(default)]
    byte_fallback: Option<bool>,
    #[serde(default)]
    dropout: Option<f64>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    max_input_chars_per_word: Option<u64>,
    #[serde(borrow)]
    vocab: Vocabulary<'a>,
    #[serde(default, rename = "merges")]
    _merges: Option<Vec<Merge>>,
    #[serde(default, rename = "fuse_unk")]
    _fuse_unk: IgnoredAny,
    #[serde(default, rename = "ignore_merges")]
    _ignore_merges: IgnoredAny,
}

impl Outline<'_> {
    fn check(&self) -> Result<(), String> {
        if self.added_tokens.len() > MAX_ADDED {
            let count = self.added_tokens.len();
            return Err(format!("adds {count} tokens, expected at most {MAX_ADDED}"));
        }
        let long = |token: &&Added<'_>| !(1..=MAX_PIECE_BYTES).contains(&token.content.len());
        if let Some(token) = self.added_tokens.iter().find(long) {
            let bytes = token.content.len();
            return Err(format!("adds a token of {bytes} bytes, expected 1 to {MAX_PIECE_BYTES}"));
        }
        self.model.check()?;
        let mut steps = Steps { count: 0, growth: 1 };
        for part in [&self.normalizer, &self.pre_tokenizer, &self.post_processor, &self.decoder] {
            steps.check(&part.0)?;
            steps.count = 0;
        }
        Ok(())
    }
}

impl Model<'_> {
    fn check(&self) -> Result<(), String> {
        let Some(kind) = &self.r#type else {
            return Err("has a model without a type".to_owned());
        };
        let affixes = [&self.continuing_subword_prefix, &self.end_of_word_suffix, &self.unk_token];
        let longest = affixes.into_iter().flatten().map(String::len).max().unwrap_or(0);
        if longest > MAX_TEXT_BYTES {
            return Err(format!(
                "has {longest} bytes for a prefix, a suffix or the unknown token, expected at most \
                 {MAX_TEXT_BYTES}"
            ));
        }
        if let Some(chars) = self.max_input_chars_per_word.filter(|&c| c > MAX_WORD_CHARS as u64) {
            return Err(format!(
                "cuts words of {chars} characters into pieces, expected at most {MAX_WORD_CHARS}"
            ));
        }
        if self.dropout.is_some_and(|dropout| dropout != 0.0) {
            return Err(
                "leaves out merges by chance (dropout), expected ids that stay the same".into()
            );
        }
        let pieces = &self.vocab.0;
        if pieces.is_empty() {
            return Err("has an empty vocabulary".to_owned());
        }
        let unknown = match (kind.as_str(), &self.unk_token, self.unk_id) {
            ("Unigram", _, None) => self.byte_fallback == Some(true),
            ("Unigram", _, Some(id)) => id < pieces.len() as u64,
            ("WordPiece" | "WordLevel", None, _) => false,
            (_, Some(token), _) => pieces.iter().any(|piece| piece.0 == *token),
            _ => true,
        };
        if unknown {
            return Ok(());
        }
        let name = self.unk_token.as_deref().unwrap_or("none");
        Err(format!("has an unknown token ({name}) that is no piece of the vocabulary"))
    }
}

/// The pieces of a vocabulary: a map to their ids, or a list with their scores.
struct Vocabulary<'a>(Vec<Piece<'a>>);

#[derive(Deserialize)]
#[serde(transparent)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Vocabulary<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pieces;

        impl<'de> Visitor<'de> for Pieces {
            type Value = Vocabulary<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("pieces with their ids or their scores")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pieces = Vec::new();
                while let Some((piece, _)) = map.next_entry::<Piece<'de>, u32>()? {
                    push(&mut pieces, piece)?;
                }
                Ok(Vocabulary(pieces))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Self::Value, S::Error> {
                let mut pieces = Vec::new();
                while let Some((piece, score)) = list.next_element::<(Piece<'de>, f64)>()? {
                    if score.abs() > f64::from(f32::MAX) {
                        return Err(S::Error::custom(format!("{score} as the score of a piece")));
                    }
                    if piece.0.is_empty() {
                        return Err(S::Error::custom("an empty piece"));
                    }
                    push(&mut pieces, piece)?;
                }
                Ok(Vocabulary(pieces))
            }
        }

        from.deserialize_any(Pieces)
    }
}

fn push<'a, E: serde::de::Error>(pieces: &mut Vec<Piece<'a>>, piece: Piece<'a>) -> Result<(), E> {
    let bytes = piece.0.len();
    if bytes > MAX_PIECE_BYTES {
        return Err(E::custom(format!(
            "a piece of {bytes} bytes, expected at most {MAX_PIECE_BYTES}"
        )));
    }
    pieces.push(piece);
    if pieces.len() > MAX_PIECES {
        return Err(E::custom(format!("more than {MAX_PIECES} pieces")));
    }
    Ok(())
}

/// Two pieces that make one: in one text, or in a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    #[allow(dead_code, reason = "read for its shape")]
    Text(String),
    #[allow(dead_code, reason = "read for its shape")]
    Pair(String, String),
}

/// A part of the file that is small.
#[derive(Default)]
struct Part(Value);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut left = MAX_VALUES;
        Bounded { left: &mut left, depth: 0 }.deserialize(from).map(Self)
    }
}

/// Reads a value of so many parts, so deep.
struct Bounded<'l> {
    left: &'l mut usize,
    depth: usize,
}

impl Bounded<'_> {
    /// What reads a part of this value.
    fn inner<E: serde::de::Error>(&mut self) -> Result<Bounded<'_>, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format!("parts within parts, more than {MAX_DEPTH} deep")));
        }
        match self.left.checked_sub(1) {
            Some(left) => *self.left = left,
            None => return Err(E::custom(format!("a part of more than {MAX_VALUES} values"))),
        }
        Ok(Bounded { left: self.left, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a small part of a tokenizer")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut list: S) -> Result<Value, S::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.inner()?)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<Value, M::Error> {
        let mut values = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(self.inner()?)?;
            if values.insert(key, value).is_some() {
                return Err(M::Error::custom("a key that is there twice"));
            }
        }
        Ok(values.into())
    }
}

/// What was seen of the steps that a text goes through.
struct Steps {
    count: usize,
    /// How many times longer they make it.
    growth: usize,
}

impl Steps {
    /// One step, or a sequence of them. The crate would guess the type where there is none, and take a
    /// list for one: neither is written by anybody.
    fn check(&mut self, step: &Value) -> Result<(), String> {
        if step.is_null() {
            return Ok(());
        }
        let Some(kind) = step.get("type").and_then(Value::as_str) else {
            return Err("has a part without a type".to_owned());
        };
        self.count += 1;
        if self.count > MAX_STEPS {
            return Err(format!("has more than {MAX_STEPS} steps of one kind"));
        }
        if kind == "Sequence" {
            let lists = ["normalizers", "pretokenizers", "processors", "decoders"];
            let lists = lists.iter().filter_map(|name| step.get(*name)?.as_array());
            return lists.flatten().try_for_each(|step| self.check(step));
        }
        texts(step)?;
        let length = |key: &str| step.get(key).and_then(Value::as_str).map(str::len);
        let growth = match kind {
            "Replace" => {
                let pattern = step.get("pattern");
                let written =
                    pattern.and_then(|pattern| pattern.get("String")).and_then(Value::as_str);
                let content = length("content").unwrap_or(0);
                match written.map(str::len) {
                    Some(0) => return Err("replaces an empty text".to_owned()),
                    Some(bytes) => content.div_ceil(bytes),
                    // It may also stand between two characters.
                    None => content + 1,
                }
            }
            "Precompiled" => {
                let map = step.get("precompiled_charsmap").and_then(Value::as_str);
                let wrong = |what| format!("has a precompiled_charsmap that {what}");
                charsmap(map.ok_or("has no precompiled_charsmap")?).map_err(wrong)?
            }
            "NFC" | "NFD" | "NFKC" | "NFKD" => DECOMPOSED,
            "ByteLevel" => 2,
            "Metaspace" => 3,
            "FixedLength" if step.get("length").and_then(Value::as_u64) == Some(0) => {
                return Err("cuts text into parts of no length".to_owned());
            }
            _ => 1,
        };
        self.growth = self.growth.saturating_mul(growth.max(1));
        if self.growth > MAX_GROWTH {
            return Err(format!("makes text more than {MAX_GROWTH} times longer"));
        }
        Ok(())
    }
}

/// What is wrong with the texts and patterns of a step.
fn texts(value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) if text.len() > MAX_TEXT_BYTES => Err(format!(
            "has a text of {} bytes in a part, expected at most {MAX_TEXT_BYTES}",
            text.len()
        )),
        Value::Array(values) => values.iter().try_for_each(texts),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| match (&**key, value) {
            ("precompiled_charsmap", _) => Ok(()),
            ("Regex", Value::String(pattern)) => regex(pattern),
            _ => texts(value),
        }),
        _ => Ok(()),
    }
}

/// What a pattern may cost too much by, if it may.
fn regex(pattern: &str) -> Result<(), String> {
    let refused = |what: &str| {
        let start: String = pattern.chars().take(60).collect();
        Err(format!("has the pattern {start:?}, which {what}"))
    };
    if pattern.len() > MAX_TEXT_BYTES {
        return refused(&format!("has more than {MAX_TEXT_BYTES} bytes"));
    }
    let (mut depth, mut unbounded, mut after_group) = (0_usize, 0, false);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        let was_group = std::mem::take(&mut after_group);
        let mut repeats = None;
        match c {
            '\\' => {
                let escaped = rest.chars().nth(1);
                if escaped.is_some_and(|c| matches!(c, '1'..='9' | 'k' | 'g' | 'G' | 'K')) {
                    return refused("refers back to what it matched");
                }
                length += escaped.map_or(0, char::len_utf8);
                // The name of a class, as in \p{L}, is no count.
                if let (Some('p' | 'P'), Some('{')) = (escaped, rest.chars().nth(2)) {
                    length = rest.find('}').map_or(rest.len(), |end| end + 1);
                }
            }
            '[' => match class(rest) {
                Some(end) => length = end,
                None => return refused("has a class that does not end"),
            },
            '(' => {
                let opening = rest.get(1..).unwrap_or_default();
                let looks_back = ["?<=", "?<!", "?>", "?(", "?P", "?<"];
                if looks_back.iter().any(|start| opening.starts_with(start)) {
                    return refused("looks back, or has a group of a kind that is not read here");
                }
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                after_group = true;
            }
            '|' if depth == 0 => unbounded = 0,
            '*' | '+' => repeats = Some(None),
            '?' => repeats = Some(Some(1)),
            '{' => {
                let end = rest.find('}').unwrap_or(rest.len());
                let counts = rest.get(1..end).unwrap_or_default();
                let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
                let Ok(least) = least.trim().parse::<usize>() else {
                    return refused("has a brace that opens no count");
                };
                if least > MAX_COUNT {
                    return refused(&format!("counts beyond {MAX_COUNT}"));
                }
                repeats = Some(most.trim().parse().ok());
                length = (end + 1).min(rest.len());
            }
            _ => {}
        }
        match repeats {
            // After an opening bracket it says of which kind the group is.
            Some(Some(1)) if c == '?' => {}
            Some(_) if was_group => return refused("repeats a group"),
            Some(None) => unbounded += 1,
            Some(Some(most)) if most > MAX_COUNT => {
                return refused(&format!("counts beyond {MAX_COUNT}"));
            }
            _ => {}
        }
        if unbounded > 1 {
            return refused("repeats without bound more than once in an alternative");
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(())
}

/// Where a class that `text` opens with ends.
fn class(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' => depth += 1,
            // Right behind the opening it is a character of the class; written so by nobody here.
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A map of characters as sentencepiece writes it, in base 64: how many bytes it writes for an entry
/// at most; or what is wrong with it.
///
/// ```text
/// bytes of the trie (4) | the trie, a double array of 4-byte units | texts, each ended by a zero byte
/// ```
///
/// A text is read as the crate reads it (`common_prefix_search`): from a unit, a byte leads to the unit
/// at the exclusive-or of its base with the byte, whatever the byte; the base of that unit is where its
/// children are, and where its own text's place stands, if it has one.
fn charsmap(text: &str) -> Result<usize, String> {
    let bytes = base64(text).ok_or("is not base 64")?;
    let (size, rest) = bytes.split_first_chunk().ok_or("is cut short")?;
    let size = u32::from_le_bytes(*size) as usize;
    let (trie, texts) = rest.split_at_checked(size / 4 * 4).ok_or("is shorter than it says")?;
    let texts = std::str::from_utf8(texts).map_err(|_| "has texts that are not UTF-8")?;
    let longest = texts.split('\0').map(str::len).max().unwrap_or(0);
    if longest > MAX_ENTRY_BYTES {
        return Err(format!("writes {longest} bytes, expected at most {MAX_ENTRY_BYTES}"));
    }
    let (units, _) = trie.as_chunks::<4>();
    let unit = |at: usize| units.get(at).map(|unit| u32::from_le_bytes(*unit) as usize);
    let offset = |unit: usize| (unit >> 10) << ((unit & (1 << 9)) >> 6);
    let beyond = "leads beyond itself";
    let mut seen = vec![false; units.len()];
    let mut bases = vec![offset(unit(0).ok_or("has no trie")?)];
    while let Some(base) = bases.pop() {
        // Any byte may follow: all that lie beside the base are read.
        let visited = seen.get_mut(base).ok_or(beyond)?;
        if std::mem::replace(visited, true) {
            continue;
        }
        if base | 0xff >= units.len() {
            return Err(beyond.to_owned());
        }
        for byte in 1..=0xff {
            let at = base ^ byte;
            let found = unit(at).ok_or(beyond)?;
            if found & (1 << 31 | 0xff) != byte {
                continue;
            }
            let next = at ^ offset(found);
            if found >> 8 & 1 == 1 {
                let place = unit(next).ok_or(beyond)? & ((1 << 31) - 1);
                if !texts.is_char_boundary(place) {
                    return Err("names a text that it does not have".to_owned());
                }
            }
            bases.push(next);
        }
    }
    Ok(longest)
}

/// The bytes of a text in base 64; `None` where it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let text = text.trim_end_matches('=').as_bytes();
    for four in text.chunks(4) {
        let mut bits = 0_u32;
        for &byte in four {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let given = four.len() * 6 / 8;
        bits <<= (4 - four.len()) * 6;
        bytes.extend(bits.to_be_bytes().iter().skip(1).take(given));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Fault, base64, charsmap, check, regex};

    #[test]
    fn patterns_in_use_are_read_and_those_that_explode_are_not() {
        for known in [
            r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
            r" {2,}",
            r"\s+",
            r"(?i:'s|'t)|\p{N}{1,3}",
            r"[^\]\[]+",
        ] {
            assert_eq!(regex(known), Ok(()), "{known}");
        }
        for (hostile, expected) in [
            (r"(a+)+$", "repeats a group"),
            (r"(a|a)*b", "repeats a group"),
            (r"(a|a){2,}b", "repeats a group"),
            (r"a*a*a*a*b", "more than once"),
            (r"(.*)\1", "refers back"),
            (r"(?<=a*)b", "looks back"),
            (r"a{1000}", "counts beyond"),
            (r"a{1,1000}", "counts beyond"),
            (r"[a", "does not end"),
        ] {
            let found = regex(hostile).unwrap_err();
            assert!(found.contains(expected), "{hostile}: {found}");
        }
        assert!(regex(&"a".repeat(257)).is_err());
    }

    fn encoded(bytes: &[u8]) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let mut bits = three.iter().fold(0, |bits, &byte| bits << 8 | u32::from(byte));
            bits <<= (3 - three.len()) * 8;
            for place in 0..=three.len() {
                text.push(LETTERS[(bits >> (18 - 6 * place) & 63) as usize].into());
            }
            text.push_str(&"=".repeat(3 - three.len()));
        }
        text
    }

    #[test]
    fn bytes_survive_base_64() {
        for length in 0..50_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(41)).collect();
            assert_eq!(base64(&encoded(&bytes)), Some(bytes));
        }
        assert_eq!(base64("a*b="), None);
    }

    /// A map of `A` to a text at `place`, its units `count`.
    fn map(count: usize, place: u32, texts: &str) -> String {
        let mut units = vec![0_u32; count];
        // The root's children stand around 256; `A` has its text's place at 512.
        units[0] = 256 << 10;
        units[256 ^ 0x41] = u32::from(b'A') | 1 << 8 | (512 ^ 256 ^ 0x41) << 10;
        if let Some(unit) = units.get_mut(512) {
            *unit = place;
        }
        let mut bytes = u32::try_from(4 * count).unwrap().to_le_bytes().to_vec();
        bytes.extend(units.into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(texts.as_bytes());
        encoded(&bytes)
    }

    #[test]
    fn a_map_of_characters_is_walked() {
        assert_eq!(charsmap(&map(768, 0, "ab\0")), Ok(2));
        let fails = |map: &str, expected: &str| assert_eq!(charsmap(map).unwrap_err(), expected);
        fails(&map(768, 9, "ab\0"), "names a text that it does not have");
        fails(&map(768, 1, "é\0"), "names a text that it does not have");
        fails(&map(512, 0, "ab\0"), "leads beyond itself");
        fails(&map(768, 0, &"x".repeat(65)), "writes 65 bytes, expected at most 64");
        fails("/////w==", "is shorter than it says");
        fails("AA==", "is cut short");
        fails("AAAAAA==", "has no trie");
    }

    #[test]
    fn replacements_do_not_multiply() {
        let replace = |times: usize| {
            let one = r#"{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"}"#;
            format!(
                r#"{{"normalizer": {{"type": "Sequence", "normalizers": [{}]}}, "model": {{"type": "BPE", "vocab": {{"a": 0}}, "merges": []}}}}"#,
                vec![one; times].join(",")
            )
        };
        assert!(check(replace(4).as_bytes()).is_ok());
        let Err(Fault::Part(wrong)) = check(replace(5).as_bytes()) else { panic!("believed") };
        assert_eq!(wrong, "makes text more than 8192 times longer");
    }
}
