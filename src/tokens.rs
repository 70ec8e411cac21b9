//! Sentences to token ids.
//!
//! In: the text of one sentence. Out: its ids, without special tokens and never cut; and the
//! [`Frame`] of special tokens that a pretrained model wants around them.
//! The only file that names the `tokenizers` crate; knows nothing of what an id stands for.
//!
//! For a vocabulary of the usual kind (BERT's normalizer in small letters, its pre-tokenizer,
//! WordPiece) text is encoded by `tokens/wordpiece.rs`, whose ids are those of the `tokenizers`
//! crate; what it does not cover, and every other vocabulary, goes to that crate itself. Tests
//! compare the two on text of many kinds.
//!
//! A file of others is checked in `tokens/checked.rs` before that crate sees it, and a panic inside
//! the crate is an error of the file, or of the text.

mod checked;
mod wordpiece;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::{fmt, iter};

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{
    NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer,
    Tokenizer as HfTokenizer,
};

use crate::error::{Error, ErrorKind, Result};
use checked::Fault;
use wordpiece::{Reading, WordPiece};

/// A vocabulary and the rules that turn text into its ids.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    /// The `tokenizer.json`, as long as `inner` is not made of it.
    json: Cow<'static, [u8]>,
    name: String,
    inner: OnceLock<HfTokenizer>,
    vocab_size: usize,
    own: Option<WordPiece>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. `name` is the file's, for messages.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the bytes are not a tokenizer of the `tokenizers` crate, or
    /// one that would cost it too much.
    pub(crate) fn from_json(name: &str, json: &[u8]) -> Result<Self> {
        checked::check(json).map_err(|fault| match fault {
            Fault::Shape(cause) => {
                let message = format!("{name} is not a tokenizer.json");
                Error::because(ErrorKind::InvalidModel, message, cause)
            }
            Fault::Part(what) => Error::new(ErrorKind::InvalidModel, format!("{name} {what}")),
        })?;
        let inner = read(name, json)?;
        let vocab_size = inner.get_vocab_size(true);
        Ok(Self {
            json: Cow::Borrowed(&[]),
            name: name.to_owned(),
            inner: OnceLock::from(inner),
            vocab_size,
            own: Parts::read(json).and_then(|parts| parts.word_piece()),
        })
    }

    /// Reads the `tokenizer.json` that is compiled in. Known to be good, it is given to the
    /// `tokenizers` crate only when there is text for it: that takes longer than all other files.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    pub(crate) fn compiled_in(name: &str, json: &'static [u8]) -> Result<Self> {
        let parts = Parts::read(json);
        let own = parts.as_ref().and_then(Parts::word_piece);
        let (Some(parts), Some(own)) = (parts, own) else { return Self::from_json(name, json) };
        Ok(Self {
            json: Cow::Borrowed(json),
            name: name.to_owned(),
            inner: OnceLock::new(),
            vocab_size: parts.vocab_size(&own),
            own: Some(own),
        })
    }

    /// The tokenizer of the `tokenizers` crate.
    fn inner(&self) -> Result<&HfTokenizer> {
        if self.inner.get().is_none() {
            let read = read(&self.name, &self.json)?;
            return Ok(self.inner.get_or_init(|| read));
        }
        self.inner.get().ok_or_else(|| {
            let message = format!("{} is not a tokenizer.json", self.name);
            Error::new(ErrorKind::InvalidModel, message)
        })
    }

    /// Number of ids: every id of [`encode`](Self::encode) is below it.
    pub(crate) fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// Whether every id is below `vocab_size`.
    pub(crate) fn fits(&self, vocab_size: usize) -> bool {
        let fits = |inner: &HfTokenizer| {
            inner.get_vocab(true).values().all(|&id| (id as usize) < vocab_size)
        };
        self.inner().is_ok_and(fits)
    }

    /// The id of a whole word, in small letters; `None` when it is no token of its own.
    pub(crate) fn id(&self, word: &str) -> Option<u32> {
        match &self.own {
            Some(own) => own.id(word),
            None => self.inner().ok()?.token_to_id(word),
        }
    }

    /// The ids of `text`, in order; none for blank text.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        match self.own.as_ref().and_then(|own| own.encode(text)) {
            Some(ids) => Ok(ids),
            None => self.encode_any(text),
        }
    }

    /// As [`encode`](Self::encode), by the `tokenizers` crate.
    fn encode_any(&self, text: &str) -> Result<Vec<u32>> {
        let inner = self.inner()?;
        let encoding = caught(|| inner.encode_fast(text, false)).map_err(|cause| {
            let message = format!("the tokenizer cannot encode a sentence of {} bytes", text.len());
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        Ok(encoding.get_ids().to_vec())
    }
}

/// A tokenizer of the `tokenizers` crate, from its JSON.
fn read(name: &str, json: &[u8]) -> Result<HfTokenizer> {
    let mut inner = caught(|| HfTokenizer::from_bytes(json)).map_err(|cause| {
        let message = format!("{name} is not a tokenizer.json");
        Error::because(ErrorKind::InvalidModel, message, cause)
    })?;
    // Nothing is ever cut or filled up here, whatever the file asks for.
    inner.with_padding(None);
    inner.with_truncation(None).map_err(|cause| {
        let message = format!("{name} cannot be used whole");
        Error::because(ErrorKind::InvalidModel, message, cause)
    })?;
    Ok(inner)
}

/// What the crate gives; its panic is an error as any other of it.
fn caught<T>(work: impl FnOnce() -> tokenizers::Result<T>) -> tokenizers::Result<T> {
    let panicked = |_| Err("the tokenizers crate panicked".into());
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panicked)
}

