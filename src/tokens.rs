//! Sentences to token ids.
//!
//! In: the text of one sentence. Out: its ids, without special tokens and never cut; and the
//! [`Frame`] of special tokens that a pretrained model wants around them.
//! The only file that names the `tokenizers` crate; knows nothing of what an id stands for.
//!
//! Nearly all news text is plain: ASCII and typographic quotes and dashes. For a vocabulary of
//! the usual kind (BERT's normalizer in small letters, its pre-tokenizer, WordPiece) such a
//! sentence takes a short way whose ids are those of the `tokenizers` crate; everything else goes
//! to that crate itself. A test compares the two on text of both kinds.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;
use tokenizers::models::ModelWrapper;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Model, Tokenizer as HfTokenizer};

use crate::error::{Error, ErrorKind, Result};

/// A vocabulary and the rules that turn text into its ids.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    inner: HfTokenizer,
    vocab_size: usize,
    plain: Option<PlainWordPiece>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. `name` is the file's, for messages.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the bytes are not a tokenizer of the `tokenizers` crate.
    pub(crate) fn from_json(name: &str, json: &[u8]) -> Result<Self> {
        let inner = HfTokenizer::from_bytes(json).map_err(|cause| {
            let message = format!("{name} is not a tokenizer.json");
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        Self::of(name, inner)
    }

    fn of(name: &str, mut inner: HfTokenizer) -> Result<Self> {
        // Nothing is ever cut or filled up here, whatever the file asks for.
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|cause| {
            let message = format!("{name} cannot be used whole");
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        let vocab_size = inner.get_vocab_size(true);
        Ok(Self { plain: PlainWordPiece::of(&inner), inner, vocab_size })
    }

    /// Number of ids: every id of [`encode`](Self::encode) is below it.
    pub(crate) fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// The id of a whole word, in small letters; `None` when it is no token of its own.
    pub(crate) fn id(&self, word: &str) -> Option<u32> {
        match &self.plain {
            Some(plain) => plain.opening.get(word).copied(),
            None => self.inner.token_to_id(word),
        }
    }

    /// The ids of `text`, in order; none for blank text.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        match self.plain.as_ref().and_then(|plain| plain.encode(text)) {
            Some(ids) => Ok(ids),
            None => self.encode_any(text),
        }
    }

    /// As [`encode`](Self::encode), by the `tokenizers` crate.
    fn encode_any(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.inner.encode_fast(text, false).map_err(|cause| {
            let message = format!("the tokenizer cannot encode a sentence of {} bytes", text.len());
            Error::because(ErrorKind::InvalidModel, message, cause)
        })?;
        Ok(encoding.get_ids().to_vec())
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

#[cfg(feature = "pretrained")]
impl Frame {
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
        let one = self.inner.encode("a", true).map_err(failed)?;
        let two = self.inner.encode(("a", "a"), true).map_err(failed)?;
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

    /// Whether every id is below `vocab_size`.
    pub(crate) fn fits(&self, vocab_size: usize) -> bool {
        self.inner.get_vocab(true).values().all(|&id| (id as usize) < vocab_size)
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

/// WordPiece for plain text: longest match first, from the left (Wu et al., "Google's neural
/// machine translation system", 2016).
#[derive(Debug)]
struct PlainWordPiece {
    /// Pieces that open a word.
    opening: HashMap<Box<str>, u32, FxBuildHasher>,
    /// Pieces that continue one, without their `##`.
    continuing: HashMap<Box<str>, u32, FxBuildHasher>,
    unknown: u32,
    /// A longer word is unknown as a whole.
    max_word_chars: usize,
    /// The longest piece, in bytes: no longer match is tried.
    max_piece_bytes: usize,
}

impl PlainWordPiece {
    /// The short way for a tokenizer, where it is of the usual kind.
    fn of(tokenizer: &HfTokenizer) -> Option<Self> {
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else { return None };
        let Some(NormalizerWrapper::BertNormalizer(normalizer)) = tokenizer.get_normalizer() else {
            return None;
        };
        let usual = normalizer.lowercase
            && normalizer.clean_text
            && normalizer.handle_chinese_chars
            && normalizer.strip_accents.unwrap_or(true)
            && matches!(tokenizer.get_pre_tokenizer(), Some(PreTokenizerWrapper::BertPreTokenizer(_)))
            // Special tokens are written with brackets, and text with brackets goes the long way.
            && tokenizer.get_added_tokens_decoder().values().all(|token| token.content.starts_with('['));
        if !usual {
            return None;
        }
        let prefix = model.continuing_subword_prefix.as_str();
        let (mut opening, mut continuing) = (HashMap::default(), HashMap::default());
        let mut max_piece_bytes = 0;
        for (piece, id) in model.get_vocab() {
            max_piece_bytes = max_piece_bytes.max(piece.len());
            // A piece such as "##s" also opens a word that is written so; no plain word is.
            match piece.strip_prefix(prefix) {
                Some(rest) if !rest.is_empty() => continuing.insert(rest.into(), id),
                _ => opening.insert(piece.into(), id),
            };
        }
        let unknown = opening.get(model.unk_token.as_str()).copied()?;
        let max_word_chars = model.max_input_chars_per_word;
        Some(Self { opening, continuing, unknown, max_word_chars, max_piece_bytes })
    }

    /// The ids of `text`; `None` when it is not plain.
    fn encode(&self, text: &str) -> Option<Vec<u32>> {
        // One token every four bytes is usual; one more allocation for dense text is cheap.
        let mut ids = Vec::with_capacity(text.len() / 4 + 1);
        let lower = text.to_ascii_lowercase();
        let mut word_start = 0;
        for (at, c) in lower.char_indices() {
            let class = Class::of(c)?;
            if class == Class::Word {
                continue;
            }
            self.word(lower.get(word_start..at)?, &mut ids);
            word_start = at + c.len_utf8();
            if class == Class::Mark {
                self.word(lower.get(at..word_start)?, &mut ids);
            }
        }
        self.word(lower.get(word_start..)?, &mut ids);
        Some(ids)
    }

    /// Adds the pieces of one word, or the unknown token where it has none; nothing for no word.
    fn word(&self, word: &str, ids: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let before = ids.len();
        let mut rest = word;
        let mut pieces = &self.opening;
        // Plain words are ASCII, or a single mark: bytes are characters.
        while !rest.is_empty() && word.len() <= self.max_word_chars {
            let longest = rest.len().min(self.max_piece_bytes);
            let found = (1..=longest).rev().find_map(|end| {
                let id = pieces.get(rest.get(..end)?)?;
                Some((end, *id))
            });
            let Some((end, id)) = found else { break };
            ids.push(id);
            rest = rest.get(end..).unwrap_or("");
            pieces = &self.continuing;
        }
        if !rest.is_empty() {
            ids.truncate(before);
            ids.push(self.unknown);
        }
    }
}

/// What a plain character is to BERT's pre-tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    /// A word of its own.
    Mark,
}

impl Class {
    /// `None` for a character that is not plain.
    fn of(c: char) -> Option<Class> {
        match c {
            // A bracket could open a special token written out.
            '[' => None,
            'a'..='z' | '0'..='9' => Some(Class::Word),
            ' ' | '\t' | '\n' | '\r' | '\u{a0}' => Some(Class::Space),
            '!'..='~' => Some(Class::Mark),
            '‘' | '’' | '“' | '”' | '–' | '—' | '…' => Some(Class::Mark),
            _ => None,
        }
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::Tokenizer;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| {
        let json = include_bytes!("../models/embedded/tokenizer.json");
        Tokenizer::from_json("tokenizer.json", json).unwrap()
    });

    fn same(text: &str) -> bool {
        TOKENIZER.encode(text).unwrap() == TOKENIZER.encode_any(text).unwrap()
    }

    #[test]
    fn the_short_way_is_taken() {
        let plain = TOKENIZER.plain.as_ref().unwrap();
        assert!(plain.encode("The mayor’s “plan” – $4.5bn, 3% – failed…").is_some());
        assert!(plain.encode("Zürich").is_none());
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
        ] {
            assert!(same(text), "{text:?}");
        }
        assert!(same(&"x".repeat(64)) && same(&"x".repeat(65)) && same(&"unbelievably".repeat(9)));
    }

    proptest! {
        #[test]
        fn both_ways_agree_on_any_text(text in "\\PC{0,60}|[ -~‘’“”–—…\u{a0}\n\t]{0,120}|([A-Za-z]{1,12}[ ,.'-]){0,20}") {
            prop_assert!(same(&text), "{:?}", text);
        }
    }
}
