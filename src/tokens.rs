//! Sentences to token ids.
//!
//! In: the text of one sentence. Out: its WordPiece ids, without special tokens and never cut.
//! The only file that names the `tokenizers` crate; knows nothing of what an id stands for.

use tokenizers::Tokenizer as HfTokenizer;

use crate::error::{Error, ErrorKind, Result};

/// A vocabulary and the rules that turn text into its ids.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    inner: HfTokenizer,
    vocab_size: usize,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. `name` is the file's, for messages.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] when the bytes are not a tokenizer of the `tokenizers` crate.
    pub(crate) fn from_json(name: &str, json: &[u8]) -> Result<Self> {
        let mut inner = HfTokenizer::from_bytes(json).map_err(|cause| {
            Error::because(
                ErrorKind::InvalidModel,
                format!("{name} is not a tokenizer.json"),
                cause,
            )
        })?;
        // Nothing is ever cut or filled up here, whatever the file asks for.
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|cause| {
            Error::because(ErrorKind::InvalidModel, format!("{name} cannot be used whole"), cause)
        })?;
        let vocab_size = inner.get_vocab_size(true);
        Ok(Self { inner, vocab_size })
    }

    /// Number of ids: every id of [`encode`](Self::encode) is below it.
    pub(crate) fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// The id of a whole word, in small letters; `None` when it is no token of its own.
    pub(crate) fn id(&self, word: &str) -> Option<u32> {
        self.inner.token_to_id(word)
    }

    /// The ids of `text`, in order; none for blank text.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.inner.encode_fast(text, false).map_err(|cause| {
            Error::because(
                ErrorKind::InvalidModel,
                format!("the tokenizer cannot encode a sentence of {} bytes", text.len()),
                cause,
            )
        })?;
        Ok(encoding.get_ids().to_vec())
    }
}