/// A `tokenizer.json` as far as the own encoder goes by it.
#[derive(Deserialize)]
struct Parts<'a> {
    normalizer: NormalizerPart,
    pre_tokenizer: Kind,
    #[serde(borrow)]
    added_tokens: Vec<Added<'a>>,
    #[serde(borrow)]
    model: ModelPart<'a>,
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

#[derive(Deserialize)]
struct NormalizerPart {
    r#type: String,
    clean_text: bool,
    handle_chinese_chars: bool,
    strip_accents: Option<bool>,
    lowercase: bool,
}

#[derive(Deserialize)]
struct Added<'a> {
    #[serde(borrow)]
    content: Cow<'a, str>,
    /// Whether it is looked for in the normalized text instead of the text as written.
    normalized: bool,
}

#[derive(Deserialize)]
struct ModelPart<'a> {
    r#type: String,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    #[serde(borrow, deserialize_with = "pieces")]
    vocab: Vec<(Piece<'a>, u32)>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>);

/// The pieces of a vocabulary and their ids, in the order of the file.
fn pieces<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<(Piece<'a>, u32)>, D::Error> {
    struct Pieces;

    impl<'a> Visitor<'a> for Pieces {
        type Value = Vec<(Piece<'a>, u32)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("pieces with their ids")
        }

        fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            iter::from_fn(|| map.next_entry().transpose()).collect()
        }
    }

    from.deserialize_map(Pieces)
}

impl<'a> Parts<'a> {
    /// `None` where the parts are not those of the usual kind.
    fn read(json: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// How many ids there are; `own` is of these parts. An added token opens with a bracket, so
    /// it would be a piece that opens a word.
    fn vocab_size(&self, own: &WordPiece) -> usize {
        let is_new = |added: &&Added<'_>| own.id(&added.content).is_none();
        self.model.vocab.len() + self.added_tokens.iter().filter(is_new).count()
    }

    /// The own encoder, where the tokenizer is of the usual kind.
    fn word_piece(&self) -> Option<WordPiece> {
        let Self { normalizer, pre_tokenizer, added_tokens, model } = self;
        let usual = normalizer.r#type == "BertNormalizer"
            && normalizer.lowercase
            && normalizer.clean_text
            && normalizer.handle_chinese_chars
            && normalizer.strip_accents.unwrap_or(true)
            && pre_tokenizer.r#type == "BertPreTokenizer"
            && model.r#type == "WordPiece"
            // Text in which one may stand goes the long way.
            && added_tokens.iter().all(|token| token.content.starts_with('[') && !token.normalized);
        if !usual {
            return None;
        }
        WordPiece::new(
            model.vocab.iter().map(|(piece, id)| (&*piece.0, *id)),
            &model.continuing_subword_prefix,
            &model.unk_token,
            added_tokens.iter().map(|token| (*token.content).into()).collect(),
            model.max_input_chars_per_word,
            reading,
        )
    }
}

/// How BERT reads a character: what the crate makes of it between two letters.
fn reading(c: char) -> Reading {
    let normalizer = BertNormalizer::new(true, true, Some(true), true);
    let mut between = NormalizedString::from(format!("a{c}a"));
    if normalizer.normalize(&mut between).is_err() {
        return Reading::Unclear;
    }
    let mut parts = PreTokenizedString::from(between);
    if BertPreTokenizer.pre_tokenize(&mut parts).is_err() {
        return Reading::Unclear;
    }
    let parts = parts.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
    let parts: Vec<&str> = parts.iter().map(|&(part, ..)| part).collect();
    match parts.as_slice() {
        ["a", "a"] => Reading::Space,
        ["a", alone, "a"] => Reading::Alone((*alone).into()),
        [word] => match word.strip_prefix('a').and_then(|word| word.strip_suffix('a')) {
            Some(letters) => Reading::Letters(letters.into()),
            None => Reading::Unclear,
        },
        _ => Reading::Unclear,
    }
}

/// The special tokens that a pretrained model wants around one text, or around two.
#[cfg(feature = "pretrained")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    before: Vec<u32>,
    /// After a text that stands alone.
    after_one: Vec<u32>,
    between: Vec<u32>,
    /// After the second of two texts.
    after_two: Vec<u32>,
    /// The type of the second text's tokens; everything else has type 0.
    second_type: u32,
}

