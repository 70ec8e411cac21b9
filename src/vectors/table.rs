//! Token ids to the sum of their rows.
//!
//! In: ids of one sentence. Out: its vector, the sum of one learned row a token and, where the
//! table has any, one row a listed pair of neighbouring tokens. How much a token matters is in
//! the length of its row, so the sum needs no other weight (Arora et al., "A simple but
//! tough-to-beat baseline for sentence embeddings", 2017, with the weights learned).

use crate::error::Result;
use crate::nn::{Weights, add_rows, dequantized};

/// Rows of 8-bit integers with one scale each: `row(i) = weight[i] * scale[i]`.
#[derive(Debug)]
struct Rows {
    dim: usize,
    weight: Vec<i8>,
    scale: Vec<f32>,
}

impl Rows {
    fn load(weights: &Weights<'_>, name: &str, rows: usize, dim: usize) -> Result<Self> {
        Ok(Self {
            dim,
            weight: weights.bytes(&format!("{name}.weight"), rows, dim)?,
            scale: weights.vector(&format!("{name}.scale"), rows)?.to_vec(),
        })
    }

    fn values(&self) -> impl Iterator<Item = f32> + '_ {
        dequantized(&self.weight, &self.scale, self.dim)
    }

    /// Adds rows to `sum`, in order.
    fn add(&self, indices: &[u32], sum: &mut [f32]) {
        debug_assert_eq!(sum.len(), self.dim, "a sum as long as a row");
        add_rows(sum, &self.weight, &self.scale, indices);
    }
}

/// Rows of 4-bit integers, two a byte, the first in the lower half; unpacked for those who read them.
#[derive(Debug)]
pub(crate) struct Packed(Rows);

impl Packed {
    /// Reads `{name}.embeddings`, where the file has it.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        vocab_size: usize,
    ) -> Result<Option<Self>> {
        let tensor = format!("{name}.embeddings");
        let Some(bytes) = weights.columns(&format!("{tensor}.weight")) else { return Ok(None) };
        Ok(Some(Self(Rows::load(weights, &tensor, vocab_size, bytes)?)))
    }

    /// The number of values of a vector.
    pub(crate) fn dim(&self) -> usize {
        2 * self.0.dim
    }

    /// The same rows, a value a byte.
    pub(crate) fn unpacked(&self) -> StaticTable {
        let halves = |&byte: &i8| [(byte << 4) >> 4, byte >> 4];
        let weight = self.0.weight.iter().flat_map(halves).collect();
        let tokens = Rows { dim: self.dim(), weight, scale: self.0.scale.clone() };
        StaticTable { tokens, pair_keys: Vec::new(), pair_starts: Vec::new(), pairs: None }
    }
}

/// A pair's key holds the first token's id in its upper half and the second's in its lower.
const MAX_PAIRED_TOKENS: usize = 1 << 16;

/// A table of rows for tokens and for pairs of tokens.
#[derive(Debug)]
pub(crate) struct StaticTable {
    tokens: Rows,
    /// `first << 16 | second`, ascending; as long as `pairs`.
    pair_keys: Vec<u32>,
    /// For each token, where the keys that it is first in begin, and last where they all end.
    pair_starts: Vec<u32>,
    pairs: Option<Rows>,
}

