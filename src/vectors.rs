//! Token ids to the vectors of an article.
//!
//! In: an [`Article`] and the tables of a model. Out: an [`Encoded`] article: the ids of its
//! sentences, a topic vector and a ranker vector of each, and their weighted sums. Each step after
//! this reads its own part. One pass over the sentences serves them all.
//! Chooses no topic and no sentence.
//!
//! ```text
//! pooling.rs  sentence vectors -> the article's    table.rs  token ids -> the sum of their rows
//! ```

mod pooling;
mod table;

use ndarray::{Array1, Array2};

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::tokens::Tokenizer;
pub(crate) use pooling::{Pooled, Weighting, extend_normalized, flat, normalized};
pub(crate) use table::{Packed, StaticTable};

/// Topic evidence is looked for among this many sentences from the start. The pooled vector holds
/// all of them; one so far down weighs less than a hundredth of the first.
const MAX_EVIDENCE_SENTENCES: usize = 512;

/// An article with its vectors.
#[derive(Debug)]
pub(crate) struct Encoded<'t> {
    /// The article, its sentences those that hold a token: the others have nothing to say.
    pub(crate) article: Article<'t>,
    /// The ids of each sentence.
    pub(crate) ids: Vec<Vec<u32>>,
    pub(crate) title_ids: Vec<u32>,
    /// The weighted sums of all vectors, title included.
    pub(crate) pooled: Pooled,
    /// Topic vectors of the first sentences: (sentences, dim).
    pub(crate) topic_vectors: Array2<f32>,
    /// Ranker vectors of all sentences: (sentences, dim).
    pub(crate) rank_vectors: Array2<f32>,
    /// A pretrained encoder's vectors of all sentences, or those that own labels are compared by:
    /// (sentences, dim), dim 0 without either.
    pub(crate) dense_vectors: Array2<f32>,
}

impl Encoded<'_> {
    /// Whether there is not a single token.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.title_ids.is_empty()
    }
}

/// Which vectors somebody is going to read; the others stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) topic: bool,
    pub(crate) rank: bool,
}

impl Wanted {
    pub(crate) const ALL: Self = Self { topic: true, rank: true };
}

/// A vocabulary and its two tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) tokenizer: Tokenizer,
    pub(crate) topic: StaticTable,
    pub(crate) rank: StaticTable,
    pub(crate) weighting: Weighting,
}

impl Tables {
    /// The ids of a text, each with a row in both tables.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidModel`] where a vocabulary leaves numbers out, so that it has higher ones
    /// than the tables have rows.
    pub(crate) fn ids(&self, text: &str) -> Result<Vec<u32>> {
        let ids = self.tokenizer.encode(text)?;
        let rows = self.topic.tokens().min(self.rank.tokens());
        match ids.iter().max() {
            Some(&id) if id as usize >= rows => {
                let message =
                    format!("the vocabulary has the id {id}, but the weights {rows} rows");
                Err(Error::new(ErrorKind::InvalidModel, message))
            }
            _ => Ok(ids),
        }
    }

    /// The lexical vectors of an article.
    pub(crate) fn encode<'t>(
        &self,
        mut article: Article<'t>,
        wanted: Wanted,
    ) -> Result<Encoded<'t>> {
        let mut ids = Vec::with_capacity(article.len());
        for sentence in &article.sentences {
            ids.push(self.ids(sentence)?);
        }
        article.keep(|index| ids.get(index).is_some_and(|ids| !ids.is_empty()));
        ids.retain(|ids| !ids.is_empty());
        let title_ids = self.ids(article.title.unwrap_or(""))?;
        let pooled = |is_wanted: bool, table: &StaticTable, kept: usize| {
            if is_wanted { self.pooled(table, &ids, &title_ids, kept) } else { Default::default() }
        };
        let (topic, topic_vectors) = pooled(wanted.topic, &self.topic, MAX_EVIDENCE_SENTENCES);
        let (rank, mut rank_vectors) = pooled(wanted.rank, &self.rank, ids.len());
        for (mut row, ids) in rank_vectors.rows_mut().into_iter().zip(&ids) {
            row /= ids.len() as f32;
        }
        let pooled = Pooled { topic, rank, dense: Array1::zeros(0) };
        let dense_vectors = Array2::zeros((ids.len(), 0));
        Ok(Encoded { article, ids, title_ids, pooled, topic_vectors, rank_vectors, dense_vectors })
    }

    /// Adds the vectors by which own labels are compared where there is no pretrained encoder.
    pub(crate) fn add_compared(&self, encoded: &mut Encoded<'_>, rows: &StaticTable) {
        let count = encoded.ids.len();
        (encoded.pooled.dense, encoded.dense_vectors) =
            self.pooled(rows, &encoded.ids, &encoded.title_ids, count);
    }

    /// The weighted sum of the title's and all sentences' vectors, and the vectors of the first
    /// `kept` sentences.
    fn pooled(
        &self,
        table: &StaticTable,
        ids: &[Vec<u32>],
        title_ids: &[u32],
        kept: usize,
    ) -> (Array1<f32>, Array2<f32>) {
        let dim = table.dim();
        let mut sum = Array1::from_vec(table.sum(title_ids)) * self.weighting.title;
        let mut vectors = Array2::zeros((ids.len().min(kept), dim));
        let mut rows = vectors.rows_mut().into_iter();
        for (index, ids) in ids.iter().enumerate() {
            let vector = Array1::from_vec(table.sum(ids));
            sum.scaled_add(self.weighting.weight(index), &vector);
            if let Some(mut row) = rows.next() {
                row.assign(&vector);
            }
        }
        (sum, vectors)
    }
}