/// The most special tokens around a text or two: models have up to four.
#[cfg(feature = "pretrained")]
const MAX_FRAME: usize = 32;

#[cfg(feature = "pretrained")]
impl Frame {
    /// What is wrong with the tokens, for a model that has `vocab_size`; a sentence without its subject.
    pub(crate) fn fault(&self, vocab_size: usize) -> Option<String> {
        let parts = [&self.before, &self.after_one, &self.between, &self.after_two];
        let all = parts.map(Vec::len).iter().sum::<usize>();
        if all > MAX_FRAME {
            return Some(format!(
                "puts {all} special tokens around texts, expected {MAX_FRAME} at most"
            ));
        }
        let beyond = |id: &&u32| **id as usize >= vocab_size;
        let found = parts.into_iter().flatten().find(beyond);
        found.map(|id| format!("puts the token {id} around texts, of {vocab_size}"))
    }

    /// Number of special tokens around one text.
    pub(crate) fn one(&self) -> usize {
        self.before.len() + self.after_one.len()
    }

    /// Number of special tokens around two texts.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn two(&self) -> usize {
        self.before.len() + self.between.len() + self.after_two.len()
    }

    /// The ids of one text with its special tokens.
    pub(crate) fn around(&self, text: &[u32]) -> Vec<u32> {
        [&self.before, text, &self.after_one].concat()
    }

    /// The ids of two texts with their special tokens, and the type of each.
    #[cfg(feature = "rust-bert")]
    pub(crate) fn around_both(&self, first: &[u32], second: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let ids = [&self.before, first, &self.between, second, &self.after_two].concat();
        let second_at = self.before.len() + first.len() + self.between.len();
        let types = (0..ids.len()).map(|at| if at < second_at { 0 } else { self.second_type });
        let types = types.collect();
        (ids, types)
    }
}

#[cfg(feature = "pretrained")]
impl Tokenizer {
    /// The special tokens of this tokenizer's model, read off an encoding of two short texts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the tokenizer cannot encode them. `name` is the file's.
    pub(crate) fn frame(&self, name: &str) -> Result<Frame> {
        let failed = |cause| {
            let message = format!("{name} cannot put special tokens around a text");
            Error::because(ErrorKind::InvalidModel, message, cause)
        };
        let inner = self.inner()?;
        let one = caught(|| inner.encode("a", true)).map_err(failed)?;
        let two = caught(|| inner.encode(("a", "a"), true)).map_err(failed)?;
        let one = specials(&one);
        let two_types = two.get_type_ids().to_vec();
        let second_type = last_of_text(&two).and_then(|at| two_types.get(at).copied());
        let two = specials(&two);
        let part = |parts: &[Vec<u32>], at: usize| parts.get(at).cloned().unwrap_or_default();
        Ok(Frame {
            before: part(&one, 0),
            after_one: part(&one, 1),
            between: part(&two, 1),
            after_two: part(&two, 2),
            second_type: second_type.unwrap_or(0),
        })
    }
}

/// The special tokens before, between and after the texts of an encoding.
#[cfg(feature = "pretrained")]
fn specials(encoding: &tokenizers::Encoding) -> Vec<Vec<u32>> {
    let mut parts = vec![Vec::new()];
    let mut sequence = None;
    for (&id, found) in encoding.get_ids().iter().zip(encoding.get_sequence_ids()) {
        match (found, parts.last_mut()) {
            (None, Some(part)) => part.push(id),
            (Some(_), _) if found != sequence => {
                parts.push(Vec::new());
                sequence = found;
            }
            _ => {}
        }
    }
    parts
}