impl StaticTable {
    /// Reads `{name}.embeddings`: rows for tokens alone.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        vocab_size: usize,
        dim: usize,
    ) -> Result<Self> {
        let tokens = Rows::load(weights, &format!("{name}.embeddings"), vocab_size, dim)?;
        Ok(Self { tokens, pair_keys: Vec::new(), pair_starts: Vec::new(), pairs: None })
    }

    /// Reads `{name}.embeddings` and `{name}.pairs`: rows for tokens and for pairs of them.
    ///
    /// # Errors
    ///
    /// Beside what is wrong with a tensor, a vocabulary whose ids do not fit half of a pair's key.
    pub(crate) fn load_with_pairs(
        weights: &Weights<'_>,
        name: &str,
        vocab_size: usize,
        dim: usize,
    ) -> Result<Self> {
        let key_name = format!("{name}.pairs.key");
        if vocab_size > MAX_PAIRED_TOKENS {
            let message = format!(
                "tensor {key_name} numbers pairs of at most {MAX_PAIRED_TOKENS} tokens, but the vocabulary has {vocab_size}"
            );
            return Err(weights.invalid(message));
        }
        let alone = Self::load(weights, name, vocab_size, dim)?;
        let count = weights.shape(&key_name)?.first().copied().unwrap_or(0);
        let pair_keys = weights.keys(&key_name, count)?;
        if !pair_keys.is_sorted() {
            return Err(weights.invalid(format!("tensor {key_name} is not in ascending order")));
        }
        let is_token = |key: u32| halves(key).into_iter().all(|id| (id as usize) < vocab_size);
        if let Some(key) = pair_keys.iter().find(|&&key| !is_token(key)) {
            let [first, second] = halves(*key);
            let message = format!(
                "tensor {key_name} has the pair {first}, {second}, but the vocabulary has {vocab_size} tokens"
            );
            return Err(weights.invalid(message));
        }
        let pairs = Rows::load(weights, &format!("{name}.pairs"), count, dim)?;
        Ok(Self {
            pair_starts: starts(&pair_keys, vocab_size),
            pair_keys,
            pairs: Some(pairs),
            ..alone
        })
    }

    /// The number of values of a vector.
    pub(crate) fn dim(&self) -> usize {
        self.tokens.dim
    }

    /// The number of tokens that have a row.
    pub(crate) fn tokens(&self) -> usize {
        self.tokens.scale.len()
    }

    /// The sum of the rows of `ids` and of their listed neighbours; all zero for no ids.
    pub(crate) fn sum(&self, ids: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.tokens.dim];
        self.tokens.add(ids, &mut sum);
        if let Some(pairs) = &self.pairs {
            let mut indices = Vec::with_capacity(ids.len());
            self.each_pair(ids, |index| indices.push(index as u32));
            pairs.add(&indices, &mut sum);
        }
        sum
    }

    /// The indices of the rows that [`sum`](Self::sum) adds up, pairs numbered after tokens.
    pub(crate) fn terms(&self, ids: &[u32]) -> Vec<u32> {
        let mut terms = ids.to_vec();
        let tokens = self.tokens();
        self.each_pair(ids, |index| terms.push((tokens + index) as u32));
        terms
    }

    /// All rows as floats, row-major, pairs after tokens.
    pub(crate) fn values(&self) -> Vec<f32> {
        let tables = [Some(&self.tokens), self.pairs.as_ref()];
        tables.into_iter().flatten().flat_map(Rows::values).collect()
    }

    fn each_pair(&self, ids: &[u32], mut see: impl FnMut(usize)) {
        for (&first, &second) in ids.iter().zip(ids.iter().skip(1)) {
            let at = |token: u32| self.pair_starts.get(token as usize).map(|&at| at as usize);
            let (Some(start), Some(end)) = (at(first), at(first + 1)) else { continue };
            let keys = self.pair_keys.get(start..end).unwrap_or_default();
            if let Ok(index) = keys.binary_search(&key(first, second)) {
                see(start + index);
            }
        }
    }
}

/// The key of a pair.
fn key(first: u32, second: u32) -> u32 {
    debug_assert!(
        (first.max(second) as usize) < MAX_PAIRED_TOKENS,
        "tokens {first} and {second}, but half a key holds less than {MAX_PAIRED_TOKENS}"
    );
    first << 16 | second
}

/// The pair of a key.
fn halves(key: u32) -> [u32; 2] {
    [key >> 16, key & 0xffff]
}

