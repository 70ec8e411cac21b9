//! Text to WordPiece ids, in one pass.
//!
//! In: text, and how BERT reads a character. Out: the ids of the longest pieces from the left
//! (Wu et al., "Google's neural machine translation system", 2016), or nothing where the text
//! holds something that this reading does not cover. Reads no file and names no crate; that its
//! ids are those of the `tokenizers` crate is tested beside it, in `tokens.rs`.
//!
//! BERT's normalizer and pre-tokenizer look at one character at a time: each is a space, a word of
//! its own, or gives letters to the word that is open. So the letters can be gathered as they
//! come, and the word looked up when it ends: nearly always it is one piece.

use std::sync::OnceLock;

use crate::text::hash;

/// How BERT reads one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// It parts words.
    Space,
    /// A word of its own, as it is then written.
    Alone(Box<str>),
    /// Adds to the open word; nothing if it is an accent or a control character.
    Letters(Box<str>),
    /// Not to be told from the character alone.
    Unclear,
}

/// A vocabulary of pieces.
#[derive(Debug)]
pub(super) struct WordPiece {
    /// Pieces that open a word.
    opening: Pieces,
    /// Pieces that continue one, without their `##`.
    continuing: Pieces,
    unknown: u32,
    /// Special tokens as they are written; each opens with a bracket.
    specials: Vec<Box<str>>,
    /// A longer word is unknown as a whole.
    max_word_chars: usize,
    /// How to read a character that is not ASCII.
    read: fn(char) -> Reading,
    /// The readings of the characters in `TABLED`, each once it was met.
    readings: Box<[OnceLock<Reading>]>,
}

/// Letters with accents, typographic marks, currencies and letterlike signs: nearly all of what
/// news in Latin letters holds beside ASCII.
const TABLED: [std::ops::Range<u32>; 2] = [0x80..0x250, 0x2000..0x2150];

impl WordPiece {
    /// Of pieces and their ids; those that continue a word begin with `prefix`. `specials` are found
    /// in the text as it is written, and each opens with a bracket. `None` where `unknown` is no
    /// piece, or a piece is there twice.
    pub(super) fn new<'a>(
        pieces: impl Iterator<Item = (&'a str, u32)> + Clone,
        prefix: &str,
        unknown: &str,
        specials: Vec<Box<str>>,
        max_word_chars: usize,
        read: fn(char) -> Reading,
    ) -> Option<Self> {
        // A piece such as "##s" also opens a word that is written so; no word here holds a '#'
        // and anything else.
        let continues = |piece: &'a str| piece.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        let continuing =
            Pieces::of(pieces.clone().filter_map(|(piece, id)| Some((continues(piece)?, id))))?;
        let opening = Pieces::of(pieces.filter(|(piece, _)| continues(piece).is_none()))?;
        let unknown = opening.id(unknown)?;
        let readings = TABLED.into_iter().flatten().map(|_| OnceLock::new()).collect();
        Some(Self { opening, continuing, unknown, specials, max_word_chars, read, readings })
    }

    #[cfg(test)]
    pub(super) fn longest_row(&self) -> usize {
        self.opening.longest_row().max(self.continuing.longest_row())
    }

    /// The id of a piece that opens a word.
    pub(super) fn id(&self, piece: &str) -> Option<u32> {
        self.opening.id(piece)
    }