/// The place of the last token that is no special one.
#[cfg(feature = "pretrained")]
fn last_of_text(encoding: &tokenizers::Encoding) -> Option<usize> {
    encoding.get_sequence_ids().iter().rposition(Option::is_some)
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::Tokenizer;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| {
        let json = include_bytes!("../models/embedded/tokenizer.json");
        Tokenizer::compiled_in("tokenizer.json", json).unwrap()
    });

    fn same(text: &str) -> bool {
        TOKENIZER.encode(text).unwrap() == TOKENIZER.encode_any(text).unwrap()
    }

    #[test]
    fn what_news_is_written_in_is_encoded_here() {
        let own = TOKENIZER.own.as_ref().unwrap();
        for text in [
            "The mayor’s “plan” – $4.5bn, 3% – failed…",
            "Zürich–Basel: 3½ €, £5m, 20°C",
            "He said “[the plan] is off”",
            "Łódź, Dvořák, naïve\u{a0}café\u{200b} ™\u{7}",
        ] {
            assert!(own.encode(text).is_some(), "{text:?}");
        }
        assert!(own.encode("他来了").is_none() && own.encode("a [UNK]").is_none());
        // The crate is not even loaded for it.
        let fresh = include_bytes!("../models/embedded/tokenizer.json");
        let fresh = Tokenizer::compiled_in("tokenizer.json", fresh).unwrap();
        fresh.encode("Zürich").unwrap();
        assert!(fresh.inner.get().is_none());
        fresh.encode("他来了").unwrap();
        assert!(fresh.inner.get().is_some());
    }

    #[test]
    fn a_vocabulary_is_as_large_as_the_crate_says() {
        assert_eq!(TOKENIZER.vocab_size(), TOKENIZER.inner().unwrap().get_vocab_size(true));
    }

    #[test]
    fn no_look_up_is_long_whatever_the_text() {
        let row = TOKENIZER.own.as_ref().unwrap().longest_row();
        assert!(row < 64, "{row} slots in a row are taken");
    }

    #[test]
    fn a_vocabulary_with_a_piece_twice_goes_to_the_crate() {
        let json = |more: &str| {
            format!(
                r###"{{"normalizer": {{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true}}, "pre_tokenizer": {{"type": "BertPreTokenizer"}},
                "added_tokens": [], "model": {{"type": "WordPiece", "unk_token": "[UNK]",
                "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": {{"[UNK]": 0, "lake": 1, "##s": 2{more}}}}}}}"###
            )
        };
        let own = |json: &str| Tokenizer::from_json("tokenizer.json", json.as_bytes()).unwrap().own;
        assert!(own(&json("")).is_some());
        assert!(own(&json(r###", "##s": 3"###)).is_none());
    }

    #[test]
    fn both_ways_give_the_same_ids() {
        let page = include_str!("../examples/data/page.txt");
        for line in page.lines() {
            assert!(same(line), "{line}");
        }
        for text in [
            "",
            " ",
            "[UNK] [PAD]",
            "a\u{0}b",
            "qqqqzzzzxxx ##s ## #",
            "Zürich–Basel: 3½ €",
            "他来了 ok",
            "[sic] [UNK [unk] [PAD]x[",
            "they [the crew] left[PAD]",
        ] {
            assert!(same(text), "{text:?}");
        }
        assert!(same(&"x".repeat(64)) && same(&"x".repeat(65)) && same(&"unbelievably".repeat(9)));
        assert!(same(&"é".repeat(64)) && same(&"ß".repeat(64)) && same(&"ß".repeat(65)));
    }

    #[test]
    fn every_character_is_read_as_the_crate_reads_it() {
        for code in (0..0x3000).chain(0xfb00..0xfb10) {
            let Some(c) = char::from_u32(code) else { continue };
            for text in [format!("{c}"), format!("th{c}e of{c} {c}in"), format!("{c}{c}")] {
                assert!(same(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn every_piece_and_every_beginning_of_one_has_the_same_ids() {
        let vocab = TOKENIZER.inner().unwrap().get_vocab(true);
        for piece in vocab.keys() {
            let piece = piece.trim_start_matches("##");
            assert!(same(piece), "{piece:?}");
            let mut cut = piece.to_owned();
            cut.pop();
            assert!(same(&format!("{cut}x {piece}{piece}")), "{piece:?}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree_on_any_text(text in "\\PC{0,60}|[ -~‘’“”–—…\u{a0}\n\t]{0,120}|([A-Za-z]{1,12}[ ,.'-]){0,20}|[a-zÀ-ſ\u{300}-\u{36f}\u{2000}-\u{214f} ]{0,40}") {
            prop_assert!(same(&text), "{:?}", text);
        }
    }
}