/// For each token and one more, how many of the ascending `keys` have an earlier token first.
fn starts(keys: &[u32], tokens: usize) -> Vec<u32> {
    let mut starts = Vec::with_capacity(tokens + 1);
    let mut seen = 0;
    for token in 0..=tokens {
        while keys.get(seen).is_some_and(|key| ((key >> 16) as usize) < token) {
            seen += 1;
        }
        starts.push(seen as u32);
    }
    starts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Packed, StaticTable};
    use crate::error::Result;
    use crate::nn::Weights;
    use crate::tokens::Tokenizer;
    use crate::vectors::{Tables, Weighting};

    /// A table of four tokens and these pairs, every row 1.
    fn table(pairs: &[[u16; 2]], vocab_size: usize) -> Result<StaticTable> {
        let (mut header, mut data) = (json!({}), Vec::new());
        let mut put = |name: &str, kind: &str, shape: &[usize], bytes: &[u8]| {
            let offsets = [data.len(), data.len() + bytes.len()];
            data.extend(bytes);
            header[name] = json!({"dtype": kind, "shape": shape, "data_offsets": offsets});
        };
        let halves = pairs.iter().flat_map(|[first, second]| [*second, *first]);
        let keys: Vec<u8> = halves.flat_map(u16::to_le_bytes).collect();
        put("t.pairs.key", "U32", &[pairs.len()], &keys);
        for (name, rows) in [("t.embeddings", 4), ("t.pairs", pairs.len())] {
            put(&format!("{name}.scale"), "F32", &[rows], &1_f32.to_le_bytes().repeat(rows));
            put(&format!("{name}.weight"), "I8", &[rows, 1], &[1].repeat(rows));
        }
        let header = header.to_string();
        let length = (header.len() as u64).to_le_bytes();
        let file = [&length[..], header.as_bytes(), &data].concat();
        StaticTable::load_with_pairs(&Weights::parse("w".to_owned(), &file)?, "t", vocab_size, 1)
    }

    #[test]
    fn listed_neighbours_add_their_row() {
        let table = table(&[[0, 3], [2, 1], [2, 2]], 4).unwrap();
        assert_eq!(table.sum(&[0, 3, 2, 2, 1]), [8.0]);
        assert_eq!(table.terms(&[2, 1]), [2, 1, 5]);
    }

    #[test]
    fn pairs_that_no_text_can_have_are_refused() {
        let check = |pairs: &[[u16; 2]], vocab_size, expected: &str| {
            let message = table(pairs, vocab_size).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        check(&[[0, 4]], 4, "has the pair 0, 4, but the vocabulary has 4 tokens");
        check(&[[4, 0]], 4, "has the pair 4, 0");
        check(&[[2, 1], [0, 3]], 4, "is not in ascending order");
        check(&[], (1 << 16) + 1, "numbers pairs of at most 65536 tokens");
    }

    #[test]
    fn packed_rows_have_two_values_a_byte() {
        // 7 and -7, then -1 and 2; and no such rows in another file.
        let header = json!({
            "l.embeddings.weight": {"dtype": "I8", "shape": [2, 1], "data_offsets": [0, 2]},
            "l.embeddings.scale": {"dtype": "F32", "shape": [2], "data_offsets": [2, 10]},
        });
        let header = header.to_string();
        let scale = [0.5_f32, 2.0].map(f32::to_le_bytes).concat();
        let length = (header.len() as u64).to_le_bytes();
        let file = [&length[..], header.as_bytes(), &[0x97, 0x2f], &scale].concat();
        let weights = Weights::parse("w".to_owned(), &file).unwrap();
        let packed = Packed::load(&weights, "l", 2).unwrap().unwrap();
        assert_eq!((packed.dim(), packed.unpacked().values()), (2, vec![3.5, -3.5, -2.0, 4.0]));
        assert!(Packed::load(&weights, "m", 2).unwrap().is_none());
        assert!(Packed::load(&weights, "l", 3).is_err());
    }

    #[test]
    fn an_id_without_a_row_is_an_error() {
        let json = br###"{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
            "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
            "decoder": null, "model": {"type": "WordPiece", "unk_token": "?", "max_input_chars_per_word": 9,
            "continuing_subword_prefix": "##", "vocab": {"?": 0, "rain": 1, "snow": 2, "ice": 4}}}"###;
        let tables = Tables {
            tokenizer: Tokenizer::from_json("t", json).unwrap(),
            topic: table(&[], 4).unwrap(),
            rank: table(&[], 4).unwrap(),
            weighting: Weighting { title: 1.0, decay: 1.0, eps: 1.0 },
        };
        assert_eq!(tables.tokenizer.vocab_size(), 4);
        assert_eq!(tables.ids("snow rain").unwrap(), [2, 1]);
        let message = tables.ids("rain ice").unwrap_err().to_string();
        assert_eq!(message, "the vocabulary has the id 4, but the weights 4 rows");
    }
}