    /// The ids of `text`; `None` where it holds what this reading does not cover: a special token
    /// written out, or a character that is seldom met.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u32>> {
        // One token every four bytes is usual; one more allocation for dense text is cheap.
        let mut ids = Vec::with_capacity(text.len() / 4 + 1);
        let mut word = Word::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match ASCII.get(usize::from(byte)).copied().unwrap_or(Class::Other) {
                Class::Letter => word.push(byte | ((byte & 0x40) >> 1)),
                Class::Space => self.end(&mut word, &mut ids),
                Class::Bracket if self.opens_special(text.get(at - 1..)?) => return None,
                Class::Mark | Class::Bracket => self.alone(&[byte], &mut word, &mut ids),
                Class::Nothing => {}
                Class::Other => {
                    let c = text.get(at - 1..)?.chars().next()?;
                    at += c.len_utf8() - 1;
                    match self.reading(c)? {
                        Reading::Space => self.end(&mut word, &mut ids),
                        Reading::Letters(letters) => letters.bytes().for_each(|b| word.push(b)),
                        Reading::Alone(mark) => self.alone(mark.as_bytes(), &mut word, &mut ids),
                        Reading::Unclear => return None,
                    }
                }
            }
        }
        self.end(&mut word, &mut ids);
        Some(ids)
    }

    /// How to read a character that is not ASCII; `None` for one that is seldom met.
    fn reading(&self, c: char) -> Option<&Reading> {
        let [latin, marks] = TABLED;
        let code = c as u32;
        let place = if latin.contains(&code) {
            code - latin.start
        } else if marks.contains(&code) {
            latin.end - latin.start + code - marks.start
        } else {
            return None;
        };
        Some(self.readings.get(place as usize)?.get_or_init(|| (self.read)(c)))
    }

    fn opens_special(&self, text: &str) -> bool {
        self.specials.iter().any(|special| text.starts_with(&**special))
    }

    /// Ends the open word, and adds a word of its own.
    fn alone(&self, mark: &[u8], word: &mut Word, ids: &mut Vec<u32>) {
        self.end(word, ids);
        mark.iter().for_each(|&byte| word.push(byte));
        self.end(word, ids);
    }

    /// Adds the pieces of the open word, or the unknown token where it has none; nothing where no
    /// word is open. None is open after.
    fn end(&self, word: &mut Word, ids: &mut Vec<u32>) {
        if word.bytes.is_empty() {
            return;
        }
        // A letter has at least one byte.
        let fits = word.bytes.len() <= self.max_word_chars || word.chars() <= self.max_word_chars;
        match self.opening.find(word.hash, &word.bytes) {
            Some(id) if fits => ids.push(id),
            _ if fits => self.pieces(&word.bytes, ids),
            _ => ids.push(self.unknown),
        }
        word.clear();
    }

    /// Adds the pieces of a word that is none itself.
    fn pieces(&self, word: &[u8], ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut rest = word;
        let mut pieces = &self.opening;
        while !rest.is_empty() {
            let Some((length, id)) = pieces.longest(rest) else {
                ids.truncate(before);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            rest = rest.get(length..).unwrap_or_default();
            pieces = &self.continuing;
        }
    }
}

/// The letters of the open word, and their hash.
struct Word {
    bytes: Vec<u8>,
    hash: u64,
}

impl Word {
    fn new() -> Self {
        Self { bytes: Vec::with_capacity(64), hash: hash::START }
    }

    fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.hash = hash::with_byte(self.hash, byte);
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.hash = hash::START;
    }

    fn chars(&self) -> usize {
        // Every character has one byte that does not go on with another.
        self.bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash::START, |hash, &byte| hash::with_byte(hash, byte))
}

/// Pieces by their bytes: open addressing, at most half full. Which pieces meet is settled by the
/// vocabulary, so the hash may be one that a text can foresee.
#[derive(Debug)]
struct Pieces {
    /// The piece at a slot, counted from 1; 0 for none. A power of two of them.
    slots: Vec<u32>,
    /// The end of each piece in `bytes`, where the next one begins, and its id.
    pieces: Vec<(u32, u32)>,
    bytes: Vec<u8>,
    longest: usize,
}

