//! How long a summary may be.
//!
//! In: limits in sentences, words or characters. Out: what a sentence takes of them, and what is
//! left. Knows no ranking.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::text::words::count as words;

/// How long a summary may be. Every limit that is set holds; a sentence that does not fit whole is
/// left out, so a summary may be shorter, and even empty where no sentence fits.
///
/// ```
/// use standfirst::summary::Length;
///
/// let teaser = Length::of_chars(280).with_sentences(2);
/// assert_eq!((teaser.sentences, teaser.words, teaser.chars), (Some(2), None, Some(280)));
/// assert_eq!(Length::default(), Length::of_sentences(Length::DEFAULT_SENTENCES));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Length {
    /// At most this many sentences.
    pub sentences: Option<usize>,
    /// At most this many words: parts between white space. Each Han character and kana counts as a
    /// word, and so do four letters of Thai, Lao, Khmer or Burmese, whose words no space parts.
    pub words: Option<usize>,
    /// At most this many characters (Unicode scalar values), the spaces between sentences counted.
    pub chars: Option<usize>,
}

impl Default for Length {
    fn default() -> Self {
        Self::of_sentences(Self::DEFAULT_SENTENCES)
    }
}

impl Length {
    /// The number of sentences unless asked otherwise.
    pub const DEFAULT_SENTENCES: usize = 3;

    /// At most this many sentences, however long.
    pub const fn of_sentences(sentences: usize) -> Self {
        Self { sentences: Some(sentences), words: None, chars: None }
    }

    /// At most this many words, in however many sentences.
    pub const fn of_words(words: usize) -> Self {
        Self { sentences: None, words: Some(words), chars: None }
    }

    /// At most this many characters, in however many sentences.
    pub const fn of_chars(chars: usize) -> Self {
        Self { sentences: None, words: None, chars: Some(chars) }
    }

    /// And at most this many sentences.
    pub const fn with_sentences(mut self, sentences: usize) -> Self {
        self.sentences = Some(sentences);
        self
    }

    /// And at most this many words.
    pub const fn with_words(mut self, words: usize) -> Self {
        self.words = Some(words);
        self
    }

    /// And at most this many characters.
    pub const fn with_chars(mut self, chars: usize) -> Self {
        self.chars = Some(chars);
        self
    }

    /// # Errors
    ///
    /// [`ErrorKind::InvalidOption`] for a limit of 0.
    pub(crate) fn check(self) -> Result<()> {
        let Self { sentences, words, chars } = self;
        if [sentences, words, chars].contains(&Some(0)) {
            let message =
                "a summary's length must be at least 1 sentence, word or character, found 0";
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        Ok(())
    }

    /// The room that there is before the first sentence.
    pub(super) fn start(&self) -> Room {
        let all = usize::MAX;
        Room {
            sentences: self.sentences.unwrap_or(all),
            words: self.words.unwrap_or(all),
            // The first sentence has no space before it.
            chars: self.chars.map_or(all, |chars| chars.saturating_add(1)),
        }
    }

    /// How many of these sentences, from the first on, fit together.
    pub(crate) fn leading<'a>(&self, sentences: impl Iterator<Item = &'a str>) -> usize {
        let mut room = self.start();
        let fits = sentences.map_while(|sentence| {
            room = room.without(Room::of(sentence))?;
            Some(())
        });
        fits.count()
    }
}

/// What a sentence takes, or what is left of a length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) sentences: usize,
    pub(super) words: usize,
    pub(super) chars: usize,
}

impl Room {
    pub(super) fn of(sentence: &str) -> Self {
        Self { sentences: 1, words: words(sentence), chars: sentence.chars().count() + 1 }
    }

    pub(super) fn without(self, taken: Room) -> Option<Room> {
        Some(Room {
            sentences: self.sentences.checked_sub(taken.sentences)?,
            words: self.words.checked_sub(taken.words)?,
            chars: self.chars.checked_sub(taken.chars)?,
        })
    }
}