impl Pieces {
    /// `None` where a piece is there twice.
    fn of<'a>(pieces: impl Iterator<Item = (&'a str, u32)>) -> Option<Self> {
        let mut found =
            Self { slots: Vec::new(), pieces: Vec::new(), bytes: Vec::new(), longest: 0 };
        for (piece, id) in pieces {
            found.bytes.extend(piece.as_bytes());
            found.pieces.push((found.bytes.len() as u32, id));
            found.longest = found.longest.max(piece.len());
        }
        found.slots = vec![0; (found.pieces.len() * 2).next_power_of_two()];
        for index in 0..found.pieces.len() {
            let hash = hash_of(found.piece(index));
            let mut slot = found.first_slot(hash);
            while let Some(taken) = found.taken(slot) {
                if found.piece(taken) == found.piece(index) {
                    return None;
                }
                slot = (slot + 1) & (found.slots.len() - 1);
            }
            if let Some(free) = found.slots.get_mut(slot) {
                *free = index as u32 + 1;
            }
        }
        Some(found)
    }

    fn piece(&self, index: usize) -> &[u8] {
        let end = |index: usize| self.pieces.get(index).map_or(0, |&(end, _)| end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(index)).unwrap_or_default()
    }

    /// The longest row of slots taken: no look-up compares more pieces.
    #[cfg(test)]
    fn longest_row(&self) -> usize {
        let rows = self.slots.split(|&slot| slot == 0);
        rows.map(<[u32]>::len).max().unwrap_or(0)
    }

    /// The index of the piece at a slot.
    fn taken(&self, slot: usize) -> Option<usize> {
        (*self.slots.get(slot)? as usize).checked_sub(1)
    }

    /// The high bits of a product are its best.
    fn first_slot(&self, hash: u64) -> usize {
        (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (self.slots.len() - 1)
    }

    /// The id of the piece that is `bytes`, whose hash is `hash`.
    fn find(&self, hash: u64, bytes: &[u8]) -> Option<u32> {
        let mut slot = self.first_slot(hash);
        loop {
            let index = self.taken(slot)?;
            if self.piece(index) == bytes {
                return self.pieces.get(index).map(|&(_, id)| id);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn id(&self, piece: &str) -> Option<u32> {
        let bytes = piece.as_bytes();
        self.find(hash_of(bytes), bytes)
    }

    /// The longest piece that `word` begins with: its length and its id.
    fn longest(&self, word: &[u8]) -> Option<(usize, u32)> {
        const AT_ONCE: usize = 64;
        let word = word.get(..word.len().min(self.longest))?;
        if word.len() > AT_ONCE {
            // No vocabulary of words has such pieces: the plain way will do.
            return (1..=word.len()).rev().find_map(|length| {
                let start = word.get(..length)?;
                Some((length, self.find(hash_of(start), start)?))
            });
        }
        let mut hashes = [hash::START; AT_ONCE];
        let mut hash = hash::START;
        for (to, &byte) in hashes.iter_mut().zip(word) {
            hash = hash::with_byte(hash, byte);
            *to = hash;
        }
        hashes
            .iter()
            .take(word.len())
            .enumerate()
            .rev()
            .find_map(|(index, &hash)| Some((index + 1, self.find(hash, word.get(..=index)?)?)))
    }
}

/// What an ASCII character is to BERT.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter or a figure.
    Letter,
    Space,
    /// A word of its own.
    Mark,
    /// A control character, which is dropped.
    Nothing,
    /// As `Mark`, unless it opens a special token.
    Bracket,
    /// No ASCII.
    Other,
}

#[expect(clippy::indexing_slicing, reason = "done when it is compiled, and by a place below 128")]
static ASCII: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut at = 0;
    while at < 0x80 {
        let byte = at as u8;
        table[at] = match byte {
            b'[' => Class::Bracket,
            b' ' | b'\t' | b'\n' | b'\r' => Class::Space,
            _ if byte.is_ascii_alphanumeric() => Class::Letter,
            _ if byte.is_ascii_punctuation() => Class::Mark,
            _ => Class::Nothing,
        };
        at += 1;
    }
    table
};
